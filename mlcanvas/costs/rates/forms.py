from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mlcanvas.costs.actuals.forms import DayField
from mlcanvas.costs.forms import AmountField
from mlcanvas.domain.estimate.rates import LONGEST_SOURCE, Setting
from mlcanvas.domain.refusal import Refused
from mlcanvas.web.fields import LineField, refuse


class FigureForm(forms.Form):
    """The workspace's own value for a figure: three numbers or one, who says so, and as of when."""

    def __init__(self, setting: Setting, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        missing = {"required": _("Type a number.")}
        labels = {"low": _("Low: 1 in 10 below"), "likely": _("Likely"), "high": _("High: 1 in 10 above")}
        for name in ("likely",) if setting.single else ("low", "likely", "high"):
            label = _("Value") if setting.single else labels[name]
            self.fields[name] = AmountField(
                label=label, share=setting.share, thousands=setting.thousands, error_messages=missing
            )
        self.fields["source"] = LineField(
            label=_("Source"),
            max_length=LONGEST_SOURCE,
            error_messages={"required": _("Say where the figure is from: a contract, a price list, a person.")},
        )
        self.fields["dated"] = DayField(label=_("As of"))
        self.fields["dated"].error_messages["required"] = _("Say as of when: prices age.")

    def value(self) -> dict[str, float]:
        """The numbers by end."""
        return {name: self.cleaned_data[name] for name in ("low", "likely", "high") if name in self.fields}

    def add_refusal(self, refused: Refused) -> None:
        """Put a refusal of the rules at the field that it is about."""
        self.add_error(refused.path if refused.path in self.fields else None, refuse(refused))
