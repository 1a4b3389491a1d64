"""The risk-impact table, its scales and the starter risks, from `risks.toml` and `risk_library.toml`."""

import re
from collections.abc import Iterable, Mapping
from functools import cache

from mlcanvas.catalog.facts import facts
from mlcanvas.catalog.reading import Mistake, read
from mlcanvas.domain.facts import FactDefinition
from mlcanvas.domain.risk import (
    Condition,
    LibraryRisk,
    MatrixFactor,
    RiskLibrary,
    RiskMatrix,
    ScoreFactor,
    SuggestionRule,
)
from mlcanvas.domain.scale import Scale

MATRIX = "risks.toml"
LIBRARY = "risk_library.toml"

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


@cache
def risk_matrix() -> RiskMatrix:
    """The table, the factors, the scale and the choices of the register. Raises Mistake for a contradiction."""
    matrix = read(MATRIX, RiskMatrix)
    check_matrix(matrix, facts())
    return matrix


@cache
def risk_library() -> RiskLibrary:
    """The starter risks and the rules that suggest them. Raises Mistake for an unknown key."""
    library = read(LIBRARY, RiskLibrary)
    check_library(library, risk_matrix(), facts())
    return library


def check_matrix(matrix: RiskMatrix, known_facts: Mapping[str, FactDefinition]) -> None:
    """What the types of the definition cannot say. Raises Mistake."""
    for group, things in (
        ("factors", matrix.factors),
        ("rules", matrix.rules),
        ("quadrants", matrix.quadrants),
        ("score_factors", matrix.score_factors),
        ("categories", matrix.categories),
        ("stages", matrix.stages),
        ("treatments", matrix.treatments),
        ("tiers", matrix.tiers),
        ("scale.bands", matrix.scale.bands),
    ):
        _once(MATRIX, group, (thing.key for thing in things))
    for factor in matrix.factors:
        _matrix_factor(factor, known_facts)
    if {factor.axis for factor in matrix.factors} != {"risk", "severity"}:
        raise Mistake(f"{MATRIX}: factors: both axes need at least one factor")
    if [tier.number for tier in matrix.tiers] != [1, 2, 3, 4, 5]:
        raise Mistake(f"{MATRIX}: tiers: must be numbered 1 to 5 in this order")
    if {rule.key for rule in matrix.rules} != {"max", "mean"}:
        raise Mistake(f"{MATRIX}: rules: must be max and mean")
    if len({(corner.valuable, corner.feasible) for corner in matrix.quadrants}) != 4 or len(matrix.quadrants) != 4:
        raise Mistake(f"{MATRIX}: quadrants: each of the four corners exactly once")
    _scale(matrix.scale)
    _words(matrix)
    for score in matrix.score_factors:
        _score_factor(score, {factor.key for factor in matrix.factors}, known_facts)


def _matrix_factor(factor: MatrixFactor, known_facts: Mapping[str, FactDefinition]) -> None:
    place = f"factor {factor.key}"
    _once(MATRIX, place, (level.key for level in factor.levels))
    if [level.level for level in factor.levels] != [1, 2, 3]:
        raise Mistake(f"{MATRIX}: {place}: its levels must be 1, 2, 3 in this order")
    if factor.key in known_facts:
        raise Mistake(f"{MATRIX}: {place}: a fact has the same key")


def _once(file: str, place: str, keys: Iterable[str]) -> None:
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            raise Mistake(f"{file}: {place}: {key!r} is there twice")
        seen.add(key)


def _words(matrix: RiskMatrix) -> None:
    for words in matrix.scale_words:
        if len(words.likelihood) != len(words.severity):
            raise Mistake(f"{MATRIX}: scale_words: as many words for likelihood as for severity")
    _once(MATRIX, "scale_words", (str(len(words.likelihood)) for words in matrix.scale_words))


def _scale(scale: Scale) -> None:
    for side, steps in (("likelihood", scale.likelihood), ("severity", scale.severity)):
        if [step.value for step in steps] != list(range(1, len(steps) + 1)):
            raise Mistake(f"{MATRIX}: scale.{side}: steps must count from 1")
    start, highest = 1, len(scale.likelihood) * len(scale.severity)
    for band in scale.bands:
        if band.first != start or band.last < band.first:
            raise Mistake(f"{MATRIX}: scale.bands: {band.key} must begin at {start}")
        start = band.last + 1
    if start != highest + 1:
        raise Mistake(f"{MATRIX}: scale.bands: must end at {highest}")


def _score_factor(score: ScoreFactor, factors: set[str], known_facts: Mapping[str, FactDefinition]) -> None:
    place = f"{MATRIX}: score factor {score.key}"
    if score.weight <= 0:
        raise Mistake(f"{place}: weight must be above 0")
    if (score.from_matrix is not None) + (score.from_fact is not None) + bool(score.levels) != 1:
        raise Mistake(f"{place}: needs exactly one of levels, from_matrix, from_fact")
    if score.levels and len(score.levels) != 5:
        raise Mistake(f"{place}: needs five levels, 0 to 4")
    if score.from_matrix is not None:
        if score.from_matrix.factor not in factors:
            raise Mistake(f"{place}: names unknown factor {score.from_matrix.factor!r}")
        points = score.from_matrix.points
        if len(points) != 3 or not all(0 <= point <= 4 for point in points):
            raise Mistake(f"{place}: needs three points between 0 and 4")
    if score.from_fact is not None:
        if score.from_fact.fact not in known_facts:
            raise Mistake(f"{place}: names unknown fact {score.from_fact.fact!r}")
        if len(score.from_fact.steps) != 4 or list(score.from_fact.steps) != sorted(score.from_fact.steps):
            raise Mistake(f"{place}: needs four rising steps")


def check_library(library: RiskLibrary, matrix: RiskMatrix, known_facts: Mapping[str, FactDefinition]) -> None:
    """What the types of the definition cannot say. Raises Mistake."""
    _once(LIBRARY, "risks", (risk.key for risk in library.risks))
    _once(LIBRARY, "suggestions", (rule.key for rule in library.suggestions))
    for risk in library.risks:
        _starter(risk, library, matrix)
    for rule in library.suggestions:
        _suggestion(rule, library, matrix, known_facts)


def _starter(risk: LibraryRisk, library: RiskLibrary, matrix: RiskMatrix) -> None:
    place = f"{LIBRARY}: risk {risk.key}"
    choices: tuple[tuple[str, object, set[object]], ...] = (
        ("category", risk.category, {category.key for category in matrix.categories}),
        ("stage", risk.stage, {stage.key for stage in matrix.stages}),
        ("likelihood", risk.likelihood, {step.value for step in matrix.scale.likelihood}),
        ("severity", risk.severity, {step.value for step in matrix.scale.severity}),
    )
    for name, given, known in choices:
        if given not in known:
            raise Mistake(f"{place}: names unknown {name} {given!r}")
    frameworks = {framework.key for framework in library.frameworks}
    for reference in risk.references:
        if reference.framework not in frameworks:
            raise Mistake(f"{place}: names unknown framework {reference.framework!r}")


def _suggestion(
    rule: SuggestionRule, library: RiskLibrary, matrix: RiskMatrix, known_facts: Mapping[str, FactDefinition]
) -> None:
    place = f"{LIBRARY}: suggestion {rule.key}"
    for key in rule.risks:
        if library.risk(key) is None:
            raise Mistake(f"{place}: names unknown risk {key!r}")
    asked = {condition.ask for condition in rule.when}
    if not asked:
        raise Mistake(f"{place}: needs a condition")
    for condition in rule.when:
        _condition(place, condition, matrix, known_facts)
    for name in _PLACEHOLDER.findall(rule.reason.en + rule.reason.pt_BR):
        if name not in asked:
            raise Mistake(f"{place}: its reason shows {name!r}, which no condition asks")


def _condition(place: str, condition: Condition, matrix: RiskMatrix, known_facts: Mapping[str, FactDefinition]) -> None:
    levels = {factor.key: {level.key for level in factor.levels} for factor in matrix.factors}
    if condition.ask in levels:
        allowed = levels[condition.ask]
    elif condition.ask in known_facts:
        allowed = {option.key for option in known_facts[condition.ask].options}
    else:
        raise Mistake(f"{place}: names unknown factor or fact {condition.ask!r}")
    for answer in condition.among:
        if answer not in allowed:
            raise Mistake(f"{place}: {condition.ask} cannot be {answer!r}")
    if bool(condition.among) + (condition.at_least is not None) + (condition.above is not None) != 1:
        raise Mistake(f"{place}: needs exactly one of among, at_least, above")
