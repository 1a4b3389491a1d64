"""Baselines: each measured value beside the target, and how it was measured."""

from collections.abc import Sequence

from mlcanvas import catalog
from mlcanvas.reports.axis import axis
from mlcanvas.reports.blocks import Bar, Block, Cell, Column, Paragraph, Ranges, Table, Tick
from mlcanvas.reports.reading import Json, Reading, number, rows


def blocks(reading: Reading) -> list[Block]:
    """One picture a metric, then all entries, then how they were measured."""
    voice, entries = reading.voice, rows(reading.part("baselines").get("entries"))
    if not entries:
        return []
    found: list[Block] = []
    for metric in dict.fromkeys(str(entry.get("metric", "")) for entry in entries):
        group = [entry for entry in entries if entry.get("metric", "") == metric and _value(entry) is not None]
        if metric and any(map(_counts, group)):
            found.append(_chart(reading, metric, group))
    found += [_table(reading, entries), Paragraph(voice("baselines.rule"), muted=True)]
    if protocols := _protocols(reading, entries):
        found.append(protocols)
    return found


def missing(reading: Reading) -> list[str]:
    """No baseline at all, or some without a value."""
    voice, entries = reading.voice, rows(reading.part("baselines").get("entries"))
    if not entries:
        return [voice("missing.baselines")]
    without = [str(entry.get("name")) for entry in entries if _value(entry) is None]
    return [voice("missing.baselines_value", names=voice.several(without, 3))] if without else []


def _value(entry: Json) -> float | None:
    return number(entry.get("value"))


def _counts(entry: Json) -> bool:
    return entry.get("comparable", "yes") == "yes" and entry.get("active", True) is not False


def _target(reading: Reading, metric: str) -> Json:
    """The success metric that this metric of the catalogue serves; the primary one first."""
    goals = [goal for goal in rows(reading.part("scope").get("metrics")) if goal.get("metric") == metric]
    goals = [goal for goal in goals if number(goal.get("target")) is not None]
    return min(goals, key=lambda goal: not goal.get("primary"), default={})


def _name(reading: Reading, metric: str) -> str:
    known = catalog.metrics().get(metric)
    return reading.voice.say(known.label) if known else metric


def _higher(metric: str, entries: Sequence[Json]) -> bool:
    known = catalog.metrics().get(metric)
    said = next((entry["direction"] for entry in entries if entry.get("direction")), known.direction if known else None)
    return said != "lower"


def _shown(reading: Reading, value: float, unit: object) -> str:
    return f"{reading.voice.exact(value)} {unit or ''}".strip()


def _interval(reading: Reading, entry: Json) -> str:
    low, high = number(entry.get("low")), number(entry.get("high"))
    if low is None or high is None:
        return ""
    return reading.voice("baselines.interval", low=reading.voice.exact(low), high=reading.voice.exact(high))


def _chart(reading: Reading, metric: str, entries: Sequence[Json]) -> Ranges:
    voice = reading.voice
    goal = _target(reading, metric)
    target = number(goal.get("target"))
    higher = _higher(metric, entries)
    values = [end for entry in entries for end in _ends(entry)] + ([] if target is None else [target])
    known = catalog.metrics().get(metric)
    scale = axis(values, least=known.low if known else None, greatest=known.high if known else None)
    ordered = sorted(entries, key=lambda entry: _value(entry) or 0.0, reverse=higher)
    bars = tuple(
        Bar(
            str(entry.get("name", "")),
            scale.at(_ends(entry)[0]),
            scale.at(_value(entry) or 0.0),
            scale.at(_ends(entry)[1]),
            _shown(reading, _value(entry) or 0.0, entry.get("unit")),
            muted=not _counts(entry),
            told=voice(
                "costs.bar_alt",
                label=entry.get("name", ""),
                text=", ".join(
                    filter(None, (_shown(reading, _value(entry) or 0.0, entry.get("unit")), _interval(reading, entry)))
                ),
            ),
        )
        for entry in ordered
    )
    lines: tuple[Tick, ...] = ()
    if target is not None:
        said = voice("baselines.target_line", value=_shown(reading, target, goal.get("unit")))
        lines = (Tick(scale.at(target), said),)
    title = voice("baselines.chart", metric=_name(reading, metric))
    spoken = "; ".join(voice("costs.bar_alt", label=bar.label, text=bar.text) for bar in bars)
    spoken = "; ".join([spoken, *(line.label for line in lines)])
    note = voice("baselines.chart_note", direction=voice("baselines.higher" if higher else "baselines.lower"))
    ticks = tuple(Tick(scale.at(mark), voice.number(mark)) for mark in scale.marks)
    return Ranges(title, bars, ticks, lines, voice("costs.chart_alt", title=title, bars=spoken), note)


def _ends(entry: Json) -> tuple[float, float]:
    value = _value(entry) or 0.0
    low, high = number(entry.get("low")), number(entry.get("high"))
    return (value if low is None else low), (value if high is None else high)


def _table(reading: Reading, entries: Sequence[Json]) -> Table:
    voice = reading.voice
    columns = (
        Column(voice("baselines.name"), 6),
        Column(voice("baselines.value"), 4, number=True),
        Column(voice("baselines.gap"), 3),
        Column(voice("baselines.data"), 7),
        Column(voice("baselines.measured"), 4),
        Column(voice("baselines.comparable"), 0),
    )
    ordered = sorted(entries, key=lambda entry: (str(entry.get("metric")), not _counts(entry)))
    # The picture above is named after the metric: where there is just one, each row need not repeat it.
    several = len({entry.get("metric") for entry in entries}) > 1 or not any(map(_counts, entries))
    return Table(voice("baselines.table"), columns, tuple(_row(reading, entry, several=several) for entry in ordered))


def _row(reading: Reading, entry: Json, *, several: bool) -> tuple[Cell, ...]:
    voice = reading.voice
    kinds = {kind.key: voice.say(kind.label) for kind in catalog.baseline_kinds().kinds}
    note = kinds.get(str(entry.get("kind")), str(entry.get("kind") or ""))
    if entry.get("active", True) is False:
        note = f"{note} · {voice('baselines.inactive')}".strip(" ·")
    data = " · ".join(str(entry[key]) for key in ("dataset", "dataset_revision") if entry.get(key))
    split = voice("baselines.split", split=entry["split"]) if entry.get("split") else ""
    count = number(entry.get("n"))
    n = "" if count is None else voice("baselines.size", n=voice.exact(count))
    muted = not _counts(entry)
    comparable = str(entry.get("comparable", "yes"))
    return (
        Cell(str(entry.get("name", "")), note=note, strong=not muted, muted=muted),
        _measured(reading, entry, muted=muted, several=several),
        _gap(reading, entry),
        Cell(data, note=" · ".join(filter(None, (split, n)))),
        Cell(
            str(entry.get("measured_by") or ""),
            note=voice.date(entry["measured_on"]) if entry.get("measured_on") else "",
        ),
        Cell(voice(f"text.{comparable}") if comparable in {"yes", "no", "partly"} else comparable, muted=muted),
    )


def _measured(reading: Reading, entry: Json, *, muted: bool, several: bool) -> Cell:
    value = _value(entry)
    if value is None:
        return Cell("–", muted=True)
    metric = _name(reading, str(entry.get("metric", "")))
    note = "\n".join(filter(None, (_interval(reading, entry), metric if several else "")))
    return Cell(_shown(reading, value, entry.get("unit")), note=note, muted=muted, value=value)


def _gap(reading: Reading, entry: Json) -> Cell:
    voice, value, metric = reading.voice, _value(entry), str(entry.get("metric", ""))
    target = number(_target(reading, metric).get("target"))
    if value is None or target is None or not _counts(entry):
        return Cell(voice("baselines.no_target") if target is None else "–", muted=True)
    gap = target - value if _higher(metric, [entry]) else value - target
    if gap <= 0:
        return Cell(voice("baselines.meets"), strong=True)
    return Cell(voice.counted("baselines.short", gap, gap=voice.number(gap)), value=gap)


def _protocols(reading: Reading, entries: Sequence[Json]) -> Table | None:
    voice = reading.voice
    table = []
    for entry in entries:
        said = [str(entry[key]) for key in ("protocol", "comparable_why", "notes") if entry.get(key)]
        if said:
            table.append((Cell(str(entry.get("name", "")), strong=True), Cell("\n".join(said))))
    if not table:
        return None
    columns = (Column(voice("baselines.name"), 2), Column(voice("baselines.protocol"), 5))
    return Table(voice("baselines.notes"), columns, tuple(table), short=voice("sheets.notes"))
