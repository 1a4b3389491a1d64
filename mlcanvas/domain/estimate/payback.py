"""How long it takes until what was built has paid for itself, as one says it."""

from math import ceil

MOST_MONTHS = 18
"""Up to here people count in months."""

_MONTHS = 12


def months(years: float) -> int | None:
    """`years` of operation in months, the last one begun; None where years say it better.

    >>> months(0.0), months(0.66), months(2.42)
    (1, 8, None)
    """
    found = round(_MONTHS * years, 6)
    return max(1, ceil(found)) if found <= MOST_MONTHS else None
