"""The scenarios as content: what the project file and a revision hold of them."""

from typing import Any

from django.utils.translation import gettext

from mlcanvas.costs.scenarios import actions, selectors
from mlcanvas.domain.estimate import PILOT
from mlcanvas.domain.estimate.scenarios import UNANSWERED
from mlcanvas.projects.models import JsonObject, Project
from mlcanvas.projects.parts import Path


def schema(answers: JsonObject, pilot: JsonObject) -> JsonObject:
    """The list of scenarios, whose answers are those of the plan (`answers` by question, `pilot`) or `unanswered`."""
    own = {key: _or_open(each) for key, each in answers.items()}
    return {
        "type": "array",
        "maxItems": actions.MOST,
        "items": {
            "type": "object",
            "required": ["key", "name"],
            "additionalProperties": False,
            "properties": {
                "key": {"type": "string", "pattern": "^S[1-9][0-9]{0,3}$"},
                "name": plan_schema(),
                "note": {"type": "string", "maxLength": actions.LONGEST_NOTE},
                "target": {"type": "number", "minimum": -1e12, "maximum": 1e12},
                "answers": {"type": "object", "additionalProperties": False, "properties": own},
                # A list, or the word.
                "pilot": {
                    **pilot,
                    "type": ["array", "string"],
                    "if": {"type": "string"},
                    "then": {"const": UNANSWERED},
                },
            },
        },
    }


def _or_open(answer: JsonObject) -> JsonObject:
    """What a question takes, and the word that leaves it open."""
    if "enum" in answer:
        return {"enum": [*answer["enum"], UNANSWERED]}
    return {"anyOf": [*answer["anyOf"], {"const": UNANSWERED}]}


def plan_schema() -> JsonObject:
    """A name, of the plan or of a scenario."""
    return {"type": "string", "minLength": 1, "maxLength": actions.LONGEST_NAME}


def read(project: Project) -> JsonObject:
    """The name of the plan and the scenarios, nothing that is empty."""
    found: JsonObject = {}
    if name := selectors.plan_name(project):
        found["plan"] = name
    if rows := selectors.scenarios(project):
        found["scenarios"] = [_item(row) for row in rows]
    return found


def _item(row: Any) -> JsonObject:
    held = selectors.own(row)
    pilot = held.pop(PILOT, None)
    found: JsonObject = {"key": row.key, "name": row.name}
    if row.note:
        found["note"] = row.note
    if row.target is not None:
        found["target"] = int(row.target) if float(row.target).is_integer() and abs(row.target) < 2**53 else row.target
    return found | ({"answers": held} if held else {}) | ({"pilot": pilot} if pilot is not None else {})


def results(project: Project) -> list[JsonObject]:
    """The range of each scenario, or why it has none."""
    found = []
    for variant in selectors.variants(project)[1:]:
        result, refused = variant.cost.result, variant.cost.refused
        item: JsonObject = {"key": variant.key, "name": variant.name}
        if result is not None:
            item |= {name: result[name] for name in ("p10", "p50", "p80", "p90", "mean", "items")}
        elif refused is not None:
            item["refused"] = refused.code
        found.append(item)
    return found


def name(path: Path) -> str | None:
    """What people call the place `path` of the part; None for another place."""
    names = {"plan": gettext("Name of the plan"), "scenarios": gettext("Scenario")}
    if len(path) == 1:
        return names.get(path[0])
    if path[0] == "scenarios" and len(path) == 3:
        own = {"name": gettext("Name"), "note": gettext("Note"), "target": gettext("Target"), "answers": ""}
        return own.get(path[2])
    return None


def say(path: Path, value: object) -> str | None:
    """The value at `path` in words."""
    return gettext("not answered") if path[0] == "scenarios" and value == UNANSWERED else None


def inside(path: Path) -> Path:
    """The place in a scenario as a place in the plan: what both are called is the same."""
    return path[2:] if len(path) > 3 and path[0] == "scenarios" else path
