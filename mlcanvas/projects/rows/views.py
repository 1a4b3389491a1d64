from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mlcanvas import catalog
from mlcanvas.domain.refusal import Refused
from mlcanvas.domain.rows import Kind
from mlcanvas.projects import access
from mlcanvas.projects.clash import Clash
from mlcanvas.projects.models import Project, Row
from mlcanvas.projects.rows import actions, selectors
from mlcanvas.projects.rows.forms import RowForm
from mlcanvas.projects.rows.showing import Names, said
from mlcanvas.web.http import Request, slug_in
from mlcanvas.web.pages import ANSWERS_CHANGED, show, wants_fragment
from mlcanvas.web.sentences import here, say


@dataclass(frozen=True, slots=True)
class Shown:
    """A row in the list: its name, and what else is known of it, each with its label. `form` is there while edited."""

    row: Row
    cells: tuple[tuple[str, str], ...]
    form: RowForm | None


@dataclass(frozen=True, slots=True)
class Edit:
    """A row being edited. `differing` says what somebody else saved meanwhile, field by field.

    `gone` says that they removed it: then saving puts it back.
    """

    key: str
    form: RowForm
    sentence: str = ""
    differing: tuple[tuple[str, str, str], ...] = ()
    by: Any = None
    gone: Row | None = None


@require_safe
def rows(request: Request, slug: str, kind: str) -> HttpResponse:
    """The rows of one kind; one of them to edit where the address says so."""
    project, found = access.visible(request, slug), _kind(kind)
    edit = None
    if (key := slug_in(request, "edit")) and request.seat.may_edit:
        row = get_object_or_404(Row.objects.of(project).filter(kind=kind), key=key)
        edit = Edit(key, _form(project, found, row=row))
    return _rows(request, project, found, edit=edit, removed=slug_in(request, "removed"))


def _kind(key: str) -> Kind:
    found = catalog.row_kinds().get(key)
    if found is None:
        raise Http404
    return found


def _form(project: Project, kind: Kind, data: Any = None, *, row: Row | None = None) -> RowForm:
    initial = {**RowForm.shown(kind, row.values), "version": row.version} if row else None
    key = row.key if row else ""
    return RowForm(kind, data, initial=initial, names=_names(project, kind), currency=project.currency, key=key)


def _names(project: Project, kind: Kind) -> Names:
    """The rows that a row of this kind may refer to."""
    wanted = {column.rows for column in kind.column if column.rows}
    return {other: {row.key: str(row) for row in selectors.listed(project, other)} for other in wanted}


def _rows(
    request: Request,
    project: Project,
    kind: Kind,
    *,
    edit: Edit | None = None,
    adding: RowForm | None = None,
    added: bool = False,
    removed: str = "",
    focus: str = "",
    sentence: str = "",
    status: int = 200,
) -> HttpResponse:
    """The list. `focus` is the key of the row whose button is to have the focus: the one that was just saved."""
    add = adding or _form(project, kind)
    listed = selectors.listed(project, kind.key)
    if edit or added or add.is_bound:
        _focus(edit.form if edit else add)
    context = {
        "kind": kind,
        "kinds": catalog.row_kinds().values(),
        "rows": [_shown(row, kind, add.names, project, edit) for row in listed],
        "edit": edit,
        "form": add,
        "added": added,
        "focus": focus,
        "full": len(listed) >= actions.MOST,
        "most": actions.MOST,
        "sentence": sentence,
    }
    if removed and request.seat.may_edit:
        context["removed"] = Row.objects.removed(project).filter(kind=kind.key, key=removed).first()
    response = show(request, "projects/rows.html", context, fragment="rows", status=status)
    if request.method == "POST" and status == 200:
        response["HX-Trigger"] = ANSWERS_CHANGED
    return response


def _focus(form: RowForm) -> None:
    """Where to go on: at the first field that is refused, else at the name."""
    wrong = (name for name in form.fields if name in form.errors)
    name = next(wrong, form.kind.column[0].key)
    form.fields[name].widget.attrs["autofocus"] = True


def _shown(row: Row, kind: Kind, names: Names, project: Project, edit: Edit | None) -> Shown:
    cells = (
        (here(column.brief), said(column, row.values[column.key], names, project.currency))
        for column in kind.column[1:]
        if column.key in row.values
    )
    return Shown(row, tuple(cells), edit.form if edit and edit.key == row.key else None)


@require_POST
def row_add(request: Request, slug: str, kind: str) -> HttpResponse:
    """List one more."""
    project, found = access.editable(request, slug), _kind(kind)
    form = _form(project, found, request.POST)
    if form.is_valid():
        try:
            actions.row_add(project=project, kind=found, values=form.row_values, by=request.user)
        except Refused as refused:
            form.add_error(refused.path if refused.path in form.fields else None, say(refused))
        else:
            return _done(request, project, found, added=True)
    return _rows(request, project, found, adding=form, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
def row_edit(request: Request, slug: str, kind: str, key: str) -> HttpResponse:
    """Change a row where it stands in the list."""
    if request.method != "POST":
        return redirect(f"{reverse('rows:rows', args=[slug, kind])}?edit={key}#row-{kind}-{key}")
    project, found = access.editable(request, slug), _kind(kind)
    # One that was removed meanwhile is found too: the writer keeps the text and learns what happened.
    stored = Row.objects.of(project).filter(kind=kind, key=key).first()
    stored = stored or Row.objects.removed(project).filter(kind=kind, key=key).first()
    if stored is None:
        raise Http404
    stored.project = project
    return _save(request, project, found, stored)


def _save(request: Request, project: Project, kind: Kind, row: Row) -> HttpResponse:
    form = _form(project, kind, request.POST, row=row)
    form.fields["version"].required = True
    gone = row if row.deleted_at else None
    if not form.is_valid():
        return _rows(request, project, kind, edit=Edit(row.key, form, gone=gone), status=422)
    try:
        outcome = actions.row_edit(
            row=row,
            version=form.cleaned_data["version"],
            values=form.row_values,
            by=request.user,
            restore="restore" in request.POST,
        )
    except Refused as refused:
        if refused.code == "row_removed":
            return _rows(request, project, kind, edit=Edit(row.key, form, say(refused), gone=row), status=409)
        form.add_error(refused.path if refused.path in form.fields else None, say(refused))
        return _rows(request, project, kind, edit=Edit(row.key, form, gone=gone), status=422)
    if isinstance(outcome, Clash):
        return _clash(request, project, kind, outcome.current, form)
    return _done(request, project, kind, focus=row.key)


def _clash(request: Request, project: Project, kind: Kind, current: Row, form: RowForm) -> HttpResponse:
    """Both versions side by side; sending again on top of the version now seen keeps mine."""
    mine = form.row_values
    differing = tuple(
        (
            here(column.label),
            said(column, current.values.get(column.key), form.names, project.currency),
            said(column, mine[column.key], form.names, project.currency),
        )
        for column in kind.column
        if _filled(current.values.get(column.key)) != _filled(mine[column.key])
    )
    again = _form(project, kind, {**request.POST.dict(), "version": str(current.version)}, row=current)
    sentence = here(catalog.sentence("row_changed"))
    edit = Edit(current.key, again, sentence, differing, current.by)
    return _rows(request, project, kind, edit=edit, status=409)


def _filled(value: Any) -> Any:
    return None if value == "" else value


@require_POST
def row_remove(request: Request, slug: str, kind: str, key: str) -> HttpResponse:
    """Take a row off the list, with a way back on the next page."""
    project, found = access.editable(request, slug), _kind(kind)
    row = get_object_or_404(Row.objects.of(project).filter(kind=kind).select_related("project"), key=key)
    actions.row_remove(row=row, by=request.user)
    return _done(request, project, found, removed=key)


@require_POST
def row_restore(request: Request, slug: str, kind: str, key: str) -> HttpResponse:
    """Put a removed row back."""
    project, found = access.editable(request, slug), _kind(kind)
    row = Row.objects.removed(project).filter(kind=kind, key=key).select_related("project").first()
    if row is None:
        raise Http404
    try:
        actions.row_restore(row=row, by=request.user)
    except Refused as refused:
        return _rows(request, project, found, sentence=say(refused), status=422)
    return _done(request, project, found, focus=key)


@require_POST
def row_move(request: Request, slug: str, kind: str, key: str) -> HttpResponse:
    """Move a row up or down by one place."""
    project, found = access.editable(request, slug), _kind(kind)
    row = get_object_or_404(Row.objects.of(project).filter(kind=kind).select_related("project"), key=key)
    to = request.POST.get("to", "")
    if to == "up":
        actions.row_move(row=row, to="up", by=request.user)
    elif to == "down":
        actions.row_move(row=row, to="down", by=request.user)
    else:
        return _rows(request, project, found, sentence=say(Refused("choice_unknown")), status=422)
    return _done(request, project, found)


def _done(
    request: Request, project: Project, kind: Kind, *, added: bool = False, removed: str = "", focus: str = ""
) -> HttpResponse:
    if wants_fragment(request):
        return _rows(request, project, kind, added=added, removed=removed, focus=focus)
    address = reverse("rows:rows", args=[project.slug, kind.key])
    return redirect(f"{address}?removed={removed}" if removed else address)
