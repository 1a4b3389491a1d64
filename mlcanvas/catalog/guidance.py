"""What helps to fill a block for a kind of task, one file for each block in `guidance/`."""

from collections.abc import Collection, Sequence
from functools import cache
from importlib.resources import files

from mlcanvas.catalog.canvas import canvas_templates
from mlcanvas.catalog.facts import facts
from mlcanvas.catalog.reading import Mistake, read
from mlcanvas.domain.guidance import BlockGuidance, Guidance

# The template whose blocks have guidance.
TEMPLATE = "ml_canvas_v1_1"


@cache
def guidance() -> dict[str, dict[str, Guidance]]:
    """The help by block and by kind of task: blocks in the order of filling, kinds in the order of the fact.

    Raises Mistake for an unknown block or kind, and for one that is given twice or not at all.
    """
    blocks = canvas_templates()[TEMPLATE].fill_order
    tasks = tuple(option.key for option in facts()["task_type"].options)
    found: dict[str, dict[str, Guidance]] = {}
    for file in sorted(files("mlcanvas.catalog").joinpath("guidance").iterdir(), key=lambda file: file.name):
        if not file.name.endswith(".toml"):
            continue
        name = f"guidance/{file.name}"
        content = read(name, BlockGuidance)
        check(content, name, blocks, tasks)
        by_task = {entry.task: entry for entry in content.task}
        found[content.block] = {task: by_task[task] for task in tasks}
    check_complete(found, blocks)
    return {block: found[block] for block in blocks}


def check(content: BlockGuidance, name: str, blocks: Collection[str], tasks: Sequence[str]) -> None:
    """Raises Mistake when the file `name` is for none of `blocks`, or lacks, repeats or cuts short one of `tasks`."""
    if content.block not in blocks:
        raise Mistake(f"{name}: block: names unknown block {content.block!r}")
    # One name for file and block, so that a missing file can be named and no block comes twice.
    if name != f"guidance/{content.block}.toml":
        raise Mistake(f"{name}: block: {content.block!r} belongs in guidance/{content.block}.toml")
    seen: set[str] = set()
    for entry in content.task:
        place = f"{name}: task {entry.task}"
        if entry.task not in tasks:
            raise Mistake(f"{name}: task: names unknown task {entry.task!r}")
        if entry.task in seen:
            raise Mistake(f"{place}: is there twice")
        if not 3 <= len(entry.ask) <= 4:
            raise Mistake(f"{place}: ask: needs 3 or 4 questions, has {len(entry.ask)}")
        if not 2 <= len(entry.mistakes) <= 3:
            raise Mistake(f"{place}: mistakes: needs 2 or 3, has {len(entry.mistakes)}")
        seen.add(entry.task)
    missing = [task for task in tasks if task not in seen]
    if missing:
        raise Mistake(f"{name}: task: has none for {', '.join(missing)}")


def check_complete(found: Collection[str], blocks: Sequence[str]) -> None:
    """Raises Mistake with one line for each of `blocks` whose file is missing."""
    missing = [block for block in blocks if block not in found]
    if missing:
        raise Mistake("\n".join(f"guidance/{block}.toml: this file is missing" for block in missing))
