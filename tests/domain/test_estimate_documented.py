"""The worked examples of docs/estimate.md that come from answers: the page and the code say the same."""

import re
from pathlib import Path

import pytest

from mlcanvas import catalog
from mlcanvas.domain.estimate import Context, Target, accept, estimate
from mlcanvas.domain.estimate.accuracy import accuracy_cost, step
from mlcanvas.domain.estimate.sensitivity import sensitivity

PAGE = Path(__file__).parents[2].joinpath("docs", "estimate.md").read_text("utf-8")
QUESTIONS = catalog.cost_questionnaire()
SEED = 1


def exact(value):
    return {"low": value, "likely": value, "high": value}


def spread(low, likely, high):
    return {"low": low, "likely": likely, "high": high}


ANSWERS = {
    key: accept(QUESTIONS, key, value)
    for key, value in {
        "D3_human": "yes",
        "D3_human_error": 0.04,
        "D4_start": "pretrained",
        "D4_price": exact(0),
        "C3_pilot": [{"labelled": 2000, "error": 0.18}],
        "C4_auto_share": exact(0),
        "C5_seconds": spread(8, 12, 20),
        "C5_hourly": spread(12, 15, 20),
        "C5_overhead": spread(10, 20, 30),
        "C5_per_item": spread(2, 3, 3),
        "C5_setup": exact(0),
        "C1_sources": 0,
        "C1_access": exact(0),
        "C1_purchase": spread(2_000, 5_000, 15_000),
        "T1_day_rate": exact(400),
        "T1_days_scope": exact(0),
        "T1_days_data": exact(0),
        "T1_days_modelling": spread(60, 95, 180),
        "T1_days_deployment": exact(0),
        "T1_days_monitoring": exact(0),
        "O1_horizon": 0,
    }.items()
}


def context(value=0.9):
    return Context("USD", Target(catalog.metrics().get("accuracy"), value), {"stage": "modelling_passed"})


def chapter(title):
    found = re.search(rf"^## \d+\. {title}$(.*?)^## ", PAGE, re.M | re.S)
    assert found, f"docs/estimate.md has no chapter {title!r}"
    return found[1]


def rows(title):
    lines = [line for line in chapter(title).splitlines() if line.startswith("|")][2:]
    return [[cell.strip().replace(",", "") for cell in line.strip("|").split("|")] for line in lines]


def numbers(pattern, text):
    found = re.search(pattern, " ".join(text.split()))
    assert found, f"docs/estimate.md does not say {pattern!r}"
    return [float(number.replace(",", "")) for number in found.groups()]


class TestWhatAccuracyCosts:
    def test_the_table(self):
        curve = accuracy_cost(ANSWERS, context(), QUESTIONS, SEED, today=0.8)
        read = rows("What accuracy costs")
        assert len(read) == 4
        for target, items, low, likely, high, p10, p50, p90 in read:
            point = curve.at(float(target))
            assert (point.likely, round(point.p10), round(point.p50), round(point.p90)) == tuple(
                int(cell) for cell in (items, p10, p50, p90)
            )
            made = estimate(ANSWERS, context(float(target)), QUESTIONS, SEED)
            assert (made.p10, made.p50, made.p90) == (point.p10, point.p50, point.p90)
            labels = made.line("labels")
            assert [labels.low, labels.likely, labels.high] == pytest.approx(
                [float(cell) for cell in (low, likely, high)], abs=0.6
            )

    def test_the_labels_by_hand(self):
        for _target, items, _low, likely, *_rest in rows("What accuracy costs"):
            assert (float(items) - 2_000) * 3 * 12 / 3600 * 15 * 1.2 == pytest.approx(float(likely), abs=0.6)

    def test_the_sentence_and_the_end_of_the_curve(self):
        text = chapter("What accuracy costs")
        one, other, times, low, high = numbers(
            r"From ([\d.]+) to ([\d.]+) costs [\d,]+ / [\d,]+ = ([\d.]+) times the data, \+ ([\d,]+) to ([\d,]+\d)",
            text,
        )
        way = step(ANSWERS, context(), QUESTIONS, SEED, one, other)
        assert (round(way.times, 1), round(way.low), round(way.high)) == (times, low, high)
        last, limit = numbers(r"= ([\d.]+); from ([\d.]+) on, data alone", text)
        curve = accuracy_cost(ANSWERS, context(), QUESTIONS, SEED, today=0.8)
        assert [round(boundary.value, 4) for boundary in curve.boundaries] == [last, limit]
        assert pytest.approx(last, abs=5e-5) == 1 - 0.04 - 0.14 * 100**-0.35


class TestWhatMovesTheRange:
    def test_the_table(self):
        found = sensitivity(ANSWERS, context(), QUESTIONS, SEED)
        (p50,) = numbers(r"P50 is ([\d,]+\d)\.", chapter("What moves the range"))
        assert round(found.p50) == p50
        assert [
            [d.key, f"{d.value.low:g}", f"{d.value.high:g}", f"{d.at_low:.0f}", f"{d.at_high:.0f}"]
            for d in found.drivers
        ] == rows("What moves the range")
        assert (found.others, found.narrowing) == (0, None)
