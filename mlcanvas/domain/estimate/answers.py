"""What a question accepts."""

import math
from collections.abc import Mapping
from typing import Any, TypeAlias

from mlcanvas.domain.estimate.definition import Question, Questionnaire
from mlcanvas.domain.estimate.ranges import Triple
from mlcanvas.domain.metrics import Metric, check_error
from mlcanvas.domain.refusal import Refused

# The answer of somebody who does not know: it counts as answered, and keeps the wide range of the catalogue.
UNKNOWN = "unknown"
PILOT = "C3_pilot"
MOST_PILOTS = 50
_ENDS = ("low", "likely", "high")

Stored: TypeAlias = int | float | str | dict[str, int | float] | list[dict[str, int | float]]


def accept(questionnaire: Questionnaire, key: str, value: Any, metric: Metric | None = None) -> Stored:
    """`value` as it may be stored for the question `key`; whole numbers become integers.

    `metric` is the main metric, where the errors are to be some that it can have (`metrics.check_error`).
    Raises Refused at `costs.answers.<key>` (a range adds `.low`, `.likely` or `.high`, the pilot its place): one of
    `cost_question_unknown`, `cost_not_a_choice`, `cost_not_a_number`, `cost_not_a_range`, `cost_range_order`,
    `cost_negative`, `cost_zero`, `cost_share`, `cost_too_large`, `cost_pilot_shape`, `cost_pilot_many`.
    """
    path = f"costs.answers.{key}"
    question = questionnaire.question(key)
    if question is None:
        raise Refused("cost_question_unknown", path, key=key)
    if question.kind == "pilot":
        return _pilot(value, "costs.pilot", metric)
    if value == UNKNOWN:
        return UNKNOWN
    if question.kind == "choice":
        known = [option.key for option in question.options]
        if not isinstance(value, str) or value not in known:
            raise Refused("cost_not_a_choice", path, known=", ".join([*known, UNKNOWN]))
        return value
    if question.kind == "number":
        number = _number(question, value, path)
        if question.error and metric is not None:
            check_error(metric, number, path)
        return number
    return _range(question, value, path)


def _number(question: Question, value: Any, path: str) -> int | float:
    number = finite(value, path)
    if number < 0:
        raise Refused("cost_negative", path)
    if question.positive and number == 0:
        raise Refused("cost_zero", path)
    if question.share and number > 100:
        raise Refused("cost_share", path)
    if number > question.most:
        raise Refused("cost_too_large", path, most=question.most)
    return number


def finite(value: Any, path: str) -> int | float:
    """`value` as a finite number. Raises Refused `cost_not_a_number` at `path` for everything else, NaN included."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise Refused("cost_not_a_number", path)
    # An integer of a thousand digits cannot even be asked whether it is finite.
    if isinstance(value, int):
        return value if abs(value) < 10**18 else 10**18
    if not math.isfinite(value):
        raise Refused("cost_not_a_number", path)
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def _range(question: Question, value: Any, path: str) -> dict[str, int | float]:
    if not isinstance(value, Mapping) or set(value) != set(_ENDS):
        raise Refused("cost_not_a_range", path)
    low, likely, high = (_number(question, value[end], f"{path}.{end}") for end in _ENDS)
    if low > likely:
        raise Refused("cost_range_order", f"{path}.low")
    if likely > high:
        raise Refused("cost_range_order", f"{path}.high")
    return {"low": low, "likely": likely, "high": high}


def _pilot(value: Any, path: str, metric: Metric | None) -> list[dict[str, int | float]]:
    if not isinstance(value, (list, tuple)):
        raise Refused("cost_pilot_shape", path)
    if len(value) > MOST_PILOTS:
        raise Refused("cost_pilot_many", path, most=MOST_PILOTS)
    points = []
    for place, point in enumerate(value):
        where = f"{path}.{place}"
        if not isinstance(point, Mapping) or set(point) != {"labelled", "error"}:
            raise Refused("cost_pilot_shape", where)
        labelled, error = finite(point["labelled"], f"{where}.labelled"), finite(point["error"], f"{where}.error")
        if labelled <= 0:
            raise Refused("cost_zero", f"{where}.labelled")
        if labelled > 1e12:
            raise Refused("cost_too_large", f"{where}.labelled", most=1e12)
        if error <= 0:
            raise Refused("cost_pilot_error", f"{where}.error")
        if metric is not None:
            check_error(metric, error, f"{where}.error")
        if error > 1e12:
            raise Refused("cost_too_large", f"{where}.error", most=1e12)
        points.append({"labelled": labelled, "error": error})
    return sorted(points, key=lambda point: (point["labelled"], point["error"]))


def half_and_double(question: Question, likely: float) -> tuple[float, float]:
    """Low and high where only the likely value is given; a share ends at 100 %."""
    return likely / 2, min(likely * 2, 100.0) if question.share else likely * 2


def given_ends(question: Question, stored: Mapping[str, float]) -> tuple[str, ...]:
    """Which of low and high somebody gave: those that are not half and double of the likely value.

    0 and 100 % are the last that there is, and people mean them: such an end is not given only where the other is not.
    """
    likely = stored["likely"]
    low, high = half_and_double(question, likely)
    derived = {"low": stored["low"] == low, "high": stored["high"] == high}
    if low == likely or high < 2 * likely:
        derived = dict.fromkeys(derived, all(derived.values()))
    return tuple(end for end in ("low", "high") if not derived[end])


def triple(stored: Stored) -> Triple:
    """A stored number or range as a triple. Raises TypeError for a choice."""
    if isinstance(stored, dict):
        return Triple(float(stored["low"]), float(stored["likely"]), float(stored["high"]))
    if isinstance(stored, (int, float)):
        return Triple(float(stored), float(stored), float(stored))
    raise TypeError(f"{stored!r} is not a number")


def known(answers: Mapping[str, Stored]) -> frozenset[str]:
    """The keys of the questions that somebody answered with more than "don't know"."""
    return frozenset(key for key, value in answers.items() if value not in (UNKNOWN, []))
