"""A canvas as Markdown, written so that it can be read back, and the blocks of a canvas in anybody's Markdown.

A text is cut at lines that name a block: headings, lines in bold, or plain lines, whichever of them name the most
blocks. Lines of code are never cut at. What is written here comes back exactly: lines of a person's text that would
be taken for a heading of ours, or would open code that nothing closes, get a backslash, which a Markdown reader leaves
out too.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from mlcanvas.domain.canvas import Block, Template

MOST_PIECES = 50
"""How many pieces without a block are told apart. What comes after them is one piece."""

LEVEL = 2
"""The level of the headings that we write."""

_BOLD = 7
_PLAIN = 8
_LONGEST_NAME = 80

_FENCE = re.compile(r" {0,3}(?P<mark>`{3,}|~{3,})(?P<info>.*)")
_HEADING = re.compile(r" {0,3}(?P<marks>#{1,6})(?:[ \t]+(?P<words>.*?))??(?:[ \t]+#+)?[ \t]*")
_UNDERLINE = re.compile(r" {0,3}(?P<mark>=+|-+)[ \t]*")
_NO_PARAGRAPH = re.compile(r"[ \t]*(?:\\*[>|#]|[-*+][ \t]|\d{1,9}[.)][ \t]|$)|(?: {4}|\t)")
_IN_BOLD = re.compile(
    r" {0,3}(?:[-*+][ \t]+|\d{1,9}[.)][ \t]+)?(?P<marks>\*\*|__)(?P<words>\S.{0,78}?)(?P=marks)(?P<rest>.*)"
)
_ESCAPED = re.compile(r"^( {0,3})\\(\\*(?:#{1,2}(?:[ \t]|$)|(?:=+|-+)[ \t]*$|`{3}|~{3}))")
_ITEM = re.compile(r"[-*+] (?P<label>[^:]{1,40}): (?P<value>.*)")
_MORE = re.compile(r":|\(|\s[-–—]\s")
_MARKS = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")


@dataclass(frozen=True, slots=True)
class Piece:
    """What stands under one heading. `block` is the key of the block that it names, None where it names none.

    `source` is the piece as it was written, its heading included; `text` only what stands below.
    """

    heading: str
    text: str
    source: str
    block: str | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A Markdown text, cut. `head` are the lines of its header that say something, by the key of their label."""

    pieces: tuple[Piece, ...]
    head: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Cut:
    """A line that may begin a piece: its place, the place of the first line below, how strong it is."""

    place: int
    below: int
    level: int
    name: str
    rest: str = ""


def plain_name(words: str) -> str:
    """A name as it is compared: no case, no accents, no marks, no numbers around it."""
    words = unicodedata.normalize("NFKD", _MARKS.sub(r"\1", words)).casefold()
    letters = "".join(" " if not letter.isalnum() else letter for letter in words if not unicodedata.combining(letter))
    found = letters.split()
    while len(found) > 1 and found[0].isdigit():
        del found[0]
    while len(found) > 1 and found[-1].isdigit():
        del found[-1]
    return " ".join(found)


def names(template: Template, others: Iterable[Template] = ()) -> dict[str, str]:
    """The blocks of `template` by every plain name that people give them.

    A block's title in either language goes before its other names, and those before what `others` call the block with
    the same key. A name that means two blocks equally means neither.
    """
    own = template.blocks
    found: dict[str, str] = {}
    for said in (
        [(key, name) for key, block in own.items() for name in (block.title.en, block.title.pt_BR, key)],
        [(key, name) for key, block in own.items() for name in block.also],
        [(key, name) for other in others for key, block in other.blocks.items() for name in _all_names(block)],
    ):
        meant: dict[str, set[str]] = {}
        for key, name in said:
            if key in own:
                meant.setdefault(plain_name(name), set()).add(key)
        found |= {name: keys.pop() for name, keys in meant.items() if name not in found and len(keys) == 1}
    return found


def _all_names(block: Block) -> tuple[str, ...]:
    return (block.title.en, block.title.pt_BR, *block.also)


def write(title: str, credit: str, head: Sequence[tuple[str, str]], blocks: Iterable[tuple[str, str]]) -> str:
    """A canvas as Markdown: its title, its credit, the lines of its header, then a heading for each block."""
    lines = [f"# {title}", "", credit]
    if head:
        lines += ["", *(f"- {label}: {value}" for label, value in head)]
    for name, text in blocks:
        lines += ["", f"{'#' * LEVEL} {name}"]
        if written := trimmed(text):
            lines += ["", *_escaped(written.split("\n"))]
    return "\n".join(lines) + "\n"


def read(
    text: str, known: Mapping[str, str], *, ours: Iterable[str] = (), labels: Mapping[str, str] | None = None
) -> Sheet:
    """`text` cut into pieces. `known` are block keys by plain name.

    A text with one of the lines in `ours` was written by `write`: its header is taken apart by the plain names in
    `labels`, and backslashes that were put there go.
    """
    lines = text.split("\n")
    credit = set(ours)
    written = not credit.isdisjoint(lines[:40])
    begin = _front_matter(lines)
    cuts = [cut for cut in _cuts(lines, known) if cut.place >= begin]
    level = _level(cuts, known)
    chosen = [cut for cut in cuts if cut.level <= level and (cut.level < _BOLD or cut.name in known)]
    head: dict[str, str] = {}
    found: list[Piece] = []
    first = chosen[0].place if chosen else len(lines)
    if written:
        lead, chosen = _lead(lines, chosen)
        rest = _without_header(lead, credit, labels or {}, head)
    else:
        rest = lines[:first]
    if rest := _trimmed(rest):
        found.append(Piece("", "\n".join(rest), "\n".join(rest)))
    for number, cut in enumerate(chosen):
        end = chosen[number + 1].place if number + 1 < len(chosen) else len(lines)
        body = [cut.rest, *lines[cut.below : end]] if cut.rest else lines[cut.below : end]
        body = _trimmed(body)
        words = "\n".join(_unescaped(body) if written else body)
        heading = " ".join(lines[cut.place].strip(" \t#*_:").split())
        found.append(Piece(heading, words, "\n".join(_trimmed(lines[cut.place : end])), known.get(cut.name)))
    return Sheet(tuple(_few(found)), head)


def _lead(lines: list[str], chosen: list[_Cut]) -> tuple[list[str], list[_Cut]]:
    """What stands above the first block of a text of ours, whatever the project is called; and the cuts after it."""
    first = next((place for place, cut in enumerate(chosen) if cut.level == LEVEL), len(chosen))
    after = chosen[first:]
    return lines[: after[0].place if after else len(lines)], after


def _front_matter(lines: Sequence[str]) -> int:
    """How many lines at the top are data about the text, between two lines of dashes."""
    if lines[0].rstrip() != "---":
        return 0
    ends = (place for place, line in enumerate(lines[1:60], 1) if line.rstrip() in ("---", "..."))
    end = next(ends, None)
    if end is None:
        return 0
    return end + 1 if all(":" in line or not line.strip() or line[0] in " -#" for line in lines[1:end]) else 0


def _without_header(lines: list[str], credit: set[str], labels: Mapping[str, str], head: dict[str, str]) -> list[str]:
    """The lines that are not of our header; what its items say goes to `head`."""
    kept = []
    titled = False
    for line in lines:
        item = _ITEM.fullmatch(line)
        if line.startswith("# ") and not titled:
            titled = True
        elif item and (key := labels.get(plain_name(item["label"]))):
            head[key] = item["value"].strip()
        elif line not in credit:
            kept.append(line)
    return kept


def _few(pieces: list[Piece]) -> Iterator[Piece]:
    """The pieces; of those without a block only so many that a person can look through them."""
    left = MOST_PIECES
    rest: list[Piece] = []
    for piece in pieces:
        if piece.block is None and left <= 1:
            rest.append(piece)
            continue
        left -= piece.block is None
        yield piece
    if rest:
        words = "\n\n".join(piece.source for piece in rest)
        yield Piece(rest[0].heading, words, words)


def _level(cuts: Sequence[_Cut], known: Mapping[str, str]) -> int:
    """The level whose lines name the most blocks, the strongest of several; 0 where none names any."""
    named = {(cut.level, known[cut.name]) for cut in cuts if cut.name in known}
    count = Counter(level for level, _block in named)
    return min(count, key=lambda level: (-count[level], level), default=0)


def _cuts(lines: Sequence[str], known: Mapping[str, str]) -> Iterator[_Cut]:
    """Every line outside code that is a heading, and every other line that names a block."""
    code = _code(lines)
    for place, line in enumerate(lines):
        if place in code or not line.strip():
            continue
        if found := _HEADING.fullmatch(line):
            yield _Cut(place, place + 1, len(found["marks"]), *_named(found["words"] or "", known))
        elif (found := _UNDERLINE.fullmatch(line)) and _underlines(lines, place, code):
            level = 1 if found["mark"][0] == "=" else 2
            yield _Cut(place - 1, place + 1, level, *_named(lines[place - 1], known))
        elif found := _IN_BOLD.fullmatch(line):
            name, rest = plain_name(found["words"]), found["rest"].strip()
            if name in known and (not rest or rest[0] == ":" or found["words"].endswith(":")):
                yield _Cut(place, place + 1, _BOLD, name, rest.removeprefix(":").strip())
        elif len(line) <= _LONGEST_NAME and (name := plain_name(line)) in known:
            yield _Cut(place, place + 1, _PLAIN, name)


def _named(words: str, known: Mapping[str, str]) -> tuple[str, str]:
    """The plain name in a heading, and what else it says: `Decisions: who acts` names Decisions."""
    whole = plain_name(words)
    if whole not in known and (found := _MORE.search(words)):
        name = plain_name(words[: found.start()])
        if name in known:
            return name, words[found.start() :].strip().removeprefix(":").strip()
    return whole, ""


def _underlines(lines: Sequence[str], place: int, code: set[int]) -> bool:
    """Whether the line at `place` makes a heading of the one line above it."""
    above = place - 1
    if above < 0 or above in code or not lines[above].strip() or _NO_PARAGRAPH.match(lines[above]):
        return False
    return above == 0 or not lines[above - 1].strip()


def _code(lines: Sequence[str]) -> set[int]:
    """The places of lines in fenced code. A fence that nothing closes opens none."""
    found: set[int] = set()
    # Where a closing fence may be: searched from here on, so that a thousand open ones cost no thousand searches.
    never: dict[str, int] = {}
    place = 0
    while place < len(lines):
        if opened := _opens(lines[place]):
            end = _closed(lines, place, opened, never)
            if end is not None:
                found.update(range(place, end + 1))
                place = end
        place += 1
    return found


def _opens(line: str) -> str | None:
    """The fence that `line` opens."""
    found = _FENCE.fullmatch(line)
    return found["mark"] if found and not (found["mark"][0] == "`" and "`" in found["info"]) else None


def _closed(lines: Sequence[str], place: int, mark: str, never: dict[str, int]) -> int | None:
    """The place of the line that closes the fence `mark`; `never` keeps which kinds have no further end."""
    if len(mark) >= never.get(mark[0], 1 << 30):
        return None
    for end in range(place + 1, len(lines)):
        found = _FENCE.fullmatch(lines[end])
        if found and found["mark"][0] == mark[0] and len(found["mark"]) >= len(mark) and not found["info"].strip():
            return end
    never[mark[0]] = min(len(mark), never.get(mark[0], 1 << 30))
    return None


def _escaped(lines: list[str]) -> list[str]:
    """The lines with a backslash where they would be taken for ours."""
    code = _code(lines)
    cut_at = {cut.below - 1 for cut in _cuts(lines, {}) if cut.level <= LEVEL}
    return [
        f"{line[: len(line) - len(line.lstrip(' '))]}\\{line.lstrip(' ')}"
        if place not in code and (place in cut_at or _opens(line) or _ESCAPED.match(line))
        else line
        for place, line in enumerate(lines)
    ]


def _unescaped(lines: list[str]) -> list[str]:
    code = _code(lines)
    return [line if place in code else _ESCAPED.sub(r"\1\2", line, count=1) for place, line in enumerate(lines)]


def trimmed(text: str) -> str:
    """`text` without empty lines at both ends: what a file can say of it."""
    return "\n".join(_trimmed(text.split("\n")))


def appended(text: str, more: str) -> str:
    """`more` below `text`, an empty line between them."""
    return f"{text.rstrip()}\n\n{more}" if text.strip() else more


def _trimmed(lines: list[str]) -> list[str]:
    first = next((place for place, line in enumerate(lines) if line.strip()), len(lines))
    last = next((place for place in range(len(lines), first, -1) if lines[place - 1].strip()), first)
    return lines[first:last]
