"""People's Markdown as safe HTML: no raw HTML is parsed, and what comes out goes through an allow-list."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import nh3
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.tasklists import tasklists_plugin

from mlcanvas.domain.mentions import REFERENCE


def _parser() -> MarkdownIt:
    options = {"html": False, "breaks": True}
    return MarkdownIt("commonmark", options).enable(["table", "strikethrough"]).use(tasklists_plugin)


def _mention(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - how the parser calls a rule
    found = REFERENCE.match(state.src, state.pos)
    if found is None:
        return False
    if not silent:
        state.push("mention", "mark", 0).meta = {"person": found[1]}
    state.pos = found.end()
    return True


def _placeholder(_renderer: Any, tokens: Sequence[Token], place: int, *_rest: Any) -> str:
    return f'<mark data-person="{tokens[place].meta["person"]}"></mark>'


_plain = _parser()
_with_people = _parser()
_with_people.inline.ruler.push("mention", _mention)
_with_people.add_render_rule("mention", _placeholder)
# Nobody can type the first: no raw HTML is parsed. The second is a reference inside code, where it is only words.
_PERSON = re.compile(f'<mark data-person="([0-9]+)"></mark>|{REFERENCE.pattern}')

# No pictures: a remote one would tell its server who reads the page.
_TAGS = {"p", "br", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a", "hr",
         "h1", "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td", "input"}  # fmt: skip
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}, "ul": {"class"}, "li": {"class"},
               "input": {"checked", "disabled"}}  # fmt: skip


# 1 024 texts of the largest size are about 50 MB.
@lru_cache(maxsize=1024)
def _html(text: str, *, people: bool = False) -> str:
    html = nh3.clean(
        (_with_people if people else _plain).render(text),
        tags=_TAGS | {"mark"} if people else _TAGS,
        attributes=_ATTRIBUTES | {"mark": {"data-person"}} if people else _ATTRIBUTES,
        tag_attribute_values={"input": {"type": {"checkbox"}}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )
    # A task's box says nothing that a screen reader could name; the words beside it do.
    return html.replace("<input ", '<input aria-hidden="true" ')


def render(text: str) -> SafeString:
    """`text` as HTML. Cached by content: a text is rendered once, whoever reads it."""
    return mark_safe(_html(text))  # noqa: S308


def render_with_people(text: str, names: Mapping[int, str], *, missing: str, reader: int = 0) -> SafeString:
    """`text` as HTML with the name of each person who is referred to; `missing` for those that `names` does not hold.

    The text is cached, the names are those of now. `reader` is the person whose own name is set off.
    """

    def name(match: re.Match[str]) -> str:
        person = int(match[1] or match[2])
        said = escape(f"@{names.get(person, missing)}")
        if not match[1]:
            return said
        return f'<mark class="named{" is-me" if person == reader else ""}" dir="auto">{said}</mark>'

    return mark_safe(_PERSON.sub(name, _html(text, people=True)))  # noqa: S308
