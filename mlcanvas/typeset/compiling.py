"""Typst itself: what runs in the child process, and in this one where there is no child."""

import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final, Literal

import typst

from mlcanvas.typeset import memory

STANDARDS: Final = "ua-1"

ROOM = 128 * 2**20
"""How much a process may grow by what Typst remembers, in bytes."""

_HERE = Path(__file__).parent
_DATA = re.compile(r"#let data = json\(.*")


class NotTypeset(Exception):
    """The template did not accept the data: a mistake of ours, never of the person. The message is Typst's."""


@dataclass(frozen=True, slots=True)
class Order:
    """One document to make: everything that it depends on, so that equal orders give equal bytes.

    `fonts` are folders, `data` is JSON that the template finds as `data`, `inputs` are what it finds in `sys.inputs`,
    `resolution` dots an inch of a PNG, `made_on` the date of a PDF.

    What Typst has laid out once, it finds again as long as `inputs` and the paragraph are the same: so they hold what
    many documents have in common, and `data` what is different in each.
    """

    template: Path
    fonts: tuple[Path, ...]
    data: str
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
_before: dict[tuple[Path, ...], int] = {}
_door = threading.Lock()


def compiled(order: Order) -> tuple[bytes, ...]:
    """The pages of a document; a PDF is one. Raises NotTypeset."""
    folder = order.template.parent
    compiler, lock = _compiler(folder, order.fonts)
    with lock:
        try:
            made = compiler.compile(_source(order), sys_inputs=dict(order.inputs), **order.options)
        except typst.TypstError as error:
            # A message shows lines of the source, and on one of them stands what people wrote.
            raise NotTypeset(_DATA.sub("#let data = json(…)", error.diagnostic or error.message)) from error
        except BaseException as error:
            # A fault inside the compiler arrives as an exception that is no Exception, of a class without a module
            # to import it from. What the compiler holds after it is not to be trusted.
            if type(error).__name__ != "PanicException":
                raise
            with _door:
                _compilers.pop((folder, order.fonts), None)
            raise NotTypeset(str(error)) from error
    pages = made if isinstance(made, list) else [made]
    found = tuple(page for page in pages if isinstance(page, bytes))
    if len(found) != len(pages):
        raise NotTypeset("no document came out")
    return found


def _source(order: Order) -> bytes:
    """The template with its data before it, on its first line: so Typst's messages count lines as the file does.

    The data is JSON within a string. In Typst's strings two characters mean anything, and neither is left alone: no
    text can end it and become markup.
    """
    told = order.data.replace("\\", "\\\\").replace('"', '\\"')
    return f'#let data = json(bytes("{told}"));{order.template.read_text(encoding="utf-8")}'.encode()


def warm(fonts: tuple[Path, ...]) -> None:
    """Load the fonts, so that the first document does not wait for them."""
    _compiler(_HERE, fonts)[0].compile(b"", format="svg")


def tidy(fonts: tuple[Path, ...]) -> None:
    """Forget what was laid out, where the process has become large by it. For a moment when nobody waits."""
    if fonts in _before and _taken() > _before[fonts] + ROOM:
        _forget(fonts)
        memory.give_back()
        _before[fonts] = _taken()  # the process may have grown by something else


def _taken() -> int:
    return memory.resident() or memory.peak()


def loaded(folders: tuple[Path, ...]) -> typst.Fonts:
    """The fonts in `folders` and nothing of the machine's own, loaded once a process."""
    with _door:
        return _loaded(folders)


def _loaded(folders: tuple[Path, ...]) -> typst.Fonts:
    if folders not in _fonts:
        _fonts[folders] = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder) for folder in folders]
        )
        _before[folders] = _taken()
    return _fonts[folders]


def _compiler(folder: Path, fonts: tuple[Path, ...]) -> tuple[typst.Compiler, threading.Lock]:
    """One compiler for the templates of a folder, which read nothing outside. It serves one thread at a time."""
    key = (folder, fonts)
    with _door:
        if key not in _compilers:
            compiler = typst.Compiler(root=str(folder), font_paths=_loaded(fonts))
            _compilers[key] = (compiler, threading.Lock())
        return _compilers[key]


def _forget(fonts: tuple[Path, ...]) -> None:
    """Typst remembers the layout of its last ten documents, some 100 MB for a heavy one: blank ones push it out."""
    compiler, lock = _compiler(_HERE, fonts)
    with lock:
        for _ in range(10):
            compiler.compile(b"", format="svg")
