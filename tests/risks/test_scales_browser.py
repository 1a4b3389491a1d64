"""Changing the scale in a real browser: by keyboard, beside somebody with the register open, on a phone, with axe."""

import pytest

from mlcanvas.risks.models import Risk
from tests.risks.risk_cases import PAGE, risk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SCALE = "/workspace/retail-analytics/risk-scale/"


def test_from_five_to_three_and_back_by_keyboard(project, alice, visit):
    risk(project, "P01", title="Labels", likelihood=4, severity=4)
    page = visit(alice, SCALE)
    page.get_by_role("link", name="Change the scale").click()
    page.get_by_role("link", name="3 × 3").click()
    page.fill("#id_likelihood-2-label-en", "almost daily")
    page.press("#id_likelihood-2-label-en", "Enter")
    page.wait_for_selector("#preview")
    assert page.input_value("#id_likelihood-2-label-en") == "almost daily"
    assert "1 risk stands in a register" in page.inner_text("#preview")
    page.focus("button[value=apply]")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{SCALE}")
    assert "almost daily" in page.inner_text("#scale")
    assert (Risk.objects.get().likelihood, Risk.objects.get().severity) == (3, 3)
    page.goto(page.url.replace(SCALE, PAGE))
    assert page.locator(".heat tbody tr").count() == 3
    page.focus("#chip-P01")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    page.wait_for_selector("#cell-2x3 ~ #chip-P01")
    page.goto(page.url.split(PAGE)[0] + SCALE)
    page.get_by_role("link", name="Use it again 5 × 5").click()
    page.locator("button[value=preview]:visible").last.click()
    page.wait_for_selector("#preview")
    page.click("button[value=apply]")
    page.wait_for_url(f"**{SCALE}")
    assert "5 × 5" in page.inner_text("#now-head")
    assert Risk.objects.get().current_severity == 5


def test_a_page_that_was_open_says_so_and_keeps_what_was_typed(project, alice, erin, visit):
    page = visit(erin, PAGE)
    page.fill("#id_title", "Labels cost too much")
    other = visit(alice, f"{SCALE}edit/?likelihoods=3&severities=3")
    other.locator("button[value=preview]:visible").last.click()
    other.wait_for_selector("#preview")
    other.click("button[value=apply]")
    other.wait_for_url(f"**{SCALE}")
    page.get_by_role("button", name="Add the risk").click()
    page.wait_for_selector("text=The scale of this workspace was changed meanwhile.")
    assert page.input_value("#id_title") == "Labels cost too much"
    assert page.locator("#id_likelihood option").count() == 3
    page.get_by_role("button", name="Add the risk").click()
    page.wait_for_selector("#row-P01")


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("language", ["en", "pt-BR"])
def test_it_is_accessible(project, alice, visit, axe_violations, dark, language):
    risk(project, likelihood=3, severity=3)
    page = visit(alice, SCALE, dark=dark, language=language)
    assert axe_violations(page) == []
    page.goto(page.url + "edit/?likelihoods=4&severities=4")
    page.locator("button[value=preview]:visible").last.click()
    page.wait_for_selector("#preview")
    page.click("#preview summary")
    assert axe_violations(page) == []


def test_it_fits_a_phone(project, alice, visit):
    risk(project, title="x" * 200)
    page = visit(alice, f"{SCALE}edit/?likelihoods=10&severities=10", width=360)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.goto(page.url.split("edit/")[0] + "edit/?likelihoods=4&severities=4")
    page.locator("button[value=preview]:visible").last.click()
    page.wait_for_selector("#preview")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
