"""One block: large, saved, agreed."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from mlcanvas import catalog
from mlcanvas.canvas import actions, selectors
from mlcanvas.canvas.views.boxes import TASK, block_or_404, box, canvas_or_404, guide
from mlcanvas.domain.refusal import Refused
from mlcanvas.projects import access, saving
from mlcanvas.projects import selectors as projects
from mlcanvas.projects.actions import Merged, Saved
from mlcanvas.projects.comments import selectors as comments
from mlcanvas.projects.models import Project
from mlcanvas.web.http import Request
from mlcanvas.web.pages import show, wants_fragment
from mlcanvas.web.sentences import say


@require_safe
def block_here(request: Request, slug: str, key: str) -> HttpResponse:
    """To a block, for pages that know no templates: on the primary canvas, or else on the first other that has it."""
    project = access.visible(request, slug)
    known = catalog.canvas_templates()
    for header in selectors.headers(project):
        if key in known[header.template].blocks:
            return redirect("canvas:block", slug, header.template, key)
    if not any(key in template.blocks for template in known.values()):
        raise Http404
    # A block that the project does not fill: its canvas can be added there.
    return redirect("canvas:canvases", slug)


@require_safe
def block(request: Request, slug: str, template: str, key: str) -> HttpResponse:
    """One block, large: with its facts, and the way to agree on it."""
    return _block(request, access.visible(request, slug), template, key)


def _block(
    request: Request, project: Project, template: str, key: str, sentence: str = "", status: int = 200
) -> HttpResponse:
    context = _context(project, template, key, sentence)
    return show(request, "canvas/block.html", context, fragment="box", status=status)


def _context(project: Project, template: str, key: str, sentence: str = "") -> dict[str, Any]:
    canvas = canvas_or_404(project, template)
    filled, facts = block_or_404(canvas, key), projects.facts(project)
    return {
        "canvas": canvas,
        "box": box(
            project,
            canvas,
            filled,
            threads=comments.open_threads(project, f"canvas/{template}"),
            task=str(facts.get(TASK) or ""),
            sentence=sentence,
        ),
        "guide": guide(filled.block, facts),
        "single": True,
    }


@require_safe
def block_guide(request: Request, slug: str, template: str, key: str) -> HttpResponse:
    """What stands beside a block: facts, what a good answer says, and what else there is about it."""
    context = _context(access.visible(request, slug), template, key)
    return show(request, "canvas/guide.html", context, fragment="guide")


@require_POST
def block_save(request: Request, slug: str, template: str, key: str) -> HttpResponse:
    """Save the text of a block."""
    project = access.editable(request, slug)
    if not selectors.fills(project, template) or key not in catalog.canvas_templates()[template].blocks:
        raise Http404
    shown = saving.Field(key, reverse("canvas:block_save", args=[slug, template, key]))
    after = reverse("canvas:canvas_of", args=[slug, template])

    def stored(outcome: Saved | Merged) -> None:
        # An edit inside a draft moves nothing: only the first words do, the last ones, or the end of an agreement.
        if (
            isinstance(outcome, Merged)
            or outcome.filled is not None
            or selectors.was_agreed(project, template, key, outcome.version - 1)
        ):
            actions.refresh(project=project)

    passage = selectors.passage_key(template, key)
    return saving.answer(request, project, key=passage, shown=shown, after=after, stored=stored)


@require_POST
def block_agree(request: Request, slug: str, template: str, key: str) -> HttpResponse:
    """Say that a block is agreed as it stands."""
    project = access.editable(request, slug)
    block_or_404(canvas_or_404(project, template), key)
    try:
        version = saving.version(request.POST, "version")
        actions.agree(project=project, template=template, block=key, version=version, by=request.user)
    except Refused as refused:
        return _block(request, project, template, key, say(refused), status=409)
    return _after(request, project, template, key)


@require_POST
def block_reopen(request: Request, slug: str, template: str, key: str) -> HttpResponse:
    """Make an agreed block a draft again."""
    project = access.editable(request, slug)
    block_or_404(canvas_or_404(project, template), key)
    actions.reopen(project=project, template=template, block=key, by=request.user)
    return _after(request, project, template, key)


def _after(request: Request, project: Project, template: str, key: str) -> HttpResponse:
    if wants_fragment(request):
        return _block(request, project, template, key)
    return redirect("canvas:block", project.slug, template, key)
