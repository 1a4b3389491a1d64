"""One canvas as text: Markdown for people, YAML for programs."""

import json

from mlcanvas import catalog
from mlcanvas.canvas import selectors
from mlcanvas.canvas.selectors import FilledCanvas
from mlcanvas.domain import canvas_text
from mlcanvas.domain.canvas import State, Template
from mlcanvas.exchange.writing import write
from mlcanvas.projects import parts
from mlcanvas.projects.models import JsonObject, Project

FORMAT = "mlcanvas-canvas"
HEAD = ("designed_for", "designed_by", "date", "iteration")
"""The lines of the header, in their order."""


def schema() -> JsonObject:
    """The JSON Schema of a canvas file. Its blocks are those of the project file."""
    one = next(part for part in parts.parts() if part.key == "canvas").schema()["properties"]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "mlcanvas canvas",
        "type": "object",
        "required": ["format", "version", "template"],
        "additionalProperties": False,
        "properties": {
            "format": {"const": FORMAT},
            "version": {"const": 1},
            "template": one["template"],
            "project": {"type": "string", "maxLength": 200},
            "iteration": {"type": "integer", "minimum": 1, "maximum": 10_000},
            "language": {"type": "string", "maxLength": 5},
            "designed_for": one["designed_for"],
            "designed_by": one["designed_by"],
            "date": one["date"],
            "credit": {"type": "string", "maxLength": 400},
            "blocks": one["blocks"],
        },
    }


def schema_file() -> str:
    """The JSON Schema of a canvas file, for editors that check while one types."""
    return json.dumps(schema(), ensure_ascii=False, indent=2) + "\n"


def credit(template: Template, language: str) -> str:
    """Who made a template and under which licence, with links, on one line of Markdown."""
    said = template.credit
    version = f" v{template.version}" if template.version else ""
    parts = (
        f"{template.title.say(language)}{version}",
        said.author,
        f"[{said.licence}]({said.licence_url})" if said.licence else "",
        f"[{said.site}]({said.site_url})",
        said.modified.say(language),
    )
    return " · ".join(part for part in parts if part)


def label(key: str, language: str) -> str:
    """How a line of the header begins."""
    return catalog.sentence(f"canvas_head_{key}").say(language)


def canvas_markdown(project: Project, template: str) -> str:
    """A canvas as Markdown in the project's language: a heading for each block, in the order of filling.

    Importing it changes nothing. Raises Canvas.DoesNotExist for a canvas that the project does not fill.
    """
    filled = selectors.canvas(project, template)
    language = project.language
    head = _head(project, filled)
    return canvas_text.write(
        project.name,
        credit(filled.template, language),
        [(label(key, language), str(head[key])) for key in HEAD if head[key]],
        [(row.block.title.say(language), row.text) for row in filled.blocks],
    )


def canvas_yaml(project: Project, template: str) -> str:
    """A canvas as YAML; `schema` describes it. Raises Canvas.DoesNotExist for one that the project does not fill."""
    filled = selectors.canvas(project, template)
    content: JsonObject = {
        "format": FORMAT,
        "version": 1,
        "template": filled.template.key,
        "project": project.name,
        "language": project.language,
        "credit": credit(filled.template, project.language),
        **{key: value for key, value in _head(project, filled).items() if value},
    }
    blocks = {
        row.block.key: {"text": row.text, "state": row.state.value} for row in filled.blocks if row.state != State.EMPTY
    }
    if blocks:
        content["blocks"] = blocks
    described = schema()
    known = described["properties"]["blocks"]
    ordered = {**known, "properties": {key: known["properties"][key] for key in filled.template.blocks}}
    return write(content, {**described, "properties": {**described["properties"], "blocks": ordered}})


def _head(project: Project, filled: FilledCanvas) -> JsonObject:
    header = filled.header
    return {
        "designed_for": header.designed_for,
        "designed_by": header.designed_by,
        "date": header.date.isoformat() if header.date else "",
        "iteration": project.iteration,
    }
