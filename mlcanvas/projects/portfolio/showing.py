"""What the portfolio says in words: its filters, its bubbles and its pictures as a whole."""

from dataclasses import dataclass, replace
from typing import Any

from django.template import Context
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from mlcanvas import catalog
from mlcanvas.charts.portfolio import WHOLE, Bubble, Group, Window
from mlcanvas.domain.portfolio import Entry
from mlcanvas.domain.tags import fold
from mlcanvas.projects.portfolio.filters import NONE, SHAPES, Filters
from mlcanvas.projects.portfolio.selectors import Pictures
from mlcanvas.web.sentences import here
from mlcanvas.web.templatetags.mlcanvas import STAGES, TIERS, money, number

# In the order of `filters.SHAPES`.
_SHAPES = {"list": gettext_lazy("List"), "cards": gettext_lazy("Cards"), "chart": gettext_lazy("Pictures")}


def shapes(wanted: Filters) -> list[tuple[str, str, str]]:
    """The ways to look at these projects: key, name and address."""
    return [(key, str(_SHAPES[key]), wanted.address(shape=key)) for key in SHAPES]


def turn(wanted: Filters) -> str:
    """The address of any page of these projects, without its number at the end."""
    address = wanted.address()
    return f"{address}{'&' if '?' in address else '?'}page="


@dataclass(frozen=True, slots=True)
class Field:
    """A choice that narrows the projects: its options are words of the address with what they mean."""

    name: str
    label: str
    chosen: str
    options: tuple[tuple[str, str], ...]


def fields(
    wanted: Filters, *, workspaces: list[tuple[str, str]], owners: list[tuple[str, str]], words: list[tuple[str, int]]
) -> list[Field]:
    """The choices above the projects. One that the address makes is offered even where it leaves nothing."""
    tags = [(name, f"{name} ({count})") for name, count in words]
    tag = next((name for name, _count in words if fold(name) == fold(wanted.tag)), wanted.tag)
    stages = [(key, str(label)) for key, label in STAGES.items()]
    tiers = [(str(tier), f"{tier} · {label}") for tier, label in TIERS.items()]
    found = [
        Field("stage", _("Stage"), wanted.stage, (("", _("every stage")), *stages)),
        Field("tier", _("Risk tier"), wanted.tier, (("", _("every tier")), *tiers, (NONE, _("not scored")))),
        Field("owner", _("Project owner"), wanted.owner, (("", _("everybody")), *owners, (NONE, _("nobody yet")))),
        Field("tag", _("Tag"), tag, (("", _("every tag")), *tags)),
    ]
    if len(workspaces) > 1:
        found.insert(0, Field("workspace", _("Workspace"), wanted.workspace, (("", _("every workspace")), *workspaces)))
    return [_with_chosen(field) for field in found]


def _with_chosen(field: Field) -> Field:
    if any(word == field.chosen for word, _label in field.options):
        return field
    label = _("not in the list") if field.chosen.isdigit() else field.chosen.removeprefix("=")
    return replace(field, options=(*field.options, (field.chosen, label)))


def kept(wanted: Filters) -> list[tuple[str, str]]:
    """The filters without a field, for the form to send along: names and words of the address."""
    return [(name, word) for name, word in wanted.words() if name in ("as", "quadrant", "cell", "value", "feasibility")]


def chart(pictures: Pictures, wanted: Filters) -> dict[str, Any]:
    """All that the page of pictures shows."""
    return {
        "pictures": pictures,
        "marks": marks(pictures, wanted),
        "placed": placed(pictures),
        "tabled": tabled(pictures),
        "corners": [
            (corner, wanted.address(shape="list", quadrant=corner.quadrant.key)) for corner in pictures.corners
        ],
        "squares": [
            (row[0].risk, [(square, wanted.address(shape="list", cell=square.address)) for square in row])
            for row in pictures.squares
        ],
        "unscored_address": wanted.address(shape="list", quadrant=NONE),
        "untiered_address": wanted.address(shape="list", cell=NONE),
        "out": wanted.address(value=WHOLE, feasibility=WHOLE),
        "tiers": list(TIERS),
    }


@dataclass(frozen=True, slots=True)
class Mark:
    """A bubble or a group of the picture, where it leads and what it is called."""

    drawn: Bubble | Group
    address: str
    name: str
    group: bool


def marks(pictures: Pictures, wanted: Filters) -> list[Mark]:
    """Everything in the picture of value and feasibility, in its order."""
    words = _Words()
    return [
        Mark(mark, group_address(mark, wanted), words.group(mark), group=True)
        if isinstance(mark, Group)
        else Mark(mark, f"/p/{mark.entry.slug}/", words.bubble(mark.entry), group=False)
        for mark in pictures.scatter.marks
    ]


class _Words:
    """The names of bubbles and groups. Each sentence is looked up once for all of them."""

    def __init__(self) -> None:
        self.value, self.feasibility = _("value %(value)s"), _("feasibility %(feasibility)s")
        self.values = _("value %(low)g to %(high)g")
        self.feasibilities = _("feasibility %(low)g to %(high)g")
        self.cost, self.no_cost = _("cost P50 %(cost)s"), _("no cost yet")
        tier = _("tier %(tier)s, %(name)s")
        self.tiers = {number: tier % {"tier": number, "name": name} for number, name in TIERS.items()}
        self.tiers[0] = _("no risk tier yet")

    def bubble(self, entry: Entry) -> str:
        """One project with all that its bubble shows."""
        cost = self.no_cost
        if entry.cost is not None:
            cost = self.cost % {"cost": money(Context(), entry.cost, entry.currency, short=True)}
        value = self.value % {"value": number(entry.value, 0)}
        feasibility = self.feasibility % {"feasibility": number(entry.feasibility, 0)}
        return "; ".join((entry.name, value, feasibility, self.tiers[entry.tier or 0], cost))

    def group(self, group: Group) -> str:
        """How many projects, where, and how many of each tier."""
        count = ngettext("%(count)d project", "%(count)d projects", group.count) % {"count": group.count}
        places = (self.values % _ends(group.value), self.feasibilities % _ends(group.feasibility))
        return "; ".join((count, *places, *(f"{arc.count} × {self.tiers[arc.tier]}" for arc in group.arcs)))


def group_address(group: Group, wanted: Filters) -> str:
    """Where a group leads: to the picture of its part, or to the list where a nearer picture would show no more."""
    shape = "chart" if group.opens else "list"
    return wanted.address(shape=shape, value=group.value, feasibility=group.feasibility)


def chips(wanted: Filters) -> list[tuple[str, str]]:
    """The filters that have no field: what each says, and the address without it."""
    said: list[tuple[str, str]] = []
    if wanted.quadrant:
        name = _("without value or feasibility") if wanted.quadrant == NONE else _quadrant(wanted.quadrant)
        said.append((name, wanted.address(quadrant="")))
    if wanted.cell:
        risk, _times, severity = wanted.cell.partition("x")
        levels = {"risk": risk, "severity": severity}
        name = _("not in the risk table") if wanted.cell == NONE else _("risk %(risk)s, severity %(severity)s") % levels
        said.append((name, wanted.address(cell="")))
    if wanted.value != WHOLE:
        said.append((_("value %(low)g to %(high)g") % _ends(wanted.value), wanted.address(value=WHOLE)))
    if wanted.feasibility != WHOLE:
        said_as = _("feasibility %(low)g to %(high)g") % _ends(wanted.feasibility)
        said.append((said_as, wanted.address(feasibility=WHOLE)))
    return said


def spoken(wanted: Filters, found: list[Field]) -> list[tuple[str, str]]:
    """How the projects were narrowed, as names and words; nothing where they were not."""
    said = [(_("Find by name"), wanted.text)] if wanted.text else []
    said += [(field.label, dict(field.options)[field.chosen]) for field in found if field.chosen]
    return said + [(_("Also narrowed by"), label) for label, _address in chips(wanted)]


def _ends(window: Window) -> dict[str, float]:
    return {"low": window.low, "high": window.high}


def _quadrant(key: str) -> str:
    return here(catalog.risk_matrix().quadrant(key).name)


def placed(pictures: Pictures) -> str:
    """The picture of value and feasibility in one sentence."""
    if not pictures.scored:
        return _("No project here has both a value and a feasibility yet.")
    fullest = pictures.fullest
    return _("%(scored)s of %(total)s projects are in the picture, most of them (%(count)s) under “%(name)s”.") % {
        "scored": number(pictures.scored),
        "total": number(pictures.total),
        "count": number(fullest.count),
        "name": here(fullest.quadrant.name),
    }


def tabled(pictures: Pictures) -> str:
    """The table of risk and severity in one sentence."""
    if not pictures.tiered:
        return _("No project here has a risk tier yet.")
    return _("%(tiered)s of %(total)s projects are in the table, %(high)s of them in tier 4 or 5.") % {
        "tiered": number(pictures.tiered),
        "total": number(pictures.total),
        "high": number(pictures.high),
    }
