"""The options of a report in a real browser: ticks and moves by keyboard, the look, axe, a phone."""

import pytest

from mlcanvas.reports.models import ReportLook

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGE = "/p/churn-in-prepaid-mobile/report/"
LOOK = "/workspace/retail-analytics/report/"


def test_sections_are_chosen_and_ordered_by_keyboard_and_remembered(project, erin, visit):
    page = visit(erin, PAGE)
    page.focus("#report-options summary")
    page.keyboard.press("Enter")
    page.focus("#show-decision")
    page.keyboard.press("Space")
    page.wait_for_selector("#section-decision", state="detached")
    assert "sections=" in page.url
    assert page.evaluate("document.activeElement.id") == "show-decision"
    page.select_option("#report-only", "summary")
    page.wait_for_selector("#section-sources", state="detached")
    page.select_option("#report-only", "all")
    page.wait_for_selector("#section-sources")
    page.get_by_role("button", name="Start every report of this workspace like this").click()
    page.wait_for_selector("text=start with this from now on")
    assert "decision" not in ReportLook.objects.get().sections
    page.goto(page.url.split("?")[0])
    assert not page.locator("#section-decision").count()


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("language", ["en", "pt-BR"])
def test_it_is_accessible(project, alice, visit, axe_violations, dark, language):
    page = visit(alice, f"{PAGE}?sections=scope,sources", dark=dark, language=language)
    assert axe_violations(page) == []
    page.goto(page.url.split("/p/")[0] + LOOK)
    assert axe_violations(page) == []


def test_it_fits_a_phone(project, alice, visit):
    page = visit(alice, f"{PAGE}?sections=scope,sources", width=360)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.goto(page.url.split("/p/")[0] + LOOK)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
