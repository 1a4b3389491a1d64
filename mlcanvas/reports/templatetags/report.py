"""The pieces of a line, without the blanks that an included template would leave between them."""

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
def inline(spans: Sequence[Span]) -> SafeString:
    """The spans as HTML; every text in them is escaped."""
    return format_html_join("", "{}", ((_span(span),) for span in spans))


def _span(span: Span) -> SafeString:
    inner = inline(span.spans) if span.spans else span.text
    if span.kind == "link":
        return format_html('<a href="{}" rel="noopener noreferrer nofollow">{}</a>', span.href, inner)
    return format_html(_MARKS[span.kind], inner)
