"""Tiers, value against feasibility, and the scores of the register."""

import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlcanvas import catalog
from mlcanvas.catalog import risks as reading
from mlcanvas.domain import risk
from mlcanvas.domain.refusal import Refused
from mlcanvas.domain.text import Text

MATRIX = catalog.risk_matrix()
LIBRARY = catalog.risk_library()
SCALE = MATRIX.scale

DATA = {"abundant": 1, "little": 2, "unavailable": 3}
NOVELTY = {"similar": 1, "semi_novel": 2, "novel": 3}
CUSTOMER = {"satisfied": 1, "semi_satisfied": 2, "unsatisfied": 3}
FEATURE = {"style_quality": 1, "quality_functional": 2, "functional": 3}

# Both rules written out by hand, so that the test does not repeat the code: level of one factor, then of the other.
WORST = {(1, 1): 1, (1, 2): 2, (1, 3): 3, (2, 1): 2, (2, 2): 2, (2, 3): 3, (3, 1): 3, (3, 2): 3, (3, 3): 3}
ROUNDED_MEAN = {(1, 1): 1, (1, 2): 2, (1, 3): 2, (2, 1): 2, (2, 2): 2, (2, 3): 3, (3, 1): 2, (3, 2): 3, (3, 3): 3}
TIERS = {(1, 1): 1, (1, 2): 2, (2, 1): 2, (1, 3): 3, (2, 2): 3, (3, 1): 3, (2, 3): 4, (3, 2): 4, (3, 3): 5}


def answers(data: str, novelty: str, customer: str, feature: str) -> dict[str, str]:
    return {
        "data_availability": data,
        "solution_novelty": novelty,
        "customer_satisfaction": customer,
        "feature_kind": feature,
    }


ALL = list(itertools.product(DATA, NOVELTY, CUSTOMER, FEATURE))


class TestTier:
    @pytest.mark.parametrize(("rule", "mixed"), [("max", WORST), ("mean", ROUNDED_MEAN)])
    @pytest.mark.parametrize(("data", "novelty", "customer", "feature"), ALL)
    def test_all_81_combinations(
        self, rule: risk.Rule, mixed: dict[tuple[int, int], int], data: str, novelty: str, customer: str, feature: str
    ) -> None:
        r = mixed[DATA[data], NOVELTY[novelty]]
        i = mixed[CUSTOMER[customer], FEATURE[feature]]
        placed = risk.place(MATRIX, answers(data, novelty, customer, feature), rule)
        assert (placed.risk_level, placed.severity_level, placed.tier) == (r, i, TIERS[r, i])
        assert placed.rule == rule
        assert placed.missing == ()

    def test_there_are_81(self) -> None:
        assert len(ALL) == 81

    @pytest.mark.parametrize("rule", ["max", "mean"])
    def test_raising_a_factor_never_lowers_the_tier(self, rule: risk.Rule) -> None:
        for combination in ALL:
            here = risk.place(MATRIX, answers(*combination), rule)
            for place, levels in enumerate((DATA, NOVELTY, CUSTOMER, FEATURE)):
                higher = [key for key, level in levels.items() if level == levels[combination[place]] + 1]
                for key in higher:
                    raised = (*combination[:place], key, *combination[place + 1 :])
                    there = risk.place(MATRIX, answers(*raised), rule)
                    assert there.tier is not None
                    assert here.tier is not None
                    assert there.tier >= here.tier

    def test_the_worst_answer_rule_is_never_milder_than_the_mean(self) -> None:
        for combination in ALL:
            cautious = risk.place(MATRIX, answers(*combination), "max").tier
            mean = risk.place(MATRIX, answers(*combination), "mean").tier
            assert cautious is not None
            assert mean is not None
            assert cautious >= mean

    def test_the_reasons_are_the_answers_that_decided(self) -> None:
        placed = risk.place(MATRIX, answers("little", "similar", "unsatisfied", "functional"))
        assert [(reason.factor, reason.answer) for reason in placed.reasons] == [
            ("data_availability", "little"),
            ("customer_satisfaction", "unsatisfied"),
            ("feature_kind", "functional"),
        ]

    def test_under_the_mean_every_answer_is_a_reason(self) -> None:
        assert len(risk.place(MATRIX, answers("little", "similar", "unsatisfied", "functional"), "mean").reasons) == 4

    def test_half_an_axis_gives_no_tier(self) -> None:
        given_ = answers("little", "similar", "unsatisfied", "functional")
        del given_["solution_novelty"]
        placed = risk.place(MATRIX, given_)
        assert (placed.risk_level, placed.severity_level, placed.tier) == (None, 3, None)
        assert placed.missing == ("solution_novelty",)

    def test_no_answers(self) -> None:
        placed = risk.place(MATRIX, {})
        assert placed.tier is None
        assert len(placed.missing) == placed.asked == 4

    def test_an_unknown_answer_is_refused_with_its_place(self) -> None:
        with pytest.raises(Refused) as refused:
            risk.place(MATRIX, {"data_availability": "plenty"})
        assert (refused.value.code, refused.value.path) == ("risk_unknown_answer", "matrix.data_availability")

    def test_the_names_of_the_tiers(self) -> None:
        assert [tier.name.en for tier in MATRIX.tiers] == ["Low", "Medium-low", "Medium", "High", "Critical"]
        assert [tier.name.pt_BR for tier in MATRIX.tiers] == ["Baixo", "Médio-baixo", "Médio", "Alto", "Crítico"]


class TestStanding:
    def test_each_point_is_worth_25(self) -> None:
        scores = risk.standing(MATRIX, {}, {"money": 4, "reach": 2, "team_skill": 1}, {})
        assert scores.value == 75
        assert scores.feasibility == 75
        assert (scores.value_answered, scores.risk_answered) == (2, 1)
        assert (scores.value_factors, scores.risk_factors) == (6, 12)

    def test_nothing_answered_gives_no_score(self) -> None:
        scores = risk.standing(MATRIX, {}, {}, {})
        assert (scores.value, scores.feasibility, scores.quadrant) == (None, None, None)

    @pytest.mark.parametrize(("level", "feasibility"), [("abundant", 100), ("little", 50), ("unavailable", 0)])
    def test_the_table_gives_points_to_feasibility(self, level: str, feasibility: float) -> None:
        assert risk.standing(MATRIX, {"data_availability": level}, {}, {}).feasibility == feasibility

    @pytest.mark.parametrize(("days", "points"), [(0, 0), (1, 1), (6, 1), (7, 2), (29, 2), (30, 3), (90, 4), (365, 4)])
    def test_the_delay_of_the_outcome_comes_from_its_fact(self, days: int, points: int) -> None:
        scores = risk.standing(MATRIX, {}, {}, {"label_delay_days": days})
        assert [row.points for row in scores.points if row.factor.key == "label_delay_points"] == [points]

    def test_a_fact_of_another_kind_gives_no_points(self) -> None:
        assert risk.standing(MATRIX, {}, {}, {"label_delay_days": "soon"}).risk_answered == 0

    def test_weights_count(self) -> None:
        heavy = tuple(replace(f, weight=3.0) if f.key == "money" else f for f in MATRIX.score_factors)
        scores = risk.standing(replace(MATRIX, score_factors=heavy), {}, {"money": 4, "reach": 0}, {})
        assert scores.value == 75

    @pytest.mark.parametrize(
        ("value", "feasibility", "quadrant"),
        [
            (50, 50, "do_first"),
            (100, 49.9, "de_risk"),
            (49.9, 50, "quick_win"),
            (0, 0, "do_not_start"),
            (None, 80, None),
            (80, None, None),
        ],
    )
    def test_quadrants(self, value: float | None, feasibility: float | None, quadrant: str | None) -> None:
        assert risk.quadrant_of(MATRIX, value, feasibility) == quadrant

    @pytest.mark.parametrize("points", [-1, 5])
    def test_points_outside_are_refused(self, points: int) -> None:
        with pytest.raises(Refused) as refused:
            risk.standing(MATRIX, {}, {"money": points}, {})
        assert (refused.value.code, refused.value.path) == ("risk_points_outside", "factors.money")

    @given(st.dictionaries(st.sampled_from([f.key for f in MATRIX.score_factors if f.asked]), st.integers(0, 4)))
    def test_scores_stay_between_0_and_100(self, factors: dict[str, int]) -> None:
        scores = risk.standing(MATRIX, {}, factors, {})
        for score in (scores.value, scores.feasibility):
            assert score is None or 0 <= score <= 100


class TestRegister:
    @pytest.mark.parametrize(
        ("score", "band"),
        [
            (1, "low"),
            (4, "low"),
            (5, "medium"),
            (9, "medium"),
            (10, "high"),
            (14, "high"),
            (15, "critical"),
            (25, "critical"),
        ],
    )
    def test_bands(self, score: int, band: str) -> None:
        assert SCALE.band(score).key == band

    def test_a_score_outside_the_bands_is_refused(self) -> None:
        with pytest.raises(Refused, match="risk_score_outside_bands"):
            SCALE.band(26)

    def test_without_a_current_position_nothing_was_done(self) -> None:
        where = risk.positions(SCALE, (4, 5), None, None)
        assert where.current == where.inherent
        assert where.target is None
        assert where.seen("target") == where.current

    def test_three_positions(self) -> None:
        where = risk.positions(SCALE, (4, 5), (3, 4), (1, 4))
        assert [where.seen(view).score for view in ("inherent", "current", "target")] == [20, 12, 4]

    @pytest.mark.parametrize(
        ("current", "target", "code", "path"),
        [
            (None, (4, 4), "risk_residual_above_inherent", "residual_likelihood"),
            ((5, 3), None, "risk_current_above_inherent", "current_likelihood"),
            ((0, 3), None, "risk_step_outside", "current_likelihood"),
            (None, (1, 6), "risk_step_outside", "residual_severity"),
        ],
    )
    def test_refusals(
        self, current: tuple[int, int] | None, target: tuple[int, int] | None, code: str, path: str
    ) -> None:
        with pytest.raises(Refused) as refused:
            risk.positions(SCALE, (3, 4), current, target)
        assert (refused.value.code, refused.value.path) == (code, path)
        assert catalog.sentence(code).en

    def test_a_risk_may_be_better_today_than_its_target(self) -> None:
        assert risk.positions(SCALE, (4, 4), (1, 2), (2, 2)).current.score == 2

    def test_the_ratio_of_an_empty_register_is_1(self) -> None:
        assert risk.risk_ratio([]) == 1

    def test_the_ratio_counts_what_is_done_not_what_is_planned(self) -> None:
        risks = [risk.positions(SCALE, (5, 4), (2, 5), (1, 1)), risk.positions(SCALE, (2, 5), None, (1, 1))]
        assert risk.risk_ratio(risks) == pytest.approx(20 / 30)

    @given(st.lists(st.tuples(*[st.integers(1, 5)] * 4)))
    def test_the_ratio_is_between_0_and_1(self, drawn: list[tuple[int, int, int, int]]) -> None:
        risks = []
        for likelihood, severity, now, then in drawn:
            if now * then <= likelihood * severity:
                risks.append(risk.positions(SCALE, (likelihood, severity), (now, then), None))
        assert 0 < risk.risk_ratio(risks) <= 1


class TestHeatMap:
    def test_every_cell_is_there_and_the_likeliest_row_is_on_top(self) -> None:
        picture = risk.heat_map(SCALE, [])
        assert [cell.address for cell in picture.rows[0]] == ["5x1", "5x2", "5x3", "5x4", "5x5"]
        assert [row[0].likelihood for row in picture.rows] == [5, 4, 3, 2, 1]
        assert picture.total == 0

    def test_risks_stand_in_their_cells_in_each_view(self) -> None:
        risks = [
            ("R01", risk.positions(SCALE, (5, 4), (4, 3), (1, 1))),
            ("R02", risk.positions(SCALE, (4, 3), None, None)),
        ]
        places = {
            view: {
                cell.address: cell.keys for row in risk.heat_map(SCALE, risks, view).rows for cell in row if cell.keys
            }
            for view in risk.VIEWS
        }
        assert places == {
            "inherent": {"5x4": ("R01",), "4x3": ("R02",)},
            "current": {"4x3": ("R01", "R02")},
            "target": {"1x1": ("R01",), "4x3": ("R02",)},
        }

    def test_the_cell_that_a_risk_has_left_is_known(self) -> None:
        risks = [("R01", risk.positions(SCALE, (5, 4), (4, 3), (1, 1)))]
        left = {
            view: [cell.address for row in risk.heat_map(SCALE, risks, view).rows for cell in row if cell.left]
            for view in risk.VIEWS
        }
        assert left == {"inherent": [], "current": ["5x4"], "target": ["4x3"]}

    def test_counts_run_from_the_worst_band_down(self) -> None:
        picture = risk.heat_map(SCALE, [("R01", risk.positions(SCALE, (5, 5), None, None))])
        assert [(band.key, count) for band, count in picture.counts] == [
            ("critical", 1),
            ("high", 0),
            ("medium", 0),
            ("low", 0),
        ]


class TestSuggestions:
    @pytest.mark.parametrize(
        ("answer", "keys"),
        [
            ({"data_availability": "little"}, ["R01", "R02"]),
            ({"data_availability": "unavailable"}, ["R01", "R02"]),
            ({"data_availability": "abundant"}, []),
            ({"solution_novelty": "novel"}, ["R10", "R24"]),
            ({"solution_novelty": "semi_novel"}, []),
            ({"label_delay_days": 30}, ["R07"]),
            ({"label_delay_days": 29}, []),
            ({"task_type": "generation"}, ["R17", "R40"]),
            ({"personal_data": "yes"}, ["R36"]),
            ({"people_affected": "decided"}, ["R34", "R35"]),
            ({"people_affected": "decided", "eu_reach": "yes"}, ["R34", "R35", "R37", "R38"]),
            ({"eu_reach": "yes"}, []),
            ({"legal_tier": "high"}, ["R34", "R35", "R37", "R38"]),
            ({"legal_tier": "prohibited"}, ["R34", "R35", "R37", "R38"]),
            ({"legal_tier": "transparency"}, ["R38"]),
            ({"legal_tier": "open"}, ["R37"]),
            ({"legal_tier": "minimal"}, []),
            ({"legal_tier": "outside"}, []),
            ({"has_heuristic_baseline": "no"}, ["R18"]),
            ({"has_heuristic_baseline": "yes"}, []),
            ({"p90_p50": 1.51}, ["R32"]),
            ({"p90_p50": 1.5}, []),
            ({}, []),
        ],
    )
    def test_what_each_answer_suggests(self, answer: dict[str, risk.Answer], keys: list[str]) -> None:
        assert [found.risk.key for found in risk.suggestions(LIBRARY, answer, [])] == keys

    def test_what_is_in_the_register_is_not_suggested(self) -> None:
        found = risk.suggestions(LIBRARY, {"data_availability": "little"}, ["R01"])
        assert [suggestion.risk.key for suggestion in found] == ["R02"]

    def test_the_reason_carries_its_answers(self) -> None:
        (found,) = risk.suggestions(LIBRARY, {"label_delay_days": 45}, [])
        assert found.answers == (("label_delay_days", 45),)

    def test_a_number_is_not_compared_with_a_word(self) -> None:
        assert not risk.Condition("label_delay_days", at_least=30).holds("long")
        assert not risk.Condition("label_delay_days", at_least=30).holds(answer=True)

    def test_yes_and_true_mean_the_same(self) -> None:
        assert risk.Condition("personal_data", among=("yes",)).holds(answer=True)
        assert risk.Condition("personal_data", among=("no",)).holds(answer=False)


class TestReadiness:
    def ready(self, answered: dict[str, str], factors: dict[str, int], cared: list[risk.Cared]) -> int:
        placed = risk.place(MATRIX, answered)
        scores = risk.standing(MATRIX, answered, factors, {"label_delay_days": 3})
        return risk.readiness(placed, scores, cared, len(cared))

    def test_nothing(self) -> None:
        scores = risk.standing(MATRIX, {}, {}, {})
        assert risk.readiness(risk.place(MATRIX, {}), scores, [], 0) == 0

    def test_everything(self) -> None:
        factors = {factor.key: 2 for factor in MATRIX.score_factors if factor.asked}
        full = answers("little", "similar", "satisfied", "functional")
        assert self.ready(full, factors, [risk.Cared(serious=True, owned=True, answered=True)]) == 100
        assert self.ready(full, factors, [risk.Cared(serious=True, owned=False, answered=True)]) == 80
        assert self.ready(full, factors, [risk.Cared(serious=False, owned=False, answered=False)]) == 100


class TestDefinitions:
    def test_forty_risks_in_both_languages(self) -> None:
        assert [entry.key for entry in LIBRARY.risks] == [f"R{number:02}" for number in range(1, 41)]
        for entry in LIBRARY.risks:
            for text in (entry.title, entry.cause, entry.event, entry.effect, entry.mitigation):
                assert text.en != text.pt_BR
            assert len(entry.title.en) <= 120

    def test_every_category_has_a_risk(self) -> None:
        assert {entry.category for entry in LIBRARY.risks} == {category.key for category in MATRIX.categories}

    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            ({"tiers": MATRIX.tiers[:4]}, "tiers: must be numbered 1 to 5"),
            ({"rules": MATRIX.rules[:1]}, "rules: must be max and mean"),
            ({"quadrants": MATRIX.quadrants[:3]}, "quadrants: each of the four corners"),
            ({"factors": (*MATRIX.factors, MATRIX.factors[0])}, "'data_availability' is there twice"),
            ({"factors": MATRIX.factors[:2]}, "both axes need at least one factor"),
            ({"factors": (replace(MATRIX.factors[0], key="task_type"),)}, "a fact has the same key"),
            (
                {"factors": (replace(MATRIX.factors[0], levels=MATRIX.factors[0].levels[:2]),)},
                "its levels must be 1, 2, 3",
            ),
            ({"scale": replace(SCALE, bands=SCALE.bands[1:])}, "medium must begin at 1"),
            ({"scale": replace(SCALE, bands=SCALE.bands[:3])}, "must end at 25"),
            ({"scale": replace(SCALE, likelihood=SCALE.likelihood[1:])}, "steps must count from 1"),
        ],
    )
    def test_a_contradiction_is_named(self, change: dict[str, object], reason: str) -> None:
        with pytest.raises(catalog.Mistake, match=reason):
            reading.check_matrix(replace(MATRIX, **change), catalog.facts())  # type: ignore[arg-type]

    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            ({"weight": 0.0}, "weight must be above 0"),
            ({"levels": ()}, "exactly one of levels"),
            ({"levels": (Text("a", "b"),)}, "five levels"),
            ({"levels": (), "from_matrix": risk.FromMatrix("luck", (0, 1, 2))}, "unknown factor 'luck'"),
            ({"levels": (), "from_matrix": risk.FromMatrix("feature_kind", (0, 9))}, "three points"),
            ({"levels": (), "from_fact": risk.FromFact("luck", (1, 2, 3, 4))}, "unknown fact 'luck'"),
            ({"levels": (), "from_fact": risk.FromFact("label_delay_days", (4, 3, 2, 1))}, "four rising steps"),
        ],
    )
    def test_a_mistaken_score_factor_is_named(self, change: dict[str, object], reason: str) -> None:
        first = replace(MATRIX.score_factors[0], **change)  # type: ignore[arg-type]
        with pytest.raises(catalog.Mistake, match=reason):
            reading.check_matrix(replace(MATRIX, score_factors=(first,)), catalog.facts())

    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            ({"category": "luck"}, "unknown category 'luck'"),
            ({"stage": "luck"}, "unknown stage 'luck'"),
            ({"likelihood": 6}, "unknown likelihood 6"),
        ],
    )
    def test_a_mistaken_starter_risk_is_named(self, change: dict[str, object], reason: str) -> None:
        first = replace(LIBRARY.risks[0], **change)  # type: ignore[arg-type]
        with pytest.raises(catalog.Mistake, match=reason):
            reading.check_library(replace(LIBRARY, risks=(first,)), MATRIX, catalog.facts())

    def test_an_unknown_framework_is_named(self) -> None:
        with pytest.raises(catalog.Mistake, match="unknown framework 'eu_ai_act'"):
            reading.check_library(replace(LIBRARY, frameworks=()), MATRIX, catalog.facts())

    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            ({"risks": ("R99",)}, "unknown risk 'R99'"),
            ({"when": ()}, "needs a condition"),
            ({"when": (risk.Condition("luck", among=("good",)),)}, "unknown factor or fact 'luck'"),
            ({"when": (risk.Condition("task_type", among=("luck",)),)}, "task_type cannot be 'luck'"),
            ({"when": (risk.Condition("task_type"),)}, "exactly one of among"),
            ({"reason": Text("{luck}", "{luck}")}, "which no condition asks"),
        ],
    )
    def test_a_mistaken_suggestion_is_named(self, change: dict[str, object], reason: str) -> None:
        first = replace(LIBRARY.suggestions[0], **change)  # type: ignore[arg-type]
        with pytest.raises(catalog.Mistake, match=reason):
            reading.check_library(replace(LIBRARY, suggestions=(first,)), MATRIX, catalog.facts())

    def test_unknown_keys_raise(self) -> None:
        for ask in (MATRIX.tier, MATRIX.factor, MATRIX.rule, MATRIX.quadrant):
            with pytest.raises(KeyError):
                ask("luck")  # type: ignore[arg-type]
        assert LIBRARY.risk("R99") is None


class TestMovements:
    def at(self, likelihood, severity):
        return risk.Positions(risk.Position(5, 5), risk.Position(likelihood, severity), None)

    def test_what_stays_is_left_out_and_the_rest_is_named_once(self):
        before = {"P01": self.at(4, 4), "P02": self.at(3, 3), "P03": self.at(2, 2)}
        after = {"P04": self.at(1, 1), "P02": self.at(3, 3), "P01": self.at(2, 4)}
        assert risk.movements(before, after) == (
            risk.Movement("P04", None, risk.Position(1, 1)),
            risk.Movement("P01", risk.Position(4, 4), risk.Position(2, 4)),
            risk.Movement("P03", risk.Position(2, 2), None),
        )
        assert risk.movements(before, before) == ()
