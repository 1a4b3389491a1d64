"""Two people's edits of one text."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlcanvas.domain.merge import merge

LINE = st.sampled_from(["Calls are wasted.", "Nobody phones back.", "The list is old.", "", "- one", "- two"])
TEXT = st.lists(LINE, max_size=7).flatmap(lambda lines: st.sampled_from(["\n".join(lines), "\n".join([*lines, ""])]))
ANY = st.text(alphabet="ab\n", max_size=12)


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "both"),
    [
        ("a\nb\nc", "A\nb\nc", "a\nb\nC", "A\nb\nC"),
        ("a\nb\nc\n", "A\nb\nc\n", "a\nb\nC\n", "A\nb\nC\n"),
        ("a\n\nb", "a\n\nb\n\nmine", "theirs\n\na\n\nb", "theirs\n\na\n\nb\n\nmine"),
        ("a", "a\nbelow", "above\na", "above\na\nbelow"),
        ("a\nb\nc", "a\nc", "a\nb\nc\nd", "a\nc\nd"),
        ("a\nb", "x\nb", "x\nb", "x\nb"),
        ("", "mine", "mine", "mine"),
    ],
)
def test_edits_of_different_lines_are_both_kept(base, mine, theirs, both):
    assert merge(base, mine, theirs) == both


@pytest.mark.parametrize(
    ("base", "mine", "theirs"),
    [("a", "b", "c"), ("", "mine", "theirs"), ("a\nb", "a\nB", "A\nb"), ("a\nb\nc", "a\nc", "a\nB\nc"), ("a", "", "b")],
)
def test_edits_of_the_same_lines_are_nobodys_to_decide(base, mine, theirs):
    assert merge(base, mine, theirs) is None


@given(TEXT | ANY, TEXT | ANY)
def test_one_edit_alone_stands_as_it_is(base, edit):
    assert merge(base, edit, base) == edit
    assert merge(base, base, edit) == edit
    assert merge(base, edit, edit) == edit


@given(TEXT | ANY, TEXT | ANY, TEXT | ANY)
def test_it_does_not_matter_who_was_first(base, mine, theirs):
    assert merge(base, mine, theirs) == merge(base, theirs, mine)


def _added(base: str, edit: str) -> list[str]:
    return [line for line in edit.split("\n") if line and line not in base.split("\n")]


@given(TEXT | ANY, TEXT | ANY, TEXT | ANY)
def test_no_new_sentence_of_either_is_lost(base, mine, theirs):
    both = merge(base, mine, theirs)
    if both is not None:
        for line in _added(base, mine) + _added(base, theirs):
            assert line in both.split("\n")


@given(TEXT | ANY, TEXT | ANY, TEXT | ANY)
def test_what_both_left_alone_stays_and_nothing_is_invented(base, mine, theirs):
    both = merge(base, mine, theirs)
    if both is not None:
        assert set(both.split("\n")) <= set(mine.split("\n")) | set(theirs.split("\n")) | {""}
        for line in set(base.split("\n")) & set(mine.split("\n")) & set(theirs.split("\n")):
            counts = [text.split("\n").count(line) for text in (base, mine, theirs)]
            if line and len(set(counts)) == 1 == counts[0]:
                assert line in both.split("\n")


def test_the_longest_texts_are_merged_in_a_moment():
    base = "\n".join(f"sentence {number}" for number in range(1500))
    begun = time.process_time()
    assert merge(base, f"above\n{base}", f"{base}\nbelow") == f"above\n{base}\nbelow"
    assert time.process_time() - begun < 2
