"""The range of the total as a bar, and each line as one: places for a template to draw at.

Places are texts with a decimal point: a template would write the number 0.5 as "0,5" in Portuguese, which no SVG reads.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

WIDTH = 1000.0


@dataclass(frozen=True, slots=True)
class RangeBar:
    """A bar from P10 to P90, its stronger part up to P80, a mark at P50; `values` are the figures behind it."""

    key: str
    start: str
    strong: str
    length: str
    middle: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on the axis: its place in per cent of the width for the words, and its value."""

    place: str
    value: float


@dataclass(frozen=True, slots=True)
class RangePicture:
    """Bars on one axis that begins at zero."""

    bars: tuple[RangeBar, ...]
    ticks: tuple[Tick, ...]


def picture(spreads: Sequence[tuple[str, Mapping[str, Any]]]) -> RangePicture:
    """The bars for (key, percentiles): inside and outside view, or one per cost line."""
    most = max((float(spread["p90"]) for _, spread in spreads), default=0.0) or 1.0
    step = _step(most)
    edge = step * math.ceil(most * 1.02 / step)
    ticks = tuple(Tick(_text(100 * count * step / edge), count * step) for count in range(round(edge / step) + 1))
    return RangePicture(tuple(_bar(key, spread, edge) for key, spread in spreads), ticks)


def _bar(key: str, spread: Mapping[str, Any], edge: float) -> RangeBar:
    p10, p50, p80, p90 = (WIDTH * float(spread[name]) / edge for name in ("p10", "p50", "p80", "p90"))
    # A line that costs nothing, or the same in every draw, is still to be seen.
    return RangeBar(key, _text(p10), _text(max(p80 - p10, 2.0)), _text(max(p90 - p10, 2.0)), _text(p50), spread)


def _step(most: float) -> float:
    """A round step that makes three to six of the axis."""
    rough = most / 4
    size = 10.0 ** math.floor(math.log10(rough))
    return size * next(factor for factor in (1, 2, 2.5, 5, 10) if factor * size >= rough * (1 - 1e-12))


def _text(place: float) -> str:
    return f"{place:.1f}"
