"""Risk and impact as content: what the project file and a revision hold of it."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from mlcanvas import catalog
from mlcanvas.accounts.models import User
from mlcanvas.domain import rescaling, scale
from mlcanvas.domain.refusal import Refused
from mlcanvas.domain.scale import Scale
from mlcanvas.domain.text import Text
from mlcanvas.projects.comparing import of_form
from mlcanvas.projects.models import JsonObject, Project
from mlcanvas.projects.parts import Part, Path
from mlcanvas.risks import actions, links, selectors
from mlcanvas.risks.forms import LONG, LONGEST, RiskForm
from mlcanvas.risks.legal import content as legal
from mlcanvas.risks.legal import selectors as legal_answers
from mlcanvas.risks.models import Declined, FactorAnswer, Risk
from mlcanvas.risks.scales import selectors as scales
from mlcanvas.risks.selectors import Registered
from mlcanvas.web.sentences import here

# In the order of the project file; dates are the only ones that are not stored as they are written.
FIELDS = (
    "key",
    "title",
    "category",
    "cause",
    "event",
    "effect",
    "stage",
    "likelihood",
    "severity",
    "current_likelihood",
    "current_severity",
    "residual_likelihood",
    "residual_severity",
    "treatment",
    "mitigation",
    "owner",
    "due",
    "status",
    "library",
    "links",
    "accepted_until",
    "accepted_why",
    "accepted_by",
    "accepted_on",
)
DATES = ("due", "accepted_until", "accepted_on")


def kept(register: Iterable[Mapping[str, Any]], scale: Scale) -> tuple[Registered, ...]:
    """The risks that a snapshot holds, as the register lists them; fields that are younger than it are empty."""
    return selectors.registered((_kept(risk) for risk in register), scale)


def _kept(risk: Mapping[str, Any]) -> Risk:
    fields = {name: risk[name] for name in FIELDS if risk.get(name) is not None}
    return Risk(**fields | {name: date.fromisoformat(fields[name]) for name in DATES if name in fields})


def _schema() -> JsonObject:
    matrix = catalog.risk_matrix()
    library = [risk.key for risk in catalog.risk_library().risks]
    # Whether the step is one of the scale of the file, no schema can say.
    likelihood = severity = {"type": "integer", "minimum": 1, "maximum": scale.MOST_STEPS}
    risk = {
        "type": "object",
        "required": ["key", "title", "category", "likelihood", "severity"],
        "additionalProperties": False,
        "properties": {
            "key": {"type": "string", "pattern": "^[RP][0-9]{2,5}$(?!\\n)"},
            "title": {"type": "string", "minLength": 1, "maxLength": 200},
            "category": {"enum": [category.key for category in matrix.categories]},
            "cause": {"type": "string", "maxLength": LONG},
            "event": {"type": "string", "maxLength": LONG},
            "effect": {"type": "string", "maxLength": LONG},
            "stage": {"enum": [stage.key for stage in matrix.stages]},
            "likelihood": likelihood,
            "severity": severity,
            "current_likelihood": likelihood,
            "current_severity": severity,
            "residual_likelihood": likelihood,
            "residual_severity": severity,
            "treatment": {"enum": [treatment.key for treatment in matrix.treatments]},
            "mitigation": {"type": "string", "maxLength": LONGEST},
            "owner": {"type": "string", "maxLength": 120},
            "due": {"type": "string", "format": "date"},
            "status": {"enum": Risk.Status.values},
            "library": {"enum": library},
            "links": {"type": "array", "items": {"enum": list(links.places())}, "maxItems": links.MOST},
            "accepted_until": {"type": "string", "format": "date"},
            "accepted_why": {"type": "string", "minLength": 1, "maxLength": LONG},
            "accepted_by": {"type": "string", "minLength": 1, "maxLength": 200},
            "accepted_on": {"type": "string", "format": "date"},
        },
    }
    levels = {factor.key: {"enum": [level.key for level in factor.levels]} for factor in matrix.factors}
    asked = [factor.key for factor in matrix.score_factors if factor.asked]
    points = {"type": "integer", "minimum": 0, "maximum": 4}
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "matrix": {"type": "object", "additionalProperties": False, "properties": levels},
            "factors": {"type": "object", "additionalProperties": False, "properties": dict.fromkeys(asked, points)},
            "legal": legal.schema(),
            "scale": _scale_schema(),
            "register": {"type": "array", "items": risk, "maxItems": actions.MOST},
            "declined": {
                "type": "object",
                "additionalProperties": False,
                "properties": {key: {"type": "string", "minLength": 1, "maxLength": LONG} for key in library},
            },
        },
    }


def _scale_schema() -> JsonObject:
    def text(most: int) -> JsonObject:
        said = {"type": "string", "maxLength": most}
        properties = {"en": said, "pt_BR": said}
        return {"type": "object", "additionalProperties": False, "minProperties": 1, "properties": properties}

    label = text(scale.LONGEST_LABEL)
    step = {
        "type": "object",
        "required": ["label"],
        "additionalProperties": False,
        "properties": {"label": label, "help": text(scale.LONGEST_HELP)},
    }
    steps = {"type": "array", "items": step, "minItems": scale.LEAST_STEPS, "maxItems": scale.MOST_STEPS}
    band = {
        "type": "object",
        "required": ["first", "tone", "label"],
        "additionalProperties": False,
        "properties": {
            "first": {"type": "integer", "minimum": 1, "maximum": scale.MOST_STEPS**2},
            "tone": {"enum": list(scale.TONES)},
            "label": label,
        },
    }
    return {
        "type": "object",
        "required": ["likelihood", "severity", "bands"],
        "additionalProperties": False,
        "properties": {
            "likelihood": steps,
            "severity": steps,
            "bands": {"type": "array", "items": band, "minItems": scale.LEAST_BANDS, "maxItems": scale.MOST_BANDS},
        },
    }


def _read(project: Project) -> JsonObject:
    answers = dict(FactorAnswer.objects.filter(project=project).values_list("factor", "level"))
    definition = catalog.risk_matrix()
    table = {factor.key: answers[factor.key] for factor in definition.factors if factor.key in answers}
    factors = {factor.key: int(answers[factor.key]) for factor in definition.score_factors if factor.key in answers}
    rows = sorted(Risk.objects.of(project), key=selectors.in_order)
    declined = dict(Declined.objects.filter(project=project).order_by("risk").values_list("risk", "why"))
    own = scales.in_force(project.workspace_id)
    found: JsonObject = {
        "matrix": table,
        "factors": factors,
        "legal": legal.written(legal_answers.read(answers.items())),
        # Without a risk the scale says nothing about this project.
        "scale": scale.written(own.scale) if own.number and rows else {},
        "register": [_risk(row) for row in rows],
        "declined": declined,
    }
    return {name: value for name, value in found.items() if value}


def _risk(row: Risk) -> JsonObject:
    values = {name: getattr(row, name) for name in FIELDS}
    for name in DATES:
        values[name] = values[name] and values[name].isoformat()
    return {name: value for name, value in values.items() if value not in (None, "", [])}


def _write(project: Project, content: JsonObject, by: User | None) -> None:
    FactorAnswer.objects.filter(project=project).delete()
    law = dict(legal_answers.rows(legal.parsed(content.get("legal", {}))))
    answers = {**content.get("matrix", {}), **content.get("factors", {}), **law}
    FactorAnswer.objects.bulk_create(
        FactorAnswer(project=project, factor=factor, level=str(level), by=by) for factor, level in answers.items()
    )
    # What was deleted before stays deleted and can still be put back.
    before = set(Risk.objects.of(project).values_list("key", flat=True))
    Risk.objects.of(project).delete()
    seen: set[str] = set()
    rows = []
    theirs, carried = _carried(project, content)
    for place, values in enumerate(content.get("register", [])):
        path = f"risks.register[{place}]"
        if values["key"] in seen:
            raise Refused("risk_key_twice", path=f"{path}.key", key=values["key"])
        seen.add(values["key"])
        try:
            actions.check(values, theirs)
        except Refused as refused:
            raise Refused(refused.code, path=f"{path}.{refused.path}", **refused.values) from refused
        dates = {name: date.fromisoformat(values[name]) for name in DATES if name in values}
        linked = {"links": links.in_order(values.get("links", ()))}
        rows.append(carried(Risk(project=project, by=by, **{**values, **dates, **linked})))
    Risk.objects.bulk_create(rows)
    actions.note_changes(project, rows, by, gone=before - seen)
    Declined.objects.filter(project=project).delete()
    declined = content.get("declined", {})
    Declined.objects.bulk_create(Declined(project=project, risk=key, why=why, by=by) for key, why in declined.items())
    actions.refresh(project=project)


def _carried(project: Project, content: JsonObject) -> tuple[Scale, Callable[[Risk], Risk]]:
    """The scale of the content, and what puts a risk from it onto the scale of the workspace."""
    own = scales.in_force(project.workspace_id).scale
    if (definition := content.get("scale")) is None:
        theirs = catalog.risk_matrix().scale
    else:
        try:
            theirs = scale.build(definition)
        except Refused as refused:
            raise Refused(refused.code, path=f"risks.scale.{refused.path}", **refused.values) from refused
    if theirs.size == own.size:
        return theirs, lambda risk: risk
    mapping = rescaling.usual(theirs, own)
    return theirs, lambda risk: scales.put(risk, rescaling.rescaled(scales.places(risk), mapping).places)


def _results(project: Project) -> JsonObject:
    """What follows from the answers, with the rules and the labels that were shown."""
    picture, definition = selectors.picture(project), catalog.risk_matrix()
    placed, scores, shown = picture.placed, picture.scores, picture.by.scale
    tier = None if placed.tier is None else definition.tier(placed.tier)
    quadrant = None if scores.quadrant is None else definition.quadrant(scores.quadrant)
    return {
        "definition_version": definition.version,
        "rule": placed.rule,
        "rule_version": placed.rule_version,
        "rule_name": _both(definition.rule(placed.rule).label),
        "risk_level": placed.risk_level,
        "severity_level": placed.severity_level,
        "tier": placed.tier,
        "tier_name": tier and _both(tier.name),
        "tier_alias": tier and _both(tier.alias),
        "tier_advice": tier and _both(tier.advice),
        "answers": [
            _answer(picture, factor.key) for factor in definition.factors if factor.key in picture.matrix_answers
        ],
        "reasons": [reason.factor for reason in placed.reasons],
        "missing": list(placed.missing),
        "value": scores.value,
        "feasibility": scores.feasibility,
        "value_answered": scores.value_answered,
        "value_factors": scores.value_factors,
        "risk_answered": scores.risk_answered,
        "risk_factors": scores.risk_factors,
        "factors": [
            {"key": row.factor.key, "side": row.factor.side, "label": _both(row.factor.label), "points": row.points}
            for row in scores.points
        ],
        "quadrant": scores.quadrant,
        "quadrant_name": quadrant and _both(quadrant.name),
        "quadrant_advice": quadrant and _both(quadrant.advice),
        "ratio": picture.ratio,
        "scale": {
            "version": shown.version,
            "likelihood": [_both(step.label) for step in shown.likelihood],
            "severity": [_both(step.label) for step in shown.severity],
            "bands": [
                {"key": band.key, "first": band.first, "last": band.last, "tone": band.tone, "label": _both(band.label)}
                for band in shown.bands
            ],
        },
        "legal": legal.results(legal_answers.case_of(project, picture.legal_answers, picture.facts)),
        "counts": {band.key: count for band, count in picture.heat_map().counts},
        "register": [_scored(risk) for risk in picture.register],
    }


def _both(text: Text) -> dict[str, str]:
    return {"en": text.en, "pt_BR": text.pt_BR}


def _answer(picture: selectors.Picture, key: str) -> JsonObject:
    factor = catalog.risk_matrix().factor(key)
    level = factor.level(picture.matrix_answers[key])
    return {
        "factor": key,
        "axis": factor.axis,
        "label": _both(factor.label),
        "answer": picture.matrix_answers[key],
        "answer_label": level and _both(level.label),
        "level": level and level.level,
    }


def _scored(risk: Registered) -> dict[str, Any]:
    target = risk.where.target
    return {
        "key": risk.key,
        "inherent": risk.where.inherent.score,
        "band": risk.inherent_band.key,
        "current": risk.where.current.score,
        "current_band": risk.band.key,
        "residual": target and target.score,
        "residual_band": risk.target_band and risk.target_band.key,
    }


def _follow(project: Project) -> None:
    actions.refresh(project=project)


_name_of_field, _say_of_field = of_form(RiskForm)


def _name(path: Path) -> str | None:
    if path == ("scale",):
        return str(_("Scale"))
    if len(path) == 1:
        return "" if path[0] in ("matrix", "factors", "register", "declined") else legal.name(path)
    if path[0] == "scale":
        return _name_in_scale(path)
    if path[0] == "declined":
        return _("Declined: %(risk)s") % {"risk": path[1]}
    if path[0] == "legal":
        return legal.name(path)
    if path[0] == "register":
        return _name_of_field(path) if len(path) == 3 else None
    definition = catalog.risk_matrix()
    labels = {factor.key: factor.label for factor in definition.factors}
    labels |= {factor.key: factor.label for factor in definition.score_factors}
    return here(labels[path[1]]) if path[1] in labels else None


def _name_in_scale(path: Path) -> str | None:
    words = {
        "likelihood": _("Likelihood"),
        "severity": _("Severity"),
        "bands": _("Bands"),
        "label": "",
        "help": _("meaning"),
        "first": _("from score"),
        "tone": _("colour"),
        "en": _("English"),
        "pt_BR": _("Portuguese"),
    }
    return str(words[path[-1]]) if path[-1] in words else None


def _say(path: Path, value: object) -> str | None:
    if path[0] == "legal":
        return legal.say(path, value)
    if path[0] != "matrix":
        return _say_of_field(path, value)
    factor = next((factor for factor in catalog.risk_matrix().factors if factor.key == path[-1]), None)
    level = factor.level(str(value)) if factor else None
    return here(level.label) if level else None


RISKS = Part("risks", _("Risks"), 40, _schema, _read, _write, _results, _follow, names=_name, says=_say)
