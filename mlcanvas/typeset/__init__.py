"""Data and a Typst template in, the bytes of an accessible PDF or of pictures out.

No Django, no network, no package.
"""

from mlcanvas.typeset.fonts import Fonts, NoFonts, fonts
from mlcanvas.typeset.glyphs import Printable, name, printable
from mlcanvas.typeset.pdf import NotTypeset, Pictures, Typeset, draw, typeset

__all__ = [
    "Fonts",
    "NoFonts",
    "NotTypeset",
    "Pictures",
    "Printable",
    "Typeset",
    "draw",
    "fonts",
    "name",
    "printable",
    "typeset",
]
