"""What changed between two texts: exact, quick, and legible."""

import itertools
import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlcanvas.domain.difference import Sort, difference, same_items

LINE = st.sampled_from(
    [
        "Calls are wasted.",
        "Calls are wasted every day.",
        "Nobody phones back; the list is old.",
        "",
        "- one",
        "- two",
        " ",
    ]
)
TEXT = st.lists(LINE, max_size=9).map("\n".join)
ANY = st.text(max_size=60) | st.text(alphabet="ab .\n", max_size=40)


def shown(before, after):
    """Each line as `[-removed-]`, `{+added+}` and plain runs."""
    marks = {Sort.SAME: "{}", Sort.REMOVED: "[-{}-]", Sort.ADDED: "{{+{}+}}"}
    return ["".join(marks[run.sort].format(run.text) for run in line.runs) for line in difference(before, after).lines]


@given(TEXT | ANY, TEXT | ANY)
def test_the_two_sides_are_exactly_the_texts(before, after):
    found = difference(before, after)
    assert (found.before, found.after) == (before, after)
    assert found.changed == (before != after)


@given(TEXT | ANY, TEXT | ANY)
def test_what_is_shown_for_reading_is_all_of_it(before, after):
    stretches = difference(before, after).stretches(context=1)
    old, new = [], []
    for stretch in stretches:
        one = "".join(run.text for run in stretch.before)
        other = "".join(run.text for run in stretch.after)
        assert stretch.count == max(len(one.split("\n")), len(other.split("\n")))
        old += [one] if stretch.kind != "added" else []
        new += [other] if stretch.kind != "removed" else []
    assert ("\n".join(old), "\n".join(new)) == (before, after)


@given(TEXT | ANY, TEXT | ANY)
def test_no_run_is_empty_and_neighbours_differ(before, after):
    for line in difference(before, after).lines:
        sorts = [run.sort for run in line.runs]
        assert all(run.text and "\n" not in run.text for run in line.runs)
        assert all(one is not other for one, other in itertools.pairwise(sorts))


@given(st.lists(st.sampled_from("abcde"), max_size=20), st.lists(st.sampled_from("abcde"), max_size=20))
def test_the_same_items_are_the_same_and_ascend(before, after):
    pairs = same_items(before, after)
    assert all(before[i] == after[j] for i, j in pairs)
    assert all(one[0] < other[0] and one[1] < other[1] for one, other in itertools.pairwise(pairs))


@pytest.mark.parametrize(
    ("before", "after", "lines"),
    [
        ("", "", []),
        ("", "a", ["{+a+}"]),
        ("a", "", ["[-a-]"]),
        ("a b c", "a x c", ["a [-b-]{+x+} c"]),
        ("word", "word more", ["word{+ more+}"]),
        ("a  b", "a b", ["a[-  -]{+ +}b"]),
        ("keep\ngone", "keep", ["keep", "[-gone-]"]),
        ("keep", "keep\nnew", ["keep", "{+new+}"]),
        ("one\ntwo", "zero\none\ntwo", ["{+zero+}", "one", "two"]),
        ("a\n\nb", "a\n\nb\n", ["a", "", "b", ""]),
        # A line that was written anew is one removal and one addition, whatever little words it shares.
        (
            "Agents call the people on the list.",
            "Risk decides whom the team phones first.",
            ["[-Agents call the people on the list.-]{+Risk decides whom the team phones first.+}"],
        ),
        # Two forms of one line find each other, however many lines stand between them.
        (
            "Late parcels cost us money.\nNobody knows why.",
            "First of all.\nLate parcels cost us a lot of money.\nNobody knows.",
            ["{+First of all.+}", "Late parcels cost us{+ a lot of+} money.", "Nobody knows[- why-]."],
        ),
        # Marks stay with their letter, and an emoji of several characters is one.
        ("cafe\u0301 é", "cafe é", ["[-cafe\u0301-]{+cafe+} é"]),
        ("team 👩‍👩‍👧 ok now", "team 👩‍👩‍👦 ok now", ["team [-👩‍👩‍👧-]{+👩‍👩‍👦+} ok now"]),
        ("שלום עולם טוב", "שלום עולם רע", ["שלום עולם [-טוב-]{+רע+}"]),
        ("日本語を読む", "日本語を書く", ["日本語を[-読む-]{+書く+}"]),
        ("<script>alert(1)</script>", "<script>alert(2)</script>", ["<script>alert([-1-]{+2+})</script>"]),
    ],
)
def test_truth_table(before, after, lines):
    assert shown(before, after) == lines


def test_words_are_counted():
    found = difference("one two three\ngone away", "one 2 three four")
    assert (found.words_added, found.words_removed) == (2, 3)


def test_far_from_a_change_lines_are_folded():
    before = "\n".join(f"line {number}" for number in range(20))
    stretches = difference(before, before.replace("line 9", "line nine")).stretches()
    assert [(stretch.kind, stretch.count) for stretch in stretches] == [
        ("folded", 7), ("same", 2), ("changed", 1), ("same", 2), ("folded", 8),
    ]  # fmt: skip


def text(lines, words, chance):
    """Sentences of ten words, some words commoner than others, as people write."""
    vocabulary = ["".join(chance.choices("abcdefghijklmnoprstuv", k=chance.randint(2, 9))) for _ in range(3000)]
    weights = [1 / (rank + 1) for rank in range(3000)]
    return "\n".join(
        ". ".join(" ".join(chance.choices(vocabulary, weights, k=10)) for _ in range(words // 10)) for _ in range(lines)
    )


def edited(text, share, chance):
    """The text with a share of its words replaced, evenly spread: the worst for lines and sentences."""
    return "\n".join(
        " ".join("changed" if chance.random() < share else word for word in line.split(" "))
        for line in text.split("\n")
    )


def seconds(pairs):
    """The least of three: other programs of the machine are no part of the claim."""
    found = []
    for _ in range(3):
        begun = time.process_time()
        for before, after in pairs:
            difference(before, after)
        found.append(time.process_time() - begun)
    return min(found)


@pytest.mark.parametrize(("lines", "words"), [(20, 100), (1, 2000), (200, 10)])
def test_ten_blocks_of_two_thousand_words_in_a_tenth_of_a_second(lines, words):
    chance = random.Random(7)
    blocks = [text(lines, words, chance) for _ in range(10)]
    assert seconds([(block, edited(block, 0.05, chance)) for block in blocks]) < 0.1


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x" * 20_000, "x" * 19_999 + "y"),
        ("ab" * 10_000, "ba" * 10_000),
        ("日本語のテキスト" * 2500, ("日本語のテキスト" * 2500)[::-1]),
        ("\n" * 20_000, "\n" * 10_000),
        ("a\nb\n" * 5000, "b\na\n" * 5000),
        ("!?" * 10_000, "?!" * 10_000),
        ("a b c d " * 2500, "d c b a " * 2500),
        ("\n".join(map(chr, range(0x4E00, 0x8000))), "\n".join(map(chr, range(0x8000, 0x4E00, -1)))),
        (
            "\n".join(map(chr, range(0x4E00, 0x5E00))),
            "\n".join(f"{chr(number)}\n{chr(number + 0x5E00)}" for number in range(0x4E00, 0x5E00)),
        ),
    ],
    ids=["one word", "one other word", "no spaces", "ends", "few lines", "points", "few words", "reversed", "between"],
)
def test_the_worst_text_of_the_largest_size_does_not_hang(before, after):
    assert seconds([(before, after)]) < 2
    found = difference(before, after)
    assert (found.before, found.after) == (before, after)


def test_a_list_of_three_hundred_is_compared_item_by_item():
    before = "\n".join(f"- item {number} of the list" for number in range(300))
    after = "\n".join(f"- item {number} of the list{' now' if number % 10 == 0 else ''}" for number in range(300))
    lines = [line for line in difference(before, after).lines if line.changed]
    assert len(lines) == 30
    assert all([run.text for run in line.runs if run.sort is not Sort.SAME] == [" now"] for line in lines)
