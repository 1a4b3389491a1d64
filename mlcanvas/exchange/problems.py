"""What is wrong with a project file: each with its line, its place and a sentence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mlcanvas.domain.refusal import Refused
from mlcanvas.web.sentences import say

Path = tuple[str | int, ...]

MOST = 50
"""How many problems are listed."""


def spell(path: Path) -> str:
    """A path as people write it: `risks.register[3].due`."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{plain(step)}" if text else plain(step)
    return text


def plain(text: str, limit: int = 60) -> str:
    """Text from a file, short and printable enough for a sentence."""
    short = text if len(text) <= limit else f"{text[:limit]}…"
    return "".join(character if character.isprintable() else "�" for character in short)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong. `line` counts from 1; `path` is empty when the whole file is meant."""

    line: int
    path: str
    code: str
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """The reason, in the language of whoever asks."""
        return say(Refused(self.code, self.path, **self.values))


class Unreadable(Exception):
    """A project file cannot be imported. `problems` lists why, by line; `more` says that there are others."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        once = {(problem.line, problem.path, problem.code): problem for problem in problems}
        found = [once[key] for key in sorted(once)]
        self.problems = tuple(found[:MOST])
        self.more = len(found) > MOST
        super().__init__("; ".join(f"line {problem.line}: {problem.path}: {problem.code}" for problem in self.problems))
