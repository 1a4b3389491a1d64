"""Stages, checkpoints and gates: where a project stands, what is missing, and where it may go next."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, Literal

from mlcanvas.domain.canvas import State
from mlcanvas.domain.refusal import Refused
from mlcanvas.domain.text import Text


class StageKey(StrEnum):
    """Where a project can be. Maintenance is the loop that leads back to the four stages."""

    SCOPE = "scope"
    DATA = "data"
    MODELLING = "modelling"
    DEPLOYMENT = "deployment"
    MAINTENANCE = "maintenance"


class Status(StrEnum):
    """What a checkpoint is. A waived one counts as met, with its reason."""

    TODO = "todo"
    DONE = "done"
    WAIVED = "waived"


# Forward first: that move asks for the gates of the stage; every other one asks for a reason.
MOVES: Final[Mapping[StageKey, tuple[StageKey, ...]]] = {
    StageKey.SCOPE: (StageKey.DATA,),
    StageKey.DATA: (StageKey.MODELLING, StageKey.SCOPE),
    StageKey.MODELLING: (StageKey.DEPLOYMENT, StageKey.DATA, StageKey.SCOPE),
    StageKey.DEPLOYMENT: (StageKey.MAINTENANCE, StageKey.MODELLING, StageKey.DATA, StageKey.SCOPE),
    StageKey.MAINTENANCE: (StageKey.DEPLOYMENT, StageKey.MODELLING, StageKey.DATA, StageKey.SCOPE),
}

# The derived fact `stage`, by which the cost page narrows its range.
PASSED: Final[Mapping[StageKey, str]] = {
    StageKey.SCOPE: "scope_open",
    StageKey.DATA: "scope_passed",
    StageKey.MODELLING: "data_passed",
    StageKey.DEPLOYMENT: "modelling_passed",
    StageKey.MAINTENANCE: "modelling_passed",
}

# Baselines that ask for no insight into the problem: they count as a floor, not as a competitor.
TRIVIAL_KINDS: Final = frozenset({"random", "constant"})
SIMPLE_KINDS: Final = frozenset({"heuristic", "simple_model", "existing_system", "naive_forecast"})
FLOOR_KINDS: Final = TRIVIAL_KINDS | {"naive_forecast"}
CANDIDATE_KIND: Final = "previous_candidate"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """One thing to have done. A `gate` is needed before the next stage; a `rule` decides it without a person."""

    key: str
    text: Text
    evidence: Text
    gate: bool = False
    rule: str = ""


@dataclass(frozen=True, slots=True)
class SubStage:
    """A part of a stage. An optional one applies to some projects only and holds no gates."""

    key: str
    label: Text
    checkpoint: tuple[Checkpoint, ...]
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage, what it is for, and its parts."""

    key: StageKey
    label: Text
    summary: Text
    part: tuple[SubStage, ...]

    def __post_init__(self) -> None:
        # A definition file gives plain text: an unknown stage is refused here, as a ValueError.
        object.__setattr__(self, "key", StageKey(self.key))

    @property
    def checkpoints(self) -> tuple[Checkpoint, ...]:
        """All checkpoints of the stage, in order."""
        return tuple(checkpoint for part in self.part for checkpoint in part.checkpoint)


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """The stages in order. `version` is stored with every revision that shows them."""

    version: int
    stage: tuple[Stage, ...]

    @property
    def stages(self) -> dict[StageKey, Stage]:
        """The stages by key, in order."""
        return {stage.key: stage for stage in self.stage}

    @property
    def checkpoints(self) -> dict[str, Checkpoint]:
        """Every checkpoint by key, in order."""
        return {checkpoint.key: checkpoint for stage in self.stage for checkpoint in stage.checkpoints}


@dataclass(frozen=True, slots=True)
class Evidence:
    """A link that shows that a checkpoint was really done."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Mark:
    """What people recorded at a checkpoint. `on` is an ISO date, `iteration` the one it was recorded in."""

    status: Status = Status.TODO
    reason: str = ""
    owner: str = ""
    on: str = ""
    iteration: int = 1
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Criterion:
    """A success metric as far as gates ask."""

    name: str
    kind: str
    has_target: bool
    has_deadline: bool


@dataclass(frozen=True, slots=True)
class OpenRisk:
    """An open risk as far as gates ask; `serious` says that the band of its current score is."""

    key: str
    title: str
    serious: bool
    owner: str


@dataclass(frozen=True, slots=True)
class Measured:
    """An active baseline as far as gates ask.

    `place` says what it was measured on: data set, its revision, split. One that is not `comparable` (a paper, another
    country) is a baseline, and nobody is asked to beat it.
    """

    name: str
    kind: str
    metric: str
    place: tuple[str, str, str]
    has_protocol: bool
    has_interval: bool
    comparable: bool = True


@dataclass(frozen=True, slots=True)
class BlockState:
    """A block of the primary canvas."""

    key: str
    title: Text
    state: State


@dataclass(frozen=True, slots=True)
class Situation:
    """What the other parts of a project say, as far as gates ask.

    `texts` names the scope texts that hold something, `solution` is the word by which the problem statement already
    names machine learning, `owners` the owner of each checkpoint that has one.
    """

    texts: frozenset[str] = frozenset()
    solution: str = ""
    same_objective: bool = False
    criteria: tuple[Criterion, ...] = ()
    blocks: tuple[BlockState, ...] = ()
    tier: int | None = None
    risks: tuple[OpenRisk, ...] = ()
    estimated: bool = False
    baselines: tuple[Measured, ...] = ()
    decision: str = ""
    owners: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that keeps a checkpoint open: a code with a sentence, its values, and the part that can mend it."""

    code: str
    part: str
    values: Mapping[str, Any] = field(default_factory=dict)


def _texts(situation: Situation, *wanted: str) -> list[Missing]:
    return [Missing(f"missing_{key}", "scope") for key in wanted if key not in situation.texts]


def problem_stated(situation: Situation) -> list[Missing]:
    """The problem is written down without naming machine learning, and somebody answers for it."""
    missing = _texts(situation, "problem")
    if situation.solution:
        missing.append(Missing("missing_plain_problem", "scope", {"word": situation.solution}))
    if not situation.owners.get("SC-01"):
        missing.append(Missing("missing_problem_owner", "tracker"))
    return missing


def without_ml_considered(situation: Situation) -> list[Missing]:
    """The reason for ML is written down, and a rule without a model is registered to compare with."""
    missing = _texts(situation, "why_ml")
    if not any(entry.kind in {"heuristic", "existing_system", "human"} for entry in situation.baselines):
        missing.append(Missing("missing_heuristic", "baselines"))
    return missing


def objectives_apart(situation: Situation) -> list[Missing]:
    """Business objective, model objective and their link are written, and the two are not the same text."""
    missing = _texts(situation, "business_objective", "model_objective", "objective_link")
    if situation.same_objective:
        missing.append(Missing("missing_objectives_differ", "scope"))
    return missing


def _empty_blocks(situation: Situation, wanted: frozenset[str] | None = None) -> list[Missing]:
    if not situation.blocks:
        return [Missing("missing_canvas", "canvas")]
    return [
        Missing("missing_block", "canvas", {"block": block.title, "key": block.key})
        for block in situation.blocks
        if block.state is State.EMPTY and (wanted is None or block.key in wanted)
    ]


def decision_defined(situation: Situation) -> list[Missing]:
    """Inputs and outputs are written, and the canvas says what is predicted and which decision uses it."""
    return _texts(situation, "inputs_outputs") + _empty_blocks(situation, frozenset({"prediction_task", "decisions"}))


def success_measurable(situation: Situation) -> list[Missing]:
    """A model, a project and an economic metric, each with a target and a deadline."""
    kinds = {criterion.kind for criterion in situation.criteria}
    missing = [
        Missing(f"missing_metric_{kind}", "scope") for kind in ("model", "project", "economic") if kind not in kinds
    ]
    for criterion in situation.criteria:
        if not criterion.has_target:
            missing.append(Missing("missing_target", "scope", {"metric": criterion.name}))
        if not criterion.has_deadline:
            missing.append(Missing("missing_deadline", "scope", {"metric": criterion.name}))
    return missing


def canvas_complete(situation: Situation) -> list[Missing]:
    """Every block of the canvas holds text."""
    return _empty_blocks(situation)


def risks_owned(situation: Situation) -> list[Missing]:
    """The matrix is scored, the register is not empty, and each open serious risk has an owner."""
    missing = []
    if situation.tier is None:
        missing.append(Missing("missing_matrix", "risks"))
    if not situation.risks:
        missing.append(Missing("missing_register", "risks"))
    missing += [
        Missing("missing_risk_owner", "risks", {"risk": f"{risk.key} {risk.title}".strip(), "key": risk.key})
        for risk in situation.risks
        if risk.serious and not risk.owner
    ]
    return missing


def estimate_recorded(situation: Situation) -> list[Missing]:
    """There is an estimate with its range."""
    return [] if situation.estimated else [Missing("missing_estimate", "costs")]


def baseline_recorded(situation: Situation) -> list[Missing]:
    """One active baseline that is more than chance or a constant, and how it was measured."""
    competitors = [entry for entry in situation.baselines if entry.kind not in TRIVIAL_KINDS | {CANDIDATE_KIND}]
    if not competitors:
        return [Missing("missing_baseline", "baselines")]
    if any(entry.has_protocol for entry in competitors):
        return []
    return [Missing("missing_protocol", "baselines", {"baseline": competitors[0].name})]


def decision_recorded(situation: Situation) -> list[Missing]:
    """The last decision says go or pilot."""
    if situation.decision in {"go", "pilot"}:
        return []
    return [Missing("missing_not_stopped" if situation.decision == "stop" else "missing_decision", "reviews")]


def floors_measured(situation: Situation) -> list[Missing]:
    """A dummy and a simple baseline, measured on the same data and split by the same metric."""
    floors = [entry for entry in situation.baselines if entry.kind in FLOOR_KINDS]
    simple = [entry for entry in situation.baselines if entry.kind in SIMPLE_KINDS]
    missing = []
    if not floors:
        missing.append(Missing("missing_dummy", "baselines"))
    if not simple:
        missing.append(Missing("missing_simple", "baselines"))
    if floors and simple and not any(_comparable(a, b) for a in floors for b in simple if a is not b):
        missing.append(Missing("missing_same_split", "baselines", {"first": floors[0].name, "second": simple[0].name}))
    return missing


def _comparable(one: Measured, other: Measured) -> bool:
    return one.metric == other.metric and one.place == other.place


def candidate_compared(situation: Situation) -> list[Missing]:
    """A candidate with its interval, on the data, split and metric of every comparable active baseline."""
    candidates = [entry for entry in situation.baselines if entry.kind == CANDIDATE_KIND]
    others = [entry for entry in situation.baselines if entry.kind != CANDIDATE_KIND and entry.comparable]
    if not candidates:
        return [Missing("missing_candidate", "baselines")]
    if not others:
        return [Missing("missing_baseline", "baselines")]
    attempts = [_compared(candidate, others) for candidate in candidates]
    return min(attempts, key=len)


def _compared(candidate: Measured, others: list[Measured]) -> list[Missing]:
    missing = [
        Missing("missing_same_split", "baselines", {"first": candidate.name, "second": other.name})
        for other in others
        if not _comparable(candidate, other)
    ]
    if not candidate.has_interval:
        missing.append(Missing("missing_interval", "baselines", {"baseline": candidate.name}))
    return missing


RULES: Final[Mapping[str, Callable[[Situation], list[Missing]]]] = {
    rule.__name__: rule
    for rule in (
        problem_stated,
        without_ml_considered,
        objectives_apart,
        decision_defined,
        success_measurable,
        canvas_complete,
        risks_owned,
        estimate_recorded,
        baseline_recorded,
        decision_recorded,
        floors_measured,
        candidate_compared,
    )
}


@dataclass(frozen=True, slots=True)
class Standing:
    """How one checkpoint stands: who or what met it, else what is missing."""

    checkpoint: Checkpoint
    mark: Mark
    met: bool
    by: Literal["rule", "person", "waiver", ""]
    missing: tuple[Missing, ...] = ()

    @property
    def status(self) -> Status:
        """The status to show: a rule that is met is done, whatever people recorded."""
        if not self.met:
            return Status.TODO
        return Status.WAIVED if self.by == "waiver" else Status.DONE


def stand(checkpoint: Checkpoint, mark: Mark, situation: Situation) -> Standing:
    """How `checkpoint` stands. A rule that is met needs no waiver; one that is not met cannot be ticked by hand."""
    missing: tuple[Missing, ...] = ()
    if checkpoint.rule:
        missing = tuple(RULES[checkpoint.rule](situation))
        if not missing:
            return Standing(checkpoint, mark, met=True, by="rule")
    elif mark.status is Status.DONE:
        return Standing(checkpoint, mark, met=True, by="person")
    else:
        missing = (Missing("missing_checkpoint", "tracker", {"checkpoint": checkpoint.text}),)
    if mark.status is Status.WAIVED:
        return Standing(checkpoint, mark, met=True, by="waiver", missing=missing)
    return Standing(checkpoint, mark, met=False, by="", missing=missing)


@dataclass(frozen=True, slots=True)
class Gate:
    """The gates of one stage together, and all its checkpoints."""

    stage: Stage
    standings: tuple[Standing, ...]

    @property
    def gates(self) -> tuple[Standing, ...]:
        """The checkpoints that are needed before the next stage."""
        return tuple(standing for standing in self.standings if standing.checkpoint.gate)

    @property
    def missing(self) -> tuple[Standing, ...]:
        """The gates that are not met, in order."""
        return tuple(standing for standing in self.gates if not standing.met)

    @property
    def met(self) -> int:
        """Number of gates that are met, waived ones included."""
        return len(self.gates) - len(self.missing)

    @property
    def waived(self) -> int:
        """Number of gates that are met only because somebody waived them."""
        return sum(standing.by == "waiver" for standing in self.gates)

    @property
    def done(self) -> int:
        """Number of checkpoints that are met, gates or not."""
        return sum(standing.met for standing in self.standings)

    @property
    def passed(self) -> bool:
        """Whether nothing stands between this stage and the next one."""
        return not self.missing

    @property
    def readiness(self) -> int:
        """Met gates over all gates, 0 to 100; over all checkpoints in a stage without gates."""
        if self.gates:
            return round(100 * self.met / len(self.gates))
        return round(100 * self.done / len(self.standings)) if self.standings else 100


def gate(stage: Stage, marks: Mapping[str, Mark], situation: Situation) -> Gate:
    """The gate of `stage`, from what people recorded by checkpoint key and what the other parts say."""
    return Gate(
        stage,
        tuple(stand(checkpoint, marks.get(checkpoint.key, Mark()), situation) for checkpoint in stage.checkpoints),
    )


def gates(lifecycle: Lifecycle, marks: Mapping[str, Mark], situation: Situation) -> dict[StageKey, Gate]:
    """The gate of every stage, in order."""
    return {stage.key: gate(stage, marks, situation) for stage in lifecycle.stage}


def readiness(found: Mapping[StageKey, Gate]) -> int:
    """Met gates over all gates of the whole lifecycle, 0 to 100."""
    total = sum(len(gate.gates) for gate in found.values())
    return round(100 * sum(gate.met for gate in found.values()) / total) if total else 0


def next_steps(at: StageKey, found: Mapping[StageKey, Gate], count: int = 3) -> list[tuple[Checkpoint, Missing]]:
    """The next `count` things to do: the first thing missing at each open gate, from the stage `at` on.

    Gates of an earlier stage that opened again come first.
    """
    order = list(StageKey)
    earlier = order[: order.index(at)]
    later = order[order.index(at) :]
    steps = [
        (standing.checkpoint, standing.missing[0])
        for key in (*earlier, *later)
        if key in found
        for standing in found[key].missing
    ]
    return steps[:count]


def moves(at: StageKey) -> tuple[StageKey, ...]:
    """The stages that can be reached from `at`, the next one first."""
    return MOVES[at]


def is_forward(at: StageKey, to: StageKey) -> bool:
    """Whether the move leads to the next stage, and so asks for the gates of the present one."""
    order = list(StageKey)
    return order.index(to) == order.index(at) + 1


def move(at: StageKey, to: StageKey, found: Mapping[StageKey, Gate], reason: str) -> None:
    """Raises Refused when the project may not go from `at` to `to`.

    `stage_move_unknown` for a move that the table does not have, `stage_gate_open` (with `count`) while gates of the
    present or an earlier stage are missing, `stage_return_reason` for a way back without a reason.
    """
    if to not in MOVES[at]:
        raise Refused("stage_move_unknown", "stage")
    if is_forward(at, to):
        order = list(StageKey)
        missing = sum(len(found[key].missing) for key in order[: order.index(to)] if key in found)
        if missing:
            raise Refused("stage_gate_open", "stage", count=missing)
    elif not reason.strip():
        raise Refused("stage_return_reason", "reason")


def record(checkpoint: Checkpoint, status: Status, reason: str) -> None:
    """Raises Refused when `status` may not be recorded at `checkpoint`.

    `checkpoint_automatic` for ticking what a rule decides, `checkpoint_waive_reason` for a waiver without a reason.
    """
    if status is Status.DONE and checkpoint.rule:
        raise Refused("checkpoint_automatic", "status", checkpoint=checkpoint.key)
    if status is Status.WAIVED and not reason.strip():
        raise Refused("checkpoint_waive_reason", "reason", checkpoint=checkpoint.key)
