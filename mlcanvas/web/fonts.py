"""Where the fonts of PDFs and pictures are."""

from pathlib import Path

from django.conf import settings

from mlcanvas.typeset import Fonts, fonts


def document_fonts() -> Fonts:
    """The fonts that come with us, and those of `REPORT_FONT_DIR`. Raises typeset.NoFonts."""
    roots = [*map(Path, settings.STATICFILES_DIRS), Path(settings.STATIC_ROOT or "")]
    ours = next((root / "vendor" / "fonts" for root in roots if (root / "vendor" / "fonts").is_dir()), roots[0])
    more = getattr(settings, "REPORT_FONT_DIR", None)
    return fonts(ours, Path(more)) if more else fonts(ours)
