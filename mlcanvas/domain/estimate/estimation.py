"""From answers to an estimate: the cost lines, the total, the outside view, the value.

The rules and their sources are written out in docs/estimate.md, in the order of this file. Inside a line all inputs
move together: its low, likely and high are the formula with every input at that end of cost.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from mlcanvas.domain.estimate.answers import PILOT, Stored, known
from mlcanvas.domain.estimate.curve import Basis, DataNeed, Pilot, Slope, need, rounded_up, rule_of_thumb
from mlcanvas.domain.estimate.definition import BaseDays, Figure, Questionnaire
from mlcanvas.domain.estimate.ranges import Triple, bounds, exactly, total
from mlcanvas.domain.estimate.rates import FIT
from mlcanvas.domain.estimate.reading import Context, End, Reader
from mlcanvas.domain.estimate.result import (
    RULE_VERSION,
    Estimate,
    Flag,
    Items,
    Line,
    OutsideView,
    Share,
    Worth,
)
from mlcanvas.domain.estimate.simulation import DRAWS, Limits, Simulation, simulate
from mlcanvas.domain.metrics import error_of, in_bounds
from mlcanvas.domain.refusal import Refused

_MONTHS = 12
_HOUR = 3600
_DIFFICULTY = ("D1_industry", "D1_academia", "D1_code", "D2_output", "D2_reliability", "D2_generalisation")
_DATA = ("C6_stability", "C6_privacy")


def estimate(
    answers: Mapping[str, Stored],
    context: Context,
    questionnaire: Questionnaire,
    seed: int,
    draws: int = DRAWS,
) -> Estimate:
    """The cost of the project until the end of the horizon.

    `answers` are as `answers.accept` returns them. Raises Refused: `cost_nothing_answered` (no answer yet, so there is
    nothing but our assumptions to show), `cost_currency`, `cost_target_impossible`, `cost_target_unreachable`,
    `cost_target_out_of_reach`, `cost_pilot_below_irreducible`, and what `simulate` refuses.
    """
    drafted = draft(answers, context, questionnaire)
    reader, needed, flags = drafted.reader, drafted.needed, drafted.flags
    rho = _rho(reader)
    simulation = simulate(drafted.limits(), rho, seed, draws)
    # Lines are shown in the order of the catalogue; the draws know only their keys.
    lines = tuple(_line(line.key, drafted.lines[line.key], reader, simulation) for line in questionnaire.lines)
    flags.append(Flag("cost_fat_tail"))
    return Estimate(
        p10=simulation.total.p10,
        p50=simulation.total.p50,
        p80=simulation.total.p80,
        p90=simulation.total.p90,
        mean=simulation.total.mean,
        currency=context.currency,
        years=drafted.years,
        lines=lines,
        outside_view=_outside_view(reader, simulation),
        items=Items(needed.low, needed.likely, needed.high, drafted.labelled, needed.basis, needed.b),
        worth=_worth(value_of_year(drafted), simulation, drafted.years, flags),
        flags=tuple(flags),
        inputs=tuple(reader.inputs.values()),
        rho=rho,
        seed=seed,
        draws=draws,
        rule_version=RULE_VERSION,
        catalogue_version=questionnaire.version,
        own=context.rates.own,
        fit=context.rates.fit,
    )


def rho_of(context: Context, questionnaire: Questionnaire) -> float:
    """The correlation between each two lines that an estimate with this context is drawn with."""
    return _rho(Reader({}, context, questionnaire, {}))


def _rho(reader: Reader) -> float:
    """The correlation between each two lines: the workspace's from its finished projects, else that of the rules."""
    fit = reader.context.rates.fit
    if fit is not None:
        return reader.note("rho", exactly(fit.rho), "workspace", FIT).likely
    rho = reader.questionnaire.model.rho
    return reader.note("rho", exactly(rho), *reader.said("model.rho", "assumption", "ours")).likely


def _limits(reader: Reader, key: str, draft: "_Draft") -> Limits:
    """A line as it is drawn, with the correction of the workspace where it has one."""
    fit = reader.context.rates.fit
    line = fit.line(key) if fit is not None else None
    if line is None:
        return Limits(key, bounds(draft.value))
    with reader.line(key):
        reader.note(f"fit_bias:{key}", exactly(line.bias), "workspace", FIT)
        reader.note(f"fit_spread:{key}", exactly(line.spread), "workspace", FIT)
    return Limits(key, bounds(draft.value), line.bias, line.spread)


@dataclass(frozen=True, slots=True)
class _Draft:
    """A line before the draws: its value, and its parts by key."""

    value: Triple
    parts: tuple[tuple[str, Triple], ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """The whole estimate before the draws: lines by key, items, and what was read and found odd."""

    lines: Mapping[str, _Draft]
    needed: DataNeed
    labelled: float
    years: float
    errors: "Errors"
    flags: list[Flag]
    reader: Reader

    def limits(self) -> tuple[Limits, ...]:
        """The lines as the simulation takes them, with the corrections of the workspace."""
        return tuple(_limits(self.reader, key, line) for key, line in self.lines.items())


def draft(
    answers: Mapping[str, Stored],
    context: Context,
    questionnaire: Questionnaire,
    pins: Mapping[str, End] | None = None,
) -> Draft:
    """All that comes before the draws. `pins` hold single inputs at one of their ends. Raises Refused as `estimate`."""
    if not known(answers):
        raise Refused("cost_nothing_answered", "costs.answers")
    reader = Reader(answers, context, questionnaire, pins or {})
    flags: list[Flag] = []
    errors = _errors(reader, flags)
    needed, labelled = _items(reader, errors, flags)
    lines = {
        "labels": _labels(reader, needed, labelled),
        "acquisition": _acquisition(reader),
        "engineering": _engineering(reader, errors),
        "training": _training(reader),
        "deployment": _deployment(reader),
    }
    years = _years(reader)
    year = _year(reader, needed)
    lines["run"] = _Draft(year.value.times(years), tuple((key, value.times(years)) for key, value in year.parts))
    return Draft(lines, needed, labelled, years, errors, flags, reader)


def _sum(*parts: tuple[str, Triple]) -> _Draft:
    return _Draft(total(value for _, value in parts), parts)


def _line(key: str, draft: _Draft, reader: Reader, simulation: Simulation) -> Line:
    drawn = simulation.line(key)
    return Line(
        key=key,
        low=round(draft.value.low, 2),
        likely=round(draft.value.likely, 2),
        high=round(draft.value.high, 2),
        p10=drawn.p10,
        p50=drawn.p50,
        p80=drawn.p80,
        p90=drawn.p90,
        mean=drawn.mean,
        origin=reader.origin_of(key),
        inputs=reader.used_by(key),
        parts=tuple(Share(f"{key}.{part}", round(value.likely, 2)) for part, value in draft.parts),
    )


@dataclass(frozen=True, slots=True)
class Errors:
    """Target and best baseline as errors of one metric, and the error that no data removes."""

    target: float | None
    baseline: float | None
    irreducible: float


def _errors(reader: Reader, flags: list[Flag]) -> Errors:
    target = reader.context.target
    if target is None:
        flags.append(Flag("cost_no_target"))
        return Errors(None, None, 0.0)
    metric = target.metric
    if metric is None or metric.error == "none":
        flags.append(Flag("cost_no_curve"))
        return Errors(None, None, 0.0)
    if not in_bounds(metric, target.value):
        raise Refused("cost_target_impossible", "scope.metrics", value=target.value)
    wanted = error_of(metric, target.value)
    baseline = fact_error(reader, "best_baseline")
    irreducible = irreducible_error(reader, flags)
    if wanted is not None and wanted <= irreducible:
        raise Refused("cost_target_unreachable", "scope.metrics", target=wanted, irreducible=irreducible)
    if baseline is None:
        flags.append(Flag("cost_no_baseline"))
    elif wanted is not None and baseline <= wanted:
        flags.append(Flag("cost_target_already_met", {"baseline": baseline, "target": wanted}))
    return Errors(wanted, baseline, irreducible)


def fact_error(reader: Reader, key: str) -> float | None:
    """The error of a baseline that other parts know, if it is of the same metric as the target."""
    fact, target = reader.context.facts.get(key), reader.context.target
    if not isinstance(fact, Mapping) or target is None or target.metric is None:
        return None
    value = fact.get("value")
    if fact.get("metric") != target.metric.key or isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return error_of(target.metric, float(value))


def irreducible_error(reader: Reader, flags: list[Flag]) -> float:
    """The error of people where their labels teach the model, else 0.

    People are no limit when they cannot do the task, or when the outcome itself is the label.
    """
    human = reader.choice("D3_human")
    if human in ("partly", "no") or (human is None and reader.choice("C5_kind") == "outcome"):
        return reader.note("irreducible", exactly(0.0), "answer").likely
    known_error = fact_error(reader, "human_baseline")
    if known_error is not None:
        return reader.note("irreducible", exactly(known_error), "fact", "human_baseline").likely
    if reader.answered("D3_human_error"):
        return reader.note("irreducible", reader.amount("D3_human_error"), "answer").likely
    flags.append(Flag("cost_no_limit"))
    return reader.note("irreducible", exactly(0.0), "assumption", "ours").likely


def slope_of(reader: Reader) -> Slope:
    start = reader.choice("D4_start") or "unknown"
    for exponents in reader.questionnaire.model.exponents:
        if exponents.key == start:
            # Shown from flat to steep, as every range from small to large.
            shown = Triple(exponents.flat, exponents.likely, exponents.steep)
            used = reader.note("slope", shown, *reader.said(f"exponents.{start}", "assumption", exponents.source))
            return Slope(used.high, used.likely, used.low)
    raise KeyError(start)


def _items(reader: Reader, errors: Errors, flags: list[Flag]) -> tuple[DataNeed, float]:
    """Labelled items that the target needs, and those already there."""
    pilots = reader.pilots()
    with reader.line("labels"):
        labelled = _labelled(reader, pilots)
        if pilots and errors.target is not None:
            needed = _curve(reader, pilots, errors, errors.target, flags)
        else:
            needed = _without_pilot(reader, flags, measured=bool(pilots))
    if reader.answered("C2_available"):
        available = reader.amount("C2_available").likely
        if needed.likely > available:
            flags.append(Flag("cost_more_than_exists", {"needed": needed.likely, "available": available}))
    return needed, labelled


def _labelled(reader: Reader, pilots: tuple[Pilot, ...]) -> float:
    if not reader.answered("C2_labelled") and pilots:
        return reader.note("C2_labelled", exactly(max(pilot.labelled for pilot in pilots)), "fact", PILOT).likely
    return reader.amount("C2_labelled").likely


def _curve(reader: Reader, pilots: tuple[Pilot, ...], errors: Errors, target: float, flags: list[Flag]) -> DataNeed:
    needed = reader.band(need(pilots, target, errors.irreducible, slope_of(reader)))
    reader.note("target", exactly(target), "fact", "scope")
    reader.note("irreducible", exactly(errors.irreducible), "answer")
    reader.note(PILOT, exactly(len(pilots)), "answer")
    largest = max(pilot.labelled for pilot in pilots)
    if needed.likely > reader.questionnaire.model.outside_pilot * largest:
        flags.append(Flag("cost_outside_pilot", {"needed": needed.likely, "pilot": largest}))
    flags.extend(Flag(code) for code in needed.notes)
    if needed.basis == "pilot_fit" and needed.likely > largest:
        flags.append(Flag("cost_collect_in_rounds"))
    return needed


def _without_pilot(reader: Reader, flags: list[Flag], *, measured: bool) -> DataNeed:
    """The items when no curve can be drawn: what somebody expects, else the rule of thumb, else our assumption."""
    model = reader.questionnaire.model
    if not measured:
        flags.append(Flag("cost_no_pilot"))
    if reader.answered("C2_needed"):
        return _all_of(reader.amount("C2_needed"), "answer")
    if not reader.answered("C2_features") and not reader.answered("C2_classes"):
        return _all_of(reader.figure("items", model.items), "assumption")
    features = reader.amount("C2_features").likely if reader.answered("C2_features") else 0.0
    classes = reader.amount("C2_classes").likely if reader.answered("C2_classes") else 0.0
    per_feature = reader.figure("items_per_feature", model.items_per_feature)
    per_class = reader.figure("items_per_class", model.items_per_class)
    flags.append(Flag("cost_rule_of_thumb"))
    low, likely, high = (
        rounded_up(rule_of_thumb(feature, kind, features, classes))
        for feature, kind in zip(_ends(per_feature), _ends(per_class), strict=True)
    )
    return DataNeed(low, likely, high, "rule_of_thumb")


def _all_of(items: Triple, basis: Basis) -> DataNeed:
    low, likely, high = (rounded_up(value) for value in _ends(items))
    return DataNeed(low, likely, high, basis)


def _ends(value: Triple) -> tuple[float, float, float]:
    return value.low, value.likely, value.high


def _label_cost(reader: Reader) -> Triple:
    """Money for one item: labels per item x (price, or seconds / 3600 x hourly cost) x (1 + overhead) x (1 - auto)."""
    kind = reader.question("C5_kind")
    chosen = reader.choice("C5_kind")
    option = kind.option(chosen) if chosen is not None else None
    if chosen == "outcome":
        return reader.note("C5_kind", exactly(0.0), "answer")
    if reader.answered("C5_price"):
        one = reader.amount("C5_price")
    else:
        if reader.answered("C5_seconds"):
            seconds = reader.amount("C5_seconds")
        else:
            figure = option.figure if option else kind.unknown
            if figure is None:
                raise KeyError("C5_kind")
            seconds = reader.figure("C5_seconds", figure)
        if option and option.rate and not reader.answered("C5_hourly"):
            hourly = reader.figure("C5_hourly", option.rate)
        else:
            hourly = reader.amount("C5_hourly")
        one = (seconds * hourly).times(1 / _HOUR)
    overhead = exactly(1.0) + reader.percent("C5_overhead")
    by_hand = reader.percent("C4_auto_share").complement()
    return reader.amount("C5_per_item") * one * overhead * by_hand


def _labels(reader: Reader, needed: DataNeed, labelled: float) -> _Draft:
    """`max(0, n_target - n_labelled) x (1 - auto) x cost of one item + set-up`."""
    with reader.line("labels"):
        missing = Triple(*(max(0.0, items - labelled) for items in (needed.low, needed.likely, needed.high)))
        labelling = missing * _label_cost(reader)
        nobody_labels = reader.choice("C5_kind") == "outcome" and not reader.answered("C5_setup")
        setup = exactly(0.0) if nobody_labels else reader.amount("C5_setup")
        return _sum(("labelling", labelling), ("setup", setup))


def _acquisition(reader: Reader) -> _Draft:
    """`sources x days each x day rate + purchase`."""
    with reader.line("acquisition"):
        access = reader.amount("C1_sources") * reader.amount("C1_access") * reader.amount("T1_day_rate")
        return _sum(("access", access), ("purchase", reader.amount("C1_purchase")))


def _base_days(reader: Reader, stage: str) -> tuple[Triple, bool]:
    """Days of a stage, and whether somebody typed them: only default days are multiplied."""
    key = f"T1_days_{stage}"
    if reader.answered(key):
        return reader.amount(key), True
    archetype = reader.context.facts.get("archetype")
    for days in reader.questionnaire.model.base_days:
        if days.archetype == archetype:
            return reader.figure(key, getattr(days, stage)), False
    return _any_archetype(reader, key, stage), False


def _any_archetype(reader: Reader, key: str, stage: str) -> Triple:
    """The days when nobody says who acts on a prediction: the middle role, with the others' inside the range."""
    roles: list[BaseDays] = list(reader.questionnaire.model.base_days)
    figures: list[Figure] = sorted((getattr(days, stage) for days in roles), key=lambda figure: figure.likely)
    middle = figures[len(figures) // 2]
    value = Triple(min(middle.low, figures[0].low), middle.likely, max(middle.high, figures[-1].likely))
    own = next((figure for figure in (middle, figures[0], figures[-1]) if figure.origin == "workspace"), None)
    return reader.note(key, value, own.origin if own else "assumption", own.source if own else "ours")


def _difficulty(reader: Reader) -> Triple:
    """Product of the answers to D1 and D2, capped."""
    model = reader.questionnaire.model
    product = exactly(1.0)
    for key in _DIFFICULTY:
        product = product * reader.factor(key)
    low, likely, high = (min(max(end, model.difficulty_least), model.difficulty_most) for end in _ends(product))
    return Triple(low, likely, high)


def _data_multiplier(reader: Reader) -> Triple:
    """The worse of stability and protection."""
    factors = [reader.factor(key) for key in _DATA]
    return Triple(*(max(ends) for ends in zip(*(_ends(factor) for factor in factors), strict=True)))


def _accuracy_multiplier(reader: Reader, errors: Errors) -> Triple:
    """`F ^ log10((e_baseline - c) / (e_target - c))`, 1 without a baseline or when it already reaches the target."""
    if errors.target is None or errors.baseline is None:
        return exactly(1.0)
    reader.note("target", exactly(errors.target), "fact", "scope")
    reader.note("baseline", exactly(errors.baseline), "fact", "best_baseline")
    if errors.baseline <= errors.target:
        return exactly(1.0)
    tenfolds = math.log10((errors.baseline - errors.irreducible) / (errors.target - errors.irreducible))
    factor = reader.figure("accuracy_factor", reader.questionnaire.model.accuracy_factor)
    value = Triple(*(end**tenfolds for end in _ends(factor)))
    return reader.note("accuracy_multiplier", value, "assumption", "ours")


def _engineering(reader: Reader, errors: Errors) -> _Draft:
    """Days x day rate over scope, data and modelling, at least as wide as the cone of uncertainty."""
    with reader.line("engineering"):
        rate = reader.amount("T1_day_rate")
        parts = []
        for stage in ("scope", "data", "modelling"):
            days, typed = _base_days(reader, stage)
            if stage != "scope" and not typed:
                days = days * _difficulty(reader) * _data_multiplier(reader) * _accuracy_multiplier(reader, errors)
            parts.append((stage, days * rate))
        stage_reached = reader.context.facts.get("stage", "scope_open")
        cone = next(
            (step for step in reader.questionnaire.model.cone if step.stage == stage_reached),
            reader.questionnaire.model.cone[0],
        )
        said = reader.said(f"cone.{cone.stage}.low", "default", reader.questionnaire.model.cone_source)
        said = reader.said(f"cone.{cone.stage}.high", *said)
        spread = Triple(cone.low, 1.0, cone.high)
        used = reader.note("cone", spread, *said)
        line = _sum(*parts)
        value = line.value.at_least(spread.low, spread.high)
        if value != line.value and not used.width:
            # Held at one end, the cone is no spread any more: the work is that much less or more.
            value = line.value.times(used.likely)
        return _Draft(value, line.parts)


def _machine_hour(reader: Reader) -> Triple:
    """Price of one hour of the chosen machine, with storage, network and management on top."""
    if reader.answered("D4_price"):
        price = reader.amount("D4_price")
    else:
        hardware = reader.question("D4_hardware")
        chosen = reader.choice("D4_hardware")
        figure = hardware.option(chosen).figure if chosen is not None else hardware.unknown
        if figure is None:
            raise KeyError("D4_hardware")
        price = reader.figure("machine_hour", figure)
    overhead = reader.figure("compute_overhead", reader.questionnaire.model.compute_overhead, "%")
    return price * (exactly(1.0) + overhead.times(0.01))


def _training(reader: Reader) -> _Draft:
    """`runs x hours per run x price x (1 + extra)`; retraining stands in the run line."""
    with reader.line("training"):
        cost = reader.amount("D4_runs") * reader.amount("D4_hours_per_run") * _machine_hour(reader)
        return _sum(("experiments", cost))


def _deployment(reader: Reader) -> _Draft:
    """Days to deploy and to set up the monitoring x day rate."""
    with reader.line("deployment"):
        rate = reader.amount("T1_day_rate")
        serving, _ = _base_days(reader, "deployment")
        monitoring, _ = _base_days(reader, "monitoring")
        return _sum(("serving", serving * rate), ("monitoring", monitoring * rate))


def _years(reader: Reader) -> float:
    with reader.line("run"):
        return reader.amount("O1_horizon").likely


def _retrainings(reader: Reader) -> Triple:
    interval = reader.context.facts.get("retraining_interval_days")
    if isinstance(interval, bool) or not isinstance(interval, (int, float)) or reader.answered("O1_retrainings"):
        return reader.amount("O1_retrainings")
    if interval > 0:
        # More than one an hour is a stream, not a retraining.
        yearly = 365 / max(float(interval), 1 / 24)
        return reader.note("O1_retrainings", exactly(yearly), "fact", "retraining_interval_days")
    return reader.amount("O1_retrainings")


def _year(reader: Reader, needed: DataNeed) -> _Draft:
    """One year of operation: serving, monitoring, new labels, retraining, people, and a reserve on their sum."""
    with reader.line("run"):
        hour = _machine_hour(reader)
        # Busier machines cost less per prediction: the high end of utilisation belongs to the low end of cost.
        busy = reader.percent("D4_utilisation")
        idle = Triple(1 / max(busy.high, 1e-6), 1 / max(busy.likely, 1e-6), 1 / max(busy.low, 1e-6))
        requests = reader.amount("D4_requests") * reader.amount("D4_seconds")
        serving = (requests * hour * idle).times(_MONTHS / _HOUR)
        items = Triple(needed.low, needed.likely, needed.high)
        refresh = _refresh_share(reader) * items * _label_cost(reader)
        retraining = _retrainings(reader) * reader.amount("D4_hours_per_run") * hour
        days = _working_days(reader)
        people = reader.percent("O1_people") * days * reader.amount("T1_day_rate")
        parts = (
            ("serving", serving),
            ("tools", reader.amount("O1_tools")),
            ("refresh", refresh),
            ("retraining", retraining),
            ("people", people),
        )
        reserve = total(value for _, value in parts) * reader.factor("A3_consequence")
        return _sum(*parts, ("reserve", reserve))


def _working_days(reader: Reader) -> Triple:
    days = exactly(reader.questionnaire.model.working_days)
    origin, source = reader.said("model.working_days", "assumption", "ours")
    return reader.note("working_days", days, origin, source) if origin == "workspace" else days


def _refresh_share(reader: Reader) -> Triple:
    chosen = reader.choice("C6_stability")
    option = reader.question("C6_stability").option(chosen) if chosen is not None else None
    figure = option.figure if option and option.figure else reader.questionnaire.model.label_refresh
    return reader.figure("label_refresh", figure, "%").times(0.01)


def _outside_view(reader: Reader, simulation: Simulation) -> OutsideView:
    """Every percentile of the total x (1 + uplift), `uplift = L + (U - L) x current risk / inherent risk`."""
    chosen = reader.choice("T1_reference") or "ordinary"
    reference = next(each for each in reader.questionnaire.model.references if each.key == chosen)
    left = reader.context.facts.get("risk_ratio")
    if isinstance(left, (int, float)) and not isinstance(left, bool):
        ratio = reader.note("risk_ratio", exactly(min(max(float(left), 0.0), 1.0)), "fact", "risk_ratio").likely
    else:
        # An empty register has reduced no risk yet.
        ratio = reader.note("risk_ratio", exactly(1.0), "assumption", "ours").likely
    for end in ("lower", "upper"):
        said = reader.said(f"references.{chosen}.{end}", "default", reference.source)
        reader.note(f"outside_{end}", exactly(100 * getattr(reference, end)), *said, "%")
    uplift = reference.lower + (reference.upper - reference.lower) * ratio
    inside = simulation.total
    p10, p50, p80, p90, mean = (
        round(value * (1 + uplift), 2) for value in (inside.p10, inside.p50, inside.p80, inside.p90, inside.mean)
    )
    return OutsideView(chosen, ratio, reference.lower, reference.upper, round(uplift, 6), p10, p50, p80, p90, mean)


def value_of_year(drafted: Draft) -> Triple | None:
    """Value of a year: `12 N ((e_baseline - e_target) x cost of an error + gain per decision)`; None if not asked for.

    Only an error that is a rate (between 0 and 1) can be multiplied by decisions.
    """
    reader, errors = drafted.reader, drafted.errors
    if not reader.answered("A2_decisions"):
        return None
    decisions = reader.amount("A2_decisions").times(_MONTHS)
    fewer = 0.0
    if errors.target is not None and errors.baseline is not None and _is_rate(reader):
        fewer = max(0.0, errors.baseline - errors.target)
    per_decision = exactly(0.0)
    costed = reader.answered("A2_false_positive") or reader.answered("A2_false_negative")
    if fewer and costed:
        missed = reader.percent("A2_missed_share").likely
        for key, share in (("A2_false_positive", 1 - missed), ("A2_false_negative", missed)):
            if reader.answered(key):
                per_decision = per_decision + reader.amount(key).times(share * fewer)
    if reader.answered("A2_gain"):
        per_decision = per_decision + reader.amount("A2_gain")
    return decisions * per_decision if per_decision.high else None


def _worth(value: Triple | None, simulation: Simulation, years: float, flags: list[Flag]) -> Worth | None:
    """The value of a year against what a year costs to run, and what is built against the difference."""
    if value is None:
        return None
    run = simulation.line("run").p50
    net = value.likely - (run / years if years else 0.0)
    build = simulation.total.p50 - run
    if net <= 0:
        flags.append(Flag("cost_never_pays_back", {"net": round(net, 2)}))
    return Worth(
        low=round(value.low, 2),
        likely=round(value.likely, 2),
        high=round(value.high, 2),
        net=round(net, 2),
        payback_years=round(max(0.0, build) / net, 2) if net > 0 else None,
    )


def _is_rate(reader: Reader) -> bool:
    target = reader.context.target
    metric = target.metric if target else None
    return metric is not None and (metric.error == "one_minus" or metric.high == 1)
