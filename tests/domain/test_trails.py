"""Where the marks of a drawn heat map stand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlcanvas import catalog
from mlcanvas.domain.risk import Positions, heat_map
from mlcanvas.domain.scale import Position
from mlcanvas.domain.trails import CELL, GAP, TRAILS_UP_TO, drawing


def positions(inherent, current=None, target=None) -> Positions:
    first = Position(*inherent)
    return Positions(first, Position(*current) if current else first, Position(*target) if target else None)


def drawn(risks, view="current"):
    return drawing(heat_map(catalog.risk_matrix().scale, risks, view), risks)


def cell_of(x: float, y: float) -> tuple[int, int]:
    """Likelihood and severity of the cell that holds a point."""
    return 5 - int(y // (CELL[1] + GAP)), 1 + int(x // (CELL[0] + GAP))


class TestChips:
    def test_a_key_stands_in_its_cell(self):
        (chip,) = drawn([("P01", positions((4, 2)))]).chips
        assert (cell_of(chip.x, chip.y), chip.text, chip.count) == ((4, 2), "P01", False)

    def test_six_keys_are_shown_and_seven_are_counted(self):
        six = [(f"P{number:02}", positions((1, 1))) for number in range(6)]
        assert [chip.text for chip in drawn(six).chips] == [key for key, _where in six]
        assert drawn(six).more == ()
        seven = [*six, ("P06", positions((1, 1)))]
        found = drawn(seven)
        assert [(chip.text, chip.count) for chip in found.chips] == [
            ("7", True),
            ("P00", False),
            ("P01", False),
            ("P02", False),
        ]
        assert len(found.more) == 1


class TestTrails:
    @pytest.mark.parametrize(
        ("view", "where", "places", "planned"),
        [
            ("current", positions((4, 4)), [], []),
            ("current", positions((4, 4), (2, 4)), ["inherent"], [False]),
            ("current", positions((4, 4), (2, 4), (1, 2)), ["inherent", "target"], [False, True]),
            ("current", positions((4, 4), None, (1, 2)), ["target"], [True]),
            ("current", positions((4, 4), (2, 4), (2, 4)), ["inherent"], [False]),
            ("inherent", positions((4, 4), (2, 4), (1, 2)), ["current", "target"], [False, True]),
            ("target", positions((4, 4), (2, 4), (1, 2)), ["inherent", "current"], [False, True]),
            ("target", positions((4, 4), (2, 4)), ["inherent"], [False]),
            ("target", positions((4, 4), None, (1, 2)), ["inherent"], [True]),
        ],
    )
    def test_the_way_of_a_risk(self, view, where, places, planned):
        found = drawn([("P01", where)], view)
        assert [dot.place for dot in found.dots] == places
        assert [arrow.planned for arrow in found.arrows] == planned
        for dot in found.dots:
            spot = {"inherent": where.inherent, "current": where.current, "target": where.target}[dot.place]
            assert cell_of(dot.x, dot.y) == (spot.likelihood, spot.severity)

    def test_an_arrow_leads_from_before_to_now(self):
        (arrow,) = drawn([("P01", positions((5, 5), (1, 1)))]).arrows
        assert cell_of(*arrow.start) == (5, 5)
        assert cell_of(*arrow.head[0]) == (1, 1)

    def test_forty_one_risks_have_no_arrows(self):
        many = [(f"P{number:02}", positions((5, 5), (1, 1))) for number in range(TRAILS_UP_TO + 1)]
        assert len(drawn(many[:-1]).arrows) == TRAILS_UP_TO
        found = drawn(many)
        assert (found.dots, found.arrows) == ((), ())

    @given(
        st.lists(
            st.tuples(*[st.tuples(st.integers(1, 5), st.integers(1, 5))] * 3).filter(
                lambda three: three[0][0] * three[0][1] >= max(three[1][0] * three[1][1], three[2][0] * three[2][1])
            ),
            max_size=40,
        ),
        st.sampled_from(["current", "inherent", "target"]),
    )
    def test_nothing_stands_outside(self, three, view):
        found = drawn([(f"P{number}", positions(*places)) for number, places in enumerate(three)], view)
        points = [(mark.x, mark.y) for mark in (*found.chips, *found.dots)]
        points += [point for arrow in found.arrows for point in (arrow.start, arrow.end, *arrow.head)]
        width, height = 5 * (CELL[0] + GAP), 5 * (CELL[1] + GAP)
        assert all(0 < x < width and 0 < y < height for x, y in points)
