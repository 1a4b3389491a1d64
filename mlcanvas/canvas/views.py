from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from mlcanvas import catalog
from mlcanvas.canvas import actions, selectors
from mlcanvas.canvas.forms import HeadForm
from mlcanvas.canvas.selectors import Filled, FilledCanvas
from mlcanvas.domain.refusal import Refused
from mlcanvas.projects import access, saving
from mlcanvas.projects import selectors as projects
from mlcanvas.projects.actions import Merged, Saved
from mlcanvas.projects.models import Project
from mlcanvas.web.http import Request
from mlcanvas.web.pages import show, wants_fragment
from mlcanvas.web.sentences import say


@dataclass(frozen=True, slots=True)
class Box:
    """A block as the page shows it."""

    filled: Filled
    field: saving.Field
    facts: tuple[tuple[Any, Any], ...]
    sentence: str = ""


def _box(project: Project, filled: Filled, facts: dict[str, Any], sentence: str = "") -> Box:
    key = filled.block.key
    address = reverse("canvas:block_save", args=[project.slug, key])
    known = catalog.facts()
    return Box(
        filled,
        saving.field(key, address, filled.passage),
        tuple((known[fact], facts.get(fact)) for fact in filled.block.facts),
        sentence,
    )


@require_safe
def canvas(request: Request, slug: str) -> HttpResponse:
    """The whole canvas on one screen."""
    return _canvas(request, access.visible(request, slug))


def _canvas(request: Request, project: Project, form: HeadForm | None = None, status: int = 200) -> HttpResponse:
    filled = selectors.canvas(project)
    facts = projects.facts(project)
    context = {
        "canvas": filled,
        "boxes": [_box(project, row, facts) for row in filled.blocks],
        "form": form or HeadForm(initial=_head(filled)),
    }
    return show(request, "canvas/canvas.html", context, fragment="head", status=status)


def _head(filled: FilledCanvas) -> dict[str, Any]:
    header = filled.header
    return {"designed_for": header.designed_for, "designed_by": header.designed_by, "date": header.date}


def _find(project: Project, key: str) -> Filled:
    found = next((row for row in selectors.canvas(project).blocks if row.block.key == key), None)
    if found is None:
        raise Http404
    return found


@require_safe
def block(request: Request, slug: str, key: str) -> HttpResponse:
    """One block, large: with its facts, and the way to agree on it."""
    project = access.visible(request, slug)
    return _block(request, project, key)


def _block(request: Request, project: Project, key: str, sentence: str = "", status: int = 200) -> HttpResponse:
    box = _box(project, _find(project, key), projects.facts(project), sentence)
    context = {"box": box, "canvas": selectors.canvas(project)}
    return show(request, "canvas/block.html", context, fragment="box", status=status)


@require_POST
def block_save(request: Request, slug: str, key: str) -> HttpResponse:
    """Save the text of a block."""
    project = access.editable(request, slug)
    template = selectors.template(project)
    if key not in template.blocks:
        raise Http404
    shown = saving.Field(key, reverse("canvas:block_save", args=[slug, key]))
    after = reverse("canvas:canvas", args=[slug])

    def stored(outcome: Saved | Merged) -> None:
        # An edit inside a draft moves nothing: only the first words do, the last ones, or the end of an agreement.
        if (
            isinstance(outcome, Merged)
            or outcome.filled is not None
            or selectors.was_agreed(project, key, outcome.version - 1)
        ):
            actions.refresh(project=project)

    passage = f"canvas/{template.key}/{key}"
    return saving.answer(request, project, key=passage, shown=shown, after=after, stored=stored)


@require_POST
def block_agree(request: Request, slug: str, key: str) -> HttpResponse:
    """Say that a block is agreed as it stands."""
    project = access.editable(request, slug)
    _find(project, key)
    try:
        version = saving.version(request.POST, "version")
        actions.agree(project=project, block=key, version=version, by=request.user)
    except Refused as refused:
        return _block(request, project, key, say(refused), status=409)
    return _after(request, project, key)


@require_POST
def block_reopen(request: Request, slug: str, key: str) -> HttpResponse:
    """Make an agreed block a draft again."""
    project = access.editable(request, slug)
    _find(project, key)
    actions.reopen(project=project, block=key, by=request.user)
    return _after(request, project, key)


def _after(request: Request, project: Project, key: str) -> HttpResponse:
    if wants_fragment(request):
        return _block(request, project, key)
    return redirect("canvas:block", project.slug, key)


@require_POST
def head_edit(request: Request, slug: str) -> HttpResponse:
    """Change for whom, by whom and when the canvas was made."""
    project = access.editable(request, slug)
    form = HeadForm(request.POST)
    if not form.is_valid():
        return _canvas(request, project, form, status=422)
    actions.head(project=project, by=request.user, **form.cleaned_data)
    if wants_fragment(request):
        return _canvas(request, project)
    return redirect("canvas:canvas", slug)
