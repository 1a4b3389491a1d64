"""What others may ask about the scope."""

from dataclasses import dataclass

from mlcanvas import catalog
from mlcanvas.domain import scope as rules
from mlcanvas.projects import selectors as projects
from mlcanvas.projects.memo import remembered
from mlcanvas.projects.models import Passage, Project
from mlcanvas.scope.models import SuccessMetric


@dataclass(frozen=True, slots=True)
class Scope:
    """All that the scope says: passages by question, metrics in their order."""

    texts: dict[str, Passage]
    metrics: tuple[SuccessMetric, ...]

    @property
    def answered(self) -> frozenset[str]:
        """The keys of the questions that have an answer."""
        return frozenset(key for key, passage in self.texts.items() if passage.text.strip())

    @property
    def primary(self) -> SuccessMetric | None:
        """The model metric that the project aims at."""
        return next((metric for metric in self.metrics if metric.primary), None)

    @property
    def readiness(self) -> int:
        """0 to 100."""
        return rules.readiness(
            [question.key for question in catalog.scope_questions()],
            self.answered,
            metric_with_target=any(metric.target is not None for metric in self.metrics),
        )


@remembered
def scope(project: Project) -> Scope:
    """The whole scope, in two queries."""
    return Scope(projects.texts(project, "scope"), metrics(project))


@remembered
def metrics(project: Project) -> tuple[SuccessMetric, ...]:
    """The success metrics: the primary one first, then model, project and economic ones as they were added."""
    order = {kind: place for place, kind in enumerate(SuccessMetric.Kind.values)}
    rows = SuccessMetric.objects.filter(project=project)
    return tuple(sorted(rows, key=lambda row: (not row.primary, order[row.kind], row.pk)))


@remembered
def primary_metric(project: Project) -> SuccessMetric | None:
    """The model metric that costs and baselines compare with, or None."""
    return SuccessMetric.objects.filter(project=project, primary=True).first()
