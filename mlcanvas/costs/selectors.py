"""What others may ask about costs."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mlcanvas import catalog
from mlcanvas.costs.models import Answer, Estimate, ScenarioAnswer, Sheet
from mlcanvas.costs.rates import selectors as rates
from mlcanvas.domain import estimate as rules
from mlcanvas.domain.canonical import canonical_json, digest
from mlcanvas.domain.estimate import Context, Stored, Target
from mlcanvas.domain.metrics import Metric
from mlcanvas.domain.refusal import Refused
from mlcanvas.projects import selectors as projects
from mlcanvas.projects.memo import remembered
from mlcanvas.projects.models import Project
from mlcanvas.scope import selectors as scope
from mlcanvas.scope.models import SuccessMetric

# What the estimator reads of other parts.
FACTS = ("archetype", "stage", "risk_ratio", "best_baseline", "human_baseline", "retraining_interval_days")


@dataclass(frozen=True, slots=True)
class Cost:
    """Answers, what other parts add to them, and the estimate that follows from both now.

    `inputs` is all that it follows from (`domain.estimate.inputs_of`). `result` is the JSON of
    `domain.estimate.Estimate.record()`, None when `refused` says why there is none. `record` is the last one stored;
    `recorded` says whether it is this very result.
    """

    answers: dict[str, Stored]
    rows: Mapping[str, Answer | ScenarioAnswer]
    facts: dict[str, Any]
    primary: SuccessMetric | None
    seed: int
    inputs: dict[str, Any]
    inputs_digest: str
    result: dict[str, Any] | None
    refused: Refused | None
    record: Estimate | None

    @property
    def recorded(self) -> bool:
        """Whether the last record was made of what stands now."""
        return self.record is not None and self.record.inputs_digest == self.inputs_digest

    @property
    def previous(self) -> dict[str, Any] | None:
        """The last recorded result, if it is another one than `result`."""
        return None if self.record is None or self.recorded else json.loads(self.record.result)

    @property
    def unknown(self) -> int:
        """How many answers are "I don't know"."""
        return sum(value == rules.UNKNOWN for value in self.answers.values())

    def settled(self, group: str = "") -> tuple[int, int]:
        """How many questions have an answer or a fact in place of it, of how many that count."""
        counted = [
            question
            for question in catalog.cost_questionnaire().questions
            if not question.optional and group in ("", question.group)
        ]
        done = sum(q.key in self.answers or (q.fact is not None and q.fact in self.facts) for q in counted)
        return done, len(counted)

    @property
    def readiness(self) -> int:
        """0 to 100; "I don't know" is an answer."""
        done, counted = self.settled()
        return round(100 * done / counted)


def default_seed(project: Project) -> int:
    """The seed of a project that brings none: from its name, so that one file gives one estimate everywhere."""
    return int.from_bytes(hashlib.sha256(project.name.encode()).digest()[:4], "big") % (rules.LARGEST_SEED + 1)


@remembered
def seed(project: Project) -> int:
    """The seed of this project's draws."""
    stored = Sheet.objects.filter(project=project).values_list("seed", flat=True).first()
    return default_seed(project) if stored is None else stored


@remembered
def answers(project: Project) -> dict[str, Answer]:
    """The answer rows by question, in the order of the questionnaire; answers to questions of the past are left out."""
    found = {row.question: row for row in Answer.objects.filter(project=project).select_related("by")}
    return {q.key: found[q.key] for q in catalog.cost_questionnaire().questions if q.key in found}


def value_of(row: Answer | ScenarioAnswer) -> Stored:
    """What an answer row holds."""
    held: Stored = json.loads(row.value)
    return held


def context(project: Project, facts: dict[str, Any], primary: SuccessMetric | None) -> Context:
    """What other parts know and what the workspace sets, as the estimator reads it."""
    known = {key: facts[key] for key in FACTS if key in facts}
    return Context(project.currency, target_of(primary), known, rates.in_force(project.workspace_id))


def metric(project: Project) -> Metric | None:
    """The main metric, where it is one of the catalogue's."""
    primary = scope.primary_metric(project)
    return catalog.metrics().get(primary.metric) if primary else None


def target_of(primary: SuccessMetric | None) -> Target | None:
    """What the primary metric has to reach."""
    if primary is None or primary.target is None:
        return None
    return Target(catalog.metrics().get(primary.metric), primary.target)


@remembered
def cost(project: Project) -> Cost:
    """All that the page needs, in seven queries. The stored estimate is read where it holds, else it is made anew."""
    rows = answers(project)
    held = {key: value_of(row) for key, row in rows.items()}
    facts = projects.facts(project)
    primary = scope.primary_metric(project)
    number = seed(project)
    around = context(project, facts, primary)
    inputs = rules.inputs_of(held, around, number, catalog.cost_questionnaire())
    found = digest(inputs)
    record = Estimate.objects.filter(project=project).select_related("by").order_by("-number").first()
    result, refused = None, None
    if record is not None and record.inputs_digest == found:
        result = json.loads(record.result)
    else:
        try:
            made = rules.estimate(held, around, catalog.cost_questionnaire(), number)
            # Through canonical JSON, so that a fresh result and a stored one cannot differ.
            result = json.loads(canonical_json(made.record()))
        except Refused as error:
            refused = error
    return Cost(held, rows, facts, primary, number, inputs, found, result, refused, record)


def estimates(project: Project, limit: int = 50) -> list[Estimate]:
    """The recorded estimates, newest first, with the people."""
    return list(Estimate.objects.filter(project=project).select_related("by").order_by("-number")[:limit])
