from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from mlcanvas.accounts.models import User


def _name_field() -> forms.CharField:
    return forms.CharField(
        label=_("Your name"),
        max_length=120,
        help_text=_("Others see it beside what you write."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Write the name that others should see.")},
    )


class SignUpForm(forms.Form):
    """What we ask of a new person beyond what allauth asks."""

    field_order = ("name", "email", "password1", "password2")
    name = _name_field()

    def signup(self, request: HttpRequest, user: User) -> None:  # noqa: ARG002
        """Called by allauth with the new user."""
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])


class NameForm(forms.Form):
    """How others see a person."""

    name = _name_field()
