"""The legal tier: what the answers say, since when, what it asks for. Never legal advice."""

from mlcanvas import catalog
from mlcanvas.reports.blocks import Block, Callout, Cell, Column, Paragraph, Table
from mlcanvas.reports.reading import Json, Reading, rows


def blocks(reading: Reading) -> list[Block]:
    """The tier with its reasons, the dates, the duties, the notes, and where the data comes from."""
    found = _found(reading)
    if not found:
        return []
    voice = reading.voice
    blocks: list[Block] = [_standing(reading, found), *_open(reading, found)]
    blocks += filter(None, (_reasons(reading, found), _dates(reading, found), _duties(reading, found)))
    blocks += [
        Callout(voice.say(note.get("title")), (voice.say(note.get("text")), _why(reading, note)))
        for note in rows(found.get("notes"))
    ]
    origin = voice("legal.origin", version=found.get("version"), date=voice.date(str(found.get("as_of"))))
    blocks.append(Paragraph(f"{origin} {voice.say(catalog.legal().caution)}", muted=True))
    return blocks


def missing(reading: Reading) -> list[str]:
    """A questionnaire that nobody answered, or that does not suffice for a tier."""
    found = _found(reading)
    if not found:
        return [reading.voice("missing.legal")]
    if found.get("tier"):
        return []
    names = [reading.voice.say(label) for label in found.get("open") or ()]
    return [reading.voice("missing.legal_some", names=reading.voice.several(names))]


def _found(reading: Reading) -> Json:
    """What followed from the answers, or nothing while none of them says more than where the project is used."""
    found: Json = reading.result("risks").get("legal") or {}
    answered = reading.part("risks").get("legal") or found.get("tier") == "outside"
    return found if answered else {}


def _standing(reading: Reading, found: Json) -> Callout:
    voice = reading.voice
    disclaimer = voice.say(catalog.legal().disclaimer)
    if found.get("tier"):
        said = (voice.say(found.get("tier_what")), voice.say(found.get("tier_advice")), disclaimer)
        return Callout(voice("legal.result", name=voice.say(found.get("tier_name"))), said, tone="warning")
    floor = voice("legal.floor", name=voice.say(found["floor_name"])) if found.get("floor_name") else ""
    return Callout(voice("legal.undecided"), tuple(filter(None, (floor, disclaimer))), tone="warning")


def _open(reading: Reading, found: Json) -> list[Block]:
    names = [reading.voice.say(label) for label in found.get("open") or ()]
    return [Paragraph(reading.voice("legal.open", names=reading.voice.several(names, 20)))] if names else []


def _reasons(reading: Reading, found: Json) -> Table | None:
    voice = reading.voice
    table = tuple(
        (
            Cell(voice.say(reason.get("label")), strong=True),
            Cell(
                ", ".join(voice.say(answer) for answer in reason.get("answers") or ()),
                note=voice("legal.unsure") if reason.get("unsure") else "",
            ),
        )
        for reason in rows(found.get("reasons"))
    )
    if not table:
        return None
    columns = (Column(voice("legal.question"), 2), Column(voice("legal.answer"), 3))
    return Table(voice("legal.because"), columns, table)


def _dates(reading: Reading, found: Json) -> Table | None:
    voice = reading.voice
    table = tuple(
        (Cell(voice.date(str(milestone.get("on"))), strong=True), Cell(voice.say(milestone.get("text"))))
        for milestone in rows(found.get("dates"))
    )
    if not table:
        return None
    columns = (Column(voice("legal.day"), 0), Column(voice("legal.applies"), 1))
    return Table(voice("legal.dates"), columns, table)


def _duties(reading: Reading, found: Json) -> Table | None:
    voice = reading.voice
    named: dict[tuple[str, str], list[str]] = {}
    for layer in rows(found.get("layers")):
        for duty in rows(layer.get("duties")):
            named.setdefault((str(duty.get("article")), voice.say(duty.get("text"))), []).append(
                voice.say(layer.get("label"))
            )
    table = tuple(
        (Cell(article, strong=True), Cell(text, note=" · ".join(labels))) for (article, text), labels in named.items()
    )
    if not table or found.get("tier") == "outside":
        return None
    columns = (Column(voice("legal.article"), 0), Column(voice("legal.duty"), 1))
    penalties = dict.fromkeys(
        voice.say(layer["penalty"]) for layer in rows(found.get("layers")) if layer.get("penalty")
    )
    return Table(voice("legal.duties"), columns, table, note=" ".join(penalties))


def _why(reading: Reading, note: Json) -> str:
    voice = reading.voice
    because = "; ".join(voice.say(reason) for reason in note.get("because") or ())
    return voice("legal.note", source=voice.say(note.get("source")), because=because)
