"""What others may ask about what a project came to."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from django.utils import timezone

from mlcanvas import catalog
from mlcanvas.costs.models import Actual, Comparison, Estimate
from mlcanvas.domain.estimate.actuals import Outcome, compare, plan_of
from mlcanvas.projects.memo import remembered
from mlcanvas.projects.models import Project, Revision

# Why an estimate is the one to compare with: a person chose it; it stood at the first decision before the work began;
# it is the oldest before the work began; it is the oldest.
Reason = Literal["chosen", "signed", "before", "oldest"]
REASONS: tuple[Reason, ...] = ("chosen", "signed", "before", "oldest")
FIELDS = ("amount", "note", "begun", "ended")
NOTHING: Mapping[str, Any] = {"amount": None, "note": "", "begun": None, "ended": None}
_DAYS = 60


@dataclass(frozen=True, slots=True)
class Made:
    """A stored estimate without its figures."""

    number: int
    at: datetime
    digest: str

    @property
    def day(self) -> date:
        """The day on which it was made."""
        return timezone.localdate(self.at)


@dataclass(frozen=True, slots=True)
class Standing:
    """The amounts of a project by line, the plan that they are compared with, and what follows.

    `plan` is kept with the project once an amount is there or somebody chose it (`kept`), else it is the one that would
    be taken now; None where there is no estimate.
    """

    rows: dict[str, Actual]
    plan: dict[str, Any] | None
    kept: bool
    outcome: Outcome

    @property
    def currency_changed(self) -> str:
        """The currency of the plan, where the project counts in another one now; else empty."""
        if self.plan is None or not self.rows:
            return ""
        project = next(iter(self.rows.values())).project
        return str(self.plan["currency"]) if self.plan["currency"] != project.currency else ""


def lines() -> list[str]:
    """The cost lines, in their order."""
    return [line.key for line in catalog.cost_questionnaire().lines]


@remembered
def rows(project: Project) -> dict[str, Actual]:
    """The stored rows by line, in the order of the lines; lines of the past are left out."""
    found = {row.line: row for row in Actual.objects.filter(project=project).select_related("by")}
    for row in found.values():
        row.project = project
    return {key: found[key] for key in lines() if key in found}


def values_of(row: Actual | None) -> dict[str, Any]:
    """What a row holds, of a missing one nothing."""
    return dict(NOTHING) if row is None else {name: getattr(row, name) for name in FIELDS}


def standing(project: Project) -> Standing:
    """Where the project stands against its plan."""
    found = rows(project)
    kept = Comparison.objects.filter(project=project).first()
    plan = json.loads(kept.plan) if kept is not None else default_plan(project, found.values())
    amounts = {key: row.amount for key, row in found.items()}
    return Standing(found, plan, kept is not None, compare(plan, amounts, lines()))


def began(found: Iterable[Actual]) -> date | None:
    """The first day of the work, as far as the rows say."""
    return min((row.begun for row in found if row.begun is not None), default=None)


def made(project: Project) -> list[Made]:
    """The stored estimates, oldest first, without their figures."""
    held = Estimate.objects.filter(project=project).order_by("number")
    return [Made(*row) for row in held.values_list("number", "at", "digest")]


def default_plan(project: Project, found: Iterable[Actual]) -> dict[str, Any] | None:
    """The plan to compare with where nobody chose one; None without an estimate."""
    taken = _default(project, made(project), began(found))
    return plan(project, taken[0].number, taken[1]) if taken else None


def _default(project: Project, estimates: list[Made], begun: date | None) -> tuple[Made, Reason] | None:
    if not estimates:
        return None
    reviewed = Revision.objects.filter(project=project, reason=Revision.Reason.REVIEW).order_by("pk")
    signed = reviewed.values_list("at", flat=True).first()
    if signed is not None and (begun is None or timezone.localdate(signed) <= begun):
        before = [each for each in estimates if each.at <= signed]
        if before:
            return before[-1], "signed"
    if begun is not None and estimates[0].day <= begun:
        return estimates[0], "before"
    return estimates[0], "oldest"


def plan(project: Project, number: int, reason: Reason) -> dict[str, Any] | None:
    """The figures of a stored estimate with where they are from; None where there is no such estimate."""
    row = Estimate.objects.filter(project=project, number=number).first()
    if row is None:
        return None
    record = json.loads(row.result)
    found = {"digest": row.digest, "made": timezone.localdate(row.at).isoformat(), "reason": reason, **plan_of(record)}
    fit = record.get("fit")
    return found | ({"corrected": fit["version"]} if fit else {})


@dataclass(frozen=True, slots=True)
class Candidate:
    """An estimate to compare with, as a list offers it."""

    number: int
    day: date
    p50: float
    currency: str
    digest: str


def candidates(project: Project) -> list[Candidate]:
    """The estimate that stood at the end of each day, newest first, and those that stood at a decision."""
    estimates = made(project)
    wanted = {each.day: each for each in estimates}
    numbers = {each.number for each in list(wanted.values())[-_DAYS:]}
    signed = Revision.objects.filter(project=project, reason=Revision.Reason.REVIEW).values_list("at", flat=True)
    for at in signed[:_DAYS]:
        numbers.update([each.number for each in estimates if each.at <= at][-1:])
    numbers.update(each.number for each in estimates[:1])
    held = Estimate.objects.filter(project=project, number__in=numbers).order_by("-number")
    return [_candidate(row) for row in held]


def _candidate(row: Estimate) -> Candidate:
    result = json.loads(row.result)
    return Candidate(row.number, timezone.localdate(row.at), result["p50"], result["currency"], row.digest)
