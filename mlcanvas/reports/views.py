import logging
import secrets
from collections.abc import Callable
from dataclasses import replace
from typing import Literal, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mlcanvas.domain.refusal import Refused
from mlcanvas.projects import access
from mlcanvas.projects import selectors as projects
from mlcanvas.projects.models import Project, Revision
from mlcanvas.reports import actions, selectors
from mlcanvas.reports.document import KEYS, section_titles
from mlcanvas.reports.forms import FORMS
from mlcanvas.reports.options import PAPERS, Options, Paper, moved, ordered, turned
from mlcanvas.reports.sheet import PAPERS as SHEETS
from mlcanvas.reports.sheet import Paper as SheetPaper
from mlcanvas.reports.sheet import Sheet
from mlcanvas.typeset import NoFonts, NotTypeset, name
from mlcanvas.web.http import Request, attachment
from mlcanvas.web.pages import show, wants_fragment
from mlcanvas.web.sentences import say

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


def _options(request: Request, project: Project) -> Options:
    """What the workspace remembers, changed as the address says."""
    kept = selectors.options(project)
    asked = request.GET
    sections = ordered(asked["sections"].split(","), KEYS) if "sections" in asked else kept.sections
    paper = next((paper for paper in PAPERS if paper == asked.get("paper")), kept.paper)
    brief = asked["only"] == "summary" if "only" in asked else kept.brief
    wanted = replace(kept, sections=sections, paper=paper, brief=brief)
    if "ticked" in asked:
        ticked = set(asked.getlist("show"))
        for key in KEYS:
            wanted = turned(wanted, key, KEYS, shown=key in ticked)
    sections = moved(moved(wanted.sections, asked.get("up", ""), -1), asked.get("down", ""), 1)
    return replace(wanted, sections=sections)


def _query(wanted: Options, language: str, revision: Revision | None) -> str:
    """The address of just this report: from the question mark on."""
    asked = {
        "language": language,
        "revision": str(revision.number) if revision else "",
        "sections": ",".join(wanted.sections),
        "paper": wanted.paper,
        "only": "summary" if wanted.brief else "all",
    }
    return "?" + urlencode({name: value for name, value in asked.items() if value or name == "sections"}, safe=",")


@require_safe
def report(request: Request, slug: str) -> HttpResponse:
    """The report on a page, as the PDF says it."""
    project = access.visible(request, slug)
    if "chosen" not in request.GET:
        return _report(request, project)
    # The form of the options sends what was ticked; the address says what came of it.
    query = _query(_options(request, project), _language(request, project), _revision(request, project))
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
    revision = _revision(request, project)
    try:
        made = selectors.pdf_of(project, _language(request, project), revision, _options(request, project))
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
    revision = _revision(request, project)
    try:
        wanted = _options(request, project)
        content = selectors.report_file(project, ending, _language(request, project), revision, wanted)
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


def _report(request: Request, project: Project, *, trouble: str = "", status: int = 200) -> HttpResponse:
    language = _language(request, project)
    revision = _revision(request, project)
    wanted = _options(request, project)
    found = selectors.report(project, language, revision, wanted)
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
        "wanted": wanted,
        "query": _query(wanted, language, revision),
        "choices": _choices(wanted, language),
        "papers": [("a4", "A4"), ("letter", _("Letter"))],
        "opened": "sections" in request.GET,
        "usual": wanted == selectors.options(project),
        "may_edit": request.seat.may_edit,
        "project": project,
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
    found = selectors.sheet(project, template, _language(request, project), _revision(request, project))
    if found is None:
        raise Http404
    return found


def _paper(request: Request) -> SheetPaper:
    asked = request.GET.get("paper", "")
    return next((paper for paper in SHEETS if paper == asked), "a4")


def _canvas_files(
    request: Request, project: Project, template: str, sheet: Sheet, *, trouble: str = "", status: int = 200
) -> HttpResponse:
    revision = _revision(request, project)
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
        "languages": [(code, label) for code, label in _languages() if code != sheet.language],
        "lost": lost,
        "trouble": trouble,
    }
    return show(request, "reports/canvas_files.html", context, fragment="canvas_files", status=status)


def _languages() -> list[tuple[str, str]]:
    return [("en", "English"), ("pt-br", "Português")]
