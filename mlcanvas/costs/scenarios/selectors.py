"""The plan and its scenarios, each with the estimate that follows from it."""

import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from django.db.models import Prefetch

from mlcanvas import catalog
from mlcanvas.costs import selectors as costs
from mlcanvas.costs.models import Scenario, ScenarioAnswer, Sheet
from mlcanvas.costs.selectors import Cost
from mlcanvas.domain import estimate as rules
from mlcanvas.domain.canonical import canonical_json, digest
from mlcanvas.domain.estimate import Context, Stored
from mlcanvas.domain.estimate import scenarios as variants_of
from mlcanvas.domain.estimate.record import estimate_of
from mlcanvas.domain.numbers import spell
from mlcanvas.domain.refusal import Refused
from mlcanvas.projects.memo import remembered
from mlcanvas.projects.models import Project
from mlcanvas.scope.models import SuccessMetric

PLAN = "plan"
"""The key of the plan among the scenarios."""


@dataclass(frozen=True, slots=True)
class Variant:
    """The plan, or a scenario: what it says itself (`own`), and what follows (`cost`, its answers the effective ones).

    `name` of the plan is what it was called as a scenario, empty where it never was one.
    """

    key: str
    name: str
    row: Scenario | None
    own: Mapping[str, Stored]
    cost: Cost

    @property
    def is_plan(self) -> bool:
        """Whether this is the plan itself."""
        return self.row is None

    @property
    def target(self) -> float | None:
        """The target that only this scenario has."""
        return self.row.target if self.row else None


@remembered
def scenarios(project: Project) -> list[Scenario]:
    """The scenarios as they were added, with their answers and people, in two queries."""
    answers = Prefetch("answers", ScenarioAnswer.objects.select_related("by").order_by("question"))
    return list(Scenario.objects.of(project).select_related("by", "project").prefetch_related(answers))


def own(row: Scenario) -> dict[str, Stored]:
    """What the scenario says itself, in the order of the questionnaire, without answers to questions of the past."""
    held = {answer.question: json.loads(answer.value) for answer in row.answers.all()}
    return {q.key: held[q.key] for q in catalog.cost_questionnaire().questions if q.key in held}


@remembered
def plan_name(project: Project) -> str:
    """What the plan was called as a scenario; empty where it never was one."""
    return Sheet.objects.filter(project=project).values_list("plan", flat=True).first() or ""


def variants(project: Project) -> list[Variant]:
    """The plan, then its scenarios; the number of queries does not depend on how many there are."""
    plan = costs.cost(project)
    around = costs.context(project, plan.facts, plan.primary)
    rows = [beside(plan, row, around) for row in scenarios(project)]
    return [Variant(PLAN, plan_name(project), None, {}, plan), *rows]


def beside(plan: Cost, row: Scenario, around: Context) -> Variant:
    """A scenario beside the plan, which has `around`. The seed is the plan's, so that what differs is no noise."""
    said = own(row)
    inputs = inputs_of(plan, said, row.target, around)
    result, refused = made(inputs)
    primary = _aiming_at(plan.primary, row.target)
    rows = {answer.question: answer for answer in row.answers.all()}
    answers = variants_of.effective(plan.answers, said)
    cost = Cost(answers, rows, plan.facts, primary, plan.seed, inputs, digest(inputs), result, refused, None)
    return Variant(row.key, row.name, row, said, cost)


def beside_plan(project: Project, plan: Cost, row: Scenario) -> Variant:
    """One scenario beside the plan of its project."""
    return beside(plan, row, costs.context(project, plan.facts, plan.primary))


def _aiming_at(primary: SuccessMetric | None, target: float | None) -> SuccessMetric | None:
    if primary is None or target is None:
        return primary
    aiming = copy.copy(primary)
    aiming.target = target
    return aiming


def inputs_of(plan: Cost, said: Mapping[str, Stored], target: float | None, around: Context) -> dict[str, Any]:
    """All that the estimate beside the plan follows from, with these own answers and this own target."""
    answers = variants_of.effective(plan.answers, said)
    aimed = replace(around, target=costs.target_of(_aiming_at(plan.primary, target)))
    return rules.inputs_of(answers, aimed, plan.seed, catalog.cost_questionnaire())


def made(inputs: Mapping[str, Any]) -> tuple[dict[str, Any] | None, Refused | None]:
    """The result that follows from `inputs`, as a stored record has it, or why there is none."""
    result, code, path, values = _made(canonical_json(inputs))
    return (None, Refused(code, path, **dict(values))) if result is None else (json.loads(result), None)


# One input has one result for as long as the process lives: definitions are read once.
@lru_cache(maxsize=256)
def _made(inputs: str) -> tuple[str | None, str, str, tuple[tuple[str, object], ...]]:
    try:
        found = estimate_of(json.loads(inputs), catalog.metrics(), catalog.cost_questionnaire())
    except Refused as refused:
        return None, refused.code, refused.path, tuple(refused.values.items())
    return canonical_json(found.record()), "", "", ()


def offers(project: Project, found: list[Variant]) -> list[variants_of.Offer]:
    """The scenarios offered with one click.

    What a scenario says already is not offered again, nor is what would cost the same as the plan.
    """
    plan = found[0].cost
    around = costs.context(project, plan.facts, plan.primary)
    offered = variants_of.offers(
        catalog.cost_scenarios(),
        plan.answers,
        around,
        catalog.cost_questionnaire(),
        current=plan.primary.current if plan.primary else None,
    )
    there = [(dict(each.own), each.target) for each in found[1:]]
    new = [offer for offer in offered if (dict(offer.own), offer.target) not in there]
    return [offer for offer in new if _matters(plan, offer, around)]


def called(offer: variants_of.Offer, language: str) -> str:
    """What the scenario of an offer is called in a project of that language."""
    value = "" if offer.target is None else spell(offer.target, decimal_comma=language.startswith("pt"))
    return offer.label.say(language).format(value=value)


def _matters(plan: Cost, offer: variants_of.Offer, around: Context) -> bool:
    if plan.result is None:
        return True
    result, _refused = made(inputs_of(plan, offer.own, offer.target, around))
    return result is None or any(result[name] != plan.result[name] for name in ("p10", "p50", "p90", "items"))
