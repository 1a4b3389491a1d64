"""What others may ask about risk and impact."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.db.models import Count
from django.utils import timezone

from mlcanvas import catalog
from mlcanvas.domain import risk as rules
from mlcanvas.domain.risk import Placed, Positions, Standing, Suggestion
from mlcanvas.domain.scale import Band, Position, Scale
from mlcanvas.projects import selectors as projects
from mlcanvas.projects.memo import remembered
from mlcanvas.projects.models import Project
from mlcanvas.risks.legal import selectors as legal
from mlcanvas.risks.models import Declined, FactorAnswer, Risk, RiskChange
from mlcanvas.risks.scales.selectors import InForce, in_force, scale_of, stood
from mlcanvas.workspaces.models import Membership

PLACED = (
    "title",
    "category",
    "status",
    "likelihood",
    "severity",
    "current_likelihood",
    "current_severity",
    "residual_likelihood",
    "residual_severity",
)
"""What is kept of a risk with each change: enough for its place and state at any moment."""


@dataclass(frozen=True)
class Registered:
    """A risk of the register with its positions and bands."""

    row: Risk
    where: Positions
    scale: Scale

    @property
    def key(self) -> str:
        """R01 or P01."""
        return self.row.key

    @property
    def open(self) -> bool:
        """Whether it still counts."""
        return self.row.status == Risk.Status.OPEN

    @cached_property
    def inherent_band(self) -> Band:
        """The band before any measure."""
        return self.scale.band(self.where.inherent.score)

    @cached_property
    def band(self) -> Band:
        """The band today."""
        return self.scale.band(self.where.current.score)

    @cached_property
    def target_band(self) -> Band | None:
        """The band that is aimed at."""
        target = self.where.target
        return None if target is None else self.scale.band(target.score)

    @property
    def accepted(self) -> bool:
        """Whether somebody said to live with it, be that over or not."""
        return self.row.accepted_until is not None

    @property
    def expired(self) -> bool:
        """Whether it counts, and living with it was agreed until a day that is past."""
        return self.open and self.row.accepted_until is not None and self.row.accepted_until < timezone.localdate()

    @property
    def cared(self) -> rules.Cared:
        """What readiness asks."""
        return rules.Cared(
            serious=self.band.serious,
            owned=bool(self.row.owner),
            answered=bool(self.row.mitigation.strip()) or (self.row.treatment == "accept" and not self.expired),
        )


@dataclass(frozen=True)
class Picture:
    """All that the project says about risk and impact, and how its workspace scores it."""

    matrix_answers: dict[str, str]
    factor_answers: dict[str, int]
    facts: dict[str, Any]
    register: tuple[Registered, ...]
    authors: dict[str, FactorAnswer]
    declined: dict[str, Declined]
    by: InForce
    legal_answers: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @cached_property
    def placed(self) -> Placed:
        """The project in the 3 × 3 table."""
        return rules.place(catalog.risk_matrix(), self.matrix_answers, self.by.rule)

    @cached_property
    def scores(self) -> Standing:
        """Value, feasibility, quadrant."""
        return rules.standing(catalog.risk_matrix(), self.matrix_answers, self.factor_answers, self.facts)

    @cached_property
    def open_risks(self) -> tuple[Registered, ...]:
        """The risks that count."""
        return tuple(risk for risk in self.register if risk.open)

    @cached_property
    def suggestions(self) -> tuple[Suggestion, ...]:
        """Starter risks that the answers call for, that are not in the register, and that nobody said no to."""
        present = {risk.row.library for risk in self.register} | {risk.key for risk in self.register} | {*self.declined}
        return rules.suggestions(catalog.risk_library(), {**self.facts, **self.matrix_answers}, present)

    @cached_property
    def expired(self) -> tuple[Registered, ...]:
        """The risks that were accepted until a day that is past."""
        return tuple(risk for risk in self.open_risks if risk.expired)

    @property
    def ratio(self) -> float:
        """Current over inherent scores of the open risks; 1 for none."""
        return rules.risk_ratio(risk.where for risk in self.open_risks)

    @property
    def readiness(self) -> int:
        """0 to 100."""
        return rules.readiness(
            self.placed, self.scores, (risk.cared for risk in self.open_risks), registered=len(self.register)
        )

    def heat_map(self, view: rules.View = "current") -> rules.HeatMap:
        """The open risks in the cells of the scale."""
        return heat_map(self.by.scale, self.open_risks, view)


def heat_map(scale: Scale, risks: Iterable[Registered], view: rules.View = "current") -> rules.HeatMap:
    """These risks in the cells of the scale."""
    return rules.heat_map(scale, ((risk.key, risk.where) for risk in risks), view)


def picture(project: Project) -> Picture:
    """Everything, for the page, the summary and the snapshot."""
    rows = tuple(FactorAnswer.objects.filter(project=project))
    authors = {row.factor: row for row in rows if not legal.is_legal(row.factor)}
    matrix = {factor.key for factor in catalog.risk_matrix().factors}
    by = in_force(project.workspace_id)
    return Picture(
        matrix_answers={key: row.level for key, row in authors.items() if key in matrix},
        factor_answers={key: int(row.level) for key, row in authors.items() if key not in matrix},
        facts=projects.facts(project),
        register=register(project, by.scale),
        authors=authors,
        declined={row.risk: row for row in Declined.objects.filter(project=project).select_related("by")},
        by=by,
        legal_answers=legal.read((row.factor, row.level) for row in rows),
    )


def moments(project: Project) -> int:
    """How often the register changed. A moment keeps its number, the first being 1: rows are only ever added."""
    counted = RiskChange.objects.filter(project=project).aggregate(moments=Count("at", distinct=True))
    return int(counted["moments"])


def moment(project: Project, number: int) -> datetime:
    """When that was. Raises IndexError for a number below 1 or above `moments`."""
    return RiskChange.objects.filter(project=project).order_by("at").values_list("at", flat=True).distinct()[number - 1]


def register_at(project: Project, moment: datetime) -> tuple[Scale, tuple[Registered, ...]]:
    """The register as it stood then, on the scale of then, in the order of its keys: places and state, without texts,
    owners and dates."""
    changes = list(RiskChange.objects.as_of(project, moment).select_related("scale"))
    scale = scale_of(max(changes, key=lambda change: change.pk).scale if changes else None)
    rows = [
        Risk(project=project, **{name: getattr(change, name) for name in ("key", *PLACED)})
        for change in changes
        if not change.removed
    ]
    return scale, registered(rows, scale)


def unmoved_since(project: Project, scale: Scale) -> set[str]:
    """The keys of the risks that nobody has moved since the register stood on this scale, though it may stand on
    another one now."""
    changes = RiskChange.objects.filter(project=project)
    return {key for _project, key in stood(project.workspace_id, changes, scale.size)}


def removed_last(project: Project) -> list[str]:
    """The keys of the risks that the last change took out of the register."""
    last = RiskChange.objects.filter(project=project).order_by("-at").values("at")[:1]
    return list(RiskChange.objects.filter(project=project, removed=True, at__in=last).values_list("key", flat=True))


def scale(project: Project) -> Scale:
    """The scale that the register of the project stands on."""
    return in_force(project.workspace_id).scale


def register(project: Project, scale: Scale | None = None) -> tuple[Registered, ...]:
    """The register in the order of its keys, open and closed, on the scale of the workspace."""
    return registered(_short_risks(project), scale or in_force(project.workspace_id).scale)


@remembered
def _short_risks(project: Project) -> tuple[Risk, ...]:
    return tuple(Risk.objects.of(project).defer("cause", "event", "effect"))


def registered(rows: Iterable[Risk], scale: Scale) -> tuple[Registered, ...]:
    """These risks on a scale, in the order of their keys."""
    return tuple(Registered(row, where(row), scale) for row in sorted(rows, key=in_order))


def in_order(row: Risk) -> tuple[str, int]:
    """R02 before R10 before P01."""
    return ("0" if row.key.startswith("R") else row.key[:1], int(row.key[1:]))


def where(row: Risk) -> Positions:
    """The positions of a stored risk, which were checked when it was stored."""
    inherent = Position(row.likelihood, row.severity)
    current = _position(row.current_likelihood, row.current_severity)
    return Positions(inherent, current or inherent, _position(row.residual_likelihood, row.residual_severity))


def _position(likelihood: int | None, severity: int | None) -> Position | None:
    return None if likelihood is None or severity is None else Position(likelihood, severity)


def due_soonest(risks: Iterable[Registered]) -> list[Registered]:
    """The open risks that have a date, the first due first."""
    return sorted((risk for risk in risks if risk.open and risk.row.due), key=lambda risk: risk.row.due or date.max)


def people(project: Project) -> list[str]:
    """The names of the workspace's members, offered as owners."""
    members = Membership.objects.filter(workspace=project.workspace_id).select_related("user")
    return sorted(str(member.user) for member in members)
