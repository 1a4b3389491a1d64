"""The scale and the rule that the registers of a workspace go by, and what another scale or rule would change."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from django.db.models import QuerySet

from mlcanvas import catalog
from mlcanvas.domain import rescaling, scale
from mlcanvas.domain import risk as rules
from mlcanvas.domain.canonical import canonical_json
from mlcanvas.domain.rescaling import Places, Rescaled
from mlcanvas.domain.risk import Rule, View
from mlcanvas.domain.scale import Band, Position, Scale
from mlcanvas.projects.memo import remembered
from mlcanvas.projects.models import Project
from mlcanvas.risks.models import FactorAnswer, RegisterScale, Risk, RiskChange, RiskRules
from mlcanvas.workspaces.models import Workspace

Size = tuple[int, int]

FIELDS: Mapping[View, tuple[str, str]] = {
    "inherent": ("likelihood", "severity"),
    "current": ("current_likelihood", "current_severity"),
    "target": ("residual_likelihood", "residual_severity"),
}
"""The two fields that hold the position of each view."""


@dataclass(frozen=True, slots=True)
class InForce:
    """How a workspace scores. `number` is that of its own scale, 0 while it goes by the catalogue's."""

    rule: Rule
    scale: Scale
    number: int = 0


@remembered
def in_force(workspace_id: int) -> InForce:
    """What counts in the workspace today."""
    row = RiskRules.objects.select_related("scale").filter(workspace=workspace_id).first()
    if row is None:
        return InForce(rules.DEFAULT_RULE, catalog.risk_matrix().scale)
    return InForce(cast("Rule", row.mixed), scale_of(row.scale), row.scale_id or 0)


def scale_of(row: RegisterScale | None) -> Scale:
    """The scale that a row holds; that of the catalogue for none."""
    return catalog.risk_matrix().scale if row is None else _built(row.definition)


@lru_cache(maxsize=64)
def _built(definition: str) -> Scale:
    return scale.build(json.loads(definition))


def definition_of(wanted: Scale) -> str:
    """A scale as it is stored; empty for one that says the same as the catalogue's."""
    written = canonical_json(scale.written(wanted))
    return "" if written == canonical_json(scale.written(catalog.risk_matrix().scale)) else written


def earlier(workspace: Workspace) -> list[RegisterScale]:
    """The scales that the workspace has had of its own, the newest first, the one in force among them."""
    return list(RegisterScale.objects.filter(workspace=workspace).select_related("by").order_by("-pk"))


# ---- what another scale would change --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Move:
    """A risk on the old scale and on the new one. `back` says that it returns to where it stood on that scale."""

    risk: Risk
    before: Places
    after: Rescaled
    bands: tuple[Band, Band]
    back: bool = False

    @property
    def changed(self) -> bool:
        """Whether it is in a band of another colour today: that is what a reader of the picture notices."""
        return self.bands[0].tone != self.bands[1].tone


@dataclass(frozen=True, slots=True)
class Preview:
    """All risks of a workspace on another scale. Deleted ones move too, so that each can be put back."""

    moves: Sequence[Move]

    @property
    def standing(self) -> list[Move]:
        """The risks that are in a register today."""
        return [move for move in self.moves if move.risk.deleted_at is None]

    @property
    def worse(self) -> list[Move]:
        """Those that a worse band awaits."""
        return [move for move in self.standing if move.bands[1].tone > move.bands[0].tone]

    @property
    def better(self) -> list[Move]:
        """Those that a milder band awaits."""
        return [move for move in self.standing if move.bands[1].tone < move.bands[0].tone]

    @property
    def lowered(self) -> list[Move]:
        """Those of which a place had to be lowered to stay within the inherent score."""
        return [move for move in self.standing if move.after.lowered]

    @property
    def back(self) -> int:
        """How many return to where they stood."""
        return sum(1 for move in self.standing if move.back)


def preview(workspace: Workspace, wanted: Scale, mapping: rescaling.Mapping, *, remembered: bool) -> Preview:
    """Where every risk of the workspace would stand. With `remembered`, a risk that stood on a scale of this size and
    that nobody has moved since returns to exactly where it was."""
    now = in_force(workspace.pk).scale
    found = Risk.objects.filter(project__workspace=workspace).select_related("project")
    risks = list(found.defer("cause", "event", "effect", "mitigation", "links").order_by("project__name", "pk"))
    kept = memory(workspace, now, wanted) if remembered else {}
    return Preview([_move(risk, kept.get((risk.project_id, risk.key)), now, wanted, mapping) for risk in risks])


def _move(risk: Risk, kept: Places | None, now: Scale, wanted: Scale, mapping: rescaling.Mapping) -> Move:
    before = places(risk)
    if risk.deleted_at is not None:
        kept = None
    after = rescaling.rescaled(before, mapping) if kept is None else Rescaled(kept)
    today = (before.current or before.inherent).score, (after.places.current or after.places.inherent).score
    return Move(risk, before, after, (now.band(today[0]), wanted.band(today[1])), back=kept is not None)


def places(row: Risk | RiskChange) -> Places:
    """Where a risk stands, as it is stored."""
    found = {}
    for view, names in FIELDS.items():
        likelihood, severity = (getattr(row, name) for name in names)
        found[view] = None if likelihood is None else Position(likelihood, severity)
    return Places(cast("Position", found["inherent"]), found["current"], found["target"])


def fields_of(where: Places) -> dict[str, int | None]:
    """Where a risk stands, as its fields say it."""
    values: dict[str, int | None] = {}
    for view, (likelihood, severity) in FIELDS.items():
        place: Position | None = getattr(where, view)
        values |= {likelihood: place.likelihood if place else None, severity: place.severity if place else None}
    return values


def put(risk: Risk, where: Places) -> Risk:
    """The risk with its fields saying `where`; nothing is stored."""
    for name, value in fields_of(where).items():
        setattr(risk, name, value)
    return risk


def memory(workspace: Workspace, now: Scale, wanted: Scale) -> dict[tuple[int, str], Places]:
    """Where risks stood when the register had a scale of the size of `wanted`, by project and key: those that nobody
    has moved since."""
    if now.size == wanted.size:
        return {}
    return stood(workspace.pk, RiskChange.objects.filter(project__workspace=workspace), wanted.size)


def stood(workspace_id: int, changes: QuerySet[RiskChange], size: Size) -> dict[tuple[int, str], Places]:
    """The last places on a scale of this size among `changes`, by project and key: of the risks that nobody has moved
    since, on whatever scale."""
    scales = RegisterScale.objects.filter(workspace=workspace_id)
    sizes: dict[int | None, Size] = {row.pk: scale_of(row).size for row in scales}
    sizes[None] = catalog.risk_matrix().scale.size
    if size not in sizes.values():
        return {}
    history: dict[tuple[int, str], list[RiskChange]] = defaultdict(list)
    for row in changes.order_by("pk"):
        history[row.project_id, row.key].append(row)
    found = {key: _stood(rows, sizes, size) for key, rows in history.items()}
    return {key: kept for key, kept in found.items() if kept is not None}


def _stood(rows: Sequence[RiskChange], sizes: Mapping[int | None, Size], size: Size) -> Places | None:
    """The last place on a scale of this size, None where somebody moved the risk on another scale since."""
    for row, before in zip(reversed(rows), (*reversed(rows[:-1]), None), strict=True):
        if sizes[row.scale_id] == size:
            return places(row)
        if before is None or before.removed:
            return None
        # From one scale to another a risk was carried over; on one scale it was moved by somebody.
        if before.scale_id == row.scale_id and places(before) != places(row):
            return None
    return None


# ---- what another rule would change ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Retiered:
    """A project that the other rule puts into another cell of the table. A tier is None while an answer is missing."""

    project: Project
    before: int | None
    after: int | None


def retiered(workspace: Workspace, before: Rule, after: Rule) -> list[Retiered]:
    """The projects that the other rule puts elsewhere, in the order of their names."""
    matrix = catalog.risk_matrix()
    keys = [factor.key for factor in matrix.factors]
    answers: dict[int, dict[str, str]] = defaultdict(dict)
    rows = FactorAnswer.objects.filter(project__workspace=workspace, factor__in=keys)
    for number, factor, level in rows.values_list("project", "factor", "level"):
        answers[number][factor] = level
    found = []
    for project in Project.objects.filter(workspace=workspace).order_by("name", "pk"):
        old, new = (rules.place(matrix, answers[project.pk], rule) for rule in (before, after))
        if (old.risk_level, old.severity_level) != (new.risk_level, new.severity_level):
            found.append(Retiered(project, old.tier, new.tier))
    return found
