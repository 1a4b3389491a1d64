"""Sittings, what each changed, and who wrote which line."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlcanvas.domain.history import MOST_PIECES, Edit, Written, authorship, own_changes, paragraphs, sittings

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
ANN, BEN = 1, 2


def edits(*rows):
    """Rows of (person, minute, text, kind) as edits; the last two may be left out."""
    versions = {}
    found = []
    for order, (by, minute, *rest) in enumerate(rows, 1):
        text, kind = (rest + ["features", "edit"][len(rest) :])[:2]
        versions[text] = versions.get(text, 0) + 1
        found.append(Edit(order, text, versions[text], by, NOON + timedelta(minutes=minute), kind))
    return found


def told(*rows):
    """Sittings oldest first as (person, kind, orders, pieces)."""
    return [
        (
            sitting.by,
            sitting.kind,
            [edit.order for edit in sitting.edits],
            [(piece.text, piece.before, piece.after) for piece in sitting.pieces],
        )
        for sitting in sittings(edits(*rows))[::-1]
    ]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], []),
        ([(ANN, 0), (ANN, 29), (ANN, 58)], [(ANN, "edit", [1, 2, 3], [("features", 0, 3)])]),
        (
            [(ANN, 0), (ANN, 31)],
            [(ANN, "edit", [1], [("features", 0, 1)]), (ANN, "edit", [2], [("features", 1, 2)])],
        ),
        # Two who write at once have one sitting each.
        (
            [(ANN, 0), (BEN, 1), (ANN, 2)],
            [(BEN, "edit", [2], [("features", 1, 2)]), (ANN, "edit", [1, 3], [("features", 0, 1), ("features", 2, 3)])],
        ),
        # Somebody else in another block is no interruption.
        (
            [(ANN, 0), (BEN, 1, "decisions"), (ANN, 2)],
            [(BEN, "edit", [2], [("decisions", 0, 1)]), (ANN, "edit", [1, 3], [("features", 0, 2)])],
        ),
        (
            [(ANN, 0), (ANN, 1, "decisions"), (ANN, 2)],
            [(ANN, "edit", [1, 2, 3], [("features", 0, 2), ("decisions", 0, 1)])],
        ),
        # A merge is typing; an import and a restore are acts of their own, of many texts at once.
        ([(ANN, 0), (ANN, 1, "features", "merge")], [(ANN, "edit", [1, 2], [("features", 0, 2)])]),
        (
            [(ANN, 0), (ANN, 1, "features", "import"), (ANN, 1, "decisions", "import"), (ANN, 2)],
            [
                (ANN, "edit", [1], [("features", 0, 1)]),
                (ANN, "import", [2, 3], [("features", 1, 2), ("decisions", 0, 1)]),
                (ANN, "edit", [4], [("features", 2, 3)]),
            ],
        ),
        (
            [(ANN, 0, "features", "restore"), (ANN, 1, "features", "restore")],
            [(ANN, "restore", [1], [("features", 0, 1)]), (ANN, "restore", [2], [("features", 1, 2)])],
        ),
        # A clock that was set back is no pause.
        ([(ANN, 0), (ANN, -1440)], [(ANN, "edit", [1, 2], [("features", 0, 2)])]),
        ([(None, 0), (None, 1)], [(None, "edit", [1, 2], [("features", 0, 2)])]),
    ],
)
def test_sittings(rows, expected):
    assert told(*rows) == expected


ROWS = st.lists(
    st.tuples(
        st.sampled_from([ANN, BEN, None]),
        st.integers(0, 300),
        st.sampled_from(["features", "decisions"]),
        st.sampled_from(["edit", "merge", "import", "restore"]),
    ),
    max_size=40,
)


@given(ROWS)
def test_sittings_partition_the_edits_and_pieces_hold_just_them(rows):
    given_edits = edits(*rows)
    found = sittings(given_edits)
    assert sorted(edit.order for sitting in found for edit in sitting.edits) == [edit.order for edit in given_edits]
    assert [sitting.last for sitting in found] == sorted((sitting.last for sitting in found), reverse=True)
    for sitting in found:
        assert {edit.by for edit in sitting.edits} == {sitting.by}
        held = [
            (piece.text, version) for piece in sitting.pieces for version in range(piece.before + 1, piece.after + 1)
        ]
        assert sorted(held) == sorted((edit.text, edit.version) for edit in sitting.edits)
        assert sitting.texts == tuple(dict.fromkeys(edit.text for edit in sitting.edits))


def test_a_sitting_with_endless_interruptions_is_told_as_several():
    found = sittings(edits(*[(ANN if number % 2 else BEN, 0) for number in range(300)]))
    assert max(len(sitting.pieces) for sitting in found) == MOST_PIECES
    assert sum(len(sitting.edits) for sitting in found) == 300


def test_merges_are_counted_and_times_are_kept():
    sitting = sittings(edits((ANN, 0), (ANN, 5, "features", "merge")))[0]
    assert (sitting.merges, sitting.begun, sitting.ended) == (1, NOON, NOON + timedelta(minutes=5))


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        ([], []),
        ([("", "a")], [("", "a")]),
        ([("a", "b"), ("b", "c")], [("a", "c")]),
        # Ben's lines, below, are not Ann's change.
        ([("a\n\nb", "A\n\nb"), ("A\n\nB of Ben", "AA\n\nB of Ben")], [("a\n\nb", "AA\n\nb")]),
        # On one line, the two cannot be told apart.
        ([("a", "b"), ("b of Ben", "c")], [("a", "b"), ("b of Ben", "c")]),
        # What came to nothing is no change.
        ([("a", "b"), ("b", "a")], []),
    ],
)
def test_own_changes(pieces, expected):
    assert own_changes(pieces) == expected


LINES = st.lists(st.sampled_from(["alpha", "beta", "gamma", "delta", ""]), max_size=6).map("\n".join)


@given(st.lists(st.tuples(st.sampled_from([ANN, BEN]), LINES), min_size=1, max_size=8))
def test_one_persons_pieces_are_between_their_texts(versions):
    texts = ["", *(text for _by, text in versions)]
    pieces = [(texts[place], text) for place, (by, text) in enumerate(versions) if by == ANN]
    if all(by == ANN for by, _text in versions):
        assert own_changes(pieces) == ([("", texts[-1])] if texts[-1] else [])
    for before, after in own_changes(pieces):
        known = {line for text in texts for line in text.split("\n")}
        assert set(before.split("\n")) <= known
        assert set(after.split("\n")) <= known


def chain(*rows):
    """Rows of (person, text) or (person, text, restored version) as a chain of versions."""
    return [
        Written(version, row[1], row[0], NOON + timedelta(hours=version), row[2] if len(row) > 2 else None)
        for version, row in enumerate(rows, 1)
    ]


def authors(*rows):
    """(person, version, line) of the last text."""
    return [(line.origin.by, line.origin.version, line.text) for line in authorship(chain(*rows))]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], []),
        ([(ANN, "")], []),
        ([(ANN, "a\nb")], [(ANN, 1, "a"), (ANN, 1, "b")]),
        ([(ANN, "a\nb"), (BEN, "a\nb\nc")], [(ANN, 1, "a"), (ANN, 1, "b"), (BEN, 2, "c")]),
        ([(ANN, "a\nb"), (BEN, "a\nb!")], [(ANN, 1, "a"), (BEN, 2, "b!")]),
        # A merge: Ann had written “A” meanwhile, Ben's merge adds “C”.
        (
            [(ANN, "a\nb\nc"), (ANN, "A\nb\nc"), (BEN, "A\nb\nC")],
            [(ANN, 2, "A"), (ANN, 1, "b"), (BEN, 3, "C")],
        ),
        # Whoever sorts a list has not written it.
        ([(ANN, "a\nb\nc"), (BEN, "c\na\nb")], [(ANN, 1, "c"), (ANN, 1, "a"), (ANN, 1, "b")]),
        # A restore gives the lines back.
        (
            [(ANN, "a"), (BEN, "a\nb"), (ANN, ""), (BEN, "a\nb", 2)],
            [(ANN, 1, "a"), (BEN, 2, "b")],
        ),
        ([(ANN, "a"), (BEN, "", 0), (BEN, "b")], [(BEN, 3, "b")]),
        # A restore of a version that is not known is its writer's.
        ([(ANN, "a"), (BEN, "b", 9)], [(BEN, 2, "b")]),
        # Equal lines are told apart by their place.
        ([(ANN, "- x\n- x"), (BEN, "- x\n- x\n- x")], [(ANN, 1, "- x"), (ANN, 1, "- x"), (BEN, 2, "- x")]),
        ([(ANN, "<script>"), (None, "<script>\nשלום")], [(ANN, 1, "<script>"), (None, 2, "שלום")]),
    ],
)
def test_authorship(rows, expected):
    assert authors(*rows) == expected


@given(st.lists(st.tuples(st.sampled_from([ANN, BEN, None]), LINES), max_size=8))
def test_each_line_has_one_author_and_the_lines_are_the_text(rows):
    found = authorship(chain(*rows))
    assert "\n".join(line.text for line in found) == (rows[-1][1] if rows else "")
    for line in found:
        by, text = rows[line.origin.version - 1]
        assert by == line.origin.by
        assert line.text in text.split("\n")
    assert "\n".join(part.text for part in paragraphs(found)) == (rows[-1][1] if rows else "")


def test_paragraphs_are_neighbours_of_one_origin():
    found = paragraphs(authorship(chain((ANN, "a\n\nb"), (BEN, "a\n\nb\n\nc\nd"))))
    assert [(part.origin.by, part.text) for part in found] == [(ANN, "a\n\nb\n"), (BEN, "c\nd")]


def test_a_long_history_of_a_long_text_is_read_in_a_moment():
    texts = [
        "\n".join(f"- item {item} {'x' * 40}{'!' * (item < number)}" for item in range(300)) for number in range(300)
    ]
    begun = time.process_time()
    found = authorship(chain(*[(number % 3 + 1, text) for number, text in enumerate(texts)]))
    assert time.process_time() - begun < 1
    assert len(found) == 300
