"""The register as a sheet: one cell at a time, one place at a time, or several risks at once."""

from datetime import date
from typing import Any, cast

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mlcanvas import catalog
from mlcanvas.domain.refusal import Refused
from mlcanvas.domain.risk import VIEWS, View
from mlcanvas.domain.scale import Scale
from mlcanvas.projects import access
from mlcanvas.projects.clash import Clash
from mlcanvas.projects.models import Project
from mlcanvas.risks import actions, listing, selectors
from mlcanvas.risks.forms import CELLS, MANY, CellForm, ManyForm
from mlcanvas.risks.models import Risk
from mlcanvas.risks.scales.selectors import in_force
from mlcanvas.risks.selectors import Registered
from mlcanvas.risks.views.register import done, listed, register_page
from mlcanvas.web.http import Request
from mlcanvas.web.pages import show, wants_fragment
from mlcanvas.web.sentences import here, say

CHANGED = "risks-changed"
"""The event by which a cell tells the picture that a risk stands elsewhere now."""


@require_safe
def news(request: Request, slug: str) -> HttpResponse:
    """How often the register changed, for a page that wants to know whether it is still right."""
    project = access.visible(request, slug)
    return JsonResponse({"moments": selectors.moments(project)})


def _row(request: Request, project: Project, risk: Risk) -> HttpResponse:
    categories = {category.key: here(category.label) for category in catalog.risk_matrix().categories}
    scale = in_force(project.workspace_id).scale
    context = {
        "project": project,
        "asked": listing.asked(request.GET, reverse("risks:register", args=[project.slug]), scale),
        "may_change": request.seat.may_edit,
        "rows": [listed(Registered(risk, selectors.where(risk), scale), categories, timezone.localdate())],
        "more": "",
    }
    response = show(request, "risks/register.html", context, fragment="rows")
    response.headers["HX-Retarget"] = f"#row-{risk.key}"
    response.headers["HX-Reswap"] = "outerHTML"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def cell_edit(request: Request, slug: str, key: str, cell: str) -> HttpResponse:
    """One cell of the list: a small form in its place, then the row as it stands."""
    project = access.editable(request, slug)
    if cell not in CELLS:
        raise Http404
    if request.method != "POST":
        risk = get_object_or_404(Risk.objects.of(project), key=key)
        if not wants_fragment(request):
            return redirect("risks:risk_edit", slug, key)
        form = CellForm(in_force(project.workspace_id), cell, initial=_stored(risk, cell))
        return _editor(request, risk, cell, form)
    rows = Risk.objects.select_related("project").filter(project=project, key=key)
    found = rows.filter(deleted_at=None).first() or rows.order_by("-deleted_at").first()
    if found is None:
        raise Http404
    return _set(request, found, cell)


def _stored(risk: Risk, cell: str) -> dict[str, Any]:
    return {name: getattr(risk, name) for name in CELLS[cell]}


def _set(request: Request, risk: Risk, cell: str) -> HttpResponse:
    by = in_force(risk.project.workspace_id)
    form = CellForm(by, cell, request.POST)
    seen = CellForm(by, cell, request.POST, prefix="seen")
    if not form.is_valid():
        return _editor(request, risk, cell, form, status=422)
    if not seen.is_valid():  # nobody can have seen that: what stands is shown before anything replaces it
        return _clash(request, risk, cell, form)
    try:
        outcome = actions.risk_set(risk=risk, seen=seen.cleaned_data, by=request.user, **form.cleaned_data)
    except Refused as refused:
        form.add_error(refused.path if refused.path in form.fields else None, say(refused))
        return _editor(request, risk, cell, form, status=409 if refused.code == "risk_deleted" else 422)
    if isinstance(outcome, Clash):
        return _clash(request, outcome.current, cell, form)
    if not wants_fragment(request):
        return redirect(reverse("risks:register", args=[risk.project.slug]) + "#register")
    response = _row(request, risk.project, outcome)
    response.headers["HX-Trigger"] = CHANGED
    return response


def _clash(request: Request, current: Risk, cell: str, form: CellForm) -> HttpResponse:
    theirs = " × ".join(_shown(form, name, value) for name, value in _stored(current, cell).items())
    form.add_error(None, say(Refused("risk_changed_by_other", who=str(current.by or "?"), theirs=theirs)))
    return _editor(request, current, cell, form, status=409)


def _shown(form: CellForm, name: str, value: Any) -> str:
    choices = getattr(form.fields[name], "choices", None)
    return str(dict(choices).get(str(value), "–") if choices else value if value not in (None, "") else "–")


def _editor(request: Request, risk: Risk, cell: str, form: CellForm, status: int = 200) -> HttpResponse:
    context = {
        "risk": risk,
        "project": risk.project,
        "cell": cell,
        "form": form,
        "seen": [(f"seen-{name}", _written(value)) for name, value in _stored(risk, cell).items()],
        "asked": listing.asked(request.GET, reverse("risks:register", args=[risk.project.slug]), form.by.scale),
    }
    return show(request, "risks/cell.html", context, fragment="cell", status=status)


def _written(value: Any) -> str:
    """A value as its field reads it back."""
    return value.isoformat() if isinstance(value, date) else "" if value is None else str(value)


@require_POST
def risk_move(request: Request, slug: str, key: str) -> HttpResponse:
    """Give a risk another place in the picture: by drag, or by keyboard."""
    project = access.editable(request, slug)
    risk = get_object_or_404(Risk.objects.select_related("project"), project=project, key=key, deleted_at=None)
    asked = request.POST.get("view", "")
    view = cast("View", next((view for view in VIEWS if view == asked), "current"))
    to, seen = request.POST.get("to", ""), request.POST.get("seen", "")
    by = in_force(project.workspace_id)
    try:
        if request.POST.get("scale", str(by.number)) != str(by.number):
            raise Refused("scale_changed_meanwhile")
        places = [_place(text, by.scale) for text in (seen, to)]
        outcome = actions.risk_move(risk=risk, view=view, seen=places[0], to=places[1], by=request.user)
    except Refused as refused:
        return register_page(request, project, sentence=say(refused), status=422)
    if isinstance(outcome, Clash):
        spot = selectors.where(outcome.current).seen(view)
        place = f"{spot.likelihood} × {spot.severity}"
        sentence = say(Refused("risk_moved_by_other", who=str(outcome.current.by or "?"), place=place))
        return register_page(request, project, sentence=sentence, status=409)
    if not wants_fragment(request):
        return done(request, project)
    spot = selectors.where(outcome).seen(view)
    undo = {"key": key, "title": outcome.title, "view": view, "to": seen, "seen": to}
    return register_page(request, project, moved=undo | {"place": f"{spot.likelihood} × {spot.severity}"})


def _place(text: str, scale: Scale) -> tuple[int, int] | None:
    """The cell that `4x3` names, None for no place. Raises Refused (`risk_no_cell`)."""
    place = listing.cell(text, scale)
    if text and place is None:
        raise Refused("risk_no_cell", given=text[:20])
    return place


@require_POST
def many(request: Request, slug: str) -> HttpResponse:
    """Do the same with several risks: give them a value, or take them out."""
    project = access.editable(request, slug)
    keys = request.POST.getlist("key")
    what = request.POST.get("what", "")
    if not keys:
        return register_page(request, project, sentence=here(catalog.sentence("risk_none_chosen")), status=422)
    if what == "remove":
        removed = actions.remove_many(project=project, keys=keys, by=request.user)
        if wants_fragment(request):
            return register_page(request, project, removed=removed)
        return redirect(reverse("risks:register", args=[slug]) + "?removed=last#register")
    if what not in MANY:
        raise Http404
    form = ManyForm(what, request.POST.get(what, ""))
    if not form.is_valid():
        sentence = " ".join(str(error) for errors in form.errors.values() for error in errors)
        return register_page(request, project, sentence=sentence, chosen=keys, many=request.POST, status=422)
    count = actions.edit_many(project=project, keys=keys, by=request.user, **form.cleaned_data)
    said = ngettext("%(count)d risk is changed.", "%(count)d risks are changed.", count) % {"count": count}
    if wants_fragment(request):
        return register_page(request, project, done=said)
    return done(request, project)


@require_POST
def many_restore(request: Request, slug: str) -> HttpResponse:
    """Put several deleted risks back."""
    project = access.editable(request, slug)
    keys = request.POST.get("keys", "").split(",")
    back = actions.restore_many(project=project, keys=keys, by=request.user)
    if used := [risk.key for risk in selectors.register(project) if risk.key in keys and risk.key not in back]:
        sentence = say(Refused("risk_in_register", key=", ".join(used)))
        return register_page(request, project, sentence=sentence, status=422)
    return done(request, project)
