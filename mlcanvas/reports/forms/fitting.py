"""How much of a text fits into a box of a slide, before a program of slides is there to tell.

Measured with the widths of an ordinary sans-serif face, rounded up: what fits here fits with Calibri, Carlito, Arial
and Noto Sans. Lengths are in points.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from mlcanvas.reports.prose import Node, plain

LINE = 1.22
"""The height of a line by the size of its letters."""

GAP = 0.35
"""What follows a paragraph, by the size of its letters."""

INDENT = 1.1
"""How far the words of a bullet stand in, by the size of their letters."""

_NARROW = frozenset(" .,;:'|!ijlIft()[]/\\\u00a0")
_WIDE = frozenset("mwMW@%—…")


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph on a slide. `scale` is its size by that of the box; a heading stays with what follows it."""

    text: str
    bold: bool = False
    bullet: bool = False
    heading: bool = False
    colour: str = ""
    scale: float = 1.0


@dataclass(frozen=True, slots=True)
class Fit:
    """The size at which the paragraphs fit, and those that do: all of them unless `cut`."""

    size: float
    words: tuple[Words, ...]
    cut: bool


def fit(words: Sequence[Words], width: float, height: float, sizes: Sequence[float]) -> Fit:
    """The largest of the falling `sizes` at which all fits into a box, or the beginning of it at the smallest."""
    for size in sizes:
        if tall(words, width, size) <= height:
            return Fit(size, tuple(words), cut=False)
    size = sizes[-1]
    kept: list[Words] = []
    for one in words:
        if tall([*kept, one], width, size) <= height:
            kept.append(one)
            continue
        if (short := _shortened(kept, one, width, height, size)) is not None:
            kept.append(short)
        break
    while kept and kept[-1].heading:
        kept.pop()
    return Fit(size, tuple(kept), cut=True)


def flat(nodes: Sequence[Node]) -> Iterator[Words]:
    """People's text as paragraphs of a box: entries are bullets, the rest is words."""
    for node in nodes:
        if node.kind == "list":
            for place, item in enumerate(node.items):
                first, *others = item.nodes or (Node("paragraph"),)
                sign = "" if item.checked is None else "☑ " if item.checked else "☐ "
                number = "" if node.first is None else f"{node.first + place}. "
                yield Words(f"{number}{sign}{plain([first])}", bullet=node.first is None and item.checked is None)
                yield from flat(others)
        elif node.kind == "table":
            for row in (node.head, *node.rows):
                cells = (plain([Node("paragraph", spans=cell)]) for cell in row)
                yield Words(" · ".join(filter(None, cells)))
        elif node.kind == "quote":
            yield from flat(node.nodes)
        elif said := plain([node]):
            yield Words(said, bold=node.kind == "heading")


def tall(words: Sequence[Words], width: float, size: float) -> float:
    """The height of paragraphs below each other."""
    return sum(
        (lines(one.text, _room(one, width, size), size * one.scale, bold=one.bold) * LINE + GAP) * size * one.scale
        for one in words
    )


def lines(text: str, width: float, size: float, *, bold: bool = False) -> int:
    """On how many lines a text stands; a word that is wider than a line is broken where the line ends."""
    most = max(width / size / (1.06 if bold else 1.0), 1.0)
    found = 0
    for line in text.split("\n"):
        found += 1
        used = 0.0
        for word in line.split(" "):
            wide = sum(map(_width, word))
            if used and used + 0.26 + wide > most:
                found, used = found + 1, 0.0
            if wide > most:
                extra = int(wide / most)
                found, wide = found + extra, wide - extra * most
            used += wide + (0.26 if used else 0.0)
    return found


def _room(one: Words, width: float, size: float) -> float:
    return width - (INDENT * size * one.scale if one.bullet else 0.0)


def _shortened(kept: Sequence[Words], one: Words, width: float, height: float, size: float) -> Words | None:
    """As much of a paragraph as still fits, or nothing."""
    low, high = 0, len(one.text)
    while low < high:
        middle = (low + high + 1) // 2
        if tall([*kept, replace(one, text=one.text[:middle] + "…")], width, size) <= height:
            low = middle
        else:
            high = middle - 1
    text = one.text[:low]
    if low < len(one.text) and " " in text[-40:]:
        text = text[: text.rindex(" ")]
    return replace(one, text=text.rstrip(" ,;:.\n") + "…") if text.strip() else None


def _width(letter: str) -> float:
    if letter in _NARROW:
        return 0.32
    if letter in _WIDE:
        return 0.9
    if letter.isascii():
        return 0.64 if letter.isupper() else 0.54
    if unicodedata.east_asian_width(letter) in "WF" or ord(letter) > 0xFFFF:
        return 1.35 if ord(letter) > 0x1F000 else 1.05
    return 0.0 if unicodedata.category(letter) in {"Mn", "Cf"} else 0.7
