import math

import pytest

from mlcanvas.domain.facts import FactDefinition, Option, accept
from mlcanvas.domain.refusal import Refused
from mlcanvas.domain.text import Text


def text(said: str = "x") -> Text:
    return Text(said, said)


DEFINITIONS = {
    "mode": FactDefinition("mode", "choice", "canvas", text(), text(), options=(Option("batch", text("Batch")),)),
    "delay": FactDefinition("delay", "number", "canvas", text(), text(), minimum=0, maximum=10),
    "taker": FactDefinition("taker", "text", "canvas", text(), text()),
    "best": FactDefinition("best", "record", "baselines", text(), text(), fields=("name", "value"), derived=True),
}


@pytest.mark.parametrize(
    ("key", "value", "stored"),
    [
        ("mode", "batch", "batch"),
        ("delay", 0, 0),
        ("delay", 10.0, 10),
        ("delay", 2.5, 2.5),
        ("taker", "  Team\n lead ", "Team lead"),
        ("taker", "x" * 200, "x" * 200),
        ("best", {"value": 0.7, "name": "rule"}, {"value": 0.7, "name": "rule"}),
    ],
)
def test_an_answer_that_fits_is_accepted(key: str, value: object, stored: object) -> None:
    accepted = accept(DEFINITIONS, key, value)
    assert accepted == stored
    assert type(accepted) is type(stored)


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("latncy", 1, "fact_unknown"),
        ("taker", 1, "fact_not_a_text"),
        ("taker", " ", "fact_not_a_text"),
        ("taker", "a\x00", "text_unstorable"),
        ("taker", "\ud800", "text_unstorable"),
        ("taker", "x" * 201, "text_too_long"),
        ("mode", "sometimes", "fact_not_a_choice"),
        ("mode", ["batch"], "fact_not_a_choice"),
        ("delay", "3", "fact_not_a_number"),
        ("delay", True, "fact_not_a_number"),
        ("delay", math.nan, "fact_not_a_number"),
        ("delay", math.inf, "fact_not_a_number"),
        ("delay", -1, "fact_out_of_range"),
        ("delay", 10.5, "fact_out_of_range"),
        ("best", 3, "fact_not_a_record"),
        ("best", {"name": "rule"}, "fact_not_a_record"),
        ("best", {"name": "rule", "value": [1]}, "fact_not_a_record"),
    ],
)
def test_an_answer_that_does_not_fit_is_refused_with_its_place(key: str, value: object, code: str) -> None:
    with pytest.raises(Refused) as refused:
        accept(DEFINITIONS, key, value)
    assert refused.value.code == code
    assert refused.value.path == f"facts.{key}"


def test_an_option_is_found_by_its_key() -> None:
    assert DEFINITIONS["mode"].option("batch").label == text("Batch")
    with pytest.raises(KeyError):
        DEFINITIONS["mode"].option("never")
