"""What a risk can be linked to: blocks of the canvas, checkpoints of the life cycle, places in frameworks."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from mlcanvas import catalog
from mlcanvas.domain.text import Text
from mlcanvas.projects.models import Project

MOST = 60
"""How many links one risk may have."""


@dataclass(frozen=True, slots=True)
class Link:
    """One thing to link to. `value` is what is stored: `block:features`, `checkpoint:DV-03`, `eu_ai_act:10`."""

    value: str
    label: Text


@dataclass(frozen=True, slots=True)
class Group:
    """Links of one kind."""

    label: Text
    links: tuple[Link, ...]


CANVAS = Text(en="Canvas blocks", pt_BR="Blocos do canvas")


@cache
def groups() -> tuple[Group, ...]:
    """All that can be linked to: the blocks of the canvas that a project starts with, each stage, each framework."""
    blocks = next(iter(catalog.canvas_templates().values())).blocks.values()
    found = [Group(CANVAS, tuple(Link(f"block:{block.key}", block.title) for block in blocks))]
    for stage in catalog.lifecycle().stage:
        checkpoints = (checkpoint for part in stage.part for checkpoint in part.checkpoint)
        found.append(
            Group(
                stage.label,
                tuple(
                    Link(f"checkpoint:{checkpoint.key}", _keyed(checkpoint.key, checkpoint.text))
                    for checkpoint in checkpoints
                ),
            )
        )
    library = catalog.risk_library()
    for framework in library.frameworks:
        codes = {ref.code for risk in library.risks for ref in risk.references if ref.framework == framework.key}
        found.append(
            Group(
                framework.label,
                tuple(
                    Link(f"{framework.key}:{code}", _keyed(code, framework.label, after=True))
                    for code in sorted(codes, key=_natural)
                ),
            )
        )
    return tuple(group for group in found if group.links)


def _keyed(key: str, text: Text, *, after: bool = False) -> Text:
    if after:
        return Text(en=f"{text.en} {key}", pt_BR=f"{text.pt_BR} {key}")
    return Text(en=f"{key} · {text.en}", pt_BR=f"{key} · {text.pt_BR}")


def _natural(code: str) -> list[tuple[int, str]]:
    """“Art. 5” before “Art. 10”."""
    return [(int(piece), "") if piece.isdigit() else (0, piece) for piece in re.split(r"(\d+)", code)]


@cache
def places() -> dict[str, int]:
    """The place of each link's value among all of them: the order in which they are stored and shown."""
    values = [link.value for group in groups() for link in group.links]
    return {value: place for place, value in enumerate(values)}


def in_order(values: Iterable[str]) -> list[str]:
    """These values, each once, in the order of the groups. Raises KeyError for one that nothing has."""
    return sorted(set(values), key=places().__getitem__)


def address(project: Project, value: str) -> str:
    """The page that a link leads to; nothing for a place in a framework."""
    kind, _colon, key = value.partition(":")
    if kind == "block":
        return f"/p/{project.slug}/canvas/block/{key}/"
    return f"/p/{project.slug}/lifecycle/{key}/" if kind == "checkpoint" else ""
