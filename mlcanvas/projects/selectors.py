"""What others may ask about a project."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from mlcanvas.accounts.models import User
from mlcanvas.domain.history import Edit
from mlcanvas.projects import parts
from mlcanvas.projects.memo import remembered, remembering
from mlcanvas.projects.models import (
    Event,
    Fact,
    Iteration,
    JsonObject,
    Passage,
    PassageEdit,
    Project,
    Revision,
    Summary,
    Tag,
)
from mlcanvas.workspaces.models import Membership, Workspace

SNAPSHOT_VERSION = 1


@remembered
def texts(project: Project, prefix: str) -> dict[str, Passage]:
    """The passages under `prefix/`, by the rest of their key, with their authors."""
    rows = Passage.objects.filter(project=project, key__startswith=f"{prefix}/").select_related("by")
    return {row.key.removeprefix(f"{prefix}/"): row for row in rows}


@remembered
def facts(project: Project) -> dict[str, Any]:
    """Every answered or derived fact by its key."""
    return dict(Fact.objects.filter(project=project).values_list("key", "value"))


def tags(project: Project) -> list[str]:
    """The tags of the project, in their order."""
    return list(Tag.objects.filter(project=project).values_list("name", flat=True))


def owner_name(person: User) -> str:
    """What a project's content calls this person: the name on one line, as it is today."""
    return " ".join(str(person).split())


def member_called(workspace: Workspace, name: str) -> User | None:
    """The one member of the workspace with this name or this e-mail address; None where nobody or several have it."""
    people = [row.user for row in Membership.objects.filter(workspace=workspace).select_related("user")]
    wanted = name.casefold()
    found = [person for person in people if wanted in (owner_name(person).casefold(), person.email.casefold())]
    return found[0] if len(found) == 1 else None


def summary(project: Project) -> Summary:
    """The row that lists and tabs read."""
    return project.summary


def snapshot(project: Project) -> JsonObject:
    """Content, results and versions of everything, as a revision keeps them."""
    with remembering():
        return snapshot_of(project, parts.content(project))


def snapshot_of(project: Project, content: JsonObject) -> JsonObject:
    """The same, for content that was read before."""
    with remembering():
        results = parts.results(project)
    return {"content": content, "results": results, "versions": {"snapshot": SNAPSHOT_VERSION}}


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


def revisions_of(digests: Mapping[int, str]) -> dict[int, Revision]:
    """The newest revision that holds just the content with this digest, for each project by its primary key that has
    one: one query for all."""
    rows = Revision.objects.filter(project__in=digests, digest__in=digests.values()).order_by("number")
    return {row.project_id: row for row in rows if digests[row.project_id] == row.digest}


def events_on(revision: Revision) -> list[Event]:
    """What happened on a revision, oldest first, with the people."""
    return list(Event.objects.filter(revision=revision).select_related("by").order_by("at", "pk"))


def decisions_on(revisions: Iterable[Revision]) -> dict[int, Event]:
    """The decision that counts on each of these revisions that has one, by its primary key: one query for all."""
    found = Event.objects.filter(revision__in=[row.pk for row in revisions], values__has_key="note")
    # The last one stays.
    return {row.revision_id: row for row in found.select_related("by").order_by("at", "pk") if row.revision_id}


def decided_before(project: Project, revision: Revision | None) -> Event | None:
    """The last decision on an earlier revision than this one, on any for None: an event with a note of its own."""
    found = Event.objects.filter(project=project, revision__isnull=False, values__has_key="note")
    if revision is not None:
        found = found.filter(revision__number__lt=revision.number)
    return found.select_related("revision", "by").order_by("-revision__number", "-at", "-pk").first()


def events(project: Project, limit: int = 20) -> list[Event]:
    """What happened last, newest first, with the people."""
    return list(Event.objects.filter(project=project).select_related("by").order_by("-at", "-pk")[:limit])


def revisions(project: Project, limit: int = 100) -> list[Revision]:
    """The revisions, newest first, without their snapshots."""
    rows = Revision.objects.filter(project=project).select_related("by").defer("snapshot")
    return list(rows.order_by("-number")[:limit])


def edits(project: Project, prefix: str, key: str = "") -> list[Edit]:
    """Every edit of the texts under `prefix/`, or only of the one called `key`, oldest first, without the texts."""
    rows = PassageEdit.objects.filter(passage__project=project)
    rows = rows.filter(passage__key=f"{prefix}/{key}") if key else rows.filter(passage__key__startswith=f"{prefix}/")
    columns = ("pk", "passage__key", "version", "by_id", "at", "kind", "restored")
    return [
        Edit(pk, name.removeprefix(f"{prefix}/"), version, by, at, kind, restored)
        for pk, name, version, by, at, kind, restored in rows.order_by("pk").values_list(*columns)
    ]


def versions(edits: Iterable[Edit]) -> dict[tuple[str, int], str]:
    """The texts that these edits left behind, by name of the text and version."""
    wanted = {edit.order: (edit.text, edit.version) for edit in edits}
    rows = PassageEdit.objects.filter(pk__in=wanted).values_list("pk", "text")
    return {wanted[pk]: text for pk, text in rows}


def people(numbers: Iterable[int | None]) -> dict[int | None, User]:
    """The people with these primary keys."""
    return dict(User.objects.in_bulk({number for number in numbers if number is not None}))


def iterations(project: Project) -> list[Iteration]:
    """The closed iterations, the last one first, with their revisions (without snapshots) and people."""
    rows = Iteration.objects.filter(project=project).select_related("by", "revision").defer("revision__snapshot")
    return list(rows.order_by("-number"))


def iteration(project: Project, number: int) -> Iteration | None:
    """A closed iteration with its revision, if there is one with this number."""
    return Iteration.objects.select_related("revision").filter(project=project, number=number).first()
