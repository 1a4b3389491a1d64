"""The page and the files of the portfolio report, and the way to them from the list."""

import html
import logging

import pytest
from django.urls import reverse

from mlcanvas.projects import actions
from mlcanvas.projects.models import Project, Summary
from mlcanvas.reports import actions as look_actions
from mlcanvas.reports import selectors as report_selectors
from mlcanvas.reports.portfolio import document, selectors
from mlcanvas.typeset import NoFonts, NotTypeset
from mlcanvas.workspaces.models import Membership, Workspace
from mlcanvas.workspaces.roles import Role
from tests.fixtures_projects import FRAGMENT
from tests.reports.printing import info, text

pytestmark = pytest.mark.any_database

PAGE = "/portfolio/report/"
FILE = "/portfolio/report.pdf"
FILES = [f"/portfolio/report.{ending}" for ending in ("pdf", *selectors.ENDINGS)]


def scored(workspace, name, **columns):
    """A project with these columns in its summary."""
    project = actions.create(workspace=workspace, name=name, by=None)
    Summary.objects.filter(project=project).update(**columns)
    return project


@pytest.fixture
def three(workspace):
    return [
        scored(workspace, "Alpha", value=20, feasibility=20, stage="data"),
        scored(workspace, "Beta", value=90, feasibility=70, stage="data"),
        scored(workspace, "Gamma"),
    ]


@pytest.fixture
def elsewhere(sam):
    return scored(Workspace.objects.get(slug="elsewhere"), "Secret")


def titles(response):
    """The projects with a page, in their order."""
    assert response.status_code == 200
    return [section.title for section in response.context_data["report"].sections[2:]]


class TestPortfolioReport:
    def test_a_member_reads_it(self, three, vic, client_for):
        response = client_for(vic).get(PAGE)
        page = response.content.decode()
        assert titles(response) == ["Alpha", "Beta", "Gamma"]
        for said in ("Portfolio report", "3 projects side by side", "Every project in the list", "How to read this"):
            assert said in page
        assert f'href="{FILE}?language=en"' in page
        assert f"http://testserver{reverse('reports:report', args=['alpha'])}" in page

    def test_as_a_fragment_it_is_only_the_report(self, three, vic, client_for):
        page = client_for(vic).get(PAGE, **FRAGMENT).content.decode()
        assert page.strip().startswith('<div id="portfolio-report">')

    def test_filters_narrow_it_and_are_on_the_cover(self, three, vic, client_for):
        response = client_for(vic).get(f"{PAGE}?stage=data&q=a&as=cards")
        page = html.unescape(response.content.decode())
        assert titles(response) == ["Alpha", "Beta"]
        assert "Find by name: a · Stage: Data" in page
        assert f'href="{FILE}?q=a&stage=data&language=en"' in page
        assert 'href="/?as=cards&q=a&stage=data"' in page

    def test_ticked_ones_are_it_whatever_the_filters_say(self, three, vic, client_for):
        response = client_for(vic).get(f"{PAGE}?stage=data&project=gamma&project=alpha&project=alpha")
        assert titles(response) == ["Alpha", "Gamma"]
        page = response.content.decode()
        assert "Ticked one by one" in page
        assert 'value="gamma" checked' in page
        assert 'value="beta">' in page

    def test_the_report_is_in_the_language_of_the_reader_or_another(self, three, vic, client_for):
        client = client_for(vic)
        assert "Classificação" in client.get(PAGE, headers={"accept-language": "pt-br"}).content.decode()
        page = client.get(f"{PAGE}?language=pt-br&stage=data").content.decode()
        assert "Etapa: Dados" in page
        assert "Download PDF" in page
        assert 'lang="pt-br"' in page

    def test_an_unknown_language_is_the_reader_s(self, three, vic, client_for):
        assert 'class="report card" lang="en"' in client_for(vic).get(f"{PAGE}?language=xx").content.decode()

    @pytest.mark.parametrize("query", ["?chosen=1", "?q=nothing+like+it"])
    def test_an_empty_choice_is_a_sentence(self, three, vic, client_for, query):
        response = client_for(vic).get(PAGE + query)
        assert response.status_code == 200
        page = response.content.decode()
        assert "No project is chosen." in page
        assert "Download PDF" not in page

    def test_without_any_project_too(self, workspace, vic, client_for):
        assert "No project is chosen." in client_for(vic).get(PAGE).content.decode()

    def test_too_many_are_a_sentence(self, three, vic, client_for, monkeypatch):
        monkeypatch.setattr(document, "MOST", 2)
        assert "3 projects are chosen, and a report holds at most 2." in client_for(vic).get(PAGE).content.decode()

    def test_more_than_have_pages_are_in_the_table(self, three, vic, client_for, monkeypatch):
        monkeypatch.setattr(selectors, "MOST_PAGES", 1)
        response = client_for(vic).get(PAGE)
        assert titles(response) == ["Beta"]
        assert "2 of these projects stand in the table" in response.content.decode()

    def test_what_a_revision_holds_is_named_with_it(self, project, alice, client_for):
        actions.revise(project=project, by=alice)
        page = client_for(alice).get(PAGE).content.decode()
        assert "Revision 1, " in page
        actions.save_text(project=project, key="scope/problem", text="Calls are late.", base=0, by=alice)
        page = client_for(alice).get(PAGE).content.decode()
        assert "Calls are late." in page
        assert "Working copy" in page
        assert "Revision 1, " not in page

    @pytest.mark.parametrize("address", [PAGE, *FILES])
    def test_who_may_see_it(self, three, elsewhere, vic, sam, client, client_for, address):
        assert client_for(vic).get(f"{address}?project=alpha").status_code == 200
        assert client_for(vic).get(f"{address}?project=alpha&project={elsewhere.slug}").status_code == 404
        assert client_for(sam).get(f"{address}?project=alpha").status_code == 404
        assert client.get(address).headers["Location"].startswith("/account/login/")
        assert client_for(vic).post(address).status_code == 405

    def test_others_projects_are_not_in_it(self, three, elsewhere, vic, sam, client_for):
        assert "Secret" not in client_for(vic).get(PAGE).content.decode()
        assert titles(client_for(sam).get(PAGE)) == ["Secret"]

    @pytest.mark.parametrize("odd", ["project=%00", "project=../x", "project=%ED%A0%80", "project=" + "x" * 5000])
    def test_no_project_is_called_like_that(self, three, vic, client_for, odd):
        assert client_for(vic).get(f"{PAGE}?{odd}").status_code == 404

    def test_people_s_html_is_text(self, workspace, vic, client_for):
        scored(workspace, "<script>alert(1)</script>")
        page = client_for(vic).get(PAGE).content.decode()
        assert "<script>alert(1)" not in page
        assert " style=" not in page

    def test_the_look_is_that_of_the_one_workspace(self, three, elsewhere, alice, client_for):
        home = three[0].workspace
        look_actions.dress(workspace=home, accent="#7a1f5c", by=alice)
        response = client_for(alice).get(PAGE)
        assert response.context_data["report"].options.accent == "#7a1f5c"
        assert "/workspace/retail-analytics/report/colours.css" in response.content.decode()
        Membership.objects.create(workspace=elsewhere.workspace, user=alice, role=Role.VIEWER)
        response = client_for(alice).get(PAGE)
        assert len(titles(response)) == 4
        assert response.context_data["report"].options.accent != "#7a1f5c"
        assert "colours.css" not in response.content.decode()

    def test_without_fonts_the_page_still_reads(self, three, vic, client_for, monkeypatch):
        monkeypatch.setattr(report_selectors, "report_fonts", _no_fonts)
        assert client_for(vic).get(PAGE).status_code == 200


def _no_fonts():
    raise NoFonts("nowhere")


@pytest.fixture
def kept(settings, tmp_path):
    """A cache of reports that keeps."""
    backend = "django.core.cache.backends.filebased.FileBasedCache"
    settings.CACHES = settings.CACHES | {"reports": {"BACKEND": backend, "LOCATION": str(tmp_path)}}


class TestFiles:
    def test_the_pdf_is_what_the_page_says(self, three, vic, client_for):
        response = client_for(vic).get(f"{FILE}?stage=data")
        assert response.headers["Content-Type"] == "application/pdf"
        assert response.headers["Content-Disposition"] == 'attachment; filename="portfolio-report.pdf"'
        assert response.headers["Cache-Control"] == "private, no-store"
        assert info(response.content)["Title"] == "2 projects side by side – Portfolio report"
        said = text(response.content)
        assert "Alpha" in said
        assert "Gamma" not in said

    def test_a_second_time_it_is_not_made_again(self, three, vic, client_for, monkeypatch, kept):
        client = client_for(vic)
        first = client.get(FILE).content
        monkeypatch.setattr(report_selectors, "typeset_report", lambda *_report: pytest.fail("made again"))
        assert client.get(FILE).content == first

    @pytest.mark.parametrize("address", FILES)
    def test_each_form_is_a_file(self, three, vic, client_for, address):
        response = client_for(vic).get(address)
        assert response.status_code == 200
        assert response.headers["Content-Disposition"].endswith(
            f'"{address.removeprefix("/portfolio/").replace("report", "portfolio-report")}"'
        )
        assert client_for(vic).get(address).content == response.content

    @pytest.mark.parametrize("address", FILES)
    def test_none_chosen_is_refused_with_a_sentence(self, three, vic, client_for, address):
        response = client_for(vic).get(f"{address}?chosen=1")
        assert response.status_code == 422
        assert "No project is chosen." in response.content.decode()

    def test_missing_fonts_are_said(self, three, vic, client_for, monkeypatch):
        monkeypatch.setattr(report_selectors, "report_fonts", _no_fonts)
        response = client_for(vic).get(FILE)
        assert response.status_code == 503
        assert "fonts of the PDF are missing" in response.content.decode()

    def test_a_failure_has_a_reference(self, three, vic, client_for, monkeypatch, caplog):
        def broken(*_report):
            raise NotTypeset("why")

        monkeypatch.setattr(report_selectors, "typeset_report", broken)
        with caplog.at_level(logging.CRITICAL):
            response = client_for(vic).get(FILE)
        assert response.status_code == 500
        assert "Reference for support: " in response.content.decode()


class TestReading:
    def test_rows_are_read_at_once(self, workspace, vic, client_for, count_queries, monkeypatch):
        """Without pages the number of queries is the same for any number of projects."""
        monkeypatch.setattr(selectors, "MOST_PAGES", 1)
        client = client_for(vic)
        scored(workspace, "First", value=90, feasibility=90)
        scored(workspace, "Other")
        few = count_queries(lambda: client.get(PAGE))
        for number in range(6):
            scored(workspace, f"Project {number}")
        assert count_queries(lambda: client.get(PAGE)) == few

    def test_a_page_costs_a_bounded_number_of_queries(self, three, alice, client_for, count_queries):
        client = client_for(alice)

        def cost(slug):
            two = count_queries(lambda: client.get(f"{PAGE}?project=gamma&project={slug}"))
            return two - count_queries(lambda: client.get(f"{PAGE}?project=gamma"))

        assert cost("alpha") == cost("beta") <= 75
        for project in Project.objects.all():
            actions.revise(project=project, by=alice)
        assert cost("alpha") <= 25


class TestWayThere:
    @pytest.mark.parametrize("shape", ["list", "cards", "chart"])
    def test_the_list_leads_there_with_its_filters(self, three, vic, client_for, shape):
        for headers in ({}, FRAGMENT):
            page = client_for(vic).get(f"/?as={shape}&stage=data&q=a", **headers).content.decode()
            form = page[page.index('id="to-report"') :].partition("</form>")[0]
            assert f'action="{PAGE}"' in form
            assert '<input type="hidden" name="stage" value="data">' in form
            assert '<input type="hidden" name="q" value="a">' in form
            assert 'name="as"' not in form
            assert page.count('form="to-report" name="project"') == 2

    def test_nothing_to_report_has_no_button(self, workspace, vic, client_for):
        assert "to-report" not in client_for(vic).get("/").content.decode()

    @pytest.mark.parametrize(
        "query", ["stage=data", "tier=none", "quadrant=do_first", "cell=none", "value=10-30", "q=m"]
    )
    def test_the_report_has_what_the_list_shows(self, three, vic, client_for, query):
        client = client_for(vic)
        listed = {str(project) for project in client.get(f"/?{query}").context_data["projects"]}
        assert listed
        assert set(titles(client.get(f"{PAGE}?{query}"))) == listed
