"""The legal tier: which rules of the EU AI Act a project seems to fall under, since when, and why.

The structure of the questions is that of Regulation (EU) 2024/1689: a use is prohibited (Art. 5), or high risk as a
regulated product or its safety component (Art. 6(1), Annex I) or by its field of use (Art. 6(2), Annex III, with the
exemption of Art. 6(3)), or has to be transparent (Art. 50); duties of general-purpose models come on top. How answers
become a tier, and that an answer nobody is sure of counts as the stricter one, are decisions of ours. Dates, duties and
texts are data with a version (`legal.toml`). Nothing here is legal advice.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from mlcanvas.domain.refusal import Refused
from mlcanvas.domain.text import Text

Kind = Literal["yes_no_unsure", "choice", "several", "fact"]
TierKey = Literal["outside", "minimal", "transparency", "high", "prohibited"]
Answers = Mapping[str, tuple[str, ...]]
"""The options chosen, by the key of the question; a question without any is open."""

RANK: Final[tuple[TierKey, ...]] = ("outside", "minimal", "transparency", "high", "prohibited")
"""From the lightest tier to the strictest."""

# Options by which a question is denied. Everything else affirms it, "unsure" too: it counts as the stricter answer.
DENIED: Final = frozenset({"no", "none"})
UNSURE: Final = "unsure"

# The question that brings a layer of duties, by the key of the layer.
TRIGGERS: Final[Mapping[str, str]] = {
    "prohibited": "practices",
    "high_product": "product",
    "high_area": "areas",
    "transparency": "content",
}
DECIDING: Final = ("practices", "product", "areas", "content")
"""The questions that have to be answered before a tier below high can be told."""

# What the code asks by name, so that a definition without it is refused.
QUESTIONS: Final = frozenset(
    {
        *("eu_reach", "brazil", *DECIDING, "narrow", "profiling", "general_purpose", "role"),
        *("personal_data", "people_affected", "archetype"),
    }
)
LAYERS: Final = frozenset({*TRIGGERS, "general_purpose", "everyone"})
NOTES: Final = frozenset({"exempt", "built_on", "lgpd_review", "lgpd_report", "bill"})


# ---- definitions ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to a question. One that stands `alone` excludes the others; `dates` replace those of its layer."""

    key: str
    label: Text
    help: Text | None = None
    alone: bool = False
    dates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """One question. A `fact` is answered once for the whole project and is only shown here."""

    key: str
    kind: Kind
    group: str
    label: Text
    text: Text
    help: Text | None = None
    example: Text | None = None
    options: tuple[Option, ...] = ()

    def option(self, key: str) -> Option | None:
        """The option `key`, or None."""
        return next((option for option in self.options if option.key == key), None)


@dataclass(frozen=True, slots=True)
class Group:
    """A heading over some questions."""

    key: str
    label: Text


@dataclass(frozen=True, slots=True)
class Milestone:
    """A day from which something applies; `on` is an ISO date."""

    key: str
    on: str
    text: Text
    was: Text | None = None

    @property
    def day(self) -> date:
        """The day itself."""
        return date.fromisoformat(self.on)


@dataclass(frozen=True, slots=True)
class Duty:
    """What an article asks, of whom (no `roles`: of everybody), and the checkpoints at which it is done."""

    article: str
    text: Text
    roles: tuple[str, ...] = ()
    checkpoints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Layer:
    """A set of duties that apply together, with those of the layer `also`.

    A project may be under several layers; its tier is the strictest of them.
    """

    key: str
    tier: TierKey
    label: Text
    what: Text
    dates: tuple[str, ...]
    duty: tuple[Duty, ...]
    also: str = ""
    penalty: Text | None = None


@dataclass(frozen=True, slots=True)
class Tier:
    """A tier in words. `tone` is the risk colour 1 to 5."""

    key: TierKey
    tone: int
    name: Text
    what: Text
    advice: Text


@dataclass(frozen=True, slots=True)
class Note:
    """Something to know beside the tier. `source` names the law."""

    key: str
    title: Text
    text: Text
    source: Text


@dataclass(frozen=True, slots=True)
class Source:
    """Where the data comes from, and how it was read."""

    label: Text
    url: str
    read: Text


@dataclass(frozen=True, slots=True)
class Legal:
    """Everything of `legal.toml`.

    `as_of` is the ISO day up to which the sources were known, `checkpoint` the one at which the tier is decided.
    """

    version: int
    as_of: str
    checkpoint: str
    disclaimer: Text
    caution: Text
    group: tuple[Group, ...]
    question: tuple[Question, ...]
    tier: tuple[Tier, ...]
    layer: tuple[Layer, ...]
    date: tuple[Milestone, ...]
    note: tuple[Note, ...]
    source: tuple[Source, ...]

    @property
    def questions(self) -> dict[str, Question]:
        """The questions by key, in order."""
        return {question.key: question for question in self.question}

    @property
    def tiers(self) -> dict[str, Tier]:
        """The tiers by key."""
        return {tier.key: tier for tier in self.tier}

    @property
    def layers(self) -> dict[str, Layer]:
        """The layers by key."""
        return {layer.key: layer for layer in self.layer}

    @property
    def dates(self) -> dict[str, Milestone]:
        """The dates by key."""
        return {milestone.key: milestone for milestone in self.date}

    @property
    def notes(self) -> dict[str, Note]:
        """The notes by key."""
        return {note.key: note for note in self.note}


# ---- answers --------------------------------------------------------------------------------------------------------


def settle(question: Question, before: Iterable[str], chosen: Iterable[str]) -> tuple[str, ...]:
    """The options `chosen` as they may be stored, in the order of the question; none takes the answer back.

    Whoever ticks “none of these” after some option, or the other way round, means the last click: what was not there
    `before` stands. Raises Refused: `legal_unknown_answer`, `legal_one_answer` for several where one is asked,
    `legal_alone` where nothing tells which of two answers that exclude each other is meant.
    """
    wanted = dict.fromkeys(chosen)
    for key in wanted:
        if question.option(key) is None:
            raise Refused("legal_unknown_answer", path=question.key, answer=key)
    found = [option for option in question.options if option.key in wanted]
    if question.kind != "several" and len(found) > 1:
        raise Refused("legal_one_answer", path=question.key)
    if _excluding(found):
        stood = set(before)
        found = [option for option in found if option.key not in stood]
        if not found or _excluding(found):
            raise Refused("legal_alone", path=question.key)
    return tuple(option.key for option in found)


def _excluding(options: Sequence[Option]) -> bool:
    return len(options) > 1 and any(option.alone for option in options)


def affirmed(answers: Answers, question: str) -> tuple[str, ...]:
    """The options that say yes to the question, “not sure” among them; none while it is open or denied."""
    return tuple(key for key in answers.get(question, ()) if key not in DENIED)


def applies(question: str, answers: Answers) -> bool:
    """Whether the question matters after what was answered. An answer that does not matter is kept all the same."""
    outside = answers.get("eu_reach") == ("no",)
    if question in ("eu_reach", "brazil"):
        return True
    if question in ("personal_data", "people_affected", "archetype"):
        return not (outside and answers.get("brazil") == ("no",))
    if outside:
        return False
    return question not in ("narrow", "profiling") or bool(affirmed(answers, "areas"))


# ---- the standing ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reason:
    """The answers that brought a layer of duties, or a tier. `unsure`: one of them is “not sure” and counts as yes."""

    layer: str
    question: str
    options: tuple[str, ...]

    @property
    def unsure(self) -> bool:
        """Whether nobody is sure of it."""
        return UNSURE in self.options


@dataclass(frozen=True, slots=True)
class Noted:
    """A note that applies, with codes of sentences that say why."""

    key: str
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LegalStanding:
    """Where a project stands before the law, as far as its answers tell.

    `tier` is None while an open answer could make it stricter than what is known; `floor` is what it is at least.
    `layers` are all duties that apply, the strictest first. `roles` are the parts that the team plays, none while
    nobody said: then the duties of every role are meant. `version` and `as_of` are those of the data.
    """

    tier: TierKey | None
    floor: TierKey | None
    layers: tuple[str, ...]
    reasons: tuple[Reason, ...]
    dates: tuple[Milestone, ...]
    open: tuple[str, ...]
    notes: tuple[Noted, ...]
    roles: tuple[str, ...]
    version: int
    as_of: str

    @property
    def unsure(self) -> bool:
        """Whether something counts as yes only because nobody is sure."""
        return any(reason.unsure for reason in self.reasons)


def standing(legal: Legal, answers: Answers, *, portuguese: bool = False) -> LegalStanding:
    """The tier with its reasons, dates, open questions and notes.

    `answers` holds the facts too, under the keys of their questions. `portuguese` says that the project speaks
    Portuguese: while nobody said whether it touches Brazil, that is reason enough to think of Brazilian law.
    """
    outside = answers.get("eu_reach") == ("no",)
    exempt = is_exempt(answers)
    reasons = [] if outside else _reasons(legal, answers, exempt=exempt)
    layers = [layer.key for layer in legal.layer if any(reason.layer == layer.key for reason in reasons)]
    if not outside:
        layers.append("everyone")
    floor: TierKey | None = max(
        (legal.layers[reason.layer].tier for reason in reasons if reason.layer in TRIGGERS),
        key=RANK.index,
        default=None,
    )
    tier = "outside" if outside else _tier(answers, floor)
    return LegalStanding(
        tier=tier,
        floor=tier or floor,
        layers=tuple(layers),
        reasons=(*reasons, *_denied(answers, tier, exempt=exempt)),
        dates=_dates(legal, layers, reasons),
        open=tuple(key for key in legal.questions if not answers.get(key) and applies(key, answers)),
        notes=tuple(_notes(answers, exempt=exempt and not outside, portuguese=portuguese)),
        roles=tuple(role for role in answers.get("role", ()) if role != UNSURE),
        version=legal.version,
        as_of=legal.as_of,
    )


def is_exempt(answers: Answers) -> bool:
    """Whether a use in a field of Annex III is only narrow or preparatory and profiles nobody (Art. 6(3)).

    Profiling of people within those fields is always high risk. Whoever is not sure of either is not exempt.
    """
    return (
        bool(affirmed(answers, "areas")) and answers.get("narrow") == ("yes",) and answers.get("profiling") == ("no",)
    )


def _reasons(legal: Legal, answers: Answers, *, exempt: bool) -> list[Reason]:
    found = [
        Reason(layer, question, hits)
        for layer, question in TRIGGERS.items()
        if (hits := affirmed(answers, question)) and not (layer == "high_area" and exempt)
    ]
    if (part := answers.get("general_purpose", ())) and part[0] in ("provider", UNSURE):
        found.append(Reason("general_purpose", "general_purpose", part))
    order = list(legal.layers)
    return sorted(found, key=lambda reason: order.index(reason.layer))


def _tier(answers: Answers, floor: TierKey | None) -> TierKey | None:
    if not answers.get("eu_reach"):
        return None
    if floor in ("prohibited", "high"):
        return floor
    if any(not answers.get(question) for question in ("practices", "product", "areas")):
        return None
    if floor is not None:
        return floor
    return "minimal" if answers.get("content") else None


def _denied(answers: Answers, tier: TierKey | None, *, exempt: bool) -> tuple[Reason, ...]:
    """Why nothing stricter applies, where the tier rests on what was denied."""
    if tier == "outside":
        return (Reason("outside", "eu_reach", ("no",)),)
    if tier != "minimal":
        return ()
    asked = ("practices", "product", *(("narrow", "profiling") if exempt else ("areas",)), "content")
    return tuple(Reason("everyone", question, answers[question]) for question in asked)


def _dates(legal: Legal, layers: Sequence[str], reasons: Sequence[Reason]) -> tuple[Milestone, ...]:
    wanted: dict[str, None] = {}
    for key in layers:
        chosen = [(reason.question, option) for reason in reasons if reason.layer == key for option in reason.options]
        if not chosen:
            wanted |= dict.fromkeys(legal.layers[key].dates)
        for question, option in chosen:
            own = legal.questions[question].option(option)
            wanted |= dict.fromkeys((own.dates if own else ()) or legal.layers[key].dates)
    return tuple(sorted((legal.dates[key] for key in wanted), key=lambda milestone: milestone.on))


def _notes(answers: Answers, *, exempt: bool, portuguese: bool) -> list[Noted]:
    found: list[Noted] = []
    if exempt:
        found.append(Noted("exempt", ("legal_why_exempt",)))
    if answers.get("general_purpose") == ("built_on",) and answers.get("eu_reach") != ("no",):
        found.append(Noted("built_on", ("legal_why_built_on",)))
    why = _brazil(answers, portuguese=portuguese)
    if not why:
        return found
    if answers.get("personal_data") == ("yes",):
        # A person who decides with the help of the system decides: Art. 20 speaks of decisions by the system alone.
        if answers.get("people_affected") == ("decided",) and answers.get("archetype") != ("human_in_loop",):
            decided = "legal_why_decided" if answers.get("archetype") else "legal_why_decided_perhaps"
            found.append(Noted("lgpd_review", ("legal_why_personal", decided, why)))
        found.append(Noted("lgpd_report", ("legal_why_personal", why)))
    found.append(Noted("bill", (why,)))
    return found


def _brazil(answers: Answers, *, portuguese: bool) -> str:
    """Why Brazilian law is thought of, as the code of a sentence; nothing where it is not."""
    said = answers.get("brazil")
    if not said:
        return "legal_why_language" if portuguese else ""
    return {"yes": "legal_why_brazil", UNSURE: "legal_why_brazil_unsure"}.get(said[0], "")


# ---- what follows from it -------------------------------------------------------------------------------------------


def word(found: LegalStanding, answers: Answers) -> str | None:
    """The standing as other parts read it: a tier, `open` while it is not decided, None while nobody has begun.

    A project is begun with the first answer that only this questionnaire asks for, or when it reaches the EU.
    """
    if found.tier is not None:
        return found.tier
    begun = answers.get("eu_reach") == ("yes",) or any(answers.get(key) for key in (*DECIDING, "general_purpose"))
    return "open" if begun else None


def duties(legal: Legal, found: LegalStanding) -> tuple[tuple[Layer, tuple[Duty, ...]], ...]:
    """The duties of each layer that applies, for the roles that the team plays, in the order of the law."""
    rows = []
    for layer in (legal.layers[key] for key in found.layers):
        taken = legal.layers[layer.also].duty if layer.also else ()
        asked = [
            duty
            for duty in (*taken, *layer.duty)
            if not found.roles or not duty.roles or set(duty.roles) & set(found.roles)
        ]
        rows.append((layer, tuple(sorted(asked, key=_article))))
    return tuple(rows)


def _article(duty: Duty) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", duty.article))


def checkpoints(legal: Legal, found: LegalStanding) -> dict[str, tuple[str, ...]]:
    """The articles that make a checkpoint matter, by its key."""
    named: dict[str, list[str]] = {}
    for _layer, asked in duties(legal, found):
        for duty in asked:
            for key in duty.checkpoints:
                named.setdefault(key, []).append(duty.article)
    return {key: tuple(dict.fromkeys(articles)) for key, articles in named.items()}
