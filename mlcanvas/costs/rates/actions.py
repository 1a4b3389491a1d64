"""Every write to the figures of a workspace. Rows are only ever added, so that an old estimate can be made again."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.db import transaction
from django.http import Http404

from mlcanvas import catalog
from mlcanvas.accounts.models import User
from mlcanvas.costs import actions as costs
from mlcanvas.costs.models import Answer, Calibration, OwnFigure
from mlcanvas.costs.rates import selectors
from mlcanvas.domain.canonical import canonical_json
from mlcanvas.domain.estimate.calibration import Fit
from mlcanvas.domain.estimate.rates import accept, settings
from mlcanvas.domain.refusal import Refused
from mlcanvas.projects.clash import Clash
from mlcanvas.projects.models import Project
from mlcanvas.workspaces.models import Workspace


@transaction.atomic
def figure_set(
    *, workspace: Workspace, place: str, value: Mapping[str, Any], source: str, dated: str, seen: int, by: User
) -> OwnFigure | Clash[OwnFigure]:
    """Set the workspace's own figure for `place`, in its currency, with who says so and as of when.

    `seen` is the row that the writer had before them, 0 for none. Raises Refused as `domain.estimate.rates.accept`
    does.
    """
    own = accept(catalog.cost_questionnaire(), place, value, currency=workspace.currency, source=source, dated=dated)
    _hold(workspace)
    last = selectors.last_rows(workspace.pk).get(own.place)
    standing = selectors.own_of(last) if last is not None else None
    if last is not None and standing == own:
        return last
    if last is not None and last.pk != seen:
        return Clash(last)
    values = asdict(own) | {"currency": own.currency or "", "dated": own.date}
    values.pop("date")
    row = OwnFigure.objects.create(workspace=workspace, by=by, **values)
    row.refresh_from_db()
    _follow(workspace)
    return row


@transaction.atomic
def figure_take_back(*, workspace: Workspace, place: str, seen: int, by: User) -> OwnFigure | Clash[OwnFigure] | None:
    """Let the catalogue's figure count again. None where nothing was set. Raises Refused (`rate_unknown`)."""
    if place not in settings(catalog.cost_questionnaire()):
        raise Refused("rate_unknown", "place", place=place)
    _hold(workspace)
    last = selectors.last_rows(workspace.pk).get(place)
    if last is None or selectors.own_of(last) is None:
        return None
    if last.pk != seen:
        return Clash(last)
    row = OwnFigure.objects.create(workspace=workspace, place=place, by=by)
    _follow(workspace)
    return row


@transaction.atomic
def fit_apply(*, workspace: Workspace, read: str, by: User) -> Calibration:
    """Correct every later estimate of the workspace by what its finished projects propose.

    `read` names the proposal that the person had before them (`selectors.fit_digest`). Raises Refused: `fit_too_few`,
    `fit_stale` when the finished projects say something else by now.
    """
    _hold(workspace)
    fit = selectors.proposal(workspace, selectors.record(workspace))
    if fit is None:
        raise Refused("fit_too_few")
    if selectors.fit_digest(fit) != read:
        raise Refused("fit_stale")
    last = selectors.calibration(workspace.pk)
    standing = selectors.fit_of(last)
    if last is not None and standing is not None and selectors.fit_digest(standing) == read:
        return last
    return _add(workspace, last, fit, by)


@transaction.atomic
def fit_take_back(*, workspace: Workspace, by: User) -> Calibration | None:
    """Correct no estimate any longer. None where none was corrected."""
    _hold(workspace)
    last = selectors.calibration(workspace.pk)
    if last is None or not last.fit:
        return None
    return _add(workspace, last, None, by)


def _add(workspace: Workspace, last: Calibration | None, fit: Fit | None, by: User) -> Calibration:
    number = 1 if last is None else last.number + 1
    text = canonical_json(asdict(selectors.named(fit, number))) if fit is not None else ""
    row = Calibration.objects.create(workspace=workspace, number=number, fit=text, by=by)
    _follow(workspace)
    return row


def _hold(workspace: Workspace) -> None:
    """Two owners who set figures of one workspace do so one after the other."""
    Workspace.objects.select_for_update(no_key=True).get(pk=workspace.pk)


def _follow(workspace: Workspace) -> None:
    """Let the lists show the ranges that the cost pages show now, once what was set is stored."""
    transaction.on_commit(lambda: _publish(workspace.pk))


def _publish(workspace_id: int) -> None:
    # Each project in its own transaction: nobody who writes waits for the whole workspace.
    answered = Answer.objects.filter(project__workspace=workspace_id).values("project")
    for project in Project.objects.filter(pk__in=answered):
        try:
            costs.publish(project=project)
        except Http404:  # somebody deleted it since the list was read
            continue
