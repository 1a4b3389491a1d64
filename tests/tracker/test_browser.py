"""Lifecycle, overview, advice and decisions in a real browser."""

import pytest
from playwright.sync_api import expect

from mlcanvas.projects import actions as projects
from mlcanvas.tracker import actions, selectors
from mlcanvas.tracker.models import Checkpoint, Evidence

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGE = "/p/churn-in-prepaid-mobile/"


def test_a_checkpoint_is_ticked_changed_and_given_evidence_without_leaving_the_page(project, erin, visit):
    page = visit(erin, f"{PAGE}lifecycle/")
    page.get_by_role("button", name="SC-06 done").click()
    expect(page.locator("#tick-SC-06")).to_have_class("tick done")
    page.get_by_role("link", name="Change SC-09").click()
    row = page.locator("#SC-09")
    row.get_by_label("waived").check()
    row.get_by_role("button", name="Save").click()
    expect(row).to_contain_text("Give the reason for waiving SC-09.")
    row.get_by_label("Note, or the reason for waiving").fill("No personal data")
    row.get_by_role("button", name="Save").click()
    expect(row.locator(".waived-badge")).to_be_visible()
    page.get_by_role("link", name="Change SC-09").click()
    row.get_by_label("Address").fill("https://example.org/legal")
    row.get_by_role("button", name="Add the link").click()
    expect(row.get_by_role("link", name="https://example.org/legal")).to_be_visible()
    assert page.url.endswith("/lifecycle/")
    assert Checkpoint.objects.get(key="SC-09").status == "waived"
    assert Evidence.objects.count() == 1


def test_the_project_goes_on_and_back(project, erin, visit):
    for gate in selectors.tracked(project).held:
        for standing in gate.missing:
            actions.checkpoint_set(project=project, key=standing.checkpoint.key, by=erin, status="waived", reason="x")
    page = visit(erin, f"{PAGE}lifecycle/")
    page.get_by_role("button", name="Go on to Data").click()
    expect(page.get_by_role("heading", name="Now: Data")).to_be_visible()
    page.get_by_text("Go back to an earlier stage").click()
    page.get_by_role("button", name="Go back", exact=True).click()
    expect(page.locator("#stage")).to_contain_text("Say why the project goes back")
    page.get_by_label("Because").fill("A source is gone")
    page.get_by_role("button", name="Go back", exact=True).click()
    expect(page.get_by_role("heading", name="Now: Scope")).to_be_visible()
    expect(page.locator(".moves")).to_contain_text("A source is gone")


def test_a_decision_is_recorded_and_shown(project, rita, visit):
    page = visit(rita, f"{PAGE}reviews/")
    page.get_by_label("Pilot first").check()
    page.get_by_label("Why, and on which conditions").fill("Two regions")
    page.get_by_role("button", name="Record the decision").click()
    expect(page.locator(".decisions")).to_contain_text("Two regions")
    expect(page.locator(".decisions")).to_contain_text("Nothing changed since")


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("language", ["en", "pt-BR"])
def test_pages_break_no_accessibility_rule_and_fit_a_phone(project, erin, visit, axe_violations, language, dark):
    projects.set_fact(project=project, key="label_delay_days", value=30, by=erin)
    projects.set_fact(project=project, key="retraining_interval_days", value=7, by=erin)
    actions.checkpoint_set(project=project, key="SC-10", by=erin, status="waived", reason="Fixed price")
    actions.evidence_add(project=project, key="SC-10", label="Contract", url="https://example.org/c", by=erin)
    for path in ("", "lifecycle/", "lifecycle/SC-10/", "advice/", "reviews/"):
        page = visit(erin, PAGE + path, language=language, dark=dark)
        assert axe_violations(page) == [], path
        page.set_viewport_size({"width": 390, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
        page.close()


def test_on_a_phone_the_open_tab_is_in_sight_and_its_pip_follows(project, erin, visit):
    page = visit(erin, f"{PAGE}report/", width=390, height=844)
    left, right = page.locator(".tabs .on").evaluate(
        "tab => [tab.getBoundingClientRect().left, tab.getBoundingClientRect().right]"
    )
    assert left >= 0
    assert right <= 390
    assert page.evaluate("[scrollX, scrollY]") == [0, 0]
    page.goto(page.url.replace("/report/", "/scope/"))
    pip = page.locator('[data-tab-of="scope"] .pip')
    expect(pip).to_have_class("pip none")
    page.locator("#text-problem").fill("Calls are wasted.")
    page.locator("#text-why_ml").focus()
    expect(pip).to_have_class("pip half")
    expect(pip).to_have_attribute("aria-label", "begun")
