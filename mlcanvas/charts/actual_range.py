"""What was planned as a bar, what it came to as a mark: places for a template to draw at.

Places are texts with a decimal point, as in `cost_range`.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from mlcanvas.domain.estimate.calibration import Range

WIDTH = 1000.0


@dataclass(frozen=True, slots=True)
class Planned:
    """A bar from P10 to P90 with a mark at P50, and the place of the actual amount, None where there is none."""

    key: str
    start: str
    length: str
    middle: str
    actual: str | None


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on the axis: its place, and the ratio to P50 that it stands for."""

    place: str
    ratio: float


def amounts(rows: Sequence[tuple[str, Range, float | None]]) -> tuple[Planned, ...]:
    """Bars of money on one axis that begins at zero."""
    most = max((max(planned.p90, actual or 0.0) for _, planned, actual in rows), default=0.0) or 1.0
    edge = most * 1.04
    return tuple(
        Planned(
            key,
            _text(WIDTH * planned.p10 / edge),
            _text(max(WIDTH * (planned.p90 - planned.p10) / edge, 2.0)),
            _text(WIDTH * planned.p50 / edge),
            None if actual is None else _text(WIDTH * actual / edge),
        )
        for key, planned, actual in rows
    )


def ratios(rows: Sequence[tuple[str, Range, float]]) -> tuple[tuple[Planned, ...], tuple[Tick, ...]]:
    """Bars of each range and its actual over its own P50, on one logarithmic axis: projects of every size and currency.

    An actual of nothing stands at the left edge.
    """
    found = [
        (key, _ratio(said.p10, said.p50), _ratio(said.p90, said.p50), _ratio(actual, said.p50))
        for key, said, actual in rows
    ]
    reach = max((abs(math.log2(max(ratio, 1e-6))) for _, *three in found for ratio in three), default=1.0)
    edge = min(max(1.0, math.ceil(reach)), 5.0)

    def place(ratio: float) -> float:
        return WIDTH * (min(max(math.log2(max(ratio, 1e-6)), -edge), edge) + edge) / (2 * edge)

    bars = tuple(
        Planned(
            key, _text(place(low)), _text(max(place(high) - place(low), 2.0)), _text(place(1.0)), _text(place(actual))
        )
        for key, low, high, actual in found
    )
    ticks = tuple(Tick(_text(place(2.0**step)), 2.0**step) for step in range(-int(edge), int(edge) + 1))
    return bars, ticks


def _ratio(value: float, middle: float) -> float:
    return value / middle if middle > 0 else 1.0


def _text(place: float) -> str:
    return f"{place:.1f}"
