"""Numbers as people type them."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlcanvas.domain.numbers import LIMIT, parse, spell, spell_to_read
from mlcanvas.domain.refusal import Refused

FINITE = st.floats(min_value=-LIMIT, max_value=LIMIT, allow_nan=False, allow_infinity=False)
ENGLISH, PORTUGUESE = False, True


@pytest.mark.parametrize(
    ("text", "english", "portuguese"),
    [
        ("0", 0, 0),
        ("-0", 0, 0),
        ("1234", 1234, 1234),
        ("1.5", 1.5, 1.5),
        ("1,5", 1.5, 1.5),
        ("1.234", 1.234, 1234),
        ("1,234", 1234, 1.234),
        ("0.234", 0.234, 0.234),
        ("0,234", 0.234, 0.234),
        ("1,234.5", 1234.5, 1234.5),
        ("1.234,5", 1234.5, 1234.5),
        ("1,234,567", 1_234_567, 1_234_567),
        ("1.234.567", 1_234_567, 1_234_567),
        ("1.234.567,89", 1_234_567.89, 1_234_567.89),
        ("1 234", 1234, 1234),
        ("1\u00a0234\u202f567,5", 1_234_567.5, 1_234_567.5),
        ("1'234", 1234, 1234),
        ("1’234.5", 1234.5, 1234.5),
        (".5", 0.5, 0.5),
        (",5", 0.5, 0.5),
        ("5.", 5, 5),
        ("+3", 3, 3),
        ("-3", -3, -3),
        ("\u22123", -3, -3),
        ("50%", 0.5, 0.5),
        ("12,5 %", 0.125, 0.125),
        ("1e3", 1000, 1000),
        ("1.5e-3", 0.0015, 0.0015),
        ("1,234e3", 1_234_000, 1234),
        ("  7 ", 7, 7),
        ("１２", 12, 12),
    ],
)
def test_a_number_is_read_as_its_language_writes_it(text, english, portuguese):
    assert parse(text, decimal_comma=ENGLISH) == english
    assert parse(text, decimal_comma=PORTUGUESE) == portuguese


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        ".",
        ",",
        "-",
        "%",
        "e5",
        "1e",
        "abc",
        "nan",
        "NaN",
        "inf",
        "-Infinity",
        "1..2",
        "1.2.3",
        "1,2,3",
        "1,23,456",
        "1.2,3.4",
        "12 34",
        "1'2'3",
        "0.1 234",
        "1_000",
        "0x10",
        "5-",
        "--5",
        "1e9999",
        "1 234 56",
        "½½",
        "1" * 41,
        "1,234.567.8",
        "\x00",
        "1\x002",
        "\ud800",
    ],
)
@pytest.mark.parametrize("comma", [ENGLISH, PORTUGUESE])
def test_anything_else_is_unreadable(text, comma):
    with pytest.raises(Refused) as refused:
        parse(text, decimal_comma=comma)
    assert refused.value.code == "number_unreadable"


@pytest.mark.parametrize("text", ["1e16", "-1e16", "1e400", "10000000000000000", "1e18%"])
def test_a_slip_of_the_hand_is_too_large(text):
    with pytest.raises(Refused) as refused:
        parse(text, decimal_comma=False)
    assert refused.value.code == "number_too_large"


@pytest.mark.parametrize(
    ("text", "comma", "small", "large"),
    [
        ("120.000", ENGLISH, "120", "120,000"),
        ("-1.000", ENGLISH, "-1", "-1,000"),
        ("5.000 %", ENGLISH, "5", "5,000"),
        ("120,000", PORTUGUESE, "120", "120.000"),
    ],
)
def test_thousands_of_another_country_are_asked_for(text, comma, small, large):
    with pytest.raises(Refused) as refused:
        parse(text, decimal_comma=comma)
    assert refused.value.code == "number_two_ways"
    assert refused.value.values == {"small": small, "large": large}


@pytest.mark.parametrize(
    ("text", "comma", "small", "large"),
    [
        ("5.400", ENGLISH, "5.4", "5,400"),
        ("1.250", ENGLISH, "1.25", "1,250"),
        ("+1.234", ENGLISH, "+1.2340", "+1,234"),
        ("120.000", ENGLISH, "120", "120,000"),
        ("1,250", PORTUGUESE, "1,25", "1.250"),
        ("12,345 %", PORTUGUESE, "12,3450", "12.345"),
    ],
)
def test_where_thousands_are_likely_three_decimals_are_asked_about(text, comma, small, large):
    with pytest.raises(Refused) as refused:
        parse(text, decimal_comma=comma, thousands=True)
    assert refused.value.code == "number_two_ways"
    assert refused.value.values == {"small": small, "large": large}
    # Both ways that the sentence offers are read, a thousand times apart.
    read = [parse(way, decimal_comma=comma, thousands=True) for way in (small, large)]
    assert read[1] == pytest.approx(1000 * read[0])


@pytest.mark.parametrize(
    ("text", "value"),
    [("5.4", 5.4), ("5.4120", 5.412), ("0.912", 0.912), ("5,400", 5400), ("1234.567", 1234.567), ("5.400e3", 5400)],
)
def test_where_thousands_are_likely_the_rest_is_read(text, value):
    assert parse(text, decimal_comma=False, thousands=True) == value


@pytest.mark.parametrize(
    ("text", "value"), [("120.00", 120), ("0.000", 0), ("1.000e3", 1000), ("1200.000", 1200), ("1.001", 1.001)]
)
def test_other_zeros_are_read(text, value):
    assert parse(text, decimal_comma=False) == value


@given(FINITE | st.integers(-(10**6), 10**6).map(lambda thousandths: thousandths / 1000), st.booleans(), st.booleans())
def test_what_is_spelt_is_read_back_exactly(value, comma, thousands):
    how = {"decimal_comma": comma, "thousands": thousands}
    assert parse(spell(value, **how), **how) == value


@given(st.integers(-(10**15), 10**15), st.booleans())
def test_grouping_changes_nothing(value, comma):
    for group in (" ", "\u00a0", "." if comma else ","):
        assert parse(f"{value:,}".replace(",", group), decimal_comma=comma) == value


@given(st.text(max_size=60), st.booleans())
def test_no_text_does_more_than_refuse(text, comma):
    try:
        value = parse(text, decimal_comma=comma)
    except Refused:
        return
    assert abs(value) <= LIMIT
    assert str(value) != "-0.0"


@given(st.from_regex(r"[+-]?[\d.,' ]{1,15}(e[+-]?\d{1,2})?%?", fullmatch=True), st.booleans())
def test_nothing_that_looks_like_a_number_does_more_than_refuse(text, comma):
    test_no_text_does_more_than_refuse.hypothesis.inner_test(text, comma)


@pytest.mark.parametrize(
    ("value", "text"),
    [(1234.5, "1234,5"), (1000.0, "1000"), (0.00001, "0,00001"), (1e-12, "1e-12"), (0.1 + 0.2, "0,30000000000000004")],
)
def test_a_number_is_spelt_for_reading(value, text):
    assert spell(value, decimal_comma=True) == text


def test_a_very_long_text_is_refused_at_once() -> None:
    before = time.process_time()
    with pytest.raises(Refused, match="number_unreadable"):
        parse("9" * 2_000_000 + "x", decimal_comma=False)
    assert time.process_time() - before < 0.05


@pytest.mark.parametrize(
    ("value", "english", "portuguese"),
    [
        (349577, "349,577", "349.577"),
        (1234.5, "1,234.5", "1.234,5"),
        (-9500000.0, "-9,500,000", "-9.500.000"),
        (-0.5, "-0.5", "-0,5"),
        (999, "999", "999"),
        (1e-12, "1e-12", "1e-12"),
    ],
)
def test_a_number_in_a_sentence_is_grouped(value, english, portuguese):
    assert spell_to_read(value, decimal_comma=ENGLISH) == english
    assert spell_to_read(value, decimal_comma=PORTUGUESE) == portuguese


@given(st.floats(-LIMIT, LIMIT).filter(lambda value: not 0 < abs(value) < 1e-9), st.booleans())
def test_what_a_sentence_says_is_the_number(value, comma):
    said = spell_to_read(value, decimal_comma=comma)
    assert parse(said, decimal_comma=comma) == value
