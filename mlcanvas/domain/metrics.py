"""Metrics of quality: which way is better, in which unit, and how a value becomes an error."""

import math
from dataclasses import dataclass
from typing import Literal

from mlcanvas.domain.refusal import Refused
from mlcanvas.domain.text import Text

Direction = Literal["higher", "lower"]
ErrorRule = Literal["one_minus", "itself", "none"]
TaskType = Literal["classification", "regression", "forecasting", "ranking", "detection", "generation"]


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric of the catalogue.

    `low` and `high` are the bounds of its values, None where there is none. `unit` is None for a plain fraction or
    score. `error` says how a value becomes an error that more data can reduce: see `error_of`.
    """

    key: str
    label: Text
    direction: Direction
    error: ErrorRule
    tasks: tuple[TaskType, ...]
    low: float | None = None
    high: float | None = None
    unit: Text | None = None


@dataclass(frozen=True, slots=True)
class MetricCatalogue:
    """All metrics, in the order in which a person is offered them."""

    version: int
    metrics: tuple[Metric, ...]

    def get(self, key: str) -> Metric | None:
        """The metric with `key`, or None."""
        return next((metric for metric in self.metrics if metric.key == key), None)

    def for_task(self, task: str | None) -> tuple[Metric, ...]:
        """The metrics that suit `task`; all of them when the kind of task is not known."""
        return tuple(metric for metric in self.metrics if task is None or task in metric.tasks)

    @property
    def keys(self) -> tuple[str, ...]:
        """Every key, in catalogue order."""
        return tuple(metric.key for metric in self.metrics)


def in_bounds(metric: Metric, value: float) -> bool:
    """Whether `value` is a value that `metric` can have: finite, and inside its bounds."""
    return (
        math.isfinite(value)
        and (metric.low is None or value >= metric.low)
        and (metric.high is None or value <= metric.high)
    )


def check_value(metric: Metric, value: float, path: str = "") -> None:
    """Nothing, if `metric` can have `value`.

    Raises Refused `metric_not_finite`, `metric_too_low`, `metric_too_high`, or `metric_percent` for a percentage
    without its sign, at `path`.
    """
    if not math.isfinite(value):
        raise Refused("metric_not_finite", path)
    if metric.low is not None and value < metric.low:
        raise Refused("metric_too_low", path, low=metric.low)
    if metric.high is not None and value > metric.high:
        _refuse_percent("metric_percent", path, value, metric.high)
        raise Refused("metric_too_high", path, high=metric.high)


def _refuse_percent(code: str, path: str, value: float, most: float) -> None:
    """Refuse a `value` above 1 that is within bounds as a percentage, with what to write instead."""
    if most == 1 and 1 < value <= 100:
        # At the twelfth digit: 7 / 100 is 0.07, not 0.07000000000000001.
        raise Refused(code, path, share=round(value / 100, 12), percent=value)


def check_error(metric: Metric, error: float, path: str = "") -> None:
    """Nothing, if `error` is one that `metric` can have.

    Raises Refused `metric_error_percent` for a percentage without its sign, else `metric_error_too_high`, at `path`.
    """
    most = worst_error(metric)
    if most is not None and error > most:
        _refuse_percent("metric_error_percent", path, error, most)
        raise Refused("metric_error_too_high", path, most=most)


def worst_error(metric: Metric) -> float | None:
    """The largest error that `metric` can have; None where there is none, or no error at all."""
    if metric.error == "none":
        return None
    if metric.error == "itself":
        return metric.high
    return None if metric.low is None else error_of(metric, metric.low)


def error_of(metric: Metric, value: float) -> float | None:
    """`value` as an error: 0 is perfect, smaller is better.

    `one_minus` (bounded above, higher is better): the distance to the bound as a share of it, `1 - value / high`;
    `itself` (lower is better): the value, in the unit of the metric. None when the metric has no such reading
    (`none`: there is no curve from data to quality then), or cannot have this value.
    """
    if metric.error == "none" or not in_bounds(metric, value):
        return None
    if metric.error == "itself":
        return value
    high = 1.0 if metric.high is None else metric.high
    # Rounded at the twelfth digit: 1 - 0.9 is 0.09999999999999998, and such dust would decide what is "at the limit".
    return round(1 - value / high, 12)


def value_of(metric: Metric, error: float) -> float | None:
    """The value of `metric` at `error`: the inverse of `error_of`. None where `error_of` gives None."""
    if metric.error == "none" or not math.isfinite(error):
        return None
    if metric.error == "itself":
        return error
    high = 1.0 if metric.high is None else metric.high
    return round((1 - error) * high, 12)
