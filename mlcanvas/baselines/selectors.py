"""What others may ask about baselines."""

from dataclasses import dataclass
from typing import cast

from mlcanvas import catalog
from mlcanvas.baselines.models import Baseline
from mlcanvas.domain import baseline as rules
from mlcanvas.domain.baseline import Board, Comparable, DataSet, Entry, Goal, Measured
from mlcanvas.domain.metrics import Direction, Metric
from mlcanvas.projects.memo import remembered
from mlcanvas.projects.models import Project
from mlcanvas.scope import selectors as scope
from mlcanvas.scope.models import SuccessMetric


@dataclass(frozen=True, slots=True)
class Known:
    """A metric that a baseline may have: from the catalogue, or one that the project made up for itself."""

    key: str
    direction: Direction
    metric: Metric | None
    # The success metric of the project, where there is one.
    own: SuccessMetric | None

    @property
    def unit(self) -> str:
        """The unit that the project gave it, else empty."""
        return self.own.unit if self.own else ""


@dataclass(frozen=True, slots=True)
class Registry:
    """All baselines beside the targets: one board for each metric, the project's own metrics first."""

    rows: tuple[Baseline, ...]
    known: dict[str, Known]
    boards: tuple[Board, ...]
    readiness: int

    @property
    def main(self) -> Board | None:
        """The board that the project is about: that of its primary metric, else the one with most that counts."""
        primary = next((board for board in self.boards if board.goal and board.goal.primary), None)
        if primary is not None:
            return primary
        return max(self.boards, key=lambda board: sum(1 for row in board.rows if row.aside is None), default=None)

    @property
    def has_simple_rule(self) -> bool:
        """Whether a rule without a model is among them."""
        return rules.has_simple_rule(as_entry(row) for row in self.rows)


@remembered
def registry(project: Project) -> Registry:
    """Everything, in two queries."""
    rows = tuple(sorted(Baseline.objects.of(project), key=lambda row: row.key))
    own = scope.metrics(project)
    known = metrics(own)
    goals = {goal.metric: goal for goal in reversed([_goal(row) for row in own])}
    entries = [as_entry(row) for row in rows]
    order = [*dict.fromkeys(_goal(row).metric for row in own), *(metric.key for metric in catalog.metrics().metrics)]
    used = {row.metric: row for row in rows}
    keys = sorted(used, key=lambda key: (order.index(key) if key in order else len(order), key))
    boards = tuple(
        rules.board(
            entries,
            known[key].direction if key in known else cast("Direction", used[key].direction),
            goals.get(key),
            known[key].metric if key in known else None,
            key,
        )
        for key in keys
    )
    return Registry(rows, known, boards, rules.readiness(entries, goals.values()))


def metrics(own: tuple[SuccessMetric, ...]) -> dict[str, Known]:
    """The metrics that a baseline of this project may have, the project's own first."""
    found: dict[str, Known] = {}
    for row in own:
        metric = catalog.metrics().get(row.metric) if row.metric else None
        key = row.metric or row.key
        if key not in found:
            found[key] = Known(key, metric.direction if metric else cast("Direction", row.direction), metric, row)
    for metric in catalog.metrics().metrics:
        found.setdefault(metric.key, Known(metric.key, metric.direction, metric, None))
    return found


def _goal(row: SuccessMetric) -> Goal:
    return Goal(
        key=row.key,
        name=row.name,
        metric=row.metric or row.key,
        direction=cast("Direction", row.direction),
        target=row.target,
        minimum=row.minimum,
        primary=row.primary,
    )


def as_entry(row: Baseline) -> Entry:
    """A stored baseline as the rules see it."""
    kind = catalog.baseline_kinds().get(row.kind)
    return Entry(
        key=row.key,
        name=row.name,
        role=kind.role if kind else "rival",
        metric=row.metric,
        measured=Measured(row.value, row.low, row.high),
        data=DataSet(row.dataset, row.dataset_revision, row.split),
        comparable=cast("Comparable", row.comparable),
        active=row.active,
        measured_on=row.measured_on.isoformat() if row.measured_on else "",
    )
