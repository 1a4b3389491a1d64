"""Data and a Typst template in, the bytes of an accessible PDF or of pictures out.

No Django, no network, no package.
"""

from mlcanvas.typeset.compiling import NotTypeset
from mlcanvas.typeset.fonts import Fonts, NoFonts, fonts
from mlcanvas.typeset.glyphs import Printable, name, printable
from mlcanvas.typeset.pdf import Pictures, Typeset, draw, typeset
from mlcanvas.typeset.press import Crowded, Stopped

__all__ = [
    "Crowded",
    "Fonts",
    "NoFonts",
    "NotTypeset",
    "Pictures",
    "Printable",
    "Stopped",
    "Typeset",
    "draw",
    "fonts",
    "name",
    "printable",
    "typeset",
]
