"""What a part derives from facts and scope follows when those change."""

from mlcanvas.baselines import actions as baselines
from mlcanvas.projects import actions, selectors
from mlcanvas.scope import actions as scope


def test_a_fact_moves_feasibility_at_once(project, alice):
    actions.set_fact(project=project, key="label_delay_days", value=0, by=alice)
    near = type(project.summary).objects.get(project=project).feasibility
    actions.set_fact(project=project, key="label_delay_days", value=400, by=alice)
    far = type(project.summary).objects.get(project=project).feasibility
    assert far < near


def test_a_new_main_metric_moves_the_baseline_to_beat_at_once(project, alice):
    common = {"kind": "existing_system", "dataset": "2026-Q3", "split": "test", "comparable": "yes"}
    baselines.baseline_add(project=project, by=alice, name="Share", metric="accuracy", value=0.7, **common)
    baselines.baseline_add(project=project, by=alice, name="Today", metric="mae", value=9.0, **common)
    scope.metric_add(project=project, by=alice, name="Share right", kind="model", metric="accuracy", direction="higher")
    assert selectors.facts(project)["best_baseline"] == {"metric": "accuracy", "value": 0.7, "name": "Share"}
    scope.metric_add(
        project=project, by=alice, name="Error", kind="model", metric="mae", direction="lower", primary=True
    )
    assert selectors.facts(project)["best_baseline"] == {"metric": "mae", "value": 9, "name": "Today"}
