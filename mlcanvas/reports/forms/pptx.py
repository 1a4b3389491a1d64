"""The scoping report as six slides for a steering meeting. Every word and figure on them is the report's."""

import base64
import io
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from mlcanvas.reports.blocks import (
    Answer,
    Block,
    Callout,
    Canvas,
    Cell,
    Curve,
    Grid,
    Mark,
    Paragraph,
    Ranges,
    Signatures,
    Table,
    Tiles,
)
from mlcanvas.reports.document import ScopingReport
from mlcanvas.reports.forms.fitting import GAP, INDENT, LINE, Fit, Words, fit, flat, lines, tall
from mlcanvas.reports.forms.letters import legible, one_line
from mlcanvas.reports.forms.package import described, numbered, settled, short, without_thumbnail
from mlcanvas.reports.forms.palette import (
    AMBER,
    GROUPS,
    HAIR,
    INK,
    LANGUAGES,
    MUTED,
    RAMP,
    TINT,
    TINT_AMBER,
    accent,
    front,
)
from mlcanvas.reports.forms.pictures import picture, within
from mlcanvas.reports.options import Logo
from mlcanvas.reports.voice import Voice
from mlcanvas.reports.voice import words as spoken
from mlcanvas.typeset import Fonts

WIDTH, HEIGHT = 960.0, 540.0
"""A slide in points, 16:9."""

EDGE = 40.0
TOP, BOTTOM = 92.0, 506.0
INSET = 7.0
GUTTER = 20.0
TOP_RISKS = 5
LOGO = (170.0, 52.0)
MOST_LINES = 7

_BODY = (20.0, 18.0, 17.0, 16.0, 15.0, 14.0, 13.0, 12.0, 11.0, 10.5)
_CELL = (13.0, 12.0, 11.0, 10.5, 10.0, 9.5, 9.0)
_SMALL = (12.0, 11.0, 10.0, 9.0, 8.0)
_POINT = 12_700
_LONGEST_NOTE = 4_000


@dataclass(frozen=True, slots=True)
class _Box:
    """A place on a slide, in points."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class _Placed:
    """Where something ends, and whether some of it had to stay out."""

    bottom: float
    cut: bool


def render(report: ScopingReport, fonts: Fonts) -> bytes:
    """The slides. Equal reports give equal bytes. Raises typeset.NotTypeset where a picture cannot be drawn."""
    return _Deck(legible(report, glue=True), fonts).made()


class _Deck:
    """Six slides being made. The library is loaded when it is needed: no page of ours needs it."""

    def __init__(self, report: ScopingReport, fonts: Fonts) -> None:
        import pptx
        from pptx.dml import color
        from pptx.enum import shapes, text
        from pptx.oxml import ns, parse_xml

        self.report, self.fonts = report, fonts
        self.accent = accent(report.options)
        self.deck: Any = pptx.Presentation()
        self.colour_of: Any = color.RGBColor
        self.shape_enum, self.text_enum = shapes, text
        self.qn: Any = ns.qn
        self.parse: Any = parse_xml
        self.namespaces: str = ns.nsdecls("a", "p", "r")
        self.sections = {section.key: section for section in report.sections}
        self.named: dict[str, int] = {}

    def made(self) -> bytes:
        """The slides as the bytes of a file."""
        self._master()
        for slide in (self._opening, self._scope, self._canvas, self._risks, self._costs, self._decision):
            slide()
        self._language()
        described(self.deck.core_properties, self.report)
        without_thumbnail(self.deck.part.package._rels)
        out = io.BytesIO()
        self.deck.save(out)
        return settled(out.getvalue(), self.report.made_on)

    # The slides

    def _opening(self) -> None:
        report = self.report
        slide = self.deck.slides.add_slide(self.deck.slide_layouts[0])
        if report.options.logo:
            self._logo(slide, report.options.logo)
        self._titled(slide, report.title, _Box(EDGE, 96, WIDTH - 2 * EDGE, 110), (40, 36, 32, 28, 24, 20))
        state = [Words(report.kind, bold=True, colour=self.accent)]
        state += [Words(report.warning, bold=True, colour=AMBER)] if report.warning else []
        state += [Words(f"{name}: {value}") for name, value in report.cover[:-1]]
        self._place(slide.placeholders[1], _Box(EDGE, 212, WIDTH - 2 * EDGE, 150))
        self._filled(slide.placeholders[1], state, (WIDTH - 2 * EDGE, 150), (16, 14, 13, 12, 11), inset=0.0)
        tiles = next((block for block in self._blocks("summary") if isinstance(block, Tiles)), None)
        if tiles:
            wide = (WIDTH - 2 * EDGE - 12 * (len(tiles.items) - 1)) / len(tiles.items)
            for place, tile in enumerate(tiles.items):
                front_, quiet = (front(tile.tone), front(tile.tone)) if tile.tone else (INK, MUTED)
                said = [
                    Words(tile.label, colour=quiet, scale=0.75),
                    Words(tile.value, bold=True, colour=front_, scale=1.25),
                    Words(tile.note, colour=quiet, scale=0.75),
                ]
                box = _Box(EDGE + place * (wide + 12), 380, wide, 104)
                self._panel(
                    slide,
                    box,
                    [one for one in said if one.text],
                    _BODY[3:],
                    fill=RAMP[tile.tone] if tile.tone else TINT,
                )
        self._finished(slide, [self._source("summary"), *(f"{name}: {value}" for name, value in report.cover)])

    def _scope(self) -> None:
        slide = self._slide("scope")
        answers = [block for block in self._blocks("summary") if isinstance(block, Answer)]
        metrics = next((block for block in self._blocks("scope") if isinstance(block, Table)), None)
        room = BOTTOM - TOP
        if not answers and not metrics:
            self._nothing(slide)
        below = min(room * 0.5, (len(metrics.rows) + 1) * 30) + 40 if metrics else 0.0
        if answers:
            first, *others = answers
            upper = room - below
            left = _Box(EDGE, TOP, (WIDTH - 2 * EDGE) * (0.56 if others else 1) - GUTTER / 2, upper)
            self._text(slide, left, self._said(first), _BODY)
            if others:
                start = left.x + left.width + GUTTER
                right = _Box(start, TOP, WIDTH - EDGE - start, upper)
                self._text(slide, right, [one for answer in others for one in self._said(answer)], _BODY)
        if metrics:
            box = _Box(EDGE, BOTTOM - below + 12, WIDTH - 2 * EDGE, below - 12)
            self._heading(slide, box, metrics.title)
            shares = [max(1, column.width) for column in metrics.columns]
            rows = [[_spelt(cell) for cell in row] for row in metrics.rows]
            heads = [column.label for column in metrics.columns]
            rights = [column.number for column in metrics.columns]
            self._grid(slide, _lower(box, 24), metrics.title, heads, rows, shares, rights)
        self._finished(slide, [self._source("summary"), self._source("scope")])

    def _canvas(self) -> None:
        slide = self._slide("canvas")
        board = next((block for block in self._blocks("canvas") if isinstance(block, Canvas)), None)
        if board is None:
            self._nothing(slide)
            self._finished(slide, [self._source("canvas")])
            return
        rows = 1 + max(box.row + box.rows - 1 for box in board.blocks)
        weights = [board.row_heights[row] if row < len(board.row_heights) else 1 for row in range(rows)]
        gap, room = 5.0, BOTTOM - TOP - 16
        wide = (WIDTH - 2 * EDGE - gap * (board.column_count - 1)) / board.column_count
        unit = (room - gap * (rows - 1)) / sum(weights)
        cut = False
        for box in board.blocks:
            y = TOP - 6 + sum(weights[: box.row]) * unit + gap * box.row
            high = sum(weights[box.row : box.row + box.rows]) * unit + gap * (box.rows - 1)
            place = _Box(EDGE + box.column * (wide + gap), y, wide * box.columns + gap * (box.columns - 1), high)
            said = [Words(box.title, bold=True, heading=True, colour=GROUPS.get(box.group, self.accent), scale=1.05)]
            said += [Words(box.empty, colour=MUTED)] if box.empty else list(flat(box.nodes))
            cut |= self._panel(slide, place, said, (12.0, 11.5, 11.0, 10.5, 10.0, 9.5, 9.0, 8.5, 8.0), fill=TINT).cut
        credit = _Box(EDGE, BOTTOM - 18, WIDTH - 2 * EDGE, 18)
        line = " · ".join(words for words, _href in board.credit.parts)
        more = f" · {self._word('slides.more')}" if cut else ""
        self._text(slide, credit, [Words(line + more, colour=MUTED)], (9.0, 8.0))
        addresses = [f"{words}: {href}" for words, href in board.credit.parts if href]
        self._finished(slide, [self._source("canvas"), line, *addresses])

    def _risks(self) -> None:
        slide = self._slide("tier" if "tier" in self.sections or "register" not in self.sections else "register")
        tier, register = self._blocks("tier"), self._blocks("register")
        heat = next((block for block in (*register, *tier) if isinstance(block, Grid)), None)
        table = next((block for block in register if isinstance(block, Table)), None)
        said = next((block for block in tier if isinstance(block, Callout)), None)
        if heat is None and said is None and table is None:
            self._nothing(slide)
        across = 450.0 if heat else WIDTH - 2 * EDGE
        y = TOP
        if said:
            room = _Box(EDGE, y, across, 150.0 if table else BOTTOM - TOP)
            sizes = (14.0, 13.0, 12.0, 11.0, 10.0, 9.5)
            y = self._panel(slide, room, self._called(said), sizes, fill=TINT, snug=True).bottom + 12
        if table:
            rows = [
                [row[0].text, one_line(row[1].text), _level(row[2])]
                for row in table.rows[:TOP_RISKS]
                if not row[1].muted
            ]
            tones = [(0, 0, _mark(row[2]).tone) for row in table.rows[:TOP_RISKS] if not row[1].muted]
            heads = [column.label for column in table.columns[:3]]
            self._heading(slide, _Box(EDGE, y, across, 22), self.sections["register"].title)
            box = _Box(EDGE, y + 26, across, BOTTOM - y - 26)
            self._grid(slide, box, table.title, heads, rows, [10, 66, 24], [False] * 3, tones=tones)
        notes = []
        if heat:
            x = EDGE + across + GUTTER
            self._heading(slide, _Box(x, TOP, WIDTH - EDGE - x, 22), heat.title)
            bottom = self._drawn(slide, heat, _Box(x, TOP + 28, WIDTH - EDGE - x, 310), 172 if heat.heat else 140) + 8
            self._text(
                slide, _Box(x, bottom, WIDTH - EDGE - x, BOTTOM - bottom), [Words(heat.note, colour=MUTED)], _SMALL
            )
            notes.append(heat.note)
        tables = [block.note for block in (*tier, *register) if isinstance(block, Table) and block.note]
        self._finished(slide, [self._source("tier"), self._source("register"), *notes, *tables])

    def _costs(self) -> None:
        slide = self._slide("costs")
        blocks = self._blocks("costs")
        charts = [block for block in blocks if isinstance(block, Ranges)]
        # What more accuracy would cost is what the meeting decides on; the lines are in the table beside it.
        beside: list[Ranges | Curve] = [block for block in blocks if isinstance(block, Curve) and block.band]
        table = next(
            (block for block in blocks if isinstance(block, Table) and block.title == self._word("costs.lines")), None
        )
        if not charts:
            self._nothing(slide)
        half = (WIDTH - 2 * EDGE - GUTTER) / 2
        notes = [chart.note for chart in (*charts, *beside)]
        if charts:
            total, *others = charts
            beside += others
            # Whoever decides sees the rounded amounts of the summary, in the same picture.
            total = next((block for block in self._blocks("summary") if isinstance(block, Ranges)), total)
            self._heading(slide, _Box(EDGE, TOP, half, 22), total.title)
            bottom = self._drawn(slide, total, _Box(EDGE, TOP + 26, half, 150), 150)
            if table:
                self._heading(slide, _Box(EDGE, bottom + 10, half, 22), table.title)
                self._lines_table(slide, table, _Box(EDGE, bottom + 36, half, BOTTOM - bottom - 36))
                notes.append(table.note)
            x = EDGE + half + GUTTER
            y = TOP
            if beside:
                self._heading(slide, _Box(x, TOP, half, 22), beside[0].title)
                y = self._drawn(slide, beside[0], _Box(x, TOP + 26, half, 270), 150) + 14
            flags = [block for block in blocks if isinstance(block, Callout) and block.tone == "warning"]
            for said, fill in (
                (self._brings(), TINT),
                ([one for flag in flags for one in self._called(flag)], TINT_AMBER),
            ):
                if said and BOTTOM - y > 40:
                    room = _Box(x, y, half, BOTTOM - y)
                    y = self._panel(slide, room, said, (13.0, *_SMALL), fill=fill, snug=True).bottom + 8
        notes += [block.text for block in blocks if isinstance(block, Paragraph)]
        self._finished(slide, [self._source("costs"), *notes])

    def _brings(self) -> list[Words]:
        """What the project brings, as the summary says it."""
        title = self._word("worth.title")
        found = [block for block in self._blocks("summary") if isinstance(block, Answer) and block.label == title]
        return [one for answer in found for one in self._said(answer)]

    def _lines_table(self, slide: Any, table: Table, box: _Box) -> None:
        wanted = [0, *(place for place, column in enumerate(table.columns) if column.label in {"P10", "P50", "P90"})]
        voice = Voice(self.report.language, self.report.currency)
        *rows, total = [
            [_spelt(cell) if cell.value is None else voice.rounded(cell.value) for cell in (row[at] for at in wanted)]
            for row in table.rows
        ]
        heads = [table.columns[place].label for place in wanted]
        bold = len(rows[:MOST_LINES])
        self._grid(
            slide, box, table.title, heads, [*rows[:MOST_LINES], total], [40, 20, 20, 20], [False, True, True, True],
            strong=bold,
        )  # fmt: skip

    def _decision(self) -> None:
        slide = self._slide("decision")
        callouts = {block.title: block for block in self._blocks("summary") if isinstance(block, Callout)}
        told = [callouts.get(self._word(key)) for key in ("cover.decided", "summary.recommendation")]
        advised = [one for callout in told if callout for one in self._called(callout)]
        missing = callouts.get(self._word("summary.missing"))
        signed = next((block for block in self._blocks("decision") if isinstance(block, Signatures)), None)
        half = (WIDTH - 2 * EDGE - GUTTER) / 2
        foot = 74.0 if signed else 0.0
        room = BOTTOM - TOP - foot - (10 if signed else 0)
        gates, steps = self._open_gates(), self._next_steps()
        for x, first, second, fill in (
            (EDGE, advised, gates, TINT),
            (EDGE + half + GUTTER, self._called(missing) if missing else [], steps, TINT_AMBER),
        ):
            sizes = (*_BODY[5:], 9.5, 9.0)
            start = TOP
            if first:
                upper = _Box(x, TOP, half, room * 0.5 if second else room)
                start = self._panel(slide, upper, first, sizes, fill=fill, snug=True).bottom + 14
            if second:
                self._text(slide, _Box(x, start, half, TOP + room - start), second, sizes)
        if signed:
            box = _Box(EDGE, BOTTOM - foot, WIDTH - 2 * EDGE, foot)
            rows = [[signed.columns[2], *("" for _ in signed.roles)]]
            shares = [24, *([76 / len(signed.roles)] * len(signed.roles))]
            heads = [signed.columns[0], *signed.roles]
            self._grid(slide, box, signed.columns[2], heads, rows, shares, [False] * len(shares), least=36.0)
        credits_ = [
            " – ".join(one_line(cell.text) for cell in row if cell.text)
            for block in self._blocks("sources")
            if isinstance(block, Table)
            for row in block.rows
        ]
        self._finished(slide, [self._source("decision"), *credits_])

    def _open_gates(self) -> list[Words]:
        found = []
        for block in self._blocks("lifecycle"):
            if isinstance(block, Table) and block.title == self._word("lifecycle.gates"):
                waiting = [row for row in block.rows if row[2].text == self._word("lifecycle.open")]
                found += [
                    Words(f"{row[0].text} {row[1].text}: {one_line(row[3].text)}".rstrip(" :"), bullet=True)
                    for row in waiting
                ]
                if found:
                    name = f"{block.title}: {self._word('lifecycle.open')}"
                    found.insert(0, Words(name, bold=True, heading=True, colour=self.accent, scale=1.1))
        return found

    def _next_steps(self) -> list[Words]:
        """What is to be done about the worst open risks, by whom, until when."""
        table = next((block for block in self._blocks("register") if isinstance(block, Table)), None)
        rows = [row for row in table.rows[:TOP_RISKS] if not row[1].muted and row[3].text] if table else []
        said = [
            Words(f"{row[0].text} {_begun(row[3].text)}" + (f" ({row[3].note})" if row[3].note else ""), bullet=True)
            for row in rows
        ]
        heading = Words(self._word("slides.next"), bold=True, heading=True, colour=self.accent, scale=1.1)
        return [heading, *said] if said else []

    # Their parts

    def _blocks(self, key: str) -> tuple[Block, ...]:
        section = self.sections.get(key)
        return section.blocks if section else ()

    def _word(self, key: str, **values: object) -> str:
        said = spoken()[key].say(self.report.language)
        return said.format(**values) if values else said

    def _source(self, key: str) -> str:
        """Where a slide comes from."""
        section = self.sections.get(key)
        values = {"kind": self.report.kind, "revision": self.report.revision, "date": self._day()}
        if section is None:
            return self._word("slides.source", **values)
        return self._word("slides.sources", section=numbered(section), **values)

    def _day(self) -> str:
        label = self._word("cover.date")
        return next((value for name, value in self.report.cover if name == label), self.report.made_on.isoformat())

    def _called(self, block: Callout) -> list[Words]:
        colour = AMBER if block.tone == "warning" else self.accent
        items = [Words(one_line(item), bullet=len(block.items) > 1) for item in block.items]
        return [Words(block.title, bold=True, heading=True, colour=colour, scale=1.1), *items]

    def _said(self, answer: Answer) -> list[Words]:
        more = [Words(answer.more, colour=MUTED, scale=0.8)] if answer.more else []
        return [
            Words(answer.label, bold=True, heading=True, colour=self.accent, scale=1.05),
            *flat(answer.nodes),
            *more,
        ]

    def _slide(self, key: str) -> Any:
        """A slide that is named like its section."""
        slide = self.deck.slides.add_slide(self.deck.slide_layouts[5])
        section = self.sections.get(key)
        title = section.title if section else self._word(f"section.{key}")
        self._titled(slide, title, _Box(EDGE, 28, WIDTH - 2 * EDGE, 48), (28, 24, 20))
        return slide

    def _titled(self, slide: Any, title: str, box: _Box, sizes: Sequence[float]) -> None:
        self._place(slide.shapes.title, box)
        found = fit([Words(one_line(title), bold=True)], box.width, box.height - 8, sizes)
        frame = slide.shapes.title.text_frame
        frame.word_wrap = True
        frame.margin_left = frame.margin_right = self._points(0)
        frame.text = found.words[0].text if found.words else "–"
        frame.paragraphs[0].runs[0].font.size = self._points(found.size)

    def _nothing(self, slide: Any) -> None:
        self._text(
            slide, _Box(EDGE, TOP, WIDTH - 2 * EDGE, 60), [Words(self._word("slides.nothing"), colour=MUTED)], (18,)
        )

    def _heading(self, slide: Any, box: _Box, title: str) -> None:
        self._text(
            slide,
            _Box(box.x, box.y, box.width, 22),
            [Words(one_line(title), bold=True, colour=self.accent)],
            (13, 12, 11, 10),
        )

    def _text(self, slide: Any, box: _Box, said: Sequence[Words], sizes: Sequence[float]) -> _Placed:
        return self._panel(slide, box, said, sizes, inset=0.0)

    def _panel(
        self,
        slide: Any,
        box: _Box,
        said: Sequence[Words],
        sizes: Sequence[float],
        *,
        fill: str = "",
        inset: float = INSET,
        snug: bool = False,
    ) -> _Placed:
        """A box with words in it; a snug one is no higher than they need."""
        shape = slide.shapes.add_textbox(*self._at(box))
        if fill:
            shape.fill.solid()
            shape.fill.fore_color.rgb = self.colour_of.from_string(fill)
        shape.name = self._name(said[0].text if said else "")
        found = self._filled(shape, said, (box.width, box.height), sizes, inset=inset)
        high = tall(found.words, box.width - 2 * inset, found.size) + 1.4 * inset
        if snug and high < box.height:
            shape.height = self._points(high)
            return _Placed(box.y + high, found.cut)
        return _Placed(box.y + box.height, found.cut)

    def _filled(
        self, shape: Any, said: Sequence[Words], room: tuple[float, float], sizes: Sequence[float], inset: float = INSET
    ) -> Fit:
        frame = shape.text_frame
        frame.word_wrap, frame.auto_size = True, self.text_enum.MSO_AUTO_SIZE.NONE
        frame.vertical_anchor = self.text_enum.MSO_ANCHOR.TOP
        frame.margin_left = frame.margin_right = self._points(inset)
        frame.margin_top = frame.margin_bottom = self._points(inset * 0.7)
        found = fit([one for one in said if one.text], room[0] - 2 * inset, room[1] - 1.4 * inset, sizes)
        for place, one in enumerate(found.words):
            paragraph = frame.paragraphs[0] if not place else frame.add_paragraph()
            size = found.size * one.scale
            paragraph.space_after = self._points(GAP * size)
            paragraph.line_spacing = 1.0
            for number, line in enumerate(one.text.split("\n")):
                if number:
                    paragraph.add_line_break()
                run = paragraph.add_run()
                run.text = line
                run.font.size, run.font.bold = self._points(round(size, 1)), one.bold
                run.font.color.rgb = self.colour_of.from_string(one.colour or INK)
            self._bulleted(paragraph, size if one.bullet else 0.0)
        return found

    def _bulleted(self, paragraph: Any, size: float) -> None:
        properties = paragraph._p.get_or_add_pPr()
        properties.set("algn", "l")
        if size:
            indent = int(INDENT * size * _POINT)
            properties.set("marL", str(indent))
            properties.set("indent", str(-indent))
            mark = '<a:buChar {} char="•"/>'
        else:
            properties.set("marL", "0")
            properties.set("indent", "0")
            mark = "<a:buNone {}/>"
        properties.append(self.parse(mark.format(self.namespaces)))

    def _logo(self, slide: Any, logo: Logo) -> None:
        wide, tall = within(logo, LOGO)
        place = _Box(WIDTH - EDGE - wide, 28, wide, tall)
        shape = slide.shapes.add_picture(io.BytesIO(base64.b64decode(logo.png)), *self._at(place))
        shape.name = self._name(logo.text)
        shape._element.nvPicPr.cNvPr.set("descr", logo.text)

    def _drawn(self, slide: Any, block: Ranges | Grid | Curve, box: _Box, width: int) -> float:
        """A picture at the top of a box, not larger than it. Returns where it ends."""
        found = picture(block, self.report.language, self.fonts, width)
        ratio = found.height / found.width
        wide = min(box.width, box.height / ratio)
        place = _Box(box.x, box.y, wide, wide * ratio)
        shape = slide.shapes.add_picture(io.BytesIO(found.png), *self._at(place))
        shape.name = self._name(block.title)
        shape._element.nvPicPr.cNvPr.set("descr", found.alt)
        return place.y + place.height

    def _grid(
        self,
        slide: Any,
        box: _Box,
        alt: str,
        heads: Sequence[str],
        rows: Sequence[Sequence[str]],
        shares: Sequence[float],
        rights: Sequence[bool],
        *,
        tones: Sequence[Sequence[int]] = (),
        strong: int = -1,
        least: float = 0.0,
    ) -> None:
        """A table. Rows are kept while they fit; a cell that is too long for three lines is cut."""
        widths = [box.width * share / sum(shares) for share in shares]
        for size in _CELL:
            (_head, head), *body = _rows([heads, *rows], widths, size, least)
            if head + sum(height for _row, height in body) <= box.height:
                break
        while len(body) > 1 and head + sum(height for _row, height in body) > box.height:
            body.pop()
        used = head + sum(height for _row, height in body)
        if strong >= 0 and len(body) < len(rows):
            # A total stands below what it is the total of, or not at all.
            strong = -1
        frame = slide.shapes.add_table(len(body) + 1, len(heads), *self._at(_Box(box.x, box.y, box.width, used)))
        frame.name = self._name(alt)
        frame._element.nvGraphicFramePr.cNvPr.set("descr", one_line(alt))
        table = frame.table
        # No style of a theme: our own lines and fills.
        for column, width in zip(table.columns, widths, strict=True):
            column.width = self._points(width)
        for place, (row, height) in enumerate([(list(heads), head), *body]):
            table.rows[place].height = self._points(height)
            for column, text in enumerate(row):
                tone = tones[place - 1][column] if place and tones else 0
                self._table_cell(
                    table.cell(place, column), text, size if place else size - 0.5,
                    right=rights[column], bold=not place or place - 1 == strong or bool(tone),
                    colour=front(tone) if tone else INK if place else MUTED,
                    fill=RAMP[tone] if tone else "" if place else TINT,
                )  # fmt: skip

    def _table_cell(
        self, cell: Any, text: str, size: float, *, right: bool, bold: bool, colour: str, fill: str
    ) -> None:
        cell.margin_left = cell.margin_right = self._points(5)
        cell.margin_top = cell.margin_bottom = self._points(2.5)
        if fill:
            cell.fill.solid()
            cell.fill.fore_color.rgb = self.colour_of.from_string(fill)
        else:
            cell.fill.background()
        properties = cell._tc.get_or_add_tcPr()
        for side in ("a:lnL", "a:lnR", "a:lnT"):
            properties.insert(0, self.parse(f'<{side} {self.namespaces} w="0"><a:noFill/></{side}>'))
        line = f'<a:lnB {self.namespaces} w="9525"><a:solidFill><a:srgbClr val="{HAIR}"/></a:solidFill></a:lnB>'
        properties.insert(3, self.parse(line))
        # The format wants left, right, top, bottom.
        for name in ("a:lnT", "a:lnR", "a:lnL"):
            properties.insert(0, properties.find(self.qn(name)))
        paragraph = cell.text_frame.paragraphs[0]
        if right:
            paragraph.alignment = self.text_enum.PP_ALIGN.RIGHT
        run = paragraph.add_run()
        run.text = text
        run.font.size, run.font.bold = self._points(size), bold
        run.font.color.rgb = self.colour_of.from_string(colour)

    def _finished(self, slide: Any, notes: Sequence[str]) -> None:
        """What stands below every slide, and what its speaker reads."""
        kinds = self.shape_enum.PP_PLACEHOLDER
        for placeholder in slide.slide_layout.placeholders:
            if placeholder.placeholder_format.type not in {kinds.FOOTER, kinds.SLIDE_NUMBER}:
                continue
            slide.shapes._spTree.append(deepcopy(placeholder._element))
            added = slide.shapes[-1]
            added._element.nvSpPr.cNvPr.set("id", str(max(shape.shape_id for shape in slide.shapes) + 1))
            if placeholder.placeholder_format.type == kinds.FOOTER:
                title = short(self.report.title, 70)
                added.text_frame.text = " · ".join(filter(None, (title, self.report.revision, self.report.warning)))
        said = "\n".join(dict.fromkeys(note for note in notes if note))
        slide.notes_slide.notes_text_frame.text = said[:_LONGEST_NOTE]

    def _master(self) -> None:
        """A slide of 16:9 in our colours: the master and its layouts, so that a new slide looks like these."""
        deck = self.deck
        old = deck.slide_width
        deck.slide_width, deck.slide_height = self._points(WIDTH), self._points(HEIGHT)
        master = deck.slide_master
        stretch = deck.slide_width / old
        down = deck.slide_height / 6_858_000
        for owner in (master, *deck.slide_layouts):
            for shape in owner.placeholders:
                # Places that a layout takes over from the master are the master's.
                if shape._element.spPr.find(self.qn("a:xfrm")) is not None:
                    shape.left, shape.width = int(shape.left * stretch), int(shape.width * stretch)
                    shape.top, shape.height = int(shape.top * down), int(shape.height * down)
        kinds = self.shape_enum.PP_PLACEHOLDER
        for owner in (master, *deck.slide_layouts):
            for shape in owner.placeholders:
                kind = shape.placeholder_format.type
                if kind == kinds.FOOTER:
                    self._place(shape, _Box(EDGE, HEIGHT - 28, 700, 20))
                    self._small(shape, "l")
                elif kind == kinds.SLIDE_NUMBER:
                    self._place(shape, _Box(WIDTH - EDGE - 80, HEIGHT - 28, 80, 20))
                    self._small(shape, "r")
        title = master._element.find(f".//{self.qn('p:titleStyle')}/{self.qn('a:lvl1pPr')}")
        title.set("algn", "l")
        look = title.find(self.qn("a:defRPr"))
        look.set("sz", "2800")
        look.set("b", "1")
        for fill in look.findall(self.qn("a:solidFill")):
            look.remove(fill)
        look.insert(0, self.parse(f'<a:solidFill {self.namespaces}><a:srgbClr val="{INK}"/></a:solidFill>'))
        bar = (
            f'<p:sp {self.namespaces}><p:nvSpPr><p:cNvPr id="90" name="Edge" descr=""/><p:cNvSpPr/>'
            '<p:nvPr userDrawn="1"/></p:nvSpPr>'
            f'<p:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{int(14 * _POINT)}" cy="{int(HEIGHT * _POINT)}"/></a:xfrm>'
            '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
            f'<a:solidFill><a:srgbClr val="{self.accent}"/></a:solidFill>'
            "<a:ln><a:noFill/></a:ln></p:spPr></p:sp>"
        )
        master.shapes._spTree.insert(2, self.parse(bar))

    def _small(self, shape: Any, side: str) -> None:
        """The words of a footer: small, grey, at one side."""
        body = shape._element.txBody
        for style in body.findall(self.qn("a:lstStyle")):
            for level in list(style):
                style.remove(level)
            level = (
                f'<a:lvl1pPr {self.namespaces} algn="{side}"><a:defRPr sz="900"><a:solidFill><a:srgbClr val="{MUTED}"/>'
                "</a:solidFill></a:defRPr></a:lvl1pPr>"
            )
            style.append(self.parse(level))

    def _language(self) -> None:
        """What a spelling checker goes by."""
        for slide in self.deck.slides:
            for owner in (slide, slide.notes_slide):
                for run in owner._element.iter(self.qn("a:r"), self.qn("a:fld")):
                    run.get_or_add_rPr().set("lang", LANGUAGES[self.report.language])

    def _name(self, said: str) -> str:
        """A name for a shape that no other has: it is what a list of the shapes shows."""
        base = one_line(said)[:60] or "–"
        self.named[base] = self.named.get(base, 0) + 1
        return base if self.named[base] == 1 else f"{base} {self.named[base]}"

    def _place(self, shape: Any, box: _Box) -> None:
        shape.left, shape.top, shape.width, shape.height = self._at(box)

    def _at(self, box: _Box) -> tuple[int, int, int, int]:
        return self._points(box.x), self._points(box.y), self._points(box.width), self._points(box.height)

    def _points(self, value: float) -> Any:
        from pptx.util import Emu

        return Emu(round(value * _POINT))


def _lower(box: _Box, by: float) -> _Box:
    return _Box(box.x, box.y + by, box.width, box.height - by)


def _spelt(cell: Cell) -> str:
    return one_line(cell.text)


def _mark(cell: Cell) -> Mark:
    """The position today; where nobody said one, the one before any measure."""
    _inherent, today, *_ = (*cell.marks, Mark("", "–"), Mark("", "–"))
    return today if today.text != "–" else _inherent


def _level(cell: Cell) -> str:
    return one_line(_mark(cell).text)


def _begun(text: str) -> str:
    """The first sentence of a text that has several, where it says enough to stand alone."""
    first, stop, _rest = one_line(text).partition(". ")
    return f"{first}." if stop and len(first) > 20 else one_line(text)


def _fitted(text: str, width: float, size: float, most: int = 3) -> str:
    """A text on at most `most` lines of a cell."""
    if lines(text, width, size) <= most:
        return text
    found = fit([Words(text)], width, (most * LINE + GAP) * size + 0.1, (size,))
    return found.words[0].text if found.words else "…"


def _rows(
    rows: Sequence[Sequence[str]], widths: Sequence[float], size: float, least: float
) -> list[tuple[list[str], float]]:
    """The rows of a table, the first its head, with what fits into their cells, each with its height."""
    found = []
    for place, row in enumerate(rows):
        kept = [_fitted(text, width - 10, size) for text, width in zip(row, widths, strict=True)]
        most = max(lines(text, width - 10, size, bold=True) for text, width in zip(kept, widths, strict=True))
        found.append((kept, max(least if place else 0.0, most * size * LINE + 7)))
    return found
