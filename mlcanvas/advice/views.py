from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from mlcanvas.advice import actions, selectors
from mlcanvas.advice.forms import DismissalForm
from mlcanvas.domain.advice import KEYS
from mlcanvas.domain.refusal import Refused
from mlcanvas.projects import access
from mlcanvas.projects.models import Project
from mlcanvas.web.http import Request
from mlcanvas.web.pages import show, wants_fragment
from mlcanvas.web.sentences import say


@require_safe
def advice(request: Request, slug: str) -> HttpResponse:
    """What does not fit together, and what was set aside."""
    return _advice(request, access.visible(request, slug))


def _advice(
    request: Request, project: Project, *, key: str = "", form: DismissalForm | None = None, status: int = 200
) -> HttpResponse:
    context = {"advice": selectors.advice(project), "dismissed_key": key, "form": form or DismissalForm()}
    return show(request, "advice/advice.html", context, fragment="advice", status=status)


@require_POST
def dismiss(request: Request, slug: str, key: str) -> HttpResponse:
    """Set a piece of advice aside, with a reason."""
    project = access.editable(request, slug)
    if key not in KEYS:
        raise Http404
    form = DismissalForm(request.POST)
    if form.is_valid():
        try:
            actions.dismiss(project=project, key=key, reason=form.cleaned_data["reason"], by=request.user)
        except Refused as refused:
            form.add_error(refused.path or None, say(refused))
        else:
            return _done(request, project)
    return _advice(request, project, key=key, form=form, status=422)


@require_POST
def restore(request: Request, slug: str, key: str) -> HttpResponse:
    """Show a piece of advice again."""
    project = access.editable(request, slug)
    if key not in KEYS:
        raise Http404
    actions.restore(project=project, key=key, by=request.user)
    return _done(request, project)


def _done(request: Request, project: Project) -> HttpResponse:
    return _advice(request, project) if wants_fragment(request) else redirect("advice:advice", project.slug)
