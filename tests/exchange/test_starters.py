"""The filled examples: whole, the same in both languages, and the pages on which people read and copy them."""

import re

import pytest

from mlcanvas import catalog
from mlcanvas.advice.selectors import advice
from mlcanvas.domain.refusal import Refused
from mlcanvas.exchange import actions
from mlcanvas.exchange.actions import project_import, starter_copy
from mlcanvas.exchange.reading import read
from mlcanvas.exchange.selectors import project_file
from mlcanvas.exchange.starters import LANGUAGES, source, starter, starters
from mlcanvas.projects import actions as project_actions
from mlcanvas.projects import selectors as projects
from mlcanvas.projects.models import Event, Project
from mlcanvas.reports.selectors import report
from mlcanvas.workspaces.models import Membership, Workspace
from mlcanvas.workspaces.roles import Role
from tests.fixtures_projects import FRAGMENT

pytestmark = pytest.mark.any_database

KEYS = [found.key for found in starters("en")]
ALL = [(key, language) for key in KEYS for language in LANGUAGES]
by_key = pytest.mark.parametrize("key", KEYS)
by_file = pytest.mark.parametrize(("key", "language"), ALL, ids=[f"{key}.{language}" for key, language in ALL])

# What the two languages may differ in: words, amounts of money, where the product is used, and the law there.
MONEY = {question.key for question in catalog.cost_questionnaire().questions if question.money}
NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
LIST_ITEM = re.compile(r"^(-|\d+\.|\|) ", re.MULTILINE)


def words(text):
    return len(text.split())


def shape(value, path=()):
    """What has to be the same in both languages: keys, numbers that are not money, choices, and the form of texts."""
    if isinstance(value, dict):
        return {key: shape(inner, (*path, key)) for key, inner in value.items()}
    if isinstance(value, list):
        return [shape(inner, (*path, place)) for place, inner in enumerate(value)]
    if path in (("project", "currency"), ("project", "language"), ("facts", "eu_reach")) or path[-1:] == (
        "legal_basis",
    ):
        return "differs"
    if path[0] == "costs" and path[2:3] and path[2] in MONEY:
        return "money"
    if path[:2] == ("rows", "outcomes") and path[-1] == "amount":
        return "money" if value else 0
    if isinstance(value, str):
        chosen = re.fullmatch(r"[a-z0-9_]+|[RPBSFOM][0-9]{2}|\d{4}-\d{2}(-\d{2})?|https://\S+", value)
        return value if chosen else (LIST_ITEM.findall(value), value.count("\n\n"), value.count("**"))
    return value


@pytest.fixture
def content(key, language):
    return read(source(key, language))


class TestWhatTheySay:
    def test_there_is_one_for_each_kind_of_task_in_an_industry_of_its_own(self):
        for language in LANGUAGES:
            found = starters(language)
            kinds = {option.key for option in catalog.facts()["task_type"].options}
            assert {example.task_type for example in found} == kinds
            assert len({example.industry for example in found}) == len(found) >= 6
            assert [example.key for example in found] == KEYS
            assert len({example.title for example in found}) == len(found)
            assert all(10 <= words(example.what) <= 30 for example in found)
        assert starter("nothing", "en") is None

    @by_file
    def test_a_file_is_in_its_language_and_currency(self, content, language):
        assert content["project"]["language"] == language
        assert (content["project"]["currency"] == "BRL") == (language == "pt-br")

    @by_file
    def test_import_and_export_give_the_same_bytes(self, workspace, alice, key, language):
        first = project_file(project_import(workspace=workspace, text=source(key, language), by=alice))
        second = project_file(project_import(workspace=workspace, text=first, by=alice))
        assert second == first
        assert first.encode() == source(key, language)

    @by_file
    def test_every_page_of_a_copy_has_something_to_show(self, content):
        blocks = content["canvas"]["blocks"]
        assert set(blocks) == set(catalog.canvas_templates()["ml_canvas_v1_1"].blocks)
        assert {
            name: words(block["text"]) for name, block in blocks.items() if not 60 <= words(block["text"]) <= 130
        } == {}
        states = [block["state"] for block in blocks.values()]
        assert states.count("draft") > len(states) / 2
        assert {question.key for question in catalog.scope_questions()} <= content["scope"].keys()
        metrics = content["scope"]["metrics"]
        assert [metric["kind"] for metric in metrics] == ["model", "project", "economic"]
        assert all({"current", "minimum", "target", "deadline"} <= metric.keys() for metric in metrics)
        register = content["risks"]["register"]
        assert 4 <= len(register) <= 6
        complete = {
            "cause",
            "event",
            "effect",
            "mitigation",
            "owner",
            "due",
            "current_likelihood",
            "residual_likelihood",
        }
        assert all(complete <= risk.keys() for risk in register)
        assert len(content["risks"]["matrix"]) == 4
        assert len(content["costs"]["pilot"]) == 3
        assert len({entry["kind"] for entry in content["baselines"]["entries"]}) >= 4

    @by_key
    def test_both_languages_say_the_same(self, key):
        english, portuguese = (read(source(key, language)) for language in LANGUAGES)
        for found in (english, portuguese):
            money = found["scope"]["metrics"][2]
            assert money["unit"].startswith(("EUR", "R$"))
            money["minimum"] = money["target"] = 0
        assert shape(english) == shape(portuguese)

    @by_file
    def test_numbers_agree_between_the_parts(self, content, language):
        main = next(metric for metric in content["scope"]["metrics"] if metric.get("primary"))
        entries = content["baselines"]["entries"]
        assert {entry["metric"] for entry in entries} == {main["metric"]}
        assert {entry["dataset"] for entry in entries} == {entries[0]["dataset"]}
        today = next(entry["value"] for entry in entries if entry["kind"] == "existing_system")
        assert today == main["current"]
        answers, pilot = content["costs"]["answers"], content["costs"]["pilot"]
        assert pilot[-1]["labelled"] == answers["C2_labelled"] == max(point["labelled"] for point in pilot)
        assert answers["C2_labelled"] < answers["C2_available"]
        facts = content["facts"]
        assert facts["label_delay_days"] <= facts["retraining_interval_days"]
        # The target stands in the words as well, as a share or as the number itself.
        share = round(main["target"] * 100, 4) if main["direction"] == "higher" else main["target"]
        spelt = {f"{share:g} %", f"{main['target']:.2f}"}
        if language == "pt-br":
            spelt = {number.replace(".", ",") for number in spelt}
        for text in (content["scope"]["model_objective"], content["canvas"]["blocks"]["prediction_task"]["text"]):
            assert any(number in text for number in spelt), (spelt, text)

    @by_file
    def test_personal_data_has_a_legal_basis_and_something_is_held_out(self, content, language):
        blocks = content["canvas"]["blocks"]
        sources = blocks["data_sources"]["text"]
        if content["facts"]["personal_data"] == "yes":
            assert ("(GDPR Art." if language == "en" else "(LGPD, art.") in sources
            assert "legal" in {risk["category"] for risk in content["risks"]["register"]}
        else:
            assert ("No personal data" if language == "en" else "Sem dados pessoais") in sources
        assert ("**Held out:**" if language == "en" else "**Amostra reservada:**") in blocks["data_collection"]["text"]

    @by_file
    def test_the_lists_are_full_and_say_what_the_blocks_say(self, content, language):
        rows, blocks = content["rows"], content["canvas"]["blocks"]
        text = {kind.key: blocks[kind.block]["text"].casefold() for kind in catalog.row_kinds().values()}
        few_and_many = {"sources": (3, 5), "features": (4, 7), "outcomes": (2, 4), "monitoring": (2, 4)}
        assert rows.keys() == few_and_many.keys()
        for kind, (few, many) in few_and_many.items():
            assert few <= len(rows[kind]) <= many
        held = {row["personal_data"] for row in rows["sources"]}
        assert ("yes" in held) == (content["facts"]["personal_data"] == "yes")
        for row in rows["sources"]:
            assert {"kind", "access", "refresh_hours"} <= row.keys()
            assert ("legal_basis" in row) == (row["personal_data"] == "yes")
        for kind in ("sources", "monitoring"):
            assert all(row["owner"].casefold() in text[kind] for row in rows[kind])
        assert {row["source"] for row in rows["features"]} <= {row["key"] for row in rows["sources"]}
        assert all({"result", "effect", "origin"} <= row.keys() for row in rows["outcomes"])
        for row in rows["outcomes"]:
            spelt = f"{row['amount']:,.2f}".removesuffix(".00")
            if language == "pt-br":
                spelt = spelt.translate(str.maketrans(",.", ".,"))
            assert not row["amount"] or f" {spelt}" in text["outcomes"], spelt
        assert any(row["amount"] for row in rows["outcomes"])
        for kind in ("features", "outcomes", "monitoring"):
            for row in rows[kind]:
                for number in NUMBER.findall(f"{row['name']} {row.get('threshold', '')}"):
                    assert number in NUMBER.findall(text[kind]), (row["name"], number)
        assert all(row["threshold"] and row["review_hours"] for row in rows["monitoring"])

    @by_file
    def test_somebody_decides_and_some_cases_go_without_the_model(self, content):
        assert content["facts"]["decision_taker"]
        assert 5 <= content["facts"]["holdout_share"] <= 30

    @by_file
    def test_links_lead_nowhere_real(self, content):
        links = [entry["source_url"] for entry in content["baselines"]["entries"] if "source_url" in entry]
        assert all(link.startswith("https://example.org/") for link in links)

    @by_file
    def test_the_estimate_pays_and_nothing_contradicts_itself(self, workspace, alice, content, key, language):
        project = project_import(workspace=workspace, text=source(key, language), by=alice)
        costs = projects.snapshot(project)["results"]["costs"]
        assert 0 < costs["p10"] < costs["p50"] < costs["p90"] < 2 * costs["p50"]
        economic = content["scope"]["metrics"][2]
        assert costs["worth"]["likely"] == pytest.approx(economic["target"], rel=0.05)
        assert costs["worth"]["payback_years"] < 3
        project.refresh_from_db()
        assert [shown.seen for shown in advice(project).all] == []


class TestStarters:
    address = "/p/examples/"

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_members_read_them_in_their_language(self, vic, client_for, language):
        page = client_for(vic).get(self.address, headers={"accept-language": language}).content.decode()
        for example in starters(language):
            assert example.title in page.replace("&#x27;", "'")
            assert f'href="/p/examples/{example.key}/"' in page
        kind = catalog.facts()["task_type"].option("ranking").label.say(language)
        assert kind in page

    def test_somebody_without_a_workspace_may_read(self, sam, client_for):
        Membership.objects.all().delete()
        assert client_for(sam).get(self.address).status_code == 200

    def test_anonymous_goes_to_sign_in(self, client, db):
        assert client.get(self.address).headers["Location"].startswith("/account/login/")

    def test_post_is_not_allowed(self, erin, client_for):
        assert client_for(erin).post(self.address).status_code == 405

    def test_queries_do_not_grow(self, workspace, erin, client_for, count_queries):
        client = client_for(erin)
        few = count_queries(lambda: client.get(self.address))
        assert few <= 3
        for example in starters("en")[:2]:
            starter_copy(workspace=workspace, starter=example, name="A", by=erin)
        assert count_queries(lambda: client.get(self.address)) == few

    def test_no_project_can_take_the_address(self, erin, client_for):
        client_for(erin).post("/p/new/", {"name": "Examples"})
        assert Project.objects.get().slug == "examples-2"


class TestStarter:
    address = "/p/examples/clinic-no-shows/"

    @by_file
    def test_it_shows_everything_in_the_readers_language(self, vic, client_for, key, language, content):
        response = client_for(vic).get(f"/p/examples/{key}/", headers={"accept-language": language})
        assert response.status_code == 200
        page = response.content.decode()
        for block in catalog.canvas_templates()["ml_canvas_v1_1"].blocks.values():
            assert f'id="title-{block.key}">{block.title.say(language)}<' in page
        # The Markdown itself is there to be copied.
        source_of_task = page.split('id="source-prediction_task"')[1].split("</textarea>")[0].partition(">\n")[2]
        first_line = content["canvas"]["blocks"]["prediction_task"]["text"].splitlines()[0]
        assert source_of_task.startswith(first_line)
        assert all(risk["owner"] in page for risk in content["risks"]["register"])
        for kind in catalog.row_kinds().values():
            table = page.split(f'aria-labelledby="list-{kind.key}"')[1].split("</table>")[0].replace("&#x27;", "'")
            assert table.count("<tr>") == len(content["rows"][kind.key]) + 1
            for row in content["rows"][kind.key]:
                assert f"<b>{row['name']}</b>" in table
                assert row.get("owner", "") in table
                # A feature names its source in words, and no value is shown by its key.
                assert (
                    next((s["name"] for s in content["rows"]["sources"] if s["key"] == row.get("source")), "") in table
                )
            assert not re.search(r">(S\d\d|legitimate_interests|false_alarm|granted)<", table)
        assert "Louis Dorard" in page
        assert "CC BY-SA 4.0" in page

    def test_the_name_is_filled_in_and_one_workspace_is_not_asked_for(self, workspace, erin, client_for):
        page = client_for(erin).get(self.address).content.decode()
        assert 'value="Missed appointments in outpatient clinics"' in page
        assert f'<input type="hidden" name="workspace" value="{workspace.slug}">' in page
        assert "<select" not in page

    def test_several_workspaces_are_offered_and_read_only_ones_are_not(self, workspace, erin, client_for):
        for slug, role in (("b", Role.OWNER), ("c", Role.VIEWER)):
            Membership.objects.create(workspace=Workspace.objects.create(name=slug, slug=slug), user=erin, role=role)
        page = client_for(erin).get(self.address).content.decode()
        assert set(re.findall(r'<option value="([^"]+)"', page)) == {"retail-analytics", "b"}

    def test_a_viewer_reads_why_there_is_no_button(self, vic, client_for):
        page = client_for(vic).get(self.address).content.decode()
        assert "You need to be an editor or owner of a workspace to add a project." in page
        assert "/copy/" not in page

    def test_an_unknown_one_is_404(self, erin, client_for):
        for key in ("nothing", "scope", "new"):
            assert client_for(erin).get(f"/p/examples/{key}/").status_code == 404

    def test_anonymous_goes_to_sign_in(self, client, db):
        assert client.get(self.address).headers["Location"].startswith("/account/login/")

    def test_post_is_not_allowed(self, erin, client_for):
        assert client_for(erin).post(self.address).status_code == 405

    def test_queries_do_not_grow_with_workspaces(self, erin, client_for, count_queries):
        client = client_for(erin)
        few = count_queries(lambda: client.get(self.address))
        for number in range(10):
            other = Workspace.objects.create(name=f"W {number}", slug=f"w-{number}")
            Membership.objects.create(workspace=other, user=erin, role=Role.EDITOR)
        assert count_queries(lambda: client.get(self.address)) == few


class TestStarterCopy:
    address = "/p/examples/bakery-demand/copy/"

    @pytest.mark.parametrize("headers", [{}, FRAGMENT])
    def test_it_makes_a_marked_project_with_all_of_the_example(self, workspace, erin, client_for, headers):
        response = client_for(erin).post(
            self.address, {"name": "  Rolls   for us ", "workspace": workspace.slug}, **headers
        )
        assert response.headers["HX-Redirect" if headers else "Location"] == "/p/rolls-for-us/"
        project = Project.objects.get()
        assert (project.name, project.workspace, project.created_by, project.is_example) == (
            "Rolls for us",
            workspace,
            erin,
            True,
        )
        example = source("bakery-demand", "en").decode()
        assert project_file(project) == example.replace("Bread for tomorrow in 38 bakery shops", "Rolls for us")
        assert list(Event.objects.order_by("pk").values_list("what", "by")) == [
            ("projects.created", erin.pk),
            ("projects.copied", erin.pk),
        ]

    def test_the_copy_is_in_the_language_of_the_page(self, erin, client_for):
        client_for(erin).post(self.address, {"name": "Pães"}, headers={"accept-language": "pt-br"})
        project = Project.objects.get()
        assert (project.language, project.currency) == ("pt-br", "BRL")

    def test_two_copies_do_not_share_anything(self, erin, client_for):
        before = source("bakery-demand", "en")
        for _ in range(2):
            client_for(erin).post(self.address, {"name": "Bread for tomorrow in 38 bakery shops"})
        first, second = Project.objects.order_by("pk")
        assert first.slug != second.slug
        assert project_file(first) == project_file(second) == before.decode()

    def test_the_chosen_workspace_gets_it(self, workspace, erin, client_for):
        other = Workspace.objects.create(name="B", slug="b")
        Membership.objects.create(workspace=other, user=erin, role=Role.EDITOR)
        client_for(erin).post(self.address, {"name": "Rolls", "workspace": "b"})
        assert Project.objects.get().workspace == other

    @pytest.mark.parametrize("headers", [{}, FRAGMENT])
    @pytest.mark.parametrize(
        ("name", "sentence", "kept"),
        [
            ("", "Give the project a name.", ""),
            ("  ", "Give the project a name.", ""),
            ("a" * 201, "the limit is 200", "a" * 201),
            ("a\x00", "cannot be stored", "a"),
        ],
    )
    def test_bad_names_are_422_with_a_sentence_and_nothing_is_lost(
        self, workspace, erin, client_for, headers, name, sentence, kept
    ):
        other = Workspace.objects.create(name="B", slug="b")
        Membership.objects.create(workspace=other, user=erin, role=Role.EDITOR)
        response = client_for(erin).post(self.address, {"name": name, "workspace": workspace.slug}, **headers)
        assert response.status_code == 422
        page = response.content.decode()
        assert sentence in page
        assert kept in page
        assert f'<option value="{workspace.slug}" selected>' in page
        assert page.strip().startswith('<section class="card card-pad" id="start"' if headers else "<!doctype html>")
        assert not Project.objects.exists()

    def test_nothing_is_left_of_a_copy_that_fails(self, workspace, erin, monkeypatch):
        def refuse(*, project):
            raise Refused("project_name_empty")

        monkeypatch.setattr(actions.tracker, "refresh", refuse)
        with pytest.raises(Refused):
            starter_copy(workspace=workspace, starter=starter("weld-x-ray", "en"), name="Welds", by=erin)
        assert not Project.objects.exists()
        assert not Event.objects.exists()

    def test_a_refusal_of_the_rules_stands_beside_the_name(self, erin, client_for, monkeypatch):
        def refuse(**_values):
            raise Refused("project_name_empty")

        monkeypatch.setattr(actions, "starter_copy", refuse)
        response = client_for(erin).post(self.address, {"name": "Rolls"})
        assert response.status_code == 422
        assert "Give the project a name." in response.content.decode()
        assert 'value="Rolls"' in response.content.decode()

    def test_viewers_and_reviewers_are_refused_with_the_reason(self, workspace, vic, rita, client_for):
        for user in (vic, rita):
            for data in ({"name": "Rolls"}, {"name": "Rolls", "workspace": workspace.slug}):
                response = client_for(user).post(self.address, data)
                assert response.status_code == 403
                assert "editor or owner" in response.content.decode()
        assert not Project.objects.exists()

    def test_stranger_sees_404(self, workspace, sam, client_for):
        assert client_for(sam).post(self.address, {"name": "Rolls", "workspace": workspace.slug}).status_code == 404
        assert client_for(sam).post("/p/examples/nothing/copy/", {"name": "Rolls"}).status_code == 404
        assert not Project.objects.exists()

    def test_anonymous_goes_to_sign_in(self, client, db):
        assert client.post(self.address, {"name": "Rolls"}).headers["Location"].startswith("/account/login/")

    def test_get_is_not_allowed(self, erin, client_for):
        assert client_for(erin).get(self.address).status_code == 405


class TestMark:
    """A copy says on each of its pages that its text is an example's."""

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_every_page_has_the_badge_and_the_list_too(self, workspace, erin, client_for, language):
        project = starter_copy(workspace=workspace, starter=starter("parts-search", language), name="Parts", by=erin)
        client = client_for(erin)
        badge = {"en": ">example</", "pt-br": ">exemplo</"}[language]
        pages = [
            "",
            "scope/",
            "canvas/",
            "canvas/ml_canvas_v1_1/features/",
            "canvas/all/",
            "risks/",
            "costs/",
            "baselines/",
            "lifecycle/",
            "reviews/",
        ]
        pages += ["report/", "history/", "settings/", "advice/"]
        for page in pages:
            response = client.get(f"/p/{project.slug}/{page}", headers={"accept-language": language})
            assert response.status_code == 200, page
            assert badge in response.content.decode(), page
        assert badge in client.get("/", headers={"accept-language": language}).content.decode()

    def test_the_report_warns_until_the_project_is_somebodys_own(self, workspace, erin, client_for):
        project = starter_copy(workspace=workspace, starter=starter("parts-search", "en"), name="Parts", by=erin)
        sentence = "Text from an example: people, figures and dates are invented"
        assert sentence in client_for(erin).get(f"/p/{project.slug}/report/").content.decode()
        # What a revision keeps is reported with the same warning.
        revision = project_actions.revise(project=project, by=erin)
        assert sentence in report(project, revision=revision).warning
        client_for(erin).post(f"/p/{project.slug}/settings/adopt/")
        assert sentence not in client_for(erin).get(f"/p/{project.slug}/report/").content.decode()

    def test_the_history_names_the_example(self, workspace, erin, client_for):
        project = starter_copy(workspace=workspace, starter=starter("parts-search", "en"), name="Parts", by=erin)
        page = client_for(erin).get(f"/p/{project.slug}/history/").content.decode()
        assert "filled the project with the example “Spare-parts search that puts the right part first”" in page


class TestWayThere:
    def test_new_project_and_empty_portfolio_lead_to_them(self, workspace, erin, vic, client_for):
        link = 'href="/p/examples/"'
        assert client_for(erin).get("/").content.decode().count(link) == 2
        assert client_for(vic).get("/").content.decode().count(link) == 1
        starter_copy(workspace=workspace, starter=starter("parts-search", "en"), name="Parts", by=erin)
        assert client_for(erin).get("/").content.decode().count(link) == 1
        assert client_for(vic).get("/").content.decode().count(link) == 0
