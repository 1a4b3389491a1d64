"""What an estimate says."""

from dataclasses import asdict, dataclass, field
from typing import Any

from mlcanvas.domain.estimate.calibration import Fit
from mlcanvas.domain.estimate.curve import Basis
from mlcanvas.domain.estimate.definition import Origin
from mlcanvas.domain.estimate.ranges import Triple
from mlcanvas.domain.estimate.rates import Own

# Goes up when a formula changes; a stored estimate keeps the one that made it.
RULE_VERSION = "2026.1"


@dataclass(frozen=True, slots=True)
class Input:
    """One figure that went into the estimate.

    `unit` is "money" for an amount in the project's currency, "%" for a percentage, empty otherwise. `source` names a
    source of the catalogue for a default or an assumption, a fact for a fact, `own:<place>` or `fit` for what the
    workspace set; it is empty for an answer.
    """

    key: str
    value: Triple
    origin: Origin
    source: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a line, as its likely value: the line is shown split in these proportions."""

    key: str
    likely: float


@dataclass(frozen=True, slots=True)
class Line:
    """One cost line, in the project's currency.

    `low`, `likely` and `high` are the formula with every input at its end, before any correction of the workspace; the
    percentiles come from the draws, after it.
    `origin` is the softest origin among the inputs.
    """

    key: str
    low: float
    likely: float
    high: float
    p10: float
    p50: float
    p80: float
    p90: float
    mean: float
    origin: Origin
    inputs: tuple[str, ...]
    parts: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class OutsideView:
    """The total as other people's projects would have it: every percentile raised by `uplift`, a share."""

    reference: str
    ratio: float
    lower: float
    upper: float
    uplift: float
    p10: float
    p50: float
    p80: float
    p90: float
    mean: float


@dataclass(frozen=True, slots=True)
class Items:
    """Labelled items that the target needs, and those that are there."""

    low: int
    likely: int
    high: int
    labelled: float
    basis: Basis
    b: float | None = None


@dataclass(frozen=True, slots=True)
class Worth:
    """What the project brings per year of operation, against its run cost; `payback_years` None when never."""

    low: float
    likely: float
    high: float
    net: float
    payback_years: float | None


@dataclass(frozen=True, slots=True)
class Flag:
    """Something that the reader has to know: a code with a sentence in the catalogue, and its values."""

    code: str
    values: dict[str, float | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Estimate:
    """Cost until the end of the horizon, in `currency`: the inside view, and all it was made of."""

    p10: float
    p50: float
    p80: float
    p90: float
    mean: float
    currency: str
    years: float
    lines: tuple[Line, ...]
    outside_view: OutsideView
    items: Items
    worth: Worth | None
    flags: tuple[Flag, ...]
    inputs: tuple[Input, ...]
    rho: float
    seed: int
    draws: int
    rule_version: str
    catalogue_version: int
    # What the workspace set, in force when this was made, and its corrections: nothing else recomputes it.
    own: tuple[Own, ...] = ()
    fit: Fit | None = None

    def line(self, key: str) -> Line:
        """The line `key`. Raises KeyError for an unknown one."""
        for line in self.lines:
            if line.key == key:
                return line
        raise KeyError(key)

    def record(self) -> dict[str, Any]:
        """The whole as JSON values, for a stored record: keys and codes, no words of any language.

        Of a workspace that sets nothing there is nothing to say: its records are as they always were.
        """
        found = asdict(self)
        return {key: value for key, value in found.items() if key not in ("own", "fit") or value}
