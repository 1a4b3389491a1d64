from django import forms
from django.utils.translation import gettext_lazy as _

from mlcanvas.web.fields import LineField


class DismissalForm(forms.Form):
    """Why a piece of advice does not apply."""

    reason = LineField(
        label=_("Why it does not apply"),
        max_length=500,
        error_messages={"required": _("Say why it does not apply; the next reader will ask.")},
    )
