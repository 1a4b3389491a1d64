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
MS_PER_HOUR: Final = 3_600_000
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
    """An open risk; `worst`: its current score is in the worst band. `accepted`: somebody said to live with it, and
    that holds; `ended`: it was accepted until a day that is past."""

    key: str
    title: str
    category: str
    worst: bool
    mitigation: str
    accepted: bool = False
    ended: bool = False


@dataclass(frozen=True, slots=True)
class KnownBaseline:
    """An active baseline; `comparable` says whether it was measured as the target is meant."""

    name: str
    kind: str
    metric: str
    value: float
    comparable: bool


@dataclass(frozen=True, slots=True)
class KnownSource:
    """A listed data source; `personal` is yes, no or empty, `legal_basis` empty where nobody has said."""

    key: str
    name: str
    personal: str = ""
    legal_basis: str = ""
    refresh_hours: float | None = None


@dataclass(frozen=True, slots=True)
class KnownFeature:
    """A listed feature; `source` is the key of its source, `available` is yes, no, unsure or empty."""

    name: str
    source: str = ""
    available: str = ""
    refresh_hours: float | None = None


@dataclass(frozen=True, slots=True)
class KnownOutcome:
    """A listed outcome; `priced` says whether its gain or cost is known."""

    name: str
    priced: bool


@dataclass(frozen=True, slots=True)
class Watched:
    """A listed metric to watch; `owner` and `threshold` are empty where nobody has said."""

    name: str
    owner: str = ""
    threshold: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """What the rules look at. `blocks` are the keys of canvas blocks that hold text, on whichever canvas."""

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
    sources: tuple[KnownSource, ...] = ()
    features: tuple[KnownFeature, ...] = ()
    outcomes: tuple[KnownOutcome, ...] = ()
    watched: tuple[Watched, ...] = ()


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing to look at. `key` has three sentences: `advice_<key>`, with `_why` and `_do`.

    `part` is the page that can mend it, `blocks` the canvas blocks that it stands beside, the one to begin with first.
    """

    key: str
    part: str
    values: Mapping[str, Any] = field(default_factory=dict)
    blocks: tuple[str, ...] = ()


def labels_later_than_retraining(picture: Picture) -> Advice | None:
    """A model is rebuilt before the outcomes of its own predictions are known."""
    delay = picture.facts.get("label_delay_days")
    interval = picture.facts.get("retraining_interval_days")
    if delay is None or interval is None or delay <= interval:
        return None
    values = {"delay": delay, "interval": interval}
    return Advice("labels_later_than_retraining", "canvas", values, ("building_models", "prediction_task"))


def latency_in_batch(picture: Picture) -> Advice | None:
    """Predictions are made in batch, yet one of them has a budget in milliseconds."""
    budget = picture.facts.get("latency_budget_ms")
    if picture.facts.get("prediction_mode") != "batch" or budget is None:
        return None
    return Advice("latency_in_batch", "canvas", {"budget": budget}, ("making_predictions",))


def on_demand_without_latency(picture: Picture) -> Advice | None:
    """Somebody waits for each prediction, and nobody has said how long."""
    if picture.facts.get("prediction_mode") != "on_demand" or picture.facts.get("latency_budget_ms") is not None:
        return None
    return Advice("on_demand_without_latency", "canvas", blocks=("making_predictions",))


def personal_data_without_legal_risk(picture: Picture) -> Advice | None:
    """Personal data is used, and no open risk is a legal one."""
    if picture.facts.get("personal_data") != "yes" or any(risk.category == "legal" for risk in picture.risks):
        return None
    return Advice("personal_data_without_legal_risk", "risks", blocks=("data_sources",))


def machine_decides_about_people(picture: Picture) -> Advice | None:
    """Something is decided about people with no person in between, and no open risk is about ethics."""
    if picture.facts.get("archetype") != "autonomous" or picture.facts.get("people_affected") != "decided":
        return None
    if any(risk.category == "ethics" for risk in picture.risks):
        return None
    return Advice("machine_decides_about_people", "risks", blocks=("decisions",))


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
        if risk.worst and not risk.mitigation.strip() and not risk.accepted:
            return Advice("critical_without_mitigation", "risks", {"risk": f"{risk.key} {risk.title}".strip()})
    return None


def acceptance_ended(picture: Picture) -> Advice | None:
    """A risk that was accepted until a day that is past: somebody has to look at it again."""
    ended = [risk for risk in picture.risks if risk.ended]
    if not ended:
        return None
    return Advice(
        "acceptance_ended", "risks", {"risk": f"{ended[0].key} {ended[0].title}".strip(), "count": len(ended)}
    )


def high_tier_without_pilot(picture: Picture) -> Advice | None:
    """Tier 4 or 5, and nothing was tried on a small scale."""
    if picture.tier is None or picture.tier < HIGH_TIER or picture.pilot_points:
        return None
    return Advice("high_tier_without_pilot", "costs", {"tier": picture.tier})


def monitoring_without_outcome(picture: Picture) -> Advice | None:
    """Monitoring is described, and nobody has said when the true outcome is known."""
    if "monitoring" not in picture.blocks or picture.facts.get("label_delay_days") is not None:
        return None
    return Advice("monitoring_without_outcome", "canvas", blocks=("prediction_task", "monitoring"))


def feature_known_too_late(picture: Picture) -> Advice | None:
    """A feature that nobody knows at the moment of prediction: what a model learns from it is a leak."""
    return _named("feature_known_too_late", "features", [f.name for f in picture.features if f.available == "no"])


def feature_availability_unsure(picture: Picture) -> Advice | None:
    """A feature of which nobody has said for sure that it is known in time."""
    unsure = [entry.name for entry in picture.features if entry.available not in ("yes", "no")]
    return _named("feature_availability_unsure", "features", unsure)


def feature_without_source(picture: Picture) -> Advice | None:
    """A feature that comes from no listed source."""
    listed = {source.key for source in picture.sources}
    return _named("feature_without_source", "features", [f.name for f in picture.features if f.source not in listed])


def feature_older_than_budget(picture: Picture) -> Advice | None:
    """Somebody waits for the prediction, and features are refreshed less often than the answer is due.

    A feature without an interval of its own is as old as its source.
    """
    budget = picture.facts.get("latency_budget_ms")
    if picture.facts.get("prediction_mode") != "on_demand" or budget is None:
        return None
    sources = {source.key: source.refresh_hours for source in picture.sources}
    slow = []
    for entry in picture.features:
        hours = sources.get(entry.source) if entry.refresh_hours is None else entry.refresh_hours
        if hours is not None and hours * MS_PER_HOUR > budget:
            slow.append(entry.name)
    found = _named("feature_older_than_budget", "features", slow)
    return found and Advice(
        found.key, found.part, {**found.values, "budget": budget}, ("features", "making_predictions")
    )


def personal_source_without_basis(picture: Picture) -> Advice | None:
    """A source with personal data, and nobody has said what allows its use."""
    bare = [source.name for source in picture.sources if source.personal == "yes" and not source.legal_basis]
    return _named("personal_source_without_basis", "data_sources", bare)


def personal_source_denied(picture: Picture) -> Advice | None:
    """The project says that it uses no personal data, and a listed source holds some."""
    if picture.facts.get("personal_data") != "no":
        return None
    return _named("personal_source_denied", "data_sources", [s.name for s in picture.sources if s.personal == "yes"])


def decision_nobody_takes(picture: Picture) -> Advice | None:
    """The decisions are described, and not who takes them."""
    if "decisions" not in picture.blocks or picture.facts.get("decision_taker"):
        return None
    return Advice("decision_nobody_takes", "canvas", blocks=("decisions",))


def value_without_holdout(picture: Picture) -> Advice | None:
    """What the project earns is to be measured, and no case is left untreated to compare with."""
    measured = "monitoring" in picture.blocks or picture.watched or any(aim.kind == "economic" for aim in picture.aims)
    if not measured or picture.facts.get("holdout_share"):
        return None
    return Advice("value_without_holdout", "canvas", blocks=("data_collection", "monitoring"))


def impact_without_outcomes(picture: Picture) -> Advice | None:
    """The impact simulation is described, and no outcome with its gain or cost is listed."""
    if "impact_simulation" not in picture.blocks or picture.outcomes:
        return None
    return Advice("impact_without_outcomes", "canvas", blocks=("impact_simulation",))


def outcome_without_amount(picture: Picture) -> Advice | None:
    """An outcome whose gain or cost nobody has put a figure to."""
    bare = [outcome.name for outcome in picture.outcomes if not outcome.priced]
    return _named("outcome_without_amount", "impact_simulation", bare)


def watched_by_nobody(picture: Picture) -> Advice | None:
    """A metric to watch that nobody owns, or that never raises an alarm."""
    bare = [entry.name for entry in picture.watched if not entry.owner or not entry.threshold]
    return _named("watched_by_nobody", "monitoring", bare)


def _named(key: str, block: str, names: list[str]) -> Advice | None:
    """Advice about the rows of these names, None where there is none. One more name makes it another advice."""
    return Advice(key, "canvas", {"names": tuple(names)}, (block,)) if names else None


RULES: Final[tuple[Callable[[Picture], Advice | None], ...]] = (
    target_below_baseline,
    feature_known_too_late,
    personal_source_without_basis,
    personal_source_denied,
    personal_data_without_legal_risk,
    machine_decides_about_people,
    critical_without_mitigation,
    acceptance_ended,
    decision_nobody_takes,
    labels_later_than_retraining,
    target_without_baseline,
    high_tier_without_pilot,
    cost_without_economic_metric,
    value_without_holdout,
    impact_without_outcomes,
    range_too_wide,
    feature_availability_unsure,
    feature_older_than_budget,
    latency_in_batch,
    on_demand_without_latency,
    monitoring_without_outcome,
    outcome_without_amount,
    watched_by_nobody,
    feature_without_source,
    problem_names_solution,
)
KEYS: Final = tuple(rule.__name__ for rule in RULES)


def advise(picture: Picture) -> list[Advice]:
    """All advice for a project, the weightiest first."""
    return [found for rule in RULES if (found := rule(picture)) is not None]
