"""The cost page and its writes."""

import json
import re

import pytest

from mlcanvas import catalog
from mlcanvas.costs import actions, selectors
from mlcanvas.costs.models import Answer, Estimate
from mlcanvas.domain.canonical import digest
from mlcanvas.domain.estimate.answers import given_ends
from mlcanvas.projects import actions as projects_actions
from mlcanvas.projects import selectors as projects
from mlcanvas.projects.models import Event, Summary
from mlcanvas.projects.rows import actions as rows
from mlcanvas.scope import actions as scope
from tests.fixtures_projects import FRAGMENT

PAGE = "/p/churn-in-prepaid-mobile/costs/"
RATE = {"low": "380", "likely": "450", "high": "600"}


def answer(project, by, **answers):
    for question, value in answers.items():
        actions.answer(project=project, question=question, value=value, by=by)


def aim(project, by, target=0.9, **values):
    aimed = {"kind": "model", "metric": "accuracy", "direction": "higher", "primary": True, **values}
    return scope.metric_add(project=project, by=by, name="Accuracy", target=target, **aimed)


class TestCosts:
    def test_member_reads_it_and_an_empty_one_teaches(self, project, vic, client_for):
        response = client_for(vic).get(PAGE)
        assert response.status_code == 200
        page = response.content.decode()
        assert "Answer three questions you know" in page
        assert "Has a company solved this?" in page
        assert not re.search(r"\bP90\b", page)  # as a word: a token may hold any letters

    def test_stranger_sees_404(self, project, sam, client_for):
        assert client_for(sam).get(PAGE).status_code == 404

    def test_anonymous_goes_to_sign_in(self, project, client):
        assert client.get(PAGE).status_code == 302

    def test_three_answers_show_a_range_its_flags_and_the_origin_of_figures(self, project, alice, client_for):
        answer(
            project, alice, T1_day_rate={"low": 380, "likely": 450, "high": 600}, O1_horizon=2, D1_industry="similar"
        )
        page = client_for(alice).get(PAGE).content.decode()
        assert "In 8 cases of 10" in page
        assert "no percentile is safe" in page
        assert "Assumption of mlcanvas" in page
        assert "3 of 35 answered" in page

    def test_it_speaks_portuguese(self, project, alice, client_for):
        answer(project, alice, T1_day_rate={"low": 1380.5, "likely": 1450, "high": 1600})
        page = client_for(alice).get(PAGE, headers={"accept-language": "pt-br"}).content.decode()
        assert "Alguma empresa já resolveu isso?" in page
        assert 'value="1380,5"' in page
        assert "nenhum percentil é seguro" in page

    @pytest.mark.parametrize(
        ("gain", "sentence"),
        [
            (100_000, "pays back within the first month of operation."),
            (100, "pays back within 2 months of operation."),
            (20, "pays back within 11 months of operation."),
            (8, "pays back in 3.2 years of operation."),
        ],
    )
    def test_it_says_when_it_pays_back(self, project, alice, client_for, gain, sentence):
        ends = dict.fromkeys(("low", "likely", "high"), gain)
        answer(project, alice, A2_decisions={"low": 1000, "likely": 1000, "high": 1000}, A2_gain=ends)
        assert sentence in client_for(alice).get(PAGE).content.decode()

    def test_facts_known_elsewhere_are_shown_and_not_asked(self, project, alice, client_for):
        aim(project, alice, current=0.8)
        projects_actions.set_fact(project=project, key="retraining_interval_days", value=30, by=alice)
        projects_actions.derive_fact(
            project=project, key="human_baseline", value={"metric": "accuracy", "value": 0.96, "name": "Two agents"}
        )
        page = client_for(alice).get(PAGE).content.decode()
        assert "Known from the canvas: a new model every 30 days." in page
        assert "Known from the baselines: Two agents, 0.96." in page
        assert "today 0.8" in page
        retrainings = page.partition('id="q-O1_retrainings"')[2].partition("</form>")[0]
        assert "<input name" not in retrainings

    def test_a_reader_sees_no_buttons(self, project, alice, vic, client_for):
        answer(project, alice, O1_horizon=2)
        page = client_for(vic).get(PAGE).content.decode()
        assert ">Save<" not in page
        assert "disabled" in page

    def test_the_stored_estimate_is_read_and_not_made_again(self, project, alice, client_for, monkeypatch):
        answer(project, alice, O1_horizon=2)
        monkeypatch.setattr(selectors.rules, "estimate", None)
        assert "In 8 cases of 10" in client_for(alice).get(PAGE).content.decode()

    def test_a_change_elsewhere_shows_at_once_and_is_said(self, project, alice, client_for):
        answer(project, alice, O1_horizon=2)
        projects_actions.set_fact(project=project, key="archetype", value="autonomous", by=alice)
        page = client_for(alice).get(PAGE).content.decode()
        assert "changed since the last recorded estimate" in page
        assert "Record this estimate" in page
        cost = selectors.cost(project)
        assert cost.previous["p50"] < cost.result["p50"]

    def test_a_target_out_of_reach_shows_the_reason_and_no_range(self, project, alice, client_for):
        answer(project, alice, O1_horizon=2, D3_human="yes", D3_human_error=0.04)
        aim(project, alice, target=0.97)
        page = client_for(alice).get(PAGE).content.decode()
        assert "There is no estimate." in page
        assert "0.04 cannot be removed by data alone" in page
        assert "In 8 cases of 10" not in page

    def test_queries_do_not_grow_with_answers(self, project, alice, client_for, count_queries):
        client = client_for(alice)
        answer(project, alice, O1_horizon=2)
        few = count_queries(lambda: client.get(PAGE))
        for question in catalog.cost_questionnaire().questions:
            if question.kind == "choice":
                answer(project, alice, **{question.key: question.options[0].key})
        assert count_queries(lambda: client.get(PAGE)) == few

    def test_a_history_restore_is_the_whole_page(self, project, alice, client_for):
        response = client_for(alice).get(PAGE, **FRAGMENT, HTTP_HX_HISTORY_RESTORE_REQUEST="true")
        assert response.content.decode().startswith("<!doctype html>")


class TestAnswer:
    address = f"{PAGE}answers/T1_day_rate/"

    def test_works_as_page(self, project, erin, client_for):
        response = client_for(erin).post(self.address, RATE)
        assert response.status_code == 302
        assert response.headers["Location"] == f"{PAGE}?open=team#q-T1_day_rate"
        assert selectors.cost(project).answers == {"T1_day_rate": {"low": 380, "likely": 450, "high": 600}}

    def test_works_as_fragment_and_brings_the_range(self, project, erin, client_for):
        response = client_for(erin).post(self.address, RATE, **FRAGMENT)
        page = response.content.decode()
        assert response.status_code == 200
        assert page.strip().startswith('<form class="ask-row')
        for part in ("range", "made", "progress", "progress-team", "strip"):
            assert 'hx-swap-oob="true"' in page.partition(f'id="{part}"')[2].partition(">")[0]
        assert "In 8 cases of 10" in page
        assert "Saved" in page

    def test_one_likely_value_expands_to_three(self, project, erin, client_for):
        client_for(erin).post(self.address, {"likely": "400"})
        assert selectors.cost(project).answers["T1_day_rate"] == {"low": 200, "likely": 400, "high": 800}

    @pytest.mark.parametrize(
        ("before", "typed", "expected"),
        [
            ({"likely": "40"}, {"likely": "400"}, (200, 400, 800)),
            ({"likely": "0"}, {"likely": "400"}, (200, 400, 800)),
            ({"likely": "40", "low": "30"}, {"likely": "400", "low": "30"}, (30, 400, 800)),
            ({"likely": "40", "high": "90"}, {"likely": "60", "high": "90"}, (30, 60, 90)),
            ({"likely": "40", "low": "30", "high": "90"}, {"likely": "50", "low": "30", "high": "90"}, (30, 50, 90)),
            ({"likely": "450.75"}, {"likely": "450.75"}, (225.375, 450.75, 901.5)),
        ],
    )
    def test_ends_that_nobody_typed_follow_the_likely_value(self, project, erin, client_for, before, typed, expected):
        """What is sent is what the page has in its fields; only the likely value is typed anew."""
        client = client_for(erin)
        client.post(self.address, before)
        assert self.fields(client.get(PAGE)) == {"likely": "", "low": "", "high": ""} | before
        client.post(self.address, {**self.fields(client.get(PAGE)), **typed})
        low, likely, high = expected
        assert selectors.cost(project).answers["T1_day_rate"] == {"low": low, "likely": likely, "high": high}

    def fields(self, response):
        form = response.content.decode().partition('id="q-T1_day_rate"')[2].partition("</form>")[0]
        return dict(re.findall(r'name="(likely|low|high)" value="([^"]*)"', form))

    def test_what_follows_stands_in_the_empty_fields(self, project, erin, client_for):
        page = client_for(erin).post(self.address, {"likely": "450.75"}, **FRAGMENT).content.decode()
        assert '<summary>Low and high <span class="hint">225.3750 / 901.5</span></summary>' in page
        assert page.count('value="" placeholder="') == 2
        page = client_for(erin).post(self.address, {"likely": "450", "low": "400"}, **FRAGMENT).content.decode()
        assert "<summary>Low and high</summary>" in page
        assert 'name="high" value="" placeholder="900"' in page

    def test_the_whole_of_a_share_is_an_end_that_people_type(self, project, erin, client_for):
        address = f"{PAGE}answers/C4_auto_share/"
        for typed, given in (({"likely": "80"}, ()), ({"likely": "80", "low": "50", "high": "100"}, ("low", "high"))):
            client_for(erin).post(address, typed)
            stored = selectors.cost(project).answers["C4_auto_share"]
            assert stored["high"] == 100
            assert given_ends(catalog.cost_questionnaire().question("C4_auto_share"), stored) == given

    @pytest.mark.parametrize(
        ("question", "typed", "sentence"),
        [
            (
                "C3_pilot",
                {"labelled_0": "9000", "error_0": "0.2", "labelled_1": "2000", "error_1": "40"},
                "0.4 or 40 %",
            ),
            ("C3_pilot", {"labelled_0": "2000", "error_0": "400"}, "never has an error above 1."),
            ("D3_human_error", {"value": "4"}, "Write 0.04 or 4 %."),
        ],
    )
    def test_an_error_that_the_main_metric_cannot_have_is_refused(
        self, project, erin, client_for, question, typed, sentence
    ):
        aim(project, erin)
        response = client_for(erin).post(f"{PAGE}answers/{question}/", typed, **FRAGMENT)
        assert response.status_code == 422
        assert sentence in response.content.decode()
        assert selectors.cost(project).answers == {}

    @pytest.mark.parametrize(("typed", "error"), [("0.912", 0.912), ("40 %", 0.4), ("1", 1)])
    def test_an_error_is_read_as_people_write_it(self, project, erin, client_for, typed, error):
        aim(project, erin)
        client_for(erin).post(f"{PAGE}answers/C3_pilot/", {"labelled_0": "2,125", "error_0": typed})
        client_for(erin).post(f"{PAGE}answers/D3_human_error/", {"value": typed})
        answers = selectors.cost(project).answers
        assert answers == {"C3_pilot": [{"labelled": 2125, "error": error}], "D3_human_error": error}

    def test_without_a_bounded_main_metric_any_error_is_taken(self, project, erin, client_for):
        client_for(erin).post(f"{PAGE}answers/C3_pilot/", {"labelled_0": "2000", "error_0": "40"})
        assert selectors.cost(project).answers["C3_pilot"] == [{"labelled": 2000, "error": 40}]

    def test_machine_seconds_have_three_decimals(self, project, erin, client_for):
        client_for(erin).post(f"{PAGE}answers/D4_seconds/", {"likely": "1.234"})
        assert selectors.cost(project).answers["D4_seconds"]["likely"] == 1.234

    def test_numbers_are_read_in_the_readers_language(self, project, erin, client_for):
        client_for(erin).post(
            self.address,
            {"low": "1.234,56", "likely": "2.000", "high": "3.000,5"},
            headers={"accept-language": "pt-br"},
        )
        assert selectors.cost(project).answers["T1_day_rate"] == {"low": 1234.56, "likely": 2000, "high": 3000.5}

    def test_a_percent_sign_changes_nothing(self, project, erin, client_for):
        client_for(erin).post(f"{PAGE}answers/C4_auto_share/", {"low": "10%", "likely": "20 %", "high": "30"})
        assert selectors.cost(project).answers["C4_auto_share"] == {"low": 10, "likely": 20, "high": 30}

    def test_i_dont_know_is_an_answer(self, project, erin, client_for):
        client_for(erin).post(self.address, {"likely": "", "unknown": "1"})
        assert selectors.cost(project).answers == {"T1_day_rate": "unknown"}
        assert selectors.cost(project).result is None
        assert Summary.objects.get(project=project).readiness_costs == round(100 / 35)

    def test_an_answer_can_be_taken_back(self, project, erin, client_for):
        client = client_for(erin)
        client.post(self.address, RATE)
        assert client.post(self.address, {"clear": "1"}).status_code == 302
        assert selectors.cost(project).answers == {}
        assert Summary.objects.get(project=project).p50 is None

    def test_a_choice(self, project, erin, client_for):
        client_for(erin).post(f"{PAGE}answers/D1_industry/", {"value": "none"})
        assert selectors.cost(project).answers == {"D1_industry": "none"}

    def test_pilot_points(self, project, erin, client_for):
        points = {
            "labelled_0": "2000",
            "error_0": "18%",
            "labelled_1": "",
            "error_1": "",
            "labelled_2": "500",
            "error_2": "0.3",
        }
        client_for(erin).post(f"{PAGE}answers/C3_pilot/", points)
        assert selectors.cost(project).answers["C3_pilot"] == [
            {"labelled": 500, "error": 0.3},
            {"labelled": 2000, "error": 0.18},
        ]
        client_for(erin).post(f"{PAGE}answers/C3_pilot/", {"labelled_0": "", "error_0": ""})
        assert selectors.cost(project).answers == {}

    def test_two_people_answer_two_questions(self, project, alice, erin, client_for):
        client_for(alice).post(self.address, RATE)
        client_for(erin).post(f"{PAGE}answers/O1_horizon/", {"value": "2"})
        assert set(selectors.cost(project).answers) == {"T1_day_rate", "O1_horizon"}

    @pytest.mark.parametrize(
        ("question", "typed", "sentence"),
        [
            ("T1_day_rate", {"low": "500", "likely": "450", "high": "600"}, "must not fall"),
            ("T1_day_rate", {"low": "-5", "likely": "450", "high": "600"}, "cannot be negative"),
            ("T1_day_rate", {"low": "1", "likely": "NaN", "high": "600"}, "not a number"),
            ("T1_day_rate", {"low": "1", "likely": "2", "high": "1e15"}, "too large to be meant"),
            ("T1_day_rate", {"low": "1", "likely": "", "high": "3"}, "at least the likely value"),
            ("T1_day_rate", {"low": "", "likely": "", "high": ""}, "Type a value"),
            ("D4_requests", {"low": "0", "likely": "0", "high": "0"}, "Zero makes no estimate"),
            ("C2_labelled", {"value": "150%"}, "Leave the % out"),
            ("D4_requests", {"low": "", "likely": "5.400", "high": ""}, "Write 5.4, or 5,400 for thousands."),
            ("A2_decisions", {"low": "", "likely": "1.300", "high": ""}, "Write 1.3, or 1,300 for thousands."),
            ("C2_labelled", {"value": "2.125"}, "Write 2.1250, or 2,125 for thousands."),
            ("C3_pilot", {"labelled_0": "2.500", "error_0": "0.2"}, "Write 2.5, or 2,500 for thousands."),
            ("C4_auto_share", {"low": "10", "likely": "50", "high": "150"}, "between 0 and 100 %"),
            ("O1_horizon", {"value": "99999"}, "too large to be meant"),
            ("O1_horizon", {"value": "a\x00b"}, "not a number"),
            ("O1_horizon", {"value": ""}, "Type a value"),
            ("D1_industry", {"value": "dream"}, "Choose one"),
            ("D1_industry", {"value": ""}, "Type a value"),
            ("C3_pilot", {"labelled_0": "2000", "error_0": ""}, "needs the number of labelled items and the error"),
            ("C3_pilot", {"labelled_0": "", "error_0": "", "labelled_1": "2000", "error_1": "0"}, "above zero"),
            ("C3_pilot", {f"{n}_{i}": "0.5" for i in range(60) for n in ("labelled", "error")}, "At most 50"),
        ],
    )
    def test_bad_input_is_422_with_a_sentence_and_keeps_the_rest(
        self, project, erin, client_for, question, typed, sentence
    ):
        answer(project, erin, O1_tools={"low": 1, "likely": 2, "high": 3})
        for headers in ({}, FRAGMENT):
            response = client_for(erin).post(f"{PAGE}answers/{question}/", typed, **headers)
            page = response.content.decode()
            assert response.status_code == 422
            assert sentence in page
            form = page.partition(f'id="q-{question}"')[2].partition("</form>")[0]
            assert 'role="alert"' in form
            for value in typed.values():
                if value.replace(".", "").isalnum() and question != "D1_industry":
                    assert f'value="{value}"' in form
        assert set(selectors.cost(project).answers) == {"O1_tools"}

    def test_an_unknown_question_is_404(self, project, erin, client_for):
        assert client_for(erin).post(f"{PAGE}answers/D9/", {"value": "1"}).status_code == 404

    def test_viewer_is_refused_with_the_reason(self, project, vic, client_for):
        for headers in ({}, FRAGMENT):
            response = client_for(vic).post(self.address, RATE, **headers)
            assert response.status_code == 403
            assert "read-only for you" in response.content.decode()

    def test_reviewer_may_not_write(self, project, rita, client_for):
        assert client_for(rita).post(self.address, RATE).status_code == 403

    def test_stranger_sees_404(self, project, sam, client_for):
        assert client_for(sam).post(self.address, RATE).status_code == 404

    def test_anonymous_goes_to_sign_in(self, project, client):
        assert client.post(self.address, RATE).status_code == 302

    def test_get_is_not_allowed(self, project, erin, client_for):
        assert client_for(erin).get(self.address).status_code == 405


class TestEstimate:
    address = f"{PAGE}estimate/"

    def test_works_as_page(self, project, erin, client_for):
        answer(project, erin, O1_horizon=2)
        projects_actions.set_fact(project=project, key="archetype", value="autonomous", by=erin)
        assert client_for(erin).post(self.address).status_code == 302
        assert selectors.cost(project).recorded
        assert [row.number for row in selectors.estimates(project)] == [2, 1]
        assert Event.objects.filter(project=project, what="costs.estimated").exists()

    def test_works_as_fragment(self, project, erin, client_for):
        answer(project, erin, O1_horizon=2)
        response = client_for(erin).post(self.address, **FRAGMENT)
        assert response.status_code == 200
        assert response.content.decode().strip().startswith('<section class="card card-pad range"')

    def test_without_an_answer_it_is_422(self, project, erin, client_for):
        for headers in ({}, FRAGMENT):
            response = client_for(erin).post(self.address, **headers)
            assert response.status_code == 422
            assert "Answer three questions you know" in response.content.decode()
        assert not Estimate.objects.exists()

    def test_viewer_is_refused_with_the_reason(self, project, vic, client_for):
        response = client_for(vic).post(self.address)
        assert response.status_code == 403
        assert "read-only for you" in response.content.decode()

    def test_stranger_sees_404(self, project, sam, client_for):
        assert client_for(sam).post(self.address).status_code == 404

    def test_anonymous_goes_to_sign_in(self, project, client):
        assert client.post(self.address).status_code == 302

    def test_get_is_not_allowed(self, project, erin, client_for):
        assert client_for(erin).get(self.address).status_code == 405


class TestRecords:
    def test_each_change_adds_a_record_and_changes_none(self, project, alice):
        answer(project, alice, O1_horizon=2)
        first = Estimate.objects.get(project=project)
        answer(project, alice, O1_people={"low": 5, "likely": 10, "high": 15})
        again = Estimate.objects.get(pk=first.pk)
        assert (again.result, again.digest) == (first.result, first.digest)
        assert Estimate.objects.filter(project=project).count() == 2

    def test_the_same_answer_again_adds_none(self, project, alice):
        answer(project, alice, O1_horizon=2)
        answer(project, alice, O1_horizon=2)
        assert Estimate.objects.filter(project=project).count() == 1

    def test_a_record_is_bound_by_its_digest_and_computed_again_to_the_cent(self, project, alice):
        aim(project, alice)
        answer(project, alice, O1_horizon=2, C3_pilot=[{"labelled": 2000, "error": 0.18}], D3_human="no")
        row = Estimate.objects.filter(project=project).latest("number")
        assert row.digest == digest(json.loads(row.result))
        stored = selectors.cost(project).result
        Estimate.objects.filter(project=project).delete()
        assert selectors.cost(project).result == stored

    def test_the_summary_and_the_derived_fact_follow(self, project, alice):
        answer(project, alice, O1_horizon=2)
        result, summary = selectors.cost(project).result, Summary.objects.get(project=project)
        assert [summary.p10, summary.p50, summary.p80, summary.p90] == [
            result[name] for name in ("p10", "p50", "p80", "p90")
        ]
        assert projects.facts(project)["p90_p50"] == pytest.approx(result["p90"] / result["p50"], abs=1e-4)

    def test_an_answer_that_makes_it_impossible_takes_the_range_back(self, project, alice):
        aim(project, alice, target=0.97)
        answer(project, alice, O1_horizon=2)
        assert Summary.objects.get(project=project).p50
        answer(project, alice, D3_human_error=0.05)
        assert Summary.objects.get(project=project).p50 is None
        assert "p90_p50" not in projects.facts(project)
        assert selectors.cost(project).refused.code == "cost_target_unreachable"

    def test_an_answer_to_a_question_of_the_past_is_left_out(self, project, alice):
        Answer.objects.create(project=project, question="Z9_gone", value="1")
        assert selectors.cost(project).answers == {}


class TestListedOutcomes:
    """What an error costs may stand in the canvas's list already."""

    address = f"{PAGE}answers/A2_false_positive/"

    @pytest.fixture(autouse=True)
    def outcomes(self, project, alice):
        def listed(**values):
            return rows.row_add(project=project, kind=catalog.row_kinds()["outcomes"], values=values, by=alice)

        listed(name="A needless call", result="false_alarm", effect="cost", amount={"low": 3, "likely": 5, "high": 12})
        listed(name="A second call", result="false_alarm", amount=4)
        listed(name="Goodwill", result="false_alarm", effect="gain", amount=1)
        listed(name="Not known", result="false_alarm", effect="cost")
        listed(name="A lost line", result="miss", effect="cost", amount=11)

    def stored(self):
        return {row.question: json.loads(row.value) for row in Answer.objects.all()}

    def test_they_are_shown_beside_the_question(self, project, vic, client_for):
        page = client_for(vic).get(PAGE).content.decode()
        asked = page.split('id="q-A2_false_positive"')[1].split("</form>")[0]
        assert "A needless call</a>, EUR 5 (3–12)" in asked
        assert "A second call</a>, EUR 4" in asked
        for other in ("Goodwill", "Not known", "A lost line", "Use it"):
            assert other not in asked
        assert "A lost line" in page.split('id="q-A2_false_negative"')[1].split("</form>")[0]

    def test_enter_in_a_field_saves_what_was_typed(self, project, erin, client_for):
        """A browser presses the first button of the form."""
        page = client_for(erin).get(PAGE).content.decode()
        asked = page.split('id="q-A2_false_positive"')[1].split("</form>")[0]
        assert asked.index("<button") == asked.index('<button class="btn btn-sm">Save</button>')
        assert asked.count('name="listed"') == 2

    @pytest.mark.parametrize("headers", [{}, FRAGMENT])
    def test_one_answers_the_question_at_a_click(self, project, erin, client_for, headers):
        pt = {"accept-language": "pt-br"}
        typed = {"listed": "O01", "likely": "99", "low": "", "high": ""}
        response = client_for(erin).post(self.address, typed, headers=pt, **headers)
        assert response.status_code == (200 if headers else 302)
        assert self.stored() == {"A2_false_positive": {"low": 3, "likely": 5, "high": 12}}

    def test_a_single_amount_brings_its_half_and_its_double(self, project, erin, client_for):
        client_for(erin).post(self.address, {"listed": "O02"})
        assert self.stored() == {"A2_false_positive": {"low": 2, "likely": 4, "high": 8}}

    @pytest.mark.parametrize("key", ["O03", "O04", "O05", "O99", "", "__class__"])
    def test_what_is_not_offered_is_422(self, project, erin, client_for, key):
        assert client_for(erin).post(self.address, {"listed": key}).status_code == 422
        assert self.stored() == {}

    def test_a_reader_is_refused(self, project, vic, client_for):
        assert client_for(vic).post(self.address, {"listed": "O01"}).status_code == 403
