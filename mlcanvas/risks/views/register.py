"""The register and its pictures: where the project stands, what could go wrong, and how that moved."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.forms import Form
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from mlcanvas import catalog
from mlcanvas.charts import risk_map
from mlcanvas.domain.refusal import Refused
from mlcanvas.domain.risk import FactorPoints, HeatMap, Suggestion, View, tier_of
from mlcanvas.domain.scale import Scale, Step
from mlcanvas.domain.text import Text
from mlcanvas.domain.trails import CHIPS, TRAILS_UP_TO
from mlcanvas.projects import access
from mlcanvas.projects.models import Project
from mlcanvas.risks import actions, listing, selectors
from mlcanvas.risks.forms import MANY, NewRiskForm, RiskForm, WhyForm
from mlcanvas.risks.legal import selectors as legal
from mlcanvas.risks.legal import views as law
from mlcanvas.risks.models import Risk
from mlcanvas.risks.scales.selectors import FIELDS, InForce, in_force
from mlcanvas.risks.selectors import Picture, Registered
from mlcanvas.web.http import Request, slug_in
from mlcanvas.web.pages import show, wants_fragment
from mlcanvas.web.sentences import here, say
from mlcanvas.web.templatetags.mlcanvas import number


@require_safe
def register(request: Request, slug: str) -> HttpResponse:
    """Tier, heat map, register, suggestions."""
    project = access.visible(request, slug)
    asking = request.headers.get("HX-Trigger", "")
    if asking == "moment" and wants_fragment(request):
        return show(request, "risks/on_moment.html", context_of(request, project))
    fragment = {"more-rows": "rows", "heat": "heat"}.get(asking, "register")
    removed = slug_in(request, "removed")
    keys = selectors.removed_last(project) if removed == "last" else [removed]
    return register_page(request, project, fragment=fragment, removed=keys)


def register_page(
    request: Request,
    project: Project,
    *,
    form: Form | None = None,
    removed: Sequence[str] = (),
    moved: dict[str, Any] | None = None,
    declining: str = "",
    why: Form | None = None,
    sentence: str = "",
    done: str = "",
    chosen: Sequence[str] = (),
    many: Mapping[str, Any] | None = None,
    fragment: str = "register",
    status: int = 200,
) -> HttpResponse:
    """The page of the register, or its part. `removed` are keys that can be put back, `moved` a move to take back."""
    context = context_of(request, project)
    by = context["picture"].by
    context |= {"form": form or NewRiskForm(by), "sentence": sentence, "moved": moved}
    context |= {"declining": declining, "why": why or WhyForm(), "done": done}
    context |= {"chosen": chosen, "many_rows": _many_rows(by, many or {}), "people": _people(project, context)}
    if removed and context["may_edit"]:
        gone = Risk.objects.deleted(project).filter(key__in=removed[: actions.FEW])
        context["removed"] = sorted({risk.key: risk for risk in gone}.values(), key=selectors.in_order)
        context["removed_keys"] = ",".join(removed)
        context["removed_count"] = len(removed)
    return show(request, "risks/register.html", context, fragment=fragment, status=status)


def _people(project: Project, context: dict[str, Any]) -> Sequence[str]:
    return selectors.people(project) if context["may_change"] else ()


def _many_rows(by: InForce, typed: Mapping[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """The fields that several risks can be given at once, with what was typed in them."""
    form = RiskForm(by, initial={name: typed.get(name, "") for name in MANY})
    return [
        (name, {"label": form[name].label, "html": form[name].as_widget(attrs={"id": f"many-{name}"})}) for name in MANY
    ]


def context_of(request: Request, project: Project) -> dict[str, Any]:
    """All that the page of the register shows."""
    picture = selectors.picture(project)
    moments = selectors.moments(project)
    number = min(listing.moment(request.GET), moments)
    at = selectors.moment(project, number) if number else None
    scale, risks = selectors.register_at(project, at) if at else (picture.by.scale, picture.register)
    base = reverse("risks:register", args=[project.slug])
    asked = replace(listing.asked(request.GET, base, scale), moment=number)
    still_open = [risk for risk in risks if risk.open]
    heat = selectors.heat_map(scale, still_open, asked.show)
    rows = asked.rows(risks)
    categories = {category.key: here(category.label) for category in catalog.risk_matrix().categories}
    today = timezone.localdate()
    start = 0 if asked.everything else (asked.page - 1) * listing.PAGE_SIZE
    end = len(rows) if asked.everything else start + listing.PAGE_SIZE
    return {
        "project": project,
        "may_edit": request.seat.may_edit,
        "may_change": request.seat.may_edit and not asked.moment,
        "matrix": catalog.risk_matrix(),
        "scale": scale,
        "picture": picture,
        "asked": asked,
        "moments": moments,
        "moment_at": at,
        "now_address": asked.address(moment=0),
        "heat": _heat(heat, scale, asked, {risk.key: risk for risk in still_open}),
        "heat_ghosts": _ghosts(heat),
        "heat_views": [(view, label, asked.address(show=view, cell=None)) for view, label in _views()],
        "summary": _summary(still_open, heat, scale),
        "rows": [listed(risk, categories, today) for risk in rows[start:end]],
        "total": len(rows),
        "more": asked.address(page=asked.page + 1) if end < len(rows) else "",
        "left": len(rows) - end,
        "whole": asked.address(everything=True),
        "headings": _headings(asked),
        "declined": [(row, catalog.risk_library().risk(key)) for key, row in sorted(picture.declined.items())],
        **_tier(picture),
        **law.shown(legal.case_of(project, picture.legal_answers, picture.facts)),
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
        "suggestions": [(suggestion, reason(suggestion)) for suggestion in picture.suggestions],
    }


def reason(suggestion: Suggestion) -> str:
    """Why a risk is suggested, with the answers in words."""
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


def _heat(
    heat: HeatMap, scale: Scale, asked: listing.Listing, risks: dict[str, Registered]
) -> list[tuple[Step, list[dict[str, Any]]]]:
    """The rows of the picture, each with its step of likelihood."""
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
            # A cell that holds too many shows a few of them, and all once it is chosen.
            crowded = len(cell.keys) > CHIPS and asked.cell != place
            shown.append(
                {
                    "place": cell.address,
                    "tone": str(cell.band.tone),
                    "score": str(cell.score),
                    "address": asked.address(cell=None if asked.cell == place else place),
                    "label": f"{label}: {count}",
                    "chosen": asked.cell == place,
                    "many": str(len(cell.keys)) if crowded else "",
                    "chips": [_chip(risks[key], asked.show) for key in (cell.keys[:3] if crowded else cell.keys)],
                    "left": cell.left[:3] if ghosts else (),
                }
            )
        rows.append((step, shown))
    return rows


def _chip(risk: Registered, view: View) -> dict[str, str]:
    """A risk in its cell, with what its writer sees in the two fields that a move changes."""
    seen = [getattr(risk.row, name) for name in FIELDS[view]]
    return {"key": risk.key, "title": risk.row.title, "seen": "" if None in seen else f"{seen[0]}x{seen[1]}"}


def _ghosts(heat: HeatMap) -> bool:
    """Whether earlier places are shown: with many risks they would only blur the picture."""
    return heat.total <= TRAILS_UP_TO and any(cell.left for row in heat.rows for cell in row)


def listed(risk: Registered, categories: dict[str, str], today: date) -> dict[str, Any]:
    """A row of the table, in plain words."""
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
        "alone": risk.open and not row.owner and risk.cared.serious and row.pk is not None,
        "due": date_format(row.due, "SHORT_DATE_FORMAT") if row.due else "",
        "overdue": risk.open and row.due is not None and row.due < today,
        "accepted": date_format(row.accepted_until, "SHORT_DATE_FORMAT") if row.accepted_until else "",
        "expired": risk.expired,
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


def _summary(risks: Sequence[Registered], heat: HeatMap, scale: Scale) -> str:
    """The picture in words."""
    if not heat.total:
        return _("No open risk in the register.")
    counts = ", ".join(f"{here(band.label)}: {count}" for band, count in heat.counts if count)
    said = [
        ngettext("%(count)d open risk (%(counts)s).", "%(count)d open risks (%(counts)s).", heat.total)
        % {"count": heat.total, "counts": counts}
    ]
    lowered = sum(1 for risk in risks if risk.where.current.score < risk.where.inherent.score)
    if lowered:
        said.append(
            ngettext(
                "%(count)d scores lower than before any measure.",
                "%(count)d score lower than before any measure.",
                lowered,
            )
            % {"count": lowered}
        )
    # Of the past, only places are known.
    alone = sum(1 for risk in risks if risk.row.pk and risk.cared.serious and not risk.cared.owned)
    if alone:
        said.append(
            ngettext(
                "%(count)d risk that is %(bands)s has no owner.",
                "%(count)d risks that are %(bands)s have no owner.",
                alone,
            )
            % {"count": alone, "bands": _(" or ").join(here(band.label) for band in scale.serious)}
        )
    expired = sum(1 for risk in risks if risk.expired)
    if expired:
        said.append(
            ngettext(
                "%(count)d was accepted until a day that is past.",
                "%(count)d were accepted until a day that is past.",
                expired,
            )
            % {"count": expired}
        )
    return " ".join(said)


@require_safe
def movement(request: Request, slug: str) -> HttpResponse:
    """The picture of the ways, as a plotly figure: before any measure, now, target."""
    project = access.visible(request, slug)
    number = min(listing.moment(request.GET), selectors.moments(project))
    scale = in_force(project.workspace_id).scale
    if number:
        scale, risks = selectors.register_at(project, selectors.moment(project, number))
    else:
        risks = selectors.register(project, scale)
    asked = listing.asked(request.GET, reverse("risks:register", args=[slug]), scale)
    matrix = catalog.risk_matrix()
    shown = [
        risk_map.Mapped(risk.key, risk.row.title, risk.row.category, risk.where)
        for risk in replace(asked, cell=None, sort="key").rows(risks)
    ]
    words = risk_map.Words(
        likelihood=_("Likelihood"),
        severity=_("Severity"),
        likelihood_steps=[here(step.label) for step in scale.likelihood],
        severity_steps=[here(step.label) for step in scale.severity],
        categories={category.key: here(category.label) for category in matrix.categories},
        now=_("Now"),
        before=_("Before any measure"),
        target=_("Target"),
        many=_("{count} risks: choose them to see which"),
    )
    return JsonResponse(risk_map.figure(scale, shown, words))


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
    context = context_of(request, project)
    context |= {
        "why": WhyForm(),
        "many_rows": _many_rows(context["picture"].by, {}),
        "people": _people(project, context),
        "factors_open": not in_table,
        "wrong_factor": factor if sentence else "",
        "wrong_sentence": sentence,
        "form": NewRiskForm(context["picture"].by),
    }
    page = "risks/on_answer.html" if wants_fragment(request) else "risks/register.html"
    return show(request, page, context, status=status)


@require_POST
def risk_add(request: Request, slug: str) -> HttpResponse:
    """Add a risk with the little that it needs."""
    project = access.editable(request, slug)
    form = NewRiskForm(in_force(project.workspace_id), request.POST)
    if form.is_valid():
        try:
            actions.risk_add(project=project, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error(refused.path or None, say(refused))
        else:
            return done(request, project)
    return register_page(request, project, form=form, status=422)


def done(request: Request, project: Project) -> HttpResponse:
    """After a write: the register as it stands now."""
    if wants_fragment(request):
        return register_page(request, project)
    return redirect(reverse("risks:register", args=[project.slug]) + "#register")
