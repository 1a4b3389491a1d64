from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from mlcanvas.domain import lifecycle
from mlcanvas.domain.lifecycle import Mark, StageKey, Status
from mlcanvas.tracker.models import Checkpoint
from mlcanvas.web.fields import ChoiceField, LineField, TextField

_DATE_FORMATS = ["%Y-%m-%d", "%d/%m/%Y"]


class CheckpointForm(forms.Form):
    """How one checkpoint stands."""

    status = ChoiceField(
        label=_("Status"), choices=lambda: Checkpoint.Status.choices, widget=forms.RadioSelect(attrs={"class": "pick"})
    )
    owner = LineField(label=_("Who answers for it"), max_length=120, required=False)
    on = forms.DateField(
        label=_("Date"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=_DATE_FORMATS, error_messages={"invalid": _("Write a date such as 2027-03-31.")},
        help_text=_("Today when left empty."),
    )  # fmt: skip
    reason = TextField(
        label=_("Note, or the reason for waiving"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(
        self, checkpoint: lifecycle.Checkpoint, data: Any = None, *, initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial=initial, auto_id=f"id_{checkpoint.key}_%s")
        if checkpoint.rule:
            # What a rule decides can be left to it or waived; the action refuses a tick from elsewhere.
            labels = {Status.TODO.value: _("left to the rule"), Status.WAIVED.value: Checkpoint.Status.WAIVED.label}
            cast("ChoiceField", self.fields["status"]).choices = list(labels.items())

    @staticmethod
    def values_of(mark: Mark) -> dict[str, Any]:
        """What the form shows for a stored mark."""
        return {"status": mark.status.value, "owner": mark.owner, "on": mark.on or None, "reason": mark.reason}


class EvidenceForm(forms.Form):
    """A link."""

    url = LineField(
        label=_("Address"), max_length=2000, error_messages={"required": _("Paste the address of the evidence.")}
    )
    label = LineField(label=_("What it shows"), max_length=200, required=False)


class MoveForm(forms.Form):
    """A step to another stage."""

    start = ChoiceField(choices=lambda: [(key.value, key.value) for key in StageKey])
    to = ChoiceField(label=_("Go to"), choices=lambda: [(key.value, key.value) for key in StageKey])
    reason = TextField(label=_("Because"), max_length=2000, required=False)
    reopen = forms.BooleanField(label=_("Open the ticked checkpoints again from that stage on"), required=False)
