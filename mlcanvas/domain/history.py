"""A history of edits made legible: sittings of one person, what each of them changed, and who wrote which line."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby

from mlcanvas.domain.difference import same_items, split
from mlcanvas.domain.merge import merge

GAP = timedelta(minutes=30)
"""Who pauses longer than this begins another sitting."""

AT_ONCE = timedelta(seconds=10)
"""An import or a restore writes many texts; what one person did so close together was one act."""

MOST_PIECES = 40
"""A sitting in which others wrote more often in between is told as several: each piece costs a merge."""

TYPED = "edit"
MERGED = "merge"


@dataclass(frozen=True, slots=True)
class Edit:
    """One accepted edit. `order` grows with every edit of any text, whatever the clocks say; `text` names the text.

    `kind` is `edit`, `merge`, or what a machine did for a person: `import`, `restore`; of a restore, `restored` is the
    version that it brought back, where it is known.
    """

    order: int
    text: str
    version: int
    by: int | None
    at: datetime
    kind: str = TYPED
    restored: int | None = None

    @property
    def family(self) -> str:
        """Typing and merging are one act, an import another."""
        return TYPED if self.kind == MERGED else self.kind


@dataclass(frozen=True, slots=True)
class Piece:
    """Edits of one text with nobody else's in between: from version `before` to version `after`."""

    text: str
    before: int
    after: int


@dataclass(slots=True)
class Sitting:
    """What one person did without a long pause, in one text or in several; edits in their order."""

    by: int | None
    kind: str
    edits: list[Edit] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)

    @property
    def begun(self) -> datetime:
        """When the first edit was accepted."""
        return self.edits[0].at

    @property
    def ended(self) -> datetime:
        """When the last edit was accepted."""
        return self.edits[-1].at

    @property
    def last(self) -> int:
        """The order of the last edit."""
        return self.edits[-1].order

    @property
    def merges(self) -> int:
        """How many of the edits were put together with somebody else's."""
        return sum(edit.kind == MERGED for edit in self.edits)

    @property
    def texts(self) -> tuple[str, ...]:
        """The texts that were changed, first touched first."""
        return tuple(dict.fromkeys(piece.text for piece in self.pieces))

    def pieces_of(self, text: str) -> list[Piece]:
        """The pieces in one text, in their order."""
        return [piece for piece in self.pieces if piece.text == text]

    def _take(self, edit: Edit, *, goes_on: bool) -> None:
        self.edits.append(edit)
        if goes_on:
            place = max(number for number, piece in enumerate(self.pieces) if piece.text == edit.text)
            self.pieces[place] = Piece(edit.text, self.pieces[place].before, edit.version)
        else:
            self.pieces.append(Piece(edit.text, edit.version - 1, edit.version))


def sittings(edits: Iterable[Edit]) -> list[Sitting]:
    """Edits, given in their order, as sittings, the one that ended last first. Each edit is in exactly one.

    A sitting goes on while somebody else writes in the same text: two who write at once have one sitting each.
    """
    found: list[Sitting] = []
    open_of: dict[int | None, Sitting] = {}
    wrote_last: dict[str, Sitting] = {}
    for edit in edits:
        sitting = open_of.get(edit.by)
        goes_on = sitting is not None and wrote_last.get(edit.text) is sitting
        if sitting is None or not _belongs(sitting, edit) or (not goes_on and len(sitting.pieces) >= MOST_PIECES):
            sitting = open_of[edit.by] = Sitting(edit.by, edit.family)
            found.append(sitting)
            goes_on = False
        sitting._take(edit, goes_on=goes_on)
        wrote_last[edit.text] = sitting
    return sorted(found, key=lambda sitting: -sitting.last)


def _belongs(sitting: Sitting, edit: Edit) -> bool:
    gap = GAP if sitting.kind == TYPED else AT_ONCE
    # A clock that was set back is no pause.
    return sitting.kind == edit.family and edit.at - sitting.ended <= gap


def own_changes(pieces: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """What one person changed: texts before and after, with what others wrote in between left out.

    `pieces` are the texts before and after each of their pieces. Mostly one pair comes back; where their lines and
    others' lines touch, the two cannot be told apart, and the pieces stay as they are. A change that came to nothing
    is left out.
    """
    found: list[tuple[str, str]] = []
    for before, after in pieces:
        if found:
            start, reached = found[-1]
            joined = merge(before, reached, after)
            if joined is not None:
                found[-1] = (start, joined)
                continue
        found.append((before, after))
    return [(before, after) for before, after in found if before != after]


# ---- who wrote what -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Written:
    """A version of a text and how it came about; `restored` is the version whose text it is again."""

    version: int
    text: str
    by: int | None
    at: datetime
    restored: int | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """Who wrote something, when, and with which version it came."""

    by: int | None
    at: datetime
    version: int


@dataclass(frozen=True, slots=True)
class Authored:
    """One line, or several that belong together, with its origin."""

    text: str
    origin: Origin


def authorship(chain: Sequence[Written]) -> tuple[Authored, ...]:
    """Each line of the last text of `chain` with who wrote it.

    A line belongs to whoever last changed a letter of it. A merge takes nobody's lines away: only those that it adds
    are its writer's. A line that moves keeps its author, and so do lines that a restore brings back.
    """
    wanted = {written.restored for written in chain if written.restored is not None}
    kept: dict[int, tuple[Authored, ...]] = {0: ()}
    lines: tuple[Authored, ...] = ()
    for written in chain:
        restored = None if written.restored is None else kept.get(written.restored)
        lines = restored if restored is not None and _joined(restored) == written.text else _next(lines, written)
        if written.version in wanted:
            kept[written.version] = lines
    return lines


def _next(lines: tuple[Authored, ...], written: Written) -> tuple[Authored, ...]:
    before, after = [line.text for line in lines], split(written.text)
    stayed = {second: first for first, second in same_items(before, after)}
    gone = set(range(len(before))) - set(stayed.values())
    moved: dict[str, list[Authored]] = {}
    for place in sorted(gone, reverse=True):
        moved.setdefault(before[place], []).append(lines[place])
    origin = Origin(written.by, written.at, written.version)
    found = []
    for place, text in enumerate(after):
        if place in stayed:
            found.append(lines[stayed[place]])
        elif text.strip() and moved.get(text):
            found.append(moved[text].pop())
        else:
            found.append(Authored(text, origin))
    return tuple(found)


def _joined(lines: Iterable[Authored]) -> str:
    return "\n".join(line.text for line in lines)


def paragraphs(lines: Sequence[Authored]) -> tuple[Authored, ...]:
    """Neighbouring lines of one origin as one; an empty line goes with what stands above it."""
    owned: list[tuple[Origin, str]] = []
    for line in lines:
        origin = owned[-1][0] if owned and not line.text.strip() else line.origin
        owned.append((origin, line.text))
    return tuple(
        Authored("\n".join(text for _origin, text in group), origin)
        for origin, group in groupby(owned, key=lambda pair: pair[0])
    )
