"""What every page of the canvas shows of a block."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import Http404
from django.urls import reverse

from mlcanvas import catalog
from mlcanvas.canvas import selectors
from mlcanvas.canvas.models import Canvas
from mlcanvas.canvas.selectors import Filled, FilledCanvas
from mlcanvas.projects import saving
from mlcanvas.projects.models import Project


@dataclass(frozen=True, slots=True)
class Box:
    """A block as the page shows it. `sentence` says why an agreement was refused."""

    filled: Filled
    field: saving.Field
    facts: tuple[tuple[Any, Any], ...]
    sentence: str = ""


def box(project: Project, canvas: FilledCanvas, filled: Filled, facts: Mapping[str, Any], sentence: str = "") -> Box:
    """A block with its field and the answered facts that belong to it."""
    key = filled.block.key
    address = reverse("canvas:block_save", args=[project.slug, canvas.template.key, key])
    known = catalog.facts()
    return Box(
        filled,
        saving.field(key, address, filled.passage),
        tuple((known[fact], facts.get(fact)) for fact in filled.block.facts),
        sentence,
    )


def canvas_or_404(project: Project, template: str = "") -> FilledCanvas:
    """The project's primary canvas, or the one of `template`. Raises Http404 for one that it does not fill."""
    try:
        return selectors.canvas(project, template)
    except Canvas.DoesNotExist:
        raise Http404 from None


def block_or_404(canvas: FilledCanvas, key: str) -> Filled:
    """A block of the canvas. Raises Http404 for a key that its template does not have."""
    found = canvas.find(key)
    if found is None:
        raise Http404
    return found
