"""The cost questionnaire with its default figures, from `costs.toml`."""

from functools import cache

from mlcanvas.catalog.facts import facts
from mlcanvas.catalog.reading import Mistake, read
from mlcanvas.catalog.rows import row_kinds
from mlcanvas.domain.estimate.definition import Figure, Question, Questionnaire

_FILE = "costs.toml"


@cache
def cost_questionnaire() -> Questionnaire:
    """The questionnaire. Raises Mistake for a definition that contradicts itself or names what does not exist."""
    questionnaire = read(_FILE, Questionnaire)
    _check_keys(questionnaire)
    for question in questionnaire.questions:
        _check_question(questionnaire, question)
    for place, figure in questionnaire.figures():
        _check_figure(questionnaire, place, figure)
    _check_model(questionnaire)
    return questionnaire


def _check_keys(questionnaire: Questionnaire) -> None:
    for name in ("groups", "questions", "lines", "parts", "constants", "sources"):
        seen: set[str] = set()
        for node in getattr(questionnaire, name):
            if node.key in seen:
                raise Mistake(f"{_FILE}: {name}: key {node.key!r} is given twice")
            seen.add(node.key)
    lines = {line.key for line in questionnaire.lines}
    for part in questionnaire.parts:
        if part.key.partition(".")[0] not in lines:
            raise Mistake(f"{_FILE}: part {part.key!r}: there is no such line")


def _check_question(questionnaire: Questionnaire, question: Question) -> None:
    place = f"{_FILE}: question {question.key!r}"
    if question.group not in {group.key for group in questionnaire.groups}:
        raise Mistake(f"{place}: unknown group {question.group!r}")
    if (question.kind == "choice") != bool(question.options):
        raise Mistake(f"{place}: options belong to a choice, and a choice needs them")
    if len({option.key for option in question.options}) != len(question.options):
        raise Mistake(f"{place}: an option is defined twice")
    if question.fact is not None and question.fact not in facts():
        raise Mistake(f"{place}: unknown fact {question.fact!r}")
    results = {option.key for option in row_kinds()["outcomes"].columns["result"].options}
    if question.listed and (question.listed not in results or question.kind != "range" or not question.money):
        raise Mistake(f"{place}: listed names a result of an outcome, and belongs to a range of money")
    if question.figure and (question.figure.currency is not None) != question.money:
        raise Mistake(f"{place}: a default in a currency belongs to a question about money, and to no other")
    if question.figure and question.kind == "number" and question.figure.triple.width:
        raise Mistake(f"{place}: the default of a single number has no spread")


def _check_figure(questionnaire: Questionnaire, place: str, figure: Figure) -> None:
    if figure.origin == "workspace":
        raise Mistake(f"{_FILE}: {place}: the catalogue does not speak for a workspace")
    if figure.source not in {source.key for source in questionnaire.sources}:
        raise Mistake(f"{_FILE}: {place}: unknown source {figure.source!r}")
    if figure.currency is not None and figure.currency not in questionnaire.currencies:
        raise Mistake(f"{_FILE}: {place}: no rate for {figure.currency!r}")
    if not 0 <= figure.low <= figure.likely <= figure.high:
        raise Mistake(f"{_FILE}: {place}: low, likely and high are out of order")
    # Multipliers and shares around 1 are bounded by their own rule; a single number has no range to widen.
    narrow = figure.low > figure.likely / 2 or figure.high < figure.likely * 2
    ranged = place in {question.key for question in questionnaire.questions if question.kind == "range"}
    if ranged and figure.origin == "assumption" and narrow and not _is_whole_share(questionnaire, place, figure):
        raise Mistake(f"{_FILE}: {place}: an assumption spans at least x0.5 and x2 around its likely value")


def _is_whole_share(questionnaire: Questionnaire, place: str, figure: Figure) -> bool:
    """Whether the figure already reaches 100 %, beyond which a share cannot widen."""
    question = questionnaire.question(place)
    return question is not None and question.share and figure.high == 100 and figure.low <= figure.likely / 2


def _check_model(questionnaire: Questionnaire) -> None:
    model = questionnaire.model
    known = {source.key for source in questionnaire.sources}
    for place, source in (
        ("rate_source", model.rate_source),
        ("cone_source", model.cone_source),
        *((f"exponents.{exponents.key}", exponents.source) for exponents in model.exponents),
        *((f"references.{reference.key}", reference.source) for reference in model.references),
    ):
        if source not in known:
            raise Mistake(f"{_FILE}: model.{place}: unknown source {source!r}")
    for fact, found in (
        ("archetype", {days.archetype for days in model.base_days}),
        ("stage", {step.stage for step in model.cone}),
    ):
        missing = {option.key for option in facts()[fact].options} - found
        if missing:
            raise Mistake(f"{_FILE}: model: no figures for {fact} {', '.join(sorted(missing))}")
    if {exponents.key for exponents in model.exponents} != {"pretrained", "scratch", "unknown"}:
        raise Mistake(f"{_FILE}: model.exponents: needed are pretrained, scratch and unknown")
