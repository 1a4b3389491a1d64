"""What was written on a canvas, by whom and when; states of the past, compared and brought back."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from mlcanvas.canvas import actions, history
from mlcanvas.canvas.actions import Past
from mlcanvas.canvas.selectors import Filled, FilledCanvas
from mlcanvas.canvas.views.boxes import block_or_404, canvas_or_404
from mlcanvas.domain.difference import Difference, difference
from mlcanvas.domain.history import Edit, sittings
from mlcanvas.domain.refusal import Refused
from mlcanvas.projects import access, saving
from mlcanvas.projects import selectors as projects
from mlcanvas.projects.actions import Clash
from mlcanvas.projects.models import Project
from mlcanvas.web.http import Request
from mlcanvas.web.pages import show, wants_fragment
from mlcanvas.web.sentences import say

PAGE_SIZE = 10


# ---- one block ------------------------------------------------------------------------------------------------------


@require_safe
def block_history(request: Request, slug: str, template: str, key: str) -> HttpResponse:
    """One block: its sittings, who wrote what (`?view=authors`), or two versions (`?from=&to=`)."""
    return _block(request, access.visible(request, slug), template, key)


def _block(
    request: Request, project: Project, template: str, key: str, *, status: int = 200, **said: Any
) -> HttpResponse:
    canvas = canvas_or_404(project, template)
    filled = block_or_404(canvas, key)
    edits = history.edits(project, canvas.template, key)
    context = {"canvas": canvas, "subject": filled.block, "version": edits[-1].version if edits else 0, **said}
    if request.method == "GET" and ("from" in request.GET or "to" in request.GET):
        try:
            context |= {"view": "compare", "wanted": _wanted(request, edits)}
            context["difference"] = _compared(edits, context["wanted"])
        except Refused as refused:
            context["sentence"], status = say(refused), 422
    elif request.GET.get("view") == "authors":
        context |= {"view": "authors", "owned": history.authors(edits)}
    else:
        page = Paginator(sittings(edits), PAGE_SIZE).get_page(request.GET.get("page"))
        context |= {"view": "sittings", "page": page, "told": history.tell(canvas.template, edits, page)}
    return show(request, "canvas/block_history.html", context, fragment="block_history", status=status)


def _wanted(request: Request, edits: list[Edit]) -> dict[str, str]:
    """The two versions as the address has them: the empty block and what stands where it does not say."""
    last = edits[-1].version if edits else 0
    return {"from": request.GET.get("from") or "0", "to": request.GET.get("to") or str(last)}


def _compared(edits: list[Edit], wanted: dict[str, str]) -> Difference:
    """Two versions of a block. Raises Refused `version_unknown`."""
    texts: list[str] = []
    for raw in (wanted["from"], wanted["to"]):
        number = int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 10 else -1
        text = history.text_at(edits, number)
        if text is None:
            raise Refused("version_unknown", least=0, most=edits[-1].version if edits else 0)
        texts.append(text)
    return difference(*texts)


@require_POST
def block_restore(request: Request, slug: str, template: str, key: str) -> HttpResponse:
    """Make an earlier version the text of the block again, as a new edit."""
    project = access.editable(request, slug)
    filled = block_or_404(canvas_or_404(project, template), key)
    try:
        version = saving.version(request.POST, "version")
        base = saving.version(request.POST, "base")
        if base > (filled.passage.version if filled.passage else 0):
            raise Refused("base_unknown")
        outcome = actions.restore_block(
            project=project, template=template, block=key, version=version, base=base, by=request.user
        )
    except Refused as refused:
        return _block(request, project, template, key, status=422, sentence=say(refused))
    if isinstance(outcome, Clash):
        clash = {"outcome": outcome, "wanted": version, "difference": difference(outcome.text, outcome.mine)}
        return _block(request, project, template, key, status=409, clash=clash)
    if not wants_fragment(request):
        messages.success(request, _("Version %(number)s is the text of the block again.") % {"number": version})
        return redirect("canvas:block_history", slug, template, key)
    response = _block(request, project, template, key, restored=version)
    # For the page around the panel: the block shows another text now.
    response.headers["HX-Trigger"] = json.dumps({"block-restored": {"block": key, "version": outcome.version}})
    return response


# ---- the whole canvas -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Moment:
    """A state of the past that was asked for: after an edit, on a day, or in a revision."""

    state: dict[str, Past]
    field: str
    value: int
    at: datetime
    day: date | None = None


@require_safe
def canvas_history(request: Request, slug: str, template: str) -> HttpResponse:
    """The canvas: its sittings, or how it stood (`?at=` an edit, `?on=` a day, `?revision=`) beside now."""
    project = access.visible(request, slug)
    return _canvas(request, project, canvas_or_404(project, template), request.GET.dict())


def _canvas(
    request: Request, project: Project, canvas: FilledCanvas, wanted: dict[str, str], *, status: int = 200, **said: Any
) -> HttpResponse:
    edits = history.edits(project, canvas.template)
    context: dict[str, Any] = {"canvas": canvas, "revisions": projects.revisions(project), "wanted": wanted, **said}
    moment: Moment | None = None
    try:
        moment = _moment(project, canvas, edits, wanted)
    except Refused as refused:
        context["sentence"], status = say(refused), 422
    if moment is None:
        page = Paginator(sittings(edits), PAGE_SIZE).get_page(wanted.get("page"))
        context |= {"page": page, "told": history.tell(canvas.template, edits, page)}
    else:
        blocks = history.beside(canvas.template, moment.state, history.now(canvas))
        context |= {
            "moment": moment,
            "changed": [row for row in blocks if row.difference.changed],
            "same": [row.block for row in blocks if not row.difference.changed],
        }
    return show(request, "canvas/canvas_history.html", context, fragment="canvas_history", status=status)


def _moment(project: Project, canvas: FilledCanvas, edits: list[Edit], wanted: dict[str, str]) -> Moment | None:
    """The state that `wanted` names, None where it names none. Raises Refused `moment_unknown`."""
    if wanted.get("revision"):
        revision = projects.revision(project, _number(wanted["revision"]))
        if revision is None:
            raise Refused("moment_unknown")
        state = history.state_in(projects.revision_snapshot(revision)["content"], canvas.template)
        if state is None:
            raise Refused("moment_unknown")
        return Moment(history.traced(state, edits, revision.at), "revision", revision.number, revision.at)
    if wanted.get("on"):
        try:
            day = date.fromisoformat(wanted["on"])
            order = history.end_of(edits, day)
        except (ValueError, OverflowError):
            raise Refused("moment_unknown") from None
        found = next((edit for edit in edits if edit.order == order), None)
    elif wanted.get("at"):
        day, order = None, _number(wanted["at"])
        found = next((edit for edit in edits if edit.order == order), None)
    else:
        return None
    if found is None:
        raise Refused("moment_unknown")
    return Moment(history.state_at(edits, found.order), "at", found.order, found.at, day)


def _number(raw: str) -> int:
    """A number from an address. Raises Refused `moment_unknown`."""
    if not raw.isascii() or not raw.isdigit() or len(raw) > 18:
        raise Refused("moment_unknown")
    return int(raw)


@require_POST
def canvas_restore(request: Request, slug: str, template: str) -> HttpResponse:
    """Make every block what it was at a moment, as new edits: all of them or none."""
    project = access.editable(request, slug)
    canvas = canvas_or_404(project, template)
    posted = {name: request.POST.get(name, "") for name in ("at", "revision")}
    edits = history.edits(project, canvas.template)
    try:
        moment = _moment(project, canvas, edits, posted)
        if moment is None:
            raise Refused("moment_unknown")
        bases = {row.block.key: _base(request, row) for row in canvas.blocks}
    except Refused as refused:
        return _canvas(request, project, canvas, {}, status=422, sentence=say(refused))
    state = {row.block.key: moment.state.get(row.block.key, Past("")) for row in canvas.blocks}
    try:
        changed = actions.restore(project=project, template=template, state=state, bases=bases, by=request.user)
    except Refused as refused:
        canvas = canvas_or_404(project, template)
        return _canvas(request, project, canvas, posted, status=409, sentence=say(refused))
    sentence = ngettext(
        "%(number)d block is what it was. What stood there is in the history.",
        "%(number)d blocks are what they were. What stood there is in the history.",
        len(changed),
    ) % {"number": len(changed)}
    if wants_fragment(request):
        response = _canvas(request, project, canvas_or_404(project, template), {}, done=sentence)
        response.headers["HX-Trigger"] = json.dumps({"canvas-restored": {"blocks": changed}})
        return response
    messages.success(request, sentence)
    return redirect("canvas:canvas_history", slug, template)


def _base(request: Request, row: Filled) -> int:
    """The version of a block that the page showed. Raises Refused `base_unknown`."""
    base = saving.version(request.POST, f"base-{row.block.key}")
    if base > (row.passage.version if row.passage else 0):
        raise Refused("base_unknown")
    return base


@require_safe
def history_here(request: Request, slug: str) -> HttpResponse:
    """To the history of the primary canvas, for pages that know no templates."""
    canvas = canvas_or_404(access.visible(request, slug))
    return redirect("canvas:canvas_history", slug, canvas.template.key)


# ---- iterations -----------------------------------------------------------------------------------------------------


@require_safe
def compare_here(request: Request, slug: str) -> HttpResponse:
    """To the comparison of the primary canvas, for pages that know no templates."""
    canvas = canvas_or_404(access.visible(request, slug))
    response = redirect("canvas:canvas_compare", slug, canvas.template.key)
    query = request.GET.urlencode()
    response.headers["Location"] += f"?{query}" if query else ""
    return response


@require_safe
def canvas_compare(request: Request, slug: str, template: str) -> HttpResponse:
    """The canvas at the end of one iteration beside that of another, or beside now."""
    project = access.visible(request, slug)
    canvas = canvas_or_404(project, template)
    closed = projects.iterations(project)
    newest = str(closed[0].number) if closed else str(project.iteration)
    wanted = {"from": request.GET.get("from") or newest, "to": request.GET.get("to") or str(project.iteration)}
    context: dict[str, Any] = {"canvas": canvas, "iterations": closed}
    status = 200
    try:
        sides = {name: _iteration(project, canvas, raw) for name, raw in wanted.items()}
        context |= {
            "blocks": history.beside(canvas.template, sides["from"].state, sides["to"].state),
            "left": sides["from"].title,
            "right": sides["to"].title,
        }
        chosen = {name: side.number or "now" for name, side in sides.items()}
    except Refused as refused:
        context["sentence"], status = say(refused), 422
        chosen = {"from": closed[0].number if closed else "now", "to": "now"}
    context["choices"] = [("from", _("From"), chosen["from"]), ("to", _("To"), chosen["to"])]
    return show(request, "canvas/compare.html", context, fragment="compare", status=status)


@dataclass(frozen=True, slots=True)
class Side:
    """The blocks at the end of an iteration; of the open one, without a number, as they stand."""

    title: str
    state: dict[str, Past]
    number: int | None = None


def _iteration(project: Project, canvas: FilledCanvas, raw: str) -> Side:
    """One side of the comparison. Raises Refused `iteration_unknown`."""
    if raw in ("now", str(project.iteration)):
        return Side(_("Iteration %(number)d, now") % {"number": project.iteration}, history.now(canvas))
    known = raw.isascii() and raw.isdigit() and len(raw) < 10
    found = projects.iteration(project, int(raw)) if known else None
    if found is None:
        raise Refused("iteration_unknown")
    # A canvas that was not filled yet was empty.
    state = history.state_in(projects.revision_snapshot(found.revision)["content"], canvas.template) or {}
    return Side(_("Iteration %(number)d, at its end") % {"number": found.number}, state, found.number)
