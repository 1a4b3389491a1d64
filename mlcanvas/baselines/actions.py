"""Every write to the baselines."""

import re
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from mlcanvas import catalog
from mlcanvas.accounts.models import User
from mlcanvas.baselines import selectors
from mlcanvas.baselines.models import Baseline
from mlcanvas.baselines.selectors import Known
from mlcanvas.domain.baseline import Entry, Measured, check_interval
from mlcanvas.domain.metrics import Metric, in_bounds
from mlcanvas.domain.refusal import Refused
from mlcanvas.projects import actions as projects
from mlcanvas.projects.clash import Clash
from mlcanvas.projects.models import Project
from mlcanvas.scope import selectors as scope

MOST = 500
"""How many baselines one project may hold."""


def refresh(*, project: Project) -> None:
    """Tell the summary and the other parts what follows from the baselines. Called after each write."""
    registry = selectors.registry(project)
    main = registry.main
    projects.publish(project=project, readiness_baselines=registry.readiness)
    projects.derive_fact(project=project, key="best_baseline", value=_record(main.best if main else None))
    projects.derive_fact(project=project, key="human_baseline", value=_record(main.human if main else None))
    # Without any baseline nobody has been asked yet, so there is no answer.
    rule = None if not registry.rows else "yes" if registry.has_simple_rule else "no"
    projects.derive_fact(project=project, key="has_heuristic_baseline", value=rule)


def _record(entry: Entry | None) -> dict[str, Any] | None:
    if entry is None:
        return None
    return {"metric": entry.metric, "value": entry.measured.value, "name": entry.name}


@transaction.atomic
def baseline_add(*, project: Project, by: User, **values: Any) -> Baseline:
    """A new baseline with the next free key B01, B02 … Raises Refused as `check` does, and `baseline_too_many`."""
    projects.hold(project)
    values = checked(values, selectors.metrics(scope.metrics(project)))
    if Baseline.objects.of(project).count() >= MOST:
        raise Refused("baseline_too_many", most=MOST)
    row = Baseline.objects.create(project=project, key=_next_key(project), by=by, **values)
    projects.record(project=project, by=by, what="baselines.added", key=row.key, name=row.name)
    refresh(project=project)
    return row


@transaction.atomic
def baseline_edit(*, row: Baseline, version: int, by: User, **values: Any) -> Baseline | Clash[Baseline]:
    """Change the baseline that the writer saw at `version`; a Clash when somebody else was faster.

    Raises Refused as `checked` does, and `baseline_deleted` when it is no longer in the registry.
    """
    projects.hold(row.project)
    values = checked(values, selectors.metrics(scope.metrics(row.project)), stored=row)
    # The version is compared inside the writing statement, so no isolation level is leaned on.
    written = Baseline.objects.filter(pk=row.pk, version=version, deleted_at=None).update(
        version=F("version") + 1, by=by, at=timezone.now(), **values
    )
    found = Baseline.objects.select_related("project", "by").get(pk=row.pk)
    if not written:
        if found.deleted_at is not None:
            raise Refused("baseline_deleted")
        if any(getattr(found, name) != value for name, value in values.items()):
            return Clash(found)
        return found
    projects.record(project=found.project, by=by, what="baselines.edited", key=found.key, name=found.name)
    refresh(project=found.project)
    return found


@transaction.atomic
def baseline_remove(*, row: Baseline, by: User) -> None:
    """Take the baseline out of the registry; it can be put back."""
    projects.hold(row.project)
    taken_out = Baseline.objects.filter(pk=row.pk, deleted_at=None)
    if not taken_out.update(deleted_at=timezone.now(), version=F("version") + 1):
        return
    projects.record(project=row.project, by=by, what="baselines.removed", key=row.key, name=row.name)
    refresh(project=row.project)


@transaction.atomic
def baseline_restore(*, row: Baseline, by: User) -> None:
    """Put a deleted baseline back as it was. Raises Refused (`baseline_key_in_use`)."""
    projects.hold(row.project)
    if Baseline.objects.of(row.project).filter(key=row.key).exclude(pk=row.pk).exists():
        raise Refused("baseline_key_in_use", key=row.key)
    Baseline.objects.filter(pk=row.pk).update(deleted_at=None, version=F("version") + 1)
    projects.record(project=row.project, by=by, what="baselines.restored", key=row.key, name=row.name)
    refresh(project=row.project)


def checked(values: dict[str, Any], known: dict[str, Known], stored: Baseline | None = None) -> dict[str, Any]:
    """`values` with the direction that its metric has, ready to be stored.

    Raises Refused with the field as its path: `baseline_name_empty`, `baseline_kind_unknown`,
    `baseline_metric_unknown`, `baseline_direction_differs`, `baseline_value_outside`, `metric_too_low`,
    `metric_too_high`, `baseline_why_missing`, `baseline_url_unusable`, and as `check_interval` does.
    """
    if not values["name"].strip():
        raise Refused("baseline_name_empty", path="name")
    if catalog.baseline_kinds().get(values["kind"]) is None:
        raise Refused("baseline_kind_unknown", path="kind", kind=values["kind"])
    metric = known.get(values["metric"])
    if metric is None and (stored is None or stored.metric != values["metric"]):
        raise Refused("baseline_metric_unknown", path="metric", metric=values["metric"])
    direction = metric.direction if metric else stored.direction if stored else ""
    if values.get("direction", direction) != direction:
        raise Refused("baseline_direction_differs", path="direction")
    measured = Measured(values["value"], values.get("low"), values.get("high"))
    if metric is not None and metric.metric is not None:
        for path, number in (("value", measured.value), ("low", measured.low), ("high", measured.high)):
            if number is not None:
                _inside(metric.metric, number, path)
    check_interval(measured)
    if values.get("comparable", "yes") != "yes" and not values.get("comparable_why", "").strip():
        raise Refused("baseline_why_missing", path="comparable_why")
    if values.get("source_url"):
        _web_address(values["source_url"])
    return {**values, "direction": direction}


def _inside(metric: Metric, number: float, path: str) -> None:
    if in_bounds(metric, number):
        return
    if metric.low is not None and metric.high is not None:
        raise Refused(
            "baseline_value_outside", path, metric=metric.label, low=_plain(metric.low), high=_plain(metric.high)
        )
    if metric.low is not None and number < metric.low:
        raise Refused("metric_too_low", path, low=_plain(metric.low))
    raise Refused("metric_too_high", path, high=_plain(metric.high or 0))


def _plain(bound: float) -> str:
    return f"{bound:g}"


def _web_address(text: str) -> None:
    """Only what a browser opens as a page: `javascript:` in a link would run as ours."""
    try:
        parts = urlsplit(text)
    except ValueError as error:
        raise Refused("baseline_url_unusable", path="source_url") from error
    if parts.scheme not in ("http", "https") or not parts.netloc or re.search(r"\s", text):
        raise Refused("baseline_url_unusable", path="source_url")


def _next_key(project: Project) -> str:
    # Deleted ones count too, so that an undo never meets another baseline with its key.
    taken = Baseline.objects.filter(project=project, key__regex=r"^B[0-9]{1,9}$").values_list("key", flat=True)
    return f"B{max((int(key[1:]) for key in taken), default=0) + 1:02}"
