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
from mlcanvas.domain.risk import Band, Placed, Positions, Standing, Suggestion
from mlcanvas.projects import selectors as projects
from mlcanvas.projects.models import Project
from mlcanvas.risks.legal import selectors as legal
from mlcanvas.risks.models import Declined, FactorAnswer, Risk, RiskChange
from mlcanvas.workspaces.models import Membership

# The band from which a risk is serious: it needs an owner and an answer before the part is ready.
SERIOUS_FROM = 10

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
        return catalog.risk_matrix().scale.band(self.where.inherent.score)

    @cached_property
    def band(self) -> Band:
        """The band today."""
        return catalog.risk_matrix().scale.band(self.where.current.score)

    @cached_property
    def target_band(self) -> Band | None:
        """The band that is aimed at."""
        target = self.where.target
        return None if target is None else catalog.risk_matrix().scale.band(target.score)

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
            serious=self.where.current.score >= SERIOUS_FROM,
            owned=bool(self.row.owner),
            answered=bool(self.row.mitigation.strip()) or (self.row.treatment == "accept" and not self.expired),
        )


@dataclass(frozen=True)
class Picture:
    """All that the project says about risk and impact, read in four queries."""

    matrix_answers: dict[str, str]
    factor_answers: dict[str, int]
    facts: dict[str, Any]
    register: tuple[Registered, ...]
    authors: dict[str, FactorAnswer]
    declined: dict[str, Declined]
    legal_answers: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @cached_property
    def placed(self) -> Placed:
        """The project in the 3 × 3 table."""
        return rules.place(catalog.risk_matrix(), self.matrix_answers)

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
        return heat_map(self.open_risks, view)


def heat_map(risks: Iterable[Registered], view: rules.View = "current") -> rules.HeatMap:
    """These risks in the cells of the scale."""
    return rules.heat_map(catalog.risk_matrix().scale, ((risk.key, risk.where) for risk in risks), view)


def picture(project: Project) -> Picture:
    """Everything, for the page, the summary and the snapshot."""
    rows = tuple(FactorAnswer.objects.filter(project=project))
    authors = {row.factor: row for row in rows if not legal.is_legal(row.factor)}
    matrix = {factor.key for factor in catalog.risk_matrix().factors}
    return Picture(
        matrix_answers={key: row.level for key, row in authors.items() if key in matrix},
        factor_answers={key: int(row.level) for key, row in authors.items() if key not in matrix},
        facts=projects.facts(project),
        register=register(project),
        authors=authors,
        declined={row.risk: row for row in Declined.objects.filter(project=project).select_related("by")},
        legal_answers=legal.read((row.factor, row.level) for row in rows),
    )


def moments(project: Project) -> int:
    """How often the register changed. A moment keeps its number, the first being 1: rows are only ever added."""
    counted = RiskChange.objects.filter(project=project).aggregate(moments=Count("at", distinct=True))
    return int(counted["moments"])


def moment(project: Project, number: int) -> datetime:
    """When that was. Raises IndexError for a number below 1 or above `moments`."""
    return RiskChange.objects.filter(project=project).order_by("at").values_list("at", flat=True).distinct()[number - 1]


def register_at(project: Project, moment: datetime) -> tuple[Registered, ...]:
    """The register as it stood then, in the order of its keys: places and state, without texts, owners and dates."""
    rows = [
        Risk(
            project=project,
            **{name: getattr(change, name) for name in ("key", *PLACED)},
        )
        for change in RiskChange.objects.as_of(project, moment).filter(removed=False)
    ]
    return tuple(Registered(row, where(row)) for row in sorted(rows, key=in_order))


def removed_last(project: Project) -> list[str]:
    """The keys of the risks that the last change took out of the register."""
    last = RiskChange.objects.filter(project=project).order_by("-at").values("at")[:1]
    return list(RiskChange.objects.filter(project=project, removed=True, at__in=last).values_list("key", flat=True))


def register(project: Project) -> tuple[Registered, ...]:
    """The register in the order of its keys, open and closed."""
    rows = Risk.objects.of(project).defer("cause", "event", "effect")
    return tuple(Registered(row, where(row)) for row in sorted(rows, key=in_order))


def in_order(row: Risk) -> tuple[str, int]:
    """R02 before R10 before P01."""
    return ("0" if row.key.startswith("R") else row.key[:1], int(row.key[1:]))


def where(row: Risk) -> Positions:
    """The positions of a stored risk, which were checked when it was stored."""
    inherent = rules.Position(row.likelihood, row.severity)
    current = _position(row.current_likelihood, row.current_severity)
    return Positions(inherent, current or inherent, _position(row.residual_likelihood, row.residual_severity))


def _position(likelihood: int | None, severity: int | None) -> rules.Position | None:
    return None if likelihood is None or severity is None else rules.Position(likelihood, severity)


def due_soonest(risks: Iterable[Registered]) -> list[Registered]:
    """The open risks that have a date, the first due first."""
    return sorted((risk for risk in risks if risk.open and risk.row.due), key=lambda risk: risk.row.due or date.max)


def people(project: Project) -> list[str]:
    """The names of the workspace's members, offered as owners."""
    members = Membership.objects.filter(workspace=project.workspace_id).select_related("user")
    return sorted(str(member.user) for member in members)
