"""The legal tier as content: what the project file and a revision hold of it."""

from typing import Any

from django.utils.translation import gettext

from mlcanvas import catalog
from mlcanvas.domain import legal as rules
from mlcanvas.domain.legal import Answers, Question, settle
from mlcanvas.domain.refusal import Refused
from mlcanvas.domain.text import Text
from mlcanvas.projects.models import JsonObject
from mlcanvas.projects.parts import Path
from mlcanvas.risks.legal.selectors import Case
from mlcanvas.web.sentences import here


def _asked() -> list[Question]:
    return [question for question in catalog.legal().question if question.kind != "fact"]


def schema() -> JsonObject:
    """One option, or a list of them where several may hold."""
    properties: JsonObject = {}
    for question in _asked():
        options: JsonObject = {"enum": [option.key for option in question.options]}
        several = {"type": "array", "items": options, "maxItems": len(question.options)}
        properties[question.key] = several if question.kind == "several" else options
    return {"type": "object", "additionalProperties": False, "properties": properties}


def written(answers: Answers) -> JsonObject:
    """The answers as the project file has them."""
    return {
        question.key: list(answers[question.key]) if question.kind == "several" else answers[question.key][0]
        for question in _asked()
        if answers.get(question.key)
    }


def parsed(content: JsonObject) -> dict[str, tuple[str, ...]]:
    """The answers in a project file. Raises Refused for options that exclude each other (`legal_alone`)."""
    found = {}
    for question in _asked():
        given = content.get(question.key)
        options = given if isinstance(given, list) else [given] if given else []
        try:
            found[question.key] = settle(question, (), options)
        except Refused as refused:
            raise Refused(refused.code, path=f"risks.legal.{question.key}", **refused.values) from refused
    return found


def results(case: Case) -> JsonObject | None:
    """What follows from the answers, with the labels that were shown; None while nobody has begun."""
    if case.word is None:
        return None
    legal, found = catalog.legal(), case.standing
    tier = legal.tiers[found.tier] if found.tier else None
    return {
        "version": found.version,
        "as_of": found.as_of,
        "tier": found.tier,
        "tier_name": tier and _both(tier.name),
        "tier_what": tier and _both(tier.what),
        "tier_advice": tier and _both(tier.advice),
        "tone": tier and tier.tone,
        "floor": found.floor,
        "floor_name": _both(legal.tiers[found.floor].name) if found.floor else None,
        "reasons": [
            {
                "question": reason.question,
                "label": _both(legal.questions[reason.question].label),
                "answers": [_both(label) for label in labels(reason.question, reason.options)],
                "unsure": reason.unsure,
            }
            for reason in found.reasons
        ],
        "layers": [
            {
                "key": layer.key,
                "label": _both(layer.label),
                "penalty": layer.penalty and _both(layer.penalty),
                "duties": [{"article": duty.article, "text": _both(duty.text)} for duty in duties],
            }
            for layer, duties in rules.duties(legal, found)
        ],
        "dates": [{"on": milestone.on, "text": _both(milestone.text)} for milestone in found.dates],
        "open": [_both(legal.questions[key].label) for key in found.open],
        "notes": [
            {
                "key": noted.key,
                "title": _both(legal.notes[noted.key].title),
                "text": _both(legal.notes[noted.key].text),
                "source": _both(legal.notes[noted.key].source),
                "because": [_both(catalog.sentence(code)) for code in noted.because],
            }
            for noted in found.notes
        ],
    }


def _both(text: Text) -> dict[str, str]:
    return {"en": text.en, "pt_BR": text.pt_BR}


def labels(question: str, options: tuple[str, ...]) -> list[Text]:
    """What the options of a question are called; those of a fact stand with the fact."""
    asked = catalog.legal().questions[question]
    known = catalog.facts()[question].options if asked.kind == "fact" else asked.options
    return [option.label for option in known if option.key in options]


def name(path: Path) -> str | None:
    """What people call the place `path` of the part: the tier as a whole, or one question; None for another place."""
    if path == ("legal",):
        return gettext("Legal tier")
    question = catalog.legal().questions.get(path[-1]) if path[0] == "legal" else None
    return here(question.label) if question else None


def say(path: Path, value: object) -> str | None:
    """The answer at `path` in words."""
    if path[-1] not in catalog.legal().questions:
        return None
    options: Any = value if isinstance(value, list) else [value]
    return ", ".join(here(label) for label in labels(path[-1], tuple(map(str, options)))) or None
