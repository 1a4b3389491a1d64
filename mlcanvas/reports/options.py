"""How a report is wanted: which sections in which order, on which paper, and how it looks.

What a report says does not depend on any of it: it is built from a snapshot, and the options leave out and order.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from mlcanvas.domain.refusal import Refused

Paper = Literal["a4", "letter"]
PAPERS: tuple[Paper, ...] = ("a4", "letter")

ACCENT = "#2f5aa8"
"""The colour of titles and lines where a workspace has none of its own."""

_HEX = re.compile(r"#[0-9a-f]{6}")
LEAST_CONTRAST = 4.5
"""Words stand in the accent on white, so it is as dark as WCAG 2.2 asks of words (1.4.3)."""


@dataclass(frozen=True, slots=True)
class Logo:
    """A PNG in base64, its size in pixels, and what it shows in words."""

    png: str
    width: int
    height: int
    text: str


@dataclass(frozen=True, slots=True)
class Options:
    """`sections` are the keys of the sections after the summary, in their order; those that are not in it are left
    out. With `brief` there is only the summary."""

    sections: tuple[str, ...]
    paper: Paper = "a4"
    brief: bool = False
    accent: str = ACCENT
    logo: Logo | None = None


def ordered(wanted: Iterable[str], known: Iterable[str]) -> tuple[str, ...]:
    """The wanted keys that are known, each once, in the order wanted."""
    keys = set(known)
    return tuple(dict.fromkeys(key for key in wanted if key in keys))


def moved(sections: tuple[str, ...], key: str, by: Literal[-1, 1]) -> tuple[str, ...]:
    """The sections with one of them a place further up (-1) or down (1), where it can go there."""
    if key not in sections:
        return sections
    place = sections.index(key)
    other = place + by
    if not 0 <= other < len(sections):
        return sections
    found = list(sections)
    found[place], found[other] = found[other], found[place]
    return tuple(found)


def turned(options: Options, key: str, known: tuple[str, ...], *, shown: bool) -> Options:
    """The options with a section shown or left out. One that comes back stands where it usually stands."""
    if not shown:
        return replace(options, sections=tuple(one for one in options.sections if one != key))
    if key in options.sections or key not in known:
        return options
    before = set(known[: known.index(key)])
    place = max((number for number, one in enumerate(options.sections, 1) if one in before), default=0)
    return replace(options, sections=(*options.sections[:place], key, *options.sections[place:]))


def colour(given: str) -> str:
    """A colour as six hexadecimal figures, such as `#2f5aa8`.

    Raises Refused (`report_colour_unknown`, `report_colour_pale`).
    """
    found = given.strip().lower()
    if not found.startswith("#"):
        found = f"#{found}"
    if not _HEX.fullmatch(found):
        raise Refused("report_colour_unknown", path="accent", given=given[:20])
    if (ratio := contrast_with_white(found)) < LEAST_CONTRAST:
        raise Refused("report_colour_pale", path="accent", ratio=f"{ratio:.1f}", least=f"{LEAST_CONTRAST}")
    return found


def contrast_with_white(found: str) -> float:
    """The contrast of a colour with white, 1 to 21, by WCAG 2.2 (relative luminance)."""
    parts = [int(found[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)
