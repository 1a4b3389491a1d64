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
    """The job with this number, where this person has asked for it and still belongs to its workspace."""
    seats = Membership.objects.filter(user=user).values("workspace")
    return Job.objects.select_related("workspace").filter(pk=number, by=user, workspace__in=seats).first()


def own(workspace: Workspace, user: User, kind: str) -> list[Job]:
    """The last jobs of this kind that the person has asked for, the latest first."""
    return list(Job.objects.filter(workspace=workspace, by=user, kind=kind)[:5])


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
