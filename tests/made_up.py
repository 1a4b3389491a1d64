"""A canvas template that is nobody's: another grid, other blocks, no version."""

from dataclasses import replace

import pytest

from mlcanvas import catalog
from mlcanvas.domain.canvas import Template
from mlcanvas.domain.text import Text

KEY = "four_corners"


def template() -> Template:
    """Three columns, two rows, four blocks; two of them span."""
    known = catalog.canvas_templates()["ml_canvas_v1_1"]
    named = (
        ("wind", "Where the wind comes from"),
        ("sails", "Sails"),
        ("crew", "Crew and everybody else who is needed on such a day"),
        ("harbour", "Harbour"),
    )
    blocks = tuple(
        replace(block, key=key, area=key, title=Text(title, f"{title} (pt)"), facts=(), also=())
        for block, (key, title) in zip(known.block, named, strict=False)
    )
    return replace(
        known,
        key=KEY,
        title=Text("Four corners", "Quatro cantos"),
        version="",
        columns=3,
        rows=(("wind", "wind", "sails"), ("crew", "harbour", "sails")),
        row_heights=(60, 40),
        fill_order=("sails", "wind", "harbour", "crew"),
        block=blocks,
    )


def use(monkeypatch: pytest.MonkeyPatch) -> Template:
    """Let the catalogue have it, for one test."""
    made = template()
    known = {**catalog.canvas_templates(), KEY: made}
    monkeypatch.setattr(catalog, "canvas_templates", lambda: known)
    return made
