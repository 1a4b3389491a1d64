"""Value × feasibility as bubbles: places for a template to draw at.

Places are texts with a decimal point, as in `cost_range`. Bubbles that would hide one another are drawn as one group
with its count, so that a thousand projects can be read.
"""

import math
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mlcanvas.domain.portfolio import Entry, Sized, by_size

LEFT, RIGHT, TOP, BOTTOM = 50.0, 714.0, 24.0, 452.0
"""The edges of the plot inside the drawing, which is 720 wide and 496 high."""
ROOM = 28.0
"""How far inside the edges the scales end, so that no bubble is cut."""
SMALLEST, LARGEST = 11.0, 26.0
"""The radius of a bubble. The smallest one still holds the number of its tier, and a finger hits it."""
FREE = 8.0
"""What has to stay free around the middle of a bubble: the number is there."""
RING = 7.0
"""How broad the ring of a group is; its radius is measured to the outer edge."""
# Two points in one square of this size are nearer than SMALLEST + FREE, so they hide one another in any case.
_SQUARE = 13.0
_LETTER, _LINE = 6.4, 14.0
_LABELS, _LABEL_LENGTH = 24, 26


@dataclass(frozen=True, slots=True)
class Window:
    """A part of a scale from 0 to 100, both ends included."""

    low: float = 0.0
    high: float = 100.0

    @property
    def span(self) -> float:
        """How much of the scale it shows."""
        return self.high - self.low

    def holds(self, number: float) -> bool:
        """Whether `number` is in it."""
        return self.low <= number <= self.high


WHOLE = Window()


@dataclass(frozen=True, slots=True)
class Cluster:
    """A circle in the drawing and the points that it stands for, by their places in what was given."""

    x: float
    y: float
    radius: float
    members: tuple[int, ...]


def clusters(points: Sequence[tuple[float, float, float]]) -> tuple[Cluster, ...]:
    """The points (x, y, radius) as circles of which none covers the middle of another; the larger ones come first.

    A point that has room stands for itself, at its place. The others become groups around their mean, the larger the
    fuller, and nothing touches a group. Each point is in exactly one circle, and the same points give the same circles.
    """
    squares: dict[tuple[int, int], list[int]] = {}
    for index, (x, y, _radius) in enumerate(points):
        squares.setdefault((int(x // _SQUARE), int(y // _SQUARE)), []).append(index)
    found = [_around(points, members) for members in squares.values()]
    while True:
        joined = _joined(points, found)
        if len(joined) == len(found):
            return tuple(sorted(joined, key=lambda circle: (-circle.radius, circle.members)))
        found = joined


def _around(points: Sequence[tuple[float, float, float]], members: Sequence[int]) -> Cluster:
    if len(members) == 1:
        return Cluster(*points[members[0]], (members[0],))
    size = len(members)
    x, y = (math.fsum(points[index][axis] for index in members) / size for axis in (0, 1))
    return Cluster(x, y, min(LARGEST, 15.0 + 1.4 * math.sqrt(size)), tuple(sorted(members)))


def _hide(one: Cluster, other: Cluster) -> bool:
    """Whether the smaller of two points, drawn on top, covers the middle of the larger one; a group wants more room."""
    alone = len(one.members) == len(other.members) == 1
    least = min(one.radius, other.radius) + FREE if alone else one.radius + other.radius
    return (one.x - other.x) ** 2 + (one.y - other.y) ** 2 < least * least


def _joined(points: Sequence[tuple[float, float, float]], circles: Sequence[Cluster]) -> list[Cluster]:
    """Each circle with those that hide it or that it hides, the fullest first. One that was joined joins no more."""
    reach = 2 * LARGEST
    order = sorted(circles, key=lambda circle: (-len(circle.members), -circle.radius, circle.members))
    near: dict[tuple[int, int], list[int]] = {}
    for place, circle in enumerate(order):
        near.setdefault((int(circle.x // reach), int(circle.y // reach)), []).append(place)
    gone: set[int] = set()
    joined = []
    for place, circle in enumerate(order):
        if place in gone:
            continue
        gone.add(place)
        column, row = int(circle.x // reach), int(circle.y // reach)
        hidden = [
            other
            for beside in (-1, 0, 1)
            for above in (-1, 0, 1)
            for other in near.get((column + beside, row + above), ())
            if other not in gone and _hide(circle, order[other])
        ]
        gone.update(hidden)
        members = [*circle.members, *(index for other in hidden for index in order[other].members)]
        joined.append(_around(points, members) if hidden else circle)
    return joined


@dataclass(frozen=True, slots=True)
class Label:
    """A name beside its bubble; `anchor` is the end of the text that is at its place."""

    x: str
    y: str
    anchor: str
    text: str


@dataclass(frozen=True, slots=True)
class Bubble:
    """One project. Without a cost it has the smallest size."""

    entry: Entry
    x: str
    y: str
    radius: str
    label: Label | None

    @property
    def known(self) -> bool:
        """Whether its size says something."""
        return self.entry.cost is not None


@dataclass(frozen=True, slots=True)
class Arc:
    """A part of the ring around a group: how many of its projects have the tier, 0 for none yet; `path` is its line."""

    tier: int
    count: int
    path: str


@dataclass(frozen=True, slots=True)
class Group:
    """Projects that would hide one another; `radius` is the middle of the ring.

    `feasibility` and `value` hold them all; `opens` says that a picture of just this part shows more than this one.
    """

    count: int
    x: str
    y: str
    radius: str
    arcs: tuple[Arc, ...]
    feasibility: Window
    value: Window
    opens: bool
    members: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on a scale."""

    place: str
    value: float


@dataclass(frozen=True, slots=True)
class Scatter:
    """The drawing: what is in it, from the back to the front, its scales and where the threshold is on them."""

    marks: tuple[Bubble | Group, ...]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    split_x: str
    split_y: str
    whole: bool


def scatter(projects: Iterable[Sized], threshold: float, feasibility: Window = WHOLE, value: Window = WHOLE) -> Scatter:
    """The projects that have both scores inside the windows. `feasibility` goes across and `value` up, best is top
    right; the splits are empty where the threshold is outside."""
    shown = [
        (project, project.entry.feasibility, project.entry.value)
        for project in sorted(projects, key=by_size)
        if project.entry.feasibility is not None and project.entry.value is not None
    ]
    shown = [row for row in shown if feasibility.holds(row[1]) and value.holds(row[2])]
    across, up = _Scale(feasibility, LEFT + ROOM, RIGHT - ROOM), _Scale(value, BOTTOM - ROOM, TOP + ROOM)
    found = clusters([(across.at(x), up.at(y), _radius(project.share)) for project, x, y in shown])
    labels = _labels(
        [shown[circle.members[0]][0].entry if len(circle.members) == 1 else None for circle in found], found
    )
    marks: list[Bubble | Group] = []
    for circle, label in zip(found, labels, strict=True):
        x, y = _text(circle.x), _text(circle.y)
        if len(circle.members) == 1:
            marks.append(Bubble(shown[circle.members[0]][0].entry, x, y, _text(circle.radius), label))
            continue
        inside = [shown[index] for index in circle.members]
        part_x, part_y = _part([x for _, x, _ in inside]), _part([y for _, _, y in inside])
        alike = len({(x, y) for _, x, y in inside}) == 1
        smaller = part_x.span < feasibility.span or part_y.span < value.span
        ring = circle.radius - RING / 2
        arcs = _arcs((project.entry.tier for project, _, _ in inside), circle.x, circle.y, ring)
        members = tuple(project.entry for project, _, _ in inside)
        opens = smaller and not alike
        marks.append(Group(len(inside), x, y, _text(ring), arcs, part_x, part_y, opens=opens, members=members))
    return Scatter(
        tuple(marks),
        across.ticks(),
        up.ticks(),
        _text(across.at(threshold)) if feasibility.low < threshold < feasibility.high else "",
        _text(up.at(threshold)) if value.low < threshold < value.high else "",
        whole=feasibility == WHOLE and value == WHOLE,
    )


class _Scale:
    """From a window to the drawing."""

    def __init__(self, window: Window, start: float, end: float) -> None:
        # A window of one value is drawn in the middle of a little more.
        self.window = window if window.span else Window(window.low - 1, window.high + 1)
        self.start, self.end = start, end

    def at(self, number: float) -> float:
        return self.start + (self.end - self.start) * (number - self.window.low) / self.window.span

    def ticks(self) -> tuple[Tick, ...]:
        """Four to eleven round marks."""
        step = next(size for size in (0.1, 0.2, 0.5, 1, 2, 5, 10, 25) if self.window.span / size <= 10)
        first, last = math.ceil(self.window.low / step - 1e-9), math.floor(self.window.high / step + 1e-9)
        return tuple(Tick(_text(self.at(n * step)), round(n * step, 6)) for n in range(first, last + 1))


def _radius(share: float | None) -> float:
    """The area goes with the cost, from the smallest size up."""
    return SMALLEST if share is None else max(SMALLEST, LARGEST * math.sqrt(share))


def _part(numbers: Sequence[float]) -> Window:
    """The least window with whole ends that holds all."""
    return Window(math.floor(min(numbers)), math.ceil(max(numbers)))


def _arcs(tiers: Iterable[int | None], x: float, y: float, radius: float) -> tuple[Arc, ...]:
    """The ring from the top, clockwise, the least tier first."""
    counts = Counter(tier or 0 for tier in tiers)
    total, before, arcs = sum(counts.values()), 0, []
    for tier in sorted(counts):
        ends = (before, before + counts[tier] / 2, before + counts[tier])
        # In two halves: an arc that ends where it begins would be none.
        turns = [2 * math.pi * end / total for end in ends]
        start, *rest = (f"{_text(x + radius * math.sin(turn))} {_text(y - radius * math.cos(turn))}" for turn in turns)
        size = _text(radius)
        arcs.append(Arc(tier, counts[tier], f"M{start}" + "".join(f"A{size} {size} 0 0 1 {end}" for end in rest)))
        before += counts[tier]
    return tuple(arcs)


def _labels(entries: Sequence[Entry | None], circles: Sequence[Cluster]) -> list[Label | None]:
    """Names for the largest bubbles that have room for one, right of them or left; None for the others."""
    taken: list[tuple[float, float, float, float]] = []
    labels: list[Label | None] = []
    for entry, circle in zip(entries, circles, strict=True):
        label = None
        if entry is not None and len(taken) < _LABELS:
            text = _short(entry.name)
            width = _LETTER * _width(text)
            for anchor, left in (
                ("start", circle.x + circle.radius + 4),
                ("end", circle.x - circle.radius - 4 - width),
            ):
                box = (left, circle.y - _LINE / 2, left + width, circle.y + _LINE / 2)
                if _is_free(box, circle, circles, taken):
                    taken.append(box)
                    label = Label(_text(left if anchor == "start" else left + width), _text(circle.y), anchor, text)
                    break
        labels.append(label)
    return labels


def _is_free(
    box: tuple[float, float, float, float],
    own: Cluster,
    circles: Sequence[Cluster],
    taken: Sequence[tuple[float, float, float, float]],
) -> bool:
    left, top, right, bottom = box
    if left < LEFT or right > RIGHT:
        return False
    if any(left < r and l < right and top < b and t < bottom for l, t, r, b in taken):  # noqa: E741
        return False
    for circle in circles:
        if circle is own or abs(circle.y - own.y) > circle.radius + _LINE:
            continue
        x, y = min(max(circle.x, left), right), min(max(circle.y, top), bottom)
        if (circle.x - x) ** 2 + (circle.y - y) ** 2 < circle.radius**2:
            return False
    return True


def _short(name: str) -> str:
    return name if len(name) <= _LABEL_LENGTH else f"{name[: _LABEL_LENGTH - 1].rstrip()}…"


def _width(text: str) -> float:
    return sum(2.0 if unicodedata.east_asian_width(letter) in "WF" else 1.0 for letter in text)


def _text(place: float) -> str:
    return f"{place:.1f}"
