"""Scope: the long answers, the facts, the success metrics."""

from collections.abc import Sequence

from mlcanvas import catalog
from mlcanvas.reports.blocks import Answer, Block, Cell, Column, Pairs, Table
from mlcanvas.reports.prose import parse
from mlcanvas.reports.reading import Json, Reading, number, rows


def blocks(reading: Reading) -> list[Block]:
    """The answers in their order, then the facts, then the metrics."""
    voice, scope = reading.voice, reading.part("scope")
    found: list[Block] = [
        Answer(voice.say(question.title), parse(scope[question.key]))
        for question in catalog.scope_questions()
        if scope.get(question.key)
    ]
    if facts := _facts(reading):
        found.append(Pairs(voice("scope.facts"), tuple(facts)))
    if metrics := rows(scope.get("metrics")):
        found.append(_metrics(reading, metrics))
    return found


def missing(reading: Reading) -> list[str]:
    """Unanswered questions, and metrics without a target."""
    voice, scope = reading.voice, reading.part("scope")
    open_ = [voice.say(question.title) for question in catalog.scope_questions() if not scope.get(question.key)]
    found = []
    if len(open_) == len(catalog.scope_questions()):
        found.append(voice("missing.scope"))
    elif open_:
        found.append(voice("missing.scope_some", names=voice.several(open_, 3)))
    metrics = rows(scope.get("metrics"))
    if not metrics:
        found.append(voice("missing.metrics"))
    elif without := [metric["name"] for metric in metrics if number(metric.get("target")) is None]:
        found.append(voice("missing.metrics_target", names=voice.several(without, 3)))
    return found


def _facts(reading: Reading) -> list[tuple[str, str]]:
    voice = reading.voice
    found = []
    for key, fact in catalog.facts().items():
        value = reading.fact.get(key)
        if fact.derived or value is None:
            continue
        if fact.kind == "choice":
            said = next((voice.say(option.label) for option in fact.options if option.key == value), str(value))
        elif (amount := number(value)) is not None:
            said = f"{voice.exact(amount)} {voice.say(fact.unit)}".strip()
        else:
            said = str(value)
        found.append((voice.say(fact.label), said))
    return found


def _metrics(reading: Reading, metrics: Sequence[Json]) -> Table:
    voice = reading.voice
    columns = (
        Column(voice("scope.metric"), 5),
        Column(voice("scope.kind"), 2),
        Column(voice("scope.better"), 2),
        Column(voice("scope.current"), 2, number=True),
        Column(voice("scope.minimum"), 2, number=True),
        Column(voice("scope.target"), 2, number=True),
        Column(voice("scope.unit"), 2),
        Column(voice("scope.deadline"), 3),
    )
    table = []
    for metric in metrics:
        figures = [_figure(reading, metric.get(name)) for name in ("current", "minimum", "target")]
        table.append(
            (
                Cell(metric["name"], note=voice("scope.primary") if metric.get("primary") else "", strong=True),
                Cell(voice(f"scope.kind_{metric['kind']}")),
                Cell(voice(f"scope.{metric['direction']}")),
                *figures,
                Cell(metric.get("unit", "")),
                Cell(voice.date(metric["deadline"]) if metric.get("deadline") else ""),
            )
        )
    return Table(voice("scope.metrics"), columns, tuple(table))


def _figure(reading: Reading, value: object) -> Cell:
    amount = number(value)
    return Cell("–", muted=True) if amount is None else Cell(reading.voice.exact(amount), value=amount)
