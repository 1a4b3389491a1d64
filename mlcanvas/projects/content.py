"""The two parts that belong to the project itself: its head and its facts."""

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mlcanvas import catalog
from mlcanvas.accounts.models import User
from mlcanvas.domain import tags
from mlcanvas.domain.facts import LINE, FactDefinition
from mlcanvas.domain.refusal import Refused
from mlcanvas.domain.writing import clean
from mlcanvas.projects import actions, selectors
from mlcanvas.projects.models import LAST_ITERATION, LONGEST_NAME, Fact, JsonObject, Passage, PassageEdit, Project
from mlcanvas.projects.parts import Part, Path
from mlcanvas.web.sentences import here
from mlcanvas.workspaces.currencies import CURRENCIES


def _head_schema() -> JsonObject:
    return {
        "type": "object",
        "required": ["name"],
        "additionalProperties": False,
        "properties": {
            "name": {"type": "string", "minLength": 1, "maxLength": 200},
            "language": {"enum": [code for code, _label in settings.LANGUAGES]},
            "currency": {"enum": [code for code, _label in CURRENCIES]},
            "iteration": {"type": "integer", "minimum": 1, "maximum": LAST_ITERATION},
            "owner": {"type": "string", "minLength": 1, "maxLength": LONGEST_NAME},
            "tags": {
                "type": "array",
                "maxItems": tags.MOST,
                "items": {"type": "string", "minLength": 1, "maxLength": tags.LONGEST},
            },
        },
    }


def _read_head(project: Project) -> JsonObject:
    head: JsonObject = {
        "name": project.name,
        "language": project.language,
        "currency": project.currency,
        "iteration": project.iteration,
    }
    if project.owner_name:
        head["owner"] = project.owner_name
    if words := selectors.tags(project):
        head["tags"] = words
    return head


def _write_head(project: Project, content: JsonObject, by: User | None) -> None:  # noqa: ARG001
    # An owner whom nobody of this workspace is called is kept by name: the file says it, and says it again.
    project.owner_name = " ".join(clean(content.get("owner", "")).split())
    project.owner = selectors.member_called(project.workspace, project.owner_name) if project.owner_name else None
    try:
        actions.write_tags(project, tags.accept(content.get("tags", ())))
    except Refused as refused:
        raise Refused(refused.code, "project.tags", **refused.values) from refused
    project.name = " ".join(content["name"].split())
    project.language = content.get("language", project.language)
    project.currency = content.get("currency", project.currency)
    project.iteration = content.get("iteration", 1)
    project.save(update_fields=["name", "language", "currency", "iteration", "owner", "owner_name"])


def _fact_schema(fact: FactDefinition) -> JsonObject:
    if fact.kind == "choice":
        return {"enum": [option.key for option in fact.options]}
    if fact.kind == "text":
        return {"type": "string", "minLength": 1, "maxLength": LINE}
    limits = {"minimum": fact.minimum, "maximum": fact.maximum}
    return {"type": "number", **{name: limit for name, limit in limits.items() if limit is not None}}


def _facts_schema() -> JsonObject:
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {fact.key: _fact_schema(fact) for fact in catalog.facts().values() if not fact.derived},
    }


def _read_facts(project: Project) -> JsonObject:
    return dict(Fact.objects.filter(project=project, derived=False).order_by("key").values_list("key", "value"))


def _write_facts(project: Project, content: JsonObject, by: User | None) -> None:
    Fact.objects.filter(project=project, derived=False).delete()
    Fact.objects.bulk_create(Fact(project=project, key=key, value=value, by=by) for key, value in content.items())


def _name_of_head(path: Path) -> str | None:
    names = {
        "name": gettext("Name"),
        "language": gettext("Language"),
        "currency": gettext("Currency"),
        "iteration": gettext("Iteration"),
        "owner": gettext("Project owner"),
        "tags": gettext("Tags"),
    }
    return names.get(path[-1])


def _say_of_head(path: Path, value: object) -> str | None:
    return dict(settings.LANGUAGES).get(str(value)) if path == ("language",) else None


def _name_of_fact(path: Path) -> str | None:
    fact = catalog.facts().get(path[0])
    return here(fact.label) if fact and len(path) == 1 else None


def _say_of_fact(path: Path, value: object) -> str | None:
    fact = catalog.facts().get(path[0])
    return next((here(option.label) for option in fact.options if option.key == value), None) if fact else None


def read_texts(project: Project, prefix: str) -> dict[str, str]:
    """The texts under `prefix/`, by the rest of their key; empty ones left out."""
    rows = Passage.objects.filter(project=project, key__startswith=f"{prefix}/").exclude(text="").order_by("key")
    return {row.key.removeprefix(f"{prefix}/"): row.text for row in rows}


def write_texts(project: Project, prefix: str, texts: dict[str, str], by: User | None) -> None:
    """Replace the texts under `prefix/`. Each change is an edit in the history: no sentence is gone for good."""
    now = timezone.now()
    rows = {row.key: row for row in Passage.objects.filter(project=project, key__startswith=f"{prefix}/")}
    wanted = {f"{prefix}/{key}": text for key, text in texts.items()}
    for key in sorted(rows.keys() | wanted.keys()):
        row = rows.get(key) or Passage(project=project, key=key)
        text = wanted.get(key, "")
        if row.text == text:
            continue
        row.text, row.version, row.by, row.at = text, row.version + 1, by, now
        row.save()
        PassageEdit.objects.create(
            passage=row, version=row.version, base=row.version - 1, text=text, by=by, kind=PassageEdit.Kind.IMPORT
        )


PROJECT = Part(
    "project", _("Project"), 0, _head_schema, _read_head, _write_head, names=_name_of_head, says=_say_of_head
)
FACTS = Part("facts", _("Facts"), 10, _facts_schema, _read_facts, _write_facts, names=_name_of_fact, says=_say_of_fact)
