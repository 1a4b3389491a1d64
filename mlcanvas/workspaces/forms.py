from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from mlcanvas.web.fields import ChoiceField, LineField
from mlcanvas.workspaces.currencies import CURRENCIES
from mlcanvas.workspaces.models import Workspace
from mlcanvas.workspaces.roles import MAY, Role


def _roles() -> list[tuple[str, str]]:
    return [(str(role.value), f"{role.label} – {MAY[role]}") for role in Role]


class _RoleField(ChoiceField):
    def clean(self, value: object) -> Role:
        return Role(int(super().clean(value)))


class WorkspaceForm(forms.Form):
    """The head of a workspace."""

    name = LineField(label=_("Name"), max_length=120, error_messages={"required": _("Give the workspace a name.")})
    language = ChoiceField(
        label=_("Language"), choices=lambda: settings.LANGUAGES,
        help_text=_("Invitations are written in it. A new project starts in the language of whoever begins it."),
    )  # fmt: skip
    currency = ChoiceField(
        label=_("Currency"), choices=lambda: CURRENCIES, help_text=_("New projects count in this currency.")
    )

    @staticmethod
    def values_of(workspace: Workspace) -> dict[str, str]:
        """What the form shows for a stored workspace."""
        return {name: getattr(workspace, name) for name in WorkspaceForm.base_fields}


class InvitationForm(forms.Form):
    """Whom to invite, as what."""

    email = LineField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Write the address of the person to invite.")},
    )
    role = _RoleField(label=_("Role"), choices=_roles, initial=str(Role.EDITOR.value))

    def clean_email(self) -> str:
        """The address in lower case, as it is compared."""
        try:
            forms.EmailField(max_length=254).clean(self.cleaned_data["email"])
        except forms.ValidationError as error:
            raise forms.ValidationError(_("This is not an e-mail address. Write it like name@example.org.")) from error
        return str(self.cleaned_data["email"]).lower()


class RoleForm(forms.Form):
    """Another role for a member."""

    role = _RoleField(label=_("Role"), choices=lambda: [(str(role.value), role.label) for role in Role])
