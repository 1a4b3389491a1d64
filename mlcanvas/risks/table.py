"""The register to take along: every column of every risk that is asked for, in the language of the reader."""

import csv
import io
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from mlcanvas import catalog
from mlcanvas.domain.risk import Named, Treatment
from mlcanvas.domain.scale import Band, Position, Scale, Step
from mlcanvas.domain.spreadsheet import guarded, unturned
from mlcanvas.projects.models import Project
from mlcanvas.risks import links, selectors
from mlcanvas.risks.listing import Listing
from mlcanvas.risks.models import Risk
from mlcanvas.risks.selectors import Registered
from mlcanvas.web.sentences import here

Value = str | int | date | None

_SIGNS = re.compile(r"([\\`*_{}\[\]<>#|~&])")


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `key` is the same in every language; `band` is there where the value is the word for a band.

    `width` is in characters; a column of text may be long and is broken into lines.
    """

    key: str
    label: str
    value: Callable[[Registered], Value]
    width: int = 10
    text: bool = False
    band: Callable[[Registered], Band | None] | None = None


def whole(project: Project, scale: Scale) -> tuple[Registered, ...]:
    """The register with all its texts, in one query."""
    return selectors.registered(Risk.objects.of(project), scale)


def columns() -> tuple[Column, ...]:
    """All columns of the register, in the order in which a risk is read."""
    matrix = catalog.risk_matrix()
    categories, stages, treatments = (
        _words(things) for things in (matrix.categories, matrix.stages, matrix.treatments)
    )
    labels = {link.value: here(link.label) for group in links.groups() for link in group.links}
    statuses = {str(value): str(label) for value, label in Risk.Status.choices}
    return (
        Column("key", _("Key"), lambda risk: risk.row.key, 7),
        Column("title", _("Title"), lambda risk: risk.row.title, 44, text=True),
        Column("category", _("Category"), lambda risk: categories.get(risk.row.category, risk.row.category), 14),
        Column("cause", _("Cause"), lambda risk: risk.row.cause, 36, text=True),
        Column("event", _("Event"), lambda risk: risk.row.event, 36, text=True),
        Column("effect", _("Effect"), lambda risk: risk.row.effect, 36, text=True),
        Column("stage", _("Stage"), lambda risk: stages.get(risk.row.stage, risk.row.stage), 14),
        *_places(
            "inherent",
            (_("Likelihood, before"), _("Severity, before"), _("Score, before"), _("Band, before")),
            lambda risk: risk.where.inherent,
            lambda risk: risk.inherent_band,
        ),
        *_places(
            "now",
            (_("Likelihood, now"), _("Severity, now"), _("Score, now"), _("Band, now")),
            lambda risk: risk.where.current,
            lambda risk: risk.band,
        ),
        *_places(
            "target",
            (_("Likelihood, target"), _("Severity, target"), _("Score, target"), _("Band, target")),
            lambda risk: risk.where.target,
            lambda risk: risk.target_band,
        ),
        Column("treatment", _("Treatment"), lambda risk: treatments.get(risk.row.treatment, risk.row.treatment), 14),
        Column("mitigation", _("What is done about it"), lambda risk: risk.row.mitigation, 52, text=True),
        Column("owner", _("Owner"), lambda risk: risk.row.owner, 18, text=True),
        Column("due", _("Due"), lambda risk: risk.row.due, 11),
        Column("status", _("Status"), lambda risk: statuses.get(risk.row.status, risk.row.status), 10),
        Column("accepted_until", _("Accepted until"), lambda risk: risk.row.accepted_until, 11),
        Column("accepted_by", _("Accepted by"), lambda risk: risk.row.accepted_by, 18, text=True),
        Column("accepted_on", _("Accepted on"), lambda risk: risk.row.accepted_on, 11),
        Column("accepted_why", _("Why it is accepted"), lambda risk: risk.row.accepted_why, 36, text=True),
        Column(
            "links",
            _("Linked to"),
            lambda risk: "\n".join(labels.get(one, one) for one in risk.row.links),
            36,
            text=True,
        ),
    )


def _words(things: Iterable[Named | Treatment]) -> dict[str, str]:
    return {thing.key: here(thing.label) for thing in things}


def _places(
    name: str,
    labels: tuple[str, str, str, str],
    place: Callable[[Registered], Position | None],
    band: Callable[[Registered], Band | None],
) -> tuple[Column, ...]:
    def part(attribute: str) -> Callable[[Registered], Value]:
        def value(risk: Registered) -> Value:
            spot = place(risk)
            return None if spot is None else int(getattr(spot, attribute))

        return value

    def word(risk: Registered) -> Value:
        found = band(risk)
        return None if found is None else here(found.label)

    return (
        Column(f"{name}_likelihood", labels[0], part("likelihood")),
        Column(f"{name}_severity", labels[1], part("severity")),
        Column(f"{name}_score", labels[2], part("score")),
        Column(f"{name}_band", labels[3], word, band=band),
    )


def filters(asked: Listing, total: int, scale: Scale) -> list[tuple[str, str]]:
    """What the rows were chosen by, as pairs of a name and a value to read."""
    matrix = catalog.risk_matrix()
    statuses = {"open": _("open"), "closed": _("closed"), "all": _("open and closed")}
    said = [(_("Risks"), str(total)), (_("Status"), statuses.get(asked.status, asked.status))]
    if asked.category:
        said.append((_("Category"), _words(matrix.categories).get(asked.category, asked.category)))
    if asked.cell:
        likelihood, severity = asked.cell
        named = _("likelihood %(likelihood)s, severity %(severity)s") % {
            "likelihood": _step(scale.likelihood, likelihood),
            "severity": _step(scale.severity, severity),
        }
        said.append((_("Cell"), f"{named} ({views()[asked.show]})"))
    said.append((_("Sorted by"), _order(asked.sort)))
    return said


def counted(total: int) -> str:
    """How many risks."""
    return ngettext("%(count)d risk", "%(count)d risks", total) % {"count": total}


def views() -> dict[str, str]:
    """The three positions of a risk by the name of their view."""
    return {"current": _("Now"), "inherent": _("Before any measure"), "target": _("Target")}


def _step(steps: tuple[Step, ...], value: int) -> str:
    return next((f"{step.value} · {here(step.label)}" for step in steps if step.value == value), str(value))


def _order(sort: str) -> str:
    name = sort.removeprefix("-")
    labels = {
        "key": _("Key"),
        "title": _("Title"),
        "category": _("Category"),
        "inherent": _("Score, before"),
        "now": _("Score, now"),
        "target": _("Score, target"),
        "owner": _("Owner"),
        "due": _("Due"),
    }
    sentence = _("%(column)s, falling") if sort.startswith("-") else _("%(column)s, rising")
    return sentence % {"column": labels.get(name, name)}


def to_csv(risks: Iterable[Registered]) -> bytes:
    """The table as CSV, RFC 4180, UTF-8 with the mark by which Excel knows it; `docs/risk-register.md` describes it.

    Separated by commas; in Portuguese by semicolons, because Excel splits at the list separator of its country.
    """
    found = columns()
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";" if (get_language() or "en").startswith("pt") else ",")
    writer.writerow([column.label for column in found])
    writer.writerows([_plain(column.value(risk)) for column in found] for risk in risks)
    # What is no character in UTF-8 is stored by no database; written anyway, it must not end the file.
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8", "replace")


def _plain(value: Value) -> str | int:
    if isinstance(value, str):
        return guarded(value)
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else value


def to_markdown(risks: Iterable[Registered]) -> str:
    """The columns that fit a mail or a ticket as a table in GitHub's Markdown, every text on one line."""
    by_key = {column.key: column for column in columns()}
    kept = ("key", "title", "category", "inherent_score", "now_score", "target_score", "mitigation", "owner", "due")
    shown = [by_key[key] for key in kept]
    shown = [
        replace(column, value=_with_band(column, by_key)) if column.key == "now_score" else column for column in shown
    ]
    lines = [
        "| " + " | ".join(_escaped(column.label) for column in shown) + " |",
        "|"
        + "|".join(" ---: " if column.key in {"inherent_score", "target_score"} else " --- " for column in shown)
        + "|",
    ]
    lines += ["| " + " | ".join(_marked(column.value(risk)) for column in shown) + " |" for risk in risks]
    return "\n".join(lines) + "\n"


def _with_band(score: Column, by_key: dict[str, Column]) -> Callable[[Registered], Value]:
    word = by_key["now_band"].value
    return lambda risk: f"{score.value(risk)} · {word(risk)}"


def _marked(value: Value) -> str:
    text = value.isoformat() if isinstance(value, date) else "" if value is None else str(value)
    return _escaped(text) or "–"


def _escaped(text: str) -> str:
    return _SIGNS.sub(r"\\\1", " ".join(unturned(text).split()))
