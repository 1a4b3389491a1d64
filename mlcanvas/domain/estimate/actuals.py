"""What was planned beside what it came to, line by line."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from mlcanvas.domain.estimate.answers import finite
from mlcanvas.domain.estimate.calibration import Finished, Range, Side, Spent, line_range
from mlcanvas.domain.estimate.ranges import Triple
from mlcanvas.domain.refusal import Refused

MOST_MONEY = 1e12
PERCENTILES = ("p10", "p50", "p80", "p90")
_LINE = ("low", "likely", "high", "p10", "p50", "p90")


def plan_of(record: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a stored estimate that actual amounts are compared with, as plain JSON: total, and line by line.

    `low`, `likely` and `high` are before any correction of the workspace, the percentiles as people were shown them.
    """
    return {
        "currency": record["currency"],
        "years": record["years"],
        **{name: record[name] for name in PERCENTILES},
        "lines": [{"key": line["key"], **{name: line[name] for name in _LINE}} for line in record["lines"]],
    }


def check_plan(plan: Mapping[str, Any], path: str) -> None:
    """Raises Refused at its place under `path` for a plan whose figures do not rise (`plan_order`), are no amounts, or
    that has a line twice (`cost_line_twice`)."""
    _check_rising(plan, PERCENTILES, path)
    seen: set[str] = set()
    for place, line in enumerate(plan["lines"]):
        where = f"{path}.lines[{place}]"
        if line["key"] in seen:
            raise Refused("cost_line_twice", f"{where}.key", name=line["key"])
        seen.add(line["key"])
        _check_rising(line, ("low", "likely", "high"), where)
        _check_rising(line, ("p10", "p50", "p90"), where)


def _check_rising(values: Mapping[str, Any], names: Iterable[str], path: str) -> None:
    before = 0.0
    for name in names:
        value = finite(values[name], f"{path}.{name}")
        if value < before:
            raise Refused("plan_order", f"{path}.{name}")
        before = value


@dataclass(frozen=True, slots=True)
class LineOutcome:
    """One line: its range as it was shown, what it came to, and where that fell. None where nobody said."""

    key: str
    planned: Range | None
    actual: float | None

    @property
    def difference(self) -> float | None:
        """Actual minus P50."""
        return None if self.planned is None or self.actual is None else self.actual - self.planned.p50

    @property
    def gap(self) -> float | None:
        """How far the actual is from P50, whichever way."""
        return None if self.difference is None else abs(self.difference)

    @property
    def ratio(self) -> float | None:
        """Actual over P50, None where that was nothing."""
        if self.planned is None or self.actual is None or not self.planned.p50:
            return None
        return self.actual / self.planned.p50

    @property
    def side(self) -> Side | None:
        """Below, inside or above the planned P10 to P90."""
        return None if self.planned is None or self.actual is None else self.planned.side(self.actual)

    @property
    def missing(self) -> bool:
        """Whether something was planned and nobody has said what it came to."""
        return self.actual is None and self.planned is not None and self.planned.p90 > 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """All lines, and the total: of the lines that have an amount, so that it falls somewhere only when `complete`."""

    lines: tuple[LineOutcome, ...]
    total: LineOutcome
    complete: bool

    @property
    def side(self) -> Side | None:
        """Where the total fell, None while an amount is missing."""
        return self.total.side if self.complete else None


def compare(plan: Mapping[str, Any] | None, amounts: Mapping[str, float | None], keys: Iterable[str]) -> Outcome:
    """`amounts` by line against `plan` (as `plan_of` gives it, None without one), in the order of `keys`."""
    planned = {line["key"]: _range(line) for line in plan["lines"]} if plan else {}
    lines = tuple(LineOutcome(key, planned.get(key), amounts.get(key)) for key in keys)
    known = [line.actual for line in lines if line.actual is not None]
    total = LineOutcome("", _range(plan) if plan else None, sum(known) if known else None)
    complete = plan is not None and bool(known) and not any(line.missing for line in lines)
    return Outcome(lines, total, complete)


def _range(values: Mapping[str, Any]) -> Range:
    return Range(values["p10"], values["p50"], values["p90"])


def finished(name: str, plan: Mapping[str, Any], amounts: Mapping[str, float | None]) -> Finished | None:
    """The project as calibration reads it; None while an amount is missing."""
    held = {line["key"]: line for line in plan["lines"]}
    outcome = compare(plan, amounts, [*held, *(key for key in amounts if key not in held)])
    if not outcome.complete or outcome.total.planned is None or outcome.total.actual is None:
        return None
    lines = tuple(
        Spent(line.key, _bare(held[line.key]), line.planned, line.actual)
        for line in outcome.lines
        if line.planned is not None and line.planned.p90 > 0 and line.actual is not None
    )
    return Finished(name, lines, outcome.total.planned, outcome.total.actual)


def _bare(line: Mapping[str, Any]) -> Range:
    return line_range(Triple(line["low"], line["likely"], line["high"]))
