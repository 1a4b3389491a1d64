"""What changed since the last revision that somebody decided on."""

from mlcanvas.reports.blocks import Block, Cell, Column, Paragraph, Table
from mlcanvas.reports.reading import Change, Reading

MOST_ROWS = 60
LONGEST = 400


def blocks(reading: Reading) -> list[Block]:
    """Which decision is meant, then a table for each part: what, as it was, as it is."""
    since, voice = reading.since, reading.voice
    if since is None:
        return []
    intro = voice("changes.since", number=since.number, date=voice.date(since.day), decision=since.decision)
    if not since.changes:
        return [Paragraph(intro), Paragraph(voice("changes.none"))]
    found: list[Block] = [Paragraph(intro)]
    columns = tuple(Column(voice(f"changes.{key}"), width) for key, width in (("what", 4), ("before", 5), ("now", 5)))
    room = MOST_ROWS
    for part in dict.fromkeys(change.part for change in since.changes):
        changes = [change for change in since.changes if change.part == part]
        shown, room = changes[:room], max(0, room - len(changes))
        if shown:
            rows = tuple(_row(change) for change in shown)
            left = len(changes) - len(shown)
            found.append(Table(part, columns, rows, voice("changes.more", count=left) if left else ""))
    return found


def _row(change: Change) -> tuple[Cell, ...]:
    return Cell(change.label, strong=True), Cell(_short(change.before) or "–"), Cell(_short(change.after) or "–")


def _short(text: str) -> str:
    plain = text.strip()
    return plain if len(plain) <= LONGEST else plain[:LONGEST].rstrip() + "…"


def missing(reading: Reading) -> list[str]:  # noqa: ARG001
    """Nothing: before the first decision there is nothing to compare with."""
    return []
