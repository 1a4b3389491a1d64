"""Numbers as people type them."""

import re
import unicodedata
from decimal import Decimal

from mlcanvas.domain.refusal import Refused

# Beyond this, a number in a form is a slip of the hand, and a float starts to lose whole units.
LIMIT = 1e15


def parse(text: str, *, decimal_comma: bool, thousands: bool = False) -> float:
    """The number that `text` spells; `%` at the end divides by 100.

    `decimal_comma` decides only where both readings are possible: `1.234` is 1234 with it and 1.234 without. Raises
    Refused with `number_unreadable` for anything else, NaN and infinity included, `number_too_large`, and
    `number_two_ways` for `120.000` where the point is decimal: nobody types those zeros who does not mean thousands.
    `thousands` says that what is asked for is money or is counted, so that nobody means a thousandth of it: `5.400` is
    asked about as well, and `5.4` and `5.4120` are not.
    """
    if len(text) > 100:  # before anything that takes longer the longer a text is
        raise Refused("number_unreadable")
    plain = unicodedata.normalize("NFKC", text).strip().replace("\u2212", "-")
    # Spaces and the Swiss apostrophe are grouping only before exactly three digits, and never after a decimal mark.
    plain = re.sub(
        r"(?<![\d.,])(\d{1,3})((?:[\s'’]\d{3})+)(?!\d)", lambda found: re.sub(r"[\s'’]", "", found[0]), plain
    )
    percent = plain.endswith("%")
    plain = plain.removesuffix("%").strip()
    found = re.fullmatch(r"([+-]?[\d.,]*\d[\d.,]*)([eE][+-]?\d{1,3})?", plain)
    if len(plain) > 40 or found is None:
        raise Refused("number_unreadable")
    mark, group = (",", ".") if decimal_comma else (".", ",")
    if not found[2] and _two_ways(plain, mark, thousands=thousands):
        whole, _mark, rest = plain.partition(mark)
        raise Refused("number_two_ways", small=_as_decimal(whole, mark, rest), large=f"{whole}{group}{rest}")
    value = float(_with_point(found[1], decimal_comma=decimal_comma) + (found[2] or ""))
    if abs(value) > LIMIT:
        raise Refused("number_too_large")
    value = value / 100 if percent else value
    return value + 0.0 if value else 0.0  # -0 is 0


def _two_ways(plain: str, mark: str, *, thousands: bool) -> bool:
    """Whether `plain` is one to three digits, the decimal `mark` and three more that may be meant as thousands."""
    last = r"\d{3}" if thousands else "000"
    return re.fullmatch(rf"[+-]?[1-9]\d{{0,2}}\{mark}{last}", plain) is not None


def _as_decimal(whole: str, mark: str, rest: str) -> str:
    """`whole` and `rest` as a number that nobody takes for thousands: without the last zeros, or with one more."""
    short = rest.rstrip("0")
    return f"{whole}{mark}{short}{'0' if len(short) == 3 else ''}" if short else whole


def spell(value: float, *, decimal_comma: bool, thousands: bool = False) -> str:
    """`value` as `parse` reads it back: every digit, no grouping, so that saving an untouched form changes nothing.

    With `thousands` for a reader who asks about them: 5.375 is `5.3750`.
    """
    text = repr(float(value)).removesuffix(".0")
    if "e-" in text and abs(value) >= 1e-9:
        # 0.00001 is what people write; below that, zeros are harder to count than to read an exponent.
        text = format(Decimal(text), "f")
    if thousands and _two_ways(text, ".", thousands=True):
        text += "0"
    return text.replace(".", ",") if decimal_comma else text


def spell_to_read(value: float, *, decimal_comma: bool) -> str:
    """`value` as a sentence says it: every digit, grouped in threes from 1 000 on. `parse` reads it back, too."""
    text = spell(value, decimal_comma=decimal_comma)
    if "e" in text:
        return text
    mark, group = (",", ".") if decimal_comma else (".", ",")
    whole, point, rest = text.removeprefix("-").partition(mark)
    return ("-" if text.startswith("-") else "") + f"{int(whole):,}".replace(",", group) + point + rest


def _with_point(plain: str, *, decimal_comma: bool) -> str:
    """`plain`, which has no exponent, with a decimal point and no grouping."""
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
    if decimal in rest or group in rest or not re.fullmatch(rf"[+-]?(\d*|\d{{1,3}}(\{group}\d{{3}})+)", whole):
        raise Refused("number_unreadable")
    return whole.replace(group, "") + ("." if mark else "") + rest
