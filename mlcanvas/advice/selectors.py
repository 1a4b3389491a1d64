"""Which advice a project gets, with its sentences."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, ngettext

from mlcanvas import catalog
from mlcanvas.advice.models import Dismissal
from mlcanvas.baselines import selectors as baselines
from mlcanvas.canvas import selectors as canvas
from mlcanvas.costs import selectors as costs
from mlcanvas.domain import advice as rules
from mlcanvas.domain.canonical import digest
from mlcanvas.domain.estimate import PILOT
from mlcanvas.domain.numbers import spell_to_read
from mlcanvas.projects import selectors as projects
from mlcanvas.projects.models import Project, Row
from mlcanvas.projects.rows import selectors as rows
from mlcanvas.risks import selectors as risks
from mlcanvas.scope import selectors as scope
from mlcanvas.web.navigation import TABS


@dataclass(frozen=True, slots=True)
class Shown:
    """One piece of advice with its three sentences, the page that can mend it, and its dismissal if it has one."""

    key: str
    seen: str
    why: str
    remedy: str
    part: str | Promise
    address: str
    figures: str
    blocks: tuple[str, ...]
    dismissal: Dismissal | None


@dataclass(frozen=True, slots=True)
class AdviceList:
    """All advice for a project, the weightiest first."""

    all: tuple[Shown, ...]

    @property
    def open(self) -> tuple[Shown, ...]:
        """What nobody has set aside."""
        return tuple(shown for shown in self.all if shown.dismissal is None)

    @property
    def dismissed(self) -> tuple[Shown, ...]:
        """What somebody has set aside, for the figures of today."""
        return tuple(shown for shown in self.all if shown.dismissal is not None)

    def beside(self, block: str) -> tuple[Shown, ...]:
        """What nobody has set aside and belongs to this block of a canvas."""
        return tuple(shown for shown in self.open if block in shown.blocks)


def advice(project: Project) -> AdviceList:
    """The advice for the project as it stands."""
    dismissals = {row.key: row for row in Dismissal.objects.filter(project=project).select_related("by")}
    return AdviceList(tuple(_shown(project, found, dismissals) for found in rules.advise(picture(project))))


def count_by_block(project: Project) -> dict[str, int]:
    """How many pieces of open advice stand beside each block; blocks without any are left out.

    Reads everything that the rules read: too much for the canvas page, so the panel asks for its block alone.
    """
    return dict(Counter(block for shown in advice(project).open for block in shown.blocks))


def _shown(project: Project, found: rules.Advice, dismissals: dict[str, Dismissal]) -> Shown:
    language = get_language() or "en"
    seen, why, remedy = (
        catalog.sentence(f"advice_{found.key}{suffix}").say(language) for suffix in ("", "_why", "_do")
    )
    figures = digest(dict(found.values))
    dismissal = dismissals.get(found.key)
    tab = next(tab for tab in TABS if tab.key == found.part)
    return Shown(
        key=found.key,
        seen=seen.format_map({name: _written(value, language) for name, value in found.values.items()}),
        why=why,
        remedy=remedy,
        part=tab.label,
        address=_address(project, found, tab.url_name),
        figures=figures,
        blocks=found.blocks,
        dismissal=dismissal if dismissal is not None and dismissal.figures == figures else None,
    )


FIELDS = {"decision_nobody_takes": "decision_taker", "value_without_holdout": "holdout_share"}
"""The fact that each of these asks for: its field stands open beside the first block of the advice."""


def _address(project: Project, found: rules.Advice, page: str) -> str:
    """Where the advice can be followed: the block to begin with, where it is one of the canvas, and there its field."""
    if found.part == "canvas" and found.blocks:
        block = reverse("canvas:block_here", args=[project.slug, found.blocks[0]])
        return f"{block}#fact-{FIELDS[found.key]}" if found.key in FIELDS else block
    return reverse(page, args=[project.slug])


# More names than this make a sentence that nobody reads.
NAMED = 3


def _written(value: Any, language: str) -> str:
    if isinstance(value, tuple):
        names = ", ".join(f"“{name}”" for name in value[:NAMED])
        more = len(value) - NAMED
        said = ngettext("%(names)s and %(count)d more", "%(names)s and %(count)d more", more)
        return said % {"names": names, "count": more} if more > 0 else names
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        shown = float(f"{value:.6g}") if isinstance(value, float) else value  # a count is said as it was counted
        return spell_to_read(shown, decimal_comma=language.startswith("pt"))
    return str(value)


def picture(project: Project) -> rules.Picture:
    """What the rules look at."""
    scoped, listed = scope.scope(project), rows.rows(project)
    problem = scoped.texts.get("problem")
    summary = project.summary
    return rules.Picture(
        facts=projects.facts(project),
        problem=problem.text if problem else "",
        aims=tuple(
            rules.Aim(metric.name, metric.kind, metric.metric or metric.key, metric.direction, metric.target)
            for metric in scoped.metrics
        ),
        blocks=canvas.filled_blocks(project),
        risks=tuple(
            rules.KnownRisk(
                risk.key,
                risk.row.title,
                risk.row.category,
                risk.band.worst,
                risk.row.mitigation,
                accepted=risk.accepted and not risk.expired,
                ended=risk.expired,
            )
            for risk in risks.register(project)
            if risk.open
        ),
        tier=summary.tier,
        p50=summary.p50,
        p90=summary.p90,
        pilot_points=_pilot_points(project),
        baselines=tuple(
            rules.KnownBaseline(row.name, row.kind, row.metric, row.value, row.comparable == row.Comparable.YES)
            for row in baselines.registry(project).rows
            if row.active
        ),
        sources=tuple(_source(row) for row in listed["sources"]),
        features=tuple(_feature(row) for row in listed["features"]),
        outcomes=tuple(rules.KnownOutcome(str(row), "amount" in row.values) for row in listed["outcomes"]),
        watched=tuple(
            rules.Watched(str(row), row.values.get("owner", ""), row.values.get("threshold", ""))
            for row in listed["monitoring"]
        ),
    )


def _source(row: Row) -> rules.KnownSource:
    said = row.values
    return rules.KnownSource(
        key=row.key,
        name=str(row),
        personal=said.get("personal_data", ""),
        legal_basis=said.get("legal_basis", ""),
        refresh_hours=said.get("refresh_hours"),
    )


def _feature(row: Row) -> rules.KnownFeature:
    said = row.values
    return rules.KnownFeature(
        name=str(row),
        source=said.get("source", ""),
        available=said.get("available", ""),
        refresh_hours=said.get("refresh_hours"),
    )


def _pilot_points(project: Project) -> int:
    row = costs.answers(project).get(PILOT)
    points = costs.value_of(row) if row else ()
    return len(points) if isinstance(points, list) else 0
