"""Content to text and back: the same bytes, whatever people typed."""

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mlcanvas.domain.canonical import canonical
from mlcanvas.exchange import reading
from mlcanvas.exchange.writing import write

PARSERS = [yaml.SafeLoader, *([yaml.CSafeLoader] if yaml.__with_libyaml__ else [])]

AWKWARD = [
    "yes",
    "No",
    "on",
    "true",
    "null",
    "~",
    "",
    "1e3",
    "0x1F",
    "0o17",
    "12:30",
    "2027-03-31",
    ".inf",
    ".nan",
    "-",
    "--- ",
    "...",
    "- a",
    "? a",
    "# a",
    "a #b",
    "a: b",
    "a:",
    ": ",
    " lead",
    "trail ",
    "\ttab",
    "tab\t",
    "\n",
    "\n\n",
    "a\n",
    "a\n\n",
    "\na",
    "  \n",
    "a\n ",
    " a\n  b",
    "a\n\n\n b\n",
    "\ta\nb",
    "'",
    '"',
    "\\",
    "\\n",
    "|",
    "> a",
    "%a",
    "@a",
    "`a",
    "{a",
    "[a",
    "}",
    ",",
    "*a",
    "&a",
    "!a",
    "<<",
    "😀",
    "\u2028",
    "\u2029",
    "\x85",
    "\ufeff",
    "\xa0",
    "\x07",
    "\x7f",
    "\ufffe",
    "é",
    "漢字",
    "a\u2028b\nc",
]

texts = st.lists(
    st.one_of(
        st.sampled_from(AWKWARD),
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00\r"), max_size=6),
    ),
    max_size=6,
).map("".join)
scalars = st.one_of(
    texts, st.integers(-(10**15), 10**15), st.floats(allow_nan=False, allow_infinity=False), st.booleans()
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(st.one_of(scalars, st.dictionaries(texts, inner, min_size=1, max_size=3)), min_size=1, max_size=3),
        st.dictionaries(texts, inner, min_size=1, max_size=3),
    ),
    max_leaves=10,
)


def comes_back(content: dict[str, object], monkeypatch: pytest.MonkeyPatch) -> None:
    text = write(content)
    for parser in PARSERS:
        monkeypatch.setattr(reading, "_Loader", parser)
        found = reading.parse(text)
        assert found.problems == []
        assert found.value == canonical(content)
    assert write(found.value) == text
    assert text.encode().decode() == text


@settings(
    max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(content=st.dictionaries(texts, values, min_size=1, max_size=3))
def test_everything_comes_back(content, monkeypatch):
    comes_back(content, monkeypatch)


@pytest.mark.parametrize("text", AWKWARD)
def test_awkward_text_comes_back_wherever_it_stands(text, monkeypatch):
    comes_back({"a": text, "b": {"c": f"{text}\n{text}"}, "d": [{"e": text, "f": text}, text]}, monkeypatch)


@pytest.mark.parametrize("text", AWKWARD)
def test_other_yaml_readers_see_the_same_text(text):
    assert yaml.safe_load(write({"scope": {"problem": text}})) == {"scope": {"problem": text}}


def test_several_lines_are_a_block_that_people_can_edit():
    assert (
        write({"scope": {"problem": "One: two\n\n- *three*  \n"}})
        == "scope:\n  problem: |\n    One: two\n\n    - *three*  \n"
    )


def test_keys_stand_in_the_order_of_the_schema():
    text = write(
        {
            "scope": {"why_ml": "b", "problem": "a"},
            "project": {"currency": "EUR", "name": "x"},
            "format": "mlcanvas-project",
        }
    )
    assert text == "format: mlcanvas-project\nproject:\n  name: x\n  currency: EUR\nscope:\n  problem: a\n  why_ml: b\n"


def test_a_range_is_one_line_from_low_to_high():
    content = {"costs": {"answers": {"C1_access": {"high": 9.5, "likely": 4.0, "low": 1}}}}
    assert write(content) == "costs:\n  answers:\n    C1_access: {low: 1, likely: 4, high: 9.5}\n"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), None, object(), b"x"])
def test_what_a_project_cannot_hold_is_refused(value):
    with pytest.raises(ValueError, match=r"a number must be finite|has no (place|canonical form)"):
        write({"a": value})
