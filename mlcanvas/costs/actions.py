"""Every write to the costs."""

from typing import Any, Final, TypeAlias

from django.db import transaction
from django.db.models import Max

from mlcanvas import catalog
from mlcanvas.accounts.models import User
from mlcanvas.costs import selectors
from mlcanvas.costs.models import Answer, Estimate, Sheet
from mlcanvas.domain import estimate as rules
from mlcanvas.domain.canonical import canonical_json, digest
from mlcanvas.domain.estimate import Stored
from mlcanvas.domain.estimate.answers import finite
from mlcanvas.domain.refusal import Refused
from mlcanvas.projects import actions as projects
from mlcanvas.projects.clash import Clash
from mlcanvas.projects.models import Event, Project


class NotSaid:
    """A writer who does not say what stood there when they began to write."""


NOT_SAID: Final = NotSaid()

AnswerClash: TypeAlias = Clash[Stored | None]
"""Somebody else answered the question meanwhile; `current` is None for no answer."""


@transaction.atomic
def answer(
    *, project: Project, question: str, value: Any, by: User, seen: Stored | NotSaid | None = NOT_SAID
) -> AnswerClash | None:
    """Answer one question and estimate again; an empty pilot takes the answer back.

    A writer who says what they saw (`seen`, None for no answer) gets a Clash when somebody else answered something else
    meanwhile. Raises Refused for an unknown question and for what the question does not accept.
    """
    accepted = rules.accept(catalog.cost_questionnaire(), question, value, selectors.metric(project))
    if accepted == []:
        return clear(project=project, question=question, by=by, seen=seen)
    projects.hold(project)
    if clash := _clash(project, question, seen, accepted, by):
        return clash
    keep_seed(project)
    text = canonical_json(accepted)
    Answer.objects.update_or_create(project=project, question=question, defaults={"value": text, "by": by})
    projects.record(project=project, by=by, what="costs.answered", question=question, label=_label(project, question))
    refresh(project=project, by=by)
    return None


@transaction.atomic
def clear(*, project: Project, question: str, by: User, seen: Stored | NotSaid | None = NOT_SAID) -> AnswerClash | None:
    """Take an answer back. Nothing happens where there is none; a Clash as in `answer`."""
    projects.hold(project)
    if clash := _clash(project, question, seen, None, by):
        return clash
    removed, _ = Answer.objects.filter(project=project, question=question).delete()
    if removed:
        projects.record(
            project=project, by=by, what="costs.cleared", question=question, label=_label(project, question)
        )
        refresh(project=project, by=by)
    return None


def _clash(
    project: Project, question: str, seen: Stored | NotSaid | None, to: Stored | None, by: User
) -> AnswerClash | None:
    """What somebody else answered since `seen`; None where nobody did, or where it is what this writer says, too.

    A second answer of the same person, sent before the page has shown the first, is no clash. Called with the project
    held: what is read stands until the end.
    """
    if isinstance(seen, NotSaid):
        return None
    row = Answer.objects.filter(project=project, question=question).select_related("by").first()
    current = None if row is None else selectors.value_of(row)
    if current in (seen, to):
        return None
    who = row.by if row else _who_cleared(project, question)
    return None if who == by else Clash(current, who)


def _who_cleared(project: Project, question: str) -> User | None:
    found = Event.objects.filter(project=project, what="costs.cleared", values__question=question)
    last = found.select_related("by").order_by("-pk").first()
    return last.by if last else None


@transaction.atomic
def estimate(*, project: Project, by: User) -> None:
    """Record the estimate that follows from what stands now, in this part and the others.

    Raises the Refused that says why there is none.
    """
    projects.hold(project)
    keep_seed(project)
    cost = refresh(project=project, by=by)
    if cost.refused is not None:
        raise cost.refused
    if cost.result is not None:
        p50 = round(cost.result["p50"])
        projects.record(project=project, by=by, what="costs.estimated", p50=p50, currency=project.currency)


@transaction.atomic
def replace(*, project: Project, content: dict[str, Any], by: User | None) -> None:
    """Put the answers of a project file in the place of those that stand. Raises Refused with the path of a mistake."""
    held = dict(content.get("answers", {}))
    if "pilot" in content:
        held[rules.PILOT] = content["pilot"]
    accepted = {key: rules.accept(catalog.cost_questionnaire(), key, value) for key, value in held.items()}
    number = finite(content["seed"], "costs.seed") if "seed" in content else None
    if number is not None and (number != int(number) or not 0 <= number <= rules.LARGEST_SEED):
        raise Refused("cost_seed", "costs.seed", most=rules.LARGEST_SEED)
    Sheet.objects.filter(project=project).delete()
    Answer.objects.filter(project=project).delete()
    kept = {key: value for key, value in accepted.items() if value != []}
    if kept or number is not None:
        Sheet.objects.create(project=project, seed=selectors.default_seed(project) if number is None else int(number))
    Answer.objects.bulk_create(
        Answer(project=project, question=key, value=canonical_json(value), by=by) for key, value in kept.items()
    )
    # Parts that are written after this one change what the estimate rests on, so it is recorded when all is in place.
    publish(project=project)
    transaction.on_commit(lambda: refresh(project=project, by=by))


@transaction.atomic
def refresh(*, project: Project, by: User | None) -> selectors.Cost:
    """Record a new estimate where what it rests on has changed, and tell the summary and the other parts."""
    projects.hold(project)
    cost = selectors.cost(project)
    if cost.result is not None and not cost.recorded:
        _store(project, cost, by)
    _publish(project, cost)
    return cost


@transaction.atomic
def publish(*, project: Project) -> None:
    """Tell the summary and the other parts what follows from what stands now, and record nothing.

    Called when another part has moved something that the estimate rests on: lists and overview show the range that
    the cost page shows. A record is made when somebody answers or asks for one.
    """
    projects.hold(project)
    _publish(project, selectors.cost(project))


def _publish(project: Project, cost: selectors.Cost) -> None:
    result = cost.result
    published = {name: None if result is None else result[name] for name in ("p10", "p50", "p80", "p90")}
    projects.publish(project=project, currency=project.currency, readiness_costs=cost.readiness, **published)
    spread = round(result["p90"] / result["p50"], 4) if result and result["p50"] > 0 else None
    projects.derive_fact(project=project, key="p90_p50", value=spread)


def keep_seed(project: Project) -> None:
    """From now on the draws stay as they are, also when the project gets another name."""
    Sheet.objects.get_or_create(project=project, defaults={"seed": selectors.default_seed(project)})


def _store(project: Project, cost: selectors.Cost, by: User | None) -> None:
    last = Estimate.objects.filter(project=project).aggregate(Max("number"))["number__max"] or 0
    Estimate.objects.create(
        project=project,
        number=last + 1,
        result=canonical_json(cost.result),
        digest=digest(cost.result),
        inputs=canonical_json(cost.inputs),
        inputs_digest=cost.inputs_digest,
        seed=cost.seed,
        rule_version=rules.RULE_VERSION,
        by=by,
    )


def _label(project: Project, question: str) -> str:
    found = catalog.cost_questionnaire().question(question)
    return found.label.say(project.language) if found else question
