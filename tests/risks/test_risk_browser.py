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
