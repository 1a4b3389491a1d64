"""Estimates one after the other: a bar from P10 to P90 for each, with a mark at P50.

Places are texts with a decimal point: a template would write the number 0.5 as "0,5" in Portuguese, which no SVG reads.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

WIDTH = 1000.0
HEIGHT = 300.0


@dataclass(frozen=True, slots=True)
class HistoryBar:
    """One estimate: its bar, the mark at P50, and what it stands for."""

    key: str
    x: str
    width: str
    top: str
    height: str
    middle: str


@dataclass(frozen=True, slots=True)
class HistoryPicture:
    """Bars from left to right on one scale of money that begins at zero; `ticks` from the top down."""

    bars: tuple[HistoryBar, ...]
    ticks: tuple[float, ...]
    grid: tuple[str, ...]
    way: str


def picture(estimates: Sequence[tuple[str, Mapping[str, Any]]]) -> HistoryPicture:
    """The bars for (key, percentiles), the oldest first; `way` is the path that joins their P50."""
    most = max((float(each["p90"]) for _, each in estimates), default=0.0)
    # Amounts are rounded to the cent; what is below that is nothing.
    most = most if most >= 0.01 else 1.0
    step = _step(most)
    steps = math.ceil(most * 1.02 / step)
    edge = step * steps
    slot = WIDTH / max(len(estimates), 1)
    width = min(slot * 0.6, 60.0)
    bars, way = [], []
    for place, (key, each) in enumerate(estimates):
        middle = slot * (place + 0.5)
        p10, p50, p90 = (HEIGHT - HEIGHT * float(each[name]) / edge for name in ("p10", "p50", "p90"))
        way.append(f"{_text(middle)} {_text(p50)}")
        # An estimate without any spread is still to be seen.
        height = max(p10 - p90, 2.0)
        bars.append(HistoryBar(key, _text(middle - width / 2), _text(width), _text(p90), _text(height), _text(p50 - 2)))
    ticks = tuple(step * number for number in range(steps, -1, -1))
    grid = tuple(_text(min(HEIGHT - 0.5, HEIGHT * number / steps)) for number in range(steps + 1))
    return HistoryPicture(tuple(bars), ticks, grid, "M" + "L".join(way) if len(way) > 1 else "")


def _step(most: float) -> float:
    """A round step that makes three to six of the scale."""
    rough = most / 4
    size = 10.0 ** math.floor(math.log10(rough))
    return float(size * next(factor for factor in (1, 2, 2.5, 5, 10) if factor * size >= rough * (1 - 1e-12)))


def _text(place: float) -> str:
    return f"{place:.1f}"
