"""The history of a block and of the canvas: told, compared, brought back."""

import html
import json
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from mlcanvas.canvas import actions as canvas_actions
from mlcanvas.canvas import selectors
from mlcanvas.canvas.history import authors, edits
from mlcanvas.catalog import canvas_templates
from mlcanvas.domain.canvas import State
from mlcanvas.projects import actions
from mlcanvas.projects.models import Event, PassageEdit
from tests.canvas.history_cases import BASE, KEY, TEMPLATE, UGLY, age, text, write
from tests.fixtures_projects import FRAGMENT

HISTORY = f"{BASE}features/history/"


def words(page):
    """The page as a reader sees it: without tags, with spaces as they are."""
    return html.unescape(re.sub(r"<[^>]*>", "", page))


def shown(page, tag):
    """What stands in each `ins` or `del`, without the words for screen readers."""
    found = re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
    return [words(re.sub(r'<span class="visually-hidden">.*?</span>', "", inner, flags=re.DOTALL)) for inner in found]


def test_the_words_of_our_addresses_are_no_keys():
    for template in canvas_templates().values():
        assert template.key not in {"all", "add", "block", "compare", "history"}
        assert not {"head", "choose", "remove", "history", "compare"} & set(template.blocks)


class TestBlockHistory:
    def test_sittings_are_told_newest_first_with_people_and_words(self, project, alice, erin, vic, client_for):
        write(project, alice, "Days since top-up.")
        write(project, alice, "Days since the last top-up.")
        age(project, 5)
        write(project, erin, "Days since the last top-up.\nCalls to the hotline.")
        page = client_for(vic).get(HISTORY).content.decode()
        assert page.index("Erin") < page.index("Alice")
        assert page.count("<article") == 2
        assert shown(page, "ins") == ["Calls to the hotline.", "Days since the last top-up."]
        assert shown(page, "del") == []

    def test_a_word_for_screen_readers_stands_beside_each_change(self, project, alice, client_for):
        write(project, alice, "Days since top-up, per customer and month.")
        age(project, 5)
        write(project, alice, "Days since top-up, per contract and month.")
        page = client_for(alice).get(HISTORY).content.decode()
        assert '<del><span class="visually-hidden">[removed] </span>customer' in page
        assert '<ins><span class="visually-hidden">[added] </span>contract' in page
        portuguese = client_for(alice).get(HISTORY, headers={"accept-language": "pt-br"}).content.decode()
        assert "[removido]" in portuguese
        assert "[removed]" not in portuguese

    def test_two_who_write_at_once_have_one_sitting_each_with_their_own_words(self, project, alice, erin, client_for):
        write(project, alice, "alpha\n\n\n\nomega")
        write(project, erin, "alpha\n\n\n\nomega of Erin")
        write(project, alice, "alpha of Alice\n\n\n\nomega of Erin")
        page = client_for(alice).get(HISTORY).content.decode()
        assert page.count("<article") == 2
        first, second = page.split("<article")[1:]
        assert "Alice" in first
        assert "of Erin" not in words(first)
        assert shown(second, "ins") == [" of Erin"]

    def test_an_import_a_merge_and_a_restore_are_named(self, project, alice, erin, client_for):
        actions.fill(project=project, content={"project": {"name": "x"}, "canvas": {
            "template": TEMPLATE, "blocks": {"features": {"text": "a\nb\nc"}}}}, by=alice)  # fmt: skip
        write(project, alice, "A\nb\nc")
        actions.save_text(project=project, key=KEY, text="a\nb\nC", base=1, by=erin)
        canvas_actions.restore_block(project=project, template=TEMPLATE, block="features", version=1, base=3, by=erin)
        page = words(client_for(alice).get(HISTORY).content.decode())
        assert "merged with others once" in page
        assert "import" in page
        assert "restore" in page

    def test_older_ones_are_paged(self, project, alice, client_for):
        for number in range(13):
            age(project, 5)
            write(project, alice, f"version {number}")
        client = client_for(alice)
        page = client.get(HISTORY).content.decode()
        assert page.count("<article") == 10
        assert f'href="{HISTORY}?page=2"' in page
        assert client.get(HISTORY, {"page": "2"}).content.decode().count("<article") == 3
        for odd in ("0", "-1", "99", "x", "\x00"):
            assert client.get(HISTORY, {"page": odd}).status_code == 200

    def test_an_empty_block_says_so(self, project, vic, client_for):
        assert "Nobody has written here yet" in client_for(vic).get(HISTORY).content.decode()

    @pytest.mark.parametrize("view", [{}, {"view": "authors"}, {"from": "0"}])
    def test_queries_do_not_grow(self, project, alice, erin, client_for, count_queries, view):
        client = client_for(alice)
        write(project, alice, "one")
        few = count_queries(lambda: client.get(HISTORY, view))
        for number in range(30):
            age(project, 1)
            write(project, (alice, erin)[number % 2], f"one\n{number}")
        assert count_queries(lambda: client.get(HISTORY, view)) == few
        assert few <= 12

    @pytest.mark.parametrize("name", UGLY)
    @pytest.mark.parametrize("view", [{}, {"view": "authors"}, {"from": "0"}, {"from": "1", "to": "2"}])
    def test_any_text_is_shown_exactly(self, project, alice, erin, client_for, name, view):
        write(project, alice, UGLY[name])
        age(project, 5)
        write(project, erin, f"{UGLY[name]}\nmore")
        page = client_for(alice).get(HISTORY, view).content.decode()
        for markup in ("<script>alert", "<img", "<svg/"):
            assert markup not in page.partition("<main")[2]
        expected = UGLY[name]
        for code in ("\u202e", "\u2066", "\u2069"):
            expected = expected.replace(code, f"[U+{ord(code):04X}]")
        # Folds and columns stand between the lines; every line is there as it was written.
        seen = words(page)
        assert all(line in seen for line in expected.split("\n"))

    def test_twenty_thousand_characters_are_exact(self, project, alice, client_for):
        long = "\n".join(f"sentence {number} stays as it is, word for word" for number in range(420))[:20_000]
        write(project, alice, long)
        page = client_for(alice).get(HISTORY).content.decode()
        assert shown(page, "ins") == [long]
        owned = client_for(alice).get(HISTORY, {"view": "authors"}).content.decode()
        assert long in words(owned)

    def test_stranger_and_anonymous(self, project, sam, client, client_for):
        assert client_for(sam).get(HISTORY).status_code == 404
        assert client.get(HISTORY).status_code == 302
        assert client_for(sam).get(f"{BASE}nothing/history/").status_code == 404

    def test_no_such_block_or_canvas_is_404(self, project, alice, client_for):
        assert client_for(alice).get(f"{BASE}nothing/history/").status_code == 404
        assert client_for(alice).get("/p/churn-in-prepaid-mobile/canvas/nothing/features/history/").status_code == 404

    def test_post_is_not_allowed(self, project, alice, client_for):
        assert client_for(alice).post(HISTORY).status_code == 405

    def test_a_fragment_is_the_panel_alone_and_stays_in_it(self, project, alice, client_for):
        write(project, alice, "one")
        age(project, 5)
        write(project, alice, "two")
        fragment = client_for(alice).get(HISTORY, **FRAGMENT).content.decode()
        assert fragment.strip().startswith('<section class="history" id="block-history"')
        assert f'hx-get="{HISTORY}?view=authors"' in fragment
        assert f'hx-post="{HISTORY}restore/"' in fragment
        page = client_for(alice).get(HISTORY).content.decode()
        assert "hx-get" not in page.partition("<main")[2]


class TestWhoWroteWhat:
    def test_each_paragraph_has_its_author(self, project, alice, erin, client_for):
        write(project, alice, "Alice's line.\nAnother of Alice.")
        age(project, 5)
        write(project, erin, "Alice's line.\nErin changed this.\nErin's line.")
        page = client_for(alice).get(HISTORY, {"view": "authors"}).content.decode()
        first, second = page.split('<div class="owned">')[1:]
        assert ("Alice" in first, "Alice&#x27;s line." in first, "Erin" in first) == (True, True, False)
        assert "Erin changed this.\nErin&#x27;s line." in second

    def test_a_restore_gives_the_lines_back(self, project, alice, erin):
        write(project, alice, "one")
        write(project, erin, "one\ntwo")
        write(project, alice, "")
        canvas_actions.restore_block(project=project, template=TEMPLATE, block="features", version=2, base=3, by=alice)
        found = authors(edits(project, canvas_templates()[TEMPLATE], "features"))
        assert [(part.by, part.text) for part in found] == [(alice, "one"), (erin, "two")]

    def test_somebody_who_left_has_still_written(self, project, alice, erin, client_for):
        write(project, erin, "Erin's line.")
        erin.delete()
        for view in ({}, {"view": "authors"}):
            assert "Somebody who has left" in client_for(alice).get(HISTORY, view).content.decode()


class TestVersions:
    def test_any_two_are_compared(self, project, alice, client_for):
        for version in ("one", "one two", "one two three"):
            write(project, alice, version)
        page = client_for(alice).get(HISTORY, {"from": "1", "to": "3"}).content.decode()
        assert shown(page, "ins") == [" two three"]
        back = client_for(alice).get(HISTORY, {"from": "3", "to": "1"}).content.decode()
        assert shown(back, "del") == [" two three"]
        same = client_for(alice).get(HISTORY, {"from": "2", "to": "2"}).content.decode()
        assert "Both say the same" in same

    @pytest.mark.parametrize("headers", [{}, FRAGMENT])
    @pytest.mark.parametrize("wrong", ["4", "x", "-1", "1.5", "9" * 400, "²", "\x00"])
    def test_a_version_that_never_was_is_422_and_stays_in_its_field(self, project, alice, client_for, wrong, headers):
        write(project, alice, "one")
        response = client_for(alice).get(HISTORY, {"from": wrong, "to": "1"}, **headers)
        assert response.status_code == 422
        page = html.unescape(response.content.decode())
        assert "Choose one between 0 and 1." in page
        assert f'value="{wrong}"' in page
        assert 'name="to" inputmode="numeric" autocomplete="off" value="1"' in page
        only = client_for(alice).get(HISTORY, {"from": wrong}, **headers).content.decode()
        assert 'name="to" inputmode="numeric" autocomplete="off" value="1"' in only


class TestBlockRestore:
    address = f"{HISTORY}restore/"

    def post(self, client, version, base, **headers):
        return client.post(self.address, {"version": version, "base": base}, **headers)

    @pytest.mark.parametrize(("headers", "status"), [({}, 302), (FRAGMENT, 200)])
    def test_works_as_a_new_edit(self, project, alice, erin, client_for, headers, status):
        write(project, alice, "first")
        write(project, alice, "second")
        response = self.post(client_for(erin), "1", "2", **headers)
        assert response.status_code == status
        assert text(project) == "first"
        edit = PassageEdit.objects.get(version=3)
        assert (edit.kind, edit.base, edit.restored, edit.by) == ("restore", 2, 1, erin)
        assert PassageEdit.objects.get(version=2).text == "second"
        assert Event.objects.filter(what="canvas.restored", by=erin).count() == 1
        if headers:
            assert json.loads(response.headers["HX-Trigger"]) == {"block-restored": {"block": "features", "version": 3}}
            assert "Version 1 is the text of the block again." in response.content.decode()

    def test_the_empty_block_can_be_restored_and_counts_as_empty(self, project, alice, client_for):
        write(project, alice, "first")
        canvas_actions.refresh(project=project)
        assert self.post(client_for(alice), "0", "1").status_code == 302
        assert text(project) == ""
        project.summary.refresh_from_db()
        assert project.summary.readiness_canvas == 0

    def test_what_stands_already_is_no_edit(self, project, alice, client_for):
        write(project, alice, "first")
        assert self.post(client_for(alice), "1", "1").status_code == 302
        assert PassageEdit.objects.count() == 1
        assert not Event.objects.filter(what="canvas.restored").exists()

    def test_an_agreement_ends(self, project, alice, client_for):
        write(project, alice, "first")
        write(project, alice, "second")
        canvas_actions.agree(project=project, template=TEMPLATE, block="features", version=2, by=alice)
        self.post(client_for(alice), "1", "2")
        assert selectors.canvas(project).find("features").state == State.DRAFT

    @pytest.mark.parametrize("headers", [{}, FRAGMENT])
    def test_who_wrote_meanwhile_is_not_overwritten(self, project, alice, erin, client_for, headers):
        write(project, alice, "first text")
        write(project, alice, "second text")
        write(project, erin, "Erin wrote meanwhile")
        response = self.post(client_for(alice), "1", "2", **headers)
        assert response.status_code == 409
        page = response.content.decode()
        assert "Erin wrote meanwhile" in words(page)
        assert "first text" in words(page)
        assert '<input type="hidden" name="base" value="3">' in page
        assert text(project) == "Erin wrote meanwhile"
        assert self.post(client_for(alice), "1", "3", **headers).status_code in (200, 302)
        assert text(project) == "first text"

    @pytest.mark.parametrize("headers", [{}, FRAGMENT])
    @pytest.mark.parametrize(
        ("version", "base", "sentence"),
        [
            ("9", "1", "no such version"),
            ("x", "1", "a version that does not exist"),
            ("1", "x", "a version that does not exist"),
            ("", "", "a version that does not exist"),
            ("1", "7", "a version that does not exist"),
        ],
    )
    def test_bad_input_is_422_with_a_sentence(self, project, alice, client_for, version, base, sentence, headers):
        write(project, alice, "first")
        response = self.post(client_for(alice), version, base, **headers)
        assert response.status_code == 422
        assert sentence in response.content.decode()
        assert PassageEdit.objects.count() == 1

    def test_who_may_not(self, project, alice, rita, vic, sam, client, client_for):
        write(project, alice, "first")
        for user in (vic, rita):
            response = self.post(client_for(user), "0", "1")
            assert response.status_code == 403
            assert "read-only for you" in response.content.decode()
        assert self.post(client_for(sam), "0", "1").status_code == 404
        assert self.post(client, "0", "1").status_code == 302
        assert client_for(vic).get(self.address).status_code == 405
        assert text(project) == "first"

    def test_a_viewer_sees_no_button(self, project, alice, vic, client_for):
        write(project, alice, "first")
        age(project, 5)
        write(project, alice, "second")
        assert "restore/" not in client_for(vic).get(HISTORY).content.decode()


class TestCanvasHistory:
    address = f"{BASE}history/"

    def test_one_sitting_tells_of_several_blocks(self, project, alice, erin, vic, client_for):
        write(project, alice, "Top-up days.")
        write(project, alice, "Retention agents.", "value_proposition")
        age(project, 5)
        age(project, 5, "value_proposition")
        write(project, erin, "Top-up days and calls.")
        page = client_for(vic).get(self.address).content.decode()
        first, second = page.split("<article")[1:]
        assert "Erin" in first
        assert "Value proposition" not in first
        assert all(name in second for name in ("Alice", "Value proposition", "Features"))

    def test_as_it_stood_after_a_sitting_on_a_day_and_in_a_revision(self, project, alice, client_for):
        client = client_for(alice)
        write(project, alice, "old words here")
        age(project, 72)
        revision = actions.revise(project=project, by=alice)
        write(project, alice, "new words here")
        first = PassageEdit.objects.get(version=1)
        day = timezone.localdate() - timedelta(days=2)
        for query in ({"at": first.pk}, {"on": day.isoformat()}, {"revision": revision.number}):
            page = client.get(self.address, query).content.decode()
            assert shown(page, "del") == ["old"]
            assert shown(page, "ins") == ["new"]
            assert 'name="base-features" value="2"' in page
        assert (
            "Every block says the same now"
            in client.get(self.address, {"on": timezone.localdate().isoformat()}).content.decode()
        )

    @pytest.mark.parametrize("headers", [{}, FRAGMENT])
    @pytest.mark.parametrize(
        "query",
        [{"at": "0"}, {"at": "x"}, {"at": "9" * 30}, {"revision": "3"}, {"revision": "²"}, {"on": "soon"},
         {"on": "1999-01-01"}, {"on": "9999-12-31x"}, {"at": "\x00"}],
    )  # fmt: skip
    def test_a_moment_that_never_was_is_422(self, project, alice, client_for, query, headers):
        write(project, alice, "one")
        response = client_for(alice).get(self.address, query, **headers)
        assert response.status_code == 422
        assert "no such moment" in response.content.decode()

    def test_the_last_day_that_there_is(self, project, alice, client_for):
        write(project, alice, "one")
        assert client_for(alice).get(self.address, {"on": "9999-12-31"}).status_code in (200, 422)
        assert client_for(alice).get(self.address, {"on": "0001-01-01"}).status_code == 422

    def test_somebody_elses_moment_is_no_moment(self, project, workspace, alice, client_for):
        write(project, alice, "one")
        other = actions.create(workspace=workspace, name="Other", by=alice)
        write(other, alice, "secret plan")
        at = PassageEdit.objects.get(text="secret plan").pk
        response = client_for(alice).get(self.address, {"at": at})
        assert response.status_code == 422
        assert "secret plan" not in response.content.decode()

    def test_queries_do_not_grow(self, project, alice, erin, client_for, count_queries):
        client = client_for(alice)
        write(project, alice, "one")
        queries = {"sittings": {}, "then": {"at": PassageEdit.objects.get().pk}}
        few = {
            name: count_queries(lambda query=query: client.get(self.address, query)) for name, query in queries.items()
        }
        for number in range(15):
            age(project, 1)
            write(project, (alice, erin)[number % 2], f"one\n{number}")
            write(project, erin, f"{number}", "decisions")
            actions.revise(project=project, by=alice)
        for name, asked in queries.items():
            assert count_queries(lambda asked=asked: client.get(self.address, asked)) == few[name]
        assert max(few.values()) <= 12

    def test_who_may_not(self, project, sam, client, alice, client_for):
        assert client_for(sam).get(self.address).status_code == 404
        assert client.get(self.address).status_code == 302
        assert client_for(alice).post(self.address).status_code == 405

    def test_pages_that_know_no_template_find_it(self, project, vic, client_for):
        response = client_for(vic).get("/p/churn-in-prepaid-mobile/canvas/history/")
        assert response.headers["Location"] == self.address


class TestCanvasRestore:
    address = f"{BASE}history/restore/"

    @pytest.fixture
    def moment(self, project, alice):
        """Two blocks written, then one changed, one emptied and a third one added; the moment before that."""
        write(project, alice, "old features")
        write(project, alice, "old decisions", "decisions")
        moment = PassageEdit.objects.order_by("pk").last().pk
        write(project, alice, "new features")
        write(project, alice, "", "decisions")
        write(project, alice, "monitor it", "monitoring")
        return moment

    def bases(self, project, **other):
        canvas = selectors.canvas(project)
        return {
            f"base-{row.block.key}": row.passage.version if row.passage else 0 for row in canvas.blocks
        } | other  # fmt: skip

    @pytest.mark.parametrize(("headers", "status"), [({}, 302), (FRAGMENT, 200)])
    def test_works_in_every_block(self, project, erin, moment, client_for, headers, status):
        response = client_for(erin).post(self.address, {"at": moment, **self.bases(project)}, **headers)
        assert response.status_code == status
        assert [text(project, key) for key in ("features", "decisions", "monitoring")] == [
            "old features", "old decisions", "",
        ]  # fmt: skip
        restored = PassageEdit.objects.filter(kind="restore", by=erin)
        assert sorted(restored.values_list("restored", flat=True), key=str) == [1, 1, None]
        assert Event.objects.get(what="canvas.restored").values["blocks"] == ["decisions", "features", "monitoring"]
        project.summary.refresh_from_db()
        assert project.summary.readiness_canvas == 10
        page = client_for(erin).get(f"{BASE}history/").content.decode()
        assert page.split("<article")[1].count("<h4>") == 3
        if headers:
            assert "canvas-restored" in response.headers["HX-Trigger"]
            assert "3 blocks are what they were" in response.content.decode()

    def test_from_a_revision_with_its_authors(self, project, alice, erin, client_for):
        write(project, erin, "Erin's features")
        revision = actions.revise(project=project, by=alice)
        write(project, alice, "other")
        data = {"revision": revision.number, **self.bases(project)}
        assert client_for(alice).post(self.address, data).status_code == 302
        found = authors(edits(project, canvas_templates()[TEMPLATE], "features"))
        assert [(part.by, part.text) for part in found] == [(erin, "Erin's features")]

    @pytest.mark.parametrize("headers", [{}, FRAGMENT])
    def test_all_or_nothing_where_somebody_wrote_meanwhile(self, project, alice, erin, moment, client_for, headers):
        bases = self.bases(project)
        write(project, erin, "Erin wrote meanwhile", "monitoring")
        before = PassageEdit.objects.count()
        response = client_for(alice).post(self.address, {"at": moment, **bases}, **headers)
        assert response.status_code == 409
        page = response.content.decode()
        assert "nothing was restored" in page
        assert "Erin wrote meanwhile" in words(page)
        assert "old features" in words(page).replace("[end]", "") or "old" in shown(page, "del")
        assert f'name="base-monitoring" value="{bases["base-monitoring"] + 1}"' in page
        assert PassageEdit.objects.count() == before
        assert text(project) == "new features"

    @pytest.mark.parametrize("headers", [{}, FRAGMENT])
    @pytest.mark.parametrize("wrong", [{"at": ""}, {"at": "x"}, {"base-features": "x"}, {"base-features": "99"},
                                       {"base-features": ""}, {"revision": "9"}])  # fmt: skip
    def test_bad_input_is_422(self, project, alice, moment, client_for, wrong, headers):
        before = PassageEdit.objects.count()
        response = client_for(alice).post(self.address, {"at": moment, **self.bases(project), **wrong}, **headers)
        assert response.status_code == 422
        assert 'role="alert"' in response.content.decode()
        assert PassageEdit.objects.count() == before

    def test_who_may_not(self, project, moment, rita, vic, sam, client, client_for):
        data = {"at": moment, **self.bases(project)}
        assert client_for(vic).post(self.address, data).status_code == 403
        assert client_for(rita).post(self.address, data).status_code == 403
        assert client_for(sam).post(self.address, data).status_code == 404
        assert client.post(self.address, data).status_code == 302
        assert client_for(vic).get(self.address).status_code == 405
        assert text(project) == "new features"


class TestCanvasCompare:
    address = f"{BASE}compare/"

    @pytest.fixture
    def two_iterations(self, project, alice):
        write(project, alice, "Days since top-up.")
        actions.close_iteration(project=project, number=1, learned="", by=alice)
        write(project, alice, "Days since the last top-up.")
        actions.close_iteration(project=project, number=2, learned="", by=alice)
        write(project, alice, "Weeks since the last top-up.")
        return project

    def test_one_iteration_beside_the_next_and_now(self, two_iterations, vic, client_for):
        client = client_for(vic)
        page = client.get(self.address, {"from": "1", "to": "2"}).content.decode()
        assert (shown(page, "ins"), shown(page, "del")) == ([" the last"], [])
        for now in ("3", "now"):
            page = client.get(self.address, {"from": "2", "to": now}).content.decode()
            assert (shown(page, "ins"), shown(page, "del")) == (["Weeks"], ["Days"])
            assert "Iteration 3, now" in page
        assert client.get(self.address).content.decode().count('<section class="card card-pad"') == 10

    def test_before_the_first_is_closed(self, project, vic, client_for):
        response = client_for(vic).get(self.address)
        assert response.status_code == 200
        assert "No iteration is closed yet" in response.content.decode()

    @pytest.mark.parametrize("headers", [{}, FRAGMENT])
    @pytest.mark.parametrize("wrong", ["0", "9", "x", "²", "9" * 300, "\x00"])
    def test_an_iteration_that_never_was_is_422(self, two_iterations, vic, client_for, wrong, headers):
        response = client_for(vic).get(self.address, {"from": wrong, "to": "2"}, **headers)
        assert response.status_code == 422
        assert "no closed iteration with this number" in response.content.decode()

    def test_who_may_not(self, project, sam, alice, client, client_for):
        assert client_for(sam).get(self.address).status_code == 404
        assert client.get(self.address).status_code == 302
        assert client_for(alice).post(self.address).status_code == 405

    def test_queries_do_not_grow(self, two_iterations, alice, client_for, count_queries):
        client = client_for(alice)
        few = count_queries(lambda: client.get(self.address, {"from": "1", "to": "2"}))
        for number in range(3, 12):
            actions.close_iteration(project=two_iterations, number=number, learned="x", by=alice)
        assert count_queries(lambda: client.get(self.address, {"from": "1", "to": "2"})) == few

    def test_pages_that_know_no_template_find_it(self, project, vic, client_for):
        response = client_for(vic).get("/p/churn-in-prepaid-mobile/canvas/compare/?from=1&to=2")
        assert response.headers["Location"] == f"{self.address}?from=1&to=2"
