"""The line that names the author of a canvas."""

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from mlcanvas import catalog

TEMPLATES = catalog.canvas_templates()


def line(key, language="en"):
    with translation.override(language):
        return render_to_string("canvas/credit.html", {"template": TEMPLATES[key]}).strip()


def test_it_names_author_site_licence_and_the_change():
    assert line("ml_canvas_v1_1") == (
        '<span class="credit">Machine Learning Canvas v1.1, Louis Dorard, Ph.D., '
        '<a href="https://ownml.co" rel="noopener">ownml.co</a>, '
        '<a href="https://creativecommons.org/licenses/by-sa/4.0/" rel="noopener license">CC BY-SA 4.0</a>, '
        "modified</span>"
    )


def test_without_a_licence_it_claims_none():
    assert line("prediction_task") == (
        '<span class="credit">Prediction Task Canvas, Louis Dorard, '
        '<a href="https://ownml.co/blog/introducing-the-prediction-task-canvas" rel="noopener">ownml.co</a>, '
        "structure only; questions and examples by mlcanvas</span>"
    )


@pytest.mark.parametrize("key", TEMPLATES)
def test_it_speaks_portuguese(key):
    credit = TEMPLATES[key].credit
    said = line(key, "pt-br")
    assert said.startswith(f'<span class="credit">{TEMPLATES[key].name.pt_BR}, {credit.author}, ')
    assert said.endswith(f"{credit.modified.pt_BR}</span>")
