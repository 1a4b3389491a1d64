"""A canvas as Markdown, there and back, and the blocks in Markdown of other people."""

import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mlcanvas import catalog
from mlcanvas.domain.canvas_text import MOST_PIECES, names, plain_name, read, trimmed, write
from tests import made_up

ML = catalog.canvas_templates()["ml_canvas_v1_1"]
KNOWN = names(ML)
CREDIT = "Machine Learning Canvas v1.1 · Louis Dorard, Ph.D."
LABELS = {"designed for": "designed_for", "feito para": "designed_for"}


def written(texts, title="A project", language="en"):
    blocks = [(block.title.say(language), texts.get(key, "")) for key, block in ML.blocks.items()]
    return write(title, CREDIT, [("Designed for", "them"), ("Iteration", "2")], blocks)


def placed(text, known=KNOWN):
    found = read(text, known, ours=[CREDIT], labels=LABELS)
    return {piece.block or piece.heading: piece.text for piece in found.pieces}


class TestNames:
    @pytest.mark.parametrize("template", catalog.canvas_templates().values(), ids=lambda template: template.key)
    @pytest.mark.parametrize("language", ["en", "pt-br"])
    def test_every_block_is_known_by_the_name_that_we_write(self, template, language):
        known = names(template, catalog.canvas_templates().values())
        assert [known[plain_name(block.title.say(language))] for block in template.block] == [
            block.key for block in template.block
        ]

    @pytest.mark.parametrize(
        ("name", "key"),
        [
            ("VALUE PROPOSITIONS", "value_proposition"),
            ("ML task", "prediction_task"),
            ("Tarefa de ML", "prediction_task"),
            ("decisoes", "decisions"),
            ("3. Decisões:", "decisions"),
            ("(4) Making predictions", "making_predictions"),
            ("Offline Evaluation", "impact_simulation"),
            ("Avaliação Offline", "impact_simulation"),
            ("Collecting Data", "data_collection"),
            ("Atributos", "features"),
            ("🎯 **Features**", "features"),
            ("[Building Models](https://example.org/10)", "building_models"),
            ("Live Monitoring", "monitoring"),
            ("Live Evaluation and Monitoring", "monitoring"),
            ("Avaliação em Tempo Real e Monitoramento", "monitoring"),
            ("data_sources", "data_sources"),
        ],
    )
    def test_names_of_older_editions_and_of_sloppy_typists_are_known(self, name, key):
        assert KNOWN[plain_name(name)] == key

    def test_another_template_lends_its_names_where_keys_are_the_same(self):
        other = made_up.template()
        assert "sails" not in names(ML, [other])
        assert names(other, [ML]) == names(other)


class TestRoundTrip:
    def test_what_is_written_is_plain_markdown_in_the_order_of_filling(self):
        said = written({"value_proposition": "**Six** agents.\n\n- one", "decisions": "Call."})
        assert said.startswith(
            "# A project\n\nMachine Learning Canvas v1.1 · Louis Dorard, Ph.D.\n\n- Designed for: them\n"
            "- Iteration: 2\n\n## Value proposition\n\n**Six** agents.\n\n- one\n\n## Prediction task\n\n"
            "## Decisions\n\nCall.\n\n## Making predictions\n"
        )
        assert said.endswith("## Monitoring\n")
        assert [line[3:] for line in said.splitlines() if line.startswith("## ")] == [
            block.title.en for block in ML.blocks.values()
        ]

    def test_the_header_is_taken_apart(self):
        found = read(written({}), KNOWN, ours=[CREDIT], labels=LABELS)
        assert found.head == {"designed_for": "them"}
        assert [piece.heading for piece in found.pieces if piece.block is None] == [""]
        assert found.pieces[0].text == "- Iteration: 2"

    HARD = (
        "# Title\n\n## Decisions\n\ntext",
        "Decisions\n---\n\nFeatures\n===\n\n---\n\n***",
        "```\n# no heading\n## Decisions\n```\nafter",
        "```\nnever closed\n## Decisions",
        "~~~~\n```\n## Features\n~~~\n# x\n~~~~",
        "````\n```\n````\n```py\n## Decisions",
        "\\# kept\n\\\\## kept\n\\---\n\\```\n\\====",
        "<h2>Decisions</h2>\n<pre>\n## Features\n</pre>\n<!-- ## Monitoring -->",
        "**Decisions**\n\nDecisions\n\n1. **Features:** x",
        "## a\n---\nb",
        "#\n##\n###\n# \n#x\n    # code\n\t# code",
        "- # in a list\n> ## in a quote\n| a |\n---",
        "x\n" * 9999 + "y",
        "---\ntitle: x\n---\n# y",
        "-\n--\n=\n==",
        "trailing   \n  leading\n\n\n\nfar",
        "- Designed for: somebody else\n" + CREDIT,
        "\u2028## Decisions\x0b# x\u00a0\n \u00a0\n# y",
    )

    @pytest.mark.parametrize("text", HARD)
    @pytest.mark.parametrize("language", ["en", "pt-br"])
    def test_hard_texts_come_back_as_they_were(self, text, language):
        texts = dict.fromkeys(ML.blocks, text)
        found = placed(written(texts, language=language))
        assert {key: found[key] for key in texts} == {key: trimmed(text) for key in texts}
        assert set(found) - set(texts) <= {""}

    @pytest.mark.parametrize("title", ["Decisions", "## Features", "```", "# x #", "---", "{0} %s"])
    def test_whatever_the_project_is_called(self, title):
        found = placed(written({"decisions": "Call."}, title=title))
        assert {key: text for key, text in found.items() if text} == {"decisions": "Call.", "": "- Iteration: 2"}

    def test_a_canvas_of_another_grid(self):
        template = made_up.template()
        texts = {"sails": "## Harbour\n\nx", "crew": "```\n## Sails"}
        said = write("x", "", [], [(block.title.en, texts.get(key, "")) for key, block in template.blocks.items()])
        found = read(said, names(template), ours=[""])
        assert {p.block: p.text for p in found.pieces} == {"wind": "", "harbour": "", **texts}


LINE = st.one_of(
    st.sampled_from(
        ["# a", "## Decisions", "##", "---", "===", "```", "````", "~~~", "\\# a", "\\---", "\\\\```", "", "  ",
         "a", "- a", "> a", "**Features**", "    ## x", "   ## x", "Monitoring", "```py", "#", "-", "=", "| a",
         "\\"]
    ),
    st.text(alphabet="#-=`~\\ a\t*>", max_size=6),
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.lists(st.lists(LINE, max_size=12).map("\n".join), min_size=10, max_size=10))
@example(["```"] * 10)
@example(["# a\n---"] * 10)
def test_any_ten_texts_come_back_as_they_were(ten):
    texts = dict(zip(ML.blocks, ten, strict=True))
    found = placed(written(texts))
    assert {key: found[key] for key in texts} == {key: trimmed(text) for key, text in texts.items()}
    assert set(found) - set(texts) <= {""}


class TestOtherPeople:
    def test_headings_at_any_level_with_numbers_and_accents_aside(self):
        found = placed("# Our canvas\n\n### 1. VALUE PROPOSITION\nA\n\n### 2) ml task ###\nB\n\n### decisoes\nC")
        assert found == {"value_proposition": "A", "prediction_task": "B", "decisions": "C", "Our canvas": ""}

    def test_lines_in_bold_are_headings_where_there_are_no_others(self):
        text = "**Value proposition**\nA **b**\n\n**Note:** c\n\n__4. Features:__ D\n\n- **Decisions**: E"
        assert placed(text) == {"value_proposition": "A **b**\n\n**Note:** c", "features": "D", "decisions": "E"}

    def test_a_bold_word_that_begins_a_sentence_is_no_heading(self):
        assert placed("## Features\n\n**Decisions** are made late.") == {
            "features": "**Decisions** are made late.",
        }

    def test_bare_lines_are_headings_where_nothing_else_is(self):
        assert placed("Value proposition\n\nA\n\nDecisions:\nB") == {"value_proposition": "A", "decisions": "B"}

    def test_underlined_headings(self):
        assert placed("Decisions\n=========\n\nA\n\nFeatures\n========\nB\n\n---\n\nC") == {
            "decisions": "A",
            "features": "B\n\n---\n\nC",
        }

    def test_what_a_heading_says_more_is_kept(self):
        assert placed("## Decisions: who acts\nA\n## Features (draft)\nB\n## Monitoring – later\nC") == {
            "decisions": "who acts\nA",
            "features": "(draft)\nB",
            "monitoring": "– later\nC",
        }

    def test_what_cannot_be_placed_is_a_piece_of_its_own_with_its_source(self):
        found = read("Lead.\n\n## Stakeholders\n\nAna.\n\n### Deep\n\nx\n\n## Decisions\nB", KNOWN)
        assert [(piece.block, piece.heading, piece.source) for piece in found.pieces] == [
            (None, "", "Lead."),
            (None, "Stakeholders", "## Stakeholders\n\nAna.\n\n### Deep\n\nx"),
            ("decisions", "Decisions", "## Decisions\nB"),
        ]

    def test_deeper_headings_stay_in_their_block(self):
        assert placed("## Decisions\n\n### Features\nA") == {"decisions": "### Features\nA"}

    def test_one_block_under_two_names_is_two_pieces(self):
        found = read("## Offline evaluation\nA\n## Impact simulation\nB", KNOWN).pieces
        assert [(piece.block, piece.text) for piece in found] == [
            ("impact_simulation", "A"),
            ("impact_simulation", "B"),
        ]

    def test_data_about_the_text_is_no_heading(self):
        assert placed("---\ntags: [x]\ntitle: Decisions\n---\n## Decisions\nA") == {
            "": "---\ntags: [x]\ntitle: Decisions\n---",
            "decisions": "A",
        }

    def test_a_backslash_of_somebody_else_stays(self):
        assert placed("## Decisions\n\\# 1 in sales") == {"decisions": "\\# 1 in sales"}

    def test_a_text_without_any_block_is_one_piece(self):
        assert placed("# Minutes\n\nWe met.") == {"": "# Minutes\n\nWe met."}

    def test_no_word_is_lost_whatever_it_stands_under(self):
        text = "\n\n".join(f"## Heading {number}\n\nword{number}" for number in range(400)) + "\n\n## Decisions\n\nlast"
        found = read(text, KNOWN).pieces
        assert len(found) == MOST_PIECES + 1
        said = "\n".join(piece.source for piece in found).split()
        assert {f"word{number}" for number in range(400)} | {"last"} <= set(said)

    @settings(max_examples=300, deadline=None)
    @given(st.lists(LINE, max_size=40).map("\n".join))
    def test_every_line_of_any_text_is_in_some_piece(self, text):
        pieces = read(text, KNOWN).pieces
        assert [line for line in text.split("\n") if line.strip()] == [
            line for piece in pieces for line in piece.source.split("\n") if line.strip()
        ]

    @pytest.mark.parametrize(
        "text",
        ["```\n" * 100_000, "~~~x\n" * 100_000, "a\n" * 400_000, "## x\n" * 100_000, "**" * 400_000, "# " * 400_000,
         "[" * 800_000, "\n" * 800_000, "-" * 800_000, "![a](" * 160_000],
        ids=range(10),
    )  # fmt: skip
    def test_hostile_texts_are_read_in_time(self, text):
        start = time.perf_counter()
        read(text, KNOWN)
        assert time.perf_counter() - start < 10
