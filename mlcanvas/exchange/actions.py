"""A project file, or an example, becomes a project; or nothing happens."""

import copy
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from mlcanvas.accounts.models import User
from mlcanvas.costs import actions as costs
from mlcanvas.domain.refusal import Refused
from mlcanvas.exchange import reading
from mlcanvas.exchange.problems import MOST, Path, Problem, Unreadable, spell
from mlcanvas.exchange.reading import Reading
from mlcanvas.exchange.starters import Starter
from mlcanvas.projects import actions as projects
from mlcanvas.projects import parts
from mlcanvas.projects.models import Project
from mlcanvas.tracker import actions as tracker
from mlcanvas.workspaces.models import Workspace


@dataclass(frozen=True, slots=True)
class Preview:
    """What a project file would create: its name, and how many of each kind of thing."""

    name: str
    counts: Mapping[Path, int]


# What is worth counting, by its place in the content.
COUNTED: tuple[Path, ...] = (
    ("facts",),
    ("scope",),
    ("scope", "metrics"),
    ("canvas", "blocks"),
    ("rows", "sources"),
    ("rows", "features"),
    ("rows", "outcomes"),
    ("rows", "monitoring"),
    ("risks", "register"),
    ("costs", "answers"),
    ("costs", "pilot"),
    ("costs", "scenarios"),
    ("baselines", "entries"),
    ("tracker", "checkpoints"),
)


class _Rehearsed(Exception):
    """Ends a rehearsal; whatever was written goes."""


def project_import(*, workspace: Workspace, text: str | bytes, by: User | None, is_example: bool = False) -> Project:
    """A new project with the content of the project file `text`.

    Raises Unreadable with all problems; then nothing is created.
    """
    found = reading.check(text)
    try:
        with transaction.atomic():
            return _create(found.value, workspace, by, is_example=is_example)
    except Refused as refused:
        problems = _refusals(found, workspace, by) or [_problem(found, refused, "")]
        raise Unreadable(problems) from refused


def project_rehearse(*, workspace: Workspace, text: str | bytes, by: User | None) -> Preview:
    """What `project_import` would create. Writes it all and takes it back, so that every rule is asked.

    Raises Unreadable as `project_import` does.
    """
    found = reading.check(text)
    problems = _refusals(found, workspace, by)
    if problems:
        raise Unreadable(problems)
    return Preview(found.value["project"]["name"], counts(found.value))


@transaction.atomic
def starter_copy(*, workspace: Workspace, starter: Starter, name: str, by: User) -> Project:
    """A new project called `name` with all that an example says, marked as one.

    Raises Refused for a name that says nothing; then nothing is created.
    """
    content = copy.deepcopy(dict(starter.content))
    content["project"]["name"] = name
    return _create(content, workspace, by, is_example=True, what="projects.copied", example=starter.title)


def counts(content: Mapping[str, Any]) -> dict[Path, int]:
    """How many of each kind of thing `content` holds, by its place; what it holds none of is left out."""
    return {path: count for path in COUNTED if (count := _count(content, path))}


def _create(
    content: dict[str, Any],
    workspace: Workspace,
    by: User | None,
    *,
    is_example: bool,
    what: str = "projects.imported",
    **values: str,
) -> Project:
    head = content["project"]
    project = _new(head, workspace, by, is_example=is_example)
    projects.fill(project=project, content=content, by=by, what=what, **values)
    # The parts are written one after the other; what costs make of baselines and stage, and the gates of the
    # estimate, can be said only when all of them stand.
    costs.refresh(project=project, by=by)
    tracker.refresh(project=project)
    return project


def _new(head: Mapping[str, Any], workspace: Workspace, by: User | None, *, is_example: bool) -> Project:
    return projects.create(
        workspace=workspace,
        name=head["name"],
        by=by,
        language=head.get("language"),
        currency=head.get("currency"),
        is_example=is_example,
    )


def _refusals(found: Reading, workspace: Workspace, by: User | None) -> list[Problem]:
    """What the parts refuse. A rule stops at its first no; what it names is left out, and the part is asked again."""
    problems: list[Problem] = []
    try:
        with transaction.atomic():
            try:
                project = _new(found.value["project"], workspace, by, is_example=False)
            except Refused as refused:
                return [_problem(found, refused, "project")]
            for part in parts.parts():
                _ask(part, project, found, by, problems)
            raise _Rehearsed
    except _Rehearsed:
        return problems


def _ask(part: parts.Part, project: Project, found: Reading, by: User | None, problems: list[Problem]) -> None:
    content = copy.deepcopy(found.value.get(part.key) or {})
    while len(problems) <= MOST:
        try:
            with transaction.atomic():
                part.write(project, _without_gaps(content), by)
        except Refused as refused:
            path = _steps(refused.path, {part.key: _without_gaps(content)})
            real = _in_file(path, {part.key: content})
            problems.append(Problem(found.line(real), spell(real) or part.key, refused.code, refused.values))
            if not _leave_out(real, {part.key: content}):
                return
        else:
            return


class _Gap:
    """Where an item was that is left out."""


_GAP = _Gap()


def _without_gaps(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_gaps(item) for key, item in value.items() if item is not _GAP}
    if isinstance(value, list):
        return [_without_gaps(item) for item in value if item is not _GAP]
    return value


def _in_file(path: Path, content: Any) -> Path:
    """A path through content without gaps as one through the content with them."""
    real: list[str | int] = []
    for step in path:
        if isinstance(content, list) and isinstance(step, int):
            step = [place for place, item in enumerate(content) if item is not _GAP][step]
        real.append(step)
        content = content[step]
    return tuple(real)


def _leave_out(path: Path, content: Any) -> bool:
    """Puts a gap where the list item of `path` was, or the answer; False when there is nothing to leave out."""
    place = next((at for at, step in enumerate(path) if isinstance(step, int)), min(2, len(path) - 1))
    if place < 1:
        return False
    for step in path[:place]:
        content = content[step]
    content[path[place]] = _GAP
    return True


def _problem(found: Reading, refused: Refused, otherwise: str) -> Problem:
    path = _steps(refused.path, found.value)
    return Problem(found.line(path), spell(path) or otherwise, refused.code, refused.values)


def _steps(text: str, content: Any) -> Path:
    """`risks.register[3].due` as steps into `content`, as far as it leads."""
    steps: list[str | int] = []
    for word in re.findall(r"[^.\[\]]+", text):
        step: str | int = int(word) if isinstance(content, list) and word.isdigit() else word
        try:
            content = content[step]
        except (KeyError, IndexError, TypeError):
            break
        steps.append(step)
    return tuple(steps)


def _count(content: Mapping[str, Any], path: Path) -> int:
    found: Any = content
    for step in path:
        found = found.get(step) or {}
    if len(path) == 1 and isinstance(found, dict):
        return sum(isinstance(value, (str, int, float)) for value in found.values())
    return len(found)
