"""The catalogue of metrics."""

from functools import cache

from mlcanvas.catalog.reading import Mistake, read
from mlcanvas.domain.metrics import MetricCatalogue

_FILE = "metrics.toml"


@cache
def metrics() -> MetricCatalogue:
    """All metrics. Raises Mistake for a key given twice, or an error rule that contradicts bounds or direction."""
    catalogue = read(_FILE, MetricCatalogue)
    seen: set[str] = set()
    for metric in catalogue.metrics:
        if metric.key in seen:
            raise Mistake(f"{_FILE}: metric {metric.key!r}: this key is given twice")
        seen.add(metric.key)
        if metric.error == "one_minus" and (metric.direction == "lower" or not metric.high):
            raise Mistake(f"{_FILE}: metric {metric.key!r}: 'one_minus' needs an upper bound and 'higher'")
        if metric.error == "itself" and metric.direction == "higher":
            raise Mistake(f"{_FILE}: metric {metric.key!r}: 'itself' needs 'lower'")
        if not metric.tasks:
            raise Mistake(f"{_FILE}: metric {metric.key!r}: no task uses it")
    return catalogue
