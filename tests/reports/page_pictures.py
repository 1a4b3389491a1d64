"""The pages of a PDF as pictures, and where they differ from those that a person has last looked at.

Kept are coloured pictures of 50 dots an inch, which are small. Two pages look the same where no square of 4 mm differs
by more than a sixth of what black differs from white, in the mean of its dots. That leaves room for another version of
poppler, which sets the edges of letters and thin lines otherwise (poppler's two engines differ by an eighth), and for
the few colours that are kept. A line of words that moved, a bar or a box of another length or colour, a table that
breaks elsewhere is more. A figure that changed is not: the Markdown that is kept beside the pictures shows that.
"""

import io
import subprocess
import tempfile
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from tests.plumbing.programs import PDFTOPPM

FOLDER = Path(__file__).with_name("golden") / "pages"
DOTS = 50
"""An inch."""

COLOURS = 96
SQUARE = 8
MOST = 42
"""How far the mean of a square may be from the one that is kept, of 255."""


def pages(pdf: bytes) -> list[Image.Image]:
    """Each page of a PDF as a picture."""
    path = PDFTOPPM.path()
    if path is None:
        pytest.skip(PDFTOPPM.missing)
    with tempfile.TemporaryDirectory(prefix="mlcanvas-pages-") as folder:
        done = subprocess.run(
            [path, "-r", str(DOTS), "-", str(Path(folder) / "page")], input=pdf, capture_output=True, timeout=120
        )
        assert done.returncode == 0, done.stderr
        return [_read(file) for file in sorted(Path(folder).iterdir())]


def kept(name: str) -> list[Image.Image]:
    """The pages of a document that were kept, in their order."""
    return [_read(file) for file in _files(name)]


def keep(name: str, made: list[Image.Image]) -> None:
    """Keeps these pages from now on, and no others of the document."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for file in _files(name):
        file.unlink()
    for number, page in enumerate(made, 1):
        few = page.quantize(COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
        few.save(FOLDER / f"{name}-{number:02}.png", optimize=True)


def changed(before: Image.Image, now: Image.Image) -> Image.Image | None:
    """Before, now, and now with what differs in red; nothing where the two look the same."""
    if before.size == now.size:
        squares = ImageChops.difference(_squares(before), _squares(now))
        far = _most(squares).point(lambda value: 255 if value > MOST else 0)
        if not far.getbbox():
            return None
    else:
        far = Image.new("L", (now.width // SQUARE, now.height // SQUARE), 255)
    pale = Image.blend(now, Image.new("RGB", now.size, "white"), 0.5)
    across, down = far.width * SQUARE, far.height * SQUARE
    mask = far.point(lambda value: value // 2).resize((across, down), Image.Resampling.NEAREST)
    pale.paste((255, 0, 0), (0, 0, across, down), mask)
    shown = Image.new("RGB", (before.width + 2 * now.width + 20, max(before.height, now.height)), "grey")
    for place, picture in ((0, before), (before.width + 10, now), (before.width + now.width + 20, pale)):
        shown.paste(picture, (place, 0))
    return shown


def compare(name: str, made: list[Image.Image], folder: Path) -> list[str]:
    """A sentence for each page that looks otherwise than it did; a picture of the difference is in `folder`."""
    before = kept(name)
    said = [] if len(before) == len(made) else [f"{name} has {len(made)} pages, {len(before)} are kept"]
    for number, (old, new) in enumerate(zip(before, made, strict=False), 1):
        if found := changed(old, new):
            file = folder / f"{name}-{number:02}.png"
            found.save(file)
            said.append(f"{name}, page {number}: {file}")
    return said


def _squares(page: Image.Image) -> Image.Image:
    """A dot for each whole square: a sliver at the edge of the page would be all edge."""
    whole = (0, 0, page.width // SQUARE * SQUARE, page.height // SQUARE * SQUARE)
    return page.crop(whole).reduce(SQUARE)


def _most(picture: Image.Image) -> Image.Image:
    red, green, blue = picture.split()
    return ImageChops.lighter(ImageChops.lighter(red, green), blue)


def _files(name: str) -> list[Path]:
    return sorted(FOLDER.glob(f"{name}-[0-9][0-9].png"))


def _read(file: Path) -> Image.Image:
    return Image.open(io.BytesIO(file.read_bytes())).convert("RGB")
