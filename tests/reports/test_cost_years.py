"""What is spent when, as the report says it."""

from copy import deepcopy
from typing import Any

import pytest

from mlcanvas.reports.document import Edition, build
from tests.reports import snapshots
from tests.reports.test_document import EDITION


def spent(snapshot: dict[str, Any], edition: Edition = EDITION) -> list[Any]:
    """The rows of the table, or none."""
    (section,) = (section for section in build(snapshot, edition).sections if section.key == "costs")
    tables = [block for block in section.blocks if getattr(block, "title", "") == "What is spent when"]
    return [row for table in tables for row in table.rows]


def with_costs(**changed: Any) -> dict[str, Any]:
    snapshot = snapshots.full()
    snapshot["results"]["costs"] |= changed
    return snapshot


class TestSpent:
    def test_all_of_it_together_is_p50(self):
        first, *years = spent(snapshots.full())
        lengths = (1, 1, 0.5)
        assert [row[0].text for row in (first, *years)] == ["Until launch", "Year 1", "Year 2", "Year 3 (0.5 of it)"]
        whole = first[1].value + sum(row[1].value for row in years)
        assert whole == pytest.approx(73_090.0)
        assert [row[1].value / years[0][1].value for row in years] == pytest.approx(list(lengths))

    def test_many_years_are_told_as_one(self):
        rows = spent(with_costs(years=12.0))
        assert [row[0].text for row in rows] == ["Until launch", "Each of 12 years"]
        assert rows[0][1].value + 12 * rows[1][1].value == pytest.approx(73_090.0)

    def test_a_line_that_nothing_is_likely_in_stands_for_itself(self):
        snapshot = snapshots.full()
        (labels,) = (line for line in snapshot["results"]["costs"]["lines"] if line["key"] == "labels")
        labels["parts"][0]["likely"] = 0
        assert "Labels €\u00a06,805" in spent(snapshot)[0][2].text

    @pytest.mark.parametrize("left", ["years", "mean", "parts"])
    def test_a_revision_that_does_not_keep_it_has_no_table(self, left):
        costs = deepcopy(snapshots.full()["results"]["costs"])
        costs.pop(left, None)
        for line in costs["lines"]:
            line.pop(left, None)
        snapshot = snapshots.full()
        snapshot["results"]["costs"] = costs
        assert spent(snapshot) == []

    def test_nothing_to_spend_is_no_table(self):
        snapshot = snapshots.full()
        for line in snapshot["results"]["costs"]["lines"]:
            line["mean"] = 0.0
        assert spent(snapshot) == []
