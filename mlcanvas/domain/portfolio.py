"""Many projects side by side: on value × feasibility, and on risk × severity.

The two pictures have different axes. Value is the benefit when it works, severity is the harm when it fails; a project
can be high on both. Costs are compared and added up within one currency, never across.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mlcanvas.domain.risk import Quadrant, RiskMatrix, quadrant_of, tier_of

LEVELS = (1, 2, 3)
"""The levels of risk and of severity."""

NAMED = 3
"""How many projects a square of the table names."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One project. Value and feasibility are 0 to 100, `cost` is the P50 in `currency`; None is not known yet."""

    slug: str
    name: str
    value: float | None
    feasibility: float | None
    tier: int | None
    severity: int | None
    cost: float | None
    currency: str

    @property
    def risk(self) -> int | None:
        """The risk level 1 to 3, from the tier, which is risk + severity - 1."""
        return None if self.tier is None or self.severity is None else self.tier - self.severity + 1


@dataclass(frozen=True, slots=True)
class Sized:
    """A project with its cost as a share of the most costly one in the same currency, 0 to 1; None without a cost."""

    entry: Entry
    share: float | None


def sized(entries: Iterable[Entry]) -> tuple[Sized, ...]:
    """Every project with its size, in the order given."""
    known = list(entries)
    most: dict[str, float] = {}
    for entry in known:
        if entry.cost is not None:
            most[entry.currency] = max(most.get(entry.currency, 0.0), entry.cost)
    return tuple(Sized(entry, _share(entry.cost, most.get(entry.currency, 0.0))) for entry in known)


def _share(cost: float | None, most: float) -> float | None:
    if cost is None:
        return None
    return max(cost, 0.0) / most if most > 0 else 0.0


@dataclass(frozen=True, slots=True)
class Corner:
    """A quadrant and how many projects are in it."""

    quadrant: Quadrant
    count: int


def corners(matrix: RiskMatrix, entries: Iterable[Entry]) -> tuple[Corner, ...]:
    """The quadrants in the order of the catalogue; projects without value or feasibility are in none."""
    counts = Counter(quadrant_of(matrix, entry.value, entry.feasibility) for entry in entries)
    return tuple(Corner(quadrant, counts[quadrant.key]) for quadrant in matrix.quadrants)


@dataclass(frozen=True, slots=True)
class Square:
    """A cell of risk × severity: how many projects are in it, and the few with the largest costs."""

    risk: int
    severity: int
    count: int
    largest: tuple[Entry, ...]

    @property
    def tier(self) -> int:
        """The tier that all projects in it have."""
        return tier_of(self.risk, self.severity)

    @property
    def address(self) -> str:
        """`3x2`: risk 3, severity 2, as it stands in the address of the page."""
        return f"{self.risk}x{self.severity}"

    @property
    def others(self) -> int:
        """How many are not named."""
        return self.count - len(self.largest)


def squares(projects: Sequence[Sized]) -> tuple[tuple[Square, ...], ...]:
    """Rows from the highest risk down, each from the least severity up; projects without a tier are in none."""
    inside: dict[tuple[int | None, int | None], list[Sized]] = {}
    for project in projects:
        inside.setdefault((project.entry.risk, project.entry.severity), []).append(project)
    return tuple(
        tuple(_square(risk, severity, inside.get((risk, severity), [])) for severity in LEVELS)
        for risk in reversed(LEVELS)
    )


def _square(risk: int, severity: int, found: list[Sized]) -> Square:
    largest = sorted(found, key=by_size)[:NAMED]
    return Square(risk, severity, len(found), tuple(project.entry for project in largest))


def by_size(project: Sized) -> tuple[float, str, str]:
    """Sorts the largest first, then those without a cost; then by name."""
    least = 1.0 if project.share is None else -project.share
    return least, project.entry.name.casefold(), project.entry.slug


def ranked(matrix: RiskMatrix, entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """The projects in the order in which to talk about them, the first one first.

    By the priority, in the order of the catalogue; in it the higher value, then the higher feasibility, both in whole
    points as people read them, then the lower tier, then the name. Projects without a priority come last. Costs do not
    count: they may be in different currencies, and what is dear may be worth it.
    """
    places = {quadrant.key: place for place, quadrant in enumerate(matrix.quadrants)}

    def order(entry: Entry) -> tuple[int, int, int, int, str, str]:
        key = quadrant_of(matrix, entry.value, entry.feasibility)
        return (
            len(places) if key is None else places[key],
            -_points(entry.value),
            -_points(entry.feasibility),
            NO_TIER if entry.tier is None else entry.tier,
            entry.name.casefold(),
            entry.slug,
        )

    return tuple(sorted(entries, key=order))


NO_TIER = 6
"""Sorts a project without a tier after the worst one."""


def _points(score: float | None) -> int:
    """Whole points, below all others without a score. A half goes to the even one, as where it is printed."""
    return -1 if score is None else round(score)


@dataclass(frozen=True, slots=True)
class Total:
    """The costs of the projects in one currency: their P50 added up, and how many they are."""

    currency: str
    amount: float
    count: int


def totals(entries: Iterable[Entry]) -> tuple[Total, ...]:
    """The costs added up in each currency, by its code; currencies are never added to each other."""
    costs: dict[str, list[float]] = {}
    for entry in entries:
        if entry.cost is not None:
            costs.setdefault(entry.currency, []).append(entry.cost)
    return tuple(Total(currency, math.fsum(found), len(found)) for currency, found in sorted(costs.items()))
