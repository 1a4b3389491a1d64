"""People's Markdown as safe HTML: no raw HTML is parsed, and what comes out goes through an allow-list."""

from functools import lru_cache

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from mdit_py_plugins.tasklists import tasklists_plugin

_parser = (
    MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"]).use(tasklists_plugin)
)

# No pictures: a remote one would tell its server who reads the page.
_TAGS = {"p", "br", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a", "hr",
         "h1", "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td", "input"}  # fmt: skip
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}, "ul": {"class"}, "li": {"class"},
               "input": {"checked", "disabled"}}  # fmt: skip


# 1 024 texts of the largest size are about 50 MB.
@lru_cache(maxsize=1024)
def _html(text: str) -> str:
    html = nh3.clean(
        _parser.render(text),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        tag_attribute_values={"input": {"type": {"checkbox"}}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )
    # A task's box says nothing that a screen reader could name; the words beside it do.
    return html.replace("<input ", '<input aria-hidden="true" ')


def render(text: str) -> SafeString:
    """`text` as HTML. Cached by content: a text is rendered once, whoever reads it."""
    return mark_safe(_html(text))  # noqa: S308
