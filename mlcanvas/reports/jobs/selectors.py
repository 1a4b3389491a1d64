"""Jobs and their files, for the person who asked and nobody else."""

import uuid
from datetime import timedelta

from django.core.cache import caches

from mlcanvas.accounts.models import User
from mlcanvas.reports.models import Job, State
from mlcanvas.workspaces.models import Membership, Workspace

KEPT = timedelta(days=7)
"""How long the file of a job is kept."""


def job(number: uuid.UUID, user: User) -> Job | None:
    """The job with this number, where this person has asked for it and may still see what it is of."""
    found = Job.objects.select_related("workspace").filter(pk=number, by=user).first()
    return found if found is not None and may_see(found, user) else None


def may_see(found: Job, user: User) -> bool:
    """Whether this person belongs to the workspace of a job, or to each that it holds projects of."""
    needed = set(found.holds) if found.workspace_id is None else {found.workspace_id}
    seats = Membership.objects.filter(user=user, user__is_active=True, workspace__in=needed)
    return seats.count() == len(needed)


def own(workspace: Workspace | None, user: User, kind: str, **asked: int) -> list[Job]:
    """The last jobs of this kind that the person has asked for, the latest first; those of a project where `project`
    is its primary key."""
    rows = Job.objects.filter(workspace=workspace, by=user, kind=kind)
    return list(rows.filter(**{f"asked__{name}": value for name, value in asked.items()})[:5])


def any_waits() -> bool:
    """Whether a job waits for somebody who does it."""
    return Job.objects.filter(state=State.QUEUED).exists()


def content(found: Job) -> bytes | None:
    """The file of a job, None when it is kept no longer."""
    kept = caches["reports"].get(found.result) if found.result else None
    return kept if isinstance(kept, bytes) else None


def is_kept(found: Job) -> bool:
    """Whether there is still a file, without reading it."""
    return bool(found.result) and found.result in caches["reports"]


def keep(place: str, file: bytes) -> None:
    """Put the file of a job where `content` finds it, for as long as it is kept."""
    caches["reports"].set(place, file, KEPT.total_seconds())
