"""The whole job by hand: sign in, scope a project through every part, download its PDF."""

import subprocess

import pytest
from playwright.sync_api import Page, expect

from mlcanvas.accounts.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "correct horse battery"

TYPED = {
    "en": {
        "name": "Late parcels in the north",
        "problem": "One in six parcels arrives a day late. Owner: head of operations.",
        "business_objective": "Late parcels from 16 % to 9 % by June.",
        "model_objective": "Arrival time within six minutes.",
        "objective_link": "Below six minutes, dispatchers can promise short windows.",
        "value_proposition": "Dispatchers stop re-planning by hand.",
        "features": "Stops left, known at every scan.",
        "metric": "Error of the arrival time",
        "risk": "Scanner clocks drift",
        "baseline": "Planning tool of today",
        "decision": "Two depots first.",
        "target": "6.5",
        "locale": "en",
    },
    "pt-br": {
        "name": "Ferrugem na folha do café",
        "problem": "Um em cada cinco talhões é pulverizado sem necessidade. Responsável: gerente agrícola.",
        "business_objective": "Reduzir a pulverização de 20 % para 8 % até junho.",
        "model_objective": "Reconhecer a ferrugem em fotos de folhas.",
        "objective_link": "Com menos falsos alarmes, o técnico pulveriza só o talhão doente.",
        "value_proposition": "O técnico decide na lavoura, com o celular.",
        "features": "Foto da folha, conhecida na visita.",
        "metric": "Erro médio da severidade",
        "risk": "Fotos com pouca luz",
        "baseline": "Avaliação do técnico",
        "decision": "Primeiro duas fazendas.",
        "target": "6,5",
        "locale": "pt-BR",
    },
}


def write(page: Page, field: str, text: str) -> None:
    area = page.locator(f"#text-{field}")
    area.fill(text)
    expect(page.locator(f"#status-text-{field}")).to_have_attribute("data-kind", "saved")


@pytest.mark.parametrize("language", ["en", "pt-br"])
def test_from_signing_in_to_the_pdf(workspace, alice, visit, tmp_path, language):
    typed = TYPED[language]
    alice.set_password(PASSWORD)
    alice.save()
    page = visit(path="/", language=typed["locale"])

    # Sign in.
    page.locator("input[name=login]").fill(alice.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")

    # A new project has one required field.
    page.locator(".new-project input[name=name]").fill(typed["name"])
    page.locator(".new-project button").click()
    page.wait_for_url("**/scope/")
    base = page.url.removesuffix("scope/")

    # Scope.
    for question in ("problem", "business_objective", "model_objective", "objective_link"):
        write(page, question, typed[question])
    page.locator("#fact-system_kind select").select_option("ml_system")
    form = page.locator("#metric-form")
    form.locator("input[name=name]").fill(typed["metric"])
    form.locator("select[name=kind]").select_option("model")
    form.locator("select[name=metric]").select_option("mae")
    form.locator("select[name=direction]").select_option("lower")
    form.locator("input[name=current]").fill("9")
    form.locator("input[name=target]").fill(typed["target"])
    form.locator("input[name=deadline]").fill("2027-06-30")
    form.locator("button[type=submit], button.btn-primary").first.click()
    expect(page.locator("#metrics tbody")).to_contain_text(typed["target"])

    # Canvas: click and type.
    page.goto(f"{base}canvas/")
    for block in ("value_proposition", "features"):
        page.locator(f"#box-{block} .body").click()
        page.locator(f"#text-{block}").type(typed[block])
        expect(page.locator(f"#status-text-{block}")).to_have_attribute("data-kind", "saved")

    # Risks: four answers give a tier; one risk of our own.
    page.goto(f"{base}risks/")
    for factor, level in (
        ("data_availability", "little"),
        ("solution_novelty", "semi_novel"),
        ("customer_satisfaction", "semi_satisfied"),
        ("feature_kind", "functional"),
    ):
        with page.expect_response(lambda response: "/risks/factors/" in response.url):
            page.locator(f"#factor-{factor}").select_option(level)
    expect(page.locator(".tier-name")).to_contain_text("4 · ")
    page.locator("form[action$='/risks/add/'] input[name=title]").fill(typed["risk"])
    page.locator("form[action$='/risks/add/'] button.btn-primary").click()
    expect(page.locator("#register")).to_contain_text(typed["risk"])

    # Costs: what a day of work costs, years, difficulty.
    page.goto(f"{base}costs/")
    for question in ("D1_industry", "D1_academia", "D1_code"):
        with page.expect_response(lambda response: "/costs/answers/" in response.url):
            page.locator(f"#q-{question} select").select_option("similar")
    for question, value in (("T1_day_rate", "500"), ("O1_horizon", "2")):
        row = page.locator(f"#q-{question}")
        chapter = page.locator("details", has=row)
        if chapter.get_attribute("open") is None:
            chapter.locator("> summary").click()
        row.locator("input[name=likely], input[name=value]").first.fill(value)
        with page.expect_response(lambda response: "/costs/answers/" in response.url):
            row.locator("button").first.click()
    page.goto(f"{base}costs/")
    expect(page.locator("#range")).to_contain_text("P50")

    # Baselines.
    page.goto(f"{base}baselines/add/")
    form = page.locator("main form[action*='baselines']")
    form.locator("[name=name]").fill(typed["baseline"])
    form.locator("[name=kind]").select_option("existing_system")
    form.locator("[name=metric]").select_option("mae")
    form.locator("[name=value]").fill("9,1" if language == "pt-br" else "9.1")
    form.locator("[name=dataset]").fill("2026-Q3")
    form.locator("[name=split]").fill("test")
    form.locator("button.btn-primary").click()
    expect(page.locator("main")).to_contain_text(typed["baseline"])

    # Decision, bound to a revision; then the gate knows it.
    page.goto(f"{base}reviews/")
    page.locator("[name=outcome][value=pilot]").check()
    page.locator("[name=note]").fill(typed["decision"])
    page.locator("form[action$='/decide/'] button.btn-primary").click()
    expect(page.locator("main")).to_contain_text(typed["decision"])
    page.goto(f"{base}lifecycle/")
    expect(page.locator("[id='SC-03']")).to_be_visible()

    # The report, and its PDF.
    page.goto(f"{base}report/?language={language}")
    expect(page.locator("main")).to_contain_text(typed["problem"])
    with page.expect_download() as download:
        page.locator("a.btn-primary[href*='report.pdf']").first.click()
    pdf = tmp_path / "report.pdf"
    download.value.save_as(pdf)
    text = " ".join(
        subprocess.run(["pdftotext", "-layout", pdf, "-"], capture_output=True, text=True, check=True).stdout.split()
    )
    for key in ("name", "problem", "value_proposition", "features", "metric", "risk", "baseline"):
        words = typed[key].split()
        assert all(word in text for word in words), f"{key} is not in the PDF"
    assert "CC BY-SA 4.0" in text
    facts = subprocess.run(["pdfinfo", pdf], capture_output=True, text=True, check=True).stdout
    assert "Tagged:          yes" in facts
    assert User.objects.get(pk=alice.pk).last_login is not None
