"""The scoping report as PDF/UA-1, and one canvas as PDF/UA-1 or as a picture."""

from dataclasses import fields, replace
from pathlib import Path
from typing import Any, Literal
from xml.sax.saxutils import escape

from mlcanvas.reports.blocks import Block, Canvas, Curve, Grid
from mlcanvas.reports.document import ScopingReport
from mlcanvas.reports.prose import plain
from mlcanvas.reports.sheet import Paper, Sheet
from mlcanvas.typeset import Fonts, Pictures, Typeset, draw, printable, typeset

TEMPLATE = Path(__file__).parent / "typst" / "scoping.typ"
SHEET = TEMPLATE.with_name("canvas_page.typ")
LONGEST_HEADER = 90


def render(report: ScopingReport, fonts: Fonts, laid: dict[str, Any] | None = None) -> Typeset:
    """The PDF of a report and the characters that could not be printed. Equal reports give equal bytes.

    `laid` is what `data` gives of the report, where it is known already. Raises typeset.NotTypeset when the template
    and the report do not fit each other: a mistake of ours.
    """
    logo = report.options.logo
    return typeset(
        TEMPLATE,
        laid or data(report),
        language=report.language,
        fonts=fonts,
        made_on=report.made_on,
        look={"accent": report.options.accent},
        pictures={"logo": logo.png} if logo else None,
    )


def unprintable(report: ScopingReport, fonts: Fonts) -> dict[str, int]:
    """How often each character that no font can print stands in the report, without making the PDF."""
    return printable(data(report), fonts).lost


def render_sheet(sheet: Sheet, fonts: Fonts, paper: Paper) -> Typeset:
    """The PDF of one canvas; what does not fit on its page follows on an annex. Equal sheets give equal bytes.

    Raises typeset.NotTypeset.
    """
    found = sheet_data(sheet, paper)
    return typeset(SHEET, found, language=sheet.language, fonts=fonts, made_on=sheet.edition.made_on)


def draw_sheet(sheet: Sheet, fonts: Fonts, paper: Paper, form: Literal["png", "svg"]) -> Pictures:
    """One canvas as one picture. A block whose text does not fit says that the rest is in the PDF.

    Nothing in a picture links: the SVG that Typst writes does not escape addresses. An SVG says its title to people who
    hear it. Raises typeset.NotTypeset.
    """
    shown = replace(sheet, canvas=replace(sheet.canvas, continues=sheet.elsewhere))
    found = _without_links(sheet_data(shown, paper)) | {"whole": False}
    made = draw(SHEET, found, language=sheet.language, fonts=fonts, form=form)
    if form == "png":
        return made
    said = "".join(letter for letter in f"{sheet.title} – {sheet.canvas.title}" if letter.isprintable())
    title = escape(said, {'"': "&quot;"})
    named = f' role="img" aria-label="{title}"><title>{title}</title>'.encode("ascii", "xmlcharrefreplace")
    return replace(made, pages=tuple(page.replace(b">", named, 1) for page in made.pages))


def _without_links(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: "" if key == "href" else _without_links(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_without_links(item) for item in value]
    return value


def sheet_unprintable(sheet: Sheet, fonts: Fonts) -> dict[str, int]:
    """How often each character that no font can print stands in the canvas, without making a file."""
    return printable(sheet_data(sheet, "a4"), fonts).lost


def sheet_data(sheet: Sheet, paper: Paper) -> dict[str, Any]:
    """One canvas as its template reads it."""
    return {
        "title": sheet.title,
        "subject": sheet.subject,
        "state": sheet.state,
        "authors": list(sheet.authors),
        "furniture": dict(sheet.furniture),
        "canvas": _block(sheet.canvas),
        "paper": paper,
        "whole": True,
    }


def data(report: ScopingReport) -> dict[str, Any]:
    """The report as the template reads it."""
    logo = report.options.logo
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
        "paper": report.options.paper,
        "logo": {"text": logo.text, "width": logo.width, "height": logo.height} if logo else None,
        "sections": [
            {
                "key": section.key,
                "title": section.title,
                "number": section.number,
                "wide": section.wide,
                "fresh": section.fresh,
                "blocks": [_block(block) for block in section.blocks],
            }
            for section in report.sections
        ],
    }


def _plain(value: Any) -> Any:
    """A value of dataclasses as JSON has it. `dataclasses.asdict` copies every text and takes three times as long."""
    if isinstance(value, (str, int, float)) or value is None:
        return value
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}


def _block(block: Block) -> dict[str, Any]:
    # Nobody points at paper.
    found: dict[str, Any] = _plain(replace(block, told=()) if isinstance(block, Curve) else block)
    if isinstance(block, Grid):
        found["alt"] = block.standing
    if isinstance(block, Canvas):
        # The size of the type is looked for from here, instead of from the largest for every text.
        for drawn, box in zip(found["blocks"], block.blocks, strict=True):
            drawn["letters"] = len(plain(box.nodes))
    return found
