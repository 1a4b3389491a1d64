"""The baseline part in the project file and in a revision, and the rules of the database."""

import jsonschema
import pytest
from django.db import IntegrityError, transaction

from mlcanvas.baselines.content import BASELINES
from mlcanvas.domain.canonical import canonical_json
from mlcanvas.domain.refusal import Refused
from mlcanvas.projects import parts
from mlcanvas.projects import selectors as projects
from tests.baselines.baseline_cases import baseline, target

FULL = {
    "entries": [
        {
            "key": "B01",
            "name": "Rule",
            "kind": "heuristic",
            "metric": "accuracy",
            "value": 0.7,
            "low": 0.68,
            "high": 0.72,
            "n": 1200,
            "direction": "higher",
            "unit": "share",
            "dataset": "churn-2025",
            "dataset_revision": "v2",
            "split": "test",
            "measured_on": "2026-03-01",
            "measured_by": "Ann",
            "protocol": "as usual",
            "source_name": "Wiki",
            "source_url": "https://example.org/",
            "licence": "MIT",
            "comparable": "partly",
            "comparable_why": "older customers",
            "active": False,
            "notes": "n",
        },
        {
            "key": "experts",
            "name": "Experts",
            "kind": "human",
            "metric": "accuracy",
            "value": 0.0,
            "direction": "higher",
            "comparable": "yes",
            "active": True,
        },
    ]
}


class TestPart:
    def test_it_is_registered(self):
        assert BASELINES in parts.parts()

    def test_what_is_read_is_what_was_written(self, project, erin):
        BASELINES.write(project, FULL, erin)
        assert BASELINES.read(project) == FULL
        jsonschema.validate(BASELINES.read(project), BASELINES.schema())
        once = canonical_json(BASELINES.read(project))
        BASELINES.write(project, BASELINES.read(project), erin)
        assert canonical_json(BASELINES.read(project)) == once

    def test_an_empty_part_says_nothing(self, project, erin):
        BASELINES.write(project, FULL, erin)
        BASELINES.write(project, {}, erin)
        assert BASELINES.read(project) == {}
        assert "best_baseline" not in projects.facts(project)

    def test_what_is_left_out_has_its_default(self, project, erin):
        entry = {"key": "B01", "name": "x", "kind": "random", "metric": "mae", "value": 3}
        BASELINES.write(project, {"entries": [entry]}, erin)
        read = BASELINES.read(project)["entries"][0]
        assert (read["direction"], read["comparable"], read["active"]) == ("lower", "yes", True)

    def test_a_metric_that_the_project_no_longer_has_is_kept(self, project, erin):
        entry = {"key": "B01", "name": "x", "kind": "random", "metric": "gone", "value": 3, "direction": "lower"}
        BASELINES.write(project, {"entries": [entry]}, erin)
        assert BASELINES.read(project)["entries"][0]["metric"] == "gone"

    @pytest.mark.parametrize(
        ("change", "code", "path"),
        [
            ({"value": 1.5}, "baseline_value_outside", "baselines.entries[0].value"),
            ({"low": 0.9}, "baseline_low_above_value", "baselines.entries[0].low"),
            ({"direction": "lower"}, "baseline_direction_differs", "baselines.entries[0].direction"),
            ({"metric": "luck"}, "baseline_metric_unknown", "baselines.entries[0].metric"),
            ({"comparable": "no"}, "baseline_why_missing", "baselines.entries[0].comparable_why"),
            ({"source_url": "file:///etc/passwd"}, "baseline_url_unusable", "baselines.entries[0].source_url"),
            ({"name": " "}, "baseline_name_empty", "baselines.entries[0].name"),
            ({"kind": "luck"}, "baseline_kind_unknown", "baselines.entries[0].kind"),
            ({"key": "B02"}, "baseline_key_twice", "baselines.entries[1].key"),
        ],
    )
    def test_what_a_schema_cannot_say_is_refused_with_its_place(self, project, erin, change, code, path):
        row = {"key": "B01", "name": "x", "kind": "random", "metric": "accuracy", "value": 0.5}
        with pytest.raises(Refused) as refused, transaction.atomic():
            BASELINES.write(project, {"entries": [row | change, row | {"key": "B02"}]}, erin)
        assert (refused.value.code, refused.value.path) == (code, path)

    @pytest.mark.parametrize(
        "wrong",
        [
            {"luck": 1},
            {"entries": [{"key": "B01"}]},
            {"entries": [FULL["entries"][1] | {"kind": "luck"}]},
            {"entries": [FULL["entries"][1] | {"value": "0.7"}]},
            {"entries": [FULL["entries"][1] | {"surprise": 1}]},
            {"entries": [FULL["entries"][1] | {"n": 0}]},
        ],
    )
    def test_the_schema_refuses_what_is_unknown(self, wrong):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, BASELINES.schema())

    def test_results_hold_the_comparison_with_its_labels(self, project):
        target(project)
        baseline(project, value=0.7)
        baseline(project, "B02", value=0.9, kind="human")
        results = BASELINES.results(project)
        board = results["comparison"][0]
        assert results["main"] == "accuracy"
        assert (board["goal_name"], board["target"], board["best"], board["human"]) == (
            "Accuracy on the test month",
            0.85,
            "B01",
            "B02",
        )
        assert board["target_gap"] == {"gain": 0.15, "verdict": "beats", "error_cut": 0.5, "human_share": 0.75}
        assert [(row["key"], row["verdict"]) for row in board["rows"]] == [("B02", "beats"), ("B01", "misses")]
        canonical_json(results)

    def test_results_of_nothing(self, project):
        assert BASELINES.results(project)["comparison"] == []


class TestDatabase:
    @pytest.mark.parametrize(
        ("values", "constraint"),
        [
            ({"low": 0.8}, "baselines_baseline_low_up_to_value"),
            ({"high": 0.6}, "baselines_baseline_high_from_value"),
            ({"comparable": "maybe"}, "baselines_baseline_known_comparable"),
            ({"direction": "up"}, "baselines_baseline_known_direction"),
            ({"name": ""}, "baselines_baseline_has_name"),
        ],
    )
    def test_it_guarantees_what_the_rules_say(self, project, values, constraint):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            baseline(project, **values)

    def test_a_key_is_once_in_the_registry(self, project):
        baseline(project)
        with pytest.raises(IntegrityError), transaction.atomic():
            baseline(project)
