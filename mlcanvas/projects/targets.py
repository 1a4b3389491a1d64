"""What a comment may stand on. `projects` names no tool; each app registers what its keys mean."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from mlcanvas.domain.text import Text
from mlcanvas.projects.models import Project


@dataclass(frozen=True, slots=True)
class Target:
    """One thing of a project that people comment on: a block, an answer.

    `key` is `<prefix>/<...>`, for a long text the key of its passage. `here` is False for what the project does not
    hold at the moment, such as a block of a canvas that was put away: its threads stay readable.
    """

    key: str
    label: Text
    address: str
    here: bool = True


Find = Callable[[Project, Collection[str] | None], Iterable[Target]]
"""The targets among these keys of one prefix, in a number of queries that does not grow; all that are here for None."""

_finds: dict[str, Find] = {}


def register(prefix: str, find: Find) -> None:
    """Let `find` answer for the keys `prefix/...`. Raises ValueError for a prefix that is taken."""
    if prefix in _finds:
        raise ValueError(f"two apps answer for {prefix}/")
    _finds[prefix] = find


def find(project: Project, keys: Iterable[str]) -> dict[str, Target]:
    """The targets by key. A key that means nothing in this project is left out."""
    by_prefix: dict[str, set[str]] = defaultdict(set)
    for key in keys:
        by_prefix[key.partition("/")[0]].add(key)
    return {
        target.key: target
        for prefix, wanted in by_prefix.items()
        if prefix in _finds
        for target in _finds[prefix](project, wanted)
    }


def every(project: Project) -> tuple[Target, ...]:
    """All that can be commented on now, app by app in the order of their names."""
    return tuple(target for prefix in sorted(_finds) for target in _finds[prefix](project, None) if target.here)
