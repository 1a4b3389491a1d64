from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlcanvas import catalog
from mlcanvas.domain import advice as rules
from mlcanvas.domain.advice import (
    KEYS,
    Aim,
    KnownBaseline,
    KnownFeature,
    KnownOutcome,
    KnownRisk,
    KnownSource,
    Picture,
    Watched,
    advise,
)

AUC = Aim("AUC on calls", "model", "roc_auc", "higher", 0.8)
MONEY = Aim("Calls saved", "economic", "", "higher", 40_000)
RULE = KnownBaseline("Today's rule", "heuristic", "roc_auc", 0.71, comparable=True)
CRITICAL = KnownRisk("R01", "Too little data", "data", True, "")
DECIDES = {"archetype": "autonomous", "people_affected": "decided"}


def risk(category: str) -> KnownRisk:
    return KnownRisk("R35", "No recourse", category, "high", "A person looks at each refusal")


def feature(**values: object) -> KnownFeature:
    """A feature that nothing is to be said about, but for `values`."""
    return replace(KnownFeature("Days since top-up", "S01", "yes"), **values)


LEDGER = KnownSource("S01", "Top-up ledger", "no")
WAITING = {"prediction_mode": "on_demand", "latency_budget_ms": 500}

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
        Picture(risks=(KnownRisk("R01", "Too little data", "data", True, "Start with one region"),)),
    ),
    "acceptance_ended": (
        Picture(risks=(KnownRisk("R02", "Few labels", "data", "high", "Rounds", ended=True),)),
        Picture(risks=(KnownRisk("R02", "Few labels", "data", "high", "Rounds", accepted=True),)),
    ),
    "high_tier_without_pilot": (Picture(tier=4), Picture(tier=3)),
    "monitoring_without_outcome": (
        Picture(blocks=frozenset({"monitoring"})),
        Picture(blocks=frozenset({"monitoring"}), facts={"label_delay_days": 30}),
    ),
    "feature_known_too_late": (
        Picture(features=(feature(available="no"),), sources=(LEDGER,)),
        Picture(features=(feature(available="yes"),), sources=(LEDGER,)),
    ),
    "feature_availability_unsure": (
        Picture(features=(feature(available="unsure"),), sources=(LEDGER,)),
        Picture(features=(feature(available="no"),), sources=(LEDGER,)),
    ),
    "feature_without_source": (
        Picture(features=(feature(source="S02"),), sources=(LEDGER,)),
        Picture(features=(feature(source="S01"),), sources=(LEDGER,)),
    ),
    "feature_older_than_budget": (
        Picture(facts=WAITING, features=(feature(refresh_hours=0.0002),), sources=(LEDGER,)),
        Picture(facts=WAITING, features=(feature(refresh_hours=0.0001),), sources=(LEDGER,)),
    ),
    "personal_source_without_basis": (
        Picture(sources=(KnownSource("S01", "Calls", "yes"),)),
        Picture(sources=(KnownSource("S01", "Calls", "yes", "contract"), KnownSource("S02", "Weather", "no"))),
    ),
    "personal_source_denied": (
        Picture(facts={"personal_data": "no"}, sources=(KnownSource("S01", "Calls", "yes", "contract"),)),
        Picture(facts={"personal_data": "yes"}, sources=(KnownSource("S01", "Calls", "yes", "contract"),)),
    ),
    "decision_nobody_takes": (
        Picture(blocks=frozenset({"decisions"})),
        Picture(blocks=frozenset({"decisions"}), facts={"decision_taker": "Team lead"}),
    ),
    "value_without_holdout": (
        Picture(aims=(MONEY,), facts={"holdout_share": 0}),
        Picture(aims=(MONEY,), facts={"holdout_share": 5}),
    ),
    "impact_without_outcomes": (
        Picture(blocks=frozenset({"impact_simulation"})),
        Picture(blocks=frozenset({"impact_simulation"}), outcomes=(KnownOutcome("A kept line", priced=True),)),
    ),
    "outcome_without_amount": (
        Picture(outcomes=(KnownOutcome("A kept line", priced=False),)),
        Picture(outcomes=(KnownOutcome("A kept line", priced=True),)),
    ),
    "watched_by_nobody": (
        Picture(watched=(Watched("AUC", "Rafael"),)),
        Picture(watched=(Watched("AUC", "Rafael", "below 0.75"),)),
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


def test_advice_names_every_row_that_it_is_about() -> None:
    found = advise(Picture(sources=tuple(KnownSource(key, key, "yes") for key in ("S01", "S02"))))
    assert found[0].values == {"names": ("S01", "S02")}


@pytest.mark.parametrize("key", KEYS)
def test_advice_stands_beside_blocks_that_exist(key: str) -> None:
    known = {block for template in catalog.canvas_templates().values() for block in template.blocks}
    found = next(advice for advice in advise(CASES[key][0]) if advice.key == key)
    assert known.issuperset(found.blocks)
    assert found.blocks or found.part != "canvas"


@pytest.mark.parametrize("available", ["yes", "no", "unsure", ""])
def test_each_answer_about_availability_has_its_own_advice(available: str) -> None:
    said = {advice.key for advice in advise(Picture(features=(feature(available=available),), sources=(LEDGER,)))}
    expected = {"yes": set(), "no": {"feature_known_too_late"}}
    assert said == expected.get(available, {"feature_availability_unsure"})


@pytest.mark.parametrize(
    ("own", "of_source", "old"),
    [(None, 24.0, True), (0.0, 24.0, False), (24.0, 0.0, True), (None, None, False), (None, 0.0, False)],
)
def test_a_feature_without_an_interval_is_as_old_as_its_source(
    own: float | None, of_source: float | None, old: bool
) -> None:
    source = replace(LEDGER, refresh_hours=of_source)
    found = rules.feature_older_than_budget(
        Picture(facts=WAITING, features=(feature(refresh_hours=own),), sources=(source,))
    )
    assert (found is not None) is old


@pytest.mark.parametrize("facts", [{}, {"prediction_mode": "batch", "latency_budget_ms": 1}, {"latency_budget_ms": 1}])
def test_only_somebody_who_waits_minds_an_old_feature(facts: dict[str, object]) -> None:
    assert rules.feature_older_than_budget(Picture(facts=facts, features=(feature(refresh_hours=24.0),))) is None


names = st.text(min_size=1, max_size=5)
sources = st.builds(
    KnownSource,
    st.sampled_from(["S01", "S02"]),
    names,
    st.sampled_from(["", "yes", "no"]),
    st.sampled_from(["", "contract"]),
)
features = st.builds(
    KnownFeature,
    names,
    st.sampled_from(["", "S01", "S02", "S09"]),
    st.sampled_from(["", "yes", "no", "unsure"]),
    st.none() | st.floats(0, 1000),
)
pictures = st.builds(
    Picture,
    facts=st.fixed_dictionaries(
        {},
        optional={
            "prediction_mode": st.sampled_from(["batch", "on_demand"]),
            "latency_budget_ms": st.integers(0, 10_000),
            "holdout_share": st.integers(0, 100),
            "decision_taker": names,
            "personal_data": st.sampled_from(["yes", "no"]),
        },
    ),
    aims=st.sampled_from([(), (MONEY,)]),
    blocks=st.frozensets(st.sampled_from(["decisions", "monitoring", "impact_simulation"])),
    sources=st.lists(sources, max_size=3).map(tuple),
    features=st.lists(features, max_size=3).map(tuple),
    outcomes=st.lists(st.builds(KnownOutcome, names, st.booleans()), max_size=3).map(tuple),
    watched=st.lists(st.builds(Watched, names, st.just("") | names, st.just("") | names), max_size=3).map(tuple),
)


def answered(rows: tuple[object, ...], column: str, value: object, missing: tuple[object, ...]) -> tuple[object, ...]:
    """`rows` with `value` in `column` wherever nothing was said."""
    return tuple(replace(row, **{column: value}) if getattr(row, column) in missing else row for row in rows)


# What is missing, and the picture in which somebody has answered it.
ANSWERS: dict[str, Callable[[Picture], Picture]] = {
    "feature_availability_unsure": lambda p: replace(
        p, features=answered(p.features, "available", "no", ("", "unsure"))
    ),
    "feature_without_source": lambda p: (
        replace(p, sources=(*p.sources, KnownSource("S09", "New"))) if p.features else p
    ),
    "personal_source_without_basis": lambda p: replace(
        p, sources=answered(p.sources, "legal_basis", "contract", ("",))
    ),
    "personal_source_denied": lambda p: replace(p, facts={"personal_data": "yes", **p.facts}),
    "decision_nobody_takes": lambda p: replace(p, facts={"decision_taker": "Team lead", **p.facts}),
    "value_without_holdout": lambda p: replace(p, facts={"holdout_share": 0, **p.facts}),
    "impact_without_outcomes": lambda p: replace(p, outcomes=(*p.outcomes, KnownOutcome("New", priced=False))),
    "outcome_without_amount": lambda p: replace(p, outcomes=answered(p.outcomes, "priced", True, (False,))),
    "watched_by_nobody": lambda p: replace(p, watched=answered(p.watched, "owner", "Rafael", ("",))),
}


@pytest.mark.parametrize("key", ANSWERS)
@given(picture=pictures)
def test_answering_what_is_missing_never_brings_up_that_advice(key: str, picture: Picture) -> None:
    def said(of: Picture) -> set[str]:
        return {name for found in advise(of) if found.key == key for name in found.values.get("names", ("",))}

    assert said(ANSWERS[key](picture)) <= said(picture)


@given(picture=pictures, name=names)
def test_a_row_with_every_answer_adds_no_advice(picture: Picture, name: str) -> None:
    whole = replace(
        picture,
        sources=(*picture.sources, KnownSource("S08", name, "no", "", 0.0)),
        features=(*picture.features, KnownFeature(name, "S08", "yes", 0.0)),
        outcomes=(*picture.outcomes, KnownOutcome(name, priced=True)),
    )
    assert {found.key for found in advise(whole)} <= {found.key for found in advise(picture)}


@pytest.mark.parametrize("text", ["Reduzir com aprendizado de máquina", "usar redes neurais", "an LLM that answers"])
def test_the_solution_is_found_in_both_languages(text: str) -> None:
    assert [advice.key for advice in advise(Picture(problem=text))] == ["problem_names_solution"]
