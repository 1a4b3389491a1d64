"""Every PDF of ours is checked by a program that did not make it, against PDF/UA-1 (ISO 14289-1).

The program is `page` (package page-validation, MIT): a checker of its own, written in Rust, that has a rule for each
thing of the Matterhorn Protocol that a machine can check, and that answers as veraPDF does on veraPDF's own collection
of good and bad files. veraPDF itself needs Java and is in none of the registries that we install from. What only a
person can judge, such as whether an alternative text says what its picture shows, no such program knows.

It does not notice a header that is tagged as an ordinary cell, or one that does not say what it heads: that is looked
at here, in the tags of the file. A checker that says yes to everything would prove nothing, so the same document is
damaged, one thing at a time, and the checker has to name what is broken.

Known, and no rule of PDF/UA-1: the first cell of a row is a data cell (TD) and no row header, since Typst has no way
yet to say what heads a row. The head of each column is a header.
"""

import datetime
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import page
import pytest

from mlcanvas.reports import pdf, sheet
from mlcanvas.reports.document import USUAL, Edition, build
from tests.reports import snapshots, worked
from tests.reports.printing import ours

EDITION = Edition(datetime.date(2026, 11, 23))
RULES = "PDFUA1-"

STATES = [
    pytest.param(snapshots.full, id="rich"),
    pytest.param(snapshots.cheia, id="rich, in Portuguese"),
    pytest.param(snapshots.empty, id="empty"),
    pytest.param(snapshots.long_blocks, id="long blocks"),
]


def broken(content: bytes) -> set[str]:
    """The rules of PDF/UA-1 that a file breaks, by their short names. Every rule was looked at."""
    found = page.validate_pdf_bytes(content, profile=page.ValidationProfile.PDF_UA_1)
    assert found.rules.total > 100
    names = {failure.rule_id.removeprefix(RULES).rsplit("-", 1)[0] for failure in found.failures}
    assert found.is_compliant == (not names)
    return names


@cache
def printed(state, **wanted) -> bytes:
    """The report of a state, with options that are not the usual ones."""
    return pdf.render(build(state(), EDITION, options=replace(USUAL, **wanted)), ours()).pdf


def elements(content: bytes) -> dict[int, tuple[str, str]]:
    """The structure elements of a file by their numbers: what each is, and its entry. Typst packs none of them."""
    entries = re.findall(rb"(?m)^(\d+) 0 obj\n<</Type/StructElem/S/(\w+)(.*?)>>\nendobj", content, re.DOTALL)
    return {int(number): (kind.decode(), entry.decode("latin-1")) for number, kind, entry in entries}


def below(found: dict[int, tuple[str, str]], number: int) -> Iterator[int]:
    """The elements that an element holds."""
    kids = re.search(r"/K\[(.*?)\]", found[number][1])
    return (int(kid) for kid in re.findall(r"(\d+) 0 R", kids[1] if kids else "") if int(kid) in found)


class TestHeaders:
    @pytest.mark.parametrize("state", STATES)
    def test_each_table_has_a_row_of_headers_and_each_says_what_it_heads(self, state):
        found = elements(printed(state))
        tables = [number for number, (kind, _entry) in found.items() if kind == "Table"]
        assert tables
        headed = Counter(kind for kind, _entry in found.values())["TH"]
        for table in tables:
            head = next(number for number in below(found, table) if found[number][0] == "THead")
            cells = [cell for row in below(found, head) for cell in below(found, row)]
            assert cells
            for cell in cells:
                kind, entry = found[cell]
                assert kind == "TH"
                assert "/Scope/Column" in entry
            headed -= len(cells)
        # No header stands anywhere else, where nothing would say whose it is.
        assert headed == 0


class TestReports:
    @pytest.mark.parametrize("state", STATES)
    def test_a_report_breaks_no_rule(self, state):
        assert broken(printed(state)) == set()

    @pytest.mark.parametrize("wanted", [{"paper": "letter"}, {"brief": True}], ids=["letter", "brief"])
    def test_nor_on_other_paper_nor_in_brief(self, wanted):
        assert broken(printed(snapshots.full, **wanted)) == set()

    @pytest.mark.parametrize("words", snapshots.HOSTILE_PRINTED)
    def test_whatever_is_typed(self, words):
        found = pdf.render(build(snapshots.poisoned(words), EDITION), ours()).pdf
        assert broken(found) == set()

    @pytest.mark.any_database
    @pytest.mark.parametrize("case", worked.CASES)
    def test_a_worked_case_in_both_languages(self, workspace, case):
        snapshot = worked.snapshot(case, workspace)
        for language in ("en", "pt-br"):
            assert broken(pdf.render(build(snapshot, EDITION, language=language), ours()).pdf) == set()


class TestSheets:
    @pytest.mark.parametrize("paper", ["a4", "a3", "letter"])
    def test_a_canvas_alone_breaks_no_rule(self, paper):
        made = sheet.build(snapshots.long_blocks(), EDITION, "ml_canvas_v1_1")
        assert broken(pdf.render_sheet(made, ours(), paper).pdf) == set()


# What is taken away, what stands there instead (as long, so that everything else stays in its place), what is noticed.
DAMAGES = [
    (b"/Lang(", b"/Xang(", "TEXT-LANGUAGE"),
    (b"/MarkInfo", b"/MarkXnfo", "TAGGED-DOCUMENT"),
    (b"/Suspects false", b"/Suspects true ", "SUSPECTS"),
    (b"/DisplayDocTitle true", b"/DisplayDocTitle null", "VIEWER-PREFERENCES"),
    (b"dc:title", b"dc:xitle", "METADATA-TITLE"),
    (b"pdfuaid:part>1<", b"pdfuaid:part>7<", "ID-PART"),
    (b"/Alt", b"/Xlt", "FIGURE-ALTERNATIVE-TEXT"),
    (b"/S/H2", b"/S/H4", "HEADING-NESTING"),
    (b"/S/TR", b"/S/TD", "TD-PARENT"),
    (b"/S/THead", b"/S/TR   ", "TABLE-ROW-COLUMNSPAN"),
    (b"/S/LI/", b"/S/XI/", "L-KIDS"),
    (b"/S/LBody", b"/S/LI   ", "LI-KIDS"),
    (b"/S/Link", b"/S/Span", "LINK-LINK-TAG"),
    (b"/StructParent ", b"/StructParenX ", "LINK-LINK-TAG"),
    (b"/Tabs/S", b"/Tabs/R", "PAGE-TABS"),
    (b"/ToUnicode", b"/XoUnicode", "FONT-UNICODE-MAPPING"),
    (b"/FontFile", b"/FontXile", "FONT-EMBEDDING"),
    (b"/S/Document", b"/S/Documenx", "STRUCT-TREE-ROLE-MAP"),
]


class TestTheChecker:
    @pytest.mark.parametrize(("taken", "given", "rule"), DAMAGES, ids=[damage[0].decode() for damage in DAMAGES])
    def test_it_notices_what_is_missing(self, taken, given, rule):
        whole = printed(snapshots.full)
        assert len(taken) == len(given)
        assert taken in whole
        assert rule in broken(whole.replace(taken, given))
