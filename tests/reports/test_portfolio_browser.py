"""From the list to the report of several projects in a real browser: ticks, axe, a phone."""

import pytest

from mlcanvas.projects import actions
from mlcanvas.projects.models import Summary

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGE = "/portfolio/report/"


@pytest.fixture
def three(workspace, alice):
    for place, name in enumerate(("Alpha", "Beta", "Gamma")):
        project = actions.create(workspace=workspace, name=name, by=alice)
        Summary.objects.filter(project=project).update(value=30 * place, feasibility=60, tier=place + 1, severity=1)


def test_what_is_ticked_in_the_list_is_in_the_report(three, vic, visit):
    page = visit(vic, "/?q=a")
    page.get_by_label("Into the report: Gamma").check()
    page.get_by_label("Into the report: Alpha").check()
    page.get_by_role("button", name="Report of these projects").click()
    page.wait_for_selector("#section-project-2")
    assert page.locator(".report-section h2").all_inner_texts()[2:] == ["1 Alpha", "2 Gamma"]
    page.get_by_text("Which projects").wait_for()
    page.locator("input[name=project][value=alpha]").uncheck()
    page.get_by_role("button", name="Show these").click()
    page.wait_for_selector("#section-project-2", state="detached")
    assert page.locator("#section-project-1").count() == 1
    page.get_by_role("link", name="Back to the list").click()
    page.wait_for_selector("#to-report")
    assert page.url.endswith("/?q=a")


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("language", ["en", "pt-BR"])
def test_it_is_accessible(three, vic, visit, axe_violations, dark, language):
    page = visit(vic, PAGE, dark=dark, language=language)
    assert axe_violations(page) == []
    page.goto(page.url.split("/portfolio/")[0] + "/")
    assert axe_violations(page) == []


def test_it_fits_a_phone(three, vic, visit):
    page = visit(vic, PAGE, width=360)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.goto(page.url.split("/portfolio/")[0] + "/")
    assert page.get_by_role("button", name="Report of these projects").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
