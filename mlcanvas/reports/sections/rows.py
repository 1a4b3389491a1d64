"""What is listed under the blocks of the canvas: sources, features, outcomes, metrics to watch."""

from collections.abc import Mapping, Sequence
from typing import Any

from mlcanvas import catalog
from mlcanvas.domain.rows import Column as Asked
from mlcanvas.domain.rows import Kind, spell_interval
from mlcanvas.reports import reading as read
from mlcanvas.reports.blocks import Block, Cell, Column, Table
from mlcanvas.reports.reading import Json, Reading
from mlcanvas.reports.voice import SYMBOLS

# Words need more room than figures.
_WIDTHS = {"line": 4, "choice": 4, "row": 4, "amount": 3, "interval": 2, "number": 2}


def blocks(reading: Reading) -> list[Block]:
    """A table for each kind that has rows; a column that no row fills is left out."""
    return [
        _table(reading, kind, listed) for kind in catalog.row_kinds().values() if (listed := _listed(reading, kind.key))
    ]


def missing(reading: Reading) -> list[str]:  # noqa: ARG001
    """Nothing: a canvas is complete without lists, and what they lack is advice."""
    return []


def _listed(reading: Reading, kind: str) -> Sequence[Json]:
    return read.rows(reading.part("rows").get(kind))


def _table(reading: Reading, kind: Kind, listed: Sequence[Json]) -> Table:
    voice = reading.voice
    name, *others = kind.column
    # An owner stands under the name, as everywhere in the report.
    used = [column for column in others if column.key != "owner" and any(column.key in row for row in listed)]
    columns = (Column(voice.say(name.label), 5), *(Column(voice.say(c.brief), _WIDTHS[c.kind]) for c in used))
    table = tuple(
        (
            Cell(str(row.get(name.key, "")), note=str(row.get("owner", "")), strong=True),
            *(_cell(reading, column, row.get(column.key)) for column in used),
        )
        for row in listed
    )
    return Table(voice.say(kind.title), columns, table)


def _cell(reading: Reading, column: Asked, value: Any) -> Cell:
    voice = reading.voice
    if value is None:
        return Cell("–", muted=True)
    if column.kind == "choice":
        return Cell(next((voice.say(option.label) for option in column.options if option.key == value), str(value)))
    if column.kind == "row":
        names = {row.get("key"): str(row.get("name", "")) for row in _listed(reading, column.rows)}
        return Cell(names.get(value) or str(value))
    if column.kind == "amount":
        return _amount(reading, value)
    amount = read.number(value)
    if amount is None:
        return Cell(str(value))
    if column.kind == "interval":
        text = spell_interval(amount, decimal_comma=voice.portuguese) if amount else voice("rows.at_once")
        return Cell(text, value=amount)
    return Cell(f"{voice.exact(amount)} {voice.say(column.unit_of(amount))}".strip(), value=amount)


def _amount(reading: Reading, value: Any) -> Cell:
    voice = reading.voice
    symbol = SYMBOLS.get(voice.currency, voice.currency)
    if isinstance(value, Mapping):
        low, likely, high = (read.number(value.get(name)) or 0.0 for name in ("low", "likely", "high"))
        return Cell(
            f"{symbol}\u00a0{voice.exact(likely)}", note=f"{voice.exact(low)}–{voice.exact(high)}", value=likely
        )
    amount = read.number(value)
    return Cell(str(value)) if amount is None else Cell(f"{symbol}\u00a0{voice.exact(amount)}", value=amount)
