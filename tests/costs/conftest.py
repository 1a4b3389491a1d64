"""A project with a curve, and a scenario beside its plan."""

import pytest

from mlcanvas.accounts.models import User
from mlcanvas.costs.models import Scenario
from mlcanvas.costs.scenarios import actions
from mlcanvas.projects.models import Project
from tests.costs.scenario_cases import PILOT, RATE, aim, say


@pytest.fixture
def plan(project: Project, alice: User) -> Project:
    """A plan with a curve: a pilot, a target, boxes that somebody draws."""
    aim(project, alice, current=0.8)
    say(project, alice, O1_horizon=2, T1_day_rate=RATE, C3_pilot=PILOT, C5_kind="box")
    return project


@pytest.fixture
def crowd(plan: Project, alice: User) -> Scenario:
    """A scenario with one own answer."""
    row = actions.add(project=plan, name="Crowd", by=alice)
    actions.answer(row=row, question="C5_kind", value="class", by=alice)
    return row
