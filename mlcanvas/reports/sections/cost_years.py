"""What is spent when: until launch, and in each year of operation."""

from mlcanvas.domain.estimate.breakdown import Period, periods
from mlcanvas.reports.blocks import Cell, Column, Table
from mlcanvas.reports.reading import Json, Reading, number, rows
from mlcanvas.reports.sections.cost_labels import label

NAMED = 3
"""How many parts of a period are named."""


def spent(reading: Reading) -> list[Table]:
    """One row a period, with its largest parts; nothing for a revision that does not keep what it takes."""
    voice, result = reading.voice, reading.result("costs")
    lines = rows(result.get("lines"))
    if number(result.get("years")) is None or not lines or not all(map(_is_whole, lines)):
        return []
    found = periods(result)
    if not any(period.amount for period in found):
        return []
    # A line without a part that is likely stands for itself.
    named = [*lines, *(part for line in lines for part in line["parts"])]
    labels = {str(thing["key"]): label(reading, thing) for thing in named}
    columns = (
        Column(voice("costs.spent_when"), 2),
        Column(voice("costs.amount"), 2, number=True),
        Column(voice("costs.spent_most"), 9),
    )
    table = tuple(
        (
            Cell(_name(reading, period), strong=True),
            Cell(voice.money(period.amount), value=period.amount),
            Cell(_most(reading, period, labels), muted=True),
        )
        for period in found
    )
    return [Table(voice("costs.spent"), columns, table, note=voice("costs.spent_note"))]


def _is_whole(line: Json) -> bool:
    parts = line.get("parts")
    return number(line.get("mean")) is not None and isinstance(parts, list) and all(map(_is_part, parts))


def _is_part(part: object) -> bool:
    return isinstance(part, dict) and "key" in part and number(part.get("likely")) is not None


def _name(reading: Reading, period: Period) -> str:
    voice, year = reading.voice, reading.voice.number(period.year)
    if not period.year:
        return voice("costs.until_launch")
    if period.times > 1:
        return voice("costs.each_year", years=voice.number(period.times))
    if period.length < 1:
        return voice("costs.part_of_year", year=year, share=voice.number(round(period.length, 2)))
    return voice("costs.year", year=year)


def _most(reading: Reading, period: Period, labels: dict[str, str]) -> str:
    """The largest parts of a period, with their amounts."""
    voice = reading.voice
    parts = sorted(period.parts, key=lambda part: -part[1])
    said = [f"{labels[key]} {voice.money(amount)}" for key, amount in parts[:NAMED]]
    return " · ".join(said)
