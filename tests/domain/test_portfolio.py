"""Many projects side by side: sizes within one currency, quadrants and the squares of risk and severity."""

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlcanvas import catalog
from mlcanvas.domain.portfolio import Entry, Total, corners, ranked, sized, squares, totals

PLAIN = Entry("a", "A", 70.0, 40.0, 3, 2, 100.0, "EUR")


def test_sizes_are_shares_within_one_currency() -> None:
    costs = [(100.0, "EUR"), (50.0, "EUR"), (9000.0, "BRL"), (None, "EUR"), (0.0, "USD"), (-5.0, "EUR")]
    found = sized(replace(PLAIN, cost=cost, currency=currency) for cost, currency in costs)
    assert [project.share for project in found] == [1.0, 0.5, 1.0, None, 0.0, 0.0]


@pytest.mark.parametrize(
    ("value", "feasibility", "quadrant"),
    [
        (50.0, 50.0, "do_first"),
        (50.0, 49.99, "de_risk"),
        (49.99, 50.0, "quick_win"),
        (0.0, 0.0, "do_not_start"),
        (None, 80.0, None),
        (80.0, None, None),
    ],
)
def test_each_project_is_in_one_quadrant_or_in_none(
    value: float | None, feasibility: float | None, quadrant: str | None
) -> None:
    found = corners(catalog.risk_matrix(), [replace(PLAIN, value=value, feasibility=feasibility)])
    assert [corner.quadrant.key for corner in found if corner.count] == ([quadrant] if quadrant else [])


@pytest.mark.parametrize("risk", [1, 2, 3])
@pytest.mark.parametrize("severity", [1, 2, 3])
def test_a_project_is_in_the_square_of_its_levels(risk: int, severity: int) -> None:
    entry = replace(PLAIN, tier=risk + severity - 1, severity=severity)
    assert entry.risk == risk
    rows = squares(sized([entry]))
    (full,) = [square for row in rows for square in row if square.count]
    assert (full.risk, full.severity, full.tier, full.address) == (risk, severity, entry.tier, f"{risk}x{severity}")
    assert rows[3 - risk][severity - 1] is full


def test_a_square_names_the_most_costly_first_and_counts_the_others() -> None:
    costs = {"small": 1.0, "none": None, "large": 9.0, "middle": 4.0}
    rows = squares(sized(replace(PLAIN, slug=name, name=name, cost=cost) for name, cost in costs.items()))
    (full,) = [square for row in rows for square in row if square.count]
    assert [entry.name for entry in full.largest] == ["large", "middle", "small"]
    assert (full.count, full.others) == (4, 1)


scores = st.none() | st.floats(0, 100)
entries = st.builds(
    Entry,
    st.just("a"),
    st.text(max_size=5),
    scores,
    scores,
    st.none(),
    st.none(),
    st.none() | st.floats(0, 1e12),
    st.sampled_from(["EUR", "BRL"]),
) | st.tuples(st.integers(1, 3), st.integers(1, 3)).map(
    lambda levels: replace(PLAIN, tier=levels[0] + levels[1] - 1, severity=levels[1])
)


@given(st.lists(entries, max_size=30))
def test_nobody_is_counted_twice_and_nobody_is_lost(found: list[Entry]) -> None:
    projects = sized(found)
    assert all(project.share is None or 0 <= project.share <= 1 for project in projects)
    placed = sum(square.count for row in squares(projects) for square in row)
    assert placed == sum(1 for entry in found if entry.tier is not None)
    counted = sum(corner.count for corner in corners(catalog.risk_matrix(), found))
    assert counted == sum(1 for entry in found if entry.value is not None and entry.feasibility is not None)


def test_the_order_is_priority_then_value_then_feasibility_then_tier_then_name() -> None:
    rows = [
        ("first", 60.0, 60.0, 3),
        ("valued", 80.0, 55.0, 5),
        ("feasible", 60.0, 70.0, 5),
        ("safer", 60.0, 60.0, 2),
        ("Anna", 60.0, 60.0, 3),
        ("half a point", 60.4, 60.0, 4),
        ("pilot", 99.0, 20.0, 1),
        ("easy", 20.0, 99.0, 1),
        ("neither", 20.0, 20.0, 1),
        ("half scored", 90.0, None, 1),
        ("unscored", None, None, None),
    ]
    found = [replace(PLAIN, slug=name, name=name, value=v, feasibility=f, tier=t) for name, v, f, t in rows]
    assert [entry.name for entry in ranked(catalog.risk_matrix(), found)] == [
        "valued", "feasible", "safer", "Anna", "first", "half a point", "pilot", "easy", "neither", "half scored",
        "unscored",
    ]  # fmt: skip


@given(st.lists(entries, max_size=30), st.randoms())
def test_the_order_does_not_depend_on_the_one_given(unnamed: list[Entry], dice: random.Random) -> None:
    found = [replace(entry, slug=f"p{number}") for number, entry in enumerate(unnamed)]
    matrix, mixed = catalog.risk_matrix(), dice.sample(found, len(found))
    assert ranked(matrix, mixed) == ranked(matrix, found)
    assert sorted(ranked(matrix, found), key=repr) == sorted(found, key=repr)


def test_costs_are_added_within_one_currency() -> None:
    costs = [(0.1, "EUR"), (0.2, "EUR"), (5.0, "BRL"), (None, "GBP")]
    found = totals(replace(PLAIN, cost=cost, currency=currency) for cost, currency in costs)
    assert found == (Total("BRL", 5.0, 1), Total("EUR", pytest.approx(0.3), 2))
