"""What the page of a job says: whose it is, where it was asked for, and what the file is called."""

from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mlcanvas.projects import access
from mlcanvas.projects.models import Project
from mlcanvas.reports import asking
from mlcanvas.reports.forms import FORMS
from mlcanvas.reports.jobs import asked, kinds
from mlcanvas.reports.models import Job
from mlcanvas.reports.portfolio import asking as portfolio_asking
from mlcanvas.reports.selectors import LANGUAGES
from mlcanvas.web.http import Request, attachment
from mlcanvas.web.sentences import sentence
from mlcanvas.workspaces.models import Membership
from mlcanvas.workspaces.roles import Role

_NAMES = {
    "pdf": gettext_lazy("PDF"),
    "docx": gettext_lazy("Word"),
    "pptx": gettext_lazy("Slides"),
    "xlsx": gettext_lazy("Excel"),
    "html": gettext_lazy("Web page"),
    "md": gettext_lazy("Markdown"),
    kinds.READING: gettext_lazy("reading the projects"),
    kinds.MAKING: gettext_lazy("making the file"),
}


def page(request: Request, job: Job) -> dict[str, Any]:
    """What the page shows around the progress of a job; a bare one where what was asked for cannot be told any more."""
    shown = {
        "frame": "base.html",
        "heading": _HEADINGS.get(job.kind, _HEADINGS[kinds.PORTFOLIO]),
        "told": "",
        "back": reverse("projects:portfolio"),
        "back_label": _("All projects"),
        "may_ask_again": False,
        "about": _name(job.about),
        "without": [(_name(name), reference) for name, reference in job.missing],
        "why": sentence(job.refused, {}) if job.refused else "",
        "ending": ending(job).upper(),
    }
    try:
        return shown | _PAGES[job.kind](request, job)
    except (KeyError, asked.Unreadable, Http404, SuspiciousOperation):
        return shown


def _name(key: str) -> str:
    """The name of a form or a step; of a project, which has no key, its own."""
    return str(_NAMES.get(key, key))


def _every_report(request: Request, job: Job) -> dict[str, Any]:
    seat = Membership.objects.select_related("workspace").get(workspace=job.workspace_id, user=request.user)
    return {
        "frame": "workspaces/workspace.html",
        "workspace": seat.workspace,
        "may_own": seat.role >= Role.OWNER,
        "part": "every_report",
        "back": reverse("jobs:every_report", args=[seat.workspace.slug]),
        "back_label": _("All reports"),
        "may_ask_again": seat.role >= Role.EDITOR,
    }


def _all_forms(request: Request, job: Job) -> dict[str, Any]:
    wanted = asked.one_project(job.asked)
    project = _project(job, wanted)
    if project is None:
        raise Http404
    seat = access.seat(request, project.slug)
    given = wanted.given
    revision = asking.revision(given, project)
    state = _("Revision {number}").format(number=revision.number) if revision else _("Working copy")
    return {
        "frame": "project.html",
        "tab": "reports",
        "project": seat.project,
        "may_edit": seat.may_edit,
        "told": f"{state} · {LANGUAGES[asking.language(given, project)]}",
        "back": reverse("reports:report", args=[project.slug]) + wanted.query,
        "back_label": _("Report"),
        "may_ask_again": True,
    }


def _portfolio(_request: Request, job: Job) -> dict[str, Any]:
    wanted = asked.several_projects(job.asked)
    choice = portfolio_asking.read(wanted.given)
    return {
        "told": f"{_name(wanted.form)} · {LANGUAGES[choice.language]}",
        "back": reverse("portfolio:portfolio_report") + choice.query(),
        "back_label": _("Portfolio report"),
        "may_ask_again": True,
    }


_HEADINGS = {
    kinds.EVERY_REPORT: gettext_lazy("The report of every project, in one file"),
    kinds.ALL_FORMS: gettext_lazy("All forms of the report, in one file"),
    kinds.PORTFOLIO: gettext_lazy("The portfolio report"),
}

_PAGES: Mapping[str, Callable[[Request, Job], dict[str, Any]]] = {
    kinds.EVERY_REPORT: _every_report,
    kinds.ALL_FORMS: _all_forms,
    kinds.PORTFOLIO: _portfolio,
}


def _project(job: Job, wanted: asked.OneProject) -> Project | None:
    return Project.objects.filter(pk=wanted.project, workspace=job.workspace_id).first()


def ending(job: Job) -> str:
    """How the name of the file ends."""
    if job.kind != kinds.PORTFOLIO:
        return "zip"
    try:
        return asked.several_projects(job.asked).form
    except asked.Unreadable:
        return "pdf"


def media_type(job: Job) -> str:
    """What the file is for a browser."""
    found = ending(job)
    return FORMS[found].media_type if found in FORMS else f"application/{found}"


def file_name(job: Job) -> str:
    """The header that names the file."""
    if job.kind == kinds.EVERY_REPORT and job.workspace is not None:
        day = timezone.localdate(job.ended_at).isoformat()
        return attachment(job.workspace.name, _("reports"), day, ending="zip")
    if job.kind == kinds.PORTFOLIO:
        return f'attachment; filename="portfolio-report.{ending(job)}"'
    return f'attachment; filename="{_all_forms_name(job)}.zip"'


def _all_forms_name(job: Job) -> str:
    """As the files in it are called; what we know is left of it where the project is gone."""
    try:
        wanted = asked.one_project(job.asked)
    except asked.Unreadable:
        return "report"
    project, number = _project(job, wanted), wanted.given.get("revision", "")
    suffix = f"-revision-{number}" if number.isascii() and number.isdigit() else ""
    return f"{project.slug}-report{suffix}" if project else f"report{suffix}"
