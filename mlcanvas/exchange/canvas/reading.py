"""A pasted text as pieces of a canvas, whether it is Markdown, a canvas file, or a whole project file."""

import re
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from mlcanvas import catalog
from mlcanvas.canvas.models import DEFAULT_TEMPLATE
from mlcanvas.domain import canvas_text
from mlcanvas.domain.canvas import Template
from mlcanvas.domain.canvas_text import Piece, Sheet, plain_name
from mlcanvas.exchange import reading
from mlcanvas.exchange.canvas.writing import FORMAT, HEAD, credit, label, schema
from mlcanvas.exchange.problems import Unreadable
from mlcanvas.exchange.reading import Reading

LANGUAGES = ("en", "pt-br")

_YAML = frozenset({"yaml", "yml", "json"})
_MARKDOWN = frozenset({"md", "markdown", "txt"})
_KEY = re.compile(r"""["']?(?P<key>[^\s"'#:>*|{-][^"'#:]{0,79})["']?\s*:(?:\s|$)""")


def read(text: str, template: Template, *, ending: str = "") -> Sheet:
    """`text` cut into pieces, each with the block of `template` that it names.

    `ending` is the one of the file's name, where it was a file. Raises Unreadable for YAML with mistakes in it.
    """
    known = canvas_text.names(template, catalog.canvas_templates().values())
    text = text.removeprefix("\ufeff")
    if ending in _YAML or (ending not in _MARKDOWN and _says_what_it_is(text)):
        return _from_yaml(text, template, known)
    if ending not in _MARKDOWN and _begins_with_a_block(text, known):
        try:
            return _from_yaml(text, template, known)
        except Unreadable:
            pass  # somebody's prose with colons in it
    return _from_markdown(text, known)


def _says_what_it_is(text: str) -> bool:
    begin = re.sub(r"\A(?:\s*(?:#[^\n]*|---\s*)\n)*\s*", "", text[:10_000])
    return begin.startswith("{") or re.match(r"(?:format|version|template|blocks)\s*:", begin) is not None


def _begins_with_a_block(text: str, known: dict[str, str]) -> bool:
    found = _KEY.match(text[:10_000].lstrip())
    return found is not None and plain_name(found["key"]) in known


def _from_markdown(text: str, known: dict[str, str]) -> Sheet:
    labels = {plain_name(label(key, language)): key for key in HEAD for language in LANGUAGES}
    ours = [credit(template, language) for template in catalog.canvas_templates().values() for language in LANGUAGES]
    return canvas_text.read(text, known, ours=ours, labels=labels)


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(schema(), format_checker=Draft202012Validator.FORMAT_CHECKER)


def _from_yaml(text: str, template: Template, known: dict[str, str]) -> Sheet:
    found = reading.parse(text)
    value = found.value
    if not found.problems:
        if not isinstance(value, dict):
            found.add((), "exchange_not_a_canvas")
        elif value.get("format") == "mlcanvas-project":
            value = _of_project(reading.check(text).value, template)
        elif value.get("format", FORMAT) != FORMAT:
            found.add(("format",), "exchange_not_a_canvas")
        elif value.keys() & {"format", "blocks", "template"}:
            reading.validate(found, _validator())
        else:
            value = {"blocks": {name: _block(found, name, said) for name, said in value.items()}}
    if found.problems:
        raise Unreadable(found.problems)
    head = {key: str(value[key]) for key in HEAD if value.get(key)}
    source = catalog.canvas_templates().get(str(value.get("template")), template)
    blocks = (value.get("blocks") or {}).items()
    return Sheet(tuple(_piece(key, str(block["text"]), template, source, known) for key, block in blocks), head)


def _of_project(content: dict[str, Any], template: Template) -> dict[str, Any]:
    """The canvas of a project file that fills `template`, or else its primary one."""
    first = {"template": DEFAULT_TEMPLATE, **(content.get("canvas") or {})}
    every = [first, *first.get("others", [])]
    return next((canvas for canvas in every if canvas["template"] == template.key), first)


def _block(found: Reading, name: str, said: Any) -> dict[str, Any]:
    """A block of a plain list of names with texts."""
    if isinstance(said, dict) and said.keys() <= {"text", "state"}:
        said = said.get("text")
    if isinstance(said, (dict, list)):
        found.add((name,), "exchange_wants_text", found="…")
    return {"text": "" if said is None else said}


def _piece(key: str, text: str, template: Template, source: Template, known: dict[str, str]) -> Piece:
    """A block of a file, by its key, or by what the template that the file names calls it."""
    block = source.blocks.get(key)
    title = block.title.en if block else key
    place = key if key in template.blocks else known.get(plain_name(title), known.get(plain_name(key)))
    return Piece(title, text, f"## {title}\n\n{text}", place)
