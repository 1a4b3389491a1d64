"""Every write to the tracker."""

from datetime import date
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.utils import timezone

from mlcanvas import catalog
from mlcanvas.accounts.models import User
from mlcanvas.costs import actions as costs
from mlcanvas.domain import lifecycle
from mlcanvas.domain.lifecycle import PASSED, StageKey, Status
from mlcanvas.domain.refusal import Refused
from mlcanvas.projects import actions as projects
from mlcanvas.projects.models import Project
from mlcanvas.tracker import selectors
from mlcanvas.tracker.models import Checkpoint, Evidence, Move

MOST_EVIDENCE = 50
LONGEST_LABEL = 200


def refresh(*, project: Project) -> None:
    """Tell the summary how many gates are met. Called after each write to the tracker."""
    projects.publish(project=project, readiness_tracker=selectors.readiness(project))


def placed(*, project: Project) -> None:
    """Tell the summary and the other parts which stage the project is in. Called after each move."""
    at = selectors.stage(project)
    projects.derive_fact(project=project, key="stage", value=PASSED[at])
    projects.publish(project=project, stage=at.value)


def definition(key: str) -> lifecycle.Checkpoint:
    """The checkpoint `key` of the catalogue. Raises Refused with `checkpoint_unknown`."""
    found = catalog.lifecycle().checkpoints.get(key)
    if found is None:
        raise Refused("checkpoint_unknown", checkpoint=key)
    return found


@transaction.atomic
def checkpoint_set(
    *, project: Project, key: str, by: User, status: str, reason: str = "", owner: str = "", on: date | None = None
) -> Checkpoint:
    """Record how a checkpoint stands; `on` is today when it is left out and the checkpoint is done or waived.

    Raises Refused for an unknown checkpoint, for ticking one that a rule decides, and for a waiver without a reason.
    """
    wanted = Status(status)
    lifecycle.record(definition(key), wanted, reason)
    projects.hold(project)
    if wanted is Status.TODO:
        on = None
    before = Checkpoint.objects.filter(project=project, key=key).values_list("status", flat=True).first()
    row, _ = Checkpoint.objects.update_or_create(
        project=project,
        key=key,
        defaults={
            "status": wanted.value,
            "reason": reason.strip(),
            "owner": owner.strip(),
            "date": on or (None if wanted is Status.TODO else timezone.localdate()),
            "iteration": project.iteration,
            "by": by,
        },
    )
    reopened = wanted is Status.TODO and before not in (None, Status.TODO.value)
    verb = "reopened" if reopened else wanted.value
    values: dict[str, Any] = {"reason": reason.strip()} if reason.strip() else {}
    projects.record(project=project, by=by, what=f"tracker.{verb}", checkpoint=key, **values)
    refresh(project=project)
    return row


@transaction.atomic
def checkpoint_tick(*, project: Project, key: str, by: User, done: bool) -> None:
    """Tick a checkpoint today, or open it again; its owner and its note stay. Nothing happens where that is how it is.

    Raises Refused for an unknown checkpoint and for ticking one that a rule decides.
    """
    wanted = Status.DONE if done else Status.TODO
    lifecycle.record(definition(key), wanted, "")
    projects.hold(project)
    before = Checkpoint.objects.filter(project=project, key=key).values_list("status", flat=True).first()
    if (before or Status.TODO.value) == wanted.value:
        return
    Checkpoint.objects.update_or_create(
        project=project,
        key=key,
        defaults={
            "status": wanted.value,
            "date": timezone.localdate() if done else None,
            "iteration": project.iteration,
            "by": by,
        },
    )
    verb = wanted.value if done else "reopened"
    projects.record(project=project, by=by, what=f"tracker.{verb}", checkpoint=key)
    refresh(project=project)


@transaction.atomic
def evidence_add(*, project: Project, key: str, label: str, url: str, by: User) -> Evidence:
    """Attach a link. Raises Refused for an unknown checkpoint, an address that is not http(s), or too many links."""
    definition(key)
    check_url(url)
    projects.hold(project)
    row, _ = Checkpoint.objects.get_or_create(
        project=project, key=key, defaults={"iteration": project.iteration, "by": by}
    )
    if Evidence.objects.filter(checkpoint=row).count() >= MOST_EVIDENCE:
        raise Refused("evidence_too_many", most=MOST_EVIDENCE)
    evidence = Evidence.objects.create(checkpoint=row, label=label.strip() or url[:LONGEST_LABEL], url=url, by=by)
    projects.record(project=project, by=by, what="tracker.evidence_added", checkpoint=key, label=evidence.label)
    projects.touch(project=project)
    return evidence


def check_url(url: str, path: str = "url") -> None:
    """Raises Refused with `evidence_url` unless `url` is a whole http or https address."""
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise Refused("evidence_url", path, url=url) from error
    written = not any(character.isspace() or ord(character) < 32 for character in url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or not written or url[:4] != "http":
        raise Refused("evidence_url", path, url=url)


@transaction.atomic
def evidence_remove(*, project: Project, evidence: Evidence, by: User) -> None:
    """Take a link away; the event keeps where it led. Nothing happens where somebody else was faster."""
    projects.hold(project)
    if not Evidence.objects.filter(pk=evidence.pk).delete()[0]:
        return
    projects.record(
        project=project,
        by=by,
        what="tracker.evidence_removed",
        checkpoint=evidence.checkpoint.key,
        label=evidence.label,
        url=evidence.url,
    )
    projects.touch(project=project)


@transaction.atomic
def move(*, project: Project, start: str, to: str, by: User, reason: str = "", reopen: bool = False) -> Move:
    """Go from stage `start`, which the person saw, to stage `to`.

    With `reopen`, the checkpoints that people ticked from stage `to` on are to do again; their owners and evidence
    stay. Raises Refused for a move the rules do not allow, and `stage_moved` when the project is elsewhere meanwhile.
    """
    projects.hold(project)
    at, wanted = selectors.stage(project), stage_key(to)
    if stage_key(start) is not at:
        raise Refused("stage_moved", "stage")
    lifecycle.move(at, wanted, selectors.gates(project), reason)
    forward = lifecycle.is_forward(at, wanted)
    if forward:
        projects.revise(project=project, by=by, reason="gate")
    elif reopen:
        _reopen(project, wanted, by)
    moved = Move.objects.create(
        project=project, start=at, to=wanted, reason=reason.strip(), iteration=project.iteration, by=by
    )
    what = f"tracker.{'on' if forward else 'back'}_to_{wanted.value}"
    values: dict[str, Any] = {"reason": moved.reason} if moved.reason else {}
    projects.record(project=project, by=by, what=what, **values)
    placed(project=project)
    refresh(project=project)
    # The stage narrows the estimate's range, so the estimate is made again.
    costs.refresh(project=project, by=by)
    return moved


def stage_key(text: str) -> StageKey:
    """The stage called `text`. Raises Refused with `stage_unknown`."""
    try:
        return StageKey(text)
    except ValueError as error:
        raise Refused("stage_unknown", "stage", stage=text) from error


def _reopen(project: Project, stage: StageKey, by: User) -> None:
    order = list(StageKey)
    stages = catalog.lifecycle().stages
    keys = [checkpoint.key for later in order[order.index(stage) :] for checkpoint in stages[later].checkpoints]
    rows = Checkpoint.objects.filter(project=project, key__in=keys, status=Status.DONE.value)
    rows.update(status=Status.TODO.value, date=None, by=by, at=timezone.now())
