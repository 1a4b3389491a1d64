"""What finished projects say about the ranges: how often they held, and by how much to correct the next ones.

The formulas and their sources are written out in docs/estimate.md, section 10. Money cancels out: only the ratio of an
actual amount to its range is used, so projects in different currencies stand side by side.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from mlcanvas.domain.estimate.curve import student
from mlcanvas.domain.estimate.ranges import Numbers, Triple, at_scores, bounds, score

Side = Literal["below", "inside", "above"]

# So many finished projects stand for our own figures: with five of them, half of what they say is taken over.
PRIOR = 5
# And so many amounts of one line stand for what all lines say together.
LINE_PRIOR = 10
# With fewer, nothing is proposed: one odd project would be the whole answer.
LEAST = 5
# Nothing is corrected further than this, whatever a handful of projects says.
BIAS_LIMITS = (0.1, 10.0)
SPREAD_LIMITS = (0.25, 4.0)
RHO_LIMITS = (0.0, 0.9)
# An actual of zero has no logarithm: it counts as this share of the middle.
_NOTHING = 0.01
_TENTH = score(0.1), score(0.9)
_MIDDLE = score(0.5)


@dataclass(frozen=True, slots=True)
class Range:
    """A tenth below, half below, a tenth above."""

    p10: float
    p50: float
    p90: float

    def side(self, actual: float) -> Side:
        """Where `actual` fell; the ends belong to the range."""
        if actual < self.p10:
            return "below"
        return "above" if actual > self.p90 else "inside"


@dataclass(frozen=True, slots=True)
class Spent:
    """One line of a finished project: `bare` is its range before any correction, `said` the one that people were shown,
    and `actual` what it came to."""

    key: str
    bare: Range
    said: Range
    actual: float


@dataclass(frozen=True, slots=True)
class Finished:
    """A project with an actual amount for every planned line; `said` is the range of the total."""

    name: str
    lines: tuple[Spent, ...]
    said: Range
    actual: float


@dataclass(frozen=True, slots=True)
class Share:
    """`hits` of `count`, and the 95 % interval for the chance behind it, as shares."""

    hits: int
    count: int
    low: float
    high: float

    @property
    def part(self) -> float | None:
        """Hits of count, None of nothing."""
        return self.hits / self.count if self.count else None


@dataclass(frozen=True, slots=True)
class Coverage:
    """How the ranges of one line, or of the total (key empty), held: 0.8 inside and 0.5 below P50 are what was said."""

    key: str
    inside: Share
    below_middle: Share


@dataclass(frozen=True, slots=True)
class LineFit:
    """The correction of one line: its middle times `bias`, its distance from the middle (in the logarithm) times
    `spread`; from `count` finished projects."""

    key: str
    bias: float
    spread: float
    count: int


@dataclass(frozen=True, slots=True)
class Fit:
    """A workspace's corrections from its finished projects, with the correlation of its lines.

    `version` and `date` name it: 0 and nothing while it is only proposed.
    """

    lines: tuple[LineFit, ...]
    rho: float
    projects: int
    version: int = 0
    date: str = ""

    def line(self, key: str) -> LineFit | None:
        """The correction of a line, None where nothing is known of it."""
        return next((line for line in self.lines if line.key == key), None)


def line_range(line: Triple) -> Range:
    """P10, P50 and P90 of a cost line before any correction: exact quantiles of its beta-PERT, without draws."""
    p10, p50, p90 = at_scores(bounds(line), np.array([_TENTH[0], _MIDDLE, _TENTH[1]]))
    return Range(float(p10), float(p50), float(p90))


def corrected(values: Numbers, middle: float, bias: float, spread: float) -> Numbers:
    """Draws of a line after a correction: `bias x middle x (x / middle)^spread`.

    It keeps the order of the draws, so every percentile moves by the same formula. Without a middle there is nothing to
    correct.
    """
    if middle <= 0 or (bias == 1 and spread == 1):
        return values
    moved: Numbers = bias * middle * np.power(np.maximum(values, 0.0) / middle, spread)
    return moved


def share(hits: int, count: int) -> Share:
    """`hits` of `count` with Wilson's score interval at 95 %, which also holds for few and for none (0 to 1)."""
    if not count:
        return Share(0, 0, 0.0, 1.0)
    z = score(0.975)
    part, square = hits / count, z * z / count
    centre = (part + square / 2) / (1 + square)
    half = z * math.sqrt(part * (1 - part) / count + square / (4 * count)) / (1 + square)
    # At none and at all the interval reaches the end exactly; rounding must not say otherwise.
    low = 0.0 if hits == 0 else max(0.0, centre - half)
    high = 1.0 if hits == count else min(1.0, centre + half)
    return Share(hits, count, low, high)


def coverage(finished: Sequence[Finished], keys: Iterable[str]) -> tuple[Coverage, ...]:
    """The total first, then each line of `keys` for which an amount was planned somewhere."""
    found = [_coverage("", [(project.said, project.actual) for project in finished])]
    for key in keys:
        pairs = [(line.said, line.actual) for project in finished for line in project.lines if line.key == key]
        if pairs:
            found.append(_coverage(key, pairs))
    return tuple(found)


def _coverage(key: str, pairs: Sequence[tuple[Range, float]]) -> Coverage:
    inside = sum(said.side(actual) == "inside" for said, actual in pairs)
    below = sum(actual < said.p50 for said, actual in pairs)
    return Coverage(key, share(inside, len(pairs)), share(below, len(pairs)))


def fit(finished: Sequence[Finished], keys: Iterable[str], rho: float) -> Fit | None:
    """The corrections that the `finished` projects propose; None for fewer than LEAST.

    The lines speak for each other: what few projects say of one line is drawn towards what all lines say together, and
    that towards no correction. `rho` is the correlation of the rules, towards which that of few projects is drawn. A
    line with fewer than LEAST amounts stays as it is.
    """
    pairs = {key: [_pair(project, key) for project in finished] for key in keys}
    known = {key: [pair for pair in found if pair is not None] for key, found in pairs.items()}
    known = {key: found for key, found in known.items() if len(found) >= LEAST}
    if not known:
        return None
    weight = len(finished) / (len(finished) + PRIOR)
    ratios = {key: [math.log(actual / said.p50) for said, actual in found] for key, found in known.items()}
    together = weight * float(np.median([ratio for found in ratios.values() for ratio in found]))
    biases = {
        key: _within(math.exp(_drawn(float(np.median(found)), together, len(found))), BIAS_LIMITS)
        for key, found in ratios.items()
    }
    reaches = {key: _reach([_distance(pair, biases[key]) for pair in found]) for key, found in known.items()}
    together = weight * float(np.mean([math.log(reach) for reach in reaches.values()]))
    lines = tuple(
        LineFit(key, round(biases[key], 4), round(_spread(reach, together, len(known[key])), 4), len(known[key]))
        for key, reach in reaches.items()
    )
    scores = [
        [math.nan if pair is None else _distance(pair, line.bias) / line.spread for pair in pairs[line.key]]
        for line in lines
    ]
    return Fit(lines, _rho(np.array(scores), rho), len(finished))


def _drawn(own: float, together: float, count: int) -> float:
    """What a line says, drawn towards what all lines say together."""
    weight = count / (count + LINE_PRIOR)
    return weight * own + (1 - weight) * together


def _pair(project: Finished, key: str) -> tuple[Range, float] | None:
    """The bare range and the actual of a line, if there is a range to speak of."""
    line = next((line for line in project.lines if line.key == key), None)
    if line is None or line.bare.p50 <= 0 or not line.bare.p10 < line.bare.p50 < line.bare.p90:
        return None
    return line.bare, max(line.actual, _NOTHING * line.bare.p50)


def _distance(pair: tuple[Range, float], bias: float) -> float:
    """How far the actual lies from the corrected middle: 1 is the end of the range that was given on that side."""
    said, actual = pair
    off = math.log(actual / (bias * said.p50))
    # A range that may be free has no logarithm at its lower end; it is read like the upper one.
    down = math.log(said.p50 / said.p10) if said.p10 > _NOTHING * said.p50 else math.log(said.p90 / said.p50)
    return off / (math.log(said.p90 / said.p50) if off >= 0 else down)


def _reach(distances: Sequence[float]) -> float:
    """The distance within which 8 of 10 projects to come are expected: mean distance x 1.606, and wider for few.

    For a normal spread 8 of 10 lie within 1.2816 sd and the mean distance is 0.7979 sd; the ends are those of a
    prediction interval of Student's t.
    """
    count = len(distances)
    few = student(count - 1) / score(0.9) * math.sqrt(1 + 1 / count)
    found = float(np.mean(np.abs(distances))) * score(0.9) * math.sqrt(math.pi / 2) * few
    return _within(found, SPREAD_LIMITS)


def _spread(reach: float, together: float, count: int) -> float:
    return _within(math.exp(_drawn(math.log(reach), together, count)), SPREAD_LIMITS)


def _rho(scores: Numbers, rho: float) -> float:
    """The mean correlation of each two lines' distances over the projects that have both, drawn towards `rho`."""
    found, weights = [], []
    for one in range(len(scores)):
        for other in range(one + 1, len(scores)):
            pair = scores[[one, other]]
            both = np.clip(pair[:, ~np.isnan(pair).any(axis=0)], -3, 3)
            if both.shape[1] >= LEAST and both.std(axis=1).min() > 0:
                found.append(float(np.asarray(np.corrcoef(both))[0, 1]))
                weights.append(both.shape[1])
    if not found:
        return rho
    count = sum(weights) / len(weights)
    weight = count / (count + PRIOR)
    return round(_within(weight * float(np.average(found, weights=weights)) + (1 - weight) * rho, RHO_LIMITS), 4)


def _within(value: float, limits: tuple[float, float]) -> float:
    return min(max(value, limits[0]), limits[1])
