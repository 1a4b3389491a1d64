"""Every write to jobs: asked for, begun, heard of, ended, given up."""

import logging
import secrets
from collections.abc import Iterable
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from mlcanvas.accounts.models import User
from mlcanvas.domain.refusal import Refused
from mlcanvas.projects.models import Project
from mlcanvas.reports.jobs.asked import Asked, kept, mark
from mlcanvas.reports.models import UNFINISHED, Job, State
from mlcanvas.workspaces.models import Workspace

logger = logging.getLogger(__name__)

SILENCE = timedelta(minutes=2)
"""Who has given no sign of life for so long has died: a document takes 20 seconds at most."""

MOST_AT_ONCE = 10
"""Jobs of one person that may wait or run: they are done one after the other, and others wait as well."""

REMEMBERED = timedelta(days=30)
"""How long an ended job has a page."""


def start(
    *,
    workspace: Workspace | None,
    kind: str,
    by: User,
    asked: Asked | None = None,
    holds: Iterable[int] = (),
) -> Job:
    """Ask for `kind`: of what `asked` says, of all projects of the workspace where it says nothing. The job that is
    there already, where this person has asked for the same before and it has not ended.

    Without a workspace, `holds` are the primary keys of those that the projects are of. Raises Refused
    (`job_without_projects`, `job_many`).
    """
    sweep()
    if asked is None and not Project.objects.filter(workspace=workspace).exists():
        raise Refused("job_without_projects")
    waiting = Job.objects.filter(by=by, state__in=UNFINISHED)
    same = waiting.filter(workspace=workspace, kind=kind, mark=mark(asked))
    if waiting.count() >= MOST_AT_ONCE and not same.exists():
        raise Refused("job_many", most=MOST_AT_ONCE)
    try:
        with transaction.atomic():
            return Job.objects.create(
                workspace=workspace,
                kind=kind,
                by=by,
                asked=kept(asked),
                mark=mark(asked),
                holds=sorted(holds),
                heard_at=timezone.now(),
            )
    except IntegrityError:
        return same.get()


def again(*, job: Job) -> Job:
    """Begin an ended job anew, from its first step. Raises Refused (`job_unfinished`)."""
    sweep()
    now = timezone.now()
    fresh = {"step": 0, "steps": 0, "about": "", "reference": "", "refused": "", "result": "", "size": 0, "missing": []}
    try:
        with transaction.atomic():
            begun = Job.objects.filter(pk=job.pk).exclude(state__in=UNFINISHED)
            found = begun.update(state=State.QUEUED, heard_at=now, ended_at=None, **fresh)
    except IntegrityError:
        found = 0  # the same was asked for anew meanwhile
    if not found:
        raise Refused("job_unfinished")
    job.refresh_from_db()
    return job


def claim() -> Job | None:
    """The job that has waited longest, now ours; None when none waits. Two who ask at once get different ones."""
    sweep()
    for job in Job.objects.filter(state=State.QUEUED).order_by("at")[:10]:
        mine = Job.objects.filter(pk=job.pk, state=State.QUEUED, attempt=job.attempt)
        if mine.update(state=State.RUNNING, attempt=job.attempt + 1, heard_at=timezone.now()):
            return Job.objects.select_related("workspace", "by").get(pk=job.pk)
    return None


class GivenUp(Exception):
    """The job is not this worker's any more: it was silent for too long, or is gone."""


def beat(job: Job, step: int, steps: int, about: str) -> None:
    """Say that the work goes on, at which step and on what. Raises GivenUp."""
    _write(job, step=step, steps=steps, about=about[:200], heard_at=timezone.now())


def finish(job: Job, *, result: str, size: int, missing: list[list[str]]) -> None:
    """It is done, and its file is at `result`. Raises GivenUp."""
    now = timezone.now()
    _write(job, state=State.DONE, result=result, size=size, missing=missing, heard_at=now, ended_at=now)


def fail(job: Job, reference: str) -> None:
    """It failed; the log has more under `reference`. Raises GivenUp."""
    now = timezone.now()
    _write(job, state=State.FAILED, reference=reference, heard_at=now, ended_at=now)


def refuse(job: Job, code: str) -> None:
    """It is not made, for the reason that the sentence `code` says. Raises GivenUp."""
    now = timezone.now()
    _write(job, state=State.FAILED, refused=code, heard_at=now, ended_at=now)


def hold(job: Job, workspaces: Iterable[int]) -> None:
    """Say which workspaces the file will have projects of. Raises GivenUp."""
    _write(job, holds=sorted(workspaces), heard_at=timezone.now())


def hand_back(job: Job) -> None:
    """Let it wait again, for whoever comes next: this process stops. Raises GivenUp."""
    _write(job, state=State.QUEUED, step=0, steps=0, about="", heard_at=timezone.now())


def _write(job: Job, **values: object) -> None:
    mine = Job.objects.filter(pk=job.pk, state=State.RUNNING, attempt=job.attempt)
    if not mine.update(**values):
        raise GivenUp


def sweep() -> None:
    """Fail what runs without a sign of life, because its server was stopped; forget what ended long ago."""
    now = timezone.now()
    for job in Job.objects.filter(state=State.RUNNING, heard_at__lt=now - SILENCE):
        reference = secrets.token_hex(4)
        silent = Job.objects.filter(pk=job.pk, state=State.RUNNING, heard_at=job.heard_at)
        if silent.update(state=State.FAILED, reference=reference, ended_at=now):
            logger.warning("job %s gave no sign of life, reference %s", job.pk, reference)
    Job.objects.filter(ended_at__lt=now - REMEMBERED).delete()
