"""The figures that a workspace sets for itself: prices, defaults and multipliers in place of those of the catalogue."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from mlcanvas.domain.estimate.answers import finite
from mlcanvas.domain.estimate.calibration import Fit, LineFit
from mlcanvas.domain.estimate.definition import BaseDays, Choice, Figure, Model, Origin, Question, Questionnaire
from mlcanvas.domain.estimate.ranges import Triple, exactly
from mlcanvas.domain.refusal import Refused

# What an input names as its source: `own:<place>` of the workspace's figures, or `fit` of its corrections.
OWN, FIT = "own:", "fit"
LONGEST_SOURCE = 300
_ENDS = ("low", "likely", "high")
_STAGES = ("scope", "data", "modelling", "deployment", "monitoring")
_MODEL = ("accuracy_factor", "items_per_feature", "items_per_class", "items", "compute_overhead", "label_refresh")


@dataclass(frozen=True, slots=True)
class Own:
    """A figure of the workspace, with who says so (`source`) and as of when (`date`, ISO 8601).

    In the unit of its setting; money in `currency`.
    """

    place: str
    low: float
    likely: float
    high: float
    source: str
    date: str
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Setting:
    """A figure of the catalogue that a workspace may set for itself.

    `single` is one number instead of three. `currency` is that of the catalogue's figure, of money only. `share` is a
    percentage. `least` and `most` bound it; `above` says that `least` itself is not allowed. `thousands`: it is money
    or is counted, so that `5.400` may be meant as thousands.
    """

    place: str
    value: Triple
    origin: Origin
    source: str
    single: bool = False
    currency: str | None = None
    share: bool = False
    least: float = 0.0
    most: float = 1e12
    above: bool = False
    thousands: bool = False


@dataclass(frozen=True, slots=True)
class Rates:
    """What a workspace brings to an estimate: its own figures, and the corrections from its finished projects."""

    own: tuple[Own, ...] = ()
    fit: Fit | None = None

    def __bool__(self) -> bool:
        return bool(self.own) or self.fit is not None

    def plain(self) -> dict[str, Any]:
        """As JSON values, what is empty left out."""
        found: dict[str, Any] = {"own": [asdict(own) for own in self.own]} if self.own else {}
        return found | ({"fit": asdict(self.fit)} if self.fit else {})


def rates_of(record: Mapping[str, Any]) -> Rates:
    """What a stored estimate was made with: the same answers give the same amounts again, whatever was set since."""
    fit = record.get("fit")
    lines = tuple(LineFit(**line) for line in fit["lines"]) if fit else ()
    return Rates(
        tuple(Own(**own) for own in record.get("own") or ()), Fit(**(dict(fit) | {"lines": lines})) if fit else None
    )


def settings(questionnaire: Questionnaire) -> dict[str, Setting]:
    """Every figure that may be set, by its place, in the order of the questionnaire."""
    found = [*_of_questions(questionnaire), *_of_model(questionnaire.model)]
    return {setting.place: setting for setting in found}


def _of_questions(questionnaire: Questionnaire) -> Iterator[Setting]:
    for question in questionnaire.questions:
        limits: dict[str, Any] = {"most": 100 if question.share else question.most, "above": question.positive}
        if question.figure:
            limits |= {"single": question.kind == "number", "thousands": question.thousands}
            yield _figure(question.key, question.figure, share=question.share, **limits)
        if question.unknown:
            yield _figure(f"{question.key}.unknown", question.unknown)
        for option in question.options:
            place = f"{question.key}.{option.key}"
            if option.factor is not None:
                yield _number(f"{place}.factor", option.factor, most=100, above=True)
            if option.figure:
                # Labels renewed in a year may be more than there are.
                share = question.key == "C6_stability"
                yield _figure(place, option.figure, share=share, thousands=not share)
            if option.rate:
                yield _figure(f"{place}.rate", option.rate)


def _of_model(model: Model) -> Iterator[Setting]:
    for days in model.base_days:
        for stage in _STAGES:
            place = f"base_days.{days.archetype}.{stage}"
            yield _figure(place, getattr(days, stage), most=100_000, thousands=True)
    for name in _MODEL:
        percent = name in ("compute_overhead", "label_refresh")
        least, most = (1, 100) if name == "accuracy_factor" else (0, 1e12)
        limits: dict[str, Any] = {"least": least, "most": most, "thousands": name.startswith("items")}
        yield _figure(f"model.{name}", getattr(model, name), share=percent, **limits)
    for exponents in model.exponents:
        value = Triple(exponents.flat, exponents.likely, exponents.steep)
        yield Setting(f"exponents.{exponents.key}", value, "assumption", exponents.source, least=0.01, most=1)
    yield from _of_spread(model)
    yield _number("model.rho", model.rho, most=1)
    yield _number("model.working_days", model.working_days, least=1, most=366)
    for rate in model.rates:
        if rate.currency != "EUR":
            yield _number(f"rates.{rate.currency}", rate.per_euro, source=model.rate_source, above=True)


def _of_spread(model: Model) -> Iterator[Setting]:
    """The cone of uncertainty and the outside view, which are cited."""
    for step in model.cone:
        cited: dict[str, Any] = {"origin": "default", "source": model.cone_source}
        yield _number(f"cone.{step.stage}.low", step.low, most=1, above=True, **cited)
        yield _number(f"cone.{step.stage}.high", step.high, least=1, most=100, **cited)
    for each in model.references:
        cited = {"origin": "default", "source": each.source, "share": True, "most": 10_000}
        yield _number(f"references.{each.key}.lower", round(100 * each.lower, 6), **cited)
        yield _number(f"references.{each.key}.upper", round(100 * each.upper, 6), **cited)


def _number(place: str, value: float, *, origin: Origin = "assumption", source: str = "ours", **more: Any) -> Setting:
    return Setting(place, exactly(value), origin, source, single=True, **more)


def _figure(place: str, figure: Figure, **more: Any) -> Setting:
    more = {"thousands": figure.currency is not None, **more}
    return Setting(place, figure.triple, figure.origin, figure.source, currency=figure.currency, **more)


def accept(
    questionnaire: Questionnaire, place: str, value: Mapping[str, Any], *, currency: str, source: str, dated: str
) -> Own:
    """`value` (low, likely, high; a single number has only `likely`) as it may be stored for `place`.

    Raises Refused with the field as its path: `rate_unknown`, `cost_not_a_number`, `cost_negative`, `cost_zero`,
    `rate_too_small`, `cost_too_large`, `cost_range_order`, `cost_currency`, `rate_source_missing`, `text_too_long`,
    `rate_date`.
    """
    setting = settings(questionnaire).get(place)
    if setting is None:
        raise Refused("rate_unknown", "place", place=place)
    ends = ("likely",) * 3 if setting.single else _ENDS
    low, likely, high = (_within(setting, value.get(end), end) for end in ends)
    if low > likely:
        raise Refused("cost_range_order", "low")
    if likely > high:
        raise Refused("cost_range_order", "high")
    if setting.currency is not None and currency not in questionnaire.currencies:
        raise Refused("cost_currency", "likely", currency=currency)
    source = " ".join(source.split())
    if not source:
        raise Refused("rate_source_missing", "source")
    if len(source) > LONGEST_SOURCE:
        raise Refused("text_too_long", "source", length=len(source), limit=LONGEST_SOURCE)
    try:
        day = date.fromisoformat(dated)
    except ValueError as error:
        raise Refused("rate_date", "dated") from error
    return Own(place, low, likely, high, source, day.isoformat(), currency if setting.currency is not None else None)


def _within(setting: Setting, value: Any, path: str) -> float:
    number = finite(value, path)
    if number < 0:
        raise Refused("cost_negative", path)
    if number < setting.least or (setting.above and number <= setting.least):
        raise Refused("rate_too_small", path, least=setting.least)
    if number > setting.most:
        raise Refused("cost_too_large", path, most=setting.most)
    return number


def over(questionnaire: Questionnaire, own: Iterable[Own]) -> Questionnaire:
    """The questionnaire with the workspace's figures in place of its own; places that it has not are passed over."""
    held = {each.place: each for each in own}
    if not held:
        return questionnaire
    questions = tuple(_question(question, held) for question in questionnaire.questions)
    return replace(questionnaire, questions=questions, model=_model(questionnaire.model, held))


def _set(place: str, figure: Figure | None, held: Mapping[str, Own]) -> Figure | None:
    own = held.get(place)
    if own is None or figure is None:
        return figure
    return Figure(own.low, own.likely, own.high, "workspace", OWN + place, own.currency)


def _question(question: Question, held: Mapping[str, Own]) -> Question:
    if not any(place.partition(".")[0] == question.key for place in held):
        return question
    return replace(
        question,
        figure=_set(question.key, question.figure, held),
        unknown=_set(f"{question.key}.unknown", question.unknown, held),
        options=tuple(_option(f"{question.key}.{option.key}", option, held) for option in question.options),
    )


def _option(place: str, option: Choice, held: Mapping[str, Own]) -> Choice:
    factor = held.get(f"{place}.factor")
    return replace(
        option,
        factor=option.factor if factor is None or option.factor is None else factor.likely,
        figure=_set(place, option.figure, held),
        rate=_set(f"{place}.rate", option.rate, held),
    )


def _model(model: Model, held: Mapping[str, Own]) -> Model:
    def number(place: str, value: float, scale: float = 1.0) -> float:
        own = held.get(place)
        return value if own is None else own.likely * scale

    exponents = tuple(
        each
        if (own := held.get(f"exponents.{each.key}")) is None
        else replace(each, flat=own.low, likely=own.likely, steep=own.high)
        for each in model.exponents
    )
    figures: dict[str, Any] = {name: _set(f"model.{name}", getattr(model, name), held) for name in _MODEL}
    return replace(
        model,
        **figures,
        rho=number("model.rho", model.rho),
        working_days=round(number("model.working_days", model.working_days)),
        exponents=exponents,
        base_days=tuple(_base_days(days, held) for days in model.base_days),
        cone=tuple(
            replace(
                step,
                low=number(f"cone.{step.stage}.low", step.low),
                high=number(f"cone.{step.stage}.high", step.high),
            )
            for step in model.cone
        ),
        references=tuple(
            replace(
                each,
                lower=number(f"references.{each.key}.lower", each.lower, 0.01),
                upper=number(f"references.{each.key}.upper", each.upper, 0.01),
            )
            for each in model.references
        ),
        rates=tuple(replace(rate, per_euro=number(f"rates.{rate.currency}", rate.per_euro)) for rate in model.rates),
    )


def _base_days(days: BaseDays, held: Mapping[str, Own]) -> BaseDays:
    stages: dict[str, Any] = {
        stage: _set(f"base_days.{days.archetype}.{stage}", getattr(days, stage), held) for stage in _STAGES
    }
    return replace(days, **stages)
