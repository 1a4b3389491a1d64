"""The legal tier: questions, duties and dates, from `legal.toml`."""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from typing import get_args

from mlcanvas.catalog.facts import facts
from mlcanvas.catalog.lifecycle import lifecycle
from mlcanvas.catalog.reading import Mistake, read
from mlcanvas.domain.facts import FactDefinition
from mlcanvas.domain.legal import DENIED, LAYERS, NOTES, QUESTIONS, RANK, UNSURE, Legal, Question, TierKey

NAME = "legal.toml"
WORDS = ("yes", "no", UNSURE)


@cache
def legal() -> Legal:
    """The questionnaire and its data. Raises Mistake for a contradiction."""
    found = read(NAME, Legal)
    check(found, facts(), lifecycle().checkpoints)
    return found


def check(legal: Legal, known_facts: Mapping[str, FactDefinition], known_checkpoints: Iterable[str]) -> None:
    """What the types of the definition cannot say. Raises Mistake."""
    known = set(known_checkpoints)
    _exactly("question", [question.key for question in legal.question], QUESTIONS)
    _exactly("layer", [layer.key for layer in legal.layer], LAYERS)
    _exactly("note", [note.key for note in legal.note], NOTES)
    _exactly("tier", [tier.key for tier in legal.tier], get_args(TierKey))
    _once("date", [milestone.key for milestone in legal.date])
    _once("group", [group.key for group in legal.group])
    _day("as_of", legal.as_of)
    for milestone in legal.date:
        _day(f"date {milestone.key}", milestone.on)
    for question in legal.question:
        if question.group not in {group.key for group in legal.group}:
            raise Mistake(f"{NAME}: question {question.key}: names unknown group {question.group!r}")
        _question(question, known_facts)
        for option in question.options:
            _known(f"question {question.key}: {option.key}", "date", option.dates, legal.dates)
    _layers(legal, known)
    if legal.checkpoint not in known:
        raise Mistake(f"{NAME}: names unknown checkpoint {legal.checkpoint!r}")


def _layers(legal: Legal, known_checkpoints: set[str]) -> None:
    roles = {option.key for option in legal.questions["role"].options}
    for layer in legal.layer:
        place = f"layer {layer.key}"
        _known(place, "date", layer.dates, legal.dates)
        if layer.also:
            _known(place, "layer", (layer.also,), legal.layers)
        for duty in layer.duty:
            _known(f"{place}: {duty.article}", "role", duty.roles, roles)
            _known(f"{place}: {duty.article}", "checkpoint", duty.checkpoints, known_checkpoints)
    strictness = [RANK.index(layer.tier) for layer in legal.layer]
    if strictness != sorted(strictness, reverse=True):
        raise Mistake(f"{NAME}: layer: the strictest must come first")
    for tier in legal.tier:
        if not 1 <= tier.tone <= 5:
            raise Mistake(f"{NAME}: tier {tier.key}: tone must be 1 to 5")


def _question(question: Question, known_facts: Mapping[str, FactDefinition]) -> None:
    place = f"{NAME}: question {question.key}"
    keys = [option.key for option in question.options]
    _once(f"question {question.key}", keys)
    if question.kind == "fact":
        fact = known_facts.get(question.key)
        if fact is None or fact.derived or fact.kind != "choice":
            raise Mistake(f"{place}: names unknown fact {question.key!r}")
        if keys:
            raise Mistake(f"{place}: the options of a fact stand in facts.toml")
        return
    if question.kind == "yes_no_unsure" and tuple(keys) != WORDS:
        raise Mistake(f"{place}: its options must be yes, no, unsure in this order")
    if not keys:
        raise Mistake(f"{place}: needs options")
    if question.kind == "several":
        for option in question.options:
            if option.alone != (option.key in DENIED | {UNSURE}):
                raise Mistake(f"{place}: {option.key}: none and unsure stand alone, and nothing else does")
    elif any(option.alone for option in question.options):
        raise Mistake(f"{place}: only one answer of several can stand alone")


def _exactly(group: str, given: list[str], wanted: Iterable[str]) -> None:
    _once(group, given)
    for key in given:
        if key not in set(wanted):
            raise Mistake(f"{NAME}: {group}: no rule knows {key!r}")
    for key in wanted:
        if key not in given:
            raise Mistake(f"{NAME}: {group}: {key!r} is missing")


def _once(group: str, keys: list[str]) -> None:
    for key in keys:
        if keys.count(key) > 1:
            raise Mistake(f"{NAME}: {group}: {key!r} is there twice")


def _known(place: str, kind: str, given: Iterable[str], known: Iterable[str]) -> None:
    for key in given:
        if key not in set(known):
            raise Mistake(f"{NAME}: {place}: names unknown {kind} {key!r}")


def _day(place: str, text: str) -> None:
    try:
        date.fromisoformat(text)
    except ValueError as error:
        raise Mistake(f"{NAME}: {place}: {text!r} is not a day") from error
