"""Baselines: what is reached without the model that is being planned, and how far the target is from it.

Rules: values are compared only inside one data set, split and metric; overlapping intervals are a tie; an entry that is
not marked as comparable is shown and never counted; nothing is averaged across data sets.
"""

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from mlcanvas.domain import numbers
from mlcanvas.domain.metrics import Direction, Metric, error_of
from mlcanvas.domain.refusal import Refused
from mlcanvas.domain.text import Text

Comparable = Literal["yes", "partly", "no"]
Verdict = Literal["beats", "ties", "misses"]
Aside = Literal["inactive", "not_comparable", "other_data"]

RULE_VERSION = 1
"""Goes up when the same entries would give another comparison."""


# ---- definitions ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of baseline. `role` says what it is for.

    floor: anything must beat it · rule: a simple rule, the real competitor · rival: something that could be used
    instead · human: what people reach · ceiling: the best that the labels allow, nobody's competitor.
    """

    key: str
    role: Literal["floor", "rule", "rival", "human", "ceiling"]
    label: Text
    help: Text


@dataclass(frozen=True, slots=True)
class Choice:
    """An answer to choose."""

    key: str
    label: Text


@dataclass(frozen=True, slots=True)
class BaselineKinds:
    """Everything of `baselines.toml`."""

    version: int
    kinds: tuple[Kind, ...]
    comparable: tuple[Choice, ...]

    def get(self, key: str) -> Kind | None:
        """The kind with this key, or None."""
        return next((kind for kind in self.kinds if kind.key == key), None)


# ---- values ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Measured:
    """A value with the ends of its interval, None where nobody gave one."""

    value: float
    low: float | None = None
    high: float | None = None

    @property
    def lowest(self) -> float:
        """The lower end, the value itself without an interval."""
        return self.value if self.low is None else self.low

    @property
    def highest(self) -> float:
        """The upper end, the value itself without an interval."""
        return self.value if self.high is None else self.high


@dataclass(frozen=True, slots=True)
class DataSet:
    """What a value was measured on. Values are compared only when all three agree, apart from case and spaces."""

    name: str
    revision: str
    split: str

    @property
    def same(self) -> tuple[str, str, str]:
        """What has to be equal."""
        return _plain(self.name), _plain(self.revision), _plain(self.split)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


@dataclass(frozen=True, slots=True)
class Entry:
    """One baseline as the rules see it. `measured_on` is an ISO date or empty."""

    key: str
    name: str
    role: str
    metric: str
    measured: Measured
    data: DataSet
    comparable: Comparable
    active: bool
    measured_on: str = ""

    @property
    def counts(self) -> bool:
        """Whether it takes part in comparisons at all."""
        return self.active and self.comparable == "yes"


@dataclass(frozen=True, slots=True)
class Goal:
    """A success metric of the project. `minimum` and `target` are None where nobody set them."""

    key: str
    name: str
    metric: str
    direction: Direction
    target: float | None
    minimum: float | None = None
    primary: bool = False


@dataclass(frozen=True, slots=True)
class Gap:
    """How far `new` is from `base`, both on one metric.

    `gain`: in the metric's unit, above 0 when `new` is better. `error_cut`: the share of the avoidable error of `base`
    that `new` removes, (e_base - e_new) / (e_base - c). `human_share`: the share of the way from `base` to people that
    `new` covers. None where it cannot be said.
    """

    gain: float
    verdict: Verdict
    error_cut: float | None = None
    human_share: float | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One entry beside the target. `aside` says why it is shown but not counted.

    `verdict` is about the entry: it beats, ties with or misses the target. `to_target` is the way from the entry to
    the target; `to_best` says how the entry stands to the best one.
    """

    entry: Entry
    aside: Aside | None
    verdict: Verdict | None
    to_target: Gap | None
    best: bool
    ties_best: bool


@dataclass(frozen=True, slots=True)
class Board:
    """All entries of one metric, the best first, with the goal they are compared with.

    `data` is the one data set on which entries are compared; `others` counts comparable entries on another one.
    """

    metric: str
    direction: Direction
    goal: Goal | None
    data: DataSet | None
    rows: tuple[Row, ...]
    best: Entry | None
    human: Entry | None
    ceiling: Entry | None
    target_gap: Gap | None
    others: int


# ---- checks ---------------------------------------------------------------------------------------------------------


def check_interval(measured: Measured) -> None:
    """Raises Refused (`baseline_low_above_value`, `baseline_high_below_value`, `baseline_not_finite`)."""
    for path, number in (("value", measured.value), ("low", measured.low), ("high", measured.high)):
        if number is not None and not math.isfinite(number):
            raise Refused("baseline_not_finite", path)
    if measured.lowest > measured.value:
        raise Refused("baseline_low_above_value", "low", low=measured.low, value=measured.value)
    if measured.highest < measured.value:
        raise Refused("baseline_high_below_value", "high", high=measured.high, value=measured.value)


def read_measure(text: str, *, decimal_comma: bool, percent_points: bool = False) -> Measured:
    """`0.74`, `74,67 %` or `20.0 ± 1.2` as a value, with an interval where a spread was typed.

    A `%` divides by 100, unless the metric itself counts in per cent (`percent_points`). A `%` after the spread goes
    for both. Raises Refused as `numbers.parse` does, and `baseline_spread_below_zero`.
    """
    value_text, mark, spread_text = text.replace("+/-", "±").partition("±")
    if percent_points:
        value_text, spread_text = value_text.replace("%", ""), spread_text.replace("%", "")
    elif mark and spread_text.strip().endswith("%") and not value_text.strip().endswith("%"):
        value_text += "%"
    elif mark and value_text.strip().endswith("%") and not spread_text.strip().endswith("%"):
        spread_text += "%"
    value = numbers.parse(value_text, decimal_comma=decimal_comma)
    if not mark:
        return Measured(value)
    spread = numbers.parse(spread_text, decimal_comma=decimal_comma)
    if spread < 0:
        raise Refused("baseline_spread_below_zero")
    return Measured(value, _clean(value - spread), _clean(value + spread))


# ---- comparison -----------------------------------------------------------------------------------------------------


def _clean(number: float) -> float:
    # At the twelfth digit: 0.74 - 0.02 is 0.72, not 0.7199999999999999.
    return round(number, 12) + 0.0


def overlap(one: Measured, other: Measured) -> bool:
    """Whether the intervals touch; a value without an interval is a point."""
    return one.lowest <= other.highest and other.lowest <= one.highest


def gain(new: float, base: float, direction: Direction) -> float:
    """How much better `new` is than `base`, in the unit of the metric; below 0 when it is worse."""
    return _clean(new - base if direction == "higher" else base - new)


def verdict(new: Measured, base: Measured, direction: Direction) -> Verdict:
    """Whether `new` beats, ties with or misses `base`: overlapping intervals are a tie."""
    if overlap(new, base):
        return "ties"
    return "beats" if gain(new.value, base.value, direction) > 0 else "misses"


def gap(
    new: Measured,
    base: Measured,
    direction: Direction,
    metric: Metric | None = None,
    ceiling: float | None = None,
    human: float | None = None,
) -> Gap:
    """From `base` to `new`. `ceiling` and `human` are values of the same metric on the same data, where known."""
    return Gap(
        gain=gain(new.value, base.value, direction),
        verdict=verdict(new, base, direction),
        error_cut=None if metric is None else _error_cut(metric, new.value, base.value, ceiling),
        human_share=None if human is None else _human_share(new.value, base.value, human, direction),
    )


def _error_cut(metric: Metric, new: float, base: float, ceiling: float | None) -> float | None:
    e_new, e_base = error_of(metric, new), error_of(metric, base)
    c = 0.0 if ceiling is None else error_of(metric, ceiling)
    if e_new is None or e_base is None or c is None or e_base <= c:
        return None
    return _clean((e_base - e_new) / (e_base - c))


def _human_share(new: float, base: float, human: float, direction: Direction) -> float | None:
    whole = gain(human, base, direction)
    return None if whole <= 0 else _clean(gain(new, base, direction) / whole)


def reference_data(entries: Iterable[Entry]) -> DataSet | None:
    """The one data set on which entries are compared: that of most counting entries, then of the latest, then by name.

    None without counting entries.
    """
    counting = [entry for entry in entries if entry.counts]
    if not counting:
        return None
    sizes = Counter(entry.data.same for entry in counting)
    latest: dict[tuple[str, str, str], str] = {}
    for entry in counting:
        latest[entry.data.same] = max(latest.get(entry.data.same, ""), entry.measured_on)
    most = max(sizes.values())
    newest = max(latest[same] for same in sizes if sizes[same] == most)
    chosen = min(same for same in sizes if sizes[same] == most and latest[same] == newest)
    return next(entry.data for entry in counting if entry.data.same == chosen)


def best(entries: Iterable[Entry], direction: Direction) -> Entry | None:
    """The best of `entries` by value; among equals the most recent, then by key. None for none."""
    ordered = sorted(entries, key=lambda entry: entry.key)
    ordered.sort(key=lambda entry: entry.measured_on, reverse=True)
    ordered.sort(key=lambda entry: entry.measured.value, reverse=direction == "higher")
    return ordered[0] if ordered else None


def board(entries: Iterable[Entry], direction: Direction, goal: Goal | None, metric: Metric | None, key: str) -> Board:
    """The entries of the metric `key` beside its goal.

    The best is looked for among what a candidate has to beat: neither people (their own reference) nor the ceiling.
    """
    same = [entry for entry in entries if entry.metric == key]
    data = reference_data(same)
    inside = [entry for entry in same if entry.counts and data is not None and entry.data.same == data.same]
    leader = best((entry for entry in inside if entry.role not in ("human", "ceiling")), direction)
    human = best((entry for entry in inside if entry.role == "human"), direction)
    ceiling = best((entry for entry in inside if entry.role == "ceiling"), direction)
    target = None if goal is None or goal.target is None else Measured(goal.target)

    def way(base: Entry) -> Gap | None:
        if target is None:
            return None
        limit = None if ceiling is None else ceiling.measured.value
        people = None if human is None or human is base else human.measured.value
        return gap(target, base.measured, direction, metric, limit, people)

    ranked = sorted(same, key=lambda entry: entry.key)
    ranked.sort(key=lambda entry: entry.measured.value, reverse=direction == "higher")
    ranked.sort(key=lambda entry: entry not in inside)
    rows = tuple(
        Row(
            entry=entry,
            aside=_aside(entry, counted=entry in inside),
            verdict=verdict(entry.measured, target, direction) if target and entry in inside else None,
            to_target=way(entry) if entry in inside else None,
            best=entry is leader,
            ties_best=leader is not None
            and entry is not leader
            and entry in inside
            and overlap(entry.measured, leader.measured),
        )
        for entry in ranked
    )
    return Board(
        metric=key,
        direction=direction,
        goal=goal,
        data=data,
        rows=rows,
        best=leader,
        human=human,
        ceiling=ceiling,
        target_gap=None if leader is None else way(leader),
        others=sum(1 for entry in same if entry.counts and entry not in inside),
    )


def _aside(entry: Entry, *, counted: bool) -> Aside | None:
    if counted:
        return None
    if not entry.active:
        return "inactive"
    return "not_comparable" if entry.comparable != "yes" else "other_data"


def has_simple_rule(entries: Iterable[Entry]) -> bool:
    """Whether an active entry is a rule without a model: the real competitor of many projects."""
    return any(entry.active and entry.role == "rule" for entry in entries)


def readiness(entries: Iterable[Entry], goals: Iterable[Goal]) -> int:
    """How far the baselines are, 0 to 100.

    40 for an active entry, 30 for one that counts on the metric of a goal with a target, 20 for a simple rule, 10 for
    what people reach.
    """
    kept = [entry for entry in entries if entry.active]
    wanted = {goal.metric for goal in goals if goal.target is not None}
    return (
        40 * bool(kept)
        + 30 * any(entry.counts and entry.metric in wanted for entry in kept)
        + 20 * has_simple_rule(kept)
        + 10 * any(entry.role == "human" for entry in kept)
    )
