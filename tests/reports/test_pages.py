"""The report's page and its download."""

import logging
from pathlib import Path

import pytest
from django.utils import translation

from mlcanvas.projects import actions as projects_actions
from mlcanvas.projects import parts
from mlcanvas.projects import selectors as projects
from mlcanvas.reports import selectors, views
from mlcanvas.typeset import NoFonts, NotTypeset
from tests.fixtures_projects import FRAGMENT
from tests.reports import snapshots
from tests.reports.printing import info, text

pytestmark = pytest.mark.any_database

PAGE = "/p/churn-in-prepaid-mobile/report/"
FILE = "/p/churn-in-prepaid-mobile/report.pdf"


@pytest.fixture
def rich(project, monkeypatch):
    """The project with a rich snapshot, whichever parts are there."""
    monkeypatch.setattr(projects, "snapshot", lambda _project: snapshots.full())
    return project


class TestReport:
    def test_a_member_reads_it(self, rich, vic, client_for):
        response = client_for(vic).get(PAGE)
        page = response.content.decode()
        assert response.status_code == 200
        for said in (
            "Scoping report",
            "Not a signed revision",
            "who would have stayed anyway",
            "€\u00a073,090",
            "Louis Dorard",
        ):
            assert said in page
        assert f'href="{FILE}?language=en&amp;sections=scope,canvas,' in page

    def test_an_empty_project_says_what_is_missing(self, project, alice, client_for):
        page = client_for(alice).get(PAGE).content.decode()
        assert "Scope: no question is answered." in page
        assert "Canvas: every block is empty." in page

    def test_as_a_fragment_it_is_only_the_report(self, rich, vic, client_for):
        page = client_for(vic).get(PAGE, **FRAGMENT).content.decode()
        assert page.strip().startswith('<div id="report">')

    def test_the_document_s_language_is_not_the_reader_s(self, rich, vic, client_for):
        page = client_for(vic).get(f"{PAGE}?language=pt-br").content.decode()
        assert "Relatório de escopo" in page
        assert 'class="report card" lang="pt-br"' in page
        assert "Download PDF" in page

    def test_what_a_revision_holds_stays_readable(self, project, alice, client_for):
        projects_actions.save_text(project=project, key="scope/problem", text="Calls are wasted.", base=0, by=alice)
        projects_actions.revise(project=project, by=alice)
        projects_actions.save_text(project=project, key="scope/problem", text="Calls are late.", base=1, by=alice)
        then = client_for(alice).get(f"{PAGE}?revision=1").content.decode()
        assert "Calls are wasted." in then
        assert "Revision 1" in then
        assert "Not a signed revision" not in then
        assert f'href="{FILE}?language=en&amp;revision=1&amp;sections=scope,' in then
        now = client_for(alice).get(PAGE).content.decode()
        assert "Calls are late." in now
        assert "Working copy" in now

    def test_what_stands_now_is_the_revision_that_holds_it(self, project, alice, client_for):
        assert "Working copy" in client_for(alice).get(PAGE).content.decode()
        projects_actions.revise(project=project, by=alice)
        page = client_for(alice).get(PAGE).content.decode()
        assert "Revision 1" in page
        assert "Working copy" not in page

    @pytest.mark.parametrize("asked", ["2", "x", "-1", "１", "9" * 30])
    def test_a_revision_that_is_not_there_is_not_found(self, project, alice, client_for, asked):
        projects_actions.revise(project=project, by=alice)
        assert client_for(alice).get(f"{PAGE}?revision={asked}").status_code == 404
        assert client_for(alice).get(f"{FILE}?revision={asked}").status_code == 404

    def test_an_unknown_language_is_the_project_s(self, rich, vic, client_for):
        assert "Scoping report" in client_for(vic).get(f"{PAGE}?language=xx").content.decode()

    def test_numbers_in_pictures_are_not_spelt_for_readers(self, rich, vic, client_for):
        with translation.override("pt-br"):
            page = client_for(vic).get(f"{PAGE}?language=pt-br", headers={"accept-language": "pt-br"}).content.decode()
        assert 'viewBox="0 0 1000 20"' in page
        assert 'x1="1.000"' not in page

    def test_people_s_html_is_text(self, project, vic, client_for, monkeypatch):
        hostile = snapshots.poisoned("<script>alert(1)</script> [x](javascript:alert(1)) **bold**")
        monkeypatch.setattr(projects, "snapshot", lambda _project: hostile)
        page = client_for(vic).get(PAGE).content.decode()
        assert "<script>alert(1)" not in page
        assert "javascript:" not in page.replace("javascript:alert(1))", "")
        assert "<strong>bold</strong>" in page
        assert " style=" not in page

    def test_emphasis_leaves_no_blanks_inside_words(self, project, vic, client_for, monkeypatch):
        marked = snapshots.poisoned("a**b**c *d*, [e](https://example.org) `f`")
        monkeypatch.setattr(projects, "snapshot", lambda _project: marked)
        page = client_for(vic).get(PAGE).content.decode()
        assert '<p>a<strong>b</strong>c <em>d</em>, <a href="https://example.org"' in page
        assert ">e</a> <code>f</code></p>" in page

    def test_characters_that_cannot_be_printed_are_listed(self, project, vic, client_for, monkeypatch):
        monkeypatch.setattr(projects, "snapshot", lambda _project: snapshots.poisoned("你好"))
        page = client_for(vic).get(PAGE).content.decode()
        assert "2 characters cannot be printed" in page
        assert "U+4F60 cjk unified ideograph-4f60" in page

    def test_without_fonts_the_page_still_reads(self, rich, vic, client_for, monkeypatch):
        def none(*_report):
            raise NoFonts("nowhere")

        monkeypatch.setattr(selectors, "unprintable", none)
        assert client_for(vic).get(PAGE).status_code == 200

    def test_a_stranger_sees_404(self, project, sam, client_for):
        assert client_for(sam).get(PAGE).status_code == 404

    def test_anonymous_goes_to_sign_in(self, project, client):
        response = client.get(PAGE)
        assert response.status_code == 302
        assert response.headers["Location"].startswith("/account/login/")

    def test_nothing_can_be_sent_to_it(self, project, alice, client_for):
        assert client_for(alice).post(PAGE).status_code == 405


class TestReportPdf:
    def test_a_member_downloads_it(self, rich, vic, client_for):
        response = client_for(vic).get(FILE)
        assert response.status_code == 200
        assert response.headers["Content-Type"] == "application/pdf"
        assert response.headers["Content-Disposition"] == 'attachment; filename="churn-in-prepaid-mobile-report.pdf"'
        assert info(response.content)["Tagged"] == "yes"
        assert "who would have stayed anyway" in text(response.content)
        assert "Not a signed revision" in text(response.content)

    def test_a_new_project_has_one_too(self, project, alice, client_for):
        assert "Scope: no question is answered." in text(client_for(alice).get(FILE).content)

    def test_the_same_project_gives_the_same_bytes(self, rich, vic, client_for):
        client = client_for(vic)
        assert client.get(FILE).content == client.get(FILE).content

    def test_it_speaks_the_language_that_is_asked_for(self, rich, vic, client_for):
        assert "Relatório de escopo" in text(client_for(vic).get(f"{FILE}?language=pt-br").content).replace(
            "RELATÓRIO DE ESCOPO", ""
        )

    def test_without_fonts_it_says_so(self, rich, vic, client_for, monkeypatch):
        def none(*_report):
            raise NoFonts("nowhere")

        monkeypatch.setattr(selectors, "typeset_report", none)
        response = client_for(vic).get(FILE)
        assert response.status_code == 503
        assert "The fonts of the PDF are missing on this server." in response.content.decode()

    def test_a_failure_gives_a_reference_and_the_page(self, rich, vic, client_for, monkeypatch, caplog):
        def broken(*_report):
            raise NotTypeset("unknown variable")

        monkeypatch.setattr(selectors, "typeset_report", broken)
        monkeypatch.setattr(views.secrets, "token_hex", lambda _size: "cafe0001")
        with caplog.at_level(logging.ERROR):
            response = client_for(vic).get(FILE)
        assert response.status_code == 500
        page = response.content.decode()
        assert "Reference for support: cafe0001" in page
        assert "who would have stayed anyway" in page
        assert "cafe0001" in caplog.text

    def test_a_stranger_sees_404(self, project, sam, client_for):
        assert client_for(sam).get(FILE).status_code == 404

    def test_anonymous_goes_to_sign_in(self, project, client):
        assert client.get(FILE).status_code == 302

    def test_nothing_can_be_sent_to_it(self, project, alice, client_for):
        assert client_for(alice).post(FILE).status_code == 405


class TestRealParts:
    def test_every_part_of_a_project_file_reaches_the_report(self, project, alice):
        """Written through the parts and read back: the shapes that the report reads are the ones that they write."""
        content = snapshots.full()["content"]
        known = {part.key for part in parts.parts()}
        parts.write(project, {key: value for key, value in content.items() if key in known}, alice)
        project.refresh_from_db()
        found = selectors.report(project)
        made = text(selectors.typeset_report(found).pdf)
        assert content["canvas"]["blocks"]["building_models"]["text"][:30] in made
        assert "Needed data cannot be had in" in made
        assert Path(selectors.report_fonts().families[0]).name == "Noto Sans"
