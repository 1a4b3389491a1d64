"""The estimates that were recorded: how the range narrowed, what changed between two, and whether they hold."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from mlcanvas import catalog
from mlcanvas.costs.models import Estimate
from mlcanvas.costs.selectors import Cost
from mlcanvas.domain.estimate import record
from mlcanvas.domain.estimate.record import Check, Moved
from mlcanvas.projects.models import Project

SHOWN = 40
"""How many estimates one page shows."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """One recorded estimate; `inputs` is None where it is older than the keeping of answers."""

    row: Estimate
    result: Mapping[str, Any]
    inputs: Mapping[str, Any] | None

    @property
    def number(self) -> int:
        """Its number in the project."""
        return self.row.number

    @property
    def ratio(self) -> float | None:
        """How wide it is: P90 over P10. None where P10 is nothing."""
        return self.result["p90"] / self.result["p10"] if self.result["p10"] > 0 else None


def _recorded(row: Estimate) -> Recorded:
    return Recorded(row, json.loads(row.result), json.loads(row.inputs) if row.inputs else None)


def recorded(project: Project, *, before: int | None = None, daily: bool = False) -> tuple[list[Recorded], bool]:
    """Up to SHOWN estimates, newest first, behind them one more to compare with, and whether there is that one.

    `before` leaves out those from that number on; `daily` keeps the last one of each day.
    """
    rows = Estimate.objects.filter(project=project).order_by("-number")
    if before is not None:
        rows = rows.filter(number__lt=before)
    if daily:
        days: dict[Any, int] = {}
        for number, at in rows.values_list("number", "at"):
            days.setdefault(timezone.localdate(at), number)
            if len(days) > SHOWN + 1:
                break
        rows = rows.filter(number__in=list(days.values()))
    found = [_recorded(row) for row in rows.select_related("by")[: SHOWN + 1]]
    return found, len(found) > SHOWN


def one(project: Project, number: int) -> Recorded | None:
    """The estimate with that number."""
    row = Estimate.objects.filter(project=project, number=number).select_related("by").first()
    return _recorded(row) if row else None


def every(project: Project) -> Iterator[Recorded]:
    """All estimates, the oldest first."""
    for row in Estimate.objects.filter(project=project).order_by("number").iterator():
        yield _recorded(row)


def moved(before: Recorded, after: Recorded) -> list[Moved] | None:
    """What changed between two estimates; None where one of them has no answers kept."""
    if before.inputs is None or after.inputs is None:
        return None
    return record.moved(before.inputs, after.inputs, catalog.cost_questionnaire())


def moved_since(cost: Cost) -> list[Moved]:
    """What is another one now than in the last recorded estimate; nothing where that one still holds."""
    if cost.record is None or cost.recorded or not cost.record.inputs:
        return []
    return record.moved(json.loads(cost.record.inputs), cost.inputs, catalog.cost_questionnaire())


def check(found: Recorded) -> Check:
    """Makes the estimate again and compares it with the record, to the cent."""
    return record.check(
        inputs=found.inputs,
        inputs_digest=found.row.inputs_digest,
        result=found.result,
        result_digest=found.row.digest,
        metrics=catalog.metrics(),
        questionnaire=catalog.cost_questionnaire(),
    )
