from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mlcanvas.canvas import grids
from mlcanvas.domain.refusal import Refused
from mlcanvas.exchange import actions, selectors, showing
from mlcanvas.exchange import starters as examples
from mlcanvas.exchange.forms import ImportForm, StarterForm
from mlcanvas.exchange.problems import Path, Unreadable
from mlcanvas.exchange.starters import Starter
from mlcanvas.projects import access
from mlcanvas.web.http import Request
from mlcanvas.web.pages import show
from mlcanvas.web.sentences import say
from mlcanvas.workspaces.models import Workspace
from mlcanvas.workspaces.selectors import memberships, writable_workspaces

COUNTED: dict[Path, str | Promise] = {
    ("facts",): gettext_lazy("Facts"),
    ("scope",): gettext_lazy("Answers of the scope"),
    ("scope", "metrics"): gettext_lazy("Success metrics"),
    ("canvas", "blocks"): gettext_lazy("Blocks of the canvas"),
    ("rows", "sources"): gettext_lazy("Data sources"),
    ("rows", "features"): gettext_lazy("Features"),
    ("rows", "outcomes"): gettext_lazy("Outcomes"),
    ("rows", "monitoring"): gettext_lazy("Metrics to watch"),
    ("risks", "register"): gettext_lazy("Risks"),
    ("costs", "answers"): gettext_lazy("Answers about costs"),
    ("costs", "pilot"): gettext_lazy("Results of a pilot"),
    ("costs", "scenarios"): gettext_lazy("Scenarios of the cost"),
    ("baselines", "entries"): gettext_lazy("Baselines"),
    ("tracker", "checkpoints"): gettext_lazy("Checkpoints"),
}


@require_safe
def project_file(request: Request, slug: str) -> HttpResponse:
    """The project as a YAML file to keep."""
    project = access.visible(request, slug)
    response = HttpResponse(selectors.project_file(project), content_type="application/yaml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{project.slug}.yaml"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def project_import(request: Request) -> HttpResponse:
    """Choose or paste a project file; a POST shows what it would create, or what is wrong with it."""
    workspace = _workspace(request)
    if request.method != "POST":
        return _page(request, workspace, ImportForm())
    return _checked(request, workspace, ImportForm(request.POST, request.FILES))


@require_POST
def project_import_add(request: Request) -> HttpResponse:
    """Create the project that was shown."""
    workspace = _workspace(request)
    form = ImportForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, workspace, form, status=422)
    try:
        project = actions.project_import(workspace=workspace, text=form.cleaned_data["content"], by=request.user)
    except Unreadable as unreadable:
        return _page(request, workspace, form, unreadable=unreadable, status=422)
    messages.success(request, _("“%(name)s” is imported.") % {"name": project.name})
    return redirect(f"/p/{project.slug}/")


@require_safe
def starters(request: Request) -> HttpResponse:
    """The filled examples, in the reader's language."""
    cards = [showing.card(starter) for starter in examples.starters(_reads())]
    return show(request, "exchange/starters.html", {"cards": [(card, _counts(card.counts)) for card in cards]})


@require_safe
def starter(request: Request, key: str) -> HttpResponse:
    """One example, to read and to start from."""
    found = _starter(key)
    return _starter_page(request, found, StarterForm(initial={"name": found.title}))


@require_POST
def starter_copy(request: Request, key: str) -> HttpResponse:
    """A new project with all that the example says."""
    found = _starter(key)
    workspace = _workspace(request)
    form = StarterForm(request.POST)
    if not form.is_valid():
        return _starter_page(request, found, form, workspace=workspace, status=422)
    try:
        project = actions.starter_copy(
            workspace=workspace, starter=found, name=form.cleaned_data["name"], by=request.user
        )
    except Refused as refused:
        form.add_error("name", say(refused))
        return _starter_page(request, found, form, workspace=workspace, status=422)
    messages.success(request, _("“%(name)s” is ready. Its text is that of the example.") % {"name": project.name})
    return redirect(f"/p/{project.slug}/")


def _reads() -> str:
    """The language of the examples that suits this reader."""
    language = get_language()
    return language if language in examples.LANGUAGES else examples.LANGUAGES[0]


def _starter(key: str) -> Starter:
    found = examples.starter(key, _reads())
    if found is None:
        raise Http404
    return found


def _starter_page(
    request: Request, found: Starter, form: StarterForm, *, workspace: Workspace | None = None, status: int = 200
) -> HttpResponse:
    whole = showing.whole(found)
    context = {
        "starter": found,
        "grids": grids.address(),
        "whole": whole,
        "counts": _counts(whole.card.counts),
        "form": form,
        "workspace": workspace,
        "workspaces": writable_workspaces(request.user),
    }
    return show(request, "exchange/starter.html", context, fragment="start", status=status)


def _counts(counts: Mapping[Path, int]) -> list[tuple[str | Promise, int]]:
    return [(COUNTED[path], count) for path, count in counts.items()]


def _workspace(request: Request) -> Workspace:
    """Where the project will stand. Raises PermissionDenied without a right to write there, Http404 for a stranger."""
    wanted = request.POST.get("workspace", "")
    writable = writable_workspaces(request.user)
    if wanted and wanted not in {member.workspace.slug for member in memberships(request.user)}:
        raise Http404
    found = next((workspace for workspace in writable if not wanted or workspace.slug == wanted), None)
    if found is None:
        raise PermissionDenied(_("You need to be an editor or owner of a workspace to add a project."))
    return found


def _checked(request: Request, workspace: Workspace, form: ImportForm) -> HttpResponse:
    if not form.is_valid():
        return _page(request, workspace, form, status=422)
    try:
        preview = actions.project_rehearse(workspace=workspace, text=form.cleaned_data["content"], by=request.user)
    except Unreadable as unreadable:
        return _page(request, workspace, form, unreadable=unreadable, status=422)
    return _page(request, workspace, form, preview=preview)


def _page(
    request: Request,
    workspace: Workspace,
    form: ImportForm,
    *,
    unreadable: Unreadable | None = None,
    preview: actions.Preview | None = None,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "workspace": workspace,
        "workspaces": writable_workspaces(request.user),
        "unreadable": unreadable,
        "preview": preview,
        "counts": _counts(preview.counts) if preview else [],
        "text": _text(form),
    }
    return show(request, "exchange/project_import.html", context, fragment="project_import", status=status)


def _text(form: ImportForm) -> str:
    """What was sent, to be seen and mended; a file that is no text as far as it is one."""
    content = getattr(form, "cleaned_data", {}).get("content", form["text"].value() or "")
    text = content.decode(errors="replace") if isinstance(content, bytes) else str(content)
    return text.replace("\x00", "�")
