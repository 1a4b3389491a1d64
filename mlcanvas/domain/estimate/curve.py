"""The learning curve: how much data a target error needs.

`error(n) = c + a n^(-b)`, a power law with an irreducible part (Hestness et al. 2017), turned round to
`n = ((target - c) / a)^(-1/b)`. Extrapolating it to a data requirement errs a lot (Mahmood et al. 2022): the answer is
a band.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from mlcanvas.domain.refusal import Refused

Basis = Literal["pilot_1", "pilot_2", "pilot_fit", "answer", "rule_of_thumb", "assumption"]

# A slope outside these has not been found in practice (0.07) or in theory (1).
FLATTEST, STEEPEST = 0.07, 1.0
# No project has more items than this; a curve that asks for more is no plan.
MOST_ITEMS = 10**12
# t such that 80 % of Student's distribution lies inside +-t, by degrees of freedom 1, 2, ...
_STUDENT_90 = (
    *(3.0777, 1.8856, 1.6377, 1.5332, 1.4759, 1.4398, 1.4149, 1.3968, 1.3830, 1.3722),
    *(1.3634, 1.3562, 1.3502, 1.3450, 1.3406, 1.3368, 1.3334, 1.3304, 1.3277, 1.3253),
    *(1.3232, 1.3212, 1.3195, 1.3178, 1.3163, 1.3150, 1.3137, 1.3125, 1.3114, 1.3104),
)


@dataclass(frozen=True, slots=True)
class Pilot:
    """One measurement: trained on `labelled` items, the model had this `error`."""

    labelled: float
    error: float


@dataclass(frozen=True, slots=True)
class Slope:
    """The steepness b of the curve when the pilot does not fix it: steep is optimistic, flat pessimistic."""

    steep: float
    likely: float
    flat: float


@dataclass(frozen=True, slots=True)
class DataNeed:
    """Labelled items that the target needs, rounded up, and what the figure rests on.

    `b` is the likely slope; None without a curve. `notes` are codes of what the page has to say about the band.
    """

    low: int
    likely: int
    high: int
    basis: Basis
    b: float | None = None
    notes: tuple[str, ...] = ()


def rounded_up(items: float) -> int:
    """The smallest whole number of items that is enough; the rounding of floats does not make it one more."""
    return max(1, math.ceil(items * (1 - 1e-13)))


def need(pilots: Sequence[Pilot], target: float, irreducible: float, slope: Slope) -> DataNeed:
    """Items for `target` (an error), from one pilot point or more.

    One point: through it, with b from `slope`. Two: a is fitted to both at the likely b; the ends of the band are those
    of the larger pilot. Three or more of different size: least squares of log(error - c) on log n with the 80 %
    prediction band, b kept in [0.07, 1]. Raises Refused `cost_target_unreachable` (target at or below `irreducible`),
    `cost_pilot_below_irreducible` or `cost_target_out_of_reach` (more than 10^12 items).
    """
    if target <= irreducible:
        raise Refused("cost_target_unreachable", "scope.metrics", target=target, irreducible=irreducible)
    for place, pilot in enumerate(pilots):
        if pilot.error <= irreducible:
            raise Refused(
                "cost_pilot_below_irreducible", f"costs.pilot.{place}", error=pilot.error, irreducible=irreducible
            )
    goal = math.log(target - irreducible)
    points = [(math.log(pilot.labelled), math.log(pilot.error - irreducible)) for pilot in pilots]
    if len({x for x, _ in points}) >= 3:
        band, notes = _fitted(points, goal, slope)
        return _need(band, "pilot_fit", notes)
    band, notes = _anchored(points, goal, slope)
    return _need(band, "pilot_1" if len({x for x, _ in points}) == 1 else "pilot_2", notes)


@dataclass(frozen=True, slots=True)
class _Band:
    """Natural logarithms of the items needed, and the likely slope."""

    low: float
    likely: float
    high: float
    b: float

    @property
    def width(self) -> float:
        return self.high - self.low


def _need(band: _Band, basis: Basis, notes: list[str]) -> DataNeed:
    most = math.log(MOST_ITEMS)
    if band.likely > most:
        raise Refused("cost_target_out_of_reach", "scope.metrics", most=MOST_ITEMS)
    if band.high > most:
        notes = [*notes, "cost_band_capped"]
    low, likely, high = (rounded_up(math.exp(min(value, most))) for value in (band.low, band.likely, band.high))
    return DataNeed(low, likely, high, basis, band.b, tuple(notes))


def _through(points: Sequence[tuple[float, float]], goal: float, slope: Slope) -> _Band:
    """The band from `slope` when a is fitted (least squares in the logarithm) at each b."""
    x = sum(point[0] for point in points) / len(points)
    y = sum(point[1] for point in points) / len(points)
    steep, likely, flat = (x + (y - goal) / b for b in (slope.steep, slope.likely, slope.flat))
    # A pilot that is already better than the target turns the order round.
    return _Band(min(steep, flat), likely, max(steep, flat), slope.likely)


def _anchored(points: Sequence[tuple[float, float]], goal: float, slope: Slope) -> tuple[_Band, list[str]]:
    both = _through(points, goal, slope)
    (smaller, worse), (larger, better) = _pooled(points, min(points)[0]), _pooled(points, max(points)[0])
    # The larger pilot extrapolates least, so it alone sets the ends: a second, smaller one never widens the band ...
    largest = _through([(larger, better)], goal, slope)
    if larger > smaller and better >= worse:
        # ... unless more data did not help: then the points contradict the curve, and the band covers both readings.
        hull = _Band(min(both.low, largest.low), both.likely, max(both.high, largest.high), slope.likely)
        return hull, ["cost_pilot_contradicts"]
    band = _Band(largest.low, min(max(both.likely, largest.low), largest.high), largest.high, slope.likely)
    if larger == smaller or slope.flat <= (worse - better) / (larger - smaller) <= slope.steep:
        return band, []
    return band, ["cost_pilot_other_slope"]


def _pooled(points: Sequence[tuple[float, float]], x: float) -> tuple[float, float]:
    """The mean of the points measured at one size."""
    ys = [point[1] for point in points if point[0] == x]
    return x, sum(ys) / len(ys)


def _fitted(points: Sequence[tuple[float, float]], goal: float, slope: Slope) -> tuple[_Band, list[str]]:
    count = len(points)
    x = sum(point[0] for point in points) / count
    y = sum(point[1] for point in points) / count
    squares = sum((point[0] - x) ** 2 for point in points)
    raw = -sum((point[0] - x) * (point[1] - y) for point in points) / squares
    b = min(max(raw, FLATTEST), STEEPEST)
    residual = sum((point[1] - y + b * (point[0] - x)) ** 2 for point in points)
    deviation = math.sqrt(residual / (count - 2))
    notes = ["cost_pilot_contradicts"] if raw <= 0 else []
    if deviation < 1e-9:  # the points of one curve: what is left is the rounding of floats
        deviation = 0.0
    reach = student(count - 2) * deviation
    # Where y - b u +- reach sqrt(1 + 1/k + u^2 / S) meets the goal: the two roots of one quadratic in u = log n - x.
    gap, opening = y - goal, b**2 - reach**2 / squares
    likely = x + gap / b
    alone = _through([_pooled(points, max(points)[0])], goal, slope)
    if opening <= 0:
        # The band opens faster than the curve falls, so the fit bounds nothing: the default slopes do.
        hull = _Band(min(alone.low, likely), likely, max(alone.high, likely), b)
        return hull, [*notes, "cost_band_open"]
    half = reach * math.sqrt(gap**2 / squares + opening * (1 + 1 / count))
    band = _Band(x + (b * gap - half) / opening, likely, x + (b * gap + half) / opening, b)
    if band.width > alone.width:
        notes.append("cost_pilot_scattered")
    return band, notes


def student(freedom: int) -> float:
    """The 90 % quantile of Student's t; beyond the table by its expansion in 1 / freedom."""
    if freedom <= len(_STUDENT_90):
        return _STUDENT_90[freedom - 1]
    z = 1.2815515655446004
    return z + (z**3 + z) / (4 * freedom) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)


def rule_of_thumb(per_feature: float, per_class: float, features: float, classes: float) -> float:
    """Items by the floor of Burkov chapter 3: so many per feature, so many per class, whichever is more."""
    return max(per_feature * features, per_class * classes)
