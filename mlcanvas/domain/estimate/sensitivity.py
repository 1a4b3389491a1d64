"""What moves the estimate: each input at its low and at its high end while the others stay as they are."""

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from mlcanvas.domain.estimate.answers import Stored
from mlcanvas.domain.estimate.definition import Origin, Questionnaire
from mlcanvas.domain.estimate.estimation import Draft, draft, rho_of
from mlcanvas.domain.estimate.ranges import Triple
from mlcanvas.domain.estimate.reading import ITEMS, Context, End
from mlcanvas.domain.estimate.result import Input
from mlcanvas.domain.estimate.simulation import DRAWS, Variants
from mlcanvas.domain.refusal import Refused

DRIVERS = 10
# Made of other inputs, which are varied themselves.
_DERIVED = frozenset({"accuracy_multiplier"})
# Figures that no question carries in its name, and the question whose answer takes their place.
_SETTLED_BY = {
    "machine_hour": "D4_hardware",
    "items": "C3_pilot",
    "items_per_feature": "C3_pilot",
    "items_per_class": "C3_pilot",
    "slope": "D4_start",
    "label_refresh": "C6_stability",
}


@dataclass(frozen=True, slots=True)
class Driver:
    """One input and the median of the total with it at its low and at its high end.

    A median is None where that end is refused, `refused` says by which rule: the steepness of a curve may ask for more
    items than there can be.
    """

    key: str
    value: Triple
    origin: Origin
    unit: str
    at_low: float | None
    at_high: float | None
    refused: str = ""

    @property
    def swing(self) -> float:
        """How far the median moves between the two ends; infinite where one of them cannot be had."""
        if self.at_low is None or self.at_high is None:
            return math.inf
        return abs(self.at_high - self.at_low)


@dataclass(frozen=True, slots=True)
class Narrowing:
    """The open question that narrows the range most: P90 - P10 now, and with its figures at their likely values."""

    question: str
    now: float
    then: float

    @property
    def share(self) -> float:
        """The share of the range that goes away."""
        return 1 - self.then / self.now if self.now else 0.0


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """The inputs that move the median `p50` most, widest first, and how many more move it less."""

    p50: float
    drivers: tuple[Driver, ...]
    others: int
    narrowing: Narrowing | None


def sensitivity(
    answers: Mapping[str, Stored],
    context: Context,
    questionnaire: Questionnaire,
    seed: int,
    *,
    most: int = DRIVERS,
    draws: int = DRAWS,
) -> Sensitivity:
    """The `most` inputs that move P50 most, with the same draws at either end. Raises Refused as `estimate`."""
    base = draft(answers, context, questionnaire)
    variants = Variants(rho_of(context, questionnaire), seed, draws)
    total = variants.total(base.limits())
    p10, p50, p90 = (float(amount) for amount in np.percentile(total, (10, 50, 90)))

    def pinned(pins: Mapping[str, End]) -> tuple[float, float, float]:
        drawn = variants.total(draft(answers, context, questionnaire, pins).limits())
        low, middle, high = (float(amount) for amount in np.percentile(drawn, (10, 50, 90)))
        return low, middle, high

    def median(key: str, end: End) -> tuple[float | None, str]:
        try:
            return round(pinned({key: end})[1], 2), ""
        except Refused as refused:
            return None, refused.code

    inputs = _varied(base)
    found = []
    for figure in inputs:
        (low, why_low), (high, why_high) = median(figure.key, "low"), median(figure.key, "high")
        found.append(Driver(figure.key, figure.value, figure.origin, figure.unit, low, high, why_low or why_high))
    moving = sorted((driver for driver in found if driver.swing > 0), key=lambda driver: (-driver.swing, driver.key))
    best: Narrowing | None = None
    for question, keys in _open(inputs, base, questionnaire).items():
        low, _middle, high = pinned(dict.fromkeys(keys, "likely"))
        narrowing = Narrowing(question, round(p90 - p10, 2), round(high - low, 2))
        if narrowing.then < narrowing.now and (best is None or narrowing.then < best.then):
            best = narrowing
    return Sensitivity(round(p50, 2), tuple(moving[:most]), max(0, len(moving) - most), best)


def _varied(base: Draft) -> list[Input]:
    """The inputs that have a low and a high end."""
    found = [figure for figure in base.reader.inputs.values() if figure.value.width and figure.key not in _DERIVED]
    needed = base.needed
    if needed.basis == "pilot_fit":
        band = Triple(needed.low, needed.likely, needed.high)
        # The fit has its own slope: the usual ones are noted, but move nothing unless the points bound nothing.
        found.append(Input(ITEMS, band, "answer"))
    return found


def _open(inputs: list[Input], base: Draft, questionnaire: Questionnaire) -> dict[str, list[str]]:
    """The figures that stand in for an answer, by the question that nobody has answered."""
    found: dict[str, list[str]] = defaultdict(list)
    for figure in inputs:
        key = _SETTLED_BY.get(figure.key, figure.key)
        question = questionnaire.question(key)
        if question is not None and figure.origin in ("default", "assumption") and not base.reader.answered(key):
            found[key].append(figure.key)
    return found
