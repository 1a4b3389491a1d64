"""An example as its pages show it: the content of its project file beside the labels of the catalogue."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from mlcanvas import catalog
from mlcanvas.domain.canvas import Block, Template
from mlcanvas.domain.rows import Column, Kind
from mlcanvas.domain.scale import Band
from mlcanvas.domain.scope import Question
from mlcanvas.domain.text import Text
from mlcanvas.exchange.actions import counts
from mlcanvas.exchange.problems import Path
from mlcanvas.exchange.starters import Starter
from mlcanvas.projects.rows.showing import Names, said


@dataclass(frozen=True, slots=True)
class Card:
    """An example on the list: with the kind of its task in words, and how much of what is in it."""

    starter: Starter
    task: Text
    counts: Mapping[Path, int]


@dataclass(frozen=True, slots=True)
class Written:
    """A block of the canvas with its text and how far it is."""

    block: Block
    text: str
    state: str


@dataclass(frozen=True, slots=True)
class Danger:
    """A risk with its band before any measure and today."""

    risk: Mapping[str, Any]
    category: Text
    inherent: Band
    current: Band


@dataclass(frozen=True, slots=True)
class Cell:
    """A value of a row in the reader's words, with the label of its column. `figure` says whether it is a number."""

    label: Text
    text: str
    figure: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """What the canvas lists of one kind: each row by name and owner, with the columns that some row fills."""

    kind: Kind
    rows: tuple[tuple[Mapping[str, Any], tuple[Cell, ...]], ...]


@dataclass(frozen=True, slots=True)
class Whole:
    """All that the page of one example shows."""

    card: Card
    facts: tuple[tuple[Text, Text | float, Text | None], ...]
    answers: tuple[tuple[Question, str], ...]
    metrics: tuple[Mapping[str, Any], ...]
    template: Template
    blocks: tuple[Written, ...]
    lists: tuple[Listing, ...]
    risks: tuple[Danger, ...]
    baselines: tuple[tuple[Mapping[str, Any], Text, Text], ...]


def card(starter: Starter) -> Card:
    """`starter` for the list."""
    task = catalog.facts()["task_type"].option(starter.task_type)
    return Card(starter, task.label, counts(starter.content))


def whole(starter: Starter) -> Whole:
    """`starter` for its own page."""
    content = starter.content
    template = catalog.canvas_templates()[content["canvas"]["template"]]
    written = content["canvas"]["blocks"]
    return Whole(
        card=card(starter),
        facts=tuple(_facts(content["facts"])),
        answers=tuple(
            (question, content["scope"][question.key])
            for question in catalog.scope_questions()
            if question.key in content["scope"]
        ),
        metrics=tuple(_metric(metric) for metric in content["scope"]["metrics"]),
        template=template,
        blocks=tuple(
            Written(block, written[key]["text"], written[key]["state"])
            for key, block in template.blocks.items()
            if key in written
        ),
        lists=tuple(_lists(content.get("rows", {}), starter.currency)),
        risks=tuple(_danger(risk) for risk in content["risks"]["register"]),
        baselines=tuple(_baseline(entry) for entry in content["baselines"]["entries"]),
    )


def _facts(answers: Mapping[str, Any]) -> Iterator[tuple[Text, Text | float, Text | None]]:
    for fact in catalog.facts().values():
        if fact.key in answers:
            value = answers[fact.key]
            yield fact.label, fact.option(value).label if fact.kind == "choice" else value, fact.unit


def _lists(rows: Mapping[str, Any], currency: str) -> Iterator[Listing]:
    names = {kind: {row["key"]: row["name"] for row in listed} for kind, listed in rows.items()}
    for kind in catalog.row_kinds().values():
        listed = rows.get(kind.key, [])
        # An owner stands under the name.
        columns = tuple(
            column for column in kind.column[1:] if column.key != "owner" and any(column.key in row for row in listed)
        )
        if listed:
            yield Listing(kind, tuple((row, tuple(_cells(row, columns, names, currency))) for row in listed))


def _cells(row: Mapping[str, Any], columns: tuple[Column, ...], names: Names, currency: str) -> Iterator[Cell]:
    for column in columns:
        figure = column.kind in ("number", "interval", "amount")
        yield Cell(column.brief, said(column, row.get(column.key), names, currency), figure)


def _metric(metric: Mapping[str, Any]) -> dict[str, Any]:
    return {**metric, "deadline": date.fromisoformat(metric["deadline"])}


def _danger(risk: Mapping[str, Any]) -> Danger:
    matrix = catalog.risk_matrix()
    category = next(category.label for category in matrix.categories if category.key == risk["category"])
    inherent, current = (
        matrix.scale.band(risk[f"{view}likelihood"] * risk[f"{view}severity"]) for view in ("", "current_")
    )
    return Danger(risk, category, inherent, current)


def _baseline(entry: Mapping[str, Any]) -> tuple[Mapping[str, Any], Text, Text]:
    kind = next(kind.label for kind in catalog.baseline_kinds().kinds if kind.key == entry["kind"])
    metric = next(metric.label for metric in catalog.metrics().metrics if metric.key == entry["metric"])
    return entry, kind, metric
