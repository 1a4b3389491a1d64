"""The scoping report in GitHub's Markdown.

What people wrote is written anew from its tree, so that no sign in it does anything here that it did not do there.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import assert_never

from mlcanvas.reports.blocks import (
    Answer,
    Block,
    Bubbles,
    Callout,
    Canvas,
    Cell,
    Curve,
    Grid,
    Pairs,
    Paragraph,
    Ranges,
    Signatures,
    Steps,
    Table,
    Tiles,
)
from mlcanvas.reports.document import ScopingReport
from mlcanvas.reports.forms.letters import legible, one_line
from mlcanvas.reports.prose import Node, Span, parse, plain

BREAK = "\\\n"
"""A new line inside a paragraph. In a cell it is IN_CELL, which is the only HTML that is written here."""
IN_CELL = "<br>"

# Signs that mean something wherever they stand. A line under words and a bare `&` mean something only in company.
_ALWAYS = re.compile(r"[\\`*\[\]|~$]|<(?=[A-Za-z/!?])|&(?=#?\w+;)|!(?=\[|$)|(?<![^\W_])_|_(?![^\W_])")
# Signs that mean something at the beginning of a line.
_FIRST = re.compile(r"^(?:(>|#(?=#{0,5}(?:\s|$))|[-+](?=\s|$)|[-=](?=[-=\s]*$))|(\d{1,9})([.)])(?=\s|$))")


_IN_ADDRESS = re.compile(r"[()<>\\|]|&(?=#?\w+;)")


def render(report: ScopingReport) -> bytes:
    """The report as one Markdown text in UTF-8. Equal reports give equal bytes."""
    return ("\n\n".join(_document(legible(report))) + "\n").encode()


def escaped(text: str) -> str:
    """A text of one line with no sign that means anything."""
    words = _ALWAYS.sub(r"\\\g<0>", one_line(text))
    return _FIRST.sub(lambda found: f"\\{found[1]}" if found[1] else f"{found[2]}\\{found[3]}", words)


def _document(report: ScopingReport) -> Iterator[str]:
    yield f"# {escaped(report.title)}"
    yield f"**{escaped(report.kind)}**" + (f" · {escaped(report.warning)}" if report.warning else "")
    yield _pairs(report.cover)
    for section in report.sections:
        number = f"{section.number} " if section.number else ""
        yield f"## {number}{escaped(section.title)}"
        for block in section.blocks:
            yield from filter(None, _block(block))


def _block(block: Block) -> Iterator[str]:  # noqa: C901 - a case a kind
    match block:
        case Paragraph():
            yield _lines(block.text)
        case Answer():
            yield _heading(block.label)
            yield _nodes(block.nodes)
            yield _lines(block.more)
        case Callout():
            yield _heading(block.title)
            yield _lines(block.items[0]) if len(block.items) == 1 else _bullets(map(_lines, block.items))
        case Tiles():
            yield _bullets(
                f"**{escaped(tile.label)}:** {' – '.join(escaped(said) for said in (tile.value, tile.note) if said)}"
                for tile in block.items
            )
        case Table():
            yield _heading(block.title)
            rights = [column.number for column in block.columns]
            head = [_in_cell(column.label) for column in block.columns]
            yield _table(head, [[_cell(cell) for cell in row] for row in block.rows], rights)
            yield _lines(block.note)
        case Canvas():
            yield from _canvas(block)
        case Grid():
            yield from _grid(block)
        case Ranges():
            yield _heading(block.title)
            bars = [f"{_marked(bar.label, strong=bar.strong)}: {escaped(bar.text)}" for bar in block.bars]
            yield _bullets([*bars, *(escaped(line.label) for line in block.lines)])
            yield _lines(block.note)
        case Bubbles():
            yield _heading(block.title)
            yield _lines(block.alt)
            yield _bullets(map(escaped, block.key))
            yield _lines(block.note)
        case Curve():
            # Its figures are the table that follows.
            yield _heading(block.title)
            yield _bullets(escaped(key.text) for key in block.keys)
            yield _lines(block.note)
        case Steps():
            said = (f"{_marked(step.label, strong=step.current)}: {step.done} % · {step.note}" for step in block.items)
            yield _bullets(said)
            yield _lines(block.note)
        case Pairs():
            yield _heading(block.title)
            yield _pairs(block.items)
        case Signatures():
            empty = [""] * (len(block.columns) - 1)
            yield _table([_in_cell(one) for one in block.columns], [[_in_cell(role), *empty] for role in block.roles])
        case _:
            assert_never(block)


def _canvas(block: Canvas) -> Iterator[str]:
    yield _pairs(block.head)
    for box in block.blocks:
        yield _heading(box.title)
        yield f"*{escaped(box.state)}*"
        yield _lines(box.empty) if box.empty else _nodes(box.nodes)
    linked = (f"[{escaped(words)}]({_address(href)})" if href else escaped(words) for words, href in block.credit.parts)
    yield " · ".join(linked)


def _grid(block: Grid) -> Iterator[str]:
    yield _heading(block.title)
    head = [f"{_in_cell(block.row_axis)} / {_in_cell(block.column_axis)}", *map(_in_cell, block.column_labels)]
    rows = []
    for label, row in block.labelled:
        said = [
            IN_CELL.join(
                filter(
                    None,
                    (_marked(cell.title, strong=cell.chosen), _in_cell(cell.note), _in_cell(", ".join(cell.items))),
                )
            )
            for cell in row
        ]
        rows.append([_in_cell(label), *said])
    yield _table(head, rows)
    yield _bullets(map(escaped, block.ways))
    yield _lines(block.note)


def _heading(title: str) -> str:
    return f"### {escaped(title)}" if title.strip() else ""


def _marked(text: str, *, strong: bool) -> str:
    words = escaped(text)
    return f"**{words}**" if strong and words else words


def _lines(text: str) -> str:
    return BREAK.join(escaped(line) for line in text.split("\n") if line.strip())


def _bullets(items: Iterable[str]) -> str:
    return "\n".join(f"- {_indented(item, 2)}" for item in items)


def _pairs(items: Sequence[tuple[str, str]]) -> str:
    return _bullets(f"**{escaped(name)}:** {_lines(value)}" for name, value in items)


def _indented(text: str, by: int) -> str:
    return text.replace("\n", "\n" + " " * by)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], rights: Sequence[bool] = ()) -> str:
    rule = ["---:" if right else "---" for right in rights] or ["---"] * len(head)
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, rule, *rows))


def _in_cell(text: str) -> str:
    return IN_CELL.join(escaped(line) for line in text.split("\n") if line.strip())


def _cell(cell: Cell) -> str:
    words = _in_cell(cell.text)
    if cell.href and words:
        words = f"[{words}]({_address(cell.href)})"
    elif cell.strong and words:
        words = IN_CELL.join(f"**{line}**" for line in words.split(IN_CELL))
    marks = (
        " ".join(
            filter(None, (escaped(mark.label), escaped(mark.text), f"({escaped(mark.note)})" if mark.note else ""))
        )
        for mark in cell.marks
    )
    return IN_CELL.join(filter(None, (words, _in_cell(cell.detail), *marks, _in_cell(cell.note))))


def _address(href: str) -> str:
    """An address that ends where it ends and breaks no table."""
    return _IN_ADDRESS.sub(r"\\\g<0>", href)


# People's text


def _nodes(nodes: Sequence[Node]) -> str:
    found, lists = [], 0
    for node in nodes:
        # Two lists in a row stay two where their signs differ.
        lists = lists + 1 if node.kind == "list" else 0
        found.append(_node(node, other=lists % 2 == 0))
    return "\n\n".join(filter(None, found))


def _node(node: Node, *, other: bool) -> str:
    match node.kind:
        case "paragraph":
            return _checked(node.spans)
        case "heading":
            # A heading of theirs is none of the report's.
            return f"**{escaped(plain([node]))}**" if plain([node]) else ""
        case "list":
            return _list(node, other=other)
        case "quote":
            return "\n".join(f"> {line}".rstrip() for line in _nodes(node.nodes).split("\n"))
        case "code":
            fence = "`" * max(3, 1 + _longest_run(node.text))
            return f"{fence}\n{node.text}\n{fence}"
        case "rule":
            return "---"
        case "table":
            width = max(len(node.head), *(len(row) for row in node.rows), 1) if node.rows else max(1, len(node.head))
            rows = [
                [_checked(cell, IN_CELL) for cell in row] + [""] * (width - len(row)) for row in (node.head, *node.rows)
            ]
            return _table(rows[0], rows[1:])
        case _:
            assert_never(node.kind)


def _list(node: Node, *, other: bool) -> str:
    lines = []
    for place, item in enumerate(node.items):
        sign = "*" if other else "-"
        if node.first is not None:
            sign = f"{node.first + place}{')' if other else '.'}"
        box = "" if item.checked is None else "[x] " if item.checked else "[ ] "
        lines.append(f"{sign} {box}{_indented(_nodes(item.nodes), len(sign) + 1)}".rstrip())
    return "\n".join(re.sub(r"\n +(?=\n)", "\n", line) for line in lines)


def _checked(spans: Sequence[Span], line_break: str = BREAK) -> str:
    """The spans with their emphasis and links, or only their words where the signs would be read in another way."""
    written = _spans(spans, line_break).strip()
    if all(span.kind in {"text", "break"} for span in spans):
        return written
    read = parse(written.replace(IN_CELL, BREAK))
    if len(read) == 1 and read[0].kind == "paragraph" and list(_joined(read[0].spans)) == list(_joined(spans)):
        return written
    return escaped(plain([Node("paragraph", spans=tuple(spans))]))


def _joined(spans: Sequence[Span]) -> Iterator[tuple[str, object]]:
    """The spans to compare: neighbouring texts as one, without the blanks at the ends of lines."""
    text = ""
    for span in spans:
        if span.kind == "text":
            text += span.text
            continue
        if text.strip():
            yield "text", one_line(text)
        text = ""
        if span.kind != "break":
            yield span.kind, (one_line(span.text), span.href, list(_joined(span.spans)))
    if text.strip():
        yield "text", one_line(text)


def _spans(spans: Sequence[Span], line_break: str) -> str:
    return "".join(
        _span(span, line_break, first=not place or spans[place - 1].kind == "break") for place, span in enumerate(spans)
    )


def _span(span: Span, line_break: str, *, first: bool) -> str:
    match span.kind:
        case "text":
            start = " " if span.text[:1].isspace() and not first else ""
            end = " " if span.text.strip() and span.text[-1:].isspace() else ""
            # A sign at the beginning of a line is harmless inside one, and escaping it anyway is harmless too.
            return f"{start}{escaped(span.text)}{end}"
        case "strong" | "em" | "strike":
            sign = {"strong": "**", "em": "*", "strike": "~~"}[span.kind]
            inner = _spans(span.spans, line_break)
            return f"{sign}{inner}{sign}" if inner.strip() else inner
        case "code":
            return _code(span.text, line_break)
        case "link":
            return f"[{_spans(span.spans, line_break)}]({_address(span.href)})"
        case "break":
            return line_break
        case _:
            assert_never(span.kind)


def _code(text: str, line_break: str) -> str:
    words = one_line(text)
    if not words:
        return ""
    if line_break == IN_CELL:
        words = words.replace("|", "\\|")
    tick = "`" * (1 + _longest_run(words))
    pad = " " if words.startswith("`") or words.endswith("`") else ""
    return f"{tick}{pad}{words}{pad}{tick}"


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)
