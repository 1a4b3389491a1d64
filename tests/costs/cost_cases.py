"""Finished projects, and estimates to compare with."""

from datetime import date

from mlcanvas.costs import actions
from mlcanvas.costs.actuals import actions as actuals
from mlcanvas.costs.actuals import selectors
from mlcanvas.projects import actions as projects

BEGUN, ENDED = date(2026, 12, 1), date(2027, 5, 31)


def estimated(project, by, rate=450):
    """An estimate from one answer."""
    value = {"low": 0.8 * rate, "likely": rate, "high": 2 * rate}
    actions.answer(project=project, question="T1_day_rate", value=value, by=by)


def spend(project, by, line, amount, **values):
    """Say what a line came to, as somebody who saw what stands."""
    seen = selectors.values_of(selectors.rows(project).get(line))
    wanted = {**seen, "amount": amount, **values}
    return actuals.actual_set(project=project, line=line, seen=seen, by=by, **wanted)


def end(project, by, ratio=1.2):
    """An amount for every line: `ratio` times its P50."""
    for line in selectors.standing(project).outcome.lines:
        spend(project, by, line.key, round(ratio * line.planned.p50, 2), begun=BEGUN, ended=ENDED)


def ended(workspace, by, count, ratio=1.2, **more):
    """Several finished projects."""
    found = []
    for number in range(count):
        project = projects.create(workspace=workspace, name=f"Finished {number}", by=by, **more)
        estimated(project, by, rate=400 + 10 * number)
        end(project, by, ratio=ratio + 0.05 * number)
        found.append(project)
    return found
