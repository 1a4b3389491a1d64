"""Portfolio, new project, settings, facts, history."""

import pytest

from mlcanvas import catalog
from mlcanvas.costs import actions as costs
from mlcanvas.domain.canonical import digest
from mlcanvas.projects import actions, selectors
from mlcanvas.projects.models import Event, Project, Revision
from tests.fixtures_projects import FRAGMENT

BASE = "/p/churn-in-prepaid-mobile/"


class TestPortfolio:
    def test_members_see_their_projects_and_strangers_do_not(self, project, vic, sam, client_for):
        assert "Churn in prepaid mobile" in client_for(vic).get("/").content.decode()
        assert "Churn in prepaid mobile" not in client_for(sam).get("/").content.decode()

    def test_anonymous_goes_to_sign_in(self, client):
        assert client.get("/").headers["Location"].startswith("/account/login/")

    def test_search_finds_by_name_and_survives_anything(self, project, vic, client_for):
        client = client_for(vic)
        assert "Churn in prepaid mobile" in client.get("/", {"q": "prepaid"}).content.decode()
        assert "Churn in prepaid mobile" not in client.get("/", {"q": "forecast"}).content.decode()
        for odd in ("\x00", "' OR 1=1--", "%", "{{7*7}}", "x" * 5000):
            assert client.get("/", {"q": odd}).status_code == 200
        assert client.get("/", {"page": "no"}).status_code == 200

    def test_a_fragment_is_only_the_list(self, project, vic, client_for):
        page = client_for(vic).get("/", **FRAGMENT).content.decode()
        assert page.strip().startswith('<div id="projects">')

    def test_queries_do_not_grow_with_projects(self, project, workspace, alice, client_for, count_queries):
        client = client_for(alice)
        few = count_queries(lambda: client.get("/"))
        for number in range(20):
            actions.create(workspace=workspace, name=f"Project {number}", by=alice)
        assert count_queries(lambda: client.get("/")) == few


class TestProjectAdd:
    address = "/p/new/"

    @pytest.mark.parametrize("headers", [{}, FRAGMENT])
    def test_a_name_is_enough(self, workspace, erin, client_for, headers):
        response = client_for(erin).post(self.address, {"name": "  Late   deliveries "}, **headers)
        project = Project.objects.get()
        assert (project.name, project.slug, project.language, project.currency) == (
            "Late deliveries",
            "late-deliveries",
            "en",
            "EUR",
        )
        if headers:
            assert response.headers["HX-Redirect"] == "/p/late-deliveries/scope/"
        else:
            assert response.headers["Location"] == "/p/late-deliveries/scope/"

    @pytest.mark.parametrize(
        ("reads", "counts", "currency"),
        [("pt-br", "EUR", "BRL"), ("pt-br", "GBP", "GBP"), ("en", "BRL", "BRL"), ("en", "EUR", "EUR")],
    )
    def test_it_starts_in_the_readers_language_and_a_currency_that_suits(
        self, workspace, erin, client_for, reads, counts, currency
    ):
        workspace.currency = counts
        workspace.save()
        client, reader = client_for(erin), {"headers": {"accept-language": reads}}
        page = client.get("/", **reader).content.decode()
        assert f'<option value="{reads}" selected>' in page
        assert f'<option value="{currency}" selected>' in page
        client.post(self.address, {"name": "Entregas atrasadas"}, **reader)
        project = Project.objects.get()
        assert (project.language, project.currency) == (reads, currency)

    def test_what_somebody_chooses_stands(self, workspace, erin, client_for):
        client_for(erin).post(self.address, {"name": "Late", "language": "pt-br", "currency": "USD"})
        project = Project.objects.get()
        assert (project.language, project.currency) == ("pt-br", "USD")

    def test_two_of_one_name_get_two_addresses(self, workspace, erin, client_for):
        for _ in range(3):
            client_for(erin).post(self.address, {"name": "Churn"})
        assert sorted(Project.objects.values_list("slug", flat=True)) == ["churn", "churn-2", "churn-3"]

    @pytest.mark.parametrize("name", ["new", "日本語", "🙂", "İstanbul", "-", "a" * 200])
    def test_any_name_gets_an_address(self, workspace, erin, client_for, name):
        client_for(erin).post(self.address, {"name": name})
        project = Project.objects.get()
        assert project.name == name
        assert project.slug not in ("", "new")
        assert client_for(erin).get(f"/p/{project.slug}/scope/").status_code == 200

    @pytest.mark.parametrize("headers", [{}, FRAGMENT])
    @pytest.mark.parametrize(
        ("name", "sentence"),
        [
            ("", "Give the project a name."),
            ("  ", "Give the project a name."),
            ("a" * 201, "the limit is 200"),
            ("a\x00", "cannot be stored"),
        ],
    )
    def test_bad_names_are_422_with_a_sentence(self, workspace, erin, client_for, name, sentence, headers):
        response = client_for(erin).post(self.address, {"name": name}, **headers)
        assert response.status_code == 422
        if not headers:
            assert sentence in response.content.decode()
        assert not Project.objects.exists()

    def test_viewers_and_reviewers_may_not(self, workspace, vic, rita, client_for):
        for user in (vic, rita):
            response = client_for(user).post(self.address, {"name": "Churn", "workspace": "retail-analytics"})
            assert response.status_code == 422
            assert not Project.objects.exists()

    def test_a_stranger_cannot_write_into_a_workspace_by_name(self, workspace, sam, client_for):
        client_for(sam).post(self.address, {"name": "Churn", "workspace": "retail-analytics"})
        assert not Project.objects.filter(workspace=workspace).exists()

    def test_anonymous_and_wrong_method(self, client, erin, client_for):
        assert client.post(self.address, {"name": "x"}).status_code == 302
        assert client_for(erin).get(self.address).status_code == 405


class TestProjectEdit:
    address = f"{BASE}settings/edit/"
    head = {"name": "Churn", "language": "pt-br", "currency": "BRL"}

    def test_works(self, project, erin, client_for):
        assert client_for(erin).post(self.address, self.head).status_code == 302
        project.refresh_from_db()
        assert (project.name, project.language, project.currency) == ("Churn", "pt-br", "BRL")

    @pytest.mark.parametrize("headers", [{}, FRAGMENT])
    @pytest.mark.parametrize("wrong", [{"name": ""}, {"language": "xx"}, {"currency": "BTC"}])
    def test_bad_input_is_422(self, project, erin, client_for, wrong, headers):
        assert client_for(erin).post(self.address, self.head | wrong, **headers).status_code == 422

    def test_who_may_not(self, project, vic, sam, client, client_for):
        assert client_for(vic).post(self.address, self.head).status_code == 403
        assert client_for(sam).post(self.address, self.head).status_code == 404
        assert client.post(self.address, self.head).status_code == 302
        assert client_for(vic).get(self.address).status_code == 405


class TestProjectAdopt:
    address = f"{BASE}settings/adopt/"

    @pytest.fixture
    def example(self, workspace, alice):
        return actions.create(workspace=workspace, name="Churn in prepaid mobile", by=alice, is_example=True)

    @pytest.mark.parametrize("headers", [{}, FRAGMENT])
    def test_an_editor_says_that_it_is_their_own_now(self, example, erin, client_for, headers):
        client = client_for(erin)
        for page in ("", "settings/"):
            assert f'action="{self.address}"' in client.get(f"{BASE}{page}").content.decode()
        response = client.post(self.address, **headers)
        assert response.headers["HX-Redirect" if headers else "Location"] == BASE
        example.refresh_from_db()
        assert not example.is_example
        event = Event.objects.get(what="projects.adopted")
        assert (event.project, event.by) == (example, erin)
        for page in ("", "settings/", "canvas/"):
            shown = client.get(f"{BASE}{page}").content.decode()
            assert "example-badge" not in shown
            assert self.address not in shown
        assert "example-badge" not in client.get("/").content.decode()
        assert "own project now" in client.get(f"{BASE}history/").content.decode()

    def test_saying_it_again_changes_nothing(self, example, erin, alice, client_for):
        assert client_for(erin).post(self.address).status_code == 302
        assert client_for(alice).post(self.address).status_code == 302
        assert Event.objects.get(what="projects.adopted").by == erin

    def test_a_project_that_never_was_one_has_no_event(self, project, erin, client_for):
        assert client_for(erin).post(self.address).status_code == 302
        assert not Event.objects.filter(what="projects.adopted").exists()
        assert "example" not in client_for(erin).get(f"{BASE}settings/").content.decode()

    def test_who_may_not(self, example, vic, rita, sam, client, client_for):
        for user in (vic, rita):
            response = client_for(user).post(self.address)
            assert response.status_code == 403
            assert "read-only for you" in response.content.decode()
            page = client_for(user).get(f"{BASE}settings/").content.decode()
            assert self.address not in page
            assert "Editors and owners can say so." in page
        assert client_for(sam).post(self.address).status_code == 404
        assert client.post(self.address).headers["Location"].startswith("/account/login/")
        assert client_for(vic).get(self.address).status_code == 405
        example.refresh_from_db()
        assert example.is_example


class TestProjectDelete:
    address = f"{BASE}delete/"

    def test_the_owner_types_the_name(self, project, alice, client_for):
        assert client_for(alice).post(self.address, {"name": "churn"}).status_code == 422
        assert Project.objects.exists()
        assert client_for(alice).post(self.address, {"name": "Churn in prepaid mobile"}).status_code == 302
        assert not Project.objects.exists()

    def test_who_may_not(self, project, erin, sam, client, client_for):
        response = client_for(erin).post(self.address, {"name": project.name})
        assert response.status_code == 403
        assert "Only an owner" in response.content.decode()
        assert client_for(sam).post(self.address, {"name": project.name}).status_code == 404
        assert client.post(self.address, {"name": project.name}).status_code == 302
        assert client_for(erin).get(self.address).status_code == 405


class TestFactSet:
    def post(self, client, key="label_delay_days", value="30", **headers):
        return client.post(f"{BASE}facts/{key}/", {"value": value, "next": f"{BASE}canvas/"}, **headers)

    def test_a_text_is_one_line_that_keeps_what_was_typed(self, project, erin, client_for):
        client = client_for(erin)
        assert self.post(client, "decision_taker", "<b>Team</b> lead").status_code == 302
        assert selectors.facts(project)["decision_taker"] == "<b>Team</b> lead"
        page = client.get(f"{BASE}canvas/ml_canvas_v1_1/decisions/").content.decode()
        assert 'value="&lt;b&gt;Team&lt;/b&gt; lead"' in page
        refused = self.post(client, "decision_taker", "x" * 201, **FRAGMENT)
        assert refused.status_code == 422
        assert "x" * 201 in refused.content.decode()
        assert "HX-Trigger" not in refused.headers

    def test_the_rest_of_the_page_is_told(self, project, erin, client_for):
        response = self.post(client_for(erin), "holdout_share", "5", **FRAGMENT)
        assert response.headers["HX-Trigger"] == "answers-changed"

    def test_works_as_page_and_fragment(self, project, erin, client_for):
        assert self.post(client_for(erin)).headers["Location"] == f"{BASE}canvas/"
        assert selectors.facts(project)["label_delay_days"] == 30
        response = self.post(client_for(erin), value="45", **FRAGMENT)
        assert response.status_code == 200
        assert 'value="45"' in response.content.decode()
        assert self.post(client_for(erin), "task_type", "ranking", **FRAGMENT).status_code == 200
        assert self.post(client_for(erin), value="").status_code == 302
        assert "label_delay_days" not in selectors.facts(project)
        assert selectors.facts(project)["task_type"] == "ranking"

    @pytest.mark.parametrize("headers", [{}, FRAGMENT])
    @pytest.mark.parametrize(
        ("key", "value"),
        [("label_delay_days", "NaN"), ("label_delay_days", "-1"), ("label_delay_days", "1e300"), ("task_type", "magic"),
         ("risk_ratio", "1"), ("nothing", "1"), ("task_type", "a\x00")],
    )  # fmt: skip
    def test_bad_input_is_422(self, project, erin, client_for, key, value, headers):
        response = self.post(client_for(erin), key, value, **headers)
        assert response.status_code == 422
        assert selectors.facts(project) == {}

    def test_never_leads_elsewhere(self, project, erin, client_for):
        for target in ("https://evil.example/", "//evil.example", "/p/other/"):
            response = client_for(erin).post(f"{BASE}facts/label_delay_days/", {"value": "3", "next": target})
            assert response.headers["Location"] == BASE

    def test_who_may_not(self, project, vic, sam, client, client_for):
        assert self.post(client_for(vic)).status_code == 403
        assert self.post(client_for(sam)).status_code == 404
        assert self.post(client).status_code == 302
        assert client_for(vic).get(f"{BASE}facts/task_type/").status_code == 405


class TestHistory:
    def test_events_are_sentences_in_both_languages(self, project, alice, client_for):
        actions.set_fact(project=project, key="task_type", value="ranking", by=alice)
        for language in ("en", "pt-br"):
            page = client_for(alice).get(f"{BASE}history/", headers={"accept-language": language}).content.decode()
            assert "projects.fact" not in page
            assert "projects.created" not in page

    def test_a_cost_question_is_named_in_the_readers_language(self, project, alice, client_for):
        costs.answer(project=project, question="C2_available", value=12_000, by=alice)
        label = catalog.cost_questionnaire().label("C2_available")
        for language, named in (("en", label.en), ("pt-br", label.pt_BR)):
            page = client_for(alice).get(f"{BASE}history/", headers={"accept-language": language}).content.decode()
            assert named in page

    def test_a_revision_keeps_the_content_and_its_digest(self, project, erin, client_for):
        actions.save_text(project=project, key="scope/problem", text="Calls are wasted.", base=0, by=erin)
        assert client_for(erin).post(f"{BASE}history/save/").status_code == 302
        revision = Revision.objects.get()
        content = selectors.revision_snapshot(revision)["content"]
        assert content["scope"]["problem"] == "Calls are wasted."
        assert revision.digest == digest(content)

    def test_the_same_content_is_the_same_revision(self, project, erin, client_for):
        for _ in range(2):
            client_for(erin).post(f"{BASE}history/save/")
        assert Revision.objects.count() == 1
        assert Event.objects.filter(what="projects.revised").count() == 1

    def test_queries_do_not_grow_with_events(self, project, alice, client_for, count_queries):
        client = client_for(alice)
        few = count_queries(lambda: client.get(f"{BASE}history/"))
        for number in range(20):
            actions.record(project=project, by=alice, what="scope.metric_added", name=str(number))
        assert count_queries(lambda: client.get(f"{BASE}history/")) == few

    def test_who_may_not(self, project, vic, sam, client, client_for):
        assert client_for(vic).post(f"{BASE}history/save/").status_code == 403
        assert client_for(sam).get(f"{BASE}history/").status_code == 404
        assert client.get(f"{BASE}history/").status_code == 302
        assert client_for(vic).get(f"{BASE}history/save/").status_code == 405
