"""The page of a canvas' files, and the files."""

import logging
from datetime import timedelta

import pytest
from django.utils import timezone

from mlcanvas.canvas import actions as canvas
from mlcanvas.projects import actions as projects
from mlcanvas.reports import selectors, views
from mlcanvas.typeset import NoFonts, NotTypeset
from tests import made_up
from tests.fixtures_projects import FRAGMENT
from tests.reports.printing import text

pytestmark = pytest.mark.any_database

PAGE = "/p/churn-in-prepaid-mobile/report/canvas/ml_canvas_v1_1/"
FILES = [(f"{PAGE[:-1]}.{ending}", ending) for ending in ("pdf", "png", "svg")]
ADDRESSES = [PAGE, *(address for address, _ending in FILES)]


@pytest.fixture
def written(project, alice):
    key = "canvas/ml_canvas_v1_1/decisions"
    projects.save_text(project=project, key=key, text="Call the first **five** lines.", base=0, by=alice)
    return project


class TestCanvasFiles:
    def test_a_member_finds_every_file(self, written, vic, client_for):
        page = client_for(vic).get(PAGE).content.decode()
        for address, _ending in FILES:
            assert f'href="{address}?language=en"' in page
        assert f"{FILES[0][0]}?language=en&amp;paper=a3" in page
        for ending in ("export.md", "export.yaml"):
            assert f'href="/p/churn-in-prepaid-mobile/canvas/ml_canvas_v1_1/{ending}"' in page
        assert "/import/" not in page
        assert 'aria-current="page"' in page

    def test_an_editor_may_also_import(self, written, erin, client_for):
        page = client_for(erin).get(PAGE).content.decode()
        assert 'href="/p/churn-in-prepaid-mobile/canvas/ml_canvas_v1_1/import/"' in page

    def test_it_stands_under_the_tab_of_the_canvas(self, written, vic, client_for):
        page = client_for(vic).get(PAGE).content.decode()
        here = page.index('class="on"')
        assert "/canvas/" in page[page.rindex("<a", 0, here) : page.index("</a>", here)]

    def test_as_a_fragment_it_is_only_itself(self, written, vic, client_for):
        page = client_for(vic).get(PAGE, **FRAGMENT).content.decode()
        assert page.strip().startswith('<div id="canvas_files">')

    def test_characters_that_cannot_be_printed_are_listed(self, written, alice, client_for):
        projects.save_text(project=written, key="canvas/ml_canvas_v1_1/features", text="你好", base=0, by=alice)
        page = client_for(alice).get(PAGE).content.decode()
        assert "2 characters cannot be printed" in page
        assert "U+4F60 cjk unified ideograph-4f60" in page

    def test_a_revision_stays_what_it_was(self, written, alice, client_for):
        projects.revise(project=written, by=alice)
        key = "canvas/ml_canvas_v1_1/decisions"
        projects.save_text(project=written, key=key, text="Call everybody.", base=1, by=alice)
        client = client_for(alice)
        assert "first five lines" in text(client.get(f"{FILES[0][0]}?revision=1").content)
        assert "Call everybody" in text(client.get(FILES[0][0]).content)
        assert f'href="{FILES[0][0]}?language=en&amp;revision=1"' in client.get(f"{PAGE}?revision=1").content.decode()

    def test_as_many_queries_for_a_full_canvas_as_for_an_empty_one(self, project, alice, client_for, count_queries):
        client = client_for(alice)
        before = count_queries(lambda: client.get(PAGE))
        for block in ("decisions", "features", "monitoring", "data_sources"):
            projects.save_text(project=project, key=f"canvas/ml_canvas_v1_1/{block}", text="x", base=0, by=alice)
        assert count_queries(lambda: client.get(PAGE)) <= before


class TestFiles:
    @pytest.mark.parametrize(("address", "ending"), FILES)
    def test_a_member_downloads_it(self, written, vic, client_for, address, ending):
        response = client_for(vic).get(address)
        assert response.status_code == 200
        kind = {"pdf": "application/pdf", "png": "image/png", "svg": "image/svg+xml"}[ending]
        assert response.headers["Content-Type"] == kind
        assert response.headers["Content-Disposition"] == (
            f'attachment; filename="Churn in prepaid mobile - Machine Learning Canvas - iteration 1.{ending}"'
        )
        assert "no-store" in response.headers["Cache-Control"]

    @pytest.mark.parametrize(("address", "_ending"), FILES)
    def test_the_same_canvas_gives_the_same_bytes_on_another_day(
        self, written, vic, client_for, monkeypatch, address, _ending
    ):
        first = client_for(vic).get(address).content
        later = timezone.now() + timedelta(days=40)
        monkeypatch.setattr(timezone, "localdate", lambda value=None: (value or later).date())
        assert client_for(vic).get(address).content == first

    def test_it_says_what_was_typed_in_the_language_that_is_asked_for(self, written, vic, client_for):
        said = text(client_for(vic).get(f"{FILES[0][0]}?language=pt-br&paper=a3").content)
        assert "Call the first five lines." in said
        assert "Decisões" in said

    @pytest.mark.parametrize(("address", "_ending"), FILES)
    def test_nonsense_in_the_address_is_a4_in_the_language_of_the_project(
        self, written, vic, client_for, address, _ending
    ):
        client = client_for(vic)
        assert client.get(f"{address}?paper=a9&language=xx").content == client.get(address).content

    def test_a_name_in_portuguese_is_kept(self, written, alice, vic, client_for):
        projects.edit(project=written, by=alice, name="Evasão: “já” / amanhã?", language="pt-br", currency="BRL")
        said = client_for(vic).get(FILES[0][0]).headers["Content-Disposition"]
        assert "Evas%C3%A3o" in said
        assert "itera%C3%A7%C3%A3o%201.pdf" in said
        assert "/" not in said.partition("''")[2]

    def test_another_canvas_of_the_project_has_its_own_files(self, written, alice, vic, client_for, monkeypatch):
        made_up.use(monkeypatch)
        canvas.add(project=written, template=made_up.KEY, by=alice)
        response = client_for(vic).get(f"/p/{written.slug}/report/canvas/{made_up.KEY}.pdf")
        assert "Crew and everybody else" in text(response.content)
        assert "Four corners" in response.headers["Content-Disposition"]

    @pytest.mark.parametrize("address", ADDRESSES)
    def test_a_canvas_that_the_project_does_not_fill_is_404(self, written, alice, client_for, address):
        client = client_for(alice)
        assert client.get(address.replace("ml_canvas_v1_1", "another")).status_code == 404
        assert client.get(f"{address}?revision=7").status_code == 404

    @pytest.mark.parametrize("address", ADDRESSES)
    def test_only_members_read_it(self, written, sam, client, client_for, address):
        assert client_for(sam).get(address).status_code == 404
        assert client.get(address).status_code == 302

    @pytest.mark.parametrize("address", ADDRESSES)
    def test_nothing_can_be_sent_to_it(self, written, alice, client_for, address):
        assert client_for(alice).post(address).status_code == 405

    @pytest.mark.parametrize(("address", "ending"), FILES)
    def test_without_fonts_it_says_so(self, written, vic, client_for, monkeypatch, address, ending):
        def none(*_arguments):
            raise NoFonts("nowhere")

        for made in ("typeset_sheet", "draw_sheet", "sheet_unprintable"):
            monkeypatch.setattr(selectors, made, none)
        response = client_for(vic).get(address)
        assert response.status_code == 503
        assert "The fonts of the PDF are missing on this server." in response.content.decode()

    @pytest.mark.parametrize(("address", "ending"), FILES)
    def test_a_failure_gives_a_reference(self, written, vic, client_for, monkeypatch, caplog, address, ending):
        def broken(*_arguments):
            raise NotTypeset("unknown variable")

        for made in ("typeset_sheet", "draw_sheet"):
            monkeypatch.setattr(selectors, made, broken)
        monkeypatch.setattr(views.secrets, "token_hex", lambda _size: "cafe0002")
        with caplog.at_level(logging.ERROR):
            response = client_for(vic).get(address)
        assert response.status_code == 500
        assert "Reference for support: cafe0002" in response.content.decode()
        assert "cafe0002" in caplog.text
