"""The rows of the page of actual costs, ready to be printed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from mlcanvas import catalog
from mlcanvas.accounts.models import User
from mlcanvas.charts.actual_range import Planned, amounts
from mlcanvas.costs.actuals import selectors
from mlcanvas.costs.actuals.content import reason
from mlcanvas.costs.actuals.forms import ActualForm
from mlcanvas.costs.actuals.selectors import FIELDS, Candidate, Standing
from mlcanvas.costs.models import Actual
from mlcanvas.domain.estimate.actuals import LineOutcome
from mlcanvas.domain.text import Text
from mlcanvas.projects.models import Project


@dataclass(frozen=True, slots=True)
class Row:
    """One line: its outcome, the form in which it is typed, and what that form had before it."""

    key: str
    label: Text
    outcome: LineOutcome
    bar: Planned | None
    form: ActualForm
    seen: list[tuple[str, str]]
    stored: Actual | None
    saved: bool = False
    theirs: list[tuple[str, Any, Any]] | None = None
    by: User | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """All that the page prints."""

    standing: Standing
    rows: list[Row]
    total: Planned | None
    made: date | None
    reason: str
    candidates: list[Candidate]
    chosen: str
    missing: list[Text]


def written(values: Mapping[str, Any]) -> dict[str, str]:
    """Values as their fields read them back."""
    spell = ActualForm.base_fields["amount"].prepare_value
    return {
        name: "" if value is None else value.isoformat() if isinstance(value, date) else str(spell(value))
        for name, value in values.items()
    }


def page(project: Project, *, shown: Row | None = None) -> Page:
    """The page of a project; `shown` stands in for the row of its line."""
    standing = selectors.standing(project)
    planned = [line for line in standing.outcome.lines if line.planned is not None]
    bars = {
        bar.key: bar for bar in amounts([(line.key, line.planned, line.actual) for line in planned if line.planned])
    }
    rows = [
        shown
        if shown is not None and shown.key == line.key
        else row(line, standing.rows.get(line.key), bar=bars.get(line.key))
        for line in standing.outcome.lines
    ]
    label = catalog.cost_questionnaire().label
    whole, plan = standing.outcome.total, standing.plan
    total = amounts([("total", whole.planned, whole.actual)])[0] if whole.planned is not None else None
    return Page(
        standing=standing,
        rows=rows,
        total=total,
        made=date.fromisoformat(plan["made"]) if plan else None,
        reason=reason(plan["reason"]) if plan else "",
        candidates=selectors.candidates(project),
        chosen=plan["digest"] if plan else "",
        missing=[label(line.key) for line in standing.outcome.lines if line.missing],
    )


def row(
    outcome: LineOutcome,
    stored: Actual | None,
    *,
    bar: Planned | None = None,
    form: ActualForm | None = None,
    **more: Any,
) -> Row:
    """One row, with what is stored in its form or with the `form` that was sent."""
    values = selectors.values_of(stored)
    seen = [(f"seen-{name}", text) for name, text in written(values).items()]
    key = outcome.key
    return Row(
        key=key,
        label=catalog.cost_questionnaire().label(key),
        outcome=outcome,
        bar=bar,
        form=form or ActualForm(initial=values, auto_id=f"{key}-%s"),
        seen=seen,
        stored=stored,
        **more,
    )


def differences(form: ActualForm, current: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    """What stands and what was sent, for the fields in which they differ: (label, theirs, mine)."""
    return [
        (str(form.fields[name].label), current[name], form.cleaned_data[name])
        for name in FIELDS
        if current[name] != form.cleaned_data[name]
    ]
