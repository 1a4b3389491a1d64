"""The scale of a register: what holds, what is refused, and how a register moves from one to another."""

from copy import deepcopy
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlcanvas import catalog
from mlcanvas.domain import rescaling, scale
from mlcanvas.domain.refusal import Refused
from mlcanvas.domain.rescaling import Mapping, Places, proportional, rescaled
from mlcanvas.domain.scale import Position

THREE = {
    "likelihood": [{"label": {"en": "unlikely"}}, {"label": {"en": "possible"}}, {"label": {"pt_BR": "provável"}}],
    "severity": [
        {"label": {"en": "minor", "pt_BR": "pequena"}, "help": {"en": "Days of work lost."}},
        {"label": {"en": "major"}},
    ],
    "bands": [
        {"first": 1, "tone": 1, "label": {"en": "fine"}},
        {"first": 4, "tone": 5, "label": {"en": "bad"}},
    ],
}
SIZES = st.integers(2, 10)


def changed(path, value):
    found = deepcopy(THREE)
    *way, last = path
    inside = found
    for step in way:
        inside = inside[step]
    inside[last] = value
    return found


class TestBuild:
    def test_steps_count_from_one_and_bands_follow_each_other(self):
        built = scale.build(THREE)
        assert built.size == (3, 2)
        assert built.highest == 6
        assert [step.value for step in built.likelihood] == [1, 2, 3]
        assert [(band.first, band.last, band.serious) for band in built.bands] == [(1, 3, False), (4, 6, True)]
        assert built.band(4).label.en == "bad"

    def test_a_name_in_one_language_stands_for_both(self):
        built = scale.build(THREE)
        assert built.likelihood[2].label.en == built.likelihood[2].label.pt_BR == "provável"
        assert built.likelihood[0].help is None
        assert built.severity[0].help.pt_BR == "Days of work lost."

    @pytest.mark.parametrize(
        ("definition", "code", "path"),
        [
            (changed(["likelihood"], THREE["likelihood"][:1]), "scale_steps_outside", "likelihood"),
            (changed(["severity"], THREE["severity"] * 6), "scale_steps_outside", "severity"),
            ({}, "scale_steps_outside", "likelihood"),
            (changed(["likelihood", 1, "label"], {"en": "  "}), "scale_name_missing", "likelihood.1.label"),
            (changed(["severity", 0, "label"], {"en": "x" * 41}), "scale_text_long", "severity.0.label"),
            (changed(["severity", 0, "help"], {"pt_BR": "x" * 201}), "scale_text_long", "severity.0.help"),
            (changed(["bands"], THREE["bands"][:1]), "scale_bands_outside", "bands"),
            (changed(["bands"], THREE["bands"] * 3), "scale_bands_outside", "bands"),
            (changed(["bands", 0, "first"], 2), "scale_first_band", "bands.0.first"),
            (changed(["bands", 1, "first"], 7), "scale_band_above", "bands.1.first"),
            (changed(["bands", 1, "first"], 1), "scale_band_order", "bands.1.first"),
            (changed(["bands", 1, "tone"], 1), "scale_tone_order", "bands.1.tone"),
            (changed(["bands", 1, "tone"], 6), "scale_tone_order", "bands.1.tone"),
            (changed(["bands", 1, "label"], {}), "scale_name_missing", "bands.1.label"),
            (
                changed(["bands"], [*THREE["bands"], {"first": 5, "tone": 5, "label": {"en": "x"}}]),
                "scale_tone_order",
                "bands.2.tone",
            ),
        ],
    )
    def test_what_does_not_hold_is_refused_with_its_place(self, definition, code, path):
        with pytest.raises(Refused) as refused:
            scale.build(definition)
        assert (refused.value.code, refused.value.path) == (code, path)

    def test_a_band_that_no_cell_reaches_is_refused(self):
        bands = [
            {"first": 1, "tone": 1, "label": {"en": "a"}},
            {"first": 5, "tone": 2, "label": {"en": "b"}},
            {"first": 6, "tone": 3, "label": {"en": "c"}},
        ]
        with pytest.raises(Refused) as refused:
            scale.build(changed(["bands"], bands))
        assert (refused.value.code, refused.value.path) == ("scale_band_unused", "bands.1.first")
        assert refused.value.values == {"first": 5, "last": 5}

    def test_the_scale_of_the_catalogue_comes_back_from_its_definition(self):
        usual = catalog.risk_matrix().scale
        again = scale.build(scale.written(usual))
        assert (again.likelihood, again.severity) == (usual.likelihood, usual.severity)
        assert [(band.first, band.last, band.tone, band.label) for band in again.bands] == [
            (band.first, band.last, band.tone, band.label) for band in usual.bands
        ]

    @given(SIZES, SIZES)
    def test_suggested_bands_of_any_size_make_a_scale(self, likelihoods, severities):
        bands = scale.suggested_bands(catalog.risk_matrix().scale, likelihoods, severities)
        label = {"en": "x"}
        definition = {
            "likelihood": [{"label": label}] * likelihoods,
            "severity": [{"label": label}] * severities,
            "bands": [{"first": band.first, "tone": band.tone, "label": label} for band in bands],
        }
        built = scale.build(definition)
        assert [(band.first, band.last) for band in built.bands] == [(band.first, band.last) for band in bands]

    def test_the_picture_has_every_cell_once_the_likeliest_first(self):
        rows = list(scale.build(THREE).rows())
        assert [step.value for step, _cells in rows] == [3, 2, 1]
        assert [(severity.value, band.tone) for severity, band in rows[0][1]] == [(1, 1), (2, 5)]


class TestProportional:
    @pytest.mark.parametrize(
        ("before", "after", "steps"),
        [
            (4, 5, (1, 2, 4, 5)),
            (5, 4, (1, 2, 3, 3, 4)),
            (5, 3, (1, 2, 2, 3, 3)),
            (3, 5, (1, 3, 5)),
            (2, 10, (1, 10)),
            (10, 2, (1, 1, 1, 1, 1, 2, 2, 2, 2, 2)),
            (5, 5, (1, 2, 3, 4, 5)),
        ],
    )
    def test_known_ones(self, before, after, steps):
        assert proportional(before, after) == steps

    @given(SIZES, SIZES)
    def test_it_keeps_the_ends_and_the_order(self, before, after):
        steps = proportional(before, after)
        assert (steps[0], steps[-1]) == (1, after)
        assert list(steps) == sorted(steps)

    @given(SIZES, SIZES)
    def test_up_and_back_is_where_it_was(self, one, other):
        few, many = sorted((one, other))
        up, back = proportional(few, many), proportional(many, few)
        assert [back[step - 1] for step in up] == list(range(1, few + 1))

    @pytest.mark.parametrize("sizes", [(1, 5), (5, 1)])
    def test_one_step_is_no_scale(self, sizes):
        with pytest.raises(ValueError, match="two steps"):
            proportional(*sizes)


class TestRescaled:
    FOUR_TO_FIVE = Mapping(proportional(4, 5), proportional(4, 5))
    FIVE_TO_FOUR = Mapping(proportional(5, 4), proportional(5, 4))

    def test_four_by_four_to_five_by_five_and_back_is_the_first_state(self):
        places = [Position(*pair) for pair in product(range(1, 5), repeat=2)]
        for inherent in places:
            for other in places:
                if all(getattr(other, axis) <= getattr(inherent, axis) for axis in ("likelihood", "severity")):
                    first = Places(inherent, other, other)
                    there = rescaled(first, self.FOUR_TO_FIVE)
                    assert not there.lowered
                    assert rescaled(there.places, self.FIVE_TO_FOUR).places == first

    def test_what_nobody_said_stays_unsaid(self):
        found = rescaled(Places(Position(4, 4)), self.FOUR_TO_FIVE)
        assert found.places == Places(Position(5, 5), None, None)

    def test_a_place_that_would_score_above_the_inherent_one_is_lowered_and_named(self):
        # 4 × 2 and 3 × 2 on the way to three steps: 3 × 2 and 2 × 2; but 2 × 5 = 10 stays below 3 × 4 = 12 only before.
        mapping = Mapping((1, 2, 2, 3, 3), (1, 2, 2, 3, 3))
        found = rescaled(Places(Position(3, 3), Position(2, 4), None), mapping)
        assert found.lowered == ("current",)
        assert found.places.current == Position(1, 3)
        assert found.places.current.score <= found.places.inherent.score

    @given(st.data(), SIZES, SIZES)
    def test_no_place_ever_scores_above_the_inherent_one(self, data, before, after):
        position = st.builds(Position, st.integers(1, before), st.integers(1, before))
        inherent = data.draw(position)
        within = position.filter(lambda place: place.score <= inherent.score)
        places = Places(inherent, data.draw(st.none() | within), data.draw(st.none() | within))
        steps = proportional(before, after)
        found = rescaled(places, Mapping(steps, steps)).places
        for place in (found.current, found.target):
            if place is not None:
                assert 1 <= place.likelihood <= after
                assert 1 <= place.severity <= after
                assert place.score <= found.inherent.score


class TestCheck:
    SCALE = scale.build(THREE)

    def test_the_usual_one_holds(self):
        usual = catalog.risk_matrix().scale
        rescaling.check(rescaling.usual(usual, self.SCALE), usual, self.SCALE)

    @pytest.mark.parametrize(
        ("mapping", "code", "path"),
        [
            (Mapping((1, 2), (1, 2)), "scale_mapping_missing", "likelihood"),
            (Mapping((1, 2, 3), (1, 3)), "risk_step_outside", "severity.2"),
            (Mapping((1, 0, 3), (1, 2)), "risk_step_outside", "likelihood.2"),
            (Mapping((2, 1, 3), (1, 2)), "scale_mapping_order", "likelihood.2"),
        ],
    )
    def test_what_does_not_hold_is_refused_with_its_step(self, mapping, code, path):
        with pytest.raises(Refused) as refused:
            rescaling.check(mapping, self.SCALE, self.SCALE)
        assert (refused.value.code, refused.value.path) == (code, path)
