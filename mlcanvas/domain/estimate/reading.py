"""Answers, facts and defaults read as figures, with a note of what was read."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from mlcanvas.domain.estimate.answers import PILOT, UNKNOWN, Stored, triple
from mlcanvas.domain.estimate.curve import DataNeed, Pilot
from mlcanvas.domain.estimate.definition import ORIGINS, Figure, Origin, Question, Questionnaire
from mlcanvas.domain.estimate.ranges import Triple, exactly
from mlcanvas.domain.estimate.rates import OWN, Rates, over
from mlcanvas.domain.estimate.result import Input
from mlcanvas.domain.metrics import Metric
from mlcanvas.domain.refusal import Refused


@dataclass(frozen=True, slots=True)
class Target:
    """The project's primary metric and the value to reach; `metric` is None when it is not in the catalogue."""

    metric: Metric | None
    value: float


@dataclass(frozen=True, slots=True)
class Context:
    """What other parts know: the currency of the project, its primary target, the facts by key, and `rates`, what the
    workspace sets in place of the catalogue's figures."""

    currency: str
    target: Target | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    rates: Rates = field(default_factory=Rates)


End = Literal["low", "likely", "high"]
ITEMS = "items"
"""The items that the target needs, where a curve fitted to the pilot gives them: an input like any other."""


class Reader:
    """Gives the figures of one estimate and remembers each with its origin.

    A class, because what was read is state that every formula adds to; it lives as long as one call of `estimate`.
    """

    def __init__(
        self,
        answers: Mapping[str, Stored],
        context: Context,
        questionnaire: Questionnaire,
        pins: Mapping[str, End],
    ) -> None:
        self.pins = pins
        self.answers = {key: value for key, value in answers.items() if value != UNKNOWN}
        self.context = context
        self.questionnaire = over(questionnaire, context.rates.own)
        self._own = {own.place for own in context.rates.own}
        self.inputs: dict[str, Input] = {}
        self._used: dict[str, dict[str, None]] = {}
        self._line: str | None = None
        self._rates = {rate.currency: rate.per_euro for rate in self.questionnaire.model.rates}
        if context.currency not in self._rates:
            raise Refused("cost_currency", "project.currency", currency=context.currency)

    @contextmanager
    def line(self, key: str) -> Iterator[None]:
        """Every figure read inside belongs to the line `key`, those read before under another one too."""
        outer, self._line = self._line, key
        self._used.setdefault(key, {})
        yield
        self._line = outer

    def used_by(self, line: str) -> tuple[str, ...]:
        """The keys of the figures that the line was made of, in the order in which they were read."""
        return tuple(self._used.get(line, ()))

    def origin_of(self, line: str) -> Origin:
        """The softest origin among the figures of the line."""
        return max((self.inputs[key].origin for key in self.used_by(line)), key=ORIGINS.index, default="answer")

    def note(self, key: str, value: Triple, origin: Origin, source: str = "", unit: str = "") -> Triple:
        """`value`, remembered under `key` as an input of the current line; one of its ends where that is pinned."""
        if key in self.pins:
            value = exactly(getattr(value, self.pins[key]))
        self.inputs.setdefault(key, Input(key, value, origin, source, unit))
        if self._line is not None:
            self._used[self._line][key] = None
        return value

    def said(self, place: str, origin: Origin, source: str = "") -> tuple[Origin, str]:
        """Origin and source of the figure at `place`: the workspace where it set the figure, else what is given."""
        return ("workspace", OWN + place) if place in self._own else (origin, source)

    def share(self, line: str) -> None:
        """Counts the figures of another line as figures of the current one too."""
        if self._line is not None:
            self._used[self._line].update(self._used.get(line, {}))

    def question(self, key: str) -> Question:
        """The question `key`. Raises KeyError for one that does not exist: a mistake in the code."""
        found = self.questionnaire.question(key)
        if found is None:
            raise KeyError(key)
        return found

    def answered(self, key: str) -> bool:
        """Whether somebody gave the question more than "don't know"."""
        return key in self.answers

    def choice(self, key: str) -> str | None:
        """The chosen option, or None."""
        value = self.answers.get(key)
        return value if isinstance(value, str) else None

    def figure(self, key: str, figure: Figure, unit: str = "") -> Triple:
        """A default or an assumption of the catalogue, in the project's currency if it is money."""
        value = figure.triple
        if figure.currency is not None:
            value = value.times(self._rate(figure.currency))
            unit = "money"
        return self.note(key, value, figure.origin, figure.source, unit)

    def _rate(self, currency: str) -> float:
        if currency == self.context.currency:
            return 1.0
        for each in (currency, self.context.currency):
            if each != "EUR":
                said = self.said(f"rates.{each}", "assumption", self.questionnaire.model.rate_source)
                self.note(f"exchange_rate:{each}", exactly(self._rates[each]), *said)
        return self._rates[self.context.currency] / self._rates[currency]

    def amount(self, key: str) -> Triple:
        """The answer to a number or a range, or the figure that stands in for it.

        Raises KeyError when there is neither; ask `answered` first where a question has no figure.
        """
        question = self.question(key)
        unit = "money" if question.money else "%" if question.share else ""
        if key in self.answers:
            return self.note(key, triple(self.answers[key]), "answer", unit=unit)
        if question.figure is None:
            raise KeyError(key)
        return self.figure(key, question.figure, unit)

    def percent(self, key: str) -> Triple:
        """An amount in per cent, as a share."""
        return self.amount(key).times(0.01)

    def factor(self, key: str) -> Triple:
        """The multiplier of the chosen option, or the one for not knowing."""
        question = self.question(key)
        chosen = self.choice(key)
        if chosen is not None:
            factor = question.option(chosen).factor
            return self.note(
                key, exactly(1.0 if factor is None else factor), *self.said(f"{key}.{chosen}.factor", "answer")
            )
        if question.unknown is None:
            raise KeyError(key)
        return self.figure(key, question.unknown)

    def band(self, needed: DataNeed) -> DataNeed:
        """The items of a fitted curve; one end of the band where that is pinned."""
        if needed.basis != "pilot_fit" or ITEMS not in self.pins:
            return needed
        end = getattr(needed, self.pins[ITEMS])
        return replace(needed, low=end, likely=end, high=end)

    def pilots(self) -> tuple[Pilot, ...]:
        """The pilot points, smallest first."""
        value = self.answers.get(PILOT)
        if not isinstance(value, list):
            return ()
        return tuple(Pilot(float(point["labelled"]), float(point["error"])) for point in value)
