"""How ranges held, and what finished projects correct: the closed forms, the limits, and the promise of 8 in 10."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlcanvas.domain.estimate.calibration import (
    BIAS_LIMITS,
    LEAST,
    RHO_LIMITS,
    SPREAD_LIMITS,
    Finished,
    Fit,
    LineFit,
    Range,
    Spent,
    corrected,
    coverage,
    fit,
    line_range,
    share,
)
from mlcanvas.domain.estimate.ranges import Triple, bounds, quantile
from mlcanvas.domain.estimate.simulation import Limits, simulate

KEYS = ["labels", "acquisition", "engineering", "training", "deployment", "run"]
SAID = Range(50, 100, 200)


def project(*actuals, said=SAID, keys=KEYS):
    lines = tuple(Spent(key, said, said, actual) for key, actual in zip(keys, actuals, strict=False))
    return Finished("Returns", lines, Range(100, 300, 600), sum(actuals))


class TestShare:
    @pytest.mark.parametrize(
        ("hits", "count", "low", "high"),
        [(6, 7, 0.4869, 0.9743), (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (80, 100, 0.7112, 0.8666)],
    )
    def test_it_is_wilsons_interval(self, hits, count, low, high):
        found = share(hits, count)
        assert (found.low, found.high) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))
        assert found.part == hits / count

    def test_nothing_says_nothing(self):
        assert (share(0, 0).low, share(0, 0).high, share(0, 0).part) == (0.0, 1.0, None)

    @given(st.integers(1, 500).flatmap(lambda count: st.tuples(st.integers(0, count), st.just(count))))
    def test_it_holds_the_share_and_lies_between_none_and_all(self, pair):
        found = share(*pair)
        assert 0 <= found.low <= found.part <= found.high <= 1


class TestCoverage:
    @pytest.mark.parametrize(
        ("actual", "side"), [(49.99, "below"), (50, "inside"), (200, "inside"), (200.01, "above"), (0, "below")]
    )
    def test_the_ends_belong_to_the_range(self, actual, side):
        assert SAID.side(actual) == side

    def test_total_first_then_the_lines_that_were_planned(self):
        found = coverage([project(60, 10), project(99, 300)], KEYS)
        assert [(each.key, each.inside.hits, each.below_middle.hits) for each in found] == [
            ("", 1, 1),
            ("labels", 2, 2),
            ("acquisition", 0, 1),
        ]
        assert all(each.inside.count == 2 for each in found)


class TestCorrected:
    def test_middle_and_ends_move_by_the_formula(self):
        moved = corrected(np.array([50.0, 100.0, 200.0]), 100.0, 1.5, 2.0)
        assert moved == pytest.approx([150 * 0.25, 150.0, 150 * 4])

    @given(
        st.lists(st.floats(0, 1e9), min_size=2, max_size=20),
        st.floats(1, 1e9),
        st.floats(*BIAS_LIMITS),
        st.floats(*SPREAD_LIMITS),
    )
    def test_the_order_of_the_draws_stays(self, values, middle, bias, spread):
        moved = corrected(np.sort(np.array(values)), middle, bias, spread)
        assert np.all(np.diff(moved) >= 0)
        assert np.all(np.isfinite(moved))

    def test_nothing_is_corrected_without_a_middle_or_a_correction(self):
        values = np.array([0.0, 3.0])
        assert corrected(values, 0.0, 2, 2) is values
        assert corrected(values, 1.0, 1, 1) is values

    def test_a_simulation_moves_its_percentiles_so(self):
        triple = bounds(Triple(50, 100, 250))
        plain = simulate([Limits("a", triple)], 0.3, 1).line("a")
        moved = simulate([Limits("a", triple, 1.5, 2.0)], 0.3, 1).line("a")
        middle = quantile(triple, 0.5)
        for name in ("p10", "p50", "p90"):
            wanted = 1.5 * middle * (getattr(plain, name) / middle) ** 2
            assert getattr(moved, name) == pytest.approx(wanted, rel=1e-3)

    def test_a_correction_of_one_line_moves_no_other(self):
        lines = [Limits("a", Triple(1, 2, 3)), Limits("b", Triple(1, 2, 3))]
        moved = [Limits("a", Triple(1, 2, 3), 2.0), Limits("b", Triple(1, 2, 3))]
        assert simulate(lines, 0.3, 1).line("b") == simulate(moved, 0.3, 1).line("b")

    def test_line_ranges_are_the_quantiles_of_the_distribution(self):
        triple = Triple(50, 100, 250)
        found = line_range(triple)
        drawn = simulate([Limits("a", bounds(triple))], 0.0, 3, 100_000).line("a")
        assert (found.p10, found.p50, found.p90) == pytest.approx((drawn.p10, drawn.p50, drawn.p90), rel=0.02)


class TestFit:
    def test_too_few_projects_propose_nothing(self):
        assert fit([project(100, 100)] * (LEAST - 1), KEYS, 0.3) is None
        assert fit([], KEYS, 0.3) is None

    def test_a_line_with_too_few_amounts_stays_as_it_is(self):
        found = fit([project(100, 100)] * 2 + [project(100)] * LEAST, KEYS, 0.3)
        assert [line.key for line in found.lines] == ["labels"]
        assert found.line("acquisition") is None
        assert found.projects == LEAST + 2

    def test_half_of_what_five_projects_say_is_taken_over(self):
        """All lines double: the weight of five projects is 5 / (5 + 5), and the lines agree."""
        found = fit([project(200, 200)] * 5, KEYS, 0.3)
        own, together = 5 / 15, 10 / 15 * 0.5
        assert found.line("labels").bias == pytest.approx(2 ** (own + together), abs=1e-4)

    def test_many_projects_outweigh_the_rules(self):
        found = fit([project(200, 200)] * 1000, KEYS, 0.3)
        assert found.line("labels").bias == pytest.approx(2, rel=0.01)

    def test_the_width_is_worked_by_hand(self):
        """Actuals at 100 x 2^(-1, 0, 1) of a range of 50 to 200: the mean distance is 2/3 of the range's half."""
        found = fit([project(actual) for actual in (50, 100, 200) * 20], ["labels"], 0.3)
        assert found.line("labels").bias == 1
        student = 1.2816 * (1 + 0.0112)  # t with 59 degrees of freedom: 1.2961
        reach = 2 / 3 * math.sqrt(math.pi / 2) * student * math.sqrt(1 + 1 / 60)
        drawn = (60 / 70 + 10 / 70 * 60 / 65) * math.log(reach)
        assert found.line("labels").spread == pytest.approx(math.exp(drawn), abs=2e-3)

    def test_one_disaster_does_not_move_the_middle(self):
        calm = fit([project(100)] * 9, ["labels"], 0.3)
        shaken = fit([project(100)] * 8 + [project(1e9)], ["labels"], 0.3)
        assert shaken.line("labels").bias == calm.line("labels").bias == 1

    def test_an_actual_of_nothing_and_a_line_that_may_be_free_are_read(self):
        free = Range(0, 100, 300)
        found = fit([project(0, said=free), *[project(100, said=free)] * 6], ["labels"], 0.3)
        assert math.isfinite(found.line("labels").spread)
        assert fit([project(0, said=Range(0, 0, 0))] * 9, ["labels"], 0.3) is None

    @given(
        st.lists(
            st.lists(st.floats(0, 1e12), min_size=2, max_size=2),
            min_size=LEAST,
            max_size=30,
        ),
        st.floats(0, 1),
    )
    def test_whatever_happened_the_corrections_are_bounded(self, histories, rho):
        found = fit([project(*actuals) for actuals in histories], KEYS, rho)
        assert RHO_LIMITS[0] <= found.rho <= max(RHO_LIMITS[1], rho)
        for line in found.lines:
            assert BIAS_LIMITS[0] <= line.bias <= BIAS_LIMITS[1]
            assert SPREAD_LIMITS[0] <= line.spread <= SPREAD_LIMITS[1]

    def test_a_second_fit_does_not_correct_the_first(self):
        """It reads the bare range, so what the first one did to the shown range changes nothing."""
        bare = [project(200)] * 9
        shown = [
            Finished("x", (Spent("labels", SAID, Range(100, 190, 400), 200),), Range(1, 2, 3), 200) for _ in range(9)
        ]
        assert fit(bare, ["labels"], 0.3) == fit(shown, ["labels"], 0.3)


# Four shapes of ranges, so that the tables of quantiles are few; the scale is each project's own.
SHAPES = [Triple(0.5, 1, 2), Triple(0.6, 1, 1.5), Triple(0.4, 1, 3), Triple(0.7, 1, 1.8)]
RANGES = [line_range(shape) for shape in SHAPES]
BIAS = np.array([1.6, 1.2, 1.4, 2.0, 1.1, 0.8])
SPREAD = np.array([1.5, 1.2, 1.6, 2.0, 1.0, 1.3])
SCALE = np.array([0.5, 0.2, 2.0, 0.2, 1.0, 1.5])


class World:
    """Made-up projects whose true costs lie beside their ranges: too low in the middle, too narrow, correlated."""

    def __init__(self, seed, rho=0.5):
        self.source = np.random.default_rng(seed)
        self.rho = rho

    def projects(self, count):
        """(scale, shape, actual) of each line of each project."""
        scale = self.source.lognormal(10, 1, (count, 6)) * SCALE
        shape = self.source.integers(0, len(SHAPES), (count, 6))
        common, own = self.source.standard_normal((count, 1)), self.source.standard_normal((count, 6))
        z = math.sqrt(self.rho) * common + math.sqrt(1 - self.rho) * own
        p10, p50, p90 = (np.array([getattr(each, name) for each in RANGES])[shape] for name in ("p10", "p50", "p90"))
        half = np.where(z >= 0, np.log(p90 / p50), np.log(p50 / p10))
        return scale, shape, scale * p50 * BIAS * np.exp(SPREAD * half * z / 1.2816)

    def history(self, count):
        """Finished projects."""
        found = []
        for scale, shape, actual in zip(*self.projects(count), strict=True):
            ranges = [
                Range(s * RANGES[k].p10, s * RANGES[k].p50, s * RANGES[k].p90)
                for s, k in zip(scale, shape, strict=True)
            ]
            lines = tuple(Spent(*each) for each in zip(KEYS, ranges, ranges, actual.tolist(), strict=True))
            found.append(Finished("made up", lines, Range(1, 2, 3), float(actual.sum())))
        return found

    def inside(self, count, correction, draws=1_000):
        """The share of `count` fresh projects whose actual total falls inside P10 to P90 of their own simulation."""
        hits = 0
        for seed, (scale, shape, actual) in enumerate(zip(*self.projects(count), strict=True)):
            lines = []
            for key, size, kind in zip(KEYS, scale, shape, strict=True):
                line = correction.line(key) if correction else LineFit(key, 1, 1, 0)
                lines.append(Limits(key, bounds(SHAPES[kind].times(float(size))), line.bias, line.spread))
            total = simulate(lines, correction.rho if correction else 0.3, seed, draws).total
            hits += total.p10 <= actual.sum() <= total.p90
        return hits / count


class TestPromise:
    def test_fitted_on_50_projects_8_of_10_fresh_ones_fall_inside(self):
        """A history near the mean; about four in ten of them end outside 75 to 85 %, as docs/estimate.md says."""
        world = World(seed=2)
        correction = fit(world.history(50), KEYS, 0.3)
        assert 0.75 <= world.inside(1_000, correction) <= 0.85

    def test_it_holds_in_the_mean_of_many_histories(self):
        """One history of 50 projects does not pin it down; that the method aims at 8 of 10 shows over several."""
        found = []
        for seed in range(10, 34):
            world = World(seed)
            found.append(world.inside(150, fit(world.history(50), KEYS, 0.3), draws=500))
        assert 0.75 <= sum(found) / len(found) <= 0.85

    def test_without_a_correction_the_same_ranges_fail(self):
        assert World(seed=2).inside(200, None) < 0.65

    def test_where_the_ranges_are_right_nothing_much_is_corrected(self):
        source = np.random.default_rng(1)
        z = source.standard_normal((60, 2))
        actuals = 100 * np.exp(np.log(2) * z / 1.2816)
        found = fit([project(*row) for row in actuals.tolist()], KEYS, 0.3)
        for line in found.lines:
            assert line.bias == pytest.approx(1, abs=0.2)
            assert line.spread == pytest.approx(1, abs=0.2)

    def test_the_correlation_is_found(self):
        found = fit(World(seed=3, rho=0.8).history(200), KEYS, 0.3)
        assert found.rho == pytest.approx(0.8, abs=0.1)
        assert isinstance(found, Fit)
