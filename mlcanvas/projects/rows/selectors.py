"""What others may ask about the rows of a project."""

from mlcanvas import catalog
from mlcanvas.projects.models import Project, Row


def rows(project: Project) -> dict[str, tuple[Row, ...]]:
    """Every row by its kind, each kind in its order, in one query. Kinds of the past are left out."""
    found: dict[str, list[Row]] = {kind: [] for kind in catalog.row_kinds()}
    for row in Row.objects.of(project):
        if row.kind in found:
            found[row.kind].append(row)
    return {kind: tuple(listed) for kind, listed in found.items()}


def listed(project: Project, kind: str) -> tuple[Row, ...]:
    """The rows of one kind in their order."""
    return tuple(Row.objects.of(project).filter(kind=kind))
