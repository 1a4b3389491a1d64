"""The report of several projects: its order, its figures, its pages, in every form."""

import datetime
import random
import re
import time
from dataclasses import replace
from functools import cache

import pytest

from mlcanvas.domain.portfolio import Entry
from mlcanvas.domain.refusal import Refused
from mlcanvas.reports import pdf
from mlcanvas.reports.blocks import Answer, Bubbles, Callout, Grid, Paragraph, Ranges, Table, Tiles
from mlcanvas.reports.document import USUAL, Edition
from mlcanvas.reports.document import build as build_one
from mlcanvas.reports.forms import docx, html, markdown, workbook
from mlcanvas.reports.portfolio.chosen import Chosen, agreed
from mlcanvas.reports.portfolio.document import MOST, build
from tests.reports import form_readers as read
from tests.reports import snapshots
from tests.reports.printing import info, ours, text

DAY = datetime.date(2026, 11, 27)
SAID = (("Chosen", "Stage: Data"),)
LIST = Entry("churn", "Churn", 10.0, 10.0, 1, 1, 5.0, "EUR")


def chosen(snapshot=None, slug="churn", *, number=None, **figures):
    """A project with a page of its own where it has a snapshot."""
    edition = Edition(datetime.date(2026, 11, 23), number)
    name = snapshot["content"]["project"]["name"] if snapshot else slug.title()
    return Chosen(
        replace(LIST, slug=slug, name=name, **figures),
        "Retail analytics",
        "Ana Lima",
        "data",
        1.0,
        9.0,
        {"scope": 100, "canvas": 40},
        f"https://example.org/p/{slug}/report/",
        snapshot,
        edition if snapshot else None,
    )


def scored(name, value, feasibility, *, currency="EUR", risk=2, severity=3):
    """The rich project with another name and other scores."""
    made = snapshots.full()
    made["content"]["project"] |= {"name": name, "currency": currency}
    made["results"]["risks"] |= {
        "value": value,
        "feasibility": feasibility,
        "risk_level": risk,
        "severity_level": severity,
        "tier": risk + severity - 1,
    }
    return made


def made_of(*projects, language="en", **more):
    return build(projects, SAID, DAY, language=language, **more)


@cache
def thirty():
    """Thirty made-up projects: every fifth is empty, some are in another currency."""
    dice = random.Random(7)
    found = []
    for number in range(30):
        if number % 5:
            scores = dice.uniform(5, 98), dice.uniform(5, 98)
            levels = {"risk": dice.randint(1, 3), "severity": dice.randint(1, 3)}
            found.append(
                scored(f"Made-up project {number}", *scores, currency="BRL" if number % 7 == 0 else "EUR", **levels)
            )
        else:
            found.append(snapshots.empty())
    return tuple(chosen(snapshot, f"p-{number}") for number, snapshot in enumerate(found))


@cache
def printed():
    return pdf.render(made_of(*thirty()), ours()).pdf


def block(report, section, kind):
    return next(one for one in found(report, section).blocks if isinstance(one, kind))


def found(report, key):
    return next(section for section in report.sections if section.key == key)


def names(report):
    return [row[1].text for row in block(report, "ranking", Table).rows]


class TestRanking:
    def test_by_priority_then_value_whatever_order_they_come_in(self):
        projects = [
            chosen(scored("Least", 20, 20), "a"),
            chosen(scored("Pilot", 90, 20), "b"),
            chosen(scored("First", 60, 60), "c"),
            chosen(scored("Better", 70, 55), "d"),
            chosen(snapshots.empty(), "e"),
        ]
        report = made_of(*projects)
        assert names(report) == ["Better", "First", "Pilot", "Least", "New idea"]
        assert made_of(*reversed(projects)) == report
        assert [section.title for section in report.sections[2:]] == names(report)
        assert [section.number for section in report.sections] == [0, 0, 1, 2, 3, 4, 5]

    def test_figures_are_those_of_the_project_s_own_report(self):
        """The list may have been computed later than the revision that is reported."""
        report = made_of(chosen(scored("Churn", 61.4, 70), number=3))
        (row,) = block(report, "ranking", Table).rows
        assert (row[3].text, row[4].text, row[5].text) == ("61", "70", "4 · High")
        assert row[6].text == "€\u00a073,100"
        assert row[6].note == "P10 €\u00a055,400, P90 €\u00a093,400"
        assert row[1].note == "Retail analytics · Ana Lima · Revision 3, 23\u00a0Nov\u00a02026"

    def test_without_a_snapshot_they_are_those_of_the_list(self):
        report = made_of(chosen(), chosen(snapshots.full(), "b"))
        row = next(row for row in block(report, "ranking", Table).rows if row[1].text == "Churn")
        assert (row[3].text, row[6].text, row[6].note) == ("10", "€\u00a05.00", "P10 €\u00a01.00, P90 €\u00a09.00")
        assert row[1].note.endswith("figures of the list")
        assert row[8].text == "in its own report"
        warning = next(one for one in found(report, "ranking").blocks if isinstance(one, Callout))
        assert "1 of these projects stand in the table" in warning.items[0]
        assert len(report.sections) == 3

    def test_currencies_are_never_added(self):
        projects = [chosen(scored(f"P{n}", 60, 60, currency=c), f"p{n}") for n, c in enumerate(["EUR", "BRL", "EUR"])]
        report = made_of(*projects)
        values = [tile.value for tile in block(report, "ranking", Tiles).items]
        assert values[2:] == ["about R$\u00a073,100", "about €\u00a0146,000"]
        rule = [one for one in found(report, "ranking").blocks if isinstance(one, Callout)][-1]
        assert rule.items[-1] == "Amounts in different currencies are neither added nor converted."

    def test_many_currencies_are_a_sentence(self):
        codes = ("EUR", "USD", "BRL", "GBP")
        report = made_of(*(chosen(slug=f"p{n}", currency=code, cost=100.0) for n, code in enumerate(codes)))
        sentence = block(report, "ranking", Paragraph).text
        assert all(f"{sign}\u00a0100 (1)" in sentence for sign in ("€", "US$", "R$", "£"))

    def test_no_cost_is_no_sum(self):
        report = made_of(chosen(snapshots.empty()))
        assert len(block(report, "ranking", Tiles).items) == 2
        assert "P50 of all projects" not in " ".join(block(report, "ranking", Callout).items)


class TestPages:
    @pytest.mark.parametrize("language", ["en", "pt-br"])
    @pytest.mark.parametrize("snapshot", [snapshots.full, snapshots.cheia, snapshots.empty, snapshots.long_blocks])
    def test_each_is_the_summary_of_its_own_report(self, snapshot, language):
        report = made_of(chosen(snapshot()), language=language)
        own = build_one(snapshot(), Edition(datetime.date(2026, 11, 23)), language=language).sections[0].blocks

        def alike(blocks):
            # Where the rest or the exact figures are is another place.
            found = [replace(one, more="") if isinstance(one, Answer) else one for one in blocks]
            return [replace(one, note="") if isinstance(one, Ranges) else one for one in found]

        _state, *page = found(report, "project-1").blocks
        assert alike(page) == alike(own)

    def test_what_was_cut_is_in_its_own_report(self):
        page = found(made_of(chosen(snapshots.long_blocks())), "project-1").blocks
        assert "The full text is in the project's own report." in [one.more for one in page if isinstance(one, Answer)]

    def test_it_links_to_its_own_report_where_the_address_is_known(self):
        with_address = html.render(made_of(chosen(snapshots.full()))).decode()
        assert with_address.count('href="https://example.org/p/churn/report/"') == 2
        assert b"https://example.org/p/churn/report/" in pdf.render(made_of(chosen(snapshots.full())), ours()).pdf
        without = html.render(made_of(replace(chosen(snapshots.full()), href=""))).decode()
        assert "Open its report" not in without

    @pytest.mark.parametrize(("count", "code"), [(0, "portfolio_report_empty"), (MOST + 1, "portfolio_report_many")])
    def test_none_and_too_many_are_refused(self, count, code):
        with pytest.raises(Refused) as refused:
            made_of(*(chosen(slug=f"p{number}") for number in range(count)))
        assert refused.value.code == code


class TestPictures:
    def test_each_project_is_in_each_picture_once_by_its_number(self):
        report = made_of(*thirty())
        picture, grid = block(report, "pictures", Bubbles), block(report, "pictures", Grid)
        rings = {dot.label for dot in picture.dots if dot.group}
        said = [number for dot in picture.dots for number in dot.label.split("·") if number.isdigit()]
        said += re.findall(r"\d+", " ".join(re.findall(r"[A-Z]+: [\d, ]+\.", picture.key[0])))
        said += re.findall(r"\d+", picture.note)
        assert rings
        assert sorted(map(int, said)) == list(range(1, 31))
        inside = [item for row in grid.cells for cell in row for item in cell.items]
        assert sorted(map(int, inside + re.findall(r"\d+", grid.note))) == list(range(1, 31))

    def test_the_words_say_who_is_where(self):
        report = made_of(chosen(scored("A", 90, 20), "a"), chosen(scored("B", 70, 70), "b"))
        picture = block(report, "pictures", Bubbles)
        assert "Do first: 1; De-risk with a pilot: 2; Quick win, maybe: none" in picture.alt
        assert picture.corners == (
            "De-risk with a pilot · 1",
            "Do first · 1",
            "Do not start · 0",
            "Quick win, maybe · 0",
        )

    def test_without_scores_there_is_a_sentence_and_no_empty_frame(self):
        blocks = found(made_of(chosen(snapshots.empty())), "pictures").blocks
        assert not any(isinstance(one, Bubbles) for one in blocks)
        assert any(isinstance(one, Paragraph) and "no picture" in one.text for one in blocks)


class TestForms:
    def test_thirty_are_accessible_and_made_in_time(self):
        began = time.perf_counter()
        made = pdf.render(made_of(*thirty()), ours())
        assert time.perf_counter() - began < 1.5
        said = info(made.pdf)
        assert said["Tagged"] == "yes"
        assert said["Title"] == "30 projects side by side – Portfolio report"
        assert b"<pdfuaid:part>1</pdfuaid:part>" in made.pdf
        assert made.lost == {}

    def test_the_head_of_the_table_is_on_each_of_its_pages(self):
        pages = int(info(printed())["Pages"])
        tables = pages - 32
        assert tables >= 2
        for number in range(2, 2 + tables):
            page = text(printed(), "-f", str(number), "-l", str(number))
            assert f"Page {number} of {pages}" in page
            assert number == 1 + tables or "What is missing" in page

    def test_each_project_has_one_page(self):
        pages = int(info(printed())["Pages"])
        for place, title in enumerate(names(made_of(*thirty())), 1):
            page = str(pages - 30 + place)
            said = text(printed(), "-f", page, "-l", page)
            assert f"{title} State" in said
            assert f"{place} " in said

    def test_equal_reports_have_equal_bytes(self):
        assert pdf.render(made_of(*reversed(thirty())), ours()).pdf == printed()
        assert workbook.render_tables(made_of(*thirty())) == workbook.render_tables(made_of(*thirty()))

    @pytest.mark.parametrize("language", ["en", "pt-br"])
    def test_all_forms_have_the_same_headings_and_sums(self, language):
        report = made_of(*thirty()[:6], language=language)
        parts = [
            read.of_html(html.render(report)),
            read.of_markdown(markdown.render(report)),
            read.of_docx(docx.render(report, ours())),
        ]
        assert read.headings(parts[0]) == read.headings(parts[1]) == read.headings(parts[2])
        assert [title for level, title in read.headings(parts[0]) if level == 1] == [
            read.plain(section.title) for section in report.sections
        ]
        for tile in block(report, "ranking", Tiles).items:
            assert all(read.plain(tile.value) in " ".join(said for _level, said in one) for one in parts)
        _about, (_name, rows) = read.sheets(workbook.render_tables(report)).items()
        # In the workbook one reckons: there nothing is rounded.
        assert {one.entry.cost for one in map(agreed, thirty()[:6]) if one.entry.cost} <= {
            cell for row in rows[1:7] for cell in row
        }
        assert [row[0] for row in rows[1:7]] == [1, 2, 3, 4, 5, 6]

    def test_the_look_of_a_workspace_is_kept(self):
        options = replace(USUAL, paper="letter", accent="#7a1f5c")
        made = pdf.render(made_of(chosen(snapshots.full()), options=options), ours()).pdf
        assert info(made)["Page size"].startswith("612 x 792")

    @pytest.mark.parametrize("hostile", snapshots.HOSTILE_PRINTED)
    def test_hostile_text_is_text(self, hostile):
        report = made_of(
            chosen(snapshots.poisoned(hostile)), replace(chosen(slug="b"), workspace=hostile, owner=hostile)
        )
        made = pdf.render(report, ours())
        assert made.pdf.startswith(b"%PDF")
        assert "root:x:" not in text(made.pdf)
        page = html.render(report).decode()
        assert "<script>alert" not in page
        assert "javascript:alert" not in re.sub(r">[^<]*<", "><", page)
        assert markdown.render(report)
        assert workbook.render_tables(report)

    def test_what_cannot_be_printed_is_reported(self):
        lost = pdf.unprintable(made_of(chosen(snapshots.poisoned("你"))), ours())
        assert lost["你"] > 0

    def test_three_hundred_have_a_table_and_no_more(self):
        report = made_of(*(chosen(slug=f"p-{number}", value=number / 3, feasibility=40.0) for number in range(MOST)))
        assert len(report.sections) == 2
        made = pdf.render(report, ours()).pdf
        assert "P-299" in text(made)

    @pytest.mark.parametrize("count", [24, 30, 50])
    def test_the_contents_fit_on_the_cover(self, count):
        projects = (chosen(snapshots.empty(), f"p-{number}") for number in range(count))
        made = pdf.render(made_of(*projects), ours()).pdf
        assert "New idea" in text(made, "-f", "1", "-l", "1")
        assert "Ranking" in text(made, "-f", "2", "-l", "2")
