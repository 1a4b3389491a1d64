from typing import Any

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from mlcanvas.costs import selectors as costs
from mlcanvas.costs.history import selectors, showing
from mlcanvas.projects import access
from mlcanvas.projects.models import Project
from mlcanvas.web.http import Request
from mlcanvas.web.pages import show


@require_safe
def history(request: Request, slug: str) -> HttpResponse:
    """How the range narrowed, and what changed from one estimate to the next, or between any two."""
    return _history(request, access.visible(request, slug))


@require_safe
def history_check(request: Request, slug: str, number: int) -> HttpResponse:
    """Make one estimate again and say whether it is the same to the cent."""
    project = access.visible(request, slug)
    found = selectors.one(project, number)
    if found is None:
        raise Http404
    checked = {"checked": selectors.check(found), "checked_number": number, "found": found}
    return _history(request, project, fragment="check", **checked)


def _history(request: Request, project: Project, *, fragment: str = "", **more: Any) -> HttpResponse:
    daily = request.GET.get("each") == "day"
    found, others = selectors.recorded(project, before=_number(request, "before"), daily=daily)
    shown = showing.rows(found)
    cost = costs.cost(project)
    context = {
        "rows": shown,
        "picture": showing.drawn(shown),
        "others": found[selectors.SHOWN - 1].number if others else None,
        "daily": daily,
        "two": _two(request, project),
        "record": cost.record,
        "since": showing.changes(selectors.moved_since(cost), project.currency),
        **more,
    }
    return show(request, "costs/history/history.html", context, fragment=fragment)


def _two(request: Request, project: Project) -> dict[str, Any] | None:
    """The two estimates that the address names, the older one first, and what changed between them."""
    wanted = [_number(request, name) for name in ("from", "to")]
    pair = [selectors.one(project, number) for number in sorted(number for number in wanted if number is not None)]
    if len(pair) < 2 or pair[0] is None or pair[1] is None:
        return None
    before, after = pair[0], pair[1]
    moved = selectors.moved(before, after)
    changes = None if moved is None else showing.changes(moved, str(after.result["currency"]))
    return {"before": before, "after": after, "changes": changes}


def _number(request: Request, name: str) -> int | None:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
