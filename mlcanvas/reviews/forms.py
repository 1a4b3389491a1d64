from django import forms
from django.utils.translation import gettext_lazy as _

from mlcanvas.reviews.models import Decision
from mlcanvas.web.fields import ChoiceField, LineField, TextField


class DecisionForm(forms.Form):
    """A decision; `read` is the digest of what the person had before them."""

    outcome = ChoiceField(
        label=_("Decision"), choices=lambda: Decision.Outcome.choices,
        widget=forms.RadioSelect(attrs={"class": "pick"}),
        error_messages={"required": _("Choose what is decided.")},
    )  # fmt: skip
    note = TextField(
        label=_("Why, and on which conditions"), max_length=5000, widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Say why, in a sentence: it is what people look for later.")},
    )  # fmt: skip
    read = LineField(max_length=64, widget=forms.HiddenInput)
