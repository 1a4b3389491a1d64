"""What a scope must say: five questions, two objectives and their link, and metrics with a target."""

from collections.abc import Collection
from dataclasses import dataclass

from mlcanvas.domain.refusal import Refused
from mlcanvas.domain.text import Text


@dataclass(frozen=True, slots=True)
class Question:
    """One long answer of the scope."""

    key: str
    group: str
    title: Text
    question: Text
    example: Text


@dataclass(frozen=True, slots=True)
class ScopeForm:
    """The questions in their order."""

    question: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Target:
    """A metric's numbers. `higher` says which way is better."""

    higher: bool
    current: float | None = None
    minimum: float | None = None
    target: float | None = None


def check_target(target: Target) -> None:
    """Refuse numbers that contradict the direction.

    Raises Refused `target_not_better` when the target is not better than today, `minimum_beyond_target` when the
    least useful value asks for more than the target.
    """
    sign = 1 if target.higher else -1
    if target.target is not None and target.current is not None and sign * target.target < sign * target.current:
        code = "target_below_current" if target.higher else "target_above_current"
        raise Refused(code, path="target", current=target.current)
    if target.target is not None and target.minimum is not None and sign * target.minimum > sign * target.target:
        raise Refused("minimum_beyond_target", path="minimum", target=target.target)


def readiness(questions: Collection[str], answered: Collection[str], *, metric_with_target: bool) -> int:
    """0 to 100: each question weighs one, and so does a metric with a target."""
    done = len(set(questions) & set(answered)) + metric_with_target
    return round(100 * done / (len(questions) + 1))
