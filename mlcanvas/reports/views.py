import logging
import secrets

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from mlcanvas.projects import access
from mlcanvas.projects import selectors as projects
from mlcanvas.projects.models import Project, Revision
from mlcanvas.reports import selectors
from mlcanvas.typeset import NoFonts, NotTypeset, name
from mlcanvas.web.http import Request
from mlcanvas.web.pages import show

logger = logging.getLogger(__name__)


def _language(request: Request, project: Project) -> str:
    """The language that the address asks for; the project's own where it asks for none that we speak."""
    asked = request.GET.get("language", "")
    return asked if asked in selectors.LANGUAGES else project.language


def _revision(request: Request, project: Project) -> Revision | None:
    """The revision that the address asks for, if it asks for one. Raises Http404 for one that is not there."""
    asked = request.GET.get("revision", "")
    if not asked:
        return None
    found = projects.revision(project, int(asked)) if asked.isascii() and asked.isdigit() and len(asked) < 9 else None
    if found is None:
        raise Http404
    return found


@require_safe
def report(request: Request, slug: str) -> HttpResponse:
    """The report on a page, as the PDF says it."""
    return _report(request, access.visible(request, slug))


@require_safe
def report_pdf(request: Request, slug: str) -> HttpResponse:
    """The report as a PDF to keep."""
    project = access.visible(request, slug)
    revision = _revision(request, project)
    found = selectors.report(project, _language(request, project), revision)
    try:
        made = selectors.typeset_report(found)
    except NoFonts:
        return _report(
            request,
            project,
            trouble=_("The fonts of the PDF are missing on this server. Printing this page works."),
            status=503,
        )
    except NotTypeset:
        reference = secrets.token_hex(4)
        logger.exception("report of %s was not typeset, reference %s", project.slug, reference)
        said = _("The PDF could not be made. Printing this page works. Reference for support: {reference}")
        return _report(request, project, trouble=said.format(reference=reference), status=500)
    suffix = f"-revision-{revision.number}" if revision else ""
    return HttpResponse(
        made.pdf,
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'attachment; filename="{project.slug}-report{suffix}.pdf"',
            "Cache-Control": "private, no-store",
        },
    )


def _report(request: Request, project: Project, *, trouble: str = "", status: int = 200) -> HttpResponse:
    language = _language(request, project)
    revision = _revision(request, project)
    found = selectors.report(project, language, revision)
    try:
        lost = [(name(character), count) for character, count in selectors.unprintable(found).items()]
    except NoFonts:
        lost = []
    context = {
        "report": found,
        "revision": revision,
        "language": language,
        "languages": [(code, label) for code, label in _languages() if code != language],
        "lost": lost,
        "trouble": trouble,
    }
    return show(request, "reports/report.html", context, fragment="report", status=status)


def _languages() -> list[tuple[str, str]]:
    return [("en", "English"), ("pt-br", "Português")]
