from collections.abc import Iterator, Mapping
from typing import Any, Literal

from django import forms
from django.utils.translation import gettext_lazy as _

from mlcanvas import catalog
from mlcanvas.domain import rescaling, scale
from mlcanvas.domain.refusal import Refused
from mlcanvas.domain.risk import Rule
from mlcanvas.domain.scale import LONGEST_HELP, LONGEST_LABEL, Band, Scale, Step
from mlcanvas.domain.text import Text
from mlcanvas.web.fields import ChoiceField, LineField
from mlcanvas.web.sentences import here, say

Axis = Literal["likelihood", "severity"]
AXES: tuple[Axis, Axis] = ("likelihood", "severity")
LANGUAGES = {"en": _("English"), "pt_BR": _("Portuguese")}


def _sizes() -> list[tuple[str, str]]:
    return [(str(steps), str(steps)) for steps in range(scale.LEAST_STEPS, scale.MOST_STEPS + 1)]


def _select() -> forms.Select:
    return forms.Select(attrs={"class": "form-select form-select-sm"})


class SizeForm(forms.Form):
    """How many steps each axis has."""

    likelihoods = ChoiceField(label=_("Steps of likelihood"), choices=_sizes, widget=_select())
    severities = ChoiceField(label=_("Steps of severity"), choices=_sizes, widget=_select())

    @property
    def size(self) -> tuple[int, int]:
        """The two numbers."""
        return int(self.cleaned_data["likelihoods"]), int(self.cleaned_data["severities"])


class RuleForm(forms.Form):
    """How several answers make one axis of the table."""

    rule = forms.ChoiceField(choices=lambda: [(rule.key, here(rule.label)) for rule in catalog.risk_matrix().rules])


def _tones() -> list[tuple[str, str]]:
    words = {1: _("1, mildest"), 2: "2", 3: "3", 4: _("4, serious"), 5: _("5, serious, worst")}
    return [(str(tone), str(words[tone])) for tone in scale.TONES]


class DraftForm(forms.Form):
    """A scale of a given size: what its steps are called and mean, and its bands. A band without a score is left out.

    The names of the fields are paths: `likelihood-2-label-en`, `bands-1-first`.
    """

    def __init__(self, size: tuple[int, int], data: Any = None, *, of: Scale | None = None) -> None:
        super().__init__(data)
        self.size = size
        for axis, steps in zip(AXES, size, strict=True):
            for place in range(steps):
                self._texts(f"{axis}-{place}", label=LONGEST_LABEL, help=LONGEST_HELP)
        for place in range(scale.MOST_BANDS):
            self._texts(f"bands-{place}", label=LONGEST_LABEL)
            self.fields[f"bands-{place}-first"] = forms.IntegerField(
                required=False, error_messages={"invalid": _("Write a whole number, such as 5.")}
            )
            self.fields[f"bands-{place}-tone"] = ChoiceField(choices=_tones, required=False, widget=_select())
        self.initial = values_of(of) if of else {}

    def _texts(self, place: str, **limits: int) -> None:
        for kind, most in limits.items():
            for language in LANGUAGES:
                self.fields[f"{place}-{kind}-{language}"] = LineField(required=False, max_length=most)

    @property
    def rows(self) -> Iterator[tuple[Axis, list[tuple[int, dict[str, forms.BoundField]]]]]:
        """For each axis its steps, from the worst down as in the picture, with their fields."""
        for axis, steps in zip(AXES, self.size, strict=True):
            yield axis, [(place + 1, self._row(f"{axis}-{place}")) for place in reversed(range(steps))]

    @property
    def bands(self) -> list[tuple[int, dict[str, forms.BoundField]]]:
        """The bands with their fields, from the first score on."""
        return [(place + 1, self._row(f"bands-{place}")) for place in range(scale.MOST_BANDS)]

    def _row(self, place: str) -> dict[str, forms.BoundField]:
        return {
            name.removeprefix(f"{place}-").replace("-", "_"): self[name]
            for name in self.fields
            if name.startswith(f"{place}-")
        }

    def clean(self) -> dict[str, Any]:
        """The scale under `scale`; what the rules refuse stands beside its field."""
        found = self.cleaned_data
        if self.errors:
            return found
        kept = [place for place in range(scale.MOST_BANDS) if self._said(found, f"bands-{place}")]
        for place in kept:
            if found[f"bands-{place}-first"] is None:
                self.add_error(f"bands-{place}-first", say(Refused("scale_first_missing")))
        if self.errors:
            return found
        definition = {
            axis: [self._step(found, f"{axis}-{place}") for place in range(steps)]
            for axis, steps in zip(AXES, self.size, strict=True)
        } | {"bands": [self._band(found, f"bands-{place}") for place in kept]}
        try:
            found["scale"] = scale.build(definition)
        except Refused as refused:
            self.add_error(self._field(refused.path, kept), say(refused))
        return found

    @staticmethod
    def _said(found: Mapping[str, Any], place: str) -> bool:
        return found[f"{place}-first"] is not None or any(found[f"{place}-label-{language}"] for language in LANGUAGES)

    @staticmethod
    def _step(found: Mapping[str, Any], place: str) -> dict[str, Any]:
        return {
            kind: {language: found[f"{place}-{kind}-{language}"] for language in LANGUAGES}
            for kind in ("label", "help")
        }

    @staticmethod
    def _band(found: Mapping[str, Any], place: str) -> dict[str, Any]:
        label = {language: found[f"{place}-label-{language}"] for language in LANGUAGES}
        return {"first": found[f"{place}-first"], "tone": int(found[f"{place}-tone"] or 0), "label": label}

    def _field(self, path: str, kept: list[int]) -> str | None:
        """The field that a path of the rules means. A name that is missing may be in either language."""
        parts = path.split(".")
        if parts[0] == "bands" and len(parts) > 1:
            parts[1] = str(kept[int(parts[1])])
        name = "-".join(parts)
        return next((field for field in (name, f"{name}-en") if field in self.fields), None)


def values_of(of: Scale) -> dict[str, Any]:
    """What the form shows for a scale."""
    values: dict[str, Any] = {}
    for axis in AXES:
        steps: tuple[Step, ...] = getattr(of, axis)
        for place, step in enumerate(steps):
            values |= _in_both(f"{axis}-{place}-label", step.label)
            values |= _in_both(f"{axis}-{place}-help", step.help)
    for place, band in enumerate(of.bands):
        values |= _in_both(f"bands-{place}-label", band.label)
        values |= {f"bands-{place}-first": band.first, f"bands-{place}-tone": str(band.tone)}
    return values


def _in_both(name: str, text: Text | None) -> dict[str, str]:
    return {} if text is None else {f"{name}-{language}": getattr(text, language) for language in LANGUAGES}


def suggested(now: Scale, size: tuple[int, int]) -> dict[str, Any]:
    """What the form shows when somebody chooses a size: the present words where the number of steps stays, the usual
    ones of the catalogue where it does not, and the present bands in proportion."""
    matrix = catalog.risk_matrix()
    values: dict[str, Any] = {}
    for axis, steps in zip(AXES, size, strict=True):
        present: tuple[Step, ...] = getattr(now, axis)
        words = matrix.words(steps)
        known: list[tuple[Text, Text | None]] = []
        if len(present) == steps:
            known = [(step.label, step.help) for step in present]
        elif words is not None:
            known = [(label, None) for label in getattr(words, axis)]
        for place, (label, help_) in enumerate(known):
            values |= _in_both(f"{axis}-{place}-label", label) | _in_both(f"{axis}-{place}-help", help_)
    bands: tuple[Band, ...] = now.bands if now.size == size else scale.suggested_bands(now, *size)
    for place, band in enumerate(bands):
        values |= _in_both(f"bands-{place}-label", band.label)
        values |= {f"bands-{place}-first": band.first, f"bands-{place}-tone": str(band.tone)}
    return values


class MappingForm(forms.Form):
    """Which new step each present one becomes, and whether risks go back to where they stood on such a scale."""

    remembered = forms.BooleanField(
        label=_("Risks that stood on a scale of this size, and that nobody moved since, return to where they were."),
        required=False,
    )

    def __init__(self, now: Scale, wanted: Scale, data: Any = None) -> None:
        super().__init__(data)
        self.now, self.wanted = now, wanted
        usual = rescaling.usual(now, wanted)
        self.initial = {"remembered": True}
        for axis in AXES:
            steps: tuple[Step, ...] = getattr(wanted, axis)
            choices = [(str(step.value), f"{step.value} · {here(step.label)}") for step in steps]
            for place, step in enumerate(getattr(usual, axis), 1):
                self.fields[f"map-{axis}-{place}"] = forms.ChoiceField(choices=choices, widget=_select())
                self.initial[f"map-{axis}-{place}"] = str(step)

    @property
    def rows(self) -> Iterator[tuple[Axis, list[tuple[Step, forms.BoundField]]]]:
        """For each axis the present steps, the worst first, with the field of the new one."""
        for axis in AXES:
            steps: tuple[Step, ...] = getattr(self.now, axis)
            yield axis, [(step, self[f"map-{axis}-{step.value}"]) for step in reversed(steps)]

    def clean(self) -> dict[str, Any]:
        """The mapping under `mapping`."""
        found = self.cleaned_data
        if self.errors:
            return found
        likelihood, severity = (
            tuple(int(found[f"map-{axis}-{step.value}"]) for step in getattr(self.now, axis)) for axis in AXES
        )
        mapping = rescaling.Mapping(likelihood, severity)
        try:
            rescaling.check(mapping, self.now, self.wanted)
        except Refused as refused:
            self.add_error(f"map-{refused.path.replace('.', '-')}", say(refused))
        found["mapping"] = mapping
        return found


def rule_of(form: RuleForm) -> Rule:
    """The rule that a valid form names."""
    return next(rule.key for rule in catalog.risk_matrix().rules if rule.key == form.cleaned_data["rule"])
