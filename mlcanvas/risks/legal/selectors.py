"""What others may ask about the legal tier."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from mlcanvas import catalog
from mlcanvas.domain import legal as rules
from mlcanvas.domain.legal import Answers, LegalStanding
from mlcanvas.projects import selectors as projects
from mlcanvas.projects.models import Project
from mlcanvas.risks.models import FactorAnswer

# An answer is a row of its own: `legal.<question>` with the option, or `legal.<question>.<option>` with "yes" where
# several options may hold.
PREFIX = "legal."

# The tiers that ask for something beyond what holds for everybody.
ASKING = ("transparency", "high", "prohibited")


@dataclass(frozen=True)
class Case:
    """A project before the law: its answers, facts among them, and where it stands."""

    answers: Answers
    portuguese: bool

    @cached_property
    def standing(self) -> LegalStanding:
        """The tier with its reasons."""
        return rules.standing(catalog.legal(), self.answers, portuguese=self.portuguese)

    @property
    def word(self) -> str | None:
        """The derived fact: a tier, `open`, or None while nobody has begun."""
        return rules.word(self.standing, self.answers)

    @property
    def checkpoints(self) -> dict[str, tuple[str, ...]]:
        """The articles that make a checkpoint matter, by its key; none for a tier that asks for nothing."""
        if self.standing.tier not in ASKING:
            return {}
        return rules.checkpoints(catalog.legal(), self.standing)


def is_legal(factor: str) -> bool:
    """Whether the row of this key is an answer about the law, and not one of the risk table."""
    return factor.startswith(PREFIX)


def read(rows: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """The answers in rows of key and level, in the order of the questionnaire; what it does not ask is left out."""
    held = {factor.removeprefix(PREFIX): level for factor, level in rows if is_legal(factor)}
    found: dict[str, tuple[str, ...]] = {}
    for question in catalog.legal().question:
        if question.kind == "several":
            chosen = tuple(option.key for option in question.options if f"{question.key}.{option.key}" in held)
        else:
            chosen = tuple(option.key for option in question.options if option.key == held.get(question.key))
        if chosen:
            found[question.key] = chosen
    return found


def rows(answers: Answers) -> Iterator[tuple[str, str]]:
    """The rows of key and level that hold the answers."""
    for question in catalog.legal().question:
        for option in answers.get(question.key, ()):
            if question.kind == "several":
                yield f"{PREFIX}{question.key}.{option}", "yes"
            else:
                yield f"{PREFIX}{question.key}", option


def case_of(project: Project, answers: Answers, facts: Mapping[str, Any]) -> Case:
    """The project before the law, from its own answers and the facts that all parts share."""
    shared = {
        question.key: (str(facts[question.key]),)
        for question in catalog.legal().question
        if question.kind == "fact" and facts.get(question.key) is not None
    }
    return Case({**answers, **shared}, portuguese=project.language.startswith("pt"))


def case(project: Project) -> Case:
    """The project before the law, read in two queries."""
    stored = FactorAnswer.objects.filter(project=project, factor__startswith=PREFIX).values_list("factor", "level")
    return case_of(project, read(stored), projects.facts(project))
