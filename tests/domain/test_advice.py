import pytest

from mlcanvas.domain.advice import KEYS, Aim, KnownBaseline, KnownRisk, Picture, advise

AUC = Aim("AUC on calls", "model", "roc_auc", "higher", 0.8)
MONEY = Aim("Calls saved", "economic", "", "higher", 40_000)
RULE = KnownBaseline("Today's rule", "heuristic", "roc_auc", 0.71, comparable=True)
CRITICAL = KnownRisk("R01", "Too little data", "data", "critical", "")
DECIDES = {"archetype": "autonomous", "people_affected": "decided"}


def risk(category: str) -> KnownRisk:
    return KnownRisk("R35", "No recourse", category, "high", "A person looks at each refusal")


# For each rule: a picture that it speaks about, and the nearest one that it does not.
CASES = {
    "labels_later_than_retraining": (
        Picture(facts={"label_delay_days": 30, "retraining_interval_days": 7}),
        Picture(facts={"label_delay_days": 7, "retraining_interval_days": 7}),
    ),
    "latency_in_batch": (
        Picture(facts={"prediction_mode": "batch", "latency_budget_ms": 200}),
        Picture(facts={"prediction_mode": "on_demand", "latency_budget_ms": 200}),
    ),
    "on_demand_without_latency": (
        Picture(facts={"prediction_mode": "on_demand"}),
        Picture(facts={"prediction_mode": "on_demand", "latency_budget_ms": 0}),
    ),
    "personal_data_without_legal_risk": (
        Picture(facts={"personal_data": "yes"}, risks=(risk("data"),)),
        Picture(facts={"personal_data": "yes"}, risks=(risk("legal"),)),
    ),
    "machine_decides_about_people": (
        Picture(facts=DECIDES, risks=(risk("legal"),)),
        Picture(facts=DECIDES, risks=(risk("ethics"),)),
    ),
    "problem_names_solution": (
        Picture(problem="We need Machine Learning to call fewer people."),
        Picture(problem="HTML pages load slowly, and 7 of 10 calls are wasted."),
    ),
    "target_without_baseline": (
        Picture(aims=(AUC,), baselines=(KnownBaseline("Rule", "heuristic", "f1", 0.4, comparable=True),)),
        Picture(aims=(AUC,), baselines=(RULE,)),
    ),
    "target_below_baseline": (
        Picture(
            aims=(Aim("Error", "model", "mae", "lower", 4.0),),
            baselines=(KnownBaseline("Rule", "heuristic", "mae", 3.5, comparable=True),),
        ),
        Picture(
            aims=(Aim("Error", "model", "mae", "lower", 3.0),),
            baselines=(KnownBaseline("Rule", "heuristic", "mae", 3.5, comparable=True),),
        ),
    ),
    "cost_without_economic_metric": (
        Picture(p50=73_000, p90=93_000, aims=(AUC,), baselines=(RULE,)),
        Picture(p50=73_000, p90=93_000, aims=(MONEY,)),
    ),
    "range_too_wide": (
        Picture(p50=50_000, p90=80_000, aims=(MONEY,)),
        Picture(p50=50_000, p90=80_000, aims=(MONEY,), pilot_points=1),
    ),
    "critical_without_mitigation": (
        Picture(risks=(CRITICAL,)),
        Picture(risks=(KnownRisk("R01", "Too little data", "data", "critical", "Start with one region"),)),
    ),
    "high_tier_without_pilot": (Picture(tier=4), Picture(tier=3)),
    "monitoring_without_outcome": (
        Picture(blocks=frozenset({"monitoring"})),
        Picture(blocks=frozenset({"monitoring"}), facts={"label_delay_days": 30}),
    ),
}


@pytest.mark.parametrize("key", KEYS)
def test_a_rule_speaks_about_its_bad_example_and_not_about_the_good_one(key: str) -> None:
    bad, good = CASES[key]
    assert key in [advice.key for advice in advise(bad)]
    assert key not in [advice.key for advice in advise(good)]


def test_an_empty_project_hears_nothing() -> None:
    assert advise(Picture()) == []


def test_a_target_that_is_reached_on_other_data_is_no_contradiction() -> None:
    paper = KnownBaseline("Paper", "published_sota", "roc_auc", 0.95, comparable=False)
    assert advise(Picture(aims=(AUC,), baselines=(paper,))) == []


def test_a_target_that_the_own_candidate_reaches_is_no_contradiction() -> None:
    candidate = KnownBaseline("Boosted trees", "previous_candidate", "roc_auc", 0.83, comparable=True)
    assert advise(Picture(aims=(AUC,), baselines=(candidate,))) == []


def test_advice_carries_the_figures_that_its_sentence_shows() -> None:
    found = advise(Picture(facts={"label_delay_days": 30, "retraining_interval_days": 7}))[0]
    assert (found.part, found.values) == ("canvas", {"delay": 30, "interval": 7})


@pytest.mark.parametrize("text", ["Reduzir com aprendizado de máquina", "usar redes neurais", "an LLM that answers"])
def test_the_solution_is_found_in_both_languages(text: str) -> None:
    assert [advice.key for advice in advise(Picture(problem=text))] == ["problem_names_solution"]
