"""Reads what the report of several projects is made of.

The rows of all projects are one query. A summary page needs the whole snapshot of its project, which is some twenty
small queries, and twenty more where no revision holds it; so there are at most MOST_PAGES of them, however many
projects are chosen.
"""

from collections.abc import Callable, Sequence
from datetime import date

from django.utils import timezone

from mlcanvas import catalog
from mlcanvas.domain.portfolio import Entry, ranked
from mlcanvas.projects import parts
from mlcanvas.projects import selectors as projects
from mlcanvas.projects.memo import remembering
from mlcanvas.projects.models import JsonObject, Project, ProjectQuerySet
from mlcanvas.reports import selectors
from mlcanvas.reports.document import USUAL, Edition, ScopingReport
from mlcanvas.reports.forms import FORMS, workbook
from mlcanvas.reports.options import Options
from mlcanvas.reports.portfolio.chosen import PARTS, Chosen
from mlcanvas.reports.portfolio.document import MOST_PAGES, build, counted
from mlcanvas.reports.sections.decision import content_digest

ENDINGS = ("html", "md", "docx", "xlsx")
"""The forms but the PDF. There are no slides: six of them hold one project."""

LONG = 25
"""From so many summary pages on a file is made as a job. Word is the slowest form: 0.55 s to read 25 projects of the
size of the worked cases and 0.6 s to write them, on one core; the PDF takes 0.7 s together."""

Address = Callable[[str], str]
"""The address of a project's own report, by the slug of the project."""


def _nowhere(_slug: str) -> str:
    return ""


def report(
    rows: ProjectQuerySet, said: Sequence[tuple[str, str]], *, language: str, address: Address = _nowhere
) -> ScopingReport:
    """The report of these projects as they are now, dressed as their workspace wants it where they are all of one.

    Raises Refused (`portfolio_report_empty`, `portfolio_report_many`) before anything but the count is read.
    """
    counted(rows.count())
    found = list(rows.select_related("summary", "workspace", "owner").order_by("pk"))
    today = timezone.localdate()
    with remembering():
        chosen = _chosen(found, today, address, language)
    return build(chosen, said, today, language=language, options=_look(found))


def takes_long(rows: ProjectQuerySet) -> bool:
    """Whether a file of the report of these projects takes longer than somebody waits for a page."""
    return min(rows.count(), MOST_PAGES) >= LONG


def _look(found: Sequence[Project]) -> Options:
    first, *others = found
    alike = all(project.workspace_id == first.workspace_id for project in others)
    return selectors.look(first.workspace) if alike else USUAL


def _chosen(found: Sequence[Project], today: date, address: Address, language: str) -> list[Chosen]:
    entries = {project.pk: _entry(project) for project in found}
    by_slug = {project.slug: project for project in found}
    order = [by_slug[entry.slug] for entry in ranked(catalog.risk_matrix(), entries.values())]
    states = _states(order[:MOST_PAGES], today, language)
    return [
        Chosen(
            entries[project.pk],
            str(project.workspace),
            project.owned_by,
            project.summary.stage,
            project.summary.p10,
            project.summary.p90,
            {part: getattr(project.summary, f"readiness_{part}") for part in PARTS},
            address(project.slug),
            *states.get(project.pk, (None, None)),
        )
        for project in found
    ]


def _entry(project: Project) -> Entry:
    row = project.summary
    return Entry(project.slug, project.name, row.value, row.feasibility, row.tier, row.severity, row.p50, row.currency)


def _states(found: Sequence[Project], today: date, language: str) -> dict[int, tuple[JsonObject, Edition]]:
    """Each project as it stands, as the revision that holds just that where there is one: what its own report shows."""
    contents = {project.pk: parts.content(project) for project in found}
    revisions = projects.revisions_of({pk: content_digest(content) for pk, content in contents.items()})
    decisions = projects.decisions_on(revisions.values())
    states = {}
    for project in found:
        revision = revisions.get(project.pk)
        if revision is None:
            snapshot = projects.snapshot_of(project, contents[project.pk])
            states[project.pk] = snapshot, Edition(today, example=project.is_example)
        else:
            event = decisions.get(revision.pk)
            edition = Edition(
                timezone.localdate(revision.at),
                revision.number,
                example=project.is_example,
                decision=selectors.decision_of(event, language) if event else None,
            )
            states[project.pk] = projects.revision_snapshot(revision), edition
    return states


def file_of(found: ScopingReport, ending: str) -> bytes:
    """A report in another form, one of ENDINGS. Raises typeset.NoFonts, typeset.NotTypeset."""
    if ending == "xlsx":
        return workbook.render_tables(found)
    return FORMS[ending].make(found, {}, selectors.report_fonts)
