"""What people comment on in a canvas: its blocks."""

from collections.abc import Collection, Iterator

from django.urls import reverse

from mlcanvas import catalog
from mlcanvas.canvas import selectors
from mlcanvas.domain.text import Text
from mlcanvas.projects.models import Project
from mlcanvas.projects.targets import Target


def blocks(project: Project, keys: Collection[str] | None) -> Iterator[Target]:
    """The blocks among `keys`, also those of a canvas that was put away; for None, all of the canvases it fills."""
    filled = {header.template for header in selectors.headers(project)}
    for template in catalog.canvas_templates().values():
        for block in template.blocks.values():
            key = selectors.passage_key(template.key, block.key)
            if (key in keys) if keys is not None else (template.key in filled):
                yield Target(
                    key,
                    _label(block.title, template.title) if len(filled | {template.key}) > 1 else block.title,
                    reverse("canvas:block", args=[project.slug, template.key, block.key]),
                    here=template.key in filled,
                )


def _label(block: Text, template: Text) -> Text:
    """Two canvases may each have a block of the same name."""
    return Text(en=f"{block.en} · {template.en}", pt_BR=f"{block.pt_BR} · {template.pt_BR}")
