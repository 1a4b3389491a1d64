from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mlcanvas import catalog
from mlcanvas.advice import selectors as advice
from mlcanvas.domain.lifecycle import Checkpoint, Gate, StageKey, Standing, SubStage, is_forward, moves
from mlcanvas.domain.refusal import Refused
from mlcanvas.projects import access
from mlcanvas.projects.models import Project
from mlcanvas.tracker import actions, pictures, selectors
from mlcanvas.tracker.forms import CheckpointForm, EvidenceForm, MoveForm
from mlcanvas.tracker.models import Evidence
from mlcanvas.tracker.selectors import Step, Tracked
from mlcanvas.web.http import Request
from mlcanvas.web.pages import show, wants_fragment
from mlcanvas.web.sentences import here, say


@dataclass(frozen=True, slots=True)
class Row:
    """A checkpoint as the page shows it; the forms are there only while it is being changed."""

    standing: Standing
    evidence: tuple[Evidence, ...]
    todo: tuple[Step, ...]
    day: date | None = None
    law: str = ""
    form: CheckpointForm | None = None
    evidence_form: EvidenceForm | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A stage as the page shows it: its gate and its parts with their rows."""

    gate: Gate
    parts: tuple[tuple[SubStage, tuple[Row, ...]], ...]
    open: bool
    here: bool


@dataclass(frozen=True, slots=True)
class Edited:
    """The checkpoint that is being changed, with what was typed."""

    key: str
    form: CheckpointForm | None = None
    evidence_form: EvidenceForm | None = None


# Overview


@require_safe
def overview(request: Request, slug: str) -> HttpResponse:
    """Where the project stands, on one page."""
    project = access.visible(request, slug)
    found = selectors.overview(project)
    summary = project.summary
    context = {
        "overview": found,
        "no_range": say(found.no_range) if found.no_range else "",
        "advice": advice.advice(project),
        "range": pictures.cost_range(summary.p10, summary.p50, summary.p90),
        "table": pictures.table(found.risk_level, found.severity_level),
        "loop": pictures.loop(found.tracked.gates, found.tracked.at),
    }
    return show(request, "tracker/overview.html", context)


# Lifecycle


@require_safe
def lifecycle(request: Request, slug: str) -> HttpResponse:
    """The stages as a loop, their checkpoints, and the way on or back."""
    return _lifecycle(request, access.visible(request, slug))


def _lifecycle(
    request: Request,
    project: Project,
    *,
    edited: Edited | None = None,
    move: Form | None = None,
    opened: str = "",
    status: int = 200,
) -> HttpResponse:
    found = selectors.tracked(project)
    asked = opened or request.GET.get("stage", "")
    law = selectors.law(project)
    sections = [_section(project, found, gate, edited, asked, law) for gate in found.gates.values()]
    context: dict[str, Any] = {
        "tracked": found,
        "gate": found.gates[found.at],
        "loop": pictures.loop(found.gates, found.at),
        "sections": sections,
        "next": next((key for key in moves(found.at) if is_forward(found.at, key)), None),
        "back": [found.gates[key].stage for key in moves(found.at) if not is_forward(found.at, key)],
        "held": [step for gate in found.held for step in selectors.todo(project, gate.missing)],
        "move": move or MoveForm(initial={"reopen": True}),
        "moves": selectors.moves(project),
    }
    fragment = "lifecycle"
    if edited and request.method == "GET":
        fragment = "checkpoint"
        context["row"] = next(row for section in sections for _, rows in section.parts for row in rows if row.form)
    return show(request, "tracker/lifecycle.html", context, fragment=fragment, status=status)


def _section(
    project: Project, found: Tracked, gate: Gate, edited: Edited | None, asked: str, law: dict[str, str]
) -> Section:
    standings = {standing.checkpoint.key: standing for standing in gate.standings}
    parts = tuple(
        (part, tuple(_row(project, found, standings[checkpoint.key], edited, law) for checkpoint in part.checkpoint))
        for part in gate.stage.part
    )
    is_open = gate.stage.key in (found.at, asked) or (edited is not None and edited.key in standings)
    return Section(gate, parts, is_open, gate.stage.key is found.at)


def _row(project: Project, found: Tracked, standing: Standing, edited: Edited | None, law: dict[str, str]) -> Row:
    key = standing.checkpoint.key
    todo = selectors.todo(project, (standing,), all_missing=True) if standing.checkpoint.rule else ()
    links = found.evidence.get(key, ())
    day = date.fromisoformat(standing.mark.on) if standing.mark.on else None
    if edited is None or edited.key != key:
        return Row(standing, links, todo, day, law.get(key, ""))
    form = edited.form or CheckpointForm(standing.checkpoint, initial=CheckpointForm.values_of(standing.mark))
    return Row(standing, links, todo, day, law.get(key, ""), form, edited.evidence_form or EvidenceForm())


def _checkpoint(key: str) -> Checkpoint:
    found = catalog.lifecycle().checkpoints.get(key)
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def checkpoint_edit(request: Request, slug: str, key: str) -> HttpResponse:
    """Change how a checkpoint stands, who answers for it, and its note."""
    project = access.editable(request, slug)
    checkpoint = _checkpoint(key)
    if request.method != "POST":
        return _lifecycle(request, project, edited=Edited(key))
    form = CheckpointForm(checkpoint, request.POST)
    if form.is_valid():
        try:
            actions.checkpoint_set(project=project, key=key, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error(refused.path or None, say(refused))
        else:
            return _done(request, project, key)
    return _lifecycle(request, project, edited=Edited(key, form=form), status=422)


@require_POST
def checkpoint_tick(request: Request, slug: str, key: str) -> HttpResponse:
    """Tick a checkpoint, or open it again; everything else about it stays."""
    project = access.editable(request, slug)
    _checkpoint(key)
    try:
        actions.checkpoint_tick(project=project, key=key, by=request.user, done=request.POST.get("done") == "yes")
    except Refused as refused:
        messages.error(request, say(refused))
        return _lifecycle(request, project, edited=Edited(key), status=422)
    return _done(request, project, key)


@require_POST
def evidence_add(request: Request, slug: str, key: str) -> HttpResponse:
    """Attach a link to a checkpoint."""
    project = access.editable(request, slug)
    _checkpoint(key)
    form = EvidenceForm(request.POST)
    if form.is_valid():
        try:
            actions.evidence_add(project=project, key=key, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error(refused.path or None, say(refused))
        else:
            return _done(request, project, key)
    return _lifecycle(request, project, edited=Edited(key, evidence_form=form), status=422)


@require_POST
def evidence_remove(request: Request, slug: str, key: str, number: int) -> HttpResponse:
    """Take a link away from a checkpoint."""
    project = access.editable(request, slug)
    evidence = get_object_or_404(Evidence, pk=number, checkpoint__project=project, checkpoint__key=key)
    actions.evidence_remove(project=project, evidence=evidence, by=request.user)
    return _done(request, project, key)


@require_POST
def stage_move(request: Request, slug: str) -> HttpResponse:
    """Go on to the next stage, or back to an earlier one with a reason."""
    project = access.editable(request, slug)
    form = MoveForm(request.POST)
    if not form.is_valid():
        return _lifecycle(request, project, move=form, status=422)
    try:
        moved = actions.move(project=project, by=request.user, **form.cleaned_data)
    except Refused as refused:
        form.add_error("reason" if refused.path == "reason" else None, say(refused))
        return _lifecycle(request, project, move=form, status=409 if refused.code == "stage_moved" else 422)
    label = catalog.lifecycle().stages[StageKey(moved.to)].label
    messages.success(request, _("The project is now in: %(stage)s.") % {"stage": here(label)})
    return redirect("tracker:lifecycle", slug)


def _done(request: Request, project: Project, key: str) -> HttpResponse:
    if wants_fragment(request):
        return _lifecycle(request, project, opened=_stage_of(key))
    return redirect(f"{reverse('tracker:lifecycle', args=[project.slug])}?stage={_stage_of(key)}#{key}")


def _stage_of(key: str) -> str:
    stages = catalog.lifecycle().stages.values()
    return next(stage.key.value for stage in stages if any(found.key == key for found in stage.checkpoints))
