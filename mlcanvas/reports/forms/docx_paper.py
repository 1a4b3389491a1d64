"""A Word document to write on: its paper, its styles, its tables, and the marks that the library has no words for."""

from collections.abc import Callable, Sequence
from typing import Any

from mlcanvas.reports.blocks import Cell, Column
from mlcanvas.reports.document import ScopingReport
from mlcanvas.reports.forms.letters import one_line
from mlcanvas.reports.forms.palette import HAIR, INK, LANGUAGES, MUTED, TINT, accent

PAPERS = {"a4": (210.0, 297.0), "letter": (215.9, 279.4)}
"""Across and down, in millimetres."""

MARGIN = 20
WIDE_MARGIN = 12
"""At the sides of a landscape page."""

FONT = "Calibri"
SHORT = 9
"""A table of so many rows stays on one page, unless somebody wrote a page into it."""

PADDING = 4
"""Left and right of the words in a cell, in millimetres."""

SIDES = ("top", "left", "bottom", "right", "insideH", "insideV")

_NARROWEST = 22
_LONGEST_WHOLE = 800

# The order of the children that are added here among those that may follow them, from the schemas of ECMA-376.
_ORDER = (
    # of a paragraph
    "w:pStyle", "w:keepNext", "w:keepLines", "w:pageBreakBefore", "w:widowControl", "w:numPr", "w:pBdr",
    # of a run
    "w:rStyle", "w:rFonts", "w:b", "w:bCs", "w:i", "w:iCs", "w:strike", "w:color", "w:sz", "w:szCs", "w:u",
    # of a table and its cells
    "w:tblStyle", "w:tblW", "w:jc", "w:tblBorders", "w:tcW", "w:gridSpan", "w:vMerge", "w:tcBorders",
    "w:shd",
    "w:tabs", "w:spacing", "w:ind", "w:tblLayout", "w:tblCellMar", "w:tblLook", "w:vAlign", "w:lang",
)  # fmt: skip


class Paper:
    """An empty document. The library is loaded when it is needed: no page of ours needs it."""

    def __init__(self, report: ScopingReport) -> None:
        import docx
        from docx import oxml, shared
        from docx.enum import section, style, table, text
        from docx.oxml import ns

        self.report = report
        self.accent = accent(report.options)
        self.document: Any = docx.Document()
        self.section_enum, self.style_enum, self.table_enum, self.text_enum = section, style, table, text
        self.element: Callable[..., Any] = oxml.OxmlElement
        self.qn: Callable[[str], str] = ns.qn
        self.shared: Any = shared
        self.paper = PAPERS[report.options.paper]
        self.width: float = self.paper[0] - 2 * MARGIN
        self.keys: dict[str, str] = {}

    # Page and styles

    def mm(self, value: float) -> Any:
        return self.shared.Mm(value)

    def _colour(self, value: str) -> Any:
        return self.shared.RGBColor.from_string(value)

    def _styles(self) -> None:
        styles, pt = self.document.styles, self.shared.Pt
        normal = styles["Normal"]
        normal.font.size, normal.font.color.rgb = pt(10), self._colour(INK)
        self._face(normal, FONT)
        normal.paragraph_format.space_after = pt(6)
        normal.paragraph_format.line_spacing = 1.08
        looks = (
            ("Title", 28, INK, 0, 8),
            ("Subtitle", 12, self.accent, 0, 4),
            ("Heading 1", 18, INK, 22, 8),
            ("Heading 2", 11.5, INK, 11, 3),
        )
        for name, size, colour, before, after in looks:
            style = styles[name]
            self._face(style, FONT)
            style.font.size, style.font.color.rgb = pt(size), self._colour(colour)
            style.font.bold, style.font.italic = True, False
            style.paragraph_format.space_before, style.paragraph_format.space_after = pt(before), pt(after)
            style.paragraph_format.keep_with_next = True
        for border in styles["Title"].element.findall(f".//{self.qn('w:pBdr')}"):
            border.getparent().remove(border)
        made = (
            ("Report Note", "Normal", 9, MUTED, 3),
            ("Report Cell", "Normal", 9, INK, 0),
            ("Report Cell Note", "Report Cell", 8, MUTED, 0),
            ("Report Code", "Normal", 9, INK, 6),
            ("Report Quote", "Normal", 10.5, MUTED, 6),
            ("Report Contents", "Subtitle", 11, self.accent, 4),
        )
        kind = self.style_enum.WD_STYLE_TYPE.PARAGRAPH
        for name, base, size, colour, after in made:
            style = styles.add_style(name, kind)
            style.base_style = styles[base]
            style.font.size, style.font.color.rgb = pt(size), self._colour(colour)
            style.paragraph_format.space_after = pt(after)
            style.paragraph_format.line_spacing = 1.0
        self._face(styles["Report Code"], "Consolas")
        styles["Report Quote"].paragraph_format.left_indent = self.mm(6)
        # A block of the canvas is a heading of the second level that fits into its box.
        box = styles.add_style("Report Box Heading", kind)
        box.base_style, box.font.size = styles["Heading 2"], pt(9.5)
        box.paragraph_format.space_before, box.paragraph_format.space_after = pt(0), pt(2)
        for defaults in styles.element.findall(f".//{self.qn('w:rPrDefault')}//{self.qn('w:lang')}"):
            defaults.set(self.qn("w:val"), LANGUAGES[self.report.language])
        # As Word 2013 and later lay out: the edge of a table stands where the text does, not the words in its cells.
        for setting in self.document.settings.element.iter(self.qn("w:compatSetting")):
            if setting.get(self.qn("w:name")) == "compatibilityMode":
                setting.set(self.qn("w:val"), "15")

    def _face(self, style: Any, name: str) -> None:
        """One face for every script; the themes of Word would bring others for headings."""
        style.font.name = name
        fonts = style.element.rPr.rFonts
        for attribute in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(self.qn(f"w:{attribute}"), None)
        for attribute in ("ascii", "hAnsi", "cs"):
            fonts.set(self.qn(f"w:{attribute}"), name)

    def _page(self, section: Any, *, landscape: bool) -> None:
        across, down = self.paper[::-1] if landscape else self.paper
        orient = self.section_enum.WD_ORIENT
        section.orientation = orient.LANDSCAPE if landscape else orient.PORTRAIT
        section.page_width, section.page_height = self.mm(across), self.mm(down)
        side = WIDE_MARGIN if landscape else MARGIN
        section.left_margin = section.right_margin = self.mm(side)
        section.top_margin, section.bottom_margin = self.mm(16 if landscape else 21), self.mm(14 if landscape else 20)
        section.header_distance, section.footer_distance = self.mm(9), self.mm(8)
        self.width = across - 2 * side

    def _columns(self, section: Any, count: int) -> None:
        for columns in section._sectPr.findall(self.qn("w:cols")):
            columns.set(self.qn("w:num"), str(count))
            columns.set(self.qn("w:space"), "500")
        self.width = (self.width - 9 * (count - 1)) / count

    # Lines

    def _lines(self, paragraph: Any, text: str) -> Any:
        """A text of ours or of a person, its line breaks kept."""
        for place, line in enumerate(text.split("\n")):
            run = paragraph.add_run()
            if place:
                run.add_break()
            run.add_text(line)
        return paragraph

    def _heading(self, title: str) -> None:
        if title.strip():
            self.document.add_paragraph(one_line(title), style="Heading 2")

    def _note(self, text: str) -> None:
        if text:
            note = self._add(self.document, "Report Note")
            note.paragraph_format.space_before = self.shared.Pt(4)
            self._lines(note, text)

    def _first(self, cell: Any) -> Any:
        return self._styled(cell.paragraphs[0], "Report Cell")

    def _add(self, into: Any, style: str) -> Any:
        return self._styled(into.add_paragraph(), style)

    def _styled(self, paragraph: Any, style: str) -> Any:
        """Gives a paragraph a style by its key: the library would look for it among all, twice, each time."""
        if style not in self.keys:
            self.keys[style] = self.document.styles[style].style_id
        paragraph._p.get_or_add_pPr().style = self.keys[style]
        return paragraph

    def _gap(self, line: Any = None) -> None:
        """Word joins tables that touch."""
        gap = line or self.document.add_paragraph()
        gap.paragraph_format.space_after = self.shared.Pt(0)
        gap.paragraph_format.line_spacing = self.shared.Pt(6)

    # Tables

    def _bare(self, rows: int, columns: int, shares: Sequence[float], style: str = "Normal Table") -> Any:
        table = self.document.add_table(rows, columns)
        table.style = self.document.styles[style]
        if style == "Table Grid":
            self._border(table._tbl.tblPr, "w:tblBorders", dict.fromkeys(SIDES, HAIR), size=6)
        self._widths(table, [self.width * share / sum(shares) for share in shares])
        return table

    def _grid_of(self, rows: int, columns: Sequence[Column], cells: Sequence[Sequence[Cell]]) -> Any:
        """A table with thin lines. A column without a share is as wide as its words, up to a quarter of the page."""
        table = self.document.add_table(rows, len(columns))
        table.style = self.document.styles["Normal Table"]
        self._border(table._tbl.tblPr, "w:tblBorders", {"top": HAIR, "bottom": HAIR, "insideH": HAIR})
        narrow = {
            place: min(self.width / 4, 6 + 1.85 * max(len(column.label), *(_widest(row[place]) for row in cells), 3))
            for place, column in enumerate(columns)
            if not column.width
        }
        left = self.width - sum(narrow.values())
        shares = sum(column.width for column in columns) or 1
        widths = [narrow.get(place, left * column.width / shares) for place, column in enumerate(columns)]
        if not any(column.width for column in columns):
            widths[-1] = self.width - sum(widths[:-1])
        figures = {
            place: PADDING + 0.5 + max([_wide(row[place].text) for row in cells], default=0)
            for place, column in enumerate(columns)
            if column.number
        }
        self._widths(table, spread(widths, figures))
        return table

    def _widths(self, table: Any, widths: Sequence[float]) -> None:
        table.autofit = False
        margins = self.element("w:tblCellMar")
        for side in ("top", "bottom"):
            margin = self.element(f"w:{side}")
            margin.set(self.qn("w:w"), "36")
            margin.set(self.qn("w:type"), "dxa")
            margins.append(margin)
        self._ordered(table._tbl.tblPr, margins)
        table.alignment = self.table_enum.WD_TABLE_ALIGNMENT.LEFT
        for column, width in zip(table.columns, widths, strict=True):
            column.width = self.mm(width)
        for row in table.rows:
            for cell, width in zip(row.cells, widths, strict=True):
                cell.width = self.mm(width)

    def _head(self, table: Any, labels: Sequence[str], rights: Sequence[bool]) -> None:
        """The first row: it is repeated on each page."""
        row = table.rows[0]
        properties = row._tr.get_or_add_trPr()
        properties.append(self.element("w:cantSplit"))
        properties.append(self.element("w:tblHeader"))
        for cell, label, right in zip(row.cells, labels, rights, strict=True):
            paragraph = self._first(cell)
            paragraph.paragraph_format.keep_with_next = True
            if right:
                paragraph.alignment = self.text_enum.WD_ALIGN_PARAGRAPH.RIGHT
            run = paragraph.add_run(label)
            run.bold, run.font.size, run.font.color.rgb = True, self.shared.Pt(8.5), self._colour(MUTED)
            self._fill(cell, TINT)

    def _whole(self, row: Any, cells: Sequence[Cell]) -> None:
        """A row stays on one page unless somebody wrote a page into it."""
        if all(len(cell.text) + len(cell.detail) + len(cell.note) <= 900 for cell in cells):
            row._tr.get_or_add_trPr().append(self.element("w:cantSplit"))

    def _together(self, table: Any, letters: Sequence[Sequence[int]]) -> None:
        """Keeps a short table on one page, and of a long one the first two rows and the last two."""
        last = len(letters)
        whole = last <= SHORT and sum(map(sum, letters)) <= _LONGEST_WHOLE
        for place, row in enumerate(table._tbl.tr_lst):
            if place < last and (whole or place in {0, 1, last - 1}):
                for properties in [paragraph.get_or_add_pPr() for paragraph in row.iter(self.qn("w:p"))]:
                    if properties.find(self.qn("w:keepNext")) is None:
                        self._ordered(properties, self.element("w:keepNext"))

    # What the library has no words for

    def _field(self, paragraph: Any, code: str, shown: str) -> None:
        """A figure that Word counts itself."""
        for kind, text in (("begin", ""), ("", code), ("separate", ""), ("text", shown), ("end", "")):
            run = paragraph.add_run("" if kind != "text" else text)
            if kind in {"begin", "separate", "end"}:
                mark = self.element("w:fldChar")
                mark.set(self.qn("w:fldCharType"), kind)
                run._r.append(mark)
            elif not kind:
                instruction = self.element("w:instrText")
                instruction.text = f" {text} "
                run._r.append(instruction)

    def _fill(self, cell: Any, colour: str) -> None:
        self._shade(cell._tc.get_or_add_tcPr(), colour)

    def _shade(self, properties: Any, colour: str) -> None:
        for old in properties.findall(self.qn("w:shd")):
            properties.remove(old)
        shade = self.element("w:shd")
        for name, value in (("val", "clear"), ("color", "auto"), ("fill", colour)):
            shade.set(self.qn(f"w:{name}"), value)
        self._ordered(properties, shade)

    def _border(self, properties: Any, kind: str, sides: dict[str, str], *, size: int = 4, space: int = 0) -> None:
        borders = self.element(kind)
        for side, colour in sides.items():
            line = self.element(f"w:{side}")
            for name, value in (("val", "single"), ("sz", str(size)), ("space", str(space)), ("color", colour)):
                line.set(self.qn(f"w:{name}"), value)
            borders.append(line)
        self._ordered(properties, borders)

    def _ordered(self, properties: Any, child: Any) -> None:
        """Puts `child` where the format wants it: Word refuses a file whose properties stand in another order."""
        order = [self.qn(name) for name in _ORDER]
        place = order.index(child.tag)
        after = next((other for other in properties if other.tag in order and order.index(other.tag) > place), None)
        if after is None:
            properties.append(child)
        else:
            after.addprevious(child)


def spread(widths: Sequence[float], least: dict[int, float]) -> list[float]:
    """The widths with room for the figures in some columns, which the other columns give: no figure is broken.

    Where the others have too little, the figures take what there is.
    """
    wanted = {place: width - widths[place] for place, width in least.items() if width > widths[place]}
    spare = {place: max(0.0, width - _NARROWEST) for place, width in enumerate(widths) if place not in least}
    share = min(1.0, sum(wanted.values()) / (sum(spare.values()) or 1))
    given = sum(spare.values()) * share
    taken = given / (sum(wanted.values()) or 1)
    return [
        width + wanted.get(place, 0.0) * taken - spare.get(place, 0.0) * share for place, width in enumerate(widths)
    ]


def _wide(figure: str) -> float:
    """How wide a figure is in a cell, in millimetres, bold as a total is."""
    return sum(0.8 if letter in " .,\u00a0" else 1.62 for letter in figure)


def _widest(cell: Cell) -> int:
    """How many letters the longest line of a cell has, as far as it can be seen from here."""
    marks = (f"{mark.label} {mark.text} {mark.note}" for mark in cell.marks)
    lines = [*cell.text.split("\n"), *cell.note.split("\n"), *marks]
    return max(map(len, lines))
