"""The scope page and its writes."""

import pytest

from mlcanvas.projects import selectors as projects
from mlcanvas.projects.models import PassageEdit
from mlcanvas.scope import selectors
from mlcanvas.scope.models import SuccessMetric
from tests.fixtures_projects import FRAGMENT

METRIC = {
    "name": "AUC on the last quarter",
    "kind": "model",
    "direction": "higher",
    "current": "0.71",
    "minimum": "0.75",
    "target": "0.80",
}


class TestScope:
    def test_member_reads_it(self, project, vic, client_for):
        response = client_for(vic).get("/p/churn-in-prepaid-mobile/scope/")
        assert response.status_code == 200
        assert "What hurts today" in response.content.decode()

    def test_stranger_sees_404(self, project, sam, client_for):
        assert client_for(sam).get("/p/churn-in-prepaid-mobile/scope/").status_code == 404

    def test_anonymous_goes_to_sign_in(self, project, client):
        response = client.get("/p/churn-in-prepaid-mobile/scope/")
        assert response.status_code == 302
        assert response.headers["Location"].startswith("/account/login/")

    def test_queries_do_not_grow_with_metrics(
        self, project, alice, client_for, django_assert_num_queries, count_queries
    ):
        client = client_for(alice)
        few = count_queries(lambda: client.get("/p/churn-in-prepaid-mobile/scope/"))
        SuccessMetric.objects.bulk_create(
            SuccessMetric(project=project, key=f"m{n}", name=f"m{n}", kind="model", direction="higher")
            for n in range(20)
        )
        assert count_queries(lambda: client.get("/p/churn-in-prepaid-mobile/scope/")) == few


class TestTextSave:
    address = "/p/churn-in-prepaid-mobile/scope/text/problem/"

    def test_works_as_page(self, project, erin, client_for):
        response = client_for(erin).post(self.address, {"text": "Calls are wasted.", "base": "0"})
        assert response.status_code == 303
        assert projects.texts(project, "scope")["problem"].text == "Calls are wasted."

    def test_works_as_fragment(self, project, erin, client_for):
        response = client_for(erin).post(self.address, {"text": "Calls are wasted.", "base": "0"}, **FRAGMENT)
        assert response.status_code == 200
        assert 'data-outcome="saved" data-version="1"' in response.content.decode()

    def test_a_stale_base_on_the_same_lines_is_a_clash_with_both_texts(self, project, alice, erin, client_for):
        client_for(alice).post(self.address, {"text": "Calls are wasted.", "base": "0"})
        response = client_for(erin).post(self.address, {"text": "Too many calls.", "base": "0"}, **FRAGMENT)
        assert response.status_code == 409
        page = response.content.decode()
        assert "Calls are wasted." in page
        assert "Too many calls." in page
        assert "Alice" in page
        assert projects.texts(project, "scope")["problem"].text == "Calls are wasted."

    def test_viewer_is_refused_with_the_reason(self, project, vic, client_for):
        response = client_for(vic).post(self.address, {"text": "x", "base": "0"})
        assert response.status_code == 403
        assert "read-only for you" in response.content.decode()

    def test_stranger_sees_404(self, project, sam, client_for):
        assert client_for(sam).post(self.address, {"text": "x", "base": "0"}).status_code == 404

    def test_anonymous_goes_to_sign_in(self, project, client):
        assert client.post(self.address, {"text": "x", "base": "0"}).status_code == 302

    def test_an_expired_session_answers_a_save_with_401(self, project, client):
        assert client.post(self.address, {"text": "x", "base": "0"}, **FRAGMENT).status_code == 401

    def test_get_is_not_allowed(self, project, erin, client_for):
        assert client_for(erin).get(self.address).status_code == 405

    def test_an_unknown_question_is_404(self, project, erin, client_for):
        response = client_for(erin).post("/p/churn-in-prepaid-mobile/scope/text/pk/", {"text": "x", "base": "0"})
        assert response.status_code == 404

    @pytest.mark.parametrize(
        ("text", "base"), [("a\x00b", "0"), ("x" * 20_001, "0"), ("x", "9"), ("x", "-1"), ("x", "one"), ("x", "")]
    )
    @pytest.mark.parametrize("headers", [{}, FRAGMENT])
    def test_bad_input_is_422_and_keeps_the_text(self, project, erin, client_for, text, base, headers):
        response = client_for(erin).post(self.address, {"text": text, "base": base}, **headers)
        assert response.status_code == 422
        assert not PassageEdit.objects.exists()
        if not headers and "\x00" not in text:
            assert text in response.content.decode()


class TestTextRead:
    address = "/p/churn-in-prepaid-mobile/scope/text/problem/read/"

    def test_a_fragment_shows_the_answer_as_markdown(self, project, alice, vic, client_for):
        client_for(alice).post(TestTextSave.address, {"text": "**Calls** are wasted.", "base": "0"})
        assert "<strong>Calls</strong>" in client_for(vic).get(self.address, **FRAGMENT).content.decode()

    def test_a_fragment_says_how_far_the_scope_is_now(self, project, alice, vic, client_for):
        assert 'data-part="scope" data-pip="none"' in client_for(vic).get(self.address, **FRAGMENT).content.decode()
        client_for(alice).post(TestTextSave.address, {"text": "Calls are wasted.", "base": "0"})
        assert 'data-part="scope" data-pip="half"' in client_for(vic).get(self.address, **FRAGMENT).content.decode()

    def test_a_page_leads_to_the_answer_on_its_page(self, project, vic, client_for):
        assert client_for(vic).get(self.address).headers["Location"].endswith("/scope/#box-problem")

    def test_who_may_not(self, project, sam, vic, client, client_for):
        assert client_for(sam).get(self.address).status_code == 404
        assert client.get(self.address).status_code == 302
        assert client_for(vic).get(self.address.replace("problem", "pk")).status_code == 404
        assert client_for(vic).post(self.address).status_code == 405


class TestMetricAdd:
    address = "/p/churn-in-prepaid-mobile/scope/metrics/add/"

    def test_works_as_page_and_the_first_model_metric_is_the_main_one(self, project, erin, client_for):
        assert client_for(erin).post(self.address, METRIC).status_code == 302
        metric = selectors.primary_metric(project)
        assert metric is not None
        assert (metric.current, metric.minimum, metric.target) == (0.71, 0.75, 0.80)

    def test_works_as_fragment(self, project, erin, client_for):
        response = client_for(erin).post(self.address, METRIC, **FRAGMENT)
        assert response.status_code == 200
        assert response.content.decode().strip().startswith("<section")

    def test_the_fragment_says_how_far_the_scope_is_now(self, project, erin, client_for):
        page = client_for(erin).post(self.address, METRIC, **FRAGMENT).content.decode()
        assert 'data-part="scope" data-pip="half"' in page
        key = "/p/churn-in-prepaid-mobile/scope/metrics/auc-on-the-last-quarter/remove/"
        assert 'data-part="scope" data-pip="none"' in client_for(erin).post(key, **FRAGMENT).content.decode()

    def test_each_value_has_the_unit_and_what_is_not_said_is_said(self, project, erin, client_for):
        client_for(erin).post(self.address, METRIC | {"unit": "points", "minimum": "", "deadline": ""}, **FRAGMENT)
        bare = {"name": "Kept", "kind": "project", "direction": "higher", "unit": "lines"}
        page = client_for(erin).post(self.address, bare, **FRAGMENT).content.decode()
        assert "0.71 points" in page
        assert "<b>0.8 points</b>" in page
        assert "– points" not in page
        assert "lines" not in page.partition("<form")[0]
        assert "no target yet" in page
        assert "no date yet" in page
        assert 'data-label="Target"' in page  # on a phone the rows are cards

    @pytest.mark.parametrize("headers", [{}, FRAGMENT])
    def test_a_name_that_is_taken_is_422_and_keeps_what_was_typed(self, project, erin, client_for, headers):
        client_for(erin).post(self.address, METRIC)
        response = client_for(erin).post(self.address, METRIC | {"name": METRIC["name"].upper()}, **headers)
        assert response.status_code == 422
        assert "There is a metric" in response.content.decode()
        assert METRIC["name"].upper() in response.content.decode()
        assert SuccessMetric.objects.count() == 1

    def test_a_decimal_comma_is_read_in_portuguese(self, project, erin, client_for):
        client_for(erin).post(self.address, METRIC | {"target": "0,85"}, headers={"accept-language": "pt-br"})
        assert selectors.primary_metric(project).target == 0.85

    @pytest.mark.parametrize(
        ("wrong", "sentence"),
        [
            ({"name": ""}, "Say what is measured."),
            ({"kind": "dream"}, "Choose one of the answers"),
            ({"target": "NaN"}, "This is not a number"),
            ({"target": "1e400"}, "too large"),
            ({"target": "0.5"}, "cannot be below today"),
            ({"minimum": "0.9"}, "asks for more than the target"),
            ({"name": "a\x00b"}, "cannot be stored"),
            ({"deadline": "2027-13-01"}, "Write a date"),
            ({"metric": "accuracy", "direction": "lower", "target": "0.5"}, "is better when higher"),
            ({"metric": "recall", "target": "50.5"}, "never above 1. Write 0.505 or 50.5 %."),
            ({"metric": "recall", "target": "450"}, "This metric is never above 1."),
            ({"kind": "project", "primary": "on"}, "Only a metric of the model"),
        ],
    )
    def test_bad_input_is_422_with_a_sentence_and_keeps_what_was_typed(
        self, project, erin, client_for, wrong, sentence
    ):
        for headers in ({}, FRAGMENT):
            response = client_for(erin).post(self.address, METRIC | wrong, **headers)
            assert response.status_code == 422
            page = response.content.decode()
            assert sentence in page
            assert 'value="0.71"' in page
        assert not SuccessMetric.objects.exists()

    def test_viewer_is_refused_with_the_reason(self, project, vic, client_for):
        response = client_for(vic).post(self.address, METRIC)
        assert response.status_code == 403
        assert "read-only for you" in response.content.decode()

    def test_stranger_sees_404(self, project, sam, client_for):
        assert client_for(sam).post(self.address, METRIC).status_code == 404

    def test_anonymous_goes_to_sign_in(self, project, client):
        assert client.post(self.address, METRIC).status_code == 302

    def test_get_is_not_allowed(self, project, erin, client_for):
        assert client_for(erin).get(self.address).status_code == 405


class TestMetricEdit:
    address = "/p/churn-in-prepaid-mobile/scope/metrics/auc-on-the-last-quarter/"

    @pytest.fixture(autouse=True)
    def metric(self, project, erin, client_for):
        client_for(erin).post("/p/churn-in-prepaid-mobile/scope/metrics/add/", METRIC)

    @pytest.mark.parametrize(("headers", "status"), [({}, 302), (FRAGMENT, 200)])
    def test_works(self, project, erin, client_for, headers, status):
        response = client_for(erin).post(self.address, METRIC | {"target": "0.85", "metric": "auc_roc"}, **headers)
        assert response.status_code == status
        metric = SuccessMetric.objects.get()
        assert (metric.target, metric.version) == (0.85, 2)

    def test_the_name_of_another_metric_is_422_and_its_own_stays(self, project, erin, client_for):
        client_for(erin).post("/p/churn-in-prepaid-mobile/scope/metrics/add/", METRIC | {"name": "Calls saved"})
        assert client_for(erin).post(self.address, METRIC | {"name": "calls SAVED"}).status_code == 422
        assert client_for(erin).post(self.address, METRIC | {"name": METRIC["name"].upper()}).status_code == 302

    def test_the_form_shows_what_is_stored(self, project, erin, client_for):
        page = client_for(erin).get(self.address, **FRAGMENT).content.decode()
        assert 'value="0.71"' in page

    @pytest.mark.parametrize("headers", [{}, FRAGMENT])
    def test_bad_input_is_422_and_keeps_what_was_typed(self, project, erin, client_for, headers):
        response = client_for(erin).post(self.address, METRIC | {"target": "abc"}, **headers)
        assert response.status_code == 422
        assert 'value="abc"' in response.content.decode()

    def test_an_unknown_metric_is_404(self, project, erin, client_for):
        assert client_for(erin).post("/p/churn-in-prepaid-mobile/scope/metrics/pk/", METRIC).status_code == 404

    def test_who_may_not(self, project, vic, sam, client, client_for):
        assert client_for(vic).post(self.address, METRIC).status_code == 403
        assert client_for(sam).post(self.address, METRIC).status_code == 404
        assert client.post(self.address, METRIC).status_code == 302
        assert client_for(vic).delete(self.address).status_code == 405


class TestMetricRemove:
    address = "/p/churn-in-prepaid-mobile/scope/metrics/auc-on-the-last-quarter/remove/"

    @pytest.fixture(autouse=True)
    def metric(self, project, erin, client_for):
        client_for(erin).post("/p/churn-in-prepaid-mobile/scope/metrics/add/", METRIC)

    @pytest.mark.parametrize(("headers", "status"), [({}, 302), (FRAGMENT, 200)])
    def test_works(self, project, erin, client_for, headers, status):
        assert client_for(erin).post(self.address, **headers).status_code == status
        assert not SuccessMetric.objects.exists()

    def test_who_may_not(self, project, vic, sam, client, client_for):
        assert client_for(vic).post(self.address).status_code == 403
        assert client_for(sam).post(self.address).status_code == 404
        assert client.post(self.address).status_code == 302
        assert client_for(vic).get(self.address).status_code == 405
