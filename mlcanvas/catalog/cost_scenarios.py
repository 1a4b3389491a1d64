"""The scenarios that are offered with one click, from `cost_scenarios.toml`."""

from functools import cache

from mlcanvas.catalog.costs import cost_questionnaire
from mlcanvas.catalog.reading import Mistake, read
from mlcanvas.domain.estimate.definition import Questionnaire
from mlcanvas.domain.estimate.scenarios import Starter, StarterAnswer, Starters, accept_own
from mlcanvas.domain.refusal import Refused

_FILE = "cost_scenarios.toml"


@cache
def cost_scenarios() -> Starters:
    """What is offered. Raises Mistake as `check`."""
    return check(read(_FILE, Starters))


def check(starters: Starters) -> Starters:
    """`starters` themselves. Raises Mistake for an answer that the questionnaire does not take, and unknown keys."""
    families = [family.key for family in starters.families]
    if sorted(families) != ["labels", "start", "target"]:
        raise Mistake(f"{_FILE}: families: needed are target, labels and start")
    if not 0 < starters.harder < 1 < starters.easier:
        raise Mistake(f"{_FILE}: harder is below 1 and easier above it")
    if len({starter.key for starter in starters.starters}) != len(starters.starters):
        raise Mistake(f"{_FILE}: a starter is defined twice")
    for starter in starters.starters:
        for answer in starter.answers:
            _check(starters, starter, answer, cost_questionnaire())
    return starters


def _check(starters: Starters, starter: Starter, answer: StarterAnswer, questionnaire: Questionnaire) -> None:
    place = f"{_FILE}: {starter.key}: {answer.question}"
    kind = questionnaire.question("C5_kind")
    known = {option.key for option in kind.options} if kind else set()
    if unknown := {*starter.kinds, *answer.kinds} - known - {""}:
        raise Mistake(f"{place}: unknown kind of label {sorted(unknown)[0]!r}")
    figure = answer.figure
    if (figure is None) != bool(answer.value):
        raise Mistake(f"{place}: needed is a value or a figure")
    if figure is not None and figure.source not in {source.key for source in starters.sources}:
        raise Mistake(f"{place}: unknown source {figure.source!r}")
    if figure is not None and figure.currency is not None and figure.currency not in questionnaire.currencies:
        raise Mistake(f"{place}: no rate for {figure.currency!r}")
    given = answer.value or (figure and {"low": figure.low, "likely": figure.likely, "high": figure.high})
    try:
        accept_own(questionnaire, answer.question, given)
    except Refused as refused:
        raise Mistake(f"{place}: {refused}") from refused
