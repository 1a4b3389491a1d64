"""The metric catalogue, and values read as errors."""

import math

import pytest

from mlcanvas import catalog
from mlcanvas.catalog.reading import Mistake, parse
from mlcanvas.domain.metrics import (
    MetricCatalogue,
    check_error,
    check_value,
    error_of,
    in_bounds,
    value_of,
    worst_error,
)
from mlcanvas.domain.refusal import Refused

METRICS = catalog.metrics()


def metric(key):
    found = METRICS.get(key)
    assert found is not None
    return found


def test_keys_are_unique_and_every_task_has_metrics():
    assert len(set(METRICS.keys)) == len(METRICS.metrics)
    for task in ("classification", "regression", "forecasting", "ranking", "detection", "generation"):
        assert len(METRICS.for_task(task)) >= 8
    assert METRICS.for_task(None) == METRICS.metrics


def test_unknown_metric_is_none():
    assert METRICS.get("beauty") is None


@pytest.mark.parametrize(
    ("key", "value", "error"),
    [
        ("accuracy", 0.9, 0.1),
        ("accuracy", 1, 0),
        ("auc_roc", 0.75, 0.25),
        ("bleu", 30, 0.7),
        ("r2", -0.5, 1.5),
        ("mae", 12.5, 12.5),
        ("error_rate", 0.18, 0.18),
        ("latency_p95", 200, None),
        ("win_rate", 0.6, None),
    ],
)
def test_a_value_becomes_an_error_by_the_rule_of_its_metric(key, value, error):
    assert error_of(metric(key), value) == error


@pytest.mark.parametrize(("key", "value"), [("accuracy", 92), ("accuracy", -0.1), ("mae", -1), ("f1", math.nan)])
def test_a_value_that_the_metric_cannot_have_is_no_error(key, value):
    assert not in_bounds(metric(key), value)
    assert error_of(metric(key), value) is None


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("accuracy", 92, "metric_percent"),
        ("accuracy", 920, "metric_too_high"),
        ("bleu", 101, "metric_too_high"),
        ("mae", -1, "metric_too_low"),
        ("f1", math.inf, "metric_not_finite"),
    ],
)
def test_a_value_that_the_metric_cannot_have_is_refused_with_a_sentence(key, value, code):
    with pytest.raises(Refused) as refused:
        check_value(metric(key), value, "scope.metrics")
    assert refused.value.code == code
    assert catalog.sentence(code).en.format(**refused.value.values)


@pytest.mark.parametrize(
    ("key", "worst"), [("accuracy", 1), ("bleu", 1), ("error_rate", 1), ("mae", None), ("r2", None), ("win_rate", None)]
)
def test_the_worst_error_follows_from_the_bounds(key, worst):
    assert worst_error(metric(key)) == worst


@pytest.mark.parametrize(
    ("key", "error", "code"),
    [
        ("accuracy", 40, "metric_error_percent"),
        ("error_rate", 1.5, "metric_error_percent"),
        ("accuracy", 400, "metric_error_too_high"),
    ],
)
def test_an_error_that_the_metric_cannot_have_is_refused_with_a_sentence(key, error, code):
    with pytest.raises(Refused) as refused:
        check_error(metric(key), error, "costs.pilot.0.error")
    assert (refused.value.code, refused.value.path) == (code, "costs.pilot.0.error")
    assert catalog.sentence(code).en.format(**refused.value.values)


@pytest.mark.parametrize(
    ("key", "error"), [("accuracy", 1), ("accuracy", 0.4), ("mae", 40), ("r2", 1.5), ("win_rate", 9)]
)
def test_any_other_error_is_taken(key, error):
    check_error(metric(key), error)


def test_an_error_becomes_the_value_again():
    assert value_of(metric("accuracy"), 0.1) == 0.9
    assert value_of(metric("bleu"), 0.7) == 30
    assert value_of(metric("mae"), 3) == 3
    assert value_of(metric("win_rate"), 0.1) is None


def test_every_metric_with_an_error_is_perfect_at_its_good_bound():
    for each in METRICS.metrics:
        if each.error == "one_minus":
            assert error_of(each, each.high) == 0
        if each.error == "itself":
            assert error_of(each, each.low) == 0


def test_a_mistake_in_the_file_names_its_place():
    with pytest.raises(Mistake, match=r"metrics.toml: .*direction"):
        parse('version = 1\n[[metrics]]\nkey = "a"\ndirection = "up"', "metrics.toml", MetricCatalogue)
