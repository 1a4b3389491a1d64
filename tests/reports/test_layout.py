"""What stays together on a page, and what fits its paper."""

import datetime
import io
import re
import zipfile
from dataclasses import replace

import pytest

from mlcanvas.reports import pdf
from mlcanvas.reports.document import USUAL, Edition, build
from mlcanvas.reports.forms import docx, workbook
from mlcanvas.reports.forms.docx_paper import spread
from tests.reports import form_readers as read
from tests.reports import snapshots
from tests.reports.printing import info, ours, text

EDITION = Edition(datetime.date(2026, 11, 23))


def report(snapshot=None, **wanted):
    return build(snapshot or snapshots.full(), EDITION, options=replace(USUAL, **wanted))


def pages(found):
    return [text(found, "-f", str(page), "-l", str(page)) for page in range(1, int(info(found)["Pages"]) + 1)]


class TestPdf:
    @pytest.mark.parametrize("paper", ["a4", "letter"])
    def test_a_short_table_stands_on_one_page(self, paper):
        found = pages(pdf.render(report(paper=paper), ours()).pdf)
        # The first words and the last of tables, the second one with the title of its note.
        for first, last in (
            ("Success metrics", "Net gain per 1,000 calls"),
            ("Cost lines", "(the outside view)"),
            ("Gates Id", "SC-14"),
            ("Checkpoints recorded by people", "SC-13"),
        ):
            assert any(first in page and last in page for page in found), first

    def test_a_long_table_is_taken_apart(self):
        found = pages(pdf.render(report(snapshots.long_blocks()), ours()).pdf)
        register = [page for page in found if "Mitigation, owner and date" in page]
        assert len(register) >= 3

    def test_one_section_needs_no_list_of_contents(self):
        assert "Contents" in text(pdf.render(report(), ours()).pdf)
        assert "Contents" not in text(pdf.render(report(brief=True), ours()).pdf)

    def test_a_figure_of_many_digits_stands_on_one_line(self):
        snapshot = snapshots.full()
        for line in snapshot["results"]["costs"]["lines"]:
            line["p90"] = 123_456_789_012
        (page,) = (page for page in pages(pdf.render(report(snapshot), ours()).pdf) if "Cost lines" in page)
        assert page.count("123,456,789,012") >= 6


class TestWord:
    def document(self, **wanted):
        return read.member(docx.render(report(**wanted), ours()), "word/document.xml")

    @pytest.mark.parametrize(("paper", "across"), [("a4", "11906"), ("letter", "12240")])
    def test_it_is_as_wide_as_its_paper(self, paper, across):
        document = self.document(paper=paper)
        assert document.find(f".//{read.W}pgSz").get(f"{read.W}w") == across
        margins = document.find(f".//{read.W}pgMar")
        room = int(across) - int(margins.get(f"{read.W}left")) - int(margins.get(f"{read.W}right"))
        for table in document.iter(f"{read.W}tbl"):
            columns = [int(column.get(f"{read.W}w")) for column in table.findall(f"{read.W}tblGrid/{read.W}gridCol")]
            landscape = table.find(f".//{read.W}vMerge") is not None
            assert landscape or sum(columns) <= room + 20

    def test_no_line_of_a_cell_has_the_size_of_the_text(self):
        """An empty cell would be higher than the others of its row."""
        for cell in self.document().iter(f"{read.W}tc"):
            if not [line for line in cell.iter(f"{read.W}t") if line.text]:
                styles = [style.get(f"{read.W}val") for style in cell.iter(f"{read.W}pStyle")]
                assert styles or cell.find(f".//{read.W}vMerge") is not None

    def test_the_rows_of_a_short_table_are_kept_together_and_those_of_a_long_one_are_not(self):
        kept = {}
        for table in self.document().iter(f"{read.W}tbl"):
            rows = [list(row.iter(f"{read.W}p")) for row in table.findall(f"{read.W}tr")]
            said = "".join(run.text or "" for run in table.iter(f"{read.W}t"))
            kept[said] = [all(line.find(f".//{read.W}keepNext") is not None for line in lines) for lines in rows]
        lines = next(rows for said, rows in kept.items() if said.startswith("LineLow"))
        assert lines == [True] * (len(lines) - 1) + [False]
        register = next(rows for said, rows in kept.items() if said.startswith("IdRisk"))
        assert register == [True, True, *[False] * (len(register) - 4), True, False]

    def test_one_section_needs_no_list_of_contents(self):
        assert "Contents" in [words for _level, words in read.of_docx(docx.render(report(), ours()))]
        assert "Contents" not in [words for _level, words in read.of_docx(docx.render(report(brief=True), ours()))]

    def test_figures_get_the_room_that_they_need_from_words(self):
        assert spread([60, 20, 20], {}) == [60, 20, 20]
        assert spread([60, 20, 20], {1: 15, 2: 20}) == [60, 20, 20]
        assert spread([60, 20, 20], {1: 30, 2: 25}) == pytest.approx([45, 30, 25])
        # There is not more than there is, and words keep a column that can be read.
        assert spread([60, 20, 20], {1: 90, 2: 20}) == pytest.approx([22, 58, 20])


class TestWorkbook:
    @pytest.mark.parametrize(("paper", "number"), [("a4", 'paperSize="9"'), ("letter", 'paperSize="1"')])
    def test_its_registers_are_printed_on_the_paper_that_was_chosen(self, paper, number):
        archive = zipfile.ZipFile(io.BytesIO(workbook.render(report(paper=paper), snapshots.full())))
        sheets = [archive.read(name).decode() for name in archive.namelist() if re.match(r"xl/worksheets/sheet", name)]
        assert len(sheets) > 5
        assert all(number in sheet for sheet in sheets)
