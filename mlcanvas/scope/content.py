"""The scope as content: what the project file and a revision hold of it."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from mlcanvas import catalog
from mlcanvas.accounts.models import User
from mlcanvas.domain.refusal import Refused
from mlcanvas.domain.scope import Target, check_target
from mlcanvas.domain.writing import LIMIT
from mlcanvas.projects.comparing import of_form
from mlcanvas.projects.content import read_texts, write_texts
from mlcanvas.projects.models import JsonObject, Project
from mlcanvas.projects.parts import Part, Path
from mlcanvas.scope import actions, selectors
from mlcanvas.scope.forms import MetricForm
from mlcanvas.scope.models import SuccessMetric
from mlcanvas.web.sentences import here

_NUMBER: JsonObject = {"type": "number", "minimum": -1e15, "maximum": 1e15}


def _schema() -> JsonObject:
    texts = {question.key: {"type": "string", "maxLength": LIMIT} for question in catalog.scope_questions()}
    metric = {
        "type": "object",
        "required": ["key", "name", "kind", "direction"],
        "additionalProperties": False,
        "properties": {
            "key": {"type": "string", "pattern": "^[-a-z0-9_]{1,60}$(?!\\n)"},
            "name": {"type": "string", "minLength": 1, "maxLength": 200},
            "kind": {"enum": SuccessMetric.Kind.values},
            "metric": {"enum": list(catalog.metrics().keys)},
            "direction": {"enum": SuccessMetric.Direction.values},
            "unit": {"type": "string", "maxLength": 40},
            "current": _NUMBER,
            "minimum": _NUMBER,
            "target": _NUMBER,
            "deadline": {"type": "string", "format": "date"},
            "primary": {"type": "boolean"},
        },
    }
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {**texts, "metrics": {"type": "array", "items": metric, "maxItems": 100}},
    }


def _read(project: Project) -> JsonObject:
    found: JsonObject = dict(read_texts(project, "scope"))
    metrics = [_metric(row) for row in selectors.metrics(project)]
    return found | ({"metrics": metrics} if metrics else {})


def _metric(row: SuccessMetric) -> JsonObject:
    found: JsonObject = {"key": row.key, "name": row.name, "kind": row.kind, "direction": row.direction}
    optional = {
        "metric": row.metric,
        "unit": row.unit,
        "current": row.current,
        "minimum": row.minimum,
        "target": row.target,
        "deadline": row.deadline.isoformat() if row.deadline else None,
        "primary": row.primary,
    }
    return found | {
        name: value
        for name, value in optional.items()
        if value not in (None, "", False) or (value == 0 and value is not False)
    }


def _write(project: Project, content: JsonObject, by: User | None) -> None:
    content = dict(content)
    metrics = content.pop("metrics", [])
    write_texts(project, "scope", content, by)
    SuccessMetric.objects.filter(project=project).delete()
    seen: set[str] = set()
    primary = False
    for place, values in enumerate(metrics):
        path = f"scope.metrics[{place}]"
        if values["key"] in seen:
            raise Refused("metric_key_twice", path=f"{path}.key", key=values["key"])
        seen.add(values["key"])
        if values.get("primary") and values["kind"] != SuccessMetric.Kind.MODEL:
            raise Refused("primary_not_model", path=f"{path}.primary")
        if values.get("primary") and primary:
            raise Refused("primary_twice", path=f"{path}.primary")
        primary = primary or bool(values.get("primary"))
        higher = values["direction"] == SuccessMetric.Direction.HIGHER
        try:
            check_target(Target(higher, values.get("current"), values.get("minimum"), values.get("target")))
        except Refused as refused:
            raise Refused(refused.code, path=f"{path}.{refused.path}", **refused.values) from refused
        deadline = date.fromisoformat(values["deadline"]) if "deadline" in values else None
        SuccessMetric.objects.create(project=project, by=by, **{**values, "deadline": deadline})
    actions.refresh(project=project)


def _results(project: Project) -> JsonObject:
    return {"readiness": selectors.scope(project).readiness}


_name_of_field, _say_of_field = of_form(MetricForm)


def _name(path: Path) -> str | None:
    if len(path) == 1:
        titles = {question.key: here(question.title) for question in catalog.scope_questions()}
        return str(_("Success metrics")) if path[0] == "metrics" else titles.get(path[0])
    return _name_of_field(path) if len(path) == 3 else None


SCOPE = Part(
    "scope", _("Scope"), 20, _schema, _read, _write, _results, names=_name, says=_say_of_field,
)  # fmt: skip
