"""What a project lists under the blocks of its canvas, from `rows.toml`."""

from collections import Counter
from functools import cache

from mlcanvas.catalog.canvas import canvas_templates
from mlcanvas.catalog.facts import facts
from mlcanvas.catalog.reading import Mistake, read
from mlcanvas.domain.rows import Column, Kind, RowsFile

_FILE = "rows.toml"


@cache
def row_kinds() -> dict[str, Kind]:
    """Every kind of row by its key, in the order of the file. Raises Mistake for one that contradicts itself."""
    kinds = read(_FILE, RowsFile).kind
    blocks = {key for template in canvas_templates().values() for key in template.blocks}
    check(kinds, blocks)
    return {kind.key: kind for kind in kinds}


def rows_version() -> int:
    """The version of the definitions, kept in revisions."""
    return read(_FILE, RowsFile).version


def check(kinds: tuple[Kind, ...], blocks: set[str]) -> None:
    """What the types of the definition cannot say. Raises Mistake: doubles, unknown blocks, facts, kinds."""
    for name, found in (("key", [kind.key for kind in kinds]), ("prefix", [kind.prefix for kind in kinds])):
        for value, count in Counter(found).items():
            if count > 1:
                raise Mistake(f"{_FILE}: {name} {value!r}: two kinds have it")
    for kind in kinds:
        place = f"{_FILE}: {kind.key}"
        if kind.block not in blocks:
            raise Mistake(f"{place}: block: no canvas template has a block {kind.block!r}")
        if len(kind.columns) != len(kind.column):
            raise Mistake(f"{place}: a column is defined twice")
        if not kind.column or kind.column[0].kind != "line":
            raise Mistake(f"{place}: the first column is the name, and a line")
        for column in kind.column:
            _check_column(column, f"{place}.{column.key}", {other.key for other in kinds})


def _check_column(column: Column, place: str, kinds: set[str]) -> None:
    if (column.kind == "choice") != bool(column.options):
        raise Mistake(f"{place}: options belong to a choice, and a choice needs them")
    if len({option.key for option in column.options}) != len(column.options):
        raise Mistake(f"{place}: an option is defined twice")
    if (column.kind == "row") != bool(column.rows):
        raise Mistake(f"{place}: rows belong to a column of rows, and it needs them")
    if column.rows and column.rows not in kinds:
        raise Mistake(f"{place}: names unknown rows {column.rows!r}")
    if column.answers:
        fact = facts().get(column.answers)
        if fact is None or fact.derived:
            raise Mistake(f"{place}: answers unknown fact {column.answers!r}")
        if {option.key for option in column.options} - {option.key for option in fact.options}:
            raise Mistake(f"{place}: has an option that the fact {column.answers!r} does not have")
