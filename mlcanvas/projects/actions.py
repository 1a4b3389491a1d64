"""Every write to what the parts share."""

import hashlib
import logging
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Max
from django.http import Http404
from django.utils import timezone
from django.utils.text import slugify

from mlcanvas import catalog
from mlcanvas.accounts.models import User
from mlcanvas.domain.canonical import canonical, canonical_json, digest
from mlcanvas.domain.facts import accept
from mlcanvas.domain.merge import merge
from mlcanvas.domain.refusal import Refused
from mlcanvas.domain.tags import accept as accept_tags
from mlcanvas.domain.tags import fold
from mlcanvas.domain.writing import clean
from mlcanvas.projects import parts, selectors
from mlcanvas.projects.models import (
    LAST_ITERATION,
    Event,
    Fact,
    Iteration,
    Passage,
    PassageEdit,
    Project,
    Revision,
    SpentRequest,
    Summary,
    Tag,
)
from mlcanvas.workspaces.models import Membership, Workspace

logger = logging.getLogger(__name__)

# Words that are addresses of ours under /p/, now or soon.
RESERVED_SLUGS = {"new", "import", "compare", "examples"}


@dataclass(frozen=True, slots=True)
class Saved:
    """The text is stored as sent. `filled` is True when there was none before, False when none is left, else None."""

    version: int
    at: datetime
    filled: bool | None = None


@dataclass(frozen=True, slots=True)
class Merged:
    """The text is stored together with what somebody else wrote meanwhile, as `text`.

    `base` and `own` say what the writer's field descends from now, and are what its next save has to name.
    """

    version: int
    text: str
    at: datetime
    other: User | None
    base: int
    own: bool = True


@dataclass(frozen=True, slots=True)
class Clash:
    """Nothing is stored: both edits touch the same lines. `text` is what stands, `mine` what was sent."""

    version: int
    text: str
    mine: str
    other: User | None
    at: datetime | None


Outcome = Saved | Merged | Clash


def save_text(
    *, project: Project, key: str, text: str, base: int, by: User, own: bool = False, request: str | None = None
) -> Outcome:
    """Store `text`, written on top of version `base` of the passage `key`.

    `own` says that the writer has not seen version `base` but only what they themselves sent for it: a merge made
    more of it, and their field still shows the shorter text. Without this, the next save would remove the other's
    words. `request` names this text of this writer: sent again, it is stored once and answered as the first time,
    whatever others have made of those lines since.

    The version is compared inside the writing statement, so no isolation level is leaned on. A stale base is merged
    line by line where the edits do not touch, and a Clash where they do. Raises Refused for a text that cannot be
    stored and for a base that never was (`base_unknown`), and Http404 for a project that was deleted meanwhile.
    """
    text = clean(text)
    while True:
        outcome = _try_save(project=project, key=key, text=text, base=base, own=own, by=by, request=request)
        if outcome is not None:
            return outcome


@transaction.atomic
def _try_save(
    *, project: Project, key: str, text: str, base: int, own: bool, by: User, request: str | None
) -> Outcome | None:
    """One attempt; None when somebody else was faster between reading and writing."""
    # Before the passage, as everybody does who writes several rows of a project: nobody waits for somebody who waits.
    hold(project)
    now = timezone.now()
    row = Passage.objects.select_related("by").filter(project=project, key=key).first()
    if row is None:
        row, _created = Passage.objects.get_or_create(project=project, key=key)
    if base > row.version or base < 0:
        raise Refused("base_unknown")
    if request:
        request, before = _known(row, request, text=text, base=base, own=own, by=by)
        if before is not None:
            return before
    alone = base == row.version and not own
    stored = text if alone or row.text == text else merge(_text_at(row, base, own=own), text, row.text)
    if stored is None or stored == row.text:
        return _nothing_stored(row, request, text=text, clash=stored is None, base=base, own=own, by=by)
    version = row.version + 1
    if not Passage.objects.filter(pk=row.pk, version=row.version).update(text=stored, version=version, by=by, at=now):
        return None
    edit = PassageEdit.objects.create(
        passage=row,
        version=version,
        base=base,
        kind=PassageEdit.Kind.EDIT if alone else PassageEdit.Kind.MERGE,
        text=stored,
        sent=text if stored != text else None,
        by=by,
        request=request,
    )
    touch(project=project)
    if stored != text:
        return Merged(version, stored, edit.at, row.by, version)
    filled = bool(text.strip())
    return Saved(version, edit.at, filled if filled != bool(row.text.strip()) else None)


def _known(
    passage: Passage, request: str, *, text: str, base: int, own: bool, by: User
) -> tuple[str | None, Outcome | None]:
    """What this request was answered when it came before; without an answer, the name to keep for it.

    The name of another text names nothing here, and this text must not be lost for it.
    """
    edit = PassageEdit.objects.filter(passage=passage, request=request).first()
    if edit is not None:
        return None, _as_before(passage, edit) if edit.by_id == by.pk and text == _sent(edit) else None
    if base == passage.version and not own:
        return request, None  # nothing happened since, so it may only be told the same again
    spent = SpentRequest.objects.filter(passage=passage, request=request, by=by, digest=_digest(text)).first()
    if spent is None:
        return request, None
    if spent.clash:
        return None, Clash(passage.version, passage.text, text, passage.by, passage.at)
    at = passage.at or timezone.now()
    if spent.version is not None:
        return None, Saved(spent.version, at)
    return None, Merged(passage.version, passage.text, at, passage.by, base, own)


def _nothing_stored(
    passage: Passage, request: str | None, *, text: str, clash: bool, base: int, own: bool, by: User
) -> Outcome:
    """The answer to a text that changes nothing. It must not change anything later either, when it comes once more."""
    same = passage.text == text
    if request:
        answer = {"by": by, "digest": _digest(text), "clash": clash, "version": passage.version if same else None}
        SpentRequest.objects.get_or_create(passage=passage, request=request, defaults=answer)
    if clash:
        return Clash(passage.version, passage.text, text, passage.by, passage.at)
    at = passage.at or timezone.now()
    if same:
        return Saved(passage.version, at)
    # What was sent is in the text already, and so is what somebody else added. No version says so, and the writer's
    # field shows none of the others' words: it goes on from where it was.
    return Merged(passage.version, passage.text, at, passage.by, base, own)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _as_before(passage: Passage, edit: PassageEdit) -> Saved | Merged:
    """The answer that this edit had when it was accepted."""
    if edit.sent is None:
        return Saved(edit.version, edit.at)
    parent = PassageEdit.objects.select_related("by").filter(passage=passage, version=edit.version - 1).first()
    return Merged(edit.version, edit.text, edit.at, parent.by if parent else None, edit.version)


@transaction.atomic
def import_text(*, project: Project, key: str, text: str, base: int, by: User) -> bool:
    """Store a text from a file over version `base` of the passage `key`, as a person has seen and chosen.

    Nothing is merged: False when somebody else has written meanwhile, and nothing is stored. Raises Refused as
    `save_text` does.
    """
    text = clean(text)
    row, _created = Passage.objects.get_or_create(project=project, key=key)
    if base > row.version or base < 0:
        raise Refused("base_unknown")
    if row.text == text:
        return True
    now = timezone.now()
    if not Passage.objects.filter(pk=row.pk, version=base).update(text=text, version=base + 1, by=by, at=now):
        return False
    PassageEdit.objects.create(passage=row, version=base + 1, base=base, kind=PassageEdit.Kind.IMPORT, text=text, by=by)
    touch(project=project)
    return True


def _text_at(passage: Passage, version: int, *, own: bool) -> str:
    """The text of a version; with `own`, what its writer had sent for it."""
    if version == 0:
        return ""
    edit = PassageEdit.objects.get(passage=passage, version=version)
    return _sent(edit) if own else edit.text


def _sent(edit: PassageEdit) -> str:
    """What the writer sent, whatever was made of it."""
    return edit.text if edit.sent is None else edit.sent


@transaction.atomic
def restore_text(
    *, project: Project, key: str, text: str, base: int, by: User, restored: int | None = None
) -> Saved | Clash:
    """Store a `text` of the past as a new edit of the passage `key`; `restored` is the version that it comes from.

    Nothing is merged: a person who brings a text back has to see what they replace. Where somebody wrote since version
    `base`, that is a Clash and nothing is stored. A text that stands already is no edit.

    The caller holds the project and calls `touch` when it has restored all that it wants: the summary is the last row
    to be locked, as in a save.
    """
    now = timezone.now()
    row = Passage.objects.select_related("by").filter(project=project, key=key).first()
    if row is None:
        row, _created = Passage.objects.get_or_create(project=project, key=key)
    if base != row.version:
        return Clash(row.version, row.text, text, row.by, row.at)
    if row.text == text:
        return Saved(row.version, row.at or now)
    version = row.version + 1
    if not Passage.objects.filter(pk=row.pk, version=base).update(text=text, version=version, by=by, at=now):
        row = Passage.objects.select_related("by").get(pk=row.pk)
        return Clash(row.version, row.text, text, row.by, row.at)
    PassageEdit.objects.create(
        passage=row, version=version, base=base, kind=PassageEdit.Kind.RESTORE, text=text, restored=restored, by=by
    )
    filled = bool(text.strip())
    return Saved(version, now, filled if filled != bool(row.text.strip()) else None)


def hold(project: Project) -> Project:
    """Lock `project` until the transaction ends, and give it as it stands now. Its summary is read anew when asked for.

    Whoever publishes what follows from several rows holds the project before reading the first of them. Otherwise two
    people who write at once each publish what follows without the other's row, and the last one stands. The lock
    leaves the primary key alone (`no_key`), so an insert of a row that points to the project does not wait for it.
    SQLite needs no lock: there a transaction is IMMEDIATE, and only one runs at a time.

    Raises Http404 for a project that somebody deleted meanwhile.
    """
    held = Project.objects.select_for_update(no_key=True).filter(pk=project.pk).first()
    if held is None:
        raise Http404  # somebody deleted it since the door was passed
    # The caller's object was read before the lock, and others may have changed the project since.
    for name in ("name", "language", "currency", "iteration", "owner_id", "owner_name"):
        setattr(project, name, getattr(held, name))
    project._state.fields_cache.pop("summary", None)
    return project


def touch(*, project: Project) -> None:
    """Note that the project changed now."""
    Summary.objects.filter(project=project).update(updated_at=timezone.now())


def publish(*, project: Project, **columns: Any) -> None:
    """Write the summary columns that the caller owns, e.g. `publish(project=p, readiness_scope=60)`."""
    Summary.objects.filter(project=project).update(updated_at=timezone.now(), **columns)
    if "summary" in project._state.fields_cache:
        for name, value in columns.items():
            setattr(project.summary, name, value)


def record(*, project: Project, by: User | None, what: str, revision: Revision | None = None, **values: Any) -> Event:
    """Add to the list of what happened. `what` is `<app>.<verb>`; `values` are plain JSON."""
    return Event.objects.create(project=project, by=by, what=what, revision=revision, values=canonical(values))


@transaction.atomic
def set_fact(*, project: Project, key: str, value: Any, by: User) -> None:
    """Answer a fact, or forget it with `None`. Raises Refused for an unknown fact or an answer it does not have."""
    if value is not None:
        value = accept(catalog.facts(), key, value)
    hold(project)
    _store_fact(project, key, value, derived=False, by=by)
    record(project=project, by=by, what="projects.fact", key=key, value=value)
    touch(project=project)
    parts.follow(project)


def derive_fact(*, project: Project, key: str, value: Any) -> None:
    """Write a fact that a part has computed, inside that part's transaction; `None` takes it back.

    Where the fact is another one than before, the parts that read it follow.
    """
    before = Fact.objects.filter(project=project, key=key).values_list("value", flat=True).first()
    if value == before:
        return
    _store_fact(project, key, value, derived=True, by=None)
    parts.follow_fact(project, key)


def _store_fact(project: Project, key: str, value: Any, *, derived: bool, by: User | None) -> None:
    rows = Fact.objects.filter(project=project, key=key)
    if value is None:
        rows.delete()
        return
    values = {"value": value, "derived": derived, "by": by}
    if not rows.update(**values, at=timezone.now(), version=F("version") + 1):
        # Not `create`: a caller without the lock may meet somebody else's first answer here.
        Fact.objects.update_or_create(project=project, key=key, defaults=values)


@transaction.atomic
def create(
    *,
    workspace: Workspace,
    name: str,
    by: User | None,
    language: str | None = None,
    currency: str | None = None,
    slug: str | None = None,
    is_example: bool = False,
    owner: User | None = None,
    tags: Iterable[str] = (),
) -> Project:
    """A new, empty project. Raises Refused for a name that says nothing (`project_name_empty`), and as `own` and `tag`
    do."""
    name = re.sub(r"\s+", " ", clean(name, limit=200)).strip()
    if not name:
        raise Refused("project_name_empty", path="name")
    project = Project(
        workspace=workspace,
        name=name,
        language=language or workspace.language,
        currency=currency or workspace.currency,
        created_by=by,
        is_example=is_example,
    )
    wanted = slug or slugify(name)[:60].strip("-") or "project"
    for candidate in _slugs(wanted):
        if candidate in RESERVED_SLUGS or Project.objects.filter(slug=candidate).exists():
            continue
        project.slug = candidate
        try:
            with transaction.atomic():
                project.save()
        except IntegrityError:
            continue
        break
    Summary.objects.create(project=project, currency=project.currency)
    record(project=project, by=by, what="projects.created", name=name)
    if owner is not None:
        own(project=project, owner=owner, by=by)
    tag(project=project, tags=tags, by=by)
    return project


def _slugs(wanted: str) -> "list[str]":
    return [
        wanted,
        *(f"{wanted}-{number}" for number in range(2, 20)),
        *(f"{wanted}-{secrets.token_hex(4)}" for _ in range(20)),
    ]


@transaction.atomic
def edit(
    *,
    project: Project,
    by: User,
    name: str,
    language: str,
    currency: str,
    owner: User | None = None,
    keep_owner: bool = True,
    tags: Iterable[str] | None = None,
) -> None:
    """Change the project's head; what stands already is no change. Without `tags`, those of the project stay.

    Raises Refused for an empty name, and as `own` and `tag` do; then nothing is changed.
    """
    name = re.sub(r"\s+", " ", clean(name, limit=200)).strip()
    if not name:
        raise Refused("project_name_empty", path="name")
    hold(project)
    recounted = project.currency != currency
    if (project.name, project.language, project.currency) != (name, language, currency):
        project.name, project.language, project.currency = name, language, currency
        project.save(update_fields=["name", "language", "currency"])
        record(project=project, by=by, what="projects.edited", name=name)
        touch(project=project)
    if not keep_owner:
        own(project=project, owner=owner, by=by)
    if tags is not None:
        tag(project=project, tags=tags, by=by)
    if recounted:
        publish(project=project, currency=currency)
        parts.follow(project)


@transaction.atomic
def own(*, project: Project, owner: User | None, by: User | None) -> None:
    """Say who answers for the project, or nobody. Nothing happens where it stands like this.

    Raises Refused `owner_not_member` for somebody who is not a member of the workspace; the owner that it has may stay.
    """
    hold(project)
    name = selectors.owner_name(owner) if owner else ""
    if owner is not None and project.owner_id == owner.pk:
        return
    if owner is None and not project.owner_name:
        return
    if owner is not None and not Membership.objects.filter(workspace=project.workspace_id, user=owner).exists():
        raise Refused("owner_not_member", "owner", name=name)
    project.owner, project.owner_name = owner, name
    project.save(update_fields=["owner", "owner_name"])
    record(project=project, by=by, what="projects.owned" if owner else "projects.disowned", owner=name)
    touch(project=project)


@transaction.atomic
def tag(*, project: Project, tags: Iterable[str], by: User | None) -> None:
    """Put just these tags on the project. Nothing happens where it has them. Raises Refused as `domain.tags` does."""
    wanted = accept_tags(tags)
    hold(project)
    if write_tags(project, wanted):
        what = "projects.tagged" if wanted else "projects.untagged"
        record(project=project, by=by, what=what, tags=", ".join(wanted))
        touch(project=project)


def write_tags(project: Project, wanted: Iterable[str]) -> bool:
    """Store accepted tags in place of those that are there, inside the caller's transaction; whether any differs."""
    names = {fold(name): name for name in wanted}
    rows = {row.folded: row for row in Tag.objects.filter(project=project)}
    if {key: row.name for key, row in rows.items()} == names:
        return False
    Tag.objects.filter(pk__in=[row.pk for key, row in rows.items() if names.get(key) != row.name]).delete()
    Tag.objects.bulk_create(
        Tag(project=project, workspace_id=project.workspace_id, name=name, folded=key)
        for key, name in names.items()
        if key not in rows or rows[key].name != name
    )
    return True


@transaction.atomic
def adopt(*, project: Project, by: User) -> None:
    """Say that an example has become the team's own project: the badge goes. Nothing happens where it is one."""
    # Compared inside the statement: of two people who say it at once, one is recorded.
    if not Project.objects.filter(pk=project.pk, is_example=True).update(is_example=False):
        return
    project.is_example = False
    record(project=project, by=by, what="projects.adopted")
    touch(project=project)


@transaction.atomic
def delete(*, project: Project, by: User) -> None:
    """Delete the project and all that it says, for good. The log keeps who did it; nothing else could."""
    # The strongest lock, as the row itself goes. One that somebody else deleted meanwhile is gone all the same.
    if Project.objects.select_for_update().filter(pk=project.pk).first() is None:
        return
    slug = project.slug
    project.delete()
    logger.info("project %s deleted by user %s", slug, by.pk)


@transaction.atomic
def revise(*, project: Project, by: User | None, reason: str = Revision.Reason.DEMAND) -> Revision:
    """Keep all that the project says now. The same content as the last revision gives that revision again."""
    hold(project)
    snapshot = selectors.snapshot(project)
    found = digest(snapshot["content"])
    last = Revision.objects.filter(project=project).order_by("-number").first()
    text = canonical_json(snapshot)
    if last is not None and last.digest == found and last.snapshot == text:
        return last
    number = (Revision.objects.filter(project=project).aggregate(Max("number"))["number__max"] or 0) + 1
    revision = Revision.objects.create(
        project=project, number=number, reason=reason, snapshot=text, digest=found, by=by
    )
    record(project=project, by=by, what="projects.revised", revision=revision, number=number, reason=reason)
    return revision


@transaction.atomic
def close_iteration(*, project: Project, number: int, learned: str, by: User) -> Iteration:
    """Keep the project as it stands as the end of iteration `number`, and begin the next one from it.

    Texts and agreements go on: an agreement says that a text is agreed as it stands, and it still stands. The first
    edit of a block makes it a draft again.

    Raises Refused `iteration_closed` where somebody closed it already, `iteration_last` at the largest number that a
    project file can hold, and what `clean` refuses for what was learned.
    """
    learned = clean(learned).strip()
    hold(project)
    if number != project.iteration:
        raise Refused("iteration_closed", "number", number=number)
    if number >= LAST_ITERATION:
        raise Refused("iteration_last", "number", number=number)
    revision = revise(project=project, by=by, reason=Revision.Reason.ITERATION)
    closed = Iteration.objects.create(project=project, number=number, revision=revision, learned=learned, by=by)
    project.iteration = number + 1
    project.save(update_fields=["iteration"])
    record(project=project, by=by, what="projects.iteration_closed", revision=revision, number=number)
    touch(project=project)
    return closed


@transaction.atomic
def fill(
    *, project: Project, content: dict[str, Any], by: User | None, what: str = "projects.imported", **values: Any
) -> None:
    """Replace all that `project` says with `content`, which its schema has already accepted.

    `what` is the event that says where the content is from, with its `values`.
    """
    hold(project)
    parts.write(project, content, by)
    project.refresh_from_db()
    record(project=project, by=by, what=what, **values)
