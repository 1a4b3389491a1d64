"""Where a number stands on the axis of a picture, and which round numbers are written under it."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Axis:
    """A linear axis from `low` to `high`, positions in thousandths of its length."""

    low: float
    high: float
    step: float

    def at(self, value: float) -> int:
        """The position of `value`, kept on the axis."""
        return round(1000 * min(1.0, max(0.0, (value - self.low) / (self.high - self.low))))

    @property
    def marks(self) -> tuple[float, ...]:
        """The round numbers on the axis."""
        # Multiples of the step, not running sums: 0.1 + 0.2 must be written 0.3.
        first = math.ceil(self.low / self.step - 1e-9)
        last = math.floor(self.high / self.step + 1e-9)
        return tuple(place * self.step for place in range(first, last + 1))


def axis(
    values: list[float],
    *,
    from_zero: bool = False,
    most: int = 6,
    least: float | None = None,
    greatest: float | None = None,
) -> Axis:
    """An axis with round ends that holds all `values`, in at most `most` steps of 1, 2, 2.5 or 5 times a power of ten.

    It does not leave `least` to `greatest`, the bounds of what is measured. Raises ValueError for no values.
    """
    low, high = min(values), max(values)
    if from_zero:
        low, high = min(low, 0.0), max(high, 0.0)
    if high - low <= 1e-12 * max(1.0, abs(high)):
        margin = abs(high) / 2 or 1.0
        low, high = (0.0 if from_zero and low >= 0 else low - margin), high + margin
        low = low if least is None or min(values) < least else max(low, least)
        high = high if greatest is None or max(values) > greatest else min(high, greatest)
    rough = (high - low) / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= rough * (1 - 1e-9))
    start, end = math.floor(_whole(low / step)) * step, math.ceil(_whole(high / step)) * step
    if least is not None and start < least <= low:
        start = least
    if greatest is not None and end > greatest >= high:
        end = greatest
    return Axis(start, end, step)


def _whole(steps: float) -> float:
    """`steps` without the dust of its division: 0.3 / 0.1 is 3."""
    return float(round(steps)) if math.isclose(steps, round(steps), rel_tol=1e-12, abs_tol=1e-12) else steps
