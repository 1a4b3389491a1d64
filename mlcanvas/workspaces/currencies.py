"""The currencies that amounts may be in."""

from django.utils.translation import gettext_lazy as _

CURRENCIES = [
    ("EUR", _("Euro (EUR)")),
    ("BRL", _("Brazilian real (BRL)")),
    ("USD", _("US dollar (USD)")),
    ("GBP", _("Pound sterling (GBP)")),
]
