from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mlcanvas import catalog
from mlcanvas.domain.metrics import check_value
from mlcanvas.domain.refusal import Refused
from mlcanvas.scope.models import SuccessMetric
from mlcanvas.web.fields import ChoiceField, LineField, NumberField, refuse
from mlcanvas.web.sentences import here


def _metrics() -> list[tuple[str, str]]:
    return [(metric.key, here(metric.label)) for metric in catalog.metrics().metrics]


class MetricForm(forms.Form):
    """One success metric."""

    name = LineField(label=_("What is measured"), error_messages={"required": _("Say what is measured.")})
    kind = ChoiceField(label=_("Says whether"), choices=lambda: [
        ("model", _("the model is good enough")),
        ("project", _("the project reaches its goal")),
        ("economic", _("it pays")),
    ])  # fmt: skip
    metric = ChoiceField(
        label=_("Known metric"), choices=_metrics, required=False,
        help_text=_("If it is in the list, the cost curve and the baselines can use it."),
    )  # fmt: skip
    direction = ChoiceField(label=_("Better when"), choices=lambda: [("higher", _("higher")), ("lower", _("lower"))])
    unit = LineField(label=_("Unit"), max_length=40, required=False)
    current = NumberField(label=_("Today"), least=-1e15, required=False)
    minimum = NumberField(label=_("Least useful"), least=-1e15, required=False)
    target = NumberField(label=_("Target"), least=-1e15, required=False)
    deadline = forms.DateField(
        label=_("By"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d", "%d/%m/%Y"], error_messages={"invalid": _("Write a date such as 2027-03-31.")},
    )  # fmt: skip
    primary = forms.BooleanField(
        label=_("This is the model's main metric"), required=False,
        help_text=_("Costs and baselines compare with it."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """A known metric knows which way is better; a primary metric is a model metric."""
        values = super().clean() or {}
        known = catalog.metrics().get(values.get("metric") or "")
        if known is not None and values.get("direction") not in (None, known.direction):
            words = (
                _("“%(metric)s” is better when higher.")
                if known.direction == "higher"
                else _("“%(metric)s” is better when lower.")
            )
            self.add_error("direction", words % {"metric": here(known.label)})
        for name in ("current", "minimum", "target"):
            if known is not None and values.get(name) is not None:
                try:
                    check_value(known, values[name])
                except Refused as refused:
                    self.add_error(name, refuse(refused))
        if values.get("primary") and values.get("kind") not in (None, SuccessMetric.Kind.MODEL):
            self.add_error("primary", _("Only a metric of the model can be the model's main metric."))
        return values

    @staticmethod
    def values_of(metric: SuccessMetric) -> dict[str, Any]:
        """What the form shows for a stored metric."""
        return {name: getattr(metric, name) for name in MetricForm.base_fields}
