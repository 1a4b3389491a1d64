"""The canvas on the report's page: each template in its own grid."""

import re

import pytest
from django.conf import settings

from mlcanvas import catalog
from mlcanvas.projects import selectors as projects
from tests.reports import snapshots

TEMPLATES = catalog.canvas_templates()


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=TEMPLATES)
def test_the_stylesheet_knows_every_place(project, vic, client_for, monkeypatch, template):
    monkeypatch.setattr(projects, "snapshot", lambda _project: snapshots.on(template))
    page = client_for(vic).get("/p/churn-in-prepaid-mobile/report/").content.decode()
    style = (settings.BASE_DIR / "static/css/report.css").read_text(encoding="utf-8")
    boxes = re.findall(r'class="report-box ([^"]+)"', page)
    assert len(boxes) == len(template.block)
    assert f'class="report-canvas of-{template.columns}"' in page
    # One column, one row and five columns are what a grid is without being told.
    told = {name for box in boxes for name in box.split()} | {f"of-{template.columns}"}
    told -= {"wide-1", "tall-1", "of-5"}
    assert [name for name in sorted(told) if f".{name} " not in style] == []
