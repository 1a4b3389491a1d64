"""What an import would change, block by block."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from enum import StrEnum

from mlcanvas.canvas.selectors import Filled, FilledCanvas
from mlcanvas.domain.canvas import Block
from mlcanvas.domain.canvas_text import Piece, Sheet, appended, trimmed
from mlcanvas.domain.refusal import Refused
from mlcanvas.domain.writing import LIMIT

_MOST_LINES = 2_000


class Choice(StrEnum):
    """What becomes of a block."""

    REPLACE = "replace"
    APPEND = "append"
    SKIP = "skip"


class Change(StrEnum):
    """How the text for a block differs from the one that stands."""

    NEW = "new"
    CHANGED = "changed"
    EMPTIED = "emptied"


@dataclass(frozen=True, slots=True)
class Row:
    """One block that would change. `refused` says what is wrong with the choice, `told` what became of it just now."""

    filled: Filled
    change: Change
    text: str
    choice: Choice
    choices: tuple[Choice, ...]
    before: tuple[tuple[bool, str], ...]
    after: tuple[tuple[bool, str], ...]
    refused: Refused | None = None
    told: str = ""

    @property
    def block(self) -> Block:
        """The block."""
        return self.filled.block

    @property
    def version(self) -> int:
        """The version of the text that is shown."""
        return self.filled.passage.version if self.filled.passage else 0


@dataclass(frozen=True, slots=True)
class Loose:
    """A piece that names no block, and where a person has put it: a block's key, or nowhere."""

    number: int
    piece: Piece
    place: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would change. `same` and `absent` are blocks that stay as they are."""

    rows: tuple[Row, ...]
    loose: tuple[Loose, ...]
    same: tuple[Block, ...]
    absent: tuple[Block, ...]
    head: Mapping[str, str] = field(default_factory=dict)
    refused: Refused | None = None

    @property
    def placed(self) -> str:
        """Where the loose pieces are, so that another place is noticed."""
        return ",".join(f"{loose.number}:{loose.place}" for loose in self.loose)


def compare(
    filled: FilledCanvas,
    sheet: Sheet,
    *,
    places: Mapping[int, str],
    choices: Mapping[str, str],
    told: Mapping[str, str] | None = None,
) -> Preview:
    """What becomes of the canvas: `places` puts loose pieces into blocks, `choices` say what to do with each block."""
    texts: dict[str, list[str]] = {}
    loose: list[Loose] = []
    refused = None
    for piece in sheet.pieces:
        if piece.block is not None:
            texts.setdefault(piece.block, []).append(piece.text)
    for piece in sheet.pieces:
        if piece.block is None and piece.source.strip():
            place = places.get(len(loose), "")
            if place and place not in filled.template.blocks:
                refused, place = Refused("canvas_place_unknown"), ""
            if place:
                texts.setdefault(place, []).append(piece.source)
            loose.append(Loose(len(loose), piece, place))
    rows: list[Row] = []
    same: list[Block] = []
    absent: list[Block] = []
    for row in filled.blocks:
        key = row.block.key
        if key not in texts:
            absent.append(row.block)
            continue
        text = "\n\n".join(filter(None, map(trimmed, texts[key])))
        if text == trimmed(row.text):
            same.append(row.block)
        else:
            rows.append(_row(row, text, choices.get(key, ""), (told or {}).get(key, "")))
    return Preview(tuple(rows), tuple(loose), tuple(same), tuple(absent), sheet.head, refused)


def _row(filled: Filled, text: str, asked: str, told: str) -> Row:
    now = trimmed(filled.text)
    change = Change.EMPTIED if not text else Change.CHANGED if now else Change.NEW
    choices = (
        (Choice.REPLACE, Choice.APPEND, Choice.SKIP) if change is Change.CHANGED else (Choice.REPLACE, Choice.SKIP)
    )
    # An empty heading is more often a form that nobody filled than the wish to empty a block.
    usual = Choice.SKIP if change is Change.EMPTIED or told else Choice.REPLACE
    refused = None
    choice = usual
    if asked in choices:
        choice = Choice(asked)
    elif asked:
        refused = Refused("canvas_choice_unknown")
    length = len(appended(filled.text, text)) if choice is Choice.APPEND else len(text)
    if choice is not Choice.SKIP and length > LIMIT:
        refused = Refused("text_too_long", length=length, limit=LIMIT)
    before, after = differences(now, text)
    return Row(filled, change, text, choice, choices, before, after, refused, told)


def differences(before: str, after: str) -> tuple[tuple[tuple[bool, str], ...], tuple[tuple[bool, str], ...]]:
    """The lines of both texts, each with whether the other text has it at that place."""
    old, new = (text.split("\n") if text else [] for text in (before, after))
    if max(len(old), len(new)) > _MOST_LINES:
        return tuple((False, line) for line in old), tuple((False, line) for line in new)
    matches = SequenceMatcher(None, old, new).get_matching_blocks()
    kept_old = {match.a + step for match in matches for step in range(match.size)}
    kept_new = {match.b + step for match in matches for step in range(match.size)}
    return _marked(old, kept_old), _marked(new, kept_new)


def _marked(lines: Sequence[str], kept: set[int]) -> tuple[tuple[bool, str], ...]:
    return tuple((place in kept, line) for place, line in enumerate(lines))
