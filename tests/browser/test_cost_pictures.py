"""The handle on the curve of what accuracy costs, in a real browser."""

import pytest
from playwright.sync_api import expect

from mlcanvas.costs import actions
from tests.costs.test_costs import PAGE, aim
from tests.domain.test_estimate import EXAMPLE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def answered(project, alice):
    for question, value in (EXAMPLE | {"O1_horizon": 2}).items():
        actions.answer(project=project, question=question, value=value, by=alice)
    aim(project, alice, current=0.8)
    actions.refresh(project=project, by=alice)
    return project


def seen(page):
    """The cost page with all its pictures, which come when they are scrolled to."""
    for place, within in (("accuracy", ".handle"), ("drivers", ".tornado"), ("breakdown", ".stacks")):
        page.locator(f"#{place}-place").scroll_into_view_if_needed()
        page.locator(f"#{place}-place {within}").first.wait_for()
    return page


def test_by_keyboard(answered, vic, visit):
    page = seen(visit(vic, PAGE))
    handle = page.get_by_role("slider", name="Target")
    handle.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#accuracy-chosen .step").first).to_contain_text(
        "From 0.9 to 0.92 costs about 3.2 times the data"
    )
    assert handle.get_attribute("aria-valuetext").startswith("0.92: ")
    expect(handle).to_be_focused()
    assert page.url.endswith(f"{PAGE}?target=0.92")
    page.keyboard.press("Home")
    expect(page.locator("#accuracy-chosen .step").first).to_contain_text("From 0.9 down to 0.8 saves")
    page.reload()
    expect(seen(page).locator("#accuracy-chosen .step").first).to_contain_text("From 0.9 down to 0.8 saves")


def test_by_pointer(answered, vic, visit):
    page = seen(visit(vic, PAGE))
    plot = page.locator("#accuracy-plot")
    plot.scroll_into_view_if_needed()
    box, circle = plot.bounding_box(), page.locator("#accuracy-handle circle").bounding_box()
    page.mouse.move(circle["x"] + 9, circle["y"] + 9)
    page.mouse.down()
    page.mouse.move(box["x"] + 2, box["y"] + 100, steps=4)
    page.mouse.up()
    expect(page.locator("#accuracy-chosen .step").first).to_contain_text("From 0.9 down to 0.8 saves")
    assert page.locator("#accuracy-target").input_value() == "0.8"


def test_typed_and_mistyped(answered, vic, visit):
    page = seen(visit(vic, PAGE))
    field = page.locator("#accuracy-target")
    field.fill("0.915")
    field.press("Enter")
    expect(page.locator("#accuracy-chosen")).to_contain_text("A target of 0.915 would cost")
    assert page.locator("#accuracy-handle").get_attribute("aria-valuetext").startswith("0.915: ")
    field.fill("0.99")
    field.press("Enter")
    expect(page.locator("#accuracy-error")).to_contain_text("0.96 is the limit")
    expect(field).to_have_value("0.99")


def test_an_answer_draws_the_pictures_again(answered, alice, visit):
    page = seen(visit(alice, f"{PAGE}?open=operation"))
    before = page.locator("#accuracy-chosen").inner_text()
    form = page.locator("#q-O1_horizon")
    form.locator("input[name=value]").fill("4")
    form.get_by_role("button", name="Save").click()
    expect(page.locator("#breakdown-place")).to_contain_text("Year 4")
    expect(page.locator("#accuracy-chosen")).not_to_have_text(before)


@pytest.mark.parametrize(("language", "dark", "width"), [("en", False, 1280), ("pt-BR", True, 390)])
def test_the_pictures_are_accessible_and_fit(answered, vic, visit, axe_violations, language, dark, width):
    page = seen(visit(vic, PAGE, language=language, dark=dark, width=width))
    page.evaluate("document.querySelectorAll('.picture-table').forEach((table) => (table.open = true))")
    assert axe_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
