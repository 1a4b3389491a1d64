"""The map of the open risks: where each stands today, where it came from, and where it should go."""

import math
from collections.abc import Sequence

from mlcanvas import catalog
from mlcanvas.domain.risk import Cell, HeatMap, Positions, heat_map
from mlcanvas.domain.scale import Position, Scale
from mlcanvas.domain.trails import CELL, TRAILS_UP_TO, Drawing, Measures, drawing
from mlcanvas.reports.blocks import Grid, GridCell, Heat, Key
from mlcanvas.reports.reading import Reading

WIDTH = 140.0
"""Millimetres that the cells have on the narrower paper, beside the names of the rows."""

WIDE = 6
"""With more columns the keys are drawn smaller."""


def measures_of(columns: int) -> Measures:
    """How large the cells of a map with so many columns are on a page."""
    gap = 0.8
    across = min(CELL[0], math.floor(100 * (WIDTH - gap * (columns - 1)) / columns) / 100)
    if columns <= WIDE:
        chip, pitch, edge, height = (7.7, 3.3), (8.5, 3.9), 1.0, 16.0
    else:
        chip, pitch, edge, height = (5.9, 2.7), (6.25, 3.1), 0.5, 12.4
    beside = max(1, min(3, int((across - 2 * edge + pitch[0] - chip[0]) / pitch[0])))
    return Measures(
        (across, height), gap, chip, pitch, beside, dot=0.7, edge=edge, corner=4.6, foot=1.9, head=(1.5, 0.75)
    )


def grid(reading: Reading, scale: Scale, standing: Sequence[tuple[str, Positions]], note: str, *, listed: int) -> Grid:
    """The map of the open risks by their keys, on the `scale` that they were rated on; the register has `listed`."""
    voice = reading.voice
    on_it = [(key, _on(scale, where)) for key, where in standing if _holds(scale, where.current)]
    # R9 stands before R10.
    on_it.sort(key=lambda risk: (len(risk[0]), risk[0]))
    heat = heat_map(scale, on_it)
    measures = measures_of(len(scale.severity))
    drawn = drawing(heat, on_it, measures)
    width, height = measures.extent(len(scale.likelihood), len(scale.severity))
    few = heat.total <= TRAILS_UP_TO
    ways = tuple(said for key, where in on_it if (said := _way(reading, key, where))) if few else ()
    more = voice("register.arrows") if drawn.arrows else "" if few else voice("register.no_arrows", most=TRAILS_UP_TO)
    return Grid(
        title=voice("register.map"),
        row_axis=voice("register.likelihood"),
        column_axis=voice("register.severity"),
        row_labels=tuple(f"{step.value} {voice.say(step.label)}" for step in reversed(scale.likelihood)),
        column_labels=tuple(f"{step.value} {voice.say(step.label)}" for step in scale.severity),
        cells=_cells(reading, heat, listed),
        note=" ".join(filter(None, (note, more, voice.say(catalog.risk_matrix().caution)))),
        compact=True,
        heat=Heat(measures, width, height, drawn),
        as_table=voice("register.as_table"),
        ways=ways,
        keys=tuple(Key(mark, voice(f"register.key_{mark}")) for mark in _marks(drawn)),
        show_all=voice("register.show_all"),
    )


def _cells(reading: Reading, heat: HeatMap, listed: int) -> tuple[tuple[GridCell, ...], ...]:
    def told(cell: Cell) -> str:
        if not cell.keys:
            return ""
        place = {"likelihood": cell.likelihood, "severity": cell.severity}
        return reading.voice.counted("register.told", listed, count=len(cell.keys), total=listed, **place)

    return tuple(
        tuple(GridCell(cell.band.tone, str(cell.score), items=cell.keys, told=told(cell)) for cell in row)
        for row in heat.rows
    )


def _holds(scale: Scale, place: Position) -> bool:
    return 1 <= place.likelihood <= len(scale.likelihood) and 1 <= place.severity <= len(scale.severity)


def _on(scale: Scale, where: Positions) -> Positions:
    """The positions that the scale has. A revision whose scale is not kept may hold others."""
    inherent = where.inherent if _holds(scale, where.inherent) else where.current
    target = where.target if where.target is not None and _holds(scale, where.target) else None
    return Positions(inherent, where.current, target)


def _way(reading: Reading, key: str, where: Positions) -> str:
    """The way of a risk in words, nothing for one that stays where it is."""
    voice = reading.voice

    def said(place: Position) -> str:
        return voice("register.score", likelihood=place.likelihood, severity=place.severity)

    moved, aims = where.inherent != where.current, where.target not in (None, where.current)
    if not moved and not aims:
        return ""
    now = said(where.current)
    way = (
        voice("register.way_from", risk=key, before=said(where.inherent), now=now)
        if moved
        else voice("register.way_now", risk=key, now=now)
    )
    return voice("register.way_to", way=way, target=said(where.target)) if aims and where.target else way


def _marks(drawn: Drawing) -> list[str]:
    """The marks that are there, each of which wants its meaning."""
    places = {dot.place for dot in drawn.dots}
    known = {
        "chip": any(not chip.count for chip in drawn.chips),
        "count": any(chip.count for chip in drawn.chips),
        "inherent": "inherent" in places,
        "target": "target" in places,
        "done": any(not arrow.planned for arrow in drawn.arrows),
        "planned": any(arrow.planned for arrow in drawn.arrows),
    }
    return [mark for mark, there in known.items() if there]
