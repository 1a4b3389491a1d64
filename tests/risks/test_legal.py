"""The legal tier: its page, every write to it, and what other pages make of it."""

import re

import pytest

from mlcanvas.domain.canonical import canonical_json
from mlcanvas.domain.refusal import Refused
from mlcanvas.projects import actions as projects
from mlcanvas.projects import parts
from mlcanvas.projects import selectors as facts
from mlcanvas.projects.comparing import compare
from mlcanvas.projects.models import Event
from mlcanvas.risks.content import RISKS
from mlcanvas.risks.legal import actions, selectors
from mlcanvas.risks.models import FactorAnswer
from tests.fixtures_projects import FRAGMENT
from tests.risks.risk_cases import ANSWERS, PAGE

LEGAL = f"{PAGE}legal/"
AREAS = f"{LEGAL}areas/"
HIGH = {"practices": ["none"], "product": ["no"], "areas": ["employment"], "content": ["none"]}


def answered(project, by, **questions):
    for question, options in questions.items():
        actions.answer(project=project, question=question, options=options, by=by)


def in_the_eu(project, by, reach="yes"):
    projects.set_fact(project=project, key="eu_reach", value=reach, by=by)


def body(response):
    return " ".join(response.content.decode().split())


class TestWhoMayWrite:
    @pytest.mark.parametrize("who", ["alice", "erin"])
    def test_members_who_write(self, project, client_for, request, who):
        response = client_for(request.getfixturevalue(who)).post(AREAS, {"option": ["employment"]})
        assert (response.status_code, response.headers["Location"]) == (302, f"{LEGAL}#question-areas")
        assert selectors.case(project).answers["areas"] == ("employment",)
        assert Event.objects.filter(project=project, what="risks.legal_answered").count() == 1

    def test_a_fragment_brings_the_questions_and_the_standing(self, project, erin, client_for):
        response = client_for(erin).post(AREAS, {"option": ["employment"]}, **FRAGMENT)
        assert response.status_code == 200
        page = body(response)
        assert page.startswith('<div class="container-xl page" id="legal"')
        assert 'id="question-narrow"' in page
        assert "At least: High risk, if it is used in the EU." in page

    @pytest.mark.parametrize("who", ["vic", "rita"])
    @pytest.mark.parametrize("headers", [{}, FRAGMENT])
    def test_readers_are_refused_with_the_reason(self, project, client_for, request, who, headers):
        response = client_for(request.getfixturevalue(who)).post(AREAS, {"option": ["employment"]}, **headers)
        assert response.status_code == 403
        assert "read-only for you" in response.content.decode()
        assert not FactorAnswer.objects.exists()

    @pytest.mark.parametrize("headers", [{}, FRAGMENT])
    def test_stranger_sees_404(self, project, sam, client_for, headers):
        assert client_for(sam).post(AREAS, {"option": ["employment"]}, **headers).status_code == 404
        assert client_for(sam).get(LEGAL, **headers).status_code == 404

    def test_anonymous_goes_to_sign_in(self, project, client):
        assert client.post(AREAS).headers["Location"].startswith("/account/login/")
        assert client.get(LEGAL).headers["Location"].startswith("/account/login/")
        assert client.post(AREAS, **FRAGMENT).status_code == 401

    def test_other_methods_are_not_allowed(self, project, erin, client_for):
        assert client_for(erin).put(AREAS).status_code == 405
        assert client_for(erin).get(AREAS).status_code == 405
        assert client_for(erin).post(LEGAL).status_code == 405


class TestAnswer:
    @pytest.mark.parametrize("headers", [{}, FRAGMENT])
    @pytest.mark.parametrize(
        ("question", "options", "sentence"),
        [
            ("areas", ["dance"], "“dance” is not one of the answers to this question."),
            ("areas", ["<b>"], "“&lt;b&gt;” is not one of the answers to this question."),
            ("product", ["perhaps"], "“perhaps” is not one of the answers to this question."),
            ("product", ["yes", "no"], "Choose one answer."),
            ("areas", ["none", "employment"], "they exclude each other."),
        ],
    )
    def test_bad_input_is_422_beside_the_question(
        self, project, erin, client_for, headers, question, options, sentence
    ):
        response = client_for(erin).post(f"{LEGAL}{question}/", {"option": options}, **headers)
        assert response.status_code == 422
        page = body(response)
        assert f'id="wrong-{question}" role="alert">' in page
        assert page.count('class="errorlist"') == 1
        assert sentence in page
        assert not FactorAnswer.objects.exists()

    def test_what_was_ticked_is_still_ticked_after_a_refusal(self, project, erin, client_for):
        page = body(client_for(erin).post(AREAS, {"option": ["none", "employment"]}))
        for option in ("none", "employment"):
            assert re.search(f'id="option-areas-{option}"( data-alone)? checked', page)
        assert 'id="option-areas-education" checked' not in page

    @pytest.mark.parametrize("question", ["dance", "eu_reach", "personal_data"])
    def test_a_question_that_is_not_asked_here_is_404(self, project, erin, client_for, question):
        assert client_for(erin).post(f"{LEGAL}{question}/", {"option": ["yes"]}).status_code == 404

    def test_an_empty_answer_takes_it_back(self, project, erin, client_for):
        client = client_for(erin)
        client.post(AREAS, {"option": ["employment", "education"]})
        client.post(f"{LEGAL}product/", {"option": ["yes"]})
        client.post(AREAS, {})
        client.post(f"{LEGAL}product/", {"option": [""]})
        assert not FactorAnswer.objects.exists()
        assert "legal_tier" not in facts.facts(project)

    def test_one_option_more_leaves_the_author_of_the_others(self, project, erin, alice):
        answered(project, alice, areas=["employment"])
        answered(project, erin, areas=["employment", "education"])
        authors = {row.factor: row.by for row in FactorAnswer.objects.all()}
        assert authors == {"legal.areas.employment": alice, "legal.areas.education": erin}

    def test_the_last_click_counts(self, project, erin):
        answered(project, erin, areas=["none"])
        answered(project, erin, areas=["none", "employment"])
        assert selectors.case(project).answers["areas"] == ("employment",)

    def test_the_same_again_is_no_event(self, project, erin):
        for _ in range(2):
            answered(project, erin, product=["no"])
        assert Event.objects.filter(what="risks.legal_answered").count() == 1

    def test_an_answer_that_the_catalogue_no_longer_has_is_left_out(self, project):
        FactorAnswer.objects.create(project=project, factor="legal.dance", level="yes")
        FactorAnswer.objects.create(project=project, factor="legal.product", level="perhaps")
        assert selectors.case(project).answers == {}


class TestPage:
    def test_it_begins_with_what_it_is_for_and_is_no_advice(self, project, erin, client_for):
        page = body(client_for(erin).get(LEGAL))
        assert "Not decided yet" in page
        assert "This is not legal advice." in page
        assert 'id="question-narrow"' not in page

    def test_facts_are_shown_to_be_changed_and_not_asked_again(self, project, erin, client_for):
        in_the_eu(project, erin)
        page = body(client_for(erin).get(LEGAL))
        for key in ("eu_reach", "personal_data", "people_affected", "archetype"):
            assert f'action="/p/{project.slug}/facts/{key}/"' in page
            assert f"{LEGAL}{key}/" not in page
        assert '<option value="yes" selected>' in page

    def test_tier_reasons_dates_and_duties(self, project, erin, client_for):
        in_the_eu(project, erin)
        answered(project, erin, **HIGH, role=["deployer"])
        page = body(client_for(erin).get(LEGAL))
        assert "</span>High risk</p>" in page
        assert "High-risk areas</a>: Employment" in page
        assert '<time datetime="2027-12-02">' in page
        assert "2 August 2026 before the amendment" in page
        assert "data version 1" in page
        assert "Art. 26" in page
        assert "Art. 17" not in page
        assert f'/p/{project.slug}/lifecycle/#PS-08"' in page

    def test_what_is_not_sure_says_so(self, project, erin, client_for):
        in_the_eu(project, erin)
        answered(project, erin, **{**HIGH, "areas": ["unsure"]})
        page = body(client_for(erin).get(LEGAL))
        assert "</span>High risk</p>" in page
        assert "(counts as yes until somebody knows)" in page

    def test_outside_the_eu_only_brazil_is_left(self, project, erin, client_for):
        in_the_eu(project, erin, "no")
        page = body(client_for(erin).get(LEGAL))
        assert "Outside the EU AI Act" in page
        assert 'id="question-areas"' not in page
        assert 'id="question-brazil"' in page

    @pytest.mark.parametrize(("language", "shown"), [("en", False), ("pt-br", True)])
    def test_a_portuguese_project_is_told_about_brazil_and_why(self, project, erin, client_for, language, shown):
        project.language = language
        project.save()
        projects.set_fact(project=project, key="personal_data", value="yes", by=erin)
        page = body(client_for(erin).get(LEGAL))
        assert ("Art. 38 of the LGPD" in page) is shown
        assert ("because the project is written in Brazilian Portuguese" in page) is shown

    def test_a_reader_sees_it_and_cannot_change_it(self, project, vic, erin, client_for):
        answered(project, erin, **HIGH)
        page = body(client_for(vic).get(LEGAL))
        assert "<fieldset disabled" in page
        assert "without-script" not in page

    def test_it_is_spoken_in_portuguese(self, project, erin, client_for):
        in_the_eu(project, erin)
        answered(project, erin, **HIGH)
        page = body(client_for(erin).get(LEGAL, HTTP_ACCEPT_LANGUAGE="pt-BR"))
        assert "Enquadramento legal" in page
        assert "Alto risco" in page
        assert "Isto não é aconselhamento jurídico." in page

    def test_queries_do_not_grow_with_answers(self, project, erin, client_for, count_queries):
        client = client_for(erin)
        client.get(LEGAL)
        few = count_queries(lambda: client.get(LEGAL))
        in_the_eu(project, erin)
        answered(project, erin, **{**HIGH, "areas": ["employment", "education", "justice"]}, role=["provider"])
        assert count_queries(lambda: client.get(LEGAL)) == few


class TestWhatFollows:
    def test_the_tier_is_a_fact(self, project, erin):
        assert "legal_tier" not in facts.facts(project)
        in_the_eu(project, erin)
        assert facts.facts(project)["legal_tier"] == "open"
        answered(project, erin, **HIGH)
        assert facts.facts(project)["legal_tier"] == "high"
        in_the_eu(project, erin, "no")
        assert facts.facts(project)["legal_tier"] == "outside"

    def test_nobody_types_it(self, project, erin, client_for):
        response = client_for(erin).post(f"/p/{project.slug}/facts/legal_tier/", {"value": "minimal"})
        assert response.status_code == 422

    def test_a_strict_tier_suggests_its_risks_with_the_reason(self, project, erin, client_for):
        in_the_eu(project, erin)
        answered(project, erin, **HIGH)
        page = body(client_for(erin).get(PAGE))
        for key in ("R34", "R35", "R37", "R38"):
            assert f"library/{key}/add/" in page
        assert "because the legal tier is “High risk”" in page

    def test_an_open_questionnaire_suggests_to_answer_it(self, project, erin, client_for):
        in_the_eu(project, erin)
        assert "because the questions on the legal tier are not all answered" in body(client_for(erin).get(PAGE))

    @pytest.mark.parametrize(
        ("reach", "questions", "said"),
        [
            (None, {}, "A few questions tell."),
            ("yes", {"product": ["no"]}, "Not decided yet: 9 questions are open."),
            ("yes", HIGH, '<span class="tier tier-4">High risk</span>'),
            ("no", {}, '<span class="tier tier-1">Outside the EU AI Act</span>'),
        ],
    )
    def test_the_risk_page_has_a_card(self, project, erin, client_for, reach, questions, said):
        if reach:
            in_the_eu(project, erin, reach)
        answered(project, erin, **questions)
        page = body(client_for(erin).get(PAGE))
        assert said in page
        assert f'href="{LEGAL}"' in page

    def test_the_life_cycle_says_which_checkpoints_matter_by_law(self, project, erin, client_for):
        address = f"/p/{project.slug}/lifecycle/"
        page = body(client_for(erin).get(address))
        assert "Legal tier: Not decided yet" in page
        assert "Matters by law" not in page
        in_the_eu(project, erin)
        answered(project, erin, **HIGH)
        page = body(client_for(erin).get(address))
        assert "Legal tier: High risk" in page
        assert "Matters by law: High risk, Art. 11, Art. 13" in page

    def test_the_answers_stay_apart_from_the_risk_table(self, project, erin, client_for):
        answered(project, erin, **HIGH, general_purpose=["built_on"])
        page = client_for(erin).post(f"{PAGE}factors/money/", {"level": "3"}, **FRAGMENT)
        assert page.status_code == 200
        assert facts.summary(project).value == 75


class TestContent:
    CONTENT = {
        "legal": {"practices": ["none"], "product": "no", "areas": ["education", "employment"], "role": ["provider"]}
    }

    def test_a_round_trip_changes_no_byte(self, project, erin):
        RISKS.write(project, {**self.CONTENT, "matrix": ANSWERS}, erin)
        once = canonical_json(RISKS.read(project))
        assert RISKS.read(project)["legal"] == self.CONTENT["legal"]
        RISKS.write(project, RISKS.read(project), erin)
        assert canonical_json(RISKS.read(project)) == once

    def test_the_order_is_that_of_the_questionnaire(self, project, erin):
        RISKS.write(project, {"legal": {"areas": ["employment", "education", "employment"]}}, erin)
        assert RISKS.read(project)["legal"]["areas"] == ["education", "employment"]

    def test_nothing_is_left_of_what_the_file_leaves_out(self, project, erin):
        RISKS.write(project, self.CONTENT, erin)
        RISKS.write(project, {}, erin)
        assert RISKS.read(project) == {}
        assert "legal_tier" not in facts.facts(project)

    def test_options_that_exclude_each_other_are_refused_with_their_place(self, project, erin):
        with pytest.raises(Refused) as refused:
            RISKS.write(project, {"legal": {"areas": ["none", "employment"]}}, erin)
        assert (refused.value.code, refused.value.path) == ("legal_alone", "risks.legal.areas")

    def test_a_revision_keeps_labels_dates_and_versions(self, project, erin):
        in_the_eu(project, erin)
        answered(project, erin, **HIGH)
        kept = RISKS.results(project)["legal"]
        assert (kept["tier"], kept["version"], kept["as_of"]) == ("high", 1, "2026-08-05")
        assert kept["tier_name"] == {"en": "High risk", "pt_BR": "Alto risco"}
        assert kept["reasons"][0]["answers"] == [{"en": "Employment", "pt_BR": "Trabalho"}]
        assert "2027-12-02" in [milestone["on"] for milestone in kept["dates"]]

    def test_nobody_has_begun(self, project):
        assert RISKS.results(project)["legal"] is None

    def test_a_change_is_shown_in_words(self, project, erin):
        answered(project, erin, areas=["employment"], product=["no"])
        before = parts.content(project)
        answered(project, erin, areas=["employment", "education"], product=["unsure"])
        (changed,) = compare(before, parts.content(project))
        assert {change.label: (change.before, change.after) for change in changed.changes} == {
            "Legal tier · High-risk areas": ("Employment", "Education, Employment"),
            "Legal tier · Regulated product": ("No", "Not sure"),
        }
