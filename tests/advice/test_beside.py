"""The advice beside a block, and how much of it there is."""

import pytest
from django.utils import translation

from mlcanvas import catalog
from mlcanvas.advice import actions, selectors
from mlcanvas.advice.models import Dismissal
from mlcanvas.canvas import actions as canvas
from mlcanvas.projects import actions as projects
from mlcanvas.projects.rows import actions as rows
from tests.fixtures_projects import FRAGMENT

pytestmark = pytest.mark.any_database

PAGE = "/p/churn-in-prepaid-mobile/advice/"
BESIDE = f"{PAGE}beside/?block=data_sources"
KEY = "personal_source_without_basis"


def listed(project, by, kind, **values):
    return rows.row_add(project=project, kind=catalog.row_kinds()[kind], values=values, by=by)


@pytest.fixture
def bare(project, erin):
    """A project with a source of personal data that nobody may use yet, and a feature that leaks."""
    listed(project, erin, "sources", name="Calls", personal_data="yes")
    listed(project, erin, "features", name="Time of cancelling", source="S01", available="no")
    return project


class TestBeside:
    def test_a_member_reads_what_why_and_what_to_do(self, bare, vic, client_for):
        page = client_for(vic).get(BESIDE, **FRAGMENT).content.decode()
        for said in ("Personal data without a legal basis: “Calls”", "may not be used", "data protection officer"):
            assert said in page
        assert "canvas/block/data_sources/" in page
        assert "Time of cancelling" not in page
        assert "Set aside" not in page

    @pytest.mark.parametrize("key", sorted(selectors.FIELDS))
    def test_advice_about_a_field_names_it_and_leads_to_it(self, project, erin, client_for, key):
        projects.save_text(project=project, key="canvas/ml_canvas_v1_1/decisions", text="Ana calls", base=0, by=erin)
        projects.save_text(project=project, key="canvas/ml_canvas_v1_1/monitoring", text="Weekly", base=0, by=erin)
        shown = next(shown for shown in selectors.advice(project).open if shown.key == key)
        fact = catalog.facts()[selectors.FIELDS[key]]
        address, _hash, place = shown.address.partition("#")
        assert place == f"fact-{fact.key}"
        assert f'id="{place}"' in client_for(erin).get(address, follow=True).content.decode()
        for language, label in (("en", fact.label.en), ("pt-br", fact.label.pt_BR)):
            with translation.override(language):
                said = next(shown for shown in selectors.advice(project).open if shown.key == key)
            assert f"“{label}”" in said.seen + said.remedy

    def test_it_is_one_element(self, bare, erin, client_for):
        page = client_for(erin).get(BESIDE, **FRAGMENT).content.decode().strip()
        assert page.startswith('<div class="beside" id="advice-beside"')
        assert page.endswith("</div>")

    def test_it_is_a_page_too_and_speaks_portuguese(self, bare, erin, client_for):
        page = client_for(erin).get(BESIDE, headers={"accept-language": "pt-br"}).content.decode()
        assert "<html" in page
        assert "Dados pessoais sem base legal: “Calls”" in page

    def test_a_block_without_advice_gets_an_empty_element(self, bare, vic, client_for):
        page = client_for(vic).get(f"{PAGE}beside/?block=building_models", **FRAGMENT).content.decode().strip()
        assert page.endswith('hx-swap="outerHTML"></div>')

    @pytest.mark.parametrize("block", ["", "dance", "__class__", "a\x00", "<b>"])
    def test_a_block_that_no_template_has_is_404(self, bare, vic, client_for, block):
        assert client_for(vic).get(f"{PAGE}beside/", {"block": block}).status_code == 404

    def test_names_are_text(self, project, erin, client_for):
        listed(project, erin, "sources", name="<img src=x>", personal_data="yes")
        assert "<img" not in client_for(erin).get(BESIDE).content.decode()

    def test_many_names_are_counted(self, project, erin, client_for):
        for number in range(5):
            listed(project, erin, "sources", name=f"Source {number}", personal_data="yes")
        page = client_for(erin).get(BESIDE).content.decode()
        assert "“Source 0”, “Source 1”, “Source 2” and 2 more" in page

    def test_stranger_and_anonymous(self, bare, sam, client, client_for):
        assert client_for(sam).get(BESIDE).status_code == 404
        assert client.get(BESIDE).status_code == 302
        assert client.get(BESIDE, **FRAGMENT).headers.get("HX-Redirect", "").startswith("/account/login/")

    def test_post_is_not_allowed(self, bare, erin, client_for):
        assert client_for(erin).post(BESIDE).status_code == 405


class TestDismissBeside:
    address = f"{PAGE}{KEY}/dismiss/"
    typed = {"reason": "Asked, due on Friday", "block": "data_sources"}

    def test_works_in_place(self, bare, erin, client_for):
        page = client_for(erin).post(self.address, self.typed, **FRAGMENT).content.decode().strip()
        assert page.startswith('<div class="beside"')
        # The project's personal data has no legal risk yet: that stands beside this block as well.
        assert "without a legal basis" not in page
        assert "no open risk is a legal one" in page

    def test_works_as_page(self, bare, erin, client_for):
        response = client_for(erin).post(self.address, self.typed)
        assert (response.status_code, response.headers["Location"]) == (302, BESIDE)

    @pytest.mark.parametrize("headers", [{}, FRAGMENT])
    @pytest.mark.parametrize(
        ("reason", "sentence"), [("", "Say why"), ("a\x00b", "cannot be stored"), ("x" * 501, "500")]
    )
    def test_bad_input_is_422_beside_its_field(self, bare, erin, client_for, reason, sentence, headers):
        response = client_for(erin).post(self.address, self.typed | {"reason": reason}, **headers)
        assert response.status_code == 422
        page = response.content.decode()
        assert 'id="advice-beside"' in page
        assert sentence in page
        assert reason == "a\x00b" or f'value="{reason}"' in page
        assert not Dismissal.objects.exists()

    def test_advice_that_is_gone_is_said(self, project, erin, client_for):
        response = client_for(erin).post(self.address, self.typed, **FRAGMENT)
        assert response.status_code == 422
        assert "no longer applies" in response.content.decode()

    def test_an_unknown_block_is_404(self, bare, erin, client_for):
        assert client_for(erin).post(self.address, self.typed | {"block": "dance"}).status_code == 404

    @pytest.mark.parametrize("who", ["vic", "rita"])
    def test_readers_are_refused_with_the_reason(self, bare, client_for, request, who):
        response = client_for(request.getfixturevalue(who)).post(self.address, self.typed, **FRAGMENT)
        assert response.status_code == 403
        assert "read-only for you" in response.content.decode()

    def test_another_row_brings_it_back(self, bare, erin):
        actions.dismiss(project=bare, key=KEY, reason="Asked", by=erin)
        assert KEY not in [shown.key for shown in selectors.advice(bare).beside("data_sources")]
        listed(bare, erin, "sources", name="Visits", personal_data="yes")
        assert KEY in [shown.key for shown in selectors.advice(bare).beside("data_sources")]


class TestCountByBlock:
    def test_it_counts_what_is_open(self, bare, erin):
        assert selectors.count_by_block(bare) == {"data_sources": 2, "features": 1}
        actions.dismiss(project=bare, key=KEY, reason="Asked", by=erin)
        assert selectors.count_by_block(bare) == {"data_sources": 1, "features": 1}

    def test_a_project_without_contradictions_has_none(self, project):
        assert selectors.count_by_block(project) == {}

    def test_queries_do_not_grow_with_rows(self, bare, erin, count_queries):
        few = count_queries(lambda: selectors.count_by_block(bare))
        for number in range(10):
            listed(bare, erin, "sources", name=f"Source {number}", personal_data="yes")
            listed(bare, erin, "features", name=f"Feature {number}", available="no")
        assert count_queries(lambda: selectors.count_by_block(bare)) == few
        assert few <= 14


def test_a_block_of_any_canvas_counts_and_one_put_away_does_not(project, erin, monkeypatch):
    """Two templates share the block's key here: only the canvas that holds text decides."""
    template = catalog.canvas_templates()["ml_canvas_v1_1"]
    monkeypatch.setattr(catalog, "canvas_templates", lambda: {"ml_canvas_v1_1": template, "other": template})
    canvas.add(project=project, template="other", by=erin)
    projects.save_text(project=project, key="canvas/other/decisions", text="Call them", base=0, by=erin)
    assert selectors.count_by_block(project) == {"decisions": 1}
    canvas.remove(project=project, template="other", by=erin)
    assert selectors.count_by_block(project) == {}


def test_the_panel_fetches_advice_and_rows(project, erin, client_for):
    page = client_for(erin).get("/p/churn-in-prepaid-mobile/canvas/ml_canvas_v1_1/features/guide/").content.decode()
    assert 'hx-get="/p/churn-in-prepaid-mobile/rows/features/"' in page
    assert 'hx-get="/p/churn-in-prepaid-mobile/advice/beside/?block=features"' in page


def test_a_link_to_a_block_finds_the_canvas_that_has_it(project, erin, client_for):
    client = client_for(erin)
    address = "/p/churn-in-prepaid-mobile/canvas/block/"
    assert client.get(f"{address}features/").headers["Location"].endswith("/canvas/ml_canvas_v1_1/features/")
    assert client.get(f"{address}dance/").status_code == 404
