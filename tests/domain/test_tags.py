"""Tags: what is stored of what somebody typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlcanvas.domain.refusal import Refused
from mlcanvas.domain.tags import LONGEST, MOST, accept, fold, split


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("", ()),
        (" , ,", ()),
        ("nlp", ("nlp",)),
        ("Vision,  churn  model ", ("churn model", "Vision")),
        ("NLP, nlp, Nlp", ("NLP",)),
        ("#retail, # ", ("retail",)),
        ("café, cafe\u0301, CAFÉ", ("café",)),
        ("<b>bold</b>", ("<b>bold</b>",)),
        ("a\tb", ("a b",)),
    ],
)
def test_what_is_typed_is_trimmed_and_each_tag_is_there_once(typed: str, stored: tuple[str, ...]) -> None:
    assert accept(split(typed)) == stored


@pytest.mark.parametrize(
    ("tags", "code"),
    [
        (["a, b"], "tag_comma"),
        (["x" * (LONGEST + 1)], "tag_too_long"),
        ([str(number) for number in range(MOST + 1)], "tags_too_many"),
        (["a\x00"], "text_unstorable"),
    ],
)
def test_what_is_refused(tags: list[str], code: str) -> None:
    with pytest.raises(Refused) as refused:
        accept(tags)
    assert refused.value.code == code


def test_the_limits_themselves_are_accepted() -> None:
    assert len(accept([f"{number:02}" + "x" * (LONGEST - 2) for number in range(MOST)])) == MOST


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00,"), max_size=12), max_size=9))
def test_what_was_accepted_is_accepted_again_as_it_is(tags: list[str]) -> None:
    once = accept(tags)
    assert accept(once) == once
    assert accept(reversed(once)) == once
    assert len({fold(tag) for tag in once}) == len(once)
    assert all(len(fold(tag)) <= 3 * LONGEST for tag in once)
