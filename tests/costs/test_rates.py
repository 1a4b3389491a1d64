"""The workspace's own prices and multipliers, and its calibration: pages, writes, and what estimates make of them."""

import json
from datetime import date

import pytest
from django.utils import timezone

from mlcanvas.costs import actions as costs
from mlcanvas.costs import selectors
from mlcanvas.costs.content import COSTS
from mlcanvas.costs.models import Calibration, Estimate, OwnFigure
from mlcanvas.costs.rates import actions, showing
from mlcanvas.costs.rates import selectors as rates
from mlcanvas.domain import estimate as rules
from mlcanvas.domain.canonical import canonical_json
from mlcanvas.domain.estimate.rates import settings
from mlcanvas.domain.refusal import Refused
from mlcanvas.projects import actions as projects
from mlcanvas.projects.models import Project, Summary
from mlcanvas.workspaces.models import Workspace
from mlcanvas.workspaces.roles import Role
from tests.costs.cost_cases import end, ended, estimated, spend
from tests.fixtures_projects import FRAGMENT, member

PRICES = "/workspace/retail-analytics/prices/"
CALIBRATION = "/workspace/retail-analytics/calibration/"
RATE = f"{PRICES}T1_day_rate/"
TYPED = {"low": "600", "likely": "800", "high": "1,000.5", "source": "Contract 17", "dated": "2026-10-01", "seen": "0"}
EITHER = pytest.mark.parametrize("headers", [{}, FRAGMENT], ids=["page", "fragment"])

WRITES = {
    "figure": (RATE, TYPED),
    "figure_take_back": (f"{RATE}take-back/", {"seen": "0"}),
    "fit_apply": (f"{CALIBRATION}apply/", {"read": ""}),
    "fit_take_back": (f"{CALIBRATION}take-back/", {}),
}


def set_rate(workspace, by, likely=800.0, place="T1_day_rate", seen=None, **more):
    """Set a figure as somebody who saw what stands."""
    last = rates.last_rows(workspace.pk).get(place)
    seen = (last.pk if last else 0) if seen is None else seen
    value = {"low": likely, "likely": likely, "high": likely}
    asked = {"source": "Contract 17", "dated": "2026-10-01"} | more
    return actions.figure_set(workspace=workspace, place=place, value=value, seen=seen, by=by, **asked)


def apply(workspace, by):
    """Take over what the finished projects propose."""
    fit = rates.proposal(workspace, rates.record(workspace))
    return actions.fit_apply(workspace=workspace, read=rates.fit_digest(fit), by=by)


@pytest.mark.parametrize("name", WRITES)
class TestWhoMayWrite:
    def values(self, workspace, name):
        address, values = WRITES[name]
        if name == "fit_apply":
            ended(workspace, member(workspace, "olga", Role.OWNER), 5)
            values = {"read": rates.fit_digest(rates.proposal(workspace, rates.record(workspace)))}
        return address, values

    def test_an_owner_writes(self, workspace, alice, client_for, name):
        address, values = self.values(workspace, name)
        response = client_for(alice).post(address, values)
        assert response.status_code == 302
        assert response.headers["Location"].startswith("/workspace/retail-analytics/")

    def test_fragment(self, workspace, alice, client_for, name):
        address, values = self.values(workspace, name)
        response = client_for(alice).post(address, values, **FRAGMENT)
        assert response.status_code == 200
        page = response.content.decode().strip()
        begins = '<tr class="own-figure' if name.startswith("figure") else '<div class="container-xl page calibration"'
        assert page.startswith(begins)

    @pytest.mark.parametrize("who", ["erin", "rita", "vic"])
    @EITHER
    def test_other_members_are_refused_with_the_reason(self, workspace, client_for, request, name, who, headers):
        address, values = self.values(workspace, name)
        response = client_for(request.getfixturevalue(who)).post(address, values, **headers)
        assert response.status_code == 403
        assert "Only an owner of the workspace can do this" in response.content.decode()
        assert not OwnFigure.objects.exists()
        assert not Calibration.objects.exists()

    def test_stranger_sees_404(self, workspace, sam, client_for, name):
        address, values = self.values(workspace, name)
        assert client_for(sam).post(address, values).status_code == 404

    def test_anonymous_goes_to_sign_in(self, workspace, client, name):
        address, values = self.values(workspace, name)
        assert client.post(address, values).headers["Location"].startswith("/account/login/")
        assert client.post(address, values, **FRAGMENT).status_code == 401

    def test_other_methods_are_not_allowed(self, alice, client_for, name):
        address, _values = WRITES[name]
        assert client_for(alice).put(address).status_code == 405
        if name != "figure":
            assert client_for(alice).get(address).status_code == 405


class TestPrices:
    def test_every_member_sees_every_figure_with_its_origin(self, workspace, alice, vic, client_for):
        set_rate(workspace, alice)
        page = client_for(vic).get(PRICES).content.decode()
        assert page.count('<tr class="own-figure') == len(settings(rates.catalog.cost_questionnaire()))
        assert "1 of" in page
        assert "Contract 17, 1 Oct 2026" in page
        assert "mlcanvas, 2026-08" in page
        assert "Only an owner can change this." in page
        assert "hx-post" not in page.partition('id="prices"')[2]

    def test_every_label_is_words_in_both_languages(self, workspace, alice, client_for):
        for language in ("en", "pt-br"):
            page = client_for(alice).get(PRICES, headers={"accept-language": language})
            assert page.status_code == 200
        for place in settings(rates.catalog.cost_questionnaire()):
            assert "_" not in showing.label(place), place

    def test_stranger_sees_404(self, workspace, sam, client_for):
        for address in (PRICES, CALIBRATION, f"{RATE}row/"):
            assert client_for(sam).get(address).status_code == 404

    def test_anonymous_goes_to_sign_in(self, workspace, client):
        assert client.get(PRICES).headers["Location"] == f"/account/login/?next={PRICES}"

    def test_a_form_opens_in_its_row_and_as_a_page(self, workspace, alice, client_for):
        set_rate(workspace, alice)
        for headers in ({}, FRAGMENT):
            page = client_for(alice).get(RATE, **headers).content.decode()
            assert 'name="likely" value="800"' in page
            assert "Take back: use the catalogue" in page

    @EITHER
    def test_an_unknown_figure_is_404(self, workspace, alice, client_for, headers):
        for address in (f"{PRICES}luck/", f"{PRICES}luck/take-back/"):
            assert client_for(alice).post(address, TYPED, **headers).status_code == 404

    def test_queries_do_not_grow_with_what_is_set(self, workspace, alice, client_for, count_queries):
        client = client_for(alice)
        set_rate(workspace, alice)
        few = count_queries(lambda: client.get(PRICES))
        for place in ("model.rho", "O1_tools", "rates.USD"):
            set_rate(workspace, alice, likely=0.5, place=place)
        assert count_queries(lambda: client.get(PRICES)) == few


class TestFigureSet:
    def test_a_row_is_added_with_source_date_and_author(self, workspace, alice, client_for):
        client_for(alice).post(RATE, TYPED)
        row = OwnFigure.objects.get()
        assert (row.place, row.low, row.likely, row.high) == ("T1_day_rate", 600, 800, 1000.5)
        assert (row.currency, row.source, row.dated, row.by) == ("EUR", "Contract 17", date(2026, 10, 1), alice)

    @pytest.mark.parametrize("place", ["rates.USD", "D1_industry.same.factor"])
    def test_a_rate_and_a_multiplier_have_three_decimals(self, workspace, alice, client_for, place):
        client_for(alice).post(f"{PRICES}{place}/", TYPED | {"likely": "1.085"})
        assert OwnFigure.objects.get().likely == 1.085

    def test_rows_are_only_ever_added(self, workspace, alice):
        first = set_rate(workspace, alice)
        set_rate(workspace, alice, likely=900)
        set_rate(workspace, alice, likely=900)  # what stands already is no change
        actions.figure_take_back(
            workspace=workspace, place="T1_day_rate", seen=rates.last_rows(workspace.pk)["T1_day_rate"].pk, by=alice
        )
        assert [row.likely for row in OwnFigure.objects.order_by("pk")] == [800, 900, None]
        first.refresh_from_db()
        assert first.likely == 800
        assert rates.in_force(workspace.pk).own == ()

    @pytest.mark.parametrize(
        ("wrong", "sentence"),
        [
            ({"likely": ""}, "Type a number."),
            ({"likely": "2000"}, "must not fall"),
            ({"low": "-5"}, "cannot be negative"),
            ({"low": "cheap"}, "number"),
            ({"high": "1.250"}, "Write 1.25, or 1,250 for thousands."),
            ({"high": "1e14"}, "too large to be meant"),
            ({"source": " "}, "Say where the figure is from"),
            ({"source": "x" * 301}, "301"),
            ({"dated": "soon"}, "Write a date such as 2027-03-31."),
            ({"dated": ""}, "Say as of when"),
        ],
    )
    @EITHER
    def test_bad_input_is_422_and_keeps_what_was_typed(self, workspace, alice, client_for, wrong, sentence, headers):
        response = client_for(alice).post(RATE, TYPED | wrong, **headers)
        assert response.status_code == 422
        row = response.content.decode().partition('id="f-T1_day_rate"')[2].partition("</tr>")[0]
        assert sentence in row
        if "source" not in wrong:
            assert 'value="Contract 17"' in row
        assert not OwnFigure.objects.exists()

    @EITHER
    def test_two_owners_at_once_see_both_values(self, workspace, alice, client_for, headers):
        set_rate(workspace, alice, likely=700, source="Price list of May")
        response = client_for(alice).post(RATE, TYPED, **headers)
        assert response.status_code == 409
        row = response.content.decode().partition('id="f-T1_day_rate"')[2].partition("</tr>")[0]
        for text in ("Nothing is overwritten", "700", "Price list of May", 'value="800"', "Contract 17"):
            assert text in row
        assert OwnFigure.objects.get().likely == 700
        last = OwnFigure.objects.get().pk
        assert client_for(alice).post(RATE, TYPED | {"seen": str(last)}, **headers).status_code in (200, 302)
        assert OwnFigure.objects.order_by("-pk").first().likely == 800

    @EITHER
    def test_taking_back_what_another_changed_is_a_clash(self, workspace, alice, client_for, headers):
        first = set_rate(workspace, alice)
        set_rate(workspace, alice, likely=900)
        response = client_for(alice).post(f"{RATE}take-back/", {"seen": str(first.pk)}, **headers)
        assert response.status_code == 409
        assert "900" in response.content.decode()

    @pytest.mark.parametrize("seen", ["", "x", "-3", "9" * 40])
    def test_a_row_that_never_was_is_a_clash_where_something_stands(self, workspace, alice, client_for, seen):
        set_rate(workspace, alice)
        assert client_for(alice).post(RATE, TYPED | {"seen": seen, "likely": "850"}).status_code == 409


class TestEstimates:
    """What a figure of the workspace does to its estimates."""

    @pytest.fixture
    def asked(self, project, alice):
        """A project that says nothing of its day rate."""
        costs.answer(project=project, question="O1_horizon", value=2, by=alice)
        return project

    def test_the_next_estimate_takes_it_and_names_it(self, asked, workspace, alice, client_for):
        before = selectors.cost(asked).result
        set_rate(workspace, alice, likely=2000)
        cost = selectors.cost(asked)
        assert cost.result["p50"] > before["p50"]
        assert not cost.recorded
        page = client_for(alice).get("/p/churn-in-prepaid-mobile/costs/").content.decode()
        assert "set by the workspace, Contract 17, 1 Oct 2026" in page
        assert 'class="origin origin-workspace">workspace' in page

    def test_another_workspace_is_not_touched(self, asked, sam, alice):
        before = selectors.cost(asked).inputs_digest
        set_rate(Workspace.objects.get(slug="elsewhere"), sam, likely=9)
        assert selectors.cost(asked).inputs_digest == before

    def test_the_lists_follow(self, asked, workspace, alice, django_capture_on_commit_callbacks):
        before = Summary.objects.get(project=asked).p50
        with django_capture_on_commit_callbacks(execute=True):
            set_rate(workspace, alice, likely=2000)
        assert Summary.objects.get(project=asked).p50 > before

    def test_a_recorded_estimate_is_made_again_to_the_cent_whatever_was_set_since(self, asked, workspace, alice):
        set_rate(workspace, alice, likely=2000)
        costs.estimate(project=asked, by=alice)
        row = Estimate.objects.filter(project=asked).latest("number")
        set_rate(workspace, alice, likely=3)
        record = json.loads(row.result)
        cost = selectors.cost(asked)
        around = selectors.context(asked, cost.facts, cost.primary)
        around = rules.Context(around.currency, around.target, around.facts, rules.rates_of(record))
        again = rules.estimate(cost.answers, around, rates.catalog.cost_questionnaire(), row.seed)
        assert canonical_json(again.record()) == row.result

    def test_taken_back_everything_is_as_it_was(self, asked, workspace, alice):
        before = selectors.cost(asked)
        row = set_rate(workspace, alice, likely=2000)
        actions.figure_take_back(workspace=workspace, place="T1_day_rate", seen=row.pk, by=alice)
        after = selectors.cost(asked)
        assert (after.inputs_digest, after.result, after.recorded) == (before.inputs_digest, before.result, True)

    def test_results_and_report_name_source_and_date(self, asked, workspace, alice, client_for):
        set_rate(workspace, alice, likely=2000, source="List {of} May")
        found = {each["key"]: each for each in COSTS.results(asked)["assumptions"]}
        assert found["T1_day_rate"]["source"]["en"] == "set by the workspace, List {of} May"
        assert found["T1_day_rate"]["date"] == "2026-10-01"
        assert found["T1_day_rate"]["origin"] == "workspace"
        page = client_for(alice).get("/p/churn-in-prepaid-mobile/report/").content.decode()
        assert "set by the workspace, List {of} May" in page

    def test_the_page_stays_within_its_queries(self, asked, workspace, alice, count_queries):
        few = count_queries(lambda: selectors.cost(asked))
        for place in ("T1_day_rate", "O1_tools", "model.rho"):
            set_rate(workspace, alice, likely=0.5, place=place)
        assert few <= 8
        assert count_queries(lambda: selectors.cost(asked)) == few


class TestCalibration:
    def test_without_a_finished_project_it_teaches(self, workspace, vic, client_for):
        page = client_for(vic).get(CALIBRATION).content.decode()
        assert "No project is finished yet" in page
        assert "With 5 finished projects or more" in page
        assert "Correct later estimates" not in page

    def test_few_projects_prove_little_and_propose_nothing(self, workspace, alice, client_for):
        ended(workspace, alice, 2)
        page = client_for(alice).get(CALIBRATION).content.decode()
        assert "Of 2 finished projects, 2 fell inside P10 to P90." in page
        assert "from 34\u00a0% to 100\u00a0%" in page
        assert "That proves very little." in page
        assert "Correct later estimates" not in page

    def test_a_picture_and_the_same_as_a_table(self, workspace, alice, vic, client_for):
        ended(workspace, alice, 3, ratio=20)
        page = client_for(vic).get(CALIBRATION).content.decode()
        assert page.count('class="range-bar planned-bar"') == 3
        assert page.count("actual-mark outside") == 3
        assert page.count('class="project-row"') == 3
        assert "above P90" in page

    def test_what_is_not_finished_or_not_comparable_is_said(self, workspace, alice, client_for):
        first, second, third = ended(workspace, alice, 3)
        spend(first, alice, "labels", None, begun=None, ended=None)
        Project.objects.filter(pk=second.pk).update(currency="BRL")
        page = client_for(alice).get(CALIBRATION).content.decode()
        assert "1 project has some amounts and not yet all" in page
        assert "1 project counts in another currency" in page
        assert third.name in page

    def test_queries_do_not_grow_with_projects(self, workspace, alice, client_for, count_queries):
        client = client_for(alice)
        ended(workspace, alice, 5)
        few = count_queries(lambda: client.get(CALIBRATION))
        for number in range(3):
            project = projects.create(workspace=workspace, name=f"More {number}", by=alice)
            estimated(project, alice)
            end(project, alice)
        assert count_queries(lambda: client.get(CALIBRATION)) == few

    def test_another_workspaces_projects_are_not_counted(self, workspace, alice, sam, client_for):
        ended(Workspace.objects.get(slug="elsewhere"), sam, 2)
        assert "No project is finished yet" in client_for(alice).get(CALIBRATION).content.decode()

    def test_a_proposal_is_shown_before_and_after_and_members_only_read_it(self, workspace, alice, vic, client_for):
        ended(workspace, alice, 6, ratio=1.5)
        page = client_for(alice).get(CALIBRATION).content.decode()
        assert "Correct later estimates by this" in page
        assert "× 1 → <b>× 1." in page
        page = client_for(vic).get(CALIBRATION).content.decode()
        assert "Correct later estimates by this" not in page
        assert "Only an owner can change this." in page

    def test_it_speaks_portuguese(self, workspace, alice, client_for):
        ended(workspace, alice, 6, ratio=1.5)
        page = client_for(alice).get(CALIBRATION, headers={"accept-language": "pt-br"}).content.decode()
        assert "De 6 projetos concluídos" in page
        assert "× 1 → <b>× 1," in page


class TestFit:
    @pytest.fixture
    def six(self, workspace, alice):
        return ended(workspace, alice, 6, ratio=1.6)

    def test_every_later_estimate_names_version_and_date(self, six, project, workspace, alice, client_for):
        estimated(project, alice)
        before = selectors.cost(project).result
        row = apply(workspace, alice)
        assert row.number == 1
        costs.estimate(project=project, by=alice)
        found = json.loads(Estimate.objects.filter(project=project).latest("number").result)
        assert found["p50"] > before["p50"]
        assert (found["fit"]["version"], found["fit"]["date"]) == (1, timezone.localdate().isoformat())
        page = client_for(alice).get("/p/churn-in-prepaid-mobile/costs/").content.decode()
        assert "corrections of the workspace, version 1 of" in page
        assert "Correction from finished projects Engineering" in page

    def test_a_plan_says_that_it_was_corrected(self, six, project, workspace, alice, client_for):
        apply(workspace, alice)
        estimated(project, alice)
        spend(project, alice, "labels", 5)
        page = client_for(alice).get("/p/churn-in-prepaid-mobile/costs/actuals/").content.decode()
        assert "version 1." in page.partition("It was made with the workspace")[2][:60]

    def test_a_second_fit_reads_the_bare_ranges(self, six, workspace, alice):
        """The finished projects are the same, so the proposal is, though estimates are corrected by now."""
        apply(workspace, alice)
        page = showing.calibration(workspace)
        assert page.same
        assert apply(workspace, alice).number == 1

    def test_taken_back_estimates_are_as_they_were(self, six, project, workspace, alice):
        estimated(project, alice)
        before = selectors.cost(project)
        apply(workspace, alice)
        assert selectors.cost(project).inputs_digest != before.inputs_digest
        actions.fit_take_back(workspace=workspace, by=alice)
        assert selectors.cost(project).inputs_digest == before.inputs_digest
        assert selectors.cost(project).recorded
        assert [row.number for row in rates.calibrations(workspace)] == [2, 1]
        assert actions.fit_take_back(workspace=workspace, by=alice) is None
        assert apply(workspace, alice).number == 3

    @EITHER
    def test_a_proposal_that_moved_meanwhile_is_409_and_changes_nothing(
        self, six, workspace, alice, client_for, headers
    ):
        read = rates.fit_digest(rates.proposal(workspace, rates.record(workspace)))
        spend(six[0], alice, "labels", 123456)
        response = client_for(alice).post(f"{CALIBRATION}apply/", {"read": read}, **headers)
        assert response.status_code == 409
        assert "The finished projects say something else by now" in response.content.decode()
        assert not Calibration.objects.exists()

    @EITHER
    def test_too_few_is_422(self, workspace, alice, client_for, headers):
        ended(workspace, alice, 2)
        response = client_for(alice).post(f"{CALIBRATION}apply/", {"read": "x"}, **headers)
        assert response.status_code == 422
        assert "Too few projects are finished" in response.content.decode()

    def test_the_action_refuses_too(self, workspace, alice):
        with pytest.raises(Refused, match="fit_too_few"):
            actions.fit_apply(workspace=workspace, read="", by=alice)

    def test_results_carry_it(self, six, project, workspace, alice):
        estimated(project, alice)
        apply(workspace, alice)
        results = COSTS.results(project)
        assert results["fit"]["version"] == 1
        found = {each["key"]: each for each in results["assumptions"]}
        assert found["fit_bias:run"]["label"]["pt_BR"] == "Correção por projetos concluídos: Operação"
        assert "version 1" in found["fit_bias:run"]["source"]["en"]
