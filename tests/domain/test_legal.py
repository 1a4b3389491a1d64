"""The legal tier: what each answer makes of a project, and what no answer may do."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlcanvas import catalog
from mlcanvas.catalog.legal import check
from mlcanvas.catalog.reading import Mistake
from mlcanvas.domain import legal as rules
from mlcanvas.domain.legal import RANK, LegalStanding
from mlcanvas.domain.refusal import Refused

LEGAL = catalog.legal()
CLEAR = {"eu_reach": "yes", "practices": "none", "product": "no", "areas": "none", "content": "none"}


def answers(**given: str | list[str] | None) -> dict[str, tuple[str, ...]]:
    """Answers as rules read them; a None takes one out of what denies everything."""
    chosen = {**CLEAR, **given}
    return {key: (held,) if isinstance(held, str) else tuple(held) for key, held in chosen.items() if held}


def stands(**given: Any) -> LegalStanding:
    return rules.standing(LEGAL, answers(**given))


class TestTier:
    @pytest.mark.parametrize(
        ("given", "tier", "layers"),
        [
            ({}, "minimal", ["everyone"]),
            ({"eu_reach": "no"}, "outside", []),
            ({"eu_reach": "no", "practices": ["social_scoring"]}, "outside", []),
            ({"practices": ["social_scoring"]}, "prohibited", ["prohibited", "everyone"]),
            ({"practices": "unsure"}, "prohibited", ["prohibited", "everyone"]),
            (
                {"practices": ["face_scraping"], "areas": None, "content": None},
                "prohibited",
                ["prohibited", "everyone"],
            ),
            ({"product": "yes"}, "high", ["high_product", "everyone"]),
            ({"product": "unsure"}, "high", ["high_product", "everyone"]),
            ({"areas": ["employment"]}, "high", ["high_area", "everyone"]),
            ({"areas": "unsure"}, "high", ["high_area", "everyone"]),
            ({"areas": ["justice"], "practices": None}, "high", ["high_area", "everyone"]),
            ({"product": "yes", "areas": ["education"]}, "high", ["high_product", "high_area", "everyone"]),
            ({"areas": ["employment"], "narrow": "yes", "profiling": "no"}, "minimal", ["everyone"]),
            ({"areas": ["employment"], "narrow": "yes", "profiling": "yes"}, "high", ["high_area", "everyone"]),
            ({"areas": ["employment"], "narrow": "yes", "profiling": "unsure"}, "high", ["high_area", "everyone"]),
            ({"areas": ["employment"], "narrow": "yes"}, "high", ["high_area", "everyone"]),
            ({"areas": ["employment"], "narrow": "unsure", "profiling": "no"}, "high", ["high_area", "everyone"]),
            ({"areas": ["employment"], "narrow": "no", "profiling": "no"}, "high", ["high_area", "everyone"]),
            (
                {"product": "yes", "areas": ["education"], "narrow": "yes", "profiling": "no"},
                "high",
                ["high_product", "everyone"],
            ),
            ({"profiling": "yes"}, "minimal", ["everyone"]),
            ({"content": ["talks"]}, "transparency", ["transparency", "everyone"]),
            ({"content": "unsure"}, "transparency", ["transparency", "everyone"]),
            ({"content": ["talks"], "areas": ["education"]}, "high", ["high_area", "transparency", "everyone"]),
            ({"general_purpose": "provider"}, "minimal", ["general_purpose", "everyone"]),
            ({"general_purpose": "unsure"}, "minimal", ["general_purpose", "everyone"]),
            ({"general_purpose": "built_on"}, "minimal", ["everyone"]),
        ],
    )
    def test_what_the_answers_make(self, given: Any, tier: str, layers: list[str]) -> None:
        found = stands(**given)
        assert (found.tier, list(found.layers)) == (tier, layers)
        assert found.floor == tier
        assert found.reasons

    @pytest.mark.parametrize(
        ("given", "floor"),
        [
            ({"areas": None}, None),
            ({"product": None}, None),
            ({"practices": None, "content": ["talks"]}, "transparency"),
            ({"content": None}, None),
            ({"eu_reach": None}, None),
            ({"eu_reach": None, "areas": ["education"]}, "high"),
            (dict.fromkeys(CLEAR), None),
        ],
    )
    def test_it_is_not_told_while_an_answer_could_make_it_stricter(self, given: Any, floor: str | None) -> None:
        found = stands(**given)
        assert (found.tier, found.floor) == (None, floor)
        assert found.open

    def test_the_two_ways_to_high_risk_have_dates_of_their_own(self) -> None:
        days = {milestone.key: milestone.day for milestone in stands(product="yes", areas=["education"]).dates}
        assert days["high_area"] == date(2027, 12, 2)
        assert days["high_product"] == date(2028, 8, 2)
        assert "high_product" not in {milestone.key for milestone in stands(areas=["education"]).dates}

    def test_dates_are_in_order_and_an_option_may_have_its_own(self) -> None:
        found = stands(practices=["intimate_imagery"], content=["synthetic"])
        assert [milestone.on for milestone in found.dates] == sorted(milestone.on for milestone in found.dates)
        keys = {milestone.key for milestone in found.dates}
        assert {"intimate_ban", "marking", "transparency", "literacy"} == keys

    def test_what_nobody_is_sure_of_is_said(self) -> None:
        assert stands(product="unsure").unsure
        assert not stands(product="yes").unsure

    def test_it_names_the_version_of_its_data(self) -> None:
        assert (stands().version, stands().as_of) == (LEGAL.version, LEGAL.as_of)

    def test_a_minimal_tier_says_what_it_rests_on(self) -> None:
        assert [reason.question for reason in stands().reasons] == ["practices", "product", "areas", "content"]
        exempt = stands(areas=["employment"], narrow="yes", profiling="no")
        assert [reason.question for reason in exempt.reasons] == [
            *("practices", "product", "narrow", "profiling", "content"),
        ]
        assert [noted.key for noted in exempt.notes] == ["exempt"]


class TestOpenQuestions:
    def test_only_what_matters_is_asked(self) -> None:
        assert "narrow" not in stands().open
        assert {"narrow", "profiling"} <= set(stands(areas=["employment"]).open)
        assert stands(eu_reach="no", brazil="no").open == ()
        assert stands(eu_reach="no").open == ("brazil", "personal_data", "people_affected", "archetype")

    def test_an_answer_that_no_longer_matters_changes_nothing(self) -> None:
        assert stands(narrow="yes", profiling="no").tier == "minimal"
        assert stands(narrow="yes", profiling="no").notes == ()


class TestBrazil:
    DECIDED = {"personal_data": "yes", "people_affected": "decided", "archetype": "autonomous"}

    @pytest.mark.parametrize(
        ("given", "portuguese", "notes"),
        [
            ({"brazil": "yes", **DECIDED}, False, ["lgpd_review", "lgpd_report", "bill"]),
            ({"brazil": "unsure", **DECIDED}, False, ["lgpd_review", "lgpd_report", "bill"]),
            (DECIDED, True, ["lgpd_review", "lgpd_report", "bill"]),
            (DECIDED, False, []),
            ({"brazil": "no", **DECIDED}, True, []),
            ({"brazil": "yes", **DECIDED, "archetype": "human_in_loop"}, False, ["lgpd_report", "bill"]),
            ({"brazil": "yes", **DECIDED, "archetype": None}, False, ["lgpd_review", "lgpd_report", "bill"]),
            ({"brazil": "yes", **DECIDED, "people_affected": "indirect"}, False, ["lgpd_report", "bill"]),
            ({"brazil": "yes", **DECIDED, "personal_data": "no"}, False, ["bill"]),
            ({"brazil": "yes", **DECIDED, "eu_reach": "no"}, False, ["lgpd_review", "lgpd_report", "bill"]),
        ],
    )
    def test_notes_and_why(self, given: Any, portuguese: bool, notes: list[str]) -> None:
        found = rules.standing(LEGAL, answers(**given), portuguese=portuguese)
        assert [noted.key for noted in found.notes] == notes
        for noted in found.notes:
            assert noted.because
            assert all(catalog.sentence(code) for code in noted.because)

    def test_who_builds_on_a_model_of_others_learns_what_to_ask_for(self) -> None:
        (noted,) = stands(general_purpose="built_on").notes
        assert noted.key == "built_on"
        assert all(catalog.sentence(code) for code in noted.because)
        assert not stands(general_purpose="built_on", eu_reach="no").notes


# ---- properties: every question is answered, and one answer turns from no to yes ------------------------------------

CONTENT = LEGAL.questions
COMPLETE = st.fixed_dictionaries(
    {
        "eu_reach": st.sampled_from([("yes",), ("no",)]),
        **{
            key: st.one_of(
                st.sampled_from([("none",), ("unsure",)]),
                st.lists(
                    st.sampled_from([option.key for option in CONTENT[key].options if not option.alone]),
                    min_size=1,
                    unique=True,
                ).map(tuple),
            )
            for key in ("practices", "areas", "content")
        },
        **{
            key: st.sampled_from([("yes",), ("no",), ("unsure",)])
            for key in ("product", "narrow", "profiling", "brazil")
        },
        "general_purpose": st.sampled_from([("no",), ("built_on",), ("provider",), ("unsure",)]),
    }
)
NO = {"eu_reach": ("no",), "product": ("no",), "profiling": ("no",), "brazil": ("no",), "general_purpose": ("no",)}


def rank(found: LegalStanding) -> int:
    assert found.tier is not None
    return RANK.index(found.tier)


@given(COMPLETE, st.sampled_from(sorted(key for key in CONTENT if CONTENT[key].kind != "fact" or key == "eu_reach")))
def test_turning_an_answer_from_no_to_yes_never_lowers_the_tier(given: dict[str, tuple[str, ...]], turned: str) -> None:
    if turned in ("narrow", "role"):
        return  # the exemption is the one answer that lowers it; a role has no say in the tier
    several = CONTENT[turned].kind == "several"
    yes = tuple(option.key for option in CONTENT[turned].options if not option.alone)[-1:] if several else ("yes",)
    if turned == "general_purpose":
        yes = ("provider",)
    before = rules.standing(LEGAL, {**given, turned: ("none",) if several else NO[turned]})
    after = rules.standing(LEGAL, {**given, turned: yes})
    assert rank(after) >= rank(before)


@given(COMPLETE, st.sampled_from(["practices", "areas", "content", "product", "profiling", "narrow"]))
def test_not_sure_is_never_better_than_an_answer(given: dict[str, tuple[str, ...]], question: str) -> None:
    unsure = rank(rules.standing(LEGAL, {**given, question: ("unsure",)}))
    assert unsure >= rank(rules.standing(LEGAL, given))


@given(COMPLETE, st.sampled_from(["practices", "areas", "content", "product", "eu_reach"]))
def test_what_was_told_is_not_lowered_by_a_later_answer(given: dict[str, tuple[str, ...]], question: str) -> None:
    told = rules.standing(LEGAL, {key: value for key, value in given.items() if key != question})
    whole = rules.standing(LEGAL, given)
    if told.tier in ("minimal", "transparency"):
        assert told.tier == whole.tier
    elif told.tier is not None:
        assert rank(told) <= rank(whole)


@given(COMPLETE)
def test_the_tier_is_that_of_its_strictest_layer(given: dict[str, tuple[str, ...]]) -> None:
    found = rules.standing(LEGAL, given)
    layers = [RANK.index(LEGAL.layers[layer].tier) for layer in found.layers]
    assert rank(found) == max(layers, default=0)


class TestWhatFollows:
    @pytest.mark.parametrize(
        ("given", "word"),
        [
            (dict.fromkeys(CLEAR), None),
            ({**dict.fromkeys(CLEAR), "eu_reach": "yes"}, "open"),
            ({**dict.fromkeys(CLEAR), "product": "no"}, "open"),
            ({**dict.fromkeys(CLEAR), "eu_reach": "no"}, "outside"),
            ({**dict.fromkeys(CLEAR), "brazil": "yes"}, None),
            ({}, "minimal"),
            ({"areas": ["education"]}, "high"),
        ],
    )
    def test_the_derived_fact(self, given: Any, word: str | None) -> None:
        chosen = answers(**given)
        assert rules.word(rules.standing(LEGAL, chosen), chosen) == word

    def test_every_word_is_an_option_of_the_fact(self) -> None:
        assert {option.key for option in catalog.facts()["legal_tier"].options} == {"open", *RANK}

    def test_duties_are_those_of_the_role(self) -> None:
        both = stands(product="yes", areas=["education"], role=["deployer"])
        found = {layer.key: [duty.article for duty in asked] for layer, asked in rules.duties(LEGAL, both)}
        assert found == {
            "high_product": ["Art. 14", "Art. 26"],
            "high_area": ["Art. 14", "Art. 26", "Art. 27"],
            "everyone": ["Art. 4"],
        }

    @pytest.mark.parametrize("role", [None, "unsure"])
    def test_without_a_role_every_duty_is_meant_in_the_order_of_the_law(self, role: str | None) -> None:
        found = rules.duties(LEGAL, stands(areas=["education"], role=role))
        numbers = [int(duty.article.removeprefix("Art. ")) for duty in found[0][1]]
        assert numbers == [9, 10, 11, 12, 13, 14, 15, 17, 23, 24, 26, 27, 72, 73]

    def test_checkpoints_carry_their_articles(self) -> None:
        named = rules.checkpoints(LEGAL, stands(areas=["education"]))
        assert named["ME-10"] == ("Art. 11", "Art. 13")
        assert not rules.checkpoints(LEGAL, stands())


class TestSettle:
    AREAS = LEGAL.questions["areas"]

    @pytest.mark.parametrize(
        ("before", "chosen", "kept"),
        [
            ([], ["employment", "education"], ("education", "employment")),
            (["none"], ["none", "employment"], ("employment",)),
            (["employment"], ["employment", "none"], ("none",)),
            (["none"], ["none", "unsure"], ("unsure",)),
            (["employment"], [], ()),
            (["employment"], ["employment", "employment"], ("employment",)),
        ],
    )
    def test_the_last_click_is_meant(self, before: list[str], chosen: list[str], kept: tuple[str, ...]) -> None:
        assert rules.settle(self.AREAS, before, chosen) == kept

    @pytest.mark.parametrize(
        ("question", "before", "chosen", "code"),
        [
            ("areas", [], ["none", "employment"], "legal_alone"),
            ("areas", ["none", "employment"], ["none", "employment"], "legal_alone"),
            ("areas", [], ["dance"], "legal_unknown_answer"),
            ("product", [], ["yes", "no"], "legal_one_answer"),
            ("product", [], ["perhaps"], "legal_unknown_answer"),
        ],
    )
    def test_what_cannot_be_meant_is_refused(
        self, question: str, before: list[str], chosen: list[str], code: str
    ) -> None:
        with pytest.raises(Refused) as refused:
            rules.settle(LEGAL.questions[question], before, chosen)
        assert (refused.value.code, refused.value.path) == (code, question)


# ---- the definition -------------------------------------------------------------------------------------------------

PRODUCT = LEGAL.questions["product"]
AREAS = LEGAL.questions["areas"]
PROHIBITED = LEGAL.layers["prohibited"]


def with_question(changed: Any) -> dict[str, Any]:
    return {"question": tuple(changed if question.key == changed.key else question for question in LEGAL.question)}


def with_layer(changed: Any) -> dict[str, Any]:
    return {"layer": tuple(changed if layer.key == changed.key else layer for layer in LEGAL.layer)}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"question": LEGAL.question[1:]}, "question: 'eu_reach' is missing"),
        ({"question": (*LEGAL.question, LEGAL.question[0])}, "question: 'eu_reach' is there twice"),
        ({"question": (*LEGAL.question, replace(PRODUCT, key="dance"))}, "question: no rule knows 'dance'"),
        ({"note": LEGAL.note[1:]}, "note: 'exempt' is missing"),
        ({"as_of": "soon"}, "as_of: 'soon' is not a day"),
        ({"date": (replace(LEGAL.date[0], on="2026-13-01"), *LEGAL.date[1:])}, "date bans: '2026-13-01' is not a day"),
        ({"checkpoint": "XX-01"}, "names unknown checkpoint 'XX-01'"),
        (with_question(replace(PRODUCT, group="x")), "question product: names unknown group 'x'"),
        (with_question(replace(PRODUCT, options=PRODUCT.options[:2])), "must be yes, no, unsure in this order"),
        (with_question(replace(LEGAL.questions["eu_reach"], options=PRODUCT.options)), "stand in facts.toml"),
        (
            with_question(replace(AREAS, options=(replace(AREAS.options[0], alone=True), *AREAS.options[1:]))),
            "areas: biometrics: none and unsure stand alone",
        ),
        (
            with_question(replace(AREAS, options=(replace(AREAS.options[0], dates=("x",)), *AREAS.options[1:]))),
            "question areas: biometrics: names unknown date 'x'",
        ),
        (with_layer(replace(PROHIBITED, dates=("x",))), "layer prohibited: names unknown date 'x'"),
        (with_layer(replace(PROHIBITED, also="x")), "layer prohibited: names unknown layer 'x'"),
        (
            with_layer(replace(PROHIBITED, duty=(replace(PROHIBITED.duty[0], roles=("king",)),))),
            "layer prohibited: Art. 5: names unknown role 'king'",
        ),
        (
            with_layer(replace(PROHIBITED, duty=(replace(PROHIBITED.duty[0], checkpoints=("XX-01",)),))),
            "layer prohibited: Art. 5: names unknown checkpoint 'XX-01'",
        ),
        ({"layer": LEGAL.layer[::-1]}, "layer: the strictest must come first"),
        ({"tier": (replace(LEGAL.tier[0], tone=6), *LEGAL.tier[1:])}, "tier prohibited: tone must be 1 to 5"),
    ],
)
def test_a_mistake_is_named_with_its_place(change: dict[str, Any], reason: str) -> None:
    with pytest.raises(Mistake) as mistake:
        check(replace(LEGAL, **change), catalog.facts(), catalog.lifecycle().checkpoints)
    assert str(mistake.value).startswith("legal.toml: ")
    assert reason in str(mistake.value)
