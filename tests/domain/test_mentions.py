"""People named in a text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlcanvas.domain.mentions import Person, handles, refer, spell
from mlcanvas.domain.refusal import Refused

ANA = Person(1, "Ana", "ana@example.org")
ANA_LIMA = Person(2, "Ana Lima", "lima@example.org")
JOAO = Person(3, "João d'Ávila (QA)", "joao@example.org")
NAMELESS = Person(4, "quiet@example.org", "quiet@example.org")
PEOPLE = (ANA, ANA_LIMA, JOAO, NAMELESS)
NAMES = {person.key: person.name for person in PEOPLE}


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("@Ana, please", (1,)),
        ("ask @Ana Lima.", (2,)),
        ("ask @ana   lima and (@ANA)", (2, 1)),
        ("@Ana Limaverde is not here", (1,)),
        ("@João d'Ávila (QA)?", (3,)),
        ("@quiet@example.org.", (4,)),
        ("@lima@example.org", (2,)),
        ("**@Ana**", (1,)),
        ("@Ana and @Ana", (1,)),
        ("@Anabela", ()),
        ("ana@Ana", ()),
        ("https://host.example/@Ana", ()),
        ("@lima@example.org.br", ()),
        ("@", ()),
        ("@ Ana", ()),
        ("nobody", ()),
    ],
)
def test_who_is_named(text: str, named: tuple[int, ...]) -> None:
    stored, keys = refer(text, PEOPLE)
    assert keys == named
    assert ("\x02" in stored) == bool(named)


def test_the_name_of_now_is_shown() -> None:
    stored, _keys = refer("Dear @Ana Lima!", PEOPLE)
    assert spell(stored, {2: "Ana Souza"}, "somebody") == "Dear @Ana Souza!"
    assert spell(stored, {}, "somebody") == "Dear @somebody!"


def test_words_that_look_like_a_reference_are_words() -> None:
    assert refer("@\x021\x03 and @1", PEOPLE) == ("@1 and @1", ())


def test_several_of_one_name_are_told_apart_by_their_address() -> None:
    twin = Person(5, "ANA", "other@example.org")
    with pytest.raises(Refused, match="mention_ambiguous"):
        refer("@Ana", (*PEOPLE, twin))
    assert refer("@other@example.org @Ana Lima", (*PEOPLE, twin))[1] == (5, 2)
    assert handles((*PEOPLE, twin)) == {
        1: "ana@example.org",
        2: "Ana Lima",
        3: "João d'Ávila (QA)",
        4: "quiet@example.org",
        5: "other@example.org",
    }


@given(st.text(max_size=80), st.lists(st.sampled_from(PEOPLE), max_size=4), st.text(max_size=80))
def test_what_a_field_shows_is_stored_as_it_was(before: str, people: list[Person], after: str) -> None:
    typed = handles(PEOPLE)
    text = before + "".join(f" @{typed[person.key]} " for person in people) + after
    stored, named = refer(text, PEOPLE)
    assert {person.key for person in people} <= set(named)
    assert refer(spell(stored, typed, "?"), PEOPLE) == (stored, named)


@given(st.text(), st.lists(st.tuples(st.text(), st.text())))
def test_any_names_and_any_text(text: str, named: list[tuple[str, str]]) -> None:
    people = [Person(key, name, email) for key, (name, email) in enumerate(named)]
    try:
        stored, keys = refer(text, people)
    except Refused:
        # Only where several have one name.
        assert len({part.casefold() for pair in named for part in pair}) < 2 * len(named)
    else:
        assert set(keys) <= set(range(len(people)))
        assert ("\x02" in stored) == bool(keys)
