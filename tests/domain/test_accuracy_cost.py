"""What accuracy costs: the curve over targets, where it ends, and what may be asked of it."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlcanvas.domain.estimate import Context, Target, accept, estimate
from mlcanvas.domain.estimate.accuracy import Step, accuracy_cost, check_target, round_step, step
from mlcanvas.domain.estimate.estimation import draft
from mlcanvas.domain.estimate.simulation import Variants, simulate
from mlcanvas.domain.refusal import Refused
from tests.domain.test_estimate import EXAMPLE, METRICS, QUESTIONS, at, exact, spread


def held(**changes):
    answers = {key: value for key, value in (EXAMPLE | changes).items() if value is not None}
    return {key: accept(QUESTIONS, key, value) for key, value in answers.items()}


def curve(context=None, today=0.8, draws=1000, **changes):
    return accuracy_cost(held(**changes), context or at(), QUESTIONS, 1, today=today, draws=draws)


def ask(value, context=None, today=0.8, **changes):
    check_target(held(**changes), context or at(), QUESTIONS, value, today=today)


RULES = {"metric": "accuracy", "value": 0.8, "name": "Rules"}


class TestWhatAStepTells:
    @pytest.mark.parametrize(
        ("times", "high", "dearer", "tells"),
        [(1.7, 900.0, True, True), (1.0, 900.0, True, True), (1.2, 0.04, False, True), (1.02, 0.04, False, False)],
    )
    def test_one_that_takes_nothing_more_tells_nothing(self, times, high, dearer, tells):
        point = curve().target
        found = Step(point, point, times, 0.0, high)
        assert (found.dearer, found.tells) == (dearer, tells)


class TestCurve:
    def test_each_point_is_the_estimate_of_that_target(self):
        found = curve(draws=10_000)
        for value in (0.84, 0.9, 0.93):
            made = estimate(held(), at(value), QUESTIONS, 1)
            point = found.at(value)
            assert (point.p10, point.p50, point.p80, point.p90) == (made.p10, made.p50, made.p80, made.p90)
            assert (point.low, point.likely, point.high) == (made.items.low, made.items.likely, made.items.high)

    def test_it_goes_from_what_is_there_to_where_data_does_not_get(self):
        found = curve()
        assert found.points[0].value == 0.8
        assert found.points[-1].error == pytest.approx(0.04 + 0.14 * 100**-0.35)
        assert found.points[-1].likely == 200_000
        assert found.target.value == 0.9
        assert [mark.kind for mark in found.marks] == ["today", "pilot", "human"]

    def test_stops_are_round_and_hold_the_target(self):
        found = curve(context=at(0.9055))
        assert 0.9055 in found.stops
        assert all(round(value, 2) == value for value in found.stops if value != 0.9055)
        assert list(found.stops) == sorted(found.stops)

    def test_lower_is_better_runs_the_other_way(self):
        context = Context("EUR", Target(METRICS.get("mae"), 8.0))
        found = curve(context, today=17, C3_pilot=[{"labelled": 2000, "error": 12}], D3_human="no", D3_human_error=None)
        values = [point.value for point in found.points]
        assert values == sorted(values, reverse=True)
        assert found.start == 17
        assert found.points[0].p50 < found.points[-1].p50

    def test_without_anything_there_it_begins_somewhat_easier_than_the_target(self):
        found = curve(today=None, C3_pilot=None)
        assert found.start == pytest.approx(0.04 + 2.5 * 0.06)

    def test_a_far_beginning_is_cut(self):
        assert curve(today=0.1).start == pytest.approx(0.04 + 6 * 0.06)

    def test_but_never_before_the_best_of_what_is_there(self):
        assert curve(at(0.95), today=0.1).start == pytest.approx(0.18)

    def test_without_pilot_and_baseline_nothing_follows_the_target(self):
        assert curve(C3_pilot=None).flat
        assert not curve(at(best_baseline=RULES), C3_pilot=None, T1_days_data=None).flat

    def test_free_labels_cost_data_and_no_money(self):
        found = curve(C5_kind="outcome", C5_setup=None, D3_human=None, D3_human_error=None)
        assert not found.flat
        assert found.only_data
        assert found.points[-1].likely > found.points[0].likely

    def test_the_value_over_the_years_follows_the_target(self):
        answers = {"A2_decisions": exact(1_000), "A2_false_negative": exact(50), "A2_missed_share": exact(100)}
        found = curve(at(best_baseline=RULES), O1_horizon=2, **answers)
        assert found.at(0.9).worth.likely == pytest.approx(2 * 12 * 1_000 * 0.1 * 50)
        assert found.points[0].worth.likely == 0
        assert curve().at(0.9).worth is None


class TestBoundaries:
    def test_the_three_of_them_stand_easiest_first(self):
        found = curve(C2_available=50_000)
        assert [boundary.code for boundary in found.boundaries] == [
            "cost_more_than_exists",
            "cost_outside_pilot",
            "cost_target_unreachable",
        ]
        assert found.points[-1].likely == pytest.approx(50_000, abs=1)

    def test_a_target_beyond_them_keeps_its_figure_and_says_why(self):
        found = curve(at(0.95))
        assert found.doubt.code == "cost_outside_pilot"
        assert found.doubt.values["needed"] > 200_000
        assert found.target.value == 0.95
        assert found.target is found.points[-1]

    def test_a_target_that_cannot_be_had_leaves_the_curve_of_the_others(self):
        found = curve(at(0.97))
        assert found.target is None
        assert found.points[-1].likely == 200_000

    def test_where_even_the_beginning_needs_too_much_only_the_target_is_left(self):
        found = curve(C2_available=10, today=0.86)
        assert [point.value for point in found.points] == [0.9]
        assert found.doubt.code == "cost_more_than_exists"
        assert not found.flat

    def test_and_where_that_cannot_be_had_either_nothing_is(self):
        found = curve(at(0.97), C2_available=10)
        assert found.points == ()
        assert not found.flat

    @pytest.mark.parametrize("context", [at(0.97), at(1.0)])
    def test_with_nothing_else_known_either(self, context):
        found = curve(context, today=None, C3_pilot=None, D3_human="no" if context.target.value == 1 else "yes")
        assert found.target is None
        assert found.points

    @pytest.mark.parametrize(
        ("code", "context", "changes"),
        [
            ("cost_no_target", Context("EUR"), {}),
            ("cost_no_curve", at(200, metric="latency_p95"), {}),
            ("cost_target_impossible", at(92), {}),
            ("cost_currency", at(currency="XAU"), {}),
            ("cost_pilot_below_irreducible", at(), {"C3_pilot": [{"labelled": 2000, "error": 0.01}]}),
        ],
    )
    def test_where_there_is_no_curve(self, code, context, changes):
        with pytest.raises(Refused) as refused:
            curve(context, **changes)
        assert refused.value.code == code

    def test_nor_without_answers(self):
        with pytest.raises(Refused, match="cost_nothing_answered"):
            accuracy_cost({}, at(), QUESTIONS, 1)


class TestAsking:
    @pytest.mark.parametrize("value", [0.8, 0.85, 0.9, 0.93])
    def test_targets_on_the_curve_can_be_asked(self, value):
        ask(value)

    @pytest.mark.parametrize(
        ("value", "code"),
        [
            (math.nan, "metric_not_finite"),
            (math.inf, "metric_not_finite"),
            (95, "metric_percent"),
            (950, "metric_too_high"),
            (-0.1, "metric_too_low"),
            (0.7, "cost_curve_backwards"),
            (0.96, "cost_curve_limit"),
            (0.99, "cost_curve_limit"),
            (1, "cost_curve_limit"),
            (0.95, "cost_outside_pilot"),
        ],
    )
    def test_others_are_refused_at_the_field(self, value, code):
        with pytest.raises(Refused) as refused:
            ask(value)
        assert (refused.value.code, refused.value.path) == (code, "target")

    def test_more_than_exists(self):
        with pytest.raises(Refused, match="cost_more_than_exists"):
            ask(0.92, C2_available=50_000)

    def test_the_scopes_own_target_always_can(self):
        ask(0.95, at(0.95))


class TestStep:
    def test_order_does_not_matter(self):
        assert step(held(), at(), QUESTIONS, 1, 0.9, 0.92) == step(held(), at(), QUESTIONS, 1, 0.92, 0.9)

    def test_it_says_how_many_times_the_data_and_how_much_more(self):
        found = step(held(), at(), QUESTIONS, 1, 0.9, 0.92)
        assert found.times == pytest.approx(71_699 / 22_511)
        assert found.about == 3.2
        assert 0 < found.low < found.harder.p50 - found.easier.p50 < found.high

    def test_no_step_costs_nothing(self):
        found = step(held(), at(), QUESTIONS, 1, 0.9, 0.9)
        assert (found.times, found.low, found.high) == (1, 0, 0)


POINTS = st.lists(
    st.fixed_dictionaries({"labelled": st.sampled_from([200, 500, 2_000, 10_000]), "error": st.floats(0.08, 0.5)}),
    max_size=4,
)
RANGES = st.lists(st.floats(0, 200), min_size=3, max_size=3).map(lambda ends: spread(*sorted(ends)))


@given(
    points=POINTS,
    human=st.sampled_from([0.0, 0.01, 0.05]),
    start=st.sampled_from(["pretrained", "scratch", "unknown"]),
    seconds=RANGES,
    per_item=RANGES,
    rate=st.sampled_from([0.01, 1, 400]),
    days=st.none() | RANGES,
    horizon=st.sampled_from([0, 1, 5]),
    available=st.none() | st.sampled_from([5_000, 10**6]),
    target=st.floats(0.6, 0.99),
    baseline=st.none() | st.floats(0.3, 0.95),
)
@settings(max_examples=60, deadline=None)
def test_more_accuracy_never_costs_less(
    points, human, start, seconds, per_item, rate, days, horizon, available, target, baseline
):
    answers = held(
        C3_pilot=points or None,
        D3_human_error=human,
        D4_start=start,
        C5_seconds=seconds,
        C5_per_item=per_item,
        T1_day_rate=exact(rate),
        T1_days_modelling=days,
        T1_days_data=None,
        O1_horizon=horizon,
        C2_available=available,
    )
    facts = {} if baseline is None else {"best_baseline": RULES | {"value": baseline}}
    context = at(target, stage="scope_open", **facts)
    found = accuracy_cost(answers, context, QUESTIONS, 3, today=0.5, draws=400)
    for easier, harder in itertools.pairwise(found.points):
        assert easier.error > harder.error
        for name in ("p10", "p50", "p80", "p90", "low", "likely", "high"):
            assert getattr(easier, name) <= getattr(harder, name)
    if found.target is not None:
        made = estimate(answers, context, QUESTIONS, 3, 400)
        # What is drawn at the scope's target is what the cost page says of it.
        assert (found.target.p10, found.target.p50, found.target.p90) == (made.p10, made.p50, made.p90)


class TestVariants:
    def test_a_total_is_that_of_the_simulation(self):
        made = estimate(held(), at(), QUESTIONS, 7)
        limits = draft(held(), at(), QUESTIONS).limits()
        total = Variants(0.3, 7).total(limits)
        assert round(float(np.percentile(total, 50)), 2) == made.p50
        assert simulate(limits, 0.3, 7).total.p90 == round(float(np.percentile(total, 90)), 2)

    def test_it_refuses_what_the_simulation_refuses(self):
        with pytest.raises(Refused, match="cost_no_lines"):
            Variants(0.3, 7).total([])


@pytest.mark.parametrize(
    ("rough", "step_"), [(0.0094, 0.01), (0.01, 0.01), (0.011, 0.02), (3, 5), (7, 10), (0, 1), (math.nan, 1)]
)
def test_round_steps(rough, step_):
    assert round_step(rough) == pytest.approx(step_)
