"""The currencies that amounts may be in, and the one that a language starts with."""

from django.utils.translation import gettext_lazy as _

CURRENCIES = [
    ("EUR", _("Euro (EUR)")),
    ("BRL", _("Brazilian real (BRL)")),
    ("USD", _("US dollar (USD)")),
    ("GBP", _("Pound sterling (GBP)")),
]

# What everything begins with that nobody chose otherwise: the defaults of a workspace.
UNTOUCHED = "EUR"
_STARTS = {"pt-br": "BRL"}


def starting_currency(language: str, chosen: str = UNTOUCHED) -> str:
    """The currency for somebody who reads `language`, in a workspace of the currency `chosen`.

    A workspace that counts in anything else than what every workspace begins with says so on purpose.
    """
    return chosen if chosen != UNTOUCHED else _STARTS.get(language, UNTOUCHED)
