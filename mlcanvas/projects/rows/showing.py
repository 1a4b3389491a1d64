"""The rows as pages show them: each value in the reader's words."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from mlcanvas.domain.rows import Column, spell_interval
from mlcanvas.web.sentences import here
from mlcanvas.web.templatetags.mlcanvas import SYMBOLS, number

Names = Mapping[str, Mapping[str, str]]
"""By kind of row, the name of each row by its key."""


def said(column: Column, value: Any, names: Names, currency: str) -> str:
    """A value as a reader would write it, a dash where there is none. `names` are those of the rows it may refer to."""
    if value in (None, ""):
        return "–"
    if column.kind == "choice":
        return next((here(option.label) for option in column.options if option.key == value), str(value))
    if column.kind == "interval":
        comma = (get_language() or "en").startswith("pt")
        return spell_interval(value, decimal_comma=comma).replace(" ", "\u00a0") if value else _("at once")
    if column.kind == "amount":
        symbol = SYMBOLS.get(currency, currency)
        if isinstance(value, Mapping):
            ends = f"{number(value['low'], 2)}–{number(value['high'], 2)}"
            return f"{symbol}\u00a0{number(value['likely'], 2)} ({ends})"
        return f"{symbol}\u00a0{number(value, 2)}"
    if column.kind == "row":
        return names.get(column.rows, {}).get(value, str(value))
    if column.kind == "number":
        unit = column.unit_of(value)
        return f"{number(value)}\u00a0{here(unit)}" if unit else number(value)
    return str(value)
