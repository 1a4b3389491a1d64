"""What others may ask about reports: the report of a project as it is now, and its PDF."""

from pathlib import Path

from django.conf import settings
from django.utils import timezone

from mlcanvas.projects import selectors as projects
from mlcanvas.projects.models import Event, Project, Revision
from mlcanvas.reports import pdf
from mlcanvas.reports.document import Edition, ScopingReport, build
from mlcanvas.reports.sections.decision import content_digest
from mlcanvas.typeset import Fonts, Typeset, fonts
from mlcanvas.web.sentences import happened

LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)


def report(project: Project, language: str | None = None, revision: Revision | None = None) -> ScopingReport:
    """The report of a revision, or of the project as it is now; in the project's language unless another is asked.

    What stands now is reported as the revision that holds just this content, where there is one. Otherwise the report
    is built from a snapshot made in memory, and says of itself that it is a working copy.
    """
    language = language or project.language
    author = str(project.created_by) if project.created_by else ""
    authors = (author,) if author else ()
    if revision is None:
        snapshot = projects.snapshot(project)
        revision = projects.revision_of(project, content_digest(snapshot["content"]))
    if revision is None:
        edition = Edition(timezone.localdate(), authors=authors, example=project.is_example)
        return build(snapshot, edition, language=language)
    events = projects.events_on(revision)
    edition = Edition(
        timezone.localdate(revision.at),
        revision.number,
        authors,
        example=project.is_example,
        record=tuple((timezone.localdate(event.at), _said(event, language)) for event in events),
        decided=next((happened(event, language) for event in reversed(events) if "note" in event.values), ""),
    )
    return build(projects.revision_snapshot(revision), edition, language=language)


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


def report_fonts() -> Fonts:
    """The fonts of reports: those that come with us, and those of `REPORT_FONT_DIR`. Raises typeset.NoFonts."""
    roots = [*map(Path, settings.STATICFILES_DIRS), Path(settings.STATIC_ROOT or "")]
    ours = next((root / "vendor" / "fonts" for root in roots if (root / "vendor" / "fonts").is_dir()), roots[0])
    more = getattr(settings, "REPORT_FONT_DIR", None)
    return fonts(ours, Path(more)) if more else fonts(ours)
