"""Form fields: what people type, and what it becomes."""

import pytest
from django import forms
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from mlcanvas.web.fields import ChoiceField, LineField, MoneyField, NumberField, TextField, WholeField


def error(field, value):
    with pytest.raises(forms.ValidationError) as refused:
        field.clean(value)
    (sentence,) = refused.value.messages
    return sentence


class TestNumberField:
    @pytest.mark.parametrize(
        ("language", "text", "value"),
        [
            ("en", "1,234.5", 1234.5),
            ("pt-br", "1.234,5", 1234.5),
            ("en", "1.234", 1.234),
            ("pt-br", "1.234", 1234),
            ("pt-br", "1,5", 1.5),
        ],
    )
    def test_it_reads_the_language_of_the_page(self, language, text, value):
        with translation.override(language):
            assert NumberField().clean(text) == value

    @pytest.mark.parametrize("language", ["en", "pt-br"])
    @pytest.mark.parametrize("value", [1.234, 123.456, 0.5, 1000, 1e-11, 0.1 + 0.2, -7.25])
    def test_a_number_is_itself_in_every_language(self, language, value):
        with translation.override(language):
            assert NumberField().clean(value) == value

    @given(st.floats(-1e15, 1e15), st.sampled_from(["en", "pt-br"]))
    def test_saving_an_untouched_form_changes_nothing(self, value, language):
        with translation.override(language):
            field = NumberField()
            assert field.clean(field.prepare_value(value)) == value
            assert not field.has_changed(value, field.prepare_value(value))

    @pytest.mark.parametrize("value", [5.375, 225.375, 1.001, 5.4, 999.999])
    def test_money_untouched_is_not_asked_about(self, value):
        for language in ("en", "pt-br"):
            with translation.override(language):
                assert MoneyField().clean(MoneyField().prepare_value(value)) == value

    def test_money_of_another_notation_is_asked_about(self):
        assert error(MoneyField(), "5.400") == "This can be read in two ways. Write 5.4, or 5,400 for thousands."
        with translation.override("pt-br"):
            assert error(MoneyField(), "1,250").endswith("Escreva 1,25, ou 1.250 para milhares.")

    @pytest.mark.parametrize("text", ["NaN", "inf", "-Infinity", "one", "1 2", "\x00"])
    def test_what_is_no_number_is_one_sentence(self, text):
        assert error(NumberField(), text).startswith("This is not a number.")
        with translation.override("pt-br"):
            assert error(NumberField(), text).startswith("Isto não é um número.")

    @pytest.mark.parametrize("value", [float("nan"), float("inf"), True])
    def test_nor_is_a_value_that_is_none(self, value):
        assert error(NumberField(), value)

    def test_its_bounds_are_included_and_said_as_people_write(self):
        field = NumberField(least=0.5, most=1000)
        assert field.clean("0.5") == 0.5
        assert field.clean("1000") == 1000
        assert error(field, "0.4") == "The smallest value here is 0.5."
        assert error(field, "1001") == "The largest value here is 1,000."
        with translation.override("pt-br"):
            assert error(field, "0,4") == "O menor valor aqui é 0,5."

    def test_empty_is_none_or_required(self):
        assert NumberField(required=False).clean("") is None
        assert error(NumberField(), "") == "This field is required."

    def test_typed_text_is_shown_as_typed(self):
        assert NumberField().prepare_value("1.2.3") == "1.2.3"
        assert NumberField().prepare_value(None) is None

    def test_money_is_not_negative(self):
        assert MoneyField().clean("0") == 0
        assert error(MoneyField(), "-1") == "The smallest value here is 0."
        assert MoneyField(least=-5.0).clean("-1") == -1


class TestWholeField:
    @pytest.mark.parametrize(
        ("language", "text"), [("en", "1,240"), ("pt-br", "1.240"), ("en", "1 240"), ("en", "1240.0")]
    )
    def test_it_takes_whole_numbers_as_people_write_them(self, language, text):
        with translation.override(language):
            found = WholeField().clean(text)
        assert (found, type(found)) == (1240, int)

    @pytest.mark.parametrize("text", ["12.5", "many", "1e-3", "NaN"])
    def test_anything_else_is_one_sentence(self, text):
        assert error(WholeField(), text) == "Write a whole number, such as 1,240."

    def test_what_may_be_a_thousand_is_asked_about(self):
        assert error(WholeField(), "1.240") == "This can be read in two ways. Write 1.24, or 1,240 for thousands."

    def test_empty_is_none(self):
        assert WholeField(required=False).clean("") is None


class TestTexts:
    @pytest.mark.parametrize("field", [LineField(), TextField()])
    @pytest.mark.parametrize("text", ["a\x00b", "\ud800"])
    def test_what_cannot_be_stored_is_one_sentence(self, field, text):
        assert "cannot be stored" in error(field, text)

    @pytest.mark.parametrize("text", ["a\nb", "a\tb", "  a \r\n b  ", "a\x07b", "a\x1b b", "a\x85b"])
    def test_a_line_is_one_line(self, text):
        assert LineField().clean(text) == "a b"

    def test_a_text_keeps_its_lines(self):
        assert TextField().clean("a\r\n\r\n  b\tc") == "a\n\n  b\tc"

    def test_the_limit_is_said_with_both_figures(self):
        assert LineField(max_length=5).clean("12345") == "12345"
        assert error(LineField(max_length=5), "123456").startswith("This text has 6 characters and the limit is 5.")
        assert error(TextField(), "x" * 20_001).startswith("This text has 20,001 characters and the limit is 20,000.")

    def test_empty_is_required_or_empty(self):
        assert LineField(required=False).clean("  ") == ""
        assert error(LineField(), " \n ") == "This field is required."

    def test_the_browser_cuts_nothing(self):
        class Form(forms.Form):
            line = LineField(max_length=5)

        assert "maxlength" not in str(Form()["line"])


class TestChoiceField:
    def field(self, **more):
        return ChoiceField(choices=lambda: [("a", "A"), ("b", "B")], **more)

    def test_it_takes_only_its_keys(self):
        assert self.field().clean("a") == "a"
        for wrong in ("c", "A", "a ", "__class__", "a\x00"):
            assert error(self.field(), wrong) == "Choose one of the answers in the list."

    def test_an_optional_one_starts_with_a_dash(self):
        assert self.field(required=False).clean("") == ""
        assert next(iter(self.field(required=False).choices)) == ("", "–")
        assert error(self.field(), "") == "This field is required."
