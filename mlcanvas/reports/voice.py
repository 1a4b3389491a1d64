"""How a report speaks: its fixed texts, numbers, money and dates in one language."""

import datetime
import math
import tomllib
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cache
from importlib.resources import files
from typing import Any

from mlcanvas.domain.text import Text

SYMBOLS = {"EUR": "€", "USD": "US$", "BRL": "R$", "GBP": "£"}

_MONTHS = {
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    "pt": ("jan.", "fev.", "mar.", "abr.", "maio", "jun.", "jul.", "ago.", "set.", "out.", "nov.", "dez."),
}
_UNITS = {
    "en": ((1e9, "bn"), (1e6, "M"), (1e3, "k")),
    "pt": ((1e9, "bi"), (1e6, "mi"), (1e3, "mil")),
}
_NBSP = "\u00a0"
FIGURES = 3
"""How many figures of an amount are said where the exact one would promise too much."""


@cache
def words() -> dict[str, Text]:
    """The fixed texts of the report by key. Raises TypeError or ValueError for one without both languages."""
    source = files("mlcanvas.reports").joinpath("words.toml").read_text(encoding="utf-8")
    return {
        f"{group}.{key}": Text(**text) for group, texts in tomllib.loads(source).items() for key, text in texts.items()
    }


@dataclass(frozen=True, slots=True)
class Voice:
    """One language and one currency. `language` is "en" or "pt-br", `currency` an ISO 4217 code."""

    language: str
    currency: str

    @property
    def portuguese(self) -> bool:
        """Whether this is Portuguese; the other language is English."""
        return self.language.lower().startswith("pt")

    def __call__(self, key: str, **values: object) -> str:
        """The fixed text `key`, its placeholders filled. Raises KeyError for an unknown one."""
        said = words()[key].say(self.language)
        return said.format(**values) if values else said

    def counted(self, key: str, number: float, /, **values: object) -> str:
        """The fixed text `key` for `number` things: `key_one` for a single one.

        Portuguese also speaks of a fraction below two in the singular ("falta 0,4"); zero is plural in both.
        """
        single = 0 < number < 2 if self.portuguese else number == 1
        return self(f"{key}_one" if single else key, **values)

    def say(self, text: Any) -> str:
        """A text of the catalogue, or one that a result carries: a Text, a table of languages, or words."""
        if isinstance(text, Text):
            return text.say(self.language)
        if isinstance(text, dict):
            return str(text.get("pt_BR" if self.portuguese else "en") or next(iter(text.values()), ""))
        return "" if text is None else str(text)

    def number(self, value: float, digits: int | None = None) -> str:
        """`value` with thousands and decimals as the language writes them.

        `digits` after the point, or as many as make three figures, without trailing zeros. Halves go to even.
        """
        if not math.isfinite(value):
            return "–"
        exact = Decimal(repr(float(value)))
        if digits is None:
            places = max(0, 2 - (exact.adjusted() if exact else 0))
            rounded = exact.quantize(Decimal(1).scaleb(-min(places, 9)), ROUND_HALF_EVEN)
            shown = f"{rounded:,f}"
            shown = shown.rstrip("0").rstrip(".") if "." in shown else shown
        else:
            shown = f"{exact.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_EVEN):,f}"
        if not shown.strip("-0.,"):
            shown = shown.lstrip("-")
        if self.portuguese:
            shown = shown.translate({ord(","): ".", ord("."): ","})
        return shown.replace("-", "\u2212")

    def exact(self, value: float) -> str:
        """`value` with every figure that was typed: what a person entered is never rounded for them."""
        text = f"{Decimal(repr(float(value))).normalize():f}"
        return self.number(value, len(text.partition(".")[2]))

    def money(self, value: float) -> str:
        """An amount in whole units with its currency; below ten, with hundredths."""
        symbol = SYMBOLS.get(self.currency, self.currency)
        return f"{symbol}{_NBSP}{self.number(value, 2 if 0 < abs(value) < 10 else 0)}"

    def rounded(self, value: float) -> str:
        """An amount to three figures, for whoever decides on it: an estimate is no price. Halves go to even."""
        exact = Decimal(repr(float(value)))
        places = exact.adjusted() - (FIGURES - 1) if exact.is_finite() and exact else 0
        if places > 0:
            return self.money(float(exact.quantize(Decimal(1).scaleb(places), ROUND_HALF_EVEN)))
        return self.money(value)

    def about(self, value: float) -> str:
        """The same, said to be rounded."""
        return self("text.about", amount=self.rounded(value))

    def short_money(self, value: float) -> str:
        """An amount in thousands or millions, for the ticks of an axis."""
        symbol = SYMBOLS.get(self.currency, self.currency)
        for size, unit in _UNITS["pt" if self.portuguese else "en"]:
            if abs(value) >= size:
                return f"{symbol}{_NBSP}{self.number(value / size)}{_NBSP}{unit}"
        return f"{symbol}{_NBSP}{self.number(value)}"

    def date(self, value: datetime.date | str) -> str:
        """A day, such as 23 Nov 2026; a text that is no ISO date is given back as it is."""
        try:
            day = datetime.date.fromisoformat(value[:10]) if isinstance(value, str) else value
        except ValueError:
            return str(value)
        month = _MONTHS["pt" if self.portuguese else "en"][day.month - 1]
        return f"{day.day}{_NBSP}{month}{_NBSP}{day.year}"

    def several(self, names: list[str], limit: int = 6) -> str:
        """`names` as one phrase; beyond `limit` it counts the rest."""
        shown = names[:limit]
        if len(names) > limit:
            return self("text.and_more", names=", ".join(shown), count=len(names) - limit)
        if len(shown) < 2:
            return "".join(shown)
        return self("text.and", names=", ".join(shown[:-1]), last=shown[-1])
