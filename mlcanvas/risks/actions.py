"""Every write to risk and impact."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from mlcanvas import catalog
from mlcanvas.accounts.models import User
from mlcanvas.domain import rescaling
from mlcanvas.domain import risk as rules
from mlcanvas.domain.refusal import Refused
from mlcanvas.domain.scale import Position, Scale
from mlcanvas.projects import actions as projects
from mlcanvas.projects.clash import Clash
from mlcanvas.projects.models import Project
from mlcanvas.risks import selectors
from mlcanvas.risks.legal import selectors as legal
from mlcanvas.risks.models import Declined, FactorAnswer, Risk, RiskChange
from mlcanvas.risks.scales.selectors import FIELDS, in_force

MOST = 2000
"""How many risks one register may hold."""


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
    case = legal.case_of(project, picture.legal_answers, picture.facts)
    projects.derive_fact(project=project, key="legal_tier", value=case.word)


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
    projects.hold(project)
    check(values, selectors.scale(project))
    _room(project)
    risk = Risk.objects.create(project=project, key=_next_key(project), by=by, **values)
    note_changes(project, [risk], by)
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
        **_usual_place(project, starter),
        by=by,
        **{name: getattr(starter, name).say(project.language) for name in texts},
    )
    note_changes(project, [risk], by)
    Declined.objects.filter(project=project, risk=key).delete()
    projects.record(project=project, by=by, what="risks.added", key=risk.key, title=risk.title)
    refresh(project=project)
    return risk


@transaction.atomic
def risk_edit(*, risk: Risk, version: int, by: User, **values: Any) -> Risk | Clash[Risk]:
    """Change the risk that the writer saw at `version`; a Clash when somebody else was faster.

    Raises Refused as `check` does, and `risk_deleted` when the risk is no longer in the register.
    """
    values |= _ended_with(values)
    projects.hold(risk.project)
    # The scale is read under the lock: nobody puts the register on another one before this is written.
    check({name: getattr(risk, name) for name in ("title", *POSITION_FIELDS)} | values, selectors.scale(risk.project))
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
    note_changes(found.project, [found], by)
    projects.record(project=found.project, by=by, what="risks.edited", key=found.key, title=found.title)
    refresh(project=found.project)
    return found


@transaction.atomic
def risk_set(
    *, risk: Risk, seen: Mapping[str, Any], by: User, what: str = "risks.edited", **values: Any
) -> Risk | Clash[Risk]:
    """Change some fields of a risk whose writer saw `seen` in them.

    Others may have changed other fields meanwhile, and those stay as they are now; a Clash when they changed one of
    these to something else. Raises Refused as `check` does, and `risk_deleted`.
    """
    values |= _ended_with(values)
    projects.hold(risk.project)
    # Everybody who writes a risk holds its project first: what is read now stands until the end.
    found = Risk.objects.select_related("project", "by").get(pk=risk.pk)
    if found.deleted_at is not None:
        raise Refused("risk_deleted")
    if any(getattr(found, name) not in (seen[name], values[name]) for name in seen):
        return Clash(found)
    if all(getattr(found, name) == value for name, value in values.items()):
        return found
    check({name: getattr(found, name) for name in ("title", *POSITION_FIELDS)} | values, selectors.scale(found.project))
    Risk.objects.filter(pk=found.pk).update(version=F("version") + 1, by=by, at=timezone.now(), **values)
    found = Risk.objects.select_related("project", "by").get(pk=found.pk)
    note_changes(found.project, [found], by)
    projects.record(project=found.project, by=by, what=what, key=found.key, title=found.title)
    refresh(project=found.project)
    return found


def risk_move(
    *, risk: Risk, view: rules.View, seen: tuple[int, int] | None, to: tuple[int, int] | None, by: User
) -> Risk | Clash[Risk]:
    """Give a risk another place in a view; None takes the place back (not for `inherent`).

    `seen` is the pair of fields that the writer saw, None where it was empty. As `risk_set`.
    """
    names = FIELDS[view]
    before, after = seen or (None, None), to or (None, None)
    return risk_set(
        risk=risk,
        seen=dict(zip(names, before, strict=True)),
        by=by,
        what="risks.moved",
        **dict(zip(names, after, strict=True)),
    )


@transaction.atomic
def accept(*, risk: Risk, until: date, why: str, by: User) -> Risk:
    """Live with the risk until a day, for a reason.

    Raises Refused (`risk_accept_why`, `risk_accept_past`, `risk_deleted`), each with its field as the path.
    """
    if not why.strip():
        raise Refused("risk_accept_why", path="why")
    today = timezone.localdate()
    if until < today:
        raise Refused("risk_accept_past", path="until")
    accepted = {"accepted_until": until, "accepted_why": why, "accepted_by": str(by), "accepted_on": today}
    return _accepted(risk, by, "risks.accepted", treatment="accept", **accepted)


@transaction.atomic
def take_acceptance_back(*, risk: Risk, by: User) -> Risk:
    """Live with the risk no longer. Raises Refused (`risk_deleted`)."""
    return _accepted(risk, by, "risks.acceptance_ended", treatment="", **NOT_ACCEPTED)


NOT_ACCEPTED: Mapping[str, Any] = {
    "accepted_until": None,
    "accepted_why": "",
    "accepted_by": "",
    "accepted_on": None,
}


def _ended_with(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """A risk that is treated in another way than by accepting it is accepted no longer."""
    return {} if values.get("treatment", "accept") == "accept" else NOT_ACCEPTED


def _accepted(risk: Risk, by: User, what: str, **values: Any) -> Risk:
    projects.hold(risk.project)
    changed = Risk.objects.filter(pk=risk.pk, deleted_at=None).update(
        version=F("version") + 1, by=by, at=timezone.now(), **values
    )
    if not changed:
        raise Refused("risk_deleted")
    found = Risk.objects.select_related("project", "by").get(pk=risk.pk)
    projects.record(project=found.project, by=by, what=what, key=found.key, title=found.title)
    refresh(project=found.project)
    return found


@transaction.atomic
def decline(*, project: Project, key: str, why: str, by: User) -> None:
    """Say no to a suggested risk, for a reason that is kept.

    Raises Refused (`risk_not_in_library`, `risk_decline_why`).
    """
    if catalog.risk_library().risk(key) is None:
        raise Refused("risk_not_in_library", key=key)
    if not why.strip():
        raise Refused("risk_decline_why", path="why")
    projects.hold(project)
    Declined.objects.update_or_create(project=project, risk=key, defaults={"why": why, "by": by})
    projects.record(project=project, by=by, what="risks.declined", key=key, why=why)
    projects.touch(project=project)


@transaction.atomic
def suggest_again(*, project: Project, key: str, by: User) -> None:
    """Take a no back. Nothing happens where there was none."""
    projects.hold(project)
    if Declined.objects.filter(project=project, risk=key).delete()[0]:
        projects.record(project=project, by=by, what="risks.suggested_again", key=key)
        projects.touch(project=project)


@transaction.atomic
def edit_many(*, project: Project, keys: Iterable[str], by: User, **values: Any) -> int:
    """Give several risks the same values; returns how many there were. Keys that the register has not are left out.

    Not for titles and places, which each risk has of its own.
    """
    values |= _ended_with(values)
    projects.hold(project)
    found = _among(project, keys)
    for risk in found:
        for name, value in values.items():
            setattr(risk, name, value)
        risk.version, risk.by, risk.at = risk.version + 1, by, timezone.now()
    Risk.objects.bulk_update(found, [*values, "version", "by", "at"], batch_size=200)
    note_changes(project, found, by)
    _many(project, by, "risks.edited_many", found)
    return len(found)


@transaction.atomic
def remove_many(*, project: Project, keys: Iterable[str], by: User) -> list[str]:
    """Take several risks out of the register; they can be put back. Returns the keys of those that were in it."""
    projects.hold(project)
    return _turn(project, by, _among(project, keys), "risks.removed_many", timezone.now())


@transaction.atomic
def restore_many(*, project: Project, keys: Iterable[str], by: User) -> list[str]:
    """Put deleted risks back as they were. Returns the keys of those that are back.

    A key that is in use again, or was never deleted, is left out.
    """
    projects.hold(project)
    present = set(Risk.objects.of(project).values_list("key", flat=True))
    wanted = set(keys) - present
    latest: dict[str, Risk] = {}
    for risk in Risk.objects.deleted(project):
        if risk.key in wanted:
            latest.setdefault(risk.key, risk)
    return _turn(project, by, list(latest.values()), "risks.restored_many", None)


def _among(project: Project, keys: Iterable[str]) -> list[Risk]:
    wanted = set(keys)
    return [risk for risk in Risk.objects.of(project) if risk.key in wanted]


def _turn(project: Project, by: User, risks: list[Risk], what: str, deleted_at: datetime | None) -> list[str]:
    for risk in risks:
        risk.deleted_at, risk.version = deleted_at, risk.version + 1
    Risk.objects.bulk_update(risks, ["deleted_at", "version"], batch_size=200)
    note_changes(project, risks, by)
    _many(project, by, what, risks)
    return [risk.key for risk in risks]


def _many(project: Project, by: User, what: str, risks: list[Risk]) -> None:
    if risks:
        projects.record(project=project, by=by, what=what, count=len(risks), keys=[risk.key for risk in risks])
        refresh(project=project)


@transaction.atomic
def risk_remove(*, risk: Risk, by: User) -> None:
    """Take the risk out of the register; it can be put back."""
    projects.hold(risk.project)
    if not Risk.objects.filter(pk=risk.pk, deleted_at=None).update(deleted_at=timezone.now(), version=F("version") + 1):
        return
    note_changes(risk.project, [Risk.objects.get(pk=risk.pk)], by)
    projects.record(project=risk.project, by=by, what="risks.removed", key=risk.key, title=risk.title)
    refresh(project=risk.project)


@transaction.atomic
def risk_restore(*, risk: Risk, by: User) -> None:
    """Put a deleted risk back as it was. Raises Refused (`risk_in_register`) when its key is in use again."""
    projects.hold(risk.project)
    if Risk.objects.of(risk.project).filter(key=risk.key).exclude(pk=risk.pk).exists():
        raise Refused("risk_in_register", key=risk.key)
    Risk.objects.filter(pk=risk.pk).update(deleted_at=None, version=F("version") + 1)
    note_changes(risk.project, [Risk.objects.get(pk=risk.pk)], by)
    projects.record(project=risk.project, by=by, what="risks.restored", key=risk.key, title=risk.title)
    refresh(project=risk.project)


FEW = 50
"""Up to so many keys are asked for by name; a database takes no list of 2 000."""


def note_changes(project: Project, risks: Iterable[Risk], by: User | None, gone: Iterable[str] = ()) -> None:
    """Keep where these risks stand from now on, for those of which something of it changed; `gone` are keys of risks
    that the register has no longer. The caller holds the project. One write is one moment."""
    at = _moment(project)
    risks, gone = list(risks), list(gone)
    scale = in_force(project.workspace_id).number or None
    known = RiskChange.objects.as_of(project, at)
    if len(keys := [*(risk.key for risk in risks), *gone]) < FEW:
        known = known.filter(key__in=keys)
    last = {row.key: row for row in known}
    rows = []
    for risk in risks:
        state = {name: getattr(risk, name) for name in selectors.PLACED}
        state |= {"removed": risk.deleted_at is not None, "scale_id": scale}
        before = last.get(risk.key)
        if before is None or any(getattr(before, name) != value for name, value in state.items()):
            rows.append(RiskChange(project=project, key=risk.key, by=by, at=at, **state))
    for key in gone:
        if key in last and not last[key].removed:
            state = {name: getattr(last[key], name) for name in selectors.PLACED}
            rows.append(RiskChange(project=project, key=key, by=by, at=at, removed=True, scale_id=scale, **state))
    RiskChange.objects.bulk_create(rows)


def _moment(project: Project) -> datetime:
    """Now, and later than what is kept already: clocks of two servers may differ, the order of writes does not."""
    now = timezone.now()
    latest = RiskChange.objects.filter(project=project).aggregate(latest=Max("at"))["latest"]
    return now if latest is None or latest < now else latest + timedelta(microseconds=1)


POSITION_FIELDS = (
    "likelihood",
    "severity",
    "current_likelihood",
    "current_severity",
    "residual_likelihood",
    "residual_severity",
)


def check(values: dict[str, Any], scale: Scale) -> rules.Positions:
    """The positions of a risk to be stored.

    Raises Refused with the field as its path: `risk_title_empty`, `risk_half_acceptance`, `risk_half_position`, and as
    `rules.positions` does.
    """
    if not values["title"].strip():
        raise Refused("risk_title_empty", path="title")
    given = [name for name in NOT_ACCEPTED if values.get(name)]
    if given and len(given) < len(NOT_ACCEPTED):
        raise Refused("risk_half_acceptance", path=given[0])
    return rules.positions(
        scale,
        (values["likelihood"], values["severity"]),
        _pair(values, "current"),
        _pair(values, "residual"),
    )


def _usual_place(project: Project, starter: rules.LibraryRisk) -> dict[str, int]:
    """Where a starter risk usually stands, carried over from the scale of the catalogue."""
    mapping = rescaling.usual(catalog.risk_matrix().scale, selectors.scale(project))
    place = mapping.of(Position(starter.likelihood, starter.severity))
    return {"likelihood": place.likelihood, "severity": place.severity}


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
