"""The rows as content: what the project file and a revision hold of them."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from mlcanvas import catalog
from mlcanvas.accounts.models import User
from mlcanvas.domain.refusal import Refused
from mlcanvas.domain.rows import AMOUNT, MOST_MONEY, Column, Kind, accept_row, limits
from mlcanvas.projects.models import JsonObject, Project, Row
from mlcanvas.projects.parts import Part
from mlcanvas.projects.rows import selectors
from mlcanvas.projects.rows.actions import MOST

_KEY: JsonObject = {"type": "string", "pattern": "^[-A-Za-z0-9_]{1,60}$(?!\\n)"}


def _schema() -> JsonObject:
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            kind.key: {"type": "array", "items": _row_schema(kind), "maxItems": MOST}
            for kind in catalog.row_kinds().values()
        },
    }


def _row_schema(kind: Kind) -> JsonObject:
    name = kind.column[0]
    return {
        "type": "object",
        "required": ["key", name.key],
        "additionalProperties": False,
        "properties": {
            "key": _KEY,
            **{column.key: _column_schema(column) for column in kind.column},
            name.key: {**_column_schema(name), "minLength": 1},
        },
    }


def _column_schema(column: Column) -> JsonObject:
    if column.kind == "line":
        return {"type": "string", "maxLength": column.limit}
    if column.kind == "choice":
        return {"enum": [option.key for option in column.options]}
    if column.kind == "row":
        return _KEY
    if column.kind == "amount":
        money: JsonObject = {"type": "number", "minimum": 0, "maximum": MOST_MONEY}
        amounts = {
            "type": "object",
            "required": list(AMOUNT),
            "additionalProperties": False,
            "properties": dict.fromkeys(AMOUNT, money),
        }
        return {"anyOf": [money, amounts]}
    low, high = limits(column)
    return {"type": "number", "minimum": low, "maximum": high}


def _read(project: Project) -> JsonObject:
    found = selectors.rows(project)
    return {kind: [{"key": row.key, **row.values} for row in listed] for kind, listed in found.items() if listed}


def _write(project: Project, content: JsonObject, by: User | None) -> None:
    # What was removed before stays removed and can still be put back.
    Row.objects.of(project).delete()
    rows = []
    for kind in catalog.row_kinds().values():
        seen: set[str] = set()
        for place, values in enumerate(content.get(kind.key, [])):
            path = f"rows.{kind.key}[{place}]"
            key = values["key"]
            if key in seen:
                raise Refused("row_key_twice", f"{path}.key", key=key)
            seen.add(key)
            stored = _accepted(kind, {name: value for name, value in values.items() if name != "key"}, path)
            rows.append(Row(project=project, kind=kind.key, key=key, place=place + 1, values=stored, by=by))
    Row.objects.bulk_create(rows)


def _accepted(kind: Kind, values: dict[str, Any], path: str) -> dict[str, Any]:
    try:
        return accept_row(kind, values)
    except Refused as refused:
        raise Refused(refused.code, f"{path}.{refused.path}", **refused.values) from refused


def _results(project: Project) -> JsonObject:  # noqa: ARG001
    """Only which definitions the rows were written under: nothing is computed from them here."""
    return {"definition_version": catalog.rows_version()}


ROWS = Part("rows", _("Lists"), 35, _schema, _read, _write, _results)
