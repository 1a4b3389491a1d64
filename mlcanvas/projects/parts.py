"""The one registry: what a project is made of. `projects` names no part; each app registers its own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from mlcanvas.accounts.models import User
from mlcanvas.projects.models import JsonObject, Project

Path = tuple[str, ...]
"""A place in a part's content: names of fields, keys of rows."""
Names = Callable[[Path], str | None]
Says = Callable[[Path, Any], str | None]


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a project: how its content is described, read and replaced.

    `schema()` is the JSON Schema of the content. `read(project)` gives the content: no primary keys, people by name,
    nothing that is empty, always in the same order. `write(project, content, by)` replaces the part inside the
    caller's transaction and raises Refused with a path for what a schema cannot say. `results(project)` is what was
    computed from it: in revisions, never in the project file. `follow(project)` publishes anew what the part derives
    from facts and scope; it is called when those have changed, and when another part has changed one of the derived
    facts in `reads`. `names(path)` is what people call the place `path` of the content, nothing where the place before
    says enough, and `says(path, value)` a value in words, both in the reader's language and None where the part has
    none: they are what a comparison of two states shows.
    """

    key: str
    label: str | Promise
    order: int
    schema: Callable[[], JsonObject]
    read: Callable[[Project], Any]
    write: Callable[[Project, Any, User | None], None]
    results: Callable[[Project], JsonObject] | None = None
    follow: Callable[[Project], None] | None = None
    reads: frozenset[str] = frozenset()
    names: Names | None = None
    says: Says | None = None


_parts: dict[str, Part] = {}


def register(part: Part) -> None:
    """Add a part. Raises ValueError for a key that another part has."""
    if part.key in _parts:
        raise ValueError(f"two parts are called {part.key}")
    _parts[part.key] = part


def parts() -> tuple[Part, ...]:
    """All parts, in their order."""
    return tuple(sorted(_parts.values(), key=lambda part: part.order))


def schema() -> JsonObject:
    """The JSON Schema of a whole project."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "mlcanvas project",
        "type": "object",
        "required": ["format", "version", "project"],
        "additionalProperties": False,
        "properties": {
            "format": {"const": "mlcanvas-project"},
            "version": {"const": 1},
            **{part.key: part.schema() for part in parts()},
        },
    }


def content(project: Project) -> JsonObject:
    """All that the project says, as the project file and the digest have it."""
    found: JsonObject = {"format": "mlcanvas-project", "version": 1}
    for part in parts():
        if read := part.read(project):
            found[part.key] = read
    return found


def results(project: Project) -> JsonObject:
    """All that was computed from it."""
    return {part.key: part.results(project) for part in parts() if part.results}


def follow(project: Project) -> None:
    """Let every part that derives something from facts and scope publish it anew."""
    for part in parts():
        if part.follow:
            part.follow(project)


def follow_fact(project: Project, key: str) -> None:
    """Let every part that reads the derived fact `key` publish anew what it makes of it."""
    for part in parts():
        if part.follow and key in part.reads:
            part.follow(project)


def write(project: Project, content: Mapping[str, Any], by: User | None) -> None:
    """Replace every part of `project`; a part that `content` leaves out becomes empty."""
    for part in parts():
        part.write(project, content.get(part.key) or {}, by)
