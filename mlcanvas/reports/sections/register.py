"""The risk register: heat map, what is done about the worst, the full list."""

from collections import Counter
from collections.abc import Mapping, Sequence

from mlcanvas import catalog
from mlcanvas.domain.risk import Positions
from mlcanvas.domain.scale import Band, Position, Scale, Step
from mlcanvas.domain.text import Text
from mlcanvas.reports.blocks import Block, Cell, Column, Grid, Mark, Table
from mlcanvas.reports.reading import Json, Reading, number, rows
from mlcanvas.reports.sections import heat

WORST = 5
MOMENTS = ("inherent", "current", "residual")


def blocks(reading: Reading) -> list[Block]:
    """The map of the open risks, the worst with their mitigation, and all of them."""
    register = rows(reading.part("risks").get("register"))
    if not register:
        return []
    ranked = sorted(register, key=lambda risk: (risk.get("status") == "closed", -_score(risk), str(risk.get("key"))))
    return [_map(reading, register), _full(reading, ranked)]


def missing(reading: Reading) -> list[str]:
    """An empty register, open risks that nobody owns, and those whose acceptance has ended."""
    voice, register = reading.voice, rows(reading.part("risks").get("register"))
    if not register:
        return [voice("missing.register")]
    wanting = {
        "register_owner": [str(risk["key"]) for risk in register if _open(risk) and not risk.get("owner")],
        "register_ended": [str(risk["key"]) for risk in register if _open(risk) and _ended(reading, risk)],
    }
    return [voice(f"missing.{name}", names=voice.several(keys)) for name, keys in wanting.items() if keys]


def _ended(reading: Reading, risk: Json) -> bool:
    """Whether somebody accepted the risk until a day that is past on the day of the report."""
    # Days are written as ISO says, so that their order is that of their texts.
    return bool(reading.day and str(risk.get("accepted_until") or "~") < reading.day.isoformat())


def _acceptance(reading: Reading, risk: Json) -> str:
    """Who lives with the risk, until when and why, or that this is over."""
    if not risk.get("accepted_until"):
        return ""
    said = "register.ended" if _ended(reading, risk) else "register.accepted"
    who, why = (str(risk.get(f"accepted_{name}") or "") for name in ("by", "why"))
    return reading.voice(said, who=who, until=reading.voice.date(risk["accepted_until"]), why=why)


def _open(risk: Json) -> bool:
    return bool(risk.get("status", "open") != "closed")


def _pair(risk: Json, when: str) -> tuple[int, int] | None:
    prefix = "" if when == "inherent" else f"{when}_"
    likelihood, severity = number(risk.get(f"{prefix}likelihood")), number(risk.get(f"{prefix}severity"))
    if likelihood is None or severity is None:
        return None
    return int(likelihood), int(severity)


def _today(risk: Json) -> tuple[int, int] | None:
    """Likelihood and severity as things stand: before any mitigation where nothing else was said."""
    return _pair(risk, "current") or _pair(risk, "inherent")


def _score(risk: Json) -> int:
    pair = _today(risk)
    return pair[0] * pair[1] if pair else 0


def kept_scale(reading: Reading) -> Scale:
    """The scale that the snapshot was made on. One from before scales were kept stood on that of the catalogue."""
    kept = reading.result("risks").get("scale")
    if not isinstance(kept, Mapping):
        return catalog.risk_matrix().scale
    likelihood, severity = (
        tuple(Step(value, Text(**label)) for value, label in enumerate(kept[axis], 1))
        for axis in ("likelihood", "severity")
    )
    bands = (
        Band(band["key"], int(band["first"]), int(band["last"]), int(band["tone"]), Text(**band["label"]))
        for band in rows(kept["bands"])
    )
    return Scale(int(kept.get("version", 0)), likelihood, severity, tuple(bands))


def _map(reading: Reading, register: Sequence[Json]) -> Grid:
    voice, scale = reading.voice, kept_scale(reading)
    counts = Counter(scale.band(_score(risk)).key for risk in register if _open(risk) and _score(risk))
    bands = [
        voice("register.band_count", count=counts[band.key], band=voice.say(band.label))
        for band in reversed(scale.bands)
        if counts[band.key]
    ]
    open_ = sum(map(_open, register))
    standing = [(str(risk["key"]), where) for risk in register if _open(risk) and (where := _where(risk))]
    note = voice.counted("register.map_note", open_, open=open_, bands=voice.several(bands) or "–")
    return heat.grid(reading, scale, standing, note, listed=len(register))


def _where(risk: Json) -> Positions | None:
    """Where a risk came from, is, and should go, None for one that nobody has rated."""
    today, target = _today(risk), _pair(risk, "residual")
    if today is None:
        return None
    before = _pair(risk, "inherent") or today
    return Positions(Position(*before), Position(*today), Position(*target) if target else None)


def _full(reading: Reading, register: Sequence[Json]) -> Table:
    voice, scale = reading.voice, kept_scale(reading)
    columns = (
        Column(voice("register.id"), 0),
        Column(voice("register.risk"), 11),
        Column(voice("register.level"), 0),
        Column(voice("register.mitigation"), 9),
    )
    return Table(voice("register.all"), columns, tuple(_row(reading, scale, risk) for risk in register), sorts=True)


def _row(reading: Reading, scale: Scale, risk: Json) -> tuple[Cell, ...]:
    voice, matrix = reading.voice, catalog.risk_matrix()
    categories = {named.key: voice.say(named.label) for named in matrix.categories}
    treatments = {named.key: voice.say(named.label) for named in matrix.treatments}
    category = categories.get(str(risk.get("category")), "")
    *causes, effect = [str(risk[key]).strip() for key in ("cause", "event", "effect") if risk.get(key)] or [""]
    chain = " → ".join([*(cause.removesuffix(".") for cause in causes), effect])
    treatment = treatments.get(str(risk.get("treatment")), "")
    owner = str(risk.get("owner") or "")
    due = voice("register.due", date=voice.date(risk["due"])) if risk.get("due") else ""
    title = str(risk.get("title", ""))
    return (
        Cell(str(risk.get("key", "")), strong=True),
        Cell(
            title if _open(risk) else f"{title} ({voice('register.closed')})",
            detail=chain,
            note=category,
            strong=_open(risk),
            muted=not _open(risk),
        ),
        Cell(
            "",
            marks=tuple(_mark(reading, scale, when, _pair(risk, when)) for when in MOMENTS),
            order=str(_score(risk)),
        ),
        Cell(
            str(risk.get("mitigation") or ""),
            detail=_acceptance(reading, risk),
            note=" · ".join(filter(None, (treatment, owner or voice("register.nobody"), due))),
        ),
    )


def _mark(reading: Reading, scale: Scale, when: str, pair: tuple[int, int] | None) -> Mark:
    label = reading.voice(f"register.{when}")
    if pair is None:
        return Mark(label, "–")
    score = pair[0] * pair[1]
    band = scale.band(score)
    return Mark(
        label,
        f"{score}\u00a0{reading.voice.say(band.label)}",
        note=reading.voice("register.score", likelihood=pair[0], severity=pair[1]),
        tone=band.tone,
    )
