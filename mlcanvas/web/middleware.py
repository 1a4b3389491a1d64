"""What holds for every answer."""

import logging
from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.db import InterfaceError, OperationalError, connections
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers, patch_vary_headers
from django.utils.translation import gettext as _

GetResponse = Callable[[HttpRequest], HttpResponse]
logger = logging.getLogger(__name__)


def steady(get_response: GetResponse) -> GetResponse:
    """Never a traceback for a database that is away or busy: 503 and when to try again.

    Pages of a person are never stored by a browser or a proxy.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
            response.headers["Cache-Control"] = "no-store"
        return response

    def process_exception(request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, (OperationalError, InterfaceError)):
            return None
        logger.exception("the database did not answer", exc_info=exception)
        for connection in connections.all(initialized_only=True):
            connection.close_if_unusable_or_obsolete()
        response = render(request, "errors/busy.html", status=503)
        response.headers["Retry-After"] = "5"
        return response

    middleware.process_exception = process_exception  # type: ignore[attr-defined]
    return middleware


def redirects_for_fragments(get_response: GetResponse) -> GetResponse:
    """A redirect never lands inside a fragment.

    A browser would follow it and htmx would put a whole page into a table cell. A save whose session has ended is
    answered 401, so that the text stays in its field; everything else moves the whole page.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.headers.get("HX-Request") != "true" or response.status_code not in (301, 302, 303, 307):
            return response
        target = response.headers["Location"]
        to_sign_in = urlsplit(target).path == _sign_in_path()
        if to_sign_in and request.method == "POST":
            refused = HttpResponse(_("You are signed out. Sign in again; your text is kept here."), status=401)
        elif request.headers.get("HX-Boosted") == "true":
            return response
        else:
            refused = HttpResponse(status=204, headers={"HX-Redirect": target})
        refused.cookies = response.cookies
        patch_vary_headers(refused, ["HX-Request"])
        return refused

    return middleware


def _sign_in_path() -> str:
    from django.shortcuts import resolve_url  # noqa: PLC0415

    return resolve_url(settings.LOGIN_URL)
