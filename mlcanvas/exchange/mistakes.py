"""What a parser or a schema found, as codes with sentences of our own."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, Final, cast

from jsonschema import ValidationError

from mlcanvas.exchange.problems import Path, plain

Found = tuple[Path, str, dict[str, Any]]

# By words that the C parser and the Python parser share.
_SYNTAX: Final = (
    ("mapping values are not allowed", "exchange_syntax_colon"),
    ("cannot start any token", "exchange_syntax_character"),
    ("unexpected end of stream", "exchange_syntax_quote"),
    ("expected ':'", "exchange_syntax_no_colon"),
    ("expected <block end>", "exchange_syntax_indent"),
    ("did not find expected key", "exchange_syntax_indent"),
    ("did not find expected '-' indicator", "exchange_syntax_indent"),
    ("undefined alias", "exchange_alias"),
    ("unknown escape", "exchange_syntax_escape"),
    ("escape", "exchange_syntax_escape"),
    ("undefined tag handle", "exchange_tag_unknown"),
)
_TYPES: Final = {
    "string": "exchange_wants_text",
    "number": "exchange_wants_number",
    "integer": "exchange_wants_whole",
    "boolean": "exchange_wants_boolean",
    "array": "exchange_wants_list",
    "object": "exchange_wants_keys",
}
_LIMITS: Final = {
    "minimum": "exchange_too_small",
    "maximum": "exchange_too_big",
    "exclusiveMinimum": "exchange_not_above",
    "exclusiveMaximum": "exchange_not_below",
}
# Patterns that deserve better than themselves.
_PATTERNS: Final = {"^https?://": "exchange_wants_address"}
_MOST_NAMED = 14


def of_syntax(reason: str) -> str:
    """The code for what the YAML parser says."""
    return next((code for words, code in _SYNTAX if words in reason), "exchange_syntax")


def of_schema(errors: Iterable[ValidationError]) -> Iterator[Found]:
    """Where and what, for each error that a schema finds; one error may be several mistakes."""
    for error in errors:
        yield from _mistakes(error)


def _mistakes(error: ValidationError) -> Iterator[Found]:
    path: Path = tuple(error.absolute_path)
    rule, wanted, value = str(error.validator), cast("Any", error.validator_value), cast("Any", error.instance)
    if value is None:
        yield path, "exchange_no_value", {}
    elif rule == "additionalProperties":
        yield from _unknown_keys(path, value, error)
    elif rule == "required":
        # One error per missing key, each with its name in quotes at the start of the message.
        key = error.message.split("'")[1]
        yield (*path, key), "exchange_key_missing", {"key": key}
    elif rule in ("anyOf", "oneOf"):
        yield from _alternatives(path, error)
    elif path == ("format",):
        yield path, "exchange_not_a_project", {}
    elif path == ("version",):
        yield path, "exchange_version", {"version": found(value), "known": wanted}
    else:
        yield path, *_one_value(rule, wanted, value)


def _one_value(rule: str, wanted: Any, value: Any) -> tuple[str, dict[str, Any]]:
    if rule == "type":
        # Of several, the first is what one would write.
        return _TYPES[wanted if isinstance(wanted, str) else wanted[0]], {"found": found(value)}
    if rule in ("enum", "const"):
        return _choice(value, wanted if rule == "enum" else [wanted])
    if rule == "pattern":
        return _PATTERNS.get(wanted, "exchange_pattern"), {"found": found(value), "pattern": wanted}
    if rule == "format":
        return "exchange_date", {"found": found(value)}
    if rule == "maxLength":
        return "exchange_too_long", {"length": len(value), "limit": wanted}
    if rule in ("minLength", "minItems", "minProperties"):
        return "exchange_nothing_in_it", {}
    if rule in ("maxItems", "maxProperties"):
        return "exchange_too_many_items", {"count": len(value), "limit": wanted}
    return _LIMITS.get(rule, "exchange_does_not_fit"), {"found": found(value), "limit": wanted}


def _choice(value: Any, known: Sequence[Any]) -> tuple[str, dict[str, Any]]:
    values = {"found": found(value), "known": _named([str(option) for option in known])}
    if isinstance(value, str) and (near := get_close_matches(value[:60], map(str, known), 1)):
        return "exchange_choice_near", {**values, "near": near[0]}
    return "exchange_choice", values


def _unknown_keys(path: Path, value: Mapping[str, Any], error: ValidationError) -> Iterator[Found]:
    known = list(error.schema.get("properties", {})) if isinstance(error.schema, Mapping) else []
    for key in value:
        if key in known:
            continue
        values = {"key": plain(key), "known": _named(known)}
        if near := get_close_matches(key[:60], known, 1):
            yield (*path, key), "exchange_key_near", {**values, "near": near[0]}
        else:
            yield (*path, key), "exchange_key_unknown", values


def _alternatives(path: Path, error: ValidationError) -> Iterator[Found]:
    """The mistakes inside the one alternative that has the right form; without one, what the alternatives are."""
    branches: dict[int, list[ValidationError]] = {}
    for inner in cast("Iterable[ValidationError]", error.context or ()):
        branches.setdefault(int(inner.relative_schema_path[0]), []).append(inner)
    closest = [
        errors
        for errors in branches.values()
        if not any(not inner.relative_path and inner.validator in ("type", "const", "enum") for inner in errors)
    ]
    if len(closest) == 1:
        for inner in closest[0]:
            yield from _mistakes(inner)
        return
    forms = cast("Sequence[Mapping[str, Any]]", error.validator_value)
    words = _named([option for form in forms for option in _options(form)])
    keys = [key for form in forms for key in form.get("properties", {})]
    if keys:
        yield path, "exchange_keys_or", {"found": found(error.instance), "keys": _named(keys), "words": words}
    elif any(form.get("type") == "number" for form in forms):
        yield path, "exchange_number_or", {"found": found(error.instance), "words": words}
    else:
        yield path, "exchange_does_not_fit", {"found": found(error.instance)}


def _options(form: Mapping[str, Any]) -> list[str]:
    return [str(option) for option in ([form["const"]] if "const" in form else form.get("enum", []))]


def _named(known: Sequence[str]) -> str:
    shown = [plain(option) for option in known[:_MOST_NAMED]]
    return ", ".join([*shown, "…"] if len(known) > _MOST_NAMED else shown)


def found(value: Any) -> str:
    """A value from a file, short, for a sentence."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "{…}"
    if isinstance(value, list):
        return "[…]"
    return plain(str(value), 40)
