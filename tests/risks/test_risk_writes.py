"""Every write to risk and impact, by the same list: who may, what is bad input, as page and as fragment."""

import pytest

from mlcanvas.projects import selectors as projects
from mlcanvas.projects.models import Event, Summary
from mlcanvas.risks.models import FactorAnswer, Risk
from tests.fixtures_projects import FRAGMENT
from tests.may_write import WritersOnly
from tests.risks.risk_cases import ANSWERS, NEW, PAGE, WHOLE, risk

WRITES = {
    "factor_answer": (f"{PAGE}factors/data_availability/", {"level": "little"}),
    "risk_add": (f"{PAGE}add/", NEW),
    "library_add": (f"{PAGE}library/R07/add/", {}),
    "risk_edit": (f"{PAGE}P01/", WHOLE),
    "risk_remove": (f"{PAGE}P01/remove/", {}),
    "risk_restore": (f"{PAGE}P02/restore/", {}),
}


@pytest.fixture
def two_risks(project):
    """One in the register, one deleted."""
    risk(project, "P01")
    risk(project, "P02", deleted_at="2026-01-01T00:00:00Z")


@pytest.mark.usefixtures("two_risks")
@pytest.mark.parametrize("name", WRITES)
class TestWhoMayWrite(WritersOnly):
    writes = WRITES
    readable = frozenset({"risk_edit"})

    @pytest.mark.parametrize("who", ["alice", "erin"])
    def test_members_who_write(self, project, client_for, request, name, who):
        address, values = WRITES[name]
        response = client_for(request.getfixturevalue(who)).post(address, values)
        assert response.status_code == 302
        assert response.headers["Location"].startswith(PAGE)
        assert Event.objects.filter(project=project, what__startswith="risks.").count() == 1

    def test_fragment(self, project, erin, client_for, name):
        address, values = WRITES[name]
        response = client_for(erin).post(address, values, **FRAGMENT)
        if name == "risk_edit":
            # A whole page was changed: the browser is sent back to the register.
            assert response.headers["HX-Redirect"] == PAGE
            return
        assert response.status_code == 200
        root = "tier" if name == "factor_answer" else "register"
        assert response.content.decode().strip().startswith(f'<section id="{root}"')


class TestFactorAnswer:
    def answer(self, client, factor, level, **headers):
        return client.post(f"{PAGE}factors/{factor}/", {"level": level}, **headers)

    def test_it_is_stored_with_its_author_and_published(self, project, erin, client_for):
        client = client_for(erin)
        for factor, level in ANSWERS.items():
            assert self.answer(client, factor, level).status_code == 302
        assert self.answer(client, "money", "3").status_code == 302
        assert FactorAnswer.objects.get(factor="money").by == erin
        summary = Summary.objects.get(project=project)
        assert (summary.tier, summary.severity, summary.value, summary.feasibility) == (4, 3, 75, 75)
        assert summary.readiness_risks == 43

    def test_an_empty_answer_takes_it_back(self, project, erin, client_for):
        client = client_for(erin)
        self.answer(client, "money", "3")
        self.answer(client, "money", "")
        assert not FactorAnswer.objects.exists()
        assert Summary.objects.get(project=project).value is None

    def test_a_fragment_brings_the_suggestions_too(self, project, erin, client_for):
        page = self.answer(client_for(erin), "data_availability", "little", **FRAGMENT).content.decode()
        assert 'id="suggestions" hx-swap-oob="true"' in page
        assert "because data availability is “little”" in page

    def test_the_list_of_factors_stays_open(self, project, erin, client_for):
        client = client_for(erin)
        assert 'id="factors" open' in self.answer(client, "money", "3", **FRAGMENT).content.decode()
        assert 'id="factors" open' not in self.answer(client, "feature_kind", "functional", **FRAGMENT).content.decode()

    @pytest.mark.parametrize(
        ("factor", "level"), [("data_availability", "plenty"), ("money", "5"), ("money", "-1"), ("money", "³")]
    )
    @pytest.mark.parametrize("headers", [{}, FRAGMENT])
    def test_an_unknown_answer_is_422_with_a_sentence(self, project, erin, client_for, factor, level, headers):
        response = self.answer(client_for(erin), factor, level, **headers)
        assert response.status_code == 422
        assert "is not one of the answers to this question" in response.content.decode()
        assert not FactorAnswer.objects.exists()

    @pytest.mark.parametrize("factor", ["luck", "label_delay_points"])
    def test_a_factor_that_is_not_asked_is_404(self, project, erin, client_for, factor):
        assert self.answer(client_for(erin), factor, "1").status_code == 404


class TestRiskAdd:
    def test_it_stands_in_the_register(self, project, erin, client_for):
        client_for(erin).post(f"{PAGE}add/", NEW)
        row = Risk.objects.get()
        assert (row.key, row.title, row.likelihood, row.severity, row.by) == ("P01", "Labels cost too much", 4, 3, erin)
        assert projects.facts(project)["risk_ratio"] == 1

    def test_keys_are_never_given_twice(self, project, erin, client_for):
        client = client_for(erin)
        for _ in range(2):
            client.post(f"{PAGE}add/", NEW)
        client.post(f"{PAGE}P02/remove/")
        client.post(f"{PAGE}add/", NEW)
        assert sorted(Risk.objects.values_list("key", flat=True)) == ["P01", "P02", "P03"]

    @pytest.mark.parametrize(
        ("wrong", "sentence"),
        [
            ({"title": ""}, "Give the risk a title."),
            ({"title": "  "}, "Give the risk a title."),
            ({"title": "a\x00b"}, "cannot be stored"),
            ({"title": "x" * 201}, "201 characters"),
            ({"category": "luck"}, "Choose one of the answers"),
            ({"likelihood": "6"}, "Choose one of the answers"),
            ({"severity": "0"}, "Choose one of the answers"),
            ({"severity": ""}, "required"),
            ({"likelihood": "NaN"}, "Choose one of the answers"),
        ],
    )
    @pytest.mark.parametrize("headers", [{}, FRAGMENT])
    def test_bad_input_is_422_and_keeps_what_was_typed(self, project, erin, client_for, wrong, sentence, headers):
        response = client_for(erin).post(f"{PAGE}add/", NEW | wrong, **headers)
        assert response.status_code == 422
        page = response.content.decode(errors="replace")
        assert sentence in page
        if "title" not in wrong:
            assert 'value="Labels cost too much"' in page
        assert not Risk.objects.exists()

    def test_a_full_register_says_so(self, project, erin, client_for, monkeypatch):
        monkeypatch.setattr("mlcanvas.risks.actions.MOST", 1)
        risk(project)
        response = client_for(erin).post(f"{PAGE}add/", NEW)
        assert response.status_code == 422
        assert "A register holds up to 1 risks" in response.content.decode()


class TestLibrary:
    def test_the_forty_are_shown(self, project, vic, client_for):
        page = client_for(vic).get(f"{PAGE}library/").content.decode()
        for number in range(1, 41):
            assert f'id="R{number:02}"' in page
        assert "EU AI Act Art. 10" in page

    def test_stranger_sees_404(self, project, sam, client_for):
        assert client_for(sam).get(f"{PAGE}library/").status_code == 404

    def test_one_click_adds_it_in_the_language_of_the_project(self, project, erin, client_for):
        project.language = "pt-br"
        project.save()
        client_for(erin).post(f"{PAGE}library/R07/add/")
        row = Risk.objects.get()
        assert (row.key, row.library, row.stage, row.likelihood, row.severity) == ("R07", "R07", "scope", 3, 3)
        assert row.title == "O resultado real aparece tarde demais"
        assert row.mitigation

    def test_from_the_library_it_stays_there(self, project, erin, client_for):
        client = client_for(erin)
        assert client.post(f"{PAGE}library/R07/add/", {"from": "library"}).headers["Location"] == f"{PAGE}library/#R07"
        page = client.post(f"{PAGE}library/R08/add/", {"from": "library"}, **FRAGMENT).content.decode()
        assert page.count("in the register</a>") == 2

    @pytest.mark.parametrize("values", [{}, {"from": "library"}])
    @pytest.mark.parametrize("headers", [{}, FRAGMENT])
    def test_twice_is_422(self, project, erin, client_for, values, headers):
        client = client_for(erin)
        client.post(f"{PAGE}library/R07/add/")
        response = client.post(f"{PAGE}library/R07/add/", values, **headers)
        assert response.status_code == 422
        assert "R07 is already in the register" in response.content.decode()

    def test_an_unknown_one_is_404(self, project, erin, client_for):
        assert client_for(erin).post(f"{PAGE}library/R99/add/").status_code == 404


@pytest.mark.usefixtures("two_risks")
class TestRiskEdit:
    address = f"{PAGE}P01/"

    def test_every_field_is_stored(self, project, erin, client_for):
        assert client_for(erin).post(self.address, WHOLE).status_code == 302
        row = Risk.objects.get(key="P01")
        assert (row.version, row.by) == (2, erin)
        for name in ("title", "category", "stage", "cause", "event", "effect", "treatment", "mitigation", "owner"):
            assert getattr(row, name) == WHOLE[name]
        assert [row.current_likelihood, row.residual_severity, str(row.due)] == [3, 2, "2027-03-31"]
        assert projects.facts(project)["risk_ratio"] == pytest.approx(9 / 12)

    def test_the_form_shows_what_is_stored(self, project, erin, client_for):
        client = client_for(erin)
        client.post(self.address, WHOLE)
        page = client.get(self.address).content.decode()
        assert "Only experts can label." in page
        assert 'value="2027-03-31"' in page
        assert '<option value="4" selected>4 · likely</option>' in page
        assert '<option value="Alice">' in page

    def test_a_viewer_reads_it_and_cannot_send_it(self, project, vic, client_for):
        page = client_for(vic).get(self.address).content.decode()
        assert '<fieldset class="plain" disabled>' in page
        assert "Save the risk" not in page

    @pytest.mark.parametrize("headers", [{}, FRAGMENT])
    def test_a_stale_version_is_409_with_both_values(self, project, alice, erin, client_for, headers):
        client_for(alice).post(self.address, WHOLE | {"title": "Alice's title"})
        response = client_for(erin).post(self.address, WHOLE | {"title": "Erin's title"}, **headers)
        assert response.status_code == 409
        page = response.content.decode()
        assert "Alice&#x27;s title" in page
        assert "Erin&#x27;s title" in page
        assert "What Alice saved" in page
        assert Risk.objects.get(key="P01").title == "Alice's title"
        # The form now stands on the version that was shown: sending it again keeps mine, knowingly.
        assert 'name="version" value="2"' in page
        client_for(erin).post(self.address, WHOLE | {"title": "Erin's title", "version": "2"})
        assert Risk.objects.get(key="P01").title == "Erin's title"

    def test_the_same_values_on_a_stale_version_are_no_clash(self, project, alice, erin, client_for):
        client_for(alice).post(self.address, WHOLE)
        assert client_for(erin).post(self.address, WHOLE).status_code == 302
        assert Risk.objects.get(key="P01").version == 2

    def test_a_risk_deleted_meanwhile_is_409_and_keeps_the_text(self, project, erin, client_for):
        response = client_for(erin).post(f"{PAGE}P02/", WHOLE)
        assert response.status_code == 409
        page = response.content.decode()
        assert "Somebody deleted this risk" in page
        assert "Only experts can label." in page
        assert f"{PAGE}P02/restore/" in page

    @pytest.mark.parametrize(
        ("wrong", "sentence"),
        [
            (
                {"residual_likelihood": "5", "residual_severity": "5"},
                "The target (25) is above the inherent score (12)",
            ),
            (
                {"current_likelihood": "5", "current_severity": "3"},
                "The current score (15) is above the inherent score (12)",
            ),
            ({"residual_severity": ""}, "Give both likelihood and severity here, or neither."),
            ({"current_likelihood": ""}, "Give both likelihood and severity here, or neither."),
            ({"due": "2027-02-30"}, "Write a date such as"),
            ({"status": "gone"}, "Choose one of the answers"),
            ({"treatment": "pray"}, "Choose one of the answers"),
            ({"stage": "later"}, "Choose one of the answers"),
            ({"cause": "x" * 2001}, "2,001 characters"),
            ({"title": ""}, "Give the risk a title."),
            ({"version": ""}, "required"),
            ({"version": "one"}, "whole number"),
            ({"owner": "a\x00b"}, "cannot be stored"),
        ],
    )
    @pytest.mark.parametrize("headers", [{}, FRAGMENT])
    def test_bad_input_is_422_and_keeps_what_was_typed(self, project, erin, client_for, wrong, sentence, headers):
        response = client_for(erin).post(self.address, WHOLE | wrong, **headers)
        assert response.status_code == 422
        page = response.content.decode()
        assert sentence in page
        assert "Label in rounds." in page
        assert Risk.objects.get(key="P01").version == 1

    @pytest.mark.parametrize("key", ["P99", "x", "R01"])
    def test_an_unknown_risk_is_404(self, project, erin, client_for, key):
        assert client_for(erin).get(f"{PAGE}{key}/").status_code == 404
        assert client_for(erin).post(f"{PAGE}{key}/", WHOLE).status_code == 404

    def test_a_deleted_risk_is_not_shown(self, project, erin, client_for):
        assert client_for(erin).get(f"{PAGE}P02/").status_code == 404


@pytest.mark.usefixtures("two_risks")
class TestUndo:
    def test_a_deleted_risk_comes_back_as_it_was(self, project, erin, client_for):
        client = client_for(erin)
        page = client.post(f"{PAGE}P01/remove/", follow=True).content.decode()
        assert "P01 “Risk P01” is deleted." in page
        assert f'action="{PAGE}many/restore/"' in page
        assert 'name="keys" value="P01"' in page
        assert not Risk.objects.of(project).exists()
        client.post(f"{PAGE}many/restore/", {"keys": "P01"})
        row = Risk.objects.of(project).get()
        assert (row.key, row.title, row.likelihood) == ("P01", "Risk P01", 3)

    def test_the_fragment_offers_the_way_back(self, project, erin, client_for):
        page = client_for(erin).post(f"{PAGE}P01/remove/", **FRAGMENT).content.decode()
        assert 'name="keys" value="P01"' in page

    def test_twice_is_404(self, project, erin, client_for):
        client = client_for(erin)
        client.post(f"{PAGE}P01/remove/")
        assert client.post(f"{PAGE}P01/remove/").status_code == 404
        client.post(f"{PAGE}P01/restore/")
        assert client.post(f"{PAGE}P01/restore/").status_code == 404

    @pytest.mark.parametrize("headers", [{}, FRAGMENT])
    def test_a_key_in_use_again_is_422(self, project, erin, client_for, headers):
        risk(project, "R07", deleted_at="2026-01-01T00:00:00Z")
        risk(project, "R07")
        for address, sent in ((f"{PAGE}R07/restore/", {}), (f"{PAGE}many/restore/", {"keys": "R07"})):
            response = client_for(erin).post(address, sent, **headers)
            assert response.status_code == 422
            assert "R07 is already in the register" in response.content.decode()

    def test_a_viewer_is_not_told_what_was_deleted(self, project, vic, client_for):
        assert "is deleted" not in client_for(vic).get(f"{PAGE}?removed=P02").content.decode()
