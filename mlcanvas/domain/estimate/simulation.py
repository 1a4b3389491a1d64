"""Correlated Monte Carlo over cost lines."""

import hashlib
import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from mlcanvas.domain.estimate.calibration import corrected
from mlcanvas.domain.estimate.ranges import Numbers, Triple, at_scores, quantile
from mlcanvas.domain.refusal import Refused

DRAWS = 10_000
# A seed must survive JSON, YAML and a PostgreSQL integer.
LARGEST_SEED = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Limits:
    """One line of a simulation: its key, and optimistic, likely and pessimistic bound in money.

    `bias` and `spread` correct its draws (`calibration.corrected`); 1 leaves them alone.
    """

    key: str
    triple: Triple
    bias: float = 1.0
    spread: float = 1.0


@dataclass(frozen=True, slots=True)
class Spread:
    """What a simulated amount of money does: percentiles and mean, rounded to the cent."""

    p10: float
    p50: float
    p80: float
    p90: float
    mean: float


@dataclass(frozen=True, slots=True)
class Simulation:
    """Total and lines of one run of `draws` draws; `lines` holds (key, spread) sorted by key."""

    total: Spread
    lines: tuple[tuple[str, Spread], ...]
    rho: float
    seed: int
    draws: int

    def line(self, key: str) -> Spread:
        """The spread of the line `key`. Raises KeyError when it was not simulated."""
        return dict(self.lines)[key]


def simulate(lines: Iterable[Limits], rho: float, seed: int, draws: int = DRAWS) -> Simulation:
    """Draws of every line and of their sum, with one correlation `rho` between each two.

    `z_i = sqrt(rho) z + sqrt(1 - rho) e_i`, `x_i = PERT quantile at Phi(z_i)`: a common factor, so that overruns come
    together. The normals of a line come from PCG64 seeded by SHA-256 of (seed, line key) and those of the common factor
    from (seed, "common"): adding a line moves no other line. Raises Refused `cost_rho`, `cost_seed`, `cost_draws`,
    `cost_no_lines`, `cost_line_twice` or `cost_negative`.
    """
    ordered = sorted(lines, key=lambda line: line.key)
    _check(ordered, rho, seed, draws)
    common = normals(seed, "common", "", draws)
    whole = np.zeros(draws)
    spreads = []
    for line in ordered:
        own = normals(seed, "line", line.key, draws)
        values = _values(line, math.sqrt(rho) * common + math.sqrt(1 - rho) * own)
        spreads.append((line.key, spread(values)))
        whole += values
    return Simulation(spread(whole), tuple(spreads), rho, seed, draws)


def _values(line: Limits, scores: Numbers) -> Numbers:
    """The amounts of a line at these normal scores, with its correction."""
    values = at_scores(line.triple, scores)
    if line.bias == 1 and line.spread == 1:
        return values
    return corrected(values, quantile(line.triple, 0.5), line.bias, line.spread)


def _check(lines: list[Limits], rho: float, seed: int, draws: int) -> None:
    if not 0 <= rho <= 1:  # false for NaN too
        raise Refused("cost_rho", "rho")
    if not 0 <= seed <= LARGEST_SEED:
        raise Refused("cost_seed", "seed", most=LARGEST_SEED)
    if not 100 <= draws <= 1_000_000:
        raise Refused("cost_draws", "draws")
    if not lines:
        raise Refused("cost_no_lines", "lines")
    for line, following in pairwise(lines):
        if line.key == following.key:
            raise Refused("cost_line_twice", f"lines.{line.key}", name=line.key)
    for line in lines:
        if line.triple.low < 0:
            raise Refused("cost_negative", f"lines.{line.key}")


def normals(seed: int, role: str, key: str, draws: int) -> Numbers:
    """The normal draws of one line (`role` "line") or of the factor that all lines share ("common")."""
    # The role keeps a line that somebody calls "common" apart from the common factor.
    name = json.dumps([seed, role, key], separators=(",", ":")).encode()
    source = np.random.PCG64(int.from_bytes(hashlib.sha256(name).digest(), "big"))
    return np.random.Generator(source).standard_normal(draws)


def spread(values: Numbers) -> Spread:
    """Percentiles (linear between order statistics) and mean of `values`, rounded to the cent."""
    p10, p50, p80, p90 = np.percentile(values, (10, 50, 80, 90))
    return Spread(*(round(float(value), 2) for value in (p10, p50, p80, p90, values.mean())))


class Variants:
    """The totals of many variants of one estimate, all drawn with the same numbers.

    What differs between two of them is then the variant and never chance, and each is to the cent what `simulate`
    gives. A class, because what was drawn is kept for the next variant; it lives as long as one picture is made.
    """

    def __init__(self, rho: float, seed: int, draws: int = DRAWS) -> None:
        self.rho, self.seed, self.draws = rho, seed, draws
        self._common = normals(seed, "common", "", draws)
        self._scores: dict[str, Numbers] = {}
        self._values: dict[Limits, Numbers] = {}

    def total(self, lines: Iterable[Limits]) -> Numbers:
        """The draws of the sum of `lines`. Raises Refused as `simulate`."""
        ordered = sorted(lines, key=lambda line: line.key)
        _check(ordered, self.rho, self.seed, self.draws)
        whole = np.zeros(self.draws)
        for line in ordered:
            whole += self._of(line)
        return whole

    def _of(self, line: Limits) -> Numbers:
        found = self._values.get(line)
        if found is None:
            if line.key not in self._scores:
                own = normals(self.seed, "line", line.key, self.draws)
                self._scores[line.key] = math.sqrt(self.rho) * self._common + math.sqrt(1 - self.rho) * own
            found = self._values[line] = _values(line, self._scores[line.key])
        return found
