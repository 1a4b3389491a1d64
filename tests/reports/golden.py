"""The report in Markdown as it was last looked at, section by section: `python -m tests.reports.golden` renews it."""

import datetime
from pathlib import Path

FOLDER = Path(__file__).with_name("golden")
LANGUAGES = ("en", "pt-br")


def made(language: str) -> str:
    """The rich project in Markdown."""
    from mlcanvas.reports.document import Edition, build
    from mlcanvas.reports.forms import markdown
    from tests.reports import snapshots

    snapshot = snapshots.full() if language == "en" else snapshots.cheia()
    report = build(snapshot, Edition(datetime.date(2026, 11, 23)), language=language)
    return markdown.render(report).decode()


def kept(language: str) -> str:
    """What was kept."""
    return file(language).read_text(encoding="utf-8")


def file(language: str) -> Path:
    """Where it is kept."""
    return FOLDER / f"report-{language}.md"


if __name__ == "__main__":
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.plumbing.settings")
    django.setup()
    FOLDER.mkdir(exist_ok=True)
    for name in LANGUAGES:
        file(name).write_text(made(name), encoding="utf-8")
