from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mlcanvas import catalog
from mlcanvas.domain.refusal import Refused
from mlcanvas.projects import access, saving
from mlcanvas.projects import selectors as projects
from mlcanvas.projects.actions import Merged, Saved
from mlcanvas.projects.models import Project
from mlcanvas.scope import actions, selectors
from mlcanvas.scope.forms import MetricForm
from mlcanvas.scope.models import SuccessMetric
from mlcanvas.web.http import Request
from mlcanvas.web.pages import show, wants_fragment
from mlcanvas.web.sentences import say

GROUPS = (
    ("problem", _("What is to be solved")),
    ("objectives", _("Two objectives, kept apart")),
    ("success", _("When it counts as solved")),
)


def _address(project: Project, key: str) -> str:
    return reverse("scope:text_save", args=[project.slug, key])


@require_safe
def scope(request: Request, slug: str) -> HttpResponse:
    """The five questions, the two objectives, the metrics."""
    return _scope(request, access.visible(request, slug), MetricForm())


def _scope(
    request: Request, project: Project, form: MetricForm, *, status: int = 200, edited: str = ""
) -> HttpResponse:
    found = selectors.scope(project)
    fields = [
        (question, saving.field(question.key, _address(project, question.key), found.texts.get(question.key)))
        for question in catalog.scope_questions()
    ]
    facts = projects.facts(project)
    context = {
        "groups": [(label, [pair for pair in fields if pair[0].group == group]) for group, label in GROUPS],
        "facts": [
            (fact, facts.get(fact.key))
            for fact in catalog.facts().values()
            if fact.home == "scope" and not fact.derived
        ],
        "scope": found,
        "form": form,
        "edited": edited,
    }
    return show(request, "scope/scope.html", context, fragment="metrics", status=status)


@require_safe
def text_read(request: Request, slug: str, key: str) -> HttpResponse:
    """One long answer as it stands: what a page shows once nobody types in it."""
    project = access.visible(request, slug)
    question = next((question for question in catalog.scope_questions() if question.key == key), None)
    if question is None:
        raise Http404
    if not wants_fragment(request):
        return redirect(reverse("scope:scope", args=[slug]) + f"#box-{key}")
    passage = projects.texts(project, "scope").get(key)
    context = {"question": question, "field": saving.field(key, _address(project, key), passage), "single": True}
    return show(request, "scope/question.html", context)


@require_POST
def text_save(request: Request, slug: str, key: str) -> HttpResponse:
    """Save one long answer."""
    project = access.editable(request, slug)
    if key not in {question.key for question in catalog.scope_questions()}:
        raise Http404
    shown = saving.Field(key, _address(project, key))

    def stored(outcome: Saved | Merged) -> None:
        if isinstance(outcome, Merged) or outcome.filled is not None:
            actions.refresh(project=project)

    after = reverse("scope:scope", args=[slug])
    return saving.answer(request, project, key=f"scope/{key}", shown=shown, after=after, stored=stored)


@require_POST
def metric_add(request: Request, slug: str) -> HttpResponse:
    """Add a success metric."""
    project = access.editable(request, slug)
    form = MetricForm(request.POST)
    if form.is_valid():
        try:
            actions.metric_add(project=project, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error(refused.path, say(refused))
        else:
            return _done(request, project)
    return _scope(request, project, form, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
def metric_edit(request: Request, slug: str, key: str) -> HttpResponse:
    """Change a success metric."""
    project = access.editable(request, slug)
    metric = _metric(project, key)
    if request.method != "POST":
        return _scope(request, project, MetricForm(initial=MetricForm.values_of(metric)), edited=key)
    form = MetricForm(request.POST)
    if form.is_valid():
        try:
            actions.metric_edit(row=metric, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error(refused.path, say(refused))
        else:
            return _done(request, project)
    return _scope(request, project, form, status=422, edited=key)


@require_POST
def metric_remove(request: Request, slug: str, key: str) -> HttpResponse:
    """Remove a success metric."""
    project = access.editable(request, slug)
    actions.metric_remove(row=_metric(project, key), by=request.user)
    return _done(request, project)


def _metric(project: Project, key: str) -> SuccessMetric:
    """A metric of the project. It knows this very project, whose summary its writes renew. Raises Http404."""
    found: SuccessMetric = get_object_or_404(SuccessMetric, project=project, key=key)
    found.project = project
    return found


def _done(request: Request, project: Project) -> HttpResponse:
    if wants_fragment(request):
        return _scope(request, project, MetricForm())
    return redirect(reverse("scope:scope", args=[project.slug]) + "#metrics")
