"""The report of a portfolio as a value: from plain data alone, laid out by the forms of the scoping report."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from mlcanvas import catalog
from mlcanvas.domain.canonical import canonical_json
from mlcanvas.domain.portfolio import ranked
from mlcanvas.domain.refusal import Refused
from mlcanvas.reports.blocks import Answer, Block, Callout, Section
from mlcanvas.reports.document import USUAL, ScopingReport, lacking, read
from mlcanvas.reports.options import Options
from mlcanvas.reports.portfolio import pictures, ranking
from mlcanvas.reports.portfolio.chosen import Chosen, agreed
from mlcanvas.reports.prose import Node, Span
from mlcanvas.reports.reading import Reading
from mlcanvas.reports.sections import summary
from mlcanvas.reports.sections.decision import content_digest, grouped
from mlcanvas.reports.voice import Voice

MOST = 300
"""How many projects one report holds: more is no ranking that somebody reads."""
MOST_PAGES = 50
"""How many of them have a page of their own: the first ones by the figures of the list."""


def counted(count: int) -> int:
    """The same number, where so many projects can be reported.

    Raises Refused (`portfolio_report_empty`, `portfolio_report_many`).
    """
    if not count:
        raise Refused("portfolio_report_empty", path="project")
    if count > MOST:
        raise Refused("portfolio_report_many", path="project", count=count, most=MOST)
    return count


def build(
    chosen: Sequence[Chosen],
    said: Iterable[tuple[str, str]],
    made_on: date,
    *,
    language: str,
    options: Options = USUAL,
) -> ScopingReport:
    """The report of these projects, whatever order they come in. `said` is how they were chosen, for the cover.

    The same projects in the same state give an equal report. Raises Refused as `counted` does.
    """
    counted(len(chosen))
    voice = Voice(language, "EUR")
    known = {one.entry.slug: agreed(one) for one in chosen}
    order = [known[entry.slug] for entry in ranked(catalog.risk_matrix(), (one.entry for one in known.values()))]
    readings = {one.entry.slug: _reading(one, language) for one in order}
    missing = {slug: lacking(reading) for slug, reading in readings.items() if reading is not None}
    first = ranking.blocks(order, missing, voice)
    if without := len(order) - len(missing):
        note = voice("portfolio.without_page", count=without, most=MOST_PAGES)
        first.insert(1, Callout(voice("portfolio.pages"), (note,), tone="warning"))
    pages = []
    for place, one in enumerate(order, 1):
        reading = readings[one.entry.slug]
        if reading is not None:
            blocks = _page(one, reading, missing[one.entry.slug], voice)
            pages.append(Section(f"project-{place}", one.entry.name or "–", tuple(blocks), place, fresh=True))
    digest = _digest(order)
    cover = [
        *said,
        (voice("portfolio.workspaces"), voice.several(sorted({one.workspace for one in order}), 12)),
        (voice("cover.date"), voice.date(made_on)),
        (voice("cover.digest"), grouped(digest)),
    ]
    example = any(one.edition is not None and one.edition.example for one in order)
    return ScopingReport(
        title=voice.counted("portfolio.title", len(order), count=len(order)),
        kind=voice("portfolio.kind"),
        language="pt-br" if voice.portuguese else "en",
        revision=voice.date(made_on),
        warning=voice("portfolio.examples") if example else "",
        made_on=made_on,
        digest=digest,
        authors=(),
        cover=tuple(line for line in cover if line[1]),
        furniture={name: voice(f"cover.{name}") for name in ("contents", "page", "of")}
        | {"subject": voice("portfolio.subject"), "continued": voice("canvas.continued")},
        sections=(
            Section("ranking", voice("portfolio.ranking"), tuple(first), wide=True),
            Section("pictures", voice("portfolio.pictures"), tuple(pictures.blocks([x.entry for x in order], voice))),
            *pages,
        ),
        missing=(),
        options=replace(options, sections=(), brief=False),
    )


def _reading(one: Chosen, language: str) -> Reading | None:
    return None if one.snapshot is None or one.edition is None else read(one.snapshot, one.edition, language)


def _page(one: Chosen, reading: Reading, missing: Sequence[str], voice: Voice) -> list[Block]:
    """The summary of the project's own report, under a line on which state of it this is."""
    words = [Span("text", " · ".join(filter(None, ranking.about(one, voice))))]
    if one.href:
        words += [Span("text", " · "), Span("link", href=one.href, spans=(Span("text", voice("portfolio.open")),))]
    return [
        Answer(voice("cover.state"), (Node("paragraph", spans=tuple(words)),)),
        *summary.blocks(reading, missing, {}, elsewhere=voice("portfolio.elsewhere")),
    ]


def _digest(order: Sequence[Chosen]) -> str:
    """SHA-256 over what the projects say, in their order."""
    told = [content_digest(one.snapshot["content"]) if one.snapshot else [one.entry.slug] for one in order]
    return hashlib.sha256(canonical_json(told).encode("utf-8", "surrogatepass")).hexdigest()
