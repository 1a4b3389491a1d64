"""Risk and impact: the tier with its answers and its rule, value and feasibility."""

from mlcanvas import catalog
from mlcanvas.domain.risk import tier_of
from mlcanvas.reports.blocks import Block, Callout, Cell, Column, Grid, GridCell, Paragraph, Table
from mlcanvas.reports.reading import Reading, number

LEVELS = (1, 2, 3)


def blocks(reading: Reading) -> list[Block]:
    """The table, the answers, the rule, then the factors of value and feasibility."""
    voice, matrix = reading.voice, catalog.risk_matrix()
    answers = reading.part("risks").get("matrix") or {}
    found: list[Block] = []
    if answers:
        result = reading.result("risks")
        tier = result.get("tier")
        if tier:
            known = matrix.tier(int(tier))
            alias = voice.say(result.get("tier_alias") or known.alias)
            said = [voice.say(result.get("tier_advice") or known.advice), voice("tier.in_source", alias=alias)]
            if (figures := standing(reading)) and (name := quadrant(reading)):
                said.append(voice("tier.value", figures=figures, name=name))
            found.append(
                Callout(
                    voice("tier.result", number=tier, name=voice.say(result.get("tier_name") or known.name)),
                    tuple(said),
                )
            )
        else:
            found.append(Paragraph(voice("tier.open")))
        found.append(_grid(reading))
        found.append(_answers(reading))
    if factors := _factors(reading):
        found.append(factors)
    return found


def missing(reading: Reading) -> list[str]:
    """The questions of the table without an answer."""
    voice, answers = reading.voice, reading.part("risks").get("matrix") or {}
    open_ = [voice.say(factor.label) for factor in catalog.risk_matrix().factors if factor.key not in answers]
    if not answers:
        return [voice("missing.tier")]
    return [voice("missing.tier_some", names=voice.several(open_))] if open_ else []


def standing(reading: Reading) -> str:
    """Value and feasibility as far as they are scored, or nothing."""
    voice, risks = reading.voice, reading.result("risks")
    value, feasibility = number(risks.get("value")), number(risks.get("feasibility"))
    figures = (("value", value), ("feasibility", feasibility))
    said = {name: voice.number(figure, 0) for name, figure in figures if figure is not None}
    if not said:
        return ""
    key = "value_feasibility" if len(said) == len(figures) else f"{next(iter(said))}_only"
    return voice(f"summary.{key}", **said)


def quadrant(reading: Reading) -> str:
    """The name of the priority, or nothing."""
    result = reading.result("risks")
    key = result.get("quadrant")
    if result.get("quadrant_name"):
        return reading.voice.say(result["quadrant_name"])
    return next((reading.voice.say(known.name) for known in catalog.risk_matrix().quadrants if known.key == key), "")


def _grid(reading: Reading) -> Grid:
    voice, matrix, result = reading.voice, catalog.risk_matrix(), reading.result("risks")
    names = {level: voice(f"tier.level_{level}") for level in LEVELS}
    cells = []
    for risk in reversed(LEVELS):
        row = []
        for severity in LEVELS:
            tier = matrix.tier(tier_of(risk, severity))
            chosen = (result.get("risk_level"), result.get("severity_level")) == (risk, severity)
            row.append(
                GridCell(
                    tier.number,
                    f"{tier.number} · {voice.say(tier.name)}",
                    note=voice("tier.here") if chosen else "",
                    chosen=chosen,
                )
            )
        cells.append(tuple(row))
    return Grid(
        title=voice("tier.table"),
        row_axis=voice("tier.risk_axis"),
        column_axis=voice("tier.severity_axis"),
        row_labels=tuple(f"{level} {names[level]}" for level in reversed(LEVELS)),
        column_labels=tuple(f"{level} {names[level]}" for level in LEVELS),
        cells=tuple(cells),
        note=voice("tier.note"),
    )


def _answers(reading: Reading) -> Table:
    voice, matrix, result = reading.voice, catalog.risk_matrix(), reading.result("risks")
    answers = reading.part("risks").get("matrix") or {}
    table = []
    for factor in matrix.factors:
        level = factor.level(str(answers.get(factor.key)))
        axis = voice("tier.risk_axis" if factor.axis == "risk" else "tier.severity_axis")
        table.append(
            (
                Cell(voice.say(factor.label), note=voice.say(factor.question), strong=True),
                Cell(axis),
                Cell(voice.say(level.label) if level else voice("text.none"), muted=level is None),
                Cell(f"{level.level} · {voice(f'tier.level_{level.level}')}" if level else "–", muted=level is None),
            )
        )
    rule = str(result.get("rule") or "max")
    label = next((voice.say(known.label) for known in matrix.rules if known.key == rule), rule)
    version = result.get("rule_version") or reading.versions.get("risks")
    said = voice("tier.rule_version", version=version) if version else ""
    columns = (
        Column(voice("tier.factor"), 7),
        Column(voice("tier.axis"), 3),
        Column(voice("tier.answer"), 4),
        Column(voice("tier.level"), 3),
    )
    return Table(
        voice("tier.answers"), columns, tuple(table), note=voice("tier.rule", rule=label, version=said).strip() + "."
    )


def _factors(reading: Reading) -> Table | None:
    voice = reading.voice
    answered = reading.part("risks").get("factors") or {}
    table = []
    for factor in catalog.risk_matrix().score_factors:
        points = number(answered.get(factor.key))
        if points is None or not factor.asked:
            continue
        place = int(points)
        said = voice.say(factor.levels[place]) if 0 <= place < len(factor.levels) else ""
        table.append(
            (
                Cell(voice.say(factor.label), note=voice.say(factor.question), strong=True),
                Cell(voice("tier.side_value" if factor.side == "value" else "tier.side_risk")),
                Cell(said),
                Cell(str(place), value=points),
            )
        )
    if not table:
        return None
    columns = (
        Column(voice("tier.factor"), 8),
        Column(voice("tier.axis"), 3),
        Column(voice("tier.answer"), 5),
        Column(voice("tier.points"), 0, number=True),
    )
    return Table(voice("tier.standing"), columns, tuple(table), note=voice("tier.standing_note"))
