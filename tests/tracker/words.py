"""What the tests of the tracker type into other parts."""

from mlcanvas import catalog
from mlcanvas.baselines import actions as baselines

BLOCKS = catalog.canvas_templates()["ml_canvas_v1_1"].fill_order

METRIC = {
    "metric": "", "direction": "higher", "unit": "", "current": None, "minimum": None, "target": None,
    "deadline": None, "primary": False,
}  # fmt: skip

RISK = {"title": "Labels come late", "category": "data", "likelihood": 4, "severity": 4, "owner": ""}

RISK_ANSWERS = {
    "data_availability": "little",
    "solution_novelty": "similar",
    "customer_satisfaction": "semi_satisfied",
    "feature_kind": "functional",
}


def baseline(project, by, **values):
    """A registered baseline: everything that the registry asks for, with `values` in its place."""
    whole = {
        "name": f"A {values['kind']}", "metric": "auc_roc", "value": 0.75, "low": None, "high": None, "n": None,
        "direction": "higher", "unit": "", "dataset": "Calls of May", "dataset_revision": "2", "split": "test",
        "measured_on": None, "measured_by": "", "protocol": "Back-test by week", "source_name": "", "source_url": "",
        "licence": "", "comparable": "yes", "comparable_why": "", "active": True, "notes": "",
    }  # fmt: skip
    return baselines.baseline_add(project=project, by=by, **whole | values)
