from hypothesis import given
from hypothesis import strategies as st

from mlcanvas import catalog
from mlcanvas.domain.canvas import State, completeness

TEMPLATE = catalog.canvas_templates()["ml_canvas_v1_1"]
STATES = st.dictionaries(st.sampled_from(TEMPLATE.fill_order), st.sampled_from(State))


def test_blocks_come_in_the_order_in_which_people_fill_them() -> None:
    assert tuple(TEMPLATE.blocks) == TEMPLATE.fill_order
    assert TEMPLATE.fill_order[0] == "value_proposition"


def test_an_untouched_canvas_is_empty() -> None:
    found = completeness(TEMPLATE, {})
    assert (found.filled, found.complete, found.readiness) == (0, False, 0)
    assert found.empty == TEMPLATE.fill_order


def test_ten_drafts_are_complete_and_half_ready() -> None:
    found = completeness(TEMPLATE, dict.fromkeys(TEMPLATE.fill_order, State.DRAFT))
    assert (found.filled, found.complete, found.readiness) == (10, True, 50)


def test_ten_agreed_blocks_are_ready() -> None:
    assert completeness(TEMPLATE, dict.fromkeys(TEMPLATE.fill_order, State.AGREED)).readiness == 100


@given(STATES)
def test_every_block_is_in_exactly_one_state(states: dict[str, State]) -> None:
    found = completeness(TEMPLATE, states)
    assert sorted((*found.empty, *found.draft, *found.agreed)) == sorted(TEMPLATE.fill_order)


@given(STATES, st.sampled_from(TEMPLATE.fill_order))
def test_agreeing_on_a_block_never_lowers_readiness(states: dict[str, State], key: str) -> None:
    assert completeness(TEMPLATE, {**states, key: State.AGREED}).readiness >= completeness(TEMPLATE, states).readiness
