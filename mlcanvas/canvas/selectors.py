"""What others may ask about the canvases of a project."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import BigIntegerField, Count, DateTimeField, F, IntegerField, QuerySet, Value
from django.utils import timezone

from mlcanvas import catalog
from mlcanvas.canvas.models import DEFAULT_TEMPLATE, Agreement, Canvas, Presence
from mlcanvas.domain.canvas import Block, Completeness, State, Template, completeness
from mlcanvas.projects import selectors as projects
from mlcanvas.projects.memo import remembered
from mlcanvas.projects.models import Comment, Passage, Project


@dataclass(frozen=True, slots=True)
class Filled:
    """One block with what it holds."""

    block: Block
    passage: Passage | None
    agreement: Agreement | None

    @property
    def text(self) -> str:
        """The Markdown in it."""
        return self.passage.text if self.passage else ""

    @property
    def state(self) -> State:
        """Empty, draft, or agreed at just this text."""
        if not self.passage or not self.text.strip():
            return State.EMPTY
        agreed = self.agreement is not None and self.agreement.version == self.passage.version
        return State.AGREED if agreed else State.DRAFT


@dataclass(frozen=True, slots=True)
class FilledCanvas:
    """A canvas with its header and its blocks, in the order in which people fill them.

    `others` are the headers of the project's other canvases, the primary one first.
    """

    template: Template
    header: Canvas
    blocks: tuple[Filled, ...]
    others: tuple[Canvas, ...] = ()

    @property
    def completeness(self) -> Completeness:
        """How far it is."""
        return completeness(self.template, {filled.block.key: filled.state for filled in self.blocks})

    def find(self, block: str) -> Filled | None:
        """A block with what it holds, None for a key that the template does not have."""
        return next((filled for filled in self.blocks if filled.block.key == block), None)

    def text(self, block: str) -> str:
        """The text of a block, empty when nobody wrote."""
        found = self.find(block)
        return found.text if found else ""


def passage_key(template: str, block: str) -> str:
    """The key of the passage that holds a block's text."""
    return f"canvas/{template}/{block}"


@remembered
def headers(project: Project) -> tuple[Canvas, ...]:
    """The headers of the project's canvases, the primary one first. A new project has an unsaved default one."""
    found = tuple(Canvas.objects.filter(project=project).order_by("-primary", "pk"))
    return found if found and found[0].primary else (Canvas(project=project, template=DEFAULT_TEMPLATE), *found)


def template(project: Project) -> Template:
    """The template of the project's primary canvas."""
    return catalog.canvas_templates()[headers(project)[0].template]


def fills(project: Project, template: str) -> bool:
    """Whether the project fills this template."""
    return any(header.template == template for header in headers(project))


def was_agreed(project: Project, template: str, block: str, version: int) -> bool:
    """Whether somebody agreed on this block as it stood in `version`."""
    return Agreement.objects.filter(project=project, template=template, block=block, version=version).exists()


@remembered
def canvas(project: Project, template: str = "") -> FilledCanvas:
    """The project's primary canvas, or the one of `template`, in three queries.

    Raises Canvas.DoesNotExist for a template that the project does not fill.
    """
    found = headers(project)
    header = next((row for row in found if row.template == template), None) if template else found[0]
    if header is None:
        raise Canvas.DoesNotExist
    return _filled(project, header, (row for row in found if row is not header))


def canvases(project: Project) -> tuple[FilledCanvas, ...]:
    """Every canvas of the project, the primary one first."""
    return tuple(_filled(project, header, ()) for header in headers(project))


def filled_blocks(project: Project) -> frozenset[str]:
    """The keys of the blocks with text on any canvas that the project fills, in two queries."""
    prefixes = tuple(f"canvas/{header.template}/" for header in headers(project))
    rows = Passage.objects.filter(project=project, key__startswith="canvas/").values_list("key", "text")
    return frozenset(key.rpartition("/")[2] for key, text in rows if key.startswith(prefixes) and text.strip())


def _filled(project: Project, header: Canvas, others: Iterable[Canvas]) -> FilledCanvas:
    template = catalog.canvas_templates()[header.template]
    passages = projects.texts(project, f"canvas/{template.key}")
    rows = Agreement.objects.filter(project=project, template=template.key).select_related("by")
    agreements = {row.block: row for row in rows}
    blocks = tuple(Filled(block, passages.get(key), agreements.get(key)) for key, block in template.blocks.items())
    return FilledCanvas(template, header, blocks, tuple(others))


# Signs of life come every 20 s; one may be lost.
GONE_AFTER = timedelta(seconds=50)


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing that a page may not know yet, of a `kind`.

    `number` is the version of a `text`, the version that is `agreed`, or how many `threads` are open; none for somebody
    `here`. `block` is the block's key, empty for somebody who is in none; `user` and `name` say whose doing it is.
    """

    kind: str
    block: str
    number: int
    user: int | None
    name: str
    at: datetime | None


_COLUMNS = ("kind", "place", "number", "person", "named", "address", "moment")


def signs(project: Project, template: str) -> tuple[Sign, ...]:
    """The state of a canvas in one query: the version of each text, what is agreed, and who is here now."""
    prefix = f"canvas/{template}/"
    texts = Passage.objects.filter(project=project, key__startswith=prefix)
    agreed = Agreement.objects.filter(project=project, template=template)
    people = Presence.objects.filter(project=project, template=template, at__gt=timezone.now() - GONE_AFTER)
    rows = _columns(texts, "text", "key", F("version"), "by").union(
        _columns(agreed, "agreed", "block", F("version"), "by"),
        _columns(people, "here", "block", Value(0, output_field=IntegerField()), "user"),
        _threads(project, prefix),
        all=True,
    )
    return tuple(
        Sign(kind, place.removeprefix(prefix), number, user, name or address or "", at)
        for kind, place, number, user, name, address, at in rows
    )


def _threads(project: Project, prefix: str) -> Any:
    """The open threads on each block, in the columns of the other signs; nobody's in particular."""
    rows = Comment.objects.threads(project).filter(resolved_at=None, target__startswith=prefix).order_by()
    return rows.values("target").annotate(
        kind=Value("threads"), place=F("target"), number=Count("pk"), moment=Value(None, output_field=DateTimeField()),
        person=Value(None, output_field=BigIntegerField()), named=Value(""), address=Value(""),
    ).values_list(*_COLUMNS)  # fmt: skip


def _columns(rows: QuerySet[Any], kind: str, place: str, number: Any, user: str) -> Any:
    return (
        rows.order_by()
        .annotate(
            kind=Value(kind), place=F(place), number=number, moment=F("at"),
            person=F(f"{user}_id"), named=F(f"{user}__name"), address=F(f"{user}__email"),
        )
        .values_list(*_COLUMNS)
    )  # fmt: skip
