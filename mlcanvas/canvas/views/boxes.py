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
from mlcanvas.domain.canvas import Block
from mlcanvas.domain.facts import FactDefinition, Option
from mlcanvas.domain.guidance import Guidance
from mlcanvas.domain.text import Text
from mlcanvas.projects import saving
from mlcanvas.projects.models import Project

# The fact that says what kind of task a project has.
TASK = "task_type"


@dataclass(frozen=True, slots=True)
class Box:
    """A block as a page shows it.

    `example` is one answer for the project's kind of task, or the block's own. `threads` are the open ones on it.
    `sentence` says why an agreement was refused.
    """

    filled: Filled
    field: saving.Field
    example: Text
    threads: int = 0
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Guide:
    """What stands beside a block: the facts that belong to it, and help for the project's kind of task.

    `fact_rows` are definitions with answers. `help` is there where the kind of task is known and has some. `kinds` are
    the keys of what is listed under the block.
    """

    fact_rows: tuple[tuple[FactDefinition, Any], ...]
    task: Option | None
    help: Guidance | None
    kinds: tuple[str, ...] = ()


def box(
    project: Project,
    canvas: FilledCanvas,
    filled: Filled,
    *,
    threads: Mapping[str, int],
    task: str = "",
    sentence: str = "",
) -> Box:
    """A block with its field; `task` is the project's kind of task, `threads` the open ones by target."""
    block = filled.block
    address = reverse("canvas:block_save", args=[project.slug, canvas.template.key, block.key])
    found = _help(block, task)
    example = found.example if found else block.example
    count = threads.get(selectors.passage_key(canvas.template.key, block.key), 0)
    return Box(filled, saving.field(block.key, address, filled.passage), example, count, sentence)


def guide(block: Block, facts: Mapping[str, Any]) -> Guide:
    """The guidance to a block of a project with these answered facts."""
    known = catalog.facts()
    task = str(facts.get(TASK) or "")
    option = next((option for option in known[TASK].options if option.key == task), None)
    # Without a kind of task there is no help for it: then it is asked here too, whatever the block.
    asked = dict.fromkeys((*block.facts, *(() if option else (TASK,))))
    kinds = tuple(kind.key for kind in catalog.row_kinds().values() if kind.block == block.key)
    return Guide(tuple((known[key], facts.get(key)) for key in asked), option, _help(block, task), kinds)


def _help(block: Block, task: str) -> Guidance | None:
    return catalog.guidance().get(block.key, {}).get(task)


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
