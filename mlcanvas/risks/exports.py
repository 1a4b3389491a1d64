"""What leaves the register as a file: the rows that the address asks for, all of them, and their picture."""

import logging
import secrets
from typing import Literal

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from mlcanvas.domain.scale import Scale
from mlcanvas.projects import access
from mlcanvas.projects.models import Project
from mlcanvas.risks import drawing, listing, table
from mlcanvas.risks.listing import Listing
from mlcanvas.risks.scales.selectors import in_force
from mlcanvas.risks.selectors import Registered
from mlcanvas.risks.workbook import About, to_xlsx
from mlcanvas.typeset import NoFonts, NotTypeset
from mlcanvas.web.fonts import document_fonts
from mlcanvas.web.http import Request, attachment
from mlcanvas.web.pages import show

logger = logging.getLogger(__name__)

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def register_csv(request: Request, slug: str) -> HttpResponse:
    """The register as CSV."""
    project, asked, register, _scale = _asked(request, slug)
    return _file(project, table.to_csv(asked.rows(register)), "text/csv; charset=utf-8", "csv")


@require_safe
def register_xlsx(request: Request, slug: str) -> HttpResponse:
    """The register as a workbook, with a sheet on how to read it."""
    project, asked, register, scale = _asked(request, slug)
    rows = asked.rows(register)
    about = About(project.name, timezone.localdate(), table.filters(asked, len(rows), scale), scale)
    return _file(project, to_xlsx(rows, about), _XLSX, "xlsx")


@require_safe
def register_markdown(request: Request, slug: str) -> HttpResponse:
    """The register as a Markdown table, for a mail or a ticket."""
    project, asked, register, _scale = _asked(request, slug)
    return _file(project, table.to_markdown(asked.rows(register)), "text/markdown; charset=utf-8", "md")


@require_safe
def picture(request: Request, slug: str, form: Literal["svg", "png"]) -> HttpResponse:
    """The heat map as a picture."""
    project, asked, register, scale = _asked(request, slug)
    found = drawing.picture(project.name, asked, register, scale, timezone.localdate())
    try:
        (made,) = drawing.render(found, document_fonts(), form).pages
    except NoFonts:
        trouble = _("The fonts of pictures are missing on this server. Printing the page of the register works.")
        return _no_picture(request, asked, trouble, status=503)
    except NotTypeset:
        reference = secrets.token_hex(4)
        logger.exception("the heat map of %s was not drawn, reference %s", project.slug, reference)
        said = _("The picture could not be made. Printing the page works. Reference for support: {reference}")
        return _no_picture(request, asked, said.format(reference=reference), status=500)
    return _file(project, made, {"svg": "image/svg+xml", "png": "image/png"}[form], form)


def _asked(request: Request, slug: str) -> tuple[Project, Listing, tuple[Registered, ...], Scale]:
    """What every file is made from. The pages of the list do not count: a file holds them all."""
    project = access.visible(request, slug)
    scale = in_force(project.workspace_id).scale
    asked = listing.asked(request.GET, reverse("risks:register", args=[project.slug]), scale)
    return project, asked, table.whole(project, scale), scale


def _file(project: Project, content: bytes | str, kind: str, ending: str) -> HttpResponse:
    name = _("heat map") if ending in ("svg", "png") else _("risk register")
    headers = {
        "Content-Disposition": attachment(project.name, name, timezone.localdate().isoformat(), ending=ending),
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(content, content_type=kind, headers=headers)


def _no_picture(request: Request, asked: Listing, trouble: str, *, status: int) -> HttpResponse:
    context = {"trouble": trouble, "asked": asked, "project": request.seat.project, "may_edit": request.seat.may_edit}
    return show(request, "risks/no_picture.html", context, fragment="no_picture", status=status)
