"""What a project came to, as content: what the project file and a revision hold of it."""

import json
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mlcanvas import catalog
from mlcanvas.accounts.models import User
from mlcanvas.costs.actuals import actions, selectors
from mlcanvas.costs.models import Comparison
from mlcanvas.domain.canonical import canonical
from mlcanvas.domain.estimate.actuals import MOST_MONEY, LineOutcome
from mlcanvas.projects.models import JsonObject, Project
from mlcanvas.projects.parts import Part, Path
from mlcanvas.web.sentences import here
from mlcanvas.workspaces.currencies import CURRENCIES

# In the order of the project file.
_PLAN = ("made", "reason", "digest", "corrected", "currency", "years", "p10", "p50", "p80", "p90")
_LINE = ("key", "low", "likely", "high", "p10", "p50", "p90")


def _schema() -> JsonObject:
    money = {"type": "number", "minimum": 0, "maximum": MOST_MONEY}
    planned = {"type": "number", "minimum": 0}
    day = {"type": "string", "format": "date"}
    line = {
        "type": "object",
        "required": list(_LINE),
        "additionalProperties": False,
        "properties": {"key": {"type": "string", "minLength": 1, "maxLength": 60}, **dict.fromkeys(_LINE[1:], planned)},
    }
    plan = {
        "type": "object",
        "required": [name for name in _PLAN if name != "corrected"] + ["lines"],
        "additionalProperties": False,
        "properties": {
            "made": day,
            "reason": {"enum": list(selectors.REASONS)},
            "digest": {"type": "string", "pattern": "^[0-9a-f]{64}$(?!\\n)"},
            "corrected": {"type": "integer", "minimum": 1},
            "currency": {"enum": [code for code, _label in CURRENCIES]},
            "years": planned,
            **dict.fromkeys(_PLAN[6:], planned),
            "lines": {"type": "array", "items": line, "maxItems": 50},
        },
    }
    actual = {
        "type": "object",
        "minProperties": 1,
        "additionalProperties": False,
        "properties": {
            "amount": money,
            "note": {"type": "string", "minLength": 1, "maxLength": actions.LONGEST_NOTE},
            "begun": day,
            "ended": day,
        },
    }
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "plan": plan,
            "lines": {
                "type": "object",
                "additionalProperties": False,
                "properties": dict.fromkeys(selectors.lines(), actual),
            },
        },
    }


def _read(project: Project) -> JsonObject:
    found: JsonObject = {}
    kept = Comparison.objects.filter(project=project).first()
    if kept is not None:
        plan = json.loads(kept.plan)
        ordered = {name: plan[name] for name in _PLAN if name in plan}
        found["plan"] = ordered | {"lines": [{name: line[name] for name in _LINE} for line in plan["lines"]]}
    lines = {}
    for key, row in selectors.rows(project).items():
        held = {name: value for name, value in selectors.values_of(row).items() if value not in (None, "")}
        lines[key] = {
            name: canonical(value) if name == "amount" else value if name == "note" else value.isoformat()
            for name, value in held.items()
        }
    return found | ({"lines": lines} if lines else {})


def _write(project: Project, content: JsonObject, by: User | None) -> None:
    actions.replace(project=project, content=content, by=by)


def _results(project: Project) -> JsonObject:
    """Each line and the total: planned, actual, the difference to P50, and where it fell."""
    standing = selectors.standing(project)
    if not standing.rows:
        return {}
    label = catalog.cost_questionnaire().label
    lines = []
    for line in standing.outcome.lines:
        text = label(line.key)
        lines.append({"key": line.key, "label": {"en": text.en, "pt_BR": text.pt_BR}, **_outcome(line)})
    side = standing.outcome.side
    return {
        "lines": lines,
        "total": _outcome(standing.outcome.total) | {"side": side},
        "complete": standing.outcome.complete,
    }


def _outcome(line: LineOutcome) -> JsonObject:
    planned = line.planned
    return {
        "planned": {"p10": planned.p10, "p50": planned.p50, "p90": planned.p90} if planned else None,
        "actual": line.actual,
        "difference": None if line.difference is None else round(line.difference, 2),
        "side": line.side,
    }


def _name(path: Path) -> str | None:
    names = {
        "plan": gettext("Compared with"),
        "lines": "",
        "made": gettext("Estimate of"),
        "reason": gettext("Taken because"),
        "digest": gettext("Digest"),
        "corrected": gettext("Corrections of the workspace, version"),
        "currency": gettext("Currency"),
        "years": gettext("Years of operation"),
        "amount": gettext("Actual amount"),
        "note": gettext("Note"),
        "begun": gettext("From"),
        "ended": gettext("Until"),
        "low": gettext("low"),
        "likely": gettext("likely"),
        "high": gettext("high"),
    }
    if path[-1] in names:
        return names[path[-1]]
    if path[-1] in selectors.lines():
        return here(catalog.cost_questionnaire().label(path[-1]))
    return path[-1].upper() if path[-1] in _PLAN else None


def reason(key: str) -> str:
    """Why an estimate is the one to compare with, in words."""
    reasons = {
        "chosen": gettext("a person chose it"),
        "signed": gettext("it stood at the first decision before the work began"),
        "before": gettext("it is the oldest from before the work began"),
        "oldest": gettext("it is the oldest"),
    }
    return reasons[key]


def _say(path: Path, value: Any) -> str | None:
    if path[-1] == "reason" and value in selectors.REASONS:
        return reason(value)
    return str(value)[:12] if path[-1] == "digest" else None


ACTUALS = Part("actuals", _("Actual costs"), 55, _schema, _read, _write, _results, names=_name, says=_say)
