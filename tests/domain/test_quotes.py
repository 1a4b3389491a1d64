"""Whether quoted words are still in a text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlcanvas.domain.quotes import holds

TEXT = "Retention agents call **every** day.\n\n- see [the list](https://a.example/x) of _calls_\n- 25 % churn 🙂"


@pytest.mark.parametrize(
    "quote",
    [
        "call every day",
        "ntion agents",
        "every day. see the list of calls",
        "the list of calls",
        "25% churn",
        "25 % churn",
        "🙂",
        "day.\n- see",
    ],
)
def test_as_it_is_read(quote: str) -> None:
    assert holds(TEXT, quote)


@pytest.mark.parametrize("quote", ["call each day", "agents retention", "26 %", "🙃", "list of calls of"])
def test_other_words_are_not_in_it(quote: str) -> None:
    assert not holds(TEXT, quote)


def test_nothing_is_in_an_empty_text() -> None:
    assert not holds("", "word")


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60))
def test_a_part_between_blanks_is_always_in_it(before: str, part: str, after: str) -> None:
    # Brackets may make a link of what stands around a part.
    for sign in "[]()":
        before, part, after = (text.replace(sign, "") for text in (before, part, after))
    assert holds(f"{before} {part} {after}", part)
