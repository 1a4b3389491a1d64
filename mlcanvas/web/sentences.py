"""A refusal of the rules, as one sentence in the reader's language."""

from math import isfinite

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
