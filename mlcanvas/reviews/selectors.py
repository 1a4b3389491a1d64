"""What others may ask about decisions."""

import json
from dataclasses import dataclass

from django.utils.functional import Promise

from mlcanvas.domain.canonical import canonical, digest
from mlcanvas.domain.risk import Movement, movements
from mlcanvas.projects import parts
from mlcanvas.projects.models import JsonObject, Project
from mlcanvas.reviews.models import Decision
from mlcanvas.risks import selectors as risks


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision, and which parts of the project say something else now."""

    row: Decision
    changed: tuple[str | Promise, ...]


@dataclass(frozen=True, slots=True)
class Decisions:
    """The decisions, newest first, and the digest of what the project says now."""

    current: str
    decided: tuple[Decided, ...]


def current(project: Project) -> str:
    """The digest of what the project says now."""
    return digest(parts.content(project))


def last(project: Project) -> Decision | None:
    """The decision that counts."""
    return Decision.objects.filter(project=project).select_related("revision", "by").order_by("-pk").first()


def decisions(project: Project, limit: int = 50) -> Decisions:
    """The decisions, newest first, each with the parts that changed since."""
    content = parts.content(project)
    now = digest(content)
    rows = Decision.objects.filter(project=project).select_related("revision", "by").order_by("-pk")[:limit]
    return Decisions(
        now, tuple(Decided(row, _changed(row, content) if row.revision.digest != now else ()) for row in rows)
    )


def _changed(row: Decision, content: JsonObject) -> tuple[str | Promise, ...]:
    before = json.loads(row.revision.snapshot)["content"]
    now = canonical(content)
    return tuple(part.label for part in parts.parts() if before.get(part.key) != now.get(part.key))


@dataclass(frozen=True, slots=True)
class Reviewed:
    """The decision that counts, and how the open risks moved since; `titles` by key."""

    decision: Decision
    moved: tuple[Movement, ...]
    titles: dict[str, str]


def reviewed(project: Project) -> Reviewed | None:
    """The last look at the risks together, None before the first."""
    decision = last(project)
    if decision is None:
        return None
    scale, then = risks.register_at(project, decision.at)
    states = [then, risks.register(project)]
    # What only went along to another scale has not moved.
    along = risks.unmoved_since(project, scale) if scale.size != risks.scale(project).size else set()
    before, after = ({risk.key: risk.where for risk in state if risk.open} for state in states)
    for key in along & before.keys() & after.keys():
        before[key] = after[key]
    titles = {risk.key: risk.row.title for state in states for risk in state}
    return Reviewed(decision, movements(before, after), titles)
