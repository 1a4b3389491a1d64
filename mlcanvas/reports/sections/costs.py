"""Costs: the range, where the money goes, the answers and assumptions with their origin, the outside view."""

from collections.abc import Callable, Sequence

from mlcanvas import catalog
from mlcanvas.reports.axis import Axis, axis
from mlcanvas.reports.blocks import Bar, Block, Callout, Cell, Column, Paragraph, Ranges, Table, Tick
from mlcanvas.reports.reading import Json, Reading, number, rows
from mlcanvas.reports.sections import cost_pictures, cost_worth, cost_years
from mlcanvas.reports.sections.cost_labels import label
from mlcanvas.reports.voice import words

PERCENTILES = ("p10", "p50", "p80", "p90")
ENDS = ("low", "likely", "high")


def blocks(reading: Reading) -> list[Block]:
    """Everything there is to say about money, the range first."""
    voice, result = reading.voice, reading.result("costs")
    found: list[Block] = []
    if estimated(reading):
        found += [total_chart(reading, voice.money, voice("costs.never_add")), *cost_worth.brought(reading)]
        found += cost_pictures.chances(reading)
        lines = rows(result.get("lines"))
        if lines:
            found += [_lines_chart(reading, lines), _lines_table(reading, lines), *cost_years.spent(reading)]
        found += [*cost_pictures.drivers(reading), *cost_pictures.accuracy(reading)]
        if flags := said_flags(reading):
            found.append(Callout(voice("costs.flags"), tuple(flags), tone="warning"))
    if answers := _answers(reading):
        found.append(answers)
    if assumptions := _assumptions(reading):
        found.append(assumptions)
    if pilot := rows(reading.part("costs").get("pilot")):
        found.append(_pilot(reading, pilot))
    if result.get("seed") is not None and found:
        version = result.get("rule_version", "–")
        found.append(Paragraph(voice("costs.seed", seed=result["seed"], version=version), muted=True))
    return found


def missing(reading: Reading) -> list[str]:
    """No estimate at all, and answers that nobody knows."""
    voice, answers = reading.voice, reading.part("costs").get("answers") or {}
    if not answers and not estimated(reading):
        return [voice("missing.costs")]
    unknown = sum(value == "unknown" for value in answers.values())
    return [voice.counted("missing.costs_unknown", unknown, count=unknown)] if unknown else []


def estimated(reading: Reading) -> bool:
    """Whether there is a range."""
    result = reading.result("costs")
    return all(number(result.get(key)) is not None for key in PERCENTILES)


def percentiles(reading: Reading, values: Json, spell: Callable[[float], str]) -> str:
    """The four figures on one line."""
    amounts = {key: spell(number(values.get(key)) or 0.0) for key in PERCENTILES}
    return reading.voice("summary.percentiles", **amounts)


def total_chart(reading: Reading, spell: Callable[[float], str], note: str) -> Ranges:
    """Inside and outside view on one axis. `spell` writes the amounts, `note` is said below what one sees."""
    voice, result = reading.voice, reading.result("costs")
    views = [(voice("summary.inside"), result, False)]
    outside = result.get("outside_view")
    if isinstance(outside, dict) and all(number(outside.get(key)) is not None for key in PERCENTILES):
        views.append((voice("summary.outside"), outside, True))
    line = axis([float(view[key]) for _, view, _ in views for key in ("p10", "p90")], from_zero=True)
    bars = tuple(
        Bar(
            label,
            line.at(float(view["p10"])),
            line.at(float(view["p50"])),
            line.at(float(view["p90"])),
            percentiles(reading, view, spell),
            muted=muted,
            strong=not muted,
        )
        for label, view, muted in views
    )
    return Ranges(
        voice("costs.total_chart"),
        bars,
        _ticks(reading, line),
        (),
        _alt(reading, bars),
        " ".join((voice("costs.total_note"), voice("summary.how_to_read"), note)),
    )


def said_flags(reading: Reading) -> list[str]:
    """What the estimate warns of, as sentences."""
    voice = reading.voice
    found = []
    for flag in reading.result("costs").get("flags") or []:
        if isinstance(flag, dict) and "code" in flag:
            found.append(sentence(reading, str(flag["code"]), flag.get("values") or {}))
        elif isinstance(flag, str):
            found.append(sentence(reading, flag, {}))
        else:
            found.append(voice.say(flag))
    return [flag for flag in found if flag]


def sentence(reading: Reading, code: str, values: Json) -> str:
    """The sentence for a code of a rule; the code itself where the catalogue has none for it."""
    voice = reading.voice
    said = {
        name: voice.say(value) if isinstance(value, dict) or number(value) is None else voice.number(float(value))
        for name, value in values.items()
    }
    try:
        return voice.say(catalog.sentence(code)).format(**said)
    except (KeyError, IndexError, ValueError):
        return code


def _alt(reading: Reading, bars: Sequence[Bar]) -> str:
    spoken = [reading.voice("costs.bar_alt", label=bar.label, text=bar.text) for bar in bars]
    return reading.voice("costs.chart_alt", title=reading.voice("costs.total_chart"), bars="; ".join(spoken))


def _ticks(reading: Reading, line: Axis) -> tuple[Tick, ...]:
    return tuple(Tick(line.at(mark), reading.voice.short_money(mark)) for mark in line.marks)


def _lines_chart(reading: Reading, lines: Sequence[Json]) -> Ranges:
    voice = reading.voice
    drawn = [line for line in lines if all(number(line.get(key)) is not None for key in ("p10", "p50", "p90"))]
    drawn = sorted(drawn, key=lambda line: -float(line["p50"]))
    scale = axis([float(line[key]) for line in drawn for key in ("p10", "p90")] or [0.0, 1.0], from_zero=True)
    bars = tuple(
        Bar(
            label(reading, line),
            scale.at(float(line["p10"])),
            scale.at(float(line["p50"])),
            scale.at(float(line["p90"])),
            voice("text.range", low=voice.money(float(line["p10"])), high=voice.money(float(line["p90"]))),
            told=voice(
                "costs.line_told",
                label=label(reading, line),
                low=voice.money(float(line["p10"])),
                middle=voice.money(float(line["p50"])),
                high=voice.money(float(line["p90"])),
            ),
        )
        for line in drawn
    )
    spoken = "; ".join(voice("costs.bar_alt", label=bar.label, text=bar.text) for bar in bars)
    alt = voice("costs.chart_alt", title=voice("costs.lines_chart"), bars=spoken)
    return Ranges(voice("costs.lines_chart"), bars, _ticks(reading, scale), (), alt, voice("costs.lines_note"))


def _lines_table(reading: Reading, lines: Sequence[Json]) -> Table:
    voice, result = reading.voice, reading.result("costs")
    figures = ("low", "likely", "high", "p10", "p50", "p90")
    table = [
        (
            Cell(label(reading, line), strong=True),
            *(_money(reading, line.get(name)) for name in figures),
            Cell(_origin(reading, line.get("origin")), muted=True),
        )
        for line in lines
    ]
    total = [_money(reading, result.get(name), strong=True) for name in ("p10", "p50", "p90")]
    table.append((Cell(voice("costs.total"), strong=True), Cell(""), Cell(""), Cell(""), *total, Cell("")))
    columns = (
        Column(voice("costs.line"), 5),
        *(Column(voice(f"costs.{name}"), 3, number=True) for name in ("low", "likely", "high")),
        *(Column(name.upper(), 3, number=True) for name in ("p10", "p50", "p90")),
        Column(voice("costs.origin"), 3),
    )
    outside = result.get("outside_view")
    note = ""
    if isinstance(outside, dict) and (uplift := number(outside.get("uplift"))) is not None:
        note = voice("costs.outside_note", uplift=f"{voice.number(100 * uplift)} %")
    return Table(voice("costs.lines"), columns, tuple(table), note=note)


def _money(reading: Reading, value: object, *, strong: bool = False) -> Cell:
    amount = number(value)
    if amount is None:
        return Cell("–", muted=True)
    return Cell(reading.voice.money(amount), strong=strong, value=amount)


def _origin(reading: Reading, origin: object) -> str:
    if isinstance(origin, dict):
        return reading.voice.say(origin)
    key = f"costs.origin_{origin}"
    return reading.voice(key) if key in words() else str(origin or "")


def _amount(reading: Reading, value: object) -> str:
    """An answer or an assumption: a number, three points, a choice, or words."""
    voice = reading.voice
    if value == "unknown":
        return voice("text.unknown")
    if isinstance(value, dict):
        points = {key: number(value.get(key)) for key in ENDS}
        if all(point is not None for point in points.values()):
            return voice("text.to", **{key: voice.exact(point or 0.0) for key, point in points.items()})
        return voice.say(value)
    if isinstance(value, bool):
        return voice("text.yes" if value else "text.no")
    amount = number(value)
    return voice.exact(amount) if amount is not None else str(value)


def _answers(reading: Reading) -> Table | None:
    voice, answers = reading.voice, reading.part("costs").get("answers") or {}
    table = []
    for question in catalog.cost_questionnaire().questions:
        value = answers.get(question.key)
        if value is None:
            continue
        chosen = next((option.label for option in question.options if option.key == value), None)
        said = voice.say(chosen) if chosen else _amount(reading, value)
        unit = voice.say(question.unit) if question.unit and value != "unknown" else ""
        table.append((Cell(voice.say(question.label)), Cell(f"{said} {unit}".strip(), muted=value == "unknown")))
    if not table:
        return None
    columns = (Column(voice("costs.question"), 5), Column(voice("costs.answer"), 4))
    return Table(voice("costs.answers"), columns, tuple(table))


def _assumptions(reading: Reading) -> Table | None:
    """Every figure that nobody answered, with its origin; sources are numbered, as most rows share a few."""
    voice = reading.voice
    sources: dict[str, int] = {}
    table = []
    for assumption in rows(reading.result("costs").get("assumptions")):
        source = voice.say(assumption.get("source"))
        dated = voice.date(str(assumption["date"])) if assumption.get("date") else ""
        named = ", ".join(filter(None, (source, dated)))
        mark = str(sources.setdefault(named, len(sources) + 1)) if named else ""
        table.append(
            (
                Cell(label(reading, assumption)),
                Cell(_figure(reading, assumption)),
                Cell(_origin(reading, assumption.get("origin"))),
                Cell(mark),
            )
        )
    if not table:
        return None
    columns = (
        Column(voice("costs.assumption"), 6),
        Column(voice("costs.value"), 6),
        Column(voice("costs.origin"), 3),
        Column(voice("costs.source"), 0, number=True),
    )
    note = "\n".join(f"{number}  {source}" for source, number in sources.items())
    return Table(voice("costs.assumptions"), columns, tuple(table), note=note, short=voice("sheets.assumptions"))


def _figure(reading: Reading, assumption: Json) -> str:
    """A figure that was taken: rounded, as most of them are computed, with its unit."""
    voice, value = reading.voice, assumption.get("value")
    unit = str(assumption.get("unit") or "")
    spell = voice.money if unit == "money" else voice.number
    known = catalog.cost_questionnaire().question(str(assumption.get("key")))
    per = voice.say(known.unit) if known and known.unit else "" if unit == "money" else unit
    ends = {key: number(value.get(key)) for key in ENDS} if isinstance(value, dict) else {}
    if ends and all(end is not None for end in ends.values()):
        said = voice("text.to", **{key: spell(end or 0.0) for key, end in ends.items()})
    else:
        single = number(value)
        said = _amount(reading, value) if single is None else spell(single)
    return f"{said} {per}".strip()


def _pilot(reading: Reading, pilot: Sequence[Json]) -> Table:
    voice = reading.voice
    columns = (
        Column(voice("costs.pilot_size"), 1, number=True),
        Column(voice("costs.pilot_error"), 1, number=True),
        Column("", 3),
    )
    table = tuple(
        (
            Cell(voice.exact(number(point.get("labelled")) or 0.0), value=number(point.get("labelled"))),
            Cell(voice.exact(number(point.get("error")) or 0.0), value=number(point.get("error"))),
            Cell(""),
        )
        for point in pilot
    )
    return Table(voice("costs.pilot"), columns, table)
