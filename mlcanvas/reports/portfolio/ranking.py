"""The table of the ranked projects, what their costs add up to, and the rule that ranks them."""

from collections.abc import Mapping, Sequence

from mlcanvas import catalog
from mlcanvas.domain.portfolio import totals
from mlcanvas.domain.risk import quadrant_of
from mlcanvas.reports.blocks import Block, Callout, Cell, Column, Paragraph, Table, Tile, Tiles
from mlcanvas.reports.portfolio.chosen import PARTS, Chosen
from mlcanvas.reports.voice import Voice

MOST_TOTALS = 3
"""How many currencies have a tile of their own."""
MOST_MISSING = 2
"""How many sentences about what is missing stand in the table; the page of the project has them all."""

_WORDS = dict(zip(PARTS, ("part_scope", "part_canvas", "part_risks", "part_costs", "part_baselines"), strict=True))


def blocks(ranked: Sequence[Chosen], lacking: Mapping[str, Sequence[str]], voice: Voice) -> list[Block]:
    """Figures of the whole, the table, the rule. `lacking` is what each project with a page misses, by its slug."""
    found: list[Block] = [Tiles(tuple(_tiles(ranked, voice)))]
    sums = totals(one.entry for one in ranked)
    if len(sums) > MOST_TOTALS:
        said = (f"{_about(voice, total.currency, total.amount)} ({total.count})" for total in sums)
        found.append(Paragraph(voice("portfolio.totals", sums=", ".join(said))))
    found.append(_table(ranked, lacking, voice))
    found.append(Callout(voice("portfolio.rule"), tuple(_rule(ranked, voice))))
    return found


def _about(voice: Voice, currency: str, amount: float) -> str:
    return Voice(voice.language, currency).about(amount)


def _tiles(ranked: Sequence[Chosen], voice: Voice) -> list[Tile]:
    matrix = catalog.risk_matrix()
    keys = [quadrant_of(matrix, one.entry.value, one.entry.feasibility) for one in ranked]
    first = matrix.quadrants[0]
    high = sum((one.entry.tier or 0) >= 4 for one in ranked)
    found = [
        Tile(
            voice.say(first.name),
            voice.number(keys.count(first.key)),
            voice("portfolio.of_all", count=len(ranked), open=keys.count(None)),
        ),
        Tile(voice("portfolio.high_tiers"), voice.number(high), voice("portfolio.of_chosen", count=len(ranked))),
    ]
    sums = totals(one.entry for one in ranked)
    found += [
        Tile(
            voice("portfolio.total", currency=total.currency),
            _about(voice, total.currency, total.amount),
            voice.counted("portfolio.total_of", total.count, count=total.count),
        )
        for total in sums
        if len(sums) <= MOST_TOTALS
    ]
    return found


def _rule(ranked: Sequence[Chosen], voice: Voice) -> list[str]:
    names = ", ".join(f"“{voice.say(quadrant.name)}”" for quadrant in catalog.risk_matrix().quadrants)
    found = [
        voice("portfolio.rule_order", names=names),
        voice("portfolio.rule_ties"),
        voice("portfolio.rule_costs"),
        voice("portfolio.rule_figures"),
    ]
    sums = totals(one.entry for one in ranked)
    if sums:
        found += [voice("portfolio.rule_sums"), voice("portfolio.rule_rounded")]
    if len(sums) > 1:
        found.append(voice("portfolio.rule_currencies"))
    return found


def _table(ranked: Sequence[Chosen], lacking: Mapping[str, Sequence[str]], voice: Voice) -> Table:
    columns = (
        Column(voice("portfolio.place"), 0, number=True),
        Column(voice("portfolio.project"), 12),
        Column(voice("summary.priority"), 6),
        Column(voice("portfolio.value"), 0, number=True),
        Column(voice("portfolio.feasibility"), 0, number=True),
        Column(voice("summary.tier"), 7),
        Column(voice("portfolio.cost"), 8, number=True),
        Column(voice("summary.stage"), 8),
        Column(voice("summary.missing"), 14),
    )
    rows = tuple(_row(place, one, lacking.get(one.entry.slug), voice) for place, one in enumerate(ranked, 1))
    return Table(voice("portfolio.table"), columns, rows)


def _row(place: int, one: Chosen, lacking: Sequence[str] | None, voice: Voice) -> tuple[Cell, ...]:
    entry, matrix = one.entry, catalog.risk_matrix()
    key = quadrant_of(matrix, entry.value, entry.feasibility)
    tier = matrix.tier(entry.tier) if entry.tier else None
    return (
        Cell(str(place), strong=True, value=float(place)),
        Cell(entry.name, note=" · ".join(filter(None, about(one, voice))), strong=True, href=one.href),
        Cell(voice.say(matrix.quadrant(key).name)) if key else Cell(voice("summary.open"), muted=True),
        _score(entry.value, voice),
        _score(entry.feasibility, voice),
        Cell(f"{tier.number} · {voice.say(tier.name)}", tone=tier.number) if tier else Cell("–", muted=True),
        _cost(one, voice),
        _ready(one, voice),
        _missing(lacking, voice),
    )


def about(one: Chosen, voice: Voice) -> list[str]:
    """Where a project belongs, who answers for it, and which state of it is reported."""
    edition = one.edition
    if edition is None:
        state = voice("portfolio.from_list")
    elif edition.number:
        state = f"{voice('cover.revision', number=edition.number)}, {voice.date(edition.made_on)}"
    else:
        state = voice("cover.working")
    example = voice("portfolio.example") if edition is not None and edition.example else ""
    return [one.workspace, one.owner, state, example]


def _score(score: float | None, voice: Voice) -> Cell:
    return Cell("–", muted=True) if score is None else Cell(voice.number(score, 0), value=score)


def _cost(one: Chosen, voice: Voice) -> Cell:
    entry = one.entry
    if entry.cost is None:
        return Cell("–", muted=True)
    own = Voice(voice.language, entry.currency)
    note = ""
    if one.p10 is not None and one.p90 is not None:
        note = voice("portfolio.cost_range", low=own.rounded(one.p10), high=own.rounded(one.p90))
    return Cell(own.rounded(entry.cost), note=note, value=entry.cost, exact=own.money(entry.cost))


def _ready(one: Chosen, voice: Voice) -> Cell:
    """The stage, how many parts are ready, and how far the others are."""
    stage = next((known.label for known in catalog.lifecycle().stage if known.key == one.stage), one.stage)
    shares = [(voice(f"portfolio.{word}"), one.readiness.get(part, 0)) for part, word in _WORDS.items()]
    note = voice("portfolio.ready", full=sum(share >= 100 for _name, share in shares), total=len(_WORDS))
    open_ = ", ".join(f"{name} {share} %" for name, share in shares if share < 100)
    return Cell(voice.say(stage), note=f"{note}: {open_}" if open_ else note)


def _missing(lacking: Sequence[str] | None, voice: Voice) -> Cell:
    if lacking is None:
        return Cell(voice("portfolio.see_report"), muted=True)
    if not lacking:
        return Cell(voice("portfolio.nothing_missing"))
    shown = list(lacking[:MOST_MISSING])
    if len(lacking) > MOST_MISSING:
        shown.append(voice("summary.more_missing", count=len(lacking) - MOST_MISSING))
    return Cell("", detail="\n".join(shown))
