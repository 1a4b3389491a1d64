"""What the tracker knows about a project. It asks every other part, and none of them asks it."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language

from mlcanvas import catalog
from mlcanvas.baselines import selectors as baselines
from mlcanvas.canvas import selectors as canvas
from mlcanvas.costs import selectors as costs
from mlcanvas.domain import lifecycle
from mlcanvas.domain.advice import solution_word
from mlcanvas.domain.lifecycle import Gate, Mark, Missing, Situation, StageKey, Standing, Status
from mlcanvas.domain.refusal import Refused
from mlcanvas.projects import selectors as projects
from mlcanvas.projects.memo import remembered, remembering
from mlcanvas.projects.models import Event, Project
from mlcanvas.risks import selectors as risks
from mlcanvas.risks.legal import selectors as legal
from mlcanvas.scope import selectors as scope
from mlcanvas.scope.models import SuccessMetric
from mlcanvas.tracker.models import Checkpoint, Evidence, Move
from mlcanvas.web.navigation import TABS
from mlcanvas.web.sentences import filled


@dataclass(frozen=True)
class Tracked:
    """Where a project is, how every gate stands, and the links attached to each checkpoint."""

    at: StageKey
    gates: dict[StageKey, Gate]
    evidence: dict[str, tuple[Evidence, ...]]

    @cached_property
    def held(self) -> tuple[Gate, ...]:
        """The gates, up to the present stage, in which something is missing."""
        order = list(StageKey)
        return tuple(
            gate for key, gate in self.gates.items() if order.index(key) <= order.index(self.at) and gate.missing
        )

    @property
    def missing(self) -> int:
        """How many gates hold the next stage back."""
        return sum(len(gate.missing) for gate in self.held)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do: the checkpoint that asks for it, a sentence, and the page that can mend it."""

    checkpoint: lifecycle.Checkpoint
    missing: Missing
    part: str | Promise
    address: str

    @property
    def sentence(self) -> str:
        """What to do, in the reader's language."""
        return sentence(self.missing)


@dataclass(frozen=True, slots=True)
class PartReadiness:
    """How far one part is, 0 to 100, and where it is.

    `drafts` are the blocks of the canvas that hold text and are not agreed, where none is empty: the half that is
    missing. `asked` is what a gate up to the present stage asks of a part that is all filled in.
    """

    label: str | Promise
    address: str
    ready: int
    drafts: int = 0
    asked: Step | None = None


@dataclass(frozen=True, slots=True)
class Overview:
    """What the first page of a project shows.

    `top_risks` are open and high or critical, `ownerless` those of them that nobody answers for. `best` and `human`
    are the derived facts of the baselines: metric, value, name.
    """

    tracked: Tracked
    parts: tuple[PartReadiness, ...]
    steps: tuple[Step, ...]
    risk_level: int | None
    severity_level: int | None
    top_risks: int
    ownerless: int
    best: dict[str, Any] | None
    human: dict[str, Any] | None
    aim: SuccessMetric | None
    events: list[Event]
    # Why the answers give no range, where there are some.
    no_range: Refused | None = None

    @property
    def gate(self) -> Gate:
        """The gate of the present stage."""
        return self.tracked.gates[self.tracked.at]

    @property
    def best_metric(self) -> str:
        """The name of the metric that `best` is measured by, in the reader's language."""
        if self.best is None:
            return ""
        metric = catalog.metrics().get(self.best["metric"])
        if metric is not None:
            return metric.label.say(get_language() or "en")
        return self.aim.name if self.aim is not None and self.aim.key == self.best["metric"] else ""


@remembered
def stage(project: Project) -> StageKey:
    """The stage that the project is in: where the last move led, at first scope."""
    last = Move.objects.filter(project=project).order_by("-pk").values_list("to", flat=True).first()
    return StageKey(last) if last else StageKey.SCOPE


def moves(project: Project, limit: int = 20) -> list[Move]:
    """The last moves between stages, newest first, with the people."""
    return list(Move.objects.filter(project=project).select_related("by").order_by("-pk")[:limit])


@remembered
def _rows(project: Project) -> tuple[dict[str, Mark], dict[str, tuple[Evidence, ...]]]:
    links: dict[str, list[Evidence]] = {}
    for link in Evidence.objects.filter(checkpoint__project=project).select_related("checkpoint", "by").order_by("pk"):
        links.setdefault(link.checkpoint.key, []).append(link)
    rows = Checkpoint.objects.filter(project=project).order_by("key")
    found = {
        row.key: Mark(
            status=Status(row.status),
            reason=row.reason,
            owner=row.owner,
            on=row.date.isoformat() if row.date else "",
            iteration=row.iteration,
            evidence=tuple(lifecycle.Evidence(link.label, link.url) for link in links.get(row.key, ())),
        )
        for row in rows
    }
    return found, {key: tuple(kept) for key, kept in links.items()}


def marks(project: Project) -> dict[str, Mark]:
    """What people recorded, by checkpoint."""
    return _rows(project)[0]


def situation(project: Project, recorded: dict[str, Mark]) -> Situation:
    """What the other parts say, as far as gates ask."""
    scoped, filled = scope.scope(project), canvas.canvas(project)
    texts = {key: passage.text.strip() for key, passage in scoped.texts.items()}
    objective = texts.get("business_objective", "").casefold()
    return Situation(
        texts=scoped.answered,
        solution=solution_word(texts.get("problem", "")),
        same_objective=bool(objective) and objective == texts.get("model_objective", "").casefold(),
        criteria=tuple(
            lifecycle.Criterion(metric.name, metric.kind, metric.target is not None, metric.deadline is not None)
            for metric in scoped.metrics
        ),
        blocks=tuple(lifecycle.BlockState(row.block.key, row.block.title, row.state) for row in filled.blocks),
        tier=project.summary.tier,
        risks=tuple(
            lifecycle.OpenRisk(risk.key, risk.row.title, risk.band.serious, risk.row.owner)
            for risk in risks.register(project)
            if risk.open
        ),
        estimated=project.summary.p50 is not None,
        baselines=tuple(
            lifecycle.Measured(
                name=row.name,
                kind=row.kind,
                metric=row.metric,
                place=baselines.as_entry(row).data.same,
                has_protocol=bool(row.protocol.strip()),
                has_interval=row.low is not None and row.high is not None,
                comparable=row.comparable == row.Comparable.YES,
            )
            for row in baselines.registry(project).rows
            if row.active
        ),
        decision=projects.facts(project).get("decision", ""),
        owners={key: mark.owner for key, mark in recorded.items()},
    )


def law(project: Project) -> dict[str, str]:
    """Why the law makes a checkpoint matter, by its key, in the reader's language.

    The checkpoint that asks for the legal tier says how far that is; the others name the articles that a tier with
    duties of its own brings.
    """
    case, definition = legal.case(project), catalog.legal()
    language = get_language() or "en"
    labels = {option.key: option.label.say(language) for option in catalog.facts()["legal_tier"].options}
    tier = labels[case.word or "open"]
    said = catalog.sentence("law_checkpoint").say(language)
    found = {key: said.format(tier=tier, articles=", ".join(articles)) for key, articles in case.checkpoints.items()}
    found[definition.checkpoint] = catalog.sentence("law_tier").say(language).format(tier=tier)
    return found


def tracked(project: Project) -> Tracked:
    """Where the project is and how every gate stands."""
    recorded, evidence = _rows(project)
    found = lifecycle.gates(catalog.lifecycle(), recorded, situation(project, recorded))
    return Tracked(stage(project), found, evidence)


def gates(project: Project) -> dict[StageKey, Gate]:
    """How every gate stands, by stage."""
    return tracked(project).gates


def readiness(project: Project) -> int:
    """Met gates over all gates, 0 to 100."""
    return lifecycle.readiness(gates(project))


def sentence(missing: Missing, language: str = "") -> str:
    """What to do about `missing`, in `language` or else the reader's."""
    return filled(catalog.sentence(missing.code), missing.values, language or get_language() or "en")


def todo(project: Project, standings: Iterable[Standing], *, all_missing: bool = False) -> tuple[Step, ...]:
    """What is missing at these checkpoints: the first thing of each, or everything."""
    return tuple(
        _step(project, standing.checkpoint, missing)
        for standing in standings
        for missing in (standing.missing if all_missing else standing.missing[:1])
    )


_PAGES = {tab.url_name.partition(":")[0]: tab for tab in TABS if tab.key != "overview"}


def _step(project: Project, checkpoint: lifecycle.Checkpoint, missing: Missing) -> Step:
    tab = _PAGES[missing.part]
    address = reverse(tab.url_name, args=[project.slug])
    if missing.part == "tracker":
        address = f"{address}?stage={_stage_of(checkpoint)}#{checkpoint.key}"
    elif missing.code == "missing_block":
        address = reverse("canvas:block_here", args=[project.slug, missing.values["key"]])
    elif missing.code == "missing_risk_owner":
        address = f"{reverse('risks:risk_edit', args=[project.slug, missing.values['key']])}#id_owner"
    elif place := _place(missing.code):
        address = f"{address}#{place}"
    return Step(checkpoint, missing, tab.label, address)


# Where on its page a thing is missing, by the id of the element.
_PLACES = {
    "missing_plain_problem": "box-problem",
    "missing_objectives_differ": "box-model_objective",
    "missing_metric_model": "metrics",
    "missing_metric_project": "metrics",
    "missing_metric_economic": "metrics",
    "missing_target": "metrics",
    "missing_deadline": "metrics",
    "missing_matrix": "tier",
    "missing_register": "register",
}


def _place(code: str) -> str:
    asked = code.removeprefix("missing_")
    if any(question.key == asked for question in catalog.scope_questions()):
        return f"box-{asked}"
    return _PLACES.get(code, "")


def _stage_of(checkpoint: lifecycle.Checkpoint) -> str:
    stages = catalog.lifecycle().stages.values()
    return next(stage.key.value for stage in stages if checkpoint in stage.checkpoints)


def _no_range(project: Project) -> Refused | None:
    refused = costs.cost(project).refused if project.summary.p50 is None else None
    return None if refused is None or refused.code == "cost_nothing_answered" else refused


FILLED = 100
"""The readiness of a part in which nothing is left to fill in."""


def _parts(project: Project, found: Tracked) -> tuple[PartReadiness, ...]:
    """How far each part is, with the words for what its number leaves out."""
    open_steps = [step for gate in found.held for step in todo(project, gate.missing, all_missing=True)]
    blocks = canvas.canvas(project).completeness
    parts = []
    for tab in TABS:
        if not tab.readiness:
            continue
        ready = getattr(project.summary, tab.readiness)
        app = tab.url_name.partition(":")[0]
        asked = next((step for step in open_steps if step.missing.part == app), None) if ready >= FILLED else None
        drafts = len(blocks.draft) if tab.key == "canvas" and blocks.complete else 0
        parts.append(PartReadiness(tab.label, reverse(tab.url_name, args=[project.slug]), ready, drafts, asked))
    return tuple(parts)


def overview(project: Project) -> Overview:
    """Everything that the first page shows, apart from the summary and the advice."""
    with remembering():  # gates and parts read the same canvas
        return _overview(project)


def _overview(project: Project) -> Overview:
    found = tracked(project)
    facts = projects.facts(project)
    placed = risks.picture(project)
    top = [risk for risk in placed.open_risks if risk.band.serious]
    steps = lifecycle.next_steps(found.at, found.gates)
    return Overview(
        tracked=found,
        parts=_parts(project, found),
        steps=tuple(_step(project, checkpoint, missing) for checkpoint, missing in steps),
        risk_level=placed.placed.risk_level,
        severity_level=placed.placed.severity_level,
        top_risks=len(top),
        ownerless=sum(not risk.row.owner for risk in top),
        best=facts.get("best_baseline"),
        human=facts.get("human_baseline"),
        aim=scope.primary_metric(project),
        events=projects.events(project, 8),
        no_range=_no_range(project),
    )
