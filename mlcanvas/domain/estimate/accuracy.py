"""What accuracy costs: the estimate at every target around the one of the scope.

Each point is the estimate that would be made if the scope named that target, from the same answers and with the same
draws, so that two points differ by the target and never by chance. Formulas with an example are in docs/estimate.md.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from mlcanvas.domain.estimate.answers import Stored, known
from mlcanvas.domain.estimate.curve import Pilot, Slope, need
from mlcanvas.domain.estimate.definition import Questionnaire
from mlcanvas.domain.estimate.estimation import (
    Draft,
    draft,
    fact_error,
    irreducible_error,
    rho_of,
    slope_of,
    value_of_year,
)
from mlcanvas.domain.estimate.ranges import Numbers, Triple, exactly
from mlcanvas.domain.estimate.reading import Context, Reader, Target
from mlcanvas.domain.estimate.result import Flag
from mlcanvas.domain.estimate.simulation import DRAWS, Variants
from mlcanvas.domain.metrics import Metric, check_value, error_of, value_of
from mlcanvas.domain.refusal import Refused

MarkKind = Literal["baseline", "human", "today", "pilot"]

# The curve begins at what is there already, but not so far off that the costly part is squeezed into a corner.
FARTHEST = 6.0
# Where nothing is known to be there: the reducible error of the first target, in those of the scope's.
FIRST = 2.5
# The share of the error that the first target has where even the scope's target is out of reach.
FIRST_ALONE = 0.5
STOPS = 16
PERCENTILES = (10, 50, 80, 90)


@dataclass(frozen=True, slots=True)
class Reach:
    """What one target costs: percentiles of the total, and the labelled items that it needs.

    `value` is in the unit of the metric, `error` its reading as an error. `worth` is what the years of operation bring,
    None where nobody said.
    """

    value: float
    error: float
    p10: float
    p50: float
    p80: float
    p90: float
    low: int
    likely: int
    high: int
    worth: Triple | None


@dataclass(frozen=True, slots=True)
class Boundary:
    """The first target that is refused for one reason: `code` names its sentence, `values` fill it."""

    code: str
    value: float
    error: float
    values: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that is there already, on the axis of the targets."""

    kind: MarkKind
    value: float
    error: float


@dataclass(frozen=True, slots=True)
class AccuracyCost:
    """The curve. `points` go from easy to hard, and so do `stops`, the targets among them that are round numbers.

    `start` and `end` are the errors between which it is drawn. `target` is what the scope's target costs, None where it
    cannot be had; `doubt` says why its figure is not to be relied on. `boundaries` stand nearest first. `flat`: with
    what is known, neither cost nor items follow the target.
    """

    metric: str
    start: float
    end: float
    points: tuple[Reach, ...]
    stops: tuple[float, ...]
    target: Reach | None
    doubt: Flag | None
    boundaries: tuple[Boundary, ...]
    marks: tuple[Mark, ...]
    years: float
    flat: bool

    @property
    def only_data(self) -> bool:
        """Whether a harder target takes more items but no more money: labels cost nothing, days were typed."""
        return not self.flat and len(self.points) > 1 and self.points[0].p50 == self.points[-1].p50

    def at(self, value: float) -> Reach | None:
        """The point of the target `value`, or None."""
        return next((point for point in self.points if point.value == value), None)


@dataclass(frozen=True, slots=True)
class Step:
    """From one target to a harder one: how many times the items, and how much more money.

    `low` and `high` are P10 and P90 of the difference draw by draw, never below zero: who reaches the harder target has
    reached the easier one too.
    """

    easier: Reach
    harder: Reach
    times: float
    low: float
    high: float

    @property
    def about(self) -> float:
        """`times` to two digits: more would promise what no curve holds."""
        return float(f"{self.times:.2g}")

    @property
    def dearer(self) -> bool:
        """Whether it takes more money: less than a tenth of a unit is said as nothing."""
        return round(self.high, 1) > 0

    @property
    def tells(self) -> bool:
        """Whether anything differs that can be said: more money or more data."""
        return self.dearer or self.about > 1


@dataclass(frozen=True, slots=True)
class _Ground:
    """What stays the same at every target."""

    answers: Mapping[str, Stored]
    context: Context
    questionnaire: Questionnaire
    metric: Metric
    target: float
    irreducible: float
    pilots: tuple[Pilot, ...]
    slope: Slope
    available: float | None
    start: float
    marks: tuple[Mark, ...]

    def drafted(self, value: float) -> Draft:
        """The estimate before the draws, with `value` as the target."""
        context = replace(self.context, target=Target(self.metric, value))
        return draft(self.answers, context, self.questionnaire)

    def value(self, error: float) -> float:
        """The value of the metric at `error`."""
        found = value_of(self.metric, error)
        if found is None:
            raise Refused("cost_no_curve", "scope.metrics")
        return found

    def error(self, value: float) -> float:
        """The error at `value`, which the metric can have."""
        found = error_of(self.metric, value)
        if found is None:
            raise Refused("cost_target_impossible", "scope.metrics", value=value)
        return found

    def items(self, error: float) -> float:
        """Items for `error` by the pilot's curve; infinite where more are needed than there can be."""
        try:
            return need(self.pilots, error, self.irreducible, self.slope).likely
        except Refused:
            return math.inf

    def ceilings(self) -> list[tuple[str, float, dict[str, float]]]:
        """How many items a target may need: the code of the refusal, the most, and what its sentence says of it."""
        if not self.pilots:
            return []
        largest = max(pilot.labelled for pilot in self.pilots)
        found = [("cost_outside_pilot", self.questionnaire.model.outside_pilot * largest, {"pilot": largest})]
        if self.available is not None:
            found.append(("cost_more_than_exists", self.available, {"available": self.available}))
        return found


def _ground(
    answers: Mapping[str, Stored], context: Context, questionnaire: Questionnaire, today: float | None
) -> _Ground:
    target = context.target
    if not known(answers):
        raise Refused("cost_nothing_answered", "costs.answers")
    if target is None:
        raise Refused("cost_no_target", "scope.metrics")
    metric = target.metric
    if metric is None or metric.error == "none":
        raise Refused("cost_no_curve", "scope.metrics")
    wanted = error_of(metric, target.value)
    if wanted is None:
        raise Refused("cost_target_impossible", "scope.metrics", value=target.value)
    reader = Reader(answers, context, questionnaire, {})
    least = irreducible_error(reader, [])
    for place, pilot in enumerate(reader.pilots()):
        if pilot.error <= least:
            raise Refused("cost_pilot_below_irreducible", f"costs.pilot.{place}", error=pilot.error, irreducible=least)
    marks = _marks(reader, metric, today)
    there = [mark.error for mark in marks if mark.kind != "human"]
    return _Ground(
        answers,
        context,
        reader.questionnaire,  # with what the workspace sets
        metric,
        target.value,
        least,
        reader.pilots(),
        slope_of(reader),
        reader.amount("C2_available").likely if reader.answered("C2_available") else None,
        _start(metric, wanted, least, there),
        marks,
    )


def _marks(reader: Reader, metric: Metric, today: float | None) -> tuple[Mark, ...]:
    best_pilot = min((pilot.error for pilot in reader.pilots()), default=None)
    human = fact_error(reader, "human_baseline")
    if human is None and reader.answered("D3_human_error"):
        human = reader.amount("D3_human_error").likely
    found: list[tuple[MarkKind, float | None]] = [
        ("baseline", fact_error(reader, "best_baseline")),
        ("today", None if today is None else error_of(metric, today)),
        ("pilot", best_pilot),
        ("human", human),
    ]
    placed = ((kind, error, None if error is None else value_of(metric, error)) for kind, error in found)
    return tuple(Mark(kind, value, error) for kind, error, value in placed if error is not None and value is not None)


def _start(metric: Metric, wanted: float, least: float, there: list[float]) -> float:
    """The error of the easiest target: what is there already, else somewhat easier than the target."""
    reducible = wanted - least
    # An error of a bounded metric is a share: 1 is the worst.
    worst = 1.0 if metric.error == "one_minus" else math.inf
    if reducible <= 0:
        beyond = [error for error in there if error > least]
        return max(beyond, default=min(worst, 2 * least if least > 0 else FIRST_ALONE))
    farthest = max([wanted, *there]) if there else least + FIRST * reducible
    # The best of what is there is on the curve in any case.
    readable = max([least + FARTHEST * reducible, *([min(there)] if there else [])])
    return min(farthest, readable, worst)


def accuracy_cost(
    answers: Mapping[str, Stored],
    context: Context,
    questionnaire: Questionnaire,
    seed: int,
    *,
    today: float | None = None,
    draws: int = DRAWS,
) -> AccuracyCost:
    """The cost of every target from what is there `today` (a value of the metric) to where data does not get.

    More accuracy never costs less. The percentiles of one target are those of its estimate; where a wider spread of a
    harder target would make its P10 the lower one (by less than a thousandth), it is kept at the easier one's. Raises
    Refused where there is no curve: `cost_nothing_answered`, `cost_no_target`, `cost_no_curve`,
    `cost_target_impossible`, `cost_pilot_below_irreducible`, `cost_currency`.
    """
    ground = _ground(answers, context, questionnaire, today)
    boundaries = _boundaries(ground)
    last = max((boundary.error for boundary in boundaries), default=ground.irreducible)
    values, stops = _values(ground, last)
    variants = Variants(rho_of(context, questionnaire), seed, draws)
    points = [point for value in values if (point := _reach(ground, variants, value)) is not None]
    points = _with_value(_never_less(points, ground.target))
    target = next((point for point in points if point.value == ground.target), None)
    room = (ground.start - ground.irreducible) / 20
    return AccuracyCost(
        metric=ground.metric.key,
        start=ground.start,
        end=max(0.0, ground.irreducible - room),
        points=tuple(points),
        stops=tuple(stop for stop in stops if any(point.value == stop for point in points)),
        target=target,
        doubt=_doubt(ground, ground.error(ground.target)) if target is not None else None,
        boundaries=boundaries,
        marks=ground.marks,
        years=ground.drafted(points[0].value).years if points else 0.0,
        flat=len(points) > 1 and points[0].p50 == points[-1].p50 and points[0].likely == points[-1].likely,
    )


def _boundaries(ground: _Ground) -> tuple[Boundary, ...]:
    """Where targets begin to be refused, the easiest first; at the latest at the error that no data removes."""
    least = ground.irreducible
    found = [Boundary("cost_target_unreachable", ground.value(least), least, {"irreducible": least})]
    for code, most, values in ground.ceilings():
        easy, hard = math.log(ground.start - least), math.log(ground.start - least) - 60
        if ground.items(least + math.exp(easy)) > most:
            found.append(Boundary(code, ground.value(ground.start), ground.start, values))
            continue
        for _ in range(50):
            middle = (easy + hard) / 2
            easy, hard = (middle, hard) if ground.items(least + math.exp(middle)) <= most else (easy, middle)
        error = least + math.exp(easy)
        found.append(Boundary(code, ground.value(error), error, values))
    return tuple(sorted(found, key=lambda boundary: -boundary.error))


def _values(ground: _Ground, last: float) -> tuple[list[float], list[float]]:
    """The targets to estimate and those among them where a handle stops, both from easy to hard."""
    first, end = ground.value(ground.start), ground.value(last)
    step = round_step(abs(end - first) / STOPS)
    low, high = min(first, end), max(first, end)
    # Three more between each two stops, for a line without corners.
    quarters = range(math.ceil(4 * low / step - 1e-9), math.floor(4 * high / step + 1e-9) + 1)
    multiples = {quarter: round(quarter * step / 4, 12) for quarter in quarters}
    round_ones = {value for quarter, value in multiples.items() if quarter % 4 == 0}
    inside = {
        value
        for value in {*multiples.values(), first}
        if max(last, math.nextafter(ground.irreducible, math.inf)) <= ground.error(value) <= ground.start
        and _doubt(ground, ground.error(value)) is None
    }
    if ground.irreducible < last < ground.start:
        # The last target that may be had; the rounding of its value does not shut it out.
        inside.add(end)
    # Two spellings of one error are one target, and the scope's is the one that is meant.
    by_error = {ground.error(value): value for value in [*inside, ground.target]}
    order = [by_error[error] for error in sorted(by_error, reverse=True)]
    return order, [value for value in order if value in round_ones or value == ground.target]


def round_step(rough: float) -> float:
    """The round number (1, 2 or 5 times a power of ten) that is at least `rough`."""
    if not rough > 0:
        return 1.0
    size = 10.0 ** math.floor(math.log10(rough))
    return next(factor * size for factor in (1, 2, 5, 10) if factor * size >= rough * (1 - 1e-9))


def _reach(ground: _Ground, variants: Variants, value: float) -> Reach | None:
    try:
        drafted = ground.drafted(value)
    except Refused:
        return None
    return _point(ground, drafted, variants.total(drafted.limits()), value)


def _point(ground: _Ground, drafted: Draft, total: Numbers, value: float) -> Reach:
    p10, p50, p80, p90 = (round(float(amount), 2) for amount in np.percentile(total, PERCENTILES))
    yearly = value_of_year(drafted)
    worth = None if yearly is None else yearly.times(drafted.years)
    needed = drafted.needed
    return Reach(value, ground.error(value), p10, p50, p80, p90, needed.low, needed.likely, needed.high, worth)


def _with_value(points: list[Reach]) -> list[Reach]:
    """A target that brings nothing is worth nothing, where others of the curve are worth something."""
    if all(point.worth is None for point in points):
        return points
    return [replace(point, worth=point.worth or exactly(0.0)) for point in points]


def _never_less(points: list[Reach], target: float) -> list[Reach]:
    """The percentiles as they never fall from easy to hard; those of the scope's target stay as they are."""
    place = next((place for place, point in enumerate(points) if point.value == target), 0)
    found = list(points)
    for here in range(place + 1, len(found)):
        found[here] = _held(found[here], found[here - 1], max)
    for here in range(place - 1, -1, -1):
        found[here] = _held(found[here], found[here + 1], min)
    return found


def _held(point: Reach, other: Reach, bound: Callable[[float, float], float]) -> Reach:
    return replace(
        point,
        p10=bound(point.p10, other.p10),
        p50=bound(point.p50, other.p50),
        p80=bound(point.p80, other.p80),
        p90=bound(point.p90, other.p90),
    )


def _doubt(ground: _Ground, error: float) -> Flag | None:
    """Why a target that can be computed is refused all the same."""
    needed = ground.items(error) if ground.pilots else 0.0
    for code, most, values in ground.ceilings():
        if needed > most:
            return Flag(code, {"needed": needed, **values})
    return None


def check_target(
    answers: Mapping[str, Stored],
    context: Context,
    questionnaire: Questionnaire,
    value: float,
    *,
    today: float | None = None,
) -> None:
    """Nothing, if the curve can be asked about the target `value`; the scope's own target always can.

    Raises Refused at `target`: `metric_not_finite`, `metric_too_low`, `metric_too_high` (the metric cannot have it),
    `cost_curve_backwards` (worse than where the curve begins), `cost_curve_limit` (at or beyond the irreducible error),
    `cost_outside_pilot`, `cost_more_than_exists`; and what `accuracy_cost` refuses.
    """
    ground = _ground(answers, context, questionnaire, today)
    check_value(ground.metric, value, "target")
    error = ground.error(value)
    if error <= ground.irreducible:
        raise Refused("cost_curve_limit", "target", limit=ground.value(ground.irreducible))
    if value == ground.target:
        return
    # The dust of floats at the very beginning of the curve is no step back.
    if error > ground.start * (1 + 1e-9):
        raise Refused("cost_curve_backwards", "target", start=ground.value(ground.start))
    doubt = _doubt(ground, error)
    if doubt is not None:
        raise Refused(doubt.code, "target", **doubt.values)


def step(
    answers: Mapping[str, Stored],
    context: Context,
    questionnaire: Questionnaire,
    seed: int,
    one: float,
    other: float,
    *,
    draws: int = DRAWS,
) -> Step:
    """From the easier of two targets to the harder one. Raises Refused as `estimate`."""
    ground = _ground(answers, context, questionnaire, None)
    variants = Variants(rho_of(context, questionnaire), seed, draws)
    easier, harder = sorted((one, other), key=ground.error, reverse=True)
    totals, reached = [], []
    for value in (easier, harder):
        drafted = ground.drafted(value)
        totals.append(variants.total(drafted.limits()))
        reached.append(_point(ground, drafted, totals[-1], value))
    low, high = (round(float(amount), 2) for amount in np.percentile(np.maximum(totals[1] - totals[0], 0.0), (10, 90)))
    reached = _never_less(reached, context.target.value if context.target else easier)
    return Step(reached[0], reached[1], reached[1].likely / reached[0].likely, low, high)
