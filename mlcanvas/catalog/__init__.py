"""Definitions as data: read from TOML into the dataclasses of `domain`, cached, no Django."""

from mlcanvas.catalog.baselines import baseline_kinds
from mlcanvas.catalog.canvas import canvas_templates
from mlcanvas.catalog.cost_scenarios import cost_scenarios
from mlcanvas.catalog.costs import cost_questionnaire
from mlcanvas.catalog.facts import facts
from mlcanvas.catalog.guidance import guidance
from mlcanvas.catalog.legal import legal
from mlcanvas.catalog.lifecycle import lifecycle
from mlcanvas.catalog.metrics import metrics
from mlcanvas.catalog.reading import Mistake
from mlcanvas.catalog.risks import risk_library, risk_matrix
from mlcanvas.catalog.rows import row_kinds, rows_version
from mlcanvas.catalog.scope import scope_questions
from mlcanvas.catalog.sentences import sentence, sentences

__all__ = [
    "Mistake",
    "baseline_kinds",
    "canvas_templates",
    "cost_questionnaire",
    "cost_scenarios",
    "facts",
    "guidance",
    "legal",
    "lifecycle",
    "metrics",
    "risk_library",
    "risk_matrix",
    "row_kinds",
    "rows_version",
    "scope_questions",
    "sentence",
    "sentences",
]

# What `manage.py check` reads, by the name of the function here.
DEFINITIONS = tuple(name for name in __all__ if name not in ("Mistake", "rows_version", "sentence"))
