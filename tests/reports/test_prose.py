"""People's Markdown as a tree of text and structure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlcanvas.reports.prose import DEEPEST, Node, Span, excerpt, parse, pieces, plain
from tests.reports.snapshots import HOSTILE


def kinds(text):
    return [node.kind for node in parse(text)]


def only(text):
    [node] = parse(text)
    return node


class TestParse:
    def test_paragraphs_and_emphasis(self):
        spans = only("a **b *c*** ~~d~~ `e`").spans
        assert [span.kind for span in spans] == ["text", "strong", "text", "strike", "text", "code"]
        assert spans[1].spans[1] == Span("em", spans=(Span("text", "c"),))

    def test_a_line_end_is_a_line_end(self):
        assert [span.kind for span in only("a\nb").spans] == ["text", "break", "text"]

    def test_lists_hold_lists(self):
        node = only("3. a\n4. b\n   - c")
        assert node.first == 3
        assert node.items[1].nodes[1].kind == "list"

    def test_tasks_are_told_from_bullets(self):
        assert [item.checked for item in only("- [x] a\n- [ ] b\n- c").items] == [True, False, None]
        assert plain([only("- [x] done")]) == "done"

    def test_a_table_has_a_head(self):
        node = only("| a | b |\n|---|---|\n| 1 | **2** |")
        assert plain([node]) == "a b 1 2"
        assert len(node.head) == 2
        assert len(node.rows) == 1

    def test_the_rest(self):
        text = "# title\n\n> quote\n\n---\n\n```python\ncode\n```"
        assert kinds(text) == ["heading", "quote", "rule", "code"]

    def test_html_is_text(self):
        assert plain(parse("<b>x</b> <script>alert(1)</script>")) == "<b>x</b> <script>alert(1)</script>"

    @pytest.mark.parametrize(
        "address", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//x.org/a", "x"]
    )
    def test_only_harmless_addresses_are_links(self, address):
        assert all(span.kind == "text" for span in only(f"[go]({address})").spans)

    def test_a_harmless_address_is_a_link(self):
        [span] = only("[go](https://example.org/a_b)").spans
        assert (span.kind, span.href) == ("link", "https://example.org/a_b")

    def test_a_picture_is_its_words_and_address_and_is_never_fetched(self):
        [span] = only("![a chart](https://example.org/chart.png)").spans
        assert (span.kind, span.href, plain([only("![a chart](https://x.org/)")])) == (
            "link",
            "https://example.org/chart.png",
            "a chart",
        )

    @pytest.mark.parametrize("text", [">" * 500 + " x", "- " * 300 + "x", "[" * 2000 + "x", "*" * 3000, "`" * 999])
    def test_depth_is_bounded(self, text):
        def depth(nodes):
            inner = [depth(node.nodes) for node in nodes]
            inner += [depth(item.nodes) for node in nodes for item in node.items]
            return 1 + max(inner, default=0) if nodes else 0

        assert depth(parse(text)) <= DEEPEST + 2

    @pytest.mark.parametrize("text", HOSTILE)
    def test_anything_has_a_tree(self, text):
        assert isinstance(parse(text), tuple)


class TestPieces:
    @given(st.lists(st.text("abc é\n-*>", max_size=900), max_size=4))
    def test_no_word_is_lost(self, texts):
        tree = parse("\n\n".join(texts))
        assert plain(pieces(tree)).replace(" ", "") == plain(tree).replace(" ", "")

    def test_a_long_paragraph_is_taken_apart_and_knows_it(self):
        parts = pieces(parse("word " * 200))
        assert len(parts) > 3
        assert [part.text for part in parts[:2]] == ["", "more"]
        assert max(len(plain([part])) for part in parts) <= 245

    def test_entries_keep_their_numbers(self):
        assert [part.first for part in pieces(parse("5. a\n6. b\n7. c"))] == [5, 6, 7]

    def test_what_cannot_be_taken_apart_stays(self):
        [table] = pieces(parse("| a |\n|---|\n| b |"))
        assert table == Node("table", head=((Span("text", "a"),),), rows=(((Span("text", "b"),),),))


class TestExcerpt:
    def test_a_short_text_is_whole(self):
        assert excerpt(parse("a **b**"), 100) == (parse("a **b**"), False)

    def test_a_long_text_ends_after_a_word(self):
        kept, cut = excerpt(parse("word, " * 100), 50)
        assert cut
        assert plain(kept).endswith("word…")
        assert len(plain(kept)) <= 51

    def test_a_list_that_is_too_long_stays_a_list_of_its_first_entries(self):
        kept, cut = excerpt(parse("- " + "one " * 10 + "\n- " + "two " * 10 + "\n- " + "three " * 10), 70)
        assert cut
        (node,) = kept
        assert node.kind == "list"
        assert [plain(item.nodes).strip() for item in node.items] == ["one " * 9 + "one", "two " * 6 + "two…"]

    def test_a_first_entry_that_is_too_long_is_cut(self):
        kept, cut = excerpt(parse("3. " + "word " * 100), 60)
        assert cut
        assert kept[0].first == 3
        assert plain(kept).endswith("…")
        assert len(plain(kept)) <= 61

    def test_a_second_paragraph_that_does_not_fit_is_left_out_or_cut(self):
        kept, cut = excerpt(parse("a" * 40 + "\n\n" + "b " * 100), 60)
        assert cut
        assert len(plain(kept)) <= 80
