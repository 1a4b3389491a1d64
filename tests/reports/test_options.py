"""Which sections, in which order, on which paper; the logo and the colour; what changed since the last decision."""

import io
import time
from dataclasses import replace

import pytest
from django.core.cache import caches
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from mlcanvas.domain.refusal import Refused
from mlcanvas.projects import selectors as projects
from mlcanvas.projects.actions import record
from mlcanvas.projects.models import Revision
from mlcanvas.reports import actions, kept, logo, pdf, selectors
from mlcanvas.reports.document import KEYS, USUAL, Edition, build
from mlcanvas.reports.models import ReportLook
from mlcanvas.reports.options import ACCENT, colour, moved, ordered, turned
from mlcanvas.reviews import actions as reviews
from mlcanvas.risks import actions as risks
from tests.fixtures_projects import FRAGMENT
from tests.reports import snapshots
from tests.reports.printing import info, ours, text
from tests.reports.test_document import EDITION

PAGE = "/p/churn-in-prepaid-mobile/report/"
FILE = "/p/churn-in-prepaid-mobile/report.pdf"
LOOK = "/workspace/retail-analytics/report/"


def picture(width=40, height=20, form="PNG", colour="#2f5aa8"):
    out = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(out, form)
    return out.getvalue()


def upload(content, name="logo.png"):
    return {"logo": SimpleUploadedFile(name, content)}


class TestSections:
    def test_known_ones_once_in_the_order_wanted(self):
        assert ordered(["costs", "luck", "scope", "costs"], KEYS) == ("costs", "scope")

    @pytest.mark.parametrize(
        ("key", "by", "found"),
        [
            ("b", -1, ("b", "a", "c")),
            ("b", 1, ("a", "c", "b")),
            ("a", -1, ("a", "b", "c")),
            ("c", 1, ("a", "b", "c")),
            ("x", 1, ("a", "b", "c")),
        ],
    )
    def test_one_moves_a_place_where_it_can(self, key, by, found):
        assert moved(("a", "b", "c"), key, by) == found

    def test_what_comes_back_stands_where_it_usually_stands(self):
        without = turned(USUAL, "tier", KEYS, shown=False)
        assert "tier" not in without.sections
        assert turned(without, "tier", KEYS, shown=True) == USUAL
        assert turned(without, "luck", KEYS, shown=True) == without

    def test_the_report_has_them_in_that_order(self):
        wanted = replace(USUAL, sections=("costs", "scope"))
        found = build(snapshots.full(), EDITION, options=wanted)
        assert [(section.number, section.key) for section in found.sections] == [
            (1, "summary"),
            (2, "costs"),
            (3, "scope"),
        ]
        # What is left out is not forgotten.
        assert found.missing == build(snapshots.full(), EDITION).missing

    def test_the_summary_alone(self):
        found = build(snapshots.full(), EDITION, options=replace(USUAL, brief=True))
        assert [section.key for section in found.sections] == ["summary"]
        assert int(info(pdf.render(found, ours()).pdf)["Pages"]) == 2

    def test_letter(self):
        found = build(snapshots.full(), EDITION, options=replace(USUAL, paper="letter", sections=("canvas",)))
        made = pdf.render(found, ours())
        assert "612 x 792" in info(made.pdf)["Page size"]
        assert "Machine Learning Canvas v1.1" in text(made.pdf)


class TestColour:
    @pytest.mark.parametrize("given", ["#2F5AA8", " 2f5aa8 "])
    def test_six_figures(self, given):
        assert colour(given) == "#2f5aa8"

    @pytest.mark.parametrize(
        ("given", "code"),
        [
            ("blue", "report_colour_unknown"),
            ("#fff", "report_colour_unknown"),
            ("", "report_colour_unknown"),
            ("#2f5aa8;}", "report_colour_unknown"),
            ("#ffff00", "report_colour_pale"),
            ("#777777", "report_colour_pale"),
        ],
    )
    def test_others_are_refused(self, given, code):
        with pytest.raises(Refused) as refused:
            colour(given)
        assert refused.value.code == code

    def test_it_is_in_the_file(self):
        found = build(snapshots.full(), EDITION, options=replace(USUAL, accent="#7a1fa2", brief=True))
        usual = build(snapshots.full(), EDITION, options=replace(USUAL, brief=True))
        assert pdf.render(found, ours()).pdf != pdf.render(usual, ours()).pdf
        places = {kept.address_of(one, pdf.data(one), ours()) for one in (found, usual)}
        assert len(places) == 2


class TestLogo:
    @pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
    def test_it_is_drawn_anew_and_fits(self, form):
        made = logo.drawn(picture(2000, 500, form))
        assert logo.size(made) == (720, 180)
        assert made.startswith(b"\x89PNG")

    def test_a_small_one_stays_small(self):
        assert logo.size(logo.drawn(picture(40, 20))) == (40, 20)

    def test_nothing_but_the_picture_is_kept(self):
        content = picture(form="JPEG")
        assert b"secret" not in logo.drawn(content + b"secret" * 100)

    @pytest.mark.parametrize(
        ("content", "code"),
        [
            (b"", "logo_unreadable"),
            (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "logo_unreadable"),
            (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "logo_unreadable"),
            (picture()[:60], "logo_unreadable"),
            (b"GIF89a" + b"\0" * 20, "logo_unreadable"),
            (b"x" * 2_000_001, "logo_large"),
            (picture(5000, 4001), "logo_many_pixels"),
        ],
        ids=["empty", "svg", "broken", "cut", "gif", "large", "many pixels"],
    )
    def test_others_are_refused(self, content, code):
        with pytest.raises(Refused) as refused:
            logo.drawn(content)
        assert (refused.value.code, refused.value.path) == (code, "logo")

    def test_it_is_on_the_cover_with_its_name(self, project, alice):
        actions.put_logo(workspace=project.workspace, content=picture(300, 100), by=alice)
        found = selectors.report(project)
        assert found.options.logo.text == "Retail analytics"
        made = pdf.render(found, ours())
        plain = pdf.render(replace(found, options=replace(found.options, logo=None)), ours())
        assert (b"/Subtype/Image" in made.pdf, b"/Subtype/Image" in plain.pdf) == (True, False)
        assert made.pdf == pdf.render(found, ours()).pdf


class TestPage:
    def test_the_address_says_what_is_shown(self, project, vic, client_for):
        page = client_for(vic).get(f"{PAGE}?sections=costs,scope&paper=letter").content.decode()
        assert 'name="sections" value="costs,scope"' in page
        assert f'href="{FILE}?language=en&amp;sections=costs,scope&amp;paper=letter&amp;only=all"' in page
        assert '<option value="letter" selected>' in page

    def test_ticks_become_an_address(self, project, vic, client_for):
        asked = "?chosen=1&ticked=1&sections=costs,scope&show=scope&show=tier&paper=a4&only=all"
        response = client_for(vic).get(PAGE + asked)
        assert response.headers["Location"] == f"{PAGE}?language=en&sections=scope,tier&paper=a4&only=all"
        response = client_for(vic).get(PAGE + asked, **FRAGMENT)
        assert response.headers["HX-Push-Url"] == f"{PAGE}?language=en&sections=scope,tier&paper=a4&only=all"
        assert 'id="show-tier" name="show" value="tier" checked' in response.content.decode()

    def test_a_section_moves(self, project, vic, client_for):
        asked = "?chosen=1&ticked=1&sections=costs,scope&show=scope&show=costs&down=costs&paper=a4&only=all"
        assert "sections=scope,costs&" in client_for(vic).get(PAGE + asked).headers["Location"]

    def test_no_tick_while_only_the_summary_is_shown_changes_no_section(self, project, vic, client_for):
        location = client_for(vic).get(f"{PAGE}?chosen=1&sections=costs,scope&only=summary").headers["Location"]
        assert "sections=costs,scope&" in location
        assert location.endswith("only=summary")

    @pytest.mark.parametrize("ending", ["md", "html"])
    def test_other_forms_have_the_same_sections(self, project, vic, client_for, ending):
        address = f"/p/churn-in-prepaid-mobile/report.{ending}"
        said = client_for(vic).get(f"{address}?sections=sources").content.decode()
        assert "Sources and licences" in said
        assert "Decision and record" not in said
        assert "Decision and record" in client_for(vic).get(address).content.decode()

    def test_no_section_at_all_is_the_summary(self, project, vic, client_for):
        page = client_for(vic).get(f"{PAGE}?sections=").content.decode()
        assert 'id="section-summary"' in page
        assert 'id="section-sources"' not in page

    @pytest.mark.parametrize("asked", ["sections=luck,,x", "paper=a0", "only=nothing", "up=x&down=y", "show=1&ticked"])
    def test_what_an_address_cannot_mean_is_left_at_its_default(self, project, vic, client_for, asked):
        assert client_for(vic).get(f"{PAGE}?{asked}").status_code == 200

    def test_the_preview_has_logo_and_colour(self, project, alice, vic, client_for):
        actions.put_logo(workspace=project.workspace, content=picture(), by=alice)
        actions.dress(workspace=project.workspace, accent="#7a1fa2", by=alice)
        client = client_for(vic)
        assert f'src="{LOOK}logo.png"' in client.get(PAGE).content.decode()
        assert client.get(f"{LOOK}logo.png").content.startswith(b"\x89PNG")
        assert client.get(f"{LOOK}colours.css").content == b".report { --report-accent: #7a1fa2; }\n"

    def test_no_logo_is_no_picture(self, project, vic, client_for):
        assert client_for(vic).get(f"{LOOK}logo.png").status_code == 404

    @pytest.mark.parametrize("name", ["", "logo.png", "colours.css"])
    def test_a_stranger_sees_none_of_it(self, project, sam, client_for, name):
        assert client_for(sam).get(LOOK + name).status_code == 404


WRITES = {
    "remember": (f"{PAGE}remember/", lambda: {"sections": "costs,scope", "paper": "letter", "only": "all"}, PAGE),
    "dress": (f"{LOOK}colour/", lambda: {"accent": "#7a1fa2"}, LOOK),
    "put_logo": (f"{LOOK}logo/", lambda: upload(picture()), LOOK),
    "remove_logo": (f"{LOOK}logo/remove/", dict, LOOK),
}


@pytest.mark.parametrize("name", WRITES)
class TestWhoMayWrite:
    def test_an_owner(self, project, alice, client_for, name):
        address, values, after = WRITES[name]
        response = client_for(alice).post(address, values())
        assert (response.status_code, response.headers["Location"]) == (302, after)
        assert ReportLook.objects.get(workspace=project.workspace).by == alice

    def test_as_a_fragment(self, project, alice, client_for, name):
        address, values, after = WRITES[name]
        assert client_for(alice).post(address, values(), **FRAGMENT).headers["HX-Redirect"] == after

    @pytest.mark.parametrize("who", ["erin", "rita", "vic"])
    def test_others(self, project, client_for, request, name, who):
        address, values, _after = WRITES[name]
        response = client_for(request.getfixturevalue(who)).post(address, values())
        # Sections are a matter of those who write the project; the look is the owner's.
        assert response.status_code == (302 if (name, who) == ("remember", "erin") else 403)

    def test_a_stranger(self, project, sam, client_for, name):
        address, values, _after = WRITES[name]
        assert client_for(sam).post(address, values()).status_code == 404

    def test_anonymous(self, project, client, name):
        address, values, _after = WRITES[name]
        assert client.post(address, values()).headers["Location"].startswith("/account/login/")

    def test_another_method(self, project, alice, client_for, name):
        assert client_for(alice).get(WRITES[name][0]).status_code == 405


class TestBadInput:
    @pytest.mark.parametrize(
        ("address", "values", "sentence"),
        [
            (f"{LOOK}colour/", {"accent": "yellow"}, "Write six figures such as #2f5aa8."),
            (f"{LOOK}colour/", {"accent": "#ffee00"}, "too pale to be read on white"),
            (f"{LOOK}logo/", {}, "Choose a file first."),
            (f"{LOOK}logo/", upload(b"no picture"), "Choose a PNG, JPEG or WebP file."),
            (f"{PAGE}remember/", {"paper": "a0"}, "Choose A4 or Letter."),
        ],
    )
    def test_it_is_told_and_nothing_is_kept(self, project, alice, client_for, address, values, sentence):
        response = client_for(alice).post(address, values)
        assert response.status_code == 422
        assert sentence in response.content.decode()
        assert not ReportLook.objects.exists()

    def test_what_was_typed_stays(self, project, alice, client_for):
        page = client_for(alice).post(f"{LOOK}colour/", {"accent": "#ffee00"}).content.decode()
        assert 'value="#ffee00"' in page


class TestRemembered:
    def test_every_report_of_the_workspace_starts_with_it(self, project, alice, vic, client_for):
        sections = ("costs", "scope")
        actions.remember(workspace=project.workspace, sections=sections, paper="letter", brief=False, by=alice)
        assert selectors.report(project).options == replace(USUAL, sections=sections, paper="letter")
        assert 'value="costs,scope"' in client_for(vic).get(PAGE).content.decode()

    def test_all_of_them_stay_all_when_one_is_added(self, project, alice):
        actions.remember(workspace=project.workspace, sections=KEYS, paper="a4", brief=False, by=alice)
        assert ReportLook.objects.get().sections is None

    def test_a_section_that_is_no_more_is_left_out(self, project, alice):
        ReportLook.objects.create(workspace=project.workspace, sections=["luck", "scope"])
        assert selectors.options(project).sections == ("scope",)

    def test_without_a_word_it_is_the_usual_one(self, project):
        assert selectors.options(project) == USUAL
        assert USUAL.accent == ACCENT


class TestSinceTheLastDecision:
    @pytest.fixture
    def decided(self, project, alice):
        found = selectors.report(project)
        reviews.decide(project=project, outcome="go", note="Start small.", read=found.digest, by=alice)
        return project

    def section(self, found):
        return next((section for section in found.sections if section.key == "changes"), None)

    def test_before_the_first_there_is_no_such_section(self, project):
        assert self.section(selectors.report(project)) is None

    def test_the_revision_that_was_decided_on_compares_with_the_one_before(self, decided):
        assert self.section(selectors.report(decided)) is None

    def test_what_changed_is_named_with_what_it_was(self, decided, erin):
        risks.risk_add(project=decided, by=erin, title="Labels are late", category="data", likelihood=3, severity=3)
        (intro, table) = self.section(selectors.report(decided)).blocks
        assert intro.text.startswith("Compared with revision 1 of ")
        assert "Start small." in intro.text
        assert table.title == "Risks"
        assert [cell.text for cell in table.rows[0]][:2] == ["P01 Labels are late", "–"]
        assert "Labels are late" in text(pdf.render(selectors.report(decided), ours()).pdf)

    def test_it_speaks_the_language_of_the_report(self, decided, erin):
        risks.risk_add(project=decided, by=erin, title="Labels are late", category="data", likelihood=3, severity=3)
        found = self.section(selectors.report(decided, "pt-br"))
        assert found.title == "O que mudou desde a última decisão"
        assert found.blocks[1].title == "Riscos"

    def test_many_changes_are_counted(self, decided, erin):
        for number in range(80):
            risks.risk_add(project=decided, by=erin, title=f"Risk {number}", category="data", likelihood=3, severity=3)
        (_intro, table) = self.section(selectors.report(decided)).blocks
        assert len(table.rows) == 60
        assert table.note == "And 20 more. The comparison of revisions shows them all."


class TestKept:
    @pytest.fixture
    def revision(self, project, alice):
        found = selectors.report(project)
        reviews.decide(project=project, outcome="go", note="Start small.", read=found.digest, by=alice)
        return Revision.objects.get(project=project)

    @pytest.fixture(autouse=True)
    def real(self, settings, tmp_path):
        backend = "django.core.cache.backends.filebased.FileBasedCache"
        settings.CACHES = settings.CACHES | {"reports": {"BACKEND": backend, "LOCATION": str(tmp_path)}}

    def test_the_same_revision_and_options_again_are_quick_and_the_same(self, project, revision, monkeypatch):
        first = selectors.pdf_of(project, "en", revision, USUAL)
        monkeypatch.setattr(selectors, "report", None)
        begun = time.perf_counter()
        assert selectors.pdf_of(project, "en", revision, USUAL) == first
        assert time.perf_counter() - begun < 0.1

    @pytest.mark.parametrize(
        "change",
        [
            {"accent": "#7a1fa2"},
            {"paper": "letter"},
            {"brief": True},
            {"sections": ("scope",)},
        ],
    )
    def test_other_options_are_another_file(self, project, revision, change):
        usual = kept.address(project, revision, "en", USUAL, ours())
        assert kept.address(project, revision, "en", replace(USUAL, **change), ours()) != usual

    def test_so_are_another_language_and_another_record(self, project, revision, alice):
        usual = kept.address(project, revision, "en", USUAL, ours())
        assert kept.address(project, revision, "pt-br", USUAL, ours()) != usual
        record(project=project, by=alice, what="reviews.stop", revision=revision, number=1, note="No.")
        assert kept.address(project, revision, "en", USUAL, ours()) != usual

    def test_what_stands_now_is_kept_until_it_changes(self, project, erin, monkeypatch):
        first = selectors.pdf_of(project, "en", None, USUAL)
        monkeypatch.setattr(selectors, "typeset_report", None)
        assert selectors.pdf_of(project, "en", None, USUAL) == first
        monkeypatch.undo()
        risks.risk_add(project=project, by=erin, title="Labels are late", category="data", likelihood=3, severity=3)
        assert "Labels are late" in text(selectors.pdf_of(project, "en", None, USUAL).pdf)

    def test_something_else_in_its_place_is_made_again(self, project, revision):
        place = kept.address(project, revision, "en", USUAL, ours())
        caches["reports"].set(place, "no PDF")
        assert selectors.pdf_of(project, "en", revision, USUAL).pdf.startswith(b"%PDF")

    def test_the_download_is_the_kept_one(self, project, revision, vic, client_for):
        client = client_for(vic)
        first = client.get(f"{FILE}?revision=1")
        assert client.get(f"{FILE}?revision=1").content == first.content
        assert projects.decided_before(project, revision) is None


def test_an_edition_knows_no_decision_of_its_own():
    assert Edition(EDITION.made_on).since is None
