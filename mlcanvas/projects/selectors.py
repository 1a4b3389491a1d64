"""What others may ask about a project."""

import json
from typing import Any

from mlcanvas.projects import parts
from mlcanvas.projects.models import Event, Fact, JsonObject, Passage, Project, Revision, Summary

SNAPSHOT_VERSION = 1


def texts(project: Project, prefix: str) -> dict[str, Passage]:
    """The passages under `prefix/`, by the rest of their key, with their authors."""
    rows = Passage.objects.filter(project=project, key__startswith=f"{prefix}/").select_related("by")
    return {row.key.removeprefix(f"{prefix}/"): row for row in rows}


def facts(project: Project) -> dict[str, Any]:
    """Every answered or derived fact by its key."""
    return dict(Fact.objects.filter(project=project).values_list("key", "value"))


def summary(project: Project) -> Summary:
    """The row that lists and tabs read."""
    return project.summary


def snapshot(project: Project) -> JsonObject:
    """Content, results and versions of everything, as a revision keeps them."""
    return {
        "content": parts.content(project),
        "results": parts.results(project),
        "versions": {"snapshot": SNAPSHOT_VERSION},
    }


def revision_snapshot(revision: Revision) -> JsonObject:
    """What a revision keeps."""
    kept: JsonObject = json.loads(revision.snapshot)
    return kept


def latest_revision(project: Project) -> Revision | None:
    """The newest revision, if there is one."""
    return Revision.objects.filter(project=project).order_by("-number").first()


def revision(project: Project, number: int) -> Revision | None:
    """The revision with this number, if there is one."""
    return Revision.objects.filter(project=project, number=number).first()


def revision_of(project: Project, content_digest: str) -> Revision | None:
    """The newest revision that holds just this content, if there is one."""
    return Revision.objects.filter(project=project, digest=content_digest).order_by("-number").first()


def events_on(revision: Revision) -> list[Event]:
    """What happened on a revision, oldest first, with the people."""
    return list(Event.objects.filter(revision=revision).select_related("by").order_by("at", "pk"))


def events(project: Project, limit: int = 20) -> list[Event]:
    """What happened last, newest first, with the people."""
    return list(Event.objects.filter(project=project).select_related("by").order_by("-at", "-pk")[:limit])


def revisions(project: Project, limit: int = 100) -> list[Revision]:
    """The revisions, newest first, without their snapshots."""
    rows = Revision.objects.filter(project=project).select_related("by").defer("snapshot")
    return list(rows.order_by("-number")[:limit])
