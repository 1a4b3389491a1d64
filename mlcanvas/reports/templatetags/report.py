"""The pieces of a line, without the blanks that an included template would leave between them."""

import json
from collections.abc import Sequence

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from mlcanvas.reports.prose import Span

register = template.Library()

_MARKS = {
    "text": "{}",
    "strong": "<strong>{}</strong>",
    "em": "<em>{}</em>",
    "strike": "<s>{}</s>",
    "code": "<code>{}</code>",
    "break": "<br>",
}


@register.filter
def share(thousandths: int) -> str:
    """A place in a picture as SVG writes it, `42.3%`, with a point in every language."""
    return f"{thousandths / 10:.1f}%"


@register.filter
def outline(points: Sequence[tuple[int, int]]) -> str:
    """Points as SVG writes them."""
    return " ".join(f"{x},{y}" for x, y in points)


@register.filter
def as_json(values: Sequence[object]) -> str:
    """Numbers and texts for a script; in an attribute it is escaped like any text."""
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


@register.filter
def letter_down(row: int) -> int:
    """How many pixels below the upper edge the letter of a flag on the line `row` begins: none hides another."""
    return 1 + 17 * row


@register.filter
def plus(one: float, other: float) -> float:
    """The sum of two lengths in hundredths."""
    return round(one + other, 2)


@register.filter
def inline(spans: Sequence[Span]) -> SafeString:
    """The spans as HTML; every text in them is escaped."""
    return format_html_join("", "{}", ((_span(span),) for span in spans))


def _span(span: Span) -> SafeString:
    inner = inline(span.spans) if span.spans else span.text
    if span.kind == "link":
        return format_html('<a href="{}" rel="noopener noreferrer nofollow">{}</a>', span.href, inner)
    return format_html(_MARKS[span.kind], inner)
