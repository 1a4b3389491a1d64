"""People's Markdown as a small tree that every form of the report can lay out.

The tree holds text and structure, never markup: a template prints it and cannot be told to do anything else by it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

SpanKind = Literal["text", "strong", "em", "strike", "code", "link", "break"]
NodeKind = Literal["paragraph", "heading", "list", "quote", "code", "table", "rule"]

DEEPEST = 6
"""Lists and quotes below this depth are laid out at this depth: deeper ones are an accident or an attack."""

MORE = "more"
INDENT = "indent"

_SCHEMES = frozenset({"http", "https", "mailto"})
_PARSER = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a line. A link has an `href` of a harmless scheme; text and code have no spans inside."""

    kind: SpanKind
    text: str = ""
    href: str = ""
    spans: tuple["Span", ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """An entry of a list; `checked` is None where it is no task."""

    nodes: tuple["Node", ...]
    checked: bool | None = None


@dataclass(frozen=True, slots=True)
class Node:
    """A block of text. `first` is the first number of an ordered list and None for bullets."""

    kind: NodeKind
    spans: tuple[Span, ...] = ()
    nodes: tuple["Node", ...] = ()
    items: tuple[Item, ...] = ()
    text: str = ""
    first: int | None = None
    head: tuple[tuple[Span, ...], ...] = ()
    rows: tuple[tuple[tuple[Span, ...], ...], ...] = ()


Tree = tuple[Node, ...]


@lru_cache(maxsize=1024)
def parse(text: str) -> Tree:
    """The tree of a Markdown text. HTML in it is text."""
    # A lone surrogate passes through Python and through no parser below it; it is reported where fonts are checked.
    return tuple(_blocks(SyntaxTreeNode(_PARSER.parse(text)).children, 0))


def plain(nodes: Sequence[Node]) -> str:
    """The words of the tree on one line."""
    return " ".join(" ".join(_words(nodes)).split())


def excerpt(nodes: Tree, limit: int) -> tuple[Tree, bool]:
    """The beginning of the tree in about `limit` characters, and whether something was left out.

    Whole blocks are kept while they fit; the first that does not is cut after a word and ends in an ellipsis.
    """
    kept: list[Node] = []
    left = limit
    for node in nodes:
        size = len(plain([node]))
        if size <= left:
            kept.append(node)
            left -= size
            continue
        if left > limit // 3 or not kept:
            kept.append(_cut(node, max(left, limit // 3)))
        return tuple(kept), True
    return tuple(kept), False


def pieces(nodes: Tree, size: int = 240) -> Tree:
    """The tree with no paragraph or entry much longer than `size` characters, where a page may be broken.

    A long paragraph becomes several, the later ones marked MORE; an entry of a list becomes a list of its own, what
    does not fit into its first line stands INDENT below it. One after the other they give the same words.
    """
    found: list[Node] = []
    for node in nodes:
        if node.kind == "paragraph":
            portions = _split(node.spans, size)
            found.append(replace(node, spans=next(portions, ())))
            found += [replace(node, spans=spans, text=MORE) for spans in portions]
        elif node.kind == "list":
            for place, item in enumerate(node.items):
                first = None if node.first is None else node.first + place
                head, *rest = pieces(item.nodes, size) or (Node("paragraph"),)
                found.append(Node("list", items=(Item((head,), item.checked),), first=first))
                found += [Node("quote", nodes=(more,), text=INDENT) for more in rest]
        else:
            found.append(node)
    return tuple(found)


def _blocks(nodes: Sequence[SyntaxTreeNode], depth: int) -> Iterator[Node]:
    for node in nodes:
        match node.type:
            case "paragraph" | "heading":
                yield Node("heading" if node.type == "heading" else "paragraph", spans=_inline(node))
            case "bullet_list" | "ordered_list" | "blockquote":
                yield from _nested(node, depth)
            case "fence" | "code_block":
                yield Node("code", text=node.content.rstrip("\n"))
            case "hr":
                yield Node("rule")
            case "table":
                groups = [row for group in node.children for row in group.children]
                head, *rows = [tuple(_inline(cell) for cell in row.children) for row in groups]
                yield Node("table", head=head, rows=tuple(rows))
            case _:
                yield Node("paragraph", spans=(Span("text", node.content),))


def _nested(node: SyntaxTreeNode, depth: int) -> Iterator[Node]:
    """A list or a quote; below the deepest level only what is in it."""
    if node.type == "blockquote":
        inner = tuple(_blocks(node.children, depth + 1))
        yield from inner if depth >= DEEPEST else [Node("quote", nodes=inner)]
        return
    items = tuple(_item(child, depth + 1) for child in node.children)
    if depth >= DEEPEST:
        for item in items:
            yield from item.nodes
    else:
        first = int(node.attrs.get("start", 1)) if node.type == "ordered_list" else None
        yield Node("list", items=items, first=first)


def _item(node: SyntaxTreeNode, depth: int) -> Item:
    nodes = tuple(_blocks(node.children, depth))
    if nodes and nodes[0].kind == "paragraph" and nodes[0].spans and nodes[0].spans[0].kind == "text":
        first = nodes[0].spans[0]
        mark = first.text[:4].lower()
        if mark in {"[ ] ", "[x] "}:
            spans = (replace(first, text=first.text[4:]), *nodes[0].spans[1:])
            return Item((replace(nodes[0], spans=spans), *nodes[1:]), checked=mark == "[x] ")
    return Item(nodes)


def _inline(node: SyntaxTreeNode) -> tuple[Span, ...]:
    return tuple(span for child in node.children for span in _spans(child.children))


def _spans(nodes: Sequence[SyntaxTreeNode]) -> Iterator[Span]:
    for node in nodes:
        match node.type:
            case "strong" | "em":
                yield Span("strong" if node.type == "strong" else "em", spans=tuple(_spans(node.children)))
            case "s":
                yield Span("strike", spans=tuple(_spans(node.children)))
            case "code_inline":
                yield Span("code", node.content)
            case "softbreak" | "hardbreak":
                yield Span("break")
            case "link" | "image":
                # A picture would have to be fetched from somewhere: its words and its address stand for it.
                label = tuple(_spans(node.children))
                href = str(node.attrs.get("href") or node.attrs.get("src") or "")
                if _harmless(href):
                    yield Span("link", href=href, spans=label or (Span("text", href),))
                else:
                    yield from label
            case _:
                if node.content:
                    yield Span("text", node.content)


def _harmless(href: str) -> bool:
    try:
        return urlsplit(href).scheme.lower() in _SCHEMES
    except ValueError:
        return False


def _words(nodes: Sequence[Node]) -> Iterator[str]:
    for node in nodes:
        yield "" if node.text in {MORE, INDENT} else node.text
        yield _said(node.spans)
        yield from _words(node.nodes)
        for item in node.items:
            yield from _words(item.nodes)
        for row in (node.head, *node.rows):
            yield from (_said(cell) for cell in row)


def _said(spans: Sequence[Span]) -> str:
    return "".join(" " if span.kind == "break" else span.text + _said(span.spans) for span in spans)


def _cut(node: Node, limit: int) -> Node:
    """The beginning of a node: of a list its first entries, the last of them cut where there is room for a part."""
    if node.kind == "list":
        return replace(node, items=tuple(_first(node.items, limit)))
    words = plain([node])
    short = words[:limit].rsplit(" ", 1)[0] if " " in words[:limit] else words[:limit]
    return Node("paragraph", spans=(Span("text", short.rstrip(" ,;:.") + "…"),))


def _first(items: Sequence[Item], limit: int) -> Iterator[Item]:
    left = limit
    for place, item in enumerate(items):
        size = len(plain(item.nodes))
        if size > left:
            if place == 0 or left > limit // 3:
                yield replace(item, nodes=excerpt(item.nodes, max(left, limit // 3))[0])
            return
        yield item
        left -= size


def _split(spans: tuple[Span, ...], size: int) -> Iterator[tuple[Span, ...]]:
    """`spans` in portions of about `size` characters; only plain text is cut, and only between words."""
    portion: list[Span] = []
    length = 0
    for span in spans:
        for part in _portions(span, size):
            if length and length + len(_said([part])) > size:
                yield tuple(portion)
                portion, length = [], 0
            portion.append(part)
            length += len(_said([part]))
    if portion:
        yield tuple(portion)


def _portions(span: Span, size: int) -> Iterator[Span]:
    if span.kind != "text" or len(span.text) <= size:
        yield span
        return
    left = span.text
    while len(left) > size:
        end = left.rfind(" ", size // 2, size) + 1 or size
        yield replace(span, text=left[:end])
        left = left[end:]
    yield replace(span, text=left)
