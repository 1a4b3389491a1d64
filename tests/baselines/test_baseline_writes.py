"""Every write to the baselines, by the same list: who may, what is bad input, as page and as fragment."""

import pytest

from mlcanvas.baselines.models import Baseline
from mlcanvas.projects import selectors as projects
from mlcanvas.projects.models import Event, Summary
from tests.baselines.baseline_cases import PAGE, TYPED, baseline, target
from tests.fixtures_projects import FRAGMENT
from tests.may_write import WritersOnly

WRITES = {
    "baseline_add": (f"{PAGE}add/", TYPED),
    "baseline_edit": (f"{PAGE}B01/edit/", TYPED),
    "baseline_remove": (f"{PAGE}B01/remove/", {}),
    "baseline_restore": (f"{PAGE}B02/restore/", {}),
}


@pytest.fixture
def two_baselines(project):
    """One in the registry, one deleted."""
    baseline(project, "B01")
    baseline(project, "B02", deleted_at="2026-01-01T00:00:00Z")


@pytest.mark.usefixtures("two_baselines")
@pytest.mark.parametrize("name", WRITES)
class TestWhoMayWrite(WritersOnly):
    writes = WRITES
    readable = frozenset({"baseline_add", "baseline_edit"})

    @pytest.mark.parametrize("who", ["alice", "erin"])
    def test_members_who_write(self, project, client_for, request, name, who):
        address, values = WRITES[name]
        response = client_for(request.getfixturevalue(who)).post(address, values)
        assert response.status_code == 302
        assert response.headers["Location"].startswith(PAGE)
        assert Event.objects.filter(project=project, what__startswith="baselines.").count() == 1

    def test_fragment(self, project, erin, client_for, name):
        address, values = WRITES[name]
        response = client_for(erin).post(address, values, **FRAGMENT)
        if name in ("baseline_add", "baseline_edit"):
            # A whole page was filled in: the browser is sent back to the registry.
            assert response.headers["HX-Redirect"] == PAGE
            return
        assert response.status_code == 200
        assert response.content.decode().strip().startswith('<div class="container-xl page" id="registry"')


class TestBaselineAdd:
    def add(self, client, values, **headers):
        return client.post(f"{PAGE}add/", TYPED | values, **headers)

    def test_every_field_is_stored(self, project, erin, client_for):
        self.add(client_for(erin), {})
        row = Baseline.objects.get()
        assert (row.key, row.value, row.low, row.high, row.n, row.direction) == (
            "B01",
            0.73,
            0.71,
            0.75,
            1200,
            "higher",
        )
        assert (row.active, row.comparable, row.by, str(row.measured_on)) == (True, "yes", erin, "2026-03-01")

    def test_the_form_is_offered(self, project, erin, vic, client_for):
        target(project)
        page = client_for(erin).get(f"{PAGE}add/").content.decode()
        assert '<option value="accuracy" selected>Accuracy on the test month</option>' in page
        assert client_for(vic).get(f"{PAGE}add/").status_code == 403

    def test_it_is_derived_and_published(self, project, erin, client_for):
        target(project)
        client = client_for(erin)
        assert "best_baseline" not in projects.facts(project)
        self.add(client, {"kind": "simple_model", "name": "Tree"})
        assert projects.facts(project)["has_heuristic_baseline"] == "no"
        self.add(client, {"value": "0.7", "low": "", "high": ""})
        self.add(client, {"name": "Experts", "kind": "human", "value": "0.9", "low": "", "high": ""})
        facts = projects.facts(project)
        assert facts["best_baseline"] == {"metric": "accuracy", "value": 0.73, "name": "Tree"}
        assert facts["human_baseline"] == {"metric": "accuracy", "value": 0.9, "name": "Experts"}
        assert facts["has_heuristic_baseline"] == "yes"
        assert Summary.objects.get(project=project).readiness_baselines == 100
        for key in ("B01", "B02", "B03"):
            client.post(f"{PAGE}{key}/remove/")
        assert "best_baseline" not in projects.facts(project)
        assert "has_heuristic_baseline" not in projects.facts(project)
        assert Summary.objects.get(project=project).readiness_baselines == 0

    @pytest.mark.parametrize(
        ("language", "typed", "expected"),
        [
            ("en", {"value": "74.67 %"}, (0.7467, 0.71, 0.75)),
            ("pt-br", {"value": "0,7467", "low": "", "high": ""}, (0.7467, None, None)),
            ("pt-br", {"value": "74,67%", "low": "", "high": "0,8"}, (0.7467, None, 0.8)),
            ("en", {"value": "0.74 ± 0.02", "low": "", "high": ""}, (0.74, 0.72, 0.76)),
            ("en", {"value": "0.99 ± 0.03", "low": "", "high": ""}, (0.99, 0.96, 1)),
            ("en", {"metric": "mape", "value": "12.5 %", "low": "", "high": ""}, (12.5, None, None)),
        ],
    )
    def test_numbers_as_people_write_them(self, project, erin, client_for, language, typed, expected):
        response = self.add(client_for(erin), typed, headers={"accept-language": language})
        assert response.status_code == 302
        row = Baseline.objects.get()
        assert (row.value, row.low, row.high) == pytest.approx(expected)

    @pytest.mark.parametrize(("language", "typed"), [("en", "1,240"), ("pt-br", "1.240"), ("en", "1240")])
    def test_cases_are_counted_as_people_write_them(self, project, erin, client_for, language, typed):
        assert self.add(client_for(erin), {"n": typed}, headers={"accept-language": language}).status_code == 302
        assert Baseline.objects.get().n == 1240

    @pytest.mark.parametrize(
        ("wrong", "sentence"),
        [
            ({"name": ""}, "Give the baseline a name."),
            ({"kind": "luck"}, "Choose one of the answers"),
            ({"metric": "luck"}, "Choose one of the answers"),
            ({"metric": ""}, "required"),
            ({"value": ""}, "Type the value that was measured."),
            ({"value": "NaN"}, "This is not a number"),
            ({"value": "inf"}, "This is not a number"),
            ({"value": "1e400"}, "too large"),
            ({"value": "74.67"}, "Accuracy lies between 0 and 1. Write a percentage with its sign"),
            ({"value": "-0.1", "low": ""}, "Accuracy lies between 0 and 1"),
            ({"metric": "mae", "value": "-3", "low": "", "high": ""}, "never below 0"),
            ({"metric": "r2", "value": "1.5", "low": "", "high": ""}, "never above 1"),
            ({"low": "0.8"}, "The low end (0.8) is above the value (0.73)"),
            ({"high": "0.7"}, "The high end (0.7) is below the value (0.73)"),
            ({"high": "lots"}, "This is not a number"),
            ({"value": "0.73 ± 0.01"}, "Give the interval once"),
            ({"value": "0.73 ± -1", "low": "", "high": ""}, "cannot be below zero"),
            ({"n": "0"}, "The smallest value here is 1."),
            ({"n": "many"}, "Write a whole number, such as 1,240."),
            ({"n": "12.5"}, "Write a whole number, such as 1,240."),
            ({"comparable": "partly"}, "Say why it is not fully comparable"),
            ({"source_url": "javascript:alert(1)"}, "This is not a web address"),
            ({"source_url": "https://"}, "This is not a web address"),
            ({"source_url": "http://[broken"}, "This is not a web address"),
            ({"measured_on": "2026-02-30"}, "Write a date such as"),
            ({"dataset": "a\x00b"}, "cannot be stored"),
            ({"notes": "x" * 5001}, "5,001 characters"),
        ],
    )
    @pytest.mark.parametrize("headers", [{}, FRAGMENT])
    def test_bad_input_is_422_and_keeps_what_was_typed(self, project, erin, client_for, wrong, sentence, headers):
        response = self.add(client_for(erin), wrong, **headers)
        assert response.status_code == 422
        page = response.content.decode()
        assert sentence in page
        if "source_url" not in wrong:
            assert 'value="https://example.org/rule"' in page
        assert not Baseline.objects.exists()

    def test_a_metric_of_the_project_has_its_direction(self, project, erin, client_for):
        target(project, key="delay", metric="", name="Days lost", direction="lower")
        self.add(client_for(erin), {"metric": "delay", "value": "12", "low": "", "high": ""})
        assert Baseline.objects.get().direction == "lower"

    def test_a_full_registry_says_so(self, project, erin, client_for, monkeypatch):
        monkeypatch.setattr("mlcanvas.baselines.actions.MOST", 1)
        baseline(project)
        response = self.add(client_for(erin), {})
        assert response.status_code == 422
        assert "A project holds up to 1 baselines" in response.content.decode()


@pytest.mark.usefixtures("two_baselines")
class TestBaselineEdit:
    address = f"{PAGE}B01/edit/"

    def test_the_form_shows_what_is_stored_in_the_readers_spelling(self, project, erin, client_for):
        client_for(erin).post(self.address, TYPED)
        page = client_for(erin).get(self.address, headers={"accept-language": "pt-br"}).content.decode()
        assert 'value="0,73"' in page
        assert 'value="2026-03-01"' in page
        assert "Two rules." in page

    def test_a_viewer_reads_it_and_cannot_send_it(self, project, vic, client_for):
        page = client_for(vic).get(self.address).content.decode()
        assert '<fieldset class="plain" disabled>' in page
        assert "Save the baseline" not in page

    @pytest.mark.parametrize("headers", [{}, FRAGMENT])
    def test_a_stale_version_is_409_with_both_values(self, project, alice, erin, client_for, headers):
        client_for(alice).post(self.address, TYPED | {"value": "0.745"})
        response = client_for(erin).post(self.address, TYPED | {"value": "0.72", "active": ""}, **headers)
        assert response.status_code == 409
        page = response.content.decode()
        assert ">0.745<" in page
        assert ">0.72<" in page
        assert "What Alice saved" in page
        assert Baseline.objects.get(key="B01").value == 0.745
        assert 'name="version" value="2"' in page
        client_for(erin).post(self.address, TYPED | {"value": "0.72", "version": "2"})
        assert Baseline.objects.get(key="B01").value == 0.72

    def test_the_same_values_on_a_stale_version_are_no_clash(self, project, alice, erin, client_for):
        client_for(alice).post(self.address, TYPED)
        assert client_for(erin).post(self.address, TYPED).status_code == 302

    def test_one_deleted_meanwhile_is_409_and_keeps_the_text(self, project, erin, client_for):
        response = client_for(erin).post(f"{PAGE}B02/edit/", TYPED)
        assert response.status_code == 409
        assert "Somebody deleted this baseline" in response.content.decode()
        assert "Two rules." in response.content.decode()

    def test_a_metric_that_the_project_gave_up_can_stay(self, project, erin, client_for):
        baseline(project, "B05", metric="gone", direction="lower", value=3)
        client = client_for(erin)
        assert '<option value="gone" selected>gone</option>' in client.get(f"{PAGE}B05/edit/").content.decode()
        changed = TYPED | {"metric": "gone", "value": "4", "low": "", "high": ""}
        assert client.post(f"{PAGE}B05/edit/", changed).status_code == 302
        row = Baseline.objects.get(key="B05")
        assert (row.value, row.direction) == (4, "lower")

    @pytest.mark.parametrize("wrong", [{"version": ""}, {"version": "x"}, {"value": "2"}, {"name": " "}])
    @pytest.mark.parametrize("headers", [{}, FRAGMENT])
    def test_bad_input_is_422(self, project, erin, client_for, wrong, headers):
        response = client_for(erin).post(self.address, TYPED | wrong, **headers)
        assert response.status_code == 422
        assert "Two rules." in response.content.decode()
        assert Baseline.objects.get(key="B01").version == 1

    def test_an_unknown_one_is_404(self, project, erin, client_for):
        assert client_for(erin).get(f"{PAGE}B99/edit/").status_code == 404
        assert client_for(erin).post(f"{PAGE}B99/edit/", TYPED).status_code == 404


@pytest.mark.usefixtures("two_baselines")
class TestUndo:
    def test_a_deleted_baseline_comes_back_as_it_was(self, project, erin, client_for):
        client = client_for(erin)
        page = client.post(f"{PAGE}B01/remove/", follow=True).content.decode()
        assert "“Baseline B01” is deleted." in page
        client.post(f"{PAGE}B01/restore/")
        assert Baseline.objects.of(project).get().value == 0.7

    def test_twice_is_404(self, project, erin, client_for):
        client = client_for(erin)
        client.post(f"{PAGE}B01/remove/")
        assert client.post(f"{PAGE}B01/remove/").status_code == 404
        client.post(f"{PAGE}B01/restore/")
        assert client.post(f"{PAGE}B01/restore/").status_code == 404

    def test_a_key_in_use_again_is_422(self, project, erin, client_for):
        baseline(project, "B02")
        response = client_for(erin).post(f"{PAGE}B02/restore/")
        assert response.status_code == 422
        assert "The key B02 is in use again" in response.content.decode()
