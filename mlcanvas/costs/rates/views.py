from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mlcanvas import catalog
from mlcanvas.costs.models import OwnFigure
from mlcanvas.costs.rates import actions, selectors, showing
from mlcanvas.costs.rates.forms import FigureForm
from mlcanvas.domain.estimate.rates import Setting, settings
from mlcanvas.domain.refusal import Refused
from mlcanvas.projects.clash import Clash
from mlcanvas.web.http import Request
from mlcanvas.web.pages import show, wants_fragment
from mlcanvas.web.sentences import say
from mlcanvas.workspaces import access
from mlcanvas.workspaces.models import Membership
from mlcanvas.workspaces.roles import Role


@require_safe
def prices(request: Request, slug: str) -> HttpResponse:
    """Every default, price and multiplier of the estimate, and those that the workspace set for itself."""
    return _prices(request, access.visible(request, slug))


def _prices(
    request: Request, seat: Membership, *, shown: showing.FigureRow | None = None, status: int = 200
) -> HttpResponse:
    chapters = showing.chapters(seat.workspace, shown=shown)
    context = {
        **_around(seat, "prices"),
        "chapters": [
            (chapter, shown is not None and any(row is shown for row in chapter.rows)) for chapter in chapters
        ],
        "own": [row for chapter in chapters for row in chapter.rows if row.own is not None],
        "count": sum(len(chapter.rows) for chapter in chapters),
    }
    return show(request, "costs/rates/prices.html", context, status=status)


def _around(seat: Membership, part: str) -> dict[str, object]:
    return {"workspace": seat.workspace, "may_own": seat.role >= Role.OWNER, "part": part}


def _setting(place: str) -> Setting:
    found = settings(catalog.cost_questionnaire()).get(place)
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def figure(request: Request, slug: str, place: str) -> HttpResponse:
    """Set one figure: its form, then its row as it stands."""
    seat = access.owned(request, slug)
    setting = _setting(place)
    row = selectors.last_rows(seat.workspace.pk).get(place)
    if request.method != "POST":
        return _row(request, seat, showing.opened(seat.workspace, setting, row))
    form = FigureForm(setting, request.POST)
    if form.is_valid():
        try:
            outcome = actions.figure_set(
                workspace=seat.workspace,
                place=place,
                value=form.value(),
                source=form.cleaned_data["source"],
                dated=form.cleaned_data["dated"].isoformat(),
                seen=_seen(request),
                by=request.user,
            )
        except Refused as refused:
            form.add_refusal(refused)
        else:
            if isinstance(outcome, Clash):
                return _clash(request, seat, setting, outcome, form)
            return _done(request, seat, setting)
    return _row(request, seat, showing.opened(seat.workspace, setting, row, form), status=422)


@require_POST
def figure_take_back(request: Request, slug: str, place: str) -> HttpResponse:
    """Let the catalogue's figure count again."""
    seat = access.owned(request, slug)
    setting = _setting(place)
    outcome = actions.figure_take_back(workspace=seat.workspace, place=place, seen=_seen(request), by=request.user)
    if isinstance(outcome, Clash):
        return _clash(request, seat, setting, outcome, None)
    return _done(request, seat, setting)


@require_safe
def figure_row(request: Request, slug: str, place: str) -> HttpResponse:
    """One figure as it stands, without a form."""
    seat = access.visible(request, slug)
    return _done(request, seat, _setting(place))


def _seen(request: Request) -> int:
    """The row that the writer had before them; what never was one is no row."""
    raw = request.POST.get("seen", "")
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 16 else -1


def _done(request: Request, seat: Membership, setting: Setting) -> HttpResponse:
    if not wants_fragment(request):
        address = reverse("rates:prices", args=[seat.workspace.slug])
        return redirect(f"{address}#f-{setting.place.replace('.', '-')}")
    row = selectors.last_rows(seat.workspace.pk).get(setting.place)
    return _row(request, seat, showing.figure_row(seat.workspace, setting, row))


def _clash(
    request: Request, seat: Membership, setting: Setting, clash: Clash[OwnFigure], form: FigureForm | None
) -> HttpResponse:
    shown = showing.opened(seat.workspace, setting, clash.current, form)
    return _row(request, seat, showing.with_theirs(shown), status=409)


def _row(request: Request, seat: Membership, shown: showing.FigureRow, status: int = 200) -> HttpResponse:
    if not wants_fragment(request):
        return _prices(request, seat, shown=shown, status=status)
    context = {**_around(seat, "prices"), "row": shown}
    return show(request, "costs/rates/prices.html", context, fragment="figure", status=status)


@require_safe
def calibration(request: Request, slug: str) -> HttpResponse:
    """How the ranges of the workspace's finished projects held, and what they would correct."""
    return _calibration(request, access.visible(request, slug))


def _calibration(request: Request, seat: Membership, *, sentence: str = "", status: int = 200) -> HttpResponse:
    context = {**_around(seat, "calibration"), "page": showing.calibration(seat.workspace), "sentence": sentence}
    return show(request, "costs/rates/calibration.html", context, fragment="calibration", status=status)


@require_POST
def fit_apply(request: Request, slug: str) -> HttpResponse:
    """Correct every later estimate by what the finished projects propose."""
    seat = access.owned(request, slug)
    try:
        row = actions.fit_apply(workspace=seat.workspace, read=request.POST.get("read", ""), by=request.user)
    except Refused as refused:
        status = 409 if refused.code == "fit_stale" else 422
        return _calibration(request, seat, sentence=say(refused), status=status)
    messages.success(request, _("Corrections version %(number)s count from now on.") % {"number": row.number})
    return _after(request, slug)


@require_POST
def fit_take_back(request: Request, slug: str) -> HttpResponse:
    """Correct no estimate any longer."""
    seat = access.owned(request, slug)
    if actions.fit_take_back(workspace=seat.workspace, by=request.user) is not None:
        messages.success(request, _("The corrections are taken back. Estimates are made without them from now on."))
    return _after(request, slug)


def _after(request: Request, slug: str) -> HttpResponse:
    if wants_fragment(request):
        return _calibration(request, access.visible(request, slug))
    return redirect("rates:calibration", slug)
