"""What others may ask about comments."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from typing import Any, Literal

from django.db.models import Count, Exists, ExpressionWrapper, OuterRef, Q, QuerySet, Subquery
from django.db.models.fields import BooleanField
from django.db.models.functions import Coalesce
from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from mlcanvas.accounts.models import User
from mlcanvas.domain.mentions import Person, handles, spell
from mlcanvas.domain.quotes import holds
from mlcanvas.projects import targets
from mlcanvas.projects.models import Comment, Mention, Passage, Project, Seat
from mlcanvas.projects.targets import Target
from mlcanvas.web.markdown import render_with_people
from mlcanvas.workspaces import selectors as workspaces

Show = Literal["all", "open", "resolved", "mine", "mentions"]
# Letters of a comment in a list of mentions.
EXCERPT = 140


@dataclass(frozen=True, slots=True)
class Said:
    """A comment as a reader sees it. `names` are the people in it by key."""

    row: Comment
    names: Mapping[int, str]
    reader: User
    may_edit: bool = False
    may_delete: bool = False

    @property
    def key(self) -> str:
        """Its number in ids and addresses, which no reader's language may group by thousands."""
        return str(self.row.pk)

    @property
    def html(self) -> SafeString:
        """What it says, with the names of now."""
        return render_with_people(self.row.text, self.names, missing=_missing(), reader=self.reader.pk or 0)

    @property
    def words(self) -> str:
        """What it says without any signs of Markdown, for a few lines in a list."""
        lines = (line.strip() for line in unescape(strip_tags(self.html)).splitlines())
        return "\n".join(line for line in lines if line)

    @property
    def plain(self) -> str:
        """The Markdown of it, with names."""
        return spell(self.row.text, self.names, _missing())


@dataclass(frozen=True, slots=True)
class Thread:
    """A first comment and its answers, the oldest first. `count` is how many answers there are, read or not."""

    first: Said
    answers: tuple[Said, ...] = ()
    count: int = 0
    target: Target | None = None
    # Whether the words that it speaks of are no longer in the text.
    quote_gone: bool = False
    active_at: datetime | None = None

    @property
    def root(self) -> Comment:
        """The row that the thread hangs on."""
        return self.first.row

    @property
    def last(self) -> str:
        """The key of the newest comment in it."""
        return (self.answers or (self.first,))[-1].key


@dataclass(frozen=True, slots=True)
class Discussion:
    """All threads on one target, the newest first: open ones whole, resolved ones only where they were opened.

    `unseen` are the mentions of the reader in what is shown that they had not seen before.
    """

    threads: tuple[Thread, ...]
    resolved: tuple[Thread, ...]
    unseen: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Mentioned:
    """The reader is named in a comment and has not opened its thread yet."""

    row: Comment
    excerpt: str


def open_threads(project: Project, prefix: str) -> dict[str, int]:
    """How many threads are open on each target under `prefix/`, in one query; a target without one is left out."""
    rows = Comment.objects.threads(project).filter(resolved_at=None, target__startswith=f"{prefix}/")
    return dict(rows.order_by().values("target").annotate(number=Count("pk")).values_list("target", "number"))


def people(project: Project) -> list[Person]:
    """Who can be named in a comment: the members of the workspace who have an account here, by name."""
    users = [member.user for member in workspaces.people(project.workspace) if member.user.is_active]
    return [_person(user) for user in sorted(users, key=lambda user: str(user).casefold())]


def offered(project: Project) -> list[tuple[Person, str]]:
    """The same people, each with what to type after the @."""
    found = people(project)
    typed = handles(found)
    return [(person, typed[person.key]) for person in found]


def named(comment: Comment) -> list[Person]:
    """Who is named in a comment now."""
    return [_person(row.user) for row in Mention.objects.filter(comment=comment).select_related("user")]


def _person(user: User) -> Person:
    return Person(user.pk, str(user), user.email)


def _missing() -> str:
    return _("somebody who left")


def thread(comment: Comment) -> list[Comment]:
    """All comments of the thread that `comment` is in, the oldest first."""
    key = comment.root_id or comment.pk
    return list(Comment.objects.filter(Q(pk=key) | Q(root=key)).select_related("by").order_by("pk"))


def whole(comment: Comment, reader: Seat, user: User) -> Thread:
    """The thread that `comment` is in."""
    first, *answers = thread(comment)
    names = _names(Mention.objects.filter(Q(comment=first) | Q(comment__root=first)))
    found = targets.find(first.project, [first.target]).get(first.target)
    said = tuple(_said(row, names, reader, user) for row in answers)
    return Thread(_said(first, names, reader, user), said, len(said), found)


def editable_text(comment: Comment, project: Project) -> str:
    """What a field shows of a comment that is changed: for each person in it, what one types to name them."""
    known = {person.key: person for person in (*people(project), *named(comment))}
    return spell(comment.text, handles(known.values()), _missing())


def discussion(project: Project, key: str, seat: Seat, user: User, opened: int = 0) -> Discussion:
    """The threads on the target `key`, in five queries; `opened` is the resolved thread that is shown whole."""
    roots = list(
        Comment.objects.threads(project).filter(target=key).select_related("by", "resolved_by").order_by("-pk")
    )
    if not roots:
        return Discussion((), (), ())
    shown = {root.pk for root in roots if root.resolved_at is None or root.pk == opened}
    rows = Comment.objects.filter(project=project, target=key, root__isnull=False)
    counts = dict(
        rows.filter(deleted_at=None).order_by().values("root").annotate(n=Count("pk")).values_list("root", "n")
    )
    answers: dict[int, list[Comment]] = defaultdict(list)
    wanted = rows.filter(Q(root__resolved_at=None) | Q(root=opened)).select_related("by").order_by("pk")
    for row in wanted:
        answers[row.root_id or 0].append(row)
    mentions = list(Mention.objects.filter(comment__project=project, comment__target=key).select_related("user"))
    names = {mention.user_id: str(mention.user) for mention in mentions}
    texts = _texts(project, roots)
    threads = [
        Thread(
            _said(root, names, seat, user),
            tuple(_said(row, names, seat, user) for row in answers[root.pk]),
            counts.get(root.pk, 0),
            quote_gone=_quote_gone(root, texts),
        )
        for root in roots
    ]
    keys = {said.row.pk for row in threads if row.root.pk in shown for said in (row.first, *row.answers)}
    return Discussion(
        tuple(row for row in threads if row.root.pk in shown),
        tuple(row for row in threads if row.root.pk not in shown),
        tuple(row.pk for row in mentions if row.user_id == user.pk and row.seen_at is None and row.comment_id in keys),
    )


def threads(project: Project, show: Show, user: User) -> QuerySet[Comment, Any]:
    """The threads of a project: open ones first, then where somebody spoke last; `show` says which."""
    rows = Comment.objects.threads(project).select_related("by", "resolved_by")
    answers = Comment.objects.filter(root=OuterRef("pk")).order_by()
    if show == "open":
        rows = rows.filter(resolved_at=None)
    elif show == "resolved":
        rows = rows.exclude(resolved_at=None)
    elif show == "mine":
        rows = rows.filter(Q(by=user, deleted_at=None) | Exists(answers.filter(by=user, deleted_at=None)))
    elif show == "mentions":
        naming = Mention.objects.filter(user=user)
        inside = Q(comment=OuterRef("pk")) | Q(comment__root=OuterRef("pk"))
        rows = rows.filter(Exists(naming.filter(inside)))
    last = answers.order_by("-pk").values("at")[:1]
    count = answers.filter(deleted_at=None).values("root").annotate(number=Count("pk")).values("number")
    return rows.annotate(
        done=ExpressionWrapper(Q(resolved_at__isnull=False), output_field=BooleanField()),
        active_at=Coalesce(Subquery(last), "at"),
        answers=Coalesce(Subquery(count), 0),
    ).order_by("done", "-active_at", "-pk")


def listed(project: Project, roots: Sequence[Comment], seat: Seat, user: User) -> list[Thread]:
    """The threads of a list with what they stand on, without their answers."""
    names = _names(Mention.objects.filter(comment__in=[root.pk for root in roots]))
    found = targets.find(project, {root.target for root in roots})
    texts = _texts(project, roots)
    return [
        Thread(
            _said(root, names, seat, user),
            count=getattr(root, "answers", 0),
            target=found.get(root.target),
            quote_gone=_quote_gone(root, texts),
            active_at=getattr(root, "active_at", None),
        )
        for root in roots
    ]


def unseen_mentions(user: User, limit: int = 20) -> list[Mentioned]:
    """Where this person is named in projects that they may still see, the newest first, with an excerpt."""
    visible = Project.objects.visible_to(user)
    rows = Comment.objects.filter(
        pk__in=Mention.objects.filter(user=user, seen_at=None).values("comment"), project__in=visible
    )
    found = list(rows.select_related("by", "project").order_by("-pk")[:limit])
    if not found:
        return []
    names = _names(Mention.objects.filter(comment__in=[row.pk for row in found]))
    return [Mentioned(row, Truncator(" ".join(Said(row, names, user).words.split())).chars(EXCERPT)) for row in found]


def _names(rows: QuerySet[Mention]) -> dict[int, str]:
    return {row.user_id: str(row.user) for row in rows.select_related("user")}


def _said(row: Comment, names: Mapping[int, str], seat: Seat, user: User) -> Said:
    there = row.deleted_at is None
    own = row.by_id == user.pk
    return Said(
        row,
        names,
        user,
        may_edit=there and own and seat.may_review,
        may_delete=there and (seat.may_own or (own and seat.may_review)),
    )


def _texts(project: Project, roots: Iterable[Comment]) -> dict[str, str]:
    """The texts from which somebody quoted."""
    keys = {root.target for root in roots if root.quote}
    return dict(Passage.objects.filter(project=project, key__in=keys).values_list("key", "text")) if keys else {}


def _quote_gone(root: Comment, texts: Mapping[str, str]) -> bool:
    return bool(root.quote) and not holds(texts.get(root.target, ""), root.quote)
