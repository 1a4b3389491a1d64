"""Scenarios beside a plan, what is offered, and records that are made again."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlcanvas import catalog
from mlcanvas.charts.cost_history import HEIGHT, WIDTH, picture
from mlcanvas.domain.canonical import canonical_json, digest
from mlcanvas.domain.estimate import Context, Target, estimate, inputs_of
from mlcanvas.domain.estimate.record import check, estimate_of, moved
from mlcanvas.domain.estimate.scenarios import (
    UNANSWERED,
    accept_own,
    asked_differently,
    differing,
    effective,
    offers,
    rebased,
)
from mlcanvas.domain.refusal import Refused

QUESTIONNAIRE = catalog.cost_questionnaire()
METRICS = catalog.metrics()
ACCURACY = METRICS.get("accuracy")
CHOICES = [question for question in QUESTIONNAIRE.questions if question.kind == "choice"]

answers = st.dictionaries(
    st.sampled_from([question.key for question in CHOICES]), st.sampled_from(["same", "none", "unknown"]), max_size=8
)
own_answers = st.dictionaries(
    st.sampled_from([question.key for question in CHOICES]),
    st.sampled_from(["same", "none", "unknown", UNANSWERED]),
    max_size=8,
)


class TestBesideThePlan:
    @given(plan=answers, wanted=answers)
    def test_what_differs_is_enough_to_say_all(self, plan, wanted):
        own = differing(wanted, plan)
        assert effective(plan, own) == wanted
        assert all(plan.get(key, UNANSWERED) != value for key, value in own.items())

    @given(before=answers, after=answers, own=own_answers)
    def test_another_plan_leaves_a_scenario_as_it_is(self, before, after, own):
        moved_over = rebased(own, before, after)
        assert effective(after, moved_over) == effective(before, own)
        assert all(moved_over[key] == value for key, value in own.items())

    @given(plan=answers, own=own_answers, key=st.sampled_from([question.key for question in CHOICES]))
    def test_an_answer_of_the_plan_flows_in_unless_there_is_an_own_one(self, plan, own, key):
        answered = effective({**plan, key: "same"}, own)
        assert answered.get(key) == ("same" if key not in own else effective(plan, own).get(key))

    def test_unanswered_is_an_answer_of_scenarios_only(self):
        assert accept_own(QUESTIONNAIRE, "O1_horizon", UNANSWERED) == UNANSWERED
        assert accept_own(QUESTIONNAIRE, "C3_pilot", []) == UNANSWERED
        assert accept_own(QUESTIONNAIRE, "O1_horizon", 2) == 2
        with pytest.raises(Refused, match="cost_question_unknown"):
            accept_own(QUESTIONNAIRE, "D9", UNANSWERED)

    @given(held=st.lists(answers, min_size=1, max_size=4))
    def test_the_questions_that_are_not_answered_alike(self, held):
        asked = asked_differently(held, QUESTIONNAIRE)
        for question in CHOICES:
            assert (question.key in asked) == (len({each.get(question.key) for each in held}) > 1)


class TestOffers:
    def offered(self, answers, value=0.9, metric=ACCURACY, currency="EUR", **more):
        target = None if value is None else Target(metric, value)
        context = Context(currency, target, {})
        return offers(catalog.cost_scenarios(), answers, context, QUESTIONNAIRE, **more)

    @pytest.mark.parametrize(
        ("metric", "value", "targets"),
        [
            ("accuracy", 0.9, [0.8, 0.95]),
            ("accuracy", 0.995, [0.99, 0.9975]),
            ("accuracy", 0.4, [0.7]),
            ("mae", 8, [16, 4]),
            ("accuracy", 1, []),
            ("accuracy", 2, []),
        ],
    )
    def test_targets_are_twice_and_half_the_error(self, metric, value, targets):
        found = [each.target for each in self.offered({}, value, METRICS.get(metric)) if each.family == "target"]
        assert found == targets

    @pytest.mark.parametrize(
        ("kind", "keys"),
        [
            (None, ["crowd", "experts"]),
            ("unknown", ["crowd", "experts"]),
            ("outcome", []),
            ("class", ["buy", "crowd", "experts"]),
            ("mask", ["buy", "crowd", "experts"]),
            ("scene", ["experts"]),
            ("expert", ["crowd"]),
        ],
    )
    def test_ways_of_labelling_by_the_kind_of_label(self, kind, keys):
        given_answers = {} if kind is None else {"C5_kind": kind}
        assert [each.key for each in self.offered(given_answers) if each.family == "labels"] == keys

    def test_every_offer_is_accepted_and_says_something_else(self):
        for question in ("C5_kind", "D4_start"):
            for option in QUESTIONNAIRE.question(question).options:
                plan = {question: option.key, "C3_pilot": [{"labelled": 2000, "error": 0.18}]}
                for currency in QUESTIONNAIRE.currencies:
                    for offer in self.offered(plan, currency=currency):
                        assert offer.own or offer.target is not None
                        for key, value in offer.own.items():
                            assert accept_own(QUESTIONNAIRE, key, value) == value
                            assert plan.get(key, UNANSWERED) != value


def record_of(held, context, seed=7):
    inputs = inputs_of(held, context, seed, QUESTIONNAIRE)
    result = estimate(held, context, QUESTIONNAIRE, seed).record()
    return json.loads(canonical_json(inputs)), json.loads(canonical_json(result))


def checked(inputs, result, **changed):
    given_values = {"inputs_digest": digest(inputs) if inputs else "", "result_digest": digest(result), **changed}
    return check(inputs=inputs, result=result, metrics=METRICS, questionnaire=QUESTIONNAIRE, **given_values)


HELD = {"O1_horizon": 2, "T1_day_rate": {"low": 380, "likely": 450.5, "high": 600}}
FACTS = {"archetype": "autonomous", "best_baseline": {"metric": "accuracy", "value": 0.7, "name": "A rule"}}


class TestRecords:
    @settings(max_examples=20, deadline=None)
    @given(
        likely=st.floats(1, 1e6, allow_nan=False),
        seed=st.integers(0, 2**31 - 1),
        target=st.sampled_from([None, Target(ACCURACY, 0.9), Target(None, 5.0), Target(METRICS.get("mae"), 3.0)]),
    )
    def test_the_same_inputs_give_the_same_amounts_to_the_cent(self, likely, seed, target):
        held = {"T1_day_rate": {"low": likely / 2, "likely": likely, "high": likely * 2}}
        context = Context("BRL", target, FACTS)
        inputs, result = record_of(held, context, seed)
        assert digest(estimate_of(inputs, METRICS, QUESTIONNAIRE).record()) == digest(result)
        assert checked(inputs, result).verdict == "same"

    def test_a_change_of_one_cent_is_noticed(self):
        inputs, result = record_of(HELD, Context("EUR", Target(ACCURACY, 0.9), FACTS))
        other = {**result, "p50": round(result["p50"] + 0.01, 2)}
        assert checked(inputs, other, result_digest=digest(result)).verdict == "damaged"
        found = checked(inputs, other)
        assert found.verdict == "differs"
        assert found.now["p50"] == result["p50"]
        assert checked(inputs, result, inputs_digest="0" * 64).verdict == "damaged"

    def test_what_cannot_be_made_again_is_said(self):
        inputs, result = record_of(HELD, Context("EUR", None, {}))
        assert checked(None, result).verdict == "not_kept"
        for name in ("rules", "catalogue"):
            assert checked({**inputs, name: "1999.1"}, result).verdict == "other_rules"
        assert checked({**inputs, "answers": {}}, result).verdict == "differs"

    def test_what_moved_is_named_in_the_order_of_the_questionnaire(self):
        before = inputs_of(HELD, Context("EUR", Target(ACCURACY, 0.9), {"stage": "scope_open"}), 1, QUESTIONNAIRE)
        held = {"T1_day_rate": {**HELD["T1_day_rate"], "low": 400}, "D1_industry": "none", "Z9_gone": 1}
        after = inputs_of(held, Context("USD", Target(None, 0.9), FACTS), 2, QUESTIONNAIRE)
        found = moved(before, after, QUESTIONNAIRE)
        assert [(each.kind, each.key) for each in found] == [
            ("answer", "D1_industry"),
            ("answer", "T1_day_rate"),
            ("answer", "O1_horizon"),
            ("answer", "Z9_gone"),
            ("target", "target"),
            ("fact", "archetype"),
            ("fact", "best_baseline"),
            ("fact", "stage"),
            ("currency", "currency"),
            ("seed", "seed"),
        ]
        assert moved(before, before, QUESTIONNAIRE) == []


class TestPicture:
    @given(
        st.lists(
            st.tuples(st.floats(0, 1e12), st.floats(0, 1e12), st.floats(0, 1e12)).map(sorted), min_size=1, max_size=40
        )
    )
    def test_every_bar_lies_inside_and_is_to_be_seen(self, ranges):
        drawn = picture(
            [(str(place), dict(zip(("p10", "p50", "p90"), each, strict=True))) for place, each in enumerate(ranges)]
        )
        assert len(drawn.bars) == len(ranges)
        assert 3 <= len(drawn.ticks) <= 8
        for bar in drawn.bars:
            assert float(bar.x) >= -0.1
            assert float(bar.x) + float(bar.width) <= WIDTH + 0.2
            assert float(bar.height) >= 2
            assert -0.1 <= float(bar.top) <= HEIGHT

    @pytest.mark.parametrize("amount", [0, 5e-324, 0.004])
    def test_an_estimate_of_nothing_has_a_scale(self, amount):
        assert picture([("1", {"p10": 0, "p50": 0, "p90": amount})]).ticks[0] > 1

    def test_one_estimate_has_no_way(self):
        assert picture([("1", {"p10": 1, "p50": 2, "p90": 3})]).way == ""
        assert picture([]).bars == ()
