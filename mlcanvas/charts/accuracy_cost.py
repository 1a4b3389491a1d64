"""The cost of each target as a curve with its band: places for a template to draw at.

Places along the axis are per cent of the width, so that words keep their size on a narrow screen; the lines are points
of a field of 1 000 by 1 000 that is stretched over the plot. All of them are texts with a decimal point: a template
would write the number 0.5 as "0,5" in Portuguese, which no SVG reads. Harder targets stand to the right.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from mlcanvas.charts.axis import Tick, per_cent, ticks
from mlcanvas.domain.estimate.accuracy import AccuracyCost, Boundary, Mark, Reach

FIELD = 1000.0
# A band that is this many times the P90 of the target is cut at the top: the part around the target stays readable.
CUT = 6.0
LABELS = 7


@dataclass(frozen=True, slots=True)
class Placed:
    """Something at its place along the axis; `first` and `last` say that it stands at the edge of the plot."""

    place: str
    value: float
    first: bool = False
    last: bool = False


@dataclass(frozen=True, slots=True)
class Zone:
    """Where targets are refused: from `place` to the right edge."""

    place: str
    width: str
    boundary: Boundary


@dataclass(frozen=True, slots=True)
class PlacedMark:
    """A baseline, the people, or what is there today; `down` keeps two of them apart that stand at one place."""

    place: str
    down: int
    mark: Mark


@dataclass(frozen=True, slots=True)
class Stop:
    """A target at which the handle stops, with its point."""

    place: str
    height: str
    point: Reach


@dataclass(frozen=True, slots=True)
class CurvePicture:
    """The curve of P50, the band from P10 to P90, the value over it, and all that stands on the axis.

    `tail` leads from the last target that may be had to the scope's own, where that lies beyond. `cut` and `worth_cut`
    say that the band or the value leaves the picture at the top.
    """

    band: str
    middle: str
    tail: str
    worth: str
    stops: tuple[Stop, ...]
    labels: tuple[Placed, ...]
    money: tuple[Tick, ...]
    zones: tuple[Zone, ...]
    marks: tuple[PlacedMark, ...]
    cut: bool
    worth_cut: bool


class _Axes:
    """Where an error and an amount lie in the plot."""

    def __init__(self, curve: AccuracyCost) -> None:
        self.start, self.end = curve.start, curve.end
        # A target that is refused may cost any amount: it does not set the scale, unless it is all there is.
        sure = [point for point in curve.points if curve.doubt is None or point is not curve.target]
        highest = max(point.p90 for point in sure or curve.points)
        reached = curve.target.p90 if curve.target and curve.doubt is None else highest
        cost = min(highest, CUT * reached) or 1.0
        worth = curve.target.worth.likely if curve.target and curve.target.worth else 0.0
        # The value at the target is seen too, as long as the cost stays the larger part of the picture.
        self.money, self.edge = ticks(max(cost, min(1.1 * worth, 2 * cost)))
        self.cut = highest > self.edge
        self.worth_cut = any(point.worth is not None and point.worth.likely > self.edge for point in curve.points)

    def along(self, error: float) -> float:
        """0 at the left edge, 1 at the right."""
        span = self.start - self.end
        return min(max((self.start - error) / span, 0.0), 1.0) if span else 0.0

    def down(self, amount: float) -> float:
        """0 at the top edge, 1 at the bottom; above the top where it is cut, but not so far that a browser stumbles."""
        return max(1 - amount / self.edge, -9.0)

    def point(self, error: float, amount: float) -> str:
        return f"{FIELD * self.along(error):.1f},{FIELD * self.down(amount):.1f}"


def picture(curve: AccuracyCost) -> CurvePicture:
    """The picture of a curve that has points."""
    axes = _Axes(curve)
    # A target that is refused although it can be computed is drawn apart: nothing between here and there is promised.
    sure = [point for point in curve.points if curve.doubt is None or point is not curve.target]
    upper = [axes.point(point.error, point.p90) for point in sure]
    lower = [axes.point(point.error, point.p10) for point in reversed(sure)]
    tail = [*sure[-1:], curve.target] if curve.doubt is not None and curve.target is not None else []
    return CurvePicture(
        band=" ".join([*upper, *lower]),
        middle=_line(axes, [(point.error, point.p50) for point in sure]),
        tail=_line(axes, [(point.error, point.p50) for point in tail]),
        worth=_line(axes, [(point.error, point.worth.likely) for point in sure if point.worth is not None]),
        stops=tuple(stop(curve, point) for point in curve.points if point.value in curve.stops),
        labels=_labels(axes, curve),
        money=axes.money,
        zones=tuple(
            Zone(per_cent(axes.along(each.error)), per_cent(1 - axes.along(each.error)), each)
            for each in curve.boundaries
        ),
        marks=tuple(
            PlacedMark(per_cent(axes.along(mark.error)), 12 + 16 * row, mark)
            for row, mark in enumerate(curve.marks)
            if curve.end <= mark.error <= curve.start * (1 + 1e-9)
        ),
        cut=axes.cut,
        worth_cut=axes.worth_cut,
    )


def stop(curve: AccuracyCost, point: Reach) -> Stop:
    """The handle at `point`, which need not be one of the curve's own."""
    axes = _Axes(curve)
    return Stop(per_cent(axes.along(point.error)), per_cent(max(axes.down(point.p50), 0.0)), point)


def _line(axes: _Axes, points: Sequence[tuple[float, float]]) -> str:
    return " ".join(axes.point(error, amount) for error, amount in points)


def _labels(axes: _Axes, curve: AccuracyCost) -> tuple[Placed, ...]:
    """Some of the round targets, evenly, and the limit where there is room for it."""
    by_value = {point.value: point.error for point in curve.points}
    every = max(1, -(-len(curve.stops) // LABELS))
    shown = [(value, by_value[value]) for value in curve.stops[::every]]
    places = [(axes.along(error), value) for value, error in shown]
    limit = next((each for each in curve.boundaries if each.code == "cost_target_unreachable"), None)
    if limit is not None and axes.along(limit.error) - places[-1][0] > 0.1:
        places.append((axes.along(limit.error), limit.value))
    return tuple(Placed(per_cent(place), value, place < 0.03, place > 0.97) for place, value in places)
