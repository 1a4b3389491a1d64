"""Comparison of baselines with each other and with the target."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlcanvas import catalog
from mlcanvas.catalog import baselines as reading
from mlcanvas.domain import baseline
from mlcanvas.domain.baseline import DataSet, Entry, Goal, Measured
from mlcanvas.domain.refusal import Refused

ACCURACY = catalog.metrics().get("accuracy")
MAE = catalog.metrics().get("mae")
OURS = DataSet("churn-2025", "v2", "test")


def entry(key: str, value: float, **given_: object) -> Entry:
    start = Entry(key, key.upper(), "rule", "accuracy", Measured(value), OURS, "yes", active=True)
    return replace(start, **given_)  # type: ignore[arg-type]


def goal(target: float | None = 0.85) -> Goal:
    return Goal("quality", "Accuracy", "accuracy", "higher", target, primary=True)


def board(*entries: Entry, target: float | None = 0.85) -> baseline.Board:
    return baseline.board(entries, "higher", goal(target), ACCURACY, "accuracy")


class TestVerdict:
    @pytest.mark.parametrize(
        ("direction", "new", "base", "expected"),
        [
            ("higher", Measured(0.9), Measured(0.8), "beats"),
            ("higher", Measured(0.7), Measured(0.8), "misses"),
            ("higher", Measured(0.8), Measured(0.8), "ties"),
            ("lower", Measured(7), Measured(8), "beats"),
            ("lower", Measured(9), Measured(8), "misses"),
            ("higher", Measured(0.82, 0.80, 0.84), Measured(0.84), "ties"),
            ("higher", Measured(0.82, 0.80, 0.84), Measured(0.85), "misses"),
            ("higher", Measured(0.82, 0.80, 0.84), Measured(0.79, 0.77, 0.81), "ties"),
            ("higher", Measured(0.82, None, 0.9), Measured(0.79, 0.77, 0.81), "beats"),
        ],
    )
    def test_overlapping_intervals_tie(
        self, direction: baseline.Direction, new: Measured, base: Measured, expected: str
    ) -> None:
        assert baseline.verdict(new, base, direction) == expected

    @given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.sampled_from(["higher", "lower"]))
    def test_the_verdict_turns_with_the_direction(self, a: float, b: float, direction: baseline.Direction) -> None:
        opposite = {"beats": "misses", "misses": "beats", "ties": "ties"}
        here = baseline.gap(Measured(a), Measured(b), direction)
        there = baseline.gap(Measured(b), Measured(a), direction)
        assert there.verdict == opposite[here.verdict] or here.gain == there.gain == 0
        assert there.gain == -here.gain


class TestGap:
    def test_gain_error_cut_and_share_of_the_way_to_people(self) -> None:
        found = baseline.gap(Measured(0.85), Measured(0.7), "higher", ACCURACY, human=0.9)
        assert found.gain == 0.15
        assert found.error_cut == 0.5
        assert found.human_share == 0.75

    def test_the_ceiling_takes_the_unavoidable_error_out(self) -> None:
        found = baseline.gap(Measured(0.85), Measured(0.7), "higher", ACCURACY, ceiling=0.95)
        assert found.error_cut == pytest.approx(0.15 / 0.25)

    def test_lower_is_better(self) -> None:
        found = baseline.gap(Measured(6), Measured(8), "lower", MAE, human=4)
        assert (found.gain, found.error_cut, found.human_share) == (2, 0.25, 0.5)

    def test_without_an_error_there_is_no_cut(self) -> None:
        rating = catalog.metrics().get("human_rating")
        assert baseline.gap(Measured(4), Measured(3), "higher", rating).error_cut is None
        assert baseline.gap(Measured(4), Measured(3), "higher").error_cut is None

    def test_a_base_at_the_ceiling_leaves_nothing_to_cut(self) -> None:
        assert baseline.gap(Measured(0.9), Measured(0.95), "higher", ACCURACY, ceiling=0.95).error_cut is None

    def test_people_who_are_worse_are_no_way_to_go(self) -> None:
        assert baseline.gap(Measured(0.9), Measured(0.8), "higher", ACCURACY, human=0.75).human_share is None


class TestBoard:
    def test_the_best_first_and_each_with_its_verdict(self) -> None:
        seen = board(entry("b1", 0.7), entry("b2", 0.88), entry("b3", 0.84, measured=Measured(0.84, 0.82, 0.86)))
        assert [(row.entry.key, row.verdict) for row in seen.rows] == [
            ("b2", "beats"),
            ("b3", "ties"),
            ("b1", "misses"),
        ]
        assert seen.best is not None
        assert seen.best.key == "b2"
        assert [row.best for row in seen.rows] == [True, False, False]

    def test_lower_is_better(self) -> None:
        seen = baseline.board(
            [entry("b1", 7, metric="mae"), entry("b2", 9, metric="mae")],
            "lower",
            Goal("error", "Error", "mae", "lower", 8),
            MAE,
            "mae",
        )
        assert [(row.entry.key, row.verdict) for row in seen.rows] == [("b1", "beats"), ("b2", "misses")]
        assert seen.best is not None
        assert seen.best.key == "b1"

    @pytest.mark.parametrize(
        ("change", "aside"),
        [
            ({"active": False}, "inactive"),
            ({"comparable": "partly"}, "not_comparable"),
            ({"comparable": "no"}, "not_comparable"),
            ({"data": replace(OURS, name="other")}, "other_data"),
            ({"data": replace(OURS, split="validation")}, "other_data"),
            ({"data": replace(OURS, revision="v1")}, "other_data"),
        ],
    )
    def test_what_is_not_comparable_is_shown_and_never_counted(self, change: dict[str, object], aside: str) -> None:
        seen = board(entry("b1", 0.7), entry("b2", 0.72), entry("b3", 0.99, **change))
        last = seen.rows[-1]
        assert (last.entry.key, last.aside, last.verdict, last.to_target) == ("b3", aside, None, None)
        assert seen.best is not None
        assert seen.best.key == "b2"
        assert seen.others == (1 if aside == "other_data" else 0)

    def test_case_and_spaces_do_not_make_another_data_set(self) -> None:
        assert board(entry("b1", 0.7), entry("b2", 0.8, data=DataSet(" Churn-2025", "V2 ", "Test"))).others == 0

    def test_the_data_set_with_most_entries_is_the_reference(self) -> None:
        other = DataSet("public", "", "test")
        seen = board(entry("b1", 0.7), entry("b2", 0.9, data=other), entry("b3", 0.8, data=other))
        assert seen.data == other

    def test_among_equals_the_latest_data_set_is_the_reference(self) -> None:
        other = DataSet("a-public", "", "test")
        entries = [entry("b1", 0.7, measured_on="2026-03-01"), entry("b2", 0.9, data=other, measured_on="2025-01-01")]
        assert board(*entries).data == OURS

    def test_other_metrics_stay_out(self) -> None:
        assert len(board(entry("b1", 0.7), entry("b2", 0.7, metric="f1")).rows) == 1

    def test_people_and_the_ceiling_are_references_not_competitors(self) -> None:
        seen = board(entry("b1", 0.7), entry("h1", 0.9, role="human"), entry("c1", 0.95, role="ceiling"))
        assert seen.best is not None
        assert seen.human is not None
        assert seen.ceiling is not None
        assert (seen.best.key, seen.human.key, seen.ceiling.key) == ("b1", "h1", "c1")
        assert seen.target_gap is not None
        assert seen.target_gap.gain == 0.15
        assert seen.target_gap.error_cut == pytest.approx(0.6)
        assert seen.target_gap.human_share == 0.75

    def test_a_tie_with_the_best_is_said(self) -> None:
        seen = board(entry("b1", 0.8, measured=Measured(0.8, 0.78, 0.82)), entry("b2", 0.81), entry("b3", 0.7))
        assert [(row.entry.key, row.best, row.ties_best) for row in seen.rows] == [
            ("b2", True, False),
            ("b1", False, True),
            ("b3", False, False),
        ]

    def test_without_a_target_there_is_no_verdict(self) -> None:
        seen = board(entry("b1", 0.7), target=None)
        assert seen.rows[0].verdict is None
        assert seen.target_gap is None

    def test_nothing(self) -> None:
        seen = board()
        assert (seen.rows, seen.best, seen.data, seen.target_gap) == ((), None, None, None)

    @given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
    def test_the_best_is_the_best(self, values: list[float]) -> None:
        seen = board(*[entry(f"b{number}", value) for number, value in enumerate(values)])
        assert seen.best is not None
        assert seen.best.measured.value == max(values)

    def test_among_equals_the_latest_is_the_best(self) -> None:
        seen = board(entry("b1", 0.8, measured_on="2024-01-01"), entry("b2", 0.8, measured_on="2026-01-01"))
        assert seen.best is not None
        assert seen.best.key == "b2"


class TestReadMeasure:
    @pytest.mark.parametrize(
        ("typed", "comma", "expected"),
        [
            ("0.74", False, Measured(0.74)),
            ("0,74", True, Measured(0.74)),
            ("74.67 %", False, Measured(0.7467)),
            ("74,67%", True, Measured(0.7467)),
            ("20.0 ± 1.2", False, Measured(20, 18.8, 21.2)),
            ("20,0 +/- 1,2", True, Measured(20, 18.8, 21.2)),
            ("74 % ± 2 %", False, Measured(0.74, 0.72, 0.76)),
            ("74 ± 2 %", False, Measured(0.74, 0.72, 0.76)),
            ("74 % ± 2", False, Measured(0.74, 0.72, 0.76)),
        ],
    )
    def test_as_people_write_it(self, typed: str, comma: bool, expected: Measured) -> None:
        read = baseline.read_measure(typed, decimal_comma=comma)
        assert read.value == pytest.approx(expected.value)
        assert (read.low, read.high) == (expected.low, expected.high)

    def test_a_metric_in_per_cent_keeps_its_unit(self) -> None:
        assert baseline.read_measure("12.5 %", decimal_comma=False, percent_points=True) == Measured(12.5)

    @pytest.mark.parametrize("typed", ["", "nan", "inf", "about 3", "3 ±", "± 2", "1 ± 2 ± 3"])
    def test_what_is_not_a_number_is_refused(self, typed: str) -> None:
        with pytest.raises(Refused, match="number_unreadable"):
            baseline.read_measure(typed, decimal_comma=False)

    def test_a_width_below_zero_is_refused(self) -> None:
        with pytest.raises(Refused, match="baseline_spread_below_zero"):
            baseline.read_measure("3 ± -1", decimal_comma=False)


class TestInterval:
    @pytest.mark.parametrize(
        ("measured", "code", "path"),
        [
            (Measured(0.5, 0.6, 0.7), "baseline_low_above_value", "low"),
            (Measured(0.5, 0.4, 0.45), "baseline_high_below_value", "high"),
            (Measured(float("nan")), "baseline_not_finite", "value"),
            (Measured(1, float("-inf")), "baseline_not_finite", "low"),
        ],
    )
    def test_an_interval_holds_its_value(self, measured: Measured, code: str, path: str) -> None:
        with pytest.raises(Refused) as refused:
            baseline.check_interval(measured)
        assert (refused.value.code, refused.value.path) == (code, path)

    def test_one_end_is_enough(self) -> None:
        baseline.check_interval(Measured(0.5, low=0.4))


class TestReadiness:
    def test_step_by_step(self) -> None:
        goals = [goal()]
        other = entry("b1", 0.7, role="rival", metric="f1")
        assert baseline.readiness([], goals) == 0
        assert baseline.readiness([other], goals) == 40
        assert baseline.readiness([replace(other, metric="accuracy")], goals) == 70
        assert baseline.readiness([replace(other, metric="accuracy")], [goal(None)]) == 40
        assert baseline.readiness([entry("b2", 0.7)], goals) == 90
        assert baseline.readiness([entry("b2", 0.7), entry("b3", 0.9, role="human")], goals) == 100
        assert baseline.readiness([entry("b2", 0.7, active=False)], goals) == 0

    def test_only_an_active_rule_is_a_rule(self) -> None:
        assert baseline.has_simple_rule([entry("b1", 0.7)])
        assert not baseline.has_simple_rule([entry("b1", 0.7, active=False), entry("b2", 0.8, role="rival")])


class TestDefinitions:
    def test_the_twelve_kinds(self) -> None:
        kinds = catalog.baseline_kinds()
        assert [kind.key for kind in kinds.kinds] == [
            "random",
            "constant",
            "naive_forecast",
            "heuristic",
            "human",
            "existing_system",
            "simple_model",
            "published_sota",
            "zoo_model",
            "vendor_api",
            "previous_candidate",
            "bayes_or_ceiling",
        ]
        assert kinds.get("luck") is None

    def test_a_contradiction_is_named(self) -> None:
        kinds = catalog.baseline_kinds()
        with pytest.raises(catalog.Mistake, match="'random': this key is given twice"):
            reading.check(replace(kinds, kinds=(*kinds.kinds, kinds.kinds[0])))
        with pytest.raises(catalog.Mistake, match="must be yes, partly, no"):
            reading.check(replace(kinds, comparable=kinds.comparable[:1]))
        with pytest.raises(catalog.Mistake, match="none has the role 'rule'"):
            reading.check(replace(kinds, kinds=kinds.kinds[:2]))
