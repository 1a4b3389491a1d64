from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mlcanvas import catalog
from mlcanvas.baselines import actions, picture, selectors
from mlcanvas.baselines.forms import BaselineForm
from mlcanvas.baselines.models import Baseline
from mlcanvas.domain.baseline import Board, Gap, Kind, Row
from mlcanvas.domain.refusal import Refused
from mlcanvas.projects import access
from mlcanvas.projects.clash import Clash
from mlcanvas.projects.models import Project
from mlcanvas.scope import selectors as scope
from mlcanvas.web.http import Request, slug_in
from mlcanvas.web.pages import show, wants_fragment
from mlcanvas.web.sentences import here, say
from mlcanvas.web.templatetags.mlcanvas import number


@dataclass(frozen=True)
class ShownRow:
    """A baseline in the table and in the picture."""

    row: Baseline
    kind: Kind | None
    mark: picture.Mark
    value: str
    standing: str
    tone: str
    best: bool
    ties_best: bool


@dataclass(frozen=True)
class ShownBoard:
    """One metric: the picture, its sentence, its table."""

    key: str
    name: str
    target: str
    primary: bool
    data: str
    line: picture.Line
    ends: tuple[str, str]
    summary: str
    rows: list[ShownRow]


@require_safe
def registry(request: Request, slug: str) -> HttpResponse:
    """All baselines, compared with the targets of the project."""
    project = access.visible(request, slug)
    return _registry(request, project, removed=slug_in(request, "removed"))


def _registry(
    request: Request, project: Project, *, removed: str = "", sentence: str = "", status: int = 200
) -> HttpResponse:
    found = selectors.registry(project)
    rows = {row.key: row for row in found.rows}
    context = {
        "boards": [_board(board, found, rows) for board in found.boards],
        "registry": found,
        "kinds": catalog.baseline_kinds().kinds,
        "sentence": sentence,
    }
    if removed and request.seat.may_edit:
        context["removed"] = Baseline.objects.deleted(project).filter(key=removed).first()
    return show(request, "baselines/registry.html", context, fragment="registry", status=status)


def _board(board: Board, found: selectors.Registry, rows: dict[str, Baseline]) -> ShownBoard:
    known = found.known.get(board.metric)
    metric = known.metric if known else None
    unit = _unit(known)
    line = picture.line(board, metric)
    name = board.goal.name if board.goal else here(metric.label) if metric else board.metric
    target = board.goal.target if board.goal else None
    data = board.data
    return ShownBoard(
        key=board.metric,
        name=name,
        target="" if target is None else _figure(target, unit),
        primary=bool(board.goal and board.goal.primary),
        data=" · ".join(part for part in (data.name, data.revision, data.split) if part) if data else "",
        line=line,
        ends=(_figure(line.start, unit), _figure(line.end, unit)),
        summary=_summary(board, unit),
        rows=[_row(row, rows[row.entry.key], line, unit) for row in board.rows],
    )


def _unit(known: selectors.Known | None) -> str:
    if known is None:
        return ""
    return known.unit or (here(known.metric.unit) if known.metric and known.metric.unit else "")


def _figure(value: float, unit: str) -> str:
    # A unit that is a sentence ("same unit as the outcome") belongs in help, not behind each number.
    return f"{number(value, 4)}\u00a0{unit}" if unit and len(unit) <= 12 else number(value, 4)


def _per_cent(share: float) -> str:
    return f"{number(share * 100, 0)}\u00a0%"


def _row(row: Row, stored: Baseline, line: picture.Line, unit: str) -> ShownRow:
    measured = row.entry.measured
    value = _figure(measured.value, stored.unit or unit)
    if measured.low is not None or measured.high is not None:
        value += f" ({number(measured.lowest, 4)}–{number(measured.highest, 4)})"
    return ShownRow(
        row=stored,
        kind=catalog.baseline_kinds().get(stored.kind),
        mark=line.mark(row),
        value=value,
        standing=_standing(row, stored, unit),
        tone="aside" if row.aside else "human" if row.entry.role == "human" else "best" if row.best else "plain",
        best=row.best,
        ties_best=row.ties_best,
    )


def _standing(row: Row, stored: Baseline, unit: str) -> str:
    """How a baseline stands to the target, or why it is not compared."""
    if row.aside == "inactive":
        return _("not active")
    if row.aside == "not_comparable":
        return _("not compared: %(why)s") % {"why": stored.comparable_why or _("no reason given")}
    if row.aside == "other_data":
        return _("not compared: measured on other data")
    if row.to_target is None:
        return _("no target to compare with")
    if row.verdict == "beats":
        return _("already better than the target")
    if row.verdict == "ties":
        return _("level with the target")
    return _("%(gap)s short of the target") % {"gap": _figure(row.to_target.gain, unit)}


def _summary(board: Board, unit: str) -> str:
    """The board in words: what a model must add to what is there."""
    if board.best is None:
        return _("Nothing here can be compared with the target yet: no active baseline is marked as comparable.")
    best = f"{board.best.name} ({_figure(board.best.measured.value, unit)})"
    if board.target_gap is None or board.goal is None or board.goal.target is None:
        return _("The best comparable baseline is %(best)s. This metric has no target yet.") % {"best": best}
    target = _figure(board.goal.target, unit)
    if board.target_gap.verdict == "misses":
        said = _("%(best)s is already better than the target of %(target)s: aim higher, or do without a model.")
        return said % {"best": best, "target": target}
    if board.target_gap.verdict == "ties":
        said = _("%(best)s cannot be told apart from the target of %(target)s: aim higher, or do without a model.")
        return said % {"best": best, "target": target}
    said = _("To reach %(target)s, a model must be better by %(gain)s than the best baseline, %(best)s")
    sentence = said % {"target": target, "gain": _figure(board.target_gap.gain, unit), "best": best}
    return f"{sentence}{_shares(board.target_gap)}."


def _shares(gap: Gap) -> str:
    shares = ""
    if gap.error_cut is not None:
        shares += ": " + _("%(share)s fewer errors") % {"share": _per_cent(gap.error_cut)}
    if gap.human_share is not None:
        shares += ", " if shares else ": "
        shares += _("%(share)s of the way to people") % {"share": _per_cent(gap.human_share)}
    return shares


def _known(project: Project) -> dict[str, selectors.Known]:
    return selectors.metrics(scope.metrics(project))


@require_http_methods(["GET", "HEAD", "POST"])
def baseline_add(request: Request, slug: str) -> HttpResponse:
    """A new baseline."""
    project = access.editable(request, slug)
    known = _known(project)
    if request.method != "POST":
        own = next((key for key, metric in known.items() if metric.own), "")
        return _baseline(
            request, None, BaselineForm(initial={"active": True, "metric": own, "kind": "heuristic"}, known=known)
        )
    form = BaselineForm(request.POST, known=known)
    if form.is_valid():
        values = {name: value for name, value in form.cleaned_data.items() if name != "version"}
        try:
            actions.baseline_add(project=project, by=request.user, **values)
        except Refused as refused:
            form.add_error(refused.path if refused.path in form.fields else None, say(refused))
        else:
            return redirect("baselines:registry", slug)
    return _baseline(request, None, form, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
def baseline_edit(request: Request, slug: str, key: str) -> HttpResponse:
    """One baseline, whole: to read, or to change."""
    project = access.editable(request, slug) if request.method == "POST" else access.visible(request, slug)
    if request.method != "POST":
        row = get_object_or_404(Baseline.objects.of(project).select_related("by"), key=key)
        return _baseline(request, row, BaselineForm(initial=BaselineForm.values_of(row), known=_known(project)))
    # One that was deleted meanwhile is found too: the writer keeps the text and learns what happened.
    stored = Baseline.objects.of(project).filter(key=key).first()
    stored = stored or Baseline.objects.deleted(project).filter(key=key).first()
    if stored is None:
        raise Http404
    return _save(request, project, stored)


def _save(request: Request, project: Project, row: Baseline) -> HttpResponse:
    form = BaselineForm(request.POST, known=_known(project), initial={"metric": row.metric})
    form.fields["version"].required = True
    if not form.is_valid():
        return _baseline(request, row, form, status=422)
    try:
        outcome = actions.baseline_edit(row=row, by=request.user, **form.cleaned_data)
    except Refused as refused:
        if refused.code == "baseline_deleted":
            return _baseline(request, row, form, sentence=say(refused), deleted=True, status=409)
        form.add_error(refused.path if refused.path in form.fields else None, say(refused))
        return _baseline(request, row, form, status=422)
    if isinstance(outcome, Clash):
        return _clash(request, outcome.current, form)
    return redirect("baselines:registry", project.slug)


def _clash(request: Request, current: Baseline, form: BaselineForm) -> HttpResponse:
    """Both versions side by side; sending again on top of the version now seen keeps mine."""
    differing = [
        {
            "label": form[name].label,
            "theirs": _shown(form, name, getattr(current, name)),
            "mine": _shown(form, name, mine),
        }
        for name, mine in form.cleaned_data.items()
        if name != "version" and getattr(current, name) != mine
    ]
    again = BaselineForm(
        {**request.POST.dict(), "version": str(current.version)}, known=form.known, initial={"metric": current.metric}
    )
    again.is_valid()
    sentence = here(catalog.sentence("baseline_changed"))
    return _baseline(request, current, again, sentence=sentence, differing=differing, status=409)


def _shown(form: BaselineForm, name: str, value: Any) -> str:
    """A value as a reader would write it."""
    if value in (None, ""):
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, float):
        return number(value, 6)
    if name == "metric":
        metric = form.known.get(value)
        return (
            metric.own.name
            if metric and metric.own
            else here(metric.metric.label)
            if metric and metric.metric
            else value
        )
    choices = getattr(form.fields[name], "choices", None)
    return str(dict(choices).get(value, value)) if choices else str(value)


def _baseline(
    request: Request,
    row: Baseline | None,
    form: BaselineForm,
    *,
    sentence: str = "",
    differing: list[dict[str, Any]] | None = None,
    deleted: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {
        "row": row,
        "form": form,
        "sentence": sentence,
        "differing": differing or [],
        "deleted": deleted,
    }
    return show(request, "baselines/baseline.html", context, fragment="baseline", status=status)


@require_POST
def baseline_remove(request: Request, slug: str, key: str) -> HttpResponse:
    """Take a baseline out of the registry, with a way back on the next page."""
    project = access.editable(request, slug)
    row = get_object_or_404(Baseline.objects.of(project).select_related("project"), key=key)
    actions.baseline_remove(row=row, by=request.user)
    if wants_fragment(request):
        return _registry(request, project, removed=key)
    return redirect(reverse("baselines:registry", args=[slug]) + f"?removed={key}")


@require_POST
def baseline_restore(request: Request, slug: str, key: str) -> HttpResponse:
    """Put a deleted baseline back."""
    project = access.editable(request, slug)
    row = Baseline.objects.deleted(project).select_related("project").filter(key=key).first()
    if row is None:
        raise Http404
    try:
        actions.baseline_restore(row=row, by=request.user)
    except Refused as refused:
        return _registry(request, project, sentence=say(refused), status=422)
    if wants_fragment(request):
        return _registry(request, project)
    return redirect("baselines:registry", slug)
