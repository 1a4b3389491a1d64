"""The scale of a workspace, its preview, and the rule for mixed answers."""

import json

import pytest
from django.db import transaction
from django.utils import timezone

from mlcanvas import catalog
from mlcanvas.domain import rescaling
from mlcanvas.domain import scale as scales
from mlcanvas.domain.refusal import Refused
from mlcanvas.projects import actions as projects
from mlcanvas.projects.models import Event, Project, Summary
from mlcanvas.reviews import selectors as reviews
from mlcanvas.risks import actions, selectors
from mlcanvas.risks.content import RISKS
from mlcanvas.risks.models import RegisterScale, Risk, RiskChange, RiskRules
from mlcanvas.risks.scales import actions as writes
from mlcanvas.risks.scales import selectors as found
from mlcanvas.risks.scales.forms import suggested
from tests.fixtures_projects import FRAGMENT
from tests.risks.risk_cases import INJECTIONS, risk

SCALE = "/workspace/retail-analytics/risk-scale/"
PAGE = "/p/churn-in-prepaid-mobile/risks/"


def named(likelihoods: int, severities: int) -> scales.Scale:
    """A scale of a size with the words and bands that are suggested."""
    usual = catalog.risk_matrix().scale
    bands = scales.suggested_bands(usual, likelihoods, severities)
    return scales.build(
        {
            "likelihood": [{"label": {"en": f"likely {n}"}} for n in range(likelihoods)],
            "severity": [{"label": {"en": f"bad {n}"}} for n in range(severities)],
            "bands": [{"first": band.first, "tone": band.tone, "label": {"en": f"zone {band.tone}"}} for band in bands],
        }
    )


def change(workspace, by, wanted, mapping=None, *, remembered=True):
    now = found.in_force(workspace.pk)
    return writes.change_scale(
        workspace=workspace,
        wanted=wanted,
        mapping=mapping or rescaling.usual(now.scale, wanted),
        remembered=remembered,
        seen=now.number,
        by=by,
    )


def places(project):
    return {row.key: found.places(row) for row in Risk.objects.filter(project=project)}


def typed(wanted: scales.Scale, **more):
    """What the form sends for a scale."""
    likelihoods, severities = wanted.size
    values = {"likelihoods": likelihoods, "severities": severities, "what": "preview"}
    for axis in ("likelihood", "severity"):
        for place, step in enumerate(getattr(wanted, axis)):
            values[f"{axis}-{place}-label-en"] = step.label.en
    for place, band in enumerate(wanted.bands):
        values |= {f"bands-{place}-first": band.first, f"bands-{place}-tone": band.tone}
        values[f"bands-{place}-label-en"] = band.label.en
    return values | more


def mapped(now: scales.Scale, wanted: scales.Scale, number: int = 0):
    """What the mapping of the preview sends."""
    usual = rescaling.usual(now, wanted)
    values = {"mapped_for": f"{number}-{wanted.size[0]}x{wanted.size[1]}", "remembered": "on", "what": "apply"}
    for axis in ("likelihood", "severity"):
        for place, step in enumerate(getattr(usual, axis), 1):
            values[f"map-{axis}-{place}"] = step
    return values


@pytest.fixture
def register(project, erin):
    """Risks all over the 5 × 5, made as people make them, one of them deleted."""
    for number, (likelihood, severity) in enumerate([(1, 1), (2, 3), (3, 3), (4, 5), (5, 5)]):
        actions.risk_add(
            project=project, by=erin, title=f"Risk {number}", category="data", likelihood=likelihood, severity=severity
        )
    last = Risk.objects.get(project=project, key="P05")
    actions.risk_move(risk=last, view="current", seen=None, to=(3, 3), by=erin)
    gone = Risk.objects.get(project=project, key="P04")
    actions.risk_remove(risk=gone, by=erin)
    return project


class TestChangeScale:
    def test_all_registers_stand_on_it_and_say_so(self, register, workspace, alice):
        assert change(workspace, alice, named(3, 4)) == 4
        assert found.in_force(workspace.pk).scale.size == (3, 4)
        stand = places(register)
        assert [(stand[key].inherent.likelihood, stand[key].inherent.severity) for key in sorted(stand)] == [
            (1, 1), (2, 3), (2, 3), (3, 4), (3, 4),
        ]  # fmt: skip
        assert (stand["P05"].current.likelihood, stand["P05"].current.severity) == (2, 3)
        event = Event.objects.filter(project=register).latest("pk")
        assert (event.what, event.values) == ("risks.rescaled", {"likelihoods": 3, "severities": 4})

    def test_a_deleted_risk_goes_along_and_can_be_put_back(self, register, workspace, alice, erin):
        change(workspace, alice, named(3, 4))
        actions.risk_restore(risk=Risk.objects.get(key="P04"), by=erin)
        assert selectors.register(register)[3].where.inherent.score == 12

    def test_four_to_five_to_four_is_the_first_state(self, register, workspace, alice):
        change(workspace, alice, named(4, 4))
        first, bands = places(register), [row.band.key for row in selectors.register(register)]
        change(workspace, alice, named(5, 5))
        assert places(register) != first
        change(workspace, alice, named(4, 4))
        assert places(register) == first
        assert [row.band.key for row in selectors.register(register)] == bands

    def test_down_and_back_is_the_first_state_too(self, register, workspace, alice):
        first = places(register)
        change(workspace, alice, named(2, 2))
        change(workspace, alice, named(3, 7))
        change(workspace, alice, named(5, 5))
        standing = {key: where for key, where in places(register).items() if key != "P04"}
        assert standing == {key: where for key, where in first.items() if key != "P04"}

    def test_unless_somebody_moved_the_risk_meanwhile(self, register, workspace, alice, erin):
        first = places(register)
        change(workspace, alice, named(2, 2))
        actions.risk_move(risk=Risk.objects.get(key="P03"), view="inherent", seen=(2, 2), to=(2, 1), by=erin)
        preview = found.preview(workspace, named(5, 5), rescaling.usual(named(2, 2), named(5, 5)), remembered=True)
        assert preview.back == 3
        change(workspace, alice, named(5, 5))
        now = places(register)
        assert now["P03"].inherent == scales.Position(5, 1)
        assert now["P02"] == first["P02"]

    def test_or_the_owner_wants_the_mapping(self, register, workspace, alice):
        first = places(register)
        change(workspace, alice, named(2, 2))
        change(workspace, alice, named(5, 5), remembered=False)
        assert places(register)["P02"] != first["P02"]

    def test_the_mapping_of_the_owner_counts(self, register, workspace, alice):
        change(workspace, alice, named(3, 3), rescaling.Mapping((1, 1, 1, 1, 3), (1, 1, 1, 3, 3)))
        assert places(register)["P03"].inherent == scales.Position(1, 1)

    def test_an_edit_that_began_before_is_a_clash(self, register, workspace, alice, erin):
        row = Risk.objects.get(key="P01")
        change(workspace, alice, named(3, 3))
        values = {"title": "x", "category": "data", "likelihood": 1, "severity": 1}
        assert isinstance(actions.risk_edit(risk=row, version=row.version, by=erin, **values), actions.Clash)

    def test_another_owner_was_faster(self, register, workspace, alice):
        change(workspace, alice, named(3, 3))
        usual = catalog.risk_matrix().scale
        with pytest.raises(Refused, match="scale_changed_meanwhile"), transaction.atomic():
            writes.change_scale(
                workspace=workspace,
                wanted=named(4, 4),
                mapping=rescaling.usual(usual, named(4, 4)),
                remembered=True,
                seen=0,
                by=alice,
            )

    def test_the_same_scale_changes_nothing(self, register, workspace, alice):
        before = Event.objects.count()
        assert change(workspace, alice, catalog.risk_matrix().scale) == 0
        assert (Event.objects.count(), RegisterScale.objects.count()) == (before, 0)

    def test_back_to_a_scale_that_was_there_keeps_one_row_of_it(self, register, workspace, alice):
        for size in ((3, 3), (4, 4), (3, 3)):
            change(workspace, alice, named(*size))
        assert RegisterScale.objects.count() == 2
        change(workspace, alice, catalog.risk_matrix().scale)
        assert RiskRules.objects.get().scale is None

    def test_other_words_move_nobody(self, register, workspace, alice):
        first = places(register)
        change(workspace, alice, named(5, 5))
        assert places(register) == first
        assert selectors.register(register)[0].band.label.en == "zone 1"

    def test_other_workspaces_stay(self, register, workspace, alice, sam):
        change(workspace, alice, named(3, 3))
        other = projects.create(name="Elsewhere", workspace=_other(sam), by=sam)
        assert selectors.scale(other).size == (5, 5)

    def test_the_past_is_drawn_on_its_own_scale(self, register, workspace, alice, erin, client_for):
        moments = selectors.moments(register)
        change(workspace, alice, named(3, 3))
        scale, rows = selectors.register_at(register, selectors.moment(register, moments))
        assert scale.size == (5, 5)
        assert rows[-1].where.inherent.score == 25
        page = client_for(erin).get(f"{PAGE}?moment={moments}").content.decode()
        assert 'id="cell-5x5"' in page
        assert 'id="cell-5x5"' not in client_for(erin).get(PAGE).content.decode()
        assert RiskChange.objects.filter(scale__isnull=False).count() == 4

    def test_going_along_is_no_movement_since_a_review(self, register, workspace, alice, erin, monkeypatch):
        class Then:
            at = timezone.now()

        monkeypatch.setattr(reviews, "last", lambda _project: Then())
        change(workspace, alice, named(3, 3))
        assert reviews.reviewed(register).moved == ()
        actions.risk_move(risk=Risk.objects.get(key="P03"), view="current", seen=None, to=(1, 1), by=erin)
        assert [moved.key for moved in reviews.reviewed(register).moved] == ["P03"]

    def test_what_follows_is_told(self, register, workspace, alice):
        """Serious is what the bands of the scale say: readiness and the gate go by it."""
        assert [row.cared.serious for row in selectors.register(register)] == [False, False, False, False]
        change(workspace, alice, named(2, 2))
        assert any(row.cared.serious for row in selectors.register(register))

    def test_many_projects_take_the_queries_of_each(self, register, workspace, alice, count_queries):
        def there_and_back():
            change(workspace, alice, named(4, 4))
            change(workspace, alice, catalog.risk_matrix().scale)

        risk(register, "P50")
        there_and_back()
        few = count_queries(there_and_back)
        for number in range(20):
            risk(register, f"P{51 + number}")
        assert count_queries(there_and_back) == few


def _other(person):
    from mlcanvas.workspaces import actions as workspaces

    return workspaces.create(by=person, name="Other", language="en", currency="EUR")


class TestContent:
    def test_it_is_in_the_content_where_it_is_not_the_usual_one(self, register, workspace, alice):
        assert "scale" not in RISKS.read(register)
        change(workspace, alice, named(3, 3))
        content = RISKS.read(register)
        assert scales.build(content["scale"]) == named(3, 3)
        RISKS.write(register, content, alice)
        assert RISKS.read(register) == content

    def test_without_a_risk_it_says_nothing_about_the_project(self, project, workspace, alice):
        change(workspace, alice, named(3, 3))
        assert "scale" not in RISKS.read(project)

    def test_a_register_of_another_scale_is_carried_over(self, register, workspace, alice):
        content = RISKS.read(register)
        change(workspace, alice, named(3, 3))
        RISKS.write(register, content, alice)
        assert places(register)["P05"] == rescaling.Places(scales.Position(3, 3), scales.Position(2, 2), None)

    @pytest.mark.parametrize(
        ("content", "code", "path"),
        [
            ({"bands": []}, "scale_bands_outside", "risks.scale.bands"),
            ({"likelihood": [{"label": {}}] * 3}, "scale_name_missing", "risks.scale.likelihood.0.label"),
        ],
    )
    def test_a_broken_scale_is_refused_with_its_place(self, register, alice, content, code, path):
        given = scales.written(named(3, 3)) | content
        with pytest.raises(Refused) as refused, transaction.atomic():
            RISKS.write(register, {"scale": given}, alice)
        assert (refused.value.code, refused.value.path) == (code, path)

    def test_a_risk_outside_the_scale_of_its_file_is_refused(self, register, alice):
        row = {"key": "P01", "title": "x", "category": "org", "likelihood": 4, "severity": 2}
        with pytest.raises(Refused) as refused, transaction.atomic():
            RISKS.write(register, {"scale": scales.written(named(3, 3)), "register": [row]}, alice)
        assert (refused.value.code, refused.value.path) == ("risk_step_outside", "risks.register[0].likelihood")

    def test_results_hold_the_scale_with_its_words(self, register, workspace, alice):
        change(workspace, alice, named(3, 4))
        kept = RISKS.results(register)["scale"]
        assert (len(kept["likelihood"]), len(kept["severity"])) == (3, 4)
        assert kept["bands"][0]["label"] == {"en": "zone 1", "pt_BR": "zone 1"}

    def test_files_and_pictures_are_of_the_scale(self, register, workspace, alice, client_for):
        change(workspace, alice, named(3, 3))
        client = client_for(alice)
        assert "zone" in client.get(f"{PAGE}register.csv").content.decode()
        assert b"<svg" in client.get(f"{PAGE}picture.svg").content
        assert client.get(f"{PAGE}register.xlsx").status_code == 200
        figure = client.get(f"{PAGE}movement.json").json()
        assert figure["layout"]["xaxis"]["ticktext"] == ["1 bad 0", "2 bad 1", "3 bad 2"]
        assert client.get("/p/churn-in-prepaid-mobile/report.pdf").status_code == 200

    def test_a_starter_risk_stands_in_proportion(self, project, workspace, alice, erin):
        change(workspace, alice, named(3, 3))
        starter = catalog.risk_library().risk("R01")
        row = actions.library_add(project=project, key="R01", by=erin)
        steps = rescaling.proportional(5, 3)
        assert (row.likelihood, row.severity) == (steps[starter.likelihood - 1], steps[starter.severity - 1])


class TestOldPages:
    """A page that was opened before the scale changed offers steps that are not there any more."""

    def test_a_new_risk_is_asked_for_again(self, project, workspace, alice, erin, client_for):
        change(workspace, alice, named(3, 3))
        sent = {"title": "Labels", "category": "data", "likelihood": "3", "severity": "3", "scale": "0"}
        response = client_for(erin).post(f"{PAGE}add/", sent)
        assert response.status_code == 422
        page = response.content.decode()
        assert "The scale of this workspace was changed meanwhile." in page
        assert 'value="Labels"' in page
        assert Risk.objects.count() == 0
        number = found.in_force(workspace.pk).number
        assert f'name="scale" value="{number}"' in page
        assert client_for(erin).post(f"{PAGE}add/", sent | {"scale": str(number)}).status_code == 302

    def test_a_cell_is_asked_for_again(self, register, workspace, alice, erin, client_for):
        change(workspace, alice, named(3, 3))
        sent = {"likelihood": "3", "severity": "3", "seen-likelihood": "1", "seen-severity": "1", "scale": "0"}
        response = client_for(erin).post(f"{PAGE}P01/cell/inherent/", sent, **FRAGMENT)
        assert response.status_code == 422
        assert places(register)["P01"].inherent == scales.Position(1, 1)

    def test_a_move_is_refused(self, register, workspace, alice, erin, client_for):
        change(workspace, alice, named(3, 3))
        sent = {"view": "inherent", "to": "3x3", "seen": "1x1", "scale": "0"}
        response = client_for(erin).post(f"{PAGE}P01/move/", sent, **FRAGMENT)
        assert response.status_code == 422
        assert "was changed meanwhile" in response.content.decode()
        assert places(register)["P01"].inherent == scales.Position(1, 1)


class TestChangeRule:
    ANSWERS = {
        "data_availability": "unavailable",
        "solution_novelty": "similar",
        "customer_satisfaction": "satisfied",
        "feature_kind": "style_quality",
    }

    @pytest.fixture
    def answered(self, project, erin):
        for factor, level in self.ANSWERS.items():
            actions.answer(project=project, factor=factor, level=level, by=erin)
        return project

    def test_every_project_goes_by_it(self, answered, workspace, alice):
        assert Summary.objects.get(project=answered).tier == 3
        assert writes.change_rule(workspace=workspace, rule="mean", by=alice) == 1
        assert Summary.objects.get(project=answered).tier == 2
        placed = selectors.picture(answered).placed
        assert (placed.rule, placed.tier) == ("mean", 2)
        assert RISKS.results(answered)["rule"] == "mean"
        event = Event.objects.filter(project=answered).latest("pk")
        assert (event.what, event.values) == ("risks.rule", {"rule": "mean", "before": 3, "after": 2})

    def test_the_same_rule_changes_nothing(self, answered, workspace, alice):
        before = Event.objects.count()
        assert writes.change_rule(workspace=workspace, rule="max", by=alice) == 0
        assert Event.objects.count() == before

    def test_a_half_answered_axis_is_told_too(self, project, workspace, alice, erin):
        for factor in ("data_availability", "solution_novelty"):
            actions.answer(project=project, factor=factor, level=self.ANSWERS[factor], by=erin)
        (row,) = found.retiered(workspace, "max", "mean")
        assert (row.before, row.after) == (None, None)

    def test_the_page_says_whom_the_other_rule_would_move(self, answered, alice, client_for):
        page = client_for(alice).get(SCALE).content.decode()
        assert "The other rule would move 1 project" in page
        assert "3 · Medium" in page
        assert "2 · Medium-low" in page


class TestPage:
    def test_members_see_what_counts(self, workspace, vic, client_for):
        page = client_for(vic).get(SCALE).content.decode()
        assert "stand on a scale of 5 × 5" in page
        assert "Only an owner can change this." in page
        assert "Change the scale" not in page

    def test_owners_find_the_way(self, alice, client_for):
        assert f'href="{SCALE}edit/"' in client_for(alice).get(SCALE).content.decode()

    def test_a_size_proposes_words_and_bands(self, alice, client_for):
        page = client_for(alice).get(f"{SCALE}edit/?likelihoods=3&severities=4").content.decode()
        assert 'name="likelihood-2-label-en" value="likely"' in page
        assert 'name="likelihood-2-label-pt_BR" value="provável"' in page
        assert 'name="severity-3-label-en" value="severe"' in page
        assert "here 1 to 12" in page

    def test_set_the_size(self, alice, client_for):
        sent = typed(catalog.risk_matrix().scale, likelihoods="3", severities="5", what="size")
        page = client_for(alice).post(f"{SCALE}edit/", sent).content.decode()
        assert 'name="likelihood-2-label-en" value="likely"' in page
        # What stays as many keeps the words that it has.
        assert 'value="Plan, budget or quality has to be changed."' in page

    def test_the_preview_says_who_moves_where_and_changes_nothing(self, register, workspace, alice, client_for):
        wanted = named(3, 3)
        response = client_for(alice).post(f"{SCALE}edit/", typed(wanted), **FRAGMENT)
        assert response.status_code == 200
        page = response.content.decode()
        assert page.strip().startswith('<div class="container-xl page" id="edit">')
        assert "4 risks stand in the registers of this workspace." in page
        assert "Let this scale count" in page
        assert 'name="mapped_for" value="0-3x3"' in page
        assert not RiskRules.objects.exists()

    def test_apply(self, register, workspace, alice, client_for):
        now, wanted = catalog.risk_matrix().scale, named(3, 3)
        response = client_for(alice).post(f"{SCALE}edit/", typed(wanted) | mapped(now, wanted))
        assert response.status_code == 302
        assert found.in_force(workspace.pk).scale == wanted
        page = client_for(alice).get(SCALE).content.decode()
        assert "stand on a scale of 3 × 3" in page
        assert "?from=catalogue" in page

    def test_apply_without_a_preview_is_a_preview(self, register, alice, client_for):
        response = client_for(alice).post(f"{SCALE}edit/", typed(named(3, 3), what="apply"))
        assert response.status_code == 200
        assert not RiskRules.objects.exists()

    def test_a_mapping_for_another_scale_is_asked_for_again(self, register, workspace, alice, client_for):
        change(workspace, alice, named(4, 4))
        wanted = named(3, 3)
        sent = typed(wanted) | mapped(catalog.risk_matrix().scale, wanted)
        response = client_for(alice).post(f"{SCALE}edit/", sent)
        assert response.status_code == 409
        assert "was changed meanwhile" in response.content.decode()
        assert found.in_force(workspace.pk).scale.size == (4, 4)

    def test_an_earlier_scale_comes_back(self, register, workspace, alice, client_for):
        change(workspace, alice, named(3, 3))
        number = found.in_force(workspace.pk).number
        change(workspace, alice, named(4, 4))
        page = client_for(alice).get(f"{SCALE}edit/?from={number}").content.decode()
        assert 'name="likelihood-2-label-en" value="likely 2"' in page
        assert 'name="likelihood-3-label-en"' not in page

    @pytest.mark.parametrize("given", ["99999999999999999", "x", "-1", "1" * 40])
    def test_an_earlier_scale_that_is_not_there_is_the_present_one(self, alice, client_for, given):
        page = client_for(alice).get(f"{SCALE}edit/?from={given}").content.decode()
        assert 'name="likelihood-4-label-en" value="almost certain"' in page

    def test_a_scale_of_another_workspace_is_not_there(self, workspace, alice, sam, client_for):
        row = RegisterScale.objects.create(workspace=_other(sam), definition=found.definition_of(named(3, 3)))
        page = client_for(alice).get(f"{SCALE}edit/?from={row.pk}").content.decode()
        assert "likely 2" not in page

    @pytest.mark.parametrize(
        ("wrong", "field", "sentence"),
        [
            ({"likelihood-1-label-en": ""}, "likelihood-1-label-en", "Give this a name, in English or in Portuguese."),
            ({"bands-1-first": "1.5"}, "bands-1-first", "Write a whole number, such as 5."),
            ({"bands-1-first": "99"}, "bands-1-first", "so no band can begin at 99"),
            ({"bands-1-first": ""}, "bands-1-first", "Say from which score this band counts."),
            ({"bands-1-tone": "1"}, "bands-1-tone", "Give each band a higher colour number"),
            ({"severity-0-label-en": "x" * 41}, "severity-0-label-en", "40"),
            ({"likelihoods": "11"}, "likelihoods", ""),
        ],
    )
    def test_bad_input_is_told_at_its_field_and_keeps_the_rest(self, alice, client_for, wrong, field, sentence):
        response = client_for(alice).post(f"{SCALE}edit/", typed(named(3, 3)) | wrong)
        assert response.status_code == 422
        page = response.content.decode()
        assert sentence in page
        if field != "likelihoods":
            assert 'value="likely 0"' in page
        assert not RiskRules.objects.exists()

    def test_a_mapping_that_falls_is_told_at_its_step(self, register, alice, client_for):
        now, wanted = catalog.risk_matrix().scale, named(3, 3)
        sent = typed(wanted) | mapped(now, wanted) | {"map-likelihood-1": "3", "map-likelihood-2": "1"}
        response = client_for(alice).post(f"{SCALE}edit/", sent)
        assert response.status_code == 422
        assert "A higher step cannot become a lower one" in response.content.decode()

    @pytest.mark.parametrize("text", INJECTIONS)
    def test_hostile_words_stay_words(self, register, workspace, alice, client_for, text):
        label = text[:40]
        sent = typed(named(3, 3)) | {"likelihood-0-label-en": label, "bands-0-label-en": label}
        client = client_for(alice)
        page = client.post(f"{SCALE}edit/", sent).content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        now, wanted = catalog.risk_matrix().scale, named(3, 3)
        assert client.post(f"{SCALE}edit/", sent | mapped(now, wanted)).status_code == 302
        for address in (PAGE, f"{PAGE}register.csv", f"{PAGE}picture.svg", f"{PAGE}movement.json", SCALE):
            answer = client.get(address)
            assert answer.status_code == 200
            if "html" in answer.headers["Content-Type"] or "svg" in answer.headers["Content-Type"]:
                assert b"<script>alert" not in answer.content
                assert b"<img src=x" not in answer.content

    def test_suggestions_hold_for_the_catalogue(self):
        values = suggested(catalog.risk_matrix().scale, (5, 5))
        assert values["likelihood-0-help-en"] == "It would surprise everyone."

    def test_queries_do_not_grow(self, register, workspace, alice, client_for, count_queries):
        client = client_for(alice)
        client.post(f"{SCALE}edit/", typed(named(3, 3)))
        few = count_queries(lambda: client.post(f"{SCALE}edit/", typed(named(3, 3))))
        for number in range(30):
            risk(register, f"P{50 + number}")
        assert count_queries(lambda: client.post(f"{SCALE}edit/", typed(named(3, 3)))) == few
        few = count_queries(lambda: client.get(SCALE))
        for number in range(10):
            other = Project.objects.create(workspace=workspace, name=f"Other {number}", slug=f"other-{number}")
            Summary.objects.create(project=other)
        assert count_queries(lambda: client.get(SCALE)) == few


WRITES = {
    "edit": (f"{SCALE}edit/", typed(named(3, 3)) | mapped(catalog.risk_matrix().scale, named(3, 3))),
    "rule": (f"{SCALE}rule/", {"rule": "mean"}),
}


@pytest.mark.parametrize("name", WRITES)
class TestWhoMayWrite:
    @pytest.mark.parametrize("headers", [{}, FRAGMENT])
    def test_an_owner(self, workspace, alice, client_for, name, headers):
        address, values = WRITES[name]
        response = client_for(alice).post(address, values, **headers)
        assert response.status_code == (204 if headers else 302)
        assert response.headers.get("HX-Redirect" if headers else "Location") == SCALE
        assert RiskRules.objects.get(workspace=workspace)

    @pytest.mark.parametrize("who", ["erin", "rita", "vic"])
    @pytest.mark.parametrize("headers", [{}, FRAGMENT])
    def test_other_members_are_refused_with_the_reason(self, client_for, request, name, who, headers):
        address, values = WRITES[name]
        response = client_for(request.getfixturevalue(who)).post(address, values, **headers)
        assert response.status_code == 403
        assert "Only an owner of the workspace can do this." in response.content.decode()
        assert not RiskRules.objects.exists()

    def test_a_stranger_sees_404(self, workspace, sam, client_for, name):
        address, values = WRITES[name]
        assert client_for(sam).post(address, values).status_code == 404

    def test_anonymous_people_are_asked_to_sign_in(self, workspace, client, name):
        address, values = WRITES[name]
        assert client.post(address, values).headers["Location"].startswith("/account/login/")

    def test_other_methods(self, alice, client_for, name):
        assert client_for(alice).put(WRITES[name][0]).status_code == 405

    def test_bad_input(self, alice, client_for, name):
        address, _values = WRITES[name]
        assert client_for(alice).post(address, {"rule": "luck"}).status_code == 422
        assert not RiskRules.objects.exists()


def test_a_definition_is_kept_as_it_was(workspace, alice):
    change(workspace, alice, named(3, 3))
    assert scales.build(json.loads(RegisterScale.objects.get().definition)) == named(3, 3)
