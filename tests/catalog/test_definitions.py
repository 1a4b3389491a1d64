import re
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from types import ModuleType

import pytest

from mlcanvas import catalog
from mlcanvas.catalog.lifecycle import check as check_lifecycle
from mlcanvas.catalog.reading import Mistake, parse
from mlcanvas.catalog.rows import check as check_rows
from mlcanvas.catalog.sentences import sentences
from mlcanvas.domain import advice, facts, lifecycle, rows
from mlcanvas.domain.facts import FactsFile
from mlcanvas.domain.lifecycle import Lifecycle, StageKey
from mlcanvas.domain.text import Text

CODE = re.compile(r'"((?:missing|stage|checkpoint|fact|evidence|row|interval)_[a-z_]+)"')


def source(module: ModuleType) -> str:
    return Path(str(module.__file__)).read_text(encoding="utf-8")


# Facts


def test_the_facts_of_the_contract_are_there() -> None:
    assert set(catalog.facts()) == {
        "system_kind", "task_type", "archetype", "prediction_mode", "latency_budget_ms", "label_delay_days",
        "retraining_interval_days", "personal_data", "people_affected", "eu_reach", "risk_ratio", "stage",
            "decision_taker", "holdout_share",
        "best_baseline", "human_baseline", "has_heuristic_baseline", "p90_p50", "decision", "legal_tier",
    }  # fmt: skip


def test_the_stage_fact_knows_every_stage() -> None:
    options = [option.key for option in catalog.facts()["stage"].options]
    assert list(dict.fromkeys(lifecycle.PASSED.values())) == options


@pytest.mark.parametrize(
    ("toml", "reason"),
    [
        ('[[fact]]\nkey = "mode"\nkind = "choice"', "required key 'home' is missing"),
        ('[[fact]]\nkey = "mode"\nkind = "guess"', "kind"),
        ('[[fact]]\nkey = "mode"\nlable = "x"', "lable"),
        ("[[fact]\n", "facts.toml: "),
    ],
)
def test_a_mistake_in_a_definition_is_named_with_its_place(toml: str, reason: str) -> None:
    with pytest.raises(Mistake) as mistake:
        parse(toml, "facts.toml", FactsFile)
    assert str(mistake.value).startswith("facts.toml: ")
    assert reason in str(mistake.value)


# Rows

SOURCES = catalog.row_kinds()["sources"]
NAME, OWNER = SOURCES.column[:2]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"block": "dance"}, "sources: block: no canvas template has a block 'dance'"),
        ({"key": "features"}, "key 'features': two kinds have it"),
        ({"prefix": "F"}, "prefix 'F': two kinds have it"),
        ({"column": ()}, "the first column is the name"),
        ({"column": (NAME, OWNER, OWNER)}, "a column is defined twice"),
        ({"column": (replace(NAME, kind="number"),)}, "the first column is the name"),
        ({"column": (NAME, replace(OWNER, kind="choice"))}, "sources.owner: options belong to a choice"),
        ({"column": (NAME, replace(OWNER, kind="row"))}, "rows belong to a column of rows"),
        ({"column": (NAME, replace(OWNER, kind="row", rows="dances"))}, "names unknown rows 'dances'"),
        ({"column": (NAME, replace(OWNER, answers="latncy"))}, "answers unknown fact 'latncy'"),
        ({"column": (NAME, replace(OWNER, answers="risk_ratio"))}, "answers unknown fact 'risk_ratio'"),
        (
            {"column": (NAME, replace(SOURCES.columns["kind"], answers="personal_data"))},
            "has an option that the fact 'personal_data' does not have",
        ),
        (
            {"column": (NAME, replace(SOURCES.columns["kind"], options=SOURCES.columns["kind"].options[:1] * 2))},
            "an option is defined twice",
        ),
    ],
)
def test_rows_that_contradict_themselves_are_refused(change: dict[str, object], reason: str) -> None:
    wrong = replace(SOURCES, **change)  # type: ignore[arg-type]
    kinds = (wrong, *list(catalog.row_kinds().values())[1:])
    with pytest.raises(Mistake, match=re.escape(reason)) as mistake:
        check_rows(kinds, set(catalog.canvas_templates()["ml_canvas_v1_1"].blocks))
    assert str(mistake.value).startswith("rows.toml: ")


def test_every_legal_basis_of_the_two_laws_is_there_once() -> None:
    said = " ".join(option.label.en for option in SOURCES.columns["legal_basis"].options)
    assert re.findall(r"LGPD 7 ([IVX]+)", said) == ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X"]
    assert sorted(re.findall(r"GDPR 6\(1\)\((\w)\)", said)) == list("abcdef")


# Lifecycle


def test_the_lifecycle_has_its_stages_and_parts() -> None:
    parts = {stage.key.value: [part.key for part in stage.part] for stage in catalog.lifecycle().stage}
    assert parts == {
        "scope": ["scoping"],
        "data": ["ingestion", "exploration_and_validation", "cleaning", "labelling", "splitting"],
        "modelling": ["training_and_selection", "evaluation"],
        "deployment": ["serving", "performance_monitoring"],
        "maintenance": ["maintenance_loop"],
    }


def test_the_lifecycle_has_eighty_one_checkpoints_and_thirty_four_gates() -> None:
    checkpoints = catalog.lifecycle().checkpoints.values()
    assert len(checkpoints) == 81
    assert sum(checkpoint.gate for checkpoint in checkpoints) == 34
    assert sum(bool(checkpoint.rule) for checkpoint in checkpoints) == 12


def test_every_rule_is_used_by_a_gate() -> None:
    gates = [checkpoint for checkpoint in catalog.lifecycle().checkpoints.values() if checkpoint.rule]
    assert {checkpoint.rule for checkpoint in gates} == set(lifecycle.RULES)
    assert all(checkpoint.gate for checkpoint in gates)


def with_checkpoint(**changes: object) -> Lifecycle:
    """The lifecycle with its first checkpoint changed."""
    found = catalog.lifecycle()
    scope = found.stages[StageKey.SCOPE]
    first, *others = scope.part[0].checkpoint
    part = replace(scope.part[0], checkpoint=(replace(first, **changes), *others))  # type: ignore[arg-type]
    return replace(found, stage=(replace(scope, part=(part,)), *found.stage[1:]))


def test_a_lifecycle_that_contradicts_itself_is_refused() -> None:
    with pytest.raises(Mistake, match=r"x: scope: scoping: SC-02: this key is used twice"):
        check_lifecycle(with_checkpoint(key="SC-02"), "x")
    with pytest.raises(Mistake, match="unknown rule 'gess'"):
        check_lifecycle(with_checkpoint(rule="gess"), "x")
    with pytest.raises(Mistake, match="in this order"):
        check_lifecycle(replace(catalog.lifecycle(), stage=catalog.lifecycle().stage[1:]), "x")


# Sentences


@pytest.mark.parametrize("module", [facts, lifecycle, rows])
def test_every_code_of_a_rule_has_a_sentence(module: ModuleType) -> None:
    codes = set(CODE.findall(source(module)))
    assert codes
    for code in codes:
        assert catalog.sentence(code)


def test_every_part_of_a_metric_kind_has_a_sentence() -> None:
    for kind in ("model", "project", "economic"):
        assert catalog.sentence(f"missing_metric_{kind}")


@pytest.mark.parametrize("key", advice.KEYS)
def test_advice_says_what_why_and_what_to_do(key: str) -> None:
    for code in (f"advice_{key}", f"advice_{key}_why", f"advice_{key}_do"):
        assert catalog.sentence(code)


def test_no_sentence_about_advice_is_left_without_its_rule() -> None:
    file = files("mlcanvas.catalog").joinpath("said/advice.toml").read_text(encoding="utf-8")
    said = set(re.findall(r"^\[advice_(\w+?)(?:_why|_do)?\]$", file, re.MULTILINE))
    assert said == set(advice.KEYS)


def test_both_languages_use_the_same_placeholders() -> None:
    for code, text in sentences().items():
        assert set(re.findall(r"{(\w+)", text.en)) == set(re.findall(r"{(\w+)", text.pt_BR)), code


def test_portuguese_is_not_english() -> None:
    same_allowed = {"ms", "Ingestion"}
    for checkpoint in catalog.lifecycle().checkpoints.values():
        assert checkpoint.text.en != checkpoint.text.pt_BR
    for fact in catalog.facts().values():
        texts: list[Text] = [fact.label, fact.hint, *(option.label for option in fact.options)]
        assert all(text.en != text.pt_BR or text.en in same_allowed for text in texts)
    for kind in catalog.row_kinds().values():
        texts = [kind.title, kind.one, kind.hint]
        for column in kind.column:
            texts += [column.label, column.brief, *filter(None, (column.hint, column.unit, column.unit_one))]
            texts += [option.label for option in column.options]
        assert all(text.en != text.pt_BR for text in texts), kind.key
