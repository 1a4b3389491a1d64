"""The risk part in the project file and in a revision, and the rules of the database."""

import threading

import jsonschema
import pytest
from django.db import IntegrityError, connection, transaction

from mlcanvas.domain.canonical import canonical_json
from mlcanvas.domain.refusal import Refused
from mlcanvas.projects import parts
from mlcanvas.projects import selectors as projects
from mlcanvas.risks import actions, selectors
from mlcanvas.risks.content import RISKS
from mlcanvas.risks.models import Risk
from tests.risks.risk_cases import ANSWERS, risk

FULL = {
    "matrix": ANSWERS,
    "factors": {"money": 3, "team_skill": 1},
    "legal": {
        "brazil": "unsure",
        "practices": ["none"],
        "product": "no",
        "areas": ["education", "employment"],
        "narrow": "no",
        "profiling": "yes",
        "content": ["talks", "synthetic"],
        "general_purpose": "built_on",
        "role": ["provider", "deployer"],
    },
    "register": [
        {
            "key": "R01",
            "title": "No data",
            "category": "data",
            "cause": "c",
            "event": "e",
            "effect": "f",
            "stage": "scope",
            "likelihood": 5,
            "severity": 4,
            "current_likelihood": 4,
            "current_severity": 3,
            "residual_likelihood": 2,
            "residual_severity": 2,
            "treatment": "reduce",
            "mitigation": "m",
            "owner": "Ann",
            "due": "2027-03-31",
            "status": "open",
            "library": "R01",
        },
        {"key": "P01", "title": "Own", "category": "org", "likelihood": 2, "severity": 2, "status": "closed"},
    ],
}


class TestPart:
    def test_it_is_registered(self):
        assert RISKS in parts.parts()

    def test_what_is_read_is_what_was_written(self, project, erin):
        RISKS.write(project, FULL, erin)
        assert RISKS.read(project) == FULL
        jsonschema.validate(RISKS.read(project), RISKS.schema())

    def test_writing_it_again_changes_no_byte(self, project, erin):
        RISKS.write(project, FULL, erin)
        once = canonical_json(RISKS.read(project))
        RISKS.write(project, RISKS.read(project), erin)
        assert canonical_json(RISKS.read(project)) == once

    def test_an_empty_part_says_nothing(self, project, erin):
        assert RISKS.read(project) == {}
        RISKS.write(project, FULL, erin)
        RISKS.write(project, {}, erin)
        assert RISKS.read(project) == {}

    def test_the_status_is_open_when_left_out(self, project, erin):
        RISKS.write(
            project,
            {"register": [{"key": "P01", "title": "x", "category": "org", "likelihood": 1, "severity": 1}]},
            erin,
        )
        assert RISKS.read(project)["register"][0]["status"] == "open"

    def test_writing_publishes(self, project, erin):
        RISKS.write(project, FULL, erin)
        summary = projects.summary(project)
        assert (summary.tier, summary.value) == (4, 75)
        assert projects.facts(project)["risk_ratio"] == pytest.approx(12 / 20)

    @pytest.mark.parametrize(
        ("change", "code", "path"),
        [
            (
                {"residual_likelihood": 5, "residual_severity": 5},
                "risk_residual_above_inherent",
                "risks.register[0].residual_likelihood",
            ),
            ({"likelihood": 6}, "risk_step_outside", "risks.register[0].likelihood"),
            ({"residual_likelihood": 2}, "risk_half_position", "risks.register[0].residual_severity"),
            ({"title": " "}, "risk_title_empty", "risks.register[0].title"),
            ({"key": "P02"}, "risk_key_twice", "risks.register[1].key"),
        ],
    )
    def test_what_a_schema_cannot_say_is_refused_with_its_place(self, project, erin, change, code, path):
        row = {"key": "P01", "title": "x", "category": "org", "likelihood": 2, "severity": 2}
        with pytest.raises(Refused) as refused, transaction.atomic():
            RISKS.write(project, {"register": [row | change, row | {"key": "P02"}]}, erin)
        assert (refused.value.code, refused.value.path) == (code, path)

    @pytest.mark.parametrize(
        "wrong",
        [
            {"matrix": {"data_availability": "plenty"}},
            {"matrix": {"luck": "good"}},
            {"factors": {"money": 5}},
            {"legal": {"product": "perhaps"}},
            {"legal": {"areas": ["dance"]}},
            {"legal": {"areas": "employment"}},
            {"legal": {"eu_reach": "yes"}},
            {"factors": {"label_delay_points": 1}},
            {"register": [{"key": "P01"}]},
            {"register": [FULL["register"][1] | {"likelihood": 11}]},
            {"scale": {"likelihood": [], "severity": [], "bands": []}},
            {"register": [FULL["register"][1] | {"key": "X1"}]},
            {"register": [FULL["register"][1] | {"surprise": 1}]},
            {"luck": 1},
        ],
    )
    def test_the_schema_refuses_what_is_unknown(self, wrong):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, RISKS.schema())

    def test_results_hold_scores_labels_and_versions(self, project, erin):
        RISKS.write(project, FULL, erin)
        results = RISKS.results(project)
        assert results["tier"] == 4
        assert results["tier_name"] == {"en": "High", "pt_BR": "Alto"}
        assert (results["rule"], results["rule_version"], results["definition_version"]) == ("max", 1, 1)
        assert results["reasons"] == ["data_availability", "feature_kind"]
        assert results["register"] == [
            {
                "key": "R01",
                "inherent": 20,
                "band": "critical",
                "current": 12,
                "current_band": "high",
                "residual": 4,
                "residual_band": "low",
            },
            {
                "key": "P01",
                "inherent": 4,
                "band": "low",
                "current": 4,
                "current_band": "low",
                "residual": None,
                "residual_band": None,
            },
        ]
        assert results["counts"] == {"critical": 0, "high": 1, "medium": 0, "low": 0}
        canonical_json(results)

    def test_results_of_nothing(self, project):
        results = RISKS.results(project)
        assert (results["tier"], results["value"], results["quadrant"], results["register"]) == (None, None, None, [])
        canonical_json(results)


class TestDatabase:
    @pytest.mark.parametrize(
        ("values", "constraint"),
        [
            ({"residual_likelihood": 5, "residual_severity": 5}, "risks_risk_residual_within_inherent"),
            ({"current_likelihood": 5, "current_severity": 5}, "risks_risk_current_within_inherent"),
            ({"residual_likelihood": 1}, "risks_risk_residual_is_a_pair"),
            ({"current_severity": 1}, "risks_risk_current_is_a_pair"),
            ({"likelihood": 0}, "risks_risk_on_scale"),
            ({"status": "gone"}, "risks_risk_known_status"),
            ({"title": ""}, "risks_risk_has_title"),
        ],
    )
    def test_it_guarantees_what_the_rules_say(self, project, values, constraint):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            risk(project, **values)

    def test_a_key_is_once_in_the_register(self, project):
        risk(project)
        with pytest.raises(IntegrityError), transaction.atomic():
            risk(project)

    def test_a_risk_may_be_better_today_than_its_target(self, project):
        risk(project, current_likelihood=1, current_severity=1, residual_likelihood=2, residual_severity=2)


class TestRegisterOrder:
    def test_library_first_then_own_by_number(self, project):
        for key in ("P10", "R10", "P02", "R02"):
            risk(project, key)
        assert [row.key for row in selectors.register(project)] == ["R02", "R10", "P02", "P10"]

    def test_due_soonest(self, project):
        risk(project, "P01", due="2027-02-01")
        risk(project, "P02", due="2027-01-01")
        risk(project, "P03")
        risk(project, "P04", due="2026-01-01", status="closed")
        soonest = selectors.due_soonest(selectors.register(project))
        assert [row.key for row in soonest] == ["P02", "P01"]


@pytest.mark.django_db(transaction=True)
class TestTwoPeopleAtOnce:
    def test_each_new_risk_gets_its_own_key(self, project, erin):
        problems: list[Exception] = []

        def add() -> None:
            try:
                for _ in range(10):
                    actions.risk_add(project=project, by=erin, title="x", category="org", likelihood=1, severity=1)
            except Exception as error:
                problems.append(error)
            finally:
                connection.close()

        threads = [threading.Thread(target=add) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert problems == []
        keys = list(Risk.objects.values_list("key", flat=True))
        assert len(set(keys)) == len(keys) == 20
