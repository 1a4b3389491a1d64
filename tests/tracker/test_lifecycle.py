"""The lifecycle page and its writes."""

import pytest
from django.db import IntegrityError, transaction

from mlcanvas.domain.lifecycle import StageKey
from mlcanvas.domain.refusal import Refused
from mlcanvas.projects import actions as projects
from mlcanvas.projects import selectors as read
from mlcanvas.projects.models import Event, Revision, Summary
from mlcanvas.tracker import actions, selectors
from mlcanvas.tracker.models import Checkpoint, Evidence, Move
from tests.fixtures_projects import FRAGMENT

PAGE = "/p/churn-in-prepaid-mobile/lifecycle/"
LINK = {"url": "https://example.org/profile?v=3", "label": "Profile of May"}
ON = {"start": "scope", "to": "data"}
CONTENT = {
    "stage": "data",
    "checkpoints": {
        "DV-01": {
            "status": "done",
            "owner": "Ana",
            "date": "2026-05-04",
            "iteration": 2,
            "evidence": [
                {"label": "Profile", "url": "https://example.org/b"},
                {"label": "Again", "url": "https://example.org/a"},
            ],
        },
        "SC-01": {"owner": "Ana"},
        "SC-09": {"status": "waived", "reason": "Not in the EU", "date": "2026-05-01"},
    },
}
MANUAL = {"status": "done", "owner": "Rita", "on": "2026-05-04", "reason": ""}


def waive_scope(project, by):
    """Every gate of the scope, so that a test can look at what comes after."""
    for standing in selectors.gates(project)[StageKey.SCOPE].missing:
        actions.checkpoint_set(project=project, key=standing.checkpoint.key, by=by, status="waived", reason="Agreed")


class TestLifecycle:
    def test_a_member_reads_stages_parts_and_what_is_missing(self, project, vic, client_for):
        page = client_for(vic).get(PAGE).content.decode()
        for words in (
            "Exploration and validation",
            "Performance monitoring",
            "Maintenance loop",
            "Describe the problem",
        ):
            assert words in page
        assert page.count('class="checkpoint"') == 81
        assert "Change" not in page

    def test_it_speaks_portuguese(self, project, alice, client_for):
        page = client_for(alice).get(PAGE, headers={"accept-language": "pt-br"}).content.decode()
        for words in ("Exploração e validação", "Monitoramento de desempenho", "Descreva o problema"):
            assert words in page

    def test_stranger_sees_404(self, project, sam, client_for):
        assert client_for(sam).get(PAGE).status_code == 404

    def test_anonymous_goes_to_sign_in(self, project, client):
        assert client.get(PAGE).status_code == 302

    def test_the_back_button_gets_a_whole_page(self, project, alice, client_for):
        headers = {**FRAGMENT, "HTTP_HX_HISTORY_RESTORE_REQUEST": "true"}
        assert "<html" in client_for(alice).get(PAGE, **headers).content.decode()

    def test_queries_do_not_grow_with_checkpoints(self, project, alice, client_for, count_queries):
        client = client_for(alice)
        few = count_queries(lambda: client.get(PAGE))
        for number in range(1, 7):
            key = f"DI-0{number}"
            actions.checkpoint_set(project=project, key=key, by=alice, status="done")
            for link in range(3):
                url = f"https://example.org/{link}"
                actions.evidence_add(project=project, key=key, label="Report", url=url, by=alice)
        assert count_queries(lambda: client.get(PAGE)) == few


class TestCheckpointEdit:
    address = PAGE + "SC-09/"

    def test_the_form_is_shown_in_its_row(self, project, erin, client_for):
        page = client_for(erin).get(self.address).content.decode()
        assert page.count("<textarea") == 1
        fragment = client_for(erin).get(self.address, **FRAGMENT).content.decode()
        assert fragment.strip().startswith("<li")
        assert 'id="SC-09"' in fragment

    def test_works_as_page(self, project, erin, client_for):
        response = client_for(erin).post(self.address, MANUAL)
        assert response.status_code == 302
        assert response.headers["Location"].endswith("?stage=scope#SC-09")
        row = Checkpoint.objects.get(project=project, key="SC-09")
        assert (row.status, row.owner, str(row.date), row.iteration, row.by) == ("done", "Rita", "2026-05-04", 1, erin)
        assert selectors.gates(project)[StageKey.SCOPE].met == 1
        assert Event.objects.get(what="tracker.done").values == {"checkpoint": "SC-09"}

    def test_works_as_fragment_and_leaves_the_stage_open(self, project, erin, client_for):
        response = client_for(erin).post(PAGE + "DV-01/", MANUAL, **FRAGMENT)
        page = response.content.decode()
        assert response.status_code == 200
        assert 'id="lifecycle"' in page
        assert "<html" not in page
        assert 'id="stage-data" open' in page

    def test_the_date_is_today_when_left_out(self, project, erin, client_for):
        client_for(erin).post(self.address, MANUAL | {"on": ""})
        assert Checkpoint.objects.get(project=project).date is not None

    def test_an_automatic_gate_takes_an_owner_and_no_tick(self, project, erin, client_for):
        client = client_for(erin)
        assert client.post(PAGE + "SC-01/", {"status": "todo", "owner": "Ana"}).status_code == 302
        assert selectors.marks(project)["SC-01"].owner == "Ana"
        assert client.post(PAGE + "SC-01/", {"status": "done"}).status_code == 422
        with pytest.raises(Refused, match="checkpoint_automatic"):
            actions.checkpoint_set(project=project, key="SC-01", by=erin, status="done")

    def test_an_automatic_gate_may_be_waived_with_a_reason(self, project, erin, client_for):
        client = client_for(erin)
        refused = client.post(PAGE + "SC-10/", {"status": "waived", "reason": " "})
        assert refused.status_code == 422
        assert "Give the reason for waiving SC-10." in refused.content.decode()
        client.post(PAGE + "SC-10/", {"status": "waived", "reason": "Fixed price"})
        page = client.get(PAGE).content.decode()
        assert "Fixed price" in page
        assert "Answer the cost questions until there is an estimate" in page

    @pytest.mark.parametrize(
        ("wrong", "sentence"),
        [
            ({"status": "perhaps"}, "Choose one of the answers"),
            ({"on": "soon"}, "Write a date"),
            ({"owner": "x" * 121}, "limit is 120"),
            ({"reason": "a\x00b"}, "cannot be stored"),
            ({"reason": "x" * 20_001}, "20,001"),
        ],
    )
    @pytest.mark.parametrize("headers", [{}, FRAGMENT])
    def test_bad_input_is_422_with_a_sentence_and_keeps_what_was_typed(
        self, project, erin, client_for, wrong, sentence, headers
    ):
        response = client_for(erin).post(self.address, MANUAL | {"reason": "Kept words"} | wrong, **headers)
        assert response.status_code == 422
        page = response.content.decode()
        assert sentence in page
        assert ("Kept words" in page) or "reason" in wrong
        assert not Checkpoint.objects.exists()

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_viewer_is_refused_with_the_reason(self, project, vic, client_for, method):
        response = getattr(client_for(vic), method)(self.address, MANUAL)
        assert response.status_code == 403
        assert "read-only for you" in response.content.decode()

    def test_stranger_sees_404(self, project, sam, client_for):
        assert client_for(sam).post(self.address, MANUAL).status_code == 404

    def test_an_unknown_checkpoint_is_404(self, project, erin, client_for):
        assert client_for(erin).post(PAGE + "SC-99/", MANUAL).status_code == 404

    def test_anonymous_goes_to_sign_in(self, project, client):
        assert client.post(self.address, MANUAL).status_code == 302

    def test_put_is_not_allowed(self, project, erin, client_for):
        assert client_for(erin).put(self.address).status_code == 405


class TestCheckpointTick:
    address = PAGE + "SC-09/tick/"

    def test_works_as_page_both_ways_and_keeps_the_rest(self, project, erin, client_for):
        actions.checkpoint_set(project=project, key="SC-09", by=erin, status="todo", owner="Ana", reason="See minutes")
        client = client_for(erin)
        assert client.post(self.address, {"done": "yes"}).status_code == 302
        row = Checkpoint.objects.get(project=project)
        assert (row.status, row.owner, row.reason) == ("done", "Ana", "See minutes")
        client.post(self.address, {"done": "no"})
        row.refresh_from_db()
        assert (row.status, row.date, row.owner) == ("todo", None, "Ana")

    def test_works_as_fragment(self, project, erin, client_for):
        response = client_for(erin).post(self.address, {"done": "yes"}, **FRAGMENT)
        assert response.status_code == 200
        assert 'class="tick done"' in response.content.decode()

    def test_an_automatic_gate_is_422_with_the_reason(self, project, erin, client_for):
        response = client_for(erin).post(PAGE + "SC-10/tick/", {"done": "yes"})
        assert response.status_code == 422
        assert "nobody can tick it" in response.content.decode()
        assert not Checkpoint.objects.exists()

    def test_viewer_is_refused_with_the_reason(self, project, vic, client_for):
        response = client_for(vic).post(self.address, {"done": "yes"})
        assert response.status_code == 403
        assert "read-only for you" in response.content.decode()

    def test_stranger_sees_404(self, project, sam, client_for):
        assert client_for(sam).post(self.address, {"done": "yes"}).status_code == 404

    def test_anonymous_goes_to_sign_in(self, project, client):
        assert client.post(self.address, {"done": "yes"}).status_code == 302

    def test_get_is_not_allowed(self, project, erin, client_for):
        assert client_for(erin).get(self.address).status_code == 405


class TestEvidenceAdd:
    address = PAGE + "DV-01/evidence/add/"

    def test_works_as_page(self, project, erin, client_for):
        client = client_for(erin)
        assert client.post(self.address, LINK).status_code == 302
        assert Evidence.objects.get(checkpoint__project=project).label == "Profile of May"
        page = client.get(PAGE).content.decode()
        assert 'href="https://example.org/profile?v=3" rel="noopener noreferrer nofollow"' in page

    def test_works_as_fragment(self, project, erin, client_for):
        response = client_for(erin).post(self.address, LINK, **FRAGMENT)
        assert response.status_code == 200
        assert "Profile of May" in response.content.decode()

    def test_a_link_without_words_shows_its_address(self, project, erin, client_for):
        client_for(erin).post(self.address, LINK | {"label": ""})
        assert Evidence.objects.get().label == "https://example.org/profile?v=3"

    @pytest.mark.parametrize(
        "url",
        [
            "", "javascript:alert(1)", "data:text/html,x", "//example.org", "example.org/x", "https://", "http://[::1",
            "ftp://a.b", "HTTPS://example.org",
        ],
    )  # fmt: skip
    @pytest.mark.parametrize("headers", [{}, FRAGMENT])
    def test_what_is_no_web_address_is_422(self, project, erin, client_for, url, headers):
        response = client_for(erin).post(self.address, {"url": url, "label": "Kept words"}, **headers)
        assert response.status_code == 422
        assert "Kept words" in response.content.decode()
        assert not Evidence.objects.exists()

    def test_there_is_an_end_to_links(self, project, erin, monkeypatch):
        monkeypatch.setattr(actions, "MOST_EVIDENCE", 1)
        actions.evidence_add(project=project, key="DV-01", by=erin, **LINK)
        with pytest.raises(Refused, match="evidence_too_many"):
            actions.evidence_add(project=project, key="DV-01", by=erin, **LINK)

    def test_viewer_is_refused_with_the_reason(self, project, vic, client_for):
        response = client_for(vic).post(self.address, LINK)
        assert response.status_code == 403
        assert "read-only for you" in response.content.decode()

    def test_stranger_sees_404(self, project, sam, client_for):
        assert client_for(sam).post(self.address, LINK).status_code == 404

    def test_anonymous_goes_to_sign_in(self, project, client):
        assert client.post(self.address, LINK).status_code == 302

    def test_get_is_not_allowed(self, project, erin, client_for):
        assert client_for(erin).get(self.address).status_code == 405


class TestEvidenceRemove:
    @pytest.fixture
    def address(self, project, erin):
        evidence = actions.evidence_add(
            project=project, key="DV-01", label="Profile", url="https://example.org/profile", by=erin
        )
        return f"{PAGE}DV-01/evidence/{evidence.pk}/remove/"

    def test_works_as_page_and_the_event_keeps_the_address(self, address, project, erin, client_for):
        assert client_for(erin).post(address).status_code == 302
        assert not Evidence.objects.exists()
        assert Event.objects.get(what="tracker.evidence_removed").values["url"] == "https://example.org/profile"

    def test_works_as_fragment(self, address, erin, client_for):
        response = client_for(erin).post(address, **FRAGMENT)
        assert response.status_code == 200
        assert "example.org/profile" not in response.content.decode()

    def test_a_link_of_another_checkpoint_is_404(self, address, erin, client_for):
        assert client_for(erin).post(address.replace("DV-01", "DV-02")).status_code == 404
        assert Evidence.objects.exists()

    def test_viewer_is_refused_with_the_reason(self, address, vic, client_for):
        assert client_for(vic).post(address).status_code == 403

    def test_stranger_sees_404(self, address, sam, client_for):
        assert client_for(sam).post(address).status_code == 404

    def test_anonymous_goes_to_sign_in(self, address, client):
        assert client.post(address).status_code == 302

    def test_get_is_not_allowed(self, address, erin, client_for):
        assert client_for(erin).get(address).status_code == 405


class TestStageMove:
    address = PAGE + "move/"

    def test_the_next_stage_waits_for_its_gates(self, project, erin, client_for):
        for headers in ({}, FRAGMENT):
            response = client_for(erin).post(self.address, ON, **headers)
            assert response.status_code == 422
            assert "Gates still open: 11." in response.content.decode()
        assert not Move.objects.exists()

    def test_works_as_page_keeps_a_revision_and_tells_the_others(self, project, erin, client_for):
        waive_scope(project, erin)
        response = client_for(erin).post(self.address, ON)
        assert response.status_code == 302
        assert selectors.stage(project) is StageKey.DATA
        assert Summary.objects.get(project=project).stage == "data"
        assert read.facts(project)["stage"] == "scope_passed"
        assert Revision.objects.get(project=project).reason == "gate"
        assert Event.objects.filter(what="tracker.on_to_data").exists()

    def test_works_as_fragment(self, project, erin, client_for):
        waive_scope(project, erin)
        response = client_for(erin).post(self.address, ON, **FRAGMENT)
        assert response.headers["HX-Redirect"] == PAGE
        assert selectors.stage(project) is StageKey.DATA

    def test_the_way_back_needs_a_reason_and_is_remembered(self, project, erin, client_for):
        waive_scope(project, erin)
        actions.move(project=project, start="scope", to="data", by=erin)
        actions.checkpoint_set(project=project, key="SC-09", by=erin, status="done", owner="Ana")
        actions.evidence_add(project=project, key="SC-09", label="Minutes", url="https://example.org/m", by=erin)
        client = client_for(erin)
        back = {"start": "data", "to": "scope", "reopen": "on"}
        refused = client.post(self.address, back)
        assert refused.status_code == 422
        assert "Say why the project goes back" in refused.content.decode()
        assert client.post(self.address, back | {"reason": "The law changed"}).status_code == 302
        assert selectors.stage(project) is StageKey.SCOPE
        mark = selectors.marks(project)["SC-09"]
        assert (mark.status, mark.owner, len(mark.evidence)) == ("todo", "Ana", 1)
        assert Event.objects.get(what="tracker.back_to_scope").values == {"reason": "The law changed"}
        assert "The law changed" in client.get(PAGE).content.decode()

    def test_the_way_back_can_leave_the_ticks_alone(self, project, erin, client_for):
        waive_scope(project, erin)
        actions.move(project=project, start="scope", to="data", by=erin)
        actions.checkpoint_set(project=project, key="DV-01", by=erin, status="done")
        client_for(erin).post(self.address, {"start": "data", "to": "scope", "reason": "New owner"})
        assert selectors.marks(project)["DV-01"].status == "done"

    def test_a_page_that_is_out_of_date_is_409(self, project, erin, client_for):
        waive_scope(project, erin)
        actions.move(project=project, start="scope", to="data", by=erin)
        response = client_for(erin).post(self.address, ON)
        assert response.status_code == 409
        assert "Somebody moved the project" in response.content.decode()

    @pytest.mark.parametrize("wrong", [{"to": "nowhere"}, {"start": ""}, {"to": "deployment"}, {"reason": "a\x00b"}])
    @pytest.mark.parametrize("headers", [{}, FRAGMENT])
    def test_bad_input_is_422(self, project, erin, client_for, wrong, headers):
        assert client_for(erin).post(self.address, ON | wrong, **headers).status_code == 422
        assert not Move.objects.exists()

    def test_viewer_is_refused_with_the_reason(self, project, vic, client_for):
        assert client_for(vic).post(self.address, ON).status_code == 403

    def test_stranger_sees_404(self, project, sam, client_for):
        assert client_for(sam).post(self.address, ON).status_code == 404

    def test_anonymous_goes_to_sign_in(self, project, client):
        assert client.post(self.address, ON).status_code == 302

    def test_get_is_not_allowed(self, project, erin, client_for):
        assert client_for(erin).get(self.address).status_code == 405


class TestConstraints:
    @pytest.mark.parametrize(
        ("wrong", "name"),
        [
            ({"status": "done"}, "tracker_checkpoint_done_has_date"),
            ({"status": "waived", "date": "2026-01-01"}, "tracker_checkpoint_waived_has_reason"),
            ({"status": "maybe", "date": "2026-01-01"}, "tracker_checkpoint_known_status"),
        ],
    )
    def test_the_database_keeps_the_rules_too(self, project, wrong, name):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Checkpoint.objects.create(project=project, key="SC-09", **wrong)


class TestContent:
    def part(self):
        from mlcanvas.tracker.content import TRACKER

        return TRACKER

    def test_what_is_written_is_read_again(self, project, alice):
        self.part().write(project, CONTENT, alice)
        assert self.part().read(project) == CONTENT
        assert Summary.objects.get(project=project).stage == "data"
        self.part().write(project, {}, alice)
        assert self.part().read(project) == {}

    def test_its_schema_accepts_it_and_nothing_else(self):
        from jsonschema import Draft202012Validator

        validator = Draft202012Validator(self.part().schema())
        Draft202012Validator.check_schema(self.part().schema())
        assert validator.is_valid(CONTENT)
        for wrong in ({"checkpoints": {"SC-99": {"owner": "x"}}}, {"stage": "gone"}, {"checkpoints": {"DV-01": {}}}):
            assert not validator.is_valid(wrong)

    @pytest.mark.parametrize(
        ("checkpoint", "code", "path"),
        [
            ({"SC-10": {"status": "done", "date": "2026-05-01"}}, "checkpoint_automatic", "SC-10.status"),
            ({"SC-09": {"status": "waived", "date": "2026-05-01"}}, "checkpoint_waive_reason", "SC-09.reason"),
            ({"SC-09": {"status": "done"}}, "checkpoint_done_date", "SC-09.date"),
            ({"SC-09": {"date": "2026-05-01"}}, "checkpoint_todo_date", "SC-09.date"),
            (
                {"SC-09": {"evidence": [{"label": "x", "url": "https://"}]}},
                "evidence_url",
                "SC-09.evidence[0].url",
            ),
        ],
    )
    def test_what_a_schema_cannot_say_is_refused_with_its_place(self, project, alice, checkpoint, code, path):
        with pytest.raises(Refused) as refused, transaction.atomic():
            self.part().write(project, {"checkpoints": checkpoint}, alice)
        assert (refused.value.code, refused.value.path) == (code, f"tracker.checkpoints.{path}")

    def test_a_revision_holds_gates_with_their_words(self, project, alice):
        revision = projects.revise(project=project, by=alice, reason="demand")
        kept = read.revision_snapshot(revision)["results"]["tracker"]
        scope = kept["stages"][0]
        assert (kept["stage"], scope["key"], scope["readiness"]) == ("scope", "scope", 0)
        assert scope["gates"][0]["missing"][0] == "Describe the problem"
        assert scope["gates"][0]["label"].startswith("The business problem")
