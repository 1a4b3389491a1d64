"""Scenarios: other answers to the same questions, beside the plan.

A scenario is what it says differently. What it does not say is the plan's, so an answer of the plan that changes is the
scenario's too, until the scenario has an own one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from mlcanvas.domain.estimate.answers import UNKNOWN, Stored, accept
from mlcanvas.domain.estimate.definition import Figure, Questionnaire, Source
from mlcanvas.domain.estimate.reading import Context
from mlcanvas.domain.metrics import Metric, error_of, in_bounds, value_of
from mlcanvas.domain.text import Text

# The answer of a scenario that leaves a question open which the plan answers.
UNANSWERED = "unanswered"

Family = Literal["target", "labels", "start"]


def accept_own(questionnaire: Questionnaire, key: str, value: Any, metric: Metric | None = None) -> Stored:
    """`value` as a scenario may store it for the question `key`: as `accept`, or UNANSWERED (also for an empty pilot).

    Raises Refused as `accept` does.
    """
    if value == UNANSWERED and questionnaire.question(key) is not None:
        return UNANSWERED
    accepted = accept(questionnaire, key, value, metric)
    return UNANSWERED if accepted == [] else accepted


def effective(plan: Mapping[str, Stored], own: Mapping[str, Stored]) -> dict[str, Stored]:
    """The answers that a scenario is estimated with: the plan's, and its own over them."""
    return {key: value for key, value in {**plan, **own}.items() if value != UNANSWERED}


def differing(answers: Mapping[str, Stored], plan: Mapping[str, Stored]) -> dict[str, Stored]:
    """The own answers with which a scenario beside `plan` has exactly `answers`."""
    keys = {**plan, **answers}
    return {key: answers.get(key, UNANSWERED) for key in keys if answers.get(key) != plan.get(key)}


def rebased(own: Mapping[str, Stored], before: Mapping[str, Stored], after: Mapping[str, Stored]) -> dict[str, Stored]:
    """The own answers with which a scenario beside the plan `before` stays as it is beside the plan `after`.

    What it said itself it still says, also where the new plan says the same.
    """
    return {**differing(effective(before, own), after), **own}


@dataclass(frozen=True, slots=True)
class StarterAnswer:
    """One answer of a starting set: an option or UNANSWERED as `value`, else a `figure`.

    It counts for projects whose labels are of one of `kinds`, for all where none is named.
    """

    question: str
    value: str = ""
    figure: Figure | None = None
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Starter:
    """One scenario of a starting set.

    `kinds` are the kinds of label (`C5_kind`, empty for not answered) that it can be offered for, all where none is
    named. Its `note` says where its figures come from.
    """

    key: str
    family: Family
    label: Text
    note: Text
    answers: tuple[StarterAnswer, ...]
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StarterFamily:
    """A starting set: what it compares, and why one would."""

    key: Family
    label: Text
    help: Text


@dataclass(frozen=True, slots=True)
class Starters:
    """The content of `cost_scenarios.toml`: what is offered with one click."""

    version: int
    families: tuple[StarterFamily, ...]
    starters: tuple[Starter, ...]
    sources: tuple[Source, ...]
    # The scenarios with another target: the error of the plan's target times this.
    easier: float
    harder: float
    easier_label: Text
    harder_label: Text
    easier_note: Text
    harder_note: Text


@dataclass(frozen=True, slots=True)
class Offer:
    """A scenario that makes sense beside the present answers: what it would say, and `target` where it has another."""

    key: str
    family: Family
    label: Text
    note: Text
    own: Mapping[str, Stored]
    target: float | None = None


def offers(
    starters: Starters,
    answers: Mapping[str, Stored],
    context: Context,
    questionnaire: Questionnaire,
    *,
    current: float | None = None,
) -> list[Offer]:
    """The scenarios worth a look beside `answers`, in the order of the catalogue.

    Another target where the metric has a curve and more labels lower the error; the easier one is not worse than
    `current`. Ways of labelling where somebody labels. What training starts from where a pilot stands on a curve. None
    that says what the plan says.
    """
    found: list[Offer] = _targets(starters, context, current)
    curve = any(offer.family == "target" for offer in found) or _error(context) is not None
    for starter in starters.starters:
        if starter.family == "start" and not (curve and answers.get("C3_pilot")):
            continue
        kind = answers.get("C5_kind", "")
        kind = "" if kind == UNKNOWN else str(kind)
        if starter.kinds and kind not in starter.kinds:
            continue
        said = _said(starter, kind, context, questionnaire)
        own = {key: value for key, value in said.items() if answers.get(key, UNANSWERED) != value}
        if own:
            found.append(Offer(starter.key, starter.family, starter.label, starter.note, own))
    order = [family.key for family in starters.families]
    return sorted(found, key=lambda offer: order.index(offer.family))


def _error(context: Context) -> float | None:
    target = context.target
    return None if target is None or target.metric is None else error_of(target.metric, target.value)


def _targets(starters: Starters, context: Context, current: float | None) -> list[Offer]:
    target, error = context.target, _error(context)
    if target is None or target.metric is None or not error:
        return []
    found = []
    for key, times, label, note in (
        ("easier", starters.easier, starters.easier_label, starters.easier_note),
        ("harder", starters.harder, starters.harder_label, starters.harder_note),
    ):
        value = value_of(target.metric, error * times)
        if value is None or not in_bounds(target.metric, value):
            continue
        value = float(f"{value:.6g}")
        higher = target.metric.direction == "higher"
        if current is not None and (value < current if higher else value > current):
            continue
        found.append(Offer(key, "target", label, note, {}, value))
    return found


def _said(starter: Starter, kind: str, context: Context, questionnaire: Questionnaire) -> dict[str, Stored]:
    said: dict[str, Stored] = {}
    for answer in starter.answers:
        if answer.kinds and kind not in answer.kinds:
            continue
        if answer.figure is not None:
            said[answer.question] = _amounts(answer.figure, context.currency, questionnaire)
        else:
            said[answer.question] = answer.value
    return {key: accept_own(questionnaire, key, value) for key, value in said.items()}


def _amounts(figure: Figure, currency: str, questionnaire: Questionnaire) -> dict[str, int | float]:
    """A figure in the project's currency, to three digits: a price list converted at a rounded rate has no more."""
    rates = {rate.currency: rate.per_euro for rate in questionnaire.model.rates}
    known = figure.currency is not None and figure.currency in rates and currency in rates
    times = rates[currency] / rates[figure.currency] if known and figure.currency else 1.0
    ends = {"low": figure.low, "likely": figure.likely, "high": figure.high}
    return {end: float(f"{value * times:.3g}") for end, value in ends.items()}


def asked_differently(variants: Iterable[Mapping[str, Stored]], questionnaire: Questionnaire) -> list[str]:
    """The questions to which the variants do not all say the same, in the order of the questionnaire."""
    held = list(variants)
    return [
        question.key
        for question in questionnaire.questions
        if any(answers.get(question.key) != held[0].get(question.key) for answers in held[1:])
    ]
