"""Risk and impact: the project's tier, value against feasibility, and the scores of the register.

The 3 × 3 table has the structure of the ProductizeML risk-impact table (four factors of three levels, five tiers by
anti-diagonal). That table says nothing about mixed answers: the rule for them is ours and is named in every result.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from mlcanvas.domain.refusal import Refused
from mlcanvas.domain.scale import Band, Position, Scale, position
from mlcanvas.domain.text import Text

Axis = Literal["risk", "severity"]
Rule = Literal["max", "mean"]
View = Literal["inherent", "current", "target"]
Answer = str | int | float | bool

RULE_VERSION = 1
"""Goes up when the same answers would give another result."""

DEFAULT_RULE: Rule = "max"
VIEWS: tuple[View, ...] = ("current", "inherent", "target")


# ---- definitions ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Level:
    """One of the three answers to a factor of the table; `level` is 1 (best) to 3 (worst)."""

    key: str
    level: int
    label: Text
    help: Text


@dataclass(frozen=True, slots=True)
class MatrixFactor:
    """One of the four factors of the table."""

    key: str
    axis: Axis
    label: Text
    question: Text
    levels: tuple[Level, ...]

    def level(self, answer: str) -> Level | None:
        """The level with the key `answer`, or None."""
        return next((level for level in self.levels if level.key == answer), None)


@dataclass(frozen=True, slots=True)
class Tier:
    """One of the five tiers: our name, the name in the source as `alias`, and what to do about it."""

    number: int
    key: str
    name: Text
    alias: Text
    advice: Text


@dataclass(frozen=True, slots=True)
class MixRule:
    """How several answers make one axis level."""

    key: Rule
    label: Text
    explanation: Text


@dataclass(frozen=True, slots=True)
class FromMatrix:
    """This factor is not asked: it follows from a factor of the table, `points` for its level 1, 2, 3."""

    factor: str
    points: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class FromFact:
    """This factor is not asked: it counts how many of the rising `steps` the fact reaches (0 to 4)."""

    fact: str
    steps: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class ScoreFactor:
    """A factor of value or of feasibility, 0 to 4: 4 is best for value and worst for feasibility."""

    key: str
    side: Literal["value", "risk"]
    label: Text
    question: Text
    weight: float = 1.0
    levels: tuple[Text, ...] = ()
    from_matrix: FromMatrix | None = None
    from_fact: FromFact | None = None

    @property
    def asked(self) -> bool:
        """Whether a person answers it here."""
        return self.from_matrix is None and self.from_fact is None


@dataclass(frozen=True, slots=True)
class Quadrant:
    """One corner of value × feasibility."""

    key: str
    valuable: bool
    feasible: bool
    name: Text
    advice: Text


@dataclass(frozen=True, slots=True)
class Named:
    """A choice with a name."""

    key: str
    label: Text


@dataclass(frozen=True, slots=True)
class Treatment:
    """What is done about a risk."""

    key: str
    label: Text
    help: Text


@dataclass(frozen=True, slots=True)
class ScaleWords:
    """What the steps of a scale of another size are usually called, from the least on."""

    likelihood: tuple[Text, ...]
    severity: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class RiskMatrix:
    """Everything of `risks.toml`."""

    version: int
    credit: Text
    caution: Text
    threshold: float
    factors: tuple[MatrixFactor, ...]
    tiers: tuple[Tier, ...]
    rules: tuple[MixRule, ...]
    scale: Scale
    scale_words: tuple[ScaleWords, ...]
    score_factors: tuple[ScoreFactor, ...]
    quadrants: tuple[Quadrant, ...]
    categories: tuple[Named, ...]
    stages: tuple[Named, ...]
    treatments: tuple[Treatment, ...]

    def tier(self, number: int) -> Tier:
        """The tier with this number. Raises KeyError."""
        return _by(self.tiers, "number", number)

    def factor(self, key: str) -> MatrixFactor:
        """The factor of the table with this key. Raises KeyError."""
        return _by(self.factors, "key", key)

    def rule(self, key: str) -> MixRule:
        """The rule for mixed answers with this key. Raises KeyError."""
        return _by(self.rules, "key", key)

    def words(self, steps: int) -> ScaleWords | None:
        """What the steps of a scale with so many are usually called, or None."""
        return next((words for words in self.scale_words if len(words.likelihood) == steps), None)

    def quadrant(self, key: str) -> Quadrant:
        """The quadrant with this key. Raises KeyError."""
        return _by(self.quadrants, "key", key)


Keyed = TypeVar("Keyed")


def _by(things: Iterable[Keyed], attribute: str, wanted: object) -> Keyed:
    for thing in things:
        if getattr(thing, attribute) == wanted:
            return thing
    raise KeyError(wanted)


@dataclass(frozen=True, slots=True)
class Reference:
    """A code in a framework; `edition` says which version of it is meant."""

    framework: Literal["eu_ai_act", "nist_ai_rmf", "iso_42001", "deon", "lgpd"]
    code: str


@dataclass(frozen=True, slots=True)
class LibraryRisk:
    """A starter risk: cause -> event -> effect, the usual mitigation, and where frameworks speak of it."""

    key: str
    category: str
    stage: str
    likelihood: int
    severity: int
    title: Text
    cause: Text
    event: Text
    effect: Text
    mitigation: Text
    references: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True)
class Condition:
    """Holds when the answer to `ask` (a factor of the table or a fact) is one of `among`, or reaches `at_least`, or
    is more than `above`. Without an answer it does not hold."""

    ask: str
    among: tuple[str, ...] = ()
    at_least: float | None = None
    above: float | None = None

    def holds(self, answer: Answer | None) -> bool:
        """Whether `answer` meets this condition."""
        if answer is None:
            return False
        if self.among:
            return _word(answer) in self.among
        if isinstance(answer, (bool, str)):
            return False
        return (self.at_least is not None and answer >= self.at_least) or (
            self.above is not None and answer > self.above
        )


def _word(answer: Answer) -> str:
    return ("yes" if answer else "no") if isinstance(answer, bool) else str(answer)


@dataclass(frozen=True, slots=True)
class SuggestionRule:
    """When all conditions hold, the risks are suggested, with the reason. `{name}` in the reason is the answer."""

    key: str
    when: tuple[Condition, ...]
    risks: tuple[str, ...]
    reason: Text


@dataclass(frozen=True, slots=True)
class RiskLibrary:
    """Everything of `risk_library.toml`."""

    version: int
    note: Text
    frameworks: tuple[Named, ...]
    risks: tuple[LibraryRisk, ...]
    suggestions: tuple[SuggestionRule, ...]

    def risk(self, key: str) -> LibraryRisk | None:
        """The starter risk with this key, or None."""
        return next((risk for risk in self.risks if risk.key == key), None)


# ---- the 3 × 3 table ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reason:
    """An answer that decided the level of its axis."""

    axis: Axis
    factor: str
    answer: str
    level: int


@dataclass(frozen=True, slots=True)
class Placed:
    """Where the project stands in the table. The levels and the tier are None while an answer is missing."""

    rule: Rule
    rule_version: int
    risk_level: int | None
    severity_level: int | None
    tier: int | None
    reasons: tuple[Reason, ...]
    missing: tuple[str, ...]
    asked: int


def axis_level(levels: Iterable[int], rule: Rule = DEFAULT_RULE) -> int:
    """One level from several, 1 to 3: the worst of them (`max`), or their mean rounded up (`mean`).

    Raises ValueError for no levels.
    """
    found = list(levels)
    return max(found) if rule == "max" else math.ceil(sum(found) / len(found))


def tier_of(risk_level: int, severity_level: int) -> int:
    """The tier 1 to 5 of a cell: r + i - 1, so that cells of one anti-diagonal share a tier."""
    return risk_level + severity_level - 1


def place(matrix: RiskMatrix, answers: Mapping[str, str], rule: Rule = DEFAULT_RULE) -> Placed:
    """The cell and the tier for the answers (factor key -> level key).

    An axis has a level only when all its factors are answered: with the worst-of rule a missing answer could only
    make it worse, and a tier that is too good is the wrong way to be wrong. Raises Refused (`risk_unknown_answer`).
    """
    chosen: dict[str, Level] = {}
    for factor in matrix.factors:
        if factor.key in answers:
            level = factor.level(answers[factor.key])
            if level is None:
                raise Refused("risk_unknown_answer", path=f"matrix.{factor.key}", answer=answers[factor.key])
            chosen[factor.key] = level
    axes: dict[str, int | None] = {}
    reasons: list[Reason] = []
    for axis in ("risk", "severity"):
        factors = [factor for factor in matrix.factors if factor.axis == axis]
        if any(factor.key not in chosen for factor in factors):
            axes[axis] = None
            continue
        worst = max(chosen[factor.key].level for factor in factors)
        axes[axis] = axis_level((chosen[factor.key].level for factor in factors), rule)
        reasons += [
            Reason(factor.axis, factor.key, chosen[factor.key].key, chosen[factor.key].level)
            for factor in factors
            if rule == "mean" or chosen[factor.key].level == worst
        ]
    risk, severity = axes["risk"], axes["severity"]
    return Placed(
        rule=rule,
        rule_version=RULE_VERSION,
        risk_level=risk,
        severity_level=severity,
        tier=None if risk is None or severity is None else tier_of(risk, severity),
        reasons=tuple(reasons),
        missing=tuple(factor.key for factor in matrix.factors if factor.key not in chosen),
        asked=len(matrix.factors),
    )


# ---- value and feasibility ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FactorPoints:
    """The points of one factor, 0 to 4, and where they come from; `points` is None without an answer."""

    factor: ScoreFactor
    points: int | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Value and feasibility, 0 to 100, or None without any answer; how many answers each rests on."""

    value: float | None
    feasibility: float | None
    value_answered: int
    value_factors: int
    risk_answered: int
    risk_factors: int
    quadrant: str | None
    points: tuple[FactorPoints, ...]


def standing(
    matrix: RiskMatrix, answers: Mapping[str, str], factors: Mapping[str, int], facts: Mapping[str, Answer]
) -> Standing:
    """Value, feasibility and the quadrant from the answers of the table, the factors asked and the facts.

    Each factor has 0 to 4 points, times 25; the mean is weighted and leaves out what nobody answered. Feasibility is
    100 minus the mean of the risk side. Raises Refused (`risk_unknown_answer`, `risk_points_outside`).
    """
    rows = tuple(
        FactorPoints(factor, _points(matrix, factor, answers, factors, facts)) for factor in matrix.score_factors
    )
    value = _mean([row for row in rows if row.factor.side == "value"])
    burden = _mean([row for row in rows if row.factor.side == "risk"])
    feasibility = None if burden is None else 100 - burden
    return Standing(
        value=value,
        feasibility=feasibility,
        value_answered=sum(1 for row in rows if row.factor.side == "value" and row.points is not None),
        value_factors=sum(1 for row in rows if row.factor.side == "value"),
        risk_answered=sum(1 for row in rows if row.factor.side == "risk" and row.points is not None),
        risk_factors=sum(1 for row in rows if row.factor.side == "risk"),
        quadrant=quadrant_of(matrix, value, feasibility),
        points=rows,
    )


def quadrant_of(matrix: RiskMatrix, value: float | None, feasibility: float | None) -> str | None:
    """The key of the quadrant; a score at the threshold counts as high. None while a score is missing."""
    if value is None or feasibility is None:
        return None
    wanted = (value >= matrix.threshold, feasibility >= matrix.threshold)
    return next(corner.key for corner in matrix.quadrants if (corner.valuable, corner.feasible) == wanted)


def _points(
    matrix: RiskMatrix,
    factor: ScoreFactor,
    answers: Mapping[str, str],
    factors: Mapping[str, int],
    facts: Mapping[str, Answer],
) -> int | None:
    if factor.from_matrix is not None:
        answer = answers.get(factor.from_matrix.factor)
        level = None if answer is None else matrix.factor(factor.from_matrix.factor).level(answer)
        return None if level is None else factor.from_matrix.points[level.level - 1]
    if factor.from_fact is not None:
        reached = facts.get(factor.from_fact.fact)
        if reached is None or isinstance(reached, (bool, str)):
            return None
        return sum(1 for step in factor.from_fact.steps if reached >= step)
    points = factors.get(factor.key)
    if points is not None and not 0 <= points <= 4:
        raise Refused("risk_points_outside", path=f"factors.{factor.key}", points=points)
    return points


def _mean(rows: list[FactorPoints]) -> float | None:
    answered = [(row.factor.weight, row.points) for row in rows if row.points is not None]
    if not answered:
        return None
    weights = sum(weight for weight, _ in answered)
    return round(sum(weight * points * 25 for weight, points in answered) / weights, 2)


# ---- the register ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Positions:
    """A risk before any measure, today, and after the measures that are planned.

    Where nobody said what it is today, nothing was done yet: current is inherent. A target may be missing.
    """

    inherent: Position
    current: Position
    target: Position | None

    def seen(self, view: View) -> Position:
        """The position for a view; without a target the risk stays where it is today."""
        if view == "inherent":
            return self.inherent
        return self.current if view == "current" else self.target or self.current


def positions(
    scale: Scale, inherent: tuple[int, int], current: tuple[int, int] | None, target: tuple[int, int] | None
) -> Positions:
    """The three positions of a risk, checked.

    Raises Refused: `risk_step_outside`; `risk_current_above_inherent` and `risk_residual_above_inherent`, because
    inherent means before any measure and no measure makes a risk worse. Compared by score.
    """
    start = position(scale, *inherent)
    now = start if current is None else position(scale, *current, path="current_")
    if now.score > start.score:
        raise Refused("risk_current_above_inherent", path="current_likelihood", given=now.score, most=start.score)
    aim = None if target is None else position(scale, *target, path="residual_")
    if aim is not None and aim.score > start.score:
        raise Refused("risk_residual_above_inherent", path="residual_likelihood", given=aim.score, most=start.score)
    return Positions(start, now, aim)


def risk_ratio(open_risks: Iterable[Positions]) -> float:
    """Sum of current scores over sum of inherent scores of the open risks, 0 to 1; 1 for an empty register.

    Not the target: that would discount work that nobody has done yet. The cost estimate widens by it.
    """
    now = before = 0
    for risk in open_risks:
        now += risk.current.score
        before += risk.inherent.score
    return now / before if before else 1.0


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the heat map with the keys of the risks in it, and of those that have `left` it for where they are now.

    In the current view a risk has left its inherent cell, in the target view its current one.
    """

    likelihood: int
    severity: int
    band: Band
    keys: tuple[str, ...]
    left: tuple[str, ...] = ()

    @property
    def score(self) -> int:
        """Likelihood × severity."""
        return self.likelihood * self.severity

    @property
    def address(self) -> str:
        """`4x3`: likelihood 4, severity 3, as it stands in the address of the page."""
        return f"{self.likelihood}x{self.severity}"


@dataclass(frozen=True, slots=True)
class HeatMap:
    """Rows from the highest likelihood down, and the number of risks per band from the worst down."""

    view: View
    rows: tuple[tuple[Cell, ...], ...]
    counts: tuple[tuple[Band, int], ...]
    total: int = field(default=0)


def heat_map(scale: Scale, risks: Iterable[tuple[str, Positions]], view: View = "current") -> HeatMap:
    """The risks (key, positions) in the cells of the scale, keys in the order given."""
    inside: dict[tuple[int, int], list[str]] = {}
    gone: dict[tuple[int, int], list[str]] = {}
    for key, where in risks:
        spot = where.seen(view)
        inside.setdefault((spot.likelihood, spot.severity), []).append(key)
        before = where.seen("inherent" if view == "current" else "current")
        if view != "inherent" and before != spot:
            gone.setdefault((before.likelihood, before.severity), []).append(key)
    rows = tuple(
        tuple(
            Cell(
                likelihood.value,
                severity.value,
                scale.band(likelihood.value * severity.value),
                tuple(inside.get((likelihood.value, severity.value), ())),
                tuple(gone.get((likelihood.value, severity.value), ())),
            )
            for severity in scale.severity
        )
        for likelihood in reversed(scale.likelihood)
    )
    cells = [cell for row in rows for cell in row]
    counts = tuple(
        (band, sum(len(cell.keys) for cell in cells if cell.band.key == band.key)) for band in reversed(scale.bands)
    )
    return HeatMap(view, rows, counts, sum(count for _, count in counts))


@dataclass(frozen=True, slots=True)
class Movement:
    """Where an open risk was and is; None where it was not in the register yet, or counts no more."""

    key: str
    before: Position | None
    after: Position | None


def movements(before: Mapping[str, Positions], after: Mapping[str, Positions]) -> tuple[Movement, ...]:
    """What moved between two states of the open risks (key -> positions): the changed ones only, `after` in its order,
    then those that are gone."""
    found = []
    for key in (*after, *(key for key in before if key not in after)):
        was, now = (state[key].current if key in state else None for state in (before, after))
        if was != now:
            found.append(Movement(key, was, now))
    return tuple(found)


# ---- suggestions ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A starter risk worth adding, the rule that says so, and the answers it rests on."""

    risk: LibraryRisk
    rule: SuggestionRule
    answers: tuple[tuple[str, Answer], ...]


def suggestions(library: RiskLibrary, answers: Mapping[str, Answer], present: Iterable[str]) -> tuple[Suggestion, ...]:
    """The starter risks that the answers call for and that are not `present` (library keys), each once.

    `answers` holds the table's answers and the facts together; their keys differ.
    """
    taken = set(present)
    found: list[Suggestion] = []
    for rule in library.suggestions:
        if not all(condition.holds(answers.get(condition.ask)) for condition in rule.when):
            continue
        because = tuple((condition.ask, answers[condition.ask]) for condition in rule.when)
        for key in rule.risks:
            risk = library.risk(key)
            if risk is not None and key not in taken:
                taken.add(key)
                found.append(Suggestion(risk, rule, because))
    return tuple(found)


# ---- readiness ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cared:
    """What readiness asks of one open risk: its band today, and whether somebody owns it with a measure."""

    serious: bool
    owned: bool
    answered: bool


def readiness(placed: Placed, scores: Standing, open_risks: Iterable[Cared], registered: int) -> int:
    """How far the risk part is, 0 to 100.

    40 for the four answers of the table, 20 for the value and feasibility factors, 40 for the register: half of it
    for holding a risk at all, half for the share of serious open risks that have an owner and an answer (a measure,
    or the decision to accept).
    """
    asked = scores.value_factors + scores.risk_factors
    table = 1 - len(placed.missing) / placed.asked
    answered = (scores.value_answered + scores.risk_answered) / asked if asked else 1.0
    serious = [risk for risk in open_risks if risk.serious]
    handled = sum(1 for risk in serious if risk.owned and risk.answered) / len(serious) if serious else 1.0
    register = (0.5 + 0.5 * handled) if registered else 0.0
    return round(40 * table + 20 * answered + 40 * register)
