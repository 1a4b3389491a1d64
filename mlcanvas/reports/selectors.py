"""What others may ask about reports: the report of a project as it is now, its PDF, and each canvas as a file."""

from datetime import date
from typing import Literal

from django.conf import settings
from django.utils import timezone

from mlcanvas.projects import selectors as projects
from mlcanvas.projects.models import Event, JsonObject, Project, Revision
from mlcanvas.reports import pdf
from mlcanvas.reports import sheet as sheets
from mlcanvas.reports.document import Edition, ScopingReport, build
from mlcanvas.reports.sections.decision import content_digest
from mlcanvas.reports.sheet import Paper, Sheet
from mlcanvas.typeset import Fonts, Pictures, Typeset
from mlcanvas.web.fonts import document_fonts
from mlcanvas.web.sentences import happened

LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)


def report(project: Project, language: str | None = None, revision: Revision | None = None) -> ScopingReport:
    """The report of a revision, or of the project as it is now; in the project's language unless another is asked.

    What stands now is reported as the revision that holds just this content, where there is one. Otherwise the report
    is built from a snapshot made in memory, and says of itself that it is a working copy.
    """
    language = language or project.language
    snapshot, edition = _state(project, language, revision, timezone.localdate())
    return build(snapshot, edition, language=language)


def sheet(
    project: Project, template: str, language: str | None = None, revision: Revision | None = None
) -> Sheet | None:
    """One canvas of a revision or of the project as it is now, None where it has no such canvas.

    Its day is the day of the last change, so that the same canvas gives the same file tomorrow.
    """
    language = language or project.language
    snapshot, edition = _state(project, language, revision, timezone.localdate(project.summary.updated_at))
    return sheets.build(snapshot, edition, template, language=language)


def _state(project: Project, language: str, revision: Revision | None, day: date) -> tuple[JsonObject, Edition]:
    """What is reported, and which edition that is; `day` is the one of a working copy."""
    author = str(project.created_by) if project.created_by else ""
    authors = (author,) if author else ()
    if revision is None:
        snapshot = projects.snapshot(project)
        revision = projects.revision_of(project, content_digest(snapshot["content"]))
    if revision is None:
        return snapshot, Edition(day, authors=authors, example=project.is_example)
    events = projects.events_on(revision)
    edition = Edition(
        timezone.localdate(revision.at),
        revision.number,
        authors,
        example=project.is_example,
        record=tuple((timezone.localdate(event.at), _said(event, language)) for event in events),
        decided=next((happened(event, language) for event in reversed(events) if "note" in event.values), ""),
    )
    return projects.revision_snapshot(revision), edition


def _said(event: Event, language: str) -> str:
    """What happened, with the words that the person gave for it."""
    note = str(event.values.get("note", "")).strip()
    return f"{happened(event, language)}. {note}" if note else happened(event, language)


def typeset_report(found: ScopingReport) -> Typeset:
    """The PDF of a report. Raises typeset.NoFonts, typeset.NotTypeset."""
    return pdf.render(found, report_fonts())


def unprintable(found: ScopingReport) -> dict[str, int]:
    """How often each character stands in the report that no font can print. Raises typeset.NoFonts."""
    return pdf.unprintable(found, report_fonts())


def typeset_sheet(found: Sheet, paper: Paper) -> Typeset:
    """The PDF of one canvas. Raises typeset.NoFonts, typeset.NotTypeset."""
    return pdf.render_sheet(found, report_fonts(), paper)


def draw_sheet(found: Sheet, paper: Paper, form: Literal["png", "svg"]) -> Pictures:
    """One canvas as a picture. Raises typeset.NoFonts, typeset.NotTypeset."""
    return pdf.draw_sheet(found, report_fonts(), paper, form)


def sheet_unprintable(found: Sheet) -> dict[str, int]:
    """How often each character stands in the canvas that no font can print. Raises typeset.NoFonts."""
    return pdf.sheet_unprintable(found, report_fonts())


def report_fonts() -> Fonts:
    """The fonts of reports. Raises typeset.NoFonts."""
    return document_fonts()
