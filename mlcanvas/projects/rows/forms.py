from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from mlcanvas.domain.refusal import Refused
from mlcanvas.domain.rows import LONGEST_INTERVAL, Column, Kind, accept_amount, limits, parse_interval, spell_interval
from mlcanvas.web.fields import ChoiceField, LineField, MoneyField, NumberField, refuse
from mlcanvas.web.sentences import here


def _decimal_comma() -> bool:
    return (get_language() or "en").startswith("pt")


class IntervalField(forms.Field):
    """A time between two refreshes as people write it (`15 min`, `6 h`, `1 d`); its value is in hours."""

    widget = forms.TextInput

    def to_python(self, value: Any) -> float | None:
        if value in self.empty_values:
            return None
        try:
            return parse_interval(str(value), decimal_comma=_decimal_comma())
        except Refused as refused:
            raise refuse(refused) from refused

    def prepare_value(self, value: Any) -> Any:
        """Stored hours in the unit that makes the shortest number; typed text as typed."""
        if isinstance(value, (int, float)) and 0 <= value <= LONGEST_INTERVAL:
            return spell_interval(value, decimal_comma=_decimal_comma())
        return value


class RowForm(forms.Form):
    """A row of `kind`. `names` are the rows that it may refer to: by their kind, the name of each by its key.

    A reference in `initial` that is in no list any more is kept as a choice, so that saving does not lose it.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1, required=False)

    def __init__(
        self,
        kind: Kind,
        data: Mapping[str, Any] | None = None,
        *,
        initial: dict[str, Any] | None = None,
        names: Mapping[str, Mapping[str, str]],
        currency: str,
        key: str = "",
    ) -> None:
        super().__init__(data, initial=initial, auto_id=f"{kind.key}-{key or 'new'}-%s")
        self.kind, self.names, self.currency = kind, names, currency
        for number, column in enumerate(kind.column):
            for place, (name, field) in enumerate(self._fields(column)):
                field.label = field.label or here(column.label)
                if column.hint and place == 0:
                    field.help_text = here(column.hint)
                field.required = number == 0
                if number == 0:
                    field.error_messages["required"] = _("Give it a name.")
                self.fields[name] = field
        self.order_fields([name for name in self.fields if name != "version"])

    def _fields(self, column: Column) -> list[tuple[str, forms.Field]]:
        if column.kind == "line":
            return [(column.key, LineField(max_length=column.limit))]
        if column.kind == "choice":
            return [(column.key, _choice([(option.key, here(option.label)) for option in column.options]))]
        if column.kind == "interval":
            return [(column.key, IntervalField(help_text=_("15 min, 6 h, 1 d")))]
        if column.kind == "amount":
            label = f"{here(column.label)}, {self.currency}"
            return [
                (column.key, MoneyField(label=label)),
                (f"{column.key}_low", MoneyField(label=_("Low end, if you know one"))),
                (f"{column.key}_high", MoneyField(label=_("High end"))),
            ]
        if column.kind == "row":
            listed = self.names.get(column.rows, {})
            kept = self.initial.get(column.key)
            gone = {kept: _("%(key)s, no longer listed") % {"key": kept}} if kept and kept not in listed else {}
            return [(column.key, _choice(list({**listed, **gone}.items())))]
        low, high = limits(column)
        unit = f" ({here(column.unit)})" if column.unit else ""
        return [(column.key, NumberField(label=f"{here(column.label)}{unit}", least=low, most=high))]

    def clean(self) -> dict[str, Any]:
        """One amount, or all three in their order."""
        values = super().clean() or {}
        for column in self.kind.column:
            ends = [values.get(f"{column.key}_{end}") for end in ("low", "high")]
            if column.kind != "amount" or all(end is None for end in ends):
                continue
            spread = {"low": ends[0], "likely": values.get(column.key), "high": ends[1]}
            try:
                values[column.key] = accept_amount(spread, column.key)
            except Refused as refused:
                if not any(name.startswith(column.key) for name in self.errors):
                    self.add_error(column.key, refuse(refused))
        return values

    @property
    def row_values(self) -> dict[str, Any]:
        """What a valid form says, by column."""
        return {column.key: self.cleaned_data.get(column.key) for column in self.kind.column}

    @staticmethod
    def shown(kind: Kind, values: Mapping[str, Any]) -> dict[str, Any]:
        """Stored values as the fields show them."""
        found = dict(values)
        for column in kind.column:
            amount = values.get(column.key)
            if column.kind == "amount" and isinstance(amount, Mapping):
                found |= {
                    column.key: amount["likely"],
                    f"{column.key}_low": amount["low"],
                    f"{column.key}_high": amount["high"],
                }
        return found


def _choice(choices: list[tuple[str, str]]) -> ChoiceField:
    return ChoiceField(choices=lambda: choices, required=False)
