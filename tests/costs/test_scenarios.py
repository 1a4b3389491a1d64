"""Scenarios of the cost: what they say, what follows, and who may change them."""

import json

import pytest

from mlcanvas.costs import actions as costs
from mlcanvas.costs import selectors as cost_selectors
from mlcanvas.costs.models import Answer, Estimate, Scenario, ScenarioAnswer
from mlcanvas.costs.scenarios import actions, selectors
from mlcanvas.domain.refusal import Refused
from mlcanvas.projects.models import Event
from mlcanvas.scope import actions as scope
from mlcanvas.scope import selectors as scope_selectors
from tests.costs.scenario_cases import COSTS, PAGE, PILOT, RATE, say
from tests.fixtures_projects import FRAGMENT
from tests.may_write import WritersOnly


def held(row):
    return {answer.question: json.loads(answer.value) for answer in ScenarioAnswer.objects.filter(scenario=row)}


def variant(project, key):
    return next(each for each in selectors.variants(project) if each.key == key)


class TestWhatFollows:
    def test_a_copy_of_the_plan_costs_what_the_plan_costs_to_the_cent(self, plan, alice):
        row = actions.add(project=plan, name="The same", by=alice)
        assert variant(plan, row.key).cost.result == variant(plan, "plan").cost.result
        assert variant(plan, row.key).cost.seed == cost_selectors.seed(plan)

    def test_an_answer_of_the_plan_flows_into_it_until_it_has_an_own_one(self, plan, crowd, alice):
        say(plan, alice, O1_horizon=5, C5_kind="mask")
        answers = variant(plan, crowd.key).cost.answers
        assert answers["O1_horizon"] == 5
        assert answers["C5_kind"] == "class"

    def test_what_is_copied_from_a_scenario_is_its_own(self, plan, crowd, alice):
        actions.set_target(row=crowd, target=0.95, by=alice)
        copied = actions.add(project=plan, name="Crowd, shorter", source=crowd.key, by=alice)
        assert held(copied) == {"C5_kind": "class"}
        assert copied.target == 0.95

    def test_what_the_plan_says_is_no_own_answer(self, plan, crowd, alice):
        actions.answer(row=crowd, question="C5_kind", value="box", by=alice)
        actions.answer(row=crowd, question="D1_industry", value="unanswered", by=alice)
        assert held(crowd) == {}

    def test_it_can_leave_open_what_the_plan_answers(self, plan, crowd, alice):
        actions.answer(row=crowd, question="C3_pilot", value=[], by=alice)
        assert held(crowd)["C3_pilot"] == "unanswered"
        assert "C3_pilot" not in variant(plan, crowd.key).cost.answers
        actions.answer(row=crowd, question="C3_pilot", value=None, by=alice)
        assert variant(plan, crowd.key).cost.answers["C3_pilot"] == PILOT

    def test_a_higher_target_costs_more_and_leaves_the_scope_alone(self, plan, alice):
        row = actions.add(project=plan, name="Higher", by=alice)
        actions.set_target(row=row, target=0.95, by=alice)
        assert variant(plan, row.key).cost.result["p50"] > variant(plan, "plan").cost.result["p50"]
        assert scope_selectors.primary_metric(plan).target == 0.9

    def test_a_scenario_whose_target_is_out_of_reach_says_so_beside_the_others(
        self, plan, crowd, vic, alice, client_for
    ):
        say(plan, alice, D3_human="yes", D3_human_error=0.04)
        actions.set_target(row=crowd, target=0.97, by=alice)
        found = variant(plan, crowd.key).cost
        assert found.result is None
        assert found.refused.code == "cost_target_unreachable"
        for page in (PAGE, f"{PAGE}{crowd.key}/", f"{PAGE}compare/"):
            assert "0.04 cannot be removed by data alone" in client_for(vic).get(page).content.decode()

    def test_no_scenario_touches_the_summary_or_the_records(self, plan, crowd, alice):
        before = Estimate.objects.count()
        actions.answer(row=crowd, question="O1_horizon", value=9, by=alice)
        assert Estimate.objects.count() == before


class TestMakePlan:
    def test_it_swaps_and_nobody_loses_an_answer(self, plan, crowd, alice):
        actions.answer(row=crowd, question="O1_horizon", value="unanswered", by=alice)
        before, wanted = variant(plan, "plan").cost, variant(plan, crowd.key).cost
        kept = actions.make_plan(row=crowd, by=alice)
        assert variant(plan, "plan").cost.result == wanted.result
        assert variant(plan, "plan").cost.answers == wanted.answers
        assert variant(plan, "plan").name == "Crowd"
        assert variant(plan, kept.key).cost.answers == before.answers
        assert variant(plan, kept.key).cost.result == before.result
        assert kept.name.startswith("Plan until ")
        actions.make_plan(row=kept, by=alice)
        assert variant(plan, "plan").cost.answers == before.answers
        assert "Crowd" in {each.name for each in selectors.variants(plan)}

    def test_the_other_scenarios_stay_as_they_are(self, plan, crowd, alice):
        other = actions.add(project=plan, name="Long", by=alice)
        actions.answer(row=other, question="O1_horizon", value=9, by=alice)
        before = variant(plan, other.key).cost
        actions.set_target(row=crowd, target=0.93, by=alice)
        actions.make_plan(row=crowd, by=alice)
        after = variant(plan, other.key).cost
        assert after.answers == before.answers
        assert after.result == before.result

    def test_its_target_becomes_the_scopes_and_the_old_one_is_kept(self, plan, crowd, alice):
        actions.set_target(row=crowd, target=0.93, by=alice)
        kept = actions.make_plan(row=crowd, by=alice)
        assert scope_selectors.primary_metric(plan).target == 0.93
        assert kept.target == 0.9

    def test_an_estimate_is_recorded_and_the_summary_follows(self, plan, crowd, alice):
        before = Estimate.objects.count()
        actions.make_plan(row=crowd, by=alice)
        plan.summary.refresh_from_db()
        assert Estimate.objects.count() == before + 1
        assert float(plan.summary.p50) == variant(plan, "plan").cost.result["p50"]

    def test_one_that_says_the_same_is_refused(self, plan, alice):
        row = actions.add(project=plan, name="The same", by=alice)
        with pytest.raises(Refused, match="cost_scenario_same"):
            actions.make_plan(row=row, by=alice)

    def test_a_target_that_the_scope_refuses_changes_nothing(self, plan, crowd, alice):
        primary = scope_selectors.primary_metric(plan)
        values = {"direction": "higher", "current": 0.8, "target": 0.9, "minimum": 0.85}
        scope.metric_edit(row=primary, by=alice, **values)
        actions.set_target(row=crowd, target=0.82, by=alice)
        before = variant(plan, "plan").cost.answers
        with pytest.raises(Refused, match="minimum_beyond_target"):
            actions.make_plan(row=crowd, by=alice)
        assert variant(plan, "plan").cost.answers == before
        assert [each.key for each in selectors.variants(plan)] == ["plan", crowd.key]


class TestRules:
    def test_names_are_there_once_and_say_something(self, plan, crowd, alice):
        for name, code in ((" ", "cost_scenario_name"), ("CROWD", "cost_scenario_name_taken")):
            with pytest.raises(Refused, match=code):
                actions.add(project=plan, name=name, by=alice)

    def test_there_are_so_many_and_no_more(self, plan, crowd, alice):
        for place in range(actions.MOST - 1):
            actions.add(project=plan, name=f"No. {place}", by=alice)
        for work in (
            lambda: actions.add(project=plan, name="One more", by=alice),
            lambda: actions.start(project=plan, family="target", by=alice),
        ):
            with pytest.raises(Refused, match="cost_scenarios_many"):
                work()
        actions.remove(row=crowd, by=alice)
        actions.add(project=plan, name="In its place", by=alice)
        with pytest.raises(Refused, match="cost_scenarios_many"):
            actions.restore(row=Scenario.objects.get(pk=crowd.pk), by=alice)

    def test_a_deleted_one_comes_back_as_it_was_under_a_free_name(self, plan, crowd, alice):
        actions.remove(row=crowd, by=alice)
        assert len(selectors.variants(plan)) == 1
        again = actions.add(project=plan, name="Crowd", by=alice)
        assert again.key != crowd.key
        actions.restore(row=Scenario.objects.get(pk=crowd.pk), by=alice)
        assert held(crowd) == {"C5_kind": "class"}
        assert {each.name for each in selectors.scenarios(plan)} == {"Crowd", "Crowd (2)"}

    def test_a_target_follows_the_rules_of_targets(self, plan, crowd, alice):
        for target, code in ((1.2, "metric_percent"), (0.7, "target_below_current")):
            with pytest.raises(Refused, match=code):
                actions.set_target(row=crowd, target=target, by=alice)

    def test_without_a_main_metric_there_is_no_target(self, project, alice):
        row = actions.add(project=project, name="Empty", by=alice)
        with pytest.raises(Refused, match="cost_scenario_no_metric"):
            actions.set_target(row=row, target=1, by=alice)


class TestOffers:
    def names(self, project):
        return [offer.key for offer in selectors.offers(project, selectors.variants(project))]

    def test_those_that_make_sense_for_the_answers(self, plan):
        assert self.names(plan) == ["easier", "harder", "buy", "crowd", "experts", "pretrained", "scratch"]

    def test_nothing_about_labels_where_the_outcome_is_the_label(self, plan, alice):
        say(plan, alice, C5_kind="outcome")
        assert self.names(plan) == ["easier", "harder", "pretrained", "scratch"]

    def test_no_start_where_the_pilot_itself_says_how_the_curve_falls(self, plan, alice):
        say(plan, alice, C3_pilot=[{"labelled": n, "error": n**-0.25} for n in (500, 1000, 2000)])
        assert self.names(plan) == ["easier", "harder", "buy", "crowd", "experts"]

    def test_no_start_without_a_pilot_and_not_the_present_one(self, plan, alice):
        say(plan, alice, D4_start="scratch")
        assert self.names(plan)[-1] == "pretrained"
        say(plan, alice, C3_pilot=[])
        assert "pretrained" not in self.names(plan)

    def test_no_target_without_a_curve(self, project, alice):
        say(project, alice, O1_horizon=2)
        assert "easier" not in self.names(project)

    def test_an_easier_target_is_not_worse_than_today(self, plan, alice):
        primary = scope_selectors.primary_metric(plan)
        scope.metric_edit(row=primary, by=alice, direction="higher", current=0.85, target=0.9)
        assert self.names(plan)[0] == "harder"

    def test_a_set_is_added_with_its_sources_in_the_language_of_the_project(self, plan, alice):
        plan.language = "pt-br"
        plan.save()
        rows = actions.start(project=plan, family="labels", by=alice)
        assert [row.name for row in rows] == ["Comprar rótulos", "Multidão (crowd)", "Especialistas"]
        assert "documentação da AWS" in rows[1].note
        # The USD of the price list in the project's euros.
        assert held(rows[1])["C5_price"] == {"low": 0.0313, "likely": 0.209, "high": 1.04}
        assert "buy" not in self.names(plan)
        rows = actions.start(project=plan, family="target", by=alice)
        assert [(row.name, row.target) for row in rows] == [("Meta 0,8", 0.8), ("Meta 0,95", 0.95)]

    def test_a_set_that_is_not_offered_is_refused(self, plan, alice):
        for family in ("", "dream"):
            with pytest.raises(Refused, match="cost_scenario_not_offered"):
                actions.start(project=plan, family=family, by=alice)


NEW = {"name": "Experts", "source": "plan"}
WRITES = {
    "scenario_add": (f"{PAGE}add/", NEW),
    "scenarios_start": (f"{PAGE}start/", {"family": "target"}),
    "scenario_edit": (f"{PAGE}S1/edit/", {"name": "Many people", "note": "a note"}),
    "scenario_target": (f"{PAGE}S1/target/", {"target": "0.95"}),
    "scenario_answer": (f"{PAGE}S1/answers/O1_horizon/", {"value": "7"}),
    "scenario_remove": (f"{PAGE}S1/remove/", {}),
    "scenario_restore": (f"{PAGE}S2/restore/", {}),
    "scenario_plan": (f"{PAGE}S1/plan/", {}),
}


@pytest.fixture
def two(plan, crowd, alice):
    """One scenario that stands, one deleted."""
    gone = actions.add(project=plan, name="Gone", by=alice)
    actions.remove(row=gone, by=alice)
    Event.objects.all().delete()


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize("name", WRITES)
class TestWhoMayWrite(WritersOnly):
    writes = WRITES

    @pytest.mark.parametrize("who", ["alice", "erin"])
    def test_members_who_write(self, project, client_for, request, name, who):
        address, values = WRITES[name]
        response = client_for(request.getfixturevalue(who)).post(address, values)
        assert response.status_code == 302
        assert response.headers["Location"].startswith(PAGE)
        assert Event.objects.filter(project=project, what__startswith="costs.scenario").exists()

    def test_fragment(self, project, erin, client_for, name):
        address, values = WRITES[name]
        response = client_for(erin).post(address, values, **FRAGMENT)
        page = response.content.decode().strip()
        assert response.status_code == 200
        if name in ("scenario_add", "scenarios_start", "scenario_plan"):
            # The browser is sent to another page.
            assert response.headers["HX-Redirect"].startswith(PAGE)
        elif name in ("scenario_remove", "scenario_restore"):
            assert page.startswith('<div class="container-xl page costs" id="scenarios">')
        elif name == "scenario_answer":
            assert page.startswith('<form class="ask-row is-own" id="q-O1_horizon"')
            assert '<div id="scenario-head" hx-swap-oob="true">' in page
        else:
            assert page.startswith('<div id="scenario-head">')

    def test_a_scenario_that_never_was_is_404(self, project, erin, client_for, name):
        address, values = WRITES[name]
        if name not in ("scenario_add", "scenarios_start"):
            address = address.replace("/S1/", "/S77/").replace("/S2/", "/S77/")
            assert client_for(erin).post(address, values).status_code == 404


@pytest.mark.usefixtures("two")
class TestBadInput:
    @pytest.mark.parametrize("headers", [{}, FRAGMENT])
    @pytest.mark.parametrize(
        ("path", "values", "sentence"),
        [
            ("add/", {"name": " ", "source": "plan"}, "This field is required"),
            ("add/", {"name": "crowd", "source": "plan"}, "There is a scenario called “crowd” already."),
            ("add/", {"name": "x" * 201, "source": "plan"}, "201"),
            ("add/", {"name": "New", "source": "S99"}, "Choose one of"),
            ("start/", {"family": "x"}, "adds nothing"),
            ("S1/edit/", {"name": "", "note": "kept"}, "This field is required"),
            ("S1/edit/", {"name": "a\x00b", "note": ""}, "cannot"),
            ("S1/target/", {"target": "much"}, "not a number"),
            ("S1/target/", {"target": "1.5"}, "1"),
            ("S1/target/", {"target": "1e14"}, "1"),
            ("S1/answers/T1_day_rate/", {"low": "9", "likely": "2", "high": "3"}, "must not fall"),
            ("S1/answers/T1_day_rate/", {"low": "", "likely": "", "high": ""}, "Type a value"),
            ("S1/answers/O1_horizon/", {"value": "-1"}, "cannot be negative"),
            ("S1/answers/O1_horizon/", {"value": "NaN"}, "not a number"),
            ("S1/answers/D1_industry/", {"value": "dream"}, "Choose one"),
            ("S1/answers/C3_pilot/", {"labelled_0": "5", "error_0": ""}, "needs the number of labelled items"),
            ("S1/answers/C3_pilot/", {"labelled_0": "5", "error_0": "40"}, "Write 0.4 or 40 %."),
            ("S1/answers/T1_day_rate/", {"low": "", "likely": "1.250", "high": ""}, "Write 1.25, or 1,250"),
        ],
    )
    def test_it_is_422_with_a_sentence_and_keeps_what_was_typed(
        self, erin, client_for, path, values, sentence, headers
    ):
        response = client_for(erin).post(f"{PAGE}{path}", values, **headers)
        page = response.content.decode()
        assert response.status_code == 422
        assert sentence in page
        for value in values.values():
            if value.isalnum() and value not in ("dream", "S99", "plan", "x"):
                assert value in page
        assert not Event.objects.exists()

    def test_a_plan_that_is_the_same_is_422(self, plan, erin, client_for):
        row = actions.add(project=plan, name="The same", by=erin)
        response = client_for(erin).post(f"{PAGE}{row.key}/plan/")
        assert response.status_code == 422
        assert "says what the plan says" in response.content.decode()

    def test_an_unknown_question_is_404(self, erin, client_for):
        assert client_for(erin).post(f"{PAGE}S1/answers/D9/", {"value": "1"}).status_code == 404

    def test_one_that_is_deleted_is_404(self, erin, client_for):
        assert client_for(erin).post(f"{PAGE}S2/answers/O1_horizon/", {"value": "1"}).status_code == 404
        assert client_for(erin).get(f"{PAGE}S2/").status_code == 404


class TestTwoPeople:
    """Different answers never meet; the same one is told, with what the other said."""

    def test_at_two_answers_of_one_scenario(self, plan, crowd, alice, erin, client_for):
        client_for(alice).post(f"{PAGE}S1/answers/O1_horizon/", {"value": "4", "seen": ""})
        client_for(erin).post(f"{PAGE}S1/answers/D1_industry/", {"value": "none", "seen": ""})
        assert held(crowd) == {"C5_kind": "class", "O1_horizon": 4, "D1_industry": "none"}

    @pytest.mark.parametrize("headers", [{}, FRAGMENT])
    def test_at_the_same_answer_of_a_scenario(self, plan, crowd, alice, erin, client_for, headers):
        actions.answer(row=crowd, question="O1_horizon", value=4, by=alice)
        response = client_for(erin).post(f"{PAGE}S1/answers/O1_horizon/", {"value": "6", "seen": ""}, **headers)
        page = response.content.decode()
        assert response.status_code == 409
        assert "Alice changed this since you opened it: “4 years”" in page
        form = page.partition('id="q-O1_horizon"')[2].partition("</form>")[0]
        assert 'value="6"' in form
        assert 'name="seen" value="4"' in form
        assert held(crowd)["O1_horizon"] == 4
        again = {"value": "6", "seen": "4"}
        assert client_for(erin).post(f"{PAGE}S1/answers/O1_horizon/", again).status_code == 302
        assert held(crowd)["O1_horizon"] == 6

    def test_one_follows_the_plan_again_meanwhile(self, plan, crowd, alice, erin, client_for):
        actions.answer(row=crowd, question="C5_kind", value=None, by=alice)
        values = {"value": "mask", "seen": '"class"'}
        response = client_for(erin).post(f"{PAGE}S1/answers/C5_kind/", values)
        assert response.status_code == 409
        assert "Alice changed this since you opened it: “as in the plan”" in response.content.decode()

    def test_both_say_the_same(self, plan, crowd, alice, erin, client_for):
        actions.answer(row=crowd, question="O1_horizon", value=4, by=alice)
        assert client_for(erin).post(f"{PAGE}S1/answers/O1_horizon/", {"value": "4", "seen": ""}).status_code == 302

    @pytest.mark.parametrize("headers", [{}, FRAGMENT])
    def test_at_the_target(self, plan, crowd, alice, erin, client_for, headers):
        actions.set_target(row=crowd, target=0.95, by=alice)
        # The last change of the scenario is the writer's own, and of something else.
        actions.answer(row=crowd, question="O1_horizon", value=4, by=erin)
        response = client_for(erin).post(f"{PAGE}S1/target/", {"target": "0.97", "seen": ""}, **headers)
        page = response.content.decode()
        assert response.status_code == 409
        assert "Alice changed this since you opened it: “0.95”" in page
        assert 'value="0.97"' in page
        assert 'name="seen" value="0.95"' in page
        assert Scenario.objects.get(pk=crowd.pk).target == 0.95

    @pytest.mark.parametrize("headers", [{}, FRAGMENT])
    def test_at_the_name(self, plan, crowd, alice, erin, client_for, headers):
        actions.edit(row=crowd, seen={"name": "Crowd", "note": ""}, name="A crowd", note="", by=alice)
        values = {"name": "The crowd", "note": "", "seen-name": "Crowd", "seen-note": ""}
        response = client_for(erin).post(f"{PAGE}S1/edit/", values, **headers)
        page = response.content.decode()
        assert response.status_code == 409
        assert "“A crowd”" in page
        assert 'value="The crowd"' in page
        assert 'name="seen-name" value="A crowd"' in page

    def test_at_name_and_note(self, plan, crowd, alice, erin, client_for):
        actions.edit(row=crowd, seen={"name": "Crowd", "note": ""}, name="A crowd", note="", by=alice)
        values = {"name": "Crowd", "note": "why", "seen-name": "Crowd", "seen-note": ""}
        assert client_for(erin).post(f"{PAGE}S1/edit/", values).status_code == 302
        row = Scenario.objects.get(pk=crowd.pk)
        assert (row.name, row.note) == ("A crowd", "why")

    @pytest.mark.parametrize("headers", [{}, FRAGMENT])
    def test_at_the_same_answer_of_the_plan(self, project, alice, erin, client_for, headers):
        say(project, alice, O1_horizon=4)
        address = f"{COSTS}answers/O1_horizon/"
        response = client_for(erin).post(address, {"value": "6", "seen": ""}, **headers)
        page = response.content.decode()
        assert response.status_code == 409
        assert "Alice changed this since you opened it: “4 years”" in page
        form = page.partition('id="q-O1_horizon"')[2].partition("</form>")[0]
        assert 'value="6"' in form
        assert 'name="seen" value="4"' in form
        assert cost_selectors.cost(project).answers == {"O1_horizon": 4}

    @pytest.mark.parametrize("pressed", [{"clear": "1"}, {"unknown": "1"}])
    def test_no_button_overwrites_unseen(self, project, alice, erin, client_for, pressed):
        say(project, alice, O1_horizon=4)
        values = {"value": "", "seen": "2", **pressed}
        assert client_for(erin).post(f"{COSTS}answers/O1_horizon/", values).status_code == 409
        assert cost_selectors.cost(project).answers == {"O1_horizon": 4}

    def test_an_answer_that_was_taken_back_is_told(self, project, alice, erin, client_for):
        say(project, erin, O1_horizon=4)
        costs.clear(project=project, question="O1_horizon", by=alice)
        response = client_for(erin).post(f"{COSTS}answers/O1_horizon/", {"value": "6", "seen": "4"})
        assert response.status_code == 409
        assert "Alice changed this since you opened it: “not answered”" in response.content.decode()

    def test_a_second_answer_of_the_same_person_is_no_clash(self, project, erin, client_for):
        client = client_for(erin)
        for value in ("4", "6"):
            assert client.post(f"{COSTS}answers/O1_horizon/", {"value": value, "seen": ""}).status_code == 302
        assert cost_selectors.cost(project).answers == {"O1_horizon": 6}

    @pytest.mark.parametrize("seen", ["{", "[" * 20_000, "null", "NaN", '{"low": 1}', "x" * 20_000])
    def test_what_nobody_can_have_seen_is_a_clash_and_no_error(self, project, alice, erin, client_for, seen):
        say(project, alice, O1_horizon=4)
        response = client_for(erin).post(f"{COSTS}answers/O1_horizon/", {"value": "6", "seen": seen})
        assert response.status_code == 409

    def test_after_a_mistake_the_field_keeps_what_its_writer_saw(self, project, alice, erin, client_for):
        say(project, alice, O1_horizon=4)
        response = client_for(erin).post(f"{COSTS}answers/O1_horizon/", {"value": "-6", "seen": "2"}, **FRAGMENT)
        assert response.status_code == 422
        assert 'name="seen" value="2"' in response.content.decode()

    def test_the_page_says_what_stands(self, project, alice, erin, client_for):
        say(project, alice, T1_day_rate=RATE)
        page = client_for(erin).get(COSTS).content.decode()
        form = page.partition('id="q-T1_day_rate"')[2].partition("</form>")[0]
        assert 'name="seen" value="{&quot;high&quot;:600,&quot;likely&quot;:450,&quot;low&quot;:380}"' in form


class TestPages:
    def test_an_empty_list_teaches_and_offers(self, project, erin, vic, client_for):
        page = client_for(erin).get(PAGE).content.decode()
        assert "There is only the plan so far" in page
        assert "A scenario of your own" in page
        assert "A scenario of your own" not in client_for(vic).get(PAGE).content.decode()

    def test_the_list_shows_ranges_and_what_differs(self, plan, crowd, vic, client_for):
        page = client_for(vic).get(PAGE).content.decode()
        assert "What is one label? A class or a value" in page
        assert page.count('<svg class="range-bar"') == 2

    def test_a_scenario_shows_the_plan_beside_it(self, plan, crowd, vic, client_for):
        page = client_for(vic).get(f"{PAGE}S1/").content.decode()
        assert "plan: A box around an object" in page
        assert ">Save<" not in page

    def test_the_comparison_shows_lines_answers_and_flags(self, plan, crowd, vic, client_for):
        page = client_for(vic).get(f"{PAGE}compare/?with=plan,S1,S99").content.decode()
        for words in ("Labels", "A box around an object", "A class or a value", "no percentile is safe"):
            assert words in page
        assert "Up to 4 are compared at a time" not in page

    def test_more_than_four_are_told(self, plan, alice, client_for):
        for place in range(5):
            actions.add(project=plan, name=f"No. {place}", by=alice)
        page = client_for(alice).get(f"{PAGE}compare/?with=plan&with=S1&with=S2&with=S3&with=S4").content.decode()
        assert "Up to 4 are compared at a time" in page
        assert page.count('<div class="range-view">') == 4

    def test_it_speaks_portuguese(self, plan, crowd, vic, client_for):
        for page in (PAGE, f"{PAGE}S1/", f"{PAGE}compare/"):
            shown = client_for(vic).get(page, headers={"accept-language": "pt-br"}).content.decode()
            assert "Cenários" in shown

    def test_without_any_answer_nothing_pretends(self, project, alice, client_for):
        actions.add(project=project, name="Empty", by=alice)
        for page in (PAGE, f"{PAGE}S1/", f"{PAGE}compare/"):
            assert client_for(alice).get(page).status_code == 200

    @pytest.mark.parametrize("page", [PAGE, f"{PAGE}S1/", f"{PAGE}compare/"])
    def test_strangers_and_the_anonymous_do_not_see_it(self, plan, crowd, sam, client, client_for, page):
        assert client_for(sam).get(page).status_code == 404
        assert client.get(page).status_code == 302
        assert client_for(sam).post(page).status_code == 405

    def test_the_undo_is_offered(self, plan, crowd, erin, client_for):
        client = client_for(erin)
        response = client.post(f"{PAGE}S1/remove/", follow=True)
        assert "“Crowd” is deleted." in response.content.decode()
        client.post(f"{PAGE}S1/restore/")
        response = client.post(f"{PAGE}S1/plan/", follow=True)
        assert "Make it the plan again" in response.content.decode()

    def test_queries_do_not_grow_with_scenarios_and_answers(self, plan, crowd, alice, client_for, count_queries):
        client = client_for(alice)
        pages = [PAGE, f"{PAGE}S1/", f"{PAGE}compare/"]
        few = [count_queries(lambda page=page: client.get(page)) for page in pages]
        for place in range(6):
            row = actions.add(project=plan, name=f"No. {place}", by=alice)
            for question in ("D1_industry", "D1_academia", "D1_code"):
                actions.answer(row=row, question=question, value="none", by=alice)
        assert [count_queries(lambda page=page: client.get(page)) for page in pages] == few

    def test_ugly_names_are_shown_as_text(self, plan, alice, client_for):
        row = actions.add(project=plan, name="<b>" + "A" * 190, note="<script>x</script>", by=alice)
        for page in (PAGE, f"{PAGE}{row.key}/", f"{PAGE}compare/"):
            shown = client_for(alice).get(page).content.decode()
            assert "&lt;b&gt;" in shown
            assert "<script>x" not in shown
        assert Answer.objects.count() == 4
