"""Content as the text of a project file: always the same text for the same content.

Written here and not by a YAML library, because every text must come back exactly as it was: what a library folds,
wraps or takes for a number differs from version to version. Only four forms are used: plain words, quoted text,
literal blocks for several lines, and one line for a few numbers that belong together.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from mlcanvas.domain.canonical import canonical
from mlcanvas.projects import parts

# A plain word begins with a letter, so that no number and no date can be meant.
_PLAIN = re.compile(r"[A-Za-zÀ-ÖØ-öø-ÿ](?:[\w ./()%+;*=@$!?'–—’“”-]|,(?! *$)|:(?=\S))*")
_SIMPLE_KEY = re.compile("[A-Za-z][A-Za-z0-9_]*")
# What some YAML reader takes for a boolean or for nothing.
_WORDS = frozenset({"true", "false", "yes", "no", "on", "off", "null", "nan", "inf"})
# Characters that one YAML reader or another breaks lines at, drops or refuses.
_DELICATE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_MOST_ON_ONE_LINE = 4


def write(content: Mapping[str, Any], schema: Mapping[str, Any] | None = None) -> str:
    """The project file that holds `content`, or the file that `schema` describes. Keys stand in its order.

    Raises ValueError for NaN, for infinity, and for anything that JSON does not know.
    """
    return "".join(f"{line}\n" for line in _mapping(content, schema or parts.schema(), ""))


def _mapping(content: Mapping[str, Any], schema: Mapping[str, Any], indent: str) -> Iterator[str]:
    known: Mapping[str, Any] = schema.get("properties", {})
    for key in [*(key for key in known if key in content), *sorted(content.keys() - known.keys())]:
        yield from _entry(f"{indent}{_line(key)}:", content[key], known.get(key, {}), indent)


def _entry(head: str, value: Any, schema: Mapping[str, Any], indent: str) -> Iterator[str]:
    if isinstance(value, Mapping) and value and not _numbers_only(value):
        yield head
        yield from _mapping(value, schema, f"{indent}  ")
    elif isinstance(value, (list, tuple)) and value:
        yield head
        for item in value:
            yield from _item(item, schema.get("items", {}), f"{indent}  ")
    elif isinstance(value, str) and _fits_a_block(value):
        yield from _block(head, value, f"{indent}  ")
    else:
        yield f"{head} {_short(value, schema)}"


def _item(item: Any, schema: Mapping[str, Any], indent: str) -> Iterator[str]:
    if isinstance(item, Mapping) and item and not _numbers_only(item):
        lines = _mapping(item, schema, f"{indent}  ")
        yield f"{indent}- {next(lines).removeprefix(f'{indent}  ')}"
        yield from lines
    else:
        yield f"{indent}- {_short(item, schema)}"


def _numbers_only(value: Mapping[str, Any]) -> bool:
    """Whether this is a short set of numbers, such as low, likely and high: it fits on one line."""
    return len(value) <= _MOST_ON_ONE_LINE and all(
        isinstance(number, (int, float)) and _SIMPLE_KEY.fullmatch(key) for key, number in value.items()
    )


def _short(value: Any, schema: Mapping[str, Any]) -> str:
    """A value on one line."""
    if isinstance(value, str):
        return _line(value)
    if isinstance(value, Mapping) and _numbers_only(value):
        known = schema.get("properties") or _alternative(schema)
        ordered = [*(key for key in known if key in value), *sorted(value.keys() - known.keys())]
        return "{" + ", ".join(f"{_line(key)}: {_number(value[key])}" for key in ordered) + "}"
    if isinstance(value, (bool, int, float)):
        return _number(value)
    if value == []:
        return "[]"
    raise ValueError(f"{type(value).__name__} has no place in a project file")


def _alternative(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """The keys of the first alternative that has some: a range may also be a word."""
    for branch in [*schema.get("anyOf", []), *schema.get("oneOf", [])]:
        if "properties" in branch:
            found: Mapping[str, Any] = branch["properties"]
            return found
    return {}


def _number(value: float) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    text = repr(canonical(value))
    # YAML 1.1 readers take 1e-07 for a word and 1.0e-07 for a number.
    return re.sub(r"^(-?\d+)e", r"\1.0e", text)


def _line(text: str) -> str:
    if _PLAIN.fullmatch(text) and not text.endswith(" ") and text.lower() not in _WORDS and " #" not in text:
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return _DELICATE.sub(lambda match: _escape(match.group()), quoted)


def _escape(character: str) -> str:
    number = ord(character)
    return f"\\u{number:04X}" if number < 0x10000 else f"\\U{number:08X}"


def _fits_a_block(text: str) -> bool:
    return "\n" in text and text.strip(" \t\n") != "" and not _DELICATE.search(text)


def _block(head: str, text: str, indent: str) -> Iterator[str]:
    """A literal block. It says how far it is indented where the first line would mislead a reader."""
    body = text.rstrip("\n")
    ends = len(text) - len(body)
    style = "2" if text[0] in " \t\n" else ""
    style += "-" if ends == 0 else "" if ends == 1 else "+"
    yield f"{head} |{style}"
    for line in [*body.split("\n"), *[""] * (ends - 1)]:
        yield f"{indent}{line}" if line else ""
