"""The advice page and its writes."""

import pytest
from django.db import IntegrityError, transaction

from mlcanvas.advice import actions, selectors
from mlcanvas.advice.models import Dismissal
from mlcanvas.domain.refusal import Refused
from mlcanvas.projects import actions as projects
from mlcanvas.projects.models import Event
from tests.fixtures_projects import FRAGMENT

pytestmark = pytest.mark.any_database

PAGE = "/p/churn-in-prepaid-mobile/advice/"
KEY = "labels_later_than_retraining"


@pytest.fixture
def late(project, erin):
    """A project whose outcomes are known after the model is rebuilt."""
    projects.set_fact(project=project, key="label_delay_days", value=30, by=erin)
    projects.set_fact(project=project, key="retraining_interval_days", value=7, by=erin)
    return project


def open_keys(project):
    return [shown.key for shown in selectors.advice(project).open]


class TestAdvice:
    def test_a_member_reads_what_why_and_what_to_do(self, late, vic, client_for):
        page = client_for(vic).get(PAGE).content.decode()
        assert "rebuilt every 7 days, but the outcome is known only after 30" in page
        assert "Rebuild less often" in page
        assert "Set aside" not in page

    def test_it_speaks_portuguese(self, late, vic, client_for):
        page = client_for(vic).get(PAGE, headers={"accept-language": "pt-br"}).content.decode()
        assert "retreinado a cada 7 dias" in page

    def test_a_project_without_contradictions_hears_so(self, project, vic, client_for):
        assert "Nothing contradicts itself." in client_for(vic).get(PAGE).content.decode()

    def test_stranger_sees_404(self, project, sam, client_for):
        assert client_for(sam).get(PAGE).status_code == 404

    def test_anonymous_goes_to_sign_in(self, project, client):
        assert client.get(PAGE).status_code == 302


class TestDismiss:
    address = f"{PAGE}{KEY}/dismiss/"

    def test_works_as_page(self, late, erin, client_for):
        assert client_for(erin).post(self.address, {"reason": "Rebuilt for price changes"}).status_code == 302
        assert open_keys(late) == []
        assert selectors.advice(late).dismissed[0].dismissal.by == erin
        assert "Rebuilt for price changes" in client_for(erin).get(PAGE).content.decode()
        assert Event.objects.filter(what="advice.dismissed").exists()

    def test_works_as_fragment(self, late, erin, client_for):
        response = client_for(erin).post(self.address, {"reason": "Known"}, **FRAGMENT)
        assert response.status_code == 200
        assert response.content.decode().strip().startswith("<section")

    def test_other_figures_bring_it_back(self, late, erin):
        actions.dismiss(project=late, key=KEY, reason="Known", by=erin)
        projects.set_fact(project=late, key="label_delay_days", value=90, by=erin)
        assert open_keys(late) == [KEY]
        actions.dismiss(project=late, key=KEY, reason="Known too", by=erin)
        assert open_keys(late) == []

    @pytest.mark.parametrize(
        ("reason", "sentence"),
        [("", "Say why it does not apply"), ("  ", "Say why"), ("a\x00b", "cannot be stored"), ("x" * 501, "500")],
    )
    @pytest.mark.parametrize("headers", [{}, FRAGMENT])
    def test_bad_input_is_422_with_a_sentence(self, late, erin, client_for, reason, sentence, headers):
        response = client_for(erin).post(self.address, {"reason": reason}, **headers)
        assert response.status_code == 422
        assert sentence in response.content.decode()
        assert not Dismissal.objects.exists()

    def test_advice_that_is_gone_is_422(self, project, erin, client_for):
        response = client_for(erin).post(self.address, {"reason": "Known"})
        assert response.status_code == 422
        assert "no longer applies" in response.content.decode()

    def test_the_action_itself_asks_for_a_reason(self, late, erin):
        with pytest.raises(Refused, match="dismissal_reason"):
            actions.dismiss(project=late, key=KEY, reason=" ", by=erin)

    def test_unknown_advice_is_404(self, late, erin, client_for):
        assert client_for(erin).post(f"{PAGE}dance/dismiss/", {"reason": "x"}).status_code == 404

    def test_viewer_is_refused_with_the_reason(self, late, vic, client_for):
        response = client_for(vic).post(self.address, {"reason": "Known"})
        assert response.status_code == 403
        assert "read-only for you" in response.content.decode()

    def test_stranger_sees_404(self, late, sam, client_for):
        assert client_for(sam).post(self.address, {"reason": "Known"}).status_code == 404

    def test_anonymous_goes_to_sign_in(self, late, client):
        assert client.post(self.address, {"reason": "Known"}).status_code == 302

    def test_get_is_not_allowed(self, late, erin, client_for):
        assert client_for(erin).get(self.address).status_code == 405

    def test_the_database_keeps_the_rule_too(self, project):
        with pytest.raises(IntegrityError, match="advice_dismissal_has_reason"), transaction.atomic():
            Dismissal.objects.create(project=project, key=KEY, figures="x", reason="")


class TestRestore:
    address = f"{PAGE}{KEY}/restore/"

    @pytest.fixture(autouse=True)
    def dismissed(self, late, erin):
        actions.dismiss(project=late, key=KEY, reason="Known", by=erin)

    @pytest.mark.parametrize(("headers", "status"), [({}, 302), (FRAGMENT, 200)])
    def test_works_as_page_and_as_fragment(self, late, erin, client_for, headers, status):
        assert client_for(erin).post(self.address, **headers).status_code == status
        assert open_keys(late) == [KEY]

    def test_a_second_time_nothing_happens(self, late, erin, client_for):
        for _ in range(2):
            client_for(erin).post(self.address)
        assert Event.objects.filter(what="advice.restored").count() == 1

    def test_unknown_advice_is_404(self, erin, client_for):
        assert client_for(erin).post(f"{PAGE}dance/restore/").status_code == 404

    def test_viewer_is_refused_with_the_reason(self, vic, client_for):
        assert client_for(vic).post(self.address).status_code == 403

    def test_stranger_sees_404(self, sam, client_for):
        assert client_for(sam).post(self.address).status_code == 404

    def test_anonymous_goes_to_sign_in(self, client):
        assert client.post(self.address).status_code == 302

    def test_get_is_not_allowed(self, erin, client_for):
        assert client_for(erin).get(self.address).status_code == 405


@pytest.mark.parametrize(("value", "said"), [(1_234_567, "1.234.567"), (0.123456789, "0,123457"), (4000, "4.000")])
def test_a_count_is_said_as_it_was_counted(value, said):
    assert selectors._written(value, "pt-br") == said
