"""Two people's edits of one text."""

from merge3 import Merge3


def merge(base: str, mine: str, theirs: str) -> str | None:
    """Both edits of `base` in one text, line by line, or None where they touch the same lines."""
    if mine == theirs or theirs == base:
        return mine
    if mine == base:
        return theirs
    merged: list[str] = []
    ended = not any(text and not text.endswith("\n") for text in (base, mine, theirs))
    for group in Merge3(_lines(base), _lines(mine), _lines(theirs)).merge_groups():
        if group[0] == "conflict":
            return None
        merged += group[1]
    text = "".join(merged)
    return text if ended else text.removesuffix("\n")


def _lines(text: str) -> list[str]:
    # The last line gets its end too: without it, a line added below would count as a change of that line.
    return [f"{line}\n" for line in text.removesuffix("\n").split("\n")] if text else []
