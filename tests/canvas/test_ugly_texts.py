"""Texts that break other tools: whole on the page, in the history, in the files and on paper."""

import pytest

from mlcanvas import catalog
from mlcanvas.canvas import actions as canvas
from mlcanvas.canvas import selectors
from mlcanvas.projects import actions
from mlcanvas.projects.comments import actions as comments
from tests.fixtures_projects import FRAGMENT
from tests.reports.printing import text as printed

pytestmark = pytest.mark.any_database

TEMPLATE = "ml_canvas_v1_1"
SCRIPT = "<script>alert(1)</script>"
TEXTS = {
    "value_proposition": "مرحبا بالعالم، هذا نص\nשלום עולם ‮ABC‬",
    "prediction_task": "👩‍👩‍👧‍👦 🏳️‍🌈 é e\u0301 Z\u0351\u036b\u0343 日本語",
    "decisions": "\n".join(f"- item {number}" for number in range(300)),
    "making_predictions": f'{SCRIPT} <img src=x onerror=alert(1)> <b hx-get="/" hx-trigger="load">x</b>',
    "impact_simulation": "w" * 20_000,
    "data_sources": "{{7*7}} {% include 'x' %} {0.__class__} #read(\"/etc/passwd\") $x$ \\ @preview",
    "data_collection": "\n\n  leading\n\ttab\n\ntrailing  \n\n",
    "features": "# One\n## Features\n---\n```\n## not a heading\n- [ ] no task\n```\n| a | b |\n|---|---|\n| 1 | `|` |",
    "building_models": "[x](javascript:alert(1)) [y](https://example.org) ![z](https://example.org/z.png) &amp; &#106;",
    "monitoring": "=HYPERLINK(1)\n+1\n-1\n@SUM",
}


@pytest.fixture
def ugly(workspace, alice, client_for):
    """A project with an ugly text in every block, each saved as a page saves it, and in the other fields."""
    project = actions.create(workspace=workspace, name=f"Ação {SCRIPT}", by=alice, slug="ugly")
    client = client_for(alice)
    for block, text in TEXTS.items():
        answer = client.post(f"/p/ugly/canvas/{TEMPLATE}/{block}/save/", {"text": text, "base": "0"}, **FRAGMENT)
        assert answer.status_code == 200, block
    canvas.head(
        project=project, template=TEMPLATE, by=alice, designed_for=SCRIPT, designed_by=f"{SCRIPT} & مرحبا", date=None
    )
    comments.add(project=project, target=f"canvas/{TEMPLATE}/decisions", text=f"{SCRIPT} ![z](//e.org/z)", by=alice)
    return project


def test_what_is_stored_is_what_was_sent(ugly, alice, client_for):
    assert set(TEXTS) == set(catalog.canvas_templates()[TEMPLATE].blocks)
    filled = selectors.canvas(ugly)
    assert {row.block.key: row.text for row in filled.blocks} == TEXTS


@pytest.mark.parametrize(
    "page",
    [
        f"canvas/{TEMPLATE}/",
        *(f"canvas/{TEMPLATE}/{block}/" for block in TEXTS),
        *(f"canvas/{TEMPLATE}/{block}/history/" for block in ("making_predictions", "impact_simulation", "decisions")),
        f"canvas/{TEMPLATE}/making_predictions/history/?who=1",
        f"canvas/{TEMPLATE}/history/",
        f"canvas/{TEMPLATE}/decisions/guide/",
        f"canvas/{TEMPLATE}/import/",
        f"comments/on/?at=canvas/{TEMPLATE}/decisions",
        "comments/",
        "report/",
        f"report/canvas/{TEMPLATE}/",
        "history/",
        "",
    ],
)
def test_no_page_takes_it_for_its_own(ugly, vic, erin, client_for, page):
    reader = erin if "import" in page else vic
    response = client_for(reader).get(f"/p/ugly/{page}")
    assert response.status_code == 200
    html = response.content.decode()
    assert "<script>alert" not in html
    for tag in ("<img src=x", '<b hx-get="/"', 'href="javascript:', 'src="https://example.org', 'src="//e.org'):
        assert tag not in html


def test_the_words_are_on_the_pages(ugly, vic, client_for):
    html = client_for(vic).get(f"/p/ugly/canvas/{TEMPLATE}/").content.decode()
    for words in (
        "مرحبا بالعالم",
        "שלום",
        "👩‍👩‍👧‍👦",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "{{7*7}}",
        "w" * 20_000,
    ):
        assert words in html
    assert html.count("<li>item ") == 300
    past = client_for(vic).get(f"/p/ugly/canvas/{TEMPLATE}/making_predictions/history/").content.decode()
    assert "&lt;script&gt;" in past


@pytest.mark.parametrize("ending", ["md", "yaml"])
def test_out_and_in_again_changes_nothing(ugly, alice, client_for, ending):
    client = client_for(alice)
    told = client.get(f"/p/ugly/canvas/{TEMPLATE}/export.{ending}").content.decode()
    page = client.post(f"/p/ugly/canvas/{TEMPLATE}/import/", {"text": told, "form": ending}).content.decode()
    assert "Nothing would change" in page


@pytest.mark.parametrize("address", ["report.pdf", f"report/canvas/{TEMPLATE}.pdf", f"report/canvas/{TEMPLATE}.svg"])
def test_it_is_printed_as_text(ugly, vic, client_for, address):
    response = client_for(vic).get(f"/p/ugly/{address}")
    assert response.status_code == 200
    if address.endswith("pdf"):
        # A long word may be broken anywhere, where it meets the edge of its block.
        words = printed(response.content).replace(" ", "")
        for said in ("<script>alert(1)</script>", "item299", '#read("/etc/passwd")', "=HYPERLINK(1)"):
            assert said in words
        assert "root:" not in words
