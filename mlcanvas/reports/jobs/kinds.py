"""What jobs make."""

import io
import logging
import secrets
import time
import zipfile
from collections.abc import Callable
from functools import partial

from django.http import Http404
from django.urls import reverse

from mlcanvas.domain.refusal import Refused
from mlcanvas.projects.models import Project
from mlcanvas.reports import asking
from mlcanvas.reports import selectors as reports
from mlcanvas.reports.forms import FORMS
from mlcanvas.reports.jobs import actions, asked, selectors
from mlcanvas.reports.models import Job
from mlcanvas.reports.portfolio import asking as portfolio_asking
from mlcanvas.reports.portfolio import selectors as portfolio
from mlcanvas.reports.portfolio.document import MOST
from mlcanvas.typeset import Crowded, NotTypeset

logger = logging.getLogger(__name__)

EVERY_REPORT = "every_report"
ALL_FORMS = "all_forms"
PORTFOLIO = "portfolio"

READING, MAKING = "reading", "making"
"""The two steps of the report of several projects."""

IN_THE_FILE = ("pdf", "docx", "pptx", "xlsx", "html", "md")
"""The forms of a report in the order in which a job makes them."""

ROOM = 2
"""Seconds between two tries of a document that found no room."""

_EPOCH = (1980, 1, 1, 0, 0, 0)


def every_report(job: Job) -> None:
    """The PDF of each project of the workspace, in the project's language, as one ZIP.

    One that cannot be made is named, and the others are there. Equal reports give equal bytes. Raises actions.GivenUp,
    typeset.NoFonts; the NotTypeset of the last one when none could be made.
    """
    rows = Project.objects.filter(workspace=job.workspace).select_related("workspace", "summary", "created_by")
    projects = list(rows.order_by("slug"))
    made = io.BytesIO()
    missing: list[list[str]] = []
    with zipfile.ZipFile(made, "w") as bundle:
        for step, project in enumerate(projects):
            try:
                pdf = _patiently(job, step, len(projects), project.name, partial(_pdf, project))
            except NotTypeset:
                reference = secrets.token_hex(4)
                logger.exception("report of %s was not typeset, reference %s", project.slug, reference)
                missing.append([project.name, reference])
                if len(missing) == len(projects):
                    raise
            else:
                bundle.writestr(zipfile.ZipInfo(f"{project.slug}-report.pdf", _EPOCH), pdf)
    _done(job, len(projects), made.getvalue(), missing)


def _pdf(project: Project) -> bytes:
    return reports.pdf_of(project).pdf


def all_forms(job: Job) -> None:
    """The report of one project in every form, all of the same state, as one ZIP. Each is what it is by itself.

    One that cannot be made is named by its ending, and the others are there. Equal reports give equal bytes. Raises
    asked.Unreadable, Refused (`job_project_gone`), actions.GivenUp; what the last one raised when none could be made.
    """
    wanted = asked.one_project(job.asked)
    rows = Project.objects.filter(pk=wanted.project, workspace=job.workspace_id)
    project = rows.select_related("workspace", "summary", "created_by").first()
    if project is None:
        raise Refused("job_project_gone")
    actions.beat(job, 0, len(IN_THE_FILE), IN_THE_FILE[0])
    given = wanted.given
    try:
        revision = asking.revision(given, project)
    except Http404 as error:
        raise Refused("job_project_gone") from error
    language, options = asking.language(given, project), asking.options(given, project)
    found, snapshot = reports.report_and_snapshot(project, language, revision, options)

    def make(ending: str) -> bytes:
        if ending == "pdf":
            return reports.kept_pdf(found).pdf
        return FORMS[ending].make(found, snapshot, reports.report_fonts)

    name = f"{project.slug}-report-revision-{revision.number}" if revision else f"{project.slug}-report"
    made = io.BytesIO()
    missing: list[list[str]] = []
    with zipfile.ZipFile(made, "w") as bundle:
        for step, ending in enumerate(IN_THE_FILE):
            try:
                content = _patiently(job, step, len(IN_THE_FILE), ending, partial(make, ending))
            except actions.GivenUp:
                raise
            except Exception:  # whatever is wrong with one form, the others are of use
                reference = secrets.token_hex(4)
                logger.exception("report of %s was not made as %s, reference %s", project.slug, ending, reference)
                missing.append([ending, reference])
                if len(missing) == len(IN_THE_FILE):
                    raise
            else:
                bundle.writestr(zipfile.ZipInfo(f"{name}.{ending}", _EPOCH), content)
    _done(job, len(IN_THE_FILE), made.getvalue(), missing)


def several_projects(job: Job) -> None:
    """The report of the projects that were chosen, in one form, as its page gives it.

    Raises asked.Unreadable, Refused (`job_lost_access`, `job_choice_empty`, `job_choice_many`), actions.GivenUp,
    typeset.NoFonts, typeset.NotTypeset.
    """
    wanted = asked.several_projects(job.asked)
    choice = portfolio_asking.read(wanted.given)
    actions.beat(job, 0, 2, READING)
    try:
        rows = portfolio_asking.rows(job.by, choice)
    except Http404 as error:
        raise Refused("job_lost_access") from error
    count = rows.count()
    if not count or count > MOST:
        raise Refused("job_choice_many" if count else "job_choice_empty")
    holds = set(rows.order_by().values_list("workspace", flat=True))
    actions.hold(job, holds)
    found = portfolio.report(
        rows.filter(workspace__in=holds),
        portfolio_asking.said(job.by, choice),
        language=choice.language,
        address=lambda slug: wanted.site + reverse("reports:report", args=[slug]),
    )

    def make() -> bytes:
        return reports.kept_pdf(found).pdf if wanted.form == "pdf" else portfolio.file_of(found, wanted.form)

    _done(job, 2, _patiently(job, 1, 2, MAKING, make), [])


def _patiently(job: Job, step: int, steps: int, about: str, make: Callable[[], bytes]) -> bytes:
    """What `make` gives, waited for as long as there is no room for it. Raises actions.GivenUp and what it raises."""
    while True:
        actions.beat(job, step, steps, about)
        try:
            return make()
        except Crowded:
            time.sleep(ROOM)


def _done(job: Job, steps: int, content: bytes, missing: list[list[str]]) -> None:
    """Keeps the file and ends the job. Raises actions.GivenUp."""
    actions.beat(job, steps, steps, "")
    place = f"job-{job.pk}-{job.attempt}"
    selectors.keep(place, content)
    actions.finish(job, result=place, size=len(content), missing=missing)


KINDS: dict[str, Callable[[Job], None]] = {
    EVERY_REPORT: every_report,
    ALL_FORMS: all_forms,
    PORTFOLIO: several_projects,
}
