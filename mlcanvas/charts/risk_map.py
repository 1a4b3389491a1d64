"""The register as a plotly figure: where each risk stands, where it came from, and where it should go.

Colours are names of CSS variables, `var(--risk-3)`: the page puts in what they are in its theme.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mlcanvas.domain.risk import Positions
from mlcanvas.domain.scale import Position, Scale
from mlcanvas.domain.trails import TRAILS_UP_TO

Figure = dict[str, Any]

MOST_IN_CELL = 9
"""A cell with more risks shows one bubble that says how many they are."""
STEP = 0.29
"""The distance of two risks in one cell, as a share of the cell."""
SYMBOLS = ("circle", "square", "diamond", "hexagon", "pentagon", "octagon", "star")
"""One for each category, so that colour is never all that tells them apart."""


@dataclass(frozen=True, slots=True)
class Mapped:
    """A risk to be drawn."""

    key: str
    title: str
    category: str
    where: Positions


@dataclass(frozen=True, slots=True)
class Words:
    """What the figure says, in the reader's language. `count` holds `{count}`, `place` `{likelihood}` and so on."""

    likelihood: str
    severity: str
    likelihood_steps: Sequence[str]
    severity_steps: Sequence[str]
    categories: Mapping[str, str]
    now: str
    before: str
    target: str
    many: str


def figure(scale: Scale, risks: Iterable[Mapped], words: Words) -> Figure:
    """The figure of the open `risks`: a trace of bubbles for each category, and one of ways where they are few.

    A cell with more than `MOST_IN_CELL` risks is one bubble; its `customdata` is the cell as `4x3`, that of a risk
    its key.
    """
    drawn = list(risks)
    cells: dict[Position, list[Mapped]] = defaultdict(list)
    for risk in drawn:
        cells[risk.where.current].append(risk)
    spots = {
        risk.key: _spot(number, len(inside))
        for inside in cells.values()
        if len(inside) <= MOST_IN_CELL
        for number, risk in enumerate(inside)
    }
    trails, bubbles = [], []
    for number, category in enumerate(words.categories):
        of_it = [risk for risk in drawn if risk.category == category and risk.key in spots]
        if not of_it:
            continue
        if len(drawn) <= TRAILS_UP_TO:
            trails += _trails(of_it, spots, category, words)
        bubbles.append(_bubbles(of_it, spots, category, SYMBOLS[number % len(SYMBOLS)], words))
    if crowds := {place: inside for place, inside in cells.items() if len(inside) > MOST_IN_CELL}:
        bubbles.append(_crowds(crowds, words))
    # What comes later lies above: no way strikes a key through.
    return {"data": [*trails, *bubbles], "layout": _layout(scale, words)}


def _spot(number: int, count: int) -> tuple[float, float]:
    """How far a risk stands from the middle of its cell: three in a row, the rows from the top down."""
    rows = (count + 2) // 3
    row, column = divmod(number, 3)
    in_row = min(3, count - 3 * row)
    return (column - (in_row - 1) / 2) * STEP, ((rows - 1) / 2 - row) * STEP


def _at(place: Position, spot: tuple[float, float]) -> tuple[float, float]:
    return round(place.severity + spot[0], 3), round(place.likelihood + spot[1], 3)


def _bubbles(
    risks: Sequence[Mapped], spots: Mapping[str, tuple[float, float]], category: str, symbol: str, words: Words
) -> Figure:
    points = [_at(risk.where.current, spots[risk.key]) for risk in risks]
    return {
        "type": "scatter",
        "mode": "markers+text",
        "name": words.categories[category],
        "legendgroup": category,
        "x": [x for x, _y in points],
        "y": [y for _x, y in points],
        "text": [risk.key for risk in risks],
        "customdata": [risk.key for risk in risks],
        "hovertext": [f"{risk.key} · {_plain(risk.title)}<br>{_ways(risk.where, words)}" for risk in risks],
        "hoverinfo": "text",
        "textfont": {"color": "var(--tblr-bg-surface)", "size": 10},
        "marker": {"symbol": symbol, "size": 29, "color": "var(--tblr-body-color)", "line": {"width": 0}},
    }


def _ways(where: Positions, words: Words) -> str:
    said = [f"{words.now}: {_said(where.current)}"]
    if where.inherent != where.current:
        said.insert(0, f"{words.before}: {_said(where.inherent)}")
    if where.target is not None:
        said.append(f"{words.target}: {_said(where.target)}")
    return "<br>".join(said)


def _said(place: Position) -> str:
    return f"{place.likelihood} × {place.severity} = {place.score}"


def _plain(text: str) -> str:
    """A text in which plotly finds no markup of its own."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _trails(
    risks: Sequence[Mapped], spots: Mapping[str, tuple[float, float]], category: str, words: Words
) -> list[Figure]:
    """The ways from before any measure to now, and from now to the target, each as one trace with gaps."""
    taken = [(risk.where.inherent, risk.where.current, spots[risk.key]) for risk in risks]
    aimed = [(risk.where.current, risk.where.target or risk.where.current, spots[risk.key]) for risk in risks]
    return [
        _trail(ways, category, dash, name)
        for ways, dash, name in ((taken, "solid", words.before), (aimed, "dot", words.target))
        if any(start != end for start, end, _ in ways)
    ]


def _trail(
    ways: Sequence[tuple[Position, Position, tuple[float, float]]], category: str, dash: str, name: str
) -> Figure:
    xs: list[float | None] = []
    ys: list[float | None] = []
    for start, end, spot in ways:
        if start != end:
            for x, y in (_at(start, spot), _at(end, spot)):
                xs.append(x)
                ys.append(y)
            xs.append(None)
            ys.append(None)
    count = len(xs) // 3
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": name,
        "legendgroup": category,
        "showlegend": False,
        "hoverinfo": "skip",
        "x": xs,
        "y": ys,
        "line": {"dash": dash, "width": 1.5, "color": "var(--tblr-body-color)"},
        "marker": {
            "symbol": "arrow",
            "angleref": "previous",
            "size": [0, 11, 0] * count,
            "color": "var(--tblr-body-color)",
            # The point of an arrow would stand under the bubble that it points to.
            "standoff": [0, 13 if dash == "solid" else 2, 0] * count,
        },
    }


def _crowds(crowds: Mapping[Position, Sequence[Mapped]], words: Words) -> Figure:
    places = sorted(crowds, key=lambda place: (place.likelihood, place.severity))
    counts = [len(crowds[place]) for place in places]
    return {
        "type": "scatter",
        "mode": "markers+text",
        "name": words.many,
        "showlegend": False,
        "x": [place.severity for place in places],
        "y": [place.likelihood for place in places],
        "text": [str(count) for count in counts],
        "customdata": [f"{place.likelihood}x{place.severity}" for place in places],
        "hovertext": [words.many.format(count=count) for count in counts],
        "hoverinfo": "text",
        "textfont": {"color": "var(--tblr-bg-surface)", "size": 13},
        "marker": {
            "size": [round(26 + 3 * count**0.5, 1) for count in counts],
            "color": "var(--tblr-body-color)",
            "line": {"width": 0},
        },
    }


def _layout(scale: Scale, words: Words) -> Figure:
    shapes = [
        {
            "type": "rect",
            "layer": "below",
            "x0": severity.value - 0.49,
            "x1": severity.value + 0.49,
            "y0": likelihood.value - 0.485,
            "y1": likelihood.value + 0.485,
            "line": {"width": 0},
            "fillcolor": f"var(--risk-{scale.band(likelihood.value * severity.value).tone})",
        }
        for likelihood in scale.likelihood
        for severity in scale.severity
    ]
    return {
        "shapes": shapes,
        "xaxis": _axis(words.severity, words.severity_steps),
        "yaxis": _axis(words.likelihood, words.likelihood_steps),
        "margin": {"l": 10, "r": 10, "t": 10, "b": 10},
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"color": "var(--tblr-body-color)", "size": 12},
        "hoverlabel": {"align": "left"},
        "dragmode": False,
        "autosize": True,
    }


def _axis(title: str, steps: Sequence[str]) -> Figure:
    return {
        "title": {"text": title, "standoff": 8},
        "tickvals": list(range(1, len(steps) + 1)),
        "ticktext": [f"{number} {_plain(step)}" for number, step in enumerate(steps, 1)],
        "range": [0.5, len(steps) + 0.5],
        "showgrid": False,
        "zeroline": False,
        "fixedrange": True,
        "automargin": True,
    }
