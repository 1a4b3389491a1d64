"""A scale of money that begins at zero, and places in per cent, for pictures that a template draws."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on a scale: its place in per cent from its beginning and from its end, and its value."""

    place: str
    back: str
    value: float


def ticks(most: float) -> tuple[tuple[Tick, ...], float]:
    """Four to six marks at round amounts from zero to an edge at or beyond `most` > 0, and that edge."""
    step = round_step(most / 5)
    edge = step * math.ceil(most / step * (1 - 1e-9))
    count = round(edge / step)
    found = tuple(Tick(per_cent(n / count), per_cent(1 - n / count), n * step) for n in range(count + 1))
    return found, edge


def round_step(rough: float) -> float:
    """The round number (1, 2, 2.5 or 5 times a power of ten) that is at least `rough` > 0."""
    size = 10.0 ** math.floor(math.log10(rough))
    return size * next(factor for factor in (1, 2, 2.5, 5, 10) if factor * size >= rough * (1 - 1e-12))


def per_cent(share: float) -> str:
    """A share of the width as SVG writes it: `42.3%`, with a point in every language."""
    return f"{100 * share:.2f}%"
