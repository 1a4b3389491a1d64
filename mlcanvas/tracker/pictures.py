"""The small pictures of the tracker's pages, as places for the templates to draw: no colours, no markup.

All numbers become attributes of SVG, so they are plain text with a point, whatever language the reader has.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from mlcanvas.domain.lifecycle import Gate, Stage, StageKey

# Centres of the five boxes in a drawing 760 wide and 176 high: four in a row, maintenance below, where the loop closes.
_PLACES = {
    StageKey.SCOPE: (85, 40),
    StageKey.DATA: (282, 40),
    StageKey.MODELLING: (478, 40),
    StageKey.DEPLOYMENT: (675, 40),
    StageKey.MAINTENANCE: (380, 136),
}
_WIDTH, _HEIGHT = 150, 60


@dataclass(frozen=True, slots=True)
class Node:
    """One stage of the loop: its box, how far its bar is filled, and what is written in it."""

    stage: Stage
    gate: Gate
    left: str
    top: str
    middle: str
    baseline: str
    second: str
    bar: str
    filled: str
    here: bool
    passed: bool


def loop(found: Mapping[StageKey, Gate], at: StageKey) -> list[Node]:
    """The stages as boxes; `passed` are those behind the present one whose gates are all met."""
    order = list(StageKey)
    nodes = []
    for key, (x, y) in _PLACES.items():
        left, top = x - _WIDTH / 2, y - _HEIGHT / 2
        nodes.append(
            Node(
                stage=found[key].stage,
                gate=found[key],
                left=_plain(left),
                top=_plain(top),
                middle=_plain(x),
                baseline=_plain(top + 23),
                second=_plain(top + 40),
                bar=_plain(top + _HEIGHT - 11),
                filled=_plain((_WIDTH - 24) * found[key].readiness / 100),
                here=key is at,
                passed=order.index(key) < order.index(at) and found[key].passed,
            )
        )
    return nodes


@dataclass(frozen=True, slots=True)
class Range:
    """A cost range on a bar from nothing to a little beyond its high end, in percent of the bar."""

    start: str
    width: str
    middle: str


def cost_range(low: float | None, middle: float | None, high: float | None) -> Range | None:
    """The bar for P10, P50 and P90, or None where one is missing or nothing costs anything."""
    if low is None or middle is None or high is None or high <= 0:
        return None
    whole = high * 1.15
    start, end = 100 * max(low, 0) / whole, 100 * high / whole
    return Range(f"{start:.1f}%", f"{max(end - start, 1):.1f}%", f"{100 * max(middle, 0) / whole:.1f}%")


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the small 3 × 3 table."""

    left: str
    top: str
    tier: int
    here: bool


def table(risk_level: int | None, severity_level: int | None) -> list[Cell]:
    """The nine cells, worst risk on top; the project's own cell is `here`."""
    return [
        Cell(_plain(2 + 26 * (severity - 1)), _plain(2 + 26 * (3 - risk)), risk + severity - 1,
             here=(risk, severity) == (risk_level, severity_level))
        for risk in (3, 2, 1)
        for severity in (1, 2, 3)
    ]  # fmt: skip


def _plain(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
