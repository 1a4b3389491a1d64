"""The ways of the risks as a plotly figure: everything is in it, where it belongs, and plotly takes it."""

import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlcanvas import catalog
from mlcanvas.charts.risk_map import MOST_IN_CELL, Mapped, Words, figure
from mlcanvas.domain.risk import Positions
from mlcanvas.domain.scale import Position
from mlcanvas.domain.trails import TRAILS_UP_TO

SCALE = catalog.risk_matrix().scale
WORDS = Words(
    likelihood="Likelihood",
    severity="Severity",
    likelihood_steps=[step.label.en for step in SCALE.likelihood],
    severity_steps=[step.label.en for step in SCALE.severity],
    categories={category.key: category.label.en for category in catalog.risk_matrix().categories},
    now="Now",
    before="Before",
    target="Target",
    many="{count} risks",
)


def mapped(key, now, before=None, target=None, category="data", title="A risk"):
    places = Positions(Position(*(before or now)), Position(*now), Position(*target) if target else None)
    return Mapped(key, title, category, places)


def bubbles(found):
    return [trace for trace in found["data"] if trace["mode"] == "markers+text"]


def trails(found):
    return [trace for trace in found["data"] if trace["mode"] == "lines+markers"]


def painted(value):
    """As the page does, before plotly sees a colour."""
    if isinstance(value, str):
        return "#123456" if value.startswith("var(") else value
    if isinstance(value, list):
        return [painted(one) for one in value]
    return {key: painted(one) for key, one in value.items()} if isinstance(value, dict) else value


def test_plotly_takes_it():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from plotly.graph_objects import Figure

    risks = [mapped("P01", (2, 3), before=(4, 4), target=(1, 2)), *(mapped(f"P{n}", (5, 5)) for n in range(10, 30))]
    checked = Figure(painted(figure(SCALE, risks, WORDS)))
    assert [len(trace.x) for trace in checked.data] == [3, 3, 1, 1]


def test_a_way_goes_from_before_over_now_to_the_target():
    taken, aimed = trails(figure(SCALE, [mapped("P01", (2, 3), before=(4, 4), target=(1, 2))], WORDS))
    assert (taken["x"], taken["y"], taken["line"]["dash"]) == ([4, 3, None], [4, 2, None], "solid")
    assert (aimed["x"], aimed["y"], aimed["line"]["dash"]) == ([3, 2, None], [2, 1, None], "dot")


def test_who_stays_has_no_way():
    assert trails(figure(SCALE, [mapped("P01", (2, 3), target=(2, 3))], WORDS)) == []


def test_a_title_is_no_markup_of_plotly():
    (trace,) = bubbles(figure(SCALE, [mapped("P01", (2, 3), title='<b>x</b><a href="javascript:1">')], WORDS))
    assert trace["hovertext"][0].startswith('P01 · &lt;b&gt;x&lt;/b&gt;&lt;a href="javascript:1"&gt;<br>Now: 2 × 3 = 6')


def test_each_category_has_a_shape_of_its_own():
    risks = [mapped(f"P{n}", (2, 3), category=key) for n, key in enumerate(WORDS.categories)]
    symbols = [trace["marker"]["symbol"] for trace in bubbles(figure(SCALE, risks, WORDS))]
    assert len(set(symbols)) == len(WORDS.categories)


@pytest.mark.parametrize("count", [0, 1, MOST_IN_CELL, MOST_IN_CELL + 1, 300])
def test_a_crowded_cell_is_one_bubble(count):
    found = figure(SCALE, [mapped(f"P{n}", (2, 3)) for n in range(count)], WORDS)
    texts = [text for trace in bubbles(found) for text in trace["text"]]
    assert texts == ([str(count)] if count > MOST_IN_CELL else [f"P{n}" for n in range(count)])
    if count > MOST_IN_CELL:
        assert bubbles(found)[-1]["customdata"] == ["2x3"]


place = st.tuples(st.integers(1, 5), st.integers(1, 5))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(place, place, st.none() | place), max_size=60))
def test_everything_is_drawn_once_and_in_its_cell(rows):
    risks = [mapped(f"P{n}", now, before, target) for n, (now, before, target) in enumerate(rows)]
    found = figure(SCALE, risks, WORDS)
    shown = {}
    crowds = 0
    for trace in bubbles(found):
        for key, x, y, text in zip(trace["customdata"], trace["x"], trace["y"], trace["text"], strict=True):
            if "x" in key:
                crowds += int(text)
            else:
                assert key not in shown
                shown[key] = (round(y), round(x))
    assert len(shown) + crowds == len(risks)
    for risk in risks:
        if risk.key in shown:
            assert shown[risk.key] == (risk.where.current.likelihood, risk.where.current.severity)
    points = [(x, y) for trace in bubbles(found) for x, y in zip(trace["x"], trace["y"], strict=True)]
    assert len(points) == len(set(points))
    assert bool(trails(found)) <= (len(risks) <= TRAILS_UP_TO)
