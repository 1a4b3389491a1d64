from django import forms
from django.utils.translation import gettext_lazy as _

from mlcanvas.web.fields import LineField


class HeadForm(forms.Form):
    """The header of a canvas."""

    designed_for = LineField(label=_("Designed for"), required=False)
    designed_by = LineField(label=_("Designed by"), required=False)
    date = forms.DateField(
        label=_("Date"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d", "%d/%m/%Y"], error_messages={"invalid": _("Write a date such as 2027-03-31.")},
    )  # fmt: skip
