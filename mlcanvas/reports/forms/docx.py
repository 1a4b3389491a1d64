"""The scoping report as a Word document: styles to change, tables to edit, charts as pictures beside their figures."""

import base64
import io
from collections.abc import Iterator, Sequence
from typing import Any, assert_never

from mlcanvas.reports.blocks import (
    Answer,
    Block,
    Bubbles,
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
from mlcanvas.reports.forms.docx_paper import SIDES, WIDE_MARGIN
from mlcanvas.reports.forms.docx_prose import Prose
from mlcanvas.reports.forms.fitting import Words, flat, tall
from mlcanvas.reports.forms.letters import legible, one_line
from mlcanvas.reports.forms.package import described, numbered, settled, short, without_thumbnail
from mlcanvas.reports.forms.palette import (
    AMBER,
    GROUPS,
    HAIR,
    INK,
    MUTED,
    RAMP,
    TINT,
    TINT_AMBER,
    front,
)
from mlcanvas.reports.forms.pictures import picture, within
from mlcanvas.reports.options import Logo
from mlcanvas.typeset import Fonts

BOARD = 126.0
"""How high the canvas is on its landscape page, in millimetres."""

BOARD_SIZES = (9.5, 9.0, 8.5, 8.0, 7.5)
"""The sizes of type in a block of the canvas. Where the smallest is too large for one, blocks are read one by one."""

READ_ALONE = 9.0
"""The size of type in a block of the canvas that is read outside of it."""

LOGO = (60.0, 16.0)
"""The room for a logo on the cover, in millimetres, as in the PDF."""

_CALLOUT_EDGE = 18


def render(report: ScopingReport, fonts: Fonts) -> bytes:
    """The document. Equal reports give equal bytes. Raises typeset.NotTypeset where a picture cannot be drawn."""
    return _Writer(legible(report, glue=True), fonts).written()


class _Writer(Prose):
    """One document being written."""

    def __init__(self, report: ScopingReport, fonts: Fonts) -> None:
        super().__init__(report)
        self.fonts = fonts
        self.pictures = self.bookmarks = 0

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
            first = place == 0 or section.fresh or section.key == "decision"
            self._section(section, on_new_page=not fresh and first)
        described(self.document.core_properties, self.report)
        without_thumbnail(self.document.part.package.rels)
        out = io.BytesIO()
        self.document.save(out)
        return settled(out.getvalue(), self.report.made_on)

    def _furniture(self, section: Any) -> None:
        """The line above each page and the number below it; later sections take them over. None on the cover."""
        section.different_first_page_header_footer = True
        report, pt = self.report, self.shared.Pt
        head = section.header.paragraphs[0]
        head.style = self.document.styles["Report Note"]
        head.add_run(short(report.title, 80)).bold = True
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

    def _cover(self) -> None:
        report = self.report
        if report.options.logo:
            self._logo(report.options.logo)
        self.document.add_paragraph(report.kind, style="Subtitle").paragraph_format.space_before = self.shared.Pt(60)
        self.document.add_paragraph(one_line(report.title), style="Title")
        if report.warning:
            warning = self.document.add_paragraph()
            run = warning.add_run(report.warning)
            run.bold, run.font.color.rgb = True, self._colour(AMBER)
        self._pairs(report.cover, first=38)
        # Of one section there is nothing to look up.
        listed = report.sections if len(report.sections) > 1 else ()
        if listed:
            contents = self.document.add_paragraph(report.furniture["contents"], style="Report Contents")
            contents.paragraph_format.space_before = self.shared.Pt(28)
        for section in listed:
            entry = self.document.add_paragraph()
            entry.paragraph_format.space_after = self.shared.Pt(2)
            link = self.element("w:hyperlink")
            link.set(self.qn("w:anchor"), f"section_{section.key}")
            run = entry.add_run(numbered(section))
            run.font.color.rgb = self._colour(self.accent)
            link.append(run._r)
            entry._p.append(link)

    def _section(self, section: Section, *, on_new_page: bool) -> None:
        heading = self.document.add_paragraph(numbered(section), style="Heading 1")
        heading.paragraph_format.page_break_before = on_new_page
        if on_new_page or section.wide:
            heading.paragraph_format.space_before = self.shared.Pt(0)
        self._bookmark(heading, section)
        for block in section.blocks:
            self._block(block)

    def _bookmark(self, heading: Any, section: Section) -> None:
        self.bookmarks += 1
        for kind in ("w:bookmarkStart", "w:bookmarkEnd"):
            mark = self.element(kind)
            mark.set(self.qn("w:id"), str(self.bookmarks))
            if kind == "w:bookmarkStart":
                mark.set(self.qn("w:name"), f"section_{section.key}")
                heading._p.insert(1, mark)
            else:
                heading._p.append(mark)

    # Blocks

    def _block(self, block: Block) -> None:  # noqa: C901 - a case a kind
        match block:
            case Paragraph():
                said = self._lines(self._add(self.document, "Report Note" if block.muted else "Normal"), block.text)
                # What is not a note leads to what follows it.
                said.paragraph_format.keep_with_next = not block.muted or None
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
            case Bubbles():
                self._bubbles(block)
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

    def _callout(self, block: Callout) -> None:
        """A heading and its sentences, behind a coloured edge."""
        colour, fill = (AMBER, TINT_AMBER) if block.tone == "warning" else (self.accent, TINT)
        heading = self.document.add_paragraph(one_line(block.title), style="Heading 2")
        heading.runs[0].font.color.rgb = self._colour(colour)
        single = len(block.items) == 1
        items = [
            self._lines(self._add(self.document, "Normal" if single else "List Bullet"), item) for item in block.items
        ]
        pt = self.shared.Pt
        for paragraph in (heading, *items):
            bullet = not single and paragraph is not heading
            # The line is at the edge of the page's text. As wide as a bullet hangs, for the stop of the bullets' style.
            paragraph.paragraph_format.left_indent = pt(_CALLOUT_EDGE * (2 if bullet else 1))
            paragraph.paragraph_format.first_line_indent = pt(-_CALLOUT_EDGE if bullet else 0)
            paragraph.paragraph_format.space_after = pt(3)
            paragraph.paragraph_format.keep_together = True
            self._border(paragraph._p.get_or_add_pPr(), "w:pBdr", {"left": colour}, size=24, space=_CALLOUT_EDGE - 3)
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
        self._together(table, [[len(cell.text + cell.detail + cell.note) for cell in cells] for cells in block.rows])

    def _cell(self, into: Any, cell: Cell, *, right: bool = False) -> None:
        """The words of a cell, its ratings below them, its small line at the end."""
        paragraphs = self._paragraphs(into, right=right)
        if not (cell.text or cell.detail or cell.marks or cell.note):
            # An empty line is as high as its letters would be.
            next(paragraphs)
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
                self._box_text(self.document, box, size=READ_ALONE)
        self._credit(block.credit)

    def _board_size(self, block: Canvas) -> float:
        """The size of type at which every block fits into its place on one page, 0 where none does."""
        point = 72 / 25.4
        weights = self._weights(block)
        width = (self.paper[1] - 2 * WIDE_MARGIN) / block.column_count
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
            heading.add_run(one_line(box.title)).font.color.rgb = self._colour(GROUPS.get(box.group, self.accent))
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
                    self._border(into._tc.get_or_add_tcPr(), "w:tcBorders", dict.fromkeys(SIDES[:4], INK), size=18)
        self._together(table, [[0]] * len(block.row_labels))
        self._gap()

    def _listed(self, items: Sequence[str]) -> None:
        for item in items:
            line = self._lines(self._add(self.document, "List Bullet"), item)
            line.paragraph_format.space_after = self.shared.Pt(1)
            for run in line.runs:
                run.font.size = self.shared.Pt(9)

    def _drawn(self, block: Ranges | Grid | Curve | Bubbles) -> None:
        """The picture of a block, and in words what it shows."""
        drawn = picture(block, self.report.language, self.fonts, self.width)
        paragraph = self.document.add_paragraph()
        paragraph.paragraph_format.keep_with_next = True
        paragraph.paragraph_format.space_after = self.shared.Pt(2)
        self._shown(paragraph, drawn.png, drawn.width, short(block.title, 80), drawn.alt)

    def _logo(self, logo: Logo) -> None:
        paragraph = self.document.add_paragraph()
        paragraph.alignment = self.text_enum.WD_ALIGN_PARAGRAPH.RIGHT
        across, _down = within(logo, LOGO)
        self._shown(paragraph, base64.b64decode(logo.png), across, short(logo.text, 80), logo.text)

    def _shown(self, paragraph: Any, png: bytes, width: float, name: str, alt: str) -> None:
        """A picture in its line, `width` millimetres wide, with what it shows in words."""
        shape = paragraph.add_run().add_picture(io.BytesIO(png), width=self.mm(width))
        self.pictures += 1
        for side in ("T", "B", "L", "R"):
            # What is not said is an eighth of an inch for some programs.
            shape._inline.set(f"dist{side}", "0")
        properties = shape._inline.docPr
        properties.set("id", str(self.pictures))
        properties.set("name", f"{name} {self.pictures}")
        properties.set("descr", alt)

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
        self._together(table, [[0]] * (len(rows) - 1))
        self._note(block.note)

    def _bubbles(self, block: Bubbles) -> None:
        self._heading(block.title)
        self._drawn(block)
        for line in block.key:
            self._note(line)
        self._note(block.note)

    def _steps(self, block: Steps) -> None:
        table = self._bare(1, len(block.items), [1] * len(block.items), style="Table Grid")
        for cell, step in zip(table.rows[0].cells, block.items, strict=True):
            name = self._first(cell).add_run(step.label)
            name.bold = True
            if step.current:
                self._fill(cell, TINT)
                name.font.color.rgb = self._colour(self.accent)
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
            first, *_others = [self._first(cell) for cell in row.cells]
            first.add_run(role).bold = True
        self._gap()
