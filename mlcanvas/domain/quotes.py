"""Whether a text still holds the words that somebody quoted from it."""

import re

_DESTINATION = re.compile(r"\]\([^()\s]*\)")
_WORD = re.compile(r"\w+")


def holds(text: str, quote: str) -> bool:
    """Whether `quote` stands in `text` as it is read: blanks, line ends, punctuation, Markdown signs do not count."""
    words = _words(quote)
    return words in _words(text) if words else " ".join(quote.split()) in " ".join(text.split())


def _words(text: str) -> str:
    # Signs inside a word, such as _ in Markdown's _emphasis_, are part of \w and go too.
    return " ".join(_WORD.findall(_DESTINATION.sub("]", text).replace("_", " ")))
