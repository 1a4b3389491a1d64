"""What others may ask about the figures of a workspace."""

import json
from collections import defaultdict
from dataclasses import dataclass, replace

from django.utils import timezone

from mlcanvas import catalog
from mlcanvas.costs.models import Actual, Calibration, Comparison, OwnFigure
from mlcanvas.domain.canonical import digest
from mlcanvas.domain.estimate import Rates, rates_of
from mlcanvas.domain.estimate import calibration as rules
from mlcanvas.domain.estimate.actuals import finished
from mlcanvas.domain.estimate.calibration import Finished, Fit
from mlcanvas.domain.estimate.rates import Own, settings
from mlcanvas.projects.memo import remembered
from mlcanvas.projects.models import Project
from mlcanvas.workspaces.models import Workspace

MOST = 500
"""So many finished projects are read, the latest ones: what was learned long ago says less."""


def last_rows(workspace_id: int) -> dict[str, OwnFigure]:
    """The last row of each place, those that take a figure back among them."""
    rows = OwnFigure.objects.filter(workspace=workspace_id).select_related("by").order_by("pk")
    return {row.place: row for row in rows}


def own_of(row: OwnFigure) -> Own | None:
    """The figure in a row, None where it takes one back."""
    if row.low is None or row.likely is None or row.high is None or row.dated is None:
        return None
    return Own(row.place, row.low, row.likely, row.high, row.source, row.dated.isoformat(), row.currency or None)


@remembered
def in_force(workspace_id: int) -> Rates:
    """What every estimate of the workspace is made with now, in two queries; places of the past are left out."""
    rows = last_rows(workspace_id)
    known = settings(catalog.cost_questionnaire()) if rows else {}
    own = (own_of(rows[place]) for place in known if place in rows)
    row = calibration(workspace_id)
    return Rates(tuple(each for each in own if each is not None), fit_of(row))


def calibration(workspace_id: int) -> Calibration | None:
    """The corrections taken over last, or the row that took them back."""
    return Calibration.objects.filter(workspace=workspace_id).select_related("by").order_by("-number").first()


def calibrations(workspace: Workspace, limit: int = 20) -> list[Calibration]:
    """What was taken over and taken back, newest first."""
    return list(Calibration.objects.filter(workspace=workspace).select_related("by").order_by("-number")[:limit])


def fit_of(row: Calibration | None) -> Fit | None:
    """The corrections in a row, None where it takes them back."""
    return rates_of({"fit": json.loads(row.fit)}).fit if row is not None and row.fit else None


def history(workspace: Workspace, place: str, limit: int = 20) -> list[OwnFigure]:
    """What a place was set to, newest first."""
    rows = OwnFigure.objects.filter(workspace=workspace, place=place).select_related("by").order_by("-pk")
    return list(rows[:limit])


@dataclass(frozen=True, slots=True)
class Ended:
    """A project with an actual amount for every planned line, as calibration reads it."""

    project: Project
    finished: Finished
    corrected: bool


@dataclass(frozen=True, slots=True)
class Record:
    """What the projects of a workspace came to: the finished ones, newest first, and how many are not finished, or
    cannot be compared because their currency is another one now."""

    ended: tuple[Ended, ...]
    unfinished: int
    other_currency: int
    more: bool

    @property
    def finished(self) -> tuple[Finished, ...]:
        """As the rules read them."""
        return tuple(each.finished for each in self.ended)


def record(workspace: Workspace) -> Record:
    """The finished projects, in two queries."""
    held = Comparison.objects.filter(project__workspace=workspace).select_related("project").order_by("-at", "-pk")
    comparisons = list(held[: MOST + 1])
    amounts: dict[int, dict[str, float | None]] = defaultdict(dict)
    rows = Actual.objects.filter(project__workspace=workspace).values_list("project_id", "line", "amount")
    for number, line, amount in rows:
        amounts[number][line] = amount
    ended, unfinished, other = [], 0, 0
    for comparison in comparisons[:MOST]:
        project, plan = comparison.project, json.loads(comparison.plan)
        if not amounts[project.pk]:
            continue
        if plan["currency"] != project.currency:
            other += 1
            continue
        found = finished(project.name, plan, amounts[project.pk])
        if found is None:
            unfinished += 1
        else:
            ended.append(Ended(project, found, bool(plan.get("corrected"))))
    return Record(tuple(ended), unfinished, other, len(comparisons) > MOST)


def proposal(workspace: Workspace, found: Record) -> Fit | None:
    """The corrections that the finished projects propose now, None while they are too few."""
    return rules.fit(found.finished, line_keys(), rho(workspace))


def rho(workspace: Workspace) -> float:
    """The correlation between lines without a correction: the workspace's own, else that of the rules."""
    row = OwnFigure.objects.filter(workspace=workspace, place="model.rho").order_by("-pk").first()
    own = own_of(row) if row is not None else None
    return catalog.cost_questionnaire().model.rho if own is None else own.likely


def line_keys() -> list[str]:
    """The cost lines, in their order."""
    return [line.key for line in catalog.cost_questionnaire().lines]


def fit_digest(fit: Fit) -> str:
    """Names the figures of a fit, whatever its version and date."""
    return digest(Rates(fit=replace(fit, version=0, date="")).plain())


def named(fit: Fit, version: int) -> Fit:
    """The fit with the version and the date by which estimates name it."""
    return replace(fit, version=version, date=timezone.localdate().isoformat())
