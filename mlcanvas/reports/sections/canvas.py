"""The canvas on its landscape page, with the credit that its licence asks for."""

from mlcanvas import catalog
from mlcanvas.domain.canvas import Template
from mlcanvas.reports.blocks import Block, Canvas, CanvasBlock, Credit
from mlcanvas.reports.prose import parse, pieces
from mlcanvas.reports.reading import Json, Reading
from mlcanvas.reports.voice import Voice

DEFAULT = "ml_canvas_v1_1"


def template(reading: Reading) -> Template:
    """The template that the project fills; the default where it names none that we know."""
    known = catalog.canvas_templates()
    return known.get(str(reading.part("canvas").get("template")), known[DEFAULT])


def blocks(reading: Reading) -> list[Block]:
    """The grid, where at least one block is filled."""
    canvas = reading.part("canvas")
    if not any(_text(canvas, key) for key in template(reading).blocks):
        return []
    return [grid(reading.voice, template(reading), canvas, _iteration(reading))]


def missing(reading: Reading) -> list[str]:
    """The blocks without text."""
    voice, canvas = reading.voice, reading.part("canvas")
    every = template(reading).blocks
    empty = [voice.say(block.title) for key, block in every.items() if not _text(canvas, key)]
    if len(empty) == len(every):
        return [voice("missing.canvas")]
    return [voice.counted("missing.canvas_some", len(empty), names=voice.several(empty))] if empty else []


def credit(voice: Voice, shown: Template) -> Credit:
    """The credit line: name and version, author, the licence where there is one, site, and what was changed."""
    parts = (
        (voice.say(shown.name), ""),
        (shown.credit.author, ""),
        (shown.credit.licence, shown.credit.licence_url),
        (shown.credit.site, shown.credit.site_url),
        (voice.say(shown.credit.modified), ""),
    )
    return Credit(tuple(part for part in parts if part[0]))


def _text(canvas: Json, key: str) -> str:
    block = (canvas.get("blocks") or {}).get(key) or {}
    return str(block.get("text") or "").strip()


def _iteration(reading: Reading) -> str:
    return str(reading.part("project").get("iteration") or "")


def grid(voice: Voice, shown: Template, canvas: Json, iteration: str = "") -> Canvas:
    """A canvas with its header, its blocks and its credit, whether something is written in it or not."""
    head = [
        (voice(f"canvas.{key}"), voice.date(canvas[key]) if key == "date" else str(canvas[key]))
        for key in ("designed_for", "designed_by", "date")
        if canvas.get(key)
    ]
    if iteration:
        head.append((voice("canvas.iteration"), iteration))
    return Canvas(
        title=voice.say(shown.title),
        head=tuple(head),
        column_count=shown.columns,
        row_heights=shown.row_heights,
        blocks=tuple(_block(voice, shown, canvas, key) for key in shown.blocks),
        credit=credit(voice, shown),
        continues=voice("canvas.continues"),
        annex=voice("canvas.annex"),
    )


def _block(voice: Voice, shown: Template, canvas: Json, key: str) -> CanvasBlock:
    block = shown.blocks[key]
    places = [
        (row, column) for row, areas in enumerate(shown.rows) for column, area in enumerate(areas) if area == block.area
    ]
    top, left = min(places)
    bottom, right = max(places)
    text = _text(canvas, key)
    agreed = (canvas.get("blocks") or {}).get(key, {}).get("state") == "agreed"
    tree = parse(text)
    return CanvasBlock(
        key=key,
        title=voice.say(block.title),
        state=voice("canvas.agreed" if agreed else "canvas.draft") if text else voice("canvas.empty"),
        agreed=agreed and bool(text),
        group=block.group,
        column=left,
        row=top,
        columns=right - left + 1,
        rows=bottom - top + 1,
        nodes=tree,
        pieces=pieces(tree),
        empty="" if text else voice("canvas.nothing"),
    )
