"""What others may ask about reports: the report of a project as it is now, and its PDF."""

from pathlib import Path

from django.conf import settings
from django.utils import timezone

from mlcanvas.projects import selectors as projects
from mlcanvas.projects.models import Project
from mlcanvas.reports import pdf
from mlcanvas.reports.document import Edition, ScopingReport, build
from mlcanvas.typeset import Fonts, Typeset, fonts

LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)


def report(project: Project, language: str | None = None) -> ScopingReport:
    """The report of the project as it is now, in its own language unless another is asked.

    Built from a snapshot made in memory, so it says of itself that it is no signed revision.
    """
    author = str(project.created_by) if project.created_by else ""
    edition = Edition(timezone.localdate(), authors=(author,) if author else ())
    return build(projects.snapshot(project), edition, language=language)


def typeset_report(found: ScopingReport) -> Typeset:
    """The PDF of a report. Raises typeset.NoFonts, typeset.NotTypeset."""
    return pdf.render(found, report_fonts())


def unprintable(found: ScopingReport) -> dict[str, int]:
    """How often each character stands in the report that no font can print. Raises typeset.NoFonts."""
    return pdf.unprintable(found, report_fonts())


def report_fonts() -> Fonts:
    """The fonts of reports: those that come with us, and those of `REPORT_FONT_DIR`. Raises typeset.NoFonts."""
    roots = [*map(Path, settings.STATICFILES_DIRS), Path(settings.STATIC_ROOT or "")]
    ours = next((root / "vendor" / "fonts" for root in roots if (root / "vendor" / "fonts").is_dir()), roots[0])
    more = getattr(settings, "REPORT_FONT_DIR", None)
    return fonts(ours, Path(more)) if more else fonts(ours)
