"""Every write to the scope."""

from typing import Any

from django.db import transaction
from django.utils.text import slugify

from mlcanvas.accounts.models import User
from mlcanvas.domain.refusal import Refused
from mlcanvas.domain.scope import Target, check_target
from mlcanvas.projects import actions as projects
from mlcanvas.projects import parts
from mlcanvas.projects.models import Project
from mlcanvas.scope import selectors
from mlcanvas.scope.models import SuccessMetric


@transaction.atomic
def refresh(*, project: Project) -> None:
    """Tell the summary how far the scope is. Called after each write to it."""
    projects.hold(project)
    projects.publish(project=project, readiness_scope=selectors.scope(project).readiness)


@transaction.atomic
def metric_add(*, project: Project, by: User, **values: Any) -> SuccessMetric:
    """A new metric. Raises Refused for numbers that contradict the direction, and for a name that is taken."""
    _check(values)
    projects.hold(project)
    _check_name(project, values["name"])
    metric = SuccessMetric(project=project, by=by, key=_free_key(project, values["name"]), **values)
    first_model_metric = metric.kind == SuccessMetric.Kind.MODEL and selectors.primary_metric(project) is None
    _make_primary(metric, primary=metric.primary or first_model_metric)
    metric.save()
    projects.record(project=project, by=by, what="scope.metric_added", name=metric.name)
    _settle(project)
    return metric


@transaction.atomic
def metric_edit(*, row: SuccessMetric, by: User, **values: Any) -> SuccessMetric:
    """Change a metric. Raises Refused for numbers that contradict the direction, and for a new name that is taken.

    One that somebody removed meanwhile comes back, with what this writer says.
    """
    _check(values)
    projects.hold(row.project)
    stored = SuccessMetric.objects.filter(pk=row.pk).first()
    if stored is None:
        row.key = _free_key(row.project, row.name)
    else:
        row.version, row.primary = stored.version, stored.primary
        # Of two that have one name already, for example from a file, each can still be changed.
        name = values.get("name", stored.name)
        if name.casefold() != stored.name.casefold():
            _check_name(row.project, name)
    for name, value in values.items():
        setattr(row, name, value)
    _make_primary(row, primary=row.primary)
    row.by = by
    row.version += 1
    row.save()
    projects.record(project=row.project, by=by, what="scope.metric_edited", name=row.name)
    _settle(row.project)
    return row


@transaction.atomic
def metric_remove(*, row: SuccessMetric, by: User) -> None:
    """Remove a metric. Nothing happens where somebody else was faster."""
    projects.hold(row.project)
    if not SuccessMetric.objects.filter(pk=row.pk).delete()[0]:
        return
    projects.record(project=row.project, by=by, what="scope.metric_removed", name=row.name)
    _settle(row.project)


def _settle(project: Project) -> None:
    """The metrics changed: the scope publishes, and the parts that compare with them follow."""
    refresh(project=project)
    parts.follow(project)


def _check(values: dict[str, Any]) -> None:
    higher = values["direction"] == SuccessMetric.Direction.HIGHER
    check_target(Target(higher, values.get("current"), values.get("minimum"), values.get("target")))


def _check_name(project: Project, name: str) -> None:
    """Two metrics of one name cannot be told apart, in no list and no report. Raises Refused `metric_name_twice`."""
    for taken in SuccessMetric.objects.filter(project=project).values_list("name", flat=True):
        if taken.casefold() == name.casefold():
            raise Refused("metric_name_twice", path="name", name=taken)


def _make_primary(metric: SuccessMetric, *, primary: bool) -> None:
    """At most one model metric is what the project aims at."""
    metric.primary = primary and metric.kind == SuccessMetric.Kind.MODEL
    if metric.primary:
        SuccessMetric.objects.filter(project=metric.project, primary=True).exclude(pk=metric.pk).update(primary=False)


def _free_key(project: Project, name: str) -> str:
    wanted = slugify(name)[:50] or "metric"
    taken = set(SuccessMetric.objects.filter(project=project, key__startswith=wanted).values_list("key", flat=True))
    numbered = (f"{wanted}-{number}" for number in range(2, len(taken) + 3))
    return next(key for key in (wanted, *numbered) if key not in taken)
