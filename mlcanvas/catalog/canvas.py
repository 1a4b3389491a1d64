"""The canvas templates, one file each in `canvas/`."""

import re
from collections import Counter
from functools import cache
from importlib.resources import files

from mlcanvas.catalog.facts import facts
from mlcanvas.catalog.reading import Mistake, read
from mlcanvas.domain.canvas import Credit, Template
from mlcanvas.domain.facts import FactDefinition

# Keys stand in addresses, in the keys of texts and in columns of 40 characters.
KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")

# Words that stand, or may come to stand, in an address of a canvas where the key of a template or a block stands.
TAKEN = frozenset({
    "add", "all", "block", "blocks", "choose", "comments", "compare", "export", "guide", "head", "here", "history",
    "import", "iterations", "news", "people", "poll", "remove", "rows",
})  # fmt: skip

# Areas are written into a stylesheet, where some identifiers mean something else.
AREA = re.compile(r"[a-z][a-z0-9_-]*")
MEANT_BY_CSS = frozenset({"auto", "span", "default", "inherit", "initial", "unset", "revert", "revert-layer"})

ADDRESS = re.compile(r"https?://[^\s\"'<>]+")


@cache
def canvas_templates() -> dict[str, Template]:
    """Every template by its key. Raises Mistake where a grid, an order, a key, a credit or a fact does not fit."""
    found: dict[str, Template] = {}
    for file in sorted(files("mlcanvas.catalog").joinpath("canvas").iterdir(), key=lambda file: file.name):
        if not file.name.endswith(".toml"):
            continue
        name = f"canvas/{file.name}"
        template = read(name, Template)
        check(template, name, facts())
        if f"{template.key}.toml" != file.name:
            raise Mistake(f"{name}: key: {template.key!r} is not the name of the file")
        found[template.key] = template
    return found


def check(template: Template, name: str, known: dict[str, FactDefinition]) -> None:
    """Raises Mistake when the parts of `template` contradict each other or a block shows a fact outside `known`."""
    _check_keys(template, name)
    _check_grid(template, name)
    _check_areas(template, name)
    _check_groups(template, name)
    _check_credit(template.credit, name)
    _check_facts(template, name, known)


def _check_keys(template: Template, name: str) -> None:
    keys = [block.key for block in template.block]
    for place, key in (("key", template.key), *((f"block {key}", key) for key in keys)):
        if not KEY.fullmatch(key):
            raise Mistake(f"{name}: {place}: {key!r} is not a key: a small letter, then at most 39 of a-z, 0-9 and _")
        if key in TAKEN:
            raise Mistake(f"{name}: {place}: {key!r} is an address of ours")
    if Counter(keys) != Counter(template.fill_order) or len(set(keys)) != len(keys):
        raise Mistake(f"{name}: fill_order: names each block exactly once")


def _check_grid(template: Template, name: str) -> None:
    if not template.rows or template.columns < 1:
        raise Mistake(f"{name}: rows: a grid has at least one row and one column")
    for number, row in enumerate(template.rows, 1):
        if len(row) != template.columns:
            raise Mistake(f"{name}: rows: row {number} has {len(row)} areas, not {template.columns}")
    if len(template.row_heights) != len(template.rows):
        raise Mistake(f"{name}: row_heights: one height for each row")
    for number, height in enumerate(template.row_heights, 1):
        if height < 1:
            raise Mistake(f"{name}: row_heights: row {number} has no height: {height}")


def _check_areas(template: Template, name: str) -> None:
    areas = sorted({area for row in template.rows for area in row})
    for area in areas:
        if not AREA.fullmatch(area) or area in MEANT_BY_CSS:
            raise Mistake(f"{name}: rows: {area!r} cannot name an area in a stylesheet")
        if not _is_rectangle(template.rows, area):
            raise Mistake(f"{name}: rows: the area {area!r} is not a rectangle")
    if sorted(block.area for block in template.block) != areas:
        raise Mistake(f"{name}: block: each area of the grid holds exactly one block")


def _is_rectangle(rows: tuple[tuple[str, ...], ...], area: str) -> bool:
    places = [(y, x) for y, row in enumerate(rows) for x, found in enumerate(row) if found == area]
    down, across = [y for y, _ in places], [x for _, x in places]
    return (max(down) - min(down) + 1) * (max(across) - min(across) + 1) == len(places)


def _check_groups(template: Template, name: str) -> None:
    headed = [group.key for group in template.group]
    if len(set(headed)) != len(headed) or set(headed) != {block.group for block in template.block}:
        raise Mistake(f"{name}: group: heads each tone of a block exactly once, and no other")


def _check_credit(credit: Credit, name: str) -> None:
    if bool(credit.licence) != bool(credit.licence_url):
        raise Mistake(f"{name}: credit: licence and licence_url come together, or neither")
    for place, address in (("site_url", credit.site_url), ("licence_url", credit.licence_url)):
        if address and not ADDRESS.fullmatch(address):
            raise Mistake(f"{name}: credit: {place}: {address!r} is not an address")
    for place, words in (("author", credit.author), ("site", credit.site), ("site_url", credit.site_url)):
        if not words.strip():
            raise Mistake(f"{name}: credit: {place}: is empty")


def _check_facts(template: Template, name: str, known: dict[str, FactDefinition]) -> None:
    asked: set[str] = set()
    for block in template.block:
        for fact in block.facts:
            if fact not in known or known[fact].derived:
                raise Mistake(f"{name}: block {block.key}: names unknown fact {fact!r}")
            if fact in asked:
                raise Mistake(f"{name}: block {block.key}: the fact {fact!r} is asked twice")
            asked.add(fact)
