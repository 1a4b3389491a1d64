"""The grids of all templates as one stylesheet, for every page that shows a canvas."""

from functools import cache
from hashlib import sha256

from django.urls import reverse

from mlcanvas import catalog
from mlcanvas.domain.canvas import Template


def css(template: Template) -> str:
    """The rules that put each block of a template into its place; widths and heights are shares of the screen."""
    name = f".grid-{template.key}"
    areas = " ".join(f'"{" ".join(row)}"' for row in template.rows)
    rows = " ".join(f"minmax(0, {height}fr)" for height in template.row_heights)
    columns = f"repeat({template.columns}, minmax(0, 1fr))"
    grid = f"{name} {{ grid-template-columns: {columns}; grid-template-rows: {rows}; grid-template-areas: {areas}; }}"
    places = (f"{name} .area-{block.area} {{ grid-area: {block.area}; }}" for block in template.block)
    return "\n".join((grid, *places))


@cache
def stylesheet() -> str:
    """The rules of every template."""
    return "\n".join(css(template) for template in catalog.canvas_templates().values()) + "\n"


@cache
def address() -> str:
    """Where the stylesheet is: a change of a grid is a new address, so that a browser may keep it for ever."""
    return reverse("canvas_grids", args=[sha256(stylesheet().encode()).hexdigest()[:12]])
