"""The fonts of a document: loaded once a process, and which characters they can print."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont

PREFERRED = ("Noto Sans", "Noto Sans Math", "Noto Sans Mono", "Noto Emoji")
"""Families in the order in which a character is looked for; families of an operator come after these."""

TEXT_FAMILY = "Noto Sans"
CODE_FAMILY = "Noto Sans Mono"

_ALEFS = {0x05D0, 0x0627}
_SUFFIXES = {".ttf", ".otf", ".ttc"}


class NoFonts(Exception):
    """The folders hold no font to set a text in. The message names the folders."""


@dataclass(frozen=True, slots=True, eq=False)
class Fonts:
    """Fonts ready for use.

    `folders` hold their files. `families` is the order in which a character is looked for, `code` the same for code.
    `coverage` are the code points that every face of at least one family can print, `letters` those of Noto Sans.
    `right_to_left` says whether an operator has added a family for Arabic or Hebrew.
    """

    folders: tuple[Path, ...]
    families: tuple[str, ...]
    code: tuple[str, ...]
    coverage: frozenset[int]
    letters: frozenset[int]
    right_to_left: bool

    @property
    def replacement(self) -> str:
        """What stands for a character without a glyph: an empty box where the fonts have one."""
        return next((mark for mark in "□◻\ufffd" if ord(mark) in self.coverage), "?")


@cache
def fonts(*folders: Path) -> Fonts:
    """The fonts in `folders` and nothing of the machine's own. Raises NoFonts when none of them is Noto Sans."""
    files = sorted({file for folder in folders for file in folder.glob("*") if file.suffix.lower() in _SUFFIXES})
    by_family: dict[str, list[frozenset[int]]] = {}
    for file in files:
        for face in _faces(file):
            with face:
                name = face["name"].getBestFamilyName() or file.stem
                by_family.setdefault(name, []).append(frozenset(face.getBestCmap() or ()))
    if TEXT_FAMILY not in by_family:
        raise NoFonts(", ".join(str(folder) for folder in folders))
    known = [family for family in PREFERRED if family in by_family]
    families = (*known, *sorted(set(by_family) - set(known)))
    # A bold word falls back to another family where the bold face lacks a character that the regular face has, and
    # that family may lack it too: only what all faces of a family hold counts.
    shared = {family: frozenset.intersection(*faces) for family, faces in by_family.items()}
    coverage = frozenset[int]().union(*shared.values())
    return Fonts(
        folders=folders,
        families=families,
        code=tuple(family for family in (CODE_FAMILY, *families) if family in by_family),
        coverage=coverage,
        letters=shared[TEXT_FAMILY],
        right_to_left=any(shared[family] & _ALEFS for family in set(families) - set(PREFERRED)),
    )


def _faces(file: Path) -> list[TTFont]:
    if file.suffix.lower() != ".ttc":
        return [TTFont(file, lazy=True)]
    count = int.from_bytes(file.read_bytes()[8:12], "big")
    return [TTFont(file, fontNumber=number, lazy=True) for number in range(count)]
