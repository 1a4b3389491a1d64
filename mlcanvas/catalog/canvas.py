"""The canvas templates, one file each in `canvas/`."""

from collections import Counter
from functools import cache
from importlib.resources import files

from mlcanvas.catalog.facts import facts
from mlcanvas.catalog.reading import Mistake, read
from mlcanvas.domain.canvas import Template
from mlcanvas.domain.facts import FactDefinition


@cache
def canvas_templates() -> dict[str, Template]:
    """Every template by its key. Raises Mistake where a grid, an order or a fact does not fit."""
    found: dict[str, Template] = {}
    for file in sorted(files("mlcanvas.catalog").joinpath("canvas").iterdir(), key=lambda file: file.name):
        if not file.name.endswith(".toml"):
            continue
        name = f"canvas/{file.name}"
        template = read(name, Template)
        check(template, name, facts())
        if template.key in found:
            raise Mistake(f"{name}: key: {template.key!r} is the key of another template")
        found[template.key] = template
    return found


def check(template: Template, name: str, known: dict[str, FactDefinition]) -> None:
    """Raises Mistake when the parts of `template` contradict each other or a block shows a fact outside `known`."""
    keys = [block.key for block in template.block]
    if Counter(keys) != Counter(template.fill_order) or len(set(keys)) != len(keys):
        raise Mistake(f"{name}: fill_order: names each block exactly once")
    if len(template.row_heights) != len(template.rows):
        raise Mistake(f"{name}: row_heights: one height for each row")
    for number, row in enumerate(template.rows, 1):
        if len(row) != template.columns:
            raise Mistake(f"{name}: rows: row {number} has {len(row)} areas, not {template.columns}")
    areas = {area for row in template.rows for area in row}
    if sorted(block.area for block in template.block) != sorted(areas):
        raise Mistake(f"{name}: block: each area of the grid holds exactly one block")
    for block in template.block:
        for fact in block.facts:
            if fact not in known or known[fact].derived:
                raise Mistake(f"{name}: block {block.key}: names unknown fact {fact!r}")
