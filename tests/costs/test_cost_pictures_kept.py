"""What a revision keeps of the pictures of the costs: the figures of the page, reckoned once."""

import datetime
import json

import pytest
from django.core.cache import caches

from mlcanvas.costs import pictures
from mlcanvas.domain.canonical import canonical_json
from mlcanvas.domain.estimate import accuracy, accuracy_record, breakdown, sensitivity
from mlcanvas.projects import actions as projects_actions
from mlcanvas.projects import parts
from mlcanvas.projects import selectors as projects
from mlcanvas.reports.blocks import Curve, Ranges, Table
from mlcanvas.reports.document import Edition, build
from tests.costs.scenario_cases import RATE, say


@pytest.fixture(autouse=True)
def forgotten():
    """No test finds what another one left in the process."""
    caches["process"].clear()


def kept(project):
    return json.loads(canonical_json(parts.results(project)["costs"]))


def blocks(project, kind, language="en"):
    report = build(projects.snapshot(project), Edition(datetime.date(2026, 11, 23)), language=language)
    costs = next(section for section in report.sections if section.key == "costs")
    return [block for block in costs.blocks if isinstance(block, kind)]


def test_the_curve_comes_back_as_the_page_draws_it(plan):
    assert accuracy_record.restored(kept(plan)["accuracy"]) == pictures.accuracy(plan).curve


def test_the_report_has_the_figures_of_the_page(plan):
    page = pictures.accuracy(plan)
    curve = next(block for block in blocks(plan, Curve) if block.band)
    table = next(table for table in blocks(plan, Table) if table.name == curve.title)
    assert [tuple(cell.value for cell in row[:5]) for row in table.rows] == [
        (point.value, point.p10, point.p50, point.p90, point.likely) for point in (row.stop.point for row in page.rows)
    ]
    assert len(table.rows) > 5
    assert [row[0].value for row in table.rows if row[0].strong] == [page.curve.target.value]
    drivers = next(block for block in blocks(plan, Ranges) if block.title == "What moves the range")
    shown = pictures.drivers(plan)
    assert [bar.label for bar in drivers.bars] == [row.label.en for row in shown.rows]
    chances = next(block for block in blocks(plan, Table) if block.name.startswith("Chance"))
    named = pictures.breakdown_of(plan).chances.named
    assert [row[1].value for row in chances.rows] == [point.amount for point in named]


def test_percentiles_are_those_of_the_estimate(plan):
    found = kept(plan)
    chances = dict(found["chances"])
    assert [chances[chance] for chance in (10, 50, 80, 90)] == [found[name] for name in ("p10", "p50", "p80", "p90")]
    target = next(row for row in found["accuracy"]["points"] if row[0] == found["accuracy"]["target"])
    assert target[2:6] == [found[name] for name in ("p10", "p50", "p80", "p90")]


def test_without_a_target_there_is_no_curve_and_the_rest_stands(project, alice):
    say(project, alice, O1_horizon=2, T1_day_rate=RATE)
    found = kept(project)
    assert "accuracy" not in found
    assert len(found["chances"]) == 99
    assert found["drivers"]["items"]
    assert [block.title for block in blocks(project, Curve)] == ["Chance that the cost stays below an amount"]


def test_without_answers_there_is_nothing(project):
    assert not {"accuracy", "chances", "drivers"} & set(parts.results(project)["costs"])


def test_what_the_process_knows_is_not_reckoned_again(plan, alice, monkeypatch):
    before = kept(plan)

    def again(*_arguments, **_options):
        raise AssertionError("reckoned again")

    for module, name in ((accuracy, "accuracy_cost"), (sensitivity, "sensitivity"), (breakdown, "chances")):
        monkeypatch.setattr(module, name, again)
    assert kept(plan) == before
    revision = projects_actions.revise(project=plan, by=alice)
    assert projects.revision_snapshot(revision)["results"]["costs"] == before


def test_a_revision_keeps_its_own(plan, alice):
    revision = projects_actions.revise(project=plan, by=alice)
    then = projects.revision_snapshot(revision)["results"]["costs"]
    say(plan, alice, O1_horizon=5)
    assert kept(plan)["chances"] != then["chances"]
    assert projects.revision_snapshot(revision)["results"]["costs"] == then
    assert projects_actions.revise(project=plan, by=alice) != revision
