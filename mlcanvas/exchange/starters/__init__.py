"""The filled examples that people start from: an index, and an ordinary project file for each language."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from mlcanvas.catalog.reading import parse
from mlcanvas.domain.text import Text
from mlcanvas.exchange import reading

LANGUAGES = ("en", "pt-br")


@dataclass(frozen=True, slots=True)
class Entry:
    """What the index says of an example: its key, the industry, and what it predicts in one sentence."""

    key: str
    industry: Text
    what: Text


@dataclass(frozen=True, slots=True)
class Index:
    """`index.toml`."""

    starter: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Starter:
    """An example in one language. `content` is that of its project file; nobody may change it."""

    key: str
    language: str
    industry: str
    what: str
    content: Mapping[str, Any]

    @property
    def title(self) -> str:
        """The name of the project in the file."""
        title: str = self.content["project"]["name"]
        return title

    @property
    def task_type(self) -> str:
        """The kind of task, a key of the fact of that name."""
        kind: str = self.content["facts"]["task_type"]
        return kind

    @property
    def currency(self) -> str:
        """The currency of every amount in it."""
        currency: str = self.content["project"]["currency"]
        return currency


def source(key: str, language: str) -> bytes:
    """The project file of an example."""
    return files(__name__).joinpath(f"{key}.{language}.yaml").read_bytes()


@cache
def starters(language: str) -> tuple[Starter, ...]:
    """Every example in `language`, one of LANGUAGES, in the order of the index; read once per process.

    Raises Mistake for an index and Unreadable for a file that does not hold what it should.
    """
    index = parse(files(__name__).joinpath("index.toml").read_text(encoding="utf-8"), "starters/index.toml", Index)
    return tuple(
        Starter(
            key=entry.key,
            language=language,
            industry=entry.industry.say(language),
            what=entry.what.say(language),
            content=reading.read(source(entry.key, language)),
        )
        for entry in index.starter
    )


def starter(key: str, language: str) -> Starter | None:
    """The example `key` in `language`, if there is one."""
    return next((found for found in starters(language) if found.key == key), None)
