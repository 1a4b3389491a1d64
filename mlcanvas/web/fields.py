"""Form fields that turn what people type into checked values, and say what is wrong in one sentence."""

import unicodedata
from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language

from mlcanvas.domain import numbers, writing
from mlcanvas.domain.refusal import Refused
from mlcanvas.web.sentences import say

Choices = Iterable[tuple[str, Any]]


def refuse(refused: Refused) -> ValidationError:
    """A refusal of the rules as a form's error."""
    return ValidationError(say(refused), code=refused.code)


def _decimal_comma() -> bool:
    return (get_language() or "en").startswith("pt")


class LineField(forms.CharField):
    """One line of text: line ends and other control characters become spaces."""

    def __init__(self, *, max_length: int = 200, **kwargs: Any) -> None:
        # The limit is ours to explain; a browser that cuts silently loses a sentence.
        super().__init__(**kwargs)
        self.limit = max_length

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        try:
            text = writing.clean(text, limit=self.limit)
        except Refused as refused:
            raise refuse(refused) from refused
        return " ".join("".join(" " if unicodedata.category(letter) == "Cc" else letter for letter in text).split())

    def run_validators(self, value: Any) -> None:
        """Everything is checked in `to_python`, so that an error names our limit and not Django's."""


class TextField(LineField):
    """Several lines of text."""

    widget = forms.Textarea

    def __init__(self, *, max_length: int = writing.LIMIT, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)

    def to_python(self, value: Any) -> str:
        text = forms.CharField.to_python(self, value) or ""
        try:
            return writing.clean(text, limit=self.limit)
        except Refused as refused:
            raise refuse(refused) from refused


class NumberField(forms.Field):
    """A number as its reader's language writes it; `least` and `most` are included.

    `thousands`: it is money or is counted, so that `5.400` may be meant as thousands, and is asked about.
    """

    widget = forms.TextInput

    def __init__(
        self, *, least: float | None = None, most: float | None = None, thousands: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.least = least
        self.most = most
        self.thousands = thousands
        self.widget.attrs.setdefault("inputmode", "decimal")
        self.widget.attrs.setdefault("autocomplete", "off")

    def to_python(self, value: Any) -> float | None:
        if value in self.empty_values:
            return None
        # A number that is one already is spelt with a point, whatever the reader's language is.
        typed = isinstance(value, str)
        try:
            found = numbers.parse(
                str(value), decimal_comma=typed and _decimal_comma(), thousands=typed and self.thousands
            )
            if self.least is not None and found < self.least:
                raise Refused("number_too_small", least=self.least)
            if self.most is not None and found > self.most:
                raise Refused("number_above", most=self.most)
        except Refused as refused:
            raise refuse(refused) from refused
        return found

    def prepare_value(self, value: Any) -> Any:
        """A stored number in the reader's spelling, ungrouped so that it is easy to change; typed text as typed."""
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return numbers.spell(value, decimal_comma=_decimal_comma(), thousands=self.thousands)
        return value


class MoneyField(NumberField):
    """An amount that is not negative, in the project's currency."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"least": 0.0, "thousands": True, **kwargs})


class WholeField(NumberField):
    """A whole number: how many there are of something."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"thousands": True, **kwargs})
        self.widget.attrs["inputmode"] = "numeric"

    def to_python(self, value: Any) -> int | None:
        """The number, which has to be whole."""
        try:
            found = super().to_python(value)
        except ValidationError as error:
            if error.code == "number_unreadable":
                raise refuse(Refused("number_not_whole")) from error
            raise
        if found is None:
            return None
        if not found.is_integer():
            raise refuse(Refused("number_not_whole"))
        return int(found)


class ChoiceField(forms.ChoiceField):
    """One of the catalogue's keys; an optional one starts with a dash."""

    def __init__(
        self, *, choices: Callable[[], Choices], required: bool = True, empty: str = "–", **kwargs: Any
    ) -> None:
        super().__init__(
            choices=lambda: [*([] if required else [("", empty)]), *choices()], required=required, **kwargs
        )

    def validate(self, value: Any) -> None:
        if value and not self.valid_value(value):
            raise refuse(Refused("choice_unknown"))
        super().validate(value)
