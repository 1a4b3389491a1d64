"""The cost page's rows: the same figures as the selectors give, beside their labels, ready to be printed."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mlcanvas import catalog
from mlcanvas.accounts.models import User
from mlcanvas.charts.cost_range import RangeBar, RangePicture, picture
from mlcanvas.costs import forms
from mlcanvas.costs.asking import seen_text
from mlcanvas.costs.rates import showing as rates
from mlcanvas.costs.selectors import Cost
from mlcanvas.domain.estimate import UNKNOWN, Stored, payback
from mlcanvas.domain.estimate.definition import Choice, Group, LineDefinition, Question, Source
from mlcanvas.domain.estimate.rates import FIT, OWN
from mlcanvas.domain.text import Text
from mlcanvas.projects.models import Row
from mlcanvas.web import sentences
from mlcanvas.web.sentences import here, say


@dataclass(frozen=True, slots=True)
class Listed:
    """What one case costs by the canvas's list of outcomes: `low` and `high` only where somebody gave them."""

    key: str
    name: str
    likely: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Ask:
    """One question as it stands on the page: what is typed in its fields, and what counts until it is answered.

    `following` are the ends of a range that its likely value brings along, for the fields that are left empty. `listed`
    are outcomes of the canvas that say what it asks. `seen` is what the writer saw, as the form sends it back.
    """

    question: Question
    typed: Mapping[str, Any]
    errors: Mapping[str, list[str]]
    unknown: bool
    answered: bool
    fact: Any
    standin: Mapping[str, Any] | None
    by: User | None
    at: datetime | None
    saved: bool = False
    following: Mapping[str, Any] = field(default_factory=dict)
    listed: tuple[Listed, ...] = ()
    seen: str = ""

    @property
    def points(self) -> list[dict[str, Any]]:
        """The rows of a pilot: those with a value and two to fill in."""
        places = [name.partition("_")[2] for name in self.typed if name.startswith("labelled_")]
        count = min(1 + max((int(place) for place in places if place.isdigit()), default=-1) + forms.SPARE_POINTS, 51)
        return [
            {
                "place": str(place),
                **{name: self.typed.get(f"{name}_{place}", "") for name in ("labelled", "error")},
                "errors": [*self.errors.get(f"labelled_{place}", []), *self.errors.get(f"error_{place}", [])],
            }
            for place in range(count if not self.errors else max(count - forms.SPARE_POINTS, 1))
        ]

    @property
    def spread_open(self) -> bool:
        """Whether low and high are shown at once: they hold something, or something is wrong with them."""
        return any(self.typed.get(end) or end in self.errors for end in ("low", "high"))

    @property
    def error(self) -> str:
        """The first error, wherever it is."""
        return next((each[0] for each in self.errors.values() if each), "")


@dataclass(frozen=True, slots=True)
class Chapter:
    """A group with its questions and how many of them are settled."""

    group: Group
    main: list[Ask]
    optional: list[Ask]
    done: int
    counted: int
    open: bool


def ask(
    cost: Cost,
    question: Question,
    *,
    posted: Mapping[str, Any] | None = None,
    errors: Mapping[str, list[str]] | None = None,
    saved: bool = False,
    outcomes: Iterable[Row] = (),
    seen: str | None = None,
    own: Mapping[str, Stored] | None = None,
) -> Ask:
    """One question beside the `outcomes` that the canvas lists.

    With `posted` it shows what was sent, and `errors` at each field, instead of what is stored; `seen` is what the
    writer of it saw, where that is not what stands. A scenario says `own` answers.
    """
    stored, row = cost.answers.get(question.key), cost.rows.get(question.key)
    fact = cost.facts.get(question.fact) if question.fact and question.key not in cost.answers else None
    return Ask(
        question=question,
        typed=forms.typed(question, stored) if posted is None else posted,
        errors=errors or {},
        unknown=stored == UNKNOWN,
        answered=stored is not None,
        fact=fact,
        standin=_standin(cost, question, stored),
        by=row.by if row else None,
        at=row.at if row else None,
        saved=saved,
        following=forms.following(question, stored) if posted is None else {},
        listed=listed(question, outcomes),
        seen=seen_text((cost.answers if own is None else own).get(question.key)) if seen is None else seen,
    )


def listed(question: Question, outcomes: Iterable[Row]) -> tuple[Listed, ...]:
    """The outcomes whose cost is what the question asks."""
    found = []
    for row in outcomes:
        said, amount = row.values, row.values.get("amount")
        if not question.listed or said.get("result") != question.listed or said.get("effect") == "gain":
            continue
        if isinstance(amount, Mapping):
            found.append(Listed(row.key, str(row), amount["likely"], amount["low"], amount["high"]))
        elif amount is not None:
            found.append(Listed(row.key, str(row), amount, None, None))
    return tuple(found)


def _standin(cost: Cost, question: Question, stored: Any) -> Mapping[str, Any] | None:
    """The figure that counts while nobody has answered, as the estimate used it."""
    if stored is not None and stored != UNKNOWN:
        return None
    inputs: list[Mapping[str, Any]] = (cost.result or {}).get("inputs", [])
    used = {figure["key"]: figure for figure in inputs}
    figure = used.get(question.key)
    if question.kind == "choice" or figure is None or figure["origin"] == "answer":
        return None
    return {**figure, "set_by": _set_by(cost, figure)}


def chapters(
    cost: Cost,
    *,
    opened: str = "",
    shown: Ask | None = None,
    outcomes: Collection[Row] = (),
    own: Mapping[str, Stored] | None = None,
) -> list[Chapter]:
    """The questionnaire by group, beside the `outcomes` that the canvas lists.

    The group `opened` is open, else the first that is not complete.
    """
    questionnaire = catalog.cost_questionnaire()
    found: list[Chapter] = []
    for group in questionnaire.groups:
        asks = [
            shown
            if shown is not None and shown.question.key == question.key
            else ask(cost, question, outcomes=outcomes, own=own)
            for question in questionnaire.of_group(group.key)
        ]
        done, counted = cost.settled(group.key)
        wanted = group.key == opened if opened else done < counted and not any(chapter.open for chapter in found)
        found.append(
            Chapter(
                group,
                [each for each in asks if not each.question.optional],
                [each for each in asks if each.question.optional],
                done,
                counted,
                wanted,
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class LineRow:
    """One cost line of the table, with its bar."""

    definition: LineDefinition
    line: Mapping[str, Any]
    bar: RangeBar
    parts: list[tuple[Text, float]]
    # How many of its figures are assumptions.
    assumed: int


@dataclass(frozen=True, slots=True)
class InputRow:
    """One figure that went in: label, values, origin, source."""

    label: Text
    suffix: str
    figure: Mapping[str, Any]
    source: Source | None
    option: Choice | None
    # Of a figure of the workspace: who set it and as of when.
    set_by: str = ""

    @property
    def single(self) -> bool:
        """Whether low and high are the likely value."""
        value = self.figure["value"]
        return bool(value["low"] == value["high"])


@dataclass(frozen=True, slots=True)
class Outcome:
    """All that the result cards print."""

    result: Mapping[str, Any]
    picture: RangePicture
    lines: list[LineRow]
    inputs: list[InputRow]
    flags: list[str]
    assumptions: int
    # Which corrections of the workspace it was made with.
    fitted_by: str = ""

    @property
    def years(self) -> int:
        """1 for one year of operation and 2 for any other time: what a language's plural asks for."""
        return 1 if self.result["years"] == 1 else 2

    @property
    def payback_months(self) -> int | None:
        """Months of operation until it has paid back, the last one begun; None where years say it better.

        From the amounts of the record: its years of payback are rounded, and may be none.
        """
        worth, run = self.result["worth"], next(line for line in self.result["lines"] if line["key"] == "run")
        if not worth or worth["net"] <= 0:
            return None
        return payback.months(max(0.0, self.result["p50"] - run["p50"]) / worth["net"])


def outcome(cost: Cost) -> Outcome | None:
    """The result with labels and pictures, or None where there is none."""
    result = cost.result
    if result is None:
        return None
    questionnaire = catalog.cost_questionnaire()
    bars = picture([(line["key"], line) for line in result["lines"]]).bars
    definitions = {line.key: line for line in questionnaire.lines}
    assumed = {figure["key"] for figure in result["inputs"] if figure["origin"] == "assumption"}
    lines = [
        LineRow(definitions[line["key"]], line, bar, _parts(line), len(assumed.intersection(line["inputs"])))
        for line, bar in zip(result["lines"], bars, strict=True)
        if line["key"] in definitions
    ]
    return Outcome(
        result=result,
        picture=picture([("inside", result), ("outside", result["outside_view"])]),
        lines=lines,
        inputs=[_input(cost, figure) for figure in result["inputs"]],
        flags=[sentence(flag["code"], flag["values"]) for flag in result["flags"]],
        assumptions=sum(figure["origin"] == "assumption" for figure in result["inputs"]),
        fitted_by=rates.fitted_by(result["fit"]) if result.get("fit") else "",
    )


def _parts(line: Mapping[str, Any]) -> list[tuple[Text, float]]:
    """The line's P50 split in proportion to the likely values of its parts."""
    whole = sum(part["likely"] for part in line["parts"])
    label = catalog.cost_questionnaire().label
    return [
        (label(part["key"]), line["p50"] * part["likely"] / whole)
        for part in line["parts"]
        if whole and len(line["parts"]) > 1
    ]


def _input(cost: Cost, figure: Mapping[str, Any]) -> InputRow:
    questionnaire = catalog.cost_questionnaire()
    named, _colon, suffix = figure["key"].partition(":")
    sourced = figure["origin"] in ("default", "assumption")
    question = questionnaire.question(named)
    chosen = cost.answers.get(named)
    option = None
    if question is not None and question.options and isinstance(chosen, str) and chosen != UNKNOWN:
        option = question.option(chosen)
    source = questionnaire.source(figure["source"]) if sourced else None
    line = next((here(line.label) for line in questionnaire.lines if line.key == suffix), suffix)
    return InputRow(questionnaire.label(named), line, figure, source, option, _set_by(cost, figure))


def _set_by(cost: Cost, figure: Mapping[str, Any]) -> str:
    """Who in the workspace says so, of a figure that it set or corrected; else empty."""
    result = cost.result or {}
    if figure["origin"] != "workspace":
        return ""
    if figure["source"] == FIT:
        return rates.fitted_by(result["fit"])
    place = figure["source"].removeprefix(OWN)
    return next((rates.set_by(own) for own in result.get("own", []) if own["place"] == place), "")


def sentence(code: str, values: Mapping[str, Any]) -> str:
    """The sentence for a flag, its numbers rounded to what anybody reads."""
    return sentences.sentence(
        code, {name: round(value, 4) if isinstance(value, float) else value for name, value in values.items()}
    )


def refusal(cost: Cost) -> str:
    """Why there is no estimate, in one sentence; empty where nothing is answered yet, which is no mistake."""
    refused = cost.refused
    if refused is None or refused.code == "cost_nothing_answered":
        return ""
    numeric = {name: value for name, value in refused.values.items() if isinstance(value, (int, float))}
    return sentence(refused.code, numeric) if len(numeric) == len(refused.values) else say(refused)
