"""The scenarios that are offered: what is shipped is right, and a mistake is named with its place."""

from importlib.resources import files

import pytest

from mlcanvas import catalog
from mlcanvas.catalog.cost_scenarios import check
from mlcanvas.catalog.reading import Mistake, parse
from mlcanvas.domain.estimate.scenarios import Starters

SHIPPED = files("mlcanvas.catalog").joinpath("cost_scenarios.toml").read_text(encoding="utf-8")


def test_every_price_names_its_source_in_the_note():
    for starter in catalog.cost_scenarios().starters:
        cited = {answer.figure.source for answer in starter.answers if answer.figure}
        assert ("AWS" in starter.note.en) == ("AWS" in starter.note.pt_BR) == ("aws_steps" in cited)
        assert ("mlcanvas" in starter.note.en) == ("ours" in cited)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (('key = "start"\n', 'key = "labels"\n'), "families: needed are target, labels and start"),
        (("harder = 0.5", "harder = 1.5"), "harder is below 1 and easier above it"),
        (('key = "experts"', 'key = "crowd"'), "a starter is defined twice"),
        (
            ('question = "D4_start", value = "pretrained"', 'question = "D4_start", value = "dream"'),
            "cost_not_a_choice",
        ),
        (('question = "D4_start", value = "pretrained"', 'question = "D9", value = "x"'), "cost_question_unknown"),
        (('question = "D4_start", value = "pretrained"', 'question = "D4_start"'), "needed is a value or a figure"),
        (('source = "aws_steps"', 'source = "nowhere"'), "unknown source 'nowhere'"),
        (('currency = "USD"', 'currency = "XXX"'), "no rate for 'XXX'"),
        (('kinds = ["mask"]', 'kinds = ["mist"]'), "unknown kind of label 'mist'"),
        (("low = 0.05, likely = 0.15", "low = 0.5, likely = 0.15"), "cost_range_order"),
    ],
)
def test_a_mistake_is_named(change, reason):
    assert change[0] in SHIPPED
    starters = parse(SHIPPED.replace(*change), "cost_scenarios.toml", Starters)
    with pytest.raises(Mistake, match=reason):
        check(starters)
