"""What a row may hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlcanvas import catalog
from mlcanvas.domain.refusal import Refused
from mlcanvas.domain.rows import LONGEST_INTERVAL, accept_row, parse_interval, spell_interval

SOURCES, FEATURES, OUTCOMES = (catalog.row_kinds()[key] for key in ("sources", "features", "outcomes"))


class TestInterval:
    @pytest.mark.parametrize(
        ("text", "hours"),
        [
            ("15 min", 0.25),
            ("30 s", 30 / 3600),
            ("6 h", 6),
            ("1d", 24),
            ("2 weeks", 336),
            ("1 semana", 168),
            ("1 mês", 720),
            ("  3 DIAS ", 72),
            ("0 h", 0),
            ("1.5 h", 1.5),
            ("12 hrs.", 12),
            ("１２ h", 12),
        ],
    )
    def test_it_is_read_as_people_write_it(self, text, hours):
        assert parse_interval(text, decimal_comma=False) == hours

    def test_a_comma_is_a_decimal_mark_in_portuguese(self):
        assert parse_interval("1,5 h", decimal_comma=True) == 1.5

    @pytest.mark.parametrize("text", ["", "5", "h", "daily", "5 parsecs", "NaN h", "inf d", "1 2 3 h x", "9" * 100_000])
    def test_what_has_no_number_or_no_unit_is_refused(self, text):
        with pytest.raises(Refused, match="interval_unreadable"):
            parse_interval(text, decimal_comma=False)

    @pytest.mark.parametrize("text", ["-1 h", "3651 d", "100000 h"])
    def test_what_is_too_long_or_negative_is_refused(self, text):
        with pytest.raises(Refused, match="interval_outside"):
            parse_interval(text, decimal_comma=False)

    @pytest.mark.parametrize(
        ("hours", "text"),
        [
            (24, "1 d"),
            (168, "7 d"),
            (36, "36 h"),
            (0.25, "15 min"),
            (20 / 60, "20 min"),
            (30 / 3600, "30 s"),
            (0, "0 h"),
        ],
    )
    def test_it_is_spelled_in_the_unit_that_makes_a_whole_number(self, hours, text):
        assert spell_interval(hours, decimal_comma=False) == text

    @given(st.floats(0, LONGEST_INTERVAL) | st.integers(0, 5_256_000).map(lambda minutes: minutes / 60), st.booleans())
    def test_what_is_spelled_is_read_back_to_the_last_digit(self, hours, decimal_comma):
        text = spell_interval(hours, decimal_comma=decimal_comma)
        assert parse_interval(text, decimal_comma=decimal_comma) == hours


class TestAcceptRow:
    def test_what_is_empty_is_left_out_and_the_order_is_that_of_the_columns(self):
        found = accept_row(SOURCES, {"licence": "", "access": "granted", "owner": None, "name": "Ledger"})
        assert list(found.items()) == [("name", "Ledger"), ("access", "granted")]

    def test_zero_is_an_answer(self):
        assert accept_row(OUTCOMES, {"name": "Missed", "amount": 0}) == {"name": "Missed", "amount": 0}

    def test_an_amount_has_three_points_or_one(self):
        spread = {"low": 1, "likely": 2.5, "high": 4.0}
        assert accept_row(OUTCOMES, {"name": "x", "amount": spread})["amount"] == {"low": 1, "likely": 2.5, "high": 4}

    @pytest.mark.parametrize(
        ("kind", "values", "code", "path"),
        [
            (SOURCES, {}, "row_name_empty", "name"),
            (SOURCES, {"name": "  "}, "row_name_empty", "name"),
            (SOURCES, {"name": 3}, "row_not_a_line", "name"),
            (SOURCES, {"name": "a\x00"}, "text_unstorable", "name"),
            (SOURCES, {"name": "x" * 121}, "text_too_long", "name"),
            (SOURCES, {"name": "x", "legal_basis": "magic"}, "row_not_a_choice", "legal_basis"),
            (SOURCES, {"name": "x", "__class__": "y"}, "row_column_unknown", "__class__"),
            (SOURCES, {"name": "x", "refresh_hours": -1}, "row_out_of_range", "refresh_hours"),
            (SOURCES, {"name": "x", "refresh_hours": True}, "row_not_a_number", "refresh_hours"),
            (SOURCES, {"name": "x", "refresh_hours": float("nan")}, "row_not_a_number", "refresh_hours"),
            (FEATURES, {"name": "x", "source": "a b"}, "row_key_unusable", "source"),
            (OUTCOMES, {"name": "x", "amount": -1}, "row_out_of_range", "amount"),
            (OUTCOMES, {"name": "x", "amount": "5"}, "row_not_a_number", "amount"),
            (OUTCOMES, {"name": "x", "amount": {"low": 1, "likely": 2}}, "row_amount_ends", "amount"),
            (OUTCOMES, {"name": "x", "amount": {"low": 3, "likely": 2, "high": 4}}, "row_amount_order", "amount"),
            (OUTCOMES, {"name": "x", "delay_days": 1e300}, "row_out_of_range", "delay_days"),
        ],
    )
    def test_a_refusal_names_its_column(self, kind, values, code, path):
        with pytest.raises(Refused) as refused:
            accept_row(kind, values)
        assert (refused.value.code, refused.value.path) == (code, path)
