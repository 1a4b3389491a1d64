"""What the office forms share: the colours of the PDF as office files write them, and how they name a language."""

from mlcanvas.reports.options import Options

LANGUAGES = {"en": "en-GB", "pt-br": "pt-BR"}

INK, MUTED, HAIR = "1D2733", "57626F", "D5DBE3"
ACCENT, TINT = "2F5AA8", "F2F5FA"
AMBER, TINT_AMBER = "8A5200", "FDF6E9"
WHITE = "FFFFFF"

RAMP = (WHITE, "EAF2EE", "CDDC9F", "EFC765", "E48F4D", "BD4536")
"""The risk ramp by its number, best to worst; the first is for what has no tone."""

GROUPS = {"goal": "2E7D4F", "predict": ACCENT, "learn": "7D57A6", "evaluate": "9A5720"}
"""The colours of the groups of canvas blocks."""


def accent(options: Options) -> str:
    """The colour that the workspace chose for titles and lines, as office files write it."""
    return options.accent.removeprefix("#").upper()


def front(tone: int) -> str:
    """The colour of words on a tone: white on the worst, ink on the others."""
    return WHITE if tone == 5 else INK
