"""A plan and its scenarios for tests."""

from typing import Any

from mlcanvas.accounts.models import User
from mlcanvas.costs import actions as costs
from mlcanvas.projects.models import Project
from mlcanvas.scope import actions as scope
from mlcanvas.scope.models import SuccessMetric

COSTS = "/p/churn-in-prepaid-mobile/costs/"
PAGE = f"{COSTS}scenarios/"
RATE = {"low": 380, "likely": 450, "high": 600}
PILOT = [{"labelled": 2000, "error": 0.18}]


def aim(project: Project, by: User, target: float = 0.9, **values: Any) -> SuccessMetric:
    """The main metric of the scope: an accuracy with a target."""
    aimed = {"kind": "model", "metric": "accuracy", "direction": "higher", "primary": True, **values}
    return scope.metric_add(project=project, by=by, name="Accuracy", target=target, **aimed)


def say(project: Project, by: User, **answers: Any) -> None:
    """Answers of the plan."""
    for question, value in answers.items():
        costs.answer(project=project, question=question, value=value, by=by)
