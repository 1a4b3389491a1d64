"""Tags: a few short words by which people find a project again."""

import unicodedata
from collections.abc import Iterable

from mlcanvas.domain.refusal import Refused
from mlcanvas.domain.writing import clean

MOST = 12
"""How many tags one project may have."""

LONGEST = 40
"""How many characters one tag may have."""


def fold(tag: str) -> str:
    """What two spellings of one tag share: `NLP` and `nlp` are one tag, and so are `é` in one character and in two."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", tag).casefold())


def split(text: str) -> list[str]:
    """The tags that somebody typed into one line, divided by commas. Nothing between two commas is nothing."""
    return [tag for tag in (part.strip() for part in text.split(",")) if tag]


def accept(tags: Iterable[str]) -> tuple[str, ...]:
    """The tags as they are stored: trimmed, each once, in the order of `fold`; of two spellings the first one stands.

    Raises Refused with the path `tags`: `tag_comma` for a comma, which divides tags; `tag_too_long` and
    `tags_too_many`; and what `clean` refuses.
    """
    kept: dict[str, str] = {}
    for given in tags:
        tag = _plain(given)
        if "," in tag:
            raise Refused("tag_comma", "tags", tag=tag)
        if len(tag) > LONGEST:
            raise Refused("tag_too_long", "tags", tag=f"{tag[:LONGEST]}…", limit=LONGEST)
        if tag:
            kept.setdefault(fold(tag), tag)
    if len(kept) > MOST:
        raise Refused("tags_too_many", "tags", count=len(kept), limit=MOST)
    return tuple(kept[key] for key in sorted(kept))


def _plain(tag: str) -> str:
    """One line: control characters are spaces, several spaces are one, and a `#` before the word means nothing."""
    text = unicodedata.normalize("NFC", clean(tag))
    text = " ".join("".join(" " if unicodedata.category(letter) == "Cc" else letter for letter in text).split())
    return text.lstrip("#").strip()
