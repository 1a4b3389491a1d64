"""The rows of the scenario pages: the figures of the selectors beside their labels."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from mlcanvas import catalog
from mlcanvas.charts.cost_range import RangeBar, RangePicture, picture
from mlcanvas.costs import showing, words
from mlcanvas.costs.scenarios.selectors import Variant, called
from mlcanvas.domain.estimate.definition import LineDefinition, Question
from mlcanvas.domain.estimate.scenarios import Offer, StarterFamily, asked_differently
from mlcanvas.web.templatetags.mlcanvas import number

TOGETHER = 4
"""How many are compared side by side."""


@dataclass(frozen=True, slots=True)
class Delta:
    """An amount more or less: its sign, and its size."""

    sign: str
    amount: float


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that a scenario says differently: what the plan says, and what it says."""

    label: str
    plan: str
    own: str
    question: Question | None = None

    @property
    def head(self) -> str:
        """The label as it stands before an answer."""
        return words.head(self.label)


@dataclass(frozen=True, slots=True)
class VariantRow:
    """The plan or a scenario in the list: its range with a bar, or why it has none.

    `delta` is its P50 less the plan's, None where one of them has none.
    """

    variant: Variant
    bar: RangeBar | None
    refusal: str
    delta: Delta | None
    said: list[Said]
    flags: int

    @property
    def result(self) -> Mapping[str, Any] | None:
        """What follows from its answers."""
        return self.variant.cost.result


def name(variant: Variant) -> str:
    """What the variant is called on the page."""
    if not variant.is_plan:
        return variant.name
    return _("Plan: %(name)s") % {"name": variant.name} if variant.name else _("Plan")


def rows(variants: Sequence[Variant]) -> tuple[list[VariantRow], RangePicture]:
    """Each variant beside the plan, which is the first, all bars on one axis."""
    plan = variants[0]
    ranges = [(each.key, each.cost.result) for each in variants if each.cost.result is not None]
    drawn = picture(ranges)
    bars = {bar.key: bar for bar in drawn.bars}
    found = [
        VariantRow(
            variant=each,
            bar=bars.get(each.key),
            refusal=showing.refusal(each.cost),
            delta=None if each is plan else delta(each, plan),
            said=said(each, plan),
            flags=len(each.cost.result["flags"]) if each.cost.result else 0,
        )
        for each in variants
    ]
    return found, drawn


def delta(one: Variant, other: Variant) -> Delta | None:
    """The P50 of `one` less that of `other`."""
    if one.cost.result is None or other.cost.result is None:
        return None
    amount = float(one.cost.result["p50"] - other.cost.result["p50"])
    return Delta("±" if amount == 0 else "+" if amount > 0 else "−", abs(amount))


def said(variant: Variant, plan: Variant) -> list[Said]:
    """What the scenario says itself, beside what the plan says."""
    primary = plan.cost.primary
    currency = str(variant.cost.inputs["currency"])
    found = []
    if variant.target is not None and primary is not None:
        before = number(primary.target) if primary.target is not None else _("none")
        found.append(Said(f"{_('Target')}: {primary.name}", before, number(variant.target)))
    for key, own in variant.own.items():
        held = words.answer(key, plan.cost.answers.get(key), currency)
        question = catalog.cost_questionnaire().question(key)
        found.append(Said(words.label(key), held, words.answer(key, own, currency), question))
    return found


@dataclass(frozen=True, slots=True)
class OfferedSet:
    """A starting set with its scenarios as they would be called."""

    family: StarterFamily
    names: list[str]


def offered(offers: Sequence[Offer], language: str) -> list[OfferedSet]:
    """The starting sets, each with what it would create; names are in the `language` of the project."""
    found = []
    for family in catalog.cost_scenarios().families:
        names = [called(offer, language) for offer in offers if offer.family == family.key]
        if names:
            found.append(OfferedSet(family, names))
    return found


@dataclass(frozen=True, slots=True)
class Column:
    """One variant of a comparison. `delta` is its P50 less that of the first one."""

    variant: Variant
    name: str
    bar: RangeBar | None
    refusal: str
    delta: Delta | None
    flags: list[str]

    @property
    def result(self) -> Mapping[str, Any] | None:
        """What follows from its answers."""
        return self.variant.cost.result


@dataclass(frozen=True, slots=True)
class Comparison:
    """Up to four variants side by side.

    `lines` are the cost lines with one entry for each column, `answers` the questions that are not answered alike with
    the answers in words, `shared` the flags that hold for all.
    """

    columns: list[Column]
    picture: RangePicture
    lines: list[tuple[LineDefinition, list[Mapping[str, Any] | None]]]
    answers: list[tuple[str, list[str]]]
    shared: list[str]


def comparison(variants: Sequence[Variant]) -> Comparison:
    """The variants side by side; what they do not share, and what they do."""
    drawn = picture([(each.key, each.cost.result) for each in variants if each.cost.result is not None])
    bars = {bar.key: bar for bar in drawn.bars}
    flags = [_flags(each) for each in variants]
    with_result = [held for held, each in zip(flags, variants, strict=True) if each.cost.result is not None]
    shared = [flag for flag in (with_result[0] if with_result else []) if all(flag in held for held in with_result)]
    columns = [
        Column(
            variant=each,
            name=name(each),
            bar=bars.get(each.key),
            refusal=showing.refusal(each.cost),
            delta=None if each is variants[0] else delta(each, variants[0]),
            flags=[flag for flag in held if flag not in shared],
        )
        for each, held in zip(variants, flags, strict=True)
    ]
    return Comparison(columns, drawn, _lines(variants), _answers(variants), shared)


def _flags(variant: Variant) -> list[str]:
    result = variant.cost.result
    return [] if result is None else [showing.sentence(flag["code"], flag["values"]) for flag in result["flags"]]


def _lines(variants: Sequence[Variant]) -> list[tuple[LineDefinition, list[Mapping[str, Any] | None]]]:
    held = [
        {line["key"]: line for line in each.cost.result["lines"]} if each.cost.result is not None else {}
        for each in variants
    ]
    found = [(line, [lines.get(line.key) for lines in held]) for line in catalog.cost_questionnaire().lines]
    return [(line, cells) for line, cells in found if any(cells)]


def _answers(variants: Sequence[Variant]) -> list[tuple[str, list[str]]]:
    currency = str(variants[0].cost.inputs["currency"])
    found = []
    targets = [each.cost.primary.target if each.cost.primary else None for each in variants]
    if len(set(targets)) > 1:
        found.append((_("Target"), [_("none") if target is None else number(target) for target in targets]))
    answers = [each.cost.answers for each in variants]
    asked = asked_differently(answers, catalog.cost_questionnaire())
    return found + [
        (words.label(key), [words.answer(key, held.get(key), currency) for held in answers]) for key in asked
    ]
