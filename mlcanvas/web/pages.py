"""A page or a fragment of it: decided here, once."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.cache import patch_vary_headers

ANSWERS_CHANGED = "answers-changed"
"""The event by which a fragment tells the rest of its page that an answer is another one now (`HX-Trigger`)."""


def wants_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of the page: not for a boosted link, and not for the Back button."""
    htmx = getattr(request, "htmx", None)
    return htmx is not None and bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def show(
    request: HttpRequest, template: str, context: dict[str, Any], *, fragment: str = "", status: int = 200
) -> HttpResponse:
    """The page `template`, or only its named partial `fragment` when htmx asks for it."""
    name = f"{template}#{fragment}" if fragment and wants_fragment(request) else template
    response = TemplateResponse(request, name, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response
