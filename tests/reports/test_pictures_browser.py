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
