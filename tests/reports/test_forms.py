"""Word, slides, Excel, Markdown and the web page say what the PDF says: the same headings, the same numbers."""

import base64
import datetime
import hashlib
import io
import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
import zipfile
from collections import Counter
from dataclasses import replace
from functools import cache
from html import unescape
from itertools import chain
from pathlib import Path
from typing import get_args

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from mlcanvas.projects import actions as projects_actions
from mlcanvas.projects import selectors as projects
from mlcanvas.reports import pdf, selectors
from mlcanvas.reports.blocks import Block, Curve, Ranges, Table
from mlcanvas.reports.document import BODY, USUAL, Edition, build
from mlcanvas.reports.forms import FORMS, docx, fitting, html, letters, markdown, palette, workbook
from mlcanvas.reports.forms.pictures import alternative, within
from mlcanvas.reports.options import Logo, Options
from mlcanvas.reports.prose import parse
from mlcanvas.reports.prose import plain as words_of
from mlcanvas.reports.voice import Voice, words
from mlcanvas.typeset import NoFonts, NotTypeset
from tests.reports import form_readers as read
from tests.reports import golden, snapshots
from tests.reports.printing import info, ours, text

EDITION = Edition(datetime.date(2026, 11, 23))
STATES = {
    "full": snapshots.full,
    "cheia": snapshots.cheia,
    "empty": snapshots.empty,
    "long": snapshots.long_blocks,
}
ADDRESS = "/p/churn-in-prepaid-mobile/report."


def made(snapshot, ending, language=None):
    return FORMS[ending].make(build(snapshot, EDITION, language=language), snapshot, ours)


@cache
def of(state, ending, language=None):
    """The same, of one of the states, once for all tests that read it."""
    return made(STATES[state](), ending, language)


def expected(report):
    """The headings of a report, and the numbers that only stand on an axis."""
    headings, ticks = [], Counter()
    for section in report.sections:
        headings.append((1, section.title))
        for block in section.blocks:
            titles = [block.label] if block.kind == "answer" else [getattr(block, "title", "")]
            if block.kind == "canvas":
                titles = [box.title for box in block.blocks]
            headings += [(2, title) for title in titles if title]
            if isinstance(block, Ranges):
                ticks += read.numbers(" ".join(tick.label for tick in block.ticks))
            if isinstance(block, Curve):
                ticks += read.numbers(" ".join(tick.label for tick in (*block.across, *block.up)))
    return [(level, read.plain(title)) for level, title in headings], ticks


def tables_of(report, key):
    blocks = [block for section in report.sections if section.key == key for block in section.blocks]
    return [block for block in blocks if isinstance(block, Table)]


class TestAgreement:
    @pytest.mark.parametrize(
        "state", [*(pytest.param(state, marks=pytest.mark.full) for state in ("full", "cheia")), "empty"]
    )
    def test_every_form_has_the_same_headings(self, state):
        snapshot = STATES[state]()
        report = build(snapshot, EDITION)
        wanted, _ticks = expected(report)
        printed = read.pdf_headings(pdf.render(report, ours()).pdf)
        assert [one for one in printed if one[1] != report.furniture["contents"]] == wanted
        assert read.headings(read.of_html(of(state, "html"))) == wanted
        assert read.headings(read.of_markdown(of(state, "md"))) == wanted
        written = read.headings(read.of_docx(of(state, "docx")))
        # A table is read row by row: there the blocks of the canvas stand in another order.
        assert Counter(written) == Counter(wanted)
        assert [title for level, title in written if level == 1] == [title for level, title in wanted if level == 1]

    @pytest.mark.parametrize("state", STATES)
    def test_every_form_has_the_same_numbers_in_each_section(self, state):
        web, marked, word = (
            read.sections(parts)
            for parts in (
                read.of_html(of(state, "html")),
                read.of_markdown(of(state, "md")),
                read.of_docx(of(state, "docx")),
            )
        )
        assert [*web] == [*marked] == [*word]
        for title in [*web][1:]:
            assert read.numbers(marked[title]) == read.numbers(web[title]), title
            assert read.numbers(word[title]) == read.numbers(web[title]), title

    @pytest.mark.parametrize("state", STATES)
    def test_the_pdf_has_these_numbers_and_no_others(self, state):
        snapshot = STATES[state]()
        report = build(snapshot, EDITION)
        printed = pdf.render(report, ours()).pdf
        on_paper = set(read.numbers(text(printed)))
        on_the_page = set(read.numbers(" ".join(words for _level, words in read.of_html(of(state, "html")))))
        assert on_the_page <= on_paper
        _headings, ticks = expected(report)
        # Pages and sections are counted.
        counted = {str(number) for number in range(1, 1 + max(int(info(printed)["Pages"]), len(report.sections)))}
        assert on_paper - on_the_page <= set(ticks) | counted

    @pytest.mark.parametrize("state", STATES)
    def test_slides_say_a_part_of_it(self, state):
        snapshot = STATES[state]()
        report = build(snapshot, EDITION)
        deck = read.slides(of(state, "pptx"))
        assert len(deck) == 6
        known = {read.plain(words()[f"section.{chapter.key}"].say(report.language)) for chapter in BODY}
        if state != "empty":
            known = {title for level, title in expected(report)[0] if level == 1}
        assert deck[0][0] == report.title
        assert {title for title, _said, _notes in deck[1:]} <= known
        everything = read.of_html(of(state, "html"))
        allowed = set(read.numbers(" ".join(said for _level, said in everything)))
        # Every section has its number, also before a title that reads without it.
        allowed |= {str(number) for number in range(1, len(report.sections) + 1)}
        # The table of the costs is rounded like the summary: nobody decides on the last figure.
        voice = Voice(report.language, report.currency)
        cells = [cell for table in tables_of(report, "costs") for row in table.rows for cell in row]
        allowed |= {figure for cell in cells if cell.value for figure in read.numbers(voice.rounded(cell.value))}
        for _title, said, notes in deck:
            assert set(read.numbers(said)) <= allowed
            assert set(read.numbers(notes)) <= allowed
            assert notes

    def test_the_workbook_has_the_numbers_to_reckon_with(self):
        found = read.sheets(of("full", "xlsx"))
        lines = found["Cost lines"]
        assert lines[0][:7] == ["Line", "Low", "Likely", "High", "P10", "P50", "P90"]
        total = next(row for row in lines if row[0] == "Total")
        kept = snapshots.full()["results"]["costs"]
        assert total[-3:] == [kept["p10"], kept["p50"], kept["p90"]]
        register = snapshots.full()["content"]["risks"]["register"]
        assert [row[0] for row in found["Risk register"][1:]] == sorted(risk["key"] for risk in register)
        assert [row[0] for row in found["Success metrics"][1:]] == [
            metric["name"] for metric in snapshots.full()["content"]["scope"]["metrics"]
        ]
        assert {"Registered baselines", "Gates", "Listed data sources", "Pilot results"} <= set(found)
        assert any(name.startswith("Checkpoints") for name in found)

    def test_every_kind_of_block_is_laid_out(self):
        """A rich report holds all kinds: a new one must be taught to every form. Bubbles are of the portfolio only."""
        held = {block.kind for section in build(snapshots.full(), EDITION).sections for block in section.blocks}
        kinds = {kind.__dataclass_fields__["kind"].default for kind in get_args(Block)}
        assert held == kinds - {"bubbles"}


class TestEqualBytes:
    @pytest.mark.parametrize("ending", FORMS)
    def test_the_same_report_has_the_same_bytes(self, ending):
        assert made(snapshots.full(), ending) == of("full", ending)

    @pytest.mark.parametrize("ending", ["docx", "pptx", "xlsx"])
    def test_the_only_clock_is_the_day_of_the_report(self, ending):
        content = of("full", ending)
        core = zipfile.ZipFile(io.BytesIO(content)).read("docProps/core.xml").decode()
        stamps = re.findall(r"\d{4}-\d\d-\d\dT[\d:]+", core)
        assert set(stamps) == {"2026-11-23T00:00:00"}
        for entry in zipfile.ZipFile(io.BytesIO(content)).infolist():
            assert entry.date_time[:3] in {(2026, 11, 23), (1980, 1, 1)}

    @pytest.mark.parametrize("ending", FORMS)
    def test_another_text_has_other_bytes(self, ending):
        changed = snapshots.full()
        changed["content"]["scope"]["problem"] = "Another problem. " + changed["content"]["scope"]["problem"]
        changed["content"]["scope"]["metrics"][0]["name"] += " and more"
        assert made(changed, ending) != of("full", ending)


class TestHostile:
    @pytest.mark.parametrize("said", snapshots.HOSTILE_PRINTED)
    def test_every_field_is_text_in_every_form(self, said):
        snapshot = snapshots.poisoned(said)
        web = read.page(made(snapshot, "html"))
        assert not {"img", "iframe", "object", "form", "link"} & set(web.tags)
        assert web.tags["style"] == web.tags["script"] == 1
        assert web.events == []
        assert all(link.startswith(("#", "https://", "http://", "mailto:")) for link in web.links)
        assert read.html_in_markdown(made(snapshot, "md")) <= {"<br>"}
        office = {ending: made(snapshot, ending) for ending in ("docx", "pptx", "xlsx")}
        for content in office.values():
            archive = zipfile.ZipFile(io.BytesIO(content))
            assert archive.testzip() is None
            for name in archive.namelist():
                if name.endswith((".xml", ".rels")):
                    ET.fromstring(archive.read(name))
        assert len(read.slides(office["pptx"])) == 6

    def test_addresses_that_leave_a_document_are_harmless(self):
        snapshot = snapshots.poisoned("[a](javascript:alert(1)) [b](https://example.org/b) [c](file:///etc/passwd)")
        relations = zipfile.ZipFile(io.BytesIO(made(snapshot, "docx"))).read("word/_rels/document.xml.rels").decode()
        outside = re.findall(r'Target="([^"]*)" TargetMode="External"', relations)
        assert "https://example.org/b" in outside
        assert all(address.startswith(("https://", "http://")) for address in outside)

    def test_a_page_forbids_everything_but_its_own_styles_and_its_script(self):
        said = of("full", "html").decode()
        policy = unescape(re.search(r'Content-Security-Policy" content="([^"]*)"', said)[1])
        script = Path("static/js/report-file.js").read_text(encoding="utf-8")
        assert f"<script>{script}</script>\n</body>" in said
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        assert f"; script-src 'sha256-{digest}'; " in policy
        # A script that holds these words would end too early.
        assert not re.search(r"</script|<!--", script, re.IGNORECASE)
        assert "@import" not in said
        assert "url(" not in said

    @pytest.mark.parametrize(
        "said", ["</script><script>alert(1)</script>", "\"' onfocus=alert(1) x='", "</body></svg>"]
    )
    def test_what_people_wrote_reaches_the_script_as_text(self, said):
        snapshot = snapshots.poisoned(said)
        for number, risk in enumerate(snapshot["content"]["risks"]["register"]):
            risk["key"] = f"{said}{number}"
        web = html.render(build(snapshot, EDITION, options=Options(("register", "costs", "baselines"))))
        found = read.page(web)
        assert found.events == []
        assert found.tags["script"] == 1
        assert web.count(b"</body>") == 1
        keys = [json.loads(unescape(one)) for one in re.findall(r'data-keys="([^"]*)"', web.decode())]
        assert f"{said}0" in chain.from_iterable(keys)

    def test_control_characters_show_as_a_box(self):
        assert letters.shown("a\x00b\ud800c\td\r\ne\u2028f\u202eg") == "a□b□c d\ne\nfg"
        snapshot = snapshots.poisoned("nul\x00")
        for ending in ("md", "html"):
            assert "nul□" in made(snapshot, ending).decode()


class TestMarkdown:
    @pytest.mark.parametrize("language", golden.LANGUAGES)
    def test_each_section_reads_as_it_was_last_looked_at(self, language):
        now, before = (said.split("\n## ") for said in (golden.made(language), golden.kept(language)))
        assert [section.partition("\n")[0] for section in now] == [section.partition("\n")[0] for section in before]
        for section, known in zip(now, before, strict=True):
            assert section == known, "if this is meant: python -m tests.reports.golden"

    @given(st.text(alphabet="ab1 *_`[]()<>#|~&$\\!-+=.:\n", max_size=40))
    @settings(max_examples=300, deadline=None)
    def test_a_text_of_ours_comes_back_as_it_was(self, said):
        line = letters.one_line(said)
        assert words_of(parse(markdown.escaped(line))) == " ".join(line.split())

    @given(st.text(alphabet="ab *_`[](#|~>\\!-1.\n", max_size=60))
    @settings(max_examples=300, deadline=None)
    def test_no_word_of_a_person_is_lost_or_made_up(self, said):
        tree = parse(said)
        again = parse(markdown._nodes(tree))
        assert words_of(again).replace(" ", "") == words_of(tree).replace(" ", "")

    @pytest.mark.parametrize(
        "said",
        [
            "a **b** *c* ~~d~~ `e|f` [g](https://example.org/a_(b))",
            "- a\n  - b\n    1. c\n- [x] d",
            "3. a\n4. b",
            "> quoted\n> twice",
            "```\ncode ``` inside\n```",
            "| a | b |\n|---|---|\n| 1 | **2** |",
            "a\nb",
        ],
    )
    def test_structure_is_kept(self, said):
        assert parse(markdown._nodes(parse(said))) == parse(said)

    def test_a_heading_of_a_person_is_none_of_the_report(self):
        assert markdown._nodes(parse("# Mine")) == "**Mine**"

    def test_two_lists_stay_two(self):
        tree = parse("- a\n\n* b")
        assert len(parse(markdown._nodes(tree))) == len(tree) == 2


@cache
def png():
    made = io.BytesIO()
    Image.new("RGB", (300, 100), "#7a1f4b").save(made, "PNG")
    return made.getvalue()


@cache
def dressed(ending):
    look = Logo(base64.b64encode(png()).decode(), 300, 100, "Retail analytics")
    options = replace(USUAL, accent="#7a1f4b", logo=look)
    return FORMS[ending].make(build(snapshots.full(), EDITION, options=options), snapshots.full(), ours)


class TestLook:
    """The logo and the colour of the workspace are on every form that has a cover."""

    def test_the_web_page_holds_the_logo_and_may_show_no_other_picture(self):
        said = dressed("html").decode()
        assert read.page(dressed("html")).tags["img"] == 1
        assert f'src="data:image/png;base64,{base64.b64encode(png()).decode()}" alt="Retail analytics"' in said
        assert re.search(r'Content-Security-Policy" content="([^"]*)"', said)[1].endswith("; img-src data:")
        assert "--report-line: #7a1f4b" in said
        assert "img-src" not in of("full", "html").decode().partition("</head>")[0]

    def test_the_styles_of_each_colour_have_a_policy_of_their_own(self):
        for content in (dressed("html"), of("full", "html")):
            style, policy = (
                re.search(pattern, content.decode(), re.DOTALL)[1]
                for pattern in (r"<style>(.*?)</style>", r"sha256-([^&]*)&")
            )
            assert base64.b64encode(hashlib.sha256(style.encode()).digest()).decode() == policy

    @pytest.mark.parametrize(("ending", "first"), [("docx", "word/document.xml"), ("pptx", "ppt/slides/slide1.xml")])
    def test_office_files_hold_it_whole_and_say_what_it_is(self, ending, first):
        archive = zipfile.ZipFile(io.BytesIO(dressed(ending)))
        assert png() in [archive.read(name) for name in archive.namelist() if name.endswith(".png")]
        assert 'descr="Retail analytics"' in archive.read(first).decode()
        plain = zipfile.ZipFile(io.BytesIO(of("full", ending)))
        assert 'descr="Retail analytics"' not in plain.read(first).decode()

    def test_titles_and_lines_have_the_colour(self):
        styles = read.member(dressed("docx"), "word/styles.xml")
        subtitle = next(style for style in styles.iter(f"{read.W}style") if style.get(f"{read.W}styleId") == "Subtitle")
        assert subtitle.find(f".//{read.W}color").get(f"{read.W}val") == "7A1F4B"
        deck = zipfile.ZipFile(io.BytesIO(dressed("pptx")))
        assert 'val="7A1F4B"' in deck.read("ppt/slideMasters/slideMaster1.xml").decode()

    def test_a_logo_is_as_large_as_it_fits(self):
        assert within(Logo("", 300, 100, ""), (60.0, 16.0)) == (48.0, 16.0)
        assert within(Logo("", 600, 100, ""), (60.0, 16.0)) == (60.0, 10.0)


class TestWord:
    def test_styles_are_used(self):
        content = of("full", "docx")
        styles = {
            style.get(f"{read.W}val") for style in read.member(content, "word/document.xml").iter(f"{read.W}pStyle")
        }
        assert {"Title", "Heading1", "Heading2", "ListBullet", "ReportNote"} <= styles

    def test_table_heads_are_repeated(self):
        tables = list(read.member(of("full", "docx"), "word/document.xml").iter(f"{read.W}tbl"))
        heads = [table for table in tables if table.find(f"{read.W}tr/{read.W}trPr/{read.W}tblHeader") is not None]
        assert len(heads) >= 15

    def test_pages_are_numbered(self):
        archive = zipfile.ZipFile(io.BytesIO(of("full", "docx")))
        footers = "".join(archive.read(name).decode() for name in archive.namelist() if "footer" in name)
        assert " PAGE " in footers
        assert " NUMPAGES " in footers

    @pytest.mark.parametrize(("language", "named"), [("en", "en-GB"), ("pt-br", "pt-BR")])
    def test_the_language_is_set(self, language, named):
        styles = read.member(of("full", "docx", language), "word/styles.xml")
        assert styles.find(f".//{read.W}rPrDefault//{read.W}lang").get(f"{read.W}val") == named

    def test_pictures_say_what_they_show(self):
        document = read.member(of("full", "docx"), "word/document.xml")
        pictures = [node for node in document.iter() if node.tag.endswith("}docPr")]
        charts = [block for section in build(snapshots.full(), EDITION).sections for block in section.blocks]
        assert [node.get("descr") for node in pictures] == [
            alternative(one) for one in charts if isinstance(one, (Curve, Ranges)) or getattr(one, "heat", None)
        ]
        assert len({node.get("id") for node in pictures}) == len(pictures)

    def test_the_canvas_is_a_table_on_a_landscape_page(self):
        document = read.member(of("full", "docx"), "word/document.xml")
        pages = [page.get(f"{read.W}orient") for page in document.iter(f"{read.W}pgSz")]
        assert pages.count("landscape") == 1
        assert len(list(document.iter(f"{read.W}vMerge"))) >= 5

    def test_a_canvas_that_is_too_long_for_a_page_is_read_in_columns(self):
        document = read.member(of("long", "docx"), "word/document.xml")
        assert "2" in [columns.get(f"{read.W}num") for columns in document.iter(f"{read.W}cols")]
        assert list(document.iter(f"{read.W}vMerge")) == []


class TestSlides:
    def test_what_is_shown_fits_its_box(self):
        sizes = (12.0, 10.0, 8.0)
        for said in ("Short.", "word " * 400, "W" * 5000, "你好" * 900, ""):
            found = fitting.fit(
                [fitting.Words("Heading", bold=True, heading=True), fitting.Words(said)], 200, 120, sizes
            )
            assert fitting.tall(found.words, 200, found.size) <= 120
            assert found.cut == (len(said) > 100)

    @given(st.text(max_size=300), st.floats(40, 400), st.floats(20, 200))
    @settings(deadline=None)
    def test_nothing_ever_leaves_its_box(self, said, width, height):
        found = fitting.fit([fitting.Words(said, bullet=True)], width, height, (14.0, 9.0))
        assert fitting.tall(found.words, width, found.size) <= height

    def test_a_heading_never_stands_alone(self):
        heading = fitting.Words("Heading", heading=True)
        assert fitting.fit([heading, fitting.Words("x" * 50)], 30, 14, (10.0,)).words == ()

    def test_titles_are_placeholders_and_pictures_say_what_they_show(self):
        archive = zipfile.ZipFile(io.BytesIO(of("full", "pptx")))
        pictures = 0
        for number in range(1, 7):
            slide = ET.fromstring(archive.read(f"ppt/slides/slide{number}.xml"))
            kinds = [ph.get("type") for ph in slide.iter(f"{read.P}ph")]
            assert {"title", "ctrTitle"} & set(kinds)
            assert {"ftr", "sldNum"} <= set(kinds)
            names = list(slide.iter(f"{read.P}cNvPr"))
            assert len({name.get("id") for name in names}) == len(names)
            for picture in slide.iter(f"{read.P}pic"):
                pictures += 1
                assert len(picture.find(f".//{read.P}cNvPr").get("descr")) > 20
            languages = {run.get("lang") for run in slide.iter(f"{read.A}rPr")}
            assert languages == {"en-GB"}
        assert pictures == 3

    def test_an_empty_project_says_what_is_missing(self):
        deck = read.slides(of("empty", "pptx"))
        assert "The project has nothing here yet." in deck[2][1]
        assert "Canvas: every block is empty." in deck[5][1]

    def test_it_asks_for_a_decision(self):
        said = read.slides(of("full", "pptx"))[5][1]
        for asked in ("Gates: open", "SC-08", "What is missing", "Next steps", "Decision (go, pilot, stop)"):
            assert asked in said


class TestWorkbook:
    def test_a_figure_looks_as_in_the_report(self):
        cell = workbook.Cell
        assert workbook._format(cell("€\u00a073,090", value=73090.4), decimal=".") == '"€\u00a0"#,##0'
        assert workbook._format(cell("R$\u00a02.130,5", value=2130.5), decimal=",") == '"R$\u00a0"#,##0.0'
        assert workbook._format(cell("4.2 %", value=4.2), decimal=".") == '#,##0.0" %"'
        assert workbook._format(cell("\u22123", value=-3.0), decimal=".") == "#,##0"

    @pytest.mark.parametrize("said", ["1 d", "at once", '5 "x"', "5 " + "W" * 90, "5\n6"])
    def test_a_text_that_is_not_its_figure_stays_a_text(self, said):
        assert workbook._format(workbook.Cell(said, value=24.0), decimal=".") == ""

    def test_names_of_sheets_are_ones_that_excel_takes(self):
        assert workbook._name("a/b:c*d", []) == "a b c d"
        assert workbook._name("x" * 40, ["X" * 31]) == "x" * 29 + " 2"
        assert workbook._name("Chance that the cost stays below an amount", []) == "Chance that the cost stays"
        assert workbook._name("Chance that the cost stays one two", []) == "Chance that the cost stays one"
        assert workbook._name("[]", []) == "–"

    def test_formulas_stay_texts(self):
        found = read.sheets(made(snapshots.poisoned("=cmd|' /C calc'!A0"), "xlsx"))
        assert any("=cmd|' /C calc'!A0" in row for row in found["Risk register"])

    def test_it_speaks_the_language_of_the_report(self):
        found = read.sheets(of("cheia", "xlsx"))
        assert {"Sobre", "Registro de riscos", "Linhas de custo", "Métricas de sucesso"} <= set(found)


@pytest.mark.any_database
class TestReportFile:
    @pytest.fixture
    def rich(self, project, monkeypatch):
        monkeypatch.setattr(projects, "snapshot", lambda _project: snapshots.full())
        return project

    @pytest.mark.parametrize("ending", FORMS)
    def test_a_member_downloads_it(self, rich, vic, client_for, ending):
        response = client_for(vic).get(ADDRESS + ending)
        assert response.status_code == 200
        assert response.headers["Content-Type"] == FORMS[ending].media_type
        name = f'attachment; filename="churn-in-prepaid-mobile-report.{ending}"'
        assert response.headers["Content-Disposition"] == name
        assert response.headers["Cache-Control"] == "private, no-store"
        assert response.content

    @pytest.mark.parametrize("ending", FORMS)
    def test_a_new_project_has_one_too(self, project, alice, client_for, ending):
        assert client_for(alice).get(ADDRESS + ending).status_code == 200

    def test_it_speaks_the_language_that_is_asked_for(self, rich, vic, client_for):
        assert "Relatório de escopo" in client_for(vic).get(f"{ADDRESS}md?language=pt-br").content.decode()

    @pytest.mark.parametrize("ending", FORMS)
    def test_what_a_revision_holds(self, project, alice, client_for, ending):
        projects_actions.save_text(project=project, key="scope/problem", text="Calls are wasted.", base=0, by=alice)
        projects_actions.revise(project=project, by=alice)
        projects_actions.save_text(project=project, key="scope/problem", text="Calls are late.", base=1, by=alice)
        client = client_for(alice)
        then = client.get(f"{ADDRESS}{ending}?revision=1")
        assert then.headers["Content-Disposition"].endswith(f'report-revision-1.{ending}"')
        assert then.content != client.get(ADDRESS + ending).content
        if ending in {"md", "html"}:
            assert "Calls are wasted." in then.content.decode()
        assert client.get(f"{ADDRESS}{ending}?revision=2").status_code == 404

    @pytest.mark.parametrize("ending", FORMS)
    def test_who_may_not(self, project, sam, vic, client, client_for, ending):
        assert client_for(sam).get(ADDRESS + ending).status_code == 404
        assert client.get(ADDRESS + ending).headers["Location"].startswith("/account/login/")
        assert client_for(vic).post(ADDRESS + ending).status_code == 405

    def test_the_page_leads_to_them(self, project, vic, client_for):
        page = client_for(vic).get("/p/churn-in-prepaid-mobile/report/").content.decode()
        for ending in FORMS:
            assert f'href="{ADDRESS}{ending}?language=en&amp;sections=' in page

    @pytest.mark.parametrize("ending", ["docx", "pptx"])
    def test_without_fonts_it_says_so(self, rich, vic, client_for, monkeypatch, ending):
        def none():
            raise NoFonts("nowhere")

        monkeypatch.setattr(selectors, "report_fonts", none)
        response = client_for(vic).get(ADDRESS + ending)
        assert response.status_code == 503
        assert "Markdown, HTML and Excel work without them." in response.content.decode()
        assert client_for(vic).get(f"{ADDRESS}md").status_code == 200

    def test_a_failure_gives_a_reference_and_the_page(self, rich, vic, client_for, monkeypatch, caplog):
        def broken(*_arguments, **_options):
            raise NotTypeset("unknown variable")

        monkeypatch.setattr(docx, "picture", broken)
        response = client_for(vic).get(f"{ADDRESS}docx")
        assert response.status_code == 500
        reference = re.search(r"Reference for support: ([0-9a-f]{8})", response.content.decode())[1]
        assert reference in caplog.text

    def test_the_libraries_are_loaded_when_they_are_needed(self):
        """They take longer to load than a page takes to answer."""
        asked = (
            "import os, sys, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'tests.plumbing.settings'; django.setup(); "
            "import mlcanvas.urls; print([name for name in ('docx', 'pptx', 'lxml', 'PIL') if name in sys.modules])"
        )
        done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True, timeout=60)
        assert done.stdout.strip() == "[]"


class TestExportReport:
    @pytest.mark.parametrize("ending", FORMS)
    def test_the_ending_decides(self, project, tmp_path, capsys, ending):
        file = tmp_path / f"report.{ending.upper()}"
        call_command("export_report", project.slug, output=file)
        assert file.read_bytes() == selectors.report_file(project, ending)
        assert capsys.readouterr().out.strip() == str(file)

    @pytest.mark.parametrize("name", ["report", "report.zip", "report.pdf.bak"])
    def test_an_ending_that_says_nothing(self, project, tmp_path, name):
        with pytest.raises(CommandError, match=r"no ending that says which form it is to have: \.pdf, \.html"):
            call_command("export_report", project.slug, output=tmp_path / name)
        assert not (tmp_path / name).exists()


class TestColours:
    def test_they_are_those_of_the_page(self):
        css = Path(__file__).resolve().parents[2] / "static" / "css"
        light = (css / "app.css").read_text("utf-8").partition('[data-bs-theme="dark"]')[0]
        own = (css / html.STYLES[0]).read_text("utf-8")
        in_the_file = dict(re.findall(r"(--[-a-z0-9]+): (#[0-9a-f]+)", own.partition("@media")[0]))
        for tone in range(1, 6):
            assert f"--risk-{tone}: #{palette.RAMP[tone].lower()};" in light
        for name, value in re.findall(r"(--(?:risk|tone|ok|begun)[-a-z0-9]*): (#[0-9a-f]+)", light):
            assert in_the_file.get(name, value) == value
        assert len(in_the_file) >= 18
