from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlcanvas import catalog
from mlcanvas.domain import lifecycle
from mlcanvas.domain.canvas import State
from mlcanvas.domain.lifecycle import (
    MOVES,
    BlockState,
    Criterion,
    Mark,
    Measured,
    OpenRisk,
    Situation,
    StageKey,
    Status,
)
from mlcanvas.domain.refusal import Refused

LIFECYCLE = catalog.lifecycle()
TEMPLATE = catalog.canvas_templates()["ml_canvas_v1_1"]
BLOCKS = tuple(BlockState(key, block.title, State.DRAFT) for key, block in TEMPLATE.blocks.items())
SPLIT = ("calls", "2026-05", "test")


def measured(name: str, kind: str, **changes: object) -> Measured:
    entry = Measured(name, kind, "roc_auc", SPLIT, has_protocol=True, has_interval=True)
    return replace(entry, **changes)  # type: ignore[arg-type]


CANDIDATE = measured("Boosted trees", "previous_candidate")
GUESSED = replace(CANDIDATE, has_interval=False)
ELSEWHERE = measured("Rule", "heuristic", place=("last year", "", "test"))

# Everything that the rules ask for.
READY = Situation(
    texts=frozenset({"problem", "why_ml", "business_objective", "model_objective", "objective_link", "inputs_outputs"}),
    criteria=tuple(
        Criterion(kind, kind, has_target=True, has_deadline=True) for kind in ("model", "project", "economic")
    ),
    blocks=BLOCKS,
    tier=3,
    risks=(OpenRisk("R01", "Too little data", True, "Ana"), OpenRisk("R02", "Late labels", False, "")),
    estimated=True,
    baselines=(
        measured("Always yes", "constant"),
        measured("Today's rule", "heuristic"),
        CANDIDATE,
    ),
    decision="go",
    owners={"SC-01": "Ana"},
)


def without_block(key: str) -> tuple[BlockState, ...]:
    return tuple(replace(block, state=State.EMPTY) if block.key == key else block for block in BLOCKS)


BROKEN = [
    ("SC-01", "missing_problem", {"texts": READY.texts - {"problem"}}),
    ("SC-01", "missing_plain_problem", {"solution": "machine learning"}),
    ("SC-01", "missing_problem_owner", {"owners": {}}),
    ("SC-02", "missing_why_ml", {"texts": READY.texts - {"why_ml"}}),
    ("SC-02", "missing_heuristic", {"baselines": (measured("Trees", "simple_model"),)}),
    ("SC-03", "missing_objective_link", {"texts": READY.texts - {"objective_link"}}),
    ("SC-03", "missing_objectives_differ", {"same_objective": True}),
    ("SC-04", "missing_inputs_outputs", {"texts": READY.texts - {"inputs_outputs"}}),
    ("SC-04", "missing_block", {"blocks": without_block("decisions")}),
    ("SC-05", "missing_metric_economic", {"criteria": READY.criteria[:2]}),
    ("SC-05", "missing_target", {"criteria": (*READY.criteria, Criterion("Churn", "project", False, True))}),
    ("SC-05", "missing_deadline", {"criteria": (*READY.criteria, Criterion("Churn", "project", True, False))}),
    ("SC-07", "missing_canvas", {"blocks": ()}),
    ("SC-07", "missing_block", {"blocks": without_block("monitoring")}),
    ("SC-08", "missing_matrix", {"tier": None}),
    ("SC-08", "missing_register", {"risks": ()}),
    ("SC-08", "missing_risk_owner", {"risks": (OpenRisk("R01", "Too little data", True, ""),)}),
    ("SC-10", "missing_estimate", {"estimated": False}),
    ("SC-11", "missing_baseline", {"baselines": (measured("Always yes", "constant"),)}),
    ("SC-11", "missing_protocol", {"baselines": (measured("Rule", "heuristic", has_protocol=False),)}),
    ("SC-14", "missing_decision", {"decision": ""}),
    ("SC-14", "missing_not_stopped", {"decision": "stop"}),
    ("MT-01", "missing_dummy", {"baselines": READY.baselines[1:]}),
    ("MT-01", "missing_simple", {"baselines": (READY.baselines[0], READY.baselines[2])}),
    ("MT-01", "missing_same_split", {"baselines": (READY.baselines[0], measured("R", "heuristic", metric="f1"))}),
    ("ME-01", "missing_candidate", {"baselines": READY.baselines[:2]}),
    ("ME-01", "missing_baseline", {"baselines": READY.baselines[2:]}),
    ("ME-01", "missing_interval", {"baselines": (*READY.baselines[:2], GUESSED)}),
    ("ME-01", "missing_same_split", {"baselines": (CANDIDATE, ELSEWHERE)}),
]  # fmt: skip


def standing(key: str, situation: Situation, mark: Mark = Mark()) -> lifecycle.Standing:  # noqa: B008
    return lifecycle.stand(LIFECYCLE.checkpoints[key], mark, situation)


@pytest.mark.parametrize(("key", "code", "change"), BROKEN)
def test_an_automatic_gate_is_met_and_opens_when_something_is_taken_away(
    key: str, code: str, change: dict[str, object]
) -> None:
    assert standing(key, READY).by == "rule"
    broken = standing(key, replace(READY, **change))  # type: ignore[arg-type]
    assert not broken.met
    assert code in [missing.code for missing in broken.missing]


def test_every_rule_of_the_table_opens_some_gate_in_these_tests() -> None:
    assert {LIFECYCLE.checkpoints[key].rule for key, _, _ in BROKEN} == set(lifecycle.RULES)


def test_one_naive_forecast_cannot_be_dummy_and_simple_baseline_at_once() -> None:
    alone = replace(READY, baselines=(measured("Last value", "naive_forecast"),))
    assert [missing.code for missing in standing("MT-01", alone).missing] == ["missing_same_split"]
    assert standing("MT-01", replace(READY, baselines=(*alone.baselines, measured("Rule", "heuristic")))).met


def test_nobody_is_asked_to_beat_what_is_not_comparable() -> None:
    paper = measured("Paper", "published_sota", place=("their calls", "", "test"), comparable=False)
    assert standing("ME-01", replace(READY, baselines=(*READY.baselines, paper))).met


def test_a_waived_gate_counts_and_still_says_what_is_missing() -> None:
    waived = standing("SC-10", Situation(), Mark(Status.WAIVED, reason="Fixed price"))
    assert (waived.met, waived.by, waived.status) == (True, "waiver", Status.WAIVED)
    assert waived.missing[0].code == "missing_estimate"


def test_a_waiver_is_moot_once_the_rule_is_met() -> None:
    assert standing("SC-10", READY, Mark(Status.WAIVED, reason="Fixed price")).by == "rule"


def test_a_tick_from_elsewhere_never_meets_an_automatic_gate() -> None:
    assert not standing("SC-10", Situation(), Mark(Status.DONE)).met


def test_a_person_meets_a_manual_gate() -> None:
    assert standing("SC-09", Situation(), Mark(Status.DONE)).by == "person"
    assert standing("SC-09", Situation()).missing[0].values == {"checkpoint": LIFECYCLE.checkpoints["SC-09"].text}


def test_scope_is_passed_when_every_gate_is_met_whatever_the_rest() -> None:
    scope = LIFECYCLE.stages[StageKey.SCOPE]
    gate = lifecycle.gate(scope, {"SC-09": Mark(Status.DONE)}, READY)
    assert gate.passed
    assert (gate.readiness, gate.met, gate.waived) == (100, len(gate.gates), 0)
    assert gate.done < len(gate.standings)


def test_a_stage_without_gates_counts_its_checkpoints() -> None:
    maintenance = LIFECYCLE.stages[StageKey.MAINTENANCE]
    assert lifecycle.gate(maintenance, {}, READY).readiness == 0
    assert lifecycle.gate(maintenance, {"MN-01": Mark(Status.DONE)}, READY).readiness == 14
    assert lifecycle.gate(maintenance, {}, READY).passed


@given(st.sets(st.sampled_from(sorted(LIFECYCLE.checkpoints))), st.sampled_from(sorted(LIFECYCLE.checkpoints)))
def test_one_more_checkpoint_done_never_lowers_readiness(done: set[str], one: str) -> None:
    before = lifecycle.gates(LIFECYCLE, {key: Mark(Status.DONE) for key in done}, READY)
    after = lifecycle.gates(LIFECYCLE, {key: Mark(Status.DONE) for key in done | {one}}, READY)
    assert lifecycle.readiness(after) >= lifecycle.readiness(before)


def test_next_steps_are_the_first_thing_missing_at_each_open_gate() -> None:
    found = lifecycle.gates(LIFECYCLE, {}, Situation())
    steps = lifecycle.next_steps(StageKey.SCOPE, found)
    assert [(checkpoint.key, missing.code) for checkpoint, missing in steps] == [
        ("SC-01", "missing_problem"),
        ("SC-02", "missing_why_ml"),
        ("SC-03", "missing_business_objective"),
    ]


def test_a_gate_of_an_earlier_stage_that_opened_again_comes_first() -> None:
    marks = {key: Mark(Status.DONE) for key in LIFECYCLE.checkpoints}
    found = lifecycle.gates(LIFECYCLE, {**marks, "PS-01": Mark()}, replace(READY, decision=""))
    steps = lifecycle.next_steps(StageKey.DEPLOYMENT, found)
    assert [checkpoint.key for checkpoint, _ in steps] == ["SC-14", "PS-01"]


def test_every_stage_can_be_reached_from_every_other() -> None:
    for start in StageKey:
        reached = {start}
        for _ in StageKey:
            reached |= {to for at in reached for to in MOVES[at]}
        assert reached == set(StageKey)


@pytest.mark.parametrize("at", StageKey)
@pytest.mark.parametrize("to", StageKey)
def test_only_moves_of_the_table_are_allowed(at: StageKey, to: StageKey) -> None:
    found = lifecycle.gates(LIFECYCLE, {key: Mark(Status.DONE) for key in LIFECYCLE.checkpoints}, READY)
    if to in MOVES[at]:
        lifecycle.move(at, to, found, "a reason")
    else:
        with pytest.raises(Refused, match="stage_move_unknown"):
            lifecycle.move(at, to, found, "a reason")


def test_the_next_stage_asks_for_the_gates_and_counts_what_is_missing() -> None:
    found = lifecycle.gates(LIFECYCLE, {}, READY)
    with pytest.raises(Refused) as refused:
        lifecycle.move(StageKey.SCOPE, StageKey.DATA, found, "")
    assert (refused.value.code, refused.value.values["count"]) == ("stage_gate_open", 1)


def test_an_earlier_gate_that_opened_again_holds_the_next_stage_back() -> None:
    marks = {key: Mark(Status.DONE) for key in LIFECYCLE.checkpoints}
    found = lifecycle.gates(LIFECYCLE, marks, replace(READY, estimated=False))
    with pytest.raises(Refused, match="stage_gate_open"):
        lifecycle.move(StageKey.DATA, StageKey.MODELLING, found, "")


def test_the_way_back_asks_for_a_reason_and_for_nothing_else() -> None:
    found = lifecycle.gates(LIFECYCLE, {}, Situation())
    lifecycle.move(StageKey.DEPLOYMENT, StageKey.DATA, found, "A source changed its meaning")
    with pytest.raises(Refused, match="stage_return_reason"):
        lifecycle.move(StageKey.DEPLOYMENT, StageKey.DATA, found, "  ")


def test_nobody_ticks_what_a_rule_decides() -> None:
    automatic, manual = LIFECYCLE.checkpoints["SC-10"], LIFECYCLE.checkpoints["SC-09"]
    lifecycle.record(manual, Status.DONE, "")
    lifecycle.record(automatic, Status.WAIVED, "Fixed price")
    with pytest.raises(Refused, match="checkpoint_automatic"):
        lifecycle.record(automatic, Status.DONE, "")
    with pytest.raises(Refused, match="checkpoint_waive_reason"):
        lifecycle.record(manual, Status.WAIVED, " ")
