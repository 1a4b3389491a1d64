"""Every write to comments.

Who may call what is decided by `access`; these rules hold whoever calls. Each action holds the project, so of two at
once the second sees what the first has done.
"""

from collections.abc import Collection
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils import timezone

from mlcanvas.accounts.models import User
from mlcanvas.domain.mentions import refer
from mlcanvas.domain.quotes import holds
from mlcanvas.domain.refusal import Refused
from mlcanvas.domain.writing import clean
from mlcanvas.projects import actions as projects
from mlcanvas.projects import targets
from mlcanvas.projects.comments import selectors
from mlcanvas.projects.models import Comment, Mention, Passage, Project

LIMIT = 5_000
QUOTE_LIMIT = 500


@transaction.atomic
def add(*, project: Project, target: str, text: str, by: User, quote: str = "", once: str = "") -> Comment:
    """Begin a thread on `target`, about the words `quote` of its text where some are given.

    `once` names the form that was sent: the same words sent twice from it are stored once, and the first comment is
    given back. Raises Refused for an empty or too long text, a name that several people have, words that are not in the
    text of the target (`quote_elsewhere`), and a target that the project does not hold (`target_gone`).
    """
    projects.hold(project)
    found = targets.find(project, [target]).get(target)
    if found is None or not found.here:
        raise Refused("target_gone")
    quote = " ".join(clean(quote, limit=QUOTE_LIMIT).split())
    if quote and not holds(_text_of(project, target), quote):
        raise Refused("quote_elsewhere", path="quote")
    return _say(Comment(project=project, target=target, quote=quote), text=text, by=by, once=once)


@transaction.atomic
def answer(*, thread: Comment, text: str, by: User, once: str = "") -> Comment:
    """Answer in a thread; one that was resolved is open again, so that nobody answers unheard.

    Raises Refused as `add` does, and `comment_gone` when the thread was deleted meanwhile.
    """
    projects.hold(thread.project)
    root = _fresh(thread)
    said = _say(Comment(project=root.project, target=root.target, root=root), text=text, by=by, once=once)
    if root.resolved_at is not None:
        _reopen(root, by)
    return said


def _say(comment: Comment, *, text: str, by: User, once: str) -> Comment:
    stored, named = _checked(comment, text)
    if once:
        # With the words, so that a form which is sent again with other words is not taken for a repetition.
        sent = "\x00".join((once, comment.target, str(comment.root_id or ""), comment.quote, stored))
        comment.once = sha256(sent.encode()).hexdigest()
        before = Comment.objects.filter(project=comment.project, by=by, once=comment.once).first()
        if before is not None:
            return before
    comment.text, comment.by = stored, by
    comment.save()
    _name(comment, named, by)
    _record(comment, "answered" if comment.root_id else "added", by)
    return comment


@transaction.atomic
def edit(*, comment: Comment, text: str, base: int, by: User) -> None:
    """Change an own comment, written on top of its version `base`.

    Raises Refused as `add` does, `comment_not_own`, `comment_gone`, and `comment_changed` when its author changed it
    meanwhile in another window.
    """
    projects.hold(comment.project)
    row = _fresh(comment)
    if row.by_id != by.pk:
        raise Refused("comment_not_own")
    if row.deleted_at is not None:
        raise Refused("comment_gone")
    stored, named = _checked(row, text)
    if stored == row.text:
        return
    if row.version != base:
        raise Refused("comment_changed")
    row.text, row.version, row.edited_at = stored, row.version + 1, timezone.now()
    row.save(update_fields=["text", "version", "edited_at"])
    _name(row, named, by)
    _record(row, "edited", by)


@transaction.atomic
def delete(*, comment: Comment, by: User) -> None:
    """Delete a comment: its words go for good, its place stays where answers follow. A deleted one stays as it is."""
    projects.hold(comment.project)
    row = Comment.objects.select_related("by").filter(pk=comment.pk).first()
    if row is None or row.deleted_at is not None:
        return
    if row.by_id == by.pk:
        _record(row, "deleted", by)
    else:
        _record(row, "removed", by, author=str(row.by or "–"))
    row.text, row.deleted_at = "", timezone.now()
    row.save(update_fields=["text", "deleted_at"])
    Mention.objects.filter(comment=row).delete()
    # A place that no answer follows is kept for nothing.
    for last in reversed(selectors.thread(row)):
        if last.deleted_at is None:
            break
        last.delete()


@transaction.atomic
def resolve(*, thread: Comment, read: int, by: User) -> None:
    """Say that a thread is done; `read` is the key of the last comment in it that the person had before them.

    Raises Refused `thread_answered` when somebody wrote after that, `thread_gone` when it was deleted.
    """
    projects.hold(thread.project)
    root = _fresh(thread, "thread_gone")
    if root.resolved_at is not None:
        return
    if selectors.thread(root)[-1].pk > read:
        raise Refused("thread_answered")
    root.resolved_at, root.resolved_by = timezone.now(), by
    root.save(update_fields=["resolved_at", "resolved_by"])
    _record(root, "resolved", by)


@transaction.atomic
def reopen(*, thread: Comment, by: User) -> None:
    """Open a thread again that was resolved. Nothing happens to an open one. Raises Refused `thread_gone`."""
    projects.hold(thread.project)
    root = _fresh(thread, "thread_gone")
    if root.resolved_at is not None:
        _reopen(root, by)


def _reopen(root: Comment, by: User) -> None:
    root.resolved_at = root.resolved_by = None
    root.save(update_fields=["resolved_at", "resolved_by"])
    _record(root, "reopened", by)


def see(*, mentions: Collection[int], by: User) -> None:
    """Note that the person has opened the threads in which these mentions of them are."""
    if mentions:
        Mention.objects.filter(pk__in=mentions, user=by, seen_at=None).update(seen_at=timezone.now())


def _fresh(comment: Comment, gone: str = "comment_gone") -> Comment:
    """The comment as it stands now that the project is held. Raises Refused `gone` for a deleted one."""
    row = Comment.objects.filter(pk=comment.pk).first()
    if row is None:
        raise Refused(gone)
    row.project = comment.project
    return row


def _checked(comment: Comment, text: str) -> tuple[str, tuple[int, ...]]:
    """The text as it is stored, and who is named in it."""
    text = clean(text, limit=LIMIT).strip()
    if not text:
        raise Refused("comment_empty", path="text")
    people = {person.key: person for person in selectors.people(comment.project)}
    if comment.pk:
        # Who is named already stays named, even after they have left.
        people |= {person.key: person for person in selectors.named(comment)}
    return refer(text, people.values())


def _name(comment: Comment, named: Collection[int], by: User) -> None:
    """Bring the mentions in line with the text; who was named before keeps having seen it."""
    Mention.objects.filter(comment=comment).exclude(user__in=named).delete()
    before = set(Mention.objects.filter(comment=comment).values_list("user", flat=True))
    now = timezone.now()
    Mention.objects.bulk_create(
        Mention(comment=comment, user_id=key, seen_at=now if key == by.pk else None)
        for key in named
        if key not in before
    )


def _text_of(project: Project, target: str) -> str:
    return Passage.objects.filter(project=project, key=target).values_list("text", flat=True).first() or ""


def _record(comment: Comment, verb: str, by: User, **values: str) -> None:
    found = targets.find(comment.project, [comment.target]).get(comment.target)
    # The name that it has today, in both languages: it may be gone when the event is read.
    label = {"en": found.label.en, "pt_BR": found.label.pt_BR} if found else dict.fromkeys(("en", "pt_BR"), "–")
    what: dict[str, Any] = {"on": comment.target, "label": label, **values}
    projects.record(project=comment.project, by=by, what=f"comments.{verb}", **what)
