"""The pictures of the report in a real browser: axe, a phone, letters that keep clear of each other."""

import pytest

from mlcanvas.projects import selectors as projects
from tests.reports import snapshots

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGE = "/p/churn-in-prepaid-mobile/report/?sections=register,costs"
# The boxes of the letters that match, and the ones that are not shown left out.
BOXES = """selector => [...document.querySelectorAll(selector)]
    .filter(it => getComputedStyle(it).visibility == "visible")
    .map(it => it.getBoundingClientRect()).map(it => [it.left, it.top, it.right, it.bottom])"""
GROUPS = (".report-heat .chip text", ".report-across text", ".report-up text", ".report-letter text")


@pytest.fixture
def rich(project, monkeypatch):
    monkeypatch.setattr(projects, "snapshot", lambda _project: snapshots.full())
    return project


@pytest.mark.parametrize("dark", [False, True])
def test_they_are_accessible(rich, alice, visit, axe_violations, dark):
    page = visit(alice, PAGE, dark=dark)
    page.locator(".report-beside summary").click()
    assert page.locator(".report-ways li").count() > 5
    assert axe_violations(page) == []


@pytest.mark.parametrize("width", [1440, 390])
def test_no_letters_lie_on_others(rich, alice, visit, width):
    page = visit(alice, PAGE, width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for selector in GROUPS:
        boxes = page.evaluate(BOXES, selector)
        assert len(boxes) > 2
        for place, (left, top, right, bottom) in enumerate(boxes):
            assert right - left > 2
            for other in boxes[:place]:
                assert other[2] <= left or other[0] >= right or other[3] <= top + 1 or other[1] >= bottom - 1, selector


def test_on_a_phone_amounts_are_seen_and_what_scrolls_shows_it(rich, alice, visit):
    page = visit(alice, "/p/churn-in-prepaid-mobile/report/?sections=scope,costs,baselines", width=390)
    for left, _top, right, _bottom in page.evaluate(BOXES, ".report-table.is-narrow td.num"):
        assert left >= 0
        assert right <= 390
    scrolls = """[...document.querySelectorAll(".report-scroll")].filter(it => it.scrollWidth > it.clientWidth)
        .map(it => getComputedStyle(it).backgroundAttachment)"""
    found = page.evaluate(scrolls)
    # The metrics and the cost lines; what stays below the paper that moves with the table is the shadow at each side.
    assert len(found) >= 2
    assert set(found) == {"local, local, scroll, scroll"}
    # The target is named above its line.
    (named,) = page.evaluate(BOXES, "#section-baselines .report-mark")
    ((line, *_others), *_rows) = page.evaluate(BOXES, "#section-baselines line.mark")
    assert named[0] - 1 <= line <= named[2] + 1
