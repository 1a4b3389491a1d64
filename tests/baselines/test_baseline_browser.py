"""The baselines page in a real browser."""

import pytest

from tests.baselines.baseline_cases import PAGE, baseline, target

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_add_compare_delete_undo(project, erin, visit):
    target(project)
    page = visit(erin, PAGE)
    page.click("text=Add the first baseline")
    page.fill("#id_name", "Rule of thumb")
    page.fill("#id_value", "74.67 % ± 2 %")
    page.fill("#id_dataset", "churn-2025")
    page.click("text=Save the baseline")
    page.wait_for_selector(".compare >> text=0.1033 short of the target")
    assert "0.7467 (0.7267–0.7667)" in page.inner_text(".compare")
    page.click(".compare button")
    page.wait_for_selector(".undo")
    page.click(".undo button")
    page.wait_for_selector(".compare >> text=Rule of thumb")


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("language", ["en", "pt-BR"])
def test_it_is_accessible(project, erin, visit, axe_violations, dark, language):
    target(project)
    baseline(project, low=0.6, high=0.8)
    baseline(project, "B02", kind="human", value=0.9)
    baseline(project, "B03", comparable="no", comparable_why="other data")
    page = visit(erin, PAGE, dark=dark, language=language)
    assert axe_violations(page) == []
    page.goto(page.url + "add/")
    assert axe_violations(page) == []


def test_it_fits_a_phone(project, erin, visit):
    baseline(project, name="A" * 200, dataset="B" * 200)
    page = visit(erin, PAGE, width=360)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
