"""What others may ask about risk and impact."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from mlcanvas import catalog
from mlcanvas.domain import risk as rules
from mlcanvas.domain.risk import Band, Placed, Positions, Standing, Suggestion
from mlcanvas.projects import selectors as projects
from mlcanvas.projects.models import Project
from mlcanvas.risks.models import FactorAnswer, Risk
from mlcanvas.workspaces.models import Membership

# The band from which a risk is serious: it needs an owner and an answer before the part is ready.
SERIOUS_FROM = 10


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
    def cared(self) -> rules.Cared:
        """What readiness asks."""
        return rules.Cared(
            serious=self.where.current.score >= SERIOUS_FROM,
            owned=bool(self.row.owner),
            answered=bool(self.row.mitigation.strip()) or self.row.treatment == "accept",
        )


@dataclass(frozen=True)
class Picture:
    """All that the project says about risk and impact, read in three queries."""

    matrix_answers: dict[str, str]
    factor_answers: dict[str, int]
    facts: dict[str, Any]
    register: tuple[Registered, ...]
    authors: dict[str, FactorAnswer]

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
        """Starter risks that the answers call for and that are not in the register."""
        present = {risk.row.library for risk in self.register} | {risk.key for risk in self.register}
        return rules.suggestions(catalog.risk_library(), {**self.facts, **self.matrix_answers}, present)

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
        pairs = ((risk.key, risk.where) for risk in self.open_risks)
        return rules.heat_map(catalog.risk_matrix().scale, pairs, view)


def picture(project: Project) -> Picture:
    """Everything, for the page, the summary and the snapshot."""
    authors = {row.factor: row for row in FactorAnswer.objects.filter(project=project)}
    matrix = {factor.key for factor in catalog.risk_matrix().factors}
    return Picture(
        matrix_answers={key: row.level for key, row in authors.items() if key in matrix},
        factor_answers={key: int(row.level) for key, row in authors.items() if key not in matrix},
        facts=projects.facts(project),
        register=register(project),
        authors=authors,
    )


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
