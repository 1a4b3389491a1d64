"""The register as a list: what the address asks for, and the rows that answer."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from mlcanvas import catalog
from mlcanvas.domain.risk import VIEWS, View
from mlcanvas.domain.scale import Scale
from mlcanvas.risks.selectors import Registered, in_order

PAGE_SIZE = 100
SORTS = ("key", "title", "category", "inherent", "now", "target", "owner", "due")
STATUSES = ("open", "closed", "all")


@dataclass(frozen=True)
class Listing:
    """What is shown of the register. Everything of it is in the address, so it survives a reload and can be sent."""

    base: str
    show: View = "current"
    cell: tuple[int, int] | None = None
    category: str = ""
    status: str = "open"
    sort: str = "-now"
    page: int = 1
    everything: bool = False
    # The number of a moment of the past, the first change being 1; 0 for today.
    moment: int = 0

    def address(self, **changes: Any) -> str:
        """The address of the same list with something changed; what is at its default is left out."""
        wanted = replace(self, **{"page": 1, **changes})
        asked = {
            "show": wanted.show if wanted.show != "current" else "",
            "cell": f"{wanted.cell[0]}x{wanted.cell[1]}" if wanted.cell else "",
            "category": wanted.category,
            "status": wanted.status if wanted.status != "open" else "",
            "sort": wanted.sort if wanted.sort != "-now" else "",
            "page": str(wanted.page) if wanted.page > 1 else "",
            "all": "1" if wanted.everything else "",
            "moment": str(wanted.moment) if wanted.moment else "",
        }
        query = urlencode({name: value for name, value in asked.items() if value})
        return f"{self.base}?{query}" if query else self.base

    @property
    def query(self) -> str:
        """What a write hands on, so that its answer shows the same list: the part from the question mark on."""
        return self.address().removeprefix(self.base)

    def rows(self, register: tuple[Registered, ...]) -> list[Registered]:
        """The risks that are asked for, in the order asked for."""
        found = [risk for risk in register if self._wanted(risk)]
        found.sort(key=lambda risk: in_order(risk.row))
        name = self.sort.removeprefix("-")
        if name != "key":
            found.sort(key=lambda risk: _value(risk, name), reverse=self.sort.startswith("-"))
        elif self.sort.startswith("-"):
            found.reverse()
        return found

    def _wanted(self, risk: Registered) -> bool:
        if self.status != "all" and risk.row.status != self.status:
            return False
        if self.category and risk.row.category != self.category:
            return False
        spot = risk.where.seen(self.show)
        return self.cell is None or self.cell == (spot.likelihood, spot.severity)


def _value(risk: Registered, name: str) -> Any:
    where = risk.where
    values: dict[str, Any] = {
        "title": risk.row.title.casefold(),
        "category": risk.row.category,
        "inherent": where.inherent.score,
        "now": where.current.score,
        "target": where.target.score if where.target else 0,
        # What nobody has filled in comes last.
        "owner": (not risk.row.owner, risk.row.owner.casefold()),
        "due": risk.row.due or date.max,
    }
    return values[name]


def asked(query: QueryDict, base: str, scale: Scale) -> Listing:
    """The list that the address asks for; what it cannot mean is left at its default."""
    show = query.get("show", "")
    sort = query.get("sort", "")
    return Listing(
        base=base,
        show=next((view for view in VIEWS if view == show), "current"),
        cell=cell(query.get("cell", ""), scale),
        category=next((c.key for c in catalog.risk_matrix().categories if c.key == query.get("category")), ""),
        status=next((status for status in STATUSES if status == query.get("status")), "open"),
        sort=sort if sort.removeprefix("-") in SORTS else "-now",
        page=_count(query.get("page", "")) or 1,
        everything=query.get("all") == "1",
        moment=moment(query),
    )


def moment(query: QueryDict) -> int:
    """The number of the moment of the past that the address asks for; 0 for today."""
    return _count(query.get("moment", ""))


def _count(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0


def cell(text: str, scale: Scale) -> tuple[int, int] | None:
    """Likelihood and severity of `4x3`; None for what the scale does not have."""
    for likelihood in scale.likelihood:
        for severity in scale.severity:
            if text == f"{likelihood.value}x{severity.value}":
                return likelihood.value, severity.value
    return None
