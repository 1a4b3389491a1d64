"""The menu of downloads in a real browser: by keyboard, with the filters of the list, in both looks and languages."""

import pytest

from tests.risks.risk_cases import PAGE, risk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_filtered_list_is_downloaded_by_keyboard(project, erin, visit):
    risk(project, "P01", title="=1+1", category="model")
    risk(project, "P02")
    page = visit(erin, PAGE)
    page.select_option("#filter-category", "model")
    page.wait_for_selector("#downloads a[href$='register.csv?category=model']", state="attached")
    page.focus("#downloads summary")
    page.keyboard.press("Enter")
    page.focus("#downloads a[href*='register.csv']")
    with page.expect_download() as waiting:
        page.keyboard.press("Enter")
    assert waiting.value.suggested_filename.startswith("Churn in prepaid mobile - risk register - ")
    lines = waiting.value.path().read_text("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert lines[1].startswith("P01,'=1+1,model,")
    page.keyboard.press("Escape")
    assert not page.is_visible("#downloads .menu-body")


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("language", ["en", "pt-BR"])
def test_it_is_accessible(project, erin, visit, axe_violations, dark, language):
    risk(project)
    page = visit(erin, PAGE, dark=dark, language=language)
    page.click("#downloads summary")
    assert axe_violations(page) == []


def test_the_menu_fits_a_phone(project, erin, visit):
    risk(project)
    page = visit(erin, PAGE, width=360)
    page.click("#downloads summary")
    box = page.locator("#downloads .menu-body").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 360
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
