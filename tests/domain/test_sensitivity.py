"""What moves the estimate, and how the total is shared out."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlcanvas.domain.estimate import Context, accept, estimate
from mlcanvas.domain.estimate.breakdown import CHANCES, chances, periods
from mlcanvas.domain.estimate.estimation import draft
from mlcanvas.domain.estimate.sensitivity import sensitivity
from mlcanvas.domain.refusal import Refused
from tests.domain.test_estimate import EXAMPLE, QUESTIONS, at, exact, spread


def held(answers):
    return {key: accept(QUESTIONS, key, value) for key, value in answers.items()}


def moved(answers, context=None, **more):
    return sensitivity(held(answers), context or Context("EUR"), QUESTIONS, 1, **more)


THREE = {"T1_day_rate": spread(380, 450, 600), "O1_horizon": 2, "D1_industry": "similar"}


class TestDrivers:
    def test_p50_is_that_of_the_estimate(self):
        assert moved(THREE).p50 == estimate(held(THREE), Context("EUR"), QUESTIONS, 1).p50

    def test_an_end_is_the_estimate_with_that_answer(self):
        found = {driver.key: driver for driver in moved(EXAMPLE, at(), most=30).drivers}
        for end, days in (("at_low", 60), ("at_high", 180)):
            made = estimate(held(EXAMPLE | {"T1_days_modelling": exact(days)}), at(), QUESTIONS, 1)
            assert getattr(found["T1_days_modelling"], end) == made.p50

    def test_widest_first_and_ten_of_them(self):
        found = moved(THREE)
        swings = [driver.swing for driver in found.drivers]
        assert len(swings) == 10
        assert swings == sorted(swings, reverse=True)
        assert found.others > 0

    def test_what_is_exact_or_made_of_others_moves_nothing(self):
        baseline = {"metric": "accuracy", "value": 0.8, "name": "Rules"}
        answers = {key: value for key, value in EXAMPLE.items() if key != "T1_days_modelling"}
        keys = {driver.key for driver in moved(answers, at(best_baseline=baseline), most=99).drivers}
        assert "accuracy_factor" in keys
        assert keys.isdisjoint({"accuracy_multiplier", "rho", "O1_horizon", "C3_pilot", "target"})

    def test_the_cone_counts_where_it_widens_the_line(self):
        narrow = EXAMPLE | {"T1_days_modelling": exact(100)}
        found = {d.key: d for d in moved(narrow, at(stage="scope_open"), most=99).drivers}
        assert found["cone"].at_low < found["cone"].at_high
        wide = EXAMPLE | {"T1_days_modelling": spread(1, 100, 500)}
        assert "cone" not in {d.key for d in moved(wide, at(stage="modelling_passed"), most=99).drivers}

    def test_the_band_of_a_fit_is_an_input(self):
        points = [{"labelled": n, "error": e} for n, e in ((500, 0.3), (1_000, 0.25), (2_000, 0.19), (4_000, 0.17))]
        keys = {d.key for d in moved(EXAMPLE | {"C3_pilot": points}, at(), most=99).drivers}
        assert "items" in keys
        assert "slope" not in keys

    def test_an_end_that_cannot_be_had_stands_first_and_says_why(self):
        answers = EXAMPLE | {"D4_start": "scratch", "C3_pilot": [{"labelled": 100_000, "error": 0.5}]}
        first = moved(answers, at(0.95)).drivers[0]
        assert (first.key, first.refused) == ("slope", "cost_target_out_of_reach")
        assert None in (first.at_low, first.at_high)

    def test_it_refuses_as_the_estimate_does(self):
        with pytest.raises(Refused, match="cost_nothing_answered"):
            moved({})


class TestNarrowing:
    def test_it_names_an_open_question_and_how_much_it_narrows(self):
        found = moved(THREE).narrowing
        assert found.question not in THREE
        assert 0 < found.then < found.now
        assert 0 < found.share < 1

    def test_a_question_that_somebody_does_not_know_is_open(self):
        question = moved(THREE).narrowing.question
        assert moved(THREE | {question: "unknown"}).narrowing.question == question

    def test_answering_it_is_not_proposed_again(self):
        question = moved(THREE).narrowing.question
        figure = QUESTIONS.question(question).figure
        assert moved(THREE | {question: exact(figure.likely)}).narrowing.question != question


@given(
    key=st.sampled_from(["C5_seconds", "C5_hourly", "T1_days_modelling", "C1_purchase"]),
    end=st.sampled_from(["low", "likely", "high"]),
)
@settings(max_examples=12, deadline=None)
def test_a_pinned_input_is_the_exact_answer(key, end):
    pinned = draft(held(EXAMPLE), at(), QUESTIONS, {key: end}).limits()
    answered = draft(held(EXAMPLE | {key: exact(EXAMPLE[key][end])}), at(), QUESTIONS).limits()
    assert pinned == answered


class TestChances:
    def test_they_hold_the_percentiles_of_the_estimate(self):
        found = dict(chances(held(EXAMPLE), at(), QUESTIONS, 1))
        made = estimate(held(EXAMPLE), at(), QUESTIONS, 1)
        assert (found[10], found[50], found[80], found[90]) == (made.p10, made.p50, made.p80, made.p90)
        assert list(found) == list(CHANCES)
        assert list(found.values()) == sorted(found.values())


class TestPeriods:
    def shared(self, **changes):
        return estimate(held(EXAMPLE | changes), at(), QUESTIONS, 1).record()

    @pytest.mark.parametrize("years", [0, 0.5, 1, 2.25, 3])
    def test_together_they_are_p50(self, years):
        result = self.shared(O1_horizon=years)
        found = periods(result)
        assert sum(period.amount for period in found) == pytest.approx(result["p50"])
        assert [period.year for period in found] == list(range(len(found)))
        assert sum(period.length for period in found[1:]) == pytest.approx(years)

    def test_many_years_are_told_as_one_that_repeats(self):
        result = self.shared(O1_horizon=20.5)
        launch, each, rest = periods(result)
        assert (each.times, rest.year, rest.length) == (20, 21, 0.5)
        assert launch.amount + each.times * each.amount + rest.amount == pytest.approx(result["p50"])

    def test_a_part_of_a_year_costs_that_part(self):
        _launch, first, second = periods(self.shared(O1_horizon=1.5))
        assert second.length == 0.5
        assert second.amount == pytest.approx(first.amount / 2)

    def test_only_the_run_line_is_spent_after_launch(self):
        launch, year = periods(self.shared(O1_horizon=1))
        assert {key.partition(".")[0] for key, _ in year.parts} == {"run"}
        assert "run" not in {key.partition(".")[0] for key, _ in launch.parts}

    def test_a_line_of_which_nothing_is_likely_is_still_there(self):
        line = {"key": "acquisition", "mean": 10.0, "parts": [{"key": "acquisition.purchase", "likely": 0.0}]}
        assert periods({"lines": [line], "p50": 8.0, "years": 0})[0].parts == (("acquisition", 8.0),)

    def test_nothing_costs_nothing(self):
        assert periods({"lines": [{"key": "run", "mean": 0.0, "parts": []}], "p50": 0.0, "years": 1}) == ()
