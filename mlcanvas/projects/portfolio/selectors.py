"""What the portfolio's lists and pictures read: of each project the row and its summary, nothing else."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Min, Prefetch

from mlcanvas import catalog
from mlcanvas.accounts.models import User
from mlcanvas.charts.portfolio import Scatter, scatter
from mlcanvas.domain.portfolio import Corner, Entry, Square, corners, sized, squares
from mlcanvas.domain.tags import fold
from mlcanvas.projects.models import Project, ProjectQuerySet, Tag
from mlcanvas.projects.portfolio.filters import Filters
from mlcanvas.workspaces.models import Membership

MOST_WORDS = 200
"""How many tags are offered, the most used ones."""


def listed(keys: Iterable[int]) -> list[Project]:
    """The projects with these primary keys, in this order, with all that a list shows.

    Sorting the keys alone and reading the rows of one page after takes a quarter of the time of sorting whole rows.
    """
    wanted = list(keys)
    # To an attribute: a queryset for each project would take half the time of a page.
    tags = Prefetch("tags", to_attr="shown_tags")
    rows = Project.objects.filter(pk__in=wanted).select_related("summary", "workspace", "owner").prefetch_related(tags)
    found = {project.pk: project for project in rows}
    return [found[key] for key in wanted if key in found]


def entries(rows: ProjectQuerySet) -> list[Entry]:
    """What the pictures show of these projects: one query, no rows of other tables than the summary."""
    scores = ("value", "feasibility", "tier", "severity", "p50", "currency")
    found = rows.order_by("pk").values_list("slug", "name", *(f"summary__{name}" for name in scores))
    return [Entry(*row) for row in found]


def owners(user: User, people: Iterable[User]) -> list[tuple[str, str]]:
    """Who answers for a project that this person may see: the word in the address, and the name.

    `people` are called as they are today, the others as the project's content calls them.
    """
    today = {person.pk: str(person) for person in people}
    rows = Project.objects.visible_to(user).exclude(owner_name="").order_by()
    names: dict[str, str] = {}
    for pk, kept in rows.values_list("owner_id", "owner_name").distinct():
        names[str(pk) if pk else f"={kept}"] = today.get(pk, kept)
    return sorted(names.items(), key=lambda named: (named[1].casefold(), named[0]))


def words(user: User) -> list[tuple[str, int]]:
    """The tags on projects that this person may see, and on how many they are; by name, at most `MOST_WORDS`."""
    rows = Tag.objects.filter(workspace__in=Membership.objects.filter(user=user).values("workspace")).order_by()
    counted = rows.values("folded").annotate(count=Count("pk"), spelt=Min("name")).order_by("-count", "folded")
    found = [(row["spelt"], row["count"]) for row in counted[:MOST_WORDS]]
    return sorted(found, key=lambda row: fold(row[0]))


@dataclass(frozen=True, slots=True)
class Pictures:
    """Both pictures of the same projects, and how many have no place in each."""

    total: int
    scatter: Scatter
    corners: tuple[Corner, ...]
    unscored: int
    squares: tuple[tuple[Square, ...], ...]
    untiered: int
    currencies: tuple[str, ...]

    @property
    def scored(self) -> int:
        """How many are among the bubbles."""
        return self.total - self.unscored

    @property
    def tiered(self) -> int:
        """How many are in the table."""
        return self.total - self.untiered

    @property
    def fullest(self) -> Corner:
        """The quadrant with the most projects; of several, the first."""
        return max(self.corners, key=lambda corner: corner.count)

    @property
    def high(self) -> int:
        """How many are in the two worst tiers."""
        return sum(square.count for row in self.squares for square in row if square.tier >= 4)


def pictures(found: list[Entry], wanted: Filters) -> Pictures:
    """The pictures of the projects that the filters left."""
    matrix, projects = catalog.risk_matrix(), sized(found)
    quadrants, cells = corners(matrix, found), squares(projects)
    return Pictures(
        total=len(found),
        scatter=scatter(projects, matrix.threshold, wanted.feasibility, wanted.value),
        corners=quadrants,
        unscored=len(found) - sum(corner.count for corner in quadrants),
        squares=cells,
        untiered=len(found) - sum(square.count for row in cells for square in row),
        currencies=tuple(sorted({entry.currency for entry in found if entry.cost is not None})),
    )
