"""Office files are zip archives: with one clock in them, equal documents are equal files."""

import io
import zipfile
from datetime import date

FIRST = date(1980, 1, 1)
"""The earliest day that a zip archive knows."""


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
