"""What a workspace sets: every place, what is refused, and that an estimate names it and comes back to the cent."""

import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlcanvas import catalog
from mlcanvas.domain.canonical import canonical_json
from mlcanvas.domain.estimate import Context, Own, Rates, Target, accept, estimate, rates_of
from mlcanvas.domain.estimate import rates as rules
from mlcanvas.domain.estimate.accuracy import accuracy_cost
from mlcanvas.domain.estimate.breakdown import chances
from mlcanvas.domain.estimate.calibration import Fit, LineFit
from mlcanvas.domain.estimate.sensitivity import sensitivity
from mlcanvas.domain.refusal import Refused

QUESTIONS = catalog.cost_questionnaire()
SETTINGS = rules.settings(QUESTIONS)
ANSWERS = {"O1_horizon": 2, "D1_industry": "same", "D4_hardware": "h100", "T1_reference": "novel"}


def own(place, low, likely=None, high=None, currency=None):
    likely = low if likely is None else likely
    return Own(place, low, likely, likely if high is None else high, "Contract 17", "2026-10-01", currency)


NOTHING_SET = Rates()


def made(rates=NOTHING_SET, answers=ANSWERS, currency="EUR", **facts):
    held = {key: accept(QUESTIONS, key, value) for key, value in answers.items()}
    target = Target(catalog.metrics().get("accuracy"), 0.9)
    return estimate(held, Context(currency, target, facts, rates), QUESTIONS, 7, 1_000)


def named(found, key):
    return next(figure for figure in found.inputs if figure.key == key)


class TestSettings:
    def test_every_figure_factor_and_rate_of_the_catalogue_is_there(self):
        assert {place for place, _figure in QUESTIONS.figures()} <= set(SETTINGS)
        factors = sum(option.factor is not None for q in QUESTIONS.questions for option in q.options)
        assert sum(place.endswith(".factor") for place in SETTINGS) == factors
        assert {f"rates.{code}" for code in QUESTIONS.currencies} - {"rates.EUR"} <= set(SETTINGS)

    @pytest.mark.parametrize("place", SETTINGS)
    def test_each_is_set_and_read_back(self, place):
        """Whatever is set stands where the catalogue's figure stood, and nothing else moves."""
        setting = SETTINGS[place]
        value = {"low": setting.value.low, "likely": setting.value.likely, "high": setting.value.high}
        changed = {
            end: number * 0.9 if number * 0.9 >= setting.least else number * 1.1 for end, number in value.items()
        }
        if place == "model.working_days":
            changed = dict.fromkeys(changed, 200)
        accepted = rules.accept(QUESTIONS, place, changed, currency="BRL", source="Contract 17", dated="2026-10-01")
        after = rules.settings(rules.over(QUESTIONS, [accepted]))
        found = after[place].value
        assert (found.low, found.likely, found.high) == pytest.approx(tuple(changed.values()))
        assert after[place].currency == ("BRL" if setting.currency else None)
        assert {key: each.value for key, each in after.items() if key != place} == {
            key: each.value for key, each in SETTINGS.items() if key != place
        }

    def test_the_catalogues_own_values_are_accepted_everywhere(self):
        for place, setting in SETTINGS.items():
            ends = dataclasses.asdict(setting.value)
            if setting.above and setting.value.low <= setting.least:
                continue
            rules.accept(QUESTIONS, place, ends, currency="EUR", source="x", dated="2026-10-01")

    def test_places_of_the_past_are_passed_over(self):
        assert rules.over(QUESTIONS, [own("Z9_gone", 1), own("rates.XXX", 2)]).model == QUESTIONS.model


class TestAccept:
    @pytest.mark.parametrize(
        ("place", "value", "code", "path"),
        [
            ("nothing", {"likely": 1}, "rate_unknown", "place"),
            ("T1_day_rate", {"low": 3, "likely": 2, "high": 4}, "cost_range_order", "low"),
            ("T1_day_rate", {"low": 1, "likely": 5, "high": 4}, "cost_range_order", "high"),
            ("T1_day_rate", {"low": -1, "likely": 5, "high": 6}, "cost_negative", "low"),
            ("T1_day_rate", {"low": 1, "likely": float("nan"), "high": 6}, "cost_not_a_number", "likely"),
            ("T1_day_rate", {"low": 1, "likely": 5}, "cost_not_a_number", "high"),
            ("T1_day_rate", {"low": 1, "likely": 5, "high": 1e16}, "cost_too_large", "high"),
            ("C4_auto_share", {"low": 1, "likely": 5, "high": 101}, "cost_too_large", "high"),
            ("D1_industry.same.factor", {"likely": 0}, "rate_too_small", "likely"),
            ("model.rho", {"likely": 1.01}, "cost_too_large", "likely"),
            ("rates.USD", {"likely": 0}, "rate_too_small", "likely"),
            ("cone.scope_open.high", {"likely": 0.9}, "rate_too_small", "likely"),
            ("cone.scope_open.low", {"likely": 1.1}, "cost_too_large", "likely"),
            ("exponents.scratch", {"low": 0, "likely": 0.2, "high": 0.3}, "rate_too_small", "low"),
            ("model.accuracy_factor", {"low": 0.5, "likely": 2, "high": 3}, "rate_too_small", "low"),
        ],
    )
    def test_what_is_refused_and_where(self, place, value, code, path):
        with pytest.raises(Refused) as refused:
            rules.accept(QUESTIONS, place, value, currency="EUR", source="x", dated="2026-10-01")
        assert (refused.value.code, refused.value.path) == (code, path)

    @pytest.mark.parametrize(
        ("more", "code", "path"),
        [
            ({"source": "  "}, "rate_source_missing", "source"),
            ({"source": "x" * 301}, "text_too_long", "source"),
            ({"dated": "2026-13-01"}, "rate_date", "dated"),
            ({"currency": "XXX"}, "cost_currency", "likely"),
        ],
    )
    def test_source_date_and_currency(self, more, code, path):
        asked = {"currency": "EUR", "source": "x", "dated": "2026-10-01"} | more
        with pytest.raises(Refused) as refused:
            rules.accept(QUESTIONS, "T1_day_rate", {"low": 1, "likely": 2, "high": 3}, **asked)
        assert (refused.value.code, refused.value.path) == (code, path)

    @given(st.sampled_from(sorted(SETTINGS)), st.floats() | st.integers() | st.text(max_size=3) | st.none())
    def test_anything_is_taken_or_refused(self, place, value):
        try:
            found = rules.accept(
                QUESTIONS, place, dict.fromkeys(("low", "likely", "high"), value),
                currency="EUR", source="x", dated="2026-10-01",
            )  # fmt: skip
        except Refused:
            return
        rules.settings(rules.over(QUESTIONS, [found]))


class TestEstimate:
    def test_a_price_of_the_workspace_takes_the_place_of_the_default_and_says_so(self):
        found = made(Rates((own("T1_day_rate", 600, 800, 1000, "EUR"),)))
        rate = named(found, "T1_day_rate")
        assert (rate.value.low, rate.value.likely, rate.value.high) == (600, 800, 1000)
        assert (rate.origin, rate.source) == ("workspace", "own:T1_day_rate")
        assert found.p50 > made().p50

    def test_an_answer_goes_before_it(self):
        answers = ANSWERS | {"T1_day_rate": {"low": 380, "likely": 450, "high": 600}}
        plain, own_rate = made(answers=answers), made(Rates((own("T1_day_rate", 9, 9, 9, "EUR"),)), answers)
        assert plain.p50 == own_rate.p50
        assert named(own_rate, "T1_day_rate").origin == "answer"

    def test_money_of_the_workspace_is_turned_into_the_projects(self):
        found = made(Rates((own("T1_day_rate", 630, 630, 630, "BRL"), own("rates.BRL", 6.3))), currency="EUR")
        assert named(found, "T1_day_rate").value.likely == pytest.approx(100)
        assert named(found, "exchange_rate:BRL").source == "own:rates.BRL"

    @pytest.mark.parametrize(
        ("place", "value", "key"),
        [
            ("D1_industry.same.factor", 0.5, "D1_industry"),
            ("D4_hardware.h100", 9, "machine_hour"),
            ("model.rho", 0.6, "rho"),
            ("model.working_days", 200, "working_days"),
            ("references.novel.upper", 90, "outside_upper"),
            ("cone.scope_open.high", 6, "cone"),
            ("base_days.human_in_loop.data", 50, "T1_days_data"),
            ("C6_stability.unknown", 1.1, "C6_stability"),
        ],
    )
    def test_every_kind_of_figure_names_the_workspace(self, place, value, key):
        currency = "USD" if place == "D4_hardware.h100" else None
        found = made(Rates((own(place, value, currency=currency),)))
        assert named(found, key).origin == "workspace"
        assert named(found, key).source == f"own:{place}"

    def test_slopes_too(self):
        answers = ANSWERS | {"C3_pilot": [{"labelled": 2000, "error": 0.18}], "D4_start": "scratch"}
        found = made(Rates((own("exponents.scratch", 0.1, 0.2, 0.3),)), answers)
        assert named(found, "slope").source == "own:exponents.scratch"
        assert found.items.likely > made(answers=answers).items.likely

    def test_a_correction_moves_its_line_and_is_named(self):
        fit = Fit((LineFit("engineering", 1.5, 1.2, 7),), 0.5, 7, 2, "2026-11-27")
        plain, found = made(), made(Rates(fit=fit))
        assert found.line("engineering").p50 == pytest.approx(1.5 * plain.line("engineering").p50, rel=0.03)
        assert found.line("engineering").likely == plain.line("engineering").likely
        assert named(found, "rho").value.likely == 0.5
        assert named(found, "rho").source == "fit"
        assert named(found, "fit_bias:engineering").origin == "workspace"
        assert "fit_spread:engineering" in found.line("engineering").inputs
        assert found.fit.version == 2

    def test_every_picture_is_drawn_with_what_is_set(self):
        fit = Fit((LineFit("engineering", 1.5, 1.2, 7), LineFit("labels", 0.7, 1.3, 7)), 0.5, 7, 2, "2026-11-27")
        rates = Rates((own("T1_day_rate", 600, 800, 1000, "EUR"), own("exponents.scratch", 0.2, 0.3, 0.4)), fit)
        given = ANSWERS | {"C3_pilot": [{"labelled": 2000, "error": 0.18}], "D4_start": "scratch"}
        held = {key: accept(QUESTIONS, key, value) for key, value in given.items()}
        context = Context("EUR", Target(catalog.metrics().get("accuracy"), 0.9), {}, rates)
        found = estimate(held, context, QUESTIONS, 7, 1_000)
        assert sensitivity(held, context, QUESTIONS, 7, draws=1_000).p50 == found.p50
        assert dict(chances(held, context, QUESTIONS, 7, draws=1_000))[50] == found.p50
        curve = accuracy_cost(held, context, QUESTIONS, 7, today=0.8, draws=1_000)
        (point,) = (point for point in curve.points if point.value == 0.9)
        assert (point.p10, point.p50, point.p90) == (found.p10, found.p50, found.p90)
        assert point.p50 != made(answers=given).p50

    def test_a_workspace_that_sets_nothing_leaves_every_record_as_it_was(self):
        record = made().record()
        assert "own" not in record
        assert "fit" not in record

    def test_an_old_estimate_is_made_again_to_the_cent_from_its_record(self):
        fit = Fit((LineFit("run", 0.8, 1.4, 9),), 0.4, 9, 1, "2026-11-27")
        rates = Rates((own("T1_day_rate", 600, 800, 1000, "BRL"), own("model.rho", 0.1)), fit)
        stored = canonical_json(made(rates).record())
        again = made(rates_of(json.loads(stored)))
        assert canonical_json(again.record()) == stored

    def test_every_source_of_the_workspace_is_in_the_record(self):
        rates = Rates((own("T1_day_rate", 600, 800, 1000, "EUR"), own("model.rho", 0.1)))
        found = made(rates)
        places = {each.place for each in found.own}
        for figure in found.inputs:
            if figure.origin == "workspace":
                assert figure.source.removeprefix("own:") in places
