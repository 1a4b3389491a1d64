"""Answers that matter to several parts and are asked once: what each may hold."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from mlcanvas.domain.refusal import Refused
from mlcanvas.domain.text import Text
from mlcanvas.domain.writing import clean

LINE = 200
"""Characters that a text may have."""


@dataclass(frozen=True, slots=True)
class Option:
    """One value that a choice may take."""

    key: str
    label: Text


@dataclass(frozen=True, slots=True)
class FactDefinition:
    """What a fact is called, what it may hold, and who knows it.

    `home` is the part on whose page a person answers it, or whose action writes it when `derived`. A number is in
    `unit` and lies between `minimum` and `maximum`, both included. A record holds exactly the `fields` named here,
    each a text or a number. A text is one line of up to `LINE` characters.
    """

    key: str
    kind: Literal["choice", "number", "record", "text"]
    home: Literal["scope", "canvas", "risks", "costs", "baselines", "tracker", "reviews"]
    label: Text
    hint: Text
    options: tuple[Option, ...] = ()
    unit: Text | None = None
    minimum: float | None = None
    maximum: float | None = None
    fields: tuple[str, ...] = ()
    derived: bool = False

    def option(self, key: str) -> Option:
        """The option `key`. Raises KeyError for an unknown one."""
        for option in self.options:
            if option.key == key:
                return option
        raise KeyError(key)


@dataclass(frozen=True, slots=True)
class FactsFile:
    """The content of `facts.toml`."""

    fact: tuple[FactDefinition, ...]


def accept(definitions: Mapping[str, FactDefinition], key: str, value: Any) -> Any:
    """`value` as it may be stored under `key`; whole numbers become integers.

    Raises Refused with `fact_unknown`, `fact_not_a_choice`, `fact_not_a_number`, `fact_out_of_range`,
    `fact_not_a_record`, `fact_not_a_text`, or as `writing.clean` does; its path is `facts.<key>`.
    """
    path = f"facts.{key}"
    definition = definitions.get(key)
    if definition is None:
        raise Refused("fact_unknown", path, key=key)
    if definition.kind == "choice":
        known = [option.key for option in definition.options]
        if not isinstance(value, str) or value not in known:
            raise Refused("fact_not_a_choice", path, value=value, known=", ".join(known))
        return value
    if definition.kind == "number":
        return _number(definition, value, path)
    if definition.kind == "text":
        return _text(value, path)
    return _record(definition, value, path)


def _finite(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _number(definition: FactDefinition, value: Any, path: str) -> int | float:
    if not _finite(value):
        raise Refused("fact_not_a_number", path, value=value)
    below = definition.minimum is not None and value < definition.minimum
    above = definition.maximum is not None and value > definition.maximum
    if below or above:
        raise Refused("fact_out_of_range", path, value=value, minimum=definition.minimum, maximum=definition.maximum)
    return int(value) if float(value).is_integer() else float(value)


def _text(value: Any, path: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise Refused("fact_not_a_text", path)
    try:
        return " ".join(clean(value, limit=LINE).split())
    except Refused as refused:
        raise Refused(refused.code, path, **refused.values) from refused


def _record(definition: FactDefinition, value: Any, path: str) -> dict[str, str | int | float]:
    if not isinstance(value, dict) or sorted(value) != sorted(definition.fields):
        raise Refused("fact_not_a_record", path, fields=", ".join(definition.fields))
    if not all(isinstance(held, str) or _finite(held) for held in value.values()):
        raise Refused("fact_not_a_record", path, fields=", ".join(definition.fields))
    return dict(value)
