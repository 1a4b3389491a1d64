"""How likely the total stays below an amount, what is spent when, and what moves the total: places to draw at.

Places are per cent of the width with a decimal point, see `accuracy_cost`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mlcanvas.charts.axis import Tick, per_cent, ticks
from mlcanvas.domain.estimate.breakdown import Period
from mlcanvas.domain.estimate.sensitivity import Driver, Sensitivity

FIELD = 1000.0


@dataclass(frozen=True, slots=True)
class Percentile:
    """A point of the S-curve that has a name."""

    name: str
    chance: int
    place: str
    down: str
    amount: float


@dataclass(frozen=True, slots=True)
class ChancePicture:
    """The S-curve: amounts to the right, the chance to stay below them upwards."""

    line: str
    named: tuple[Percentile, ...]
    money: tuple[Tick, ...]


def chance_picture(chances: Sequence[tuple[int, float]]) -> ChancePicture:
    """The S-curve of (chance in per cent, amount)."""
    money, edge = ticks(chances[-1][1] or 1.0)
    line = " ".join(f"{FIELD * amount / edge:.1f},{FIELD * (1 - chance / 100):.1f}" for chance, amount in chances)
    named = tuple(
        Percentile(f"P{chance}", chance, per_cent(amount / edge), per_cent(1 - chance / 100), amount)
        for chance, amount in chances
        if chance in (10, 50, 80, 90)
    )
    return ChancePicture(line, named, money)


@dataclass(frozen=True, slots=True)
class Segment:
    """A part in the bar of a period; `number` is shown in it where there is room, `tone` says how strong it is."""

    number: int
    place: str
    width: str
    middle: str
    roomy: bool
    tone: int
    key: str
    amount: float


@dataclass(frozen=True, slots=True)
class Stack:
    """The bar of one period."""

    period: Period
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class StackPicture:
    """One bar for each period on one scale; `numbers` are the parts by the number that stands for them."""

    stacks: tuple[Stack, ...]
    numbers: Mapping[str, int]
    money: tuple[Tick, ...]


TONES = 4


def stack_picture(periods: Sequence[Period]) -> StackPicture:
    """The bars of `periods`, of which one is above zero."""
    keys = list(dict.fromkeys(key for period in periods for key, _amount in period.parts))
    numbers = {key: number for number, key in enumerate(keys, 1)}
    money, edge = ticks(max(period.amount for period in periods))
    return StackPicture(tuple(_stack(period, numbers, edge) for period in periods), numbers, money)


def _stack(period: Period, numbers: Mapping[str, int], edge: float) -> Stack:
    segments, reached = [], 0.0
    for key, amount in period.parts:
        width, place = amount / edge, reached / edge
        number = numbers[key]
        middle = per_cent(place + width / 2)
        segments.append(
            Segment(number, per_cent(place), per_cent(width), middle, width > 0.035, number % TONES, key, amount)
        )
        reached += amount
    return Stack(period, tuple(segments))


@dataclass(frozen=True, slots=True)
class DriverBar:
    """The bar of one input around P50: the part below it and the part above; `open` where one end cannot be had."""

    driver: Driver
    below: tuple[str, str]
    above: tuple[str, str]
    open: bool


@dataclass(frozen=True, slots=True)
class DriverPicture:
    """Bars on one scale, and where P50 stands on it."""

    bars: tuple[DriverBar, ...]
    middle: str


def driver_picture(found: Sensitivity) -> DriverPicture:
    """The tornado of `found`, which has drivers."""
    ends = [end for driver in found.drivers for end in (driver.at_low, driver.at_high) if end is not None]
    least, most = min([found.p50, *ends]), max([found.p50, *ends])
    # Room at both sides, so that a bar that is cut and one that ends at the edge differ.
    room = (most - least) * 0.04 or 1.0
    left, span = least - room, most - least + 2 * room

    def along(amount: float) -> float:
        return (amount - left) / span

    bars = []
    for driver in found.drivers:
        known = [end for end in (driver.at_low, driver.at_high) if end is not None]
        # An end that cannot be had costs more than anything: the bar runs out of the picture.
        low = min([found.p50, *known])
        high = left + span if len(known) < 2 else max([found.p50, *known])
        below = (per_cent(along(low)), per_cent(along(found.p50) - along(low)))
        above = (per_cent(along(found.p50)), per_cent(along(high) - along(found.p50)))
        bars.append(DriverBar(driver, below, above, len(known) < 2))
    return DriverPicture(tuple(bars), per_cent(along(found.p50)))
