"""The heat map as a picture to take along: what the page draws, with everything that is needed to read it alone."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Literal
from xml.sax.saxutils import escape

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from mlcanvas import catalog
from mlcanvas.domain import risk as rules
from mlcanvas.domain import trails
from mlcanvas.domain.scale import Scale
from mlcanvas.risks import table
from mlcanvas.risks.listing import Listing
from mlcanvas.risks.selectors import Registered, in_order
from mlcanvas.typeset import Fonts, Pictures, draw
from mlcanvas.web.sentences import here

TEMPLATE = Path(__file__).parent / "typst" / "heat_map.typ"

INK = "#1d2733"
RAMP = ("#ffffff", "#eaf2ee", "#cddc9f", "#efc765", "#e48f4d", "#bd4536")
"""The colours of the tiers 1 to 5 by their number, as in `app.css` in the light theme. White words on the last."""

NAMED_UP_TO = 40
LONGEST_TITLE = 90
LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class HeatPicture:
    """A heat map with its words. `about` says which view, risks and day, `summary` how many of each band."""

    title: str
    about: str
    summary: str
    data: dict[str, Any]


def picture(project: str, asked: Listing, register: tuple[Registered, ...], scale: Scale, day: date) -> HeatPicture:
    """The picture of the risks that `asked` wants. A cell that is asked for is framed: the others stay to compare."""
    matrix = catalog.risk_matrix()
    risks = replace(asked, cell=None).rows(register)
    # The keys of a cell stand in their own order, as on the page; the list below follows the order asked for.
    pairs = [(risk.key, risk.where) for risk in sorted(risks, key=lambda risk: in_order(risk.row))]
    heat = rules.heat_map(scale, pairs, asked.show)
    drawn = trails.drawing(heat, pairs)
    title = _shortened(project, LONGEST_NAME)
    about = " · ".join([_("Risks by likelihood and severity"), *_chosen(asked), date_format(day, "DATE_FORMAT")])
    counts = ", ".join(f"{here(band.label)} {count}" for band, count in heat.counts if count)
    summary = f"{table.counted(heat.total)}: {counts}" if heat.total else _("No risk fits these filters.")
    data = {
        "title": title,
        "about": about,
        "ramp": list(RAMP),
        "ink": INK,
        "cell": {"width": trails.CELL[0], "height": trails.CELL[1], "gap": trails.GAP},
        "chip": {"width": trails.CHIP[0], "height": trails.CHIP[1]},
        "dot": trails.DOT,
        "axes": {"likelihood": _("Likelihood"), "severity": _("Severity")},
        "rows": [f"{step.value} · {here(step.label)}" for step in reversed(scale.likelihood)],
        "columns": [f"{step.value} · {here(step.label)}" for step in scale.severity],
        "cells": [
            [
                {
                    "tone": cell.band.tone,
                    "score": str(cell.score),
                    "chosen": asked.cell == (cell.likelihood, cell.severity),
                }
                for cell in row
            ]
            for row in heat.rows
        ],
        **asdict(drawn),
        "bands": [
            {"tone": band.tone, "text": f"{band.first}–{band.last} {here(band.label)}: {count}"}
            for band, count in heat.counts
        ],
        "legend": _legend(drawn),
        "list": _named(risks, asked.show) if heat.total <= NAMED_UP_TO else [],
        "summary": summary,
        "caution": here(matrix.caution),
    }
    return HeatPicture(title, about, summary, data)


def render(found: HeatPicture, fonts: Fonts, form: Literal["png", "svg"]) -> Pictures:
    """The picture as one file. An SVG says its title and its counts to people who hear it.

    Raises typeset.NotTypeset.
    """
    made = draw(TEMPLATE, found.data, language=get_language() or "en", fonts=fonts, form=form)
    if form == "png":
        return made
    title, summary = (_attribute(words) for words in (f"{found.title} – {found.about}", found.summary))
    named = f' role="img" aria-label="{title}"><title>{title}</title><desc>{summary}</desc>'
    marked = named.encode("ascii", "xmlcharrefreplace")
    return replace(made, pages=tuple(page.replace(b">", marked, 1) for page in made.pages))


def _attribute(words: str) -> str:
    plain = "".join(letter for letter in words if letter.isprintable())
    return escape(plain, {'"': "&quot;"})


def _chosen(asked: Listing) -> list[str]:
    """The view, and which risks are in the picture where they are not simply the open ones."""
    words = [table.views()[asked.show]]
    statuses = {"closed": _("closed"), "all": _("open and closed")}
    if asked.status in statuses:
        words.append(statuses[asked.status])
    if asked.category:
        labels = {category.key: here(category.label) for category in catalog.risk_matrix().categories}
        words.append(f"{_('Category')}: {labels.get(asked.category, asked.category)}")
    return words


def _legend(drawn: trails.Drawing) -> list[dict[str, str]]:
    """What the marks mean: only those that are there."""
    places = {dot.place for dot in drawn.dots}
    legs = {arrow.planned for arrow in drawn.arrows}
    known = (
        ("chip", _("a risk, by its key"), any(not chip.count for chip in drawn.chips)),
        ("count", _("how many, where they do not fit"), any(chip.count for chip in drawn.chips)),
        ("inherent", _("before any measure"), "inherent" in places),
        ("current", _("now"), "current" in places),
        ("target", _("target"), "target" in places),
        ("done", _("what was reached"), False in legs),
        ("planned", _("what is aimed at"), True in legs),
    )
    return [{"mark": mark, "text": text} for mark, text, there in known if there]


def _named(risks: Sequence[Registered], view: rules.View) -> list[dict[str, Any]]:
    """The titles behind the keys."""
    return [
        {
            "key": risk.key,
            "title": _shortened(risk.row.title, LONGEST_TITLE),
            "score": f"{spot.score} {here(risk.scale.band(spot.score).label)}",
        }
        for risk in risks
        for spot in [risk.where.seen(view)]
    ]


def _shortened(text: str, most: int) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= most else plain[:most].rstrip() + "…"
