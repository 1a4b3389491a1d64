"""One canvas as a document of its own: a landscape page to print, to hang up, to put on a slide."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from mlcanvas import catalog
from mlcanvas.reports.blocks import Canvas
from mlcanvas.reports.document import Edition
from mlcanvas.reports.reading import Json, Reading, rows
from mlcanvas.reports.sections import canvas
from mlcanvas.reports.voice import Voice

Paper = Literal["a4", "a3"]
PAPERS: tuple[Paper, ...] = ("a4", "a3")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A canvas on a page.

    `title` is the project's name, `canvas.title` the template's, `name` what a file of it is called: project, canvas
    and iteration. `state` says which edition this is. `furniture` are the small texts around the page by name,
    `elsewhere` says on a picture where the rest of a long text is.
    """

    title: str
    language: str
    name: tuple[str, ...]
    state: str
    subject: str
    edition: Edition
    authors: tuple[str, ...]
    canvas: Canvas
    furniture: Mapping[str, str]
    elsewhere: str


def build(snapshot: Mapping[str, Any], edition: Edition, template: str, *, language: str | None = None) -> Sheet | None:
    """The sheet of one canvas of a snapshot, None for a canvas that it does not hold.

    Blocks without text ask their questions where the whole canvas is empty: such a page is there to be filled by hand.
    """
    shown = catalog.canvas_templates().get(template)
    project = snapshot["content"].get("project") or {}
    voice = Voice(language or str(project.get("language") or "en"), str(project.get("currency") or "EUR"))
    reading = Reading(snapshot["content"], {}, {}, voice)
    filled = _filled(reading, template)
    if shown is None or filled is None:
        return None
    iteration = str(project.get("iteration") or 1)
    drawn = canvas.grid(voice, shown, filled, iteration)
    if all(block.empty for block in drawn.blocks):
        asked = (replace(block, empty=voice.say(shown.blocks[block.key].question)) for block in drawn.blocks)
        drawn = replace(drawn, blocks=tuple(asked))
    title = str(project.get("name") or "–")
    said = str(filled.get("designed_by") or "").strip()
    working = f"{voice('cover.working')} · {voice('cover.unsigned')}"
    return Sheet(
        title=title,
        language="pt-br" if voice.portuguese else "en",
        name=(title, drawn.title, f"{voice('canvas.iteration').lower()} {iteration}"),
        state=voice("cover.revision", number=edition.number) if edition.number else working,
        subject=voice("canvas.subject", canvas=voice.say(shown.name)),
        edition=edition,
        authors=(said,) if said else edition.authors,
        canvas=drawn,
        furniture={name: voice(f"cover.{name}") for name in ("page", "of")} | {"continued": voice("canvas.continued")},
        elsewhere=voice("canvas.elsewhere"),
    )


def _filled(reading: Reading, template: str) -> Json | None:
    first = reading.part("canvas")
    every = ({"template": canvas.DEFAULT, **first}, *rows(first.get("others")))
    return next((one for one in every if one["template"] == template), None)
