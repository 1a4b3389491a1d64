"""Costs in the project file and in revisions."""

import jsonschema
import pytest

from mlcanvas import catalog
from mlcanvas.costs import actions, selectors
from mlcanvas.costs.content import COSTS
from mlcanvas.costs.models import Answer, Estimate, Sheet
from mlcanvas.domain.canonical import canonical_json
from mlcanvas.domain.refusal import Refused
from mlcanvas.projects import parts

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
