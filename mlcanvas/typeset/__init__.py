"""Data and a Typst template in, the bytes of an accessible PDF out. No Django, no network, no package."""

from mlcanvas.typeset.fonts import Fonts, NoFonts, fonts
from mlcanvas.typeset.glyphs import Printable, name, printable
from mlcanvas.typeset.pdf import NotTypeset, Typeset, typeset

__all__ = ["Fonts", "NoFonts", "NotTypeset", "Printable", "Typeset", "fonts", "name", "printable", "typeset"]
