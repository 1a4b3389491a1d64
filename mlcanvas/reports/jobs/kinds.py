"""What jobs make."""

import io
import logging
import secrets
import time
import zipfile
from collections.abc import Callable

from mlcanvas.projects.models import Project
from mlcanvas.reports import selectors as reports
from mlcanvas.reports.jobs import actions, selectors
from mlcanvas.reports.models import Job
from mlcanvas.typeset import Crowded, NotTypeset

logger = logging.getLogger(__name__)

EVERY_REPORT = "every_report"

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
                pdf = _report(job, project, step, len(projects))
            except NotTypeset:
                reference = secrets.token_hex(4)
                logger.exception("report of %s was not typeset, reference %s", project.slug, reference)
                missing.append([project.name, reference])
                if len(missing) == len(projects):
                    raise
            else:
                bundle.writestr(zipfile.ZipInfo(f"{project.slug}-report.pdf", _EPOCH), pdf)
    actions.beat(job, len(projects), len(projects), "")
    place = f"job-{job.pk}-{job.attempt}"
    selectors.keep(place, made.getvalue())
    actions.finish(job, result=place, size=len(made.getvalue()), missing=missing)


def _report(job: Job, project: Project, step: int, steps: int) -> bytes:
    """The PDF of `project`, waited for as long as it takes. Raises actions.GivenUp, NotTypeset, NoFonts."""
    while True:
        actions.beat(job, step, steps, project.name)
        try:
            return reports.pdf_of(project).pdf
        except Crowded:
            time.sleep(ROOM)


KINDS: dict[str, Callable[[Job], None]] = {EVERY_REPORT: every_report}
