"""The risk page in a real browser: answers, one click from the suggestions, the keyboard, the undo, the address."""

import pytest

from tests.risks.risk_cases import PAGE, risk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_review_of_the_register(project, erin, visit):
    page = visit(erin, PAGE)
    page.select_option("#factor-data_availability", "little")
    page.wait_for_selector("#suggestions >> text=R02")
    for factor, level in (
        ("solution_novelty", "similar"),
        ("customer_satisfaction", "satisfied"),
        ("feature_kind", "functional"),
    ):
        with page.expect_response("**/factors/**"):
            page.select_option(f"#factor-{factor}", level)
    page.wait_for_selector(".tier-name >> text=4 · High")
    page.click("#suggestions li:has-text('R02') button")
    page.wait_for_selector(".risks td:text-is('R02')")
    page.fill("#id_title", "Own <b>risk</b>")
    page.select_option("#id_likelihood", "5")
    page.click("text=Add the risk")
    page.wait_for_selector(".risks td:text-is('P01')")
    # By keyboard to a cell: only its risks are left, the focus stays, and the address says so.
    page.focus("#cell-5x3")
    page.keyboard.press("Enter")
    page.wait_for_url("**/risks/?cell=5x3")
    page.wait_for_selector("#cell-5x3.chosen")
    assert page.evaluate("document.activeElement.id") == "cell-5x3"
    assert page.locator(".risks tbody tr").count() == 1
    page.reload()
    assert page.locator(".risks tbody tr").count() == 1
    assert page.inner_text(".risks td.col-title a") == "Own <b>risk</b>"
    page.click(".risks tbody tr button")
    page.wait_for_selector(".undo >> text=P01")
    page.click(".undo button")
    page.wait_for_selector(".risks td:text-is('P01')")


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("language", ["en", "pt-BR"])
def test_it_is_accessible(project, erin, visit, axe_violations, dark, language):
    for likelihood in range(1, 6):
        risk(project, f"P{likelihood:02}", likelihood=likelihood, severity=5, current_likelihood=1, current_severity=3)
    page = visit(erin, PAGE, dark=dark, language=language)
    page.evaluate("for (const closed of document.querySelectorAll('main details')) closed.open = true")
    assert axe_violations(page) == []
    page.goto(page.url + "P03/")
    assert axe_violations(page) == []


def test_it_fits_a_phone(project, erin, visit):
    risk(project, title="A" * 200, owner="B" * 120)
    page = visit(erin, PAGE, width=360)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def drag(page, key, place):
    # All of the picture is in sight first: a page that scrolls under a pressed button drags nothing.
    # After a change the picture is drawn anew: what is held then is the new one.
    page.wait_for_load_state("networkidle")
    page.locator("#heat-summary").scroll_into_view_if_needed()
    page.locator(f"#chip-{key}").drag_to(page.locator(f"td.cell[data-place='{place}']"))


def test_a_key_is_dragged_and_carried_and_somebody_else_sees_it(project, erin, alice, visit):
    risk(project, "P01", likelihood=4, severity=4)
    page, other = visit(erin, PAGE), visit(alice, PAGE)
    page.wait_for_selector("#since")
    drag(page, "P01", "2x3")
    page.wait_for_selector("#moved >> text=2 × 3")
    assert page.evaluate("document.activeElement.id") == "chip-P01"
    other.wait_for_selector("td.cell[data-place='2x3'] #chip-P01")
    # The same by keyboard: up and to the right. Escape leaves it where it is.
    for key in ("Space", "ArrowUp", "ArrowRight", "Space"):
        page.keyboard.press(key)
    page.wait_for_selector("#moved >> text=3 × 4")
    for key in ("Space", "ArrowDown", "Escape", "Space", "Escape"):
        page.keyboard.press(key)
    assert page.locator("td.cell[data-place='3x4'] #chip-P01").count() == 1
    page.click("#moved button")
    page.wait_for_selector("td.cell[data-place='2x3'] #chip-P01")
    # The same as a picture with arrows: a click on the key opens the risk.
    page.locator("#movement summary").click()
    page.wait_for_selector("#movement .main-svg text:text-is('P01')", state="attached")
    # Every place that it had is in its history.
    page.locator("#replay summary").click()
    page.focus("#moment")
    page.keyboard.press("Home")
    page.wait_for_selector(".moment-note")
    page.wait_for_url("**moment=1**")
    page.reload()
    assert page.locator("td.cell[data-place='2x3'] #chip-P01").count() == 1
    assert page.locator("#moment").input_value() == "1"


def test_the_list_is_a_sheet_by_keyboard_alone(project, erin, visit):
    risk(project, "P01", owner="Ana")
    risk(project, "P02", likelihood=2, severity=2)
    page = visit(erin, PAGE)
    page.fill("#id_title", "half a risk")
    page.focus(".sheet [data-cell=title]")
    for key in ("ArrowDown", "ArrowRight", "ArrowLeft", "End", "ArrowLeft", "Enter"):
        page.keyboard.press(key)
    page.wait_for_selector(".cell-editor input[name=owner]")
    page.keyboard.type("Bea")
    page.keyboard.press("Enter")
    page.wait_for_selector("#row-P02 [data-cell=owner]:text-is('Bea')")
    assert page.evaluate("document.activeElement.closest('tr').id") == "row-P02"
    page.keyboard.press("ArrowUp")
    page.keyboard.press("F2")
    page.wait_for_selector("#row-P01 .cell-editor")
    page.keyboard.type("not kept")
    page.keyboard.press("Escape")
    page.wait_for_selector("#row-P01 [data-cell=owner]:text-is('Ana')")
    # What is typed elsewhere outlives a register that is drawn anew.
    drag(page, "P01", "1x1")
    page.wait_for_selector("#moved")
    assert page.input_value("#id_title") == "half a risk"


SAVED_WHILE_HELD = """() => new Promise((done) => {
  document.addEventListener("htmx:afterRequest", () => done(), { once: true });
  document.querySelector(".cell-editor").requestSubmit();
  document.querySelector("#row-P01").dispatchEvent(new PointerEvent("pointerdown", { bubbles: true }));
})"""


def test_a_row_that_is_pressed_while_its_answer_comes_shows_it_afterwards(project, erin, visit):
    risk(project, owner="Ana")
    page = visit(erin, PAGE)
    page.click("#row-P01 td:has-text('Ana')")
    page.fill(".cell-editor input[name=owner]", "Bruno")
    page.evaluate(SAVED_WHILE_HELD)
    assert page.query_selector(".cell-editor") is not None
    page.evaluate("document.body.dispatchEvent(new PointerEvent('pointerup', { bubbles: true }))")
    page.wait_for_selector("#row-P01 td:has-text('Bruno')")
