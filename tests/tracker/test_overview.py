"""The first page of a project."""

import pytest

from mlcanvas import catalog
from mlcanvas.costs import actions as costs
from mlcanvas.projects import actions as projects
from mlcanvas.risks import actions as risks
from mlcanvas.scope import actions as scope
from mlcanvas.tracker import selectors
from mlcanvas.tracker.pictures import cost_range, table
from tests.tracker.words import BLOCKS, METRIC, RISK, RISK_ANSWERS, baseline

PAGE = "/p/churn-in-prepaid-mobile/"


@pytest.fixture
def filled(project, erin):
    """A project with an answer in every part."""
    projects.save_text(project=project, key="scope/problem", text="Calls are wasted.", base=0, by=erin)
    aim = METRIC | {"name": "AUC on calls", "kind": "model", "metric": "auc_roc", "target": 0.75, "primary": True}
    scope.metric_add(project=project, by=erin, **aim)
    for factor, level in RISK_ANSWERS.items():
        risks.answer(project=project, factor=factor, level=level, by=erin)
    risks.risk_add(project=project, by=erin, **RISK)
    costs.answer(project=project, question="C2_available", value=12_000, by=erin)
    baseline(project, erin, kind="heuristic", name="Today's rule", value=0.71)
    baseline(project, erin, kind="human", name="Two agents", value=0.76)
    projects.set_fact(project=project, key="personal_data", value="yes", by=erin)
    return project


class TestOverview:
    def test_an_empty_project_says_how_to_begin(self, project, vic, client_for):
        page = client_for(vic).get(PAGE).content.decode()
        for words in ("No estimate yet", "Not scored yet", "Nothing measured yet", "Describe the problem", "0 of 11"):
            assert words in page

    def test_a_filled_project_shows_its_figures(self, filled, vic, client_for):
        page = client_for(vic).get(PAGE).content.decode()
        for words in ("4 · High", "1 high or critical risk", "1 without an owner", "0.71", "Today&#x27;s rule",
                      "target 0.75", "people 0.76", "1 in 10 below", "no open risk is a legal one"):  # fmt: skip
            assert words in page
        assert 'aria-label="Risk 2 of 3, impact 3 of 3"' in page

    def test_a_target_that_the_answers_cannot_reach_is_said_instead_of_a_range(self, filled, erin, vic, client_for):
        aim = METRIC | {"name": "AUC of all", "kind": "model", "metric": "auc_roc", "target": 0.8, "primary": True}
        scope.metric_add(project=filled, by=erin, **aim)
        page = client_for(vic).get(PAGE).content.decode()
        assert "No estimate holds" in page
        assert "cannot be removed by data alone" in page
        assert "1 in 10 below" not in page
        assert "No estimate yet" not in page

    def test_numbers_follow_the_language_and_pictures_do_not(self, filled, vic, client_for):
        page = client_for(vic).get(PAGE, headers={"accept-language": "pt-br"}).content.decode()
        assert "0,71" in page
        assert "Diga por que" not in page.partition("<svg")[0]
        for svg in page.split("<svg")[1:]:
            picture = svg.partition("</svg>")[0]
            assert 'x="0,' not in picture
            assert ',0"' not in picture

    def test_the_next_three_things_lead_to_the_page_that_mends_them(self, filled):
        steps = selectors.overview(filled).steps
        assert [(step.checkpoint.key, step.address) for step in steps] == [
            ("SC-01", f"{PAGE}lifecycle/?stage=scope#SC-01"),
            ("SC-02", f"{PAGE}scope/#box-why_ml"),
            ("SC-03", f"{PAGE}scope/#box-business_objective"),
        ]

    def test_what_is_missing_is_where_the_step_leads(self, filled, erin, client_for):
        steps = selectors.todo(filled, selectors.tracked(filled).held[0].missing, all_missing=True)
        found = {step.missing.code: step.address for step in steps}
        assert found["missing_deadline"] == found["missing_metric_economic"] == f"{PAGE}scope/#metrics"
        assert found["missing_risk_owner"] == f"{PAGE}risks/P01/#id_owner"
        client = client_for(erin)
        for address in found.values():
            page = client.get(address.partition("#")[0], follow=True).content.decode()
            assert f'id="{address.partition("#")[2]}"' in page or "#" not in address

    def test_a_full_part_says_what_a_gate_still_asks_of_it(self, project, erin, vic, client_for):
        for question in catalog.scope_questions():
            projects.save_text(project=project, key=f"scope/{question.key}", text=question.key, base=0, by=erin)
        scope.metric_add(project=project, by=erin, **METRIC | {"name": "AUC", "kind": "model", "target": 0.8})
        part = next(part for part in selectors.overview(project).parts if part.label == "Scope")
        assert (part.ready, part.asked.missing.code) == (100, "missing_metric_project")
        page = client_for(vic).get(PAGE).content.decode()
        assert "a gate still asks:" in page
        assert 'aria-label="all of it is filled in"' in page

    def test_a_canvas_of_drafts_says_what_the_other_half_is(self, project, erin, vic, client_for):
        canvas = f"{PAGE}canvas/ml_canvas_v1_1/"
        for block in BLOCKS:
            client_for(erin).post(f"{canvas}{block}/save/", {"text": "x", "base": "0"})
        page = client_for(vic).get(PAGE).content.decode()
        assert "All blocks are filled; 10 are not agreed yet" in page

    def test_an_empty_block_is_opened_large(self, project):
        steps = selectors.todo(project, selectors.tracked(project).held[0].missing)
        address = next(step.address for step in steps if step.checkpoint.key == "SC-07")
        assert address == f"{PAGE}canvas/block/value_proposition/"

    def test_gates_are_of_now_whichever_part_wrote_last(self, filled):
        assert selectors.overview(filled).gate == selectors.gates(filled)[selectors.stage(filled)]
        assert selectors.readiness(filled) > 0

    def test_stranger_sees_404(self, project, sam, client_for):
        assert client_for(sam).get(PAGE).status_code == 404

    def test_anonymous_goes_to_sign_in(self, project, client):
        assert client.get(PAGE).status_code == 302

    def test_post_is_not_allowed(self, project, erin, client_for):
        assert client_for(erin).post(PAGE).status_code == 405

    def test_queries_do_not_grow_with_rows(self, filled, erin, client_for, count_queries):
        client = client_for(erin)
        few = count_queries(lambda: client.get(PAGE))
        for number in range(5):
            risks.risk_add(project=filled, by=erin, **RISK | {"title": f"Risk {number}"})
            baseline(filled, erin, kind="simple_model", name=f"Tree {number}")
        assert count_queries(lambda: client.get(PAGE)) == few


class TestPictures:
    def test_a_range_lies_inside_its_bar(self):
        found = cost_range(55_000, 73_000, 93_000)
        assert (found.start, found.width, found.middle) == ("51.4%", "35.5%", "68.3%")

    @pytest.mark.parametrize("figures", [(None, 1, 2), (1, None, 2), (1, 2, None), (0, 0, 0)])
    def test_there_is_no_range_without_three_figures(self, figures):
        assert cost_range(*figures) is None

    def test_the_table_has_nine_cells_and_five_tiers(self):
        cells = table(2, 3)
        assert [cell.tier for cell in cells] == [3, 4, 5, 2, 3, 4, 1, 2, 3]
        assert [cell.tier for cell in cells if cell.here] == [4]
        assert not any(cell.here for cell in table(None, None))
