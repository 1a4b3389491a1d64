"""The pictures of the cost page: what accuracy costs, what moves the range, how it spreads over chances and years.

None of them is stored: each follows from what the estimate rests on, and is kept in the process by the digest of that.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django import forms
from django.core.cache import caches
from django.utils.translation import gettext_lazy as _

from mlcanvas import catalog
from mlcanvas.charts import accuracy_cost as curves
from mlcanvas.charts import cost_breakdown as breakdowns
from mlcanvas.costs import selectors
from mlcanvas.costs.selectors import Cost
from mlcanvas.domain.estimate import Context, breakdown, sensitivity
from mlcanvas.domain.estimate import accuracy as rules
from mlcanvas.domain.estimate.curve import MOST_ITEMS
from mlcanvas.domain.estimate.definition import Question
from mlcanvas.domain.metrics import Metric
from mlcanvas.domain.refusal import Refused
from mlcanvas.domain.text import Text
from mlcanvas.projects.models import Project
from mlcanvas.web.fields import NumberField
from mlcanvas.web.sentences import say
from mlcanvas.web.templatetags.mlcanvas import number

# Seconds. An entry is right for ever; this only says how long one that nobody looks at takes up room.
KEPT = 24 * 3600

Made = TypeVar("Made")


def _kept(kind: str, cost: Cost, make: Callable[[], Made], *more: object) -> Made:
    """What `make` gives, once for what the estimate rests on and `more`."""
    key = ":".join([kind, cost.inputs_digest, *(repr(each) for each in more)])
    found: Made | None = caches["process"].get(key)
    if found is None:
        found = make()
        caches["process"].set(key, found, KEPT)
    return found


class TargetForm(forms.Form):
    """A target to ask the curve about."""

    target = NumberField(label=_("Target"), required=False)


@dataclass(frozen=True, slots=True)
class Chosen:
    """The target that somebody looks at, and the way to it from the scope's, or from the scope's to its neighbours."""

    stop: curves.Stop
    typed: str
    is_target: bool
    harder: rules.Step | None
    easier: rules.Step | None
    number: int


@dataclass(frozen=True, slots=True)
class Row:
    """A stop of the handle as a row of the table, `typed` as somebody would type it."""

    stop: curves.Stop
    typed: str
    is_target: bool


@dataclass(frozen=True, slots=True)
class AccuracySight:
    """All that the picture of the curve prints."""

    curve: rules.AccuracyCost | None
    picture: curves.CurvePicture | None
    metric: Metric | None
    rows: list[Row]
    chosen: Chosen | None
    typed: str
    errors: list[str]
    refusal: str
    doubt: str

    @property
    def status(self) -> int:
        """422 where the target that was asked for is refused."""
        return 422 if self.errors else 200

    @property
    def years(self) -> int:
        """1 for one year of operation and 2 for any other time: what a language's plural asks for."""
        return 1 if self.curve is not None and self.curve.years == 1 else 2


def accuracy(project: Project, asked: str | None = None) -> AccuracySight:
    """The curve with the target `asked` on it, as somebody typed it; with the scope's where nothing is asked."""
    cost = selectors.cost(project)
    around = selectors.context(project, cost.facts, cost.primary)
    today = _today(cost)
    metric = around.target.metric if around.target else None
    try:
        curve = curve_of(cost, around)
    except Refused as refused:
        return AccuracySight(None, None, metric, [], None, asked or "", [], _why_not(refused), "")
    value, errors = _asked(cost, around, today, asked)
    drawn = bool(curve.points) and not curve.flat
    chosen = _chosen(cost, around, curve, value) if drawn else None
    spell = NumberField().prepare_value
    picture = curves.picture(curve) if drawn else None
    scope_value = around.target.value if around.target else None
    rows = [
        Row(stop, spell(stop.point.value), stop.point.value == scope_value)
        for stop in (picture.stops if picture else ())
    ]
    typed = asked if asked is not None and errors else chosen.typed if chosen else ""
    doubt = _why_not(Refused(curve.doubt.code, "", **curve.doubt.values)) if curve.doubt else ""
    return AccuracySight(curve, picture, metric, rows, chosen, typed, errors, "", doubt)


def _today(cost: Cost) -> float | None:
    return cost.primary.current if cost.primary else None


def curve_of(cost: Cost, around: Context) -> rules.AccuracyCost:
    """The curve around what `cost` rests on. Raises Refused as `accuracy_cost`."""
    today, questions = _today(cost), catalog.cost_questionnaire()
    return _kept(
        "accuracy", cost, lambda: rules.accuracy_cost(cost.answers, around, questions, cost.seed, today=today), today
    )


def _asked(cost: Cost, around: Context, today: float | None, asked: str | None) -> tuple[float | None, list[str]]:
    """The value that was typed, None where nothing was or where it is refused; then why."""
    if asked is None:
        return None, []
    form = TargetForm({"target": asked})
    value: float | None = None
    if form.is_valid():
        value = form.cleaned_data["target"]
        try:
            if value is not None:
                rules.check_target(cost.answers, around, catalog.cost_questionnaire(), value, today=today)
        except Refused as refused:
            value = None
            form.add_error("target", _why_not(refused))
    return value, [str(sentence) for sentence in form.errors.get("target", [])]


def _why_not(refused: Refused) -> str:
    """The sentence of a refusal. Amounts are written as they are read, not as they are typed."""
    values = {
        name: number(value, 4) if isinstance(value, (int, float)) else value for name, value in refused.values.items()
    }
    return say(Refused(refused.code, refused.path, **values))


def _chosen(cost: Cost, around: Context, curve: rules.AccuracyCost, value: float | None) -> Chosen | None:
    """The point at `value`, or at the scope's target, with what lies between the two or beside it."""
    target = curve.target
    if value is None and target is None:
        return None

    def between(one: float, other: float) -> rules.Step:
        questions, seed = catalog.cost_questionnaire(), cost.seed
        return _kept(
            "step", cost, lambda: rules.step(cost.answers, around, questions, seed, one, other), *sorted((one, other))
        )

    harder: rules.Step | None = None
    easier: rules.Step | None = None
    if target is not None and (value is None or value == target.value):
        point = target
        place = curve.stops.index(target.value)
        if place + 1 < len(curve.stops) and curve.doubt is None:
            harder = between(target.value, curve.stops[place + 1])
        if place > 0:
            easier = between(target.value, curve.stops[place - 1])
    elif target is not None and value is not None:
        step = between(target.value, value)
        point = step.harder if step.harder.value == value else step.easier
        harder, easier = (step, None) if point is step.harder else (None, step)
    else:
        # Without a target that can be had there is nothing to compare with but where the curve begins.
        easiest = curve.points[0].value
        step = between(easiest, value if value is not None else easiest)
        point, harder = step.harder, step if step.harder.value != step.easier.value else None
    errors = [abs(point.error - stop.error) for each in curve.stops if (stop := curve.at(each)) is not None]
    nearest = errors.index(min(errors)) if errors else 0
    is_target = target is not None and point.value == target.value
    spelt = NumberField().prepare_value(point.value)
    return Chosen(curves.stop(curve, point), spelt, is_target, harder, easier, nearest)


@dataclass(frozen=True, slots=True)
class DriverRow:
    """One input with its bar; `question` is where it is answered, None where no question asks for it."""

    label: Text
    bar: breakdowns.DriverBar
    question: Question | None
    why_open: str


@dataclass(frozen=True, slots=True)
class DriversSight:
    """What moves P50, and which open question would narrow the range most."""

    p50: float
    rows: list[DriverRow]
    middle: str
    others: int
    narrowing: sensitivity.Narrowing | None
    narrowing_question: Question | None
    refusal: str = ""


def drivers_of(cost: Cost, around: Context) -> sensitivity.Sensitivity:
    """What moves P50 of what `cost` rests on. Raises Refused as `sensitivity`."""
    questions = catalog.cost_questionnaire()
    return _kept("drivers", cost, lambda: sensitivity.sensitivity(cost.answers, around, questions, cost.seed))


def drivers(project: Project) -> DriversSight:
    """The tornado."""
    cost = selectors.cost(project)
    around = selectors.context(project, cost.facts, cost.primary)
    questions = catalog.cost_questionnaire()
    try:
        found = drivers_of(cost, around)
    except Refused as refused:
        return DriversSight(0.0, [], "", 0, None, None, _why_not(refused))
    picture = breakdowns.driver_picture(found)
    rows = [
        DriverRow(
            questions.label(bar.driver.key.partition(":")[0]),
            bar,
            questions.question(bar.driver.key),
            _why_not(Refused(bar.driver.refused, most=MOST_ITEMS)) if bar.open else "",
        )
        for bar in picture.bars
    ]
    narrowing = found.narrowing
    question = questions.question(narrowing.question) if narrowing else None
    return DriversSight(found.p50, rows, picture.middle, found.others, narrowing, question)


@dataclass(frozen=True, slots=True)
class PartRow:
    """A part with the number that stands for it, `part` None where the line is not split, and what it takes."""

    number: int
    line: Text
    part: Text | None
    amount: float


@dataclass(frozen=True, slots=True)
class BreakdownSight:
    """The S-curve, and the total by part and year: `parts` over all periods, `spent` in each."""

    chances: breakdowns.ChancePicture | None
    stack: breakdowns.StackPicture | None
    parts: list[PartRow]
    spent: list[tuple[breakdown.Period, PartRow]]
    result: Mapping[str, Any] | None
    refusal: str = ""


def chances_of(cost: Cost, around: Context) -> tuple[tuple[int, float], ...]:
    """(chance in per cent, amount) of what `cost` rests on. Raises Refused as `chances`."""
    questions = catalog.cost_questionnaire()
    return _kept("chances", cost, lambda: breakdown.chances(cost.answers, around, questions, cost.seed))


def breakdown_of(project: Project) -> BreakdownSight:
    """How the total spreads."""
    cost = selectors.cost(project)
    result = cost.result
    if result is None:
        return BreakdownSight(None, None, [], [], None, _why_not(cost.refused) if cost.refused else "")
    around = selectors.context(project, cost.facts, cost.primary)
    questions = catalog.cost_questionnaire()
    chances = chances_of(cost, around)
    periods = breakdown.periods(result)
    if not periods or not any(period.amount for period in periods):
        return BreakdownSight(breakdowns.chance_picture(chances), None, [], [], result)
    stack = breakdowns.stack_picture(periods)
    labels = {
        key: (questions.label(key.partition(".")[0]), questions.label(key) if "." in key else None)
        for key in stack.numbers
    }
    amounts: dict[str, float] = dict.fromkeys(stack.numbers, 0.0)
    spent = []
    for period in periods:
        for key, amount in period.parts:
            amounts[key] += amount * period.times
            spent.append((period, PartRow(stack.numbers[key], *labels[key], amount)))
    parts = [PartRow(number, *labels[key], amounts[key]) for key, number in stack.numbers.items()]
    return BreakdownSight(breakdowns.chance_picture(chances), stack, parts, spent, result)
