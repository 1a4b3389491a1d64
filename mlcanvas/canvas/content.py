"""The canvas as content: what the project file and a revision hold of it."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from mlcanvas import catalog
from mlcanvas.accounts.models import User
from mlcanvas.canvas import actions, selectors
from mlcanvas.canvas.models import DEFAULT_TEMPLATE, Agreement, Canvas
from mlcanvas.domain.canvas import State
from mlcanvas.domain.writing import LIMIT
from mlcanvas.projects import selectors as projects
from mlcanvas.projects.content import write_texts
from mlcanvas.projects.models import JsonObject, Project
from mlcanvas.projects.parts import Part


def _schema() -> JsonObject:
    blocks = {key for template in catalog.canvas_templates().values() for key in template.blocks}
    block = {
        "type": "object",
        "required": ["text"],
        "additionalProperties": False,
        "properties": {
            "text": {"type": "string", "minLength": 1, "maxLength": LIMIT},
            "state": {"enum": [State.DRAFT.value, State.AGREED.value]},
        },
    }
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "template": {"enum": sorted(catalog.canvas_templates())},
            "designed_for": {"type": "string", "maxLength": 200},
            "designed_by": {"type": "string", "maxLength": 200},
            "date": {"type": "string", "format": "date"},
            "blocks": {
                "type": "object",
                "additionalProperties": False,
                "properties": dict.fromkeys(sorted(blocks), block),
            },
        },
    }


def _read(project: Project) -> JsonObject:
    filled = selectors.canvas(project)
    found: JsonObject = {"template": filled.template.key}
    header = filled.header
    head = {
        "designed_for": header.designed_for,
        "designed_by": header.designed_by,
        "date": header.date and header.date.isoformat(),
    }
    found |= {name: value for name, value in head.items() if value}
    blocks = {
        row.block.key: {"text": row.text, "state": row.state.value} for row in filled.blocks if row.state != State.EMPTY
    }
    return found | ({"blocks": blocks} if blocks else {})


def _write(project: Project, content: JsonObject, by: User | None) -> None:
    template = content.get("template", DEFAULT_TEMPLATE)
    Canvas.objects.update_or_create(
        project=project,
        defaults={
            "template": template,
            "designed_for": content.get("designed_for", ""),
            "designed_by": content.get("designed_by", ""),
            "date": date.fromisoformat(content["date"]) if "date" in content else None,
        },
    )
    blocks = content.get("blocks", {})
    prefix = f"canvas/{template}"
    write_texts(project, prefix, {key: block["text"] for key, block in blocks.items()}, by)
    Agreement.objects.filter(project=project).delete()
    passages = projects.texts(project, prefix)
    for key, block in blocks.items():
        if block.get("state") == State.AGREED.value:
            Agreement.objects.create(project=project, block=key, version=passages[key].version, by=by)
    actions.refresh(project=project)


def _results(project: Project) -> JsonObject:
    found = selectors.canvas(project).completeness
    return {
        "filled": found.filled,
        "agreed": len(found.agreed),
        "empty": list(found.empty),
        "readiness": found.readiness,
    }


CANVAS = Part("canvas", _("Canvas"), 30, _schema, _read, _write, _results)
