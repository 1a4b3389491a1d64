"""People's text in a Word document: paragraphs, lists, links, code and tables as styles and runs."""

from collections.abc import Iterable, Sequence
from typing import Any, assert_never

from mlcanvas.reports.forms.docx_paper import PADDING, SIDES, Paper
from mlcanvas.reports.forms.letters import one_line
from mlcanvas.reports.forms.palette import HAIR
from mlcanvas.reports.prose import Item, Node, Span, plain

_DEEPEST_LIST = 3


class Prose(Paper):
    """A document that knows how to set what people wrote."""

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
        run.font.underline, run.font.color.rgb = True, self._colour(self.accent)
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
        self._border(table._tbl.tblPr, "w:tblBorders", dict.fromkeys(SIDES, HAIR))
        room = into.width.mm - PADDING if inside else self.width
        self._widths(table, [room / width] * width)
        for place, (row, cells) in enumerate(zip(list(table.rows), rows, strict=True)):
            self._whole(row, ())
            for into_cell, spans in zip(row.cells, cells, strict=False):
                self._spans(self._first(into_cell), spans, size=min(size, 8) if size else 9, bold=place == 0)
        # A cell that gets a table gets a line below it at once.
        self._gap(into.paragraphs[-1] if inside else None)
