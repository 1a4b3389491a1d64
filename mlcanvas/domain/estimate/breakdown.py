"""The total seen two ways: how likely it is to stay below an amount, and what is spent when on what."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from mlcanvas.domain.estimate.answers import Stored
from mlcanvas.domain.estimate.definition import Questionnaire
from mlcanvas.domain.estimate.estimation import draft, rho_of
from mlcanvas.domain.estimate.reading import Context
from mlcanvas.domain.estimate.simulation import DRAWS, Variants

# In per cent. The outermost draws say more about the number of draws than about the project.
CHANCES = tuple(range(1, 100))
RUN = "run"
# More years than that are told as one that repeats itself.
YEARS_APART = 10


def chances(
    answers: Mapping[str, Stored], context: Context, questionnaire: Questionnaire, seed: int, *, draws: int = DRAWS
) -> tuple[tuple[int, float], ...]:
    """(chance in per cent, amount that the total stays below with that chance). Raises Refused as `estimate`."""
    total = Variants(rho_of(context, questionnaire), seed, draws).total(draft(answers, context, questionnaire).limits())
    return tuple(
        (chance, round(float(amount), 2)) for chance, amount in zip(CHANCES, np.percentile(total, CHANCES), strict=True)
    )


@dataclass(frozen=True, slots=True)
class Period:
    """What is spent until launch (`year` 0) or in one year of operation, by part.

    `length` is the share of a year that it lasts, 1 for the time until launch. `times` years from `year` on are alike.
    """

    year: int
    length: float
    parts: tuple[tuple[str, float], ...]
    times: int = 1

    @property
    def amount(self) -> float:
        """The sum of the parts, in one year."""
        return sum(amount for _, amount in self.parts)


def periods(result: Mapping[str, Any]) -> tuple[Period, ...]:
    """P50 of a recorded estimate shared out over parts and periods, so that all of it together is P50.

    Medians of lines do not add up to the median of the total, their means do: a line has the share of P50 that its mean
    has of the mean total, a part that of its line by likely values, a year that of the run line by its length.
    """
    whole = sum(line["mean"] for line in result["lines"])
    if not whole:
        return ()
    shares = {line["key"]: _parts(line, result["p50"] * line["mean"] / whole) for line in result["lines"]}
    build = tuple(part for key, parts in shares.items() if key != RUN for part in parts)
    found = [Period(0, 1.0, build)]
    years = float(result["years"])
    yearly = tuple((key, amount / years) for key, amount in shares.get(RUN, ())) if years else ()
    whole_years = math.floor(years)
    if whole_years > YEARS_APART:
        found.append(Period(1, 1.0, yearly, whole_years))
    else:
        found += [Period(year, 1.0, yearly) for year in range(1, whole_years + 1)]
    if years > whole_years:
        rest = years - whole_years
        found.append(Period(whole_years + 1, rest, tuple((key, amount * rest) for key, amount in yearly)))
    return tuple(found)


def _parts(line: Mapping[str, Any], amount: float) -> tuple[tuple[str, float], ...]:
    likely = sum(part["likely"] for part in line["parts"])
    if not likely:
        # Nothing is likely, but something may come: it has no part to stand in.
        return ((line["key"], amount),) if amount else ()
    return tuple((part["key"], amount * part["likely"] / likely) for part in line["parts"] if part["likely"])
