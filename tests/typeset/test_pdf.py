"""Data and a template in, an accessible PDF out."""

import threading
from datetime import date

import pytest
import typst

from mlcanvas.typeset import NotTypeset, compiling, pdf, typeset
from tests.reports.printing import info, ours, text

DAY = date(2026, 11, 23)
HEAD = """#let look = json(bytes(sys.inputs.look))
#set document(title: data.title)
#set text(font: look.fonts.text, lang: look.language.lang, region: look.language.at("region", default: none))
"""


def make(folder, source="#data.text", title="A title", language="en", **data):
    template = folder / "template.typ"
    template.write_text(HEAD + source, encoding="utf-8")
    return typeset(template, {"title": title, "text": "x", **data}, language=language, fonts=ours(), made_on=DAY)


class TestTypeset:
    def test_it_is_tagged_and_says_its_title(self, tmp_path):
        said = info(make(tmp_path, title="Ação").pdf)
        assert said["Tagged"] == "yes"
        assert said["Title"] == "Ação"

    def test_it_declares_pdf_ua_and_its_language(self, tmp_path):
        made = make(tmp_path, language="pt-br").pdf
        assert b"<pdfuaid:part>1</pdfuaid:part>" in made
        assert b"/Lang(pt-BR)" in made

    def test_the_same_data_gives_the_same_bytes(self, tmp_path):
        first = make(tmp_path).pdf
        compiling._compilers.clear()
        assert make(tmp_path).pdf == first

    def test_its_only_clock_is_the_day_it_was_made(self, tmp_path):
        assert "Nov 23" in info(make(tmp_path).pdf)["CreationDate"]

    @pytest.mark.parametrize(
        "words",
        ['#read("/etc/passwd")', '#import "@preview/cetz:0.3.0"', "$x^2$", "*a* _b_ = c", "\\u{41}", "#panic()"],
    )
    def test_text_is_printed_and_never_obeyed(self, tmp_path, words):
        assert text(make(tmp_path, text=words).pdf) == words

    def test_a_file_outside_the_folder_cannot_be_read(self, tmp_path):
        inner = tmp_path / "inner"
        inner.mkdir()
        (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
        with pytest.raises(NotTypeset):
            make(inner, '#read("../secret.txt")')

    def test_a_mistake_of_the_template_is_said(self, tmp_path):
        with pytest.raises(NotTypeset, match="unknown variable"):
            make(tmp_path, "#nowhere")

    def test_nor_what_people_wrote_beside_it(self, tmp_path):
        template = tmp_path / "template.typ"
        template.write_text("#nowhere", encoding="utf-8")
        with pytest.raises(NotTypeset, match="unknown variable: nowhere") as refused:
            typeset(template, {"text": "our plans"}, language="en", fonts=ours(), made_on=DAY)
        assert "plans" not in str(refused.value)

    def test_two_characters_that_do_not_go_together_are_tried_apart(self, tmp_path, monkeypatch):
        """The second attempt leaves nothing in the text that one character does to another."""
        compiled, tried = pdf._compile, []

        def refuse_once(order, data, *rest):
            tried.append(data["text"])
            if len(tried) == 1:
                raise NotTypeset("no glyph")
            return compiled(order, data, *rest)

        monkeypatch.setattr(pdf, "_compile", refuse_once)
        made = make(tmp_path, text="q\u0301 👩\u200d👧 é")
        assert tried[0] == "q\u0301 👩\u200d👧 é"
        assert "\u0301" in made.lost
        assert "\u200d" not in tried[1]
        assert tried[1].endswith("é")

    def test_a_fault_of_the_compiler_costs_one_compiler_and_not_the_process(self, tmp_path, monkeypatch):
        made = make(tmp_path)

        class PanicException(BaseException):
            pass

        class Faulty:
            def compile(self, *_source, **_options):
                raise PanicException("index out of bounds")

        for key in list(compiling._compilers):
            monkeypatch.setitem(compiling._compilers, key, (Faulty(), threading.Lock()))
        assert make(tmp_path).pdf == made.pdf

    def test_an_interrupt_is_not_swallowed(self, tmp_path, monkeypatch):
        make(tmp_path)

        class Stopped:
            def compile(self, *_source, **_options):
                raise KeyboardInterrupt

        for key in list(compiling._compilers):
            monkeypatch.setitem(compiling._compilers, key, (Stopped(), threading.Lock()))
        with pytest.raises(KeyboardInterrupt):
            make(tmp_path)

    def test_many_at_once(self, tmp_path):
        """One compiler serves one thread at a time; the others wait and get their own document."""
        made: dict[int, str] = {}

        def work(number: int) -> None:
            made[number] = text(typeset(template, {"title": "t", "text": f"number {number}"}, **options).pdf)

        template = tmp_path / "template.typ"
        template.write_text(HEAD + "#data.text", encoding="utf-8")
        options = {"language": "en", "fonts": ours(), "made_on": DAY}
        threads = [threading.Thread(target=work, args=(number,)) for number in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert made == {number: f"number {number}" for number in range(12)}

    @pytest.mark.parametrize(("growth", "times"), [(compiling.ROOM - 1, 0), (compiling.ROOM + 1, 1)])
    def test_a_process_that_has_become_large_forgets(self, tmp_path, monkeypatch, growth, times):
        make(tmp_path)
        forgotten = []
        monkeypatch.setattr(compiling, "_forget", forgotten.append)
        before = compiling._before[ours().folders]
        monkeypatch.setattr(compiling.memory, "resident", lambda: before + growth)
        make(tmp_path)
        assert forgotten == [ours().folders] * times

    def test_no_font_of_the_machine_is_used(self):
        loaded = compiling.loaded(ours().folders)
        assert {font.family for font in loaded.fonts()} == set(ours().families)
        assert isinstance(loaded, typst.Fonts)
