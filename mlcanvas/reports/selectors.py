"""What others may ask about reports: the report of a project as it is now, its PDF, and each canvas as a file."""

from base64 import b64encode
from datetime import date
from typing import Any, Literal

from django.conf import settings
from django.utils import timezone, translation

from mlcanvas.domain.canonical import canonical
from mlcanvas.projects import selectors as projects
from mlcanvas.projects.comparing import compare
from mlcanvas.projects.models import Event, JsonObject, Project, Revision
from mlcanvas.reports import kept, pdf
from mlcanvas.reports import logo as logos
from mlcanvas.reports import sheet as sheets
from mlcanvas.reports.document import KEYS, USUAL, Edition, ScopingReport, build
from mlcanvas.reports.forms import FORMS
from mlcanvas.reports.models import ReportLook
from mlcanvas.reports.options import PAPERS, Logo, Options, ordered
from mlcanvas.reports.reading import Change, Since
from mlcanvas.reports.sections.decision import content_digest
from mlcanvas.reports.sheet import Paper, Sheet
from mlcanvas.typeset import Fonts, Pictures, Typeset
from mlcanvas.web.fonts import document_fonts
from mlcanvas.web.sentences import happened
from mlcanvas.workspaces.models import Workspace

LANGUAGES = {code: name.partition(" (")[0] for code, name in settings.LANGUAGES}
"""What a report can be written in, each with what it is called in itself."""


def options(project: Project) -> Options:
    """What the workspace remembers for its reports."""
    return look(project.workspace)


def look(workspace: Workspace) -> Options:
    """How the workspace wants its reports: the usual sections, paper and colour where it says nothing."""
    row = ReportLook.objects.filter(workspace=workspace).first()
    if row is None:
        return USUAL
    png = bytes(row.logo)
    return Options(
        sections=KEYS if row.sections is None else ordered(row.sections, KEYS),
        paper=next((paper for paper in PAPERS if paper == row.paper), "a4"),
        brief=row.brief,
        accent=row.accent,
        logo=Logo(b64encode(png).decode(), *logos.size(png), workspace.name) if png else None,
    )


def report(
    project: Project,
    language: str | None = None,
    revision: Revision | None = None,
    wanted: Options | None = None,
) -> ScopingReport:
    """The report of a revision, or of the project as it is now; in the project's language unless another is asked, and
    as its workspace wants reports unless `wanted` says otherwise.

    What stands now is reported as the revision that holds just this content, where there is one. Otherwise the report
    is built from a snapshot made in memory, and says of itself that it is a working copy.
    """
    return report_and_snapshot(project, language, revision, wanted)[0]


def report_and_snapshot(
    project: Project, language: str | None, revision: Revision | None, wanted: Options | None
) -> tuple[ScopingReport, JsonObject]:
    """What `report` gives, and the snapshot that it is built from."""
    language = language or project.language
    snapshot, edition = _state(project, language, revision, timezone.localdate())
    return build(snapshot, edition, language=language, options=wanted or options(project)), snapshot


def report_file(
    project: Project,
    ending: str,
    language: str | None = None,
    revision: Revision | None = None,
    wanted: Options | None = None,
) -> bytes:
    """The same report in another form, by the ending of its file: one of FORMS.

    Equal reports give equal bytes. Raises typeset.NoFonts, typeset.NotTypeset.
    """
    found, snapshot = report_and_snapshot(project, language, revision, wanted)
    return FORMS[ending].make(found, snapshot, report_fonts)


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
        since = _since(project, None, snapshot["content"], language)
        return snapshot, Edition(day, authors=authors, example=project.is_example, since=since)
    events = projects.events_on(revision)
    counts = next((event for event in reversed(events) if "note" in event.values), None)
    snapshot = projects.revision_snapshot(revision)
    edition = Edition(
        timezone.localdate(revision.at),
        revision.number,
        authors,
        example=project.is_example,
        record=tuple((timezone.localdate(event.at), _said(event, language)) for event in events),
        decided=happened(counts, language) if counts else "",
        decision=decision_of(counts, language) if counts else None,
        since=_since(project, revision, snapshot["content"], language),
    )
    return snapshot, edition


def _since(project: Project, revision: Revision | None, content: JsonObject, language: str) -> Since | None:
    """The decision before, and what changed after it, in the words of the parts."""
    event = projects.decided_before(project, revision)
    if event is None or event.revision is None:
        return None
    before = projects.revision_snapshot(event.revision)["content"]
    with translation.override(language):
        changes = tuple(
            Change(
                str(part.label),
                change.label,
                change.before if change.difference is None else change.difference.before,
                change.after if change.difference is None else change.difference.after,
            )
            for part in compare(before, canonical(content))
            for change in part.changes
        )
    return Since(event.revision.number, timezone.localdate(event.revision.at), _said(event, language), changes)


def decision_of(event: Event, language: str) -> tuple[date, str]:
    """The day of a decision, and who took it with which reason."""
    return timezone.localdate(event.at), _said(event, language)


def _said(event: Event, language: str) -> str:
    """What happened, with the words that the person gave for it."""
    note = str(event.values.get("note", "")).strip()
    return f"{happened(event, language)}. {note}" if note else happened(event, language)


def pdf_of(
    project: Project, language: str | None = None, revision: Revision | None = None, wanted: Options | None = None
) -> Typeset:
    """The PDF of what `report` gives, made once and kept for as long as nothing of it changes.

    Raises typeset.NoFonts, typeset.NotTypeset.
    """
    language, wanted = language or project.language, wanted or options(project)
    if revision is None:
        return kept_pdf(report(project, language, None, wanted))
    # That of a revision is found without reading the revision.
    place = kept.address(project, revision, language, wanted, report_fonts())
    made = kept.get(place)
    if made is None:
        made = typeset_report(report(project, language, revision, wanted))
        kept.put(place, made)
    return made


def kept_pdf(found: ScopingReport) -> Typeset:
    """The PDF of a report, made once and kept for as long as it says the same.

    Raises typeset.NoFonts, typeset.NotTypeset.
    """
    laid = pdf.data(found)
    place = kept.address_of(found, laid, report_fonts())
    made = kept.get(place)
    if made is None:
        made = typeset_report(found, laid)
        kept.put(place, made)
    return made


def typeset_report(found: ScopingReport, laid: dict[str, Any] | None = None) -> Typeset:
    """The PDF of a report, or of what `pdf.data` gave of it. Raises typeset.NoFonts, typeset.NotTypeset."""
    return pdf.render(found, report_fonts(), laid)


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
