from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mlcanvas.domain.refusal import Refused
from mlcanvas.projects import access
from mlcanvas.projects.models import Project
from mlcanvas.reviews import actions, selectors
from mlcanvas.reviews.forms import DecisionForm
from mlcanvas.tracker import selectors as tracker
from mlcanvas.web.http import Request
from mlcanvas.web.pages import show, wants_fragment
from mlcanvas.web.sentences import say


@require_safe
def decisions(request: Request, slug: str) -> HttpResponse:
    """What was decided, what changed since, and a form to decide."""
    return _decisions(request, access.visible(request, slug))


def _decisions(request: Request, project: Project, form: DecisionForm | None = None, status: int = 200) -> HttpResponse:
    found = selectors.decisions(project)
    context = {
        "decisions": found.decided,
        "form": form or DecisionForm(),
        # Never the digest that was posted: after a refusal, the person decides on what stands now.
        "read": found.current,
        "tracked": tracker.tracked(project),
    }
    return show(request, "reviews/decisions.html", context, fragment="decisions", status=status)


@require_safe
def risks_since(request: Request, slug: str) -> HttpResponse:
    """When the risks were last looked at together, and what moved since."""
    project = access.visible(request, slug)
    found = selectors.reviewed(project)
    moved = found.moved if found else ()
    context = {
        "decision": found and found.decision,
        "moved": [(row, found.titles[row.key]) for row in moved if row.before and row.after] if found else [],
        "added": [(row, found.titles[row.key]) for row in moved if row.before is None] if found else [],
        "gone": [(row, found.titles[row.key]) for row in moved if row.after is None] if found else [],
    }
    return show(request, "reviews/risks_since.html", context, fragment="since")


@require_POST
def decide(request: Request, slug: str) -> HttpResponse:
    """Record a decision on what the project says now."""
    project = access.commentable(request, slug)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _decisions(request, project, form, status=422)
    try:
        decision = actions.decide(project=project, by=request.user, **form.cleaned_data)
    except Refused as refused:
        form.add_error(refused.path or None, say(refused))
        return _decisions(request, project, form, status=409 if refused.code == "decision_stale" else 422)
    if wants_fragment(request):
        return _decisions(request, project)
    messages.success(request, _("Recorded, bound to revision %(number)s.") % {"number": decision.revision.number})
    return redirect("reviews:decisions", slug)
