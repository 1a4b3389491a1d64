"""The grids of all templates, as a browser asks for them."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from mlcanvas.canvas.grids import stylesheet
from mlcanvas.web.http import Request


@require_safe
def grids(request: Request, version: str) -> HttpResponse:  # noqa: ARG001
    """The stylesheet."""
    response = HttpResponse(stylesheet(), content_type="text/css; charset=utf-8")
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    return response
