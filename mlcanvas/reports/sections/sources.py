"""Sources and licences: what the report builds on, and what it owes."""

from mlcanvas import catalog
from mlcanvas.reports.blocks import Block, Cell, Column, Paragraph, Table
from mlcanvas.reports.reading import Reading, rows
from mlcanvas.reports.sections import canvas


def blocks(reading: Reading) -> list[Block]:
    """One table: templates, tables of risks, sources of prices and of baselines, fonts."""
    voice = reading.voice
    table: list[tuple[Cell, ...]] = []
    if canvas.blocks(reading):
        template = canvas.template(reading)
        credit = template.credit
        table.append(
            (
                Cell(voice("sources.canvas"), strong=True),
                Cell(
                    f"{voice.say(template.name)}, {credit.author}, {credit.site}",
                    href=credit.site_url,
                ),
                Cell(", ".join(filter(None, (credit.licence, voice.say(credit.modified)))), href=credit.licence_url),
            )
        )
    if reading.part("risks").get("matrix"):
        table.append(
            (
                Cell(voice("sources.matrix"), strong=True),
                Cell(voice.say(catalog.risk_matrix().credit)),
                Cell(voice("sources.structure")),
            )
        )
    for entry in rows(reading.part("baselines").get("entries")):
        if entry.get("source_name") or entry.get("source_url") or entry.get("licence"):
            url = str(entry.get("source_url") or "")
            table.append(
                (
                    Cell(voice("sources.baseline", name=entry.get("name", ""))),
                    Cell(
                        str(entry.get("source_name") or url),
                        href=url if url.startswith(("https://", "http://")) else "",
                    ),
                    Cell(str(entry.get("licence") or voice("text.none")), muted=not entry.get("licence")),
                )
            )
    table.append(
        (
            Cell(voice("sources.fonts"), strong=True),
            Cell(voice("sources.fonts_source")),
            Cell(voice("sources.fonts_licence")),
        )
    )
    columns = (
        Column(voice("sources.what"), 4),
        Column(voice("sources.source"), 7),
        Column(voice("sources.licence"), 4),
    )
    return [Paragraph(voice("sources.intro")), Table("", columns, tuple(table))]


def missing(reading: Reading) -> list[str]:  # noqa: ARG001
    """Nothing: a project owes what it uses, and no more."""
    return []
