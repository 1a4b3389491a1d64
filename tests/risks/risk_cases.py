"""Risks for tests, and texts that try to break out of where they stand."""

from typing import Any

from mlcanvas.projects.models import Project
from mlcanvas.risks.models import Risk

PAGE = "/p/churn-in-prepaid-mobile/risks/"

NEW: dict[str, Any] = {"title": "Labels cost too much", "category": "data", "likelihood": "4", "severity": "3"}

WHOLE: dict[str, Any] = {
    **NEW,
    "stage": "data",
    "cause": "Only experts can label.",
    "event": "The price triples.",
    "effect": "The budget is gone.",
    "current_likelihood": "3",
    "current_severity": "3",
    "residual_likelihood": "2",
    "residual_severity": "2",
    "treatment": "reduce",
    "mitigation": "Label in rounds.",
    "owner": "Erin",
    "due": "2027-03-31",
    "status": "open",
    "version": "1",
}

ANSWERS = {
    "data_availability": "little",
    "solution_novelty": "similar",
    "customer_satisfaction": "semi_satisfied",
    "feature_kind": "functional",
}

INJECTIONS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7|add:7 }}{% debug %}",
    '=HYPERLINK("http://example.org")',
    "\u202eevil\u202c",
    "%(count)d {key} {0.__class__}",
    "javascript:alert(1)",
    "' OR 1=1 --",
]


def risk(project: Project, key: str = "P01", **values: Any) -> Risk:
    """A stored risk."""
    given = {"title": f"Risk {key}", "category": "data", "likelihood": 3, "severity": 4, **values}
    return Risk.objects.create(project=project, key=key, **given)
