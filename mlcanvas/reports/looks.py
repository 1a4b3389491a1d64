"""Logo and colour of the reports of a workspace."""

from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mlcanvas.domain.refusal import Refused
from mlcanvas.reports import actions, selectors
from mlcanvas.reports.logo import MOST_BYTES
from mlcanvas.reports.models import ReportLook
from mlcanvas.reports.options import ACCENT
from mlcanvas.web.http import Request
from mlcanvas.web.pages import show
from mlcanvas.web.sentences import say
from mlcanvas.workspaces import access
from mlcanvas.workspaces.models import Membership
from mlcanvas.workspaces.roles import Role


@require_safe
def look(request: Request, slug: str) -> HttpResponse:
    """What the cover of each report looks like."""
    return _look(request, access.visible(request, slug))


def _look(
    request: Request, seat: Membership, *, typed: str = "", wrong: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    found = selectors.look(seat.workspace)
    context: dict[str, Any] = {
        "workspace": seat.workspace,
        "may_own": seat.role >= Role.OWNER,
        "part": "look",
        "look": found,
        "accent": typed or found.accent,
        "usual": ACCENT,
        "wrong": wrong or {},
        "most": MOST_BYTES // 1_000_000,
    }
    return show(request, "reports/look.html", context, fragment="look", status=status)


@require_safe
def logo(request: Request, slug: str) -> HttpResponse:
    """The logo as a picture."""
    seat = access.visible(request, slug)
    row = ReportLook.objects.filter(workspace=seat.workspace).first()
    if row is None or not row.logo:
        raise Http404
    return HttpResponse(bytes(row.logo), content_type="image/png", headers={"Cache-Control": "private, no-store"})


@require_safe
def colours(request: Request, slug: str) -> HttpResponse:
    """The colour of the reports as a style sheet: no page holds a style of its own."""
    found = selectors.look(access.visible(request, slug).workspace)
    # Only six figures after a hash are ever stored.
    rule = f".report {{ --report-accent: {found.accent}; }}\n"
    return HttpResponse(rule, content_type="text/css", headers={"Cache-Control": "private, no-store"})


@require_POST
def dress(request: Request, slug: str) -> HttpResponse:
    """Choose the colour of titles and lines."""
    seat = access.owned(request, slug)
    typed = request.POST.get("accent", "")
    try:
        actions.dress(workspace=seat.workspace, accent=typed, by=request.user)
    except Refused as refused:
        return _look(request, seat, typed=typed, wrong={"accent": say(refused)}, status=422)
    messages.success(request, _("Saved."))
    return redirect("looks:look", slug)


@require_POST
def put_logo(request: Request, slug: str) -> HttpResponse:
    """Upload a logo."""
    seat = access.owned(request, slug)
    sent = request.FILES.get("logo")
    try:
        if not isinstance(sent, UploadedFile):
            raise Refused("logo_missing", path="logo")
        # One byte more than is allowed says that there are too many.
        actions.put_logo(workspace=seat.workspace, content=sent.read(MOST_BYTES + 1), by=request.user)
    except Refused as refused:
        return _look(request, seat, wrong={"logo": say(refused)}, status=422)
    messages.success(request, _("Saved."))
    return redirect("looks:look", slug)


@require_POST
def remove_logo(request: Request, slug: str) -> HttpResponse:
    """Reports without a logo."""
    seat = access.owned(request, slug)
    actions.put_logo(workspace=seat.workspace, content=b"", by=request.user)
    return redirect("looks:look", slug)
