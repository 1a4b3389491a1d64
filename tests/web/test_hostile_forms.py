"""Every form of every page, filled with what nobody should type: an answer each time, and never a 500."""

from html.parser import HTMLParser

import pytest

from mlcanvas.exchange.actions import project_import
from mlcanvas.ops.demonstration import cases
from mlcanvas.projects.comments import actions as comments
from mlcanvas.projects.models import Project
from tests.fixtures_projects import FRAGMENT

pytestmark = pytest.mark.strict_database

HOSTILE = [
    "a\x00b",
    "NaN",
    "-Infinity",
    "1e400",
    "-1",
    "-0",
    "9" * 400,
    "2147483648",
    "9223372036854775808",
    "１２",
    "0x10",
    "x" * 25_000,
    "<script>alert(1)</script>",
    "{{7*7}}{% include 'x' %}",
    "=HYPERLINK(1)",
    "' OR 1=1--",
    "\u202e\u200b",
    "2026-02-30",
    "9999-12-31",
    "0001-01-01",
    "10000-01-01",
    "javascript:alert(1)",
    "//evil.example",
    "../../x",
    "İ" * 70,
    "",
]
PARTS = [
    "",
    "scope/",
    "canvas/",
    "canvas/ml_canvas_v1_1/features/",
    "canvas/all/",
    "canvas/ml_canvas_v1_1/import/",
    "risks/",
    "costs/",
    "baselines/add/",
    "baselines/",
    "lifecycle/",
    "lifecycle/DV-03/",
    "reviews/",
    "advice/",
    "comments/",
    "comments/on/?at=canvas/ml_canvas_v1_1/features",
    "settings/",
    "history/",
    "report/",
    "risks/library/",
]


class Forms(HTMLParser):
    """The forms of a page: address, and field names with what they hold."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str], list[str]]] = []
        self.open = False

    def handle_starttag(self, tag: str, pairs: list[tuple[str, str | None]]) -> None:
        attributes = dict(pairs)
        if tag == "form" and attributes.get("method") == "post":
            self.found.append((attributes.get("action") or "", {}, []))
            self.open = True
        elif self.open and tag in ("input", "select", "textarea", "button") and attributes.get("name"):
            _address, values, free = self.found[-1]
            name = str(attributes["name"])
            values.setdefault(name, attributes.get("value") or "")
            if name != "csrfmiddlewaretoken":
                free.append(name)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.open = False


@pytest.fixture
def rich(workspace, alice) -> Project:
    """The first worked case, which has something on every page, and a comment."""
    project = project_import(workspace=workspace, text=next(iter(cases().values())), by=alice)
    comments.add(project=project, target="canvas/ml_canvas_v1_1/features", text="Known at night?", by=alice)
    return project


def forms(client, rich) -> dict[str, tuple[dict[str, str], list[str]]]:
    found: dict[str, tuple[dict[str, str], list[str]]] = {}
    for part in PARTS:
        response = client.get(f"/p/{rich.slug}/{part}")
        assert response.status_code in (200, 405), part
        parser = Forms()
        parser.feed(response.content.decode())
        for address, values, free in parser.found:
            # One form of a kind is enough: 52 questions are answered by one view.
            if address.startswith("/p/") and address not in found and len(free) > 0:
                found[address] = (values, free)
    return found


# The short size tries one form of each kind, every fourth value in one field in turn; the long one three of each kind,
# every value in every field.
@pytest.mark.parametrize("long", [False, pytest.param(True, marks=pytest.mark.full)])
def test_no_form_of_any_page_answers_500(rich, alice, client_for, long):
    client = client_for(alice)
    found = forms(client, rich)
    views = {}
    for address, form in found.items():
        views.setdefault(tuple(sorted(form[1])), []).append((address, form))
    assert len(views) >= 12
    for turn, same in enumerate(views.values()):
        for address, (values, free) in same[: 3 if long else 1]:
            if address.endswith(("/delete/", "/remove/")):
                continue
            for number, hostile in enumerate(HOSTILE if long else HOSTILE[turn % 4 :: 4]):
                for name in free[:14] if long else [free[number % len(free)]]:
                    headers = FRAGMENT if len(hostile) % 2 else {}
                    response = client.post(address, {**values, name: hostile}, **headers)
                    assert response.status_code < 500, (address, name, hostile[:40])


def test_no_query_of_any_page_answers_500(rich, alice, client_for):
    client = client_for(alice)
    for part in PARTS:
        for hostile in HOSTILE[:14:2]:
            asked = dict.fromkeys(
                ("q", "page", "cell", "sort", "category", "status", "show", "language", "rows"), hostile
            )
            assert client.get(f"/p/{rich.slug}/{part}", asked).status_code < 500, (part, hostile[:40])
    for hostile in HOSTILE:
        address = f"/p/{rich.slug}/facts/{hostile[:50].replace('/', '')}/"
        assert client.post(address, {"value": hostile}).status_code < 500
