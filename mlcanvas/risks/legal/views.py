from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from mlcanvas import catalog
from mlcanvas.domain import legal as rules
from mlcanvas.domain.legal import LegalStanding, Question, Reason
from mlcanvas.domain.refusal import Refused
from mlcanvas.projects import access
from mlcanvas.projects.models import Project
from mlcanvas.risks.legal import actions, selectors
from mlcanvas.risks.legal.content import labels
from mlcanvas.risks.legal.selectors import Case
from mlcanvas.web.http import Request
from mlcanvas.web.pages import show, wants_fragment
from mlcanvas.web.sentences import here, say


@require_safe
def legal(request: Request, slug: str) -> HttpResponse:
    """The questions, and beside them where the project stands."""
    return _legal(request, access.visible(request, slug))


@require_POST
def legal_answer(request: Request, slug: str, question: str) -> HttpResponse:
    """Answer one question, or take the answer back."""
    project = access.editable(request, slug)
    options = [option for option in request.POST.getlist("option") if option]
    try:
        actions.answer(project=project, question=question, options=options, by=request.user)
    except Refused as refused:
        if refused.code == "legal_unknown_question":
            raise Http404 from refused
        return _legal(request, project, wrong=question, sent=options, sentence=say(refused), status=422)
    if wants_fragment(request):
        return _legal(request, project)
    return redirect(reverse("risks:legal", args=[slug]) + f"#question-{question}")


def _legal(
    request: Request,
    project: Project,
    *,
    wrong: str = "",
    sent: list[str] | None = None,
    sentence: str = "",
    status: int = 200,
) -> HttpResponse:
    case, definition = selectors.case(project), catalog.legal()
    groups = [
        (
            group,
            [
                _row(question, case, sent=sent if question.key == wrong else None)
                for question in definition.question
                if question.group == group.key and rules.applies(question.key, case.answers)
            ],
        )
        for group in definition.group
    ]
    context = {
        "project": project,
        "may_edit": request.seat.may_edit,
        "legal": definition,
        "groups": [(group, rows) for group, rows in groups if rows],
        "wrong": wrong,
        "sentence": sentence,
        "base": reverse("risks:legal", args=[project.slug]),
        **shown(case),
        **_details(case.standing, timezone.localdate()),
    }
    return show(request, "risks/legal.html", context, fragment="legal", status=status)


def _row(question: Question, case: Case, *, sent: list[str] | None) -> dict[str, Any]:
    """A question with its answer; one that was `sent` and refused shows what was sent."""
    chosen = case.answers.get(question.key, ()) if sent is None else sent
    return {
        "question": question,
        "options": [(option, option.key in chosen) for option in question.options],
        "fact": catalog.facts()[question.key] if question.kind == "fact" else None,
        "value": next(iter(chosen), None),
    }


def shown(case: Case) -> dict[str, Any]:
    """What a short look at the standing needs: the tier, or what it is at least, and how many questions are open."""
    definition, found = catalog.legal(), case.standing
    return {
        "legal_tier": definition.tiers[found.tier] if found.tier else None,
        "legal_floor": definition.tiers[found.floor] if found.floor else None,
        "legal_open": len(found.open),
        "legal_begun": case.word is not None,
        "disclaimer": definition.disclaimer,
    }


def _details(found: LegalStanding, today: date) -> dict[str, Any]:
    definition = catalog.legal()
    layers = definition.layers
    return {
        "standing": found,
        "as_of": date.fromisoformat(found.as_of),
        "reasons": [(layers.get(reason.layer), _because(reason)) for reason in found.reasons],
        "open": [definition.questions[key] for key in found.open],
        "dates": [(milestone, milestone.day <= today) for milestone in found.dates],
        "duties": rules.duties(definition, found) if found.tier != "outside" else (),
        "roles": [here(label) for label in labels("role", found.roles)],
        "notes": [
            (definition.notes[noted.key], [here(catalog.sentence(code)) for code in noted.because])
            for noted in found.notes
        ],
    }


def _because(reason: Reason) -> dict[str, Any]:
    return {
        "label": here(catalog.legal().questions[reason.question].label),
        "answers": ", ".join(here(label) for label in labels(reason.question, reason.options)),
        "unsure": reason.unsure,
        "anchor": reason.question,
    }
