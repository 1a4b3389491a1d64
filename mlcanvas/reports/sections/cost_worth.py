"""What the project brings: a year, in its years of operation, and when it has paid for itself. With where it is from.

A revision that does not keep it, and a project that nobody answered for, say nothing of it.
"""

from collections.abc import Callable, Mapping
from math import isclose

from mlcanvas import catalog
from mlcanvas.domain.estimate import payback
from mlcanvas.reports.blocks import Answer, Callout
from mlcanvas.reports.prose import Node, Span
from mlcanvas.reports.reading import Json, Reading, number, rows

ENDS = ("low", "likely", "high")
DECISIONS, GAIN = "A2_decisions", "A2_gain"
ERRORS = ("A2_false_positive", "A2_false_negative", "A2_missed_share")
"""The questions that the value follows from: how often, what a decision saves, what an error costs."""

_MONTHS = 12


def brought(reading: Reading) -> list[Callout]:
    """The range of a year and of all years, the payback, and which answers they were computed from."""
    voice, kept = reading.voice, _kept(reading)
    if not kept:
        return []
    said = [_year(reading, kept, voice.money)]
    years = number(reading.result("costs").get("years"))
    if years and years != 1:
        ends = {name: voice.money(years * float(kept[name])) for name in ENDS if name != "likely"}
        said.append(voice.counted("worth.years", years, years=voice.number(years), **ends))
    return [Callout(voice("worth.title"), (*said, *_pays_back(reading, kept), _origin(reading, kept)))]


def in_short(reading: Reading) -> list[Answer]:
    """A line for the summary, the amounts rounded; the costs name the answers that they come from."""
    voice, kept = reading.voice, _kept(reading)
    if not kept:
        return []
    words = " ".join((_year(reading, kept, voice.rounded), *_pays_back(reading, kept), voice("worth.from_answers")))
    return [Answer(voice("worth.title"), (Node("paragraph", spans=(Span("text", words),)),))]


def _kept(reading: Reading) -> Json:
    kept = reading.result("costs").get("worth")
    whole = isinstance(kept, Mapping) and all(number(kept.get(name)) is not None for name in ENDS)
    return kept if isinstance(kept, Mapping) and whole else {}


def _year(reading: Reading, kept: Json, spell: Callable[[float], str]) -> str:
    return reading.voice("worth.year", **{name: spell(float(kept[name])) for name in ENDS})


def _pays_back(reading: Reading, kept: Json) -> list[str]:
    voice = reading.voice
    if "payback_years" not in kept:
        return []
    years = _years(reading, kept)
    if years is None:
        return [voice("worth.pays_never")]
    months = payback.months(years)
    if months is not None:
        return [voice.counted("worth.pays_months", months, count=voice.number(months))]
    return [voice.counted("worth.pays_years", round(years, 1), count=voice.number(round(years, 1)))]


def _years(reading: Reading, kept: Json) -> float | None:
    """Of operation until it has paid back: from the amounts, as what is kept is rounded to a hundredth."""
    years, net = number(kept["payback_years"]), number(kept.get("net"))
    result = reading.result("costs")
    run = next((line for line in rows(result.get("lines")) if line.get("key") == "run"), {})
    ends = number(result.get("p50")), number(run.get("p50"))
    if years is None or not net or ends[0] is None or ends[1] is None:
        return years
    exact = max(0.0, ends[0] - ends[1]) / net
    return exact if isclose(exact, years, abs_tol=0.01) else years


def _origin(reading: Reading, kept: Json) -> str:
    """The answers by their questions: those on errors only where they made a difference."""
    voice, answers = reading.voice, reading.part("costs").get("answers") or {}
    errors = not _explained(answers, kept)
    wanted = {DECISIONS, GAIN, *(ERRORS if errors else ())}
    names = [
        voice("worth.question", name=voice.say(question.label))
        for question in catalog.cost_questionnaire().questions
        if question.key in wanted and answers.get(question.key, "unknown") != "unknown"
    ]
    if not names:
        return voice("worth.from_answers")
    return voice("worth.from_errors" if errors else "worth.from_named", names=voice.several(names))


def _explained(answers: Json, kept: Json) -> bool:
    """Whether what a decision saves is all of the value."""
    decisions, gain = (_likely(answers.get(key)) for key in (DECISIONS, GAIN))
    if decisions is None or gain is None:
        return False
    return isclose(_MONTHS * decisions * gain, float(kept["likely"]), rel_tol=1e-6, abs_tol=0.01)


def _likely(answer: object) -> float | None:
    return number(answer.get("likely")) if isinstance(answer, Mapping) else number(answer)
