"""The starter library, and what the project makes of its suggestions."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from mlcanvas import catalog
from mlcanvas.domain.refusal import Refused
from mlcanvas.domain.risk import LibraryRisk
from mlcanvas.projects import access
from mlcanvas.projects.models import Project
from mlcanvas.risks import actions, selectors
from mlcanvas.risks.forms import WhyForm
from mlcanvas.risks.views.register import done, reason, register_page
from mlcanvas.web.http import Request
from mlcanvas.web.pages import show, wants_fragment
from mlcanvas.web.sentences import say


@require_safe
def library(request: Request, slug: str) -> HttpResponse:
    """The forty starter risks."""
    return _library(request, access.visible(request, slug))


def _library(request: Request, project: Project, sentence: str = "", status: int = 200) -> HttpResponse:
    picture = selectors.picture(project)
    present = {risk.key for risk in picture.register}
    wanted = {row.risk.key: reason(row) for row in picture.suggestions}

    def rows(category: str) -> list[tuple[LibraryRisk, bool, str]]:
        risks = (risk for risk in catalog.risk_library().risks if risk.category == category)
        return [(risk, risk.key in present, wanted.get(risk.key, "")) for risk in risks]

    context = {
        "groups": [(category, rows(category.key)) for category in catalog.risk_matrix().categories],
        "frameworks": {framework.key: framework.label for framework in catalog.risk_library().frameworks},
        "note": catalog.risk_library().note,
        "sentence": sentence,
    }
    return show(request, "risks/library.html", context, fragment="library", status=status)


@require_POST
def library_add(request: Request, slug: str, key: str) -> HttpResponse:
    """Put a starter risk into the register: from the suggestions beside it, or from the library."""
    project = access.editable(request, slug)
    from_library = request.POST.get("from") == "library"
    try:
        actions.library_add(project=project, key=key, by=request.user)
    except Refused as refused:
        if refused.code == "risk_not_in_library":
            raise Http404 from refused
        page = _library if from_library else register_page
        return page(request, project, sentence=say(refused), status=422)
    if not from_library:
        return done(request, project)
    if wants_fragment(request):
        return _library(request, project)
    return redirect(reverse("risks:library", args=[slug]) + f"#{key}")


@require_POST
def suggestion_decline(request: Request, slug: str, key: str) -> HttpResponse:
    """Say no to a suggested risk, and why."""
    project = access.editable(request, slug)
    form = WhyForm(request.POST)
    if form.is_valid():
        try:
            actions.decline(project=project, key=key, by=request.user, **form.cleaned_data)
        except Refused as refused:
            if refused.code == "risk_not_in_library":
                raise Http404 from refused
            form.add_error(refused.path, say(refused))
        else:
            return done(request, project)
    return register_page(request, project, declining=key, why=form, status=422)


@require_POST
def suggestion_again(request: Request, slug: str, key: str) -> HttpResponse:
    """Take that no back."""
    project = access.editable(request, slug)
    actions.suggest_again(project=project, key=key, by=request.user)
    return done(request, project)
