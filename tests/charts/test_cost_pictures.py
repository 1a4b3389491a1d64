"""Where the pictures of the cost page draw what: places only, no words."""

import re

import pytest

from mlcanvas.charts import accuracy_cost as curves
from mlcanvas.charts import cost_breakdown as breakdowns
from mlcanvas.charts.axis import per_cent, ticks
from mlcanvas.domain.estimate.breakdown import Period
from mlcanvas.domain.estimate.ranges import Triple
from mlcanvas.domain.estimate.sensitivity import Driver, Sensitivity
from tests.domain.test_accuracy_cost import RULES, curve
from tests.domain.test_estimate import at, exact


def points(text):
    return [tuple(float(number) for number in pair.split(",")) for pair in text.split()]


def share(place):
    assert re.fullmatch(r"-?\d+\.\d\d%", place)
    return float(place.removesuffix("%"))


class TestAxis:
    @pytest.mark.parametrize("most", [1, 3.3, 4.4, 5, 99, 1e9, 0.004])
    def test_round_marks_from_zero_to_beyond_the_most(self, most):
        marks, edge = ticks(most)
        assert most <= edge <= 2 * most
        assert 3 <= len(marks) <= 7
        assert (marks[0].value, marks[-1].value) == (0, pytest.approx(edge))
        assert (marks[0].back, marks[-1].back) == ("100.00%", "0.00%")

    def test_places_have_a_point(self):
        assert per_cent(0.4235) == "42.35%"


class TestCurve:
    def test_harder_is_right_and_dearer_is_up(self):
        picture = curves.picture(curve())
        line = points(picture.middle)
        assert [x for x, _ in line] == sorted(x for x, _ in line)
        assert [y for _, y in line] == sorted((y for _, y in line), reverse=True)
        assert all(0 <= x <= 1000 for x, _ in line)

    def test_the_band_goes_there_and_back(self):
        found = curve()
        band = points(curves.picture(found).band)
        assert len(band) == 2 * len(found.points)
        assert band[0][0] == band[-1][0] == 0

    def test_zones_reach_the_right_edge(self):
        for zone in curves.picture(curve(C2_available=50_000)).zones:
            assert share(zone.place) + share(zone.width) == pytest.approx(100, abs=0.02)

    def test_marks_stand_at_their_error_and_apart(self):
        found = curves.picture(curve(at(best_baseline=RULES))).marks
        assert [mark.mark.kind for mark in found] == ["baseline", "today", "pilot", "human"]
        assert len({mark.down for mark in found}) == len(found)
        assert share(found[0].place) == 0

    def test_a_mark_off_the_axis_is_left_out(self):
        assert "today" not in {mark.mark.kind for mark in curves.picture(curve(today=0.1)).marks}

    def test_the_handle_stops_on_the_line(self):
        found = curve()
        picture = curves.picture(found)
        assert [stop.point.value for stop in picture.stops] == list(found.stops)
        assert curves.stop(found, found.target) in picture.stops

    def test_a_target_beyond_the_boundary_is_a_tail(self):
        found = curve(at(0.95))
        picture = curves.picture(found)
        assert len(points(picture.tail)) == 2
        assert len(points(picture.middle)) == len(found.points) - 1
        assert curves.picture(curve()).tail == ""

    def test_one_target_alone_is_drawn_too(self):
        picture = curves.picture(curve(C2_available=10, today=0.86))
        assert (picture.middle, picture.band) == ("", "")
        assert len(picture.stops) == 1

    def test_what_is_far_above_the_target_is_cut_and_said(self):
        picture = curves.picture(curve(at(0.81), T1_days_modelling=exact(0), C1_purchase=exact(1)))
        assert picture.cut
        assert min(y for _, y in points(picture.band)) < 0

    def test_value_is_drawn_where_it_was_asked_for(self):
        answers = {"A2_decisions": exact(1_000), "A2_gain": exact(2)}
        assert curves.picture(curve(O1_horizon=2, **answers)).worth
        assert curves.picture(curve()).worth == ""
        assert curves.picture(curve(O1_horizon=9, A2_decisions=exact(10**6), A2_gain=exact(2))).worth_cut

    def test_labels_are_few_and_hold_the_limit(self):
        labels = curves.picture(curve()).labels
        assert len(labels) <= curves.LABELS + 1
        assert labels[0].first
        assert labels[-1].value == 0.96


class TestChances:
    def test_the_line_rises_and_the_named_lie_on_it(self):
        picture = breakdowns.chance_picture([(chance, 10.0 * chance) for chance in range(1, 100)])
        line = points(picture.line)
        assert line == sorted(line, key=lambda point: (point[0], -point[1]))
        assert [(each.name, each.amount) for each in picture.named] == [
            ("P10", 100),
            ("P50", 500),
            ("P80", 800),
            ("P90", 900),
        ]

    def test_a_project_that_costs_nothing_is_no_error(self):
        assert breakdowns.chance_picture([(10, 0.0), (50, 0.0)]).named


class TestStack:
    periods = (
        Period(0, 1.0, (("labels.labelling", 60.0), ("engineering.data", 38.0), ("labels.setup", 2.0))),
        Period(1, 1.0, (("run.people", 50.0),)),
    )

    def test_segments_follow_each_other_on_one_scale(self):
        picture = breakdowns.stack_picture(self.periods)
        first, second, third = picture.stacks[0].segments
        assert (share(first.place), share(first.width)) == (0, 60)
        assert share(second.place) == 60
        assert (second.roomy, third.roomy) == (True, False)
        assert share(picture.stacks[1].segments[0].width) == 50

    def test_every_part_has_its_number(self):
        numbers = breakdowns.stack_picture(self.periods).numbers
        assert list(numbers.values()) == [1, 2, 3, 4]


class TestDrivers:
    def driver(self, key, low, high, refused=""):
        return Driver(key, Triple(1, 2, 3), "answer", "", low, high, refused)

    def picture(self, *drivers):
        return breakdowns.driver_picture(Sensitivity(100.0, drivers, 0, None))

    def test_bars_leave_the_middle_both_ways(self):
        (bar,) = self.picture(self.driver("one", 80.0, 150.0)).bars
        assert share(bar.above[1]) == pytest.approx(2.5 * share(bar.below[1]), abs=0.05)
        assert not bar.open

    def test_an_input_that_saves_looks_the_same(self):
        (one,) = self.picture(self.driver("one", 80.0, 150.0)).bars
        (other,) = self.picture(self.driver("one", 150.0, 80.0)).bars
        assert (one.below, one.above) == (other.below, other.above)

    def test_both_ends_on_one_side(self):
        (bar,) = self.picture(self.driver("one", 80.0, 90.0)).bars
        assert share(bar.above[1]) == 0

    def test_an_end_that_cannot_be_had_runs_to_the_edge(self):
        picture = self.picture(
            self.driver("one", None, 90.0, "cost_target_out_of_reach"), self.driver("two", 80.0, 150.0)
        )
        bar = picture.bars[0]
        assert bar.open
        assert share(bar.above[0]) + share(bar.above[1]) == pytest.approx(100, abs=0.02)
        assert self.picture(self.driver("one", None, None, "x")).bars[0].open
