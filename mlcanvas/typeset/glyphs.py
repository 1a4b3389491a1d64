"""Characters against fonts, before anything is typeset.

PDF/UA-1 refuses a document with a character that no font can draw, and a plain PDF loses it without a word. So each
text is checked first: what cannot be printed becomes a visible box and is reported.
"""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from mlcanvas.typeset.fonts import Fonts

VERBATIM = frozenset({"href"})
"""Keys whose values are addresses, not text: they are never broken and never replaced."""

_JOINER = "\u200d"
_BREAK = "\u200b"

# Longer runs without a space get places to break. The longest ordinary words in Portuguese stay whole.
_RUN = re.compile(r"[^\s\u200b\u00ad]{25,}")
_PIECE = re.compile(r".{1,12}?[/\\._\-?&=:;,|@+](?=.)|.{1,12}", re.DOTALL)

# What a reader never sees: taking it out loses nothing. Directional overrides are among them on purpose: they show
# a text in another order than the one in which it is stored, which has no place in a document that is signed.
_INVISIBLE = frozenset(
    code
    for first, last in (
        (0x00AD, 0x00AD),  # soft hyphen
        (0x034F, 0x034F),  # grapheme joiner
        (0x061C, 0x061C),  # Arabic letter mark
        (0x180B, 0x180E),  # Mongolian selectors
        (0x200B, 0x200C),  # zero-width space and non-joiner
        (0x200E, 0x200F),  # directional marks
        (0x202A, 0x202E),  # directional embeddings and overrides
        (0x20E3, 0x20E3),  # the frame of a keycap: the digit in it stays
        (0x2060, 0x206F),  # word joiner, invisible operators, directional isolates
        (0xFE00, 0xFE0F),  # variation selectors
        (0xFEFF, 0xFEFF),  # byte order mark
        (0xFFF9, 0xFFFB),  # interlinear annotation
        (0xE0000, 0xE007F),  # tags
        (0xE0100, 0xE01EF),  # more variation selectors
    )
    for code in range(first, last + 1)
)
_SELECTORS = range(0xFE00, 0xFE10)
_BLANK = {"\t": " ", "\r": "\n", "\x0b": "\n", "\x0c": "\n", "\x85": "\n", "\u2028": "\n", "\u2029": "\n"}


@dataclass(frozen=True, slots=True)
class Printable:
    """Data whose every text the fonts can print.

    `lost` counts the characters that were replaced, in the order of first sight. NUL and lone surrogates are in it:
    they have no glyph in any font.
    """

    data: Any
    lost: dict[str, int]


def printable(data: Any, fonts: Fonts, *, plain: bool = False) -> Printable:
    """`data` (JSON) with each unprintable character replaced and long unbroken words given places to break.

    `plain` leaves no accents that are characters of their own, no joined pictures and no character that another one
    may reshape: what a shaping engine cannot get wrong.
    """
    lost: Counter[str] = Counter()
    return Printable(_walk(data, _Sieve(fonts, plain), lost), dict(lost))


def name(character: str) -> str:
    """How a person can find `character` again: its code point and its Unicode name where it has one."""
    code = f"U+{ord(character):04X}"
    known = unicodedata.name(character, "")
    return f"{code} {known.lower()}" if known else code


@dataclass(frozen=True, slots=True)
class _Sieve:
    """What passes: characters of `fonts`, and with `plain` only those that stand alone.

    `simple` are characters that pass as they are wherever they stand, as far as this document had them.
    """

    fonts: Fonts
    plain: bool
    simple: set[str] = field(default_factory=lambda: {"\n"})

    def is_simple(self, text: str) -> bool:
        """Whether all of `text` passes as it is, whatever stands beside what: most texts, seen at a glance."""
        for character in set(text) - self.simple:
            if character in _BLANK or character == _JOINER or ord(character) in _INVISIBLE:
                return False
            # With nothing before it, an accent that is a character of its own does not pass.
            if not self.passes(character, 0):
                return False
            self.simple.add(character)
        return unicodedata.is_normalized("NFC", text)

    def passes(self, text: str, place: int) -> bool:
        """Whether the character at `place` of `text` can be printed where it stands."""
        character = text[place]
        if character == "\ufffd":  # stands for something that was lost before it came here: a Markdown parser does so
            return False
        kind = unicodedata.category(character)
        if ord(character) not in self.fonts.coverage or kind in {"Cc", "Cs", "Cn", "Co"}:
            return False
        if unicodedata.bidirectional(character) in {"R", "AL", "AN"}:
            # The fonts we bring hold stray letters of these scripts, for mathematics: not enough to write a word.
            return self.fonts.right_to_left and not self.plain
        if kind[0] == "M":
            # An accent is drawn by the face of the letter before it, and that has to know both.
            return not self.plain and place > 0 and {ord(text[place - 1]), ord(character)} <= self.fonts.letters
        return not (self.plain and (kind == "Sk" or ord(character) > 0xFFFF) and not kind.startswith("So"))


def _walk(value: Any, sieve: _Sieve, lost: Counter[str]) -> Any:
    if isinstance(value, str):
        return _text(value, sieve, lost)
    if isinstance(value, dict):
        return {
            key: _address(item) if key in VERBATIM else _walk(item, sieve, lost)
            for key, item in value.items()
            if item is not None
        }
    if isinstance(value, (list, tuple)):
        return [_walk(item, sieve, lost) for item in value]
    return value


def _address(value: Any) -> Any:
    return value.encode("ascii", "ignore").decode() if isinstance(value, str) else value


def _text(text: str, sieve: _Sieve, lost: Counter[str]) -> str:
    if not (text.isascii() and text.isprintable()) and not sieve.is_simple(text):
        text = "".join(_characters(unicodedata.normalize("NFC", text), sieve, lost))
    return _RUN.sub(_breakable, text) if len(text) > 24 else text


def _characters(text: str, sieve: _Sieve, lost: Counter[str]) -> list[str]:
    kept: list[str] = []
    for place, character in enumerate(text):
        code = ord(character)
        if character == "\n":
            kept.append(character)
        elif character in _BLANK:
            kept.append(_BLANK[character])
        elif character == _JOINER:
            # Joins pictures to one picture (a family); between letters it has no use in the scripts we can print.
            if not sieve.plain and 0 < place < len(text) - 1 and _pictures(text[place - 1], text[place + 1]):
                kept.append(character)
        elif code in _INVISIBLE:
            continue
        elif sieve.passes(text, place):
            kept.append(character)
        else:
            lost[character] += 1
            kept.append(sieve.fonts.replacement)
    return kept


def _pictures(before: str, after: str) -> bool:
    """Whether a joiner between `before` and `after` makes one picture of them."""
    return all(ord(side) in _SELECTORS or unicodedata.category(side) in {"So", "Sk"} for side in (before, after))


def _breakable(run: re.Match[str]) -> str:
    return _BREAK.join(_PIECE.findall(run[0]))
