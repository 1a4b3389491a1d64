from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from mlcanvas.accounts.models import User
from mlcanvas.domain import tags
from mlcanvas.domain.refusal import Refused
from mlcanvas.projects import selectors
from mlcanvas.projects.models import Project
from mlcanvas.web.fields import ChoiceField, LineField, TextField, refuse
from mlcanvas.workspaces.currencies import CURRENCIES


class TagsField(LineField):
    """Tags in one line, divided by commas; clean gives them as `domain.tags` accepts them."""

    def __init__(self, **kwargs: Any) -> None:
        help_text = _("Up to 12 short words, divided by commas. The list of projects can be filtered by them.")
        super().__init__(label=_("Tags"), required=False, max_length=2000, help_text=help_text, **kwargs)

    def clean(self, value: Any) -> Any:
        try:
            return tags.accept(tags.split(super().clean(value)))
        except Refused as refused:
            raise refuse(refused) from refused


KEPT = "kept"
"""The answer that leaves an owner who is only a name as it is."""


def _owner_field() -> ChoiceField:
    return ChoiceField(label=_("Project owner"), choices=list, required=False)


def _offer(form: forms.Form, people: Iterable[tuple[str, str]]) -> None:
    """Offer these people (primary key, name) as owners, and nobody."""
    cast("ChoiceField", form.fields["owner"]).choices = [("", _("nobody yet")), *people]


class NewProjectForm(forms.Form):
    """A name is all that a project needs to begin. `people` may own it."""

    name = LineField(label=_("Name"), max_length=200, error_messages={"required": _("Give the project a name.")})
    language = ChoiceField(
        label=_("Language"), choices=list, required=False, help_text=_("The report starts in this language.")
    )
    currency = ChoiceField(
        label=_("Currency"), choices=list, required=False,
        help_text=_("Costs are counted in it. Both can be changed later, in the settings of the project."),
    )  # fmt: skip
    owner = _owner_field()
    tags = TagsField()

    def __init__(self, *args: Any, people: Iterable[User] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("ChoiceField", self.fields["language"]).choices = [("", _("that of these pages")), *settings.LANGUAGES]
        cast("ChoiceField", self.fields["currency"]).choices = [("", _("that of the workspace")), *CURRENCIES]
        _offer(self, ((str(person.pk), str(person)) for person in people))


class ProjectForm(forms.Form):
    """The head of a project. `people` may own it; the owner that it has may stay."""

    name = LineField(label=_("Name"), max_length=200, error_messages={"required": _("Give the project a name.")})
    language = ChoiceField(
        label=_("Language"), choices=lambda: settings.LANGUAGES, help_text=_("The report starts in this language.")
    )
    currency = ChoiceField(
        label=_("Currency"), choices=lambda: CURRENCIES, help_text=_("Amounts keep their number: nothing is converted.")
    )
    owner = _owner_field()
    tags = TagsField()

    def __init__(self, *args: Any, project: Project, people: Iterable[User] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = {str(person.pk): str(person) for person in people}
        outside = _("%(name)s (not in this workspace)") % {"name": project.owned_by}
        if project.owner is not None:
            offered.setdefault(str(project.owner.pk), outside)
        elif project.owner_name:
            offered[KEPT] = outside
        _offer(self, offered.items())

    @staticmethod
    def values_of(project: Project) -> dict[str, str]:
        """What the form shows for a stored project."""
        return {
            "name": project.name,
            "language": project.language,
            "currency": project.currency,
            "owner": str(project.owner_id) if project.owner_id else KEPT if project.owner_name else "",
            "tags": ", ".join(selectors.tags(project)),
        }


class IterationForm(forms.Form):
    """The end of an iteration. `number` is the one that the person saw open."""

    number = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)
    learned = TextField(
        label=_("What was learned"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("What held, what did not, and what the next iteration does differently. It is kept for ever."),
    )
