"""A text in every language of the product, and the one way to say no."""

import pytest

from mlcanvas.domain.refusal import Refused
from mlcanvas.domain.text import Text

HELLO = Text(en="hello", pt_BR="olá")


@pytest.mark.parametrize("language", ["pt-br", "pt_BR", "pt", "pt-PT", "PT-BR"])
def test_any_portuguese_is_portuguese(language):
    assert HELLO.say(language) == "olá"


@pytest.mark.parametrize("language", ["en", "en-gb", "", "de"])
def test_everything_else_is_english(language):
    assert HELLO.say(language) == "hello"


@pytest.mark.parametrize(("en", "pt"), [("", "olá"), ("hello", " \n")])
def test_a_hole_is_refused(en, pt):
    with pytest.raises(ValueError, match="is empty"):
        Text(en=en, pt_BR=pt)


def test_a_refusal_names_its_code_its_place_and_its_values():
    refused = Refused("number_too_small", path="costs.price", least=3)
    assert (refused.code, refused.path, refused.values) == ("number_too_small", "costs.price", {"least": 3})
    assert str(refused) == "costs.price: number_too_small"
    assert str(Refused("number_too_small")) == "number_too_small"
