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
EDGE = 1.2
CORNER = 8.0
FOOT = 3.4
HEAD = (2.0, 0.9)


@dataclass(frozen=True, slots=True)
class Measures:
    """How large things are drawn, in millimetres; widths before heights.

    `pitch` is the distance of two keys, of which `across` stand beside each other and `edge` off the side of the cell.
    `dot` is a radius. `corner` is the width kept for the score of a cell, `foot` how far above its lower side the dots
    stand. `head` is the length and half the width of the head of an arrow.
    """

    cell: Point = CELL
    gap: float = GAP
    chip: Point = CHIP
    pitch: Point = PITCH
    across: int = ACROSS
    dot: float = DOT
    edge: float = EDGE
    corner: float = CORNER
    foot: float = FOOT
    head: Point = HEAD

    def corner_of(self, row: int, column: int) -> Point:
        """The upper left corner of a cell, both counted from 0."""
        return round(column * (self.cell[0] + self.gap), 2), round(row * (self.cell[1] + self.gap), 2)

    def extent(self, rows: int, columns: int) -> Point:
        """Width and height of all cells."""
        width, height = self.corner_of(rows, columns)
        return round(width - self.gap, 2), round(height - self.gap, 2)


ALONE = Measures()
"""A heat map that has a page to itself."""

TRAILS_UP_TO = 40
"""With more risks their ways would only blur the picture."""

CHIPS = 6
"""How many keys a cell holds before it shows a count and the first three: two lines of `ACROSS`."""


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


def drawing(heat: HeatMap, risks: Iterable[tuple[str, Positions]], measures: Measures = ALONE) -> Drawing:
    """The keys of `heat` in their cells, and the ways of `risks`, the ones that `heat` was made of."""
    chips: list[Chip] = []
    more: list[Point] = []
    ends: dict[str, Point] = {}
    for row, cells in enumerate(heat.rows):
        for column, cell in enumerate(cells):
            found, rest = _chips(measures, cell, row, column)
            chips += found
            more += rest
            at = {chip.text: (chip.x, chip.y) for chip in found if not chip.count}
            for key in cell.keys:
                ends[key] = at.get(key, (found[0].x, found[0].y))
    if heat.total > TRAILS_UP_TO:
        return Drawing(tuple(chips), (), (), tuple(more))
    dots, arrows = _trails(measures, heat, list(risks), ends)
    return Drawing(tuple(chips), dots, arrows, tuple(more))


def _chips(measures: Measures, cell: Cell, row: int, column: int) -> tuple[list[Chip], list[Point]]:
    """The keys of a cell, and where the ellipsis stands if there are more than those."""
    left, top = measures.corner_of(row, column)
    (wide, high), (pitch, down), across = measures.chip, measures.pitch, measures.across

    def slot(number: int) -> Point:
        x = left + measures.edge + wide / 2 + number % across * pitch
        return round(x, 2), round(top + measures.edge + high / 2 + number // across * down, 2)

    if len(cell.keys) <= CHIPS // ACROSS * across:
        return [Chip(*slot(number), key) for number, key in enumerate(cell.keys)], []
    shown = [Chip(*slot(0), str(len(cell.keys)), count=True)]
    # The keys begin on the second line, below the count.
    shown += [Chip(*slot(across + number), key) for number, key in enumerate(cell.keys[:across])]
    return shown, [slot(2 * across)]


def _trails(
    measures: Measures, heat: HeatMap, risks: Sequence[tuple[str, Positions]], ends: dict[str, Point]
) -> tuple[tuple[Dot, ...], tuple[Arrow, ...]]:
    stops = {key: _stops(where, heat.view) for key, where in risks}
    crowd: dict[Position, list[tuple[str, Place]]] = {}
    for key, way in stops.items():
        for place, spot, shown in way:
            if not shown:
                crowd.setdefault(spot, []).append((key, place))
    # The rows of a heat map fall, its columns rise.
    corners = {
        Position(cell.likelihood, cell.severity): measures.corner_of(row, column)
        for row, cells in enumerate(heat.rows)
        for column, cell in enumerate(cells)
    }
    dots: list[Dot] = []
    points: dict[tuple[str, Place], Point] = {}
    for spot, found in crowd.items():
        left, top = corners[spot]
        for number, (key, place) in enumerate(found, 1):
            # The score of the cell stands in its lower right corner.
            x = round(left + number * (measures.cell[0] - measures.corner) / (len(found) + 1), 2)
            points[key, place] = (x, round(top + measures.cell[1] - measures.foot, 2))
            dots.append(Dot(*points[key, place], place))
    arrows: list[Arrow] = []
    for key, way in stops.items():
        for (place, _spot, shown), (following, _next, reached) in pairwise(way):
            start = ends[key] if shown else points[key, place]
            end = ends[key] if reached else points[key, following]
            arrow = _arrow(measures, start, end, planned=following == "target", leaves=shown, reaches=reached)
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


def _arrow(measures: Measures, start: Point, end: Point, *, planned: bool, leaves: bool, reaches: bool) -> Arrow | None:
    """From the edge of one mark to the edge of another, None where they touch.

    A key is left and reached from above or below: beside it stand others, which would hide the way.
    """
    if leaves:
        start = _below_or_above(measures, start, end)
    if reaches:
        end = _below_or_above(measures, end, start)
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = (dx * dx + dy * dy) ** 0.5
    if length == 0:
        return None
    ux, uy = dx / length, dy / length
    long, half = measures.head
    first = 0.0 if leaves else measures.dot + 0.4
    last = length - (0.0 if reaches else measures.dot + 0.4)
    if last - first < long + 0.4:
        return None
    tip = (start[0] + ux * last, start[1] + uy * last)
    base = (tip[0] - ux * long, tip[1] - uy * long)
    wings = ((base[0] - uy * half, base[1] + ux * half), (base[0] + uy * half, base[1] - ux * half))
    begun = (start[0] + ux * first, start[1] + uy * first)
    return Arrow(_round(begun), _round(base), (_round(tip), _round(wings[0]), _round(wings[1])), planned)


def _below_or_above(measures: Measures, chip: Point, other: Point) -> Point:
    """The edge of a chip that looks at `other`, with a little air."""
    away = measures.chip[1] / 2 + 0.5
    return chip[0], chip[1] - away if other[1] < chip[1] else chip[1] + away


def _round(point: Point) -> Point:
    return round(point[0], 2), round(point[1], 2)
