"""Where things stand in a drawn heat map: the risks, and the way of each from before any measure to its target.

All lengths are millimetres from the upper left corner of the cells. What is drawn is a `HeatMap` as it is on the page:
a cell with too many risks shows how many they are and the first of them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from mlcanvas.domain.risk import Cell, HeatMap, Positions, View
from mlcanvas.domain.scale import Position

Place = Literal["inherent", "current", "target"]
Point = tuple[float, float]

CELL = (44.0, 24.0)
GAP = 1.2
CHIP = (12.6, 4.4)
PITCH = (14.0, 5.6)
ACROSS = 3
DOT = 0.95

TRAILS_UP_TO = 40
"""With more risks their ways would only blur the picture."""

CHIPS = 6
"""How many keys a cell holds before it shows a count and the first three."""


@dataclass(frozen=True, slots=True)
class Chip:
    """A key in its cell, or with `count` how many risks the cell holds. `x` and `y` are its centre."""

    x: float
    y: float
    text: str
    count: bool = False


@dataclass(frozen=True, slots=True)
class Dot:
    """Where a risk stands in another view than the one that is shown. `x` and `y` are its centre."""

    x: float
    y: float
    place: Place


@dataclass(frozen=True, slots=True)
class Arrow:
    """A way from `start` to `end`: a measure that was taken, or with `planned` one that is aimed at."""

    start: Point
    end: Point
    head: tuple[Point, Point, Point]
    planned: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    """What stands on the cells."""

    chips: tuple[Chip, ...]
    dots: tuple[Dot, ...]
    arrows: tuple[Arrow, ...]
    more: tuple[Point, ...]


def drawing(heat: HeatMap, risks: Iterable[tuple[str, Positions]]) -> Drawing:
    """The keys of `heat` in their cells, and the ways of `risks`, the ones that `heat` was made of."""
    chips: list[Chip] = []
    more: list[Point] = []
    ends: dict[str, Point] = {}
    for row, cells in enumerate(heat.rows):
        for column, cell in enumerate(cells):
            found, rest = _chips(cell, row, column)
            chips += found
            more += rest
            at = {chip.text: (chip.x, chip.y) for chip in found if not chip.count}
            for key in cell.keys:
                ends[key] = at.get(key, (found[0].x, found[0].y))
    if heat.total > TRAILS_UP_TO:
        return Drawing(tuple(chips), (), (), tuple(more))
    dots, arrows = _trails(heat, list(risks), ends)
    return Drawing(tuple(chips), dots, arrows, tuple(more))


def _corner(row: int, column: int) -> Point:
    return column * (CELL[0] + GAP), row * (CELL[1] + GAP)


def _chips(cell: Cell, row: int, column: int) -> tuple[list[Chip], list[Point]]:
    """The keys of a cell, and where the ellipsis stands if there are more than those."""
    left, top = _corner(row, column)

    def slot(number: int) -> Point:
        x = left + 1.2 + CHIP[0] / 2 + number % ACROSS * PITCH[0]
        return round(x, 2), round(top + 1.2 + CHIP[1] / 2 + number // ACROSS * PITCH[1], 2)

    if len(cell.keys) <= CHIPS:
        return [Chip(*slot(number), key) for number, key in enumerate(cell.keys)], []
    shown = [Chip(*slot(0), str(len(cell.keys)), count=True)]
    # The keys begin on the second line, below the count.
    shown += [Chip(*slot(ACROSS + number), key) for number, key in enumerate(cell.keys[:ACROSS])]
    return shown, [slot(2 * ACROSS)]


def _trails(
    heat: HeatMap, risks: Sequence[tuple[str, Positions]], ends: dict[str, Point]
) -> tuple[tuple[Dot, ...], tuple[Arrow, ...]]:
    stops = {key: _stops(where, heat.view) for key, where in risks}
    crowd: dict[Position, list[tuple[str, Place]]] = {}
    for key, way in stops.items():
        for place, spot, shown in way:
            if not shown:
                crowd.setdefault(spot, []).append((key, place))
    # The rows of a heat map fall, its columns rise.
    corners = {
        Position(cell.likelihood, cell.severity): _corner(row, column)
        for row, cells in enumerate(heat.rows)
        for column, cell in enumerate(cells)
    }
    dots: list[Dot] = []
    points: dict[tuple[str, Place], Point] = {}
    for spot, found in crowd.items():
        left, top = corners[spot]
        for number, (key, place) in enumerate(found, 1):
            # The score of the cell stands in its lower right corner.
            x = round(left + number * (CELL[0] - 8) / (len(found) + 1), 2)
            points[key, place] = (x, round(top + CELL[1] - 3.4, 2))
            dots.append(Dot(*points[key, place], place))
    arrows: list[Arrow] = []
    for key, way in stops.items():
        for (place, _spot, shown), (following, _next, reached) in pairwise(way):
            start = ends[key] if shown else points[key, place]
            end = ends[key] if reached else points[key, following]
            arrow = _arrow(start, end, planned=following == "target", leaves=shown, reaches=reached)
            if arrow:
                arrows.append(arrow)
    return tuple(dots), tuple(arrows)


def _stops(where: Positions, view: View) -> list[tuple[Place, Position, bool]]:
    """The different positions of a risk in their order, and which of them the view shows as its key."""
    places: list[tuple[Place, Position]] = [("inherent", where.inherent), ("current", where.current)]
    if where.target is not None:
        places.append(("target", where.target))
    shown: Place = "current" if view == "target" and where.target is None else view
    way: list[tuple[Place, Position, bool]] = []
    for place, spot in places:
        if way and way[-1][1] == spot:
            # Nothing moved. What the view shows stands for both.
            way[-1] = (way[-1][0], spot, way[-1][2] or place == shown)
        else:
            way.append((place, spot, place == shown))
    return way


def _arrow(start: Point, end: Point, *, planned: bool, leaves: bool, reaches: bool) -> Arrow | None:
    """From the edge of one mark to the edge of another, None where they touch.

    A key is left and reached from above or below: beside it stand others, which would hide the way.
    """
    if leaves:
        start = _below_or_above(start, end)
    if reaches:
        end = _below_or_above(end, start)
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = (dx * dx + dy * dy) ** 0.5
    if length == 0:
        return None
    ux, uy = dx / length, dy / length
    first = 0.0 if leaves else DOT + 0.4
    last = length - (0.0 if reaches else DOT + 0.4)
    if last - first < 2.4:
        return None
    tip = (start[0] + ux * last, start[1] + uy * last)
    base = (tip[0] - ux * 2, tip[1] - uy * 2)
    wings = ((base[0] - uy * 0.9, base[1] + ux * 0.9), (base[0] + uy * 0.9, base[1] - ux * 0.9))
    begun = (start[0] + ux * first, start[1] + uy * first)
    return Arrow(_round(begun), _round(base), (_round(tip), _round(wings[0]), _round(wings[1])), planned)


def _below_or_above(chip: Point, other: Point) -> Point:
    """The edge of a chip that looks at `other`, with a little air."""
    away = CHIP[1] / 2 + 0.5
    return chip[0], chip[1] - away if other[1] < chip[1] else chip[1] + away


def _round(point: Point) -> Point:
    return round(point[0], 2), round(point[1], 2)
