import uuid
from datetime import timedelta

from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from mlcanvas.domain.refusal import Refused
from mlcanvas.projects.models import Project
from mlcanvas.reports.jobs import actions, lane, selectors, showing
from mlcanvas.reports.jobs.kinds import EVERY_REPORT
from mlcanvas.reports.models import UNFINISHED, Job, State
from mlcanvas.web.http import Request
from mlcanvas.web.pages import show
from mlcanvas.web.sentences import say
from mlcanvas.workspaces import access
from mlcanvas.workspaces.models import Membership
from mlcanvas.workspaces.roles import Role

PATIENCE = timedelta(seconds=5)
"""A job that nobody has taken for so long was asked for in a server that is gone."""


@require_safe
def every_report(request: Request, slug: str) -> HttpResponse:
    """The reports of all projects at once: ask for them, and find again what was asked for."""
    return _every_report(request, access.visible(request, slug))


def _every_report(request: Request, seat: Membership, *, trouble: str = "", status: int = 200) -> HttpResponse:
    context = {
        "workspace": seat.workspace,
        "may_own": seat.role >= Role.OWNER,
        "may_edit": seat.role >= Role.EDITOR,
        "part": "every_report",
        "count": Project.objects.filter(workspace=seat.workspace).count(),
        "jobs": selectors.own(seat.workspace, request.user, EVERY_REPORT),
        "trouble": trouble,
    }
    return show(request, "reports/every_report.html", context, fragment="every_report", status=status)


@require_POST
def start(request: Request, slug: str) -> HttpResponse:
    """Ask for the reports of all projects. The answer leads to where they will be."""
    seat = access.writable(request, slug)
    try:
        job = actions.start(workspace=seat.workspace, kind=EVERY_REPORT, by=request.user)
    except Refused as refused:
        return _every_report(request, seat, trouble=say(refused), status=422)
    transaction.on_commit(lane.wake)
    return redirect("jobs:job", job.pk)


@require_safe
def job(request: Request, number: uuid.UUID) -> HttpResponse:
    """How far it is, and the file when it is done. The page asks for this again while it is not."""
    found = _own(request, number)
    silence = timezone.now() - found.heard_at
    if found.state == State.QUEUED and silence > PATIENCE:
        transaction.on_commit(lane.wake)
    elif found.state == State.RUNNING and silence > actions.SILENCE:
        actions.sweep()
        found = _own(request, number)
    return _job(request, found)


def _job(request: Request, found: Job, *, trouble: str = "", status: int = 200) -> HttpResponse:
    context = {
        "job": found,
        "goes_on": found.state in UNFINISHED,
        "kept": selectors.is_kept(found),
        "kept_until": found.ended_at + selectors.KEPT if found.ended_at else None,
        "at_hand": found.step + 1,
        "trouble": trouble,
        **showing.page(request, found),
    }
    return show(request, "reports/job.html", context, fragment="job", status=status)


@require_POST
def again(request: Request, number: uuid.UUID) -> HttpResponse:
    """Begin an ended job anew, at the same address. Whoever reads a project has its report, so only the reports of all
    projects are for those who write."""
    found = _own(request, number)
    if found.kind == EVERY_REPORT and found.workspace is not None:
        access.writable(request, found.workspace.slug)
    try:
        actions.again(job=found)
    except Refused as refused:
        return _job(request, found, trouble=say(refused), status=409)
    transaction.on_commit(lane.wake)
    return redirect("jobs:job", found.pk)


@require_safe
def file(request: Request, number: uuid.UUID) -> HttpResponse:
    """What was made. 410 when it is kept no longer: the page says so, and can have it made again."""
    found = _own(request, number)
    content = selectors.content(found)
    if content is None:
        return _job(request, found, status=410 if found.state == State.DONE else 409)
    headers = {"Content-Disposition": showing.file_name(found), "Cache-Control": "private, no-store"}
    return HttpResponse(content, content_type=showing.media_type(found), headers=headers)


def _own(request: Request, number: uuid.UUID) -> Job:
    """The job, for the person who asked for it. Raises Http404 for everybody else, who learn nothing."""
    found = selectors.job(number, request.user)
    if found is None:
        raise Http404
    return found
