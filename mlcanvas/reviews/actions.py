"""Every write of the reviews."""

from django.db import transaction

from mlcanvas.accounts.models import User
from mlcanvas.domain.refusal import Refused
from mlcanvas.projects import actions as projects
from mlcanvas.projects.models import Project, Revision
from mlcanvas.reviews.models import Decision
from mlcanvas.tracker import actions as tracker


@transaction.atomic
def decide(*, project: Project, outcome: str, note: str, read: str, by: User) -> Decision:
    """Record a decision on what the project says now.

    `read` is the digest of the content that the person had before them. Raises Refused with `decision_stale` when the
    content is another one by now, and `decision_note_missing` for a decision without a word on why.
    """
    if not note.strip():
        raise Refused("decision_note_missing", "note")
    projects.hold(project)
    # Before the revision: what it keeps as computed holds the decision that is made on it.
    projects.derive_fact(project=project, key="decision", value=outcome)
    revision = projects.revise(project=project, by=by, reason=Revision.Reason.REVIEW)
    if revision.digest != read:
        raise Refused("decision_stale")
    decision = Decision.objects.create(project=project, revision=revision, outcome=outcome, note=note.strip(), by=by)
    projects.record(
        project=project, by=by, what=f"reviews.{outcome}", revision=revision, number=revision.number, note=decision.note
    )
    tracker.refresh(project=project)
    return decision
