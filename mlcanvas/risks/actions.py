"""Every write to risk and impact."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from mlcanvas import catalog
from mlcanvas.accounts.models import User
from mlcanvas.domain import risk as rules
from mlcanvas.domain.refusal import Refused
from mlcanvas.projects import actions as projects
from mlcanvas.projects.models import Project
from mlcanvas.risks import selectors
from mlcanvas.risks.models import FactorAnswer, Risk

MOST = 2000
"""How many risks one register may hold."""


@dataclass(frozen=True, slots=True)
class Clash:
    """Nothing is stored: somebody else changed the risk meanwhile. `current` is what stands."""

    current: Risk


def refresh(*, project: Project) -> None:
    """Tell the summary and the other parts what follows from the answers. Called after each write."""
    picture = selectors.picture(project)
    projects.publish(
        project=project,
        tier=picture.placed.tier,
        severity=picture.placed.severity_level,
        value=picture.scores.value,
        feasibility=picture.scores.feasibility,
        readiness_risks=picture.readiness,
    )
    projects.derive_fact(project=project, key="risk_ratio", value=picture.ratio)


@transaction.atomic
def answer(*, project: Project, factor: str, level: str, by: User) -> None:
    """Answer one factor, or take the answer back with an empty level. Nothing happens where that is how it stands.

    Raises Refused (`risk_unknown_factor`, `risk_unknown_answer`).
    """
    if level:
        check_answer(factor, level)
    else:
        _levels(factor)
    projects.hold(project)
    rows = FactorAnswer.objects.filter(project=project, factor=factor)
    if level:
        if rows.filter(level=level).exists():
            return
        FactorAnswer.objects.update_or_create(project=project, factor=factor, defaults={"level": level, "by": by})
    elif not rows.delete()[0]:
        return
    projects.record(project=project, by=by, what="risks.answered", factor=factor, level=level)
    refresh(project=project)


def check_answer(factor: str, level: str) -> None:
    """Raises Refused for a factor that is not asked (`risk_unknown_factor`) or a level that it does not have."""
    if level not in _levels(factor):
        raise Refused("risk_unknown_answer", path="level", answer=level)


def _levels(factor: str) -> set[str]:
    """The levels of a factor. Raises Refused for one that is not asked (`risk_unknown_factor`)."""
    matrix = catalog.risk_matrix()
    for row in matrix.factors:
        if row.key == factor:
            return {level.key for level in row.levels}
    if not any(row.key == factor and row.asked for row in matrix.score_factors):
        raise Refused("risk_unknown_factor", path="factor", factor=factor)
    return {"0", "1", "2", "3", "4"}


@transaction.atomic
def risk_add(*, project: Project, by: User, **values: Any) -> Risk:
    """A new risk with the next free key P01, P02 … Raises Refused as `check` does, and `risk_too_many`."""
    check(values)
    projects.hold(project)
    _room(project)
    risk = Risk.objects.create(project=project, key=_next_key(project), by=by, **values)
    projects.record(project=project, by=by, what="risks.added", key=risk.key, title=risk.title)
    refresh(project=project)
    return risk


@transaction.atomic
def library_add(*, project: Project, key: str, by: User) -> Risk:
    """A starter risk in the language of the project.

    Raises Refused (`risk_not_in_library`, `risk_in_register`, `risk_too_many`).
    """
    starter = catalog.risk_library().risk(key)
    if starter is None:
        raise Refused("risk_not_in_library", key=key)
    projects.hold(project)
    _room(project)
    if Risk.objects.of(project).filter(key=key).exists():
        raise Refused("risk_in_register", key=key)
    texts = ("title", "cause", "event", "effect", "mitigation")
    risk = Risk.objects.create(
        project=project,
        key=key,
        library=key,
        category=starter.category,
        stage=starter.stage,
        likelihood=starter.likelihood,
        severity=starter.severity,
        by=by,
        **{name: getattr(starter, name).say(project.language) for name in texts},
    )
    projects.record(project=project, by=by, what="risks.added", key=risk.key, title=risk.title)
    refresh(project=project)
    return risk


@transaction.atomic
def risk_edit(*, risk: Risk, version: int, by: User, **values: Any) -> Risk | Clash:
    """Change the risk that the writer saw at `version`; a Clash when somebody else was faster.

    Raises Refused as `check` does, and `risk_deleted` when the risk is no longer in the register.
    """
    merged = {name: getattr(risk, name) for name in ("title", *POSITION_FIELDS)} | values
    check(merged)
    projects.hold(risk.project)
    # The version is compared inside the writing statement, so no isolation level is leaned on.
    written = Risk.objects.filter(pk=risk.pk, version=version, deleted_at=None).update(
        version=F("version") + 1, by=by, at=timezone.now(), **values
    )
    found = Risk.objects.select_related("project", "by").get(pk=risk.pk)
    if not written:
        if found.deleted_at is not None:
            raise Refused("risk_deleted")
        if any(getattr(found, name) != value for name, value in values.items()):
            return Clash(found)
        return found
    projects.record(project=found.project, by=by, what="risks.edited", key=found.key, title=found.title)
    refresh(project=found.project)
    return found


@transaction.atomic
def risk_remove(*, risk: Risk, by: User) -> None:
    """Take the risk out of the register; it can be put back."""
    projects.hold(risk.project)
    if not Risk.objects.filter(pk=risk.pk, deleted_at=None).update(deleted_at=timezone.now(), version=F("version") + 1):
        return
    projects.record(project=risk.project, by=by, what="risks.removed", key=risk.key, title=risk.title)
    refresh(project=risk.project)


@transaction.atomic
def risk_restore(*, risk: Risk, by: User) -> None:
    """Put a deleted risk back as it was. Raises Refused (`risk_in_register`) when its key is in use again."""
    projects.hold(risk.project)
    if Risk.objects.of(risk.project).filter(key=risk.key).exclude(pk=risk.pk).exists():
        raise Refused("risk_in_register", key=risk.key)
    Risk.objects.filter(pk=risk.pk).update(deleted_at=None, version=F("version") + 1)
    projects.record(project=risk.project, by=by, what="risks.restored", key=risk.key, title=risk.title)
    refresh(project=risk.project)


POSITION_FIELDS = (
    "likelihood",
    "severity",
    "current_likelihood",
    "current_severity",
    "residual_likelihood",
    "residual_severity",
)


def check(values: dict[str, Any]) -> rules.Positions:
    """The positions of a risk to be stored.

    Raises Refused with the field as its path: `risk_title_empty`, `risk_half_position`, and as `rules.positions` does.
    """
    if not values["title"].strip():
        raise Refused("risk_title_empty", path="title")
    return rules.positions(
        catalog.risk_matrix().scale,
        (values["likelihood"], values["severity"]),
        _pair(values, "current"),
        _pair(values, "residual"),
    )


def _pair(values: dict[str, Any], name: str) -> tuple[int, int] | None:
    likelihood, severity = values.get(f"{name}_likelihood"), values.get(f"{name}_severity")
    if likelihood is None and severity is None:
        return None
    if likelihood is None or severity is None:
        missing = "likelihood" if likelihood is None else "severity"
        raise Refused("risk_half_position", path=f"{name}_{missing}")
    return likelihood, severity


def _room(project: Project) -> None:
    if Risk.objects.of(project).count() >= MOST:
        raise Refused("risk_too_many", most=MOST)


def _next_key(project: Project) -> str:
    # Deleted ones count too, so that an undo never meets another risk with its key.
    taken = Risk.objects.filter(project=project, key__startswith="P").values_list("key", flat=True)
    return f"P{max((int(key[1:]) for key in taken), default=0) + 1:02}"
