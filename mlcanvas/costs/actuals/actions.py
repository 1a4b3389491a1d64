"""Every write to what a project came to."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from mlcanvas import catalog
from mlcanvas.accounts.models import User
from mlcanvas.costs.actuals import selectors
from mlcanvas.costs.models import Actual, Comparison, Estimate
from mlcanvas.domain.canonical import canonical_json
from mlcanvas.domain.estimate.actuals import MOST_MONEY, check_plan
from mlcanvas.domain.estimate.answers import finite
from mlcanvas.domain.refusal import Refused
from mlcanvas.domain.writing import clean
from mlcanvas.projects import actions as projects
from mlcanvas.projects.clash import Clash
from mlcanvas.projects.models import Project

LONGEST_NOTE = 2_000


@transaction.atomic
def actual_set(
    *, project: Project, line: str, seen: Mapping[str, Any], by: User, **values: Any
) -> Actual | Clash[dict[str, Any]] | None:
    """Say what a line came to: `amount`, `note`, `begun`, `ended`; the writer saw `seen` in these fields.

    Fields that the writer left as they were stay as they are now. A Clash when somebody else changed one of the others
    to something else meanwhile. With nothing left in it, the row is gone: None. Raises Refused as `check` does.
    """
    known_line(line)
    projects.hold(project)
    # Everybody who writes here holds the project first: what is read now stands until the end.
    row = Actual.objects.select_related("by").filter(project=project, line=line).first()
    before = selectors.values_of(row)
    wanted = {name: value for name, value in values.items() if value != seen[name]}
    if any(before[name] not in (seen[name], value) for name, value in wanted.items()):
        return Clash(before, row.by if row else None)
    after = check(before | wanted)
    if after == before:
        return row
    if after == selectors.NOTHING:
        Actual.objects.filter(project=project, line=line).delete()
        row = None
    else:
        row, _created = Actual.objects.update_or_create(project=project, line=line, defaults={**after, "by": by})
    _keep_plan(project, by)
    # What stood is told with what replaced it, so that no note is gone for good.
    what = "costs.actual_cleared" if row is None else "costs.actual_set"
    label = catalog.cost_questionnaire().label(line).say(project.language)
    changed = {name: _plain(before[name]) for name in before if before[name] != after[name]}
    projects.record(project=project, by=by, what=what, line=line, label=label, before=changed)
    projects.touch(project=project)
    return row


def known_line(line: str) -> str:
    """Raises Refused (`actual_line_unknown`) for a line that no estimate has."""
    if line not in selectors.lines():
        raise Refused("actual_line_unknown", "line", line=line)
    return line


def check(values: Mapping[str, Any], path: str = "") -> dict[str, Any]:
    """The values as they may be stored.

    Raises Refused with the field as its path: `cost_not_a_number`, `cost_negative`, `cost_too_large`, `actual_dates`,
    `text_too_long`, `text_unstorable`.
    """
    at = f"{path}." if path else ""
    amount = values["amount"]
    if amount is not None:
        amount = float(finite(amount, f"{at}amount"))
        if amount < 0:
            raise Refused("cost_negative", f"{at}amount")
        if amount > MOST_MONEY:
            raise Refused("cost_too_large", f"{at}amount", most=MOST_MONEY)
    begun, ended = values["begun"], values["ended"]
    if begun is not None and ended is not None and ended < begun:
        raise Refused("actual_dates", f"{at}ended")
    try:
        note = clean(values["note"], limit=LONGEST_NOTE)
    except Refused as refused:
        raise Refused(refused.code, f"{at}note", **refused.values) from refused
    return {"amount": amount, "note": note, "begun": begun, "ended": ended}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


@transaction.atomic
def compare_with(*, project: Project, number: int | None, by: User) -> None:
    """Compare the amounts with the stored estimate `number`; None leaves it to the dates again.

    Raises Refused (`estimate_unknown`).
    """
    projects.hold(project)
    if number is None:
        Comparison.objects.filter(project=project).delete()
        _keep_plan(project, by)
    else:
        plan = selectors.plan(project, number, "chosen")
        if plan is None:
            raise Refused("estimate_unknown", "estimate")
        _keep(project, plan, by)
    projects.record(project=project, by=by, what="costs.compared", number=number)
    projects.touch(project=project)


def _keep_plan(project: Project, by: User | None) -> None:
    """Keep the plan that follows from the dates, where nobody chose one: it may be another one than before."""
    held = Comparison.objects.filter(project=project).first()
    if held is not None and not _follows(project, json.loads(held.plan)):
        return
    rows = Actual.objects.filter(project=project)
    plan = selectors.default_plan(project, rows) if rows.exists() else None
    if plan is None:
        Comparison.objects.filter(project=project).delete()
    elif held is None or json.loads(held.plan) != plan:
        _keep(project, plan, by)


def _follows(project: Project, plan: Mapping[str, Any]) -> bool:
    """Whether a kept plan may give way to another: nobody chose it, and it did not come with a project file, whose
    estimates stayed behind."""
    known = Estimate.objects.filter(project=project, digest=plan.get("digest", ""))
    return plan.get("reason") != "chosen" and known.exists()


def _keep(project: Project, plan: Mapping[str, Any], by: User | None) -> None:
    values = {"plan": canonical_json(plan), "by": by, "at": timezone.now()}
    Comparison.objects.update_or_create(project=project, defaults=values)


@transaction.atomic
def replace(*, project: Project, content: Mapping[str, Any], by: User | None) -> None:
    """Put what a project file says in the place of what stands. Raises Refused with the path of a mistake."""
    accepted = {}
    for line, values in (content.get("lines") or {}).items():
        path = f"actuals.lines.{line}"
        known_line(line)
        dates = {name: _date(values.get(name), f"{path}.{name}") for name in ("begun", "ended")}
        accepted[line] = check({**selectors.NOTHING, **values, **dates}, path)
    plan = content.get("plan")
    if plan is not None:
        check_plan(plan, "actuals.plan")
        _date(plan["made"], "actuals.plan.made")
    Actual.objects.filter(project=project).delete()
    Comparison.objects.filter(project=project).delete()
    Actual.objects.bulk_create(
        Actual(project=project, line=line, by=by, **values)
        for line, values in accepted.items()
        if values != selectors.NOTHING
    )
    if plan is not None:
        _keep(project, plan, by)


def _date(text: str | None, path: str) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Refused("rate_date", path) from error
