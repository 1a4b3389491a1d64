from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from mlcanvas import catalog
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


@require_safe
def beside(request: Request, slug: str) -> HttpResponse:
    """What stands beside one block of a canvas."""
    return _beside(request, access.visible(request, slug), _block(request.GET.get("block", "")))


def _block(key: str) -> str:
    """A block that some template has. Raises Http404 for anything else."""
    if not any(key in template.blocks for template in catalog.canvas_templates().values()):
        raise Http404
    return key


def _beside(
    request: Request,
    project: Project,
    block: str,
    *,
    key: str = "",
    form: DismissalForm | None = None,
    status: int = 200,
) -> HttpResponse:
    found = selectors.advice(project)
    context = {
        "about": block,  # `block` is the template language's own word
        "open": found.beside(block),
        # What is refused is said, also where it is about advice that has gone.
        "gone": form is not None and not any(shown.key == key for shown in found.beside(block)),
        "dismissed_key": key,
        "form": form or DismissalForm(),
    }
    return show(request, "advice/beside.html", context, fragment="beside", status=status)


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
    if "block" in request.POST:
        return _beside(request, project, _block(request.POST["block"]), key=key, form=form, status=422)
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
    """Back to where it was done: beside a block where the form names one, else among all advice."""
    if "block" in request.POST:
        block = _block(request.POST["block"])
        address = f"{reverse('advice:beside', args=[project.slug])}?{urlencode({'block': block})}"
        return _beside(request, project, block) if wants_fragment(request) else redirect(address)
    return _advice(request, project) if wants_fragment(request) else redirect("advice:advice", project.slug)
