"""The canvases as content: what the project file and a revision hold of it."""

from datetime import date

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mlcanvas import catalog
from mlcanvas.accounts.models import User
from mlcanvas.canvas import actions, selectors
from mlcanvas.canvas.models import DEFAULT_TEMPLATE, Agreement, Canvas
from mlcanvas.canvas.selectors import FilledCanvas
from mlcanvas.domain.canvas import State
from mlcanvas.domain.refusal import Refused
from mlcanvas.domain.writing import LIMIT
from mlcanvas.projects import selectors as projects
from mlcanvas.projects.content import write_texts
from mlcanvas.projects.models import JsonObject, Project
from mlcanvas.projects.parts import Part, Path
from mlcanvas.web.sentences import here


def _schema() -> JsonObject:
    """One canvas, and beside it the others that the project fills."""
    one = _canvas_schema()
    other = {**one, "required": ["template"]}
    return {**one, "properties": {**one["properties"], "others": {"type": "array", "items": other}}}


def _canvas_schema() -> JsonObject:
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
    first, *others = selectors.canvases(project)
    found = _read_canvas(first)
    return found | ({"others": [_read_canvas(other) for other in others]} if others else {})


def _read_canvas(filled: FilledCanvas) -> JsonObject:
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
    wanted = [{"template": DEFAULT_TEMPLATE, **content}, *content.get("others", ())]
    _check(wanted)
    stood = {header.template for header in selectors.headers(project)}
    Canvas.objects.filter(project=project).delete()
    Agreement.objects.filter(project=project).delete()
    for number, canvas in enumerate(wanted):
        _write_canvas(project, canvas, by, primary=number == 0)
    for template in sorted(stood - {canvas["template"] for canvas in wanted}):
        write_texts(project, f"canvas/{template}", {}, by)
    actions.refresh(project=project)


def _check(wanted: list[JsonObject]) -> None:
    """Raises Refused with the path of what the schema cannot say."""
    seen: set[str] = set()
    for number, canvas in enumerate(wanted):
        path = "canvas" if number == 0 else f"canvas.others[{number - 1}]"
        template = canvas["template"]
        if template in seen:
            raise Refused("canvas_twice", f"{path}.template", template=template)
        seen.add(template)
        for key in canvas.get("blocks", {}):
            if key not in catalog.canvas_templates()[template].blocks:
                raise Refused("canvas_block_elsewhere", f"{path}.blocks.{key}", block=key, template=template)


def _write_canvas(project: Project, content: JsonObject, by: User | None, *, primary: bool) -> None:
    template = content["template"]
    Canvas.objects.create(
        project=project,
        template=template,
        primary=primary,
        designed_for=content.get("designed_for", ""),
        designed_by=content.get("designed_by", ""),
        date=date.fromisoformat(content["date"]) if "date" in content else None,
    )
    blocks = content.get("blocks", {})
    prefix = f"canvas/{template}"
    write_texts(project, prefix, {key: block["text"] for key, block in blocks.items()}, by)
    passages = projects.texts(project, prefix)
    for key, block in blocks.items():
        if block.get("state") == State.AGREED.value:
            Agreement.objects.create(
                project=project, template=template, block=key, version=passages[key].version, by=by
            )


def _results(project: Project) -> JsonObject:
    found = selectors.canvas(project).completeness
    return {
        "filled": found.filled,
        "agreed": len(found.agreed),
        "empty": list(found.empty),
        "readiness": found.readiness,
    }


def _name(path: Path) -> str | None:
    """A block is called by its title, its text has no name of its own."""
    if len(path) >= 2 and path[-2] == "blocks":
        return next(
            (here(template.blocks[path[-1]].title) for template in catalog.canvas_templates().values()
             if path[-1] in template.blocks), None,
        )  # fmt: skip
    names = {
        "blocks": "",
        "text": "",
        "state": gettext("State"),
        "template": gettext("Template"),
        "designed_for": gettext("Designed for"),
        "designed_by": gettext("Designed by"),
        "date": gettext("Date"),
        "others": gettext("Other canvas"),
    }
    return names.get(path[-1])


def _say(path: Path, value: object) -> str | None:
    if path[-1] == "template":
        template = catalog.canvas_templates().get(str(value))
        return here(template.title) if template else None
    if path[-1] == "state":
        return {"draft": gettext("draft"), "agreed": gettext("agreed")}.get(str(value))
    return None


CANVAS = Part("canvas", _("Canvas"), 30, _schema, _read, _write, _results, names=_name, says=_say)
