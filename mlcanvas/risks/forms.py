import copy
from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mlcanvas import catalog
from mlcanvas.domain.refusal import Refused
from mlcanvas.domain.risk import Step
from mlcanvas.risks import links
from mlcanvas.risks.models import Risk
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


def _steps(steps: tuple[Step, ...]) -> list[tuple[str, str]]:
    return [(str(step.value), f"{step.value} · {here(step.label)}") for step in steps]


def _likelihoods() -> list[tuple[str, str]]:
    return _steps(catalog.risk_matrix().scale.likelihood)


def _severities() -> list[tuple[str, str]]:
    return _steps(catalog.risk_matrix().scale.severity)


class StepField(ChoiceField):
    """One point of a scale, as an integer; None where an optional one is left out."""

    def __init__(self, *, choices: Callable[[], Any], required: bool = True, **kwargs: Any) -> None:
        super().__init__(choices=choices, required=required, **kwargs)

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


class NewRiskForm(forms.Form):
    """What a risk needs to stand in the register; the rest is on its own page."""

    title = LineField(
        label=_("What could go wrong?"), max_length=200, error_messages={"required": _("Give the risk a title.")}
    )
    category = ChoiceField(label=_("Category"), choices=_categories)
    likelihood = StepField(label=_("Likelihood"), choices=_likelihoods, initial="3")
    severity = StepField(label=_("Severity"), choices=_severities, initial="3")


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


class RiskForm(forms.Form):
    """A whole risk."""

    title = LineField(label=_("Title"), max_length=200, error_messages={"required": _("Give the risk a title.")})
    category = ChoiceField(label=_("Category"), choices=_categories)
    stage = ChoiceField(label=_("Stage in which it shows"), choices=_stages, required=False)
    cause = TextField(label=_("Cause"), max_length=LONG, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    event = TextField(label=_("Event"), max_length=LONG, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    effect = TextField(label=_("Effect"), max_length=LONG, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    likelihood = StepField(label=_("Likelihood, before"), choices=_likelihoods)
    severity = StepField(label=_("Severity, before"), choices=_severities)
    current_likelihood = StepField(label=_("Likelihood, now"), choices=_likelihoods, required=False)
    current_severity = StepField(label=_("Severity, now"), choices=_severities, required=False)
    residual_likelihood = StepField(label=_("Likelihood, target"), choices=_likelihoods, required=False)
    residual_severity = StepField(label=_("Severity, target"), choices=_severities, required=False)
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
        return {name: getattr(risk, name) for name in RiskForm.base_fields}


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


class CellForm(forms.Form):
    """The fields of one cell of the list, each as in the form of the whole risk."""

    def __init__(self, cell: str, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        for name in CELLS[cell]:
            self.fields[name] = copy.deepcopy(RiskForm.base_fields[name])


MANY = ("owner", "due", "treatment", "category", "status")
"""The fields that several risks can be given at once."""


class ManyForm(forms.Form):
    """One field for several risks."""

    def __init__(self, name: str, value: str) -> None:
        super().__init__({name: value})
        self.fields[name] = copy.deepcopy(RiskForm.base_fields[name])
