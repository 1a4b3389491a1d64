from datetime import date
from typing import Any

from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mlcanvas import catalog
from mlcanvas.domain.refusal import Refused
from mlcanvas.domain.risk import FactorPoints, HeatMap, LibraryRisk, Step, Suggestion, tier_of
from mlcanvas.domain.text import Text
from mlcanvas.projects import access
from mlcanvas.projects.models import Project
from mlcanvas.risks import actions, listing, selectors
from mlcanvas.risks.forms import NewRiskForm, RiskForm
from mlcanvas.risks.models import Risk
from mlcanvas.risks.selectors import Picture, Registered
from mlcanvas.web.http import Request, slug_in
from mlcanvas.web.pages import show, wants_fragment
from mlcanvas.web.sentences import here, say
from mlcanvas.web.templatetags.mlcanvas import number

# How many keys a cell holds before it shows a count and the first three.
CHIPS = 6
GHOSTS_UP_TO = 40


@require_safe
def register(request: Request, slug: str) -> HttpResponse:
    """Tier, heat map, register, suggestions."""
    project = access.visible(request, slug)
    fragment = "rows" if request.headers.get("HX-Trigger") == "more-rows" else "register"
    return _register(request, project, fragment=fragment, removed=slug_in(request, "removed"))


def _register(
    request: Request,
    project: Project,
    *,
    form: Form | None = None,
    removed: str = "",
    sentence: str = "",
    fragment: str = "register",
    status: int = 200,
) -> HttpResponse:
    context = _context(request, project) | {"form": form or NewRiskForm(), "sentence": sentence}
    if removed and context["may_edit"]:
        context["removed"] = Risk.objects.deleted(project).filter(key=removed).first()
    return show(request, "risks/register.html", context, fragment=fragment, status=status)


def _context(request: Request, project: Project) -> dict[str, Any]:
    asked = listing.asked(request.GET, reverse("risks:register", args=[project.slug]))
    picture = selectors.picture(project)
    heat = picture.heat_map(asked.show)
    rows = asked.rows(picture.register)
    categories = {category.key: here(category.label) for category in catalog.risk_matrix().categories}
    today = timezone.localdate()
    start = 0 if asked.everything else (asked.page - 1) * listing.PAGE_SIZE
    end = len(rows) if asked.everything else start + listing.PAGE_SIZE
    return {
        "project": project,
        "may_edit": request.seat.may_edit,
        "matrix": catalog.risk_matrix(),
        "picture": picture,
        "asked": asked,
        "heat": _heat(heat, asked),
        "heat_ghosts": _ghosts(heat),
        "heat_views": [(view, label, asked.address(show=view, cell=None)) for view, label in _views()],
        "summary": _summary(picture, heat),
        "rows": [_listed(risk, categories, today) for risk in rows[start:end]],
        "total": len(rows),
        "more": asked.address(page=asked.page + 1) if end < len(rows) else "",
        "left": len(rows) - end,
        "whole": asked.address(everything=True),
        "headings": _headings(asked),
        **_tier(picture),
    }


def _tier(picture: Picture) -> dict[str, Any]:
    matrix = catalog.risk_matrix()
    placed, scores = picture.placed, picture.scores
    return {
        "tier": None if placed.tier is None else matrix.tier(placed.tier),
        "rule": matrix.rule(placed.rule),
        "quadrant": None if scores.quadrant is None else matrix.quadrant(scores.quadrant),
        "reasons": [
            (matrix.factor(reason.factor).label, level.label)
            for reason in placed.reasons
            if (level := matrix.factor(reason.factor).level(reason.answer))
        ],
        "questions": [(factor, picture.matrix_answers.get(factor.key, "")) for factor in matrix.factors],
        "table": [
            [(matrix.tier(tier_of(r, i)), (r, i) == (placed.risk_level, placed.severity_level)) for i in (1, 2, 3)]
            for r in (3, 2, 1)
        ],
        "value_factors": [_factor(row) for row in scores.points if row.factor.side == "value"],
        "risk_factors": [_factor(row) for row in scores.points if row.factor.side == "risk"],
        "suggestions": [(suggestion, _reason(suggestion)) for suggestion in picture.suggestions],
    }


def _reason(suggestion: Suggestion) -> str:
    return here(suggestion.rule.reason).format_map({key: _said(key, value) for key, value in suggestion.answers})


def _said(key: str, value: Any) -> str:
    """An answer in words: the label of a level or of an option, a number in the reader's spelling."""
    if isinstance(value, (int, float)):
        return number(value, 2)
    label: Text | None = None
    if any(factor.key == key for factor in catalog.risk_matrix().factors):
        level = catalog.risk_matrix().factor(key).level(value)
        label = None if level is None else level.label
    elif key in catalog.facts():
        label = next((option.label for option in catalog.facts()[key].options if option.key == value), None)
    return here(label) if label else str(value)


# A template looks a name up in a dict ten times faster than along attributes, and a number is spelled by the reader's
# locale each time: a hundred rows and 25 cells are handed over as plain words.


def _heat(heat: HeatMap, asked: listing.Listing) -> list[tuple[Step, list[dict[str, Any]]]]:
    """The rows of the picture, each with its step of likelihood."""
    scale = catalog.risk_matrix().scale
    ghosts = _ghosts(heat)
    name = _("Likelihood %(likelihood)s, severity %(severity)s, %(band)s")
    rows = []
    for step, cells in zip(reversed(scale.likelihood), heat.rows, strict=True):
        shown = []
        for severity, cell in zip(scale.severity, cells, strict=True):
            place = (cell.likelihood, cell.severity)
            label = name % {
                "likelihood": here(step.label),
                "severity": here(severity.label),
                "band": here(cell.band.label),
            }
            count = ngettext("%(count)d risk", "%(count)d risks", len(cell.keys)) % {"count": len(cell.keys)}
            crowded = len(cell.keys) > CHIPS
            shown.append(
                {
                    "place": cell.address,
                    "tone": str(cell.band.tone),
                    "score": str(cell.score),
                    "address": asked.address(cell=None if asked.cell == place else place),
                    "label": f"{label}: {count}",
                    "chosen": asked.cell == place,
                    "many": str(len(cell.keys)) if crowded else "",
                    "keys": cell.keys[:3] if crowded else cell.keys,
                    "left": cell.left[:3] if ghosts else (),
                }
            )
        rows.append((step, shown))
    return rows


def _ghosts(heat: HeatMap) -> bool:
    """Whether earlier places are shown: with many risks they would only blur the picture."""
    return heat.total <= GHOSTS_UP_TO and any(cell.left for row in heat.rows for cell in row)


def _listed(risk: Registered, categories: dict[str, str], today: date) -> dict[str, Any]:
    """A row of the table."""
    row, where = risk.row, risk.where
    return {
        "key": row.key,
        "title": row.title,
        "category": categories.get(row.category, row.category),
        "closed": not risk.open,
        "inherent": str(where.inherent.score),
        "tone": str(risk.band.tone),
        "now": f"{where.current.score} · {here(risk.band.label)}",
        "place": f"{where.current.likelihood} × {where.current.severity}",
        "target": str(where.target.score) if where.target else "–",
        "owner": row.owner,
        "alone": risk.open and not row.owner and risk.cared.serious,
        "due": date_format(row.due, "SHORT_DATE_FORMAT") if row.due else "",
        "overdue": risk.open and row.due is not None and row.due < today,
    }


def _factor(row: FactorPoints) -> dict[str, Any]:
    """A factor of value or feasibility with its answer."""
    factor = row.factor
    return {
        "key": factor.key,
        "label": here(factor.label),
        "question": here(factor.question),
        "levels": [(str(points), here(level)) for points, level in enumerate(factor.levels)],
        "points": "" if row.points is None else str(row.points),
        "from_fact": factor.from_fact is not None,
    }


def _views() -> list[tuple[str, str]]:
    return [("current", _("Now")), ("inherent", _("Before any measure")), ("target", _("Target"))]


def _headings(asked: listing.Listing) -> list[dict[str, Any]]:
    labels = {
        "key": _("Key"),
        "title": _("Risk"),
        "category": _("Category"),
        "inherent": _("Before"),
        "now": _("Now"),
        "target": _("Target"),
        "owner": _("Owner"),
        "due": _("Due"),
    }
    # Scores are most wanted from the worst down, words and dates from the first on.
    falls_first = {"inherent", "now", "target"}
    name, falling = asked.sort.removeprefix("-"), asked.sort.startswith("-")
    headings = []
    for key, label in labels.items():
        turned = not falling if key == name else key in falls_first
        headings.append(
            {
                "key": key,
                "label": label,
                "order": ("descending" if falling else "ascending") if key == name else "",
                "address": asked.address(sort=f"-{key}" if turned else key),
            }
        )
    return headings


def _summary(picture: Picture, heat: HeatMap) -> str:
    """The picture in words."""
    if not heat.total:
        return _("No open risk in the register.")
    counts = ", ".join(f"{here(band.label)}: {count}" for band, count in heat.counts if count)
    said = [
        ngettext("%(count)d open risk (%(counts)s).", "%(count)d open risks (%(counts)s).", heat.total)
        % {"count": heat.total, "counts": counts}
    ]
    lowered = sum(1 for risk in picture.open_risks if risk.where.current.score < risk.where.inherent.score)
    if lowered:
        said.append(
            ngettext(
                "%(count)d scores lower than before any measure.",
                "%(count)d score lower than before any measure.",
                lowered,
            )
            % {"count": lowered}
        )
    alone = sum(1 for risk in picture.open_risks if risk.cared.serious and not risk.cared.owned)
    if alone:
        said.append(
            ngettext(
                "%(count)d high or critical risk has no owner.",
                "%(count)d high or critical risks have no owner.",
                alone,
            )
            % {"count": alone}
        )
    return " ".join(said)


@require_POST
def factor_answer(request: Request, slug: str, factor: str) -> HttpResponse:
    """Answer one factor of the table, or of value and feasibility."""
    project = access.editable(request, slug)
    try:
        actions.answer(project=project, factor=factor, level=request.POST.get("level", ""), by=request.user)
    except Refused as refused:
        if refused.code == "risk_unknown_factor":
            raise Http404 from refused
        return _answered(request, project, factor, say(refused), status=422)
    if wants_fragment(request):
        return _answered(request, project, factor)
    return redirect(reverse("risks:register", args=[slug]) + f"#factor-{factor}")


def _answered(request: Request, project: Project, factor: str, sentence: str = "", status: int = 200) -> HttpResponse:
    in_table = any(row.key == factor for row in catalog.risk_matrix().factors)
    context = _context(request, project) | {
        "factors_open": not in_table,
        "wrong_factor": factor if sentence else "",
        "wrong_sentence": sentence,
        "form": NewRiskForm(),
    }
    page = "risks/on_answer.html" if wants_fragment(request) else "risks/register.html"
    return show(request, page, context, status=status)


@require_POST
def risk_add(request: Request, slug: str) -> HttpResponse:
    """Add a risk with the little that it needs."""
    project = access.editable(request, slug)
    form = NewRiskForm(request.POST)
    if form.is_valid():
        try:
            actions.risk_add(project=project, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error(refused.path or None, say(refused))
        else:
            return _done(request, project)
    return _register(request, project, form=form, status=422)


@require_safe
def library(request: Request, slug: str) -> HttpResponse:
    """The forty starter risks."""
    return _library(request, access.visible(request, slug))


def _library(request: Request, project: Project, sentence: str = "", status: int = 200) -> HttpResponse:
    present = {risk.key for risk in selectors.register(project)}
    wanted = {row.risk.key: _reason(row) for row in selectors.picture(project).suggestions}

    def rows(category: str) -> list[tuple[LibraryRisk, bool, str]]:
        risks = (risk for risk in catalog.risk_library().risks if risk.category == category)
        return [(risk, risk.key in present, wanted.get(risk.key, "")) for risk in risks]

    context = {
        "groups": [(category, rows(category.key)) for category in catalog.risk_matrix().categories],
        "frameworks": {framework.key: framework.label for framework in catalog.risk_library().frameworks},
        "note": catalog.risk_library().note,
        "sentence": sentence,
    }
    return show(request, "risks/library.html", context, fragment="library", status=status)


@require_POST
def library_add(request: Request, slug: str, key: str) -> HttpResponse:
    """Put a starter risk into the register: from the suggestions beside it, or from the library."""
    project = access.editable(request, slug)
    from_library = request.POST.get("from") == "library"
    try:
        actions.library_add(project=project, key=key, by=request.user)
    except Refused as refused:
        if refused.code == "risk_not_in_library":
            raise Http404 from refused
        page = _library if from_library else _register
        return page(request, project, sentence=say(refused), status=422)
    if not from_library:
        return _done(request, project)
    if wants_fragment(request):
        return _library(request, project)
    return redirect(reverse("risks:library", args=[slug]) + f"#{key}")


@require_http_methods(["GET", "HEAD", "POST"])
def risk_edit(request: Request, slug: str, key: str) -> HttpResponse:
    """One risk, whole: to read, or to change."""
    project = access.editable(request, slug) if request.method == "POST" else access.visible(request, slug)
    if request.method != "POST":
        risk = get_object_or_404(Risk.objects.of(project).select_related("by"), key=key)
        return _risk(request, risk, RiskForm(initial=RiskForm.values_of(risk)))
    # A risk that was deleted meanwhile is found too: the writer keeps the text and learns what happened.
    found = Risk.objects.of(project).filter(key=key).first() or Risk.objects.deleted(project).filter(key=key).first()
    if found is None:
        raise Http404
    return _save(request, found)


def _save(request: Request, risk: Risk) -> HttpResponse:
    form = RiskForm(request.POST)
    if not form.is_valid():
        return _risk(request, risk, form, status=422)
    try:
        outcome = actions.risk_edit(risk=risk, by=request.user, **form.cleaned_data)
    except Refused as refused:
        if refused.code == "risk_deleted":
            return _risk(request, risk, form, sentence=say(refused), deleted=True, status=409)
        form.add_error(refused.path if refused.path in form.fields else None, say(refused))
        return _risk(request, risk, form, status=422)
    if isinstance(outcome, actions.Clash):
        return _clash(request, outcome.current, form)
    return redirect("risks:register", risk.project.slug)


def _clash(request: Request, current: Risk, form: RiskForm) -> HttpResponse:
    """Both versions side by side; sending again on top of the version now seen keeps mine."""
    theirs = RiskForm(initial=RiskForm.values_of(current))
    differing = [
        {
            "label": theirs[name].label,
            "theirs": _shown(theirs, name, getattr(current, name)),
            "mine": _shown(form, name, mine),
        }
        for name, mine in form.cleaned_data.items()
        if name != "version" and getattr(current, name) != mine
    ]
    again = RiskForm({**request.POST.dict(), "version": str(current.version)})
    again.is_valid()
    sentence = here(catalog.sentence("risk_changed"))
    return _risk(request, current, again, sentence=sentence, differing=differing, status=409)


def _shown(form: RiskForm, name: str, value: Any) -> str:
    """A value as its field shows it: the label of a choice."""
    if value in (None, ""):
        return "–"
    choices = getattr(form.fields[name], "choices", None)
    return str(dict(choices).get(str(value), value)) if choices else str(value)


def _risk(
    request: Request,
    risk: Risk,
    form: RiskForm,
    *,
    sentence: str = "",
    differing: list[dict[str, Any]] | None = None,
    deleted: bool = False,
    status: int = 200,
) -> HttpResponse:
    starter = catalog.risk_library().risk(risk.library) if risk.library else None
    context = {
        "risk": risk,
        "registered": selectors.Registered(risk, selectors.where(risk)),
        "form": form,
        "sentence": sentence,
        "differing": differing or [],
        "deleted": deleted,
        "matrix": catalog.risk_matrix(),
        "starter": starter,
        "frameworks": {framework.key: framework.label for framework in catalog.risk_library().frameworks},
        "people": selectors.people(risk.project),
    }
    return show(request, "risks/risk.html", context, fragment="risk", status=status)


@require_POST
def risk_remove(request: Request, slug: str, key: str) -> HttpResponse:
    """Take a risk out of the register, with a way back on the next page."""
    project = access.editable(request, slug)
    risk = get_object_or_404(Risk.objects.of(project).select_related("project"), key=key)
    actions.risk_remove(risk=risk, by=request.user)
    if wants_fragment(request):
        return _register(request, project, removed=key)
    return redirect(reverse("risks:register", args=[slug]) + f"?removed={key}#register")


@require_POST
def risk_restore(request: Request, slug: str, key: str) -> HttpResponse:
    """Put a deleted risk back."""
    project = access.editable(request, slug)
    risk = Risk.objects.deleted(project).select_related("project").filter(key=key).first()
    if risk is None:
        raise Http404
    try:
        actions.risk_restore(risk=risk, by=request.user)
    except Refused as refused:
        return _register(request, project, sentence=say(refused), status=422)
    return _done(request, project)


def _done(request: Request, project: Project) -> HttpResponse:
    if wants_fragment(request):
        return _register(request, project)
    return redirect(reverse("risks:register", args=[project.slug]) + "#register")
