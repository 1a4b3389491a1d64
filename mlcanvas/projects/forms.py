from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from mlcanvas.web.fields import ChoiceField, LineField, TextField
from mlcanvas.workspaces.currencies import CURRENCIES


class NewProjectForm(forms.Form):
    """A name is all that a project needs to begin."""

    name = LineField(label=_("Name"), max_length=200, error_messages={"required": _("Give the project a name.")})
    language = ChoiceField(label=_("Language"), choices=lambda: settings.LANGUAGES, required=False)
    currency = ChoiceField(label=_("Currency"), choices=lambda: CURRENCIES, required=False)


class ProjectForm(forms.Form):
    """The head of a project."""

    name = LineField(label=_("Name"), max_length=200, error_messages={"required": _("Give the project a name.")})
    language = ChoiceField(
        label=_("Language"), choices=lambda: settings.LANGUAGES, help_text=_("The report starts in this language.")
    )
    currency = ChoiceField(
        label=_("Currency"), choices=lambda: CURRENCIES, help_text=_("Amounts keep their number: nothing is converted.")
    )


class IterationForm(forms.Form):
    """The end of an iteration. `number` is the one that the person saw open."""

    number = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)
    learned = TextField(
        label=_("What was learned"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("What held, what did not, and what the next iteration does differently. It is kept for ever."),
    )
