"""All threads of a project, the threads on one target, and what people do in them."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from secrets import token_urlsafe
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mlcanvas.domain.refusal import Refused
from mlcanvas.projects import access, saving, targets
from mlcanvas.projects.comments import actions, export, selectors
from mlcanvas.projects.comments.forms import CommentForm
from mlcanvas.projects.comments.selectors import Show
from mlcanvas.projects.models import Comment, Project
from mlcanvas.web.http import Request
from mlcanvas.web.pages import show, wants_fragment
from mlcanvas.web.sentences import say

PAGE_SIZE = 25
SHOWN: dict[Show, Any] = {
    "all": gettext_lazy("All"),
    "open": gettext_lazy("Open"),
    "resolved": gettext_lazy("Resolved"),
    "mine": gettext_lazy("Mine"),
    "mentions": gettext_lazy("Mentions me"),
}
# Refusals that say that somebody was faster.
STALE = {"comment_gone", "comment_changed", "target_gone"}


@dataclass(frozen=True, slots=True)
class Draft:
    """A form as the page shows it: where it is sent, what is in it, and what is wrong with that."""

    id: str
    address: str
    text: str = ""
    quote: str = ""
    base: str = ""
    text_errors: tuple[str, ...] = ()
    quote_errors: tuple[str, ...] = ()
    once: str = field(default_factory=lambda: token_urlsafe(12))

    @property
    def wrong(self) -> bool:
        """Whether something has to be changed."""
        return bool(self.text_errors or self.quote_errors)


@require_safe
def threads(request: Request, slug: str) -> HttpResponse:
    """Every thread of the project: open ones first."""
    project = access.visible(request, slug)
    wanted = request.GET.get("show", "")
    asked: Show = next((shown for shown in SHOWN if shown == wanted), "all")
    rows = selectors.threads(project, asked, request.user)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "threads": selectors.listed(project, list(page.object_list), request.seat, request.user),
        "filters": [(key, label, key == asked) for key, label in SHOWN.items()],
        "asked": asked,
        "targets": targets.every(project) if request.seat.may_review else (),
    }
    return show(request, "comments/threads.html", context, fragment="threads")


@require_safe
def comments(request: Request, slug: str) -> HttpResponse:
    """The threads on one target. Who is named in one of them has seen that now."""
    project = access.visible(request, slug)
    opened = request.GET.get("thread", "")
    return _comments(
        request,
        project,
        _asked(request),
        opened=int(opened) if opened.isascii() and opened.isdigit() and len(opened) < 19 else 0,
    )


def _asked(request: Request) -> str:
    """The key of the target that the address names. Raises Http404 for what cannot be one."""
    key = request.GET.get("at", "")
    if not 0 < len(key) <= 120 or not key.isprintable():
        raise Http404
    return key


def _comments(
    request: Request,
    project: Project,
    key: str,
    *,
    opened: int = 0,
    draft: Draft | None = None,
    fresh: int = 0,
    sentence: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page of one target. `draft` is the form that was sent or opened, `fresh` the comment just written."""
    target = targets.find(project, [key]).get(key)
    found = selectors.discussion(project, key, request.seat, request.user, opened)
    if target is None and not (found.threads or found.resolved):
        raise Http404
    if request.method != "HEAD":
        actions.see(mentions=found.unseen, by=request.user)
    drafts = {draft.id: draft} if draft else {}
    context = {
        "key": key,
        "query": urlencode({"at": key}),
        "target": target,
        "threads": [
            (thread, drafts.get(f"answer-{thread.root.pk}") or _answer(project, thread.root.pk))
            for thread in found.threads
        ],
        "resolved": found.resolved,
        # For the badge of whoever shows this fragment beside the target.
        "open": str(sum(1 for thread in found.threads if thread.root.resolved_at is None)),
        "add": drafts.get("add") or _add(project, key, request.GET.get("quote", "")[: actions.QUOTE_LIMIT]),
        "editing": draft if draft and draft.id.startswith("edit-") else None,
        "fresh": str(fresh),
        "sentence": sentence,
    }
    return show(request, "comments/comments.html", context, fragment="comments", status=status)


def _add(project: Project, key: str, quote: str = "") -> Draft:
    address = reverse("comments:comment_add", args=[project.slug])
    return Draft("add", f"{address}?{urlencode({'at': key})}", quote=" ".join(quote.replace("\x00", "").split()))


def _answer(project: Project, thread: int) -> Draft:
    return Draft(f"answer-{thread}", reverse("comments:comment_answer", args=[project.slug, thread]))


def _edit(project: Project, comment: Comment) -> Draft:
    return Draft(
        f"edit-{comment.pk}",
        reverse("comments:comment_edit", args=[project.slug, comment.pk]),
        text=selectors.editable_text(comment, project),
        base=str(comment.version),
    )


@require_POST
def comment_add(request: Request, slug: str) -> HttpResponse:
    """Begin a thread on the target that the address names."""
    project = access.commentable(request, slug)
    key = _asked(request)

    def write(form: CommentForm) -> Comment:
        return actions.add(project=project, target=key, by=request.user, **form.cleaned_data)

    return _write(request, project, key, _add(project, key), write)


@require_POST
def comment_answer(request: Request, slug: str, key: int) -> HttpResponse:
    """Answer in a thread."""
    project = access.commentable(request, slug)
    thread = _thread(project, key)

    def write(form: CommentForm) -> Comment:
        words = form.cleaned_data
        return actions.answer(thread=thread, text=words["text"], once=words["once"], by=request.user)

    return _write(request, project, thread.target, _answer(project, key), write, opened=key)


@require_http_methods(["GET", "HEAD", "POST"])
def comment_edit(request: Request, slug: str, key: int) -> HttpResponse:
    """Change an own comment."""
    project = access.commentable(request, slug)
    found = _comment(project, key)
    if found.by_id != request.user.pk:
        raise PermissionDenied(_("Only the person who wrote a comment can change it."))
    opened = found.root_id or found.pk
    if request.method != "POST":
        return _comments(request, project, found.target, opened=opened, draft=_edit(project, found))

    def write(form: CommentForm) -> Comment:
        base = saving.version(request.POST, "base")
        actions.edit(comment=found, text=form.cleaned_data["text"], base=base, by=request.user)
        return found

    return _write(request, project, found.target, _edit(project, found), write, opened=opened)


def _write(
    request: Request,
    project: Project,
    key: str,
    draft: Draft,
    write: Callable[[CommentForm], Comment],
    opened: int = 0,
) -> HttpResponse:
    """Check what was sent and store it. What is refused comes back in its form, with the reason beside it."""
    form = CommentForm(request.POST)
    status = 422
    if form.is_valid():
        try:
            written = write(form)
        except Refused as refused:
            form.add_error("quote" if refused.path == "quote" else "text", say(refused))
            status = 409 if refused.code in STALE else 422
            if refused.code == "comment_gone":
                # Its own form is gone with it.
                draft = _add(project, key)
        else:
            return _after(request, project, written)
    sent = replace(
        draft,
        text=request.POST.get("text", ""),
        quote=request.POST.get("quote", ""),
        # `base` is the version that stands now: whoever sends again has read that it changed, and what it says.
        text_errors=(*_errors(form, "text"), *_errors(form, "once")),
        quote_errors=_errors(form, "quote"),
    )
    return _comments(request, project, key, opened=opened, draft=sent, status=status)


def _errors(form: CommentForm, name: str) -> tuple[str, ...]:
    return tuple(str(error) for error in form.errors.get(name, ()))


def _after(request: Request, project: Project, written: Comment) -> HttpResponse:
    if wants_fragment(request):
        opened = written.root_id or written.pk
        return _comments(request, project, written.target, opened=opened, fresh=written.pk)
    return redirect(_address(project, written))


def _address(project: Project, found: Comment) -> str:
    """Where a comment is read: on the page of its target, its thread open."""
    page = reverse("comments:comments", args=[project.slug])
    return f"{page}?{urlencode({'at': found.target, 'thread': found.root_id or found.pk})}#comment-{found.pk}"


@require_safe
def comment(request: Request, slug: str, key: int) -> HttpResponse:
    """To a comment, wherever it is."""
    project = access.visible(request, slug)
    return redirect(_address(project, _comment(project, key)))


@require_POST
def comment_delete(request: Request, slug: str, key: int) -> HttpResponse:
    """Delete an own comment; an owner of the workspace deletes any."""
    project = access.commentable(request, slug)
    found = _comment(project, key)
    if found.by_id != request.user.pk and not request.seat.may_own:
        raise PermissionDenied(_("Only the person who wrote a comment, or an owner of the workspace, can delete it."))
    actions.delete(comment=found, by=request.user)
    left = Comment.objects.filter(pk=found.root_id or found.pk).first()
    if wants_fragment(request):
        return _comments(request, project, found.target, opened=left.pk if left else 0, sentence=_("Deleted."))
    if left is not None:
        return redirect(_address(project, left))
    return redirect(f"{reverse('comments:comments', args=[slug])}?{urlencode({'at': found.target})}")


@require_POST
def thread_resolve(request: Request, slug: str, key: int) -> HttpResponse:
    """Say that a thread is done."""
    project = access.commentable(request, slug)
    thread = _thread(project, key)
    try:
        actions.resolve(thread=thread, read=_read(request), by=request.user)
    except Refused as refused:
        return _comments(request, project, thread.target, opened=key, sentence=say(refused), status=409)
    if wants_fragment(request):
        return _comments(request, project, thread.target, sentence=_("Resolved."))
    return redirect(f"{reverse('comments:comments', args=[slug])}?{urlencode({'at': thread.target})}")


def _read(request: Request) -> int:
    """The last comment that the person had before them; 0, which is before every comment, for what names none."""
    raw = request.POST.get("read", "")
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 19 else 0


@require_POST
def thread_reopen(request: Request, slug: str, key: int) -> HttpResponse:
    """Open a thread again."""
    project = access.commentable(request, slug)
    thread = _thread(project, key)
    try:
        actions.reopen(thread=thread, by=request.user)
    except Refused as refused:
        return _comments(request, project, thread.target, sentence=say(refused), status=409)
    return _after(request, project, thread)


@require_safe
def thread_markdown(request: Request, slug: str, key: int) -> HttpResponse:
    """A thread as Markdown, with names and times."""
    project = access.visible(request, slug)
    thread = selectors.whole(_thread(project, key), request.seat, request.user)
    address = request.build_absolute_uri(_address(project, thread.root))
    return HttpResponse(export.markdown(project, thread, address), content_type="text/plain; charset=utf-8")


@require_safe
def people(request: Request, slug: str) -> HttpResponse:
    """Who can be named after an @, as a list to choose from."""
    project = access.visible(request, slug)
    return show(request, "comments/people.html", {"people": selectors.offered(project)})


def _comment(project: Project, key: int) -> Comment:
    found = get_object_or_404(Comment, project=project, pk=key)
    found.project = project
    return found


def _thread(project: Project, key: int) -> Comment:
    found = _comment(project, key)
    if found.root_id is not None:
        raise Http404
    return found
