"""The learning curve: items that a target needs."""

import math
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mlcanvas.domain.estimate.curve import Pilot, Slope, need, rule_of_thumb, student
from mlcanvas.domain.refusal import Refused

USUAL = Slope(0.5, 0.35, 0.25)


def curve(a, b, c, sizes):
    return [Pilot(size, c + a * size**-b) for size in sizes]


def band(found):
    return found.low, found.likely, found.high


class TestOnePoint:
    def test_the_worked_example_exactly(self):
        found = need([Pilot(2_000, 0.18)], 0.10, 0.04, USUAL)
        assert band(found) == (10_889, 22_511, 59_284)
        assert (found.basis, found.b, found.notes) == ("pilot_1", 0.35, ())

    @pytest.mark.parametrize(("b", "factor"), [(0.5, 4), (0.25, 16), (0.2, 32), (0.1, 1024)])
    def test_halving_the_reducible_error_multiplies_the_data(self, b, factor):
        found = need([Pilot(100, 0.2)], 0.1, 0.0, Slope(b, b, b))
        assert found.likely == pytest.approx(100 * factor, rel=1e-6)

    def test_a_pilot_that_is_already_good_enough_needs_less(self):
        found = need([Pilot(2_000, 0.08)], 0.10, 0.04, USUAL)
        assert found.low <= found.likely <= found.high < 2_000


class TestTwoPoints:
    def test_the_likely_value_fits_a_to_both(self):
        points = [Pilot(1_000, 0.20), Pilot(4_000, 0.14)]
        log_a = sum(math.log(point.error - 0.04) + 0.35 * math.log(point.labelled) for point in points) / 2
        expected = (0.06 / math.exp(log_a)) ** (-1 / 0.35)
        found = need(points, 0.10, 0.04, USUAL)
        assert found.likely == math.ceil(expected)
        assert found.basis == "pilot_2"

    def test_the_order_of_points_does_not_matter(self):
        points = curve(2, 0.3, 0.01, [500, 3_000])
        assert need(points, 0.05, 0.01, USUAL) == need(points[::-1], 0.05, 0.01, USUAL)

    def test_more_data_without_less_error_widens_and_is_said(self):
        alone = need([Pilot(4_000, 0.2)], 0.1, 0.0, USUAL)
        found = need([Pilot(1_000, 0.18), Pilot(4_000, 0.2)], 0.1, 0.0, USUAL)
        assert "cost_pilot_contradicts" in found.notes
        assert found.high - found.low >= alone.high - alone.low

    def test_another_slope_than_the_usual_is_said(self):
        found = need(curve(3, 0.1, 0.0, [1_000, 4_000]), 1.2, 0.0, USUAL)
        assert found.notes == ("cost_pilot_other_slope",)

    def test_two_measurements_at_one_size_are_no_slope(self):
        assert need([Pilot(1_000, 0.2), Pilot(1_000, 0.22)], 0.1, 0.0, USUAL).basis == "pilot_1"


class TestFit:
    def test_points_of_one_curve_give_its_answer_without_a_band(self):
        found = need(curve(2.5, 0.31, 0.03, [500, 1_000, 2_000]), 0.08, 0.03, USUAL)
        expected = math.ceil((0.05 / 2.5) ** (-1 / 0.31) * (1 - 1e-9))
        assert found.likely == pytest.approx(expected, abs=1)
        assert found.high - found.low <= 1
        assert found.b == pytest.approx(0.31)

    def test_scattered_points_give_the_80_per_cent_prediction_band(self):
        errors = [0.302, 0.247, 0.221, 0.183, 0.162, 0.131]
        sizes = [500, 1_000, 2_000, 4_000, 8_000, 16_000]
        found = need([Pilot(n, e) for n, e in zip(sizes, errors, strict=True)], 0.11, 0.02, USUAL)
        xs, ys = [math.log(n) for n in sizes], [math.log(e - 0.02) for e in errors]
        x, y = sum(xs) / 6, sum(ys) / 6
        squares = sum((each - x) ** 2 for each in xs)
        b = -sum((u - x) * (v - y) for u, v in zip(xs, ys, strict=True)) / squares
        s = math.sqrt(sum((v - y + b * (u - x)) ** 2 for u, v in zip(xs, ys, strict=True)) / 4)

        def edge(n, sign):
            u = math.log(n) - x
            return y - b * u + sign * 1.5332 * s * math.sqrt(1 + 1 / 6 + u**2 / squares)

        assert edge(found.low, -1) == pytest.approx(math.log(0.09), abs=1e-4)
        assert edge(found.high, 1) == pytest.approx(math.log(0.09), abs=1e-4)
        assert found.low < found.likely < found.high

    def test_b_stays_in_what_was_ever_found(self):
        assert need(curve(5, 1.6, 0.0, [100, 200, 400]), 1e-4, 0.0, USUAL).b == 1.0
        steady = [Pilot(100, 0.200), Pilot(1_000, 0.199), Pilot(10_000, 0.198)]
        assert need(steady, 0.19, 0.0, USUAL).b == 0.07

    def test_an_open_band_is_bounded_by_the_usual_slopes_and_said(self):
        found = need([Pilot(1_000, 0.3), Pilot(1_100, 0.2), Pilot(1_300, 0.28)], 0.15, 0.0, USUAL)
        assert "cost_band_open" in found.notes
        assert found.low <= found.likely <= found.high

    def test_scatter_that_widens_is_said(self):
        points = [Pilot(500, 0.30), Pilot(2_000, 0.16), Pilot(8_000, 0.15), Pilot(32_000, 0.08)]
        assert "cost_pilot_scattered" in need(points, 0.07, 0.0, USUAL).notes

    def test_student_meets_the_normal(self):
        assert student(1) == pytest.approx(3.0777)
        assert student(31) == pytest.approx(1.3095, abs=2e-4)
        assert student(10_000) == pytest.approx(1.2816, abs=2e-4)


class TestNeverWider:
    @given(
        b=st.floats(0.07, 1.0),
        a=st.floats(0.5, 5),
        c=st.floats(0, 0.05),
        sizes=st.lists(st.integers(50, 50_000), min_size=2, max_size=7, unique=True),
        reach=st.floats(0.3, 0.95),
    )
    @settings(max_examples=200, deadline=None)
    def test_more_points_of_one_noiseless_curve_never_widen_the_band(self, b, a, c, sizes, reach):
        assume(min(abs(u / v - 1) for u, v in pairwise(sorted(sizes))) > 0.05)
        target = c + reach * a * max(sizes) ** -b
        widths = []
        for count in range(1, len(sizes) + 1):
            try:
                found = need(curve(a, b, c, sorted(sizes)[:count]), target, c, USUAL)
            except Refused:
                return
            # Whole items, and the end of all data: there rounding or the cut would decide.
            if max(band(found)) < 1_000 or "cost_band_capped" in found.notes:
                return
            widths.append(math.log(found.high / found.low))
        assert all(later <= earlier + 0.01 for earlier, later in pairwise(widths))

    @given(b=st.floats(0.25, 0.5), sizes=st.permutations([500, 1_500, 4_000]))
    @settings(max_examples=60, deadline=None)
    def test_in_any_order_of_arrival(self, b, sizes):
        widths = []
        for count in (1, 2, 3):
            found = need(curve(2, b, 0.01, sizes[:count]), 0.01 + 0.5 * 2 * 4_000**-b, 0.01, USUAL)
            widths.append(found.high - found.low)
        assert widths == sorted(widths, reverse=True)


class TestMonotone:
    @given(
        errors=st.lists(st.floats(0.06, 0.5), min_size=1, max_size=6),
        easier=st.floats(0.051, 0.3),
        stricter=st.floats(0.051, 0.3),
    )
    @settings(max_examples=300, deadline=None)
    def test_a_stricter_target_never_needs_less(self, errors, easier, stricter):
        assume(stricter <= easier)
        points = [Pilot(500 * 2**place, error) for place, error in enumerate(errors)]
        try:
            loose, strict = (need(points, target, 0.05, USUAL) for target in (easier, stricter))
        except Refused:  # more items than there can be
            return
        assert all(more >= less for more, less in zip(band(strict), band(loose), strict=True))


class TestRefusals:
    @pytest.mark.parametrize("target", [0.04, 0.03])
    def test_at_or_beyond_the_irreducible_error(self, target):
        with pytest.raises(Refused, match="cost_target_unreachable"):
            need([Pilot(2_000, 0.18)], target, 0.04, USUAL)

    def test_a_pilot_below_the_irreducible_error(self):
        with pytest.raises(Refused, match="cost_pilot_below_irreducible"):
            need([Pilot(2_000, 0.18), Pilot(4_000, 0.04)], 0.1, 0.04, USUAL)

    def test_more_items_than_there_can_be(self):
        with pytest.raises(Refused, match="cost_target_out_of_reach"):
            need([Pilot(2_000, 0.5)], 1e-4, 0.0, USUAL)

    def test_an_upper_end_beyond_all_data_is_cut_and_said(self):
        found = need([Pilot(2_000, 0.5)], 0.001, 0.0, USUAL)
        assert found.high == 10**12
        assert found.notes == ("cost_band_capped",)


def test_rule_of_thumb_takes_whichever_is_more():
    assert rule_of_thumb(10, 300, 60, 11) == 3_300
    assert rule_of_thumb(10, 100, 60, 2) == 600
