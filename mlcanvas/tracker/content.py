"""The tracker as content: what the project file and a revision hold of it."""

from datetime import date

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mlcanvas import catalog
from mlcanvas.accounts.models import User
from mlcanvas.domain import lifecycle
from mlcanvas.domain.lifecycle import StageKey, Status
from mlcanvas.domain.refusal import Refused
from mlcanvas.domain.writing import LIMIT
from mlcanvas.projects.models import JsonObject, Project
from mlcanvas.projects.parts import Part, Path
from mlcanvas.tracker import actions, selectors
from mlcanvas.tracker.models import Checkpoint, Evidence, Move
from mlcanvas.tracker.selectors import sentence
from mlcanvas.web.sentences import here


def _schema() -> JsonObject:
    link = {
        "type": "object",
        "required": ["label", "url"],
        "additionalProperties": False,
        "properties": {
            "label": {"type": "string", "minLength": 1, "maxLength": 200},
            "url": {"type": "string", "pattern": "^https?://", "maxLength": 2000},
        },
    }
    checkpoint = {
        "type": "object",
        "minProperties": 1,
        "additionalProperties": False,
        "properties": {
            "status": {"enum": [Status.DONE.value, Status.WAIVED.value]},
            "reason": {"type": "string", "minLength": 1, "maxLength": LIMIT},
            "owner": {"type": "string", "minLength": 1, "maxLength": 120},
            "date": {"type": "string", "format": "date"},
            "iteration": {"type": "integer", "minimum": 1, "maximum": 10_000},
            "evidence": {"type": "array", "items": link, "minItems": 1, "maxItems": actions.MOST_EVIDENCE},
        },
    }
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "stage": {"enum": [stage.value for stage in StageKey]},
            "checkpoints": {
                "type": "object",
                "additionalProperties": False,
                "properties": dict.fromkeys(sorted(catalog.lifecycle().checkpoints), checkpoint),
            },
        },
    }


def _read(project: Project) -> JsonObject:
    found: JsonObject = {}
    at = selectors.stage(project)
    if at is not StageKey.SCOPE:
        found["stage"] = at.value
    checkpoints = {key: read for key, mark in selectors.marks(project).items() if (read := _checkpoint(project, mark))}
    return found | ({"checkpoints": checkpoints} if checkpoints else {})


def _checkpoint(project: Project, mark: lifecycle.Mark) -> JsonObject:
    optional = {
        "status": mark.status.value if mark.status is not Status.TODO else "",
        "reason": mark.reason,
        "owner": mark.owner,
        "date": mark.on,
        "evidence": [{"label": link.label, "url": link.url} for link in mark.evidence],
    }
    found: JsonObject = {name: value for name, value in optional.items() if value}
    if found and mark.iteration != project.iteration:
        found["iteration"] = mark.iteration
    return found


def _write(project: Project, content: JsonObject, by: User | None) -> None:
    Checkpoint.objects.filter(project=project).delete()
    for key, values in content.get("checkpoints", {}).items():
        path = f"tracker.checkpoints.{key}"
        _write_checkpoint(project, key, values, path, by)
    at, wanted = selectors.stage(project), StageKey(content.get("stage", StageKey.SCOPE))
    if at is not wanted:
        Move.objects.create(project=project, start=at, to=wanted, iteration=project.iteration, by=by)
    actions.placed(project=project)
    actions.refresh(project=project)


def _write_checkpoint(project: Project, key: str, values: JsonObject, path: str, by: User | None) -> None:
    status = Status(values.get("status", Status.TODO))
    try:
        lifecycle.record(actions.definition(key), status, values.get("reason", ""))
    except Refused as refused:
        raise Refused(refused.code, f"{path}.{refused.path}".rstrip("."), **refused.values) from refused
    if status is not Status.TODO and "date" not in values:
        raise Refused("checkpoint_done_date", f"{path}.date", checkpoint=key)
    if status is Status.TODO and "date" in values:
        raise Refused("checkpoint_todo_date", f"{path}.date", checkpoint=key)
    row = Checkpoint.objects.create(
        project=project,
        key=key,
        status=status.value,
        reason=values.get("reason", ""),
        owner=values.get("owner", ""),
        date=date.fromisoformat(values["date"]) if "date" in values else None,
        iteration=values.get("iteration", project.iteration),
        by=by,
    )
    for place, link in enumerate(values.get("evidence", [])):
        actions.check_url(link["url"], f"{path}.evidence[{place}].url")
        Evidence.objects.create(checkpoint=row, label=link["label"], url=link["url"], by=by)


def _results(project: Project) -> JsonObject:
    """Gates by stage, with their labels and what was missing in the project's own language."""
    stages = [
        {
            "key": key.value,
            "label": gate.stage.label.say(project.language),
            "readiness": gate.readiness,
            "gates": [
                {
                    "key": standing.checkpoint.key,
                    "label": standing.checkpoint.text.say(project.language),
                    "met": standing.met,
                    "by": standing.by,
                    "missing": []
                    if standing.met
                    else [sentence(found, project.language) for found in standing.missing],
                }
                for standing in gate.gates
            ],
        }
        for key, gate in selectors.gates(project).items()
    ]
    return {"stage": selectors.stage(project).value, "rule_version": catalog.lifecycle().version, "stages": stages}


def _name(path: Path) -> str | None:
    if len(path) == 2 and path[0] == "checkpoints":
        found = catalog.lifecycle().checkpoints.get(path[1])
        return here(found.text) if found else None
    names = {
        "stage": gettext("Stage"),
        "checkpoints": "",
        "status": gettext("Status"),
        "reason": gettext("Note, or the reason for waiving"),
        "owner": gettext("Who answers for it"),
        "date": gettext("Date"),
        "iteration": gettext("Iteration"),
        "evidence": gettext("Evidence"),
        "url": gettext("Address"),
        "label": gettext("What it shows"),
    }
    return names.get(path[-1])


def _say(path: Path, value: object) -> str | None:
    if path == ("stage",):
        stage = next((stage for stage in catalog.lifecycle().stage if stage.key == value), None)
        return here(stage.label) if stage else None
    said = dict(Checkpoint.Status.choices).get(str(value)) if path[-1] == "status" else None
    return str(said) if said else None


TRACKER = Part("tracker", _("Lifecycle"), 70, _schema, _read, _write, _results, names=_name, says=_say)
