"""The pages of history in a real browser: legible with any text, accessible, on a phone, and as a panel."""

import pytest

from mlcanvas.projects import actions
from mlcanvas.projects.models import PassageEdit
from tests.canvas.history_cases import BASE, UGLY, age, text, write

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PARAGRAPHS = (
    "Every night we score all prepaid customers who have been with us for three months or more. "
    "The score says how likely it is that a customer leaves within thirty days. Agents call from the top of the list."
)


@pytest.fixture
def history(project, alice, erin):
    """Two people, two iterations, every ugly text, and one block with prose that was edited."""
    alice.name, erin.name = "Alice " + "Maximiliana" * 8, "إيرين \u202eevil"
    alice.save()
    erin.save()
    for name, block in zip(UGLY, actions_blocks(), strict=False):
        write(project, alice, UGLY[name], block)
    write(
        project,
        alice,
        f"{PARAGRAPHS}\n\n- who: retention team\n- when: every night\n- how many: 2 000",
        "value_proposition",
    )
    for block in actions_blocks():
        age(project, 26, block)
    actions.close_iteration(
        project=project, number=1, learned="The list was **too long**. <script>alert(1)</script>", by=alice
    )
    for name, block in zip(UGLY, actions_blocks(), strict=False):
        write(project, erin, f"{UGLY[name][:18_000]}\nmore\n\n{UGLY[name][:50]}", block)
    write(
        project,
        erin,
        f"{PARAGRAPHS.replace('three months', 'six weeks')}\n\n- who: retention team, and shops\n- when: every night\n"
        "- budget: nobody knows yet",
        "value_proposition",
    )
    return project


def actions_blocks():
    """Keys of blocks, one for each ugly text, and the one with prose."""
    return ["features", "decisions", "monitoring", "data_sources", "data_collection", "making_predictions",
            "building_models", "impact_simulation", "value_proposition"]  # fmt: skip


def pages(project):
    """Each page of history, with what it is about."""
    first = PassageEdit.objects.filter(passage__project=project).order_by("pk")[8].pk
    return {
        "block": f"{BASE}value_proposition/history/",
        "authors": f"{BASE}value_proposition/history/?view=authors",
        "versions": f"{BASE}value_proposition/history/?from=1&to=2",
        "wrong": f"{BASE}value_proposition/history/?from=77",
        "markup": f"{BASE}features/history/",
        "list": f"{BASE}data_collection/history/?from=1&to=2",
        "canvas": f"{BASE}history/",
        "then": f"{BASE}history/?at={first}",
        "iterations": "/p/churn-in-prepaid-mobile/iterations/",
        "compare": f"{BASE}compare/?from=1&to=2",
        "revisions": "/p/churn-in-prepaid-mobile/history/compare/",
        "history": "/p/churn-in-prepaid-mobile/history/",
    }


# Colours depend on the theme and words on the language, not one on the other: two runs see all of both.
@pytest.mark.parametrize(("language", "dark"), [("en", False), ("pt-BR", True)], ids=["en light", "pt-BR dark"])
def test_every_page_is_accessible_and_asks_nothing_of_its_texts(history, erin, visit, axe_violations, language, dark):
    page = visit(erin, "/", language=language, dark=dark)
    page.on("dialog", lambda dialog: pytest.fail(f"a text opened a dialog: {dialog.message}"))
    origin = page.url.rstrip("/")
    for name, path in pages(history).items():
        page.goto(f"{origin}{path}")
        page.evaluate("for (const closed of document.querySelectorAll('main details')) closed.open = true")
        assert axe_violations(page) == [], name


@pytest.mark.parametrize("width", [360, 1440])
def test_every_page_fits(history, erin, visit, width):
    page = visit(erin, "/", width=width)
    origin = page.url.rstrip("/")
    for name, path in pages(history).items():
        page.goto(f"{origin}{path}")
        page.evaluate("for (const closed of document.querySelectorAll('main details')) closed.open = true")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name


def test_what_is_removed_is_struck_through_and_what_is_added_is_underlined(history, erin, visit):
    page = visit(erin, pages(history)["versions"])
    assert page.evaluate("getComputedStyle(document.querySelector('del')).textDecorationLine") == "line-through"
    assert page.evaluate("getComputedStyle(document.querySelector('ins')).textDecorationLine") == "underline"


def test_on_a_phone_the_two_sides_stand_one_under_the_other(history, erin, visit):
    page = visit(erin, pages(history)["compare"], width=390)
    before, after = page.locator(".sides .is-changed").first.locator("td").all()
    assert before.bounding_box()["y"] + before.bounding_box()["height"] <= after.bounding_box()["y"] + 1
    assert page.locator(".sides .is-same td").nth(1).is_hidden()
    wide = visit(erin, pages(history)["compare"])
    before, after = wide.locator(".sides .is-changed").first.locator("td").all()
    assert before.bounding_box()["y"] == after.bounding_box()["y"]


def test_a_restore_by_keyboard_and_what_stood_is_still_there(history, erin, visit):
    page = visit(erin, f"{BASE}value_proposition/history/")
    page.locator("button", has_text="Restore version 1").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Version 1 is the text of the block again.")
    assert text(history, "value_proposition").endswith("- how many: 2 000")
    assert page.locator(".sitting").count() == 3
    page.locator("button", has_text="Restore version 2").click()
    page.wait_for_selector("text=Version 2 is the text of the block again.")
    assert text(history, "value_proposition").endswith("nobody knows yet")


def test_the_panel_stays_a_panel(history, erin, visit):
    """As the canvas page will do it: htmx puts the fragment beside the canvas, and its links stay inside."""
    page = visit(erin, "/p/churn-in-prepaid-mobile/history/")
    address = page.url
    page.evaluate(f"htmx.ajax('GET', '{BASE}value_proposition/history/', {{target: '.table-card', swap: 'innerHTML'}})")
    page.wait_for_selector("#block-history .sitting")
    page.click("#block-history >> text=Who wrote what")
    page.wait_for_selector("#block-history .owned")
    page.click("#block-history >> text=Compare versions")
    page.fill("#block-history [name=from]", "1")
    page.click("#block-history .compare-form button")
    page.wait_for_selector("#block-history del")
    page.click("#block-history >> text=What changed")
    page.evaluate("document.body.addEventListener('block-restored', event => { window.told = event.detail })")
    page.click("#block-history >> text=Restore version 1")
    page.wait_for_selector("#block-history .saved >> text=Version 1")
    assert page.evaluate("window.told.version") == 3
    assert page.url == address


def test_closing_an_iteration_and_comparing(history, erin, visit):
    page = visit(erin, "/p/churn-in-prepaid-mobile/iterations/")
    page.fill("[name=learned]", "Shops know more than we thought.")
    page.click("text=Close iteration 2")
    page.wait_for_selector("text=Iteration 3 is open")
    assert page.locator(".iteration").count() == 2
    page.click("text=Compare the canvas with the end of iteration 2")
    page.wait_for_selector("#compare")
    assert page.locator("#compare del, #compare ins").count() == 0
    page.select_option("[name=from]", "1")
    page.click(".compare-form button")
    page.wait_for_selector("#compare del")
