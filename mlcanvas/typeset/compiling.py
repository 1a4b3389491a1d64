"""Typst itself: what runs in the child process, and in this one where there is no child."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final, Literal

import typst

STANDARDS: Final = "ua-1"

HEAVY = 150_000
"""Documents with more input than this are forgotten at once, in characters."""

_BLANK = Path(__file__).parent / "blank.typ"


class NotTypeset(Exception):
    """The template did not accept the data: a mistake of ours, never of the person. The message is Typst's."""


@dataclass(frozen=True, slots=True)
class Order:
    """One document to make: everything that it depends on, so that equal orders give equal bytes.

    `fonts` are folders, `inputs` what the template finds in `sys.inputs`, `resolution` dots an inch of a PNG, `made_on`
    the date of a PDF.
    """

    template: Path
    fonts: tuple[Path, ...]
    inputs: Mapping[str, str]
    form: Literal["pdf", "png", "svg"]
    resolution: int = 192
    made_on: date | None = None

    @property
    def options(self) -> dict[str, Any]:
        """The form as Typst asks for it. Only a PDF has a clock."""
        if self.form != "pdf":
            return {"format": self.form} | ({"ppi": float(self.resolution)} if self.form == "png" else {})
        day = self.made_on or date(1970, 1, 1)
        made_at = datetime(day.year, day.month, day.day, tzinfo=UTC)
        return {"format": "pdf", "pdf_standards": STANDARDS, "timestamp": made_at}


_compilers: dict[tuple[Path, tuple[Path, ...]], tuple[typst.Compiler, threading.Lock]] = {}
_fonts: dict[tuple[Path, ...], typst.Fonts] = {}
_door = threading.Lock()


def compiled(order: Order) -> tuple[bytes, ...]:
    """The pages of a document; a PDF is one. Raises NotTypeset."""
    compiler, lock = _compiler(order.template, order.fonts)
    with lock:
        try:
            made = compiler.compile(sys_inputs=dict(order.inputs), **order.options)
        except typst.TypstError as error:
            raise NotTypeset(error.diagnostic or error.message) from error
        except BaseException as error:
            # A fault inside the compiler arrives as an exception that is no Exception, of a class without a module
            # to import it from. What the compiler holds after it is not to be trusted.
            if type(error).__name__ != "PanicException":
                raise
            with _door:
                _compilers.pop((order.template, order.fonts), None)
            raise NotTypeset(str(error)) from error
    if sum(map(len, order.inputs.values())) > HEAVY:
        _forget(order.fonts)
    pages = made if isinstance(made, list) else [made]
    found = tuple(page for page in pages if isinstance(page, bytes))
    if len(found) != len(pages):
        raise NotTypeset("no document came out")
    return found


def warm(fonts: tuple[Path, ...]) -> None:
    """Load the fonts, so that the first document does not wait for them."""
    _compiler(_BLANK, fonts)[0].compile(format="svg")


def loaded(folders: tuple[Path, ...]) -> typst.Fonts:
    """The fonts in `folders` and nothing of the machine's own, loaded once a process."""
    with _door:
        return _loaded(folders)


def _loaded(folders: tuple[Path, ...]) -> typst.Fonts:
    if folders not in _fonts:
        _fonts[folders] = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder) for folder in folders]
        )
    return _fonts[folders]


def _compiler(template: Path, fonts: tuple[Path, ...]) -> tuple[typst.Compiler, threading.Lock]:
    """One compiler a template: it keeps the fonts and what it has laid out before. It serves one thread at a time."""
    key = (template, fonts)
    with _door:
        if key not in _compilers:
            compiler = typst.Compiler(str(template), root=str(template.parent), font_paths=_loaded(fonts))
            _compilers[key] = (compiler, threading.Lock())
        return _compilers[key]


def _forget(fonts: tuple[Path, ...]) -> None:
    """Typst remembers the layout of its last ten documents, some 50 MB for a heavy one: blank ones push it out."""
    compiler, lock = _compiler(_BLANK, fonts)
    with lock:
        for _ in range(10):
            compiler.compile(format="svg")
