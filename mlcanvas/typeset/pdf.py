"""Typst, called so that the same data always gives the same bytes."""

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final, Literal

import typst

from mlcanvas.typeset.fonts import Fonts
from mlcanvas.typeset.glyphs import printable

STANDARDS: Final = "ua-1"


class NotTypeset(Exception):
    """The template did not accept the data: a mistake of ours, never of the person. The message is Typst's."""


@dataclass(frozen=True, slots=True)
class Typeset:
    """A PDF, and how often each character could not be printed in it and shows as a box."""

    pdf: bytes
    lost: dict[str, int]


@dataclass(frozen=True, slots=True)
class Pictures:
    """A picture of each page, and how often each character could not be drawn and shows as a box."""

    pages: tuple[bytes, ...]
    lost: dict[str, int]


HEAVY = 150_000
"""Documents with more JSON than this are forgotten at once, in characters."""

_BLANK = Path(__file__).parent / "blank.typ"
_compilers: dict[tuple[Path, int], tuple[typst.Compiler, threading.Lock]] = {}
_door = threading.Lock()


def typeset(
    template: Path,
    data: dict[str, Any],
    *,
    language: str,
    fonts: Fonts,
    made_on: date,
    pictures: Mapping[str, str] | None = None,
) -> Typeset:
    """`template` filled with `data` (JSON) as PDF/UA-1. `pictures` are files in base64, which the template finds by
    name in `sys.inputs`: no text, so no character of them is looked at.

    `language` is the document's ("en", "pt-br"), `made_on` its date: it is the only clock, so equal input gives equal
    bytes. The template reads `sys.inputs.data` and can read no file outside its own folder. Texts of people are
    values in that data and are never parsed as markup. Raises NotTypeset.
    """
    made_at = datetime(made_on.year, made_on.month, made_on.day, tzinfo=UTC)
    options = {"format": "pdf", "pdf_standards": STANDARDS, "timestamp": made_at}
    (made,), lost = _checked(template, data, language, fonts, options, pictures or {})
    return Typeset(made, lost)


def draw(
    template: Path,
    data: dict[str, Any],
    *,
    language: str,
    fonts: Fonts,
    form: Literal["png", "svg"],
    resolution: int = 192,
) -> Pictures:
    """`template` filled with `data` as pictures, `resolution` dots an inch in a PNG; an SVG draws letters as shapes.

    No clock: equal input gives equal bytes. Raises NotTypeset.
    """
    options: dict[str, Any] = {"format": form} | ({"ppi": float(resolution)} if form == "png" else {})
    return Pictures(*_checked(template, data, language, fonts, options, {}))


def _checked(
    template: Path,
    data: dict[str, Any],
    language: str,
    fonts: Fonts,
    options: dict[str, Any],
    pictures: Mapping[str, str],
) -> tuple[tuple[bytes, ...], dict[str, int]]:
    checked = printable(data, fonts)
    try:
        return _compile(template, checked.data, language, fonts, options, pictures), checked.lost
    except NotTypeset:
        # A font can have a glyph for each of two characters and none for the two together. Such a text is rare and
        # still deserves its document: once more, with nothing in it that one character does to another.
        plain = printable(data, fonts, plain=True)
        return _compile(template, plain.data, language, fonts, options, pictures), plain.lost


def _compile(
    template: Path,
    data: dict[str, Any],
    language: str,
    fonts: Fonts,
    options: dict[str, Any],
    pictures: Mapping[str, str],
) -> tuple[bytes, ...]:
    spoken, _, region = language.lower().partition("-")
    document = {
        **data,
        "language": {"lang": spoken, "region": region.upper() or None},
        "fonts": {"text": fonts.families, "code": fonts.code},
    }
    source = json.dumps(document, ensure_ascii=False)
    compiler, lock = _compiler(template, fonts)
    with lock:
        try:
            made = compiler.compile(sys_inputs={**pictures, "data": source}, **options)
        except typst.TypstError as error:
            raise NotTypeset(error.diagnostic or error.message) from error
        except BaseException as error:
            # A fault inside the compiler arrives as an exception that is no Exception, of a class without a module
            # to import it from. What the compiler holds after it is not to be trusted.
            if type(error).__name__ != "PanicException":
                raise
            with _door:
                _compilers.pop((template, id(fonts)), None)
            raise NotTypeset(str(error)) from error
    if len(source) > HEAVY:
        _forget(fonts)
    pages = made if isinstance(made, list) else [made]
    found = tuple(page for page in pages if isinstance(page, bytes))
    if len(found) != len(pages):
        raise NotTypeset("no document came out")
    return found


def _compiler(template: Path, fonts: Fonts) -> tuple[typst.Compiler, threading.Lock]:
    """One compiler a template: it keeps the fonts and what it has laid out before. It serves one thread at a time."""
    key = (template, id(fonts))
    with _door:
        if key not in _compilers:
            compiler = typst.Compiler(str(template), root=str(template.parent), font_paths=fonts.loaded)
            _compilers[key] = (compiler, threading.Lock())
        return _compilers[key]


def _forget(fonts: Fonts) -> None:
    """Typst remembers the layout of its last ten documents, some 50 MB for a heavy one: blank ones push it out."""
    compiler, lock = _compiler(_BLANK, fonts)
    with lock:
        for _ in range(10):
            compiler.compile(format="svg")
