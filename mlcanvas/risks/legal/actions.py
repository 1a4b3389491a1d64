"""Every write to the answers about the law."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q

from mlcanvas import catalog
from mlcanvas.accounts.models import User
from mlcanvas.domain.legal import Question, settle
from mlcanvas.domain.refusal import Refused
from mlcanvas.projects import actions as projects
from mlcanvas.projects.models import Project
from mlcanvas.risks import actions as risks
from mlcanvas.risks.legal.selectors import PREFIX, read, rows
from mlcanvas.risks.models import FactorAnswer


def question_of(key: str) -> Question:
    """A question that is answered here; a fact is not. Raises Refused (`legal_unknown_question`)."""
    question = catalog.legal().questions.get(key)
    if question is None or question.kind == "fact":
        raise Refused("legal_unknown_question", path=key, question=key)
    return question


@transaction.atomic
def answer(*, project: Project, question: str, options: Iterable[str], by: User) -> None:
    """Answer one question with `options`, or take the answer back with none. Nothing happens where that is how it is.

    Raises Refused: `legal_unknown_question`, and as `domain.legal.settle` does.
    """
    asked = question_of(question)
    projects.hold(project)
    mine = Q(factor=f"{PREFIX}{asked.key}") | Q(factor__startswith=f"{PREFIX}{asked.key}.")
    stored = FactorAnswer.objects.filter(mine, project=project)
    before = read(stored.values_list("factor", "level")).get(asked.key, ())
    chosen = settle(asked, before, options)
    if chosen == before:
        return
    wanted = dict(rows({asked.key: chosen}))
    stored.exclude(factor__in=wanted).delete()
    kept = set(stored.values_list("factor", "level"))
    for factor, level in wanted.items():
        if (factor, level) not in kept:
            FactorAnswer.objects.update_or_create(project=project, factor=factor, defaults={"level": level, "by": by})
    projects.record(project=project, by=by, what="risks.legal_answered", question=asked.key, options=list(chosen))
    risks.refresh(project=project)
