"""What the rules refuse and what people did, as sentences."""

from math import isfinite
from typing import Any

from django.utils.translation import get_language

from mlcanvas import catalog
from mlcanvas.domain.numbers import spell
from mlcanvas.domain.refusal import Refused
from mlcanvas.domain.text import Text


def here(text: Text) -> str:
    """`text` in the language of this request."""
    return text.say(get_language() or "en")


def say(refused: Refused) -> str:
    """The sentence for a refusal, with its values filled in."""
    return here(catalog.sentence(refused.code)).format_map(
        {key: _plain(value) for key, value in refused.values.items()}
    )


def _plain(value: object) -> str:
    if isinstance(value, Text):
        return here(value)
    if isinstance(value, float) and isfinite(value):
        return spell(value, decimal_comma=(get_language() or "en").startswith("pt"))
    return str(value)


def happened(event: Any, language: str = "") -> str:
    """What an event says (`event.<what>` of the catalogue), in `language` or else the reader's.

    The bare name of the event where no sentence is written, a dash for a value that it does not have.
    """
    who = event.by or "–"
    try:
        text = catalog.sentence(f"event.{event.what}").say(language or get_language() or "en")
    except KeyError:
        return f"{who} · {event.what}"
    return text.format_map(_Known({**event.values, "who": who}))


class _Known(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "–"
