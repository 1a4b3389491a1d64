"""Numbers as people type them."""

import re
import unicodedata

from mlcanvas.domain.refusal import Refused

# Beyond this, a number in a form is a slip of the hand, and a float starts to lose whole units.
LIMIT = 1e15


def parse(text: str, *, decimal_comma: bool) -> float:
    """The number that `text` spells; `%` at the end divides by 100.

    `decimal_comma` decides only where both readings are possible: `1.234` is 1234 with it and 1.234 without. Raises
    Refused with `number_unreadable` for anything else, NaN and infinity included, and `number_too_large`.
    """
    plain = unicodedata.normalize("NFKC", text).strip().replace("\u2212", "-").replace("'", "")
    plain = re.sub(r"(?<=\d)\s+(?=\d{3}(?!\d))", "", plain)
    percent = plain.endswith("%")
    plain = plain.removesuffix("%").strip()
    if len(plain) > 40 or not re.fullmatch(r"[+-]?[\d.,]+(?:[eE][+-]?\d{1,3})?", plain) or not re.search(r"\d", plain):
        raise Refused("number_unreadable")
    value = float(_with_point(plain, decimal_comma=decimal_comma))
    if abs(value) > LIMIT:
        raise Refused("number_too_large")
    value = value / 100 if percent else value
    return value + 0.0 if value else 0.0  # -0 is 0


def _with_point(plain: str, *, decimal_comma: bool) -> str:
    """`plain` with a decimal point and no grouping."""
    points, commas = plain.count("."), plain.count(",")
    if points and commas:
        decimal = "," if plain.rindex(",") > plain.rindex(".") else "."
    elif points > 1 or commas > 1:
        decimal = "." if commas else ","
    elif points or commas:
        mark = "." if points else ","
        grouped = re.fullmatch(r"[+-]?[1-9]\d{0,2}[.,]\d{3}", plain) is not None
        usual = "," if decimal_comma else "."
        decimal = mark if mark == usual or not grouped else usual
    else:
        return plain
    group = "." if decimal == "," else ","
    whole, mark, rest = plain.partition(decimal)
    if decimal in rest or group in rest or not re.fullmatch(rf"[+-]?(\d+|\d{{1,3}}(\{group}\d{{3}})+)?", whole):
        raise Refused("number_unreadable")
    return whole.replace(group, "") + ("." if mark else "") + rest
