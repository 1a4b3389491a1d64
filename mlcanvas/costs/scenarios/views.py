from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mlcanvas import catalog
from mlcanvas.costs import selectors as costs
from mlcanvas.costs import showing as cost_showing
from mlcanvas.costs import words
from mlcanvas.costs.actions import NOT_SAID, AnswerClash
from mlcanvas.costs.asking import first_field, given, seen_in
from mlcanvas.costs.models import Scenario
from mlcanvas.costs.scenarios import actions, selectors, showing
from mlcanvas.costs.scenarios.forms import AddForm, EditForm, TargetForm
from mlcanvas.costs.scenarios.selectors import PLAN, Variant
from mlcanvas.domain.estimate.definition import Question
from mlcanvas.domain.estimate.scenarios import UNANSWERED
from mlcanvas.domain.refusal import Refused
from mlcanvas.projects import access
from mlcanvas.projects.models import Project
from mlcanvas.web.fields import NumberField
from mlcanvas.web.http import Request, slug_in
from mlcanvas.web.pages import show, wants_fragment
from mlcanvas.web.sentences import say
from mlcanvas.web.templatetags.mlcanvas import number


@require_safe
def scenarios(request: Request, slug: str) -> HttpResponse:
    """The plan and its scenarios, what is offered, and a new one."""
    project = access.visible(request, slug)
    return _list(request, project, removed=slug_in(request, "removed"), kept=slug_in(request, "kept"))


def _list(
    request: Request,
    project: Project,
    *,
    form: AddForm | None = None,
    sentence: str = "",
    removed: str = "",
    kept: str = "",
    status: int = 200,
) -> HttpResponse:
    variants = selectors.variants(project)
    rows, picture = showing.rows(variants)
    context = {
        "rows": rows,
        "picture": picture,
        "cost": variants[0].cost,
        "full": len(variants) > actions.MOST,
        "most": actions.MOST,
        "together": showing.TOGETHER,
        "offered": showing.offered(selectors.offers(project, variants), project.language),
        "form": form or AddForm(_sources(variants)),
        "sentence": sentence,
        "base": reverse("costs:scenarios", args=[project.slug]),
    }
    if request.seat.may_edit:
        if removed:
            context["removed"] = Scenario.objects.deleted(project).filter(key=removed).first()
        if kept:
            context["kept"] = next((each for each in variants if each.key == kept), None)
    return show(request, "costs/scenarios/scenarios.html", context, fragment="scenarios", status=status)


def _sources(variants: list[Variant]) -> list[tuple[str, str]]:
    return [(each.key, showing.name(each)) for each in variants]


def _go(request: Request, address: str) -> HttpResponse:
    """Send the browser to another page, also where htmx asks for a fragment."""
    if wants_fragment(request):
        return HttpResponse(headers={"HX-Redirect": address})
    return redirect(address)


@require_POST
def scenario_add(request: Request, slug: str) -> HttpResponse:
    """A new scenario, as a copy of the plan or of another one."""
    project = access.editable(request, slug)
    form = AddForm(_sources(selectors.variants(project)), request.POST)
    if form.is_valid():
        values = form.cleaned_data
        try:
            row = actions.add(project=project, name=values["name"], source=values["source"], by=request.user)
        except Refused as refused:
            form.add_error(refused.path if refused.path in form.fields else None, say(refused))
        else:
            return _go(request, reverse("costs:scenario", args=[slug, row.key]))
    return _list(request, project, form=form, status=422)


@require_POST
def scenarios_start(request: Request, slug: str) -> HttpResponse:
    """Add the scenarios of one starting set, and show them beside the plan."""
    project = access.editable(request, slug)
    try:
        rows = actions.start(project=project, family=request.POST.get("family", ""), by=request.user)
    except Refused as refused:
        return _list(request, project, sentence=say(refused), status=422)
    wanted = QueryDict(mutable=True)
    wanted.setlist("with", [PLAN, *(row.key for row in rows)])
    return _go(request, f"{reverse('costs:scenarios_compare', args=[slug])}?{wanted.urlencode()}")


@require_safe
def scenarios_compare(request: Request, slug: str) -> HttpResponse:
    """Up to four variants side by side; the plan and the first three where the address names none."""
    project = access.visible(request, slug)
    variants = {each.key: each for each in selectors.variants(project)}
    asked = [key for text in request.GET.getlist("with") for key in text.split(",")]
    named = [variants[key] for key in dict.fromkeys(asked) if key in variants] or list(variants.values())
    chosen = named[: showing.TOGETHER]
    context = {
        "comparison": showing.comparison(chosen),
        "chosen": {each.key for each in chosen},
        "choices": [(each.key, showing.name(each)) for each in variants.values()],
        "left_out": len(named) - len(chosen) if asked else 0,
        "together": showing.TOGETHER,
        "base": reverse("costs:scenarios", args=[slug]),
    }
    return show(request, "costs/scenarios/compare.html", context)


def _row(project: Project, key: str) -> Scenario:
    rows = Scenario.objects.of(project).select_related("by", "project").prefetch_related("answers__by")
    found = rows.filter(key=key).first()
    if found is None:
        raise Http404
    return found


@require_safe
def scenario(request: Request, slug: str, key: str) -> HttpResponse:
    """One scenario: its range beside the plan's, what it says differently, and the questions."""
    project = access.visible(request, slug)
    return _scenario(request, project, _row(project, key), opened=request.GET.get("open", ""))


def _scenario(
    request: Request,
    project: Project,
    row: Scenario,
    *,
    opened: str = "",
    shown: cost_showing.Ask | None = None,
    fragment: str = "head",
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    plan = Variant(PLAN, selectors.plan_name(project), None, {}, costs.cost(project))
    variant = selectors.beside_plan(project, plan.cost, row)
    context = _head(project, plan, variant) | more
    if not wants_fragment(request):
        chapters = cost_showing.chapters(variant.cost, opened=opened or "-", shown=shown, own=variant.own)
        context["chapters"] = chapters
    elif shown is not None:
        fragment = "question"
        context["ask"] = shown
    return show(request, "costs/scenarios/scenario.html", context, fragment=fragment, status=status)


def _head(project: Project, plan: Variant, variant: Variant) -> dict[str, Any]:
    rows, picture = showing.rows([plan, variant])
    row = variant.row
    initial = {"name": row.name, "note": row.note} if row else {}
    spell = NumberField().prepare_value
    return {
        "variant": variant,
        "plan": plan,
        "row": rows[1],
        "plan_row": rows[0],
        "both": [rows[1], rows[0]],
        "picture": picture,
        "flags": showing.comparison([variant]).shared,
        "held": {key: words.answer(key, value, project.currency) for key, value in plan.cost.answers.items()},
        "edit_form": EditForm(initial=initial),
        "edit_seen": initial,
        "target_form": TargetForm(initial={"target": variant.target}),
        "target_seen": "" if variant.target is None else spell(variant.target),
        "metric": plan.cost.primary,
        "base": reverse("costs:scenarios", args=[project.slug]),
    }


@require_POST
def scenario_edit(request: Request, slug: str, key: str) -> HttpResponse:
    """Another name or note."""
    project = access.editable(request, slug)
    row = _row(project, key)
    form = EditForm(request.POST)
    seen = {
        name: request.POST.get(f"seen-{name}", getattr(row, name)).replace("\r\n", "\n") for name in ("name", "note")
    }
    status = 422
    more: dict[str, Any] = {"edit_form": form, "edit_seen": seen}
    if form.is_valid():
        try:
            outcome = actions.edit(row=row, seen=seen, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error(refused.path if refused.path in form.fields else None, say(refused))
        else:
            if isinstance(outcome, Scenario):
                if wants_fragment(request):
                    return _scenario(request, project, _row(project, key), saved="edit")
                return redirect("costs:scenario", slug, key)
            current = outcome.current
            theirs = " · ".join(text for text in (current.name, current.note) if text)
            form.add_error(None, say(Refused("cost_changed_by_other", who=str(current.by or "?"), theirs=theirs)))
            status, more["edit_seen"] = 409, {"name": current.name, "note": current.note}
    return _scenario(request, project, row, status=status, **more)


@require_POST
def scenario_target(request: Request, slug: str, key: str) -> HttpResponse:
    """Another target in this scenario; an empty one is the plan's again."""
    project = access.editable(request, slug)
    row = _row(project, key)
    form = TargetForm(request.POST)
    posted = request.POST.get("seen")
    before = TargetForm({"target": posted})
    status = 422
    more: dict[str, Any] = {"target_form": form, "target_seen": posted or ""}
    if form.is_valid():
        seen = before.cleaned_data["target"] if posted is not None and before.is_valid() else NOT_SAID
        try:
            clash = actions.set_target(row=row, target=form.cleaned_data["target"], seen=seen, by=request.user)
        except Refused as refused:
            form.add_error("target", say(refused))
        else:
            if clash is None:
                if wants_fragment(request):
                    return _scenario(request, project, _row(project, key), saved="target")
                return redirect("costs:scenario", slug, key)
            row = _row(project, key)
            theirs = "–" if row.target is None else number(row.target)
            form.add_error("target", say(Refused("cost_changed_by_other", who=str(clash.by or "?"), theirs=theirs)))
            status, more["target_seen"] = 409, "" if row.target is None else NumberField().prepare_value(row.target)
    return _scenario(request, project, row, status=status, **more)


@require_POST
def scenario_answer(request: Request, slug: str, key: str, question: str) -> HttpResponse:
    """Answer one question in this scenario only, leave it open, or follow the plan again."""
    project = access.editable(request, slug)
    row = _row(project, key)
    asked = catalog.cost_questionnaire().question(question)
    if asked is None:
        raise Http404
    posted: Mapping[str, str] = request.POST.dict()
    seen = seen_in(posted)
    errors, clash = _submit(request, row, asked, posted, seen)
    if clash is not None:
        row = _row(project, key)
        theirs = (
            _("as in the plan") if clash.current is None else words.answer(question, clash.current, project.currency)
        )
        refused = Refused("cost_changed_by_other", who=str(clash.by or "?"), theirs=theirs)
        errors = {first_field(asked): [say(refused)]}
    elif not errors:
        row = _row(project, key)
    if not errors and not wants_fragment(request):
        return redirect(f"{reverse('costs:scenario', args=[slug, key])}?open={asked.group}#q-{question}")
    plan = costs.cost(project)
    cost = selectors.beside_plan(project, plan, row).cost
    # After a mistake the field keeps what its writer saw; after a clash they have seen what stands now.
    kept = None if clash is not None or not errors else posted.get("seen")
    shown = cost_showing.ask(
        cost,
        asked,
        posted=posted if errors else None,
        errors=errors,
        saved=not errors,
        seen=kept,
        own=selectors.own(row),
    )
    status = 409 if clash is not None else 422 if errors else 200
    return _scenario(request, project, row, opened=asked.group, shown=shown, oob=not errors, status=status)


def _submit(
    request: Request, row: Scenario, asked: Question, posted: Mapping[str, str], seen: Any
) -> tuple[dict[str, list[str]], AnswerClash | None]:
    """Do what the pressed button says: the sentences by field where that is refused, or the clash."""
    if "follow" in posted:
        value = None
    elif "unanswered" in posted:
        value = UNANSWERED
    else:
        form = given(asked, posted)
        if isinstance(form, str):
            value = form
        elif not form.is_valid():
            return form.sentences(), None
        else:
            value = form.answer()
    try:
        clash = actions.answer(row=row, question=asked.key, value=value, seen=seen, by=request.user)
    except Refused as refused:
        if value is None or isinstance(form, str):
            return {first_field(asked): [say(refused)]}, None
        form.add_refusal(refused)
        return form.sentences(), None
    return {}, clash


@require_POST
def scenario_remove(request: Request, slug: str, key: str) -> HttpResponse:
    """Take a scenario out; the list offers to put it back."""
    project = access.editable(request, slug)
    row = get_scenario(project, key)
    actions.remove(row=row, by=request.user)
    if wants_fragment(request):
        return _list(request, project, removed=key)
    return redirect(f"{reverse('costs:scenarios', args=[slug])}?removed={key}")


@require_POST
def scenario_restore(request: Request, slug: str, key: str) -> HttpResponse:
    """Put a deleted scenario back."""
    project = access.editable(request, slug)
    try:
        actions.restore(row=get_scenario(project, key), by=request.user)
    except Refused as refused:
        return _list(request, project, sentence=say(refused), status=422)
    if wants_fragment(request):
        return _list(request, project)
    return redirect("costs:scenarios", slug)


def get_scenario(project: Project, key: str) -> Scenario:
    """The scenario, deleted or not. Raises Http404 where there never was one."""
    found = Scenario.objects.select_related("project", "by").filter(project=project, key=key).first()
    if found is None:
        raise Http404
    return found


@require_POST
def scenario_plan(request: Request, slug: str, key: str) -> HttpResponse:
    """Make a scenario the plan; what the plan said is kept as a scenario."""
    project = access.editable(request, slug)
    try:
        kept = actions.make_plan(row=_row(project, key), by=request.user)
    except Refused as refused:
        return _list(request, project, sentence=say(refused), status=422)
    return _go(request, f"{reverse('costs:scenarios', args=[slug])}?kept={kept.key}")
