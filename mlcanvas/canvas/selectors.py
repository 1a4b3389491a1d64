"""What others may ask about the canvas."""

from dataclasses import dataclass

from mlcanvas import catalog
from mlcanvas.canvas.models import DEFAULT_TEMPLATE, Agreement, Canvas
from mlcanvas.domain.canvas import Block, Completeness, State, Template, completeness
from mlcanvas.projects import selectors as projects
from mlcanvas.projects.models import Passage, Project


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
    """A canvas with its header and its blocks, in the order in which people fill them."""

    template: Template
    header: Canvas
    blocks: tuple[Filled, ...]

    @property
    def completeness(self) -> Completeness:
        """How far it is."""
        return completeness(self.template, {filled.block.key: filled.state for filled in self.blocks})

    def text(self, block: str) -> str:
        """The text of a block, empty when nobody wrote."""
        return next((filled.text for filled in self.blocks if filled.block.key == block), "")


def template(project: Project) -> Template:
    """The template that the project fills."""
    key = Canvas.objects.filter(project=project).values_list("template", flat=True).first() or DEFAULT_TEMPLATE
    return catalog.canvas_templates()[key]


def was_agreed(project: Project, block: str, version: int) -> bool:
    """Whether somebody agreed on this block as it stood in `version`."""
    return Agreement.objects.filter(project=project, block=block, version=version).exists()


def canvas(project: Project) -> FilledCanvas:
    """The project's canvas, in three queries."""
    header = Canvas.objects.filter(project=project).first() or Canvas(project=project, template=DEFAULT_TEMPLATE)
    template = catalog.canvas_templates()[header.template]
    passages = projects.texts(project, f"canvas/{template.key}")
    agreements = {row.block: row for row in Agreement.objects.filter(project=project).select_related("by")}
    blocks = tuple(Filled(block, passages.get(key), agreements.get(key)) for key, block in template.blocks.items())
    return FilledCanvas(template, header, blocks)
