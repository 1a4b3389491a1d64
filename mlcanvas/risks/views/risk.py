"""One risk, whole: to read, to change, to live with, to take out and to put back."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from mlcanvas import catalog
from mlcanvas.domain.refusal import Refused
from mlcanvas.projects import access
from mlcanvas.projects.clash import Clash
from mlcanvas.risks import actions, links, selectors
from mlcanvas.risks.forms import AcceptForm, RiskForm
from mlcanvas.risks.models import Risk
from mlcanvas.risks.scales.selectors import in_force
from mlcanvas.risks.views.register import done, register_page
from mlcanvas.web.http import Request
from mlcanvas.web.pages import show, wants_fragment
from mlcanvas.web.sentences import here, say


@require_http_methods(["GET", "HEAD", "POST"])
def risk_edit(request: Request, slug: str, key: str) -> HttpResponse:
    """One risk, whole: to read, or to change."""
    project = access.editable(request, slug) if request.method == "POST" else access.visible(request, slug)
    if request.method != "POST":
        risk = get_object_or_404(Risk.objects.of(project).select_related("by"), key=key)
        return _risk(request, risk, RiskForm(in_force(project.workspace_id), initial=RiskForm.values_of(risk)))
    # A risk that was deleted meanwhile is found too: the writer keeps the text and learns what happened.
    found = Risk.objects.of(project).filter(key=key).first() or Risk.objects.deleted(project).filter(key=key).first()
    if found is None:
        raise Http404
    return _save(request, found)


def _save(request: Request, risk: Risk) -> HttpResponse:
    form = RiskForm(in_force(risk.project.workspace_id), request.POST)
    if not form.is_valid():
        return _risk(request, risk, form, status=422)
    try:
        outcome = actions.risk_edit(risk=risk, by=request.user, **form.cleaned_data)
    except Refused as refused:
        if refused.code == "risk_deleted":
            return _risk(request, risk, form, sentence=say(refused), deleted=True, status=409)
        form.add_error(refused.path if refused.path in form.fields else None, say(refused))
        return _risk(request, risk, form, status=422)
    if isinstance(outcome, Clash):
        return _clash(request, outcome.current, form)
    return redirect("risks:register", risk.project.slug)


def _clash(request: Request, current: Risk, form: RiskForm) -> HttpResponse:
    """Both versions side by side; sending again on top of the version now seen keeps mine."""
    theirs = RiskForm(form.by, initial=RiskForm.values_of(current))
    differing = [
        {
            "label": theirs[name].label,
            "theirs": _shown(theirs, name, getattr(current, name)),
            "mine": _shown(form, name, mine),
        }
        for name, mine in form.cleaned_data.items()
        if name != "version" and getattr(current, name) != mine
    ]
    posted = request.POST.copy()
    posted["version"] = str(current.version)
    again = RiskForm(form.by, posted)
    again.is_valid()
    sentence = here(catalog.sentence("risk_changed"))
    return _risk(request, current, again, sentence=sentence, differing=differing, status=409)


def _shown(form: RiskForm, name: str, value: Any) -> str:
    """A value as its field shows it: the label of a choice."""
    if value in (None, "", []):
        return "–"
    if name == "links":
        labels = {link.value: here(link.label) for group in links.groups() for link in group.links}
        return ", ".join(labels.get(one, one) for one in value)
    choices = getattr(form.fields[name], "choices", None)
    return str(dict(choices).get(str(value), value)) if choices else str(value)


def _risk(
    request: Request,
    risk: Risk,
    form: RiskForm,
    *,
    sentence: str = "",
    differing: list[dict[str, Any]] | None = None,
    deleted: bool = False,
    acceptance: AcceptForm | None = None,
    status: int = 200,
) -> HttpResponse:
    starter = catalog.risk_library().risk(risk.library) if risk.library else None
    context = {
        "risk": risk,
        "registered": selectors.Registered(risk, selectors.where(risk), form.by.scale),
        "form": form,
        "acceptance": acceptance or AcceptForm(),
        "today": timezone.localdate(),
        "sentence": sentence,
        "differing": differing or [],
        "deleted": deleted,
        "matrix": catalog.risk_matrix(),
        "starter": starter,
        "frameworks": {framework.key: framework.label for framework in catalog.risk_library().frameworks},
        "people": selectors.people(risk.project),
        "linked": _linked(risk),
        "link_groups": _link_groups(form["links"].value() or []),
    }
    return show(request, "risks/risk.html", context, fragment="risk", status=status)


def _linked(risk: Risk) -> list[tuple[str, str]]:
    """The links of a stored risk: what they are called, and their pages."""
    labels = {link.value: here(link.label) for group in links.groups() for link in group.links}
    return [(labels[value], links.address(risk.project, value)) for value in risk.links if value in labels]


def _link_groups(ticked: list[str]) -> list[tuple[str, list[tuple[str, str, bool]], int]]:
    """Each group with its links and whether they are ticked, and how many are."""
    found = []
    for group in links.groups():
        rows = [(link.value, here(link.label), link.value in ticked) for link in group.links]
        found.append((here(group.label), rows, sum(1 for row in rows if row[2])))
    return found


@require_POST
def risk_remove(request: Request, slug: str, key: str) -> HttpResponse:
    """Take a risk out of the register, with a way back on the next page."""
    project = access.editable(request, slug)
    risk = get_object_or_404(Risk.objects.of(project).select_related("project"), key=key)
    actions.risk_remove(risk=risk, by=request.user)
    if wants_fragment(request):
        return register_page(request, project, removed=[key])
    return redirect(reverse("risks:register", args=[slug]) + f"?removed={key}#register")


@require_POST
def risk_restore(request: Request, slug: str, key: str) -> HttpResponse:
    """Put a deleted risk back."""
    project = access.editable(request, slug)
    risk = Risk.objects.deleted(project).select_related("project").filter(key=key).first()
    if risk is None:
        raise Http404
    try:
        actions.risk_restore(risk=risk, by=request.user)
    except Refused as refused:
        return register_page(request, project, sentence=say(refused), status=422)
    return done(request, project)


@require_POST
def risk_accept(request: Request, slug: str, key: str) -> HttpResponse:
    """Live with the risk until a day, for a reason."""
    project = access.editable(request, slug)
    risk = get_object_or_404(Risk.objects.of(project).select_related("by", "project"), key=key)
    form = AcceptForm(request.POST)
    if form.is_valid():
        try:
            risk = actions.accept(risk=risk, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error(refused.path or None, say(refused))
        else:
            return _acceptance(request, risk)
    if wants_fragment(request):
        return _acceptance(request, risk, form, status=422)
    whole = RiskForm(in_force(project.workspace_id), initial=RiskForm.values_of(risk))
    return _risk(request, risk, whole, acceptance=form, status=422)


@require_POST
def risk_accept_end(request: Request, slug: str, key: str) -> HttpResponse:
    """Live with it no longer."""
    project = access.editable(request, slug)
    risk = get_object_or_404(Risk.objects.of(project).select_related("project"), key=key)
    return _acceptance(request, actions.take_acceptance_back(risk=risk, by=request.user))


def _acceptance(request: Request, risk: Risk, form: AcceptForm | None = None, status: int = 200) -> HttpResponse:
    """The card of the acceptance alone: what is typed and not saved in the form of the risk stays where it is."""
    if not wants_fragment(request):
        return redirect(reverse("risks:risk_edit", args=[risk.project.slug, risk.key]) + "#acceptance")
    whole = RiskForm(in_force(risk.project.workspace_id), initial=RiskForm.values_of(risk))
    context = {
        "risk": risk,
        "registered": selectors.Registered(risk, selectors.where(risk), whole.by.scale),
        "acceptance": form or AcceptForm(),
        # Accepting is a treatment and a new version: the form of the risk has to know both.
        "renewed": [whole[name].as_widget(attrs={"hx-swap-oob": "true"}) for name in ("version", "treatment")],
    }
    return show(request, "risks/on_acceptance.html", context, status=status)
