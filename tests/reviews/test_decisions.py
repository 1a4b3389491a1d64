"""The decisions page and its write."""

import pytest
from django.db import IntegrityError, transaction

from mlcanvas.domain.lifecycle import StageKey
from mlcanvas.domain.refusal import Refused
from mlcanvas.projects import actions as projects
from mlcanvas.projects import selectors as read
from mlcanvas.projects.models import Event, Revision
from mlcanvas.reviews import actions, selectors
from mlcanvas.reviews.models import Decision
from mlcanvas.risks import actions as risks
from mlcanvas.tracker import selectors as tracker
from tests.fixtures_projects import FRAGMENT

PAGE = "/p/churn-in-prepaid-mobile/reviews/"


@pytest.fixture
def decision(project):
    """What the form posts when nothing changed since the page was shown."""
    return {"outcome": "pilot", "note": "Two regions first", "read": selectors.current(project)}


class TestDecisions:
    def test_a_member_reads_them_without_a_form(self, project, vic, client_for):
        page = client_for(vic).get(PAGE).content.decode()
        assert "No decision yet." in page
        assert "Record the decision" not in page

    def test_what_changed_since_is_named(self, project, rita, erin, client_for):
        actions.decide(project=project, outcome="go", note="Fine", read=selectors.current(project), by=rita)
        assert "Nothing changed since" in client_for(erin).get(PAGE).content.decode()
        projects.save_text(project=project, key="scope/problem", text="Calls are wasted.", base=0, by=erin)
        page = client_for(erin).get(PAGE).content.decode()
        assert "Changed since: Scope" in page
        assert "Nothing changed since" not in page

    def test_stranger_sees_404(self, project, sam, client_for):
        assert client_for(sam).get(PAGE).status_code == 404

    def test_anonymous_goes_to_sign_in(self, project, client):
        assert client.get(PAGE).status_code == 302

    def test_queries_do_not_grow_with_decisions(self, project, rita, client_for, count_queries):
        client = client_for(rita)
        actions.decide(project=project, outcome="go", note="Fine", read=selectors.current(project), by=rita)
        few = count_queries(lambda: client.get(PAGE))
        for _ in range(5):
            actions.decide(project=project, outcome="go", note="Fine", read=selectors.current(project), by=rita)
        assert count_queries(lambda: client.get(PAGE)) == few


class TestReport:
    def test_it_names_the_revision_and_the_decision(self, project, rita, client_for):
        actions.decide(
            project=project, outcome="go", note="Two regions first", read=selectors.current(project), by=rita
        )
        page = client_for(rita).get("/p/churn-in-prepaid-mobile/report/").content.decode()
        assert "Revision 1" in page
        assert "Rita decided to go ahead, on revision 1" in page
        assert "Two regions first" in page
        assert "Working copy" not in page

    def test_what_the_revision_computed_knows_of_the_decision(self, project, rita):
        made = actions.decide(project=project, outcome="go", note="Yes", read=selectors.current(project), by=rita)
        gates = read.revision_snapshot(made.revision)["results"]["tracker"]
        assert gates == read.snapshot(project)["results"]["tracker"]

    def test_its_pdf_is_the_same_after_a_change(self, project, rita, erin, client_for):
        actions.decide(project=project, outcome="go", note="Yes", read=selectors.current(project), by=rita)
        address = "/p/churn-in-prepaid-mobile/report.pdf?revision=1"
        before = client_for(rita).get(address)
        assert 'filename="churn-in-prepaid-mobile-report-revision-1.pdf"' in before["Content-Disposition"]
        projects.save_text(project=project, key="scope/problem", text="Calls are wasted.", base=0, by=erin)
        assert client_for(rita).get(address).content == before.content


class TestDecide:
    address = PAGE + "decide/"

    def test_a_reviewer_decides_as_page(self, project, rita, client_for, decision):
        assert client_for(rita).post(self.address, decision).status_code == 302
        row = Decision.objects.select_related("revision").get(project=project)
        assert (row.outcome, row.note, row.by) == ("pilot", "Two regions first", rita)
        assert (row.revision.reason, row.revision.digest) == ("review", decision["read"])
        assert read.facts(project)["decision"] == "pilot"
        assert Event.objects.get(what="reviews.pilot").revision == row.revision

    def test_works_as_fragment(self, project, erin, client_for, decision):
        response = client_for(erin).post(self.address, decision, **FRAGMENT)
        page = response.content.decode()
        assert response.status_code == 200
        assert "Two regions first" in page
        assert "<html" not in page

    def test_it_turns_the_gate_and_a_stop_opens_it_again(self, project, rita):
        def gate():
            return next(s for s in tracker.gates(project)[StageKey.SCOPE].gates if s.checkpoint.key == "SC-14")

        assert not gate().met
        actions.decide(project=project, outcome="go", note="Fine", read=selectors.current(project), by=rita)
        assert gate().by == "rule"
        actions.decide(project=project, outcome="stop", note="No budget", read=selectors.current(project), by=rita)
        assert [missing.code for missing in gate().missing] == ["missing_not_stopped"]

    @pytest.mark.parametrize("headers", [{}, FRAGMENT])
    def test_nobody_decides_on_what_they_have_not_read(self, project, rita, erin, client_for, decision, headers):
        projects.save_text(project=project, key="scope/problem", text="Calls are wasted.", base=0, by=erin)
        response = client_for(rita).post(self.address, decision, **headers)
        page = response.content.decode()
        assert response.status_code == 409
        assert "The project changed while you were reading it." in page
        assert "Two regions first" in page
        assert selectors.current(project) in page
        assert not Decision.objects.exists()
        assert not Revision.objects.exists()

    @pytest.mark.parametrize(
        ("wrong", "sentence"),
        [
            ({"outcome": ""}, "Choose what is decided."),
            ({"outcome": "maybe"}, "Choose one of the answers"),
            ({"note": " "}, "Say why, in a sentence"),
            ({"note": "a\x00b"}, "cannot be stored"),
            ({"note": "x" * 5001}, "limit is 5,000"),
        ],
    )
    @pytest.mark.parametrize("headers", [{}, FRAGMENT])
    def test_bad_input_is_422_with_a_sentence(self, project, rita, client_for, decision, wrong, sentence, headers):
        response = client_for(rita).post(self.address, decision | wrong, **headers)
        assert response.status_code == 422
        assert sentence in response.content.decode()
        assert not Decision.objects.exists()

    def test_the_action_itself_asks_for_a_word_on_why(self, project, rita):
        with pytest.raises(Refused, match="decision_note_missing"):
            actions.decide(project=project, outcome="go", note=" ", read=selectors.current(project), by=rita)

    def test_viewer_is_refused_with_the_reason(self, project, vic, client_for, decision):
        response = client_for(vic).post(self.address, decision)
        assert response.status_code == 403
        assert "only reviewers, editors and owners can comment or decide" in response.content.decode()

    def test_stranger_sees_404(self, project, sam, client_for, decision):
        assert client_for(sam).post(self.address, decision).status_code == 404

    def test_anonymous_goes_to_sign_in(self, project, client, decision):
        assert client.post(self.address, decision).status_code == 302

    def test_get_is_not_allowed(self, project, rita, client_for):
        assert client_for(rita).get(self.address).status_code == 405

    @pytest.mark.parametrize(
        ("wrong", "name"),
        [({"outcome": "maybe"}, "reviews_decision_known_outcome"), ({"note": ""}, "reviews_decision_has_note")],
    )
    def test_the_database_keeps_the_rules_too(self, project, rita, wrong, name):
        revision = projects.revise(project=project, by=rita)
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Decision.objects.create(**{"project": project, "revision": revision, "outcome": "go", "note": "x"} | wrong)


def test_the_last_decision_counts(project, rita):
    assert selectors.last(project) is None
    for outcome in ("stop", "go"):
        actions.decide(project=project, outcome=outcome, note="Said", read=selectors.current(project), by=rita)
    assert selectors.last(project).outcome == "go"


class TestRisksSince:
    ADDRESS = f"{PAGE}risks/"

    def decide(self, project, rita):
        return actions.decide(project=project, outcome="go", note="Fine", read=selectors.current(project), by=rita)

    def test_before_the_first_review_it_says_so(self, project, vic, client_for):
        assert "Not reviewed together yet." in client_for(vic).get(self.ADDRESS).content.decode()

    def test_it_names_what_moved_since(self, project, rita, erin, vic, client_for):
        kept, moved, gone = (
            risks.risk_add(project=project, by=erin, title=title, category="data", likelihood=4, severity=4)
            for title in ("Stays", "Moves", "Goes")
        )
        self.decide(project, rita)
        client = client_for(vic)
        page = client.get(self.ADDRESS).content.decode()
        assert "by Rita, revision 1: Go ahead." in page
        assert "No risk moved since." in page
        risks.risk_move(risk=moved, view="current", seen=None, to=(2, 3), by=erin)
        risks.risk_move(risk=kept, view="target", seen=None, to=(1, 1), by=erin)
        risks.risk_remove(risk=gone, by=erin)
        risks.risk_add(project=project, by=erin, title="<b>New</b>", category="data", likelihood=1, severity=2)
        page = client.get(self.ADDRESS, **FRAGMENT).content.decode()
        assert page.strip().startswith('<div class="since" id="since">')
        assert "1 moved · 1 new · 1 closed or deleted" in page
        assert "Moves: 4 × 4 → 2 × 3" in page
        assert "&lt;b&gt;New&lt;/b&gt;: new, 1 × 2" in page
        assert "Stays" not in page

    def test_who_may_see_it(self, project, sam, erin, client, client_for):
        assert client_for(sam).get(self.ADDRESS).status_code == 404
        assert client.get(self.ADDRESS).status_code == 302
        assert client_for(erin).post(self.ADDRESS).status_code == 405

    def test_queries_do_not_grow(self, project, rita, erin, client_for, count_queries):
        client = client_for(rita)
        self.decide(project, rita)
        few = count_queries(lambda: client.get(self.ADDRESS))
        for number in range(10):
            risks.risk_add(project=project, by=erin, title=str(number), category="data", likelihood=1, severity=2)
        assert count_queries(lambda: client.get(self.ADDRESS)) == few
