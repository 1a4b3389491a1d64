"""Automatic gates turn because other parts say something else: each is flipped by the real write of that part."""

from datetime import date

import pytest

from mlcanvas.canvas import actions as canvas
from mlcanvas.costs import actions as costs
from mlcanvas.domain.lifecycle import StageKey
from mlcanvas.projects import actions as projects
from mlcanvas.reviews import actions as reviews
from mlcanvas.reviews import selectors as decided
from mlcanvas.risks import actions as risks
from mlcanvas.scope import actions as scope
from mlcanvas.tracker import actions, selectors
from mlcanvas.tracker.content import TRACKER
from tests.tracker.words import BLOCKS, METRIC, RISK, RISK_ANSWERS, baseline


@pytest.fixture
def turned(project):
    """Whether a gate is met, and by which codes it is open."""

    def look(key, stage=StageKey.SCOPE):
        fresh = type(project).objects.select_related("summary").get(pk=project.pk)
        standing = next(s for s in selectors.gates(fresh)[stage].gates if s.checkpoint.key == key)
        return standing.met, [missing.code for missing in standing.missing]

    return look


@pytest.fixture
def write(project, erin):
    """Type a long text."""

    def save(key, text, base=0):
        return projects.save_text(project=project, key=key, text=text, base=base, by=erin)

    return save


def test_sc_01_problem_stated_and_owned(project, erin, turned, write):
    assert turned("SC-01") == (False, ["missing_problem", "missing_problem_owner"])
    write("scope/problem", "Seven calls of ten are wasted.")
    actions.checkpoint_set(project=project, key="SC-01", by=erin, status="todo", owner="Ana")
    assert turned("SC-01") == (True, [])
    write("scope/problem", "We lack machine learning.", base=1)
    assert turned("SC-01") == (False, ["missing_plain_problem"])


def test_sc_02_a_way_without_ml(project, erin, turned, write):
    write("scope/why_ml", "The rule misses slow churners.")
    assert turned("SC-02") == (False, ["missing_heuristic"])
    baseline(project, erin, kind="heuristic")
    assert turned("SC-02") == (True, [])


def test_sc_03_objectives_apart(turned, write):
    write("scope/business_objective", "Fewer wasted calls")
    write("scope/model_objective", "Rank lines by risk")
    assert turned("SC-03") == (False, ["missing_objective_link"])
    write("scope/objective_link", "The list is called from the top.")
    assert turned("SC-03") == (True, [])
    write("scope/model_objective", "fewer wasted calls ", base=1)
    assert turned("SC-03") == (False, ["missing_objectives_differ"])


def test_sc_04_decision_defined(turned, write):
    write("scope/inputs_outputs", "Top-ups in, a score out")
    write("canvas/ml_canvas_v1_1/prediction_task", "Will it stop topping up?")
    assert turned("SC-04") == (False, ["missing_block"])
    write("canvas/ml_canvas_v1_1/decisions", "Call the first 5%")
    assert turned("SC-04") == (True, [])
    write("canvas/ml_canvas_v1_1/decisions", "  ", base=1)
    assert turned("SC-04") == (False, ["missing_block"])


def test_sc_05_success_measurable(project, erin, turned):
    whole = METRIC | {"target": 0.8, "deadline": date(2027, 3, 31)}
    for kind in ("model", "project"):
        scope.metric_add(project=project, by=erin, **whole | {"name": kind, "kind": kind})
    assert turned("SC-05") == (False, ["missing_metric_economic"])
    money = scope.metric_add(project=project, by=erin, **METRIC | {"name": "Saved", "kind": "economic"})
    assert turned("SC-05") == (False, ["missing_target", "missing_deadline"])
    money.delete()
    scope.metric_add(project=project, by=erin, **whole | {"name": "Saved", "kind": "economic"})
    assert turned("SC-05") == (True, [])


def test_sc_07_canvas_complete(project, erin, turned, write):
    for key in BLOCKS[:-1]:
        write(f"canvas/ml_canvas_v1_1/{key}", "Something")
    assert turned("SC-07") == (False, ["missing_block"])
    write(f"canvas/ml_canvas_v1_1/{BLOCKS[-1]}", "Something")
    canvas.agree(project=project, template="ml_canvas_v1_1", block=BLOCKS[0], version=1, by=erin)
    assert turned("SC-07") == (True, [])


def test_sc_08_risks_scored_and_owned(project, erin, turned):
    for factor, level in RISK_ANSWERS.items():
        risks.answer(project=project, factor=factor, level=level, by=erin)
    assert turned("SC-08") == (False, ["missing_register"])
    risk = risks.risk_add(project=project, by=erin, **RISK)
    assert turned("SC-08") == (False, ["missing_risk_owner"])
    risks.risk_edit(risk=risk, version=risk.version, by=erin, **RISK | {"owner": "Ana"})
    assert turned("SC-08") == (True, [])


def test_sc_10_estimate_recorded(project, erin, turned):
    assert turned("SC-10") == (False, ["missing_estimate"])
    costs.answer(project=project, question="C2_available", value=12_000, by=erin)
    assert turned("SC-10") == (True, [])
    costs.clear(project=project, question="C2_available", by=erin)
    assert turned("SC-10") == (False, ["missing_estimate"])


def test_sc_11_baseline_recorded(project, erin, turned):
    baseline(project, erin, kind="constant")
    assert turned("SC-11") == (False, ["missing_baseline"])
    baseline(project, erin, kind="heuristic", protocol="")
    assert turned("SC-11") == (False, ["missing_protocol"])
    baseline(project, erin, kind="human", protocol="Two agents, 400 lines each")
    assert turned("SC-11") == (True, [])


def test_sc_14_decision_recorded(project, rita, turned):
    assert turned("SC-14") == (False, ["missing_decision"])
    reviews.decide(project=project, outcome="pilot", note="Two regions", read=decided.current(project), by=rita)
    assert turned("SC-14") == (True, [])
    reviews.decide(project=project, outcome="stop", note="No budget", read=decided.current(project), by=rita)
    assert turned("SC-14") == (False, ["missing_not_stopped"])


def test_mt_01_dummy_and_simple_baseline_on_one_split(project, erin, turned):
    baseline(project, erin, kind="constant")
    assert turned("MT-01", StageKey.MODELLING) == (False, ["missing_simple"])
    baseline(project, erin, kind="heuristic", split="train")
    assert turned("MT-01", StageKey.MODELLING) == (False, ["missing_same_split"])
    baseline(project, erin, kind="simple_model")
    assert turned("MT-01", StageKey.MODELLING) == (True, [])


def test_me_01_candidate_compared(project, erin, turned):
    baseline(project, erin, kind="heuristic")
    assert turned("ME-01", StageKey.MODELLING) == (False, ["missing_candidate"])
    baseline(project, erin, kind="previous_candidate")
    assert turned("ME-01", StageKey.MODELLING) == (False, ["missing_interval"])
    baseline(project, erin, kind="previous_candidate", low=0.74, high=0.78)
    assert turned("ME-01", StageKey.MODELLING) == (True, [])


def test_a_gate_that_opens_again_holds_the_next_stage_back(project, erin, write):
    write("scope/problem", "Seven calls of ten are wasted.")
    actions.checkpoint_set(project=project, key="SC-01", by=erin, status="todo", owner="Ana")
    for standing in selectors.gates(project)[StageKey.SCOPE].missing:
        actions.checkpoint_set(project=project, key=standing.checkpoint.key, by=erin, status="waived", reason="x")
    actions.move(project=project, start="scope", to="data", by=erin)
    write("scope/problem", "", base=1)
    found = selectors.tracked(project)
    assert (found.at, found.missing) == (StageKey.DATA, 9)
    assert found.held[0].missing[0].checkpoint.key == "SC-01"


def test_the_revision_of_a_gate_says_how_it_stood(project, erin, write):
    write("scope/problem", "Seven calls of ten are wasted.")
    kept = TRACKER.results(project)["stages"][0]
    assert [gate["key"] for gate in kept["gates"]] == [
        gate.checkpoint.key for gate in selectors.gates(project)[StageKey.SCOPE].gates
    ]
    assert kept["gates"][0]["missing"] == ["Name who owns the problem, at checkpoint SC-01"]
