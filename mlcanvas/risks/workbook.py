"""The register as an XLSX file: what a person wrote is text in it, whatever it looks like."""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from mlcanvas import catalog
from mlcanvas.domain.scale import Scale
from mlcanvas.domain.spreadsheet import fitting, runs
from mlcanvas.risks import table
from mlcanvas.risks.drawing import INK, RAMP
from mlcanvas.risks.selectors import Registered
from mlcanvas.web.sentences import here

# Nothing is guessed from a text: no formula, no link, no number.
_OPTIONS: Mapping[str, Any] = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
PAPERS: Mapping[str, int] = {"a4": 9, "letter": 1}
"""The number that a workbook has for a paper."""
_LINE = 15.0
_MOST_LINES = 8
_FONT = {"font_name": "Calibri", "font_size": 11, "valign": "top"}


@dataclass(frozen=True, slots=True)
class About:
    """What the second sheet says about the first: the project, the day, and what the rows were chosen by; and on what
    both are printed, one of PAPERS."""

    project: str
    day: date
    filters: Sequence[tuple[str, str]]
    scale: Scale
    paper: str = "a4"


def to_xlsx(risks: Iterable[Registered], about: About) -> bytes:
    """The register, and how to read it. Equal input gives equal bytes: the only clock is `about.day`."""
    out = io.BytesIO()
    book = workbook(out, about.day)
    add_register(book, risks, about, Formats(book))
    book.close()
    return out.getvalue()


def workbook(out: io.BytesIO, day: date) -> Workbook:
    """An empty workbook in which a text stays a text. `day` is its only clock."""
    book = Workbook(out, dict(_OPTIONS))
    book.set_properties({"created": datetime(day.year, day.month, day.day)})
    return book


def add_register(book: Workbook, risks: Iterable[Registered], about: About, formats: "Formats") -> None:
    """Adds the register, and how to read it, as two sheets in the language that is spoken."""
    register = book.add_worksheet(_("Risk register"))
    register.set_paper(PAPERS[about.paper])
    _register(register, list(risks), formats)
    _reading(book.add_worksheet(_("How to read")), about, formats)


class Formats:
    """Each look once: Excel counts them."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._made: dict[tuple[Any, ...], Format] = {}

    def __call__(self, **wanted: Any) -> Format:
        key = tuple(sorted(wanted.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format({**_FONT, **wanted})
        return self._made[key]

    @property
    def head(self) -> Format:
        """The first line of a table."""
        return self(bold=True, text_wrap=True, bottom=1, bg_color="#f2f5fa")


def toned(tone: int) -> dict[str, Any]:
    """The colour of a band, under its word."""
    return {"bg_color": RAMP[tone], "font_color": "#ffffff" if tone == 5 else INK, "bold": True}


def write(sheet: Worksheet, row: int, column: int, text: str, formats: Formats, **look: Any) -> None:
    """A text, as it is. One that looks like a formula is marked, so that it stays a text when its cell is edited."""
    plain = fitting(text)
    marked = {"quote_prefix": True} if runs(plain) else {}
    sheet.write_string(row, column, plain, formats(**look, **marked))


def _register(sheet: Worksheet, risks: Sequence[Registered], formats: Formats) -> None:
    columns = table.columns()
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width)
        sheet.write_string(0, place, column.label, formats.head)
    number, day = formats(), formats(num_format="yyyy-mm-dd", align="left")
    for row, risk in enumerate(risks, 1):
        lines = 1
        for place, column in enumerate(columns):
            value = column.value(risk)
            band = column.band(risk) if column.band else None
            if value is None or value == "":
                continue
            if band is not None:
                write(sheet, row, place, str(value), formats, **toned(band.tone))
            elif isinstance(value, int):
                sheet.write_number(row, place, value, number)
            elif isinstance(value, date):
                sheet.write_datetime(row, place, datetime(value.year, value.month, value.day), day)
            elif column.text:
                write(sheet, row, place, value, formats, text_wrap=True)
                lines = max(lines, value.count("\n") + 1 + len(value) // column.width)
            else:
                write(sheet, row, place, value, formats)
        if lines > _MOST_LINES:
            # A page of text in one cell would leave no other row on the screen.
            sheet.set_row(row, _LINE * _MOST_LINES)
    # A text that is a number is what somebody wrote: no green corner says that it may be a mistake.
    sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{len(risks) + 1}"})
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, max(1, len(risks)), len(columns) - 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _reading(sheet: Worksheet, about: About, formats: Formats) -> None:
    """The scale, the bands and the caution, and what the rows were chosen by."""
    matrix = catalog.risk_matrix()
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 22)
    sheet.set_column(2, 2, 70)
    row = 0

    def pair(name: str, value: str) -> None:
        nonlocal row
        write(sheet, row, 0, name, formats, bold=True)
        write(sheet, row, 1, value, formats)
        row += 1

    def head(*words: str) -> None:
        nonlocal row
        row += 1
        for place, word in enumerate(words):
            write(sheet, row, place, word, formats, bold=True, bottom=1)
        row += 1

    pair(_("Project"), about.project)
    pair(_("Exported on"), about.day.isoformat())
    for name, value in about.filters:
        pair(name, value)
    sheet.ignore_errors({"number_stored_as_text": f"B1:B{row}"})
    row += 1
    sheet.merge_range(row, 0, row, 2, "", formats(text_wrap=True))
    write(sheet, row, 0, here(matrix.caution), formats, text_wrap=True)
    sheet.set_row(row, 2 * _LINE)
    row += 1
    for title, steps in ((_("Likelihood"), about.scale.likelihood), (_("Severity"), about.scale.severity)):
        head(title, "", "")
        for step in steps:
            sheet.write_number(row, 0, step.value, formats(align="left"))
            write(sheet, row, 1, here(step.label), formats)
            if step.help:
                write(sheet, row, 2, here(step.help), formats)
            row += 1
    head(_("Score"), _("Band"), "")
    for band in about.scale.bands:
        write(sheet, row, 0, f"{band.first}–{band.last}", formats)
        write(sheet, row, 1, here(band.label), formats, **toned(band.tone))
        row += 1
    head(_("Columns"), "", "")
    for name, meaning in (
        (_("before"), _("Before any measure.")),
        (_("now"), _("Today. Where nobody said otherwise, it is as before.")),
        (_("target"), _("What is aimed at. Empty where nobody set one.")),
        (_("Score"), _("Likelihood × severity: a rank, not a measure.")),
    ):
        write(sheet, row, 0, name, formats)
        sheet.merge_range(row, 1, row, 2, "", formats())
        write(sheet, row, 1, meaning, formats)
        row += 1
    sheet.set_paper(PAPERS[about.paper])
    sheet.fit_to_pages(1, 0)
