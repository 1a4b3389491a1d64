"""The saved web page of a report in a real browser, without any server: by pointer, by keyboard, by touch."""

import datetime
from functools import cache

import pytest

from mlcanvas.reports.document import Edition, build
from mlcanvas.reports.forms import html
from mlcanvas.reports.options import Options
from tests.reports import snapshots

pytestmark = pytest.mark.browser

PARTS = Options(("register", "costs", "baselines"))


@cache
def saved(language):
    return html.render(build(snapshots.full(), Edition(datetime.date(2026, 11, 23)), language=language, options=PARTS))


@pytest.fixture
def opened(chromium, tmp_path):
    """Opens the file as from an email; whatever it asks for, says or breaks fails the test."""
    contexts, problems = [], []

    def open_file(language="en", *, width=1280, dark=False, script=True):
        file = tmp_path / "report.html"
        file.write_bytes(saved(language))
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            java_script_enabled=script,
            has_touch=width < 500,
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: request.url.startswith("file:") or problems.append(request.url))
        page.on("console", lambda message: problems.append(message.text))
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(file.as_uri())
        return page

    yield open_file
    for context in contexts:
        context.close()
    assert problems == []


def read(page, number):
    """What the curve says, and what somebody who hears its slider is told."""
    reading = page.locator(".report-reading").nth(number)
    said = reading.locator("p").text_content()
    assert reading.locator("input").get_attribute("aria-valuetext") == said
    return said.replace("\u00a0", " ")


def at(page, across):
    """A place in the first curve, in shares of its width."""
    field = page.locator(".report-field").first
    field.scroll_into_view_if_needed()
    box = field.bounding_box()
    return box["x"] + across * box["width"], box["y"] + box["height"] / 2


def test_a_curve_is_read_by_pointer_and_by_keyboard(opened):
    page = opened()
    assert read(page, 0) == "€ 73,090: 50 % likely to be enough"
    page.mouse.move(*at(page, 86_000 / 125_000))
    assert read(page, 0) == "€ 86,310: 80 % likely to be enough"
    page.mouse.move(*at(page, 0.1))
    assert read(page, 0) == "€ 38,104: 1 % likely to be enough"
    slider = page.get_by_role("slider", name="What accuracy costs: recall")
    assert read(page, 1).startswith("0.45 (target): € 55,412 to € 93,402")
    slider.press("ArrowRight")
    assert read(page, 1).startswith("0.5: € 60,120 to € 110,300")
    slider.press("Home")
    assert read(page, 1).startswith("0.25: ")
    line = page.locator("line.reading").nth(1)
    assert line.get_attribute("x1") == "0%"


def test_a_curve_is_read_by_touch(opened):
    page = opened("pt-br", width=390)
    page.touchscreen.tap(*at(page, 86_000 / 125_000))
    assert read(page, 0) == "€ 86.310: 80 % de chance de ser suficiente"


def marked(page):
    return page.locator("tr.is-marked").evaluate_all("rows => rows.map(row => row.dataset.key)")


def test_a_cell_of_the_map_shows_its_risks(opened):
    page = opened()
    cell = page.get_by_role("button", name="3 of 12 risks at likelihood 2 × severity 4: R02, R05, R09")
    cell.scroll_into_view_if_needed()
    # A key in the cell is pressed, too.
    key = page.locator(".report-heat .chip text", has_text="R05").bounding_box()
    page.mouse.click(key["x"] + 2, key["y"] + 2)
    assert cell.get_attribute("aria-pressed") == "true"
    assert marked(page) == ["R02", "R05", "R09"]
    assert page.locator("tr.is-dimmed").count() == 9
    status = page.get_by_role("status")
    assert " ".join(status.all_inner_texts()[0].split()) == (
        "3 of 12 risks at likelihood 2 × severity 4: R02 R05 R09 Show all"
    )
    status.get_by_role("button", name="R05").click()
    assert page.evaluate("document.activeElement.dataset.key") == "R05"
    page.keyboard.press("Escape")
    assert (marked(page), status.text_content()) == ([], "")
    # By keyboard: from cell to cell with arrows.
    cell.press("Enter")
    assert marked(page) == ["R02", "R05", "R09"]
    cell.press("ArrowLeft")
    page.keyboard.press(" ")
    assert marked(page) == ["R11"]
    assert cell.get_attribute("aria-pressed") == "false"
    status.get_by_role("button", name="Show all").press("Enter")
    assert marked(page) == []
    assert page.evaluate("document.activeElement.getAttribute('aria-label')").endswith(": R11")


def test_the_heads_of_the_register_sort_it(opened):
    page = opened()
    keys = lambda: page.locator("tr[data-key]").evaluate_all("rows => rows.map(row => row.dataset.key)")  # noqa: E731
    before = keys()
    head = page.get_by_role("columnheader", name="Likelihood × severity")
    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") == "ascending"
    # Only the order of the report says which of two alike comes first.
    assert keys()[0] == "R08"
    head.get_by_role("button").press("Enter")
    assert head.get_attribute("aria-sort") == "descending"
    assert keys()[0] == "R01"
    page.get_by_role("columnheader", name="Id").get_by_role("button").click()
    assert head.get_attribute("aria-sort") is None
    assert keys() == sorted(before)
    head.get_by_role("button").click(click_count=3)
    assert (keys(), head.get_attribute("aria-sort")) == (before, None)


def test_a_bar_says_its_words(opened):
    page = opened()
    chart = page.locator(".report-ranges", has_text="Running it").first
    bars, said = chart.locator(".report-range[role=group]"), chart.locator(".report-said")
    bars.nth(1).hover()
    assert said.text_content() == "Running it: €\u00a011,400 to €\u00a025,200, P50 €\u00a017,300"
    bars.first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert said.text_content().startswith("Labels: ")
    assert bars.locator("title").count() == 0


@pytest.mark.parametrize(("language", "width", "dark"), [("en", 1280, False), ("pt-br", 390, True)])
def test_it_is_accessible_before_and_while_it_is_used(opened, axe_violations, language, width, dark):
    page = opened(language, width=width, dark=dark)
    assert axe_violations(page) == []
    page.locator(".press").first.press("Enter")
    page.locator("th button").first.click()
    page.locator(".report-range[tabindex='0']").first.focus()
    assert axe_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_without_scripts_and_on_paper_there_is_nothing_to_press(opened):
    page = opened(script=False)
    assert page.locator(".report-reading, .report-chosen, .press, th button").count() == 0
    assert page.locator(".report-map[aria-hidden=true]").count() == 1
    page = opened()
    page.locator(".press").first.press("Enter")
    page.emulate_media(media="print")
    for added in (".press", ".report-reading", ".report-said", ".report-chosen", "line.reading"):
        assert not page.locator(added).first.is_visible()
    row = page.locator("tr.is-dimmed .report-chip").first
    assert row.evaluate("chip => getComputedStyle(chip).backgroundColor") != "rgba(0, 0, 0, 0)"
