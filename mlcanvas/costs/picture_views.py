"""The pictures of the cost page, each as a fragment of it and as a page of its own. Looking changes nothing."""

from urllib.parse import urlencode, urlsplit

from django.http import HttpResponse
from django.views.decorators.http import require_safe
from django_htmx.http import replace_url

from mlcanvas.costs import pictures
from mlcanvas.projects import access
from mlcanvas.web.http import Request
from mlcanvas.web.pages import show, wants_fragment


@require_safe
def accuracy(request: Request, slug: str) -> HttpResponse:
    """What each target costs; `target` in the address is the one to look at."""
    project = access.visible(request, slug)
    asked = request.GET.get("target")
    sight = pictures.accuracy(project, asked)
    moved = wants_fragment(request) and request.htmx.target == "accuracy-chosen"
    # Where somebody's answer has meanwhile taken the curve away, the reason stands in place of the figures.
    fragment = "chosen" if moved and sight.picture else "accuracy"
    response = show(request, "costs/accuracy.html", {"sight": sight}, fragment=fragment, status=sight.status)
    if moved and asked is not None and not sight.errors and request.htmx.current_url:
        # The page that is open keeps its address, which now says what it shows.
        replace_url(response, f"{urlsplit(request.htmx.current_url).path}?{urlencode({'target': asked})}")
    return response


@require_safe
def drivers(request: Request, slug: str) -> HttpResponse:
    """What moves the median of the total most."""
    project = access.visible(request, slug)
    return show(request, "costs/drivers.html", {"sight": pictures.drivers(project)}, fragment="drivers")


@require_safe
def breakdown(request: Request, slug: str) -> HttpResponse:
    """The chance to stay below each amount, and the total by part and year."""
    project = access.visible(request, slug)
    return show(request, "costs/breakdown.html", {"sight": pictures.breakdown_of(project)}, fragment="breakdown")
