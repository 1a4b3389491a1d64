"""The bubbles: none hides another, none is lost, and what is together can be opened."""

import math
import random

from hypothesis import given, settings
from hypothesis import strategies as st

from mlcanvas.charts.portfolio import (
    BOTTOM,
    FREE,
    LARGEST,
    LEFT,
    RIGHT,
    SMALLEST,
    TOP,
    WHOLE,
    Bubble,
    Group,
    Window,
    clusters,
    scatter,
)
from mlcanvas.domain.portfolio import Entry, sized

points = st.tuples(st.floats(0, 700), st.floats(0, 500), st.floats(SMALLEST, LARGEST))


def entry(number: int, value: float | None = 50.0, feasibility: float | None = 50.0, tier: int | None = 3) -> Entry:
    return Entry(f"p{number}", f"Project {number}", value, feasibility, tier, 2, 100.0 + number, "EUR")


def many(count: int) -> list[Entry]:
    draw = random.Random(7)
    return [entry(number, draw.uniform(0, 100), draw.uniform(0, 100), draw.randint(1, 5)) for number in range(count)]


class TestClusters:
    @settings(max_examples=60)
    @given(st.lists(points, max_size=120))
    def test_every_point_is_in_one_circle_and_no_circle_covers_the_middle_of_another(self, given_points) -> None:
        found = clusters(given_points)
        assert sorted(index for circle in found for index in circle.members) == list(range(len(given_points)))
        for place, one in enumerate(found):
            for other in found[place + 1 :]:
                apart = math.hypot(one.x - other.x, one.y - other.y)
                alone = len(one.members) == len(other.members) == 1
                least = min(one.radius, other.radius) + FREE if alone else one.radius + other.radius
                assert apart >= least - 1e-6
        for circle in found:
            if len(circle.members) == 1:
                assert (circle.x, circle.y, circle.radius) == given_points[circle.members[0]]

    def test_points_with_room_stay_alone_and_equal_ones_are_one_circle(self) -> None:
        assert [circle.members for circle in clusters([(0, 0, 11), (40, 0, 11), (80, 0, 11)])] == [(0,), (1,), (2,)]
        assert [circle.members for circle in clusters([(5, 5, 11)] * 30)] == [tuple(range(30))]
        assert clusters([]) == ()

    def test_a_small_one_on_the_edge_of_a_large_one_stays(self) -> None:
        assert len(clusters([(100, 100, 26), (122, 100, 11)])) == 2
        assert len(clusters([(100, 100, 26), (115, 100, 11)])) == 1


class TestScatter:
    def test_best_is_top_right_inside_the_plot(self) -> None:
        best, worst = scatter(sized([entry(1, 100, 100), entry(0, 0, 0)]), 50).marks
        assert float(best.x) > float(worst.x)
        assert float(best.y) < float(worst.y)
        for mark in (best, worst):
            assert float(mark.x) - float(mark.radius) >= LEFT
            assert float(mark.x) + float(mark.radius) <= RIGHT
            assert float(mark.y) - float(mark.radius) >= TOP
            assert float(mark.y) + float(mark.radius) <= BOTTOM

    def test_the_area_goes_with_the_cost(self) -> None:
        entries = [Entry(str(cost), "x", 90 - cost / 5, cost / 5, 1, 1, cost, "EUR") for cost in (100.0, 400.0)]
        large, small = scatter(sized(entries), 50).marks
        assert (float(large.radius), float(small.radius)) == (LARGEST, LARGEST / 2)

    def test_without_scores_there_is_no_place(self) -> None:
        assert scatter(sized([entry(1, None), entry(2, 50, None)]), 50).marks == ()

    def test_a_group_says_what_is_in_it_and_opens_where_that_shows_more(self) -> None:
        near = [entry(1, 50.2, 50.0, 1), entry(2, 50.4, 50.9, 5), entry(3, 50.4, 50.9, None), entry(4, 51, 50, 5)]
        (group,) = scatter(sized(near), 50).marks
        assert isinstance(group, Group)
        assert (group.count, group.value, group.feasibility) == (4, Window(50, 51), Window(50, 51))
        assert [(arc.tier, arc.count) for arc in group.arcs] == [(0, 1), (1, 1), (5, 2)]
        x, y, radius = float(group.x), float(group.y), float(group.radius)
        top, right, bottom = (f"{x:.1f} {y - radius:.1f}", f"{x + radius:.1f} {y:.1f}", f"{x:.1f} {y + radius:.1f}")
        first, second, third = (arc.path for arc in group.arcs)
        assert first.startswith(f"M{top}A")
        assert first.endswith(right)
        assert second.startswith(f"M{right}A")
        assert second.endswith(bottom)
        assert third.startswith(f"M{bottom}A")
        assert third.endswith(top)
        assert group.opens
        closer = scatter(sized(near), 50, group.feasibility, group.value)
        assert sum(isinstance(mark, Bubble) for mark in closer.marks) == 2
        (alike,) = [mark for mark in closer.marks if isinstance(mark, Group)]
        assert not alike.opens

    def test_a_group_of_equal_scores_never_opens(self) -> None:
        (group,) = scatter(sized([entry(1), entry(2)]), 50).marks
        assert isinstance(group, Group)
        assert not group.opens

    @settings(max_examples=30, deadline=None)
    @given(st.lists(st.tuples(st.floats(0, 100), st.floats(0, 100)), min_size=1, max_size=80))
    def test_whoever_opens_groups_comes_to_an_end(self, scores) -> None:
        entries = sized([entry(number, value, feasibility) for number, (value, feasibility) in enumerate(scores)])
        windows = [(WHOLE, WHOLE)]
        opened = 0
        while windows:
            feasibility, value = windows.pop()
            picture = scatter(entries, 50, feasibility, value)
            groups = [mark for mark in picture.marks if isinstance(mark, Group) and mark.opens]
            for group in groups:
                assert group.feasibility.span + group.value.span < feasibility.span + value.span
                opened += 1
                if opened < 200:
                    windows.append((group.feasibility, group.value))

    def test_nothing_is_lost_among_a_thousand_and_few_enough_are_drawn(self) -> None:
        picture = scatter(sized(many(1000)), 50)
        assert sum(mark.count if isinstance(mark, Group) else 1 for mark in picture.marks) == 1000
        assert len(picture.marks) <= 150

    def test_names_do_not_cross_bubbles_or_each_other(self) -> None:
        picture = scatter(sized(many(60)), 50)
        named = [mark.label for mark in picture.marks if isinstance(mark, Bubble) and mark.label]
        assert len(named) >= 10
        boxes = []
        for label in named:
            x, y, width = float(label.x), float(label.y), 6.0 * len(label.text)
            left = x if label.anchor == "start" else x - width
            assert left + 1 >= LEFT
            assert left + width <= RIGHT + 1
            boxes.append((left, y - 6, left + width, y + 6))
        for place, one in enumerate(boxes):
            for other in boxes[place + 1 :]:
                assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]

    def test_places_are_written_with_a_point_and_ticks_are_round(self) -> None:
        picture = scatter(sized(many(3)), 50)
        assert [tick.value for tick in picture.across] == list(range(0, 101, 10))
        assert all("." in tick.place and "," not in tick.place for tick in picture.up)
        closer = scatter(sized(many(3)), 50, Window(60, 62), Window(50, 50))
        assert [tick.value for tick in closer.across][:3] == [60, 60.2, 60.4]
        assert (closer.split_x, closer.whole) == ("", False)
