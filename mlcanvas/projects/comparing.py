"""Two states of a project, as people read them: “label: before → after”, and texts word by word.

The parts name their fields and values (`Part.names`, `Part.says`). What they do not name is shown by its key, so that
no change is left out.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from mlcanvas.domain.difference import Difference, difference
from mlcanvas.domain.numbers import spell
from mlcanvas.projects.models import JsonObject
from mlcanvas.projects.parts import Names, Part, Path, Says, parts

# From this length on, a text is compared by words.
LONG = 60


@dataclass(frozen=True, slots=True)
class Change:
    """One value that is not what it was. A long text has a `difference` and no `before` and `after`."""

    label: str
    before: str = ""
    after: str = ""
    difference: Difference | None = None


@dataclass(frozen=True, slots=True)
class PartChanges:
    """What changed in one part. Without `changes`, only the order of its rows did."""

    key: str
    label: str | Promise
    changes: tuple[Change, ...]


def compare(before: JsonObject, after: JsonObject) -> tuple[PartChanges, ...]:
    """What changed between two contents, part by part; parts that are the same are left out."""
    found = []
    for part in parts():
        old, new = before.get(part.key) or {}, after.get(part.key) or {}
        if old != new:
            found.append(PartChanges(part.key, part.label, tuple(_changes(part, old, new, (), ()))))
    return tuple(found)


def _changes(part: Part, old: Any, new: Any, path: Path, labels: tuple[str, ...]) -> Iterator[Change]:
    if old == new:
        return
    rows = _keyed(old), _keyed(new)
    if rows[0] is None or rows[1] is None:
        yield _change(part, old, new, path, labels)
        return
    for key in [*rows[1], *(key for key in rows[0] if key not in rows[1])]:
        one, other = rows[0].get(key), rows[1].get(key)
        here = (*path, key)
        named = (*labels, _name(part, here, other if other is not None else one))
        if _is_item(one, other):
            label = _label(named)
            yield Change(label, _described(part, one, here), _described(part, other, here))
        else:
            yield from _changes(part, one, other, here, named)


def _keyed(value: Any) -> dict[str, Any] | None:
    """What is inside by its key: an object, or a list of objects with keys or in their places. None for a value."""
    if value is None:
        return {}
    if isinstance(value, dict):
        return {str(key): inner for key, inner in value.items()}
    if isinstance(value, list) and all(isinstance(row, dict) for row in value):
        keys = [str(row.get("key", "")) for row in value]
        unique = all(keys) and max(Counter(keys).values(), default=0) <= 1
        names = keys if unique else [str(number) for number in range(1, len(value) + 1)]
        return dict(zip(names, value, strict=True))
    return None


def _is_item(one: Any, other: Any) -> bool:
    """Whether a whole row came or went: it is told in one sentence and not field by field."""
    row = other if one is None else one
    return (one is None) != (other is None) and isinstance(row, dict) and ("key" in row or len(row) > 1)


def _change(part: Part, old: Any, new: Any, path: Path, labels: tuple[str, ...]) -> Change:
    texts = [value for value in (old, new) if isinstance(value, str)]
    if texts and any("\n" in text or len(text) > LONG for text in texts):
        return Change(_label(labels), difference=difference(old or "", new or ""))
    return Change(_label(labels), _value(part, path, old), _value(part, path, new))


def _label(labels: tuple[str, ...]) -> str:
    return " · ".join(label for label in labels if label)


def _name(part: Part, path: Path, value: Any) -> str:
    """What the last step of `path` is called; nothing where the step before says enough."""
    named = part.names(path) if part.names else None
    if named is not None:
        return named
    own = _own_name(value)
    if own:
        return f"{path[-1]} {value[own]}" if own == "title" else str(value[own])
    return path[-1].replace("_", " ")


def _own_name(value: Any) -> str:
    """The field in which a row says its own name."""
    if not isinstance(value, dict):
        return ""
    return next((field for field in ("title", "name", "label") if value.get(field)), "")


def _value(part: Part, path: Path, value: Any) -> str:
    if value is None or value == "":
        return ""
    said = part.says(path, value) if part.says else None
    if said is not None:
        return said
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, (int, float)):
        return spell(value, decimal_comma=(get_language() or "en").startswith("pt"))
    if isinstance(value, str):
        return _date(value) or value
    return _described(part, value, path)


def _date(text: str) -> str:
    try:
        return formats.date_format(date.fromisoformat(text), "DATE_FORMAT") if len(text) == 10 else ""
    except ValueError:
        return ""


def _described(part: Part, value: Any, path: Path) -> str:
    """A whole row in one sentence: “Category: data; Likelihood: 3”."""
    inner = _keyed(value)
    if inner is None:
        return ", ".join(_value(part, path, item) for item in value) if isinstance(value, list) else str(value)
    said = []
    own = _own_name(value)
    for key, held in inner.items():
        if key == "key" or (key == own and len(inner) > 1):
            continue
        here = (*path, key)
        name, words = _name(part, here, held), _value(part, here, held)
        said.append(f"{name}: {words}" if name else words)
    return "; ".join(said)


def of_form(form: type[forms.Form]) -> tuple[Names, Says]:
    """Names and values of the fields of a form, for parts whose rows have the fields of a form."""

    def names(path: Path) -> str | None:
        field = form.base_fields.get(path[-1])
        return str(field.label) if field is not None and field.label else None

    def says(path: Path, value: Any) -> str | None:
        field = form.base_fields.get(path[-1])
        if not isinstance(field, forms.ChoiceField):
            return None
        found = dict(_flat(field.choices)).get(str(value))
        return None if found is None else found.partition(":")[0]

    return names, says


def _flat(choices: Any) -> Iterator[tuple[str, str]]:
    for key, label in choices:
        if isinstance(label, (list, tuple)):
            yield from _flat(label)
        else:
            yield str(key), str(label)
