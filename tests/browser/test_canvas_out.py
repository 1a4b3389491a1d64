"""A canvas out of the browser onto paper, and text into it, in a real Chromium."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from mlcanvas.accounts.models import User
from mlcanvas.canvas import selectors
from mlcanvas.projects import actions
from mlcanvas.projects.models import Project
from tests.plumbing.browser import Visit
from tests.reports.printing import info, text

pytestmark = pytest.mark.browser

CSS = Path(__file__).resolve().parents[2] / "static" / "css"
BASE = "/p/churn-in-prepaid-mobile/canvas/ml_canvas_v1_1/"
FILES = "/p/churn-in-prepaid-mobile/report/canvas/ml_canvas_v1_1/"
PASTED = "Minutes.\n\n## Decisions\nCall the first five.\n\n## Stakeholders\nAna."


def write(project: Project, by: User, block: str, words: str) -> None:
    actions.save_text(project=project, key=f"canvas/ml_canvas_v1_1/{block}", text=words, base=0, by=by)


def printed(page: Page) -> bytes:
    """The page as the browser prints it, with our print stylesheet after the one of the screen."""
    both = (CSS / "canvas.css").read_text() + "@media print {" + (CSS / "print-canvas.css").read_text() + "}"
    page.route("**/css/canvas.css", lambda route: route.fulfill(body=both, content_type="text/css"))
    page.reload()
    return page.pdf(prefer_css_page_size=True)


def test_a_canvas_is_printed_on_one_landscape_page(visit: Visit, project: Project, alice: User) -> None:
    for block in selectors.template(project).blocks:
        write(
            project, alice, block, f"**Who:** the people of {block}.\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |"
        )
    made = printed(visit(alice, BASE, dark=True))
    assert info(made)["Pages"] == "1"
    width, height = (float(side) for side in info(made)["Page size"].split(" pts")[0].split(" x "))
    assert (round(width / 72 * 25.4), round(height / 72 * 25.4)) == (297, 210)
    said = text(made)
    for block in selectors.template(project).blocks:
        assert f"the people of {block}" in said
    for words in ("Churn in prepaid mobile", "Value proposition", "draft", "Louis Dorard, Ph.D.", "CC BY-SA 4.0"):
        assert words in said
    for words in ("Settings", "History", "Overview", "agree ", "Save", "Marta"):
        assert words not in said, words


def test_what_does_not_fit_is_printed_overleaf_in_full(visit: Visit, project: Project, alice: User) -> None:
    words = " ".join(f"Then we come to sentence s{number}." for number in range(500))
    write(project, alice, "decisions", words)
    write(project, alice, "monitoring", words.replace(" s", " m"))
    made = printed(visit(alice, BASE))
    assert int(info(made)["Pages"]) > 1
    said = text(made).replace(".", "").split()
    assert {f"s{number}" for number in range(500)} | {f"m{number}" for number in range(500)} <= set(said)


def test_an_empty_canvas_is_printed_with_its_questions(visit: Visit, project: Project, alice: User) -> None:
    made = printed(visit(alice, BASE))
    assert info(made)["Pages"] == "1"
    block = selectors.template(project).blocks["decisions"]
    assert block.question.en in text(made)
    assert block.example.en not in text(made)


def test_text_is_pasted_placed_and_imported(visit: Visit, project: Project, erin: User) -> None:
    page = visit(erin, f"{BASE}import/")
    page.get_by_label("Text", exact=True).fill(PASTED)
    page.get_by_role("button", name="Show what would change").click()
    page.get_by_label("Put piece 2 into").select_option("Monitoring")
    page.locator("#change-monitoring").wait_for()
    page.get_by_role("button", name="Import", exact=True).click()
    page.wait_for_url(f"**{BASE}")
    assert page.get_by_text("Imported into 2 blocks.").is_visible()
    assert {row.block.key: row.text for row in selectors.canvas(project).blocks if row.text} == {
        "decisions": "Call the first five.",
        "monitoring": "## Stakeholders\nAna.",
    }


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("language", ["en", "pt-BR"])
def test_the_pages_are_accessible(
    visit: Visit,
    project: Project,
    erin: User,
    axe_violations: Callable[[Page], list[str]],
    language: str,
    dark: bool,
) -> None:
    write(project, erin, "decisions", "Call everybody.")
    page = visit(erin, FILES, language=language, dark=dark)
    assert page.locator(".canvas-sheet img").evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    assert axe_violations(page) == []
    page = visit(erin, f"{BASE}import/", language=language, dark=dark, width=390)
    assert axe_violations(page) == []
    page.locator("#id_text").fill(PASTED)
    page.locator("#canvas_import .btn-primary").click()
    page.locator("#change-decisions").wait_for()
    assert axe_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
