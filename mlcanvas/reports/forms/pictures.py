"""Charts of the report as pictures, for documents that cannot draw them."""

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from mlcanvas.reports.blocks import Bubbles, Curve, Grid, Ranges
from mlcanvas.reports.options import Logo
from mlcanvas.typeset import Fonts, draw

TEMPLATE = Path(__file__).parents[1] / "typst" / "picture.typ"


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG `width` millimetres wide, and in words what it shows."""

    png: bytes
    width: float
    alt: str

    @property
    def height(self) -> float:
        """In millimetres, as its dots have it."""
        across, down = (int.from_bytes(self.png[place : place + 4], "big") for place in (16, 20))
        return self.width * down / across


def picture(block: Ranges | Grid | Curve | Bubbles, language: str, fonts: Fonts, width: float) -> Picture:
    """What the PDF draws of a block, without its title and its note, which stand beside it as text.

    `width` is in millimetres: letters keep their size, so that a narrow picture has large ones once it is shown wide.
    Equal blocks give equal bytes. Raises typeset.NotTypeset.
    """
    bare = (
        replace(block, title="", note="", key=()) if isinstance(block, Bubbles) else replace(block, title="", note="")
    )
    found: dict[str, Any] = {"block": asdict(bare), "width": width}
    (png,) = draw(TEMPLATE, found, language=language, fonts=fonts, form="png").pages
    return Picture(png, width, alternative(block))


def alternative(block: Ranges | Grid | Curve | Bubbles) -> str:
    """What a picture shows, for people who hear it."""
    return block.standing if isinstance(block, Grid) else block.alt


def within(logo: Logo, room: tuple[float, float]) -> tuple[float, float]:
    """How wide and how tall a logo is shown in `room`, in its units: as large as it fits, its shape kept."""
    scale = min(room[0] / logo.width, room[1] / logo.height)
    return logo.width * scale, logo.height * scale
