"""Costs in the project file and in revisions."""

import jsonschema
import pytest

from mlcanvas import catalog
from mlcanvas.costs import actions, selectors
from mlcanvas.costs.content import COSTS
from mlcanvas.costs.models import Answer, Estimate, Sheet
from mlcanvas.domain.canonical import canonical_json
from mlcanvas.domain.refusal import Refused
from mlcanvas.exchange.actions import project_import
from mlcanvas.exchange.problems import Unreadable
from mlcanvas.exchange.selectors import project_file
from mlcanvas.projects import parts
from mlcanvas.projects.comparing import compare
from mlcanvas.projects.models import Project

CONTENT = {
    "seed": 20_260_801,
    "answers": {
        "D1_industry": "similar",
        "D4_requests": "unknown",
        "T1_day_rate": {"low": 380, "likely": 450.5, "high": 600},
        "O1_horizon": 2,
    },
    "pilot": [{"labelled": 500, "error": 0.3}, {"labelled": 2000, "error": 0.18}],
}


def check(content):
    jsonschema.validate(content, COSTS.schema())


def test_the_schema_is_valid_and_knows_every_question():
    jsonschema.Draft202012Validator.check_schema(COSTS.schema())
    asked = COSTS.schema()["properties"]["answers"]["properties"]
    assert set(asked) == {q.key for q in catalog.cost_questionnaire().questions} - {"C3_pilot"}


def test_what_is_written_is_read_back(project, alice):
    check(CONTENT)
    COSTS.write(project, CONTENT, alice)
    assert canonical_json(COSTS.read(project)) == canonical_json(CONTENT)
    COSTS.write(project, COSTS.read(project), alice)
    assert canonical_json(COSTS.read(project)) == canonical_json(CONTENT)


def test_writing_replaces_everything(project, alice):
    COSTS.write(project, CONTENT, alice)
    COSTS.write(project, {}, alice)
    assert COSTS.read(project) == {}
    assert not Answer.objects.exists()
    assert not Sheet.objects.exists()


def test_a_file_without_a_seed_gives_the_same_seed_each_time(project, alice):
    content = {key: value for key, value in CONTENT.items() if key != "seed"}
    COSTS.write(project, content, alice)
    first = COSTS.read(project)
    COSTS.write(project, content, alice)
    assert COSTS.read(project) == first
    check(first)


def test_an_import_is_recorded_when_all_parts_are_in_place(project, alice, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        COSTS.write(project, CONTENT, alice)
        assert not Estimate.objects.exists()
    assert Estimate.objects.get(project=project).seed == CONTENT["seed"]
    assert selectors.cost(project).recorded


@pytest.mark.parametrize(
    ("content", "path"),
    [
        ({"answers": {"T1_day_rate": {"low": 3, "likely": 2, "high": 4}}}, "costs.answers.T1_day_rate.low"),
        ({"answers": {"D9": 1}}, "costs.answers.D9"),
        ({"pilot": [{"labelled": 5, "error": 0}]}, "costs.pilot.0.error"),
        ({"seed": -1}, "costs.seed"),
        ({"seed": 1.5}, "costs.seed"),
    ],
)
def test_what_a_schema_cannot_say_is_refused_at_its_place(project, alice, content, path):
    with pytest.raises(Refused) as refused:
        COSTS.write(project, content, alice)
    assert refused.value.path == path


@pytest.mark.parametrize(
    "content",
    [
        {"answers": {"D9": 1}},
        {"answers": {"D1_industry": "maybe"}},
        {"answers": {"T1_day_rate": 5}},
        {"answers": {"O1_horizon": -1}},
        {"answers": {"D4_requests": {"low": 0, "likely": 1, "high": 2}}},
        {"answers": {"C4_auto_share": {"low": 0, "likely": 1, "high": 200}}},
        {"pilot": [{"labelled": 5}]},
        {"seed": 2**31},
        {"extra": 1},
    ],
)
def test_the_schema_refuses_what_is_wrong(content):
    with pytest.raises(jsonschema.ValidationError):
        check(content)


def test_results_carry_figures_labels_origins_and_versions(project, alice):
    assert COSTS.results(project) == {"refused": {"code": "cost_nothing_answered", "values": {}}}
    COSTS.write(project, CONTENT, alice)
    results = COSTS.results(project)
    assert results["p10"] < results["p50"] < results["p80"] < results["p90"]
    assert [line["key"] for line in results["lines"]] == [line.key for line in catalog.cost_questionnaire().lines]
    assert results["lines"][0]["label"] == {"en": "Labels", "pt_BR": "Rótulos"}
    assert results["seed"] == CONTENT["seed"]
    assert results["rule_version"]
    for assumption in results["assumptions"]:
        assert assumption["origin"] in ("default", "assumption", "fact")
        if assumption["origin"] != "fact":
            assert assumption["source"]["pt_BR"]
            assert assumption["date"]
    canonical_json(results)


def test_costs_are_a_part_of_every_project(project, alice):
    actions.answer(project=project, question="O1_horizon", value=2, by=alice)
    assert parts.content(project)["costs"]["answers"] == {"O1_horizon": 2}
    assert parts.results(project)["costs"]["p50"] > 0


SCENARIOS = {
    "plan": "Our own people",
    "scenarios": [
        {"key": "S1", "name": "Empty"},
        {
            "key": "S3",
            "name": "Bought",
            "note": "An offer of\nMay.",
            "target": 0.95,
            "answers": {"C5_price": {"low": 0.1, "likely": 0.2, "high": 0.4}, "T1_day_rate": "unanswered"},
            "pilot": "unanswered",
        },
        {"key": "S2", "name": "Long", "target": 1, "answers": {"O1_horizon": 9}, "pilot": CONTENT["pilot"][:1]},
    ],
}


class TestScenarios:
    content = {**CONTENT, **SCENARIOS}

    def test_they_come_back_as_they_were(self, project, alice):
        check(self.content)
        for content in (self.content, {"seed": 5, **SCENARIOS}, {"seed": 5, "scenarios": [{"key": "S1", "name": "A"}]}):
            COSTS.write(project, content, alice)
            assert canonical_json(COSTS.read(project)) == canonical_json(content)
            check(COSTS.read(project))

    def test_an_answer_that_the_plan_has_by_now_stays_an_own_one(self, project, alice):
        said = {"seed": 1, "answers": {"O1_horizon": 9}, "scenarios": [{"key": "S1", "name": "A"}]}
        said["scenarios"][0]["answers"] = {"O1_horizon": 9}
        COSTS.write(project, said, alice)
        assert canonical_json(COSTS.read(project)) == canonical_json(said)

    def test_writing_replaces_them(self, project, alice):
        COSTS.write(project, self.content, alice)
        COSTS.write(project, CONTENT, alice)
        assert COSTS.read(project) == CONTENT
        COSTS.write(project, {}, alice)
        assert COSTS.read(project) == {}

    @pytest.mark.parametrize(
        ("place", "changed", "code", "path"),
        [
            (1, {"key": "S1"}, "cost_scenario_key_taken", "costs.scenarios.1.key"),
            (1, {"name": "EMPTY"}, "cost_scenario_name_taken", "costs.scenarios.1.name"),
            (1, {"name": " "}, "cost_scenario_name", "costs.scenarios.1.name"),
            (0, {"answers": {"D9": 1}}, "cost_question_unknown", "costs.scenarios.0.answers.D9"),
            (
                2,
                {"answers": {"T1_day_rate": {"low": 3, "likely": 2, "high": 4}}},
                "cost_range_order",
                "costs.scenarios.2.answers.T1_day_rate.low",
            ),
            (2, {"pilot": [{"labelled": 5, "error": 0}]}, "cost_pilot_error", "costs.scenarios.2.pilot.0.error"),
        ],
    )
    def test_a_mistake_is_refused_at_its_place(self, project, alice, place, changed, code, path):
        rows = [dict(row) for row in SCENARIOS["scenarios"]]
        rows[place] |= changed
        with pytest.raises(Refused, match=code) as refused:
            COSTS.write(project, {**CONTENT, "scenarios": rows}, alice)
        assert refused.value.path == path

    @pytest.mark.parametrize(
        "wrong",
        [
            {"key": "X1", "name": "A"},
            {"key": "S0", "name": "A"},
            {"key": "S1"},
            {"key": "S1", "name": ""},
            {"key": "S1", "name": "A" * 201},
            {"key": "S1", "name": "A", "note": "A" * 1001},
            {"key": "S1", "name": "A", "target": "high"},
            {"key": "S1", "name": "A", "answers": {"D1_industry": "maybe"}},
            {"key": "S1", "name": "A", "pilot": "none"},
            {"key": "S1", "name": "A", "seed": 1},
        ],
    )
    def test_the_schema_refuses_what_is_wrong(self, wrong):
        with pytest.raises(jsonschema.ValidationError):
            check({"scenarios": [wrong]})
        with pytest.raises(jsonschema.ValidationError):
            check({"answers": {"O1_horizon": "unanswered"}})

    def test_results_carry_their_ranges(self, project, alice):
        COSTS.write(project, self.content, alice)
        results = COSTS.results(project)["scenarios"]
        assert [each["key"] for each in results] == ["S1", "S3", "S2"]
        assert results[0]["p50"] == COSTS.results(project)["p50"]
        canonical_json(results)

    def test_a_comparison_of_two_states_is_readable(self, project, alice):
        before = {"costs": self.content}
        rows = [dict(row) for row in SCENARIOS["scenarios"]]
        rows[1] = {**rows[1], "target": 0.9, "answers": {"D1_industry": "none", "T1_day_rate": "unanswered"}}
        (part,) = compare(before, {"costs": {**self.content, "plan": "Other people", "scenarios": rows[:2]}})
        said = {change.label: (change.before, change.after) for change in part.changes}
        assert said["Name of the plan"] == ("Our own people", "Other people")
        assert said["Scenario · Bought · Target"] == ("0.95", "0.9")
        assert said["Scenario · Bought · Has a company solved this?"] == ("", "No, nothing known")
        assert said["Scenario · Bought · Price of one label, if bought by the piece"] == (
            "low: 0.1; likely: 0.2; high: 0.4",
            "",
        )
        assert said["Scenario · Long"][0].startswith("Target: 1; Years in operation: 9")

    def test_a_broken_one_in_a_file_is_told_with_its_line(self, workspace, alice):
        text = """format: mlcanvas-project
version: 1
project:
  name: Imported
costs:
  answers:
    O1_horizon: 2
  scenarios:
    - key: S1
      name: Good
    - key: S2
      name: Bad
      answers:
        T1_day_rate: {low: 3, likely: 2, high: 4}
"""
        with pytest.raises(Unreadable) as unreadable:
            project_import(workspace=workspace, text=text, by=alice)
        (problem,) = unreadable.value.problems
        assert problem.line == 14
        assert problem.path == "costs.scenarios[1].answers.T1_day_rate.low"
        assert "must not fall" in problem.sentence
        assert not Project.objects.exists()

    @pytest.mark.parametrize(
        ("wrong", "sentence"),
        [
            ("pilot: none", "“none” is not one of: unanswered."),
            ("pilot: 3", "This has to be a list"),
            ("answers: {O1_horizon: soon}", "unknown, unanswered"),
            ("answers: {D1_industry: soon}", "unknown, unanswered"),
            ("target: high", "number"),
        ],
    )
    def test_what_the_schema_refuses_is_told_with_its_line(self, workspace, alice, wrong, sentence):
        text = f"""format: mlcanvas-project
version: 1
project:
  name: Imported
costs:
  scenarios:
    - key: S1
      name: Bad
      {wrong}
"""
        with pytest.raises(Unreadable) as unreadable:
            project_import(workspace=workspace, text=text, by=alice)
        (problem,) = unreadable.value.problems
        assert problem.line == 9
        assert problem.path.startswith("costs.scenarios[0].")
        assert sentence in problem.sentence

    def test_a_file_comes_back_byte_for_byte_and_costs_the_same(self, project, alice, workspace):
        COSTS.write(project, self.content, alice)
        first = project_file(project)
        assert "{low: 0.1, likely: 0.2, high: 0.4}" in first
        assert first.count("- {labelled: 500, error: 0.3}") == 2
        again = project_import(workspace=workspace, text=first, by=alice)
        assert project_file(again) == first
        assert COSTS.results(again)["scenarios"] == COSTS.results(project)["scenarios"]
