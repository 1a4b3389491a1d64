"""Typst, called so that the same data always gives the same bytes."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Literal

from mlcanvas.typeset import press
from mlcanvas.typeset.compiling import NotTypeset, Order
from mlcanvas.typeset.fonts import Fonts
from mlcanvas.typeset.glyphs import printable
from mlcanvas.typeset.press import Stopped

_PERCENT = re.compile(r"(\d) %")


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


def typeset(
    template: Path,
    data: dict[str, Any],
    *,
    language: str,
    fonts: Fonts,
    made_on: date,
    look: Mapping[str, Any] | None = None,
    pictures: Mapping[str, str] | None = None,
) -> Typeset:
    """`template` filled with `data` (JSON) as PDF/UA-1. `pictures` are files in base64, which the template finds by
    name in `sys.inputs`: no text, so no character of them is looked at.

    `language` is the document's ("en", "pt-br"), `made_on` its date: it is the only clock, so equal input gives equal
    bytes. The template finds `data` by that name, and in `sys.inputs.look` the language, the fonts and what `look`
    says beside them; it can read no file outside its own folder. Texts of people are values in that data and are never
    parsed as markup. Raises NotTypeset, Stopped, Crowded.
    """
    inputs = {**(pictures or {}), "look": _look(language, fonts, look or {})}
    order = Order(template, fonts.folders, "", inputs, "pdf", made_on=made_on)
    (made,), lost = _checked(order, data, fonts)
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

    No clock: equal input gives equal bytes. Raises NotTypeset, Stopped, Crowded.
    """
    inputs = {"look": _look(language, fonts, {})}
    order = Order(template, fonts.folders, "", inputs, form, resolution=resolution)
    return Pictures(*_checked(order, data, fonts))


def _look(language: str, fonts: Fonts, more: Mapping[str, Any]) -> str:
    spoken, _, region = language.lower().partition("-")
    return json.dumps(
        {
            **more,
            "language": {"lang": spoken, "region": region.upper() or None},
            "fonts": {"text": fonts.families, "code": fonts.code},
        }
    )


def _checked(order: Order, data: dict[str, Any], fonts: Fonts) -> tuple[tuple[bytes, ...], dict[str, int]]:
    checked = printable(data, fonts)
    try:
        return _compile(order, checked.data), checked.lost
    except Stopped:
        raise
    except NotTypeset:
        # A font can have a glyph for each of two characters and none for the two together. Such a text is rare and
        # still deserves its document: once more, with nothing in it that one character does to another.
        plain = printable(data, fonts, plain=True)
        return _compile(order, plain.data), plain.lost


def _compile(order: Order, data: dict[str, Any]) -> tuple[bytes, ...]:
    # A figure and its percent sign stay on one line, whoever wrote them.
    return press.compiled(replace(order, data=_PERCENT.sub("\\1\u00a0%", json.dumps(data, ensure_ascii=False))))
