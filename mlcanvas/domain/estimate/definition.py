"""What the questionnaire asks and which figures the estimator takes when nobody answers: the shape of `costs.toml`."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from mlcanvas.domain.estimate.ranges import Triple
from mlcanvas.domain.text import Text

Kind = Literal["choice", "number", "range", "pilot"]
# Where a figure comes from, from firm to soft. "fact" is an answer given on another page of the project.
# "workspace" is a figure that the workspace set for itself, or a correction from its finished projects.
Origin = Literal["answer", "fact", "workspace", "default", "assumption"]
ORIGINS: tuple[Origin, ...] = ("answer", "fact", "workspace", "default", "assumption")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a figure was found, and when. `url` is empty for our own assumptions."""

    key: str
    title: Text
    date: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A cited default, an assumption, or what the workspace set in its place: low, likely, high.

    In the unit of its question; money is in `currency` (ISO 4217), turned into the project's by the dated rates.
    """

    low: float
    likely: float
    high: float
    origin: Literal["default", "assumption", "workspace"]
    source: str
    currency: str | None = None

    @property
    def triple(self) -> Triple:
        """The three values. Raises Refused when they are out of order."""
        return Triple(self.low, self.likely, self.high)


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a question: it may bring a multiplier (`factor`), a `figure`, and a `rate` in money."""

    key: str
    label: Text
    factor: float | None = None
    figure: Figure | None = None
    rate: Figure | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """One question.

    `kind`: a choice, one number, a range (low, likely, high), or the pilot points. `money` is per `unit` in the
    project's currency. `share` is a percentage, 0 to 100. `fine` is measured, so that a thousandth of it may be meant;
    `error` is an error of the main metric. `positive` refuses zero. `saves` says that more of it costs
    less, so that its high end belongs to the low end of a line. An `optional` one refines another, or adds the value:
    the questionnaire is complete without it. `fact` names the fact that answers it when known,
    `listed` the kind of result whose cost the canvas may list. `figure` stands in for a number nobody knows, `unknown`
    for a choice nobody made.
    """

    key: str
    group: str
    kind: Kind
    label: Text
    help: Text
    example: Text
    unit: Text | None = None
    money: bool = False
    share: bool = False
    fine: bool = False
    error: bool = False
    positive: bool = False
    saves: bool = False
    optional: bool = False
    most: float = 1e12
    fact: str | None = None
    listed: str = ""
    options: tuple[Choice, ...] = ()
    figure: Figure | None = None
    unknown: Figure | None = None

    @property
    def thousands(self) -> bool:
        """Whether `5.400` may be meant as thousands here: there can be that many, and nobody means a thousandth."""
        return self.most >= 1000 and not (self.share or self.fine or self.error)

    def option(self, key: str) -> Choice:
        """The option `key`. Raises KeyError for an unknown one."""
        for option in self.options:
            if option.key == key:
                return option
        raise KeyError(key)


@dataclass(frozen=True, slots=True)
class Group:
    """A chapter of the questionnaire."""

    key: str
    label: Text
    intro: Text


@dataclass(frozen=True, slots=True)
class BaseDays:
    """Person-days per stage for one role of the prediction, before multipliers."""

    archetype: str
    scope: Figure
    data: Figure
    modelling: Figure
    deployment: Figure
    monitoring: Figure


@dataclass(frozen=True, slots=True)
class ConeStep:
    """How far, at least, low and high lie from likely at a stage: the cone of uncertainty."""

    stage: str
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Reference:
    """A class of past projects: the smallest and the largest uplift that its overruns suggest, as shares."""

    key: str
    lower: float
    upper: float
    source: str


@dataclass(frozen=True, slots=True)
class Rate:
    """Units of a currency for one euro."""

    currency: str
    per_euro: float


@dataclass(frozen=True, slots=True)
class Exponents:
    """The steepness b of a learning curve: optimistic (steep), likely, pessimistic (flat)."""

    key: str
    steep: float
    likely: float
    flat: float
    source: str


@dataclass(frozen=True, slots=True)
class Model:
    """The figures that no question asks for."""

    rho: float
    rate_source: str
    cone_source: str
    # M_accuracy = factor ^ log10(reducible error of the baseline / of the target)
    accuracy_factor: Figure
    # Items per feature and per class, when no pilot says more.
    items_per_feature: Figure
    items_per_class: Figure
    items: Figure
    compute_overhead: Figure
    label_refresh: Figure
    difficulty_least: float
    difficulty_most: float
    working_days: int
    outside_pilot: float
    exponents: tuple[Exponents, ...]
    base_days: tuple[BaseDays, ...]
    cone: tuple[ConeStep, ...]
    references: tuple[Reference, ...]
    rates: tuple[Rate, ...]


@dataclass(frozen=True, slots=True)
class LineDefinition:
    """One cost line and what stands in it."""

    key: str
    label: Text
    help: Text


@dataclass(frozen=True, slots=True)
class PartDefinition:
    """A share of a line, shown in proportion to the likely values."""

    key: str
    label: Text


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """The content of `costs.toml`."""

    version: int
    groups: tuple[Group, ...]
    questions: tuple[Question, ...]
    lines: tuple[LineDefinition, ...]
    parts: tuple[PartDefinition, ...]
    constants: tuple[PartDefinition, ...]
    sources: tuple[Source, ...]
    model: Model

    def question(self, key: str) -> Question | None:
        """The question with `key`, or None."""
        return next((question for question in self.questions if question.key == key), None)

    def of_group(self, group: str) -> tuple[Question, ...]:
        """The questions of one group, in order."""
        return tuple(question for question in self.questions if question.group == group)

    def source(self, key: str) -> Source:
        """The source with `key`. Raises KeyError for an unknown one."""
        for source in self.sources:
            if source.key == key:
                return source
        raise KeyError(key)

    def label(self, key: str) -> Text:
        """The label of a question, line, part or constant. Raises KeyError for an unknown one."""
        for question in self.questions:
            if question.key == key:
                return question.label
        for line in self.lines:
            if line.key == key:
                return line.label
        for part in (*self.parts, *self.constants):
            if part.key == key:
                return part.label
        raise KeyError(key)

    @property
    def currencies(self) -> tuple[str, ...]:
        """The currencies for which there is a rate."""
        return tuple(rate.currency for rate in self.model.rates)

    def figures(self) -> Iterator[tuple[str, Figure]]:
        """Every figure with the place where it stands."""
        for question in self.questions:
            if question.figure:
                yield question.key, question.figure
            if question.unknown:
                yield f"{question.key}.unknown", question.unknown
            for option in question.options:
                if option.figure:
                    yield f"{question.key}.{option.key}", option.figure
                if option.rate:
                    yield f"{question.key}.{option.key}.rate", option.rate
        for days in self.model.base_days:
            for stage in ("scope", "data", "modelling", "deployment", "monitoring"):
                yield f"base_days.{days.archetype}.{stage}", getattr(days, stage)
        for name in ("items_per_feature", "items_per_class", "items", "compute_overhead", "label_refresh"):
            yield f"model.{name}", getattr(self.model, name)
        yield "model.accuracy_factor", self.model.accuracy_factor
