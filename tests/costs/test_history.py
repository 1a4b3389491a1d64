"""The history of estimates: how the range narrowed, what changed, and that each can be made again."""

import io
import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from mlcanvas.costs import actions, selectors
from mlcanvas.costs.history import selectors as history
from mlcanvas.costs.models import Estimate
from mlcanvas.projects import actions as projects
from mlcanvas.scope import actions as scope
from tests.fixtures_projects import FRAGMENT

COSTS = "/p/churn-in-prepaid-mobile/costs/"
PAGE = f"{COSTS}history/"

pytestmark = pytest.mark.any_database


@pytest.fixture
def three(project, alice):
    """Three estimates: years, the day rate, another baseline."""
    actions.answer(project=project, question="O1_horizon", value=2, by=alice)
    actions.answer(project=project, question="T1_day_rate", value={"low": 380, "likely": 450, "high": 600}, by=alice)
    projects.set_fact(project=project, key="archetype", value="autonomous", by=alice)
    actions.estimate(project=project, by=alice)
    return project


class TestHistory:
    def test_an_empty_one_teaches(self, project, vic, client_for):
        assert "No estimate yet" in client_for(vic).get(PAGE).content.decode()

    def test_each_estimate_with_what_changed(self, three, vic, client_for):
        page = client_for(vic).get(PAGE).content.decode()
        assert page.count('<tr id="e') == 3
        assert "<b>Cost of one day of work:</b> not answered → 380 / 450 / 600 EUR a day" in " ".join(page.split())
        assert "<b>Role of the prediction:</b> not known → Acts without a person in between" in page
        assert page.count('<rect class="whole"') == 3

    def test_two_that_are_not_neighbours(self, three, vic, client_for):
        page = client_for(vic).get(f"{PAGE}?from=3&to=1").content.decode()
        two = page.partition('id="two"')[2].partition("</section>")[0]
        assert "From estimate 1 to 3" in two
        # The day rate, the role, and the ratio of the register, which was published meanwhile.
        assert two.count("<li>") == 3

    @pytest.mark.parametrize("query", ["from=1&to=99", "from=x&to=2", "from=1", "before=x", "each=week", "before=2"])
    def test_an_address_that_makes_no_sense_shows_the_page(self, three, vic, client_for, query):
        response = client_for(vic).get(f"{PAGE}?{query}")
        assert response.status_code == 200
        assert 'id="two"' not in response.content.decode()

    def test_the_last_one_of_each_day(self, three, vic, client_for):
        Estimate.objects.filter(number=1).update(at=timezone.now() - timedelta(days=3))
        page = client_for(vic).get(f"{PAGE}?each=day").content.decode()
        assert page.count('<tr id="e') == 2
        assert 'id="e2"' not in page
        row = page.partition('id="e3"')[2].partition("</tr>")[0]
        assert row.count("<li>") == 3

    def test_older_ones_are_one_click_away(self, project, alice, client_for):
        for years in range(1, history.SHOWN + 4):
            actions.answer(project=project, question="O1_horizon", value=years, by=alice)
        page = client_for(alice).get(PAGE).content.decode()
        assert page.count('<tr id="e') == history.SHOWN
        assert "?before=4" in page
        oldest = page.partition('id="e4"')[2].partition("</tr>")[0]
        assert "<b>Years in operation:</b> 3 years → 4 years" in oldest
        assert client_for(alice).get(f"{PAGE}?before=4").content.decode().count('<tr id="e') == 3

    def test_queries_do_not_grow(self, three, alice, client_for, count_queries):
        client = client_for(alice)
        few = count_queries(lambda: client.get(PAGE))
        for years in range(3, 20):
            actions.answer(project=three, question="O1_horizon", value=years, by=alice)
        assert count_queries(lambda: client.get(PAGE)) == few

    def test_another_currency_is_not_drawn_beside(self, three, alice, client_for):
        projects.edit(project=three, by=alice, name=three.name, language="en", currency="BRL")
        actions.estimate(project=three, by=alice)
        page = client_for(alice).get(PAGE).content.decode()
        assert "<b>Currency:</b> EUR → BRL" in page
        assert '<rect class="whole"' not in page
        assert "€" in page
        assert "R$" in page

    def test_it_speaks_portuguese(self, three, vic, client_for):
        page = client_for(vic).get(PAGE, headers={"accept-language": "pt-br"}).content.decode()
        assert "Como a faixa estreitou" in page
        assert "Custo de um dia de trabalho" in page

    def test_strangers_and_the_anonymous_do_not_see_it(self, three, sam, client, client_for):
        for page in (PAGE, f"{PAGE}1/check/"):
            assert client_for(sam).get(page).status_code == 404
            assert client.get(page).status_code == 302
            assert client_for(sam).post(page).status_code == 405


class TestMovedSince:
    def test_a_fact_that_moved_is_named_on_the_cost_page_and_in_the_history(self, three, alice, vic, client_for):
        projects.set_fact(project=three, key="archetype", value="human_in_loop", by=alice)
        said = "<b>Role of the prediction:</b> Acts without a person in between → Helps a person who decides"
        for page in (COSTS, PAGE):
            assert said in client_for(vic).get(page).content.decode()

    def test_an_answer_that_leaves_no_estimate_is_named(self, three, alice, client_for):
        aimed = {"kind": "model", "metric": "accuracy", "direction": "higher", "primary": True}
        scope.metric_add(project=three, by=alice, name="Accuracy", target=0.97, **aimed)
        actions.answer(project=three, question="D3_human_error", value=0.05, by=alice)
        page = client_for(alice).get(COSTS).content.decode()
        assert "The last estimate is number 3" in page
        assert "<b>Error of a person:</b> not answered → 0.05" in page
        assert "<b>Target:</b> none → Accuracy 0.97" in page

    def test_nothing_where_the_last_one_holds(self, three, alice, client_for):
        assert history.moved_since(selectors.cost(three)) == []
        assert 'class="moved"' not in client_for(alice).get(COSTS).content.decode()


class TestCheck:
    def test_each_is_the_same_to_the_cent(self, three, vic, client_for):
        for number in (1, 2, 3):
            for headers in ({}, FRAGMENT):
                response = client_for(vic).get(f"{PAGE}{number}/check/", **headers)
                assert response.status_code == 200
                assert "the same to the cent" in response.content.decode()
        fragment = client_for(vic).get(f"{PAGE}1/check/", **FRAGMENT).content.decode().strip()
        assert fragment.startswith('<span class="check-said check-same" id="check-1">')

    def test_a_record_that_somebody_touched_is_told(self, three, vic, client_for):
        row = Estimate.objects.get(number=1)
        row.result = row.result.replace('"p50":', '"p50":1', 1)
        row.save()
        page = client_for(vic).get(f"{PAGE}1/check/").content.decode()
        assert "its digest does not fit" in page

    def test_one_of_other_rules_stands_as_it_was_made(self, three, vic, client_for, monkeypatch):
        monkeypatch.setattr("mlcanvas.domain.estimate.record.RULE_VERSION", "2031.1")
        page = client_for(vic).get(f"{PAGE}1/check/").content.decode()
        assert "It was made by rules 2026.1" in page

    def test_one_whose_answers_were_not_kept(self, three, vic, client_for):
        Estimate.objects.filter(number=1).update(inputs="")
        client = client_for(vic)
        assert "older than the keeping of answers" in client.get(f"{PAGE}1/check/").content.decode()
        assert "older than the keeping of answers" in client.get(f"{PAGE}?from=1&to=2").content.decode()
        assert client.get(PAGE).status_code == 200

    def test_a_number_that_never_was_is_404(self, three, vic, client_for):
        assert client_for(vic).get(f"{PAGE}99/check/").status_code == 404


class TestCommand:
    def run(self, *arguments):
        out = io.StringIO()
        call_command("estimate", *arguments, stdout=out)
        return out.getvalue()

    def test_a_record_by_its_number(self, three):
        printed = json.loads(self.run(three.slug, "--number", "1", "--json"))
        assert printed["p50"] == json.loads(Estimate.objects.get(number=1).result)["p50"]
        assert printed["number"] == 1

    def test_it_is_verified_to_the_cent(self, three):
        assert "the same to the cent" in self.run(three.slug, "--number", "2", "--verify")
        assert json.loads(self.run(three.slug, "--number", "2", "--verify", "--json"))["verdict"] == "same"

    def test_all_are_verified_without_a_number(self, three):
        printed = self.run(three.slug, "--verify")
        assert printed.count("the same to the cent") == 3

    def test_one_that_differs_ends_with_an_error(self, three):
        row = Estimate.objects.get(number=1)
        row.result = row.result.replace('"p50":', '"p50":1', 1)
        row.save()
        with pytest.raises(CommandError, match="1: damaged"):
            self.run(three.slug, "--verify")

    def test_wrong_arguments_are_said(self, three):
        with pytest.raises(CommandError, match="no estimate with number 9"):
            self.run(three.slug, "--number", "9")
        with pytest.raises(CommandError, match="belong to a project"):
            self.run("--lines", "x.csv", "--verify")
