"""The text of a project file as content, or every reason why it is not.

Only what JSON knows is accepted: mappings, lists, text, finite numbers, true and false. No tags, no anchors and
aliases, no second document; dates stay text. The events of the YAML parser are read one by one, so that depth and size
end the reading before memory does, and so that every value keeps its line.
"""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from typing import Any, Final

import yaml
from jsonschema import Draft202012Validator, ValidationError

from mlcanvas.domain.canonical import canonical
from mlcanvas.exchange import mistakes
from mlcanvas.exchange.problems import MOST, Path, Problem, Unreadable, plain, spell
from mlcanvas.projects import parts

LIMIT: Final = 2_000_000
"""Bytes that one project file may have."""

DEPTH: Final = 20
VALUES: Final = 200_000

# The C parser is ten times faster and not on every machine.
_Loader: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_WORDS: Final[Mapping[str, bool | None]] = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
}
_WHOLE: Final = re.compile(r"[-+]?[0-9]+")
_DECIMAL: Final = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_ENDLESS: Final = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_MOST_DIGITS: Final = 300
# What YAML itself cannot hold, tabs and line ends apart.
_UNPRINTABLE: Final = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(slots=True)
class Reading:
    """The value of a text, the line of each place in it, and what is wrong so far."""

    value: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def line(self, path: Path) -> int:
        """The line of `path`, or of the nearest place around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def add(self, path: Path, code: str, **values: Any) -> None:
        """Note a problem at `path`."""
        self.problems.append(Problem(self.line(path), spell(path), code, values))


class _Stop(Exception):
    """The text cannot be read any further; the problem is noted already."""


def read(text: str | bytes) -> Mapping[str, Any]:
    """The content of a project file. Raises Unreadable with every problem that the schema finds."""
    content: Mapping[str, Any] = check(text).value
    return content


def check(text: str | bytes) -> Reading:
    """The content of a project file with its lines. Raises Unreadable as `read` does."""
    reading = parse(text)
    if isinstance(reading.value, dict):
        validate(reading, _validator())
    elif not reading.problems:
        reading.add((), "exchange_empty" if reading.value is None else "exchange_not_a_project")
    if reading.problems:
        raise Unreadable(reading.problems)
    return reading


def parse(text: str | bytes) -> Reading:
    """`text` as YAML, whatever it says. What is wrong is in `problems` of the result."""
    reading = Reading()
    try:
        events = _events(_decoded(text, reading), reading)
        _Builder(reading, events).document()
    except _Stop:
        pass
    return reading


def _decoded(text: str | bytes, reading: Reading) -> str:
    size = len(text) if isinstance(text, bytes) else len(text.encode(errors="surrogatepass"))
    if size > LIMIT:
        reading.add((), "exchange_too_large", megabytes=LIMIT // 1_000_000)
        raise _Stop
    if isinstance(text, bytes):
        try:
            text = text.decode()
        except UnicodeDecodeError as error:
            line = error.object.count(b"\n", 0, error.start) + 1
            reading.problems.append(Problem(line, "", "exchange_not_utf8"))
            raise _Stop from error
    text = text.removeprefix("\ufeff")
    if found := _UNPRINTABLE.search(text):
        line = text.count("\n", 0, found.start()) + 1
        reading.problems.append(Problem(line, "", "exchange_character", {"number": f"U+{ord(found.group()):04X}"}))
        raise _Stop
    return text


def _events(text: str, reading: Reading) -> Iterator[yaml.Event]:
    loader = _Loader(text)
    try:
        while loader.check_event():
            yield loader.get_event()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        line = mark.line + 1 if mark else 1
        reading.problems.append(Problem(line, "", mistakes.of_syntax(str(getattr(error, "problem", "")))))
        raise _Stop from error
    finally:
        loader.dispose()


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


class _Builder:
    """Turns events into values."""

    def __init__(self, reading: Reading, events: Iterator[yaml.Event]) -> None:
        self.reading = reading
        self.events = events
        self.count = 0

    def document(self) -> None:
        """The one document of the stream."""
        for event in self.events:
            if isinstance(event, yaml.NodeEvent):
                if self.reading.lines:
                    self._stop((), event, "exchange_second_document")
                self.reading.value = self._value(event, ())

    def _value(self, event: yaml.Event, path: Path) -> Any:
        self.count += 1
        self.reading.lines.setdefault(path, _line(event))
        if self.count > VALUES:
            self._stop(path, event, "exchange_too_many")
        if len(path) > DEPTH:
            self._stop(path, event, "exchange_too_deep")
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            self._stop(path, event, "exchange_alias")
        if getattr(event, "tag", None) is not None:
            self.reading.add(path, "exchange_tag", tag=plain(str(getattr(event, "tag", ""))))
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._list(path)
        return self._scalar(event, path)

    def _stop(self, path: Path, event: yaml.Event, code: str) -> None:
        self.reading.problems.append(Problem(_line(event), spell(path), code))
        raise _Stop

    def _mapping(self, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent) or event.anchor is not None or event.tag is not None:
                self._stop(path, event, "exchange_key")
            key = self._text(event, path)
            line, place = _line(event), (*path, key)
            if key in found:
                values = {"key": plain(key), "first": self.reading.lines[place]}
                self.reading.problems.append(Problem(line, spell(path), "exchange_key_twice", values))
                self._value(next(self.events), (*path, f"{key} (2)"))
                continue
            self.reading.lines[place] = line
            found[key] = self._value(next(self.events), place)
        return found

    def _list(self, path: Path) -> list[Any]:
        found: list[Any] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            found.append(self._value(event, (*path, len(found))))
        return found

    def _scalar(self, event: Any, path: Path) -> Any:
        text = self._text(event, path)
        if not event.implicit[0]:
            return text
        if text in _WORDS:
            return _WORDS[text]
        if _ENDLESS.fullmatch(text):
            self.reading.add(path, "exchange_not_finite")
            return None
        if not _DECIMAL.fullmatch(text):
            return text
        if len(text) > _MOST_DIGITS or not math.isfinite(float(text)):
            self.reading.add(path, "exchange_number_too_large")
            return None
        return canonical(int(text) if _WHOLE.fullmatch(text) else float(text))

    def _text(self, event: Any, path: Path) -> str:
        """The text of a scalar as it may be stored: one kind of line end, no NUL, no half of a character."""
        text: str = event.value.replace("\r\n", "\n").replace("\r", "\n")
        if "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
            self.reading.lines.setdefault(path, _line(event))
            self.reading.add(path, "exchange_text_unstorable")
            return text.encode(errors="replace").decode().replace("\x00", "?")
        return text


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(parts.schema(), format_checker=Draft202012Validator.FORMAT_CHECKER)


def validate(reading: Reading, validator: Draft202012Validator) -> None:
    """Adds what a schema finds in what was read; where reading found something already, that is enough."""
    known = {problem.path for problem in reading.problems}
    errors: Iterator[ValidationError] = validator.iter_errors(reading.value)
    # Far more than are listed, and not all two million of a hostile file.
    for path, code, values in islice(mistakes.of_schema(errors), MOST * 20):
        if spell(path) not in known:
            reading.add(path, code, **values)
