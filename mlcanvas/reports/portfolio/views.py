"""The report of the projects of the portfolio: a page to look at, and files."""

import logging
import secrets
from collections.abc import Callable

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mlcanvas.domain.refusal import Refused
from mlcanvas.reports import selectors as reports
from mlcanvas.reports.document import ScopingReport
from mlcanvas.reports.forms import FORMS
from mlcanvas.reports.jobs import actions as jobs
from mlcanvas.reports.jobs import lane
from mlcanvas.reports.jobs import selectors as job_selectors
from mlcanvas.reports.jobs.asked import PORTFOLIO_FORMS, SeveralProjects
from mlcanvas.reports.jobs.kinds import PORTFOLIO
from mlcanvas.reports.portfolio import asking, selectors
from mlcanvas.reports.portfolio.asking import Asked
from mlcanvas.reports.portfolio.document import counted
from mlcanvas.typeset import NoFonts, NotTypeset, name
from mlcanvas.web.http import Request
from mlcanvas.web.pages import show
from mlcanvas.web.sentences import say

logger = logging.getLogger(__name__)


@require_safe
def portfolio_report(request: Request) -> HttpResponse:
    """The report on a page, as the PDF says it."""
    asked = asking.read(request.GET)
    try:
        return _page(request, asked, _report(request, asked))
    except Refused as refused:
        return _page(request, asked, None, trouble=say(refused))


@require_safe
def portfolio_pdf(request: Request) -> HttpResponse:
    """The report as a PDF to keep."""
    return _file(request, "pdf", "application/pdf", lambda found: reports.kept_pdf(found).pdf)


@require_safe
def portfolio_file(request: Request, ending: str) -> HttpResponse:
    """The same report as a web page, as Markdown, to edit, or to reckon with."""
    return _file(request, ending, FORMS[ending].media_type, lambda found: selectors.file_of(found, ending))


@require_POST
def start(request: Request) -> HttpResponse:
    """Ask for the report in one form, of the projects that the address says. The answer leads to where it will be."""
    asked = asking.read(request.GET)
    rows = asking.rows(request.user, asked)
    form = request.POST.get("form", "")
    try:
        if form not in PORTFOLIO_FORMS:
            raise Refused("portfolio_form_unknown", path="form")
        counted(rows.count())
        job = jobs.start(
            workspace=None,
            kind=PORTFOLIO,
            by=request.user,
            asked=SeveralProjects(form, asked.query(), request.build_absolute_uri("/").rstrip("/")),
            holds=set(rows.order_by().values_list("workspace", flat=True)),
        )
    except Refused as refused:
        return _refused(request, asked, refused)
    transaction.on_commit(lane.wake)
    return redirect("jobs:job", job.pk)


def _refused(request: Request, asked: Asked, refused: Refused) -> HttpResponse:
    """The page with the reason, and with the report where it can be shown."""
    try:
        found = _report(request, asked)
    except Refused:
        found = None
    return _page(request, asked, found, trouble=say(refused), status=422)


def _report(request: Request, asked: Asked) -> ScopingReport:
    return selectors.report(
        asking.rows(request.user, asked),
        asking.said(request.user, asked),
        language=asked.language,
        address=lambda slug: request.build_absolute_uri(reverse("reports:report", args=[slug])),
    )


def _file(request: Request, ending: str, media_type: str, make: Callable[[ScopingReport], bytes]) -> HttpResponse:
    asked = asking.read(request.GET)
    try:
        found = _report(request, asked)
    except Refused as refused:
        return _page(request, asked, None, trouble=say(refused), status=422)
    if selectors.takes_long(asking.rows(request.user, asked)):
        return _page(request, asked, found, trouble=say(Refused("portfolio_report_long")), status=422)
    try:
        content = make(found)
    except NoFonts:
        trouble = _("The fonts of the PDF are missing on this server. Printing this page works.")
        return _page(request, asked, found, trouble=trouble, status=503)
    except NotTypeset:
        reference = secrets.token_hex(4)
        logger.exception("report of a portfolio was not made as %s, reference %s", ending, reference)
        said = _("The file could not be made. Printing this page works. Reference for support: {reference}")
        return _page(request, asked, found, trouble=said.format(reference=reference), status=500)
    headers = {
        "Content-Disposition": f'attachment; filename="portfolio-report.{ending}"',
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(content, content_type=media_type, headers=headers)


def _page(
    request: Request, asked: Asked, found: ScopingReport | None, *, trouble: str = "", status: int = 200
) -> HttpResponse:
    try:
        lost = [(name(sign), count) for sign, count in reports.unprintable(found).items()] if found else []
    except NoFonts:
        lost = []
    context = {
        "report": found,
        "long": selectors.takes_long(asking.rows(request.user, asked)) if found else False,
        "jobs": job_selectors.own(None, request.user, PORTFOLIO),
        "look": asking.workspace_of(request.user, asked) if found else "",
        "asked": asked,
        "offered": asking.offered(request.user, asked),
        "kept": [(word, value) for word, value in asked.wanted.words() if word != "as"],
        "query": asked.query(),
        "languages": [
            (code, label, asked.query(code)) for code, label in reports.LANGUAGES.items() if code != asked.language
        ],
        "lost": lost,
        "trouble": trouble,
    }
    return show(request, "reports/portfolio_report.html", context, fragment="portfolio_report", status=status)
