import copy
from collections.abc import Sequence
from typing import Any, Literal, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from mlcanvas import catalog
from mlcanvas.domain.refusal import Refused
from mlcanvas.domain.scale import Scale, Step
from mlcanvas.risks import links
from mlcanvas.risks.models import Risk
from mlcanvas.risks.scales.selectors import InForce
from mlcanvas.web.fields import ChoiceField, LineField, TextField, refuse
from mlcanvas.web.sentences import here

LONG = 2_000
LONGEST = 5_000


def _categories() -> list[tuple[str, str]]:
    return [(category.key, here(category.label)) for category in catalog.risk_matrix().categories]


def _stages() -> list[tuple[str, str]]:
    return [(stage.key, here(stage.label)) for stage in catalog.risk_matrix().stages]


def _treatments() -> list[tuple[str, str]]:
    return [
        (treatment.key, f"{here(treatment.label)}: {here(treatment.help)}")
        for treatment in catalog.risk_matrix().treatments
    ]


class StepField(ChoiceField):
    """One point of a scale, as an integer; None where an optional one is left out. `ScaleForm` gives it its points."""

    def __init__(self, *, axis: Literal["likelihood", "severity"], **kwargs: Any) -> None:
        super().__init__(choices=tuple, **kwargs)
        self.axis = axis

    def put_on(self, scale: Scale) -> None:
        """Offer the points of a scale."""
        steps: Sequence[Step] = getattr(scale, self.axis)
        points = [(str(step.value), f"{step.value} · {here(step.label)}") for step in steps]
        self.choices = points if self.required else [("", "–"), *points]

    def clean(self, value: Any) -> Any:
        """The number of the step."""
        found = super().clean(value)
        return int(found) if found else None


class LinksField(forms.MultipleChoiceField):
    """What a risk is linked to, in the order of the catalogue."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            choices=lambda: [
                (here(group.label), [(link.value, here(link.label)) for link in group.links])
                for group in links.groups()
            ],
            required=False,
            **kwargs,
        )

    def clean(self, value: Any) -> list[str]:
        """The values, each once."""
        found = links.in_order(super().clean(value))
        if len(found) > links.MOST:
            raise refuse(Refused("risk_links_too_many", most=links.MOST))
        return found


class ScaleForm(forms.Form):
    """A form with points of a scale. `scale` is the number of that scale: points of another one are not taken over."""

    scale = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=2**63 - 1)

    def __init__(self, by: InForce, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        self.put_on_scale()

    def put_on_scale(self) -> None:
        """Give every field of a point the points there are."""
        self.initial = {**self.initial, "scale": self.by.number}
        for field in self.fields.values():
            if isinstance(field, StepField):
                field.put_on(self.by.scale)

    def clean(self) -> dict[str, Any]:
        """Whether the points are those of the scale that counts. What was typed stays."""
        found = super().clean() or self.cleaned_data
        seen = found.pop("scale", None)
        if seen is not None and seen != self.by.number:
            # Sent again, the form has been seen with the points that count now.
            again = cast("QueryDict", self.data).copy()
            again[self.add_prefix("scale")] = str(self.by.number)
            self.data = again
            raise refuse(Refused("scale_changed_meanwhile"))
        return found


class NewRiskForm(ScaleForm):
    """What a risk needs to stand in the register; the rest is on its own page."""

    title = LineField(
        label=_("What could go wrong?"), max_length=200, error_messages={"required": _("Give the risk a title.")}
    )
    category = ChoiceField(label=_("Category"), choices=_categories)
    likelihood = StepField(label=_("Likelihood"), axis="likelihood")
    severity = StepField(label=_("Severity"), axis="severity")

    def put_on_scale(self) -> None:
        """A new risk begins in the middle."""
        super().put_on_scale()
        likelihoods, severities = self.by.scale.size
        self.initial = {**self.initial, "likelihood": (likelihoods + 1) // 2, "severity": (severities + 1) // 2}


class WhyForm(forms.Form):
    """Why a suggestion does not apply."""

    why = TextField(
        label=_("Why does it not apply?"),
        max_length=LONG,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say why this risk does not apply, so that nobody has to ask again.")},
    )


class AcceptForm(forms.Form):
    """Until when the project lives with a risk, and why."""

    until = forms.DateField(
        label=_("Until"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
        error_messages={
            "invalid": _("Write a date such as 2027-03-31."),
            "required": _("Say until when: then the risk is looked at again."),
        },
    )  # fmt: skip
    why = TextField(
        label=_("Why can the project live with it?"),
        max_length=LONG,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say why the project can live with this risk.")},
    )


class RiskForm(ScaleForm):
    """A whole risk."""

    title = LineField(label=_("Title"), max_length=200, error_messages={"required": _("Give the risk a title.")})
    category = ChoiceField(label=_("Category"), choices=_categories)
    stage = ChoiceField(label=_("Stage in which it shows"), choices=_stages, required=False)
    cause = TextField(label=_("Cause"), max_length=LONG, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    event = TextField(label=_("Event"), max_length=LONG, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    effect = TextField(label=_("Effect"), max_length=LONG, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    likelihood = StepField(label=_("Likelihood, before"), axis="likelihood")
    severity = StepField(label=_("Severity, before"), axis="severity")
    current_likelihood = StepField(label=_("Likelihood, now"), axis="likelihood", required=False)
    current_severity = StepField(label=_("Severity, now"), axis="severity", required=False)
    residual_likelihood = StepField(label=_("Likelihood, target"), axis="likelihood", required=False)
    residual_severity = StepField(label=_("Severity, target"), axis="severity", required=False)
    treatment = ChoiceField(label=_("Treatment"), choices=_treatments, required=False)
    mitigation = TextField(
        label=_("What is done about it"), max_length=LONGEST, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    owner = LineField(
        label=_("Owner"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"list": "people", "autocomplete": "off"}),
    )
    due = forms.DateField(
        label=_("Due"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d", "%d/%m/%Y"], error_messages={"invalid": _("Write a date such as 2027-03-31.")},
    )  # fmt: skip
    status = ChoiceField(label=_("Status"), choices=lambda: Risk.Status.choices)
    links = LinksField(label=_("Linked to"))
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)

    @staticmethod
    def values_of(risk: Risk) -> dict[str, Any]:
        """What the form shows for a stored risk."""
        return {name: getattr(risk, name) for name in RiskForm.base_fields if name != "scale"}


CELLS: dict[str, tuple[str, ...]] = {
    "title": ("title",),
    "category": ("category",),
    "inherent": ("likelihood", "severity"),
    "now": ("current_likelihood", "current_severity"),
    "target": ("residual_likelihood", "residual_severity"),
    "owner": ("owner",),
    "due": ("due",),
}
"""The fields that a cell of the list changes."""


class CellForm(ScaleForm):
    """The fields of one cell of the list, each as in the form of the whole risk."""

    def __init__(self, by: InForce, cell: str, data: Any = None, **kwargs: Any) -> None:
        super().__init__(by, data, **kwargs)
        for name in CELLS[cell]:
            self.fields[name] = copy.deepcopy(RiskForm.base_fields[name])
        self.put_on_scale()


MANY = ("owner", "due", "treatment", "category", "status")
"""The fields that several risks can be given at once."""


class ManyForm(forms.Form):
    """One field for several risks."""

    def __init__(self, name: str, value: str) -> None:
        super().__init__({name: value})
        self.fields[name] = copy.deepcopy(RiskForm.base_fields[name])
