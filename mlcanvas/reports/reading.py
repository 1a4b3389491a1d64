"""A snapshot as the sections read it: content, results, and a voice to say them in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from mlcanvas.reports.voice import Voice

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """One value of a part that is not what it was, in the language of the report."""

    part: str
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Since:
    """The last revision that somebody decided on before the one that is reported, and what changed since."""

    number: int
    day: date
    decision: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """A snapshot being read aloud. A part that the project does not have is empty, never an error."""

    content: Json
    results: Json
    versions: Json
    voice: Voice
    # What happened on the revision: a day and a sentence each.
    record: tuple[tuple[str, str], ...] = ()
    # The day of the report: what was agreed until a day is over after it. None where no day is told.
    day: date | None = None
    since: Since | None = None
    # The decision that counts on the revision: its day, and a sentence with the reason.
    decision: tuple[str, str] | None = None

    def part(self, key: str) -> Json:
        """The content of one part."""
        return _mapping(self.content.get(key))

    def result(self, key: str) -> Json:
        """What was computed from one part."""
        return _mapping(self.results.get(key))

    @property
    def fact(self) -> Json:
        """The answers that several parts share."""
        return self.part("facts")


def _mapping(value: Any) -> Json:
    return value if isinstance(value, Mapping) else {}


def rows(value: Any) -> Sequence[Json]:
    """A list of tables, or none."""
    return [row for row in value if isinstance(row, Mapping)] if isinstance(value, (list, tuple)) else []


def number(value: Any) -> float | None:
    """A number, or None for everything else."""
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None
