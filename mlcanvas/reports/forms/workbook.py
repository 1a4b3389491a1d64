"""The registers of a scoping report as one workbook: risks, metrics, lists, costs, baselines, gates and checkpoints.

Figures are numbers to reckon with, in the format that the report shows them in; texts are texts, whatever they look
like. The sheets of the risks are those of the risk register.
"""

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.utils import translation
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from mlcanvas.reports.blocks import Cell, Column, Table
from mlcanvas.reports.document import ScopingReport
from mlcanvas.reports.forms.letters import legible
from mlcanvas.reports.reading import Reading, rows
from mlcanvas.reports.sections.register import kept_scale
from mlcanvas.reports.voice import Voice
from mlcanvas.reports.voice import words as spoken
from mlcanvas.risks import content as risks
from mlcanvas.risks import table as risk_table
from mlcanvas.risks.listing import Listing
from mlcanvas.risks.workbook import PAPERS, About, Formats, add_register, toned, workbook, write

SECTIONS = ("scope", "rows", "costs", "baselines", "lifecycle")
"""The sections whose tables are registers. The risks come from the snapshot, which holds more of them."""

_LONGEST_NAME = 31
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\']")
_DIGITS = re.compile(r"[\u2212-]?\d[\d.,]*")
_WIDEST = 60
_LONGEST_FORMAT = 60
"""As Excel numbers them."""

_LINE = 15.0
_MOST_LINES = 8
MINUS = "\u2212"


def render(report: ScopingReport, snapshot: Mapping[str, Any]) -> bytes:
    """The workbook of a report and of the snapshot that it was built from. Equal input gives equal bytes."""
    found = legible(report)
    out = io.BytesIO()
    with translation.override(report.language):
        book = workbook(out, report.made_on)
        formats = Formats(book)
        about = book.add_worksheet(_word(report, "workbook.about"))
        _risks(book, report, snapshot, formats)
        names = [sheet.get_name() for sheet in book.worksheets()[1:]]
        listed: list[tuple[str, int]] = []
        for title, table in _registers(found):
            name = _name(title, [about.get_name(), *names, *(name for name, _count in listed)])
            _table(report, book.add_worksheet(name), table, formats)
            listed.append((name, len(table.rows)))
        _about(found, about, names, listed, formats)
        book.close()
    return out.getvalue()


def render_tables(report: ScopingReport) -> bytes:
    """The workbook of the tables of a report alone, a sheet each. Equal reports give equal bytes."""
    found = legible(report)
    tables = [block for section in found.sections for block in section.blocks if isinstance(block, Table)]
    out = io.BytesIO()
    with translation.override(report.language):
        book = workbook(out, report.made_on)
        formats = Formats(book)
        about = book.add_worksheet(_word(report, "workbook.about"))
        listed: list[tuple[str, int]] = []
        for table in tables:
            name = _name(table.short or table.title, [about.get_name(), *(name for name, _count in listed)])
            _table(report, book.add_worksheet(name), table, formats)
            listed.append((name, len(table.rows)))
        _about(found, about, (), listed, formats)
        book.close()
    return out.getvalue()


def _word(report: ScopingReport, key: str, **values: object) -> str:
    said = spoken()[key].say(report.language)
    return said.format(**values) if values else said


def _registers(report: ScopingReport) -> list[tuple[str, Table]]:
    """The tables with the names of their sheets: the section is in the name where two sections have one of the name."""
    tables = [(section, block) for section in report.sections for block in section.blocks if isinstance(block, Table)]
    titles = [block.short or block.title or block.name for _section, block in tables]
    return [
        (title if titles.count(title) == 1 else f"{section.title} – {title}", block)
        for title, (section, block) in zip(titles, tables, strict=True)
        if section.key in SECTIONS
    ]


def _risks(book: Workbook, report: ScopingReport, snapshot: Mapping[str, Any], formats: Formats) -> None:
    reading = Reading(snapshot["content"], snapshot.get("results") or {}, {}, Voice(report.language, ""))
    scale = kept_scale(reading)
    register = risks.kept(rows(reading.part("risks").get("register")), scale)
    about = About(
        report.title,
        report.made_on,
        risk_table.filters(Listing(base="", status="all", sort="key"), len(register), scale),
        scale,
        report.options.paper,
    )
    add_register(book, register, about, formats)


def _about(
    report: ScopingReport, sheet: Worksheet, names: Sequence[str], listed: Sequence[tuple[str, int]], formats: Formats
) -> None:
    sheet.set_column(0, 0, 40)
    sheet.set_column(1, 1, 80)
    write(sheet, 0, 0, report.title, formats, bold=True, font_size=14)
    row = 1
    for name, value in ((report.kind, report.warning), *report.cover):
        write(sheet, row, 0, name, formats, bold=True)
        write(sheet, row, 1, value, formats, text_wrap=True)
        row += 1
    row += 1
    for column, label in enumerate(("workbook.sheet", "workbook.rows")):
        write(sheet, row, column, _word(report, label), formats, bold=True, bottom=1)
    for name in names:
        row += 1
        write(sheet, row, 0, name, formats)
    for name, count in listed:
        row += 1
        write(sheet, row, 0, name, formats)
        sheet.write_number(row, 1, count, formats(align="left"))
    sheet.ignore_errors({"number_stored_as_text": f"A1:B{row + 1}"})
    sheet.set_paper(PAPERS[report.options.paper])
    sheet.fit_to_pages(1, 0)


def _table(report: ScopingReport, sheet: Worksheet, table: Table, formats: Formats) -> None:
    """A register with a column of its own for what stands small under the words, and for where they lead."""
    place = 0
    # Here figures are reckoned with: a rounded one would add up to another sum.
    table = replace(table, rows=tuple(tuple(map(_exact, row)) for row in table.rows))
    for column, cells in zip(table.columns, zip(*table.rows, strict=True), strict=True):
        parts = [(column.label, [_said(cell) for cell in cells])]
        parts += [
            (_word(report, f"workbook.{name}", column=column.label), texts)
            for name, texts in (("note", [cell.note for cell in cells]), ("link", [cell.href for cell in cells]))
            if any(texts)
        ]
        for number, (label, texts) in enumerate(parts):
            sheet.set_column(place, place, _width(label, texts))
            side = {"align": "right", "indent": 1} if column.number and not number else {}
            write(sheet, 0, place, label, formats, bold=True, text_wrap=True, bottom=1, bg_color="#f2f5fa", **side)
            for row, (cell, text) in enumerate(zip(cells, texts, strict=True), 1):
                if number or not _figure(report, sheet, (row, place), cell, column, formats):
                    _text(sheet, (row, place), text, formats, Cell("") if number else cell)
            place += 1
    last = len(table.rows)
    if table.note:
        for line, text in enumerate(table.note.split("\n")):
            write(sheet, last + 2 + line, 0, text, formats, italic=True)
    for row, cells in enumerate(table.rows, 1):
        high = max(map(_lines, cells), default=1)
        if high > 1:
            sheet.set_row(row, _LINE * min(high, _MOST_LINES))
    sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{last + 20}"})
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, last, max(0, place - 1))
    sheet.set_landscape()
    sheet.set_paper(PAPERS[report.options.paper])
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _exact(cell: Cell) -> Cell:
    return replace(cell, text=cell.exact) if cell.exact else cell


def _figure(
    report: ScopingReport, sheet: Worksheet, where: tuple[int, int], cell: Cell, column: Column, formats: Formats
) -> bool:
    """Writes the number of a cell, where it has one that its text shows."""
    shown = _format(cell, decimal="," if report.language == "pt-br" else ".")
    if not shown or cell.value is None:
        return False
    # A figure stands off the words beside it.
    side: dict[str, Any] = {"align": "right", "indent": 1} if column.number else {"align": "left"}
    sheet.write_number(*where, cell.value, formats(bold=cell.strong, num_format=shown, **side))
    return True


def _text(sheet: Worksheet, where: tuple[int, int], text: str, formats: Formats, cell: Cell) -> None:
    if text:
        write(
            sheet, *where, text, formats, text_wrap=True, **(toned(cell.tone) if cell.tone else {"bold": cell.strong})
        )


def _said(cell: Cell) -> str:
    """The words of a cell; one that is empty for the eye is empty."""
    marks = (" ".join(filter(None, (mark.label, mark.text, mark.note))) for mark in cell.marks)
    said = "\n".join(filter(None, (cell.text, cell.detail, *marks)))
    return "" if said == "–" else said


def _format(cell: Cell, *, decimal: str) -> str:
    """The number format that shows the figure of a cell as its text has it: currency, unit, decimals.

    Nothing where the text is not that figure, such as "1 d" for 24 hours: then the text is what is written.
    """
    found = _DIGITS.search(cell.text)
    if found is None or cell.value is None:
        return ""
    whole, _point, digits = found[0].rstrip(".,").partition(decimal)
    figure = float(f"{re.sub('[.,]', '', whole).replace(MINUS, '-')}.{digits or 0}")
    # Money is shown in whole units.
    if abs(figure - cell.value) > 0.5001 * 10.0 ** -len(digits):
        return ""
    before, after = (
        f'"{part}"' if part else "" for part in (cell.text[: found.start()], cell.text[found.end() :].replace('"', ""))
    )
    made = f"{before}#,##0{'.' + '0' * len(digits) if digits else ''}{after}"
    # A program reads this as a rule: what is too long for one is left out.
    return (
        made
        if len(made) <= _LONGEST_FORMAT and cell.text.replace("\u00a0", " ").isprintable() and '"' not in cell.text
        else ""
    )


def _lines(cell: Cell) -> int:
    """How many lines the words of a cell take in a column that is as wide as one gets, or the small line below them."""
    texts = (_said(cell), cell.note)
    return max(sum(1 + len(line) // (_WIDEST - 4) for line in text.split("\n")) for text in texts)


def _width(label: str, texts: Sequence[str]) -> int:
    longest = max((len(line) for text in texts for line in text.split("\n")), default=0)
    return max(10, min(_WIDEST, longest + 2), min(24, len(label) + 4))


def _name(title: str, taken: Sequence[str]) -> str:
    """A name for a sheet as Excel takes it, unlike all others whatever their case."""
    base = _cut(" ".join(_NOT_IN_NAMES.sub(" ", title).split()), _LONGEST_NAME) or "–"
    used = {name.lower() for name in taken}
    name, number = base, 1
    while name.lower() in used:
        number += 1
        mark = f" {number}"
        name = _cut(base, _LONGEST_NAME - len(mark)) + mark
    return name


def _cut(words: str, most: int) -> str:
    """At most `most` letters of `words`, whole words where the first one fits."""
    if len(words) <= most:
        return words
    whole = words[:most].rstrip() if words[most] == " " else words[:most].rpartition(" ")[0].rstrip(" –-:,;.")
    return whole or words[:most]
