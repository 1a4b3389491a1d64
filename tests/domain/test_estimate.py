"""From answers to an estimate, and what a question accepts."""

import dataclasses
import json
import math
import re
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlcanvas import catalog
from mlcanvas.catalog import costs, reading
from mlcanvas.domain.canonical import canonical_json
from mlcanvas.domain.estimate import Context, Target, accept, estimate
from mlcanvas.domain.estimate.definition import Questionnaire
from mlcanvas.domain.refusal import Refused

QUESTIONS = catalog.cost_questionnaire()
METRICS = catalog.metrics()
ACCURACY = METRICS.get("accuracy")


ENDS = st.sampled_from(["low", "likely", "high", "labelled", "error"])
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ENDS, inner, max_size=3),
    max_leaves=6,
)


def exact(value):
    return {"low": value, "likely": value, "high": value}


def spread(low, likely, high):
    return {"low": low, "likely": likely, "high": high}


# §5.10 as answers: everything that the worked example does not price is answered with zero.
EXAMPLE = {
    "D3_human": "yes",
    "D3_human_error": 0.04,
    "D4_start": "pretrained",
    "C3_pilot": [{"labelled": 2000, "error": 0.18}],
    "C4_auto_share": exact(0),
    "C5_seconds": spread(8, 12, 20),
    "C5_hourly": spread(12, 15, 20),
    "C5_overhead": spread(10, 20, 30),
    "C5_per_item": spread(2, 3, 3),
    "C5_setup": exact(0),
    "C1_sources": 0,
    "C1_access": exact(0),
    "C1_purchase": spread(2_000, 5_000, 15_000),
    "T1_day_rate": exact(400),
    "T1_days_scope": exact(0),
    "T1_days_data": exact(0),
    "T1_days_modelling": spread(60, 95, 180),
    "T1_days_deployment": exact(0),
    "T1_days_monitoring": exact(0),
    "O1_horizon": 1,
}


def at(value=0.9, metric="accuracy", currency="USD", **facts):
    return Context(currency, Target(METRICS.get(metric), value), facts)


def made(answers, context=None, seed=1, draws=10_000):
    held = {key: accept(QUESTIONS, key, value) for key, value in answers.items()}
    return estimate(held, context or Context("EUR"), QUESTIONS, seed, draws)


def codes(found):
    return {flag.code for flag in found.flags}


class TestExample:
    def test_items_and_labels_are_those_of_the_worked_example(self):
        found = made(EXAMPLE, at(stage="modelling_passed"))
        assert (found.items.low, found.items.likely, found.items.high) == (10_889, 22_511, 59_284)
        labels = found.line("labels")
        assert labels.low == pytest.approx(521.5, abs=1)
        assert labels.likely == pytest.approx(3_692, abs=1)
        assert labels.high == pytest.approx(24_823, abs=1)
        assert labels.origin == "assumption"  # the slope is ours
        assert "slope" in labels.inputs

    def test_engineering_and_acquisition_too(self):
        found = made(EXAMPLE, at(stage="modelling_passed"))
        engineering = found.line("engineering")
        assert (engineering.low, engineering.likely, engineering.high) == (24_000, 38_000, 72_000)
        acquisition = found.line("acquisition")
        assert (acquisition.low, acquisition.likely, acquisition.high) == (2_000, 5_000, 15_000)
        assert acquisition.origin == "answer"


class TestTotals:
    def test_no_answer_is_no_total(self):
        for answers in ({}, {"D1_industry": "unknown", "T1_day_rate": "unknown"}):
            with pytest.raises(Refused, match="cost_nothing_answered"):
                made(answers)

    def test_three_answers_give_a_wide_range(self):
        found = made({"T1_day_rate": spread(380, 450, 600), "O1_horizon": 2, "D1_industry": "similar"})
        assert found.p90 > 2.5 * found.p10
        assert {"cost_no_target", "cost_no_pilot"} <= codes(found)
        assert [line.key for line in found.lines] == [line.key for line in QUESTIONS.lines]

    def test_dont_know_counts_like_no_answer(self):
        base = {"T1_day_rate": spread(380, 450, 600)}
        assert made(base) == made(base | {"O1_people": "unknown", "D1_code": "unknown"})

    def test_answering_the_middle_of_the_default_narrows_the_range(self):
        base = {"T1_day_rate": spread(380, 450, 600), "O1_horizon": 2}
        before = made(base)
        after = made(
            base
            | {
                key: exact(figure.likely)
                for key in ("O1_people", "D4_requests")
                if (figure := QUESTIONS.question(key).figure)
            }
        )
        assert after.p90 - after.p10 < before.p90 - before.p10

    def test_same_answers_and_seed_give_the_same_cents(self):
        first, second = made(EXAMPLE, at()), made(dict(reversed(EXAMPLE.items())), at())
        assert first == second
        assert made(EXAMPLE, at(), seed=2).p50 != first.p50

    def test_the_record_is_canonical_json_and_comes_back(self):
        record = made(EXAMPLE, at()).record()
        assert canonical_json(json.loads(canonical_json(record))) == canonical_json(record)

    def test_every_figure_has_an_origin_and_every_assumption_a_source(self):
        found = made(
            {"T1_day_rate": spread(380, 450, 600)},
            at(best_baseline={"metric": "accuracy", "value": 0.8, "name": "Rules"}),
        )
        used = {key for line in found.lines for key in line.inputs}
        assert used <= {figure.key for figure in found.inputs}
        for figure in found.inputs:
            named = figure.key.partition(":")[0]
            assert QUESTIONS.label(named)
            if figure.origin in ("default", "assumption"):
                assert QUESTIONS.source(figure.source)
            if figure.source == "ours":
                assert figure.origin == "assumption"

    def test_run_is_one_year_times_the_years(self):
        one, three = (made(EXAMPLE | {"O1_horizon": years}, at()).line("run") for years in (1, 3))
        assert three.likely == pytest.approx(3 * one.likely, abs=0.05)
        assert three.p90 == pytest.approx(3 * one.p90, rel=1e-6)

    def test_no_year_of_operation_has_no_run_cost(self):
        assert made(EXAMPLE | {"O1_horizon": 0}, at()).line("run").p90 == 0

    def test_parts_add_up_to_the_likely_value(self):
        for line in made(EXAMPLE, at()).lines:
            assert sum(part.likely for part in line.parts) == pytest.approx(line.likely, abs=0.05)

    def test_an_outcome_that_labels_itself_costs_nothing_to_label(self):
        found = made({"C5_kind": "outcome", "T1_day_rate": exact(400)})
        assert found.line("labels").p90 == 0
        assert found.line("labels").high == 0

    def test_a_price_by_the_piece_takes_the_place_of_seconds(self):
        found = made(EXAMPLE | {"C5_price": exact(0.1)}, at(stage="modelling_passed"))
        assert found.line("labels").likely == pytest.approx((22_511 - 2_000) * 3 * 0.1 * 1.2, abs=0.01)
        assert "C5_seconds" not in found.line("labels").inputs

    def test_a_share_made_by_machine_saves_at_its_high_end(self):
        found = made(EXAMPLE | {"C4_auto_share": spread(0, 50, 80)}, at())
        whole = made(EXAMPLE, at())
        assert found.line("labels").low == pytest.approx(0.2 * whole.line("labels").low, rel=1e-3)
        assert found.line("labels").high == pytest.approx(whole.line("labels").high, rel=1e-6)

    def test_expert_labels_cost_an_expert_hour(self):
        clerk, expert = (made({"C5_kind": kind, "T1_day_rate": exact(400)}) for kind in ("class", "expert"))
        rate = {figure.key: figure.value.likely for figure in expert.inputs}["C5_hourly"]
        assert rate == 70
        assert expert.line("labels").p50 > clerk.line("labels").p50


class TestEngineering:
    base = {"T1_day_rate": exact(100)}

    def days(self, answers, context=None):
        line = made(self.base | answers, context).line("engineering")
        return {part.key.partition(".")[2]: part.likely / 100 for part in line.parts}

    def test_base_days_follow_the_role_of_the_prediction(self):
        for archetype, data in (("improve_software", 20), ("human_in_loop", 35), ("autonomous", 75)):
            assert self.days({}, Context("EUR", None, {"archetype": archetype}))["data"] == pytest.approx(data)

    def test_multipliers_change_default_days_of_data_and_modelling_only(self):
        context = Context("EUR", None, {"archetype": "human_in_loop"})
        plain = self.days({}, context)
        hard = self.days({"D2_output": "open", "C6_privacy": "sensitive"}, context)
        assert hard["scope"] == plain["scope"]
        assert hard["data"] == pytest.approx(plain["data"] * 1.6 * 1.5)
        assert hard["modelling"] == pytest.approx(plain["modelling"] * 1.6 * 1.5)

    def test_typed_days_are_never_multiplied(self):
        days = self.days({"T1_days_data": exact(30), "D2_output": "open", "C6_privacy": "sensitive"})
        assert days["data"] == pytest.approx(30)

    def test_difficulty_is_capped(self):
        hardest = {"D1_industry": "none", "D1_academia": "none", "D1_code": "none", "D2_output": "open",
                   "D2_reliability": "critical", "D2_generalisation": "open_world"}  # fmt: skip
        context = Context("EUR", None, {"archetype": "human_in_loop"})
        assert self.days(hardest, context)["data"] == pytest.approx(35 * 4)
        easiest = {"D1_industry": "same", "D1_academia": "same", "D1_code": "same", "D2_output": "one_value",
                   "D2_reliability": "best_effort", "D2_generalisation": "same"}  # fmt: skip
        assert self.days(easiest, context)["data"] == pytest.approx(35 * 0.5)

    def test_accuracy_multiplies_by_f_per_tenfold_cut_of_the_reducible_error(self):
        context = at(
            0.99,
            archetype="human_in_loop",
            currency="EUR",
            best_baseline={"metric": "accuracy", "value": 0.9, "name": "Rules"},
        )
        days = self.days({"D3_human": "no"}, context)
        assert days["data"] == pytest.approx(35 * 2)

    def test_a_baseline_of_another_metric_is_no_baseline(self):
        found = made(self.base, at(best_baseline={"metric": "f1", "value": 0.5, "name": "Rules"}))
        assert "cost_no_baseline" in codes(found)

    @pytest.mark.parametrize(
        ("stage", "low", "high"),
        [
            ("scope_open", 0.25, 4),
            ("scope_passed", 0.5, 2),
            ("data_passed", 0.67, 1.5),
            ("modelling_passed", 0.8, 1.25),
        ],
    )
    def test_the_cone_is_a_floor_on_the_spread(self, stage, low, high):
        narrow = {f"T1_days_{name}": exact(10) for name in ("scope", "data", "modelling")}
        line = made(self.base | narrow, Context("EUR", None, {"stage": stage})).line("engineering")
        assert (line.low, line.likely, line.high) == pytest.approx((3000 * low, 3000, 3000 * high))

    def test_a_wider_answer_keeps_its_own_spread(self):
        wide = {f"T1_days_{name}": spread(1, 10, 50) for name in ("scope", "data", "modelling")}
        line = made(self.base | wide, Context("EUR", None, {"stage": "modelling_passed"})).line("engineering")
        assert (line.low, line.high) == (300, 15_000)


class TestMonotone:
    @given(st.floats(0.81, 0.955), st.floats(0.81, 0.955), st.booleans(), st.booleans())
    @settings(max_examples=60, deadline=None)
    def test_a_stricter_target_never_costs_less(self, one, other, piloted, based):
        answers = dict(EXAMPLE)
        del answers["T1_days_modelling"]
        if not piloted:
            del answers["C3_pilot"]
        facts = {"best_baseline": {"metric": "accuracy", "value": 0.84, "name": "Rules"}} if based else {}
        loose, strict = (made(answers, at(target, **facts), draws=2_000) for target in sorted((one, other)))
        for name in ("p10", "p50", "p80", "p90", "mean"):
            assert getattr(strict, name) >= getattr(loose, name) - 0.011

    def test_more_of_anything_but_savings_never_costs_less(self):
        answers = {question.key: spread(2, 4, 8) for question in QUESTIONS.questions if question.kind == "range"}
        answers |= {question.key: 3 for question in QUESTIONS.questions if question.kind == "number"}
        answers |= {"D3_human": "no"}
        del answers["C5_price"]
        base = made(answers)
        for key, value in answers.items():
            if not isinstance(value, dict) or key.startswith("A2"):
                continue
            more = made(answers | {key: spread(3, 6, 12)})
            if QUESTIONS.question(key).saves:
                assert more.p50 <= base.p50
            else:
                assert more.p50 >= base.p50


class TestIrreducible:
    def test_people_are_the_limit_where_their_labels_teach(self):
        human = {"metric": "accuracy", "value": 0.96, "name": "Two agents"}
        with pytest.raises(Refused) as refused:
            made(EXAMPLE, at(0.97, human_baseline=human))
        assert refused.value.code == "cost_target_unreachable"
        assert refused.value.path == "scope.metrics"
        assert refused.value.values == {"target": 0.03, "irreducible": 0.04}

    @pytest.mark.parametrize(
        "change", [{"D3_human": "no"}, {"D3_human": "partly"}, {"D3_human": "unknown", "C5_kind": "outcome"}]
    )
    def test_and_no_limit_where_they_cannot_or_the_outcome_teaches(self, change):
        human = {"metric": "accuracy", "value": 0.96, "name": "Two agents"}
        assert made(EXAMPLE | change, at(0.97, human_baseline=human)).p50 > 0

    def test_a_baseline_of_people_takes_the_place_of_the_answer(self):
        found = made(
            EXAMPLE | {"D3_human_error": 0.01}, at(human_baseline={"metric": "accuracy", "value": 0.96, "name": "Two"})
        )
        assert found.items.likely == 22_511

    def test_unknown_is_optimistic_and_said(self):
        answers = {key: value for key, value in EXAMPLE.items() if not key.startswith("D3")}
        found = made(answers, at())
        assert "cost_no_limit" in codes(found)
        assert found.items.likely < 22_511


class TestFlags:
    def test_more_than_exists(self):
        assert "cost_more_than_exists" in codes(made(EXAMPLE | {"C2_available": 20_000}, at()))

    def test_outside_the_range_of_the_pilot(self):
        assert "cost_outside_pilot" in codes(made(EXAMPLE, at(0.945)))

    def test_target_already_met(self):
        found = made(EXAMPLE, at(best_baseline={"metric": "accuracy", "value": 0.92, "name": "Rules"}))
        assert "cost_target_already_met" in codes(found)

    def test_a_metric_without_an_error_has_no_curve(self):
        found = made({"T1_day_rate": exact(400)}, at(200, metric="latency_p95"))
        assert "cost_no_curve" in codes(found)

    def test_a_rule_of_thumb_is_said_as_such(self):
        found = made({"C2_classes": 11, "C2_features": 60})
        assert (found.items.low, found.items.likely, found.items.high) == (1_100, 3_300, 11_000)
        assert found.items.basis == "rule_of_thumb"
        assert "cost_rule_of_thumb" in codes(found)

    def test_three_pilot_points_are_fitted_and_ask_for_rounds(self):
        points = [{"labelled": n, "error": 0.04 + 2 * n**-0.3} for n in (500, 1_000, 2_000)]
        found = made(EXAMPLE | {"C3_pilot": points}, at())
        assert found.items.basis == "pilot_fit"
        assert "cost_collect_in_rounds" in codes(found)

    def test_every_flag_and_refusal_has_a_sentence(self):
        """The codes are found in the source, so that a new one without a sentence fails here."""
        source = "".join(
            file.read_text() for file in files("mlcanvas.domain.estimate").iterdir() if file.name.endswith(".py")
        )
        for code in set(re.findall(r'"((?:cost|range)_[a-z_]+)"', source)):
            assert catalog.sentence(code)


class TestOutsideView:
    def test_no_register_starts_at_the_upper_bound(self):
        view = made(EXAMPLE, at()).outside_view
        assert (view.ratio, view.uplift) == (1, 0.45)

    def test_the_uplift_follows_current_over_inherent_risk(self):
        found = made(EXAMPLE, at(risk_ratio=0.4))
        assert found.outside_view.uplift == pytest.approx(0.10 + 0.35 * 0.4)
        assert found.outside_view.p80 == pytest.approx(found.p80 * 1.24, abs=0.01)

    def test_never_below_the_lower_and_never_above_the_upper_bound(self):
        assert made(EXAMPLE, at(risk_ratio=0)).outside_view.uplift == pytest.approx(0.10)
        assert made(EXAMPLE, at(risk_ratio=3)).outside_view.uplift == pytest.approx(0.45)

    def test_a_novel_project_starts_at_200_per_cent(self):
        assert made(EXAMPLE | {"T1_reference": "novel"}, at()).outside_view.uplift == pytest.approx(2.0)


class TestWorth:
    answers = EXAMPLE | {
        "A2_decisions": exact(1_000),
        "A2_false_positive": exact(10),
        "A2_false_negative": exact(50),
        "A2_missed_share": exact(25),
    }
    baseline = {"metric": "accuracy", "value": 0.8, "name": "Rules"}

    def test_fewer_errors_times_what_one_costs(self):
        worth = made(self.answers, at(best_baseline=self.baseline)).worth
        assert worth.likely == pytest.approx(12 * 1_000 * 0.1 * (0.75 * 10 + 0.25 * 50))

    def test_work_saved_counts_per_decision(self):
        worth = made(EXAMPLE | {"A2_decisions": exact(1_000), "A2_gain": exact(2)}, at()).worth
        assert worth.likely == 24_000

    def test_payback_is_build_over_net(self):
        found = made(self.answers | {"A2_gain": exact(20)}, at(best_baseline=self.baseline))
        run = found.line("run").p50
        assert found.worth.net == pytest.approx(found.worth.likely - run, abs=0.01)
        assert found.worth.payback_years == pytest.approx((found.p50 - run) / found.worth.net, abs=0.01)

    def test_a_value_below_the_run_cost_never_pays_back(self):
        found = made(EXAMPLE | {"A2_decisions": exact(10), "A2_gain": exact(1)}, at())
        assert found.worth.payback_years is None
        assert "cost_never_pays_back" in codes(found)

    def test_not_asked_for_is_not_made_up(self):
        assert made(EXAMPLE, at()).worth is None
        assert made(EXAMPLE | {"A2_decisions": exact(1_000)}, at()).worth is None


class TestCurrency:
    def test_default_prices_are_turned_by_the_dated_rates(self):
        answers = {"T1_days_scope": exact(5)}
        euro, real = (made(answers, Context(currency)) for currency in ("EUR", "BRL"))
        assert real.line("deployment").likely == pytest.approx(6.3 * euro.line("deployment").likely, abs=0.05)
        assert "exchange_rate:BRL" in {figure.key for figure in real.inputs}
        assert real.line("deployment").p50 == pytest.approx(6.3 * euro.line("deployment").p50, rel=1e-4)

    def test_a_currency_without_a_rate_is_refused(self):
        with pytest.raises(Refused, match="cost_currency"):
            made({"O1_horizon": 1}, Context("XAU"))


class TestImpossible:
    def test_a_target_that_the_metric_cannot_have(self):
        with pytest.raises(Refused, match="cost_target_impossible"):
            made(EXAMPLE, at(92))

    def test_more_items_than_there_can_be(self):
        with pytest.raises(Refused, match="cost_target_out_of_reach"):
            made(EXAMPLE, at(0.95999))


class TestAccept:
    @pytest.mark.parametrize(
        ("key", "value", "stored"),
        [
            ("D1_industry", "same", "same"),
            ("D1_industry", "unknown", "unknown"),
            ("O1_horizon", 3.0, 3),
            ("O1_horizon", "unknown", "unknown"),
            ("T1_day_rate", {"high": 3.0, "low": 1, "likely": 2.5}, {"low": 1, "likely": 2.5, "high": 3}),
            (
                "C3_pilot",
                [{"labelled": 2, "error": 0.5}, {"labelled": 1, "error": 0.9}],
                [{"labelled": 1, "error": 0.9}, {"labelled": 2, "error": 0.5}],
            ),
            ("C3_pilot", [], []),
        ],
    )
    def test_what_is_right_is_kept(self, key, value, stored):
        assert accept(QUESTIONS, key, value) == stored

    @pytest.mark.parametrize(
        ("key", "value", "code", "path"),
        [
            ("D9", 1, "cost_question_unknown", "costs.answers.D9"),
            ("D1_industry", "maybe", "cost_not_a_choice", "costs.answers.D1_industry"),
            ("D1_industry", 1, "cost_not_a_choice", "costs.answers.D1_industry"),
            ("O1_horizon", "three", "cost_not_a_number", "costs.answers.O1_horizon"),
            ("O1_horizon", True, "cost_not_a_number", "costs.answers.O1_horizon"),
            ("O1_horizon", math.nan, "cost_not_a_number", "costs.answers.O1_horizon"),
            ("O1_horizon", math.inf, "cost_not_a_number", "costs.answers.O1_horizon"),
            ("O1_horizon", -1, "cost_negative", "costs.answers.O1_horizon"),
            ("O1_horizon", 10**15, "cost_too_large", "costs.answers.O1_horizon"),
            ("O1_horizon", 10**4000, "cost_too_large", "costs.answers.O1_horizon"),
            ("T1_day_rate", 5, "cost_not_a_range", "costs.answers.T1_day_rate"),
            ("T1_day_rate", {"low": 1, "likely": 2}, "cost_not_a_range", "costs.answers.T1_day_rate"),
            ("T1_day_rate", spread(3, 2, 4), "cost_range_order", "costs.answers.T1_day_rate.low"),
            ("T1_day_rate", spread(1, 5, 4), "cost_range_order", "costs.answers.T1_day_rate.high"),
            ("T1_day_rate", spread(-1, 2, 4), "cost_negative", "costs.answers.T1_day_rate.low"),
            ("D4_requests", spread(0, 2, 4), "cost_zero", "costs.answers.D4_requests.low"),
            ("C4_auto_share", spread(0, 20, 120), "cost_share", "costs.answers.C4_auto_share.high"),
            ("C3_pilot", {"labelled": 1}, "cost_pilot_shape", "costs.pilot"),
            ("C3_pilot", [{"labelled": 1}], "cost_pilot_shape", "costs.pilot.0"),
            ("C3_pilot", [{"labelled": 0, "error": 0.1}], "cost_zero", "costs.pilot.0.labelled"),
            ("C3_pilot", [{"labelled": 1e13, "error": 0.1}], "cost_too_large", "costs.pilot.0.labelled"),
            ("C3_pilot", [{"labelled": 5, "error": 0}], "cost_pilot_error", "costs.pilot.0.error"),
            ("C3_pilot", [{"labelled": 5, "error": 1e300}], "cost_too_large", "costs.pilot.0.error"),
            ("C3_pilot", [{"labelled": 5, "error": 0.1}] * 51, "cost_pilot_many", "costs.pilot"),
        ],
    )
    def test_what_is_wrong_is_refused_at_its_place(self, key, value, code, path):
        with pytest.raises(Refused) as refused:
            accept(QUESTIONS, key, value)
        assert (refused.value.code, refused.value.path) == (code, path)
        assert catalog.sentence(code).pt_BR.format(**refused.value.values)

    @given(st.sampled_from([question.key for question in QUESTIONS.questions]), ANYTHING)
    @settings(max_examples=400, deadline=None)
    def test_anything_is_either_refused_or_estimated_from(self, key, value):
        try:
            found = made({key: value}, draws=100)
        except Refused:
            return
        assert math.isfinite(found.p90)
        assert found.p10 <= found.p90


class TestCatalogue:
    def test_keys_of_groups_are_used(self):
        for group in QUESTIONS.groups:
            assert QUESTIONS.of_group(group.key)

    def test_assumptions_are_wide_and_cited_figures_have_an_address(self):
        for _place, figure in QUESTIONS.figures():
            source = QUESTIONS.source(figure.source)
            assert (figure.origin == "assumption") == (source.key == "ours")
            assert source.date
            assert bool(source.url) == (source.key != "ours")

    @pytest.mark.parametrize(
        ("old", "new", "message"),
        [
            ('group = "team"', 'group = "people"', "unknown group 'people'"),
            ('source = "gpu_prices"', 'source = "hearsay"', "unknown source 'hearsay'"),
            ('fact = "human_baseline"', 'fact = "humans"', "unknown fact 'humans'"),
            ('key = "D1_academia"', 'key = "D1_industry"', "given twice"),
            ("low = 250, likely = 500", "low = 450, likely = 500", "at least x0.5 and x2"),
            ('archetype = "autonomous"', 'archetype = "alone"', "no figures for archetype autonomous"),
        ],
    )
    def test_a_mistake_names_its_place(self, monkeypatch, old, new, message):
        text = files("mlcanvas.catalog").joinpath("costs.toml").read_text()
        assert old in text
        broken = reading.parse(text.replace(old, new, 1), "costs.toml", Questionnaire)
        monkeypatch.setattr(costs, "read", lambda *_: broken)
        with pytest.raises(reading.Mistake, match=message):
            costs.cost_questionnaire.__wrapped__()

    def test_unknown_keys_are_errors_of_the_code(self):
        for call in (QUESTIONS.source, QUESTIONS.label, QUESTIONS.question("D1_code").option):
            with pytest.raises(KeyError):
                call("nonsense")
        assert QUESTIONS.question("nonsense") is None

    def test_results_are_frozen(self):
        with pytest.raises(dataclasses.FrozenInstanceError):
            made(EXAMPLE, at()).p50 = 1
