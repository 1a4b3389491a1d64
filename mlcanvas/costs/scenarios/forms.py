from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mlcanvas.costs.scenarios.actions import LONGEST_NAME, LONGEST_NOTE
from mlcanvas.costs.scenarios.selectors import PLAN
from mlcanvas.web.fields import ChoiceField, LineField, NumberField, TextField


class AddForm(forms.Form):
    """A name, and what to begin from."""

    name = LineField(label=_("Name"), max_length=LONGEST_NAME)
    source = ChoiceField(label=_("Begin from"), choices=list, required=True)

    def __init__(self, sources: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"source": PLAN}, **kwargs})
        self.fields["source"] = ChoiceField(label=_("Begin from"), choices=lambda: sources)


class EditForm(forms.Form):
    """Name and note."""

    name = LineField(label=_("Name"), max_length=LONGEST_NAME)
    note = TextField(label=_("Note"), max_length=LONGEST_NOTE, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].widget.attrs.update(rows=4)


class TargetForm(forms.Form):
    """Another target for the primary metric; empty is the plan's."""

    target = NumberField(label=_("Target in this scenario"), required=False, least=-1e12, most=1e12)
