"""The pictures of cost: chances, what moves the range, what accuracy costs. All from what a revision keeps of them."""

from collections.abc import Sequence

from mlcanvas import catalog
from mlcanvas.charts import accuracy_cost, cost_breakdown
from mlcanvas.domain.estimate.accuracy import AccuracyCost, Boundary, Mark, Reach
from mlcanvas.domain.estimate.accuracy_record import restored
from mlcanvas.domain.refusal import Refused
from mlcanvas.reports.axis import axis
from mlcanvas.reports.blocks import (
    Bar,
    Block,
    Cell,
    Column,
    Curve,
    Flag,
    Key,
    Line,
    Look,
    Paragraph,
    Point,
    Ranges,
    Table,
    Tick,
    Told,
)
from mlcanvas.reports.reading import Json, Reading, number, rows
from mlcanvas.reports.voice import words

LETTERS = {"baseline": "B", "human": "H", "today": "T", "pilot": "P"}
"""What stands for a mark in the picture, as on the page of the costs."""

FULL = 1000
EVEN = 50
"""The chance that is read first, in per cent."""


def chances(reading: Reading) -> list[Block]:
    """The S-curve with its named percentiles, and these as a table."""
    voice = reading.voice
    points = _points(reading.result("costs").get("chances"))
    if len(points) < 2 or not points[-1][1]:
        return []
    drawn = cost_breakdown.chance_picture(points)
    named = [(point.name, point.chance, voice.money(point.amount), point.amount) for point in drawn.named]
    title = voice("costs.chances_chart")
    spoken = "; ".join(voice("costs.bar_alt", label=name, text=said) for name, _chance, said, _amount in named)
    places = tuple(map(_whole, _places(drawn.line)))
    curve = Curve(
        title=title,
        lines=(Line(places),),
        band=(),
        spots=tuple((_place(point.place), _place(point.down)) for point in drawn.named),
        flags=(),
        zones=(),
        across=tuple(Tick(_place(tick.place), voice.short_money(tick.value)) for tick in drawn.money),
        up=tuple(
            Tick(_place(point.down), f"{point.name}  {said}")
            for point, (*_named, said, _amount) in zip(drawn.named, named, strict=True)
        ),
        name="",
        keys=(),
        alt=voice("costs.chart_alt", title=title, bars=spoken),
        note=voice("costs.chances_note"),
        told=tuple(
            (*place, voice("costs.chance_told", amount=voice.money(amount), chance=chance))
            for place, (chance, amount) in zip(places, points, strict=True)
        ),
        first=next((place for place, (chance, _amount) in enumerate(points) if chance >= EVEN), 0),
    )
    columns = (
        Column(voice("costs.chance"), 2),
        Column(voice("costs.amount"), 2, number=True),
        Column("", 5),
    )
    table = tuple(
        (Cell(f"{name} ({chance} %)"), Cell(said, value=amount), Cell("")) for name, chance, said, amount in named
    )
    return [curve, Table("", columns, table, name=title, short=voice("sheets.chances"))]


def _points(kept: object) -> list[tuple[int, float]]:
    """(chance in per cent, amount) of a snapshot."""
    pairs = [pair for pair in kept if isinstance(pair, list)] if isinstance(kept, list) else []
    return [
        (int(chance), amount)
        for first, last in (pair for pair in pairs if len(pair) == 2)
        if (chance := number(first)) is not None and (amount := number(last)) is not None
    ]


def drivers(reading: Reading) -> list[Block]:
    """What moves P50 most, the widest first."""
    voice, result = reading.voice, reading.result("costs")
    kept, middle = result.get("drivers"), number(result.get("p50"))
    found = rows(kept.get("items")) if isinstance(kept, dict) else []
    ends = [end for item in found for name in ("at_low", "at_high") if (end := number(item.get(name))) is not None]
    if not found or middle is None or not isinstance(kept, dict):
        return []
    scale = axis([middle, *ends])
    bars, spoken = [], []
    for item in found:
        label = voice.say(item.get("label")) or str(item.get("key", "")).replace("_", " ")
        low, high = (_end(reading, item, name) for name in ("at_low", "at_high"))
        known = [end for name in ("at_low", "at_high") if (end := number(item.get(name))) is not None]
        # An end that cannot be had costs more than anything: the bar runs to the edge.
        last = FULL if len(known) < 2 else scale.at(max(middle, *known))
        bars.append(
            Bar(
                label,
                scale.at(min([middle, *known])),
                scale.at(middle),
                last,
                voice("costs.drivers_ends", low=low, high=high),
                told=voice("costs.drivers_alt", label=label, low=low, high=high),
            )
        )
        spoken.append(bars[-1].told)
    title, others = voice("costs.drivers_chart"), int(number(kept.get("others")) or 0)
    note = voice("costs.drivers_note")
    return [
        Ranges(
            title=title,
            bars=tuple(bars),
            ticks=tuple(Tick(scale.at(mark), voice.short_money(mark)) for mark in scale.marks),
            lines=(Tick(scale.at(middle), voice("costs.p50_line", amount=voice.money(middle))),),
            alt=voice("costs.chart_alt", title=title, bars="; ".join(spoken)),
            note=f"{note} {voice.counted('costs.drivers_more', others, count=others)}" if others else note,
        )
    ]


def _end(reading: Reading, item: Json, name: str) -> str:
    amount = number(item.get(name))
    return reading.voice("costs.drivers_open") if amount is None else reading.voice.money(amount)


def accuracy(reading: Reading) -> list[Block]:
    """The cost of each target as a curve with its band, and its stops as a table."""
    voice = reading.voice
    curve = _kept(reading)
    if curve is None or not curve.points:
        return []
    metric = catalog.metrics().get(curve.metric)
    title = voice("costs.curve_chart", metric=voice.say(metric.label) if metric else curve.metric)
    if curve.flat:
        return [Paragraph(f"{title}. {voice('costs.curve_flat')}", muted=True)]
    drawn = accuracy_cost.picture(curve)
    looks: tuple[tuple[str, Look], ...] = ((drawn.middle, "main"), (drawn.tail, "tail"), (drawn.worth, "other"))
    spot = accuracy_cost.stop(curve, curve.target) if curve.target else None
    told, first = _told(reading, curve, drawn.stops, spot)
    said = {
        "costs.curve_note": True,
        "costs.curve_only_data": curve.only_data,
        "costs.curve_cut": drawn.cut,
        "costs.curve_worth_cut": drawn.worth_cut,
        "costs.curve_doubt": curve.doubt is not None,
        "costs.curve_no_target": curve.target is None,
    }
    return [
        Curve(
            title=title,
            lines=tuple(Line(piece, look) for line, look in looks for piece in _visible(_places(line))),
            band=tuple(_within(_places(drawn.band))),
            spots=((_place(spot.place), _place(spot.height)),) if spot else (),
            flags=tuple(Flag(_place(mark.place), row, LETTERS[mark.mark.kind]) for row, mark in enumerate(drawn.marks)),
            zones=tuple(_place(zone.place) for zone in drawn.zones),
            across=tuple(Tick(_place(label.place), voice.number(label.value)) for label in drawn.labels),
            up=tuple(Tick(_place(tick.back), voice.short_money(tick.value)) for tick in drawn.money),
            name=voice("costs.harder"),
            keys=_keys(reading, curve, drawn),
            alt=_alt(reading, curve, title),
            note=" ".join(voice(key) for key, holds in said.items() if holds),
            told=told,
            first=first,
        ),
        _stops(reading, curve, title, [stop.point for stop in drawn.stops]),
    ]


def _kept(reading: Reading) -> AccuracyCost | None:
    """The curve of the snapshot. One from before curves were kept has none."""
    kept = reading.result("costs").get("accuracy")
    if not isinstance(kept, dict):
        return None
    try:
        found = restored(kept)
    except (AttributeError, KeyError, TypeError, ValueError, Refused):
        return None
    known = {mark.kind for mark in found.marks} <= set(LETTERS)
    return found if known and all(f"costs.zone_{each.code}" in words() for each in found.boundaries) else None


def _keys(reading: Reading, curve: AccuracyCost, drawn: accuracy_cost.CurvePicture) -> tuple[Key, ...]:
    """What is marked, in the order in which one asks for it."""
    found = [Key("spot", _target(reading, curve.target))] if curve.target else []
    found += [Key(LETTERS[mark.mark.kind], _mark(reading, mark.mark)) for mark in drawn.marks]
    if _visible(_places(drawn.worth)):
        years = reading.voice.number(curve.years)
        found.append(Key("other", reading.voice.counted("costs.key_worth", curve.years, years=years)))
    # The outermost zone lies in the ones before it, where it is darkest.
    return (*found, *(Key("zone", _zone(reading, zone.boundary)) for zone in drawn.zones))


def _target(reading: Reading, point: Reach) -> str:
    """What the target costs, rounded: the table below the picture has it exactly."""
    voice = reading.voice
    return voice(
        "costs.key_target",
        value=voice.exact(point.value),
        low=voice.rounded(point.p10),
        middle=voice.rounded(point.p50),
        high=voice.rounded(point.p90),
    )


def _told(
    reading: Reading, curve: AccuracyCost, stops: Sequence[accuracy_cost.Stop], spot: accuracy_cost.Stop | None
) -> tuple[tuple[Told, ...], int]:
    """What each target at which the page stops costs, and the place of the first that is read: the scope's own."""
    voice = reading.voice
    found = [stop for stop in stops if stop.point is not curve.target] + ([spot] if spot else [])
    found.sort(key=lambda stop: -stop.point.error)
    told = []
    for stop in found:
        point = stop.point
        key = "costs.curve_told" if stop is not spot else "costs.curve_told_doubt" if curve.doubt else "costs.key_told"
        said = voice(
            key,
            value=voice.exact(point.value),
            low=voice.money(point.p10),
            middle=voice.money(point.p50),
            high=voice.money(point.p90),
            items=voice.number(point.likely, 0),
        )
        told.append((_place(stop.place), _place(stop.height), said))
    return tuple(told), found.index(spot) if spot else 0


def _mark(reading: Reading, mark: Mark) -> str:
    return reading.voice(f"costs.mark_{mark.kind}", value=reading.voice.number(mark.value))


def _zone(reading: Reading, boundary: Boundary) -> str:
    voice = reading.voice
    values = {name: voice.number(value) for name, value in boundary.values.items()}
    return voice(f"costs.zone_{boundary.code}", **{**values, "value": voice.number(boundary.value)})


def _alt(reading: Reading, curve: AccuracyCost, title: str) -> str:
    voice, (first, *_others, last) = reading.voice, (*curve.points, curve.points[-1])
    ends = {"from": voice.number(first.value), "to": voice.number(last.value)}
    said = [voice("costs.curve_alt", title=title, easy=voice.money(first.p50), hard=voice.money(last.p50), **ends)]
    said += [_target(reading, curve.target)] if curve.target else []
    said += [_mark(reading, mark) for mark in curve.marks]
    said += [_zone(reading, boundary) for boundary in curve.boundaries]
    return ". ".join(said)


def _stops(reading: Reading, curve: AccuracyCost, title: str, points: Sequence[Reach]) -> Table:
    """What each round target costs, and how much data it needs."""
    voice = reading.voice
    worth = any(point.worth for point in points)
    columns = [
        Column(voice("costs.target"), 3),
        *(Column(name, 3, number=True) for name in ("P10", "P50", "P90")),
        Column(voice("costs.items"), 3, number=True),
        Column(voice("costs.items_range"), 4, number=True),
    ]
    if worth:
        columns.append(Column(voice("costs.worth"), 3, number=True))
    table = []
    for point in points:
        here, value = curve.target is point, voice.exact(point.value)
        row = [
            Cell(voice("costs.target_here", value=value) if here else value, strong=here, value=point.value),
            *(Cell(voice.money(amount), strong=here, value=amount) for amount in (point.p10, point.p50, point.p90)),
            Cell(voice.number(point.likely, 0), value=float(point.likely)),
            Cell(voice("text.range", low=voice.number(point.low, 0), high=voice.number(point.high, 0))),
        ]
        if worth:
            likely = point.worth.likely if point.worth else 0.0
            row.append(Cell(voice.money(likely), value=likely))
        table.append(tuple(row))
    return Table("", tuple(columns), tuple(table), name=title, short=voice("sheets.accuracy"))


def _place(share: str) -> int:
    """The thousandths of a place in per cent, `42.30%`."""
    return round(10 * float(share.removesuffix("%")))


def _places(line: str) -> list[tuple[float, float]]:
    """The points of a line as SVG writes them."""
    return [(float(x), float(y)) for x, _comma, y in (pair.partition(",") for pair in line.split())]


def _within(outline: Sequence[tuple[float, float]]) -> list[Point]:
    """An outline without what lies above the picture: there it follows the upper edge."""
    found: list[Point] = []
    for place, (x, y) in enumerate(outline):
        found += [
            _whole(_at_edge(before, (x, y))) for before in outline[place - 1 : place] if (before[1] < 0) != (y < 0)
        ]
        found.append(_whole((x, max(y, 0.0))))
    return found


def _visible(line: Sequence[tuple[float, float]]) -> list[tuple[Point, ...]]:
    """The pieces of a line that do not lie above the picture."""
    pieces: list[list[Point]] = [[]]
    for place, here in enumerate(line):
        for before in line[place - 1 : place]:
            if (before[1] < 0) != (here[1] < 0):
                pieces[-1].append(_whole(_at_edge(before, here)))
                if here[1] < 0:
                    pieces.append([])
        if here[1] >= 0:
            pieces[-1].append(_whole(here))
    return [tuple(piece) for piece in pieces if len(piece) > 1]


def _at_edge(one: tuple[float, float], other: tuple[float, float]) -> tuple[float, float]:
    """Where the way from one point to another crosses the upper edge."""
    share = one[1] / (one[1] - other[1])
    return one[0] + share * (other[0] - one[0]), 0.0


def _whole(point: tuple[float, float]) -> Point:
    return round(point[0]), round(point[1])
