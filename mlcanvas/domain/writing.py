"""What a text must be to be stored."""

from mlcanvas.domain.refusal import Refused

LIMIT = 20_000


def clean(text: str, *, limit: int = LIMIT) -> str:
    """`text` with one kind of line end. Raises Refused for more than `limit` characters, NUL or a lone surrogate."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise Refused("text_unstorable")
    if len(text) > limit:
        raise Refused("text_too_long", length=len(text), limit=limit)
    return text
