"""The answer to a write that somebody else was faster with."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from mlcanvas.accounts.models import User

Current = TypeVar("Current", covariant=True)


@dataclass(frozen=True, slots=True)
class Clash(Generic[Current]):
    """Nothing is stored: what the writer saw was changed meanwhile.

    `current` is what stands now; `by` is who wrote it, where `current` does not say it itself.
    """

    current: Current
    by: User | None = None
