"""The pictures of the cost page: fragments of it and pages of their own."""

import re

import pytest
from django.conf import settings
from django.core.cache import caches

from mlcanvas.costs import actions, pictures, selectors
from mlcanvas.domain.estimate import accuracy, breakdown, sensitivity
from mlcanvas.projects import actions as projects
from mlcanvas.scope.models import SuccessMetric
from tests.costs.test_costs import PAGE, aim, answer
from tests.domain.test_estimate import EXAMPLE
from tests.fixtures_projects import FRAGMENT

SIGHTS = ("accuracy", "drivers", "breakdown")
MOVED = FRAGMENT | {"HTTP_HX_TARGET": "accuracy-chosen", "HTTP_HX_CURRENT_URL": f"http://testserver{PAGE}?open=data"}

pytestmark = pytest.mark.any_database


@pytest.fixture(autouse=True)
def forgotten():
    caches["process"].clear()


@pytest.fixture
def answered(project, alice):
    """The worked example of docs/estimate.md as a project."""
    actions.replace(project=project, content={"answers": EXAMPLE}, by=alice)
    aim(project, alice, current=0.8)
    actions.refresh(project=project, by=alice)
    return project


class TestAll:
    @pytest.mark.parametrize("sight", SIGHTS)
    def test_member_sees_a_page_and_a_fragment(self, answered, vic, client_for, sight):
        client = client_for(vic)
        page, fragment = client.get(f"{PAGE}{sight}/"), client.get(f"{PAGE}{sight}/", **FRAGMENT)
        assert page.status_code == fragment.status_code == 200
        assert page.content.decode().startswith("<!doctype html>")
        assert fragment.content.decode().strip().startswith("<h2>")
        assert "HX-Request" in page.headers["Vary"]

    @pytest.mark.parametrize("sight", SIGHTS)
    def test_a_history_restore_is_the_whole_page(self, answered, vic, client_for, sight):
        response = client_for(vic).get(f"{PAGE}{sight}/", **FRAGMENT, HTTP_HX_HISTORY_RESTORE_REQUEST="true")
        assert response.content.decode().startswith("<!doctype html>")

    @pytest.mark.parametrize("sight", SIGHTS)
    def test_stranger_sees_404(self, project, sam, client_for, sight):
        assert client_for(sam).get(f"{PAGE}{sight}/").status_code == 404

    @pytest.mark.parametrize("sight", SIGHTS)
    def test_anonymous_goes_to_sign_in(self, project, client, sight):
        assert client.get(f"{PAGE}{sight}/").status_code == 302

    @pytest.mark.parametrize("sight", SIGHTS)
    def test_nothing_is_written_here(self, project, alice, client_for, sight):
        assert client_for(alice).post(f"{PAGE}{sight}/").status_code == 405

    @pytest.mark.parametrize("sight", SIGHTS)
    def test_without_answers_it_says_what_is_missing(self, project, alice, client_for, sight):
        page = client_for(alice).get(f"{PAGE}{sight}/").content.decode()
        assert "No question has a known answer yet" in page

    @pytest.mark.parametrize("sight", SIGHTS)
    def test_queries_do_not_grow_with_answers(self, answered, alice, client_for, count_queries, sight):
        client = client_for(alice)
        client.get(f"{PAGE}{sight}/")
        few = count_queries(lambda: client.get(f"{PAGE}{sight}/"))
        answer(answered, alice, D1_industry="same", D1_academia="same", D2_output="open")
        assert count_queries(lambda: client.get(f"{PAGE}{sight}/")) == few

    def test_the_cost_page_asks_for_each_when_it_is_seen_and_after_an_answer(self, answered, alice, client_for):
        client = client_for(alice)
        page = client.get(PAGE).content.decode()
        for sight in SIGHTS:
            opening = re.search(rf'<section[^>]* id="{sight}-place"[^>]*>', page)[0]
            assert f'hx-get="{PAGE}{sight}/"' in opening
            assert 'hx-trigger="intersect once, answers-changed from:body"' in opening
            assert f'<a href="{PAGE}{sight}/">' in page
        response = client.post(f"{PAGE}answers/O1_horizon/", {"value": "2"}, **FRAGMENT)
        assert response.headers["HX-Trigger"] == "answers-changed"

    def test_a_target_in_the_address_of_the_page_is_passed_on(self, answered, alice, client_for):
        page = client_for(alice).get(f"{PAGE}?target=0,9%26x").content.decode()
        assert f'hx-get="{PAGE}accuracy/?target=0%2C9%26x"' in page

    @pytest.mark.parametrize(
        ("sight", "module", "name"),
        [
            ("accuracy", accuracy, "accuracy_cost"),
            ("drivers", sensitivity, "sensitivity"),
            ("breakdown", breakdown, "chances"),
        ],
    )
    def test_what_is_known_is_not_computed_again(self, answered, alice, client_for, monkeypatch, sight, module, name):
        client = client_for(alice)
        before = client.get(f"{PAGE}{sight}/", **FRAGMENT).content
        monkeypatch.setattr(module, name, None)
        assert client.get(f"{PAGE}{sight}/", **FRAGMENT).content == before
        answer(answered, alice, O1_horizon=7)
        with pytest.raises(TypeError):
            client.get(f"{PAGE}{sight}/", **FRAGMENT)

    @pytest.mark.parametrize("sight", SIGHTS)
    def test_it_speaks_portuguese(self, answered, alice, client_for, sight):
        page = client_for(alice).get(f"{PAGE}{sight}/", headers={"accept-language": "pt-br"}).content.decode()
        assert re.search(r"Quanto custa a assertividade|O que move a faixa|Chances, partes e anos", page)
        # A comma in a place would draw nothing.
        assert not re.search(r' (?:x|y|x1|x2|cx|cy|width)="[^"]*,', page)


class TestAccuracy:
    address = f"{PAGE}accuracy/"

    def test_the_scopes_target_and_its_neighbours_in_words(self, answered, vic, client_for):
        page = client_for(vic).get(self.address).content.decode()
        assert "The target of 0.9 costs" in page
        assert "From 0.9 to 0.91 costs about 1.7 times the data" in page
        assert "From 0.9 down to 0.89 saves" in page
        assert "beyond 0.932: more than 100 times the largest pilot" in page
        assert "from 0.96 on: data alone does not get there" in page

    def test_the_handle_says_where_it_is(self, answered, vic, client_for):
        page = client_for(vic).get(f"{self.address}?target=0.92").content.decode()
        handle = re.search(r'<g class="handle"[^>]*>', page)[0]
        assert 'role="slider"' in handle
        stops = re.findall(r"<tr data-place=", page)
        assert f'aria-valuemax="{len(stops) - 1}"' in handle
        assert "0.92: " in handle

    def test_the_table_has_every_stop_and_a_link_to_it(self, answered, vic, client_for):
        page = client_for(vic).get(self.address).content.decode()
        sight = pictures.accuracy(answered)
        assert page.count("<tr data-place=") == len(sight.curve.stops)
        assert f'<a href="{self.address}?target=0.92">0.92</a>' in page

    def test_a_chosen_target_stands_in_the_address_and_changes_nothing(self, answered, vic, client_for):
        response = client_for(vic).get(f"{self.address}?target=0.92", **MOVED)
        page = response.content.decode()
        assert page.strip().startswith('<div id="accuracy-chosen"')
        assert "From 0.9 to 0.92 costs about 3.2 times the data" in page
        assert "Nothing changed: this only looks." in page
        assert response.headers["HX-Replace-Url"] == f"{PAGE}?target=0.92"
        assert SuccessMetric.objects.get(project=answered, primary=True).target == 0.9

    def test_a_target_between_two_stops(self, answered, vic, client_for):
        page = client_for(vic).get(f"{self.address}?target=91.5%25").content.decode()
        assert "A target of 0.915 would cost" in page

    def test_no_line_shows_between_the_letters_of_an_amount(self):
        """The gaps between them are up to six pixels wide, and the curve may pass at any height."""
        style = (settings.BASE_DIR / "static/css/cost-pictures.css").read_text(encoding="utf-8")
        assert int(re.search(r"\.curve \.plot \.tick { stroke-width: (\d+)px; }", style)[1]) >= 6

    def test_a_step_that_takes_nothing_more_is_left_out(self, answered, vic, client_for, monkeypatch):
        assert client_for(vic).get(self.address).content.decode().count('<p class="step">') == 2
        monkeypatch.setattr(accuracy.Step, "tells", property(lambda _step: False))
        for target in ("", "?target=0.85", "?target=0.92"):
            page = client_for(vic).get(self.address + target).content.decode()
            assert '<p class="step">' not in page
            assert "labelled items" in page

    def test_an_easier_one_saves(self, answered, vic, client_for):
        assert "From 0.9 down to 0.85 saves" in client_for(vic).get(f"{self.address}?target=0.85").content.decode()

    def test_numbers_are_read_and_written_in_the_readers_language(self, answered, vic, client_for):
        page = client_for(vic).get(f"{self.address}?target=0,92", headers={"accept-language": "pt-br"}).content.decode()
        assert "De 0,9 para 0,92 custa cerca de 3,2 vezes os dados" in page
        assert 'value="0,92"' in page

    @pytest.mark.parametrize(
        ("typed", "sentence"),
        [
            ("NaN", "not a number"),
            ("1e999", "too large"),
            ("x" * 5000, "not a number"),
            ("1e15", "above 1"),
            ("92", "above 1"),
            ("-0.5", "below 0"),
            ("0.7", "worse than 0.8, where the curve begins"),
            ("0.96", "0.96 is the limit"),
            ("0.99", "0.96 is the limit"),
            ("0.95", "more than 100 times the largest pilot of 2,000"),
        ],
    )
    @pytest.mark.parametrize("as_fragment", [False, True])
    def test_bad_input_is_422_with_a_sentence_and_what_was_typed(
        self, answered, vic, client_for, typed, sentence, as_fragment
    ):
        response = client_for(vic).get(self.address, {"target": typed}, **(MOVED if as_fragment else {}))
        page = response.content.decode()
        assert response.status_code == 422
        assert sentence in re.search(r'id="accuracy-error"[^>]*>([^<]*)<', page)[1]
        assert f'value="{typed}"' in page
        assert "The target of 0.9 costs" in page
        assert "HX-Replace-Url" not in response.headers

    def test_nothing_typed_is_the_scopes_target(self, answered, vic, client_for):
        response = client_for(vic).get(f"{self.address}?target=", **MOVED)
        assert response.status_code == 200
        assert "The target of 0.9 costs" in response.content.decode()

    def test_more_than_exists(self, answered, alice, client_for):
        answer(answered, alice, C2_available=50_000)
        page = client_for(alice).get(f"{self.address}?target=0.92").content.decode()
        assert "but only 50,000 exist" in page
        assert "more items than the 50,000 that exist" in page

    def test_a_target_that_cannot_be_had_leaves_the_others_to_choose(self, answered, alice, client_for):
        SuccessMetric.objects.filter(project=answered).update(target=0.97)
        client = client_for(alice)
        page = client.get(self.address).content.decode()
        assert "target cannot be had" in page.replace("&#x27;", "'")
        assert "A target of 0.9 would cost" in client.get(f"{self.address}?target=0.9").content.decode()
        assert "A target of 0.8 would cost" in client.get(f"{self.address}?target=0.8").content.decode()

    def test_where_no_target_can_be_had_it_says_why(self, answered, alice, client_for):
        answer(answered, alice, C2_available=10)
        SuccessMetric.objects.filter(project=answered).update(target=0.97)
        client = client_for(alice)
        assert "more items than the 10 that exist" in client.get(self.address).content.decode()
        assert client.get(f"{self.address}?target=0.9").status_code == 422

    def test_a_target_beyond_the_pilot_says_so(self, answered, alice, client_for):
        SuccessMetric.objects.filter(project=answered).update(target=0.95)
        page = client_for(alice).get(self.address).content.decode()
        assert "That far outside its range, the curve is a guess." in page
        assert "tail-line" in page

    def test_without_a_pilot_and_a_baseline_it_says_what_brings_a_curve(self, answered, alice, client_for):
        actions.clear(project=answered, question="C3_pilot", by=alice)
        page = client_for(alice).get(self.address).content.decode()
        assert "the cost does not follow the target" in page
        assert "accuracy-handle" not in page
        assert "<h2>" in client_for(alice).get(self.address, **MOVED).content.decode()

    def test_without_a_target_it_says_that(self, project, alice, client_for):
        answer(project, alice, O1_horizon=2)
        assert "names no main metric with a target" in client_for(alice).get(self.address).content.decode()

    def test_free_labels_cost_data_and_no_money(self, answered, alice, client_for):
        answer(answered, alice, C5_kind="outcome")
        page = client_for(alice).get(self.address).content.decode()
        assert "takes more data but no more money" in page
        assert "times the data, and no more money" in page

    def test_baseline_people_today_and_value_are_on_it(self, answered, alice, client_for):
        for key, value in (("best_baseline", 0.85), ("human_baseline", 0.96)):
            record = {"metric": "accuracy", "value": value, "name": "<b>"}
            projects.derive_fact(project=answered, key=key, value=record)
        answer(
            answered,
            alice,
            A2_decisions={"low": 900, "likely": 1000, "high": 1200},
            A2_gain={"low": 1, "likely": 2, "high": 4},
        )
        page = client_for(alice).get(self.address).content.decode()
        for mark in ("best baseline 0.85", "people 0.96", "today 0.8", "pilot 0.82"):
            assert mark in re.sub(r"<[^>]+>", "", page)
        assert "value of 1 year of operation, likely" in page
        assert "In 1 year of operation it brings" in page

    def test_todays_value_counts_although_no_estimate_rests_on_it(self, answered, alice, client_for):
        before = selectors.cost(answered).inputs_digest
        client = client_for(alice)
        client.get(self.address)
        SuccessMetric.objects.filter(project=answered).update(current=0.85)
        assert selectors.cost(answered).inputs_digest == before
        assert "today</li>" not in client.get(self.address).content.decode()
        assert client.get(f"{self.address}?target=0.81").status_code == 422


class TestDrivers:
    address = f"{PAGE}drivers/"

    def test_bars_with_their_figures_and_a_link_to_the_question(self, answered, vic, client_for):
        page = client_for(vic).get(self.address).content.decode()
        assert page.count('class="below"') == 10
        assert f'<a href="{PAGE}?open=team#q-T1_days_modelling">' in page
        assert "more figures move it less" in page

    def test_the_open_question_that_narrows_most(self, answered, vic, client_for):
        page = client_for(vic).get(self.address).content.decode()
        assert "this one would narrow the range most" in page
        assert f'<a href="{PAGE}?open=operation#q-O1_people">' in page

    def test_a_refused_target_is_a_reason_and_no_picture(self, answered, alice, client_for):
        SuccessMetric.objects.filter(project=answered).update(target=0.97)
        page = client_for(alice).get(self.address).content.decode()
        assert "0.04 cannot be removed by data alone" in page
        assert "tornado" not in page.partition("<main")[2]

    def test_an_end_out_of_reach_says_why(self, answered, alice, client_for):
        answer(answered, alice, D4_start="scratch", C3_pilot=[{"labelled": 100_000, "error": 0.5}])
        SuccessMetric.objects.filter(project=answered).update(target=0.95)
        page = client_for(alice).get(self.address).content.decode()
        assert "out of reach" in page
        assert "more than 1,000,000,000,000 labelled items" in page


class TestBreakdown:
    address = f"{PAGE}breakdown/"

    def test_chances_parts_and_years(self, answered, alice, client_for):
        answer(answered, alice, O1_horizon=2.5)
        page = client_for(alice).get(self.address).content.decode()
        for words in ("P10", "P90", "Until launch", "Year 2", "Year 3 (0.5 of it)", "Engineering: Modelling"):
            assert words in page

    def test_many_years_are_one_bar(self, answered, alice, client_for):
        answer(answered, alice, O1_horizon=50)
        page = client_for(alice).get(self.address).content.decode()
        assert "Each of 50 years" in page
        assert page.count("<svg width") < 8

    def test_the_table_adds_up_to_p50(self, answered, alice, client_for):
        sight = pictures.breakdown_of(answered)
        assert sum(row.amount for row in sight.parts) == pytest.approx(sight.result["p50"])
        assert sum(row.amount for _, row in sight.spent) == pytest.approx(sight.result["p50"])

    def test_a_project_that_costs_nothing_has_no_bars(self, answered, alice, client_for):
        zero = {"low": 0, "likely": 0, "high": 0}
        answer(answered, alice, O1_horizon=0, C5_kind="outcome", C1_purchase=zero, T1_day_rate=zero, D4_price=zero)
        response = client_for(alice).get(self.address)
        assert response.status_code == 200
        assert "Until launch" not in response.content.decode()
