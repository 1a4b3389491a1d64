"""The scoping report as a value: built from a snapshot, laid out by any form."""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from mlcanvas.reports.blocks import Block, Section
from mlcanvas.reports.options import Options
from mlcanvas.reports.reading import Reading, Since
from mlcanvas.reports.sections import (
    baselines,
    canvas,
    changes,
    costs,
    decision,
    legal,
    lifecycle,
    register,
    rows,
    scope,
    sources,
    summary,
    tier,
)
from mlcanvas.reports.sections.decision import content_digest, grouped
from mlcanvas.reports.voice import Voice


@dataclass(frozen=True, slots=True)
class Chapter:
    """How a section comes about. A `wide` one stands on landscape pages, a `fresh` one begins a page."""

    key: str
    blocks: Callable[[Reading], list[Block]]
    missing: Callable[[Reading], list[str]]
    wide: bool = False
    fresh: bool = False


BODY: tuple[Chapter, ...] = (
    Chapter("scope", scope.blocks, scope.missing, fresh=True),
    Chapter("canvas", canvas.blocks, canvas.missing, wide=True),
    Chapter("rows", rows.blocks, rows.missing),
    Chapter("tier", tier.blocks, tier.missing),
    Chapter("legal", legal.blocks, legal.missing),
    Chapter("register", register.blocks, register.missing),
    # The costs are what many turn to first; and as they are the longest part, the pages before and after their
    # beginning are laid out at once.
    Chapter("costs", costs.blocks, costs.missing, fresh=True),
    Chapter("baselines", baselines.blocks, baselines.missing),
    Chapter("lifecycle", lifecycle.blocks, lifecycle.missing),
    Chapter("changes", changes.blocks, changes.missing),
    Chapter("sources", sources.blocks, sources.missing),
    Chapter("decision", decision.blocks, decision.missing),
)
"""The sections after the summary, in order. A new one is a module and a line here."""


KEYS = tuple(chapter.key for chapter in BODY)
USUAL = Options(KEYS)
"""All sections in their usual order, on A4."""


def section_titles(language: str) -> dict[str, str]:
    """The title of each section by its key."""
    voice = Voice(language, "EUR")
    return {key: voice(f"section.{key}") for key in KEYS}


@dataclass(frozen=True, slots=True)
class Edition:
    """Which state of the project is reported: a numbered revision, or the working copy of a day.

    `authors` are shown where the canvas does not say who designed it. `record` are the sentences about what happened
    on the revision, oldest first, each with its day; `decided` is the decision that counts among them, and `decision`
    its day and the sentence with its reason. `example` says that the project is marked as one: its text is invented.
    `since` is the decision before, and what changed after it.
    """

    made_on: datetime.date
    number: int | None = None
    authors: tuple[str, ...] = ()
    record: tuple[tuple[datetime.date, str], ...] = ()
    decided: str = ""
    example: bool = False
    since: Since | None = None
    decision: tuple[datetime.date, str] | None = None


@dataclass(frozen=True, slots=True)
class ScopingReport:
    """Everything that a report says, in one language.

    `cover` are the lines of the first page, `furniture` the small texts around the pages by name. `missing` are
    sentences about what the project does not have yet. `currency` is that of the project.
    """

    title: str
    kind: str
    language: str
    revision: str
    warning: str
    made_on: datetime.date
    digest: str
    authors: tuple[str, ...]
    cover: tuple[tuple[str, str], ...]
    furniture: Mapping[str, str]
    sections: tuple[Section, ...]
    missing: tuple[str, ...]
    options: Options
    currency: str = ""


def build(
    snapshot: Mapping[str, Any], edition: Edition, *, language: str | None = None, options: Options = USUAL
) -> ScopingReport:
    """The report of a snapshot (`content`, `results`, `versions`), in the project's language unless another is asked.

    A part that the project does not have is named in the summary and left out of the body. What `options` leave out is
    not in the body either; the summary names what is missing all the same.
    """
    reading = read(snapshot, edition, language)
    project, voice = reading.part("project"), reading.voice
    missing = lacking(reading)
    body: list[Section] = []
    chapters = {chapter.key: chapter for chapter in BODY}
    for chapter in () if options.brief else [chapters[key] for key in options.sections]:
        if found := chapter.blocks(reading):
            title = voice(f"section.{chapter.key}")
            body.append(Section(chapter.key, title, tuple(found), len(body) + 2, chapter.wide, chapter.fresh))
    numbers = {section.key: section.number for section in body}
    first = Section("summary", voice("section.summary"), tuple(summary.blocks(reading, missing, numbers)), 1)
    shown = canvas_author(reading) or edition.authors
    revision = voice("cover.revision", number=edition.number) if edition.number else voice("cover.working")
    sha256 = content_digest(reading.content)
    warnings = {"example": edition.example, "unsigned": not edition.number}
    cover = [
        (voice("cover.state"), revision),
        (voice("cover.decided"), edition.decided),
        (voice("cover.date"), voice.date(edition.made_on)),
        (voice("cover.authors"), ", ".join(shown)),
        (voice("cover.iteration"), str(project.get("iteration") or 1)),
        (voice("cover.digest"), grouped(sha256)),
    ]
    return ScopingReport(
        title=str(project.get("name") or "–"),
        kind=voice("cover.kind"),
        language="pt-br" if voice.portuguese else "en",
        revision=revision,
        warning=" · ".join(voice(f"cover.{key}") for key, holds in warnings.items() if holds),
        made_on=edition.made_on,
        digest=sha256,
        authors=shown,
        cover=tuple(line for line in cover if line[1]),
        furniture={name: voice(f"cover.{name}") for name in ("contents", "page", "of", "subject")}
        | {name: voice(f"canvas.{name}") for name in ("continued",)},
        sections=(first, *body),
        missing=missing,
        options=options,
        currency=voice.currency,
    )


def read(snapshot: Mapping[str, Any], edition: Edition, language: str | None = None) -> Reading:
    """A snapshot as the sections read it, in the project's language unless another is asked."""
    project = snapshot["content"].get("project") or {}
    voice = Voice(language or str(project.get("language") or "en"), str(project.get("currency") or "EUR"))
    record = tuple((voice.date(day), sentence) for day, sentence in edition.record)
    results, versions = snapshot.get("results") or {}, snapshot.get("versions") or {}
    decision = (voice.date(edition.decision[0]), edition.decision[1]) if edition.decision else None
    return Reading(snapshot["content"], results, versions, voice, record, edition.made_on, edition.since, decision)


def lacking(reading: Reading) -> tuple[str, ...]:
    """What the project does not have yet, a sentence each, in the order of the sections."""
    return tuple(sentence for chapter in BODY for sentence in chapter.missing(reading))


def canvas_author(reading: Reading) -> tuple[str, ...]:
    """Whom the canvas names as its designers."""
    said = str(reading.part("canvas").get("designed_by") or "").strip()
    return (said,) if said else ()
