"""A whole canvas on one screen, its header, and which canvases a project fills."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mlcanvas import catalog
from mlcanvas.canvas import actions, grids
from mlcanvas.canvas.forms import HeadForm
from mlcanvas.canvas.models import DEFAULT_TEMPLATE
from mlcanvas.canvas.selectors import FilledCanvas
from mlcanvas.canvas.views.boxes import TASK, box, canvas_or_404
from mlcanvas.domain.refusal import Refused
from mlcanvas.projects import access
from mlcanvas.projects import selectors as projects
from mlcanvas.projects.comments import selectors as comments
from mlcanvas.projects.models import Project
from mlcanvas.web.http import Request
from mlcanvas.web.pages import show, wants_fragment
from mlcanvas.web.sentences import say


@require_safe
def canvas(request: Request, slug: str, template: str = "") -> HttpResponse:
    """The primary canvas, or the one of `template`."""
    project = access.visible(request, slug)
    return _canvas(request, project, canvas_or_404(project, template))


def _canvas(
    request: Request, project: Project, filled: FilledCanvas, form: HeadForm | None = None, status: int = 200
) -> HttpResponse:
    task = str(projects.facts(project).get(TASK) or "")
    threads = comments.open_threads(project, f"canvas/{filled.template.key}")
    context = {
        "canvas": filled,
        "grids": grids.address(),
        "boxes": [box(project, filled, row, threads=threads, task=task) for row in filled.blocks],
        "others": [(header, catalog.canvas_templates()[header.template]) for header in filled.others],
        "form": form or HeadForm(initial=_head(filled)),
    }
    return show(request, "canvas/canvas.html", context, fragment="head", status=status)


def _head(filled: FilledCanvas) -> dict[str, Any]:
    header = filled.header
    return {"designed_for": header.designed_for, "designed_by": header.designed_by, "date": header.date}


@require_POST
def head_edit(request: Request, slug: str, template: str) -> HttpResponse:
    """Change for whom, by whom and when the canvas was made."""
    project = access.editable(request, slug)
    filled = canvas_or_404(project, template)
    form = HeadForm(request.POST)
    if not form.is_valid():
        return _canvas(request, project, filled, form, status=422)
    actions.head(project=project, template=template, by=request.user, **form.cleaned_data)
    if wants_fragment(request):
        return _canvas(request, project, canvas_or_404(project, template))
    return redirect("canvas:canvas_of", slug, template)


@require_safe
def canvases(request: Request, slug: str) -> HttpResponse:
    """Every template, and which of them the project fills."""
    return _canvases(request, access.visible(request, slug))


def _canvases(request: Request, project: Project, sentence: str = "", status: int = 200) -> HttpResponse:
    filled = canvas_or_404(project)
    held = {header.template: header for header in (filled.header, *filled.others)}
    known = catalog.canvas_templates()
    context = {
        "project": project,
        "templates": [(known[key], held.get(key)) for key in dict.fromkeys((*held, DEFAULT_TEMPLATE, *known))],
        "sentence": sentence,
    }
    return show(request, "canvas/canvases.html", context, fragment="canvases", status=status)


@require_POST
def canvas_add(request: Request, slug: str) -> HttpResponse:
    """Fill one more template."""
    project = access.editable(request, slug)
    template = request.POST.get("template", "")
    try:
        actions.add(project=project, template=template, by=request.user)
    except Refused as refused:
        return _canvases(request, project, say(refused), status=422)
    return redirect("canvas:canvas_of", slug, template)


@require_POST
def canvas_choose(request: Request, slug: str, template: str) -> HttpResponse:
    """Make a canvas the primary one."""
    project = access.editable(request, slug)
    canvas_or_404(project, template)
    actions.choose(project=project, template=template, by=request.user)
    if wants_fragment(request):
        return _canvases(request, project)
    return redirect("canvas:canvases", slug)


@require_POST
def canvas_remove(request: Request, slug: str, template: str) -> HttpResponse:
    """Put an additional canvas away; its texts are kept."""
    project = access.editable(request, slug)
    canvas_or_404(project, template)
    try:
        actions.remove(project=project, template=template, by=request.user)
    except Refused as refused:
        return _canvases(request, project, say(refused), status=409)
    if wants_fragment(request):
        return _canvases(request, project)
    messages.success(request, _("The canvas is put away. Add it again, and its texts are back."))
    return redirect("canvas:canvases", slug)
