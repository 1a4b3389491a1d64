"""What a report was when a person last looked at it: `python -m tests.reports.golden` renews it.

The rich project in Markdown, section by section; with `--pictures` also the pages of both worked cases. Look at what
git says has changed before it is committed.
"""

import datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlcanvas.workspaces.models import Workspace

FOLDER = Path(__file__).with_name("golden")
LANGUAGES = ("en", "pt-br")
DAY = datetime.date(2026, 11, 23)


def made(language: str) -> str:
    """The rich project in Markdown."""
    from mlcanvas.reports.document import Edition, build
    from mlcanvas.reports.forms import markdown
    from tests.reports import snapshots

    snapshot = snapshots.full() if language == "en" else snapshots.cheia()
    report = build(snapshot, Edition(DAY), language=language)
    return markdown.render(report).decode()


def printed(case: str, workspace: "Workspace") -> bytes:
    """A worked case as PDF, in its own language."""
    from mlcanvas.reports import pdf
    from mlcanvas.reports.document import Edition, build
    from tests.reports import worked
    from tests.reports.printing import ours

    return pdf.render(build(worked.snapshot(case, workspace), Edition(DAY)), ours()).pdf


def kept(language: str) -> str:
    """What was kept."""
    return file(language).read_text(encoding="utf-8")


def file(language: str) -> Path:
    """Where it is kept."""
    return FOLDER / f"report-{language}.md"


def _renew_pictures() -> None:
    from django.test.utils import setup_databases

    from mlcanvas.workspaces.models import Workspace
    from tests.reports import page_pictures, worked

    setup_databases(verbosity=0, interactive=False)
    workspace = Workspace.objects.create(name="Golden", slug="golden")
    for case in worked.CASES:
        page_pictures.keep(case, page_pictures.pages(printed(case, workspace)))


if __name__ == "__main__":
    import os
    import sys

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.plumbing.settings")
    django.setup()
    FOLDER.mkdir(exist_ok=True)
    for name in LANGUAGES:
        file(name).write_text(made(name), encoding="utf-8")
    if "--pictures" in sys.argv[1:]:
        _renew_pictures()
