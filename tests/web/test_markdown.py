"""People's Markdown as safe HTML."""

import re
import time
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlcanvas.web import markdown

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\nscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:x)",
    "<javascript:alert(1)>",
    '[x](https://a.example "onmouseover=alert(1)")',
    '[x](https://a.example/"onmouseover="alert(1))',
    "![x](https://evil.example/pixel.png)",
    "![x](data:image/svg+xml;base64,PHN2Zz4=)",
    "<svg/onload=alert(1)>",
    "<iframe src=//evil.example>",
    "<style>*{display:none}</style>",
    "<a href='javascript:alert(1)'>x</a>",
    "```<script>\nalert(1)\n```",
    "`<script>alert(1)</script>`",
    "| <b onclick=x> |\n|-|\n| <i style=x> |",
    "- [ ] <input type=text onfocus=alert(1) autofocus>",
    "<!-- --><form action=//evil.example><button>",
    "[x]: javascript:alert(1)\n\n[x]",
    "</div></main><h1>",
    "<p class=bar style=position:fixed>",
]
TAGS = {
    "p",
    "br",
    "strong",
    "em",
    "s",
    "code",
    "pre",
    "blockquote",
    "ul",
    "ol",
    "li",
    "a",
    "hr",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "input",
}
ATTRIBUTES = {"href", "title", "rel", "start", "class", "type", "checked", "disabled", "aria-hidden"}


class Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.attributes, self.links = set(), set(), []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _value in attrs}
        self.links += [value for name, value in attrs if name == "href"]


def read(text):
    reader = Reader()
    reader.feed(markdown.render(text))
    return reader


def check(text):
    found = read(text)
    assert found.tags <= TAGS
    assert found.attributes <= ATTRIBUTES
    for link in found.links:
        scheme = re.match(r"\s*([a-zA-Z][\w+.-]*):", link)
        assert scheme is None or scheme[1].lower() in {"http", "https", "mailto"}


@pytest.mark.parametrize("text", ATTACKS)
def test_no_attack_becomes_more_than_text(text):
    check(text)


@settings(max_examples=200)
@given(
    st.lists(
        st.sampled_from([*ATTACKS, "\n", "\n\n", "> ", "- ", "*", "`", "|", "[", "](", ")", "<", "&lt;", "a"]),
        max_size=8,
    )
)
def test_nor_do_any_of_them_together(parts):
    check("".join(parts))


@given(st.text(max_size=60))
def test_nor_does_any_text(text):
    check(text)


def test_what_people_write_is_shown():
    html = markdown.render(
        "# Title\n\n**bold** *soft* ~~gone~~ `code`\nnext\n\n1. one\n\n> said\n\n| a |\n|---|\n| b |\n\n---\n"
    )
    for piece in (
        "<h1>Title</h1>",
        "<strong>bold</strong>",
        "<em>soft</em>",
        "<s>gone</s>",
        "<code>code</code><br>",
        "<ol>",
        "<blockquote>",
        "<th>a</th>",
        "<td>b</td>",
        "<hr>",
    ):
        assert piece in html


def test_typed_markup_is_shown_and_not_swallowed():
    assert "&lt;T&gt;" in markdown.render("a list<T> of 3 < 4 & 5")
    assert "3 &lt; 4 &amp; 5" in markdown.render("a list<T> of 3 < 4 & 5")


def test_a_link_tells_its_target_nothing():
    assert (
        markdown.render("[a](https://a.example)")
        == '<p><a href="https://a.example" rel="noopener noreferrer nofollow">a</a></p>\n'
    )


def test_the_box_of_a_task_is_no_control():
    html = markdown.render("- [ ] open\n- [x] done")
    boxes = re.findall(r"<input[^>]*>", html)
    assert len(boxes) == 2
    assert all("disabled" in box and 'aria-hidden="true"' in box for box in boxes)
    assert ["checked" in box for box in boxes] == [False, True]


@pytest.mark.parametrize(
    "piece",
    [
        "[",
        "![",
        "*",
        "`",
        "> ",
        "- ",
        "<",
        "|a",
        "a](b",
        "\\[",
        "*a_",
        "&#",
        "1. ",
        "<a ",
        "](",
        "``` ",
        "~~",
        "\t",
        "[a]: ",
    ],
)
def test_the_longest_text_takes_no_longer_than_a_moment(piece):
    text = (piece * 20_000)[:20_000]
    begun = time.process_time()
    markdown.render(text)
    assert time.process_time() - begun < 2


class TestPeople:
    names = {7: 'Ana <b>&amp;</b> "Lima"', 8: "Rita"}

    def render(self, text, reader=0):
        return markdown.render_with_people(text, self.names, missing="somebody", reader=reader)

    def test_a_reference_is_the_name_of_now_escaped(self):
        assert self.render("hi @\x027\x03!") == (
            '<p>hi <mark class="named" dir="auto">@Ana &lt;b&gt;&amp;amp;&lt;/b&gt; &quot;Lima&quot;</mark>!</p>\n'
        )

    def test_the_readers_own_name_is_set_off_and_a_lost_one_is_said(self):
        assert 'class="named is-me" dir="auto">@Rita<' in self.render("@\x028\x03", reader=8)
        assert ">@somebody<" in self.render("**@\x029\x03**")

    @pytest.mark.parametrize(
        "text",
        [
            '<mark data-person="7"></mark>',
            "[x](https://a.example '<mark data-person=\"7\"></mark>')",
            '`<mark data-person="7"></mark>`',
            '    <mark data-person="7"></mark>',
            '<mark class="named is-me">@Rita</mark>',
        ],
    )
    def test_nobody_can_type_one(self, text):
        html = self.render(text)
        assert "Ana" not in html
        assert "<mark" not in html

    @pytest.mark.parametrize("text", ["`@\x027\x03`", "    @\x027\x03", "[x](https://a.example '@\x027\x03')"])
    def test_in_code_and_in_a_title_it_is_only_words(self, text):
        html = self.render(text)
        assert "@Ana &lt;b&gt;" in html
        assert "<mark" not in html
        assert "<b>" not in html

    def test_other_texts_know_no_people(self):
        assert "mark" not in markdown.render("@\x027\x03")

    @pytest.mark.parametrize("attack", ATTACKS)
    def test_attacks_stay_harmless(self, attack):
        assert markdown.render_with_people(attack, {}, missing="x") == markdown.render(attack)
