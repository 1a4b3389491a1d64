"""The PDF: its text, its tags, its bytes, its time."""

import datetime
import re
import statistics
import time
from dataclasses import replace

import pytest

from mlcanvas import catalog
from mlcanvas.reports import pdf
from mlcanvas.reports.document import Edition, build
from mlcanvas.typeset import compiling as typesetting
from tests.reports import snapshots
from tests.reports.printing import info, ours, text

EDITION = Edition(datetime.date(2026, 11, 23))


def made(snapshot, language=None):
    return pdf.render(build(snapshot, EDITION, language=language), ours())


class TestRender:
    def test_what_was_typed_can_be_read_out_of_it(self):
        said = text(made(snapshots.full()).pdf)
        for typed in (
            "Churn in prepaid mobile",
            "seven calls in ten reach people who would have stayed anyway",
            "Weekly churn from 4.2 % to 3.5 %",
            "Contract with a date; start on 11 months",
            "Logistic regression, 12",
            "Louis Dorard, Ph.D.",
            "CC BY-SA 4.0",
            "modified",
            "€ 73,090",
        ):
            assert typed in said

    def test_it_speaks_portuguese(self):
        said = text(made(snapshots.cheia()).pdf)
        for typed in (
            "Evasão em celular pré-pago",
            "Não há ação coordenada entre as regiões",
            "R$ 73.090",
            "Registro de riscos",
        ):
            assert typed in said

    @pytest.mark.parametrize("snapshot", [snapshots.full, snapshots.cheia, snapshots.empty, snapshots.long_blocks])
    def test_it_is_tagged_and_titled(self, snapshot):
        made_of = snapshot()
        found = made(made_of)
        said = info(found.pdf)
        assert said["Tagged"] == "yes"
        assert said["Title"].startswith(made_of["content"]["project"]["name"])
        assert b"<pdfuaid:part>1</pdfuaid:part>" in found.pdf
        assert found.lost == {}

    def test_a_rich_project_fills_five_pages_and_the_canvas_is_landscape(self):
        found = made(snapshots.full()).pdf
        assert int(info(found)["Pages"]) >= 5
        assert b"/MediaBox[0 0 841.8898 595.2756]" in found

    def test_the_same_report_has_the_same_bytes(self):
        first = made(snapshots.full()).pdf
        typesetting._compilers.clear()
        assert made(snapshots.full()).pdf == first

    def test_another_text_has_other_bytes(self):
        changed = snapshots.full()
        changed["content"]["scope"]["problem"] += " More."
        assert made(changed).pdf != made(snapshots.full()).pdf

    def test_a_long_canvas_continues_on_an_annex_and_says_so(self):
        said = text(made(snapshots.long_blocks()).pdf)
        assert "Continues in the annex after this page." in said
        assert "Annex to the canvas: blocks that did not fit" in said
        assert "Prediction task (continued)" in said
        for number in range(1, 12):
            assert f"Entry {number}:" in said

    @pytest.mark.parametrize("template", catalog.canvas_templates().values(), ids=lambda template: template.key)
    @pytest.mark.parametrize("language", ["en", "pt-br"])
    def test_every_canvas_stands_on_one_landscape_page(self, template, language):
        found = made(snapshots.on(template), language).pdf
        said = text(found)
        place = next(
            number
            for number in range(1, int(info(found)["Pages"]) + 1)
            if template.credit.modified.say(language) in text(found, "-f", str(number), "-l", str(number))
        )
        # A word may be broken at its hyphen, which Portuguese repeats on the next line.
        page = re.sub("- -?", "-", text(found, "-raw", "-f", str(place), "-l", str(place)))
        assert template.name.say(language) in page
        for block in template.block:
            assert block.title.say(language) in page
            assert block.example.en in page
        assert not any(word in said for word in ("annex", "anexo"))

    def test_a_canvas_that_fits_has_no_annex(self):
        assert "annex" not in text(made(snapshots.full()).pdf)

    def test_a_wide_table_in_a_narrow_block_stands_as_lines(self):
        snapshot = snapshots.full()
        table = "| source | owner | access |\n|---|---|---|\n| field photos | Ana | open |"
        snapshot["content"]["canvas"]["blocks"]["data_sources"] = {"text": table, "state": "draft"}
        said = text(made(snapshot).pdf)
        assert "source · owner · access" in said
        assert "field photos · Ana · open" in said

    def test_its_pages_are_counted(self):
        found = made(snapshots.full()).pdf
        pages = info(found)["Pages"]
        assert f"Page {pages} of {pages}" in text(found)


class TestHostile:
    @pytest.mark.parametrize("words", snapshots.HOSTILE_PRINTED)
    def test_every_field_is_printed_or_reported_and_never_obeyed(self, words):
        found = made(snapshots.poisoned(words))
        assert info(found.pdf)["Tagged"] == "yes"
        said = text(found.pdf)
        assert "root:" not in said

    @pytest.mark.parametrize(
        "words",
        ['#read("/etc/passwd")', '#import "@preview/cetz:0.3.0"', "$x^2$ $ sum_(i=1)^n $", "<script>alert(1)</script>"],
    )
    def test_markup_of_another_kind_is_text(self, words):
        assert words in text(made(snapshots.poisoned(words)).pdf)

    def test_what_no_font_knows_is_reported(self):
        lost = made(snapshots.poisoned("你好\x00\ud800")).lost
        assert {"你", "好", "\ud800"} <= set(lost)

    def test_the_page_and_the_file_report_the_same(self):
        report = build(snapshots.poisoned("你好 العربية"), EDITION)
        assert pdf.unprintable(report, ours()) == pdf.render(report, ours()).lost

    def test_five_thousand_letters_stay_inside_their_column(self):
        """A word that runs over the edge of the page would be cut there."""
        word = "".join(chr(ord("a") + number % 26) for number in range(5000))
        snapshot = snapshots.full()
        snapshot["content"]["scope"]["problem"] = word
        said = text(made(snapshot).pdf, "-nopgbrk").replace(" ", "")
        assert word in said


class TestTime:
    def test_a_warm_report_is_quick(self):
        """The budget is 40 ms and 12 ms a page on two idle cores; a busy machine gets five times that."""
        made(snapshots.full())
        times = []
        for number in range(5):
            snapshot = snapshots.full()
            snapshot["content"]["scope"]["problem"] += f" {number}"
            start = time.perf_counter()
            found = made(snapshot)
            times.append(time.perf_counter() - start)
        pages = found.pdf.count(b"/Type/Page/")
        assert pages >= 5
        assert min(times) <= 5 * (0.040 + 0.012 * pages)

    @pytest.mark.parametrize("place", ["problem", "name", "number"])
    def test_what_was_laid_out_once_is_found_again(self, place):
        """A change lays out what it changes: not the other pages, also where it stands at the top of each."""

        def took(words, number):
            snapshot = snapshots.full()
            snapshot["content"]["scope"]["problem"] = words if place == "problem" else ""
            snapshot["content"]["project"]["name"] = words if place == "name" else "Churn"
            report = build(snapshot, replace(EDITION, number=number if place == "number" else None))
            start = time.perf_counter()
            pdf.render(report, ours())
            return time.perf_counter() - start

        first, again = [], []
        for _ in range(3):
            typesetting._forget(ours().folders)
            first.append(took("As it was.", 1))
            again.append(took("Changed.", 2))
        assert statistics.median(again) < 0.6 * statistics.median(first)
