"""One spelling for one content."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlcanvas.domain.canonical import canonical, canonical_json, digest

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**15), 10**15)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=4), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(JSON)
def test_a_stored_and_read_value_has_the_same_spelling(value):
    text = canonical_json(value)
    assert canonical_json(json.loads(text)) == text
    assert canonical(canonical(value)) == canonical(value)


@given(st.dictionaries(st.text(max_size=3), st.integers(), max_size=6))
def test_the_order_of_keys_does_not_matter(value):
    assert digest(value) == digest(dict(reversed(value.items())))


@pytest.mark.parametrize(
    ("one", "other"),
    [(1.0, 1), (-0.0, 0), ((1, 2), [1, 2]), (1e300, 10**300), (2.0**60, 2**60), ({1: "a"}, {"1": "a"})],
)
def test_two_spellings_of_one_value_have_one_digest(one, other):
    assert digest(one) == digest(other)


@pytest.mark.parametrize(("one", "other"), [(1, "1"), (1, True), (0, None), (0, False), ([], {}), ("", None), (1.5, 1)])
def test_different_values_have_different_digests(one, other):
    assert digest(one) != digest(other)


def test_the_spelling_is_compact_and_readable():
    assert canonical_json({"b": 1.0, "a": "ção €", "c": [None, True]}) == '{"a":"ção €","b":1,"c":[null,true]}'


def test_the_digest_is_the_sha256_of_that_spelling():
    assert digest({}) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


@pytest.mark.parametrize(
    "value",
    [
        float("nan"),
        float("inf"),
        -float("inf"),
        10**400,
        {1, 2},
        object(),
        {"a": [float("nan")]},
        b"x",
        "\ud800",
        {1: 1, "1": 2},
    ],
)
def test_what_json_does_not_know_is_refused(value):
    with pytest.raises(ValueError):  # noqa: PT011 - UnicodeEncodeError is one too
        digest(value)
