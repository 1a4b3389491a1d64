"""What holds for every answer."""

import logging
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.models import AnonymousUser
from django.db import InterfaceError, OperationalError, connections
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render, resolve_url
from django.urls import Resolver404, resolve
from django.utils.cache import add_never_cache_headers, patch_vary_headers
from django.utils.translation import gettext as _

from mlcanvas.typeset import Crowded

GetResponse = Callable[[HttpRequest], HttpResponse]
logger = logging.getLogger(__name__)


def steady(get_response: GetResponse) -> GetResponse:
    """Never a traceback for a database that is away or busy, or for too many documents: 503 and when to try again.

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

    def process_view(request: HttpRequest, view: Callable[..., HttpResponse], *_rest: Any) -> HttpResponse | None:
        # Sign-in is checked before the view, where no exception reaches `process_exception`. Asking here who this is
        # costs nothing: the answer is kept on the request. The first middleware is asked first.
        try:
            request.user.is_authenticated  # noqa: B018
        except (OperationalError, InterfaceError) as error:
            if getattr(view, "login_required", True):
                return _busy(request, error)
            # A public view needs nobody: the process is alive, whatever the database does.
            request.user = AnonymousUser()
        return None

    def process_exception(request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Crowded):
            logger.warning("too many documents at once: %s is asked to come again", request.path)
            return _later(request, "errors/crowded.html")
        return _busy(request, exception) if isinstance(exception, (OperationalError, InterfaceError)) else None

    middleware.process_view = process_view  # type: ignore[attr-defined]
    middleware.process_exception = process_exception  # type: ignore[attr-defined]
    return middleware


COMPRESSIBLE = ("text/", "application/json", "application/javascript", "image/svg+xml")


class Compression(GZipMiddleware):
    """Text is sent compressed, with random bytes against guesses by length (BREACH); fonts and PDFs are small already.

    Stands before the static files: on a laptop they lie uncompressed where they are.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """The answer, compressed where that makes it smaller and the browser takes it."""
        if not response.headers.get("Content-Type", "").startswith(COMPRESSIBLE):
            return response
        compressed: HttpResponseBase = super().process_response(request, response)
        return compressed


def _busy(request: HttpRequest, exception: Exception) -> HttpResponse:
    logger.error("the database did not answer", exc_info=exception)
    for connection in connections.all(initialized_only=True):
        connection.close_if_unusable_or_obsolete()
    return _later(request, "errors/busy.html")


def _later(request: HttpRequest, template: str) -> HttpResponse:
    response = render(request, template, status=503)
    response.headers["Retry-After"] = "5"
    return response


def redirects_for_fragments(get_response: GetResponse) -> GetResponse:
    """A redirect never lands inside a fragment, and a sign-in never ends at an address that only takes a POST.

    A browser would follow a redirect and htmx would put a whole page into a table cell. A save whose session has ended
    is answered 401, so that the text stays in its field; everything else moves the whole page.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code not in (301, 302, 303, 307):
            return response
        by_htmx = request.headers.get("HX-Request") == "true"
        boosted = by_htmx and request.headers.get("HX-Boosted") == "true"
        to_sign_in = urlsplit(response.headers["Location"]).path == resolve_url(settings.LOGIN_URL)
        if to_sign_in and (request.method not in ("GET", "HEAD") or (by_htmx and not boosted)):
            response.headers["Location"] = _back_to_the_page(request, response.headers["Location"])
        if not by_htmx:
            return response
        if to_sign_in and request.method == "POST":
            refused = HttpResponse(_("You are signed out. Sign in again; your text is kept here."), status=401)
        elif boosted:
            return response
        else:
            refused = HttpResponse(status=204, headers={"HX-Redirect": response.headers["Location"]})
        refused.cookies = response.cookies
        patch_vary_headers(refused, ["HX-Request"])
        return refused

    return middleware


KEPT_AS = re.compile(r"[0-9a-f]{32}")
"""The name under which a browser keeps what was typed in a form (static/js/drafts.js)."""
_STORED_AT_ONCE = 10


def says_what_is_stored(get_response: GetResponse) -> GetResponse:
    """A form of a whole page that was saved is told to the browser, which then forgets what it kept of it.

    The form says under which name it is kept. A save always leads to another page, a refusal never does, so the name
    of what was saved goes along in a cookie that scripts may read; the next page takes it out again.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.method != "POST" or response.status_code not in (302, 303):
            return response
        name = request.POST.get("kept_as", "")
        if KEPT_AS.fullmatch(name) and request.user.is_authenticated:
            before = filter(KEPT_AS.fullmatch, request.COOKIES.get("stored", "").split("."))
            names = [*before, name][-_STORED_AT_ONCE:]
            response.set_cookie("stored", ".".join(names), max_age=3600, samesite="Lax", secure=request.is_secure())
        return response

    return middleware


def _back_to_the_page(request: HttpRequest, sign_in: str) -> str:
    """The address of the sign-in page, with the page that was being looked at as what comes after.

    Where Django names the address of this very request, and somebody else named none.
    """
    parts = urlsplit(sign_in)
    query = dict(parse_qsl(parts.query))
    if query.get(REDIRECT_FIELD_NAME) != request.get_full_path():
        return sign_in
    try:
        page = urlsplit(request.headers.get("HX-Current-URL") or request.headers.get("Referer") or "")
        known = page.netloc == request.get_host() and bool(resolve(page.path))
    except (Resolver404, ValueError):  # ValueError for what is no address at all, such as http://[
        page, known = urlsplit(""), False
    query[REDIRECT_FIELD_NAME] = page._replace(scheme="", netloc="", fragment="").geturl() if known else "/"
    return parts._replace(query=urlencode(query)).geturl()
