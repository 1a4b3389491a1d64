"""The legal tier in a real browser: answered by mouse and keyboard, accessible, on a phone."""

import pytest

from mlcanvas.projects import actions as projects
from mlcanvas.risks.legal import actions
from tests.risks.risk_cases import PAGE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LEGAL = f"{PAGE}legal/"


def answer_all(project, by):
    projects.set_fact(project=project, key="eu_reach", value="yes", by=by)
    projects.set_fact(project=project, key="personal_data", value="yes", by=by)
    for question, options in {
        "brazil": ["yes"],
        "practices": ["none"],
        "product": ["unsure"],
        "areas": ["employment", "education"],
        "content": ["talks", "synthetic"],
        "general_purpose": ["provider"],
    }.items():
        actions.answer(project=project, question=question, options=options, by=by)


def test_questions_are_answered_one_by_one(project, erin, visit):
    page = visit(erin, PAGE)
    page.click(".legal-card a")
    page.wait_for_url("**/risks/legal/")
    page.wait_for_load_state()
    page.select_option("#fact-value-eu_reach", "yes")
    page.wait_for_selector("#fact-value-eu_reach >> css=option[value=yes][selected]", state="attached")
    # By keyboard: the box keeps the focus while the page around it is another one.
    page.focus("#option-areas-none")
    page.keyboard.press("Space")
    page.wait_for_selector("#option-areas-none[checked]")
    assert page.evaluate("document.activeElement.id") == "option-areas-none"
    # The last click is meant, and is seen before the server has answered.
    page.click("#option-areas-employment")
    assert not page.is_checked("#option-areas-none")
    page.wait_for_selector(".legal-tier >> text=High risk")
    page.wait_for_selector("#question-narrow")
    page.select_option("#option-narrow", "yes")
    page.wait_for_selector("#option-narrow >> css=option[value=yes][selected]", state="attached")
    page.select_option("#option-profiling", "no")
    page.wait_for_selector(".legal-note >> text=Exempt from high risk")
    page.reload()
    assert page.is_checked("#option-areas-employment")


ANSWERED_AGAIN = """() => new Promise((done) => {
  document.addEventListener("htmx:afterRequest", () => done(), { once: true });
  document.body.dispatchEvent(new Event("answers-changed"));
})"""


def test_a_press_counts_though_the_page_comes_anew_meanwhile(project, erin, visit):
    page = visit(erin, LEGAL)
    page.focus("#option-areas-none")
    page.keyboard.down("Space")
    page.evaluate(ANSWERED_AGAIN)
    page.keyboard.up("Space")
    page.wait_for_selector("#option-areas-none[checked]")
    page.hover("#option-practices-none")
    page.mouse.down()
    page.evaluate(ANSWERED_AGAIN)
    page.mouse.up()
    page.wait_for_selector("#option-practices-none[checked]")
    # What waited for a release that chose nothing comes in then.
    page.hover(".legal-disclaimer")
    page.mouse.down()
    projects.set_fact(project=project, key="personal_data", value="yes", by=erin)
    page.evaluate(ANSWERED_AGAIN)
    assert page.input_value("#fact-value-personal_data") == ""
    page.mouse.up()
    page.wait_for_selector("#fact-value-personal_data >> css=option[value=yes][selected]", state="attached")


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("language", ["en", "pt-BR"])
def test_it_is_accessible(project, erin, visit, axe_violations, dark, language):
    answer_all(project, erin)
    page = visit(erin, LEGAL, dark=dark, language=language)
    page.evaluate("for (const closed of document.querySelectorAll('main details')) closed.open = true")
    assert axe_violations(page) == []


@pytest.mark.parametrize("width", [360, 390])
def test_it_fits_a_phone(project, erin, visit, width):
    answer_all(project, erin)
    page = visit(erin, LEGAL, width=width, language="pt-BR")
    page.evaluate("for (const closed of document.querySelectorAll('main details')) closed.open = true")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
