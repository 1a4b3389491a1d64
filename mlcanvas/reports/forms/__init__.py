"""The scoping report in every form but the PDF. Each module knows the blocks and nothing about the tools."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from mlcanvas.reports.document import ScopingReport
from mlcanvas.reports.forms import docx, html, markdown, pptx, workbook
from mlcanvas.typeset import Fonts


@dataclass(frozen=True, slots=True)
class Form:
    """What a file is for a browser, and how it is made: of the report, its snapshot and, when asked for, the fonts."""

    media_type: str
    make: Callable[[ScopingReport, Mapping[str, Any], Callable[[], Fonts]], bytes]


_OFFICE = "application/vnd.openxmlformats-officedocument"

FORMS: Mapping[str, Form] = {
    "html": Form("text/html; charset=utf-8", lambda report, _snapshot, _fonts: html.render(report)),
    "md": Form("text/markdown; charset=utf-8", lambda report, _snapshot, _fonts: markdown.render(report)),
    "docx": Form(f"{_OFFICE}.wordprocessingml.document", lambda report, _snapshot, fonts: docx.render(report, fonts())),
    "pptx": Form(
        f"{_OFFICE}.presentationml.presentation", lambda report, _snapshot, fonts: pptx.render(report, fonts())
    ),
    "xlsx": Form(f"{_OFFICE}.spreadsheetml.sheet", lambda report, snapshot, _fonts: workbook.render(report, snapshot)),
}
"""The forms by the ending of their files."""
