"""The canvas page and its writes."""

import re

import pytest

from mlcanvas.canvas import selectors
from mlcanvas.domain.canvas import State
from mlcanvas.projects import actions
from mlcanvas.projects.models import Passage, PassageEdit
from tests.fixtures_projects import FRAGMENT

BASE = "/p/churn-in-prepaid-mobile/canvas/ml_canvas_v1_1/"


def write(project, by, text="Retention agents waste calls.", block="value_proposition"):
    return actions.save_text(project=project, key=f"canvas/ml_canvas_v1_1/{block}", text=text, base=0, by=by)


def state(project, block="value_proposition"):
    return next(filled.state for filled in selectors.canvas(project).blocks if filled.block.key == block)


class TestCanvas:
    def test_shows_ten_blocks_with_questions_and_the_credit(self, project, vic, client_for):
        page = client_for(vic).get(BASE).content.decode()
        assert page.count('<section class="block ') == 10
        for words in ("Louis Dorard, Ph.D.", "CC BY-SA 4.0", "ownml.co", "modified"):
            assert words in page

    def test_a_viewer_gets_no_field(self, project, vic, client_for):
        assert "<textarea" not in client_for(vic).get(BASE).content.decode()

    def test_eight_queries_at_most_whatever_is_written(self, project, alice, client_for, count_queries):
        client = client_for(alice)
        for block in selectors.template(project).blocks:
            write(project, alice, "- one\n- two", block)
        assert count_queries(lambda: client.get(BASE)) <= 8

    def test_markdown_is_shown_and_markup_is_text(self, project, alice, client_for):
        write(project, alice, "- [x] done\n\n<script>alert(1)</script> <img src=x onerror=alert(1)>")
        page = client_for(alice).get(BASE).content.decode()
        assert 'type="checkbox"' in page
        assert "<script>alert" not in page
        assert "<img" not in page

    def test_stranger_sees_404(self, project, sam, client_for):
        assert client_for(sam).get(BASE).status_code == 404

    def test_a_history_restore_gets_the_whole_page(self, project, alice, client_for):
        headers = FRAGMENT | {"HTTP_HX_HISTORY_RESTORE_REQUEST": "true"}
        assert "<!doctype html>" in client_for(alice).get(f"{BASE}features/", **headers).content.decode()


class TestBlockSave:
    address = f"{BASE}features/save/"

    @pytest.mark.parametrize(("headers", "status"), [({}, 303), (FRAGMENT, 200)])
    def test_works(self, project, erin, client_for, headers, status):
        assert (
            client_for(erin).post(self.address, {"text": "Days since top-up", "base": "0"}, **headers).status_code
            == status
        )
        assert selectors.canvas(project).text("features") == "Days since top-up"
        project.summary.refresh_from_db()
        assert project.summary.readiness_canvas == 5

    def test_edits_of_different_lines_are_merged(self, project, alice, erin, client_for):
        write(project, alice, "who\nwhat\nwhen", "features")
        client_for(alice).post(self.address, {"text": "who: us\nwhat\nwhen", "base": "1"}, **FRAGMENT)
        response = client_for(erin).post(self.address, {"text": "who\nwhat\nwhen: now", "base": "1"}, **FRAGMENT)
        assert response.status_code == 200
        assert 'data-outcome="merged"' in response.content.decode()
        assert selectors.canvas(project).text("features") == "who: us\nwhat\nwhen: now"

    def test_after_a_merge_the_next_save_keeps_the_others_words(self, project, alice, erin, client_for):
        write(project, alice, "who\nwhat\nwhen", "features")
        client_for(alice).post(self.address, {"text": "who: us\nwhat\nwhen", "base": "1"}, **FRAGMENT)
        client_for(erin).post(self.address, {"text": "who\nwhat\nwhen: now", "base": "1"}, **FRAGMENT)
        # Erin's field does not show Alice's words yet: she descends from what she sent for version 3.
        response = client_for(erin).post(
            self.address, {"text": "who\nwhat\nwhen: now or never", "base": "3", "own": "1"}, **FRAGMENT
        )
        assert response.status_code == 200
        assert selectors.canvas(project).text("features") == "who: us\nwhat\nwhen: now or never"

    def test_a_clash_is_a_page_without_javascript(self, project, alice, erin, client_for):
        write(project, alice, "mine", "features")
        response = client_for(erin).post(self.address, {"text": "yours", "base": "0"})
        assert response.status_code == 409
        page = response.content.decode()
        assert "mine" in page
        assert "yours" in page
        assert 'name="base" value="1"' in page

    def test_viewer_is_refused_with_the_reason(self, project, vic, client_for):
        response = client_for(vic).post(self.address, {"text": "x", "base": "0"})
        assert response.status_code == 403
        assert "read-only for you" in response.content.decode()

    def test_reviewer_is_refused(self, project, rita, client_for):
        assert client_for(rita).post(self.address, {"text": "x", "base": "0"}).status_code == 403

    def test_stranger_sees_404(self, project, sam, client_for):
        assert client_for(sam).post(self.address, {"text": "x", "base": "0"}).status_code == 404

    def test_anonymous_goes_to_sign_in_and_a_fragment_gets_401(self, project, client):
        assert client.post(self.address, {"text": "x", "base": "0"}).status_code == 302
        assert client.post(self.address, {"text": "x", "base": "0"}, **FRAGMENT).status_code == 401

    @pytest.mark.parametrize("headers", [{}, FRAGMENT])
    def test_twenty_thousand_characters_are_the_limit(self, project, erin, client_for, headers):
        client = client_for(erin)
        response = client.post(self.address, {"text": "x" * 20_001, "base": "0"}, **headers)
        assert response.status_code == 422
        assert "20,001 characters and the limit is 20,000" in response.content.decode()
        client.post(self.address, {"text": "x" * 20_000, "base": "0"}, **headers)
        assert len(selectors.canvas(project).text("features")) == 20_000

    def test_a_name_of_ours_is_not_a_block(self, project, erin, client_for):
        for name in ("delete", "pk", "__class__", "project__owner"):
            assert client_for(erin).post(f"{BASE}{name}/save/", {"text": "x", "base": "0"}).status_code == 404

    def test_get_is_not_allowed(self, project, erin, client_for):
        assert client_for(erin).get(self.address).status_code == 405


class TestProgress:
    """A block that is shown anew says how far the canvas is: the line above the grid and the tab follow it."""

    def test_a_block_alone_says_it_and_the_whole_canvas_need_not(self, project, alice, vic, client_for):
        block = f"{BASE}value_proposition/"
        page = client_for(vic).get(block, **FRAGMENT).content.decode()
        assert 'data-pip="none"' in page
        assert 'data-progress="0 of 10 blocks filled, 0 agreed' in page
        client_for(alice).post(f"{block}save/", {"text": "For agents", "base": "0"}, **FRAGMENT)
        page = client_for(vic).get(block, **FRAGMENT).content.decode()
        assert 'data-pip="half"' in page
        assert 'data-progress="1 of 10 blocks filled, 0 agreed' in page
        page = client_for(alice).post(f"{block}agree/", {"version": "1"}, **FRAGMENT).content.decode()
        assert 'data-progress="1 of 10 blocks filled, 1 agreed' in page
        assert "data-progress" not in client_for(vic).get("/p/churn-in-prepaid-mobile/canvas/").content.decode()


class TestBlockAgree:
    address = f"{BASE}value_proposition/agree/"

    @pytest.mark.parametrize(("headers", "status"), [({}, 302), (FRAGMENT, 200)])
    def test_works_and_a_later_edit_makes_it_a_draft_again(self, project, alice, erin, client_for, headers, status):
        write(project, alice)
        assert client_for(erin).post(self.address, {"version": "1"}, **headers).status_code == status
        assert state(project) == State.AGREED
        actions.save_text(
            project=project, key="canvas/ml_canvas_v1_1/value_proposition", text="Other.", base=1, by=alice
        )
        assert state(project) == State.DRAFT

    @pytest.mark.parametrize("headers", [{}, FRAGMENT])
    def test_a_text_that_changed_meanwhile_is_not_agreed(self, project, alice, erin, client_for, headers):
        write(project, alice)
        for version, sentence in (
            ("0", "Read it again"),
            ("2", "Read it again"),
            ("x", "a version that does not exist"),
            ("", "a version that does not exist"),
            ("9" * 5000, "a version that does not exist"),
        ):
            response = client_for(erin).post(self.address, {"version": version}, **headers)
            assert response.status_code == 409
            assert sentence in response.content.decode()
        assert state(project) == State.DRAFT

    def test_an_empty_block_is_not_agreed(self, project, erin, client_for):
        assert client_for(erin).post(self.address, {"version": "0"}).status_code == 409

    def test_who_may_not(self, project, vic, sam, client, client_for):
        assert client_for(vic).post(self.address, {"version": "1"}).status_code == 403
        assert client_for(sam).post(self.address, {"version": "1"}).status_code == 404
        assert client.post(self.address, {"version": "1"}).status_code == 302
        assert client_for(vic).get(self.address).status_code == 405


class TestBlockReopen:
    address = f"{BASE}value_proposition/reopen/"

    @pytest.mark.parametrize(("headers", "status"), [({}, 302), (FRAGMENT, 200)])
    def test_works(self, project, alice, erin, client_for, headers, status):
        write(project, alice)
        actions_client = client_for(erin)
        actions_client.post(f"{BASE}value_proposition/agree/", {"version": "1"})
        assert actions_client.post(self.address, **headers).status_code == status
        assert state(project) == State.DRAFT

    def test_who_may_not(self, project, vic, sam, client, client_for):
        assert client_for(vic).post(self.address).status_code == 403
        assert client_for(sam).post(self.address).status_code == 404
        assert client.post(self.address).status_code == 302
        assert client_for(vic).get(self.address).status_code == 405


class TestHeadEdit:
    address = f"{BASE}head/"
    head = {"designed_for": "Retention team", "designed_by": "M. Rocha", "date": "2026-11-12"}

    @pytest.mark.parametrize(("headers", "status"), [({}, 302), (FRAGMENT, 200)])
    def test_works(self, project, erin, client_for, headers, status):
        assert client_for(erin).post(self.address, self.head, **headers).status_code == status
        assert selectors.canvas(project).header.designed_for == "Retention team"

    @pytest.mark.parametrize("headers", [{}, FRAGMENT])
    def test_bad_input_is_422_and_keeps_what_was_typed(self, project, erin, client_for, headers):
        response = client_for(erin).post(self.address, self.head | {"date": "31 Feb"}, **headers)
        assert response.status_code == 422
        assert "Write a date" in response.content.decode()
        assert "M. Rocha" in response.content.decode()

    def test_who_may_not(self, project, vic, sam, client, client_for):
        assert client_for(vic).post(self.address, self.head).status_code == 403
        assert client_for(sam).post(self.address, self.head).status_code == 404
        assert client.post(self.address, self.head).status_code == 302
        assert client_for(vic).get(self.address).status_code == 405


class TestManyVersions:
    """A block of a busy team has thousands of versions; a number that is a name is never grouped by thousands."""

    @pytest.fixture
    def busy(self, project, alice):
        write(project, alice, "Age", "features")
        row = Passage.objects.get(project=project, key="canvas/ml_canvas_v1_1/features")
        edits = [
            PassageEdit(passage=row, version=number, base=number - 1, text=f"Age {number}", by=alice)
            for number in range(2, 1201)
        ]
        PassageEdit.objects.bulk_create(edits)
        Passage.objects.filter(pk=row.pk).update(version=1200, text="Age 1200")
        return project

    @pytest.mark.parametrize("language", ["en", "pt-br"])
    def test_what_the_page_says_is_what_a_save_needs(self, busy, erin, client_for, language):
        client = client_for(erin)
        page = client.get(BASE, headers={"accept-language": language}).content.decode()
        base = re.search(r'id="text-features"[^>]*data-version="([^"]*)"', page)[1]
        assert f'name="base" value="{base}"' in page
        assert 'data-text="1200"' in page
        saved = client.post(f"{BASE}features/save/", {"text": "Age, km", "base": base}, **FRAGMENT)
        assert saved.status_code == 200
        assert 'data-version="1201"' in saved.content.decode()
        clash = client.post(
            f"{BASE}features/save/", {"text": "Other", "base": base}, headers={"accept-language": language}
        )
        assert clash.status_code == 409
        assert 'name="base" value="1201"' in clash.content.decode()
        version = re.search(r'name="version" value="([^"]*)"', client.get(f"{BASE}features/").content.decode())[1]
        assert client.post(f"{BASE}features/agree/", {"version": version}).status_code == 302
        assert state(busy, "features") == State.AGREED

    @pytest.mark.parametrize("language", ["en", "pt-br"])
    def test_its_history_leads_somewhere(self, busy, erin, client_for, language):
        client = client_for(erin)
        client.post(f"{BASE}features/save/", {"text": "Age, km", "base": "1200"})
        page = client.get(f"{BASE}features/history/", headers={"accept-language": language}).content.decode()
        links = set(re.findall(r'href="([^"]*features/history/[^"]*)"', page))
        assert links
        for link in links:
            assert client.get(link.replace("&amp;", "&")).status_code == 200, link
        assert not re.search(r'(?:value="|=)1[.,][0-9]{3}', page)
