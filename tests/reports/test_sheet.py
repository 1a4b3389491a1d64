"""One canvas as a file: what it says, on which paper, the same bytes each time."""

import datetime
import struct
import time
import xml.etree.ElementTree as ET

import pytest

from mlcanvas import catalog
from mlcanvas.reports import pdf
from mlcanvas.reports.document import Edition
from mlcanvas.reports.sheet import build
from mlcanvas.typeset import compiling as typesetting
from tests import made_up
from tests.reports import snapshots
from tests.reports.printing import info, ours, text

EDITION = Edition(datetime.date(2026, 11, 23))
ML = "ml_canvas_v1_1"


def sheet(snapshot, template=ML, edition=EDITION, language=None):
    found = build(snapshot, edition, template, language=language)
    assert found is not None
    return found


def made(snapshot, paper="a4", **options):
    return pdf.render_sheet(sheet(snapshot, **options), ours(), paper)


def four_corners(monkeypatch, **texts):
    made_up.use(monkeypatch)
    snapshot = snapshots.full()
    blocks = {key: {"text": words, "state": "agreed"} for key, words in texts.items()}
    snapshot["content"]["canvas"]["others"] = [{"template": made_up.KEY, "blocks": blocks}]
    return snapshot


class TestBuild:
    def test_a_canvas_that_is_not_filled_is_none(self):
        assert build(snapshots.full(), EDITION, "somebody_else_s") is None
        assert build(snapshots.full(), EDITION, made_up.KEY) is None

    def test_a_new_project_has_the_usual_one(self):
        assert sheet(snapshots.empty()).canvas.title == "Machine Learning Canvas"

    def test_an_empty_canvas_asks_its_questions(self):
        asked = {block.key: block.empty for block in sheet(snapshots.empty()).canvas.blocks}
        questions = catalog.canvas_templates()[ML].blocks
        assert asked == {key: block.question.en for key, block in questions.items()}

    def test_a_block_left_empty_among_others_asks_nothing(self):
        snapshot = snapshots.full()
        del snapshot["content"]["canvas"]["blocks"]["decisions"]
        block = next(block for block in sheet(snapshot).canvas.blocks if block.key == "decisions")
        assert (block.state, block.empty) == ("empty", "No answer yet.")

    def test_it_is_called_by_project_canvas_and_iteration(self):
        assert sheet(snapshots.full()).name == ("Churn in prepaid mobile", "Machine Learning Canvas", "iteration 2")
        assert sheet(snapshots.full(), language="pt-br").name[1:] == ("Canvas de Machine Learning", "iteração 2")


class TestPdf:
    @pytest.mark.parametrize(
        ("paper", "size"), [("a4", "841.89 x 595.276 pts (A4)"), ("a3", "1190.55 x 841.89 pts (A3)")]
    )
    def test_it_is_one_landscape_page_with_everything(self, paper, size):
        found = made(snapshots.full(), paper).pdf
        assert info(found)["Page size"] == size
        assert info(found)["Pages"] == "1"
        said = text(found)
        for words in (
            "Churn in prepaid mobile",
            "Machine Learning Canvas",
            "Designed for Retention team",
            "Marta Ruiz, João Oliveira",
            "12 Nov 2026",
            "Iteration 2",
            "agreed",
            "draft",
            "Louis Dorard, Ph.D.",
            "CC BY-SA 4.0",
            "ownml.co",
            "modified",
            "Working copy · Not a signed revision",
        ):
            assert words in said, words
        assert "Page 1 of 1" not in said

    @pytest.mark.parametrize("snapshot", [snapshots.full, snapshots.cheia, snapshots.empty, snapshots.long_blocks])
    def test_it_is_tagged_and_titled(self, snapshot):
        found = made(snapshot())
        assert b"<pdfuaid:part>1</pdfuaid:part>" in found.pdf
        assert info(found.pdf)["Title"].endswith(" – " + sheet(snapshot()).canvas.title)
        assert found.lost == {}

    def test_it_says_which_revision_it_is(self):
        said = text(made(snapshots.full(), edition=Edition(datetime.date(2026, 11, 23), 3)).pdf)
        assert "Revision 3" in said
        assert "Working copy" not in said

    def test_it_speaks_portuguese(self):
        said = text(made(snapshots.cheia()).pdf)
        for words in ("Proposta de valor", "Feito para", "Iteração 2", "rascunho", "modificado"):
            assert words in said

    def test_the_same_canvas_has_the_same_bytes(self):
        first = made(snapshots.full()).pdf
        typesetting._compilers.clear()
        assert made(snapshots.full()).pdf == first

    @pytest.mark.parametrize("paper", ["a4", "a3"])
    def test_a_long_text_goes_on_after_the_page_and_no_sentence_is_lost(self, paper):
        snapshot = snapshots.full()
        sentences = " ".join(f"And sentence s{number} of a very long text." for number in range(1, 420))
        snapshot["content"]["canvas"]["blocks"]["decisions"] = {"text": sentences, "state": "draft"}
        found = made(snapshot, paper).pdf
        said = text(found)
        assert {f"s{number}" for number in range(1, 420)} <= set(said.split())
        assert said.count("of a very long") >= 410
        for words in ("Continues in the annex after this page.", "Decisions (continued)"):
            assert words in said
        pages = int(info(found)["Pages"])
        assert pages > 1
        for page in range(1, pages + 1):
            assert "CC BY-SA 4.0" in text(found, "-f", str(page), "-l", str(page)), page

    def test_long_lines_above_the_board_push_nothing_off_the_page(self):
        snapshot = snapshots.full()
        snapshot["content"]["project"]["name"] = "A name that goes on " * 10
        snapshot["content"]["canvas"] |= {"designed_for": "everybody " * 20, "designed_by": "all of us " * 20}
        assert info(made(snapshot).pdf)["Pages"] == "1"

    def test_another_grid_is_drawn_as_its_template_says(self, monkeypatch):
        snapshot = four_corners(monkeypatch, sails="Reefed.", crew="Six.")
        found = sheet(snapshot, made_up.KEY)
        assert [(b.key, b.row, b.column, b.rows, b.columns) for b in found.canvas.blocks] == [
            ("sails", 0, 2, 2, 1), ("wind", 0, 0, 1, 2), ("harbour", 1, 1, 1, 1), ("crew", 1, 0, 1, 1),
        ]  # fmt: skip
        said = text(made(snapshot, template=made_up.KEY).pdf)
        assert "Crew and everybody else who is needed on such a day" in said
        assert "Reefed." in said
        assert "Four corners · Louis Dorard" in said

    @pytest.mark.parametrize("words", snapshots.HOSTILE_PRINTED)
    def test_every_text_is_printed_or_reported_and_never_obeyed(self, words):
        found = sheet(snapshots.poisoned(words))
        printed = pdf.render_sheet(found, ours(), "a4")
        assert info(printed.pdf)["Tagged"] == "yes"
        assert "root:" not in text(printed.pdf)
        assert pdf.sheet_unprintable(found, ours()) == printed.lost
        ET.fromstring(pdf.draw_sheet(found, ours(), "a4", "svg").pages[0])


class TestPictures:
    @pytest.mark.parametrize(("paper", "size"), [("a4", (2245, 1587)), ("a3", (3175, 2245))])
    def test_a_png_is_large_enough_for_a_slide(self, paper, size):
        (page,) = pdf.draw_sheet(sheet(snapshots.full()), ours(), paper, "png").pages
        assert page.startswith(b"\x89PNG")
        width, height = struct.unpack(">II", page[16:24])
        assert abs(width - size[0]) <= 1
        assert abs(height - size[1]) <= 1

    def test_an_svg_says_its_title_and_needs_no_font(self):
        (page,) = pdf.draw_sheet(sheet(snapshots.cheia()), ours(), "a4", "svg").pages
        root = ET.fromstring(page)
        assert root.attrib["role"] == "img"
        assert root.attrib["aria-label"] == "Evasão em celular pré-pago – Canvas de Machine Learning"
        assert root[0].text == root.attrib["aria-label"]
        assert b"<text" not in page
        assert b"<script" not in page

    @pytest.mark.parametrize("form", ["png", "svg"])
    def test_the_same_canvas_has_the_same_bytes(self, form):
        first = pdf.draw_sheet(sheet(snapshots.full()), ours(), "a4", form)
        typesetting._compilers.clear()
        assert pdf.draw_sheet(sheet(snapshots.full()), ours(), "a4", form) == first

    def test_a_long_canvas_is_one_picture_that_says_where_the_rest_is(self):
        found = sheet(snapshots.long_blocks())
        assert len(pdf.draw_sheet(found, ours(), "a4", "svg").pages) == 1
        assert pdf.draw_sheet(found, ours(), "a4", "png") != pdf.draw_sheet(
            sheet(snapshots.full()), ours(), "a4", "png"
        )
        assert found.elsewhere == "The rest is in the PDF of this canvas."


class TestTime:
    def test_a_canvas_of_twenty_thousand_words_is_made_in_time(self):
        """20 s is what a page may take; a busy machine has room."""
        snapshot = snapshots.full()
        for key in catalog.canvas_templates()[ML].blocks:
            snapshot["content"]["canvas"]["blocks"][key] = {"text": "We look again on Monday. " * 800, "state": "draft"}
        start = time.perf_counter()
        made(snapshot)
        assert time.perf_counter() - start < 20
