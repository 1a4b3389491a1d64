"""The scoping report as a Word document: styles to change, tables to edit, charts as pictures beside their figures."""

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, assert_never

from mlcanvas.reports.blocks import (
    Answer,
    Block,
    Callout,
    Canvas,
    CanvasBlock,
    Cell,
    Column,
    Credit,
    Curve,
    Grid,
    Mark,
    Pairs,
    Paragraph,
    Ranges,
    Section,
    Signatures,
    Steps,
    Table,
    Tiles,
)
from mlcanvas.reports.document import ScopingReport
from mlcanvas.reports.forms.fitting import Words, flat, tall
from mlcanvas.reports.forms.letters import legible, one_line
from mlcanvas.reports.forms.package import settled
from mlcanvas.reports.forms.palette import (
    ACCENT,
    AMBER,
    GROUPS,
    HAIR,
    INK,
    LANGUAGES,
    MUTED,
    RAMP,
    TINT,
    TINT_AMBER,
    front,
)
from mlcanvas.reports.forms.pictures import picture
from mlcanvas.reports.prose import Item, Node, Span, plain
from mlcanvas.typeset import Fonts

PAGE = (210, 297)
MARGIN = 20
FONT = "Calibri"
BOARD = 126.0
"""How high the canvas is on its landscape page, in millimetres."""

BOARD_SIZES = (9.5, 9.0, 8.5, 8.0, 7.5)
"""The sizes of type in a block of the canvas. Where the smallest is too large for one, blocks are read one by one."""

_DEEPEST_LIST = 3
_LONGEST_PROPERTY = 255


def render(report: ScopingReport, fonts: Fonts) -> bytes:
    """The document. Equal reports give equal bytes. Raises typeset.NotTypeset where a picture cannot be drawn."""
    return _Writer(legible(report, glue=True), fonts).written()


class _Writer:
    """One document being written. The library is loaded when it is needed: no page of ours needs it."""

    def __init__(self, report: ScopingReport, fonts: Fonts) -> None:
        import docx
        from docx import enum, oxml, shared
        from docx.enum import section, style, table, text
        from docx.oxml import ns

        self.report, self.fonts = report, fonts
        self.document: Any = docx.Document()
        self.enum: Any = enum
        self.section_enum, self.style_enum, self.table_enum, self.text_enum = section, style, table, text
        self.element: Callable[..., Any] = oxml.OxmlElement
        self.qn: Callable[[str], str] = ns.qn
        self.shared: Any = shared
        self.width: float = PAGE[0] - 2 * MARGIN
        self.pictures = 0
        self.keys: dict[str, str] = {}

    def written(self) -> bytes:
        """Cover, sections, properties, as the bytes of a file."""
        self._styles()
        self._page(self.document.sections[0], landscape=False)
        self._furniture(self.document.sections[0])
        self._cover()
        landscape = False
        for place, section in enumerate(self.report.sections):
            if section.wide != landscape:
                landscape = section.wide
                turned = self.document.add_section(self.section_enum.WD_SECTION.NEW_PAGE)
                turned.different_first_page_header_footer = False
                board = next((block for block in section.blocks if isinstance(block, Canvas)), None)
                self._page(turned, landscape=landscape)
                columns = 2 if board and not self._board_size(board) else 1
                self._columns(turned, columns)
                fresh = True
            else:
                fresh = False
            self._section(section, on_new_page=not fresh and (place == 0 or section.key in {"scope", "decision"}))
        self._properties()
        out = io.BytesIO()
        self.document.save(out)
        return settled(out.getvalue(), self.report.made_on)

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
            ("Subtitle", 12, ACCENT, 0, 4),
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
            ("Report Contents", "Subtitle", 11, ACCENT, 4),
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

    def _face(self, style: Any, name: str) -> None:
        """One face for every script; the themes of Word would bring others for headings."""
        style.font.name = name
        fonts = style.element.rPr.rFonts
        for attribute in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(self.qn(f"w:{attribute}"), None)
        for attribute in ("ascii", "hAnsi", "cs"):
            fonts.set(self.qn(f"w:{attribute}"), name)

    def _page(self, section: Any, *, landscape: bool) -> None:
        across, down = PAGE[::-1] if landscape else PAGE
        orient = self.section_enum.WD_ORIENT
        section.orientation = orient.LANDSCAPE if landscape else orient.PORTRAIT
        section.page_width, section.page_height = self.mm(across), self.mm(down)
        side = 12 if landscape else MARGIN
        section.left_margin = section.right_margin = self.mm(side)
        section.top_margin, section.bottom_margin = self.mm(16 if landscape else 21), self.mm(14 if landscape else 20)
        section.header_distance, section.footer_distance = self.mm(9), self.mm(8)
        self.width = across - 2 * side

    def _furniture(self, section: Any) -> None:
        """The line above each page and the number below it; later sections take them over. None on the cover."""
        section.different_first_page_header_footer = True
        report, pt = self.report, self.shared.Pt
        head = section.header.paragraphs[0]
        head.style = self.document.styles["Report Note"]
        head.add_run(_short(report.title, 80)).bold = True
        head.add_run(f" · {report.kind} · {report.revision}")
        self._border(head._p.get_or_add_pPr(), "w:pBdr", {"bottom": HAIR})
        foot = section.footer.paragraphs[0]
        foot.style = self.document.styles["Report Note"]
        foot.alignment = self.text_enum.WD_ALIGN_PARAGRAPH.RIGHT
        if report.warning:
            foot.add_run(f"{report.warning} · ").font.color.rgb = self._colour(AMBER)
        foot.add_run(f"{report.furniture['page']} ")
        self._field(foot, "PAGE", "1")
        foot.add_run(f" {report.furniture['of']} ")
        self._field(foot, "NUMPAGES", "1")
        for run in foot.runs:
            run.font.size = pt(8)

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

    def _cover(self) -> None:
        report = self.report
        self.document.add_paragraph(report.kind, style="Subtitle").paragraph_format.space_before = self.shared.Pt(60)
        self.document.add_paragraph(one_line(report.title), style="Title")
        if report.warning:
            warning = self.document.add_paragraph()
            run = warning.add_run(report.warning)
            run.bold, run.font.color.rgb = True, self._colour(AMBER)
        self._pairs(report.cover, first=38)
        self.document.add_paragraph(
            report.furniture["contents"], style="Report Contents"
        ).paragraph_format.space_before = self.shared.Pt(28)
        for section in report.sections:
            entry = self.document.add_paragraph()
            entry.paragraph_format.space_after = self.shared.Pt(2)
            link = self.element("w:hyperlink")
            link.set(self.qn("w:anchor"), f"section_{section.key}")
            run = entry.add_run(_numbered(section))
            run.font.color.rgb = self._colour(ACCENT)
            link.append(run._r)
            entry._p.append(link)

    def _section(self, section: Section, *, on_new_page: bool) -> None:
        heading = self.document.add_paragraph(_numbered(section), style="Heading 1")
        heading.paragraph_format.page_break_before = on_new_page
        if on_new_page or section.wide:
            heading.paragraph_format.space_before = self.shared.Pt(0)
        self._bookmark(heading, section)
        for block in section.blocks:
            self._block(block)

    def _bookmark(self, heading: Any, section: Section) -> None:
        for kind in ("w:bookmarkStart", "w:bookmarkEnd"):
            mark = self.element(kind)
            mark.set(self.qn("w:id"), str(section.number))
            if kind == "w:bookmarkStart":
                mark.set(self.qn("w:name"), f"section_{section.key}")
                heading._p.insert(1, mark)
            else:
                heading._p.append(mark)

    # Blocks

    def _block(self, block: Block) -> None:  # noqa: C901 - a case a kind
        match block:
            case Paragraph():
                self._lines(self._add(self.document, "Report Note" if block.muted else "Normal"), block.text)
            case Answer():
                self._heading(block.label)
                self._nodes(self.document, block.nodes)
                self._note(block.more)
            case Callout():
                self._callout(block)
            case Tiles():
                self._tiles(block)
            case Table():
                self._heading(block.title)
                self._table(block)
                self._note(block.note)
            case Canvas():
                self._canvas(block)
            case Grid():
                self._heading(block.title)
                if block.heat:
                    self._drawn(block)
                self._grid(block)
                self._listed(block.ways)
                self._note(block.note)
            case Ranges():
                self._ranges(block)
            case Curve():
                self._heading(block.title)
                self._drawn(block)
                self._listed([key.text for key in block.keys])
                self._note(block.note)
            case Steps():
                self._steps(block)
            case Pairs():
                self._heading(block.title)
                self._pairs(block.items)
            case Signatures():
                self._signatures(block)
            case _:
                assert_never(block)

    def _heading(self, title: str) -> None:
        if title.strip():
            self.document.add_paragraph(one_line(title), style="Heading 2")

    def _note(self, text: str) -> None:
        if text:
            note = self._add(self.document, "Report Note")
            note.paragraph_format.space_before = self.shared.Pt(4)
            self._lines(note, text)

    def _lines(self, paragraph: Any, text: str) -> Any:
        """A text of ours or of a person, its line breaks kept."""
        for place, line in enumerate(text.split("\n")):
            run = paragraph.add_run()
            if place:
                run.add_break()
            run.add_text(line)
        return paragraph

    def _callout(self, block: Callout) -> None:
        """A heading and its sentences, behind a coloured edge."""
        colour, fill = (AMBER, TINT_AMBER) if block.tone == "warning" else (ACCENT, TINT)
        heading = self.document.add_paragraph(one_line(block.title), style="Heading 2")
        heading.runs[0].font.color.rgb = self._colour(colour)
        single = len(block.items) == 1
        items = [
            self._lines(self._add(self.document, "Normal" if single else "List Bullet"), item) for item in block.items
        ]
        for paragraph in (heading, *items):
            paragraph.paragraph_format.space_after = self.shared.Pt(3)
            paragraph.paragraph_format.keep_together = True
            self._border(paragraph._p.get_or_add_pPr(), "w:pBdr", {"left": colour}, size=24, space=8)
            self._shade(paragraph._p.get_or_add_pPr(), fill)
        for paragraph in (heading, *items)[:-1]:
            paragraph.paragraph_format.keep_with_next = len(items) < 12

    def _tiles(self, block: Tiles) -> None:
        table = self._bare(1, len(block.items), [1] * len(block.items))
        for cell, tile in zip(table.rows[0].cells, block.items, strict=True):
            self._fill(cell, RAMP[tile.tone] if tile.tone else TINT)
            words = self._colour(front(tile.tone))
            quiet = words if tile.tone else self._colour(MUTED)
            parts = ((tile.label, 8, False, quiet), (tile.value, 13, True, words), (tile.note, 8, False, quiet))
            for place, (text, size, bold, colour) in enumerate(parts):
                paragraph = self._first(cell) if not place else self._add(cell, "Report Cell")
                run = paragraph.add_run(text)
                run.bold, run.font.size, run.font.color.rgb = bold, self.shared.Pt(size), colour
        self._gap()

    def _table(self, block: Table) -> None:
        table = self._grid_of(len(block.rows) + 1, block.columns, block.rows)
        self._head(table, [column.label for column in block.columns], [column.number for column in block.columns])
        # A table of the library looks its rows up one after the other each time it is asked for one.
        for row, cells in zip(list(table.rows)[1:], block.rows, strict=True):
            self._whole(row, cells)
            for column, cell, into in zip(block.columns, cells, row.cells, strict=True):
                self._cell(into, cell, right=column.number)

    def _cell(self, into: Any, cell: Cell, *, right: bool = False) -> None:
        """The words of a cell, its ratings below them, its small line at the end."""
        paragraphs = self._paragraphs(into, right=right)
        if cell.text:
            paragraph = next(paragraphs)
            if cell.href:
                self._linked(paragraph, cell.href, cell.text)
            else:
                self._lines(paragraph, cell.text)
            colour = front(cell.tone) if cell.tone else MUTED if cell.muted else ""
            for run in paragraph.runs:
                run.bold = cell.strong or bool(cell.tone) or None
                if colour:
                    run.font.color.rgb = self._colour(colour)
            if cell.tone:
                self._fill(into, RAMP[cell.tone])
        if cell.detail:
            self._lines(next(paragraphs), cell.detail)
        for mark in cell.marks:
            self._mark(next(paragraphs), mark)
        if cell.note:
            note = next(paragraphs)
            self._styled(note, "Report Cell Note")
            self._lines(note, cell.note)

    def _paragraphs(self, into: Any, *, right: bool) -> Iterator[Any]:
        """The paragraph that a cell has, then new ones."""
        paragraph = self._first(into)
        while True:
            if right:
                paragraph.alignment = self.text_enum.WD_ALIGN_PARAGRAPH.RIGHT
            yield paragraph
            paragraph = self._add(into, "Report Cell")

    def _mark(self, line: Any, mark: Mark) -> None:
        small = self.shared.Pt(8)
        line.add_run(f"{mark.label} ").font.size = small
        chip = line.add_run(f"\u00a0{mark.text}\u00a0" if mark.tone else mark.text)
        if mark.tone:
            chip.bold, chip.font.color.rgb = True, self._colour(front(mark.tone))
            self._shade(chip._r.get_or_add_rPr(), RAMP[mark.tone])
        if mark.note:
            line.add_run(f" {mark.note}").font.size = small

    def _canvas(self, block: Canvas) -> None:
        head = self._add(self.document, "Report Note")
        for name, value in block.head:
            head.add_run(f"{name} ")
            head.add_run(value).bold = True
            head.add_run("    ")
        if size := self._board_size(block):
            self._board(block, size)
        else:
            for box in block.blocks:
                self._heading(box.title)
                self._box_text(self.document, box)
        self._credit(block.credit)

    def _board_size(self, block: Canvas) -> float:
        """The size of type at which every block fits into its place on one page, 0 where none does."""
        point = 72 / 25.4
        weights = self._weights(block)
        width = (PAGE[1] - 2 * 12) / block.column_count
        for size in BOARD_SIZES:
            fitting = (
                tall(
                    [Words(box.title, bold=True), Words(box.state), *flat(box.nodes)],
                    (width * box.columns - 5) * point,
                    size,
                )
                <= (BOARD * sum(weights[box.row : box.row + box.rows]) / sum(weights) - 2) * point
                for box in block.blocks
            )
            if all(fitting):
                return size
        return 0.0

    def _weights(self, block: Canvas) -> list[int]:
        rows = 1 + max(box.row + box.rows - 1 for box in block.blocks)
        return [block.row_heights[row] if row < len(block.row_heights) else 1 for row in range(rows)]

    def _columns(self, section: Any, count: int) -> None:
        for columns in section._sectPr.findall(self.qn("w:cols")):
            columns.set(self.qn("w:num"), str(count))
            columns.set(self.qn("w:space"), "500")
        self.width = (self.width - 9 * (count - 1)) / count

    def _board(self, block: Canvas, size: float) -> None:
        rows = len(self._weights(block))
        table = self._bare(rows, block.column_count, [1] * block.column_count, style="Table Grid")
        weights = self._weights(block)
        for row, weight in zip(table.rows, weights, strict=True):
            row.height = self.mm(BOARD * weight / sum(weights))
        cells = [list(row.cells) for row in table.rows]
        for box in block.blocks:
            last = cells[box.row + box.rows - 1][box.column + box.columns - 1]
            cell = cells[box.row][box.column].merge(last)
            for extra in cell.paragraphs[1:]:
                extra._p.getparent().remove(extra._p)
            heading = cell.paragraphs[0]
            self._styled(heading, "Report Box Heading")
            heading.add_run(one_line(box.title)).font.color.rgb = self._colour(GROUPS.get(box.group, ACCENT))
            self._box_text(cell, box, size=size)
        self._gap()

    def _box_text(self, into: Any, box: CanvasBlock, size: float = 0) -> None:
        state = self._add(into, "Report Cell Note")
        state.add_run(box.state).italic = True
        state.paragraph_format.space_after = self.shared.Pt(2)
        if box.empty:
            into.add_paragraph(box.empty, style="Report Cell Note")
        else:
            self._nodes(into, box.nodes, size=size)

    def _credit(self, credit: Credit) -> None:
        line = self._add(self.document, "Report Note")
        for place, (words, href) in enumerate(credit.parts):
            if place:
                line.add_run(" · ")
            if href:
                self._linked(line, href, words)
            else:
                line.add_run(words)

    def _grid(self, block: Grid) -> None:
        """A coloured table to edit: it is the picture and the figures in one."""
        columns = len(block.column_labels)
        table = self._bare(len(block.row_labels) + 1, columns + 1, [1.3] + [1] * columns, style="Table Grid")
        self._head(table, [f"{block.row_axis} / {block.column_axis}", *block.column_labels], [False] * (columns + 1))
        for row, (label, cells) in zip(list(table.rows)[1:], block.labelled, strict=True):
            row.height = self.mm(11)
            self._whole(row, ())
            first, *others = row.cells
            self._first(first).add_run(label).font.color.rgb = self._colour(MUTED)
            for into, cell in zip(others, cells, strict=True):
                self._fill(into, RAMP[cell.tone])
                colour = self._colour(front(cell.tone))
                paragraph = self._first(into)
                runs = [paragraph.add_run(cell.title)]
                runs[0].bold = cell.chosen or None
                if cell.items:
                    runs.append(paragraph.add_run(f"  {', '.join(cell.items)}"))
                    runs[-1].bold = True
                if cell.note:
                    note = self._add(into, "Report Cell")
                    runs.append(note.add_run(cell.note))
                    runs[-1].bold = True
                for run in runs:
                    run.font.color.rgb = colour
                if cell.chosen:
                    self._border(into._tc.get_or_add_tcPr(), "w:tcBorders", dict.fromkeys(_SIDES[:4], INK), size=18)
        self._gap()

    def _listed(self, items: Sequence[str]) -> None:
        for item in items:
            line = self._lines(self._add(self.document, "List Bullet"), item)
            line.paragraph_format.space_after = self.shared.Pt(1)
            for run in line.runs:
                run.font.size = self.shared.Pt(9)

    def _drawn(self, block: Ranges | Grid | Curve) -> None:
        """The picture of a block, and in words what it shows."""
        drawn = picture(block, self.report.language, self.fonts, self.width)
        paragraph = self.document.add_paragraph()
        paragraph.paragraph_format.keep_with_next = True
        paragraph.paragraph_format.space_after = self.shared.Pt(2)
        shape = paragraph.add_run().add_picture(io.BytesIO(drawn.png), width=self.mm(drawn.width))
        self.pictures += 1
        properties = shape._inline.docPr
        properties.set("id", str(self.pictures))
        properties.set("name", f"{_short(block.title, 80)} {self.pictures}")
        properties.set("descr", drawn.alt)

    def _ranges(self, block: Ranges) -> None:
        self._heading(block.title)
        self._drawn(block)
        columns = (Column("", 2), Column("", 3))
        rows = [
            (Cell(bar.label, strong=bar.strong, muted=bar.muted), Cell(bar.text, muted=bar.muted)) for bar in block.bars
        ]
        rows += [(Cell(line.label), Cell("")) for line in block.lines]
        table = self._grid_of(len(rows), columns, rows)
        for row, cells in zip(list(table.rows), rows, strict=True):
            self._whole(row, ())
            for into, cell in zip(row.cells, cells, strict=True):
                self._cell(into, cell)
        self._note(block.note)

    def _steps(self, block: Steps) -> None:
        table = self._bare(1, len(block.items), [1] * len(block.items), style="Table Grid")
        for cell, step in zip(table.rows[0].cells, block.items, strict=True):
            name = self._first(cell).add_run(step.label)
            name.bold = True
            if step.current:
                self._fill(cell, TINT)
                name.font.color.rgb = self._colour(ACCENT)
            cell.add_paragraph(f"{step.done} % · {step.note}", style="Report Cell Note")
        self._note(block.note)

    def _pairs(self, items: Sequence[tuple[str, str]], first: int = 52) -> None:
        if not items:
            return
        table = self._bare(len(items), 2, [first, self.width - first])
        for row, (name, value) in zip(list(table.rows), items, strict=True):
            self._whole(row, ())
            left, right = row.cells
            self._first(left).add_run(name).font.color.rgb = self._colour(MUTED)
            self._lines(self._first(right), value)
            for cell in (left, right):
                self._border(cell._tc.get_or_add_tcPr(), "w:tcBorders", {"bottom": HAIR})
        self._gap()

    def _signatures(self, block: Signatures) -> None:
        table = self._bare(len(block.roles) + 1, len(block.columns), [26, 38, 38, 22, 46], style="Table Grid")
        self._head(table, block.columns, [False] * len(block.columns))
        for row, role in zip(list(table.rows)[1:], block.roles, strict=True):
            row.height = self.mm(13)
            self._whole(row, ())
            self._first(row.cells[0]).add_run(role).bold = True
        self._gap()

    # People's text

    def _nodes(
        self, into: Any, nodes: Sequence[Node], *, size: float = 0, depth: int = 0, quoted: bool = False
    ) -> None:
        for node in nodes:
            match node.kind:
                case "paragraph" | "heading":
                    paragraph = self._add(into, "Report Quote" if quoted else "Normal")
                    self._spans(paragraph, node.spans, size=size, bold=node.kind == "heading")
                    self._tight(paragraph, size)
                case "list":
                    for place, item in enumerate(node.items):
                        self._item(
                            into, item, None if node.first is None else node.first + place, size=size, depth=depth
                        )
                case "quote":
                    self._nodes(into, node.nodes, size=size, depth=depth, quoted=True)
                case "code":
                    self._lines(self._add(into, "Report Code"), node.text)
                case "rule":
                    paragraph = into.add_paragraph()
                    self._border(paragraph._p.get_or_add_pPr(), "w:pBdr", {"bottom": HAIR})
                case "table":
                    self._user_table(into, node, size)
                case _:
                    assert_never(node.kind)

    def _item(self, into: Any, item: Item, number: int | None, *, size: float, depth: int) -> None:
        """An entry. A number is what its writer wrote, so it is text: a list that counts itself would count on."""
        pt = self.shared.Pt
        paragraph = self._add(into, "List Bullet" if number is None and item.checked is None else "Normal")
        level = min(depth, _DEEPEST_LIST)
        indent = 9 + 11 * level if size else 18 + 16 * level
        paragraph.paragraph_format.left_indent = pt(indent)
        paragraph.paragraph_format.first_line_indent = pt(-9 if size else -18)
        paragraph.paragraph_format.space_after = pt(2)
        paragraph.paragraph_format.tab_stops.add_tab_stop(pt(indent))
        sign = "" if number is None else f"{number}."
        if item.checked is not None:
            sign = f"{sign} {'☑' if item.checked else '☐'}".strip()
        if sign:
            run = paragraph.add_run(f"{sign}\t")
            if size:
                run.font.size = pt(size)
        first, *others = item.nodes or (Node("paragraph"),)
        if first.kind in {"paragraph", "heading"}:
            self._spans(paragraph, first.spans, size=size, bold=first.kind == "heading")
        else:
            others = [first, *others]
        self._nodes(into, others, size=size, depth=depth + 1)

    def _tight(self, paragraph: Any, size: float) -> None:
        if size:
            paragraph.paragraph_format.space_after = self.shared.Pt(2)
            paragraph.paragraph_format.line_spacing = 1.0

    def _spans(self, paragraph: Any, spans: Iterable[Span], *, size: float = 0, **look: Any) -> None:
        for span in spans:
            match span.kind:
                case "strong" | "em" | "strike":
                    name = {"strong": "bold", "em": "italic", "strike": "strike"}[span.kind]
                    self._spans(paragraph, span.spans, size=size, **{**look, name: True})
                case "link":
                    self._linked(paragraph, span.href, plain([Node("paragraph", spans=span.spans)]), size=size)
                case "break":
                    paragraph.add_run().add_break()
                case "text" | "code":
                    run = self._run(paragraph, span.text, size)
                    if look.get("bold"):
                        run.bold = True
                    if look.get("italic"):
                        run.italic = True
                    if look.get("strike"):
                        run.font.strike = True
                    if span.kind == "code":
                        run.font.name = "Consolas"
                case _:
                    assert_never(span.kind)

    def _run(self, paragraph: Any, text: str, size: float) -> Any:
        run = paragraph.add_run()
        run.add_text(text)
        if size:
            run.font.size = self.shared.Pt(size)
        return run

    def _linked(self, paragraph: Any, href: str, words: str, *, size: float = 0) -> None:
        from docx.opc.constants import RELATIONSHIP_TYPE

        link = self.element("w:hyperlink")
        link.set(self.qn("r:id"), paragraph.part.relate_to(href, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
        run = self._run(paragraph, one_line(words), size)
        run.font.underline, run.font.color.rgb = True, self._colour(ACCENT)
        link.append(run._r)
        paragraph._p.append(link)

    def _user_table(self, into: Any, node: Node, size: float) -> None:
        rows = (node.head, *node.rows)
        width = max((len(row) for row in rows), default=0)
        if not width:
            return
        inside = into is not self.document
        table = into.add_table(len(rows), width) if inside else self.document.add_table(len(rows), width)
        table.style = self.document.styles["Table Grid"]
        self._border(table._tbl.tblPr, "w:tblBorders", dict.fromkeys(_SIDES, HAIR))
        if not inside:
            self._widths(table, [self.width / width] * width)
        for place, (row, cells) in enumerate(zip(list(table.rows), rows, strict=True)):
            for into_cell, spans in zip(row.cells, cells, strict=False):
                self._spans(self._first(into_cell), spans, size=min(size, 8) if size else 9, bold=place == 0)
        after = into.add_paragraph()
        after.paragraph_format.space_after = self.shared.Pt(0)
        self._tight(after, size)

    # Tables

    def _bare(self, rows: int, columns: int, shares: Sequence[float], style: str = "Normal Table") -> Any:
        table = self.document.add_table(rows, columns)
        table.style = self.document.styles[style]
        if style == "Table Grid":
            self._border(table._tbl.tblPr, "w:tblBorders", dict.fromkeys(_SIDES, HAIR), size=6)
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
        self._widths(table, widths)
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

    def _gap(self) -> None:
        """Word joins tables that touch."""
        gap = self.document.add_paragraph()
        gap.paragraph_format.space_after = self.shared.Pt(0)
        gap.paragraph_format.line_spacing = self.shared.Pt(6)

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

    def _properties(self) -> None:
        report, core = self.report, self.document.core_properties
        day = datetime(report.made_on.year, report.made_on.month, report.made_on.day)
        core.title = _short(f"{report.title} – {report.kind}", _LONGEST_PROPERTY)
        core.author = _short(", ".join(report.authors), _LONGEST_PROPERTY)
        core.last_modified_by = core.author
        core.subject = _short(report.furniture["subject"], _LONGEST_PROPERTY)
        core.comments = core.keywords = core.category = ""
        core.language = LANGUAGES[report.language]
        core.created = core.modified = day
        core.revision = 1
        relations = self.document.part.package.rels
        for key in [key for key, relation in relations.items() if relation.reltype.endswith("/thumbnail")]:
            relations.pop(key)


_SIDES = ("top", "left", "bottom", "right", "insideH", "insideV")

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


def _numbered(section: Section) -> str:
    return f"{section.number} {section.title}" if section.number else section.title


def _short(text: str, most: int) -> str:
    line = one_line(text)
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def _widest(cell: Cell) -> int:
    """How many letters the longest line of a cell has, as far as it can be seen from here."""
    marks = (f"{mark.label} {mark.text} {mark.note}" for mark in cell.marks)
    lines = [*cell.text.split("\n"), *cell.note.split("\n"), *marks]
    return max(map(len, lines))
