from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mlcanvas import catalog
from mlcanvas.accounts.models import User
from mlcanvas.domain.canonical import canonical
from mlcanvas.domain.numbers import parse
from mlcanvas.domain.refusal import Refused
from mlcanvas.projects import access, actions, parts, selectors
from mlcanvas.projects.comments.selectors import unseen_mentions
from mlcanvas.projects.comparing import compare
from mlcanvas.projects.forms import IterationForm, NewProjectForm, ProjectForm
from mlcanvas.projects.models import JsonObject, Project, Revision
from mlcanvas.projects.portfolio import filters, showing
from mlcanvas.projects.portfolio import selectors as many
from mlcanvas.web.http import Request
from mlcanvas.web.pages import ANSWERS_CHANGED, show, wants_fragment
from mlcanvas.web.sentences import say
from mlcanvas.workspaces.currencies import starting_currency
from mlcanvas.workspaces.models import Workspace
from mlcanvas.workspaces.roles import Role
from mlcanvas.workspaces.selectors import colleagues, memberships, rosters, writable_workspaces

PAGE_SIZE = 50


@require_safe
def portfolio(request: Request) -> HttpResponse:
    """Every project that this person may see, or those that the address asks for: as a list, cards or pictures."""
    return _portfolio(request)


def _portfolio(request: Request, form: NewProjectForm | None = None, status: int = 200) -> HttpResponse:
    wanted = filters.read(request.GET.dict())
    rows = filters.narrowed(Project.objects.visible_to(request.user), wanted)
    keys = rows.order_by("-summary__updated_at", "pk").values_list("pk", flat=True)
    page = Paginator(keys, PAGE_SIZE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "page": page,
        "projects": many.listed(page.object_list),
        "turn": showing.turn(wanted),
        "wanted": wanted,
        "shapes": showing.shapes(wanted),
        "chips": showing.chips(wanted),
        "narrowing": [(name, word) for name, word in wanted.words() if name != "as"],
        "everything": filters.Filters(shape=wanted.shape).address(),
    }
    if wanted.shape == "chart":
        context |= showing.chart(many.pictures(many.entries(rows), wanted), wanted)
    fragment = wants_fragment(request)
    if not fragment:
        context |= _around(request, wanted, form)
    response = show(request, "projects/portfolio.html", context, fragment="projects", status=status)
    if fragment and status == 200:
        # Whatever fields were sent, the address of the page says only what narrows it.
        response["HX-Push-Url"] = wanted.address()
    return response


def _around(request: Request, wanted: filters.Filters, form: NewProjectForm | None) -> dict[str, Any]:
    """What stands above the projects: a new one, the fields that narrow the list, and where this person is named."""
    own, people = memberships(request.user), rosters(request.user)
    writable = [found.workspace for found in own if found.role >= Role.EDITOR]
    everybody = {person.pk: person for found in people.values() for person in found}
    beside = {person.pk for found in writable for person in people[found.pk]}
    return {
        "form": form
        or NewProjectForm(people=sorted((everybody[pk] for pk in beside), key=_called), initial=_begin(writable)),
        "workspaces": writable,
        "filters": showing.fields(
            wanted,
            workspaces=[(found.workspace.slug, str(found.workspace)) for found in own],
            owners=many.owners(request.user, everybody.values()),
            words=many.words(request.user),
        ),
        "kept": showing.kept(wanted),
        "mentions": unseen_mentions(request.user),
    }


def _called(person: User) -> tuple[str, int]:
    return str(person).casefold(), person.pk


def _begin(workspaces: Iterable[Workspace]) -> dict[str, str]:
    """What a new project starts with, as the form shows it: the reader's language, and the currency where every
    workspace that may be chosen gives the same one."""
    language = get_language() or "en"
    found = {starting_currency(language, workspace.currency) for workspace in workspaces}
    return {"language": language, "currency": found.pop() if len(found) == 1 else ""}


@require_POST
def project_add(request: Request) -> HttpResponse:
    """A new project in a workspace where this person may write."""
    workspaces = writable_workspaces(request.user)
    wanted = request.POST.get("workspace", "")
    workspace = next((w for w in workspaces if w.slug == wanted), None) or (
        workspaces[0] if not wanted and workspaces else None
    )
    people = {str(person.pk): person for person in colleagues(workspaces)}
    form = NewProjectForm(request.POST, people=people.values())
    if workspace is None:
        form.add_error(None, _("You need to be an editor or owner of a workspace to add a project."))
    if not form.is_valid() or workspace is None:
        return _portfolio(request, form, status=422)
    try:
        project = actions.create(
            workspace=workspace,
            name=form.cleaned_data["name"],
            by=request.user,
            language=form.cleaned_data["language"] or get_language(),
            currency=form.cleaned_data["currency"] or starting_currency(get_language() or "en", workspace.currency),
            owner=people.get(form.cleaned_data["owner"]),
            tags=form.cleaned_data["tags"],
        )
    except Refused as refused:
        form.add_error("owner", say(refused))
        return _portfolio(request, form, status=422)
    return redirect("scope:scope", project.slug)


@require_safe
def settings(request: Request, slug: str) -> HttpResponse:
    """Name, language, currency, owner, tags, deletion."""
    project = access.visible(request, slug)
    return _settings(request, project, _project_form(project))


def _project_form(project: Project, data: QueryDict | None = None) -> ProjectForm:
    people = colleagues([project.workspace])
    return ProjectForm(data, project=project, people=people, initial=ProjectForm.values_of(project))


def _settings(request: Request, project: Project, form: ProjectForm, status: int = 200, **more: str) -> HttpResponse:
    context = {"form": form, "project": project, **more}
    return show(request, "projects/settings.html", context, fragment="settings", status=status)


@require_POST
def project_edit(request: Request, slug: str) -> HttpResponse:
    """Change the head of the project. An owner or tags that are not sent stay."""
    project = access.editable(request, slug)
    form = _project_form(project, request.POST)
    if not form.is_valid():
        return _settings(request, project, form, status=422)
    owner = form.cleaned_data.pop("owner")
    tags = form.cleaned_data.pop("tags")
    people = {str(person.pk): person for person in colleagues([project.workspace])}
    try:
        actions.edit(
            project=project,
            by=request.user,
            **form.cleaned_data,
            owner=people.get(owner),
            keep_owner="owner" not in request.POST or (owner not in people and owner != ""),
            tags=tags if "tags" in request.POST else None,
        )
    except Refused as refused:
        form.add_error("owner" if refused.path == "owner" else None, say(refused))
        return _settings(request, project, form, status=422)
    messages.success(request, _("Saved."))
    return redirect("projects:settings", slug)


@require_POST
def project_adopt(request: Request, slug: str) -> HttpResponse:
    """Say that what began as an example is the team's own project now."""
    project = access.editable(request, slug)
    actions.adopt(project=project, by=request.user)
    messages.success(request, _("“%(name)s” is no longer marked as an example.") % {"name": project.name})
    return redirect(f"/p/{project.slug}/")


@require_POST
def project_delete(request: Request, slug: str) -> HttpResponse:
    """Delete the project for good, once its name has been typed."""
    project = access.owned(request, slug)
    if request.POST.get("name", "").strip() != project.name:
        sentence = _("Type the project's name exactly as it is written above.")
        return _settings(request, project, _project_form(project), status=422, delete_error=sentence)
    name = project.name
    actions.delete(project=project, by=request.user)
    messages.success(request, _("“%(name)s” is deleted.") % {"name": name})
    return redirect("projects:portfolio")


@require_POST
def fact_set(request: Request, slug: str, key: str) -> HttpResponse:
    """Answer one fact, wherever it is asked."""
    project = access.editable(request, slug)
    definition = catalog.facts().get(key)
    raw = request.POST.get("value", "").strip()
    error = ""
    try:
        if definition is None or definition.derived:
            raise Refused("fact_unknown", key=key)
        value: object = raw or None
        if raw and definition.kind == "number":
            value = parse(raw, decimal_comma=(get_language() or "en").startswith("pt"))
        actions.set_fact(project=project, key=key, value=value, by=request.user)
    except Refused as refused:
        error = say(refused)
        if definition is None:
            return HttpResponse(error, status=422)
    back = request.POST.get("next", "")
    if not wants_fragment(request) and not error:
        return redirect(back if back.startswith(f"/p/{project.slug}/") else f"/p/{project.slug}/")
    context = {"project": project, "fact": definition, "value": raw, "error": error, "saved": not error}
    response = show(request, "projects/fact.html", context, fragment="fact", status=422 if error else 200)
    if not error:
        response["HX-Trigger"] = ANSWERS_CHANGED
    return response


@require_safe
def history(request: Request, slug: str) -> HttpResponse:
    """Revisions and what happened."""
    project = access.visible(request, slug)
    context = {"project": project, "revisions": selectors.revisions(project), "events": selectors.events(project, 50)}
    return show(request, "projects/history.html", context, fragment="history")


@require_POST
def revision_add(request: Request, slug: str) -> HttpResponse:
    """Keep what the project says now."""
    project = access.editable(request, slug)
    revision = actions.revise(project=project, by=request.user)
    messages.success(request, _("Revision %(number)s holds the project as it is now.") % {"number": revision.number})
    return redirect("projects:history", slug)


@require_safe
def revisions_compare(request: Request, slug: str) -> HttpResponse:
    """Any two revisions, or a revision and now: what changed in every part."""
    project = access.visible(request, slug)
    known = selectors.revisions(project, limit=1000)
    wanted = {name: request.GET.get(name, default) for name, default in _two(known).items()}
    context: dict[str, Any] = {
        "project": project,
        "revisions": known,
        "wanted": wanted,
        "choices": [("from", _("From")), ("to", _("To"))],
    }
    try:
        sides = {name: _state(project, value) for name, value in wanted.items()}
    except Refused as refused:
        context["sentence"] = say(refused)
        return show(request, "projects/compare.html", context, fragment="compare", status=422)
    context["parts"] = compare(sides["from"], sides["to"])
    return show(request, "projects/compare.html", context, fragment="compare")


def _two(revisions: list[Revision]) -> dict[str, str]:
    """What is compared when nobody says: the newest revision with now."""
    return {"from": str(revisions[0].number) if revisions else "now", "to": "now"}


def _state(project: Project, wanted: str) -> JsonObject:
    """The content of a revision, or of the project as it is `now`. Raises Refused `revision_unknown`."""
    if wanted == "now":
        now: JsonObject = canonical(parts.content(project))
        return now
    known = wanted.isascii() and wanted.isdigit() and len(wanted) < 10
    revision = selectors.revision(project, int(wanted)) if known else None
    if revision is None:
        raise Refused("revision_unknown")
    kept: JsonObject = selectors.revision_snapshot(revision)["content"]
    return kept


@require_safe
def iterations(request: Request, slug: str) -> HttpResponse:
    """The iterations of the project, and the way to close the present one."""
    project = access.visible(request, slug)
    return _iterations(request, project, IterationForm(initial={"number": project.iteration}))


def _iterations(request: Request, project: Project, form: IterationForm, status: int = 200) -> HttpResponse:
    context = {"project": project, "iterations": selectors.iterations(project), "form": form}
    return show(request, "projects/iterations.html", context, fragment="iterations", status=status)


@require_POST
def iteration_close(request: Request, slug: str) -> HttpResponse:
    """Close the present iteration and begin the next one."""
    project = access.editable(request, slug)
    form = IterationForm(request.POST)
    if not form.is_valid():
        if "number" in form.errors:
            form = _with_present_number(request, project)
            form.add_error(None, say(Refused("iteration_unsaid", number=project.iteration)))
        return _iterations(request, project, form, status=422)
    try:
        actions.close_iteration(project=project, by=request.user, **form.cleaned_data)
    except Refused as refused:
        form = _with_present_number(request, project)
        form.add_error(None, say(refused))
        return _iterations(request, project, form, status=409)
    if wants_fragment(request):
        return _iterations(request, project, IterationForm(initial={"number": project.iteration}))
    messages.success(
        request, _("Iteration %(number)s is closed. The next one goes on from the same texts.") % form.cleaned_data
    )
    return redirect("projects:iterations", slug)


def _with_present_number(request: Request, project: Project) -> IterationForm:
    """What was typed, for the iteration that is open now."""
    return IterationForm({**request.POST.dict(), "number": project.iteration})
