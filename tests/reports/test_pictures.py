"""The pictures of the report: the ways of the risks, chances, drivers, and what accuracy costs."""

import datetime
import random
import re
import xml.etree.ElementTree as ET
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlcanvas.domain.trails import TRAILS_UP_TO
from mlcanvas.reports import pdf
from mlcanvas.reports.blocks import Curve, Grid, Ranges, Table
from mlcanvas.reports.document import Edition, build
from mlcanvas.reports.forms import docx, html, markdown
from mlcanvas.reports.forms.pictures import alternative, picture
from mlcanvas.reports.options import Options
from mlcanvas.reports.sections import cost_pictures
from tests.reports import form_readers as read
from tests.reports import snapshots
from tests.reports.printing import info, ours, text

EDITION = Edition(datetime.date(2026, 11, 23))
STEPS = tuple(
    "negligible slight minor noticeable moderate considerable major severe grave catastrophic".split()  # noqa: SIM905
)


def scaled(steps, risks):
    """The rich project on a scale of so many steps, with `risks`: likelihood and severity before, today, aimed at."""
    made = snapshots.full()
    words = [{"en": word, "pt_BR": word} for word in STEPS[:steps]]
    top = steps * steps
    bands = [(1, top // 2, 2), (top // 2 + 1, top, 5)]
    made["results"]["risks"]["scale"] = {
        "version": 1,
        "likelihood": words,
        "severity": words,
        "bands": [
            {"key": f"b{first}", "first": first, "last": last, "tone": tone, "label": {"en": "band", "pt_BR": "faixa"}}
            for first, last, tone in bands
        ],
    }
    names = ("", "current_", "residual_")
    made["content"]["risks"]["register"] = [
        {"key": f"R{number:02}", "title": f"Risk {number}", "status": "open"}
        | {
            f"{name}{axis}": value
            for name, pair in zip(names, ways, strict=True)
            if pair
            for axis, value in zip(("likelihood", "severity"), pair, strict=True)
        }
        for number, ways in enumerate(risks, 1)
    ]
    return made


def many(steps, count):
    dice = random.Random(count)
    found = []
    for _ in range(count):
        before = dice.randint(1, steps), dice.randint(1, steps)
        today = tuple(dice.randint(1, most) for most in before)
        found.append((before, today, tuple(dice.randint(1, most) for most in today)))
    return scaled(steps, found)


def shown(snapshot, language="en", sections=("register", "costs")):
    return build(snapshot, EDITION, language=language, options=Options(tuple(sections)))


def blocks(report, kind):
    return [block for section in report.sections for block in section.blocks if isinstance(block, kind)]


def the_map(snapshot, language="en"):
    return next(block for block in blocks(shown(snapshot, language, ["register"]), Grid) if block.heat)


@cache
def rich(language="en"):
    return shown(snapshots.full(), language)


def without(*keys):
    made = snapshots.full()
    for key in keys:
        del made["results"]["costs"][key]
    return shown(made)


class TestMap:
    def test_a_measure_taken_is_solid_and_one_aimed_at_is_dashed(self):
        grid = the_map(scaled(5, [((4, 4), (2, 4), (1, 2))]))
        assert [arrow.planned for arrow in grid.heat.drawing.arrows] == [False, True]
        assert [dot.place for dot in grid.heat.drawing.dots] == ["inherent", "target"]
        assert [key.mark for key in grid.keys] == ["chip", "inherent", "target", "done", "planned"]

    def test_it_says_in_words_who_moves_where(self):
        grid = the_map(scaled(5, [((4, 4), (2, 4), (1, 2)), ((3, 3), None, None), ((3, 3), None, (1, 3))]))
        assert grid.ways == (
            "R01: 4 × 4 before any measure, 2 × 4 today, 1 × 2 aimed at",
            "R03: 3 × 3 today, 1 × 3 aimed at",
        )
        assert all(way in alternative(grid) for way in grid.ways)
        assert "R02" in alternative(grid)

    def test_without_targets_nothing_is_dashed_and_without_measures_nothing_is_drawn(self):
        grid = the_map(scaled(5, [((4, 4), (2, 4), None)]))
        assert [key.mark for key in grid.keys] == ["chip", "inherent", "done"]
        still = the_map(scaled(5, [((4, 4), None, None)]))
        assert [key.mark for key in still.keys] == ["chip"]
        assert "arrow" not in still.note
        assert still.ways == ()

    def test_a_risk_that_nobody_rated_is_not_on_it(self):
        grid = the_map(scaled(5, [(None, None, None), ((1, 1), None, None)]))
        assert [chip.text for chip in grid.heat.drawing.chips] == ["R02"]

    def test_positions_that_the_scale_does_not_have_are_left_out(self):
        grid = the_map(scaled(3, [((5, 1), (2, 2), (4, 1)), ((3, 3), (5, 1), None)]))
        assert [chip.text for chip in grid.heat.drawing.chips] == ["R01"]
        assert grid.heat.drawing.arrows == ()

    def test_with_more_risks_than_the_page_draws_ways_for_the_note_says_so(self):
        few = the_map(scaled(5, [((5, 5), (1, 1), None)] * TRAILS_UP_TO))
        assert len(few.heat.drawing.arrows) == TRAILS_UP_TO
        grid = the_map(scaled(5, [((5, 5), (1, 1), None)] * (TRAILS_UP_TO + 1)))
        assert (grid.heat.drawing.arrows, grid.heat.drawing.dots, grid.ways) == ((), (), ())
        assert f"more than {TRAILS_UP_TO} open risks no arrows" in grid.note
        portuguese = the_map(scaled(5, [((5, 5), (1, 1), None)] * (TRAILS_UP_TO + 1)), "pt-br")
        assert f"mais de {TRAILS_UP_TO} riscos abertos, as setas não" in portuguese.note

    @given(st.integers(2, 10), st.integers(1, 60))
    @settings(deadline=None, max_examples=40)
    def test_nothing_stands_outside_and_no_key_hides_another(self, steps, count):
        heat = the_map(many(steps, count)).heat
        drawing, size = heat.drawing, heat.measures
        assert heat.width <= 140
        (wide, high), (cell_wide, cell_high) = size.chip, size.cell
        boxes = [(chip.x - wide / 2, chip.y - high / 2, chip.x + wide / 2, chip.y + high / 2) for chip in drawing.chips]
        boxes += [(d.x - size.dot, d.y - size.dot, d.x + size.dot, d.y + size.dot) for d in drawing.dots]
        boxes += [(x, y, x, y) for arrow in drawing.arrows for x, y in (arrow.start, arrow.end, *arrow.head)]
        assert all(x0 >= 0 and y0 >= 0 and x1 <= heat.width and y1 <= heat.height for x0, y0, x1, y1 in boxes)
        for place, chip in enumerate(drawing.chips):
            # All of a key stands in one cell, above its score and the dots.
            left, up = (chip.x - wide / 2) % (cell_wide + size.gap), (chip.y - high / 2) % (cell_high + size.gap)
            assert left + wide <= cell_wide + 0.02
            assert up + high <= cell_high - size.foot - size.dot
            for other in drawing.chips[:place]:
                assert abs(chip.x - other.x) >= wide or abs(chip.y - other.y) >= high

    @pytest.mark.parametrize(
        ("steps", "count"), [(2, 9), (5, 1), pytest.param(10, 40, marks=pytest.mark.full), (5, 300)]
    )
    def test_it_stands_on_one_page(self, steps, count):
        snapshot = many(steps, count)
        made = pdf.render(shown(snapshot, sections=["register"]), ours()).pdf
        assert info(made)["Tagged"] == "yes"
        names = [f"{number} {word}" for number, word in enumerate(STEPS[:steps], 1)]
        # A name may be broken in a narrow column; the ones beside the rows are not.
        pages = [text(made, "-f", str(page), "-l", str(page)) for page in range(1, int(info(made)["Pages"]) + 1)]
        held = [page for page in pages if "Likelihood × severity of the open risks" in page]
        assert len(held) == 1
        assert all(name in held[0] for name in names)

    def test_the_page_draws_it_with_points_in_every_language(self):
        said = html.render(shown(snapshots.full(), "pt-br")).decode()
        drawn = re.search(r'<svg viewBox="0 0 [^"]*" focusable="false">.*?</svg>', said, re.S)[0]
        svg = ET.fromstring(drawn)
        figures = [
            value
            for node in svg.iter()
            for name, value in node.attrib.items()
            if name in {"x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "width", "height", "r"}
        ]
        assert len(figures) > 200
        assert all(re.fullmatch(r"-?\d+(\.\d+)?", value) for value in figures)

    def test_every_form_says_the_ways(self):
        grid = next(block for block in blocks(rich(), Grid) if block.heat)
        assert len(grid.ways) > 5
        word = " ".join(said for _level, said in read.of_docx(docx.render(rich(), ours())))
        web = " ".join(said for _level, said in read.of_html(html.render(rich())))
        marked = " ".join(said for _level, said in read.of_markdown(markdown.render(rich())))
        for way in grid.ways:
            assert way in word
            assert way in web
            assert way in marked

    def test_a_cell_says_how_many_stand_in_it(self):
        grid = the_map(scaled(5, [((4, 4), (2, 3), None)] * 2 + [((1, 1), None, None)]))
        told = {cell.told: cell.items for row in grid.cells for cell in row if cell.told}
        assert told == {
            "2 of 3 risks at likelihood 2 × severity 3": ("R01", "R02"),
            "1 of 3 risks at likelihood 1 × severity 1": ("R03",),
        }
        single = the_map(scaled(5, [((4, 4), None, None)]), "pt-br")
        assert "1 de 1 risco em probabilidade 4 × severidade 4" in [cell.told for row in single.cells for cell in row]


class TestChances:
    def test_it_is_read_at_each_chance_that_is_kept(self):
        curve = next(block for block in blocks(rich("pt-br"), Curve) if not block.band)
        kept = snapshots.full()["results"]["costs"]["chances"]
        assert len(curve.told) == len(kept)
        assert tuple(place[:2] for place in curve.told) == curve.lines[0].points
        assert curve.told[0][2] == "€\u00a038.104: 1 % de chance de ser suficiente"
        assert curve.told[curve.first][2] == "€\u00a073.090: 50 % de chance de ser suficiente"

    def test_the_named_chances_are_marked_and_told(self):
        curve = next(block for block in blocks(rich(), Curve) if not block.band)
        assert [tick.label.split()[0] for tick in curve.up] == ["P10", "P50", "P80", "P90"]
        assert [y for _x, y in curve.spots] == [900, 500, 200, 100]
        assert "P80: €\u00a086,310" in curve.alt
        table = next(table for table in blocks(rich(), Table) if table.name == curve.title)
        kept = snapshots.full()["results"]["costs"]
        assert [row[1].value for row in table.rows] == [kept[name] for name in ("p10", "p50", "p80", "p90")]

    def test_a_cost_of_nothing_has_none(self):
        made = snapshots.full()
        made["results"]["costs"]["chances"] = [[chance, 0.0] for chance in range(1, 100)]
        assert all(block.band for block in blocks(shown(made), Curve))

    @given(st.lists(st.floats(0.01, 1e12), min_size=99, max_size=99), st.sampled_from(["en", "pt-br"]))
    @settings(deadline=None, max_examples=30)
    def test_nothing_stands_outside(self, amounts, language):
        made = snapshots.full()
        made["results"]["costs"]["chances"] = [
            [chance, amount] for chance, amount in zip(range(1, 100), sorted(amounts), strict=True)
        ]
        inside(next(block for block in blocks(shown(made, language), Curve) if not block.band))


def inside(curve):
    """Every mark is in the picture, and no two names on an axis come near each other."""
    points = [point for line in curve.lines for point in line.points]
    points += [*curve.band, *curve.spots, *((flag.at, 0) for flag in curve.flags), *((zone, 0) for zone in curve.zones)]
    assert points
    assert all(0 <= x <= 1000 and 0 <= y <= 1000 for x, y in points)
    for one, other in pairwise(sorted(tick.at for tick in curve.across)):
        # 140 mm wide, and no name is wider than 11 mm.
        assert (other - one) * 0.14 >= 11
    for one, other in pairwise(sorted(tick.at for tick in curve.up)):
        # 52 mm high, and a line of type takes 3 mm.
        assert (other - one) * 0.052 >= 3
    assert len({(flag.row, flag.at) for flag in curve.flags}) == len({flag.row for flag in curve.flags})


class TestDrivers:
    def test_bars_lie_around_the_middle(self):
        chart = next(block for block in blocks(rich(), Ranges) if block.title == "What moves the range")
        assert chart.bars[0].label == "Cost of one day of work"
        (line,) = chart.lines
        assert line.label == "P50 €\u00a073,090"
        assert all(bar.start <= bar.middle == line.at <= bar.end for bar in chart.bars)
        assert chart.bars[0].text == "€\u00a058,120 → €\u00a091,240"

    def test_an_end_that_cannot_be_had_runs_to_the_edge(self):
        chart = next(block for block in blocks(rich("pt-br"), Ranges) if block.title == "O que move a faixa")
        assert chart.bars[1].end == 1000
        assert chart.bars[1].text.endswith("fora de alcance")

    def test_where_nothing_moves_it_there_is_none(self):
        made = snapshots.full()
        made["results"]["costs"]["drivers"] = {"others": 0, "items": []}
        assert "What moves the range" not in [block.title for block in blocks(shown(made), Ranges)]


class TestAccuracy:
    @pytest.fixture
    def curve(self):
        return next(block for block in blocks(rich(), Curve) if block.band)

    def test_what_is_marked(self, curve):
        assert [key.text for key in curve.keys] == [
            "target 0.45: €\u00a055,400 to €\u00a093,400, P50 €\u00a073,100",
            "best baseline 0.31",
            "today 0.25",
            "people 0.52",
            "value of 2 years of operation, likely",
            "beyond 0.58: more items than the 250,000 that exist",
            "from 0.61 on: data alone does not get there",
        ]
        assert [flag.letter for flag in curve.flags] == ["B", "T", "H"]
        assert len(curve.spots) == 1
        assert all(key.text in curve.alt for key in curve.keys if key.mark not in {"other"})

    def test_nothing_stands_outside(self, curve):
        inside(curve)
        assert "cut at the top" in curve.note

    def test_it_is_read_where_the_page_stops_and_nowhere_between(self, curve):
        kept = snapshots.full()["results"]["costs"]["accuracy"]
        assert [said.partition(":")[0].partition(" ")[0] for *_place, said in curve.told] == [
            f"{stop:g}" for stop in kept["stops"]
        ]
        assert curve.told[curve.first] == (
            *curve.spots[0],
            "0.45 (target): €\u00a055,412 to €\u00a093,402, P50 €\u00a073,090, likely with 9,400 items",
        )
        line = next(line for line in curve.lines if line.look == "main")
        assert {place[:2] for place in curve.told} <= set(line.points)

    def test_a_target_that_is_not_to_be_relied_on_is_read_as_such(self):
        made = snapshots.full()
        made["results"]["costs"]["accuracy"]["doubt"] = {"code": "cost_outside_pilot", "values": {}}
        curve = next(block for block in blocks(shown(made), Curve) if block.band)
        assert curve.told[curve.first][2].startswith("0.45 (target), not to be relied on: ")

    def test_the_table_has_its_figures(self, curve):
        table = next(table for table in blocks(rich(), Table) if table.name == curve.title)
        kept = snapshots.full()["results"]["costs"]["accuracy"]
        stops = [row for row in kept["points"] if row[0] in kept["stops"]]
        assert [[cell.value for cell in row[:4]] for row in table.rows] == [
            [row[0], row[2], row[3], row[5]] for row in stops
        ]
        assert [row[0].text for row in table.rows if row[0].strong] == ["0.45 (target)"]

    def test_without_a_target_that_can_be_had(self):
        made = snapshots.full()
        made["results"]["costs"]["accuracy"]["target"] = None
        curve = next(block for block in blocks(shown(made), Curve) if block.band)
        assert curve.spots == ()
        assert "cannot be had" in curve.note

    def test_a_cost_that_does_not_follow_the_target_is_said_and_not_drawn(self):
        made = snapshots.full()
        made["results"]["costs"]["accuracy"]["flat"] = True
        assert not [block for block in blocks(shown(made), Curve) if block.band]
        assert "the cost does not follow the target" in markdown.render(shown(made)).decode()

    @given(st.lists(st.tuples(st.floats(0, 1000), st.floats(-9000, 1000)), min_size=2, max_size=12))
    def test_what_lies_above_is_cut_at_the_edge(self, line):
        for points in ([*cost_pictures._within(line)], *cost_pictures._visible(line)):
            assert all(0 <= x <= 1000 and 0 <= y <= 1000 for x, y in points)
        kept = [(round(x), round(y)) for x, y in line if y >= 0]
        assert {point for piece in cost_pictures._visible(line) for point in piece} | set(kept) <= {
            *cost_pictures._within(line)
        }


class TestOldRevisions:
    def test_what_was_not_kept_is_left_out(self):
        old = without("chances", "drivers", "accuracy")
        assert blocks(old, Curve) == []
        assert {block.title for block in blocks(old, Ranges)} == {"Total cost", "Where the money goes"}
        assert pdf.render(old, ours()).lost == {}

    @pytest.mark.parametrize("key", ["chances", "drivers", "accuracy"])
    @pytest.mark.parametrize("wrong", [None, [], "x", 3, {}, [[1]], {"items": 3}, {"points": [[1, 2]]}, {"points": 1}])
    def test_one_of_another_shape_is_no_error(self, key, wrong):
        made = snapshots.full()
        made["results"]["costs"][key] = wrong
        assert len(blocks(shown(made), Curve)) == (2 if key == "drivers" else 1)

    @pytest.mark.parametrize(("key", "name"), [("marks", "kind"), ("boundaries", "code")])
    def test_words_of_a_later_version_are_no_error(self, key, name):
        made = snapshots.full()
        made["results"]["costs"]["accuracy"][key][0][name] = "of_tomorrow"
        assert len(blocks(shown(made), Curve)) == 1


@pytest.mark.parametrize("language", ["en", "pt-br"])
def test_pictures_are_drawn_for_documents_that_cannot(language):
    report = shown(snapshots.full(), language)
    drawn = [*blocks(report, Curve), *(block for block in blocks(report, Grid) if block.heat)]
    assert len(drawn) == 3
    for block in drawn:
        found = picture(block, language, ours(), 170)
        assert found.png.startswith(b"\x89PNG")
        assert found.alt.startswith(block.title)
        assert 50 < found.height < 140
