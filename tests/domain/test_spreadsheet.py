"""Texts of people in cells: nothing runs, nothing turns, nothing else changes."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlcanvas.domain.spreadsheet import LONGEST, fitting, guarded, runs, unturned


class TestGuarded:
    @pytest.mark.parametrize(
        "text",
        [
            "",
            "plain",
            "a = b",
            "3 - 1",
            "e-mail a@b",
            "it's",
            "'quoted'",
            "a, b; c",
            "x\n- a list\n- of two",
            "–5",
            "ação",
            "1,5",
        ],
    )
    def test_an_ordinary_text_stays(self, text):
        assert guarded(text) == text

    @pytest.mark.parametrize(
        "text",
        [
            "=1+1",
            "+1",
            "-1",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "\n=1",
            " =1",
            "\u00a0=1",
            "\x0c=1",
            "\u200b=1",
            "\ufeff=1",
            "＝1",
            "＋1",
            "－1",
            "＠x",
            "- a list",
        ],
    )
    def test_what_begins_like_a_formula_gets_an_apostrophe(self, text):
        assert guarded(text).startswith("'")
        assert guarded(text).replace("'", "") == text

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("x;=1+1", "x;'=1+1"),
            ("x, @y", "x, '@y"),
            ("x\n=1", "x\n'=1"),
            ("x;-2+3", "x;'-2+3"),
            ("x\n- item", "x\n- item"),
            ("x,=1;=2", "x,'=1;'=2"),
        ],
    )
    def test_no_piece_of_it_does_either(self, text, expected):
        assert guarded(text) == expected

    @given(st.text(alphabet="=+-@;,\t\r\n '\"aé\u202e＝", max_size=30))
    def test_whatever_separator_a_program_splits_at(self, text):
        safe = guarded(text)
        for piece in (safe, *re.split("[;,\t\r\n]", safe)[1:]):
            assert not re.match(" *([=@＝]|[+-](?! ))", piece)
        assert safe.replace("'", "") == unturned(text).replace("'", "")
        assert guarded(safe) == safe


class TestUnturned:
    def test_a_direction_ends_with_its_cell(self):
        assert unturned("a\u202ecod.exe\u202c \u2066x\u2069") == "acod.exe x"

    def test_hebrew_and_its_marks_stay(self):
        assert unturned("שלום\u200f!") == "שלום\u200f!"


class TestFitting:
    def test_ten_thousand_characters_fit(self):
        assert fitting("ç" * 10_000) == "ç" * 10_000

    @pytest.mark.parametrize("letter", ["x", "ç", "👍"])
    def test_a_longer_text_ends_with_an_ellipsis(self, letter):
        cut = fitting(letter * 40_000)
        assert cut.endswith(letter + "…")
        assert LONGEST - 2 < len(cut.encode("utf-16-le")) // 2 <= LONGEST

    def test_what_xml_cannot_hold_is_left_out(self):
        assert fitting("a\x00\x07b\ud800c\uffffd\r\ne\rf\tg") == "abcd\ne\nf\tg"

    def test_a_formula_stays_what_it_is(self):
        assert fitting("=1+1") == "=1+1"
        assert runs("=1+1")
        assert not runs("1+1")
