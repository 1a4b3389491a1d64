"""Every write to the scenarios."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _

from mlcanvas import catalog
from mlcanvas.accounts.models import User
from mlcanvas.costs import actions as costs
from mlcanvas.costs import selectors as cost_selectors
from mlcanvas.costs.actions import NOT_SAID, AnswerClash, NotSaid
from mlcanvas.costs.models import Answer, Scenario, ScenarioAnswer, Sheet
from mlcanvas.costs.scenarios import selectors
from mlcanvas.domain import writing
from mlcanvas.domain.canonical import canonical_json
from mlcanvas.domain.estimate import PILOT, Stored
from mlcanvas.domain.estimate import scenarios as rules
from mlcanvas.domain.estimate.answers import finite
from mlcanvas.domain.metrics import check_value
from mlcanvas.domain.refusal import Refused
from mlcanvas.domain.scope import Target, check_target
from mlcanvas.projects import actions as projects
from mlcanvas.projects.clash import Clash
from mlcanvas.projects.models import Event, Project
from mlcanvas.scope import actions as scope
from mlcanvas.scope import selectors as scope_selectors

MOST = 12
"""How many scenarios a project may have beside the plan."""
LONGEST_NAME = 200
LONGEST_NOTE = 1000


@dataclass(frozen=True, slots=True)
class Renamed:
    """Nothing is stored: somebody else changed the name or the note meanwhile. `current` is what stands."""

    current: Scenario


@transaction.atomic
def add(*, project: Project, name: str, by: User, source: str = selectors.PLAN, note: str = "") -> Scenario:
    """A new scenario that says what the plan, or the scenario `source`, says.

    Raises Refused (`cost_scenario_name`, `cost_scenario_name_taken`, `cost_scenarios_many`, `cost_scenario_unknown`).
    """
    projects.hold(project)
    copied = None if source == selectors.PLAN else _standing(project, source)
    return _add(
        project,
        name,
        by,
        note=note or (copied.note if copied else ""),
        own=selectors.own(copied) if copied else {},
        target=copied.target if copied else None,
    )


@transaction.atomic
def start(*, project: Project, family: str, by: User) -> list[Scenario]:
    """The scenarios that are offered as one set, with names and notes in the project's language.

    Raises Refused (`cost_scenario_not_offered`, `cost_scenarios_many`).
    """
    projects.hold(project)
    offered = [o for o in selectors.offers(project, selectors.variants(project)) if o.family == family]
    if not offered:
        raise Refused("cost_scenario_not_offered")
    made = []
    for offer in offered:
        name = selectors.called(offer, project.language)
        taken = Scenario.objects.of(project).values_list("name", flat=True)
        note = offer.note.say(project.language)
        made.append(_add(project, _free(name, taken), by, note=note, own=offer.own, target=offer.target))
    return made


def _add(
    project: Project, name: str, by: User | None, *, note: str, own: Mapping[str, Stored], target: float | None
) -> Scenario:
    _check_name(project, name)
    if Scenario.objects.of(project).count() >= MOST:
        raise Refused("cost_scenarios_many", most=MOST)
    costs.keep_seed(project)
    row = Scenario.objects.create(
        project=project, key=_next_key(project), name=name.strip(), note=note, target=target, by=by
    )
    _store(row, own, by)
    projects.record(project=project, by=by, what="costs.scenario_added", key=row.key, name=row.name)
    projects.touch(project=project)
    return row


@transaction.atomic
def edit(*, row: Scenario, seen: Mapping[str, str], name: str, note: str, by: User) -> Scenario | Renamed:
    """Another name or note for a scenario whose writer saw `seen`.

    What somebody else changed meanwhile stays where this writer left it alone; a Renamed where both changed it.

    Raises Refused (`cost_scenario_name`, `cost_scenario_name_taken`, `cost_scenario_gone`).
    """
    projects.hold(row.project)
    found = _standing(row.project, row.key, "cost_scenario_gone")
    wanted = {"name": name.strip(), "note": note}
    changed = {field: value for field, value in wanted.items() if value != seen.get(field)}
    if any(getattr(found, field) not in (seen.get(field), value) for field, value in changed.items()):
        return Renamed(found)
    if all(getattr(found, field) == value for field, value in changed.items()):
        return found
    _check_name(row.project, changed.get("name", found.name), but=found)
    for field, value in changed.items():
        setattr(found, field, value)
    found.by = by
    found.save(update_fields=[*changed, "by", "at"])
    _note(found, by, "costs.scenario_edited")
    return found


@transaction.atomic
def set_target(
    *, row: Scenario, target: float | None, by: User, seen: float | NotSaid | None = NOT_SAID
) -> Clash[float | None] | None:
    """Another target for the primary metric in this scenario; None follows the plan's again. A Clash as in `answer`.

    Raises Refused (`cost_scenario_no_metric`, `cost_scenario_gone`, and what metrics and targets refuse) at `target`.
    """
    projects.hold(row.project)
    found = _standing(row.project, row.key, "cost_scenario_gone")
    if target is not None:
        _check_target(row.project, target)
    if found.target == target:
        return None
    if not isinstance(seen, NotSaid) and found.target != seen:
        who = _who(found, "costs.scenario_target")
        if who != by:
            return Clash(found.target, who)
    found.target, found.by = target, by
    found.save(update_fields=["target", "by", "at"])
    _note(found, by, "costs.scenario_target")
    return None


def _check_target(project: Project, target: float) -> None:
    primary = scope_selectors.primary_metric(project)
    if primary is None:
        raise Refused("cost_scenario_no_metric", "target")
    metric = catalog.metrics().get(primary.metric)
    if metric is not None:
        check_value(metric, target, "target")
    check_target(Target(primary.direction == "higher", primary.current, None, target))


@transaction.atomic
def answer(
    *, row: Scenario, question: str, value: Any, by: User, seen: Stored | NotSaid | None = NOT_SAID
) -> AnswerClash | None:
    """Answer one question in this scenario only.

    UNANSWERED leaves it open; None follows the plan again, and so does what the plan says.

    `seen` is the scenario's own answer that the writer saw, None where it followed the plan; a Clash when somebody else
    changed it to something else meanwhile. Raises Refused as `domain.estimate.scenarios.accept_own`, and
    `cost_scenario_gone`.
    """
    questionnaire = catalog.cost_questionnaire()
    metric = cost_selectors.metric(row.project)
    accepted = None if value is None else rules.accept_own(questionnaire, question, value, metric)
    projects.hold(row.project)
    found = _standing(row.project, row.key, "cost_scenario_gone")
    plan = Answer.objects.filter(project=found.project, question=question).first()
    if accepted == (cost_selectors.value_of(plan) if plan else rules.UNANSWERED):
        accepted = None
    held = ScenarioAnswer.objects.filter(scenario=found, question=question).select_related("by").first()
    current = None if held is None else cost_selectors.value_of(held)
    if accepted == current:
        return None
    if not isinstance(seen, NotSaid) and current not in (seen, accepted):
        who = held.by if held else _who(found, "costs.scenario_answered", values__question=question)
        if who != by:
            return Clash(current, who)
    if accepted is None:
        ScenarioAnswer.objects.filter(scenario=found, question=question).delete()
    else:
        defaults = {"value": canonical_json(accepted), "by": by}
        ScenarioAnswer.objects.update_or_create(scenario=found, question=question, defaults=defaults)
    found.by = by
    found.save(update_fields=["by", "at"])
    label = asked.label.say(found.project.language) if (asked := questionnaire.question(question)) else question
    _note(found, by, "costs.scenario_answered", question=question, label=label)
    return None


def _who(row: Scenario, what: str, **values: Any) -> User | None:
    """Who did `what` to the scenario last, by the list of what happened."""
    found = Event.objects.filter(project=row.project, what=what, values__key=row.key, **values)
    last = found.select_related("by").order_by("-pk").first()
    return last.by if last else None


@transaction.atomic
def remove(*, row: Scenario, by: User) -> None:
    """Take a scenario out; it can be put back. Nothing happens where somebody else was faster."""
    projects.hold(row.project)
    if Scenario.objects.filter(pk=row.pk, deleted_at=None).update(deleted_at=timezone.now()):
        _note(row, by, "costs.scenario_removed")


@transaction.atomic
def restore(*, row: Scenario, by: User) -> None:
    """Put a deleted scenario back as it was; where its name is in use now, it gets a number.

    Raises Refused (`cost_scenarios_many`).
    """
    projects.hold(row.project)
    standing = Scenario.objects.of(row.project)
    if standing.filter(pk=row.pk).exists():
        return
    if standing.count() >= MOST:
        raise Refused("cost_scenarios_many", most=MOST)
    row.name = _free(row.name, standing.values_list("name", flat=True))
    row.deleted_at = None
    row.save(update_fields=["name", "deleted_at"])
    _note(row, by, "costs.scenario_restored")


@transaction.atomic
def make_plan(*, row: Scenario, by: User) -> Scenario:
    """Make a scenario the plan. What the plan said until now is kept as a scenario, which is returned.

    The other scenarios stay as they are: what they took from the old plan they say themselves from now on. Another
    target of the scenario becomes the target of the scope. Raises Refused (`cost_scenario_same`, `cost_scenario_gone`,
    and what the scope refuses about the target).
    """
    project = row.project
    projects.hold(project)
    found = _standing(project, row.key, "cost_scenario_gone")
    before = {key: cost_selectors.value_of(held) for key, held in cost_selectors.answers(project).items()}
    after = rules.effective(before, selectors.own(found))
    primary = scope_selectors.primary_metric(project)
    moved = primary is not None and found.target is not None and found.target != primary.target
    if after == before and not moved:
        raise Refused("cost_scenario_same")
    costs.keep_seed(project)
    old_target = primary.target if primary and moved else None
    for other in selectors.scenarios(project):
        if other.pk != found.pk:
            _store(other, rules.rebased(selectors.own(other), before, after), by)
            if moved and other.target is None and old_target is not None:
                Scenario.objects.filter(pk=other.pk).update(target=old_target)
    Scenario.objects.filter(pk=found.pk).update(deleted_at=timezone.now())
    kept = _kept(project, by, own=rules.differing(before, after), target=old_target)
    Sheet.objects.filter(project=project).update(plan=found.name)
    changed = rules.differing(after, before)
    Answer.objects.filter(project=project, question__in=changed).delete()
    Answer.objects.bulk_create(
        Answer(project=project, question=key, value=canonical_json(value), by=by)
        for key, value in changed.items()
        if value != rules.UNANSWERED
    )
    if primary is not None and moved:
        values = {"direction": primary.direction, "current": primary.current, "minimum": primary.minimum}
        scope.metric_edit(row=primary, by=by, target=found.target, **values)
    projects.record(project=project, by=by, what="costs.scenario_plan", name=found.name, kept=kept.name)
    costs.refresh(project=project, by=by)
    return kept


def _kept(project: Project, by: User, *, own: Mapping[str, Stored], target: float | None) -> Scenario:
    """The old plan as a scenario, called as it was, or by the day on which it ended."""
    name = selectors.plan_name(project)
    if not name:
        with translation.override(project.language):
            day = formats.date_format(timezone.localdate(), "DATE_FORMAT")
            name = _("Plan until %(day)s") % {"day": day}
    name = _free(name, Scenario.objects.of(project).values_list("name", flat=True))
    kept = Scenario.objects.create(project=project, key=_next_key(project), name=name, target=target, by=by)
    _store(kept, own, by)
    return kept


@transaction.atomic
def replace(*, project: Project, content: Mapping[str, Any], by: User | None) -> None:
    """Put the scenarios of a project file in the place of those that stand.

    Raises Refused with the path of a mistake (`costs.scenarios.2.answers.T1_day_rate.low`).
    """
    given = content.get("scenarios", [])
    rows = [_read(item, place) for place, item in enumerate(given)]
    for field, code in (("key", "cost_scenario_key_taken"), ("name", "cost_scenario_name_taken")):
        seen: set[str] = set()
        for place, (values, _own) in enumerate(rows):
            value = values[field].casefold()
            if value in seen:
                raise Refused(code, f"costs.scenarios.{place}.{field}", **{field: values[field]})
            seen.add(value)
    Scenario.objects.filter(project=project).delete()
    if rows or content.get("plan"):
        costs.keep_seed(project)
        Sheet.objects.filter(project=project).update(plan=content.get("plan", ""))
    for values, own in rows:
        _store(Scenario.objects.create(project=project, by=by, **values), own, by)


def _read(item: Mapping[str, Any], place: int) -> tuple[dict[str, Any], dict[str, Stored]]:
    path = f"costs.scenarios.{place}"
    held = dict(item.get("answers", {}))
    if "pilot" in item:
        held[PILOT] = item["pilot"]
    own = {}
    for key, value in held.items():
        try:
            own[key] = rules.accept_own(catalog.cost_questionnaire(), key, value)
        except Refused as refused:
            inside = refused.path.removeprefix("costs.")
            raise Refused(refused.code, f"{path}.{inside}", **refused.values) from refused
    values = {"key": item["key"], "name": item["name"], "note": item.get("note", "")}
    for field, longest in (("name", LONGEST_NAME), ("note", LONGEST_NOTE)):
        try:
            writing.clean(values[field], limit=longest)
        except Refused as refused:
            raise Refused(refused.code, f"{path}.{field}", **refused.values) from refused
    if not values["name"].strip():
        raise Refused("cost_scenario_name", f"{path}.name")
    if "target" in item:
        values["target"] = float(finite(item["target"], f"{path}.target"))
    return values, own


def _store(row: Scenario, own: Mapping[str, Stored], by: User | None) -> None:
    """Make `own` what the scenario says, and leave alone what it says already."""
    held = {answer.question: answer.value for answer in ScenarioAnswer.objects.filter(scenario=row)}
    wanted = {key: canonical_json(value) for key, value in own.items()}
    changed = {key for key in {**held, **wanted} if held.get(key) != wanted.get(key)}
    ScenarioAnswer.objects.filter(scenario=row, question__in=changed).delete()
    ScenarioAnswer.objects.bulk_create(
        ScenarioAnswer(scenario=row, question=key, value=value, by=by)
        for key, value in wanted.items()
        if key in changed
    )


def _standing(project: Project, key: str, code: str = "cost_scenario_unknown") -> Scenario:
    found = Scenario.objects.of(project).select_related("project", "by").filter(key=key).first()
    if found is None:
        raise Refused(code)
    return found


def _check_name(project: Project, name: str, but: Scenario | None = None) -> None:
    plain = name.strip()
    if not plain:
        raise Refused("cost_scenario_name", "name")
    others = Scenario.objects.of(project).values_list("key", "name")
    if plain.casefold() in {other.casefold() for key, other in others if but is None or key != but.key}:
        raise Refused("cost_scenario_name_taken", "name", name=plain)


def _free(name: str, taken: Any) -> str:
    used = {other.casefold() for other in taken}
    numbered = (f"{name[: LONGEST_NAME - 5]} ({number})" for number in range(2, len(used) + 3))
    return next(each for each in (name, *numbered) if each.casefold() not in used)


def _next_key(project: Project) -> str:
    keys = Scenario.objects.filter(project=project).values_list("key", flat=True)
    return f"S{1 + max((int(key[1:]) for key in keys), default=0)}"


def _note(row: Scenario, by: User, what: str, **values: Any) -> None:
    projects.record(project=row.project, by=by, what=what, key=row.key, name=row.name, **values)
    projects.touch(project=row.project)
