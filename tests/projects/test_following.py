"""What a part derives from facts and scope follows when those change."""

import pytest
from django.http import Http404

from mlcanvas.baselines import actions as baselines
from mlcanvas.costs import actions as costs
from mlcanvas.costs import selectors as cost_selectors
from mlcanvas.costs.models import Estimate
from mlcanvas.projects import actions, selectors
from mlcanvas.projects.models import Project
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


def published(project):
    return Project.objects.select_related("summary").get(pk=project.pk).summary


class TestTheCostInLists:
    """What the overview and the portfolio show is what the cost page shows, and no record is made of it unasked."""

    def test_it_follows_a_fact(self, project, alice):
        costs.answer(project=project, question="O1_horizon", value=2, by=alice)
        before = published(project).p50
        actions.set_fact(project=project, key="archetype", value="autonomous", by=alice)
        assert published(project).p50 == cost_selectors.cost(project).result["p50"] > before
        assert Estimate.objects.filter(project=project).count() == 1

    def test_it_follows_what_another_part_has_derived(self, project, alice):
        costs.answer(project=project, question="O1_horizon", value=2, by=alice)
        actions.publish(project=project, p10=1, p50=2, p90=3)
        actions.derive_fact(project=project, key="stage", value="modelling_passed")
        after, now = published(project), cost_selectors.cost(project).result
        assert (after.p10, after.p50, after.p90) == (now["p10"], now["p50"], now["p90"])

    def test_it_stays_where_nothing_moved(self, project, alice, monkeypatch):
        costs.answer(project=project, question="O1_horizon", value=2, by=alice)
        actions.derive_fact(project=project, key="stage", value="scope_open")
        monkeypatch.setattr(cost_selectors.rules, "estimate", None)
        actions.derive_fact(project=project, key="stage", value="scope_open")


def test_an_action_on_a_project_that_somebody_just_deleted_finds_nothing(project, alice):
    old = Project.objects.get(pk=project.pk)
    actions.delete(project=project, by=alice)
    with pytest.raises(Http404):
        actions.set_fact(project=old, key="archetype", value="autonomous", by=alice)
