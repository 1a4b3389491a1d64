"""What a project came to: its page, its writes, and what the project file carries."""

import json
from datetime import date, datetime, timedelta

import jsonschema
import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from mlcanvas.costs.actuals import actions, selectors
from mlcanvas.costs.actuals.content import ACTUALS
from mlcanvas.costs.models import Actual, Comparison, Estimate
from mlcanvas.domain.canonical import canonical_json
from mlcanvas.domain.refusal import Refused
from mlcanvas.exchange import actions as exchange
from mlcanvas.exchange import selectors as exchanged
from mlcanvas.projects import actions as projects
from mlcanvas.projects import comparing, parts
from mlcanvas.projects.models import Event, Revision
from mlcanvas.web.sentences import happened
from tests.costs.cost_cases import BEGUN, end, estimated, spend
from tests.fixtures_projects import FRAGMENT
from tests.may_write import WritersOnly

PAGE = "/p/churn-in-prepaid-mobile/costs/actuals/"
TYPED = {"amount": "1234.5", "begun": "2026-12-01", "ended": "2027-05-31", "note": "As invoiced"}
SEEN = {"seen-amount": "", "seen-begun": "", "seen-ended": "", "seen-note": ""}
EITHER = pytest.mark.parametrize("headers", [{}, FRAGMENT], ids=["page", "fragment"])

WRITES = {
    "actual": (f"{PAGE}labels/", TYPED | SEEN),
    "actuals_plan": (f"{PAGE}plan/", {"estimate": "1"}),
}


@pytest.fixture
def planned(project, alice):
    """A project with an estimate."""
    estimated(project, alice)
    return project


class TestPage:
    def test_without_an_estimate_it_says_so_and_takes_amounts(self, project, erin, client_for):
        page = client_for(erin).get(PAGE).content.decode()
        assert "There is no recorded estimate to compare with yet" in page
        assert page.count('class="amount-row') == 6

    def test_planned_against_actual(self, planned, alice, vic, client_for):
        end(planned, alice)
        page = client_for(vic).get(PAGE).content.decode()
        assert "because it is the oldest from before the work began" in page
        assert "inside the range" in page
        assert "× 1.2" in page
        assert "Every planned line has an amount" in page
        assert ">Save<" not in page
        assert "disabled" in page

    def test_a_missing_amount_is_named(self, planned, alice, client_for):
        spend(planned, alice, "labels", 1e6)
        page = client_for(alice).get(PAGE).content.decode()
        assert "Still without an amount: Getting the data, Engineering" in page
        assert "above P90" in page

    def test_it_speaks_portuguese(self, planned, alice, client_for):
        spend(planned, alice, "labels", 1234.5)
        page = client_for(alice).get(PAGE, headers={"accept-language": "pt-br"}).content.decode()
        assert "porque é a mais antiga" in page
        assert 'value="1234,5"' in page

    def test_the_cost_page_leads_here(self, planned, alice, client_for):
        assert PAGE in client_for(alice).get("/p/churn-in-prepaid-mobile/costs/").content.decode()

    def test_stranger_sees_404(self, planned, sam, client_for):
        assert client_for(sam).get(PAGE).status_code == 404
        assert client_for(sam).get(f"{PAGE}labels/").status_code == 404

    def test_anonymous_goes_to_sign_in(self, planned, client):
        assert client.get(PAGE).headers["Location"].startswith("/account/login/")

    def test_queries_do_not_grow_with_amounts_and_estimates(self, planned, alice, client_for, count_queries):
        client = client_for(alice)
        spend(planned, alice, "labels", 5)
        few = count_queries(lambda: client.get(PAGE))
        end(planned, alice)
        for number in range(3):
            estimated(planned, alice, rate=500 + number)
        assert count_queries(lambda: client.get(PAGE)) == few

    def test_another_currency_is_said(self, planned, alice, client_for):
        spend(planned, alice, "labels", 5)
        projects.edit(project=planned, by=alice, name=planned.name, language="en", currency="BRL")
        page = client_for(alice).get(PAGE).content.decode()
        assert "The estimate is in EUR and the project counts in BRL now" in page


@pytest.mark.usefixtures("planned")
@pytest.mark.parametrize("name", WRITES)
class TestWhoMayWrite(WritersOnly):
    writes = WRITES
    readable = frozenset({"actual"})

    @pytest.mark.parametrize("who", ["alice", "erin"])
    def test_members_who_write(self, planned, client_for, request, name, who):
        address, values = WRITES[name]
        response = client_for(request.getfixturevalue(who)).post(address, values)
        assert response.status_code == 302
        assert response.headers["Location"].startswith(PAGE)

    def test_fragment(self, planned, erin, client_for, name):
        address, values = WRITES[name]
        response = client_for(erin).post(address, values, **FRAGMENT)
        assert response.status_code == 200
        page = response.content.decode().strip()
        root = '<form class="amount-row" id="a-labels"' if name == "actual" else '<section id="compared"'
        assert page.startswith(root)
        assert ('id="compared" hx-swap-oob="true"' in page) == (name == "actual")


class TestActual:
    address = f"{PAGE}labels/"

    def test_it_is_stored_with_its_author(self, planned, erin, client_for):
        client_for(erin).post(self.address, TYPED | SEEN)
        row = Actual.objects.get()
        assert (row.line, row.amount, row.note, row.by) == ("labels", 1234.5, "As invoiced", erin)
        assert (row.begun, row.ended) == (date(2026, 12, 1), date(2027, 5, 31))
        assert (
            happened(Event.objects.get(what="costs.actual_set")) == "Erin wrote down what a cost line came to: Labels"
        )

    def test_the_readers_spelling_is_read(self, planned, erin, client_for):
        client_for(erin).post(self.address, TYPED | SEEN | {"amount": "1.234,56"}, headers={"accept-language": "pt-br"})
        assert Actual.objects.get().amount == 1234.56

    def test_an_untouched_form_changes_nothing(self, planned, erin, client_for):
        spend(planned, erin, "labels", 0.1 + 0.2, note="two\nlines")
        before = Event.objects.count()
        seen = {"amount": repr(0.1 + 0.2), "begun": "", "ended": "", "note": "two\r\nlines"}
        client_for(erin).post(self.address, seen | {f"seen-{name}": value for name, value in seen.items()})
        assert Actual.objects.get().amount == 0.1 + 0.2
        assert Event.objects.count() == before

    def test_emptied_it_is_gone_and_the_event_keeps_the_note(self, planned, erin, client_for):
        spend(planned, erin, "labels", 5, note="As invoiced")
        seen = {"seen-amount": "5", "seen-begun": "", "seen-ended": "", "seen-note": "As invoiced"}
        client_for(erin).post(self.address, {"amount": "", "begun": "", "ended": "", "note": ""} | seen)
        assert not Actual.objects.exists()
        assert not Comparison.objects.exists()
        assert Event.objects.get(what="costs.actual_cleared").values["before"] == {"amount": 5, "note": "As invoiced"}

    @pytest.mark.parametrize(
        ("wrong", "sentence"),
        [
            ({"amount": "-1"}, "The smallest value here is 0."),
            ({"amount": "NaN"}, "number"),
            ({"amount": "1e15"}, "The largest value here is 1,000,000,000,000."),
            ({"amount": "9" * 60}, "number"),
            ({"begun": "2026-13-45"}, "Write a date such as 2027-03-31."),
            ({"ended": "2026-11-30"}, "The last day lies before the first."),
            ({"note": "a\x00b"}, "cannot be stored"),
            ({"note": "x" * 2001}, "2,001"),
        ],
    )
    @EITHER
    def test_bad_input_is_422_with_a_sentence_and_keeps_the_rest(
        self, planned, erin, client_for, wrong, sentence, headers
    ):
        response = client_for(erin).post(self.address, TYPED | SEEN | wrong, **headers)
        page = response.content.decode(errors="replace")
        form = page.partition('id="a-labels"')[2].partition("</form>")[0]
        assert response.status_code == 422
        assert "errorlist" in form
        assert sentence in form
        if "note" not in wrong:
            assert "As invoiced" in form
        assert not Actual.objects.exists()

    @pytest.mark.parametrize("line", ["luck", "plan", "Labels"])
    def test_an_unknown_line_is_404_or_the_plan(self, planned, erin, client_for, line):
        assert client_for(erin).post(f"{PAGE}{line}/", TYPED | SEEN).status_code in (404, 302)
        assert not Actual.objects.exists()

    def test_a_row_alone_is_a_fragment_and_a_page_leads_to_it(self, planned, vic, client_for):
        page = client_for(vic).get(self.address, **FRAGMENT).content.decode().strip()
        assert page.startswith('<form class="amount-row" id="a-labels"')
        assert client_for(vic).get(self.address).headers["Location"] == f"{PAGE}#a-labels"


class TestClash:
    address = f"{PAGE}labels/"

    @EITHER
    def test_both_values_are_shown_and_nothing_is_lost(self, planned, alice, erin, client_for, headers):
        spend(planned, alice, "labels", 900, note="From the contract")
        response = client_for(erin).post(self.address, TYPED | SEEN, **headers)
        assert response.status_code == 409
        form = response.content.decode().partition('id="a-labels"')[2].partition("</form>")[0]
        assert "Alice changed this line meanwhile. Nothing is overwritten." in form
        for text in ("900", "From the contract", 'value="1234.5"', "As invoiced"):
            assert text in form
        assert Actual.objects.get().amount == 900

    def test_saved_again_it_replaces_what_was_shown(self, planned, alice, erin, client_for):
        spend(planned, alice, "labels", 900)
        shown = client_for(erin).post(self.address, TYPED | SEEN, **FRAGMENT).content.decode()
        assert 'name="seen-amount" value="900"' in shown
        client_for(erin).post(self.address, TYPED | SEEN | {"seen-amount": "900"})
        assert Actual.objects.get().amount == 1234.5

    def test_what_others_changed_elsewhere_in_the_row_stays(self, planned, alice, erin, client_for):
        spend(planned, alice, "labels", 900)
        seen = SEEN | {"seen-amount": "900"}
        spend(planned, alice, "labels", 900, note="From the contract")
        client_for(erin).post(self.address, {"amount": "950", "begun": "", "ended": "", "note": ""} | seen)
        row = Actual.objects.get()
        assert (row.amount, row.note) == (950, "From the contract")

    def test_the_same_twice_is_no_clash(self, planned, erin, client_for):
        for _ in range(2):
            assert client_for(erin).post(self.address, TYPED | SEEN).status_code == 302

    def test_what_nobody_can_have_seen_is_shown_first(self, planned, alice, erin, client_for):
        spend(planned, alice, "labels", 900)
        for seen in ({}, SEEN | {"seen-amount": "much"}):
            response = client_for(erin).post(self.address, TYPED | seen)
            assert response.status_code == 409
        assert Actual.objects.get().amount == 900


class TestPlan:
    """Which estimate the amounts are compared with, and why."""

    def dated(self, project, **days):
        """Estimates as if made so many days from today."""
        for number, shift in days.items():
            at = timezone.make_aware(datetime(2026, 6, 1, 12)) + timedelta(days=shift)
            Estimate.objects.filter(project=project, number=int(number[1:])).update(at=at)

    def plan(self, project):
        return json.loads(Comparison.objects.get(project=project).plan)

    def three(self, project, by):
        for rate in (400, 500, 600):
            estimated(project, by, rate=rate)
        numbers = [each.number for each in selectors.made(project)]
        self.dated(project, **{f"n{number}": 10 * place for place, number in enumerate(numbers)})
        return numbers

    def test_the_oldest_before_the_work_began(self, project, alice):
        numbers = self.three(project, alice)
        spend(project, alice, "labels", 5, begun=date(2026, 6, 15))
        first = Estimate.objects.get(number=numbers[0])
        assert (self.plan(project)["digest"], self.plan(project)["reason"]) == (first.digest, "before")

    def test_the_oldest_where_none_is_older_than_the_work(self, project, alice):
        self.three(project, alice)
        spend(project, alice, "labels", 5, begun=date(2020, 1, 1))
        assert self.plan(project)["reason"] == "oldest"

    def test_the_first_decision_before_the_work_goes_first(self, project, alice):
        numbers = self.three(project, alice)
        revision = projects.revise(project=project, by=alice, reason=Revision.Reason.REVIEW)
        Revision.objects.filter(pk=revision.pk).update(at=timezone.make_aware(datetime(2026, 6, 12, 12)))
        spend(project, alice, "labels", 5, begun=date(2026, 6, 20))
        assert self.plan(project)["reason"] == "signed"
        assert self.plan(project)["digest"] == Estimate.objects.get(number=numbers[1]).digest
        spend(project, alice, "labels", 5, begun=date(2026, 6, 5))
        assert self.plan(project)["reason"] == "before"

    def test_a_person_chooses_and_the_dates_no_longer_decide(self, project, alice, client_for):
        numbers = self.three(project, alice)
        client_for(alice).post(f"{PAGE}plan/", {"estimate": str(numbers[2])})
        spend(project, alice, "labels", 5, begun=date(2026, 6, 15))
        assert (self.plan(project)["reason"], self.plan(project)["made"]) == ("chosen", "2026-06-21")
        client_for(alice).post(f"{PAGE}plan/", {"estimate": ""})
        assert self.plan(project)["reason"] == "before"

    def test_a_later_estimate_does_not_move_the_plan(self, planned, alice):
        spend(planned, alice, "labels", 5, begun=BEGUN)
        before = self.plan(planned)
        estimated(planned, alice, rate=5000)
        spend(planned, alice, "run", 5)
        assert self.plan(planned) == before

    @pytest.mark.parametrize("number", ["99", "-1", "x", "9" * 30])
    @EITHER
    def test_an_unknown_estimate_is_422(self, planned, erin, client_for, number, headers):
        response = client_for(erin).post(f"{PAGE}plan/", {"estimate": number}, **headers)
        assert response.status_code == 422
        assert "There is no such estimate of this project" in response.content.decode()

    def test_no_estimate_of_another_project_is_taken(self, planned, workspace, alice, client_for):
        other = projects.create(workspace=workspace, name="Other", by=alice)
        estimated(other, alice)
        estimated(other, alice, rate=999)
        number = selectors.made(other)[-1].number
        assert client_for(alice).post(f"{PAGE}plan/", {"estimate": str(number)}).status_code == 422


CONTENT = {
    "plan": {
        "made": "2026-06-21",
        "reason": "signed",
        "digest": "a" * 64,
        "currency": "EUR",
        "years": 2,
        "p10": 80.5,
        "p50": 120,
        "p80": 150,
        "p90": 190,
        "lines": [{"key": "run", "low": 60, "likely": 90, "high": 150, "p10": 60, "p50": 100, "p90": 160}],
    },
    "lines": {
        "labels": {"amount": 1234.5, "note": " Two\nlines ", "begun": "2026-12-01", "ended": "2027-05-31"},
        "run": {"amount": 0},
        "training": {"note": "not invoiced yet"},
    },
}


class TestContent:
    def test_what_is_written_is_read_back(self, project, alice):
        jsonschema.validate(CONTENT, ACTUALS.schema())
        for _ in range(2):
            ACTUALS.write(project, CONTENT, alice)
            assert canonical_json(ACTUALS.read(project)) == canonical_json(CONTENT)
        jsonschema.validate(ACTUALS.read(project), ACTUALS.schema())

    def test_writing_replaces_everything(self, project, alice):
        ACTUALS.write(project, CONTENT, alice)
        ACTUALS.write(project, {}, alice)
        assert ACTUALS.read(project) == {}
        assert not Comparison.objects.exists()

    def test_the_file_comes_back_byte_by_byte(self, planned, workspace, alice):
        end(planned, alice, ratio=1 / 3)
        first = exchanged.project_file(planned)
        again = exchange.project_import(workspace=workspace, text=first, by=alice)
        assert exchanged.project_file(again) == first
        assert "actuals:" in first

    def test_an_imported_plan_stays_though_its_estimates_stayed_behind(self, project, alice):
        ACTUALS.write(project, CONTENT, alice)
        estimated(project, alice)
        spend(project, alice, "labels", 7)
        assert json.loads(Comparison.objects.get().plan)["digest"] == "a" * 64

    @pytest.mark.parametrize(
        ("content", "path"),
        [
            ({"lines": {"luck": {"amount": 1}}}, "line"),
            ({"lines": {"run": {"amount": -1}}}, "actuals.lines.run.amount"),
            ({"lines": {"run": {"begun": "2026-02-30"}}}, "actuals.lines.run.begun"),
            ({"lines": {"run": {"begun": "2026-02-03", "ended": "2026-02-02"}}}, "actuals.lines.run.ended"),
            ({"plan": CONTENT["plan"] | {"p10": 500}}, "actuals.plan.p50"),
            ({"plan": CONTENT["plan"] | {"made": "2026-02-30"}}, "actuals.plan.made"),
        ],
    )
    def test_what_a_schema_cannot_say_is_refused_at_its_place(self, project, alice, content, path):
        with pytest.raises(Refused) as refused:
            ACTUALS.write(project, content, alice)
        assert refused.value.path == path

    @pytest.mark.parametrize(
        "content",
        [
            {"lines": {"luck": {"amount": 1}}},
            {"lines": {"run": {}}},
            {"lines": {"run": {"amount": -1}}},
            {"lines": {"run": {"amount": 1, "extra": 1}}},
            {"plan": {}},
            {"plan": CONTENT["plan"] | {"reason": "luck"}},
            {"plan": CONTENT["plan"] | {"digest": "A" * 64}},
        ],
    )
    def test_the_schema_refuses_what_is_wrong(self, content):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(content, ACTUALS.schema())

    def test_results_say_where_it_fell(self, planned, alice):
        assert ACTUALS.results(planned) == {}
        end(planned, alice)
        results = ACTUALS.results(planned)
        assert results["complete"]
        assert results["total"]["side"] == "inside"
        assert results["lines"][0]["label"] == {"en": "Labels", "pt_BR": "Rótulos"}
        assert results["lines"][0]["difference"] > 0
        canonical_json(results)

    def test_two_states_are_compared_in_words(self, planned, alice):
        before = parts.content(planned)
        spend(planned, alice, "labels", 1200, note="As invoiced", begun=BEGUN)
        middle = parts.content(planned)
        spend(planned, alice, "labels", 1300.5, note="As invoiced", begun=BEGUN)
        found = comparing.compare(middle, parts.content(planned))
        assert [(part.key, change.label, change.before, change.after) for part in found for change in part.changes] == [
            ("actuals", "Labels · Actual amount", "1200", "1300.5")
        ]
        first = {change.label: change.after for part in comparing.compare(before, middle) for change in part.changes}
        assert first["Labels"] == "Actual amount: 1200; Note: As invoiced; From: 1 Dec 2026"


class TestStored:
    def test_no_amount_is_negative_and_no_line_there_twice(self, project, alice):
        Actual.objects.create(project=project, line="run", amount=1, by=alice)
        for values in ({"line": "run", "amount": 1}, {"line": "labels", "amount": -1}):
            with pytest.raises(IntegrityError), transaction.atomic():
                Actual.objects.create(project=project, **values)

    def test_the_line_is_checked_by_the_action_too(self, project, alice):
        with pytest.raises(Refused, match="actual_line_unknown"):
            actions.actual_set(
                project=project, line="luck", seen=selectors.NOTHING, by=alice, **{**selectors.NOTHING, "amount": 1.0}
            )
