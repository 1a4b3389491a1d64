"""What a canvas template is, and when a canvas counts as complete."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from mlcanvas.domain.text import Text

Tone = Literal["predict", "goal", "learn", "evaluate"]
"""The colours of a canvas. What each stands for is said by the groups of a template."""


class State(StrEnum):
    """How far a block is. Text makes it a draft; a person says when it is agreed."""

    EMPTY = "empty"
    DRAFT = "draft"
    AGREED = "agreed"


@dataclass(frozen=True, slots=True)
class Block:
    """One box of a canvas: where it stands, what it asks, and one short example of an answer.

    `area` is its name in the grid, `group` the tone it belongs to, `facts` the keys of the facts that are asked in it.
    `also` are names that other editions and other people give it, in any language: an import knows it by them.
    """

    key: str
    area: str
    group: Tone
    title: Text
    question: Text
    example: Text
    facts: tuple[str, ...] = ()
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """The words that head the blocks of one tone: the legend of a template."""

    key: Tone
    title: Text


@dataclass(frozen=True, slots=True)
class Credit:
    """Who is named wherever the canvas is shown or exported, and what here is not the original's.

    Without a licence nothing is claimed about one: only the idea is used, and its author is named.
    """

    author: str
    site: str
    site_url: str
    modified: Text
    licence: str = ""
    licence_url: str = ""


@dataclass(frozen=True, slots=True)
class Template:
    """A canvas: a grid of areas, the blocks in it, and the order in which people fill them.

    `rows` holds the area names of each row of the grid, left to right; `row_heights` their relative heights.
    `purpose` says in one sentence when to use it, `group` what each tone in it stands for.
    """

    key: str
    title: Text
    credit: Credit
    columns: int
    rows: tuple[tuple[str, ...], ...]
    row_heights: tuple[int, ...]
    fill_order: tuple[str, ...]
    group: tuple[Group, ...]
    block: tuple[Block, ...]
    version: str = ""
    purpose: Text | None = None

    @property
    def name(self) -> Text:
        """The title with the version, where the original has one."""
        if not self.version:
            return self.title
        return Text(f"{self.title.en} v{self.version}", f"{self.title.pt_BR} v{self.version}")

    @property
    def blocks(self) -> dict[str, Block]:
        """The blocks by key, in the order in which people fill them."""
        found = {block.key: block for block in self.block}
        return {key: found[key] for key in self.fill_order}


@dataclass(frozen=True, slots=True)
class Completeness:
    """How far a canvas is: block keys by state, each in fill order."""

    empty: tuple[str, ...]
    draft: tuple[str, ...]
    agreed: tuple[str, ...]

    @property
    def filled(self) -> int:
        """Number of blocks with text."""
        return len(self.draft) + len(self.agreed)

    @property
    def complete(self) -> bool:
        """Whether every block has text."""
        return not self.empty

    @property
    def readiness(self) -> int:
        """0 to 100: a draft counts half, an agreed block whole."""
        total = len(self.empty) + self.filled
        return round(100 * (len(self.draft) + 2 * len(self.agreed)) / (2 * total)) if total else 0


def completeness(template: Template, states: Mapping[str, State]) -> Completeness:
    """The blocks of `template` by state; a block that `states` does not name is empty."""
    by_state: dict[State, list[str]] = {state: [] for state in State}
    for key in template.fill_order:
        by_state[states.get(key, State.EMPTY)].append(key)
    return Completeness(*(tuple(by_state[state]) for state in State))
