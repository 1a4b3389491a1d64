"""The page on which a workspace says how it scores its risks."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mlcanvas import catalog
from mlcanvas.domain import rescaling
from mlcanvas.domain.refusal import Refused
from mlcanvas.domain.risk import Rule, View
from mlcanvas.domain.scale import Band, Position, Scale
from mlcanvas.risks.models import RegisterScale
from mlcanvas.risks.scales import actions, selectors
from mlcanvas.risks.scales.forms import DraftForm, MappingForm, RuleForm, SizeForm, rule_of, suggested
from mlcanvas.risks.scales.selectors import InForce, Move, Preview
from mlcanvas.web.http import Request
from mlcanvas.web.pages import show
from mlcanvas.web.sentences import here, say
from mlcanvas.workspaces import access
from mlcanvas.workspaces.models import Membership
from mlcanvas.workspaces.roles import Role

LISTED = 200
"""How many moves a preview lists; the counts above it hold them all."""

PRESETS = ((3, 3), (4, 4), (5, 5))


@require_safe
def scale(request: Request, slug: str) -> HttpResponse:
    """What counts today: the scale of the registers and the rule for mixed answers."""
    return _scale(request, access.visible(request, slug))


def _scale(request: Request, seat: Membership, *, rule: RuleForm | None = None, status: int = 200) -> HttpResponse:
    by = selectors.in_force(seat.workspace_id)
    other: Rule = "mean" if by.rule == "max" else "max"
    context = _common(seat) | {
        "by": by,
        "grid": list(by.scale.rows()),
        "rules": [(known, known.key == by.rule) for known in catalog.risk_matrix().rules],
        "rule_form": rule or RuleForm(),
        "retiered": selectors.retiered(seat.workspace, by.rule, other),
        "earlier": [(row, selectors.scale_of(row)) for row in selectors.earlier(seat.workspace)],
        "catalogue": catalog.risk_matrix().scale,
        "caution": catalog.risk_matrix().caution,
    }
    return show(request, "scales/scale.html", context, fragment="scale", status=status)


def _common(seat: Membership) -> dict[str, Any]:
    return {"workspace": seat.workspace, "may_own": seat.role >= Role.OWNER, "part": "scale"}


@require_POST
def rule(request: Request, slug: str) -> HttpResponse:
    """Choose how mixed answers make one axis."""
    seat = access.owned(request, slug)
    form = RuleForm(request.POST)
    if not form.is_valid():
        return _scale(request, seat, rule=form, status=422)
    count = actions.change_rule(workspace=seat.workspace, rule=rule_of(form), by=request.user)
    said = ngettext("Saved. %(count)d project moved.", "Saved. %(count)d projects moved.", count) % {"count": count}
    messages.success(request, said)
    return redirect("scales:scale", slug)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: Request, slug: str) -> HttpResponse:
    """A new scale: its size, its words, its bands; then who moves where; then it counts."""
    seat = access.owned(request, slug)
    by = selectors.in_force(seat.workspace_id)
    if request.method != "POST":
        return _begin(request, seat, by)
    sizes = SizeForm(request.POST)
    if not sizes.is_valid():
        return _edit(request, seat, by, DraftForm(by.scale.size, of=by.scale), sizes=sizes, status=422)
    if request.POST.get("what") == "size":
        draft = DraftForm(sizes.size)
        draft.initial = suggested(by.scale, sizes.size)
        return _edit(request, seat, by, draft)
    draft = DraftForm(sizes.size, request.POST)
    if not draft.is_valid():
        return _edit(request, seat, by, draft, status=422)
    return _mapped(request, seat, by, draft)


def _begin(request: Request, seat: Membership, by: InForce) -> HttpResponse:
    """The form as the address asks for it: of a size, of an earlier scale, or of the one that counts."""
    wanted = by.scale
    sizes = SizeForm(request.GET)
    if "likelihoods" in request.GET and sizes.is_valid():
        draft = DraftForm(sizes.size)
        draft.initial = suggested(by.scale, sizes.size)
        return _edit(request, seat, by, draft)
    earlier = request.GET.get("from", "")
    if earlier == "catalogue":
        wanted = catalog.risk_matrix().scale
    elif earlier.isascii() and earlier.isdigit() and len(earlier) < 18:
        row = RegisterScale.objects.filter(workspace=seat.workspace, pk=int(earlier)).first()
        wanted = selectors.scale_of(row) if row else by.scale
    return _edit(request, seat, by, DraftForm(wanted.size, of=wanted))


def _mapped(request: Request, seat: Membership, by: InForce, draft: DraftForm) -> HttpResponse:
    """With a scale that holds: the mapping and the preview, or the change itself."""
    wanted: Scale = draft.cleaned_data["scale"]
    asked = request.POST.get("mapped_for", "")
    if asked and asked.partition("-")[0] != str(by.number):
        return _edit(request, seat, by, draft, sentence=say(Refused("scale_changed_meanwhile")), status=409)
    # A mapping that was made for another pair of sizes says nothing about this one.
    sent = asked == _pair(by, wanted)
    mapping = MappingForm(by.scale, wanted, request.POST if sent else None)
    if sent and not mapping.is_valid():
        return _edit(request, seat, by, draft, mapping=mapping, status=422)
    chosen = mapping.cleaned_data["mapping"] if sent else rescaling.usual(by.scale, wanted)
    remembered = mapping.cleaned_data["remembered"] if sent else True
    if request.POST.get("what") != "apply" or not sent:
        preview = selectors.preview(seat.workspace, wanted, chosen, remembered=remembered)
        return _edit(request, seat, by, draft, mapping=mapping, preview=preview)
    try:
        count = actions.change_scale(
            workspace=seat.workspace,
            wanted=wanted,
            mapping=chosen,
            remembered=remembered,
            seen=by.number,
            by=request.user,
        )
    except Refused as refused:
        return _edit(request, seat, by, draft, sentence=say(refused), status=409)
    said = ngettext(
        "This scale counts now. %(count)d risk stands on it.",
        "This scale counts now. %(count)d risks stand on it.",
        count,
    )
    messages.success(request, said % {"count": count})
    return redirect("scales:scale", seat.workspace.slug)


def _pair(by: InForce, wanted: Scale) -> str:
    """What a mapping is made for: the scale that counts, and the size of the new one."""
    return f"{by.number}-{wanted.size[0]}x{wanted.size[1]}"


def _edit(
    request: Request,
    seat: Membership,
    by: InForce,
    draft: DraftForm,
    *,
    sizes: SizeForm | None = None,
    mapping: MappingForm | None = None,
    preview: Preview | None = None,
    sentence: str = "",
    status: int = 200,
) -> HttpResponse:
    wanted: Scale | None = draft.cleaned_data.get("scale") if draft.is_bound and draft.is_valid() else None
    likelihoods, severities = draft.size
    context = _common(seat) | {
        "by": by,
        "draft": draft,
        "sizes": sizes or SizeForm(initial={"likelihoods": str(likelihoods), "severities": str(severities)}),
        "presets": [(one, other) for one, other in PRESETS if (one, other) != draft.size],
        "highest": likelihoods * severities,
        "wanted": wanted,
        "grid": list(wanted.rows()) if wanted else (),
        "mapping": mapping,
        "mapped_for": _pair(by, wanted) if wanted else "",
        "resized": wanted is not None and wanted.size != by.scale.size,
        "preview": preview,
        "moves": _listed(preview) if preview else (),
        "sentence": sentence,
        "address": reverse("scales:edit", args=[seat.workspace.slug]),
    }
    return show(request, "scales/edit.html", context, fragment="edit", status=status)


def _listed(preview: Preview) -> list[dict[str, Any]]:
    """The moves that a reader of the pictures notices, the worst first."""
    noticed = [move for move in preview.standing if move.changed or move.after.lowered]
    noticed.sort(key=lambda move: (move.bands[0].tone - move.bands[1].tone, move.risk.project.name))
    return [_move(move) for move in noticed[:LISTED]]


def _move(move: Move) -> dict[str, Any]:
    views: dict[View, str] = {"current": _("now"), "target": _("target")}
    return {
        "project": move.risk.project,
        "key": move.risk.key,
        "title": move.risk.title,
        "before": _place(move.before.current or move.before.inherent, move.bands[0]),
        "after": _place(move.after.places.current or move.after.places.inherent, move.bands[1]),
        "lowered": [views[view] for view in move.after.lowered],
        "back": move.back,
    }


def _place(place: Position, band: Band) -> dict[str, Any]:
    return {
        "tone": band.tone,
        "score": f"{place.score} · {here(band.label)}",
        "place": f"{place.likelihood} × {place.severity}",
    }
