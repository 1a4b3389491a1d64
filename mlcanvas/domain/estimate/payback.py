"""How long it takes until what was built has paid for itself, as one says it."""

from typing import Literal

_MONTHS = 12


def spoken(years: float) -> tuple[float, Literal["months", "years"]]:
    """`years` of operation in whole months up to a year, beyond in years with one decimal. 0 months is less than one.

    >>> spoken(0.67)
    (8, 'months')
    >>> spoken(2.42)
    (2.4, 'years')
    """
    months = round(_MONTHS * years)
    return (months, "months") if months < _MONTHS else (round(years, 1), "years")
