import logging
import secrets
from collections.abc import Callable
from typing import Literal, cast

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mlcanvas.domain.refusal import Refused
from mlcanvas.projects import access
from mlcanvas.projects.models import Project
from mlcanvas.reports import actions, asking, selectors
from mlcanvas.reports.document import KEYS, section_titles
from mlcanvas.reports.forms import FORMS
from mlcanvas.reports.jobs import actions as jobs
from mlcanvas.reports.jobs import lane
from mlcanvas.reports.jobs import selectors as job_selectors
from mlcanvas.reports.jobs.asked import OneProject
from mlcanvas.reports.jobs.kinds import ALL_FORMS
from mlcanvas.reports.options import Options, Paper
from mlcanvas.reports.sheet import PAPERS as SHEETS
from mlcanvas.reports.sheet import Paper as SheetPaper
from mlcanvas.reports.sheet import Sheet
from mlcanvas.typeset import NoFonts, NotTypeset, name
from mlcanvas.web.http import Request, attachment
from mlcanvas.web.pages import show, wants_fragment
from mlcanvas.web.sentences import say

logger = logging.getLogger(__name__)


@require_safe
def report(request: Request, slug: str) -> HttpResponse:
    """The report on a page, as the PDF says it."""
    project = access.visible(request, slug)
    if "chosen" not in request.GET:
        return _report(request, project)
    # The form of the options sends what was ticked; the address says what came of it.
    query = _query(request, project)
    address = reverse("reports:report", args=[slug]) + query
    if not wants_fragment(request):
        return redirect(address)
    response = _report(request, project)
    response.headers["HX-Push-Url"] = address
    return response


@require_POST
def remember(request: Request, slug: str) -> HttpResponse:
    """Every report of the workspace starts with these sections and this paper."""
    project = access.editable(request, slug)
    asked = request.POST
    try:
        actions.remember(
            workspace=project.workspace,
            sections=tuple(asked.get("sections", "").split(",")),
            paper=cast("Paper", asked.get("paper", "")),
            brief=asked.get("only") == "summary",
            by=request.user,
        )
    except Refused as refused:
        return _report(request, project, trouble=say(refused), status=422)
    messages.success(request, _("Reports of this workspace start with this from now on."))
    return redirect(reverse("reports:report", args=[slug]))


@require_safe
def report_pdf(request: Request, slug: str) -> HttpResponse:
    """The report as a PDF to keep."""
    project = access.visible(request, slug)
    revision = asking.revision(request.GET, project)
    try:
        made = selectors.pdf_of(
            project, asking.language(request.GET, project), revision, asking.options(request.GET, project)
        )
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


@require_safe
def report_file(request: Request, slug: str, ending: str) -> HttpResponse:
    """The same report to read without us, to edit, to show in a meeting, or to reckon with."""
    project = access.visible(request, slug)
    revision = asking.revision(request.GET, project)
    try:
        language, wanted = asking.language(request.GET, project), asking.options(request.GET, project)
        content = selectors.report_file(project, ending, language, revision, wanted)
    except NoFonts:
        trouble = _("The fonts of the pictures are missing on this server. Markdown, HTML and Excel work without them.")
        return _report(request, project, trouble=trouble, status=503)
    except NotTypeset:
        reference = secrets.token_hex(4)
        logger.exception("a picture in the report of %s was not drawn, reference %s", project.slug, reference)
        said = _("The file could not be made. Printing this page works. Reference for support: {reference}")
        return _report(request, project, trouble=said.format(reference=reference), status=500)
    suffix = f"-revision-{revision.number}" if revision else ""
    headers = {
        "Content-Disposition": f'attachment; filename="{project.slug}-report{suffix}.{ending}"',
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(content, content_type=FORMS[ending].media_type, headers=headers)


@require_POST
def all_forms(request: Request, slug: str) -> HttpResponse:
    """Ask for the report in every form at once, of the state and as the address says. The answer leads to where it will
    be: each of them may be downloaded by whoever reads the project."""
    project = access.visible(request, slug)
    wanted = OneProject(project.pk, _query(request, project))
    try:
        job = jobs.start(workspace=project.workspace, kind=ALL_FORMS, by=request.user, asked=wanted)
    except Refused as refused:
        return _report(request, project, trouble=say(refused), status=422)
    transaction.on_commit(lane.wake)
    return redirect("jobs:job", job.pk)


def _query(request: Request, project: Project) -> str:
    """The address of just the report that is asked for, from the question mark on."""
    given = request.GET
    wanted, language = asking.options(given, project), asking.language(given, project)
    return asking.query(wanted, language, asking.revision(given, project))


def _report(request: Request, project: Project, *, trouble: str = "", status: int = 200) -> HttpResponse:
    language = asking.language(request.GET, project)
    revision = asking.revision(request.GET, project)
    wanted = asking.options(request.GET, project)
    found = selectors.report(project, language, revision, wanted)
    try:
        lost = [(name(character), count) for character, count in selectors.unprintable(found).items()]
    except NoFonts:
        lost = []
    context = {
        "report": found,
        "revision": revision,
        "language": language,
        "languages": [(code, label) for code, label in selectors.LANGUAGES.items() if code != language],
        "lost": lost,
        "trouble": trouble,
        "wanted": wanted,
        "query": asking.query(wanted, language, revision),
        "choices": _choices(wanted, language),
        "papers": [("a4", "A4"), ("letter", _("Letter"))],
        "opened": "sections" in request.GET,
        "usual": wanted == selectors.options(project),
        "may_edit": request.seat.may_edit,
        "project": project,
        "jobs": job_selectors.own(project.workspace, request.user, ALL_FORMS, project=project.pk),
    }
    return show(request, "reports/report.html", context, fragment="report", status=status)


def _choices(wanted: Options, language: str) -> list[tuple[str, str, bool]]:
    """Each section with its title and whether it is shown: those that are in their order, then the others."""
    titles = section_titles(language)
    others = [key for key in KEYS if key not in wanted.sections]
    return [(key, titles[key], key in wanted.sections) for key in (*wanted.sections, *others)]


@require_safe
def canvas_files(request: Request, slug: str, template: str) -> HttpResponse:
    """How a canvas looks on paper, and every file that it can be had as."""
    project = access.visible(request, slug)
    return _canvas_files(request, project, template, _sheet(request, project, template))


@require_safe
def canvas_pdf(request: Request, slug: str, template: str) -> HttpResponse:
    """A canvas as a landscape PDF."""
    paper = _paper(request)
    return _canvas_file(request, slug, template, "pdf", lambda sheet: selectors.typeset_sheet(sheet, paper).pdf)


@require_safe
def canvas_picture(request: Request, slug: str, template: str, form: Literal["png", "svg"]) -> HttpResponse:
    """A canvas as a picture."""
    paper = _paper(request)
    return _canvas_file(request, slug, template, form, lambda sheet: selectors.draw_sheet(sheet, paper, form).pages[0])


_KINDS = {"pdf": "application/pdf", "png": "image/png", "svg": "image/svg+xml"}


def _canvas_file(request: Request, slug: str, template: str, form: str, made: Callable[[Sheet], bytes]) -> HttpResponse:
    project = access.visible(request, slug)
    found = _sheet(request, project, template)
    try:
        content = made(found)
    except NoFonts:
        trouble = _("The fonts of the PDF are missing on this server. Printing the canvas from your browser works.")
        return _canvas_files(request, project, template, found, trouble=trouble, status=503)
    except NotTypeset:
        reference = secrets.token_hex(4)
        logger.exception("a canvas of %s was not typeset, reference %s", project.slug, reference)
        said = _("The file could not be made. Printing the canvas works. Reference for support: {reference}")
        return _canvas_files(request, project, template, found, trouble=said.format(reference=reference), status=500)
    headers = {
        "Content-Disposition": attachment(*found.name, ending=form),
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(content, content_type=_KINDS[form], headers=headers)


def _sheet(request: Request, project: Project, template: str) -> Sheet:
    """The canvas that the address names. Raises Http404 for one that the project does not fill."""
    found = selectors.sheet(
        project, template, asking.language(request.GET, project), asking.revision(request.GET, project)
    )
    if found is None:
        raise Http404
    return found


def _paper(request: Request) -> SheetPaper:
    asked = request.GET.get("paper", "")
    return next((paper for paper in SHEETS if paper == asked), "a4")


def _canvas_files(
    request: Request, project: Project, template: str, sheet: Sheet, *, trouble: str = "", status: int = 200
) -> HttpResponse:
    revision = asking.revision(request.GET, project)
    try:
        lost = [(name(character), count) for character, count in selectors.sheet_unprintable(sheet).items()]
    except NoFonts:
        lost = []
    context = {
        "tab": "canvas",
        "sheet": sheet,
        "template": template,
        "revision": revision,
        "asked": f"language={sheet.language}" + (f"&revision={revision.number}" if revision else ""),
        "languages": [(code, label) for code, label in selectors.LANGUAGES.items() if code != sheet.language],
        "lost": lost,
        "trouble": trouble,
    }
    return show(request, "reports/canvas_files.html", context, fragment="canvas_files", status=status)
