"""The checker fails on each thing that it is there for."""

from dataclasses import replace

import pytest

from tests.reliability.checker import Answer, Edit, Operation, breaches

# Alice writes, Bruno changes a line of it, Carla adds one without having seen that: a merge.
CLASH = Answer("clash", 2, text="ONE\ntwo\nthree", mine="uno\ntwo\nthree")
ELSEWHERE = "nothing was stored, and the field was told to go on from elsewhere"
OPERATIONS = [
    Operation("a", "Alice", 0, False, "one\ntwo\nthree", Answer("saved", 1)),
    Operation("b", "Bruno", 1, False, "ONE\ntwo\nthree", Answer("saved", 2)),
    Operation("c", "Carla", 1, False, "one\ntwo\nthree\nfour", Answer("merged", 3, own=True)),
    Operation(
        "d", "Alice", 1, False, "uno\ntwo\nthree", Answer("clash", 2, text="ONE\ntwo\nthree", mine="uno\ntwo\nthree")
    ),
    Operation("e", "Bruno", 2, False, "ONE\ntwo", None),
]
HISTORY = [
    Edit(1, 0, "edit", "one\ntwo\nthree", "one\ntwo\nthree", "Alice", "a"),
    Edit(2, 1, "edit", "ONE\ntwo\nthree", "ONE\ntwo\nthree", "Bruno", "b"),
    Edit(3, 1, "merge", "ONE\ntwo\nthree\nfour", "one\ntwo\nthree\nfour", "Carla", "c"),
]
FINAL = ("ONE\ntwo\nthree\nfour", 3)


def rules(operations=OPERATIONS, history=HISTORY, final=FINAL):
    return [breach.rule for breach in breaches(operations, history, *final)]


def answered(index, answer):
    return [*OPERATIONS[:index], replace(OPERATIONS[index], answer=answer), *OPERATIONS[index + 1 :]]


def test_a_good_history_breaks_nothing():
    assert rules() == []
    assert rules([], [], ("", 0)) == []


def test_a_clash_whose_answer_was_lost_stays_one_when_the_text_comes_again():
    """What it clashed with was taken back meanwhile; it is told what it would have been told the first time."""
    back = Edit(4, 3, "edit", "one\ntwo\nthree\nfour", "one\ntwo\nthree\nfour", "Bruno", "f")
    sent = Operation("f", "Bruno", 3, False, back.text, Answer("saved", 4))
    late = Answer("clash", 4, text=back.text, mine="uno\ntwo\nthree")
    assert rules([*answered(3, late), sent], [*HISTORY, back], (back.text, 4)) == []


def test_an_unanswered_text_may_be_stored_once_or_never():
    stored = Edit(4, 2, "merge", "ONE\ntwo\nfour", "ONE\ntwo", "Bruno", "e")
    history = [replace(HISTORY[0]), HISTORY[1], replace(HISTORY[2], text="ONE\ntwo\nthree\nfour")]
    # Removing the line above one that somebody added is a clash, so this is no merge of the two.
    assert "this is not the merge of the two" in rules(history=[*history, stored], final=("ONE\ntwo\nfour", 4))
    again = [replace(HISTORY[0], version=4, base=3), replace(HISTORY[0], version=5, base=4)]
    assert "sent once, stored twice" in rules(history=[*HISTORY, *again], final=(again[-1].text, 5))


def test_a_blind_save_is_shown_by_the_two_edits_that_prove_it():
    blind = Edit(3, 1, "edit", "one\ntwo\nthree\nfour", "one\ntwo\nthree\nfour", "Carla", "c")
    found = breaches(answered(2, Answer("saved", 3)), [*HISTORY[:2], blind], blind.text, 3)
    lost = next(breach for breach in found if "'ONE' was lost" in breach.rule)
    assert lost.rows == (HISTORY[1], blind)
    assert str(lost).splitlines() == [
        "'ONE' was lost: its remover had seen version 1 only",
        "    version 2 by Bruno, edit on top of 1: 'ONE\\ntwo\\nthree'",
        "    version 3 by Carla, edit on top of 1: 'one\\ntwo\\nthree\\nfour'",
    ]
    assert found[0] == min(found, key=lambda breach: len(breach.rows))


@pytest.mark.parametrize(
    ("rule", "changed"),
    [
        ("versions have a gap or repeat", {"history": [HISTORY[0], HISTORY[2]]}),
        ("versions have a gap or repeat", {"history": [*HISTORY, HISTORY[2]]}),
        ("what stands is not the last version", {"final": ("ONE\ntwo\nthree", 3)}),
        ("what stands is not the last version", {"final": (FINAL[0], 4)}),
        ("what stands is not the last version", {"history": []}),
        ("an edit that nobody sent", {"operations": OPERATIONS[1:]}),
        ("the history does not hold what was sent", {"history": [replace(HISTORY[0], who="Bruno"), *HISTORY[1:]]}),
        ("this is not the merge of the two", {"history": [*HISTORY[:2], replace(HISTORY[2], text="ONE\ntwo\nfour")]}),
        ("told as a clash, and stored", {"operations": answered(1, OPERATIONS[3].answer)}),
        ("a clash without both texts", {"operations": answered(3, Answer("clash", 2, text="ONE\ntwo\nthree"))}),
        ("a clash without both texts", {"operations": answered(3, Answer("clash", 2, mine="uno\ntwo\nthree"))}),
        ("told as a clash, and could be merged", {"operations": answered(4, replace(CLASH, mine="ONE\ntwo"))}),
        ("the answer is not what was stored", {"operations": answered(2, Answer("saved", 3))}),
        ("the answer is not what was stored", {"operations": answered(2, Answer("merged", 2, own=True))}),
        ("acknowledged and never stored", {"operations": answered(4, Answer("saved", 2))}),
        ("acknowledged and never stored", {"operations": answered(4, Answer("merged", 2))}),
        (ELSEWHERE, {"operations": answered(4, Answer("merged", 3))}),
    ],
)  # fmt: skip
def test_each_rule_can_break(rule, changed):
    final = changed.pop("final", FINAL)
    if changed.get("history"):
        last = changed["history"][-1]
        final = (last.text, last.version)
    assert rule in rules(**changed, final=final)
