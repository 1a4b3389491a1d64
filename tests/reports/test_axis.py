"""Round numbers under a picture."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlcanvas.reports.axis import axis

AMOUNTS = st.lists(st.floats(-1e12, 1e12), min_size=1, max_size=8)


class TestAxis:
    @given(AMOUNTS, st.booleans())
    def test_it_holds_every_value_and_few_marks(self, values, from_zero):
        line = axis(values, from_zero=from_zero)
        # Less than a billionth of a step outside is the dust of a division, which nobody can see.
        dust = pytest.approx(0, abs=1e-9 * line.step)
        assert line.low <= min(values) or line.low - min(values) == dust
        assert line.high >= max(values) or line.high - max(values) == dust
        assert 2 <= len(line.marks) <= 10
        assert all(0 <= line.at(value) <= 1000 for value in values)

    def test_money_starts_at_nothing(self):
        line = axis([55_412, 154_113], from_zero=True)
        assert line.marks == (0, 50_000, 100_000, 150_000, 200_000)
        assert (line.at(0), line.at(100_000), line.at(200_000)) == (0, 500, 1000)

    def test_marks_are_written_without_dust(self):
        assert [f"{mark:.1f}" for mark in axis([0.12, 0.45]).marks] == ["0.1", "0.2", "0.3", "0.4", "0.5"]

    def test_it_does_not_leave_the_bounds_of_a_metric(self):
        line = axis([0.91], least=0.0, greatest=1.0)
        assert (line.low, line.high) == (pytest.approx(0.4), 1.0)

    def test_a_single_zero(self):
        assert axis([0.0], from_zero=True).low == 0

    def test_no_values(self):
        with pytest.raises(ValueError, match="empty"):
            axis([])
