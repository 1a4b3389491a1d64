"""What the report of a portfolio is made of: plain data, read from the database elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from mlcanvas.domain.portfolio import Entry
from mlcanvas.reports.document import Edition
from mlcanvas.reports.reading import Json, number

PARTS = ("scope", "canvas", "risks", "costs", "baselines")
"""The parts whose readiness the portfolio shows, in its order."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A project as it was chosen, with the figures of the portfolio's list.

    `readiness` is how far each of PARTS is, in per cent. `href` leads to the project's own report, empty where nobody
    knows the address of the server. With a `snapshot` (and the `edition` it is) the project has a page of its own.
    """

    entry: Entry
    workspace: str
    owner: str
    stage: str
    p10: float | None
    p90: float | None
    readiness: Mapping[str, int]
    href: str = ""
    snapshot: Json | None = None
    edition: Edition | None = None


def agreed(chosen: Chosen) -> Chosen:
    """With the figures of the snapshot where there is one, so that the table says what the project's own report says.

    A revision keeps what was computed when it was saved, the list what was computed last.
    """
    if chosen.snapshot is None:
        return chosen
    results = chosen.snapshot.get("results") or {}
    risks, costs = _mapping(results.get("risks")), _mapping(results.get("costs"))
    entry = replace(
        chosen.entry,
        value=number(risks.get("value")),
        feasibility=number(risks.get("feasibility")),
        tier=_whole(risks.get("tier")),
        severity=_whole(risks.get("severity_level")),
        cost=number(costs.get("p50")),
        currency=_currency(chosen, costs),
    )
    return replace(chosen, entry=entry, p10=number(costs.get("p10")), p90=number(costs.get("p90")))


def _currency(chosen: Chosen, costs: Json) -> str:
    """The one that the project's own report writes its amounts in."""
    project = _mapping(_mapping((chosen.snapshot or {}).get("content")).get("project"))
    return str(project.get("currency") or costs.get("currency") or chosen.entry.currency)


def _mapping(value: Any) -> Json:
    return value if isinstance(value, Mapping) else {}


def _whole(value: Any) -> int | None:
    found = number(value)
    return None if found is None else int(found)
