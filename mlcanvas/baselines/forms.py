from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from mlcanvas import catalog
from mlcanvas.baselines.models import Baseline
from mlcanvas.baselines.selectors import Known
from mlcanvas.domain.baseline import Measured, read_measure
from mlcanvas.domain.refusal import Refused
from mlcanvas.web.fields import ChoiceField, LineField, NumberField, TextField, WholeField, refuse
from mlcanvas.web.sentences import here

LONG = 5_000


def _kinds() -> list[tuple[str, str]]:
    return [(kind.key, f"{here(kind.label)}: {here(kind.help)}") for kind in catalog.baseline_kinds().kinds]


def _comparable() -> list[tuple[str, str]]:
    return [(choice.key, here(choice.label)) for choice in catalog.baseline_kinds().comparable]


class MeasureField(NumberField):
    """A value as people write it (`0.74`, `74,67 %`, `20.0 ± 1.2`). What it means depends on the metric, so the form
    reads it."""

    def to_python(self, value: Any) -> Any:
        """The text as it was typed."""
        return None if value in self.empty_values else str(value)


class BaselineForm(forms.Form):
    """A whole baseline; `known` are the metrics that it may have."""

    name = LineField(label=_("Name"), max_length=200, error_messages={"required": _("Give the baseline a name.")})
    kind = ChoiceField(label=_("Kind"), choices=_kinds)
    metric = ChoiceField(label=_("Metric"), choices=list)
    value = MeasureField(
        label=_("Value"),
        help_text=_("As you read it: 0.74, 74.67 % or 0.74 ± 0.02."),
        error_messages={"required": _("Type the value that was measured.")},
    )
    low = MeasureField(label=_("Interval from"), required=False)
    high = MeasureField(label=_("Interval to"), required=False)
    n = WholeField(label=_("Cases measured"), required=False, least=1, most=10**15)
    unit = LineField(label=_("Unit"), max_length=40, required=False)
    dataset = LineField(
        label=_("Data set"),
        max_length=200,
        required=False,
        help_text=_("Values are compared only on the same data set, revision and split."),
    )
    dataset_revision = LineField(label=_("Revision of the data set"), max_length=80, required=False)
    split = LineField(label=_("Split"), max_length=80, required=False, help_text=_("For example: test."))
    measured_on = forms.DateField(
        label=_("Measured on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
        error_messages={"invalid": _("Write a date such as 2027-03-31.")},
    )
    measured_by = LineField(label=_("Measured by"), max_length=120, required=False)
    protocol = TextField(
        label=_("How it was measured"), max_length=LONG, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    comparable = ChoiceField(label=_("Comparable with our target"), choices=_comparable)
    comparable_why = LineField(label=_("Why not, or not fully"), max_length=500, required=False)
    source_name = LineField(label=_("Source"), max_length=200, required=False)
    source_url = LineField(
        label=_("Address of the source"),
        max_length=500,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}),
    )
    licence = LineField(label=_("Licence"), max_length=120, required=False)
    notes = TextField(label=_("Notes"), max_length=LONG, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    active = forms.BooleanField(
        label=_("Active"), required=False, help_text=_("An inactive baseline is shown and not compared.")
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1, required=False)

    def __init__(self, *args: Any, known: dict[str, Known], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = known
        field = self.fields["metric"]
        assert isinstance(field, ChoiceField)  # noqa: S101
        field.choices = self._metrics()

    def _metrics(self) -> list[tuple[str, Any]]:
        own = [(metric.key, metric.own.name) for metric in self.known.values() if metric.own]
        rest = [
            (metric.key, here(metric.metric.label))
            for metric in self.known.values()
            if metric.metric is not None and metric.own is None
        ]
        stored = self.initial.get("metric")
        gone = [] if not stored or stored in self.known else [(stored, stored)]
        groups: list[tuple[Any, list[tuple[str, str]]]] = [
            (_("Metrics of this project"), [*own, *gone]),
            (_("All metrics"), rest),
        ]
        return [("", "–"), *[group for group in groups if group[1]]]

    def clean(self) -> dict[str, Any]:
        """The value and its interval as numbers, read by the rules of the metric that was chosen."""
        values = super().clean() or {}
        metric = self.known.get(values.get("metric", ""))
        points = metric is not None and _in_per_cent(metric)
        numbers: dict[str, Measured] = {}
        for name in ("value", "low", "high"):
            if values.get(name) is not None:
                try:
                    numbers[name] = read_measure(
                        values[name], decimal_comma=(get_language() or "en").startswith("pt"), percent_points=points
                    )
                except Refused as refused:
                    self.add_error(name, refuse(refused))
        self._interval(values, numbers, metric)
        return values

    def _interval(self, values: dict[str, Any], numbers: dict[str, Measured], metric: Known | None) -> None:
        spread = numbers.get("value")
        for name in ("low", "high"):
            typed = numbers.get(name)
            values[name] = None if typed is None else typed.value
        if spread is None:
            return
        values["value"] = spread.value
        if spread.low is None or spread.high is None:
            return
        if "low" in numbers or "high" in numbers:
            self.add_error("value", refuse(Refused("baseline_spread_and_ends")))
            return
        low, high = (metric.metric.low, metric.metric.high) if metric and metric.metric else (None, None)
        # A width of 0.03 around 0.99 is fair to type, and no accuracy is above 1.
        values["low"] = spread.low if low is None else max(spread.low, min(low, spread.value))
        values["high"] = spread.high if high is None else min(spread.high, max(high, spread.value))

    @staticmethod
    def values_of(row: Baseline) -> dict[str, Any]:
        """What the form shows for a stored baseline."""
        return {name: getattr(row, name) for name in BaselineForm.base_fields}


def _in_per_cent(known: Known) -> bool:
    unit = known.unit or (known.metric.unit.en if known.metric and known.metric.unit else "")
    bounded = known.metric is not None and known.metric.high == 1
    return unit.strip() == "%" and not bounded
