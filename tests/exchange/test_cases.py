"""The two worked cases: complete, and the same after every journey."""

import pytest

from mlcanvas import catalog
from mlcanvas.exchange.actions import project_import
from mlcanvas.exchange.reading import read
from mlcanvas.exchange.selectors import project_file
from mlcanvas.ops.demonstration import cases
from mlcanvas.projects import selectors as projects
from mlcanvas.projects.models import Project, Summary

CASES = cases()
by_case = pytest.mark.parametrize("case", CASES.values(), ids=CASES)


def test_there_is_one_in_each_language():
    assert sorted(read(case)["project"]["language"] for case in CASES.values()) == ["en", "pt-br"]


@by_case
def test_import_and_export_give_the_same_bytes(workspace, alice, case):
    first = project_import(workspace=workspace, text=case, by=alice)
    a = project_file(first)
    second = project_import(workspace=workspace, text=a, by=alice)
    b = project_file(second)
    assert first.slug != second.slug
    assert a == b
    assert a.encode() == case


@by_case
def test_the_other_project_does_not_change_it(workspace, alice, case):
    imported = [project_import(workspace=workspace, text=text, by=alice) for text in (*CASES.values(), case)]
    assert project_file(imported[-1]).encode() == case


@by_case
def test_what_follows_does_not_depend_on_the_journey(workspace, alice, case):
    first = project_import(workspace=workspace, text=case, by=alice)
    second = project_import(workspace=workspace, text=project_file(first), by=None)
    assert projects.snapshot(first) == projects.snapshot(second)
    shown = [
        {key: value for key, value in row.items() if key not in ("project_id", "updated_at")}
        for row in Summary.objects.values()
    ]
    assert shown[0] == shown[1]


@by_case
def test_the_list_shows_the_estimate_of_the_whole_project(workspace, alice, case):
    project = project_import(workspace=workspace, text=case, by=alice)
    project = Project.objects.select_related("summary").get(pk=project.pk)
    costs = projects.snapshot(project)["results"]["costs"]
    assert (project.summary.p50, project.summary.p90) == (costs["p50"], costs["p90"])


@by_case
def test_a_case_says_everything_that_a_team_would(case):
    content = read(case)
    blocks = content["canvas"]["blocks"]
    assert set(blocks) == set(catalog.canvas_templates()["ml_canvas_v1_1"].blocks)
    assert all(80 <= len(block["text"].split()) <= 150 for block in blocks.values())
    questions = {question.key for question in catalog.scope_questions()}
    assert questions <= content["scope"].keys()
    metrics = content["scope"]["metrics"]
    assert {metric["kind"] for metric in metrics} == {"model", "project", "economic"}
    assert all({"current", "target", "deadline"} <= metric.keys() for metric in metrics)
    asked = {fact.key for fact in catalog.facts().values() if not fact.derived}
    assert asked == content["facts"].keys()
    register = content["risks"]["register"]
    assert len(register) >= 12
    complete = {"cause", "event", "effect", "mitigation", "owner", "due", "current_likelihood", "residual_likelihood"}
    assert all(complete <= risk.keys() for risk in register)
    assert len(content["costs"]["pilot"]) >= 3
    kinds = {entry["kind"] for entry in content["baselines"]["entries"]}
    assert len(kinds) >= 4
    assert {"human", "heuristic"} <= kinds
    recorded = content["tracker"]["checkpoints"].values()
    assert sum("status" in checkpoint for checkpoint in recorded) >= 25
    assert sum("evidence" in checkpoint for checkpoint in recorded) >= 25
    links = [link["url"] for checkpoint in recorded for link in checkpoint.get("evidence", [])]
    links += [entry["source_url"] for entry in content["baselines"]["entries"] if "source_url" in entry]
    assert all(link.startswith("https://example.org/") for link in links)


@by_case
def test_numbers_agree_between_the_parts(case):
    content = read(case)
    entries = {entry["kind"]: entry for entry in content["baselines"]["entries"]}
    main = next(metric for metric in content["scope"]["metrics"] if metric.get("primary"))
    assert {entry["metric"] for entry in entries.values()} == {main["metric"]}
    assert entries["existing_system"]["value"] == main["current"]
    higher = main["direction"] == "higher"
    last = max(content["costs"]["pilot"], key=lambda point: point["labelled"])
    candidate = entries["previous_candidate"]["value"]
    assert last["error"] == pytest.approx(1 - candidate if higher else candidate)
    assert last["labelled"] == content["costs"]["answers"]["C2_labelled"]


@by_case
def test_the_estimate_is_plausible_and_pays(workspace, alice, case):
    project = project_import(workspace=workspace, text=case, by=alice)
    costs = projects.snapshot(project)["results"]["costs"]
    assert 150_000 < costs["p10"] < costs["p50"] < costs["p90"] < 2_500_000
    assert costs["p90"] / costs["p50"] < 2.5
    economic = next(metric for metric in read(case)["scope"]["metrics"] if metric["kind"] == "economic")
    assert costs["worth"]["likely"] == pytest.approx(economic["target"], rel=0.1)
    assert costs["worth"]["payback_years"] < 3
