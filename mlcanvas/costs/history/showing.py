"""The history page's rows, in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from mlcanvas import catalog
from mlcanvas.charts.cost_history import HistoryPicture, picture
from mlcanvas.costs import words
from mlcanvas.costs.history import selectors
from mlcanvas.costs.history.selectors import Recorded
from mlcanvas.domain.estimate.record import Moved
from mlcanvas.web.sentences import here
from mlcanvas.web.templatetags.mlcanvas import number


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is not the same: what it is called, what it was, what it is."""

    label: str
    before: str
    after: str

    @property
    def head(self) -> str:
        """The label as it stands before an answer."""
        return words.head(self.label)


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One estimate beside the one before: its changes, None where the answers were not kept."""

    recorded: Recorded
    previous: Recorded | None
    changes: list[Change] | None


def changes(moved: Iterable[Moved], currency: str) -> list[Change]:
    """What moved, in words; amounts are in `currency`."""
    return [_change(each, currency) for each in moved]


def _change(each: Moved, currency: str) -> Change:
    if each.kind == "answer":
        before, after = (words.answer(each.key, value, currency) for value in (each.before, each.after))
        return Change(words.label(each.key), before, after)
    if each.kind == "fact":
        name, before = words.fact(each.key, each.before)
        return Change(name, before, words.fact(each.key, each.after)[1])
    if each.kind == "target":
        return Change(_("Target"), _target(each.before), _target(each.after))
    labels = {
        "currency": _("Currency"),
        "seed": _("Seed of the simulation"),
        "rules": _("Version of the rules"),
        "catalogue": _("Version of the figures"),
    }
    return Change(labels[each.kind], str(each.before), str(each.after))


def _target(value: Any) -> str:
    if value is None:
        return _("none")
    metric = catalog.metrics().get(value[0]) if value[0] else None
    return f"{here(metric.label)} {number(value[1])}" if metric else number(value[1])


def rows(found: list[Recorded]) -> list[HistoryRow]:
    """The estimates, each beside the next older one of the list; one that is there only for that is left out."""
    shown = []
    for place, each in enumerate(found[: selectors.SHOWN]):
        previous = found[place + 1] if place + 1 < len(found) else None
        moved = selectors.moved(previous, each) if previous else []
        shown.append(
            HistoryRow(each, previous, None if moved is None else changes(moved, str(each.result["currency"])))
        )
    return shown


def drawn(shown: list[HistoryRow]) -> HistoryPicture | None:
    """The picture of the estimates in one currency, the oldest first; None where there are fewer than two."""
    if not shown:
        return None
    currency = shown[0].recorded.result["currency"]
    same = [row.recorded for row in reversed(shown) if row.recorded.result["currency"] == currency]
    return picture([(str(each.number), each.result) for each in same]) if len(same) > 1 else None
