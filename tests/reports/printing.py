"""What the tests of PDFs share: our fonts, and what poppler reads out of a file."""

import subprocess
import unicodedata
from pathlib import Path

import pytest

from mlcanvas.typeset import Fonts, fonts
from tests.plumbing.programs import PDFINFO, PDFTOTEXT, Program

FOLDER = Path(__file__).resolve().parents[2] / "static" / "vendor" / "fonts"


def ours() -> Fonts:
    """The fonts that come with us."""
    return fonts(FOLDER)


def text(pdf: bytes, *options: str) -> str:
    """What a reader would copy out of the file, on one line, without the marks that only break words."""
    said = _run(PDFTOTEXT, pdf, *options, "-", "-")
    plain = unicodedata.normalize("NFKC", said).replace("\u200b", "").replace("\u00ad", "")
    return " ".join(plain.split())


def info(pdf: bytes) -> dict[str, str]:
    """What the file says about itself."""
    lines = (line.partition(":") for line in _run(PDFINFO, pdf, "-").splitlines())
    return {name.strip(): value.strip() for name, _colon, value in lines}


def _run(program: Program, pdf: bytes, *arguments: str) -> str:
    path = program.path()
    if path is None:
        pytest.skip(program.missing)
    done = subprocess.run([path, *arguments], input=pdf, capture_output=True, check=True, timeout=60)
    return done.stdout.decode("utf-8", "replace")
