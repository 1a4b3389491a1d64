"""The one-page summary: figures, problem, objectives, benefit, decision, recommendation, what is missing."""

from collections.abc import Mapping, Sequence
from textwrap import shorten

from mlcanvas import catalog
from mlcanvas.reports.blocks import Answer, Block, Callout, Tile, Tiles
from mlcanvas.reports.prose import excerpt, parse
from mlcanvas.reports.reading import Reading, rows
from mlcanvas.reports.sections import cost_worth, costs, lifecycle, tier

MOST_MISSING = 9
LONGEST_DECISION = 240
"""How many letters of a decision and its reason are told; the section of the decision has all of it."""
BESIDE_A_DECISION = 0.7
"""What is left of the room for the texts of the scope where a decision has to stand on the same page."""


def blocks(reading: Reading, missing: Sequence[str], numbers: Mapping[str, int], elsewhere: str = "") -> list[Block]:
    """The page, given what the other sections miss and under which number each stands.

    `elsewhere` says where the rest of a text is that was cut, when the section of the scope is not beside it.
    """
    voice, scope = reading.voice, reading.part("scope")
    found: list[Block] = []
    if tiles := _tiles(reading):
        found.append(Tiles(tuple(tiles)))
    share = BESIDE_A_DECISION if reading.decision else 1.0
    for key, name, limit in (
        ("problem", "summary.problem", 520),
        ("business_objective", "summary.business", 260),
        ("model_objective", "summary.model", 260),
    ):
        if scope.get(key):
            nodes, cut = excerpt(parse(scope[key]), round(share * limit))
            more = voice("text.more_in", section=numbers["scope"]) if "scope" in numbers else elsewhere
            found.append(Answer(voice(name), nodes, more if cut else ""))
    found += cost_worth.in_short(reading)
    if reading.decision:
        found.append(_decision(reading, numbers, elsewhere))
    found.append(Callout(voice("summary.recommendation"), tuple(_recommendation(reading))))
    if costs.estimated(reading):
        exact = {"section": numbers["costs"]} if "costs" in numbers else {}
        rounded = voice("summary.rounded_here" if exact else "summary.rounded", **exact)
        found.append(costs.total_chart(reading, voice.rounded, rounded))
    if missing:
        shown = list(missing[:MOST_MISSING])
        if len(missing) > MOST_MISSING:
            shown.append(voice("summary.more_missing", count=len(missing) - MOST_MISSING))
        found.append(Callout(voice("summary.missing"), tuple(shown), tone="warning"))
    else:
        found.append(Callout(voice("summary.missing"), (voice("summary.complete"),)))
    return found


def _tiles(reading: Reading) -> list[Tile]:
    voice, risks, money = reading.voice, reading.result("risks"), reading.result("costs")
    found = []
    if number := risks.get("tier"):
        known = catalog.risk_matrix().tier(int(number))
        text = voice("summary.tier_of", number=known.number, name=voice.say(risks.get("tier_name") or known.name))
        found.append(
            Tile(voice("summary.tier"), text, voice.say(risks.get("tier_alias") or known.alias), tone=known.number)
        )
    if standing := tier.standing(reading):
        found.append(Tile(voice("summary.priority"), tier.quadrant(reading) or voice("summary.open"), standing))
    if costs.estimated(reading):
        low, high = voice.rounded(float(money["p10"])), voice.rounded(float(money["p90"]))
        note = voice("summary.cost_range", low=low, high=high)
        found.append(Tile(voice("summary.cost"), voice.about(float(money["p50"])), note))
    if stage := lifecycle.current(reading):
        gates = rows(stage.get("gates"))
        met, total = sum(bool(gate.get("met")) for gate in gates), len(gates)
        note = voice.counted("summary.gates", total, met=met, total=total) if gates else ""
        found.append(Tile(voice("summary.stage"), lifecycle.label(reading, stage), note))
    return found


def _decision(reading: Reading, numbers: Mapping[str, int], elsewhere: str) -> Callout:
    """Who decided what and when, with the reason."""
    voice, (day, said) = reading.voice, reading.decision or ("", "")
    told = shorten(said, LONGEST_DECISION, placeholder=" …")
    words = voice("summary.decision", day=day, said=told)
    if told != " ".join(said.split()):
        more = voice("text.more_in", section=numbers["decision"]) if "decision" in numbers else elsewhere
        words = " ".join(filter(None, (words, more)))
    return Callout(voice("cover.decided"), (words,))


def _recommendation(reading: Reading) -> list[str]:
    voice, risks, matrix = reading.voice, reading.result("risks"), catalog.risk_matrix()
    found = []
    if name := tier.quadrant(reading):
        key = risks.get("quadrant")
        known = next((voice.say(known.advice) for known in matrix.quadrants if known.key == key), "")
        advice = voice.say(risks.get("quadrant_advice")) or known
        found.append(voice("summary.recommend_priority", name=name, advice=advice))
    if number := risks.get("tier"):
        named = matrix.tier(int(number))
        name = voice.say(risks.get("tier_name") or named.name)
        advice = voice.say(risks.get("tier_advice") or named.advice)
        found.append(voice("summary.recommend_tier", number=named.number, name=name, advice=advice))
    return found or [voice("summary.recommend_none")]
