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
    common = _normals(seed, "common", "", draws)
    whole = np.zeros(draws)
    spreads = []
    for line in ordered:
        own = _normals(seed, "line", line.key, draws)
        values = at_scores(line.triple, math.sqrt(rho) * common + math.sqrt(1 - rho) * own)
        if line.bias != 1 or line.spread != 1:
            values = corrected(values, quantile(line.triple, 0.5), line.bias, line.spread)
        spreads.append((line.key, spread(values)))
        whole += values
    return Simulation(spread(whole), tuple(spreads), rho, seed, draws)


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


def _normals(seed: int, role: str, key: str, draws: int) -> Numbers:
    # The role keeps a line that somebody calls "common" apart from the common factor.
    name = json.dumps([seed, role, key], separators=(",", ":")).encode()
    source = np.random.PCG64(int.from_bytes(hashlib.sha256(name).digest(), "big"))
    return np.random.Generator(source).standard_normal(draws)


def spread(values: Numbers) -> Spread:
    """Percentiles (linear between order statistics) and mean of `values`, rounded to the cent."""
    p10, p50, p80, p90 = np.percentile(values, (10, 50, 80, 90))
    return Spread(*(round(float(value), 2) for value in (p10, p50, p80, p90, values.mean())))
