"""What was planned beside what it came to."""

import pytest

from mlcanvas.domain.estimate.actuals import check_plan, compare, finished
from mlcanvas.domain.refusal import Refused

ZERO = {"key": "labels", "low": 0, "likely": 0, "high": 0, "p10": 0, "p50": 0, "p90": 0}
RUN = {"key": "run", "low": 60, "likely": 90, "high": 150, "p10": 60, "p50": 100, "p90": 160}
BUILD = {"key": "engineering", "low": 10, "likely": 20, "high": 40, "p10": 10, "p50": 20, "p90": 40}
PLAN = {"currency": "EUR", "years": 2, "p10": 80, "p50": 120, "p80": 150, "p90": 190, "lines": [ZERO, RUN, BUILD]}
KEYS = ["labels", "engineering", "run"]


class TestCompare:
    def test_each_line_and_the_total(self):
        found = compare(PLAN, {"engineering": 50, "run": 90}, KEYS)
        lines = {line.key: line for line in found.lines}
        assert (lines["run"].difference, lines["run"].ratio, lines["run"].side) == (-10, 0.9, "inside")
        assert (lines["engineering"].difference, lines["engineering"].side) == (30, "above")
        assert (lines["engineering"].gap, lines["run"].gap) == (30, 10)
        assert (found.total.actual, found.total.difference, found.side) == (140, 20, "inside")
        assert found.complete

    def test_a_line_that_was_to_cost_nothing_needs_no_amount(self):
        found = compare(PLAN, {"engineering": 20, "run": 90}, KEYS)
        assert not found.lines[0].missing
        assert found.complete

    def test_it_has_a_ratio_only_to_something(self):
        found = compare(PLAN, {"labels": 5}, KEYS)
        assert found.lines[0].ratio is None
        assert found.lines[0].side == "above"

    def test_a_missing_amount_leaves_the_total_open(self):
        found = compare(PLAN, {"run": 900}, KEYS)
        assert [line.key for line in found.lines if line.missing] == ["engineering"]
        assert (found.complete, found.side, found.total.actual) == (False, None, 900)

    def test_without_a_plan_the_amounts_are_still_added(self):
        found = compare(None, {"run": 1, "engineering": 2}, KEYS)
        assert (found.complete, found.total.actual, found.total.planned) == (False, 3, None)
        assert found.lines[1].difference is None

    def test_without_anything_there_is_nothing(self):
        found = compare(PLAN, {}, KEYS)
        assert (found.complete, found.total.actual) == (False, None)


class TestFinished:
    def test_it_brings_the_bare_and_the_shown_range(self):
        found = finished("Returns", PLAN, {"engineering": 50, "run": 90})
        assert [line.key for line in found.lines] == ["run", "engineering"]
        run = found.lines[0]
        assert (run.said.p50, run.actual) == (100, 90)
        assert 50 < run.bare.p10 < 90 < run.bare.p50 < 100 < run.bare.p90
        assert (found.actual, found.said.p90) == (140, 190)

    def test_an_unfinished_one_is_none(self):
        assert finished("Returns", PLAN, {"run": 90}) is None

    def test_a_cost_that_nobody_planned_counts_in_the_total(self):
        assert finished("Returns", PLAN, {"engineering": 50, "run": 90, "travel": 10}).actual == 150


class TestCheckPlan:
    def test_a_good_one_passes(self):
        check_plan(PLAN, "actuals.plan")

    @pytest.mark.parametrize(
        ("change", "code", "path"),
        [
            ({"p10": 121}, "plan_order", "actuals.plan.p50"),
            ({"p90": float("nan")}, "cost_not_a_number", "actuals.plan.p90"),
            ({"lines": [RUN, RUN]}, "cost_line_twice", "actuals.plan.lines[1].key"),
            ({"lines": [RUN | {"low": 91}]}, "plan_order", "actuals.plan.lines[0].likely"),
            ({"lines": [RUN | {"p90": 1}]}, "plan_order", "actuals.plan.lines[0].p90"),
        ],
    )
    def test_what_is_refused_and_where(self, change, code, path):
        with pytest.raises(Refused) as refused:
            check_plan(PLAN | change, "actuals.plan")
        assert (refused.value.code, refused.value.path) == (code, path)
