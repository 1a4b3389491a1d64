from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from mlcanvas import catalog
from mlcanvas.costs import actions, selectors, showing, words
from mlcanvas.costs.actions import AnswerClash
from mlcanvas.costs.asking import first_field, given, seen_in
from mlcanvas.costs.forms import ENDS, field_of
from mlcanvas.costs.history import selectors as history
from mlcanvas.costs.history import showing as history_showing
from mlcanvas.domain.estimate.definition import Question
from mlcanvas.domain.refusal import Refused
from mlcanvas.projects import access
from mlcanvas.projects.models import Project
from mlcanvas.projects.rows import selectors as rows
from mlcanvas.web.http import Request
from mlcanvas.web.pages import ANSWERS_CHANGED, show, wants_fragment
from mlcanvas.web.sentences import say


@require_safe
def costs(request: Request, slug: str) -> HttpResponse:
    """The range, what it is made of, and the questionnaire."""
    project = access.visible(request, slug)
    return _costs(request, project, opened=request.GET.get("open", ""))


def _costs(
    request: Request, project: Project, *, opened: str = "", shown: showing.Ask | None = None, status: int = 200
) -> HttpResponse:
    cost = selectors.cost(project)
    context = {**_result(cost), "chapters": _chapters(project, cost, opened=opened, shown=shown)}
    return show(request, "costs/costs.html", context, status=status)


def _chapters(
    project: Project, cost: selectors.Cost, *, opened: str = "", shown: showing.Ask | None = None
) -> list[showing.Chapter]:
    return showing.chapters(cost, opened=opened, shown=shown, outcomes=rows.listed(project, "outcomes"))


def _result(cost: selectors.Cost) -> dict[str, Any]:
    done, counted = cost.settled()
    return {
        "cost": cost,
        "outcome": showing.outcome(cost),
        "refusal": showing.refusal(cost),
        "since": history_showing.changes(history.moved_since(cost), str(cost.inputs["currency"])),
        "done": done,
        "counted": counted,
        "metric": catalog.metrics().get(cost.primary.metric) if cost.primary else None,
    }


@require_POST
def answer(request: Request, slug: str, question: str) -> HttpResponse:
    """Answer one question, say that nobody knows, or take the answer back."""
    project = access.editable(request, slug)
    asked = catalog.cost_questionnaire().question(question)
    if asked is None:
        raise Http404
    errors, clash = _submit(request, project, asked)
    if clash is not None:
        theirs = words.answer(question, clash.current, project.currency)
        refused = Refused("cost_changed_by_other", who=str(clash.by or "?"), theirs=theirs)
        errors = {first_field(asked): [say(refused)]}
    if errors:
        status = 422 if clash is None else 409
        outcomes = rows.listed(project, "outcomes")
        # After a mistake the field keeps what its writer saw; after a clash they have seen what stands now.
        seen = request.POST.get("seen") if clash is None else None
        posted = request.POST.dict()
        shown = showing.ask(selectors.cost(project), asked, posted=posted, errors=errors, outcomes=outcomes, seen=seen)
        if wants_fragment(request):
            return show(request, "costs/costs.html", {"ask": shown}, fragment="question", status=status)
        return _costs(request, project, opened=asked.group, shown=shown, status=status)
    if not wants_fragment(request):
        return redirect(f"{reverse('costs:costs', args=[slug])}?open={asked.group}#q-{question}")
    cost = selectors.cost(project)
    chapter = next(each for each in showing.chapters(cost) if each.group.key == asked.group)
    shown = showing.ask(cost, asked, saved=True, outcomes=rows.listed(project, "outcomes"))
    context = {**_result(cost), "ask": shown, "chapter": chapter}
    response = show(request, "costs/on_answer.html", context)
    response["HX-Trigger"] = ANSWERS_CHANGED
    return response


def _submit(request: Request, project: Project, asked: Question) -> tuple[dict[str, list[str]], AnswerClash | None]:
    """Do what the pressed button says: the sentences by field where that is refused, or the clash."""
    posted = request.POST.dict()
    seen = seen_in(posted)
    if "clear" in posted:
        return {}, actions.clear(project=project, question=asked.key, seen=seen, by=request.user)
    if "listed" in posted and asked.listed:
        posted = _listed(project, asked, request.POST["listed"])
    form = given(asked, posted)
    if isinstance(form, str):
        return {}, actions.answer(project=project, question=asked.key, value=form, seen=seen, by=request.user)
    clash = None
    if form.is_valid():
        try:
            clash = actions.answer(project=project, question=asked.key, value=form.answer(), seen=seen, by=request.user)
        except Refused as refused:
            form.add_refusal(refused)
    return form.sentences(), clash


def _listed(project: Project, asked: Question, key: str) -> dict[str, str]:
    """What somebody would type to answer with a listed outcome; nothing where it is gone from the list."""
    spell = field_of(asked).prepare_value
    outcomes = showing.listed(asked, rows.listed(project, "outcomes"))
    found = next((outcome for outcome in outcomes if outcome.key == key), None)
    amounts = {end: getattr(found, end, None) for end in ENDS}
    return {end: spell(amount) for end, amount in amounts.items() if amount is not None}


@require_POST
def estimate(request: Request, slug: str) -> HttpResponse:
    """Record the estimate that follows from what stands now."""
    project = access.editable(request, slug)
    try:
        actions.estimate(project=project, by=request.user)
    except Refused:
        # The page says why there is nothing to record, where the range would stand.
        status = 422
    else:
        status = 200
    if wants_fragment(request):
        return show(request, "costs/on_estimate.html", _result(selectors.cost(project)), status=status)
    return _costs(request, project, status=status) if status == 422 else redirect("costs:costs", slug)
