from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mlcanvas.costs.actuals import actions, selectors, showing
from mlcanvas.costs.actuals.forms import ActualForm
from mlcanvas.domain.refusal import Refused
from mlcanvas.projects import access
from mlcanvas.projects.clash import Clash
from mlcanvas.projects.models import Project
from mlcanvas.web.http import Request
from mlcanvas.web.pages import show, wants_fragment
from mlcanvas.web.sentences import say

TEMPLATE = "costs/actuals.html"


@require_safe
def actuals(request: Request, slug: str) -> HttpResponse:
    """Planned against actual, line by line."""
    return _page(request, access.visible(request, slug))


def _page(
    request: Request, project: Project, *, shown: showing.Row | None = None, sentence: str = "", status: int = 200
) -> HttpResponse:
    context = {"page": showing.page(project, shown=shown), "sentence": sentence}
    return show(request, TEMPLATE, context, fragment="compared" if shown is None else "", status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def actual(request: Request, slug: str, line: str) -> HttpResponse:
    """What one line came to: its row, or a new value for it."""
    project = access.visible(request, slug) if request.method in ("GET", "HEAD") else access.editable(request, slug)
    if line not in selectors.lines():
        raise Http404
    if request.method != "POST":
        if not wants_fragment(request):
            return redirect(reverse("costs:actuals", args=[slug]) + f"#a-{line}")
        return _row(request, project, line)
    return _set(request, project, line)


def _set(request: Request, project: Project, line: str) -> HttpResponse:
    form = ActualForm(request.POST, auto_id=f"{line}-%s")
    seen = ActualForm(request.POST, prefix="seen")
    if not form.is_valid():
        return _row(request, project, line, form=form, status=422)
    if not seen.is_valid():  # nobody can have seen that: what stands is shown before anything replaces it
        current = selectors.rows(project).get(line)
        clash = Clash(selectors.values_of(current), current.by if current else None)
        return _clash(request, project, line, form, clash)
    try:
        outcome = actions.actual_set(
            project=project, line=line, seen=seen.cleaned_data, by=request.user, **form.cleaned_data
        )
    except Refused as refused:
        form.add_error(refused.path if refused.path in form.fields else None, say(refused))
        return _row(request, project, line, form=form, status=422)
    if isinstance(outcome, Clash):
        return _clash(request, project, line, form, outcome)
    if not wants_fragment(request):
        return redirect(reverse("costs:actuals", args=[project.slug]) + f"#a-{line}")
    return _row(request, project, line, saved=True)


def _clash(
    request: Request, project: Project, line: str, form: ActualForm, clash: Clash[dict[str, Any]]
) -> HttpResponse:
    theirs = showing.differences(form, clash.current)
    return _row(request, project, line, form=form, theirs=theirs, who=clash.by, status=409)


def _row(
    request: Request,
    project: Project,
    line: str,
    *,
    form: ActualForm | None = None,
    theirs: list[tuple[str, object, object]] | None = None,
    who: object = None,
    saved: bool = False,
    status: int = 200,
) -> HttpResponse:
    standing = selectors.standing(project)
    outcome = next(each for each in standing.outcome.lines if each.key == line)
    shown = showing.row(outcome, standing.rows.get(line), form=form, saved=saved, theirs=theirs, by=who)
    if not wants_fragment(request):
        return _page(request, project, shown=shown, status=status)
    if saved:
        # The picture and the table follow, beside the row.
        context = {"row": shown, "page": showing.page(project), "oob": True}
        return show(request, "costs/on_actual.html", context)
    return show(request, TEMPLATE, {"row": shown}, fragment="row", status=status)


@require_POST
def actuals_plan(request: Request, slug: str) -> HttpResponse:
    """Choose the estimate to compare with, or leave it to the dates."""
    project = access.editable(request, slug)
    raw = request.POST.get("estimate", "")
    number = int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 9 else None
    try:
        if raw and number is None:
            raise Refused("estimate_unknown", "estimate")
        actions.compare_with(project=project, number=number, by=request.user)
    except Refused as refused:
        return _page(request, project, sentence=say(refused), status=422)
    if wants_fragment(request):
        return _page(request, project)
    return redirect(reverse("costs:actuals", args=[slug]) + "#compared")
