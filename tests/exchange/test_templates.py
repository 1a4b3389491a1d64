"""A project file may hold any canvas of the catalogue."""

import pytest
import yaml

from mlcanvas import catalog
from mlcanvas.canvas import selectors
from mlcanvas.exchange.actions import project_import
from mlcanvas.exchange.selectors import project_file

TEMPLATES = catalog.canvas_templates()


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=TEMPLATES)
def test_every_block_comes_back_to_the_letter(workspace, alice, template):
    blocks = {key: {"text": block.example.pt_BR, "state": "draft"} for key, block in template.blocks.items()}
    text = yaml.safe_dump(
        {
            "format": "mlcanvas-project",
            "version": 1,
            "project": {"name": "Faturas", "language": "pt-br"},
            "canvas": {"template": template.key, "blocks": blocks},
        },
        allow_unicode=True,
    )
    first = project_import(workspace=workspace, text=text, by=alice)
    a = project_file(first)
    second = project_import(workspace=workspace, text=a, by=alice)
    assert project_file(second) == a
    assert yaml.safe_load(a)["canvas"] == {"template": template.key, "blocks": blocks}
    assert selectors.canvas(second).completeness.draft == template.fill_order
