"""Answers that repeat: what a project lists under a block of its canvas, and what each row may hold."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from mlcanvas.domain.facts import Option
from mlcanvas.domain.numbers import parse, spell
from mlcanvas.domain.refusal import Refused
from mlcanvas.domain.text import Text
from mlcanvas.domain.writing import clean

LONGEST_INTERVAL: Final = 87_600.0
"""Hours: ten years."""
MOST_MONEY: Final = 1e15
AMOUNT: Final = ("low", "likely", "high")
KEY: Final = re.compile(r"[-A-Za-z0-9_]{1,60}")

_HOURS: Final[Mapping[str, float]] = {
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours", "hora", "horas"), 1),
    **dict.fromkeys(("d", "day", "days", "dia", "dias"), 24),
    **dict.fromkeys(("w", "week", "weeks", "sem", "semana", "semanas"), 168),
    **dict.fromkeys(("month", "months", "mês", "mes", "meses"), 720),
}
# What goes into an hour that often; divided and not multiplied, so that the number comes back to the last digit.
_PARTS: Final[Mapping[str, int]] = {
    **dict.fromkeys(("min", "mins", "minute", "minutes", "minuto", "minutos"), 60),
    **dict.fromkeys(("s", "sec", "secs", "seg", "second", "seconds", "segundo", "segundos"), 3600),
}


@dataclass(frozen=True, slots=True)
class Column:
    """One thing that each row of a kind says.

    A `number` is in `unit` (`unit_one` for a single one) and lies between `minimum` and `maximum`, both included. An
    `interval` is kept in hours. An `amount` is money: one number, or low, likely and high. A `row` names a row of the
    kind `rows`. A line has up to `limit` characters. `short` stands for `label` beside a value. `answers` names the
    fact whose question is answered with it, where nobody has answered yet.
    """

    key: str
    kind: Literal["line", "choice", "number", "interval", "amount", "row"]
    label: Text
    short: Text | None = None
    hint: Text | None = None
    options: tuple[Option, ...] = ()
    unit: Text | None = None
    unit_one: Text | None = None
    minimum: float | None = None
    maximum: float | None = None
    limit: int = 120
    rows: str = ""
    answers: str = ""

    @property
    def brief(self) -> Text:
        """What stands beside a value."""
        return self.short or self.label

    def unit_of(self, value: float) -> Text | None:
        """The unit beside a value."""
        return self.unit_one if value == 1 and self.unit_one else self.unit


@dataclass(frozen=True, slots=True)
class Kind:
    """What is listed under the canvas block `block`. The first column is the name, which every row has.

    `prefix` begins the keys of its rows; `one` is what a single row is called.
    """

    key: str
    block: str
    prefix: str
    title: Text
    one: Text
    hint: Text
    column: tuple[Column, ...]

    @property
    def columns(self) -> dict[str, Column]:
        """The columns by key, in their order."""
        return {column.key: column for column in self.column}


@dataclass(frozen=True, slots=True)
class RowsFile:
    """The content of `rows.toml`."""

    version: int
    kind: tuple[Kind, ...]


def parse_interval(text: str, *, decimal_comma: bool) -> float:
    """The hours that `text` spells, such as `15 min`, `6 h`, `1 d`. A month is 30 days.

    Raises Refused with `interval_unreadable` without a number or a unit, `interval_outside` for more than ten years or
    a negative one.
    """
    found = re.fullmatch(r"\s*([-+\d.,\s]*\d(?:[eE][-+]?\d{1,3})?)\s*([^\W\d_]+)\.?\s*", text[:100])
    if found is None:
        raise Refused("interval_unreadable")
    unit = found[2].lower()
    try:
        number = parse(found[1], decimal_comma=decimal_comma)
    except Refused as refused:
        raise Refused("interval_unreadable") from refused
    if unit in _PARTS:
        hours = number / _PARTS[unit]
    elif unit in _HOURS:
        hours = number * _HOURS[unit]
    else:
        raise Refused("interval_unreadable")
    if not 0 <= hours <= LONGEST_INTERVAL:
        raise Refused("interval_outside")
    return hours


def spell_interval(hours: float, *, decimal_comma: bool) -> str:
    """`hours` in the largest unit up to days that makes a whole number; `parse_interval` reads it back."""
    if hours and hours % 24 == 0:
        return f"{spell(hours / 24, decimal_comma=decimal_comma)} d"
    if not float(hours).is_integer():
        for unit, parts in (("min", 60), ("s", 3600)):
            if (count := round(hours * parts)) and count / parts == hours:
                return f"{count} {unit}"
    return f"{spell(hours, decimal_comma=decimal_comma)} h"


def accept_row(kind: Kind, values: Mapping[str, Any]) -> dict[str, Any]:
    """`values` as they may be stored: in the order of the columns, nothing that is empty.

    Raises Refused with the column as its path: `row_column_unknown`, `row_name_empty`, `row_not_a_choice`,
    `row_not_a_number`, `row_out_of_range`, `row_key_unusable`, as `writing.clean` does, and as `accept_amount` does.
    """
    for key in values:
        if key not in kind.columns:
            raise Refused("row_column_unknown", key, key=key)
    found: dict[str, Any] = {}
    for column in kind.column:
        value = values.get(column.key)
        if value is not None and value != "":
            found[column.key] = _accept(column, value)
    if not str(found.get(kind.column[0].key, "")).strip():
        raise Refused("row_name_empty", kind.column[0].key)
    return found


def _accept(column: Column, value: Any) -> Any:
    if column.kind == "line":
        if not isinstance(value, str):
            raise Refused("row_not_a_line", column.key)
        try:
            return clean(value, limit=column.limit)
        except Refused as refused:
            raise Refused(refused.code, column.key, **refused.values) from refused
    if column.kind == "choice":
        if value not in [option.key for option in column.options]:
            raise Refused("row_not_a_choice", column.key, value=value)
        return value
    if column.kind == "row":
        if not isinstance(value, str) or not KEY.fullmatch(value):
            raise Refused("row_key_unusable", column.key)
        return value
    if column.kind == "amount":
        return accept_amount(value, column.key)
    low, high = limits(column)
    return _within(value, low, high, column.key)


def limits(column: Column) -> tuple[float, float]:
    """The least and the most that a number or an interval may be."""
    if column.kind == "interval":
        return 0.0, LONGEST_INTERVAL
    low = -MOST_MONEY if column.minimum is None else column.minimum
    return low, MOST_MONEY if column.maximum is None else column.maximum


def accept_amount(value: Any, path: str) -> Any:
    """Money that is not negative: one number, or low, likely and high in this order.

    Raises Refused with `row_not_a_number`, `row_out_of_range`, `row_amount_ends` for one end without the other, and
    `row_amount_order`.
    """
    if not isinstance(value, Mapping):
        return _within(value, 0, MOST_MONEY, path)
    if sorted(value) != sorted(AMOUNT) or any(value[name] is None for name in AMOUNT):
        raise Refused("row_amount_ends", path)
    low, likely, high = (_within(value[name], 0, MOST_MONEY, path) for name in AMOUNT)
    if not low <= likely <= high:
        raise Refused("row_amount_order", path)
    return {"low": low, "likely": likely, "high": high}


def _within(value: Any, low: float, high: float, path: str) -> int | float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise Refused("row_not_a_number", path, value=value)
    if not low <= value <= high:
        raise Refused("row_out_of_range", path, value=value, low=low, high=high)
    return int(value) if float(value).is_integer() else float(value)
