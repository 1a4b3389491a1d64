"""The HTTP shape of the save protocol, the same for every long text."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import render

from mlcanvas.domain.refusal import Refused
from mlcanvas.projects import actions
from mlcanvas.projects.models import Passage, Project
from mlcanvas.web.http import Request
from mlcanvas.web.pages import wants_fragment
from mlcanvas.web.sentences import say


@dataclass(frozen=True, slots=True)
class Field:
    """A long text as a page shows it: where it is saved, what it holds, and on top of which version it is written."""

    name: str
    address: str
    text: str = ""
    version: int = 0
    by: Any = None
    at: Any = None
    error: str = ""

    @property
    def id(self) -> str:
        """The id of its elements in the page."""
        return f"text-{self.name}"


def field(name: str, address: str, passage: Passage | None) -> Field:
    """The field for a passage, which may not exist yet."""
    if passage is None:
        return Field(name, address)
    return Field(name, address, passage.text, passage.version, passage.by, passage.at)


def answer(
    request: Request,
    project: Project,
    *,
    key: str,
    shown: Field,
    after: str,
    stored: Callable[[actions.Saved | actions.Merged], None],
) -> HttpResponse:
    """Store the posted `text` on top of the posted `base` and say what became of it.

    200 saved or merged · 409 both edits touch the same lines, both texts come back · 422 with a sentence, the text
    stays in its field. `after` is where a page without JavaScript goes on; `stored` is told what was stored, so that
    the part can tell the summary: in the same transaction, so that nobody finds the one without the other.
    """
    text = request.POST.get("text", "")
    try:
        with transaction.atomic():
            outcome = actions.save_text(
                project=project,
                key=key,
                text=text,
                base=version(request.POST, "base"),
                own="own" in request.POST,
                request=name(request.POST, "request"),
                by=request.user,
            )
            if not isinstance(outcome, actions.Clash):
                stored(outcome)
    except Refused as refused:
        return _refused(request, shown, text, say(refused), after)
    context = {"field": shown, "outcome": outcome, "merged": isinstance(outcome, actions.Merged), "after": after}
    if isinstance(outcome, actions.Clash):
        page = "projects/clash.html#clash" if wants_fragment(request) else "projects/clash.html"
        return render(request, page, context, status=409)
    if wants_fragment(request):
        return render(request, "projects/saved.html", context)
    return HttpResponse(status=303, headers={"Location": f"{after}#{shown.id}"})


def version(posted: QueryDict, name: str) -> int:
    """The version that a page names in the field `name`. Raises Refused `base_unknown` for what never was one."""
    raw = posted.get(name, "")
    if not raw.isascii() or not raw.isdigit() or len(raw) > 9:
        raise Refused("base_unknown")
    return int(raw)


def name(posted: QueryDict, field: str) -> str | None:
    """The browser's name for what it sends: 32 hexadecimal digits. Anything else names nothing, and is no reason to
    refuse a text."""
    raw = posted.get(field, "")
    return raw if re.fullmatch("[0-9a-f]{32}", raw) else None


def _refused(request: Request, shown: Field, text: str, sentence: str, after: str) -> HttpResponse:
    context = {"field": shown, "text": text, "sentence": sentence, "after": after}
    page = "projects/refused.html#refused" if wants_fragment(request) else "projects/refused.html"
    return render(request, page, context, status=422)
