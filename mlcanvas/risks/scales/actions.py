"""Every write to how a workspace scores its risks."""

from collections import defaultdict
from collections.abc import Sequence

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from mlcanvas.accounts.models import User
from mlcanvas.domain import rescaling
from mlcanvas.domain.refusal import Refused
from mlcanvas.domain.rescaling import Places
from mlcanvas.domain.risk import Rule
from mlcanvas.domain.scale import Scale
from mlcanvas.projects import actions as projects
from mlcanvas.projects.models import Project
from mlcanvas.risks import actions as risks
from mlcanvas.risks.models import FactorAnswer, RegisterScale, Risk, RiskRules
from mlcanvas.risks.scales import selectors
from mlcanvas.risks.scales.selectors import Move
from mlcanvas.workspaces.models import Workspace

AT_ONCE = 500
"""How many rows one statement names; a database takes no longer list."""


@transaction.atomic
def change_scale(
    *, workspace: Workspace, wanted: Scale, mapping: rescaling.Mapping, remembered: bool, seen: int, by: User
) -> int:
    """Put all registers of the workspace on another scale; returns how many risks stand in them.

    `seen` is the number of the scale that the mapping was chosen for, `remembered` as in `selectors.preview`. Each
    project notes the change, and what it was before stays in its history. Raises Refused as `domain.rescaling.check`
    does, and `scale_changed_meanwhile`.
    """
    row = _held(workspace)
    if (row.scale_id or 0) != seen:
        raise Refused("scale_changed_meanwhile")
    now = selectors.scale_of(row.scale)
    rescaling.check(mapping, now, wanted)
    definition = selectors.definition_of(wanted)
    if definition == (row.scale.definition if row.scale else ""):
        return 0
    # Everybody who writes a risk holds its project: what is read from here on stands until the end.
    held = {project.pk: projects.hold(project) for project in _with_risks(workspace)}
    moves = selectors.preview(workspace, wanted, mapping, remembered=remembered).moves
    row.scale = _stored(workspace, definition, by)
    row.save(update_fields=["scale"])
    standing = _carry_over(moves, by)
    for number, project in held.items():
        risks.note_changes(project, standing[number], by)
        likelihoods, severities = wanted.size
        projects.record(project=project, by=by, what="risks.rescaled", likelihoods=likelihoods, severities=severities)
        risks.refresh(project=project)
    return sum(len(found) for found in standing.values())


def _held(workspace: Workspace) -> RiskRules:
    RiskRules.objects.get_or_create(workspace=workspace)
    return RiskRules.objects.select_for_update(no_key=True, of=("self",)).select_related("scale").get(pk=workspace.pk)


def _with_risks(workspace: Workspace) -> list[Project]:
    """The projects that have or had a risk, always in one order, so that two writers never wait for each other."""
    with_risks = Risk.objects.filter(project__workspace=workspace).values("project")
    return list(Project.objects.filter(pk__in=with_risks).order_by("pk"))


def _stored(workspace: Workspace, definition: str, by: User) -> RegisterScale | None:
    if not definition:
        return None
    known = RegisterScale.objects.filter(workspace=workspace, definition=definition).first()
    return known or RegisterScale.objects.create(workspace=workspace, definition=definition, by=by)


def _carry_over(moves: Sequence[Move], by: User) -> dict[int, list[Risk]]:
    """Write where the risks stand now; returns those that are in a register, by project.

    An edit that was begun on the old scale meets another version.
    """
    standing: dict[int, list[Risk]] = defaultdict(list)
    together: dict[Places, list[int]] = defaultdict(list)
    for move in moves:
        selectors.put(move.risk, move.after.places)
        together[move.after.places].append(move.risk.pk)
        if move.risk.deleted_at is None:
            standing[move.risk.project_id].append(move.risk)
    # There are few places and many risks: one statement for all that stand in the same ones.
    for where, numbers in together.items():
        values = selectors.fields_of(where)
        for start in range(0, len(numbers), AT_ONCE):
            few = numbers[start : start + AT_ONCE]
            Risk.objects.filter(pk__in=few).update(version=F("version") + 1, by=by, at=timezone.now(), **values)
    return standing


@transaction.atomic
def change_rule(*, workspace: Workspace, rule: Rule, by: User) -> int:
    """How several answers make one axis of the table, for all projects; returns how many stand elsewhere in it now.

    Nothing happens where that is how it stands.
    """
    row = _held(workspace)
    before = selectors.in_force(workspace.pk).rule
    if before == rule:
        return 0
    answered = FactorAnswer.objects.filter(project__workspace=workspace).values("project")
    for project in Project.objects.filter(pk__in=answered).order_by("pk"):
        projects.hold(project)
    changed = selectors.retiered(workspace, before, rule)
    row.mixed = rule
    row.save(update_fields=["mixed"])
    for found in changed:
        projects.record(
            project=found.project, by=by, what="risks.rule", rule=rule, before=found.before, after=found.after
        )
        risks.refresh(project=found.project)
    return len(changed)
