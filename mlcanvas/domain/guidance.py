"""What helps a team to fill one block of a canvas, by kind of task."""

from dataclasses import dataclass

from mlcanvas.domain.text import Text


@dataclass(frozen=True, slots=True)
class Guidance:
    """The help with one block for one kind of task.

    `task` is an option of the fact `task_type`. `good` says what a good answer holds, `ask` are questions for the
    people in the room, `mistakes` name each its consequence, `example` is one short filled answer.
    """

    task: str
    good: Text
    ask: tuple[Text, ...]
    mistakes: tuple[Text, ...]
    example: Text


@dataclass(frozen=True, slots=True)
class BlockGuidance:
    """The content of one file: a block, and the help with it for each kind of task."""

    block: str
    task: tuple[Guidance, ...]
