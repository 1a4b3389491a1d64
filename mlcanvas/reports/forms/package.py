"""What Word documents and slides share: the words that describe a file, the names of sections, and one clock.

Office files are zip archives: with one clock in them, equal documents are equal files.
"""

import io
import zipfile
from datetime import date, datetime
from typing import Any

from mlcanvas.reports.blocks import Section
from mlcanvas.reports.document import ScopingReport
from mlcanvas.reports.forms.letters import one_line
from mlcanvas.reports.forms.palette import LANGUAGES

FIRST = date(1980, 1, 1)
"""The earliest day that a zip archive knows."""

_LONGEST_PROPERTY = 255


def numbered(section: Section) -> str:
    """The title of a section behind its number."""
    return f"{section.number} {section.title}" if section.number else section.title


def short(text: str, most: int) -> str:
    """A text on one line of at most `most` letters."""
    line = one_line(text)
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def described(core: Any, report: ScopingReport) -> None:
    """Sets what a file says about itself: `core` are the core properties of either library."""
    core.title = short(f"{report.title} – {report.kind}", _LONGEST_PROPERTY)
    core.author = core.last_modified_by = short(", ".join(report.authors), _LONGEST_PROPERTY)
    core.subject = short(report.furniture["subject"], _LONGEST_PROPERTY)
    core.comments = core.keywords = core.category = ""
    core.language = LANGUAGES[report.language]
    core.created = core.modified = datetime(report.made_on.year, report.made_on.month, report.made_on.day)
    core.revision = 1


def without_thumbnail(relations: Any) -> None:
    """Takes the picture of the library's own template out of a file."""
    for key in [key for key, relation in relations.items() if relation.reltype.endswith("/thumbnail")]:
        relations.pop(key)


def settled(content: bytes, day: date) -> bytes:
    """The archive with `day` as the time of every member, in the order in which they stand."""
    out = io.BytesIO()
    when = max(day, FIRST)
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for member in archive.infolist():
            fixed = zipfile.ZipInfo(member.filename, (when.year, when.month, when.day, 0, 0, 0))
            fixed.compress_type = zipfile.ZIP_DEFLATED
            fixed.create_system = 0
            made.writestr(fixed, archive.read(member))
    return out.getvalue()
