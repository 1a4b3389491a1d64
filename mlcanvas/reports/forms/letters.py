"""Texts of a report as every file can hold them.

XML has no place for control characters and half characters, and some programs end a text at the first of them. Each is
shown as a box, as in the PDF; what turns the reading direction is taken out, as in the PDF too.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

from mlcanvas.domain.spreadsheet import unturned
from mlcanvas.reports.document import ScopingReport

BOX = "□"

_LINES = {"\r": "\n", "\x0b": "\n", "\x0c": "\n", "\x85": "\n", "\u2028": "\n", "\u2029": "\n"}
_BLANKS = re.compile(r"[ \t\n]+")
_PERCENT = re.compile(r"(\d) %")
_UNSEEN = frozenset("\u200b\u2060\ufeff\u00ad")


def legible(report: ScopingReport, *, glue: bool = False) -> ScopingReport:
    """The report with only such characters in its texts as every file can hold.

    `glue` keeps a figure and its percent sign on one line, whoever wrote them, as the PDF does.
    """
    found = _walk(report, _glued if glue else shown)
    return found if isinstance(found, ScopingReport) else report


def shown(text: str) -> str:
    """`text` on the lines that it was written on, without what no file can hold."""
    if text.isascii() and text.isprintable():
        return text
    plain = unturned(text.replace("\r\n", "\n"))
    return "".join(_letter(letter) for letter in plain if letter not in _UNSEEN)


def one_line(text: str) -> str:
    """The words of `text` on one line; a blank that does not break stays one."""
    return _BLANKS.sub(" ", text).strip(" ")


def _letter(letter: str) -> str:
    if letter in "\n\t":
        return letter if letter == "\n" else " "
    if letter in _LINES:
        return _LINES[letter]
    unwritable = unicodedata.category(letter) in {"Cc", "Cs"} or ord(letter) & 0xFFFE == 0xFFFE
    return BOX if unwritable else letter


def _glued(text: str) -> str:
    return _PERCENT.sub("\\1\u00a0%", shown(text))


def _walk(value: Any, plain: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, tuple):
        return tuple(_walk(item, plain) for item in value)
    if isinstance(value, Mapping):
        return {key: _walk(item, plain) for key, item in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        names = (field.name for field in fields(value) if field.init)
        return replace(
            value,
            **{name: _walk(getattr(value, name), _address if name == "href" else plain) for name in names},
        )
    return value


def _address(href: str) -> str:
    """An address without what no address holds."""
    return "".join(letter for letter in href if letter.isprintable() and not letter.isspace())
