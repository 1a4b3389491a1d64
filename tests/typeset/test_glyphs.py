"""Characters are checked against the fonts before anything is typeset."""

import random
from datetime import date

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mlcanvas.typeset import NoFonts, Typeset, fonts, name, printable, typeset
from tests.reports.printing import FOLDER, info, ours, text

DAY = date(2026, 11, 23)
PROBE = """
#let look = json(bytes(sys.inputs.look))
#set document(title: "Probe")
#set text(font: look.fonts.text, lang: look.language.lang)
#show raw: set text(font: look.fonts.code)
#data.text #strong(data.text) #emph(data.text) #raw(data.text)
"""


@pytest.fixture(scope="session")
def probe(tmp_path_factory):
    """Typesets one text in every face."""
    template = tmp_path_factory.mktemp("probe") / "probe.typ"
    template.write_text(PROBE, encoding="utf-8")

    def make(words: str) -> Typeset:
        return typeset(template, {"text": words}, language="en", fonts=ours(), made_on=DAY)

    return make


def said(words):
    found = printable({"text": words}, ours())
    return found.data["text"], found.lost


class TestPrintable:
    @pytest.mark.parametrize(
        "words",
        [
            "",
            "plain",
            "ação coração ñ ß",
            "Ελληνικά кириллица",
            "€ £ R$ – “x” … × − ≠ é",
            "👍 🎉",
            "line\nbreak",
            "a b",
        ],
    )
    def test_what_the_fonts_know_stays(self, words):
        kept = words.replace("≠", ours().replacement) if ord("≠") not in ours().coverage else words
        assert said(words)[0] == kept

    def test_a_character_without_a_glyph_becomes_a_box_and_is_counted(self):
        box = ours().replacement
        assert said("你好 你") == (f"{box}{box} {box}", {"你": 2, "好": 1})

    def test_nul_and_lone_surrogates_are_reported(self):
        box = ours().replacement
        assert said("a\x00b\ud800c") == (f"a{box}b{box}c", {"\x00": 1, "\ud800": 1})

    def test_what_a_parser_already_lost_is_reported_too(self):
        assert said("a\ufffd")[1] == {"\ufffd": 1}

    @pytest.mark.parametrize("mark", ["\ufe0f", "\ufe0e", "\u200e", "\u202e", "\u2066", "\ufeff", "\u2060", "\u00ad"])
    def test_what_nobody_sees_is_taken_out_without_a_word(self, mark):
        assert said(f"a{mark}b") == ("ab", {})

    def test_joined_pictures_stay_joined_and_letters_are_not_joined(self):
        assert said("👩\u200d👧") == ("👩\u200d👧", {})
        assert said("a\u200db") == ("ab", {})

    def test_accents_of_their_own_are_composed(self):
        assert said("e\u0301") == ("é", {})

    def test_an_accent_without_a_letter_is_reported(self):
        assert said("\u0301")[1] == {"\u0301": 1}

    def test_line_ends_of_every_kind_are_line_ends(self):
        assert said("a\r\u2028\x0bb\tc")[0] == "a\n\n\nb c"

    def test_a_long_word_gets_places_to_break_and_loses_no_letter(self):
        broken = said("W" * 5000)[0]
        assert broken.replace("\u200b", "") == "W" * 5000
        assert max(map(len, broken.split("\u200b"))) <= 13

    def test_an_address_breaks_after_its_signs(self):
        assert said("https://example.org/abc/def?x=1")[0].split("\u200b")[:3] == ["https:", "//", "example."]

    def test_an_ordinary_word_stays_whole(self):
        assert "\u200b" not in said("responsabilidades individualizadamente desproporcionalidades")[0]

    def test_an_address_to_follow_is_not_touched(self):
        long = "https://example.org/" + "a" * 200
        assert printable({"href": long, "text": long}, ours()).data["href"] == long

    def test_it_goes_through_lists_and_leaves_numbers_alone(self):
        assert printable({"a": [1, None, True, {"b": "\x00"}], "c": None}, ours()).data == {
            "a": [1, None, True, {"b": ours().replacement}]
        }

    def test_a_name_helps_to_find_it_again(self):
        assert name("你") == "U+4F60 cjk unified ideograph-4f60"
        assert name("\x00") == "U+0000"


LETTERS = st.text("aZ ãç–“”·→\n\té\u0301\u0338\u200d\ufe0f\u202e😀👨👩ا你\ufffd", max_size=20) | st.text(max_size=20)


class TestSimple:
    """Most texts are seen at a glance to be printable: they come out as they would letter by letter."""

    @given(LETTERS, st.booleans())
    @settings(max_examples=300, deadline=None)
    def test_a_text_at_a_glance_is_the_text_letter_by_letter(self, words, plain):
        assume(not (words.isascii() and words.isprintable()))  # those are printed as they are
        # Nothing with NUL in it is seen at a glance.
        slow = printable(words + "\0", ours(), plain=plain)
        found = printable(words, ours(), plain=plain)
        assert slow.data == found.data + ours().replacement
        assert {**found.lost, "\0": slow.lost["\0"]} == slow.lost

    @given(st.lists(LETTERS, max_size=4))
    @settings(max_examples=100, deadline=None)
    def test_what_stands_before_changes_nothing(self, texts):
        assert printable(texts, ours()).data == [printable(words, ours()).data for words in texts]


class TestFonts:
    def test_a_folder_without_fonts_is_named(self, tmp_path):
        with pytest.raises(NoFonts, match=str(tmp_path)):
            fonts(tmp_path)

    def test_they_are_loaded_once(self):
        assert fonts(FOLDER) is fonts(FOLDER)

    def test_the_replacement_can_be_printed(self):
        assert ord(ours().replacement) in ours().coverage


class TestEverythingPrintableIsPrinted:
    @pytest.mark.parametrize("seed", range(6))
    def test_a_salad_of_characters(self, probe, seed):
        """Neither an error nor the second, plainer attempt: what passes the check is typeset as it is."""
        pick = random.Random(seed)
        every = sorted(ours().coverage)
        odd = [0x200D, 0xFE0F, 0x301, 0x1F3FB, 0x20E3, 0, 0xD800, 0x4F60, 0x5D0, 0xE9, 0x20, 0x327]
        for _ in range(10):
            codes = (pick.choice(every) if pick.random() < 0.8 else pick.choice(odd) for _ in range(200))
            words = "".join(map(chr, codes))
            assert probe(words).lost == printable({"text": words}, ours()).lost

    @settings(max_examples=40, deadline=None)
    @given(words=st.text(st.characters(codec=None), max_size=60))
    def test_any_text_at_all(self, probe, words):
        assert probe(words).pdf.startswith(b"%PDF-1.7")

    def test_a_keycap_keeps_its_digit(self, probe):
        assert text(probe("1️⃣ first").pdf).startswith("1 first")
        assert info(probe("1️⃣").pdf)["Tagged"] == "yes"
