from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mlcanvas.domain.estimate.answers import MOST_PILOTS, UNKNOWN, Stored, given_ends, half_and_double
from mlcanvas.domain.estimate.definition import Question
from mlcanvas.domain.refusal import Refused
from mlcanvas.web.fields import ChoiceField, NumberField, refuse
from mlcanvas.web.sentences import here

ENDS = ("low", "likely", "high")
# Rows for points that are still to come.
SPARE_POINTS = 2


class AmountField(NumberField):
    """A number whose unit stands beside the field. Where that is `%` (`share`), one that somebody types along changes
    nothing; elsewhere it is no amount."""

    def __init__(self, *, share: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.share = share

    def to_python(self, value: Any) -> float | None:
        if isinstance(value, str) and (plain := value.strip()).endswith(("%", "％")):
            if not self.share:
                raise refuse(Refused("cost_no_share"))
            value = plain[:-1]
        return super().to_python(value)


def field_of(question: Question, **kwargs: Any) -> NumberField:
    """The field for a number that answers `question`. Of an error, `4 %` is 0.04."""
    if question.error:
        return NumberField(**kwargs)
    return AmountField(share=question.share, thousands=question.thousands, **kwargs)


class AnswerForm(forms.Form):
    """The answer to one question: a choice, a number, low with likely and high, or the points of a pilot."""

    def __init__(self, question: Question, *args: Any, points: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.question = question
        self.points = points
        if question.kind == "choice":
            self.fields["value"] = ChoiceField(label=_("Answer"), choices=self._options, required=False)
        elif question.kind == "pilot":
            for place in range(points):
                self.fields[f"labelled_{place}"] = AmountField(
                    label=_("Labelled items"), thousands=True, required=False
                )
                self.fields[f"error_{place}"] = NumberField(label=_("Error"), required=False)
        else:
            for name in ENDS if question.kind == "range" else ("value",):
                self.fields[name] = field_of(question, label=name, required=False)

    def _options(self) -> list[tuple[str, str]]:
        return [*((option.key, here(option.label)) for option in self.question.options), (UNKNOWN, "?")]

    def clean(self) -> dict[str, Any]:
        """Something was typed; of a range at least the likely value, which brings its half and its double along."""
        values = super().clean() or {}
        if self.errors:
            return values
        if self.question.kind == "range":
            self._clean_range(values)
        elif self.question.kind == "pilot":
            self._clean_points(values)
        elif values.get("value") in (None, ""):
            self.add_error("value", refuse(Refused("cost_nothing_typed")))
        return values

    def _clean_range(self, values: dict[str, Any]) -> None:
        likely = values.get("likely")
        if likely is None:
            typed = any(values.get(end) is not None for end in ENDS)
            self.add_error("likely", refuse(Refused("cost_likely_missing" if typed else "cost_nothing_typed")))
            return
        low, high = half_and_double(self.question, likely)
        if values.get("low") is None:
            values["low"] = low
        if values.get("high") is None:
            values["high"] = high

    def _clean_points(self, values: dict[str, Any]) -> None:
        for place in range(self.points):
            pair = values.get(f"labelled_{place}"), values.get(f"error_{place}")
            if (pair[0] is None) != (pair[1] is None):
                missing = "labelled" if pair[0] is None else "error"
                self.add_error(f"{missing}_{place}", refuse(Refused("cost_pilot_shape")))

    def answer(self) -> Any:
        """What was answered, as the rules read it."""
        values = self.cleaned_data
        if self.question.kind == "range":
            return {end: values[end] for end in ENDS}
        if self.question.kind == "pilot":
            return [
                {"labelled": values[f"labelled_{place}"], "error": values[f"error_{place}"]} for place in self._typed()
            ]
        return values["value"]

    def _typed(self) -> list[int]:
        return [place for place in range(self.points) if self.cleaned_data[f"labelled_{place}"] is not None]

    def add_refusal(self, refused: Refused) -> None:
        """Put a refusal of the rules at the field that it is about."""
        *_rest, last = refused.path.split(".")
        before = refused.path.split(".")[-2:-1]
        name = (
            f"{last}_{self._typed()[int(before[0])]}" if self.question.kind == "pilot" and before[0].isdigit() else last
        )
        first = next(iter(self.fields), None)
        self.add_error(name if name in self.fields else first, refuse(refused))

    def sentences(self) -> dict[str, list[str]]:
        """What is wrong, by field."""
        return {name: [str(sentence) for sentence in sentences] for name, sentences in self.errors.items()}


def typed(question: Question, stored: Stored | None) -> dict[str, Any]:
    """What the fields show for a stored answer, in the reader's spelling.

    Ends that are half and double of the likely value stay empty: they follow it when it changes.
    """
    if stored is None or stored == UNKNOWN:
        return {}
    spell = field_of(question).prepare_value
    if isinstance(stored, dict):
        return {end: spell(stored[end]) for end in ("likely", *given_ends(question, stored))}
    if isinstance(stored, list):
        fields = {"labelled": AmountField(thousands=True), "error": NumberField()}
        return {
            f"{name}_{place}": field.prepare_value(point[name])
            for place, point in enumerate(stored)
            for name, field in fields.items()
        }
    return {"value": stored if question.kind == "choice" else spell(stored)}


def following(question: Question, stored: Stored | None) -> dict[str, Any]:
    """The ends that are half and double of the likely value, in the reader's spelling: what stands in empty fields."""
    if not isinstance(stored, dict):
        return {}
    given, spell = given_ends(question, stored), field_of(question).prepare_value
    return {end: spell(stored[end]) for end in ("low", "high") if end not in given}


def points_in(question: Question, posted: Mapping[str, Any]) -> int:
    """How many pilot rows a form that was sent has."""
    if question.kind != "pilot":
        return 0
    places = (name.partition("_")[2] for name in posted if name.startswith("labelled_"))
    return min(
        MOST_PILOTS + 1,
        1 + max((int(place) for place in places if place.isascii() and place.isdigit() and len(place) < 4), default=-1),
    )
