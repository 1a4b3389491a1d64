"""Fixed texts, numbers, money and dates in both languages."""

import datetime
import re
from pathlib import Path

import pytest

import mlcanvas.reports
from mlcanvas.domain.text import Text
from mlcanvas.reports.voice import Voice, words

EN, PT = Voice("en", "EUR"), Voice("pt-br", "BRL")


class TestNumbers:
    @pytest.mark.parametrize(
        ("value", "english", "portuguese"),
        [
            (1234.56, "1,235", "1.235"),
            (0.4567, "0.457", "0,457"),
            (12.3456, "12.3", "12,3"),
            (0, "0", "0"),
            (-0.0001, "\u22120.0001", "\u22120,0001"),
            (1e9, "1,000,000,000", "1.000.000.000"),
            (0.5, "0.5", "0,5"),
            (float("inf"), "–", "–"),
            (float("nan"), "–", "–"),
        ],
    )
    def test_three_figures_by_default(self, value, english, portuguese):
        assert (EN.number(value), PT.number(value)) == (english, portuguese)

    def test_digits_when_asked(self):
        assert EN.number(1234.565, 2) == "1,234.56"
        assert PT.number(1234.5, 2) == "1.234,50"
        assert EN.number(-0.2, 0) == "0"

    @pytest.mark.parametrize(
        ("value", "said"), [(0.45, "0.45"), (2130.5, "2,130.5"), (412000, "412,000"), (1e-7, "0.0000001")]
    )
    def test_what_was_typed_is_not_rounded(self, value, said):
        assert EN.exact(value) == said

    def test_money_stands_behind_its_sign(self):
        assert EN.money(73090.4) == "€\u00a073,090"
        assert PT.money(73090.4) == "R$\u00a073.090"
        assert EN.money(1.5) == "€\u00a01.50"
        assert Voice("en", "JPY").money(100) == "JPY\u00a0100"

    @pytest.mark.parametrize(
        ("value", "said"),
        [
            (216_485, "216,000"),
            (73_090, "73,100"),
            (1_234_567.8, "1,230,000"),
            (99_950, "100,000"),
            (1_005, "1,000"),
            (512.4, "512"),
            (5.126, "5.13"),
            (0, "0"),
            (-216_485, "\u2212216,000"),
            (float("nan"), "–"),
        ],
    )
    def test_an_amount_is_rounded_to_three_figures_for_whoever_decides(self, value, said):
        assert EN.rounded(value) == f"€\u00a0{said}"
        assert EN.about(value) == f"about €\u00a0{said}"

    def test_it_is_rounded_in_portuguese_too(self):
        assert PT.about(216_485) == "cerca de R$\u00a0216.000"

    def test_short_money(self):
        assert EN.short_money(50_000) == "€\u00a050\u00a0k"
        assert PT.short_money(2_500_000) == "R$\u00a02,5\u00a0mi"
        assert EN.short_money(0) == "€\u00a00"


class TestWords:
    def test_dates(self):
        assert EN.date("2026-11-23") == "23\u00a0Nov\u00a02026"
        assert PT.date(datetime.date(2026, 5, 1)) == "1\u00a0maio\u00a02026"
        assert EN.date("soon") == "soon"

    def test_several_names(self):
        assert EN.several(["a"]) == "a"
        assert EN.several(["a", "b", "c"]) == "a, b and c"
        assert PT.several(["a", "b"]) == "a e b"
        assert EN.several(["a", "b", "c", "d"], 2) == "a, b and 2 more"

    def test_one_thing_is_spoken_of_in_the_singular(self):
        key = "missing.costs_unknown"
        assert EN.counted(key, 1, count=1).startswith("Costs: 1 answer is")
        assert EN.counted(key, 2, count=2).startswith("Costs: 2 answers are")
        assert PT.counted(key, 1, count=1).startswith("Custos: 1 resposta é")
        assert PT.counted(key, 2, count=2).startswith("Custos: 2 respostas são")
        assert PT.counted("baselines.short", 0.4, gap="0,4") == "falta 0,4"
        assert PT.counted("baselines.short", 2.5, gap="2,5") == "faltam 2,5"

    def test_what_a_result_carries(self):
        assert PT.say({"en": "Labels", "pt_BR": "Rótulos"}) == "Rótulos"
        assert EN.say(Text("a", "b")) == "a"
        assert (EN.say("x"), EN.say(None), EN.say(3)) == ("x", "", "3")

    def test_an_unknown_text_is_a_mistake(self):
        with pytest.raises(KeyError):
            EN("cover.nothing")

    def test_both_languages_have_the_same_placeholders(self):
        for key, text in words().items():
            assert set(re.findall(r"\{\w+\}", text.en)) == set(re.findall(r"\{\w+\}", text.pt_BR)), key

    def test_every_text_is_said_somewhere(self):
        """A text that no code asks for is one that somebody translates for nothing."""
        folder = Path(mlcanvas.reports.__file__).parent
        source = "\n".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.py"))
        for key in words():
            _group, _dot, name = key.partition(".")
            # Keys that end in a value of the data are put together where they are said.
            built = {"level", "kind", "by", "origin", "value", "feasibility", "higher", "lower"}
            built |= {"key", "mark", "zone"}
            plural, plural_name = key.removesuffix("_one"), name.removesuffix("_one")
            asked = any(f"{quote}{said}{quote}" in source for quote in "\"'" for said in (plural, plural_name))
            assert asked or name.partition("_")[0] in built, key
