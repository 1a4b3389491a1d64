"""Texts of people in the cells of a spreadsheet: shown as they were written, and never run.

A spreadsheet runs what begins with `=`, `+`, `-` or `@` in a file of plain text, whoever wrote it. The list of these
characters follows OWASP, "CSV Injection": the four, their full-width twins, and tab, carriage return and line feed,
which some programs drop before they look.
"""

import re
import unicodedata

LONGEST = 32_767
"""Characters that one cell of an XLSX file holds."""

# Embeddings, overrides and isolates turn the order of what follows, beyond their own cell where nothing closes them.
# The three marks (200E, 200F, 061C) only settle the characters beside them; Hebrew and Arabic need them.
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")

# Blanks and what nobody sees hide a sign from us, and not from every program.
_STARTS = re.compile("[\\s\u00ad\u200b-\u200f\u2060\ufeff]*[=+\\-@＝＋－＠]|[\t\r\n]")

# A program that splits at another separator than ours tears a text apart, and each piece is a cell of its own.
# `- ` is how a list is written, and stays.
_PIECES = re.compile("([;,\t\r\n] *)(?=[=@＝＠]|[+\\-＋－](?! ))")


def unturned(text: str) -> str:
    """`text` without the characters that turn the reading direction of what comes after them."""
    return text if text.isascii() else _TURNS.sub("", text)


def guarded(text: str) -> str:
    """`text` for a cell of a CSV file: an apostrophe stands before what a spreadsheet would run.

    At the beginning, and after a comma, a semicolon, a tab or a line break inside, where a program that expects
    another separator begins a new cell.
    """
    plain = unturned(text)
    if _STARTS.match(plain):
        plain = f"'{plain}"
    return _PIECES.sub(r"\1'", plain)


def runs(text: str) -> bool:
    """Whether a spreadsheet would take `text` for a formula once somebody edits its cell."""
    return _STARTS.match(text) is not None


def fitting(text: str) -> str:
    """`text` for a cell of an XLSX file: what XML cannot hold is left out, what is too long ends with an ellipsis."""
    plain = unturned(text).replace("\r\n", "\n").replace("\r", "\n")
    if not plain.isprintable():
        plain = "".join(letter for letter in plain if letter in "\n\t" or not _unwritable(letter))
    # A cell counts in UTF-16, where a picture counts twice.
    if len(plain) * 2 > LONGEST and len(plain.encode("utf-16-le")) // 2 > LONGEST:
        plain = plain.encode("utf-16-le")[: 2 * (LONGEST - 1)].decode("utf-16-le", "ignore") + "…"
    return plain


def _unwritable(letter: str) -> bool:
    return unicodedata.category(letter) in {"Cc", "Cs"} or ord(letter) & 0xFFFE == 0xFFFE
