"""Three-point values and the beta-PERT distribution over them.

Sources: the PERT mean and the beta with alpha + beta = 6 (`PERT`), the standard deviation of that beta, which the
textbook (P - O) / 6 misses by up to 13 %.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from mlcanvas.domain.refusal import Refused

Numbers = NDArray[np.float64]

# Points of the quantile table, evenly spaced in the normal score z. 10 000 draws stay inside |z| < 5.
_POINTS = 1025
_REACH = 6.5
_HALF = _POINTS // 2 + 1
# Nodes of the grid in log x on which the beta integral is accumulated, and the Gauss-Legendre rule between two.
_NODES = 257
_GAUSS_X, _GAUSS_W = np.polynomial.legendre.leggauss(4)


@dataclass(frozen=True, slots=True)
class Triple:
    """A quantity as low, likely and high, in any unit.

    Of an answer, low and high mean "1 chance in 10 to be below / above". Raises Refused `range_not_finite` or
    `range_order` when made of something else.
    """

    low: float
    likely: float
    high: float

    def __post_init__(self) -> None:
        if not all(math.isfinite(value) for value in (self.low, self.likely, self.high)):
            raise Refused("range_not_finite")
        if not self.low <= self.likely <= self.high:
            raise Refused("range_order", low=self.low, likely=self.likely, high=self.high)

    def __add__(self, other: "Triple") -> "Triple":
        return Triple(self.low + other.low, self.likely + other.likely, self.high + other.high)

    def __mul__(self, other: "Triple") -> "Triple":
        """The product of two quantities that are not negative and move together."""
        return Triple(self.low * other.low, self.likely * other.likely, self.high * other.high)

    def times(self, factor: float) -> "Triple":
        """Every value times one `factor` >= 0."""
        return Triple(self.low * factor, self.likely * factor, self.high * factor)

    def at_least(self, down: float, up: float) -> "Triple":
        """The same likely value, with low at most `down` and high at least `up` times it."""
        return Triple(min(self.low, self.likely * down), self.likely, max(self.high, self.likely * up))

    def complement(self, whole: float = 1.0) -> "Triple":
        """`whole` minus the quantity: what saves most leaves least."""
        return Triple(whole - self.high, whole - self.likely, whole - self.low)

    @property
    def width(self) -> float:
        """High minus low."""
        return self.high - self.low


def exactly(value: float) -> Triple:
    """A quantity without spread."""
    return Triple(value, value, value)


def total(parts: Iterable[Triple]) -> Triple:
    """The sum of quantities that move together."""
    whole = exactly(0.0)
    for part in parts:
        whole = whole + part
    return whole


def bounds(answer: Triple) -> Triple:
    """Optimistic, likely and pessimistic bound of the beta-PERT whose P10 and P90 are about low and high.

    `O = max(0, M - 2 (M - L))`, `P = M + 2 (H - M)`.
    """
    low = max(0.0, answer.likely - 2 * (answer.likely - answer.low))
    return Triple(min(low, answer.likely), answer.likely, answer.likely + 2 * (answer.high - answer.likely))


def shape(limits: Triple) -> tuple[float, float]:
    """Alpha and beta of the beta-PERT on `limits` (O, M, P): `1 + 4 (M - O) / (P - O)` and `1 + 4 (P - M) / (P - O)`.

    Without spread the answer is (3, 3), the symmetric one; nothing depends on it then.
    """
    spread = limits.width
    if spread <= 0:
        return 3.0, 3.0
    alpha = 1 + 4 * (limits.likely - limits.low) / spread
    return alpha, 6 - alpha


def mean(limits: Triple) -> float:
    """Mean of the beta-PERT on `limits`: `(O + 4 M + P) / 6`."""
    return (limits.low + 4 * limits.likely + limits.high) / 6


def deviation(limits: Triple) -> float:
    """Standard deviation of the beta-PERT on `limits`: `sqrt((mean - O) (P - mean) / 7)`."""
    centre = mean(limits)
    return math.sqrt(max(0.0, (centre - limits.low) * (limits.high - centre)) / 7)


def at_scores(limits: Triple, scores: Numbers) -> Numbers:
    """The values of the beta-PERT on `limits` at normal `scores` z, that is at probability Phi(z).

    Read from a table of 1 025 points in z; the error is below 0.1 % of the spread.
    """
    if limits.width <= 0:
        return np.full(scores.shape, limits.likely)
    alpha, _ = shape(limits)
    # Scores are put on the table's own grid by arithmetic, not by search: that is where the time would go.
    table, steps = _table(round(alpha, 12))
    place = np.clip((scores + _REACH) * ((_POINTS - 1) / (2 * _REACH)), 0.0, _POINTS - 1.000001)
    index = place.astype(np.intp)
    share = table[index] + (place - index) * steps[index]
    values: Numbers = limits.low + limits.width * share
    return values


def quantile(limits: Triple, probability: float) -> float:
    """The value that the beta-PERT on `limits` stays below with `probability`, 0 < probability < 1."""
    return float(at_scores(limits, np.array([score(probability)]))[0])


def score(probability: float) -> float:
    """The normal score z with Phi(z) = `probability`, by bisection on `erfc` to double precision."""
    low, high = -_REACH - 2, _REACH + 2
    for _ in range(80):
        middle = (low + high) / 2
        if 0.5 * math.erfc(-middle / math.sqrt(2)) < probability:
            low = middle
        else:
            high = middle
    return (low + high) / 2


@lru_cache(maxsize=512)
def _table(alpha: float) -> tuple[Numbers, Numbers]:
    """Quantiles of Beta(alpha, 6 - alpha) at the grid of scores, and the step from each to the next."""
    lower = _lower_half(alpha, 6 - alpha)
    # The upper half is the lower half of the mirrored beta: no digits are lost near 1.
    upper = 1 - _lower_half(6 - alpha, alpha)[::-1]
    table = np.concatenate([lower[:-1], [(lower[-1] + upper[0]) / 2], upper[1:]])
    return table, np.append(np.diff(table), 0.0)


@lru_cache(maxsize=1)
def _log_probabilities() -> Numbers:
    """log Phi(z) on the lower half of the grid of scores."""
    scores = np.linspace(-_REACH, 0.0, _HALF)
    return np.array([math.log(0.5 * math.erfc(-z / math.sqrt(2))) for z in scores])


def _lower_half(alpha: float, beta: float) -> Numbers:
    """Quantiles of Beta(alpha, beta) for scores from -6.5 to 0.

    The integral of the density is accumulated over a grid in log x, starting from the leading terms of its series,
    and inverted by cubic Hermite interpolation of log x over log probability, both of which are nearly straight.
    """
    wanted = _log_probabilities()
    log_complete = math.lgamma(alpha) + math.lgamma(beta) - math.lgamma(alpha + beta)
    # I_x <= x^alpha / (alpha B) times at most 2^|...|: starting a decade below the first wanted point is enough.
    start = min((wanted[0] + math.log(alpha) + log_complete) / alpha - 0.5, -1.5)
    nodes = np.linspace(start, -1e-9, _NODES)
    step = nodes[1] - nodes[0]
    inner = nodes[:-1, None] + step * (_GAUSS_X + 1) / 2
    pieces = (np.exp(alpha * inner + (beta - 1) * np.log(-np.expm1(inner))) @ _GAUSS_W) * (step / 2)
    area = np.concatenate([[_series(alpha, beta, math.exp(start))], pieces]).cumsum()
    reached = np.log(area) - log_complete
    slopes = np.exp(reached + log_complete - alpha * nodes - (beta - 1) * np.log(-np.expm1(nodes)))
    return np.asarray(np.exp(_hermite(wanted, reached, nodes, slopes)))


def _series(alpha: float, beta: float, x: float) -> float:
    """The incomplete beta integral from 0 to a small x: `x^alpha sum (1 - beta)_k x^k / (k! (alpha + k))`."""
    whole, term = 0.0, 1.0
    for k in range(60):
        whole += term / (alpha + k)
        term *= (k + 1 - beta) * x / (k + 1)
    return float(whole * x**alpha)


def _hermite(wanted: Numbers, xs: Numbers, ys: Numbers, slopes: Numbers) -> Numbers:
    """Cubic Hermite interpolation of (xs, ys) with given slopes at `wanted`."""
    left = np.clip(np.searchsorted(xs, wanted) - 1, 0, len(xs) - 2)
    step = xs[left + 1] - xs[left]
    t = (wanted - xs[left]) / step
    result: Numbers = (
        (1 + 2 * t) * (1 - t) ** 2 * ys[left]
        + t * (1 - t) ** 2 * step * slopes[left]
        + t**2 * (3 - 2 * t) * ys[left + 1]
        + t**2 * (t - 1) * step * slopes[left + 1]
    )
    return result
