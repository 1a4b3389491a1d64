"""Answers, facts and targets in words, as lists and tables print them."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from mlcanvas import catalog
from mlcanvas.domain.estimate import PILOT, UNKNOWN, Stored
from mlcanvas.domain.estimate.scenarios import UNANSWERED
from mlcanvas.web.sentences import here
from mlcanvas.web.templatetags.mlcanvas import number


def label(question: str) -> str:
    """What a question asks; its key where the questionnaire does not ask it any more."""
    found = catalog.cost_questionnaire().question(question)
    return here(found.label) if found else question


def head(label: str) -> str:
    """A label as it stands before an answer: a question needs no colon."""
    return label if label.endswith("?") else f"{label}:"


def answer(question: str, value: Stored | None, currency: str) -> str:
    """An answer as people write it: an option, a number with its unit, or low / likely / high."""
    if value in (None, UNANSWERED, []):
        return _("not answered")
    if value == UNKNOWN:
        return _("not known")
    if question == PILOT and isinstance(value, list):
        return "; ".join(
            _("%(labelled)s items, error %(error)s")
            % {"labelled": number(point["labelled"]), "error": number(point["error"])}
            for point in value
        )
    found = catalog.cost_questionnaire().question(question)
    if isinstance(value, str):
        option = next((each for each in found.options if each.key == value), None) if found else None
        return here(option.label) if option else value
    if isinstance(value, dict):
        ends = (value["low"], value["likely"], value["high"])
        said = " / ".join(map(number, ends)) if len(set(ends)) > 1 else number(ends[0])
    else:
        said = number(value) if isinstance(value, (int, float)) else str(value)
    money = currency if found and found.money else ""
    # "1 years" is no language; what is asked says what is counted.
    unit = here(found.unit) if found and found.unit and value != 1 else ""
    return " ".join(word for word in (said, money, unit) if word)


def fact(key: str, value: Any) -> tuple[str, str]:
    """What a fact is called, and its value."""
    known = catalog.facts().get(key)
    if known is None:
        return key, str(value)
    name = here(known.label)
    if value is None:
        return name, _("not known")
    if isinstance(value, Mapping):
        return name, " ".join(str(part) for part in (value.get("name", ""), number(value.get("value"))) if part)
    if known.kind == "choice":
        option = next((each for each in known.options if each.key == value), None)
        return name, here(option.label) if option else str(value)
    if isinstance(value, (int, float)):
        return name, f"{number(value)} {here(known.unit) if known.unit else ''}".strip()
    return name, str(value)
