"""Iterations: closed with what was learned, gone on from the same texts."""

import pytest

from mlcanvas.canvas import actions as canvas
from mlcanvas.canvas import selectors as canvas_selectors
from mlcanvas.domain.canvas import State
from mlcanvas.domain.refusal import Refused
from mlcanvas.projects import actions, parts, selectors
from mlcanvas.projects.models import LAST_ITERATION, Event, Iteration, Revision
from tests.fixtures_projects import FRAGMENT

PAGE = "/p/churn-in-prepaid-mobile/iterations/"
KEY = "canvas/ml_canvas_v1_1/features"


def close(project, by, number=1, learned="Agents need a reason, not a score."):
    return actions.close_iteration(project=project, number=number, learned=learned, by=by)


class TestCloseIteration:
    def test_keeps_a_revision_and_begins_the_next(self, project, alice):
        actions.save_text(project=project, key=KEY, text="Days since top-up", base=0, by=alice)
        closed = close(project, alice)
        project.refresh_from_db()
        assert (closed.number, closed.learned, closed.by, project.iteration) == (
            1, "Agents need a reason, not a score.", alice, 2,
        )  # fmt: skip
        content = selectors.revision_snapshot(closed.revision)["content"]
        assert content["project"]["iteration"] == 1
        assert content["canvas"]["blocks"]["features"]["text"] == "Days since top-up"
        assert closed.revision.reason == Revision.Reason.ITERATION
        assert Event.objects.get(what="projects.iteration_closed").revision == closed.revision

    def test_texts_and_agreements_go_on_and_the_first_edit_ends_an_agreement(self, project, alice):
        actions.save_text(project=project, key=KEY, text="Days since top-up", base=0, by=alice)
        canvas.agree(project=project, template="ml_canvas_v1_1", block="features", version=1, by=alice)
        before = project.summary.readiness_canvas
        close(project, alice)
        found = canvas_selectors.canvas(project).find("features")
        assert (found.text, found.state) == ("Days since top-up", State.AGREED)
        project.summary.refresh_from_db()
        assert project.summary.readiness_canvas == before
        actions.save_text(project=project, key=KEY, text="Weeks since top-up", base=1, by=alice)
        assert canvas_selectors.canvas(project).find("features").state == State.DRAFT

    def test_the_project_file_holds_only_the_number(self, project, alice):
        before = parts.content(project)
        close(project, alice)
        after = parts.content(project)
        assert after == {**before, "project": {**before["project"], "iteration": 2}}

    def test_nothing_changed_is_still_another_iteration(self, project, alice):
        first, second = close(project, alice), close(project, alice, 2)
        assert first.revision != second.revision

    def test_a_revision_of_just_this_content_is_taken(self, project, alice):
        revision = actions.revise(project=project, by=alice)
        assert close(project, alice).revision == revision

    @pytest.mark.parametrize("number", [0, 2, 99])
    def test_only_the_open_one_can_be_closed(self, project, alice, number):
        with pytest.raises(Refused, match="iteration_closed"):
            close(project, alice, number)
        assert not Iteration.objects.exists()

    def test_the_last_one_that_a_project_file_can_hold_stays_open(self, project, alice):
        project.iteration = LAST_ITERATION
        project.save()
        with pytest.raises(Refused, match="iteration_last"):
            close(project, alice, LAST_ITERATION)

    def test_deleting_the_project_takes_them_along(self, project, alice):
        close(project, alice)
        actions.delete(project=project, by=alice)
        assert not Iteration.objects.exists()


class TestIterationClose:
    address = f"{PAGE}close/"

    @pytest.mark.parametrize(("headers", "status"), [({}, 302), (FRAGMENT, 200)])
    def test_works(self, project, erin, client_for, headers, status):
        data = {"number": "1", "learned": "Less is **more**."}
        response = client_for(erin).post(self.address, data, **headers)
        assert response.status_code == status
        page = client_for(erin).get(PAGE).content.decode()
        assert "Iteration 2 is open" in page
        assert "Less is <strong>more</strong>." in page
        assert "Erin" in page
        if headers:
            assert (
                response.content.decode().strip().startswith('<div class="container-xl page narrow" id="iterations">')
            )

    def test_without_a_note_it_is_closed_all_the_same(self, project, erin, client_for):
        client_for(erin).post(self.address, {"number": "1"})
        assert "Nobody wrote down what was learned." in client_for(erin).get(PAGE).content.decode()

    @pytest.mark.parametrize("headers", [{}, FRAGMENT])
    def test_twice_is_once_and_the_note_stays(self, project, alice, erin, client_for, headers):
        close(project, alice)
        data = {"number": "1", "learned": "My own note."}
        response = client_for(erin).post(self.address, data, **headers)
        assert response.status_code == 409
        page = response.content.decode()
        assert "Iteration 1 is closed already." in page
        assert "My own note." in page
        assert 'name="number" value="2"' in page
        assert Iteration.objects.count() == 1

    @pytest.mark.parametrize("headers", [{}, FRAGMENT])
    @pytest.mark.parametrize(
        ("data", "sentence"),
        [
            ({"number": "1", "learned": "x" * 20_001}, "20,001 characters and the limit is 20,000"),
            ({"number": "1", "learned": "a\x00b"}, "cannot be stored"),
            ({"number": "", "learned": "kept"}, "did not say which iteration"),
            ({"number": "x", "learned": "kept"}, "did not say which iteration"),
            ({"number": "9" * 30, "learned": "kept"}, "did not say which iteration"),
        ],
    )
    def test_bad_input_is_422_and_keeps_what_was_typed(self, project, erin, client_for, data, sentence, headers):
        response = client_for(erin).post(self.address, data, **headers)
        assert response.status_code == 422
        page = response.content.decode()
        assert sentence in page
        assert 'name="number" value="1"' in page
        assert data["learned"].partition("\x00")[0] in page
        assert not Iteration.objects.exists()

    def test_who_may_not(self, project, vic, rita, sam, client, client_for):
        for user in (vic, rita):
            response = client_for(user).post(self.address, {"number": "1"})
            assert response.status_code == 403
            assert "read-only for you" in response.content.decode()
        assert client_for(sam).post(self.address, {"number": "1"}).status_code == 404
        assert client.post(self.address, {"number": "1"}).status_code == 302
        assert client_for(vic).get(self.address).status_code == 405
        assert not Iteration.objects.exists()


class TestIterations:
    def test_a_reader_sees_them_and_no_form(self, project, alice, vic, client_for):
        close(project, alice)
        page = client_for(vic).get(PAGE).content.decode()
        assert "Agents need a reason, not a score." in page
        assert "<textarea" not in page
        assert "/canvas/compare/?from=1&amp;to=2" in page

    def test_markup_is_text(self, project, alice, client_for):
        close(project, alice, learned="<script>alert(1)</script>")
        assert "<script>alert" not in client_for(alice).get(PAGE).content.decode()

    def test_the_badge_leads_here(self, project, vic, client_for):
        page = client_for(vic).get("/p/churn-in-prepaid-mobile/scope/").content.decode()
        assert f'<a class="badge stage-badge" href="{PAGE}">iteration 1</a>' in page

    def test_the_event_is_a_sentence_in_both_languages(self, project, alice, client_for):
        close(project, alice)
        for language, sentence in (("en", "Alice closed iteration 1."), ("pt-br", "Alice encerrou a iteração 1.")):
            page = client_for(alice).get("/p/churn-in-prepaid-mobile/history/", headers={"accept-language": language})
            assert sentence in page.content.decode()

    def test_queries_do_not_grow(self, project, alice, client_for, count_queries):
        client = client_for(alice)
        close(project, alice)
        few = count_queries(lambda: client.get(PAGE))
        for number in range(2, 20):
            close(project, alice, number)
        assert count_queries(lambda: client.get(PAGE)) == few

    def test_who_may_not(self, project, sam, alice, client, client_for):
        assert client_for(sam).get(PAGE).status_code == 404
        assert client.get(PAGE).status_code == 302
        assert client_for(alice).post(PAGE).status_code == 405
