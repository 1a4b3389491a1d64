"""What a text must be to be stored."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlcanvas.domain.refusal import Refused
from mlcanvas.domain.writing import LIMIT, clean


@pytest.mark.parametrize("text", ["a\r\nb", "a\rb", "a\nb"])
def test_a_text_has_one_kind_of_line_end(text):
    assert clean(text) == "a\nb"


@pytest.mark.parametrize("text", ["a\x00b", "\ud800", "ok \udfff"])
def test_what_no_database_stores_is_refused(text):
    with pytest.raises(Refused) as refused:
        clean(text)
    assert refused.value.code == "text_unstorable"


def test_the_limit_is_in_characters_and_included():
    assert clean("😀" * LIMIT) == "😀" * LIMIT
    with pytest.raises(Refused) as refused:
        clean("x" * (LIMIT + 1))
    assert refused.value.values == {"length": LIMIT + 1, "limit": LIMIT}


def test_a_line_end_counts_once():
    assert clean("\r\n" * 10, limit=10) == "\n" * 10


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00\r"), max_size=200))
def test_every_other_text_is_kept_as_it_is(text):
    assert clean(text) == text
    assert clean(clean(text)) == clean(text)
