"""The baselines page: picture, sentence, table."""

import re

import pytest

from mlcanvas.baselines import picture, selectors
from tests.baselines.baseline_cases import PAGE, baseline, target
from tests.fixtures_projects import FRAGMENT


def names(response) -> list[str]:
    """The baselines in their order."""
    return re.findall(r'/edit/">([^<]+)</a>', response.content.decode())


class TestRegistry:
    @pytest.mark.parametrize("who", ["alice", "erin", "rita", "vic"])
    def test_members_read_it(self, project, client_for, request, who):
        baseline(project)
        response = client_for(request.getfixturevalue(who)).get(PAGE)
        assert response.status_code == 200
        assert "Baseline B01" in response.content.decode()

    def test_stranger_sees_404(self, project, sam, client_for):
        assert client_for(sam).get(PAGE).status_code == 404

    def test_anonymous_goes_to_sign_in(self, project, client):
        assert client.get(PAGE).headers["Location"].startswith("/account/login/")

    def test_post_is_not_allowed(self, project, erin, client_for):
        assert client_for(erin).post(PAGE).status_code == 405

    def test_a_fragment_is_the_registry_alone(self, project, erin, client_for):
        page = client_for(erin).get(PAGE, **FRAGMENT).content.decode().strip()
        assert page.startswith('<div class="container-xl page" id="registry">')

    def test_an_empty_registry_teaches(self, project, erin, client_for):
        assert "Nothing to beat yet" in client_for(erin).get(PAGE).content.decode()

    def test_a_viewer_finds_nothing_to_press(self, project, vic, client_for):
        baseline(project)
        page = client_for(vic).get(PAGE).content.decode()
        assert "/remove/" not in page
        assert "/add/" not in page

    def test_queries_do_not_grow(self, project, alice, client_for, count_queries):
        client = client_for(alice)
        target(project)
        for number in range(10):
            baseline(project, f"B{number:02}")
        few = count_queries(lambda: client.get(PAGE))
        for number in range(10, 20):
            baseline(project, f"B{number:02}")
        assert count_queries(lambda: client.get(PAGE)) == few
        assert few <= 7

    def test_the_sentence_says_what_a_model_must_add(self, project, erin, client_for):
        target(project)
        baseline(project, "B01", name="Rule", value=0.7)
        baseline(project, "B02", name="Experts", value=0.9, kind="human")
        page = client_for(erin).get(PAGE).content.decode()
        assert (
            "To reach 0.85, a model must be better by 0.15 than the best baseline, Rule (0.7): "
            "50\xa0% fewer errors, 75\xa0% of the way to people." in page
        )

    @pytest.mark.parametrize(
        ("values", "sentence", "standing"),
        [
            ({"value": 0.9}, "is already better than the target of 0.85", "already better than the target"),
            ({"value": 0.84, "high": 0.88}, "cannot be told apart from the target", "level with the target"),
            ({"value": 0.8}, "a model must be better by 0.05", "0.05 short of the target"),
            (
                {"comparable": "no", "comparable_why": "other country"},
                "Nothing here can",
                "not compared: other country",
            ),
            ({"active": False}, "Nothing here can be compared", "not active"),
        ],
    )
    def test_verdicts(self, project, erin, client_for, values, sentence, standing):
        target(project)
        baseline(project, **values)
        page = client_for(erin).get(PAGE).content.decode()
        assert sentence in page
        assert standing in page

    def test_without_a_target_it_leads_to_the_scope(self, project, erin, client_for):
        baseline(project)
        page = client_for(erin).get(PAGE).content.decode()
        assert "This metric has no target yet." in page
        assert "/scope/#metrics" in page

    def test_other_data_is_shown_grey_and_last(self, project, erin, client_for):
        target(project)
        baseline(project, "B01", name="ours", value=0.7)
        baseline(project, "B02", name="ours too", value=0.6)
        baseline(project, "B03", name="theirs", value=0.99, dataset="public")
        response = client_for(erin).get(PAGE)
        assert names(response) == ["ours", "ours too", "theirs"]
        assert "measured on other data" in response.content.decode()

    def test_the_main_metric_comes_first(self, project, erin, client_for):
        target(project, key="speed", metric="", name="Hours saved by hand", primary=False, kind="project")
        target(project)
        baseline(project, "B01", metric="rmse", direction="lower", value=3)
        baseline(project, "B02", metric="speed", value=10)
        baseline(project, "B03")
        boards = selectors.registry(project).boards
        assert [board.metric for board in boards] == ["accuracy", "speed", "rmse"]
        page = client_for(erin).get(PAGE).content.decode()
        assert "Hours saved by hand" in page

    def test_a_metric_that_the_project_gave_up_is_still_shown(self, project, erin, client_for):
        baseline(project, metric="gone", direction="lower")
        board = selectors.registry(project).boards[0]
        assert (board.metric, board.direction, board.goal) == ("gone", "lower", None)
        assert client_for(erin).get(PAGE).status_code == 200

    def test_it_speaks_portuguese_with_a_decimal_comma(self, project, erin, client_for):
        baseline(project, value=0.735)
        page = client_for(erin).get(PAGE, headers={"accept-language": "pt-br"}).content.decode()
        assert "0,735" in page
        assert "Regra de um especialista" in page
        # Inside the drawing a comma would be two numbers.
        assert not re.search(r'd="[^"]*,[^"]*"', page)

    @pytest.mark.parametrize(
        "name", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7|add:7 }}", "%(why)s {0}"]
    )
    def test_names_stay_names(self, project, erin, client_for, name):
        target(project)
        baseline(project, name=name, dataset=name, comparable_why=name, source_name=name)
        baseline(project, "B02", name=name, comparable="no", comparable_why=name)
        for address in (PAGE, f"{PAGE}B01/edit/"):
            page = client_for(erin).get(address).content.decode()
            assert "<script>alert" not in page
            assert "<img src=x" not in page


class TestPicture:
    @pytest.mark.parametrize(
        ("values", "goal"),
        [
            ([0.7, 0.72], 0.85),
            ([0.0, 1.0], 1.0),
            ([0.5], None),
            ([0.5], 0.5),
            ([0.0], None),
            ([1.0], None),
            ([123_456.0, 1e15], None),
            ([-5.0, 5.0], 0.0),
            ([1e-9, 2e-9], None),
        ],
    )
    @pytest.mark.parametrize("bounded", [True, False])
    def test_everything_is_on_the_line(self, project, values, goal, bounded):
        metric = "accuracy" if bounded and all(0 <= value <= 1 for value in values) else "speed"
        target(project, goal, metric="" if metric == "speed" else metric, key="speed")
        for number, value in enumerate(values):
            baseline(project, f"B{number:02}", metric=metric, value=value)
        registry = selectors.registry(project)
        board = registry.boards[0]
        line = picture.line(board, registry.known[metric].metric)
        for row in board.rows:
            assert 0 <= line.mark(row).x <= 1000
        if goal is not None:
            assert 0 <= line.target <= 1000
        if metric == "accuracy":
            assert 0 <= line.start < line.end <= 1

    def test_an_interval_is_drawn(self, project):
        baseline(project, value=0.5, low=0.4, high=0.6)
        baseline(project, "B02", value=0.5)
        board = selectors.registry(project).boards[0]
        line = picture.line(board, None)
        marks = {row.entry.key: line.mark(row) for row in board.rows}
        assert marks["B01"].spread
        assert marks["B01"].low < marks["B01"].x < marks["B01"].high
        assert not marks["B02"].spread
