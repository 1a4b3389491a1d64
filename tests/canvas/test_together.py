"""Who else is here and what is new; the help beside a block; the stylesheet of the grids."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from mlcanvas import catalog
from mlcanvas.canvas import actions, grids, selectors
from mlcanvas.canvas.models import Presence
from mlcanvas.projects import actions as projects
from mlcanvas.projects.comments import actions as comments
from tests.fixtures_projects import FRAGMENT

TEMPLATE = "ml_canvas_v1_1"
PAGE = f"/p/churn-in-prepaid-mobile/canvas/{TEMPLATE}/"
NEWS = f"{PAGE}news/"
HERE = f"{PAGE}here/"


def write(project, by, text, base=0, block="features"):
    return projects.save_text(project=project, key=f"canvas/{TEMPLATE}/{block}", text=text, base=base, by=by)


class TestNews:
    def test_a_reader_learns_versions_agreements_and_people(self, project, alice, erin, vic, client_for):
        write(project, alice, "Age")
        actions.agree(project=project, template=TEMPLATE, block="features", version=1, by=alice)
        client_for(erin).post(HERE, {"block": "features"})
        found = client_for(vic).get(NEWS).json()
        assert found["blocks"] == {"features": {"text": 1, "agreed": 1, "who": "Alice"}}
        assert found["here"] == [{"name": "Erin", "initials": "E", "hue": erin.hue, "block": "features"}]

    def test_open_threads_are_counted(self, project, alice, vic, client_for):
        for text in ("Which age?", "From which table?"):
            comments.add(project=project, target=f"canvas/{TEMPLATE}/features", text=text, by=alice)
        assert client_for(vic).get(NEWS).json()["blocks"] == {"features": {"threads": 2}}

    def test_nobody_is_told_of_themselves(self, project, erin, client_for):
        client = client_for(erin)
        client.post(HERE, {"block": "features"})
        assert client.get(NEWS).json()["here"] == []

    def test_what_the_page_knows_is_not_sent_again(self, project, alice, vic, client_for):
        client = client_for(vic)
        known = client.get(NEWS)["ETag"]
        again = client.get(NEWS, headers={"if-none-match": known})
        assert (again.status_code, again.content) == (304, b"")
        write(project, alice, "Age")
        assert client.get(NEWS, headers={"if-none-match": known}).status_code == 200

    def test_a_sign_of_life_is_no_news(self, project, erin, vic, client_for):
        writer, reader = client_for(erin), client_for(vic)
        writer.post(HERE, {"block": "features"})
        known = reader.get(NEWS)["ETag"]
        writer.post(HERE, {"block": "features"})
        assert reader.get(NEWS, headers={"if-none-match": known}).status_code == 304
        writer.post(HERE, {"block": "decisions"})
        assert reader.get(NEWS, headers={"if-none-match": known}).status_code == 200

    def test_whoever_gives_no_sign_is_gone(self, project, erin, vic, client_for):
        client_for(erin).post(HERE, {"block": ""})
        assert len(client_for(vic).get(NEWS).json()["here"]) == 1
        Presence.objects.update(at=timezone.now() - selectors.GONE_AFTER - timedelta(seconds=1))
        assert client_for(vic).get(NEWS).json()["here"] == []

    def test_one_query_beyond_sign_in_and_access(self, project, alice, erin, client_for, count_queries):
        client = client_for(alice)
        few = count_queries(lambda: client.get(NEWS))
        for block in catalog.canvas_templates()[TEMPLATE].blocks:
            write(project, alice, "Age", block=block)
        client_for(erin).post(HERE, {"block": "features"})
        assert count_queries(lambda: client.get(NEWS)) == few == 4  # session, person, project and role, news

    def test_texts_of_another_canvas_and_project_stay_there(self, project, alice, vic, client_for, workspace):
        other = projects.create(workspace=workspace, name="Other", by=alice)
        write(other, alice, "Age")
        projects.save_text(project=project, key="canvas/mlops_stack/feature_store", text="None", base=0, by=alice)
        assert client_for(vic).get(NEWS).json()["blocks"] == {}

    def test_an_unknown_template_and_strangers(self, project, vic, sam, client, client_for):
        assert client_for(vic).get(NEWS.replace(TEMPLATE, "nothing")).status_code == 404
        assert client_for(sam).get(NEWS).status_code == 404
        assert client.get(NEWS).status_code == 302
        assert client_for(vic).post(NEWS).status_code == 405


class TestHere:
    @pytest.mark.parametrize("headers", [{}, FRAGMENT])
    def test_a_reader_is_seen_too(self, project, vic, client_for, headers):
        assert client_for(vic).post(HERE, {"block": "features"}, **headers).status_code == 204
        row = Presence.objects.get(project=project)
        assert (row.user, row.block) == (vic, "features")

    def test_one_row_a_person_and_canvas(self, project, erin, client_for):
        for block in ("features", "decisions", ""):
            client_for(erin).post(HERE, {"block": block})
        assert list(Presence.objects.values_list("block", flat=True)) == [""]

    def test_who_closes_the_page_is_gone(self, project, erin, client_for):
        client_for(erin).post(HERE, {"block": "features"})
        client_for(erin).post(HERE, {"gone": "1"})
        assert not Presence.objects.exists()

    @pytest.mark.parametrize("block", ["__class__", "delete", "x" * 200, "\x00", "entity"])
    def test_what_is_no_block_is_not_found(self, project, erin, client_for, block):
        assert client_for(erin).post(HERE, {"block": block}).status_code == 404

    def test_strangers(self, project, sam, client, client_for):
        assert client_for(sam).post(HERE, {"block": "features"}).status_code == 404
        assert client.post(HERE, {"block": "features"}).status_code == 302
        assert client.post(HERE, {"block": "features"}, **FRAGMENT).status_code == 401
        assert client_for(sam).get(HERE).status_code == 405
        assert not Presence.objects.exists()


class TestGuide:
    address = f"{PAGE}decisions/guide/"

    @pytest.mark.parametrize("headers", [{}, FRAGMENT])
    def test_help_is_for_the_kind_of_task(self, project, alice, vic, client_for, headers):
        for task in ("ranking", "detection"):
            projects.set_fact(project=project, key="task_type", value=task, by=alice)
            page = client_for(vic).get(self.address, **headers).content.decode()
            found = catalog.guidance()["decisions"][task]
            for text in (found.good, *found.ask, *found.mistakes, found.example):
                assert text.en.replace("'", "&#x27;") in page

    def test_without_a_kind_of_task_it_is_asked(self, project, vic, client_for):
        page = client_for(vic).get(self.address, **FRAGMENT).content.decode()
        assert 'id="fact-task_type"' in page
        assert "Choose the type of task" in page
        assert catalog.canvas_templates()[TEMPLATE].blocks["decisions"].example.en in page

    def test_an_empty_block_shows_an_example_for_the_kind_of_task(self, project, alice, vic, client_for):
        projects.set_fact(project=project, key="task_type", value="forecasting", by=alice)
        page = client_for(vic).get(PAGE, headers={"accept-language": "pt-br"}).content.decode()
        assert catalog.guidance()["decisions"]["forecasting"].example.pt_BR in page

    def test_a_block_without_help_shows_its_own_example(self, project, alice, vic, client_for):
        actions.add(project=project, template="mlops_stack", by=alice)
        projects.set_fact(project=project, key="task_type", value="ranking", by=alice)
        page = client_for(vic).get(f"{PAGE.replace(TEMPLATE, 'mlops_stack')}feature_store/guide/").content.decode()
        block = catalog.canvas_templates()["mlops_stack"].blocks["feature_store"]
        assert block.example.en.replace("'", "&#x27;") in page
        assert "A good answer" not in page

    def test_strangers_and_unknown_blocks(self, project, vic, sam, client, client_for):
        assert client_for(sam).get(self.address).status_code == 404
        assert client_for(vic).get(f"{PAGE}nothing/guide/").status_code == 404
        assert client.get(self.address).status_code == 302


class TestGrids:
    def test_every_block_of_every_template_has_its_place(self, project, vic, client_for):
        response = client_for(vic).get(grids.address())
        css = response.content.decode()
        assert response["Content-Type"] == "text/css; charset=utf-8"
        assert "immutable" in response["Cache-Control"]
        for template in catalog.canvas_templates().values():
            for block in template.block:
                assert f".grid-{template.key} .area-{block.area} {{ grid-area: {block.area}; }}" in css

    def test_a_page_asks_for_the_present_one(self, project, vic, client_for):
        page = client_for(vic).get(PAGE).content.decode()
        assert re.search(r'href="(/canvas/grids-[0-9a-f]{12}\.css)"', page)[1] == grids.address()
