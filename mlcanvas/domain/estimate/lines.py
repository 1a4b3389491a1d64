"""A table of cost lines, as people keep it in a spreadsheet: name, low, likely, high."""

import csv
import io
from collections.abc import Mapping

from mlcanvas.domain import numbers
from mlcanvas.domain.estimate.ranges import Triple
from mlcanvas.domain.estimate.simulation import Limits
from mlcanvas.domain.refusal import Refused

COLUMNS = ("name", "low", "likely", "high")


def read_lines(text: str) -> list[Limits]:
    """The lines of a CSV text with a header row, separated by comma or semicolon; numbers have a decimal point.

    Low, likely and high are the bounds of the distribution themselves, not percentiles. Raises Refused whose path is
    `line <number in the file>`: `cost_csv_header`, `cost_csv_columns`, `cost_csv_name`, `cost_not_a_number`,
    `cost_negative`, `range_order`, `cost_line_twice`, `cost_no_lines`.
    """
    text = text.removeprefix("\ufeff")
    first = text.partition("\n")[0]
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=";" if ";" in first else ",", restkey="extra")
    header = [name.strip().lower() for name in reader.fieldnames or ()]
    if sorted(header) != sorted(COLUMNS):
        raise Refused("cost_csv_header", "line 1")
    reader.fieldnames = header
    lines: dict[str, Limits] = {}
    for row in reader:
        path = f"line {reader.line_num}"
        line = _line(row, path)
        if line.key in lines:
            raise Refused("cost_line_twice", path, name=line.key)
        lines[line.key] = line
    if not lines:
        raise Refused("cost_no_lines", "line 1")
    return list(lines.values())


def _line(row: Mapping[str, object], path: str) -> Limits:
    cells = [row.get(name) for name in COLUMNS]
    if "extra" in row or not all(isinstance(cell, str) for cell in cells):
        raise Refused("cost_csv_columns", path)
    name, *figures = (str(cell).strip() for cell in cells)
    if not name:
        raise Refused("cost_csv_name", path)
    try:
        low, likely, high = (numbers.parse(figure, decimal_comma=False) for figure in figures)
    except Refused as refused:
        raise Refused("cost_not_a_number", path) from refused
    if min(low, likely, high) < 0:
        raise Refused("cost_negative", path)
    try:
        return Limits(name, Triple(low, likely, high))
    except Refused as refused:
        raise Refused(refused.code, path, **refused.values) from refused
