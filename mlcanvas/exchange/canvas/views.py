"""A canvas out as text, and text into a canvas."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mlcanvas import catalog
from mlcanvas.canvas import actions, selectors
from mlcanvas.canvas.actions import Taken
from mlcanvas.canvas.models import Canvas
from mlcanvas.canvas.selectors import FilledCanvas
from mlcanvas.domain.canvas_text import Sheet
from mlcanvas.domain.refusal import Refused
from mlcanvas.exchange.canvas import writing
from mlcanvas.exchange.canvas.comparison import Choice, Preview, compare
from mlcanvas.exchange.canvas.forms import CanvasImportForm
from mlcanvas.exchange.canvas.reading import read
from mlcanvas.exchange.problems import Unreadable
from mlcanvas.projects import access, saving
from mlcanvas.projects.models import Project
from mlcanvas.web.http import Request, attachment
from mlcanvas.web.pages import show
from mlcanvas.web.sentences import here, say


@require_safe
def canvas_markdown(request: Request, slug: str, template: str) -> HttpResponse:
    """A canvas as Markdown to keep."""
    return _file(request, slug, template, writing.canvas_markdown, "text/markdown", "md")


@require_safe
def canvas_yaml(request: Request, slug: str, template: str) -> HttpResponse:
    """A canvas as YAML to keep."""
    return _file(request, slug, template, writing.canvas_yaml, "application/yaml", "yaml")


def _file(
    request: Request, slug: str, template: str, written: Callable[[Project, str], str], kind: str, ending: str
) -> HttpResponse:
    project = access.visible(request, slug)
    try:
        text = written(project, template)
    except Canvas.DoesNotExist:
        raise Http404 from None
    title = catalog.canvas_templates()[template].title.say(project.language)
    iteration = f"{writing.label('iteration', project.language).lower()} {project.iteration}"
    response = HttpResponse(text, content_type=f"{kind}; charset=utf-8")
    response["Content-Disposition"] = attachment(project.name, title, iteration, ending=ending)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def canvas_import(request: Request, slug: str, template: str) -> HttpResponse:
    """Choose or paste a text; a POST shows what it would change, and changes nothing."""
    project = access.editable(request, slug)
    filled = _canvas_or_404(project, template)
    if request.method != "POST":
        return _page(request, filled, CanvasImportForm())
    form = CanvasImportForm(request.POST, request.FILES)
    sheet = _sheet(form, filled)
    if not isinstance(sheet, Sheet):
        return _page(request, filled, form, unreadable=sheet, status=422)
    preview = _preview(request, filled, sheet)
    return _page(request, filled, form, preview=preview, status=422 if preview.refused else 200)


@require_POST
def canvas_import_apply(request: Request, slug: str, template: str) -> HttpResponse:
    """Store what was shown and chosen.

    A block that somebody changed after it was shown is left alone and comes back with both texts, 409; the others are
    stored, as each is a text of its own. Pieces that were put elsewhere since are shown first, never stored unseen.
    """
    project = access.editable(request, slug)
    filled = _canvas_or_404(project, template)
    form = CanvasImportForm(request.POST, request.FILES)
    sheet = _sheet(form, filled)
    if not isinstance(sheet, Sheet):
        return _page(request, filled, form, unreadable=sheet, status=422)
    preview = _preview(request, filled, sheet)
    if preview.placed != request.POST.get("placed", preview.placed):
        sentence = _("You put pieces into other blocks. Look at what changes now, then import.")
        return _page(request, filled, form, preview=preview, sentence=sentence)
    if preview.refused or any(row.refused for row in preview.rows):
        return _page(request, filled, form, preview=preview, status=422)
    try:
        chosen = [
            Taken(row.block.key, row.text, _seen(request.POST, row.block.key), append=row.choice is Choice.APPEND)
            for row in preview.rows
            if row.choice is not Choice.SKIP
        ]
        if not chosen:
            raise Refused("canvas_nothing_chosen")
        stored, passed = actions.take(project=project, template=template, texts=chosen, by=request.user)
    except Refused as refused:
        return _page(request, filled, form, preview=preview, sentence=say(refused), status=422)
    if passed:
        told = dict.fromkeys(stored, "stored") | dict.fromkeys(passed, "passed")
        now = _canvas_or_404(project, template)
        return _page(request, now, form, preview=_preview(request, now, sheet, told), status=409)
    said = ngettext(
        "Imported into %(number)d block. History keeps what stood there before.",
        "Imported into %(number)d blocks. History keeps what stood there before.",
        len(stored),
    )
    messages.success(request, said % {"number": len(stored)})
    return redirect("canvas:canvas_of", slug, template)


def _canvas_or_404(project: Project, template: str) -> FilledCanvas:
    try:
        return selectors.canvas(project, template)
    except Canvas.DoesNotExist:
        raise Http404 from None


def _sheet(form: CanvasImportForm, filled: FilledCanvas) -> Sheet | Unreadable | None:
    """What was sent, cut into pieces; what is wrong with it; or None where the form says so itself."""
    if not form.is_valid():
        return None
    try:
        return read(form.cleaned_data["content"], filled.template, ending=form.cleaned_data["ending"])
    except Unreadable as unreadable:
        return unreadable


def _preview(request: Request, filled: FilledCanvas, sheet: Sheet, told: Mapping[str, str] | None = None) -> Preview:
    """What was sent against what stands. After an import, the choices of before count no more."""
    sent = request.POST
    numbers = range(sum(piece.block is None for piece in sheet.pieces))
    places = {number: sent[f"place-{number}"] for number in numbers if f"place-{number}" in sent}
    keys = filled.template.blocks
    choices = {} if told else {key: sent[f"choice-{key}"] for key in keys if f"choice-{key}" in sent}
    return compare(filled, sheet, places=places, choices=choices, told=told)


def _seen(sent: QueryDict, key: str) -> int:
    """The version that the person saw. Raises Refused `base_unknown`."""
    return saving.version(sent, f"version-{key}")


def _page(
    request: Request,
    filled: FilledCanvas,
    form: CanvasImportForm,
    *,
    unreadable: Unreadable | None = None,
    preview: Preview | None = None,
    sentence: str = "",
    status: int = 200,
) -> HttpResponse:
    if preview is not None and preview.refused:
        sentence = say(preview.refused)
    context: dict[str, Any] = {
        "tab": "canvas",
        "canvas": filled,
        "form": form,
        "unreadable": unreadable,
        "preview": preview,
        "rows": [(row, say(row.refused) if row.refused else "") for row in preview.rows] if preview else [],
        "head": _head(filled, preview) if preview else [],
        "sentence": sentence,
        "text": _text(form),
        "ending": getattr(form, "cleaned_data", {}).get("ending", ""),
    }
    return show(request, "exchange/canvas_import.html", context, fragment="canvas_import", status=status)


def _head(filled: FilledCanvas, preview: Preview) -> list[tuple[str, str]]:
    """What the header of the text says otherwise than the canvas: told, and left to the person."""
    header = filled.header
    stands = {
        "designed_for": header.designed_for,
        "designed_by": header.designed_by,
        "date": header.date.isoformat() if header.date else "",
    }
    return [
        (here(catalog.sentence(f"canvas_head_{key}")), preview.head[key])
        for key, value in stands.items()
        if preview.head.get(key, value) != value
    ]


def _text(form: CanvasImportForm) -> str:
    """What was sent, to be seen and mended; a file that is no text as far as it is one."""
    content = getattr(form, "cleaned_data", {}).get("content")
    text = str(content if content is not None else form["text"].value() or "")
    return text.replace("\x00", "\ufffd").encode(errors="replace").decode()
