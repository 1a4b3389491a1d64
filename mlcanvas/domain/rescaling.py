"""How a register moves from one scale to another.

Each step of the old scale becomes a step of the new one; the usual mapping keeps the share of the way from least to
most, and a half goes to the worse step. Going up and back with it gives every place back. Going down and back cannot:
two steps have become one. What a register remembers of an earlier scale is the business of its history.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from mlcanvas.domain.refusal import Refused
from mlcanvas.domain.risk import View
from mlcanvas.domain.scale import Position, Scale

Steps = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Mapping:
    """For each step of the old scale, from the first on, its step on the new one."""

    likelihood: Steps
    severity: Steps

    def of(self, place: Position) -> Position:
        """Where a place goes."""
        return Position(self.likelihood[place.likelihood - 1], self.severity[place.severity - 1])


@dataclass(frozen=True, slots=True)
class Places:
    """Where a risk stands as it is stored: `current` and `target` are None where nobody said so."""

    inherent: Position
    current: Position | None = None
    target: Position | None = None


@dataclass(frozen=True, slots=True)
class Rescaled:
    """Where a risk stands on the new scale. `lowered` are the views whose mapped place would have scored above the
    inherent one: products of ranks are not kept by a mapping of the ranks."""

    places: Places
    lowered: tuple[View, ...] = ()


def proportional(before: int, after: int) -> Steps:
    """The new step of each of `before` steps, so that the first stays first and the last stays last.

    Step x becomes 1 + (x - 1)(after - 1) / (before - 1), rounded to the nearest, a half up. Raises ValueError for a
    scale of fewer than two steps.
    """
    if before < 2 or after < 2:
        raise ValueError("a scale has at least two steps")
    old, new = before - 1, after - 1
    return tuple(1 + (2 * step * new + old) // (2 * old) for step in range(before))


def usual(before: Scale, after: Scale) -> Mapping:
    """The proportional mapping of both axes."""
    return Mapping(
        proportional(len(before.likelihood), len(after.likelihood)),
        proportional(len(before.severity), len(after.severity)),
    )


def check(mapping: Mapping, before: Scale, after: Scale) -> None:
    """Whether the mapping says for every old step which new one it becomes, and keeps their order.

    Raises Refused with the step as its path (`likelihood.3`): `scale_mapping_missing`, `risk_step_outside`,
    `scale_mapping_order`.
    """
    for axis in ("likelihood", "severity"):
        steps: Sequence[int] = getattr(mapping, axis)
        last = len(getattr(after, axis))
        if len(steps) != len(getattr(before, axis)):
            raise Refused("scale_mapping_missing", path=axis)
        for place, step in enumerate(steps, 1):
            if not 1 <= step <= last:
                raise Refused("risk_step_outside", path=f"{axis}.{place}", given=step, first=1, last=last)
            if place > 1 and step < steps[place - 2]:
                raise Refused("scale_mapping_order", path=f"{axis}.{place}", given=step, before=steps[place - 2])


def rescaled(places: Places, mapping: Mapping) -> Rescaled:
    """The places on the new scale. None of them scores above the inherent one: a place that would is lowered, its
    likelihood first, until it does not."""
    inherent = mapping.of(places.inherent)
    lowered: list[View] = []
    found: dict[View, Position | None] = {}
    views: tuple[tuple[View, Position | None], ...] = (("current", places.current), ("target", places.target))
    for view, place in views:
        if place is None:
            found[view] = None
            continue
        mapped = mapping.of(place)
        found[view] = _within(mapped, inherent.score)
        if found[view] != mapped:
            lowered.append(view)
    return Rescaled(Places(inherent, found["current"], found["target"]), tuple(lowered))


def _within(place: Position, most: int) -> Position:
    while place.score > most:
        if place.likelihood > 1:
            place = Position(place.likelihood - 1, place.severity)
        else:
            place = Position(1, place.severity - 1)
    return place
