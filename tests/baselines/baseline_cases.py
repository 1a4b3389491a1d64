"""Baselines and success metrics for tests."""

from typing import Any

from mlcanvas.baselines.models import Baseline
from mlcanvas.projects.models import Project
from mlcanvas.scope.models import SuccessMetric

PAGE = "/p/churn-in-prepaid-mobile/baselines/"

TYPED: dict[str, Any] = {
    "name": "Rule of the call centre",
    "kind": "heuristic",
    "metric": "accuracy",
    "value": "0.73",
    "low": "0.71",
    "high": "0.75",
    "n": "1200",
    "dataset": "churn-2025",
    "dataset_revision": "v2",
    "split": "test",
    "measured_on": "2026-03-01",
    "measured_by": "Erin",
    "protocol": "As in production.",
    "comparable": "yes",
    "source_name": "Wiki",
    "source_url": "https://example.org/rule",
    "licence": "internal",
    "notes": "Two rules.",
    "active": "on",
    "version": "1",
}


def baseline(project: Project, key: str = "B01", **values: Any) -> Baseline:
    """A stored baseline."""
    start = {
        "name": f"Baseline {key}",
        "kind": "heuristic",
        "metric": "accuracy",
        "value": 0.7,
        "direction": "higher",
        "dataset": "churn-2025",
        "split": "test",
    }
    return Baseline.objects.create(project=project, key=key, **start | values)


def target(project: Project, value: float | None = 0.85, **values: Any) -> SuccessMetric:
    """The main metric of the project."""
    start = {"key": "quality", "name": "Accuracy on the test month", "kind": "model", "metric": "accuracy"}
    given = {**start, "direction": "higher", "primary": True, **values}
    return SuccessMetric.objects.create(project=project, target=value, **given)
