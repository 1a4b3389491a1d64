"""The costs as content: what the project file and a revision hold of them."""

from contextlib import suppress
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mlcanvas import catalog
from mlcanvas.accounts.models import User
from mlcanvas.costs import actions, pictures, selectors
from mlcanvas.costs.scenarios import actions as scenario_actions
from mlcanvas.costs.scenarios import content as scenarios
from mlcanvas.costs.selectors import Cost
from mlcanvas.domain.estimate import LARGEST_SEED, PILOT, UNKNOWN, accuracy_record
from mlcanvas.domain.estimate.answers import MOST_PILOTS
from mlcanvas.domain.estimate.definition import Question
from mlcanvas.domain.estimate.rates import FIT, OWN
from mlcanvas.domain.refusal import Refused
from mlcanvas.domain.text import Text
from mlcanvas.projects.models import JsonObject, Project
from mlcanvas.projects.parts import Part, Path
from mlcanvas.web.sentences import here


def _schema() -> JsonObject:
    questions = catalog.cost_questionnaire().questions
    point = {
        "type": "object",
        "required": ["labelled", "error"],
        "additionalProperties": False,
        "properties": {"labelled": _above_zero(), "error": _above_zero()},
    }
    answers = {question.key: _answer(question) for question in questions if question.kind != "pilot"}
    pilot = {"type": "array", "items": point, "maxItems": MOST_PILOTS}
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "seed": {"type": "integer", "minimum": 0, "maximum": LARGEST_SEED},
            "plan": scenarios.plan_schema(),
            "answers": {"type": "object", "additionalProperties": False, "properties": answers},
            "pilot": pilot,
            "scenarios": scenarios.schema(answers, pilot),
        },
    }


def _above_zero() -> JsonObject:
    return {"type": "number", "exclusiveMinimum": 0, "maximum": 1e12}


def _answer(question: Question) -> JsonObject:
    if question.kind == "choice":
        return {"enum": [*(option.key for option in question.options), UNKNOWN]}
    most = 100 if question.share else question.most
    number: JsonObject = {"type": "number", "exclusiveMinimum" if question.positive else "minimum": 0, "maximum": most}
    if question.kind == "number":
        return {"anyOf": [number, {"const": UNKNOWN}]}
    ends = ("low", "likely", "high")
    shape: JsonObject = {
        "type": "object",
        "required": list(ends),
        "additionalProperties": False,
        "properties": dict.fromkeys(ends, number),
    }
    return {"anyOf": [shape, {"const": UNKNOWN}]}


def _read(project: Project) -> JsonObject:
    held = {key: selectors.value_of(row) for key, row in selectors.answers(project).items()}
    pilot = held.pop(PILOT, [])
    beside = scenarios.read(project)
    if not held and not pilot and not beside:
        return {}
    found: JsonObject = {"seed": selectors.seed(project)}
    return found | ({"answers": held} if held else {}) | ({"pilot": pilot} if pilot else {}) | beside


def _write(project: Project, content: JsonObject, by: User | None) -> None:
    actions.replace(project=project, content=content, by=by)
    scenario_actions.replace(project=project, content=content, by=by)


def _results(project: Project) -> JsonObject:
    beside = scenarios.results(project)
    return _of_plan(project) | ({"scenarios": beside} if beside else {})


def _of_plan(project: Project) -> JsonObject:
    cost = selectors.cost(project)
    if cost.result is None:
        refused = cost.refused
        return {"refused": {"code": refused.code, "values": _plain(refused.values)}} if refused else {}
    result = cost.result
    return {
        **{name: result[name] for name in ("p10", "p50", "p80", "p90", "mean", "currency", "years", "items", "worth")},
        "lines": [
            {
                "key": line["key"],
                "label": _both(_label(line["key"])),
                **{
                    name: line[name] for name in ("low", "likely", "high", "p10", "p50", "p80", "p90", "mean", "origin")
                },
                "parts": [{**part, "label": _both(_label(part["key"]))} for part in line["parts"]],
            }
            for line in result["lines"]
        ],
        "outside_view": result["outside_view"],
        "flags": result["flags"],
        "assumptions": [_assumption(figure, result) for figure in result["inputs"] if figure["origin"] != "answer"],
        **{name: result[name] for name in ("own", "fit") if name in result},
        **{name: result[name] for name in ("seed", "draws", "rho", "rule_version", "catalogue_version")},
        **_pictures(project, cost),
    }


def _pictures(project: Project, cost: Cost) -> JsonObject:
    """What the pictures of a report are drawn from, so that no later rule draws them anew: see docs/estimate.md.

    They take a tenth of a second, so the process keeps them by the digest of what they follow from.
    """
    around = selectors.context(project, cost.facts, cost.primary)
    found: JsonObject = {"chances": [list(point) for point in pictures.chances_of(cost, around)]}
    moved = pictures.drivers_of(cost, around)
    found["drivers"] = {
        "others": moved.others,
        "items": [
            {
                "key": driver.key,
                "label": _both(_label(driver.key.partition(":")[0])),
                **{name: getattr(driver, name) for name in ("origin", "at_low", "at_high")},
            }
            for driver in moved.drivers
        ],
    }
    # A target that is no error, such as an amount of money, has no curve.
    with suppress(Refused):
        found["accuracy"] = accuracy_record.record(pictures.curve_of(cost, around))
    return found


def _assumption(figure: dict[str, Any], result: dict[str, Any]) -> JsonObject:
    ends = {name: round(figure["value"][name], 6) for name in ("low", "likely", "high")}
    single = ends["low"] == ends["high"]
    found: JsonObject = {
        "key": figure["key"],
        "label": _both(_label(figure["key"])),
        "value": ends["likely"] if single else ends,
        "origin": figure["origin"],
    }
    if figure["unit"]:
        found["unit"] = figure["unit"]
    if figure["origin"] == "workspace":
        found |= _workspace_source(figure["source"], result)
    elif figure["origin"] != "fact":
        source = catalog.cost_questionnaire().source(figure["source"])
        found |= {"source": _both(source.title), "date": source.date}
    return found


def _workspace_source(source: str, result: dict[str, Any]) -> JsonObject:
    """Who in the workspace says so, and as of when: as the estimate itself has it, whatever was set since."""
    if source == FIT:
        fit = result["fit"]
        text = catalog.sentence("rate_fitted")
        values = {"version": fit["version"], "projects": fit["projects"]}
        said = Text(text.en.format_map(values), text.pt_BR.format_map(values))
        return {"source": _both(said), "date": fit["date"]}
    own = next(own for own in result["own"] if own["place"] == source.removeprefix(OWN))
    text = catalog.sentence("rate_set_by")
    # What a person typed may hold braces: it is put in, never read.
    said = Text(text.en.replace("{source}", own["source"]), text.pt_BR.replace("{source}", own["source"]))
    return {"source": _both(said), "date": own["date"]}


def _label(key: str) -> Text:
    named, _colon, suffix = key.partition(":")
    questionnaire = catalog.cost_questionnaire()
    text = questionnaire.label(named)
    line = next((line.label for line in questionnaire.lines if line.key == suffix), None)
    en, pt = (line.en, line.pt_BR) if line else (suffix, suffix)
    return Text(f"{text.en}: {en}", f"{text.pt_BR}: {pt}") if suffix else text


def _both(text: Text) -> dict[str, str]:
    return {"en": text.en, "pt_BR": text.pt_BR}


def _plain(values: dict[str, object]) -> JsonObject:
    return {key: value if isinstance(value, (int, float, str)) else str(value) for key, value in values.items()}


def _name(path: Path) -> str | None:
    found = scenarios.name(path)
    if found is not None:
        return found
    path = scenarios.inside(path)
    names = {
        "answers": "",
        "seed": gettext("Seed of the simulation"),
        "pilot": gettext("Pilot"),
        "labelled": gettext("Labelled examples"),
        "error": gettext("Error"),
        "low": gettext("low"),
        "likely": gettext("likely"),
        "high": gettext("high"),
    }
    if path[-1] in names:
        return names[path[-1]]
    question = _question(path)
    return here(question.label) if question else None


def _say(path: Path, value: object) -> str | None:
    if (said := scenarios.say(path, value)) is not None:
        return said
    path = scenarios.inside(path)
    if value == UNKNOWN:
        return gettext("not known")
    question = _question(path)
    found = next((option for option in question.options if option.key == value), None) if question else None
    return here(found.label) if found else None


def _question(path: Path) -> Question | None:
    key = path[1] if len(path) > 1 and path[0] == "answers" else ""
    return next((question for question in catalog.cost_questionnaire().questions if question.key == key), None)


# The ratio of the register moves the outside view only, which stands beside the range and not in a list.
_MOVES_THE_RANGE = frozenset(selectors.FACTS) - {"risk_ratio"}

COSTS = Part(
    "costs", _("Costs"), 50, _schema, _read, _write, _results,
    follow=lambda project: actions.publish(project=project), reads=_MOVES_THE_RANGE, names=_name, says=_say,
)  # fmt: skip
