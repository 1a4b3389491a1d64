"""Scenarios and the history of estimates in a real browser: the keyboard, the clash, the phone, axe."""

import pytest

from mlcanvas.costs import actions as costs
from mlcanvas.costs.scenarios import actions
from tests.costs.scenario_cases import COSTS, PAGE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_comparison_from_one_click_and_back(plan, erin, visit):
    page = visit(erin, PAGE)
    page.click("text=Add them and compare >> nth=0")
    page.wait_for_url("**/compare/**")
    assert page.locator(".side-by-side thead th").count() == 3
    page.click("nav.cost-pages >> text=Scenarios")
    # By keyboard alone: only two of the three are compared.
    page.focus("input[value=S2]")
    page.keyboard.press("Space")
    page.focus("text=Compare side by side")
    page.keyboard.press("Enter")
    page.wait_for_url("**with=plan&with=S1")
    page.go_back()
    page.click("tr:has-text('Target 0.8') >> text=Delete")
    page.click(".undo button")
    page.wait_for_selector("tr:has-text('Target 0.8')")


def test_an_answer_changes_the_range_beside_it(plan, crowd, erin, visit):
    page = visit(erin, f"{PAGE}S1/?open=operation")
    page.wait_for_selector("#q-O1_horizon input[name=value]")
    page.fill("#q-O1_horizon input[name=value]", "9")
    page.keyboard.press("Enter")
    page.wait_for_selector("#q-O1_horizon .own-badge")
    page.wait_for_selector("#scenario-head >> text=Years in operation")
    # Once more in the same form, which knows what it has stored.
    page.fill("#q-O1_horizon input[name=value]", "8")
    page.keyboard.press("Enter")
    page.wait_for_selector("#scenario-head li:has-text('8 years')")
    page.click("#q-O1_horizon >> text=As in the plan")
    page.wait_for_selector("#q-O1_horizon .own-badge", state="detached")
    page.fill("#id_target", "0.95")
    page.click("text=Save the target")
    page.wait_for_selector("#scenario-head li:has-text('0.95')")


@pytest.mark.parametrize("where", [f"{COSTS}?open=operation", f"{PAGE}S1/?open=operation"])
def test_two_people_at_one_answer(plan, crowd, alice, erin, visit, where):
    page = visit(erin, where)
    page.fill("#q-O1_horizon input[name=value]", "7")
    if where.startswith(PAGE):
        actions.answer(row=crowd, question="O1_horizon", value=4, by=alice)
    else:
        costs.answer(project=plan, question="O1_horizon", value=4, by=alice)
    page.focus("#q-O1_horizon input[name=value]")
    page.keyboard.press("Enter")
    page.wait_for_selector("#q-O1_horizon [role=alert]:has-text('4 years')")
    assert page.input_value("#q-O1_horizon input[name=value]") == "7"
    page.click("#q-O1_horizon button:text-is('Save')")
    page.wait_for_selector("#q-O1_horizon .saved")
    assert page.input_value("#q-O1_horizon input[name=value]") == "7"


def test_a_choice_that_clashed_can_be_saved_again(plan, alice, erin, visit):
    page = visit(erin, f"{COSTS}?open=difficulty")
    costs.answer(project=plan, question="D1_industry", value="same", by=alice)
    page.select_option("#q-D1_industry select", "none")
    page.wait_for_selector("#q-D1_industry [role=alert]")
    page.click("#q-D1_industry button:text-is('Save')")
    page.wait_for_selector("#q-D1_industry .saved")
    assert page.input_value("#q-D1_industry select") == "none"


def test_an_estimate_is_made_again(plan, vic, visit):
    page = visit(vic, f"{COSTS}history/")
    page.click("#e1 >> text=Make it again")
    page.wait_for_selector("#e1 .check-same")


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("language", ["en", "pt-BR"])
def test_they_are_accessible(plan, crowd, erin, visit, axe_violations, dark, language):
    actions.start(project=plan, family="target", by=erin)
    page = visit(erin, PAGE, dark=dark, language=language)
    assert axe_violations(page) == []
    base = page.url
    for path in ("compare/?with=plan,S1,S2,S3", "S1/?open=data", "../history/?from=1&to=3"):
        page.goto(base + path)
        page.evaluate("for (const closed of document.querySelectorAll('main details')) closed.open = true")
        assert axe_violations(page) == []


@pytest.mark.parametrize("path", ["", "compare/", "S1/?open=data", "../history/?from=1&to=3"])
def test_they_fit_a_phone(plan, erin, visit, axe_violations, path):
    actions.add(project=plan, name="A" * 200, note="B" * 900, by=erin)
    page = visit(erin, PAGE + path, width=360)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert axe_violations(page) == []
