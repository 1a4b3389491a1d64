"""Actual costs, prices and calibration in a real browser: by keyboard, on a phone, in both looks and languages."""

import pytest

from mlcanvas.costs.models import Actual, OwnFigure
from tests.costs.cost_cases import ended, estimated, spend

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ACTUALS = "/p/churn-in-prepaid-mobile/costs/actuals/"
PRICES = "/workspace/retail-analytics/prices/"
CALIBRATION = "/workspace/retail-analytics/calibration/"


def test_an_amount_is_typed_by_keyboard_and_the_picture_follows(project, erin, visit):
    estimated(project, erin)
    page = visit(erin, ACTUALS)
    page.fill("#run-note", "not sent yet")
    page.focus("#labels-amount")
    page.keyboard.type("1234.5")
    page.keyboard.press("Enter")
    page.wait_for_selector("#a-labels .saved")
    assert Actual.objects.get().amount == 1234.5
    assert page.locator("#compared .actual-mark").count() == 2
    assert page.input_value("#run-note") == "not sent yet"  # another row is never swapped away
    page.fill("#labels-amount", "-1")
    page.click("#a-labels button")
    page.wait_for_selector("#a-labels .errorlist")
    assert page.input_value("#labels-amount") == "-1"


def test_a_clash_shows_both_and_takes_what_stands(project, alice, erin, visit):
    estimated(project, alice)
    page = visit(erin, ACTUALS)
    spend(project, alice, "labels", 900, note="From the contract")
    page.fill("#labels-amount", "1234.5")
    page.click("#a-labels button")
    page.wait_for_selector("#a-labels .clash")
    assert "900" in page.inner_text("#a-labels .clash")
    assert page.input_value("#labels-amount") == "1234.5"
    page.click("#a-labels .clash a")
    page.wait_for_selector("#a-labels .clash", state="detached")
    assert page.input_value("#labels-amount") == "900"


def test_a_price_is_set_and_taken_back(workspace, alice, visit):
    page = visit(alice, PRICES)
    page.click("summary:has-text('Team')")
    page.focus("#f-T1_day_rate a")
    page.keyboard.press("Enter")
    page.wait_for_selector("#f-T1_day_rate form")
    for name, value in (("low", "600"), ("likely", "800"), ("high", "1000"), ("source", "Contract 17")):
        page.fill(f"#f-T1_day_rate [name={name}]", value)
    page.click("#f-T1_day_rate .btn-primary")
    page.wait_for_selector("#f-T1_day_rate.set")
    assert "600 / 800 / 1,000 EUR" in page.inner_text("#f-T1_day_rate")
    page.click("#f-T1_day_rate a:has-text('Change')")
    page.click("#f-T1_day_rate .take-back button")
    page.wait_for_selector("#f-T1_day_rate:not(.set)")
    assert OwnFigure.objects.count() == 2


def test_corrections_are_applied_and_taken_back(workspace, alice, visit):
    ended(workspace, alice, 5)
    page = visit(alice, CALIBRATION)
    page.click("text=Correct later estimates by this")
    page.wait_for_selector("text=What is proposed counts already.")
    page.click("text=Take the corrections back")
    page.wait_for_selector("text=Estimates of this workspace are not corrected.")


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("language", ["en", "pt-BR"])
def test_the_pages_are_accessible(project, workspace, alice, visit, axe_violations, dark, language):
    estimated(project, alice)
    spend(project, alice, "labels", 1e9, note="As invoiced")
    ended(workspace, alice, 5)
    page = visit(alice, ACTUALS, dark=dark, language=language)
    assert axe_violations(page) == []
    page.goto(page.url.replace(ACTUALS, CALIBRATION))
    page.click("details summary:visible >> nth=0")
    assert axe_violations(page) == []
    page.goto(page.url.replace(CALIBRATION, f"{PRICES}T1_day_rate/"))
    page.evaluate("document.querySelectorAll('details').forEach((each) => each.setAttribute('open', ''))")
    assert axe_violations(page) == []


@pytest.mark.parametrize("path", [ACTUALS, PRICES, f"{PRICES}T1_day_rate/", CALIBRATION])
def test_it_fits_a_phone(project, workspace, alice, visit, path):
    estimated(project, alice)
    spend(project, alice, "labels", 1e12, note="As invoiced " * 40)
    ended(workspace, alice, 2)
    page = visit(alice, path, width=360)
    page.evaluate("document.querySelectorAll('details').forEach((each) => each.setAttribute('open', ''))")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
