"""What the rules refuse and what people did, as sentences."""

from collections.abc import Mapping
from math import isfinite
from typing import Any

from django.utils.translation import get_language

from mlcanvas import catalog
from mlcanvas.domain.numbers import spell_to_read
from mlcanvas.domain.refusal import Refused
from mlcanvas.domain.text import Text


def here(text: Text) -> str:
    """`text` in the language of this request."""
    return text.say(get_language() or "en")


def say(refused: Refused) -> str:
    """The sentence for a refusal, with its values filled in."""
    return filled(catalog.sentence(refused.code), refused.values, get_language() or "en")


def sentence(code: str, values: Mapping[str, Any]) -> str:
    """The sentence `code` of the catalogue in the reader's language, with its values filled in."""
    return filled(catalog.sentence(code), values, get_language() or "en")


def happened(event: Any, language: str = "") -> str:
    """What an event says (`event.<what>` of the catalogue), in `language` or else the reader's.

    The bare name of the event where no sentence is written, a dash for a value that it does not have.
    """
    who = event.by or "–"
    try:
        text = catalog.sentence(f"event.{event.what}")
    except KeyError:
        return f"{who} · {event.what}"
    spoken = language or get_language() or "en"
    values = {**event.values, **_named(event), "who": who}
    return text.say(spoken).format_map(_Known(_spelled(values, spoken)))


def _named(event: Any) -> dict[str, Text]:
    """What an event about costs is about, for every reader: it names the question or line by its key.

    Its own `label`, in the language of the project at that time, stays where the catalogue knows the key no more.
    """
    key = event.values.get("question") or event.values.get("line")
    if not key or not event.what.startswith("costs."):
        return {}
    try:
        return {"label": catalog.cost_questionnaire().label(key)}
    except KeyError:
        return {}


def filled(text: Text, values: Mapping[str, Any], language: str) -> str:
    """`text` in `language` with its values: texts in that language, numbers in its spelling.

    Raises KeyError for a value that the sentence names and nobody gave: a mistake of ours.
    """
    return text.say(language).format_map(_spelled(values, language))


def _spelled(values: Mapping[str, Any], language: str) -> dict[str, Any]:
    return {name: _said(value, language) for name, value in values.items()}


def _said(value: Any, language: str) -> Any:
    """A text in that language, a number in its spelling, anything else as it is."""
    if isinstance(value, Text):
        return value.say(language)
    if isinstance(value, (int, float)) and not isinstance(value, bool) and isfinite(value):
        return spell_to_read(value, decimal_comma=language.startswith("pt"))
    return value


class _Known(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "–"
