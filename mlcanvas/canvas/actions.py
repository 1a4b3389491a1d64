"""Every write to the canvas that is not the text of a block; that one is `projects.actions.save_text`."""

from datetime import date

from django.db import transaction

from mlcanvas.accounts.models import User
from mlcanvas.canvas import selectors
from mlcanvas.canvas.models import Agreement, Canvas
from mlcanvas.domain.refusal import Refused
from mlcanvas.projects import actions as projects
from mlcanvas.projects.models import Project


@transaction.atomic
def refresh(*, project: Project) -> None:
    """Tell the summary how far the canvas is. Called after each write to it."""
    projects.hold(project)
    projects.publish(project=project, readiness_canvas=selectors.canvas(project).completeness.readiness)


@transaction.atomic
def agree(*, project: Project, block: str, version: int, by: User) -> None:
    """Say that a block is agreed as it stands in `version`.

    Raises Refused `block_empty` for one without text, `block_changed` when somebody wrote meanwhile.
    """
    projects.hold(project)
    filled = next(found for found in selectors.canvas(project).blocks if found.block.key == block)
    if filled.passage is None or not filled.text.strip():
        raise Refused("block_empty")
    if filled.passage.version != version:
        raise Refused("block_changed")
    Agreement.objects.update_or_create(project=project, block=block, defaults={"version": version, "by": by})
    projects.record(project=project, by=by, what="canvas.agreed", block=block, version=version)
    refresh(project=project)


@transaction.atomic
def reopen(*, project: Project, block: str, by: User) -> None:
    """Make an agreed block a draft again. Nothing happens where it is one."""
    projects.hold(project)
    if not Agreement.objects.filter(project=project, block=block).delete()[0]:
        return
    projects.record(project=project, by=by, what="canvas.reopened", block=block)
    refresh(project=project)


@transaction.atomic
def head(*, project: Project, by: User, designed_for: str, designed_by: str, date: date | None) -> None:
    """Change the header of the canvas."""
    projects.hold(project)
    Canvas.objects.update_or_create(
        project=project, defaults={"designed_for": designed_for, "designed_by": designed_by, "date": date}
    )
    projects.record(project=project, by=by, what="canvas.head")
    projects.touch(project=project)
