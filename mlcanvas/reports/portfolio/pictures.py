"""The two pictures: value × feasibility, and risk × impact. Projects stand in them by their number in the ranking."""

from collections.abc import Iterator, Mapping, Sequence

from mlcanvas import catalog
from mlcanvas.charts.portfolio import BOTTOM, LEFT, RIGHT, TOP, Bubble, Group, scatter
from mlcanvas.domain.portfolio import LEVELS, Entry, corners, sized
from mlcanvas.domain.risk import quadrant_of, tier_of
from mlcanvas.reports.blocks import Block, Bubbles, Dot, Grid, GridCell, Paragraph, Plane, Tick
from mlcanvas.reports.voice import Voice

_WIDTH, _HEIGHT = 720.0, 496.0
"""The size of the drawing of `charts.portfolio`."""
MOST_IN_RING = 5
"""How many signs fit into the ring of projects that would hide one another; with more it has a letter."""


def blocks(entries: Sequence[Entry], voice: Voice) -> list[Block]:
    """Both pictures of the ranked projects, after a sentence on why there are two."""
    places = {entry.slug: place for place, entry in enumerate(entries, 1)}
    return [Paragraph(voice("portfolio.axes")), _bubbles(entries, places, voice), _squares(entries, places, voice)]


def _bubbles(entries: Sequence[Entry], places: Mapping[str, int], voice: Voice) -> Bubbles | Paragraph:
    matrix = catalog.risk_matrix()
    if all(entry.value is None or entry.feasibility is None for entry in entries):
        return Paragraph(voice("portfolio.nobody_placed"))
    drawn = scatter(sized(entries), matrix.threshold)
    letters, dots = _letters(), []
    key: list[str] = []
    for mark in drawn.marks:
        across, down, radius = (_part(float(size)) for size in (mark.x, mark.y, mark.radius))
        if isinstance(mark, Bubble):
            tone = mark.entry.tier or 0
            dots.append(Dot(across, down, radius, str(places[mark.entry.slug]), tone, bare=not mark.known))
            continue
        numbers = "·".join(map(str, sorted(places[entry.slug] for entry in mark.members)))
        if len(numbers) <= MOST_IN_RING:
            dots.append(Dot(across, down, radius, numbers, group=True))
            continue
        letter = next(letters)
        dots.append(Dot(across, down, radius, letter, group=True))
        key.append(_group(letter, mark, places, voice))
    names = {(found.quadrant.valuable, found.quadrant.feasible): found for found in corners(matrix, entries)}
    ends = [names[valuable, feasible] for valuable in (True, False) for feasible in (False, True)]
    upper_left, upper_right, lower_left, lower_right = (f"{voice.say(end.quadrant.name)} · {end.count}" for end in ends)
    unplaced = _numbers((entry for entry in entries if entry.value is None or entry.feasibility is None), places)
    tiers = ", ".join(f"{tier.number} {voice.say(tier.name)}" for tier in matrix.tiers)
    if any(dot.group for dot in dots):
        key = [" ".join((voice("portfolio.bubble_ring"), *key))]
    key += [voice("portfolio.bubble_key"), voice("portfolio.bubble_tiers", tiers=tiers)]
    if len({entry.currency for entry in entries if entry.cost is not None}) > 1:
        key.append(voice("portfolio.bubble_currencies"))
    return Bubbles(
        title=voice("portfolio.bubbles"),
        height=_part(_HEIGHT),
        plane=Plane(
            _part(LEFT),
            _part(TOP),
            _part(RIGHT),
            _part(BOTTOM),
            _part(float(drawn.split_x)) if drawn.split_x else None,
            _part(float(drawn.split_y)) if drawn.split_y else None,
        ),
        dots=tuple(dots),
        across=tuple(Tick(_part(float(tick.place)), voice.number(tick.value)) for tick in drawn.across),
        up=tuple(Tick(_part(float(tick.place)), voice.number(tick.value)) for tick in drawn.up),
        across_axis=f"{voice('portfolio.feasibility')} →",
        up_axis=f"{voice('portfolio.value')} →",
        corners=(upper_left, upper_right, lower_left, lower_right),
        key=tuple(key),
        alt=_alt(entries, places, voice),
        note=voice("portfolio.unplaced", numbers=unplaced) if unplaced else "",
    )


def _part(place: float) -> int:
    """A place of the drawing in thousandths of its width."""
    return round(1000 * place / _WIDTH)


def _letters() -> Iterator[str]:
    """A to Z, then AA and on."""
    number = 0
    while True:
        number, rest, word = number + 1, number, ""
        while rest >= 0:
            word = chr(ord("A") + rest % 26) + word
            rest = rest // 26 - 1
        yield word


def _group(letter: str, group: Group, places: Mapping[str, int], voice: Voice) -> str:
    return voice("portfolio.bubble_group", letter=letter, numbers=_numbers(group.members, places))


def _numbers(entries: Sequence[Entry] | Iterator[Entry], places: Mapping[str, int]) -> str:
    """The numbers of these projects, all of them, smallest first."""
    return ", ".join(map(str, sorted(places[entry.slug] for entry in entries)))


def _alt(entries: Sequence[Entry], places: Mapping[str, int], voice: Voice) -> str:
    """Which project is in which part; the figures of each are in the table."""
    matrix = catalog.risk_matrix()
    parts = []
    for quadrant in matrix.quadrants:
        inside = [one for one in entries if quadrant_of(matrix, one.value, one.feasibility) == quadrant.key]
        said = _numbers(inside, places) or voice("portfolio.nobody")
        parts.append(f"{voice.say(quadrant.name)}: {said}")
    return voice("portfolio.bubbles_alt", parts="; ".join(parts))


def _squares(entries: Sequence[Entry], places: Mapping[str, int], voice: Voice) -> Grid:
    matrix = catalog.risk_matrix()
    inside: dict[tuple[int | None, int | None], list[str]] = {}
    for entry in entries:
        inside.setdefault((entry.risk, entry.severity), []).append(str(places[entry.slug]))
    cells = []
    for risk in reversed(LEVELS):
        row = []
        for severity in LEVELS:
            tier = matrix.tier(tier_of(risk, severity))
            title = f"{tier.number} · {voice.say(tier.name)}"
            row.append(GridCell(tier.number, title, items=tuple(inside.get((risk, severity), ()))))
        cells.append(tuple(row))
    untiered = _numbers((entry for entry in entries if entry.risk is None), places)
    names = {level: voice(f"tier.level_{level}") for level in LEVELS}
    note = voice("portfolio.squares_note")
    return Grid(
        title=voice("portfolio.squares"),
        row_axis=voice("tier.risk_axis"),
        column_axis=voice("tier.severity_axis"),
        row_labels=tuple(f"{level} {names[level]}" for level in reversed(LEVELS)),
        column_labels=tuple(f"{level} {names[level]}" for level in LEVELS),
        cells=tuple(cells),
        note=f"{note} {voice('portfolio.untiered', numbers=untiered)}" if untiered else note,
        compact=True,
    )
