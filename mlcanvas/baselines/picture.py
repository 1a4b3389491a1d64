"""Where a value stands on the line that all values of one metric share."""

import math
from dataclasses import dataclass

from mlcanvas.domain.baseline import Board, Row
from mlcanvas.domain.metrics import Metric

WIDTH = 1000


@dataclass(frozen=True, slots=True)
class Mark:
    """A dot with its interval, in thousandths of the width."""

    x: float
    low: float
    high: float

    @property
    def spread(self) -> bool:
        """Whether there is an interval to draw."""
        return self.high > self.low


@dataclass(frozen=True, slots=True)
class Line:
    """The shared line: its ends in the unit of the metric, and where target and people stand on it."""

    start: float
    end: float
    target: float | None
    human: float | None

    def at(self, value: float) -> float:
        """The place of `value`, 0 to 1000."""
        return round(WIDTH * (value - self.start) / (self.end - self.start), 1)

    def mark(self, row: Row) -> Mark:
        """The place of a baseline."""
        measured = row.entry.measured
        return Mark(self.at(measured.value), self.at(measured.lowest), self.at(measured.highest))


def line(board: Board, metric: Metric | None) -> Line:
    """A line that holds every value, interval and the target, with round ends inside the bounds of the metric.

    It need not begin at zero: places on it are compared, not lengths.
    """
    values = [end for row in board.rows for end in (row.entry.measured.lowest, row.entry.measured.highest)]
    target = board.goal.target if board.goal else None
    if target is not None:
        values.append(target)
    least, most = min(values), max(values)
    room = (most - least) * 0.08 or abs(most) * 0.1 or 1.0
    step = 10 ** math.floor(math.log10((most - least + 2 * room) / 2))
    start, end = math.floor((least - room) / step) * step, math.ceil((most + room) / step) * step
    if metric is not None:
        start = start if metric.low is None else max(start, min(metric.low, least))
        end = end if metric.high is None else min(end, max(metric.high, most))
    if end <= start:
        start, end = start - 1, end + 1
    shared = Line(round(start, 12), round(end, 12), None, None)
    return Line(
        shared.start,
        shared.end,
        None if target is None else shared.at(target),
        None if board.human is None else shared.at(board.human.measured.value),
    )
