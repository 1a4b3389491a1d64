"""A project fills several templates; one of them is the main one."""

import pytest

from mlcanvas import catalog
from mlcanvas.canvas import actions, selectors
from mlcanvas.domain.refusal import Refused
from mlcanvas.exchange.actions import project_import
from mlcanvas.exchange.problems import Unreadable
from mlcanvas.exchange.selectors import project_file
from mlcanvas.projects import actions as projects
from mlcanvas.projects.models import Event
from tests.fixtures_projects import FRAGMENT

PAGE = "/p/churn-in-prepaid-mobile/canvas/"
STACK = "mlops_stack"


@pytest.fixture
def stacked(project, alice):
    """A project with a second canvas."""
    actions.add(project=project, template=STACK, by=alice)
    return project


def primary(project):
    return selectors.canvas(project).template.key


class TestPages:
    def test_the_tab_shows_the_main_canvas_and_leads_to_the_others(self, stacked, vic, client_for):
        page = client_for(vic).get(PAGE).content.decode()
        assert 'class="canvas grid-ml_canvas_v1_1"' in page
        assert f'href="{PAGE}{STACK}/"' in page

    def test_each_has_its_page_with_its_own_blocks_and_credit(self, stacked, vic, client_for):
        page = client_for(vic).get(f"{PAGE}{STACK}/").content.decode()
        assert page.count('<section class="block ') == len(catalog.canvas_templates()[STACK].block)
        assert "INNOQ" in page

    @pytest.mark.parametrize("template", ["prediction_task", "unknown", "x" * 80])
    def test_one_that_the_project_does_not_fill_is_not_found(self, stacked, alice, client_for, template):
        client = client_for(alice)
        assert client.get(f"{PAGE}{template}/").status_code == 404
        assert client.get(f"{PAGE}{template}/entity/").status_code == 404
        assert client.post(f"{PAGE}{template}/entity/save/", {"text": "x", "base": "0"}).status_code == 404
        assert client.post(f"{PAGE}{template}/head/", {}).status_code == 404

    def test_a_block_of_the_main_canvas_has_a_short_address(self, stacked, vic, client_for):
        response = client_for(vic).get(f"{PAGE}block/features/")
        assert response["Location"] == f"{PAGE}ml_canvas_v1_1/features/"
        assert client_for(vic).get(f"{PAGE}block/entity/").status_code == 404

    def test_all_templates_are_offered_with_what_they_are_for(self, stacked, vic, client_for):
        page = client_for(vic).get(f"{PAGE}all/").content.decode()
        for template in catalog.canvas_templates().values():
            assert template.title.en in page
            assert template.purpose.en in page
        assert "<form" not in page.partition('id="canvases"')[2].partition("</main>")[0]

    def test_queries_do_not_grow_with_canvases(self, project, alice, client_for, count_queries):
        client = client_for(alice)
        actions.add(project=project, template=STACK, by=alice)
        few = {address: count_queries(lambda at=address: client.get(at)) for address in (PAGE, f"{PAGE}all/")}
        for template in catalog.canvas_templates():
            actions.add(project=project, template=template, by=alice)
        assert {address: count_queries(lambda at=address: client.get(at)) for address in few} == few


class TestWrites:
    """Add, choose, remove: the same list for each."""

    WRITES = (("add/", {"template": STACK}), (f"{STACK}/choose/", {}), (f"{STACK}/remove/", {}))

    def test_an_editor_adds_one_and_keeps_the_main_canvas(self, project, erin, client_for):
        response = client_for(erin).post(f"{PAGE}add/", {"template": STACK})
        assert response["Location"] == f"{PAGE}{STACK}/"
        assert primary(project) == "ml_canvas_v1_1"
        assert selectors.fills(project, STACK)
        assert Event.objects.filter(project=project, what="canvas.added").count() == 1

    def test_adding_it_again_changes_nothing(self, stacked, erin, client_for):
        client_for(erin).post(f"{PAGE}add/", {"template": STACK})
        assert Event.objects.filter(project=stacked, what="canvas.added").count() == 1

    @pytest.mark.parametrize("headers", [{}, FRAGMENT])
    def test_an_unknown_one_is_refused_with_a_sentence(self, project, erin, client_for, headers):
        response = client_for(erin).post(f"{PAGE}add/", {"template": "__class__"}, **headers)
        assert response.status_code == 422
        assert "Choose one of those" in response.content.decode()

    def test_the_main_canvas_is_another_one(self, stacked, erin, client_for):
        for headers, status in (({}, 302), (FRAGMENT, 200)):
            assert client_for(erin).post(f"{PAGE}{STACK}/choose/", **headers).status_code == status
        assert primary(stacked) == STACK
        assert Event.objects.filter(project=stacked, what="canvas.chosen").count() == 1

    def test_readiness_follows_the_main_canvas(self, stacked, erin):
        projects.save_text(project=stacked, key=f"canvas/{STACK}/feature_store", text="None yet", base=0, by=erin)
        actions.choose(project=stacked, template=STACK, by=erin)
        stacked.summary.refresh_from_db()
        assert stacked.summary.readiness_canvas == round(50 / len(catalog.canvas_templates()[STACK].block))

    @pytest.mark.parametrize(("headers", "status"), [({}, 302), (FRAGMENT, 200)])
    def test_one_put_away_comes_back_with_its_texts(self, stacked, erin, client_for, headers, status):
        client = client_for(erin)
        client.post(f"{PAGE}{STACK}/feature_store/save/", {"text": "None yet", "base": "0"})
        assert client.post(f"{PAGE}{STACK}/remove/", **headers).status_code == status
        assert client.get(f"{PAGE}{STACK}/").status_code == 404
        client.post(f"{PAGE}add/", {"template": STACK})
        assert selectors.canvas(stacked, STACK).text("feature_store") == "None yet"

    @pytest.mark.parametrize("headers", [{}, FRAGMENT])
    def test_the_main_canvas_cannot_be_put_away(self, stacked, erin, client_for, headers):
        response = client_for(erin).post(f"{PAGE}ml_canvas_v1_1/remove/", **headers)
        assert response.status_code == 409
        assert "cannot be put away" in response.content.decode()
        assert primary(stacked) == "ml_canvas_v1_1"

    @pytest.mark.parametrize(("address", "data"), WRITES)
    def test_who_may_not(self, stacked, vic, rita, sam, client, client_for, address, data):
        for reader in (vic, rita):
            response = client_for(reader).post(PAGE + address, data)
            assert response.status_code == 403
            assert "read-only for you" in response.content.decode()
        assert client_for(sam).post(PAGE + address, data).status_code == 404
        assert client.post(PAGE + address, data).status_code == 302
        assert client.post(PAGE + address, data, **FRAGMENT).status_code == 401

    @pytest.mark.parametrize(("address", "data"), WRITES)
    def test_only_a_post_changes_anything(self, stacked, erin, client_for, address, data):
        assert client_for(erin).get(PAGE + address, data).status_code == 405


class TestAgreement:
    def test_the_same_key_in_two_canvases_is_agreed_in_one(self, project, alice):
        old = "ml_canvas_v0_4"
        actions.add(project=project, template=old, by=alice)
        for template in (old, "ml_canvas_v1_1"):
            projects.save_text(project=project, key=f"canvas/{template}/features", text="Age", base=0, by=alice)
        actions.agree(project=project, template=old, block="features", version=1, by=alice)
        assert selectors.canvas(project, old).find("features").state == "agreed"
        assert selectors.canvas(project).find("features").state == "draft"

    def test_what_a_project_does_not_fill_cannot_be_written(self, project, alice):
        with pytest.raises(Refused, match="canvas_unknown"):
            actions.choose(project=project, template=STACK, by=alice)
        with pytest.raises(Refused, match="canvas_unknown"):
            actions.remove(project=project, template=STACK, by=alice)


class TestProjectFile:
    def test_every_canvas_goes_out_and_in(self, stacked, alice, workspace):
        projects.save_text(project=stacked, key=f"canvas/{STACK}/feature_store", text="None yet", base=0, by=alice)
        actions.agree(project=stacked, template=STACK, block="feature_store", version=1, by=alice)
        actions.choose(project=stacked, template=STACK, by=alice)
        first = project_file(stacked)
        again = project_import(text=first, workspace=workspace, by=alice)
        assert project_file(again) == first
        assert primary(again) == STACK
        assert selectors.fills(again, "ml_canvas_v1_1")

    @pytest.mark.parametrize(
        ("canvas", "said"),
        [
            ("{template: mlops_stack, others: [{template: mlops_stack}]}", "canvas_twice"),
            ("{template: mlops_stack, blocks: {features: {text: Age}}}", "canvas_block_elsewhere"),
            ("{others: [{template: mlops_stack, blocks: {features: {text: Age}}}]}", "canvas_block_elsewhere"),
        ],
    )
    def test_a_file_that_contradicts_itself_is_refused(self, workspace, alice, canvas, said):
        source = f"format: mlcanvas-project\nversion: 1\nproject: {{name: New one}}\ncanvas: {canvas}\n"
        with pytest.raises(Unreadable) as refused:
            project_import(text=source, workspace=workspace, by=alice)
        assert said in str(refused.value)
