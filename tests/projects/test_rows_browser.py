"""Lists and advice in a real browser: accessible in both languages and themes, by keyboard, in place."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from mlcanvas import catalog
from mlcanvas.accounts.models import User
from mlcanvas.projects.models import Project, Row
from mlcanvas.projects.rows import actions, selectors
from tests.plumbing.browser import Visit

pytestmark = pytest.mark.browser

PAGE = "/p/churn-in-prepaid-mobile/rows/"
GUIDE = "/p/churn-in-prepaid-mobile/canvas/ml_canvas_v1_1/data_sources/guide/"
LOOKS = pytest.mark.parametrize(
    ("language", "dark"),
    [("en", False), ("en", True), ("pt-BR", False), ("pt-BR", True)],
    ids=["en-light", "en-dark", "pt-light", "pt-dark"],
)


def listed(project: Project, by: User, kind: str = "sources", /, **values: Any) -> Row:
    return actions.row_add(project=project, kind=catalog.row_kinds()[kind], values=values, by=by)


@pytest.fixture
def two(project: Project, erin: User) -> Project:
    listed(project, erin, name="Top-up ledger", owner="Billing", kind="table", refresh_hours=24, personal_data="yes")
    listed(project, erin, name="Network events", owner="Operations", refresh_hours=1, personal_data="no")
    listed(project, erin, "features", name="Days since the last top-up", source="S01", available="unsure")
    listed(project, erin, "outcomes", name="A kept line", amount={"low": 8, "likely": 11, "high": 14})
    return project


def names(project: Project) -> list[str]:
    return [str(row) for row in selectors.listed(project, "sources")]


@LOOKS
@pytest.mark.parametrize("width", [1440, 390])
def test_lists_and_advice_are_accessible(
    visit: Visit,
    axe_violations: Callable[[Page], list[str]],
    two: Project,
    erin: User,
    language: str,
    dark: bool,
    width: int,
) -> None:
    page = visit(erin, f"{PAGE}sources/?edit=S01", language=language, dark=dark, width=width)
    assert axe_violations(page) == []
    for address in (f"{PAGE}outcomes/?edit=O01", f"{PAGE}features/?removed=F01", GUIDE):
        page.goto("/".join(page.url.split("/", 3)[:3]) + address)
        if address == GUIDE:
            page.locator("#advice-beside .beside-list").wait_for()
            page.locator("#rows-sources .row-list").wait_for()
            page.locator(".set-aside summary").first.click()
            page.locator(".row-new summary").click()
        assert axe_violations(page) == [], address
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address


def test_a_list_is_kept_by_keyboard_alone(visit: Visit, two: Project, erin: User) -> None:
    page = visit(erin, f"{PAGE}sources/")
    page.locator(".row-new summary").press("Enter")
    page.get_by_label("Name").fill("Contact history")
    page.get_by_label("Name").press("Enter")
    expect(page.get_by_label("Name")).to_be_focused()
    expect(page.get_by_label("Name")).to_have_value("")
    assert names(two) == ["Top-up ledger", "Network events", "Contact history"]
    up = page.get_by_role("button", name="Move “Contact history” up")
    up.press("Enter")
    expect(page.locator(".row-name").nth(1)).to_have_text("Contact history")
    expect(up).to_be_focused()
    up.press("Enter")
    expect(page.locator(".row-name").first).to_have_text("Contact history")
    page.get_by_role("link", name="Change “Contact history”").press("Enter")
    page.get_by_role("button", name="Remove “Contact history”").press("Enter")
    expect(page.get_by_role("button", name="Undo")).to_be_focused()
    page.get_by_role("button", name="Undo").press("Enter")
    change = page.get_by_role("link", name="Change “Contact history”")
    expect(change).to_be_focused()
    change.press("Enter")
    field = page.locator("#row-sources-S03").get_by_label("Name")
    expect(field).to_be_focused()
    field.fill("Contacts")
    field.press("Enter")
    expect(page.get_by_role("link", name="Change “Contacts”")).to_be_focused()
    assert names(two) == ["Contacts", "Top-up ledger", "Network events"]


def test_what_is_refused_is_said_beside_the_field_that_gets_the_focus(visit: Visit, two: Project, erin: User) -> None:
    page = visit(erin, f"{PAGE}sources/?edit=S01")
    page.get_by_label("Owner").fill("Billing team")
    page.get_by_label("Refreshed every").fill("often")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Write a number and a unit")).to_be_visible()
    expect(page.get_by_label("Refreshed every")).to_be_focused()
    expect(page.get_by_label("Owner")).to_have_value("Billing team")


def test_two_people_on_one_row_see_both_versions(visit: Visit, two: Project, erin: User, alice: User) -> None:
    page = visit(erin, f"{PAGE}sources/?edit=S01")
    actions.row_edit(
        row=Row.objects.get(kind="sources", key="S01"), version=1, values={"name": "Ledger, daily"}, by=alice
    )
    page.get_by_label("Owner").fill("Finance")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("What Alice saved")).to_be_visible()
    expect(page.get_by_role("cell", name="Finance")).to_be_visible()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("What Alice saved")).to_have_count(0)
    expect(page.get_by_text("Finance")).to_be_visible()
    assert Row.objects.get(kind="sources", key="S01").values["owner"] == "Finance"


def test_an_answer_in_the_list_takes_its_advice_away(visit: Visit, two: Project, erin: User) -> None:
    page = visit(erin, GUIDE)
    advice = page.get_by_text("Personal data without a legal basis: “Top-up ledger”")
    expect(advice).to_be_visible()
    page.get_by_role("link", name="Change “Top-up ledger”").click()
    page.locator("#sources-S01-legal_basis").select_option("contract")
    page.get_by_role("button", name="Save", exact=True).locator("visible=true").click()
    expect(advice).to_have_count(0)


def test_advice_is_set_aside_in_place(visit: Visit, two: Project, erin: User) -> None:
    page = visit(erin, GUIDE)
    item = page.locator(".beside-list li", has_text="without a legal basis")
    item.locator("summary").click()
    item.get_by_role("button", name="Set aside").click()
    expect(item.get_by_text("Say why it does not apply; the next reader will ask.")).to_be_visible()
    item.get_by_role("textbox").fill("Counsel answers on Friday")
    item.get_by_role("button", name="Set aside").click()
    expect(item).to_have_count(0)
