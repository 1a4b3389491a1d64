"""The questions of the scope, from `scope.toml`."""

from mlcanvas.catalog.reading import read
from mlcanvas.domain.scope import Question, ScopeForm


def scope_questions() -> tuple[Question, ...]:
    """The long answers of the scope, in their order."""
    return read("scope.toml", ScopeForm).question
