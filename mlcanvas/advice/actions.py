"""Every write about advice."""

from django.db import transaction

from mlcanvas.accounts.models import User
from mlcanvas.advice import selectors
from mlcanvas.advice.models import Dismissal
from mlcanvas.domain.refusal import Refused
from mlcanvas.projects import actions as projects
from mlcanvas.projects.models import Project


@transaction.atomic
def dismiss(*, project: Project, key: str, reason: str, by: User) -> Dismissal:
    """Set a piece of advice aside, for the figures that it shows now.

    Raises Refused with `dismissal_reason` without a reason, `dismissal_gone` when the advice no longer applies.
    """
    if not reason.strip():
        raise Refused("dismissal_reason", "reason")
    projects.hold(project)
    shown = next((shown for shown in selectors.advice(project).all if shown.key == key), None)
    if shown is None:
        raise Refused("dismissal_gone")
    row, _ = Dismissal.objects.update_or_create(
        project=project, key=key, defaults={"figures": shown.figures, "reason": reason.strip(), "by": by}
    )
    projects.record(project=project, by=by, what="advice.dismissed", key=key, reason=row.reason)
    projects.touch(project=project)
    return row


@transaction.atomic
def restore(*, project: Project, key: str, by: User) -> None:
    """Show a piece of advice again. Without a dismissal nothing happens."""
    projects.hold(project)
    if Dismissal.objects.filter(project=project, key=key).delete()[0]:
        projects.record(project=project, by=by, what="advice.restored", key=key)
        projects.touch(project=project)
