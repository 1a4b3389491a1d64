"""The files of the register: who gets them, what they hold, and that nothing in them runs."""

import csv
import io
import logging
import re
import time
import zipfile
from datetime import date, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from django.http import QueryDict
from django.utils import timezone, translation

from mlcanvas.domain.spreadsheet import unturned
from mlcanvas.risks import drawing, exports, listing, selectors, table
from mlcanvas.risks.models import Risk
from mlcanvas.typeset import NoFonts, NotTypeset
from tests.risks.risk_cases import INJECTIONS, PAGE, WHOLE, risk

pytestmark = pytest.mark.any_database

KINDS = {
    "register.csv": "text/csv; charset=utf-8",
    "register.xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "register.md": "text/markdown; charset=utf-8",
    "picture.svg": "image/svg+xml",
    "picture.png": "image/png",
}
PORTUGUESE = {"headers": {"accept-language": "pt-br"}}
HOSTILE = [
    *INJECTIONS,
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "+1+1;=2",
    "-2+3,@x",
    "a|b\\|c\n| --- |\n- x",
    "_x0041_ &amp; ]]> <!--",
    "[x](javascript:alert(1)) ![y](http://example.org)",
    "\u2067שלום\u2069 \u200fمرحبا",
    "W" * 10_000,
    "é" * 10_000,
]
LABELS = {
    "title": "Title",
    "cause": "Cause",
    "event": "Event",
    "effect": "Effect",
    "mitigation": "What is done about it",
    "owner": "Owner",
}
MOST = {"title": 200, "owner": 120}

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
SVG = "{http://www.w3.org/2000/svg}"


def hostile(project, text: str, key: str = "P01") -> Risk:
    return risk(project, key, **{name: text[: MOST.get(name)] for name in LABELS})


def whole(project) -> Risk:
    """A risk with every field filled."""
    given = {name: value for name, value in WHOLE.items() if name != "version"}
    steps = {name: int(value) for name, value in given.items() if name.endswith(("likelihood", "severity"))}
    accepted = {
        "accepted_until": "2027-06-30",
        "accepted_on": "2026-11-27",
        "accepted_by": "Erin",
        "accepted_why": "Until the pilot ends.",
    }
    return risk(
        project, "P01", **{**given, **steps, **accepted, "links": ["block:value_proposition", "eu_ai_act:Art. 10"]}
    )


def rows_of(response, delimiter: str = ",") -> list[dict[str, str]]:
    assert response.content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"), newline=""), delimiter=delimiter))


def sheets(content: bytes) -> list[list[list[str]]]:
    """The texts of each sheet, read without the library that wrote them. Fails on a formula or a link."""
    found = []
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        names = book.namelist()
        assert not [name for name in names if "external" in name.lower() or "vba" in name.lower()]
        shared = [
            re.sub("_x005F_", "_", "".join(part.text or "" for part in entry.iter(f"{MAIN}t")))
            for entry in ET.fromstring(book.read("xl/sharedStrings.xml"))
        ]
        for name in ("xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"):
            root = ET.fromstring(book.read(name))
            assert not list(root.iter(f"{MAIN}f"))
            assert not list(root.iter(f"{MAIN}hyperlink"))
            found.append([_row(row, shared) for row in root.iter(f"{MAIN}row")])
    return found


def _row(row, shared: list[str]) -> list[str]:
    """The texts of a row up to the last one; a cell that the file leaves out is empty."""
    found = {}
    for cell in row:
        value = cell.find(f"{MAIN}v")
        if value is not None:
            letters = cell.get("r").rstrip("0123456789")
            column = sum(26**place * (ord(letter) - 64) for place, letter in enumerate(reversed(letters))) - 1
            found[column] = shared[int(value.text)] if cell.get("t") == "s" else value.text
    return [found.get(column, "") for column in range(max(found, default=-1) + 1)]


def cells(content: bytes) -> dict[str, str]:
    """The first risk of the first sheet by the names of the columns."""
    head, row = sheets(content)[0]
    return dict(zip(head, row + [""] * (len(head) - len(row)), strict=True))


@pytest.mark.parametrize("name", KINDS)
class TestWhoGetsThem:
    @pytest.mark.parametrize("who", ["alice", "erin", "rita", "vic"])
    def test_members(self, project, client_for, request, name, who):
        risk(project)
        response = client_for(request.getfixturevalue(who)).get(PAGE + name)
        assert response.status_code == 200
        assert response.headers["Content-Type"] == KINDS[name]
        assert response.headers["Cache-Control"] == "private, no-store"
        kind = "heat map" if name.startswith("picture") else "risk register"
        day, ending = timezone.localdate().isoformat(), name.partition(".")[2]
        assert response.headers["Content-Disposition"] == (
            f'attachment; filename="Churn in prepaid mobile - {kind} - {day}.{ending}"'
        )

    def test_an_empty_register_is_a_file_too(self, project, vic, client_for, name):
        assert client_for(vic).get(PAGE + name).status_code == 200

    def test_stranger_sees_404(self, project, sam, client_for, name):
        assert client_for(sam).get(PAGE + name).status_code == 404

    def test_anonymous_goes_to_sign_in(self, project, client, name):
        response = client.get(PAGE + name)
        assert response.status_code == 302
        assert response.headers["Location"].startswith("/account/login/")

    @pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
    def test_other_methods_are_not_allowed(self, project, erin, client_for, name, method):
        assert getattr(client_for(erin), method)(PAGE + name).status_code == 405

    def test_nonsense_in_the_address_is_the_whole_list(self, project, vic, client_for, name):
        risk(project)
        nonsense = "?cell=9x9&category=luck&status=x&sort=password&page=7&show=y"
        assert client_for(vic).get(PAGE + name + nonsense).content == client_for(vic).get(PAGE + name).content

    def test_queries_do_not_grow(self, project, alice, client_for, count_queries, name):
        client = client_for(alice)
        for number in range(10):
            risk(project, f"P{number:02}", cause="c", event="e", effect="f")
        client.get(PAGE + name)
        few = count_queries(lambda: client.get(PAGE + name))
        Risk.objects.bulk_create(
            Risk(project=project, key=f"P{number}", title="x", category="data", likelihood=1, severity=1)
            for number in range(10, 300)
        )
        assert count_queries(lambda: client.get(PAGE + name)) == few
        assert few <= 5

    def test_the_same_register_gives_the_same_bytes(self, project, alice, client_for, name):
        whole(project)
        assert client_for(alice).get(PAGE + name).content == client_for(alice).get(PAGE + name).content

    def test_the_name_of_the_project_breaks_nothing(self, project, alice, client_for, name):
        project.name = '=1+1 "x"\u202e/../<b>\r\nX: y'
        project.save()
        response = client_for(alice).get(PAGE + name)
        assert response.status_code == 200
        said = response.headers["Content-Disposition"]
        assert not {"/", "\r", "\n", "<"} & set(said.partition("filename")[2].replace("''", ""))


class TestRows:
    @pytest.fixture(autouse=True)
    def risks(self, project):
        risk(project, "P01", title="b", likelihood=4, severity=3, owner="Zoe", category="model")
        risk(project, "P02", title="a", likelihood=5, severity=5, current_likelihood=1, current_severity=3)
        risk(project, "R10", title="c", likelihood=2, severity=2, due=date(2027, 1, 1), owner="Ann")
        risk(project, "R02", title="d", status="closed")
        risk(project, "P09", title="gone", deleted_at=timezone.now())

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("", ["P01", "R10", "P02"]),
            ("?cell=5x5&show=inherent", ["P02"]),
            ("?category=model", ["P01"]),
            ("?status=closed", ["R02"]),
            ("?status=all&sort=key", ["R02", "R10", "P01", "P02"]),
            ("?sort=-title&page=2", ["R10", "P01", "P02"]),
        ],
    )
    def test_every_file_holds_what_the_list_shows(self, project, erin, client_for, query, expected):
        client = client_for(erin)
        assert [row["Key"] for row in rows_of(client.get(f"{PAGE}register.csv{query}"))] == expected
        assert [row[0] for row in sheets(client.get(f"{PAGE}register.xlsx{query}").content)[0][1:]] == expected
        lines = client.get(f"{PAGE}register.md{query}").content.decode().splitlines()
        assert [line.split("|")[1].strip() for line in lines[2:]] == expected

    def test_no_row_is_left_for_another_page(self, project, erin, client_for):
        Risk.objects.bulk_create(
            Risk(project=project, key=f"P{number}", title="x", category="data", likelihood=1, severity=1)
            for number in range(100, 350)
        )
        client = client_for(erin)
        assert len(rows_of(client.get(f"{PAGE}register.csv?page=2"))) == 253
        assert len(sheets(client.get(f"{PAGE}register.xlsx").content)[0]) == 254

    def test_the_picture_follows_view_category_and_status(self, project, erin, client_for):
        client = client_for(erin)

        def said(query):
            root = ET.fromstring(client.get(f"{PAGE}picture.svg{query}").content)
            return root[0].text, root[1].text

        assert said("")[1] == "3 risks: high 1, low 2"
        assert said("?show=inherent")[1] == "3 risks: critical 1, high 1, low 1"
        assert "Before any measure" in said("?show=inherent")[0]
        title, counts = said("?category=model&status=all")
        assert counts == "1 risk: high 1"
        assert "open and closed · Category: model" in title
        assert said("?cell=4x3")[1] == said("")[1]
        assert said("?category=legal")[1] == "No risk fits these filters."


class TestCsv:
    def test_every_column(self, project, erin, client_for):
        whole(project)
        (row,) = rows_of(client_for(erin).get(f"{PAGE}register.csv"))
        assert row == {
            "Key": "P01",
            "Title": "Labels cost too much",
            "Category": "data",
            "Cause": "Only experts can label.",
            "Event": "The price triples.",
            "Effect": "The budget is gone.",
            "Stage": "data",
            "Likelihood, before": "4",
            "Severity, before": "3",
            "Score, before": "12",
            "Band, before": "high",
            "Likelihood, now": "3",
            "Severity, now": "3",
            "Score, now": "9",
            "Band, now": "medium",
            "Likelihood, target": "2",
            "Severity, target": "2",
            "Score, target": "4",
            "Band, target": "low",
            "Treatment": "reduce",
            "What is done about it": "Label in rounds.",
            "Owner": "Erin",
            "Due": "2027-03-31",
            "Status": "open",
            "Accepted until": "2027-06-30",
            "Accepted by": "Erin",
            "Accepted on": "2026-11-27",
            "Why it is accepted": "Until the pilot ends.",
            "Linked to": "Value propositions\nEU AI Act Art. 10",
        }

    def test_what_nobody_said_is_empty(self, project, erin, client_for):
        risk(project)
        (row,) = rows_of(client_for(erin).get(f"{PAGE}register.csv"))
        assert (row["Score, now"], row["Score, target"], row["Band, target"], row["Due"]) == ("12", "", "", "")

    def test_it_speaks_portuguese_and_brazilian_excel_opens_it(self, project, erin, client_for):
        whole(project)
        (row,) = rows_of(client_for(erin).get(f"{PAGE}register.csv", **PORTUGUESE), ";")
        assert row["Categoria"] == "dados"
        assert row["Situação"] == "aberto"
        assert row["Prazo"] == "2027-03-31"

    @pytest.mark.parametrize("text", HOSTILE)
    def test_nothing_runs_and_nothing_is_lost(self, project, erin, client_for, text):
        hostile(project, text)
        content = client_for(erin).get(f"{PAGE}register.csv").content
        (row,) = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
        for name, label in LABELS.items():
            assert not row[label].startswith(("=", "+", "-", "@", "\t", "\r"))
            assert row[label].replace("'", "") == unturned(text[: MOST.get(name)]).replace("'", "")
        assert len(row) == 29
        for separator in ",;\t":
            for cells in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=separator):
                assert not [cell for cell in cells if re.match(" *[=@]", cell)]


class TestXlsx:
    def test_every_column_as_what_it_is(self, project, erin, client_for):
        whole(project)
        found = cells(client_for(erin).get(f"{PAGE}register.xlsx").content)
        assert found["Title"] == "Labels cost too much"
        assert (found["Score, before"], found["Band, now"], found["Likelihood, target"]) == ("12", "medium", "2")
        assert date(1899, 12, 30) + timedelta(int(found["Due"])) == date(2027, 3, 31)
        assert date(1899, 12, 30) + timedelta(int(found["Accepted until"])) == date(2027, 6, 30)
        assert (found["Accepted by"], found["Why it is accepted"]) == ("Erin", "Until the pilot ends.")
        assert found["Linked to"] == "Value propositions\nEU AI Act Art. 10"
        assert list(found) == [column.label for column in table.columns()]

    def test_the_second_sheet_says_how_to_read_the_first(self, project, erin, client_for):
        risk(project)
        content = client_for(erin).get(f"{PAGE}register.xlsx?category=data&cell=3x4").content
        said = {row[0]: row[1:] for row in sheets(content)[1] if row}
        assert said["Project"] == ["Churn in prepaid mobile"]
        assert said["Exported on"] == [timezone.localdate().isoformat()]
        assert said["Category"] == ["data"]
        assert said["Cell"] == ["likelihood 3 · possible, severity 4 · major (Now)"]
        assert said["Sorted by"] == ["Score, now, falling"]
        assert said["15–25"][0] == "critical"
        assert any(name.startswith("Likelihood and severity are ranks") for name in said)

    def test_header_and_keys_stay_and_columns_filter(self, project, erin, client_for):
        risk(project)
        with zipfile.ZipFile(io.BytesIO(client_for(erin).get(f"{PAGE}register.xlsx").content)) as book:
            sheet = book.read("xl/worksheets/sheet1.xml").decode()
            assert 'state="frozen"' in sheet
            assert '<autoFilter ref="A1:AC2"/>' in sheet
            assert {entry.date_time for entry in book.infolist()} == {(1980, 1, 1, 0, 0, 0)}
            assert timezone.localdate().isoformat() in book.read("docProps/core.xml").decode()
            assert "FFE48F4D" in book.read("xl/styles.xml").decode()

    def test_it_speaks_portuguese(self, project, erin, client_for):
        whole(project)
        register, reading = sheets(client_for(erin).get(f"{PAGE}register.xlsx", **PORTUGUESE).content)
        assert "Categoria" in register[0]
        assert ["Projeto", "Churn in prepaid mobile"] in reading

    @pytest.mark.parametrize("text", HOSTILE)
    def test_a_text_stays_a_text(self, project, erin, client_for, text):
        hostile(project, text)
        content = client_for(erin).get(f"{PAGE}register.xlsx").content
        found = cells(content)
        for name, label in LABELS.items():
            assert found[label] == unturned(text[: MOST.get(name)])

    def test_a_formula_is_marked_for_whoever_edits_its_cell(self, project, erin, client_for):
        hostile(project, "=1+1")
        with zipfile.ZipFile(io.BytesIO(client_for(erin).get(f"{PAGE}register.xlsx").content)) as book:
            styles = ET.fromstring(book.read("xl/styles.xml")).find(f"{MAIN}cellXfs")
            quoted = {str(place) for place, xf in enumerate(styles) if xf.get("quotePrefix") == "1"}
            cells = ET.fromstring(book.read("xl/worksheets/sheet1.xml")).iter(f"{MAIN}c")
            assert {cell.get("r") for cell in cells if cell.get("s") in quoted} == {"B2", "D2", "E2", "F2", "U2", "V2"}


class TestMarkdown:
    def test_the_main_columns(self, project, erin, client_for):
        whole(project)
        lines = client_for(erin).get(f"{PAGE}register.md").content.decode().splitlines()
        assert lines[0].startswith("| Key | Title | Category |")
        assert lines[2] == (
            "| P01 | Labels cost too much | data | 12 | 9 · medium | 4 | Label in rounds. | Erin | 2027-03-31 |"
        )

    @pytest.mark.parametrize("text", HOSTILE)
    def test_a_row_stays_a_row_and_text_stays_text(self, project, erin, client_for, text):
        hostile(project, text)
        lines = client_for(erin).get(f"{PAGE}register.md").content.decode().splitlines()
        assert len(lines) == 3
        assert len(re.findall(r"(?<!\\)\|", lines[2])) == len(re.findall(r"(?<!\\)\|", lines[0]))
        assert not re.search(r"(?<!\\)[<\[`]", lines[2])


class TestPicture:
    @pytest.mark.parametrize("text", HOSTILE)
    @pytest.mark.parametrize("language", ["en", "pt-br"])
    def test_an_svg_holds_shapes_and_nothing_else(self, project, erin, client_for, text, language):
        project.name = text[:200]
        project.save()
        hostile(project, text)
        content = client_for(erin).get(f"{PAGE}picture.svg", headers={"accept-language": language}).content
        root = ET.fromstring(content)
        allowed = {"svg", "g", "path", "use", "defs", "symbol", "clipPath", "rect", "title", "desc"}
        assert {element.tag.removeprefix(SVG) for element in root.iter()} <= allowed
        for element in root.iter():
            for name, value in element.attrib.items():
                assert not name.rpartition("}")[2].lower().startswith("on")
                if name.rpartition("}")[2] in ("href", "src"):
                    assert value.startswith("#")
                assert not re.search(r"url\((?!#)", value)

    def test_three_hundred_risks_are_counted(self, project, erin, client_for):
        Risk.objects.bulk_create(
            Risk(
                project=project, key=f"P{n}", title="x", category="data", likelihood=1 + n % 5, severity=1 + n // 5 % 5
            )
            for n in range(300)
        )
        client = client_for(erin)
        assert client.get(f"{PAGE}picture.png").content.startswith(b"\x89PNG")
        assert ET.fromstring(client.get(f"{PAGE}picture.svg").content)[1].text.startswith("300 risks: ")

    def test_the_words_of_the_picture(self, project):
        whole(project)
        risk(project, "R02", title="x" * 200)
        scale = selectors.scale(project)
        asked = listing.asked(QueryDict(), PAGE, scale)
        with translation.override("pt-br"):
            found = drawing.picture(project.name, asked, table.whole(project, scale), scale, date(2026, 11, 27))
        assert found.about.startswith("Riscos por probabilidade e severidade · Agora")
        assert found.about.endswith(" · 27 nov 2026")
        assert [row["key"] for row in found.data["list"]] == ["R02", "P01"]
        assert found.data["list"][0]["title"] == "x" * 90 + "…"
        assert found.data["bands"][0]["text"] == "15–25 crítico: 0"
        assert [row["mark"] for row in found.data["legend"]] == ["chip", "inherent", "target", "done", "planned"]

    def test_the_colours_are_those_of_the_page(self):
        css = (Path(__file__).parents[2] / "static" / "css" / "app.css").read_text("utf-8")
        for number, colour in enumerate(drawing.RAMP[1:], 1):
            assert re.search(rf"--risk-{number}: (#\w+)", css)[1] == colour

    @pytest.mark.parametrize("name", ["picture.svg", "picture.png"])
    def test_without_fonts_it_says_so(self, project, vic, client_for, monkeypatch, name):
        def none():
            raise NoFonts("nowhere")

        monkeypatch.setattr(exports, "document_fonts", none)
        response = client_for(vic).get(PAGE + name)
        assert response.status_code == 503
        assert "The fonts of pictures are missing on this server." in response.content.decode()

    @pytest.mark.parametrize("name", ["picture.svg", "picture.png"])
    def test_a_failure_gives_a_reference(self, project, vic, client_for, monkeypatch, caplog, name):
        def broken(*_arguments):
            raise NotTypeset("unknown variable")

        monkeypatch.setattr(drawing, "render", broken)
        monkeypatch.setattr(exports.secrets, "token_hex", lambda _size: "cafe0003")
        with caplog.at_level(logging.ERROR):
            response = client_for(vic).get(PAGE + name)
        assert response.status_code == 500
        assert "Reference for support: cafe0003" in response.content.decode()
        assert "cafe0003" in caplog.text


class TestMenu:
    def test_it_hands_on_what_the_list_shows(self, project, vic, client_for):
        page = client_for(vic).get(f"{PAGE}?category=model&sort=key").content.decode()
        for name in KINDS:
            # A picture may fail with a page that says why: a browser that only downloads would not show it.
            download = "" if name.startswith("picture") else " download"
            assert f'href="{PAGE}{name}?category=model&amp;sort=key"{download}>' in page


class TestTime:
    @pytest.mark.parametrize(("name", "most"), [("register.csv", 0.06), ("register.xlsx", 0.3)])
    def test_three_hundred_risks(self, project, alice, client_for, name, most):
        """The fastest of several: a busy machine is no reason to fail."""
        Risk.objects.bulk_create(
            Risk(
                project=project, key=f"P{number}", title=f"Risk {number}", category="data", cause="c " * 60,
                event="e " * 60, effect="f " * 60, mitigation="m " * 100, owner="Erin", stage="data",
                due=date(2027, 1, 1),
                likelihood=1 + number % 5, severity=1 + number % 4,
            )
            for number in range(300)
        )  # fmt: skip
        client = client_for(alice)
        taken = []
        for _ in range(8):
            begun = time.perf_counter()
            client.get(PAGE + name)
            taken.append(time.perf_counter() - begun)
        print(f"{name}: {min(taken) * 1000:.0f} ms")
        assert min(taken) <= most
