"""The accuracy-cost curve as JSON values, for a revision: what was drawn then is drawn again, whatever rules hold."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from mlcanvas.domain.estimate.accuracy import AccuracyCost, Boundary, Mark, Reach
from mlcanvas.domain.estimate.ranges import Triple
from mlcanvas.domain.estimate.result import Flag

COLUMNS = ("value", "error", "p10", "p50", "p80", "p90", "low", "likely", "high")
"""What each row of `points` holds, in this order; then the three points of the value, where there is one."""


def record(curve: AccuracyCost) -> dict[str, Any]:
    """The curve as JSON values: keys and codes, no words of any language.

    `points` are rows of `COLUMNS`, as there are some sixty of them; `target` is the value of one of them.
    """
    found = asdict(curve)
    found["points"] = [_row(point) for point in curve.points]
    found["target"] = None if curve.target is None else curve.target.value
    return found


def _row(point: Reach) -> list[float]:
    worth = point.worth
    return [*(getattr(point, name) for name in COLUMNS), *((worth.low, worth.likely, worth.high) if worth else ())]


def restored(kept: Mapping[str, Any]) -> AccuracyCost:
    """The curve that `record` wrote down. Raises KeyError, TypeError or ValueError for anything else."""
    points = tuple(_point(row) for row in kept["points"])
    wanted, doubt = kept["target"], kept["doubt"]
    return AccuracyCost(
        metric=str(kept["metric"]),
        start=float(kept["start"]),
        end=float(kept["end"]),
        points=points,
        stops=tuple(float(stop) for stop in kept["stops"]),
        target=next((point for point in points if point.value == wanted), None),
        doubt=None if doubt is None else Flag(str(doubt["code"]), dict(doubt["values"])),
        boundaries=tuple(
            Boundary(str(each["code"]), float(each["value"]), float(each["error"]), dict(each["values"]))
            for each in kept["boundaries"]
        ),
        marks=tuple(Mark(each["kind"], float(each["value"]), float(each["error"])) for each in kept["marks"]),
        years=float(kept["years"]),
        flat=bool(kept["flat"]),
    )


def _point(row: list[float]) -> Reach:
    value, error, p10, p50, p80, p90, low, likely, high, *worth = map(float, row)
    brought = Triple(*worth) if worth else None
    return Reach(value, error, p10, p50, p80, p90, int(low), int(likely), int(high), brought)
