"""Which projects somebody looks at and how, as the address says it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q

from mlcanvas import catalog
from mlcanvas.charts.portfolio import WHOLE, Window
from mlcanvas.domain.lifecycle import StageKey
from mlcanvas.domain.tags import fold
from mlcanvas.projects.models import ProjectQuerySet

SHAPES = ("list", "cards", "chart")
"""The ways to look at the same projects."""

NONE = "none"
"""In the address: the projects that have no owner, tier, place."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address asks for. Everything is optional; what nobody could have meant is as if it were not there."""

    shape: str = "list"
    text: str = ""
    workspace: str = ""
    stage: str = ""
    # `none`, the primary key of a person, or `=` and the name of somebody without an account in the workspace.
    owner: str = ""
    tag: str = ""
    tier: str = ""
    quadrant: str = ""
    # `3x2`: risk 3, severity 2
    cell: str = ""
    value: Window = WHOLE
    feasibility: Window = WHOLE

    @property
    def narrow(self) -> bool:
        """Whether any project is left out."""
        return replace(self, shape="list") != Filters()

    def words(self) -> list[tuple[str, str]]:
        """The filters by their names in the address; those that say nothing are left out."""
        found = [(_NAMES.get(field.name, field.name), _spell(getattr(self, field.name))) for field in fields(self)]
        return [(name, word) for name, word in found if word and (name, word) != ("as", "list")]

    def address(self, **changes: Any) -> str:
        """The address of the portfolio with these filters and `changes`."""
        query = urlencode(replace(self, **changes).words())
        return f"/?{query}" if query else "/"


# The names in the address, where a field is called otherwise.
_NAMES: Mapping[str, str] = {"shape": "as", "text": "q"}


def _spell(value: str | Window) -> str:
    if isinstance(value, str):
        return value
    return "" if value == WHOLE else f"{value.low:g}-{value.high:g}"


def read(given: Mapping[str, str]) -> Filters:
    """The filters that an address asks for. Raises nothing: what it does not understand it leaves out."""

    def line(name: str, limit: int = 100) -> str:
        text = "".join(letter for letter in given.get(name, "") if letter != "\x00" and not _is_surrogate(letter))
        return " ".join(text.split())[:limit]

    def one_of(name: str, pattern: str) -> str:
        word = line(name)
        return word if re.fullmatch(pattern, word) else ""

    shape = line("as")
    keys = "|".join(corner.key for corner in catalog.risk_matrix().quadrants)
    owner = line("owner", 260)
    return Filters(
        shape=shape if shape in SHAPES else "list",
        text=line("q"),
        workspace=one_of("workspace", "[-a-zA-Z0-9_]+"),
        stage=one_of("stage", "|".join(StageKey)),
        owner=owner if re.fullmatch(rf"{NONE}|[0-9]{{1,18}}|=.+", owner) else "",
        tag=line("tag"),
        tier=one_of("tier", f"[1-5]|{NONE}"),
        quadrant=one_of("quadrant", f"{keys}|{NONE}"),
        cell=one_of("cell", f"[1-3]x[1-3]|{NONE}"),
        value=_window(line("value")),
        feasibility=_window(line("feasibility")),
    )


def _is_surrogate(letter: str) -> bool:
    return "\ud800" <= letter <= "\udfff"


def _window(text: str) -> Window:
    found = re.fullmatch(r"(\d{1,3})-(\d{1,3})", text, re.ASCII)
    if found is None:
        return WHOLE
    low, high = int(found[1]), int(found[2])
    return Window(low, high) if low <= high <= WHOLE.high else WHOLE


def narrowed(rows: ProjectQuerySet, wanted: Filters) -> ProjectQuerySet:
    """The projects among `rows` that the filters ask for."""
    if wanted.text:
        rows = rows.filter(name__icontains=wanted.text)
    if wanted.workspace:
        rows = rows.filter(workspace__slug=wanted.workspace)
    rows = _owned(rows, wanted.owner)
    if wanted.tag:
        rows = rows.filter(tags__folded=fold(wanted.tag))
    if wanted.stage:
        rows = rows.filter(summary__stage=wanted.stage)
    if wanted.tier:
        rows = rows.filter(summary__tier=None if wanted.tier == NONE else int(wanted.tier))
    for name, window in (("value", wanted.value), ("feasibility", wanted.feasibility)):
        if window != WHOLE:
            rows = rows.filter(**{f"summary__{name}__range": (window.low, window.high)})
    return _in_cell(_in_quadrant(rows, wanted.quadrant), wanted.cell)


def _owned(rows: ProjectQuerySet, owner: str) -> ProjectQuerySet:
    if owner == NONE:
        return rows.filter(owner_name="")
    if owner.startswith("="):
        return rows.filter(owner=None, owner_name=owner[1:])
    return rows.filter(owner=int(owner)) if owner else rows


def _in_quadrant(rows: ProjectQuerySet, key: str) -> ProjectQuerySet:
    if key == NONE:
        return rows.filter(Q(summary__value=None) | Q(summary__feasibility=None))
    if not key:
        return rows
    matrix = catalog.risk_matrix()
    quadrant = matrix.quadrant(key)
    sides = {"value": quadrant.valuable, "feasibility": quadrant.feasible}
    # A score at the threshold counts as high, as in `domain.risk.quadrant_of`.
    return rows.filter(
        **{f"summary__{name}__{'gte' if high else 'lt'}": matrix.threshold for name, high in sides.items()}
    )


def _in_cell(rows: ProjectQuerySet, cell: str) -> ProjectQuerySet:
    if cell == NONE:
        return rows.filter(Q(summary__tier=None) | Q(summary__severity=None))
    if not cell:
        return rows
    risk, severity = (int(level) for level in cell.split("x"))
    return rows.filter(summary__severity=severity, summary__tier=risk + severity - 1)
