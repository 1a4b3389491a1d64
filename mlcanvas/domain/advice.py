"""Contradictions and gaps between the parts of a project, each as a code with its values.

The thresholds are judgements of ours, kept here so that a reader finds them: a project is told gently, and may dismiss
each piece of advice with a reason.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

# Words that name the solution inside a problem statement, in both languages; whole words only.
_SOLUTION: Final = re.compile(
    r"\b(machine learning|deep learning|neural networks?|LLMs?|ML|GPT|"
    r"aprendizado de máquina|redes? neura(?:l|is)|inteligência artificial|artificial intelligence)\b",
    re.IGNORECASE,
)
WIDE_RANGE: Final = 1.5
HIGH_TIER: Final = 4
# Reaching a target is no news where people or the project's own model do it, or where nobody can do better.
NOT_RIVALS: Final = frozenset({"human", "previous_candidate", "bayes_or_ceiling"})


def solution_word(problem: str) -> str:
    """The word by which a problem statement already names machine learning, or an empty text."""
    found = _SOLUTION.search(problem)
    return found.group(0) if found else ""


@dataclass(frozen=True, slots=True)
class Aim:
    """A success metric; `metric` is its key in the metrics catalogue, or the project's own key for it."""

    name: str
    kind: str
    metric: str
    direction: str
    target: float | None


@dataclass(frozen=True, slots=True)
class KnownRisk:
    """An open risk; `band` is that of its current score."""

    key: str
    title: str
    category: str
    band: str
    mitigation: str


@dataclass(frozen=True, slots=True)
class KnownBaseline:
    """An active baseline; `comparable` says whether it was measured as the target is meant."""

    name: str
    kind: str
    metric: str
    value: float
    comparable: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """What the rules look at. `blocks` are the keys of canvas blocks that hold text."""

    facts: Mapping[str, Any] = field(default_factory=dict)
    problem: str = ""
    aims: tuple[Aim, ...] = ()
    blocks: frozenset[str] = frozenset()
    risks: tuple[KnownRisk, ...] = ()
    tier: int | None = None
    p50: float | None = None
    p90: float | None = None
    pilot_points: int = 0
    baselines: tuple[KnownBaseline, ...] = ()


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing to look at. `key` has three sentences: `advice_<key>`, with `_why` and `_do`."""

    key: str
    part: str
    values: Mapping[str, Any] = field(default_factory=dict)


def labels_later_than_retraining(picture: Picture) -> Advice | None:
    """A model is rebuilt before the outcomes of its own predictions are known."""
    delay = picture.facts.get("label_delay_days")
    interval = picture.facts.get("retraining_interval_days")
    if delay is None or interval is None or delay <= interval:
        return None
    return Advice("labels_later_than_retraining", "canvas", {"delay": delay, "interval": interval})


def latency_in_batch(picture: Picture) -> Advice | None:
    """Predictions are made in batch, yet one of them has a budget in milliseconds."""
    budget = picture.facts.get("latency_budget_ms")
    if picture.facts.get("prediction_mode") != "batch" or budget is None:
        return None
    return Advice("latency_in_batch", "canvas", {"budget": budget})


def on_demand_without_latency(picture: Picture) -> Advice | None:
    """Somebody waits for each prediction, and nobody has said how long."""
    if picture.facts.get("prediction_mode") != "on_demand" or picture.facts.get("latency_budget_ms") is not None:
        return None
    return Advice("on_demand_without_latency", "canvas")


def personal_data_without_legal_risk(picture: Picture) -> Advice | None:
    """Personal data is used, and no open risk is a legal one."""
    if picture.facts.get("personal_data") != "yes" or any(risk.category == "legal" for risk in picture.risks):
        return None
    return Advice("personal_data_without_legal_risk", "risks")


def machine_decides_about_people(picture: Picture) -> Advice | None:
    """Something is decided about people with no person in between, and no open risk is about ethics."""
    if picture.facts.get("archetype") != "autonomous" or picture.facts.get("people_affected") != "decided":
        return None
    if any(risk.category == "ethics" for risk in picture.risks):
        return None
    return Advice("machine_decides_about_people", "risks")


def problem_names_solution(picture: Picture) -> Advice | None:
    """The problem statement already names machine learning."""
    word = solution_word(picture.problem)
    return Advice("problem_names_solution", "scope", {"word": word}) if word else None


def target_without_baseline(picture: Picture) -> Advice | None:
    """A target of the model's quality with nothing measured by the same metric."""
    measured = {entry.metric for entry in picture.baselines}
    for aim in picture.aims:
        if aim.kind == "model" and aim.target is not None and aim.metric not in measured:
            return Advice("target_without_baseline", "baselines", {"metric": aim.name})
    return None


def target_below_baseline(picture: Picture) -> Advice | None:
    """A target that something already reaches."""
    for aim in picture.aims:
        if aim.target is None:
            continue
        sign = 1 if aim.direction == "higher" else -1
        for entry in picture.baselines:
            same = entry.comparable and entry.metric == aim.metric and entry.kind not in NOT_RIVALS
            if same and sign * (entry.value - aim.target) >= 0:
                values = {"metric": aim.name, "baseline": entry.name, "value": entry.value, "target": aim.target}
                return Advice("target_below_baseline", "scope", values)
    return None


def cost_without_economic_metric(picture: Picture) -> Advice | None:
    """There is a cost, and no figure that says what the money brings."""
    if picture.p50 is None or any(aim.kind == "economic" for aim in picture.aims):
        return None
    return Advice("cost_without_economic_metric", "scope")


def range_too_wide(picture: Picture) -> Advice | None:
    """P90 is more than 1.5 times P50, and there is no pilot point that could narrow it."""
    if picture.p50 is None or picture.p90 is None or picture.p50 <= 0 or picture.pilot_points:
        return None
    ratio = picture.p90 / picture.p50
    return Advice("range_too_wide", "costs", {"ratio": round(ratio, 1)}) if ratio > WIDE_RANGE else None


def critical_without_mitigation(picture: Picture) -> Advice | None:
    """A critical risk with no word on what is done about it."""
    for risk in picture.risks:
        if risk.band == "critical" and not risk.mitigation.strip():
            return Advice("critical_without_mitigation", "risks", {"risk": f"{risk.key} {risk.title}".strip()})
    return None


def high_tier_without_pilot(picture: Picture) -> Advice | None:
    """Tier 4 or 5, and nothing was tried on a small scale."""
    if picture.tier is None or picture.tier < HIGH_TIER or picture.pilot_points:
        return None
    return Advice("high_tier_without_pilot", "costs", {"tier": picture.tier})


def monitoring_without_outcome(picture: Picture) -> Advice | None:
    """Monitoring is described, and nobody has said when the true outcome is known."""
    if "monitoring" not in picture.blocks or picture.facts.get("label_delay_days") is not None:
        return None
    return Advice("monitoring_without_outcome", "canvas")


RULES: Final[tuple[Callable[[Picture], Advice | None], ...]] = (
    target_below_baseline,
    personal_data_without_legal_risk,
    machine_decides_about_people,
    critical_without_mitigation,
    labels_later_than_retraining,
    target_without_baseline,
    high_tier_without_pilot,
    cost_without_economic_metric,
    range_too_wide,
    latency_in_batch,
    on_demand_without_latency,
    monitoring_without_outcome,
    problem_names_solution,
)
KEYS: Final = tuple(rule.__name__ for rule in RULES)


def advise(picture: Picture) -> list[Advice]:
    """All advice for a project, the weightiest first."""
    return [found for rule in RULES if (found := rule(picture)) is not None]
