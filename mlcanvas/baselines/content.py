"""Baselines as content: what the project file and a revision hold of them."""

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from mlcanvas import catalog
from mlcanvas.accounts.models import User
from mlcanvas.baselines import actions, selectors
from mlcanvas.baselines.forms import LONG, BaselineForm
from mlcanvas.baselines.models import Baseline
from mlcanvas.domain.baseline import RULE_VERSION, Board, Gap
from mlcanvas.domain.refusal import Refused
from mlcanvas.projects.comparing import of_form
from mlcanvas.projects.models import JsonObject, Project
from mlcanvas.projects.parts import Part, Path
from mlcanvas.scope import selectors as scope
from mlcanvas.web.sentences import here

# In the order of the project file; `measured_on` is the only one that is not stored as it is written.
FIELDS = (
    "key",
    "name",
    "kind",
    "metric",
    "value",
    "low",
    "high",
    "n",
    "direction",
    "unit",
    "dataset",
    "dataset_revision",
    "split",
    "measured_on",
    "measured_by",
    "protocol",
    "source_name",
    "source_url",
    "licence",
    "comparable",
    "comparable_why",
    "active",
    "notes",
)


def _schema() -> JsonObject:
    number = {"type": "number", "minimum": -1e15, "maximum": 1e15}

    def line(most: int) -> JsonObject:
        return {"type": "string", "maxLength": most}

    entry = {
        "type": "object",
        "required": ["key", "name", "kind", "metric", "value"],
        "additionalProperties": False,
        "properties": {
            "key": {"type": "string", "pattern": "^[-A-Za-z0-9_]{1,60}$(?!\\n)"},
            "name": {"type": "string", "minLength": 1, "maxLength": 200},
            "kind": {"enum": [kind.key for kind in catalog.baseline_kinds().kinds]},
            "metric": {"type": "string", "pattern": "^[-a-z0-9_]{1,60}$(?!\\n)"},
            "value": number,
            "low": number,
            "high": number,
            "n": {"type": "integer", "minimum": 1, "maximum": 10**15},
            "direction": {"enum": Baseline.Direction.values},
            "unit": line(40),
            "dataset": line(200),
            "dataset_revision": line(80),
            "split": line(80),
            "measured_on": {"type": "string", "format": "date"},
            "measured_by": line(120),
            "protocol": line(LONG),
            "source_name": line(200),
            "source_url": line(500),
            "licence": line(120),
            "comparable": {"enum": [choice.key for choice in catalog.baseline_kinds().comparable]},
            "comparable_why": line(500),
            "active": {"type": "boolean"},
            "notes": line(LONG),
        },
    }
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {"entries": {"type": "array", "items": entry, "maxItems": actions.MOST}},
    }


def _read(project: Project) -> JsonObject:
    rows = sorted(Baseline.objects.of(project), key=lambda row: row.key)
    return {"entries": [_entry(row) for row in rows]} if rows else {}


def _entry(row: Baseline) -> JsonObject:
    values = {name: getattr(row, name) for name in FIELDS}
    values["measured_on"] = row.measured_on and row.measured_on.isoformat()
    return {name: value for name, value in values.items() if value is not None and value != ""}


def _write(project: Project, content: JsonObject, by: User | None) -> None:
    # What was deleted before stays deleted and can still be put back.
    Baseline.objects.of(project).delete()
    known = selectors.metrics(scope.metrics(project))
    seen: set[str] = set()
    rows = []
    for place, values in enumerate(content.get("entries", [])):
        path = f"baselines.entries[{place}]"
        if values["key"] in seen:
            raise Refused("baseline_key_twice", path=f"{path}.key", key=values["key"])
        seen.add(values["key"])
        try:
            stored = actions.checked(values, known, stored=_retired(values, known))
        except Refused as refused:
            raise Refused(refused.code, path=f"{path}.{refused.path}", **refused.values) from refused
        measured_on = date.fromisoformat(values["measured_on"]) if "measured_on" in values else None
        rows.append(Baseline(project=project, by=by, **{**stored, "measured_on": measured_on}))
    Baseline.objects.bulk_create(rows)
    actions.refresh(project=project)


def _retired(values: JsonObject, known: dict[str, selectors.Known]) -> Baseline | None:
    """A metric that the project no longer has is kept as long as the file says which way is better.

    Otherwise a project whose success metric was removed could be exported and not imported again.
    """
    if values["metric"] in known or "direction" not in values:
        return None
    return Baseline(metric=values["metric"], direction=values["direction"])


def _results(project: Project) -> JsonObject:
    """The comparison, with the labels that were shown."""
    registry = selectors.registry(project)
    rows = {row.key: row for row in registry.rows}
    return {
        "definition_version": catalog.baseline_kinds().version,
        "rule_version": RULE_VERSION,
        "main": registry.main and registry.main.metric,
        "comparison": [_board(board, registry, rows) for board in registry.boards],
    }


def _board(board: Board, registry: selectors.Registry, rows: dict[str, Baseline]) -> JsonObject:
    metric = registry.known[board.metric].metric if board.metric in registry.known else None
    name = board.goal.name if board.goal else board.metric
    goal = board.goal
    return {
        "metric": board.metric,
        "label": {"en": metric.label.en, "pt_BR": metric.label.pt_BR} if metric else {"en": name, "pt_BR": name},
        "direction": board.direction,
        "goal": goal and goal.key,
        "goal_name": goal and goal.name,
        "primary": bool(goal and goal.primary),
        "target": goal and goal.target,
        "minimum": goal and goal.minimum,
        "data": board.data and {"name": board.data.name, "revision": board.data.revision, "split": board.data.split},
        "best": board.best and board.best.key,
        "human": board.human and board.human.key,
        "ceiling": board.ceiling and board.ceiling.key,
        "target_gap": _gap(board.target_gap),
        "others": board.others,
        "rows": [
            {
                "key": row.entry.key,
                "name": row.entry.name,
                "kind": rows[row.entry.key].kind,
                "kind_label": _kind_label(rows[row.entry.key].kind),
                "value": row.entry.measured.value,
                "low": row.entry.measured.low,
                "high": row.entry.measured.high,
                "unit": rows[row.entry.key].unit,
                "aside": row.aside,
                "verdict": row.verdict,
                "best": row.best,
                "ties_best": row.ties_best,
                "to_target": _gap(row.to_target),
            }
            for row in board.rows
        ],
    }


def _gap(gap: Gap | None) -> dict[str, Any] | None:
    if gap is None:
        return None
    return {
        "gain": gap.gain,
        "verdict": gap.verdict,
        "error_cut": gap.error_cut,
        "human_share": gap.human_share,
    }


def _kind_label(key: str) -> dict[str, str] | None:
    kind = catalog.baseline_kinds().get(key)
    return None if kind is None else {"en": kind.label.en, "pt_BR": kind.label.pt_BR}


def _follow(project: Project) -> None:
    actions.refresh(project=project)


_name_of_field, _say_of_field = of_form(BaselineForm)


def _name(path: Path) -> str | None:
    if len(path) == 1:
        return ""
    return _name_of_field(path) if len(path) == 3 else None


def _say(path: Path, value: object) -> str | None:
    if path[-1] == "metric":
        known = catalog.metrics().get(str(value))
        return here(known.label) if known else None
    return _say_of_field(path, value)


BASELINES = Part(
    "baselines", _("Baselines"), 60, _schema, _read, _write, _results, _follow, names=_name, says=_say
)  # fmt: skip
