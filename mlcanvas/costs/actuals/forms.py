from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mlcanvas.costs.actuals.actions import LONGEST_NOTE
from mlcanvas.costs.forms import AmountField
from mlcanvas.domain.estimate.actuals import MOST_MONEY
from mlcanvas.web.fields import TextField


class DayField(forms.DateField):
    """A day, as a browser's own field sends it or as a person types it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            input_formats=["%Y-%m-%d", "%d/%m/%Y"],
            error_messages={"invalid": _("Write a date such as 2027-03-31.")},
            **kwargs,
        )


class ActualForm(forms.Form):
    """What one line came to."""

    amount = AmountField(label=_("Amount"), required=False, least=0.0, most=MOST_MONEY, thousands=True)
    begun = DayField(label=_("From"), required=False)
    ended = DayField(label=_("Until"), required=False)
    note = TextField(label=_("Note"), required=False, max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": 1}))
