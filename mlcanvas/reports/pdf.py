"""The scoping report as PDF/UA-1."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from mlcanvas.reports.blocks import Block, Canvas
from mlcanvas.reports.document import ScopingReport
from mlcanvas.reports.prose import plain
from mlcanvas.typeset import Fonts, Typeset, printable, typeset

TEMPLATE = Path(__file__).parent / "typst" / "scoping.typ"
LONGEST_HEADER = 90


def render(report: ScopingReport, fonts: Fonts) -> Typeset:
    """The PDF of a report and the characters that could not be printed. Equal reports give equal bytes.

    Raises typeset.NotTypeset when the template and the report do not fit each other: a mistake of ours.
    """
    return typeset(TEMPLATE, data(report), language=report.language, fonts=fonts, made_on=report.made_on)


def unprintable(report: ScopingReport, fonts: Fonts) -> dict[str, int]:
    """How often each character that no font can print stands in the report, without making the PDF."""
    return printable(data(report), fonts).lost


def data(report: ScopingReport) -> dict[str, Any]:
    """The report as the template reads it."""
    return {
        "title": report.title,
        "cover_title": report.title,
        "header": report.title if len(report.title) <= LONGEST_HEADER else report.title[:LONGEST_HEADER].rstrip() + "…",
        "kind": report.kind,
        "revision": report.revision,
        "warning": report.warning,
        "authors": list(report.authors),
        "cover": [list(line) for line in report.cover],
        "furniture": dict(report.furniture),
        "sections": [
            {
                "key": section.key,
                "title": section.title,
                "number": section.number,
                "blocks": [_block(block) for block in section.blocks],
            }
            for section in report.sections
        ],
    }


def _block(block: Block) -> dict[str, Any]:
    found = asdict(block)
    if isinstance(block, Canvas):
        # The size of the type is looked for from here, instead of from the largest for every text.
        for drawn, box in zip(found["blocks"], block.blocks, strict=True):
            drawn["letters"] = len(plain(box.nodes))
    return found
