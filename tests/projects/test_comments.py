"""Comments: the threads on a part of a project, the people named in them, the lists."""

from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction
from django.http import Http404

from mlcanvas import catalog
from mlcanvas.canvas import actions as canvas
from mlcanvas.domain.refusal import Refused
from mlcanvas.domain.text import Text
from mlcanvas.projects import actions as projects
from mlcanvas.projects import parts, targets
from mlcanvas.projects import selectors as read
from mlcanvas.projects.comments import actions, selectors
from mlcanvas.projects.models import Comment, Event, Mention, Project
from mlcanvas.workspaces.models import Membership
from mlcanvas.workspaces.roles import Role
from tests.fixtures_projects import FRAGMENT, member

BASE = "/p/churn-in-prepaid-mobile/comments/"
BLOCK = "canvas/ml_canvas_v1_1/features"
OTHER = "scope/problem"
ON = f"{BASE}on/?at={BLOCK}"


def add(project, by, text="Known at night?", target=BLOCK, **more):
    return actions.add(project=project, target=target, text=text, by=by, **more)


def answer(thread, by, text="Yes."):
    return actions.answer(thread=thread, text=text, by=by)


def page(client, address, **headers):
    response = client.get(address, **headers)
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def thread(project, rita):
    """Begun by the reviewer, on a block."""
    return add(project, rita)


class TestTargets:
    def test_blocks_and_questions_can_be_commented_on(self, project):
        keys = {target.key for target in targets.every(project)}
        assert {BLOCK, OTHER} <= keys
        assert targets.find(project, [BLOCK, "nothing/x", "canvas/x", "canvas"]).keys() == {BLOCK}

    def test_a_target_has_a_label_and_an_address_that_answers(self, project, vic, client_for):
        for target in targets.every(project):
            assert isinstance(target.label, Text)
            assert client_for(vic).get(target.address).status_code == 200

    def test_two_apps_cannot_answer_for_one_prefix(self):
        with pytest.raises(ValueError, match="two apps answer for canvas/"):
            targets.register("canvas", lambda project, keys: ())


class TestComments:
    def test_a_member_reads_without_a_form(self, project, thread, vic, client_for):
        html = page(client_for(vic), ON)
        assert "Known at night?" in html
        assert "<textarea" not in html
        assert "Reviewers, editors and owners can comment." in html

    def test_a_fragment_is_only_the_threads(self, project, thread, rita, client_for):
        html = page(client_for(rita), ON, **FRAGMENT)
        assert html.strip().startswith('<section class="comments" id="comments"')
        assert 'data-open="1"' in html

    def test_a_history_restore_gets_the_whole_page(self, project, thread, rita, client_for):
        assert "<!doctype html>" in page(client_for(rita), ON, **FRAGMENT, HTTP_HX_HISTORY_RESTORE_REQUEST="true")

    def test_resolved_threads_are_one_line_until_opened(self, project, thread, rita, erin, client_for):
        answer(thread, erin, "A long answer")
        actions.resolve(thread=thread, read=2**60, by=erin)
        client = client_for(rita)
        html = page(client, ON)
        assert "resolved by Erin" in html
        assert "A long answer" not in html
        html = page(client, f"{ON}&thread={thread.pk}")
        assert "A long answer" in html
        assert "Resolved by Erin" in html

    @pytest.mark.parametrize(
        "at", ["", "nothing", "canvas", "canvas/ml_canvas_v1_1/nothing", "a\x00b", "\ud800", "x" * 121, "../", "%"]
    )
    def test_what_cannot_be_commented_on_is_404(self, project, rita, client_for, at):
        client = client_for(rita)
        address = {"at": at.encode("utf-8", "replace").decode()}
        assert client.get(f"{BASE}on/", address).status_code == 404
        assert client.post(f"{BASE}add/", {"text": "x"}, query_params=address).status_code == 404
        assert not Comment.objects.exists()

    @pytest.mark.parametrize("opened", ["x", "-1", "9" * 30, "1e3", "１", ""])
    def test_an_odd_thread_is_none(self, project, thread, rita, client_for, opened):
        assert "Known at night?" in page(client_for(rita), f"{ON}&thread={opened}")

    def test_stranger_and_anonymous(self, project, sam, client, client_for):
        assert client_for(sam).get(ON).status_code == 404
        assert client.get(ON).status_code == 302
        assert client_for(sam).post(ON).status_code == 405

    def test_queries_do_not_grow(self, project, rita, erin, client_for, count_queries):
        projects.save_text(project=project, key=BLOCK, text="a word", base=0, by=erin)
        client = client_for(rita)

        def more(number):
            for place in range(number):
                begun = add(project, (rita, erin)[place % 2], f"{place} @Rita", quote="word")
                answer(begun, erin, "@Erin and @Rita")

        more(2)
        client.get(ON)
        few = count_queries(lambda: client.get(ON))
        more(6)
        client.get(ON)
        assert count_queries(lambda: client.get(ON)) == few
        assert few <= 12

    def test_markup_is_text_and_names_are_isolated(self, project, thread, rita, client_for):
        rita.name = "Rita \u202e<b>x</b>"
        rita.save()
        add(project, rita, '<script>alert(1)</script> <div hx-get="/x" hx-trigger="load"> [x](javascript:alert(1))')
        html = page(client_for(rita), ON)
        assert "<script>alert" not in html
        assert '<div hx-get="/x"' not in html
        assert "<bdi>Rita \u202e&lt;b&gt;x&lt;/b&gt;</bdi>" in html
        assert 'href="javascript' not in html

    def test_numbers_in_ids_are_never_grouped(self, project, rita, client_for):
        Comment.objects.create(pk=12345, project=project, target=BLOCK, text="x", by=rita, version=1234)
        html = page(client_for(rita), f"{BASE}12345/edit/")
        assert 'id="comment-12345"' in html
        assert 'name="base" value="1234"' in html
        assert "12,345" not in html

    def test_a_canvas_that_is_put_away_keeps_its_threads(self, project, thread, alice, client_for, monkeypatch):
        gone = targets.Target(BLOCK, Text("Features", "Atributos"), "/", here=False)
        monkeypatch.setitem(targets._finds, "canvas", lambda project, keys: [gone] if keys else [])
        client = client_for(alice)
        html = page(client, ON)
        assert "Known at night?" in html
        assert "not part of the project at the moment" in html
        assert "New comment" not in html
        response = client.post(f"{BASE}add/?at={BLOCK}", {"text": "typed"})
        assert response.status_code == 409
        assert "typed" in response.content.decode()
        assert Comment.objects.count() == 1
        monkeypatch.setitem(targets._finds, "canvas", lambda project, keys: [])
        assert "Known at night?" in page(client, ON)
        assert BLOCK in page(client, BASE)


class TestCommentAdd:
    address = f"{BASE}add/?at={BLOCK}"

    def test_works_as_page_and_opens_the_thread(self, project, rita, client_for):
        client = client_for(rita)
        response = client.post(self.address, {"text": "  Known\r\nat night? "})
        row = Comment.objects.get()
        assert (row.text, row.by, row.target, row.root) == ("Known\nat night?", rita, BLOCK, None)
        assert response.status_code == 302
        assert response["Location"].endswith(f"&thread={row.pk}#comment-{row.pk}")
        assert f'id="comment-{row.pk}"' in page(client, response["Location"].partition("#")[0])

    def test_works_as_fragment_and_empties_the_field(self, project, rita, client_for):
        response = client_for(rita).post(self.address, {"text": "Known at night?"}, **FRAGMENT)
        html = response.content.decode()
        assert response.status_code == 200
        assert "data-fresh" in html
        assert html.count("Known at night?") == 1 + html.count('visually-hidden"> Known at night?')

    @pytest.mark.parametrize("headers", [{}, FRAGMENT])
    @pytest.mark.parametrize(
        ("text", "sentence"),
        [("", "Write something first."), (" \n ", "Write something first."), ("a\x00b", "cannot be stored"),
         ("x" * 5001, "limit is 5,000")],
    )  # fmt: skip
    def test_bad_input_is_422_with_the_text_still_there(self, project, rita, client_for, text, sentence, headers):
        response = client_for(rita).post(self.address, {"text": text}, **headers)
        html = response.content.decode()
        assert response.status_code == 422
        assert sentence in html
        assert 'aria-invalid="true"' in html
        assert text.strip() in html
        assert not Comment.objects.exists()

    def test_the_longest_is_kept_whole(self, project, rita, client_for):
        text = "🙂" * 2500 + "e\u0301" * 1250
        assert client_for(rita).post(self.address, {"text": text}).status_code == 302
        assert Comment.objects.get().text == text

    def test_sent_twice_it_is_stored_once(self, project, rita, erin, client_for):
        client = client_for(rita)
        for headers in ({}, FRAGMENT, {}):
            client.post(self.address, {"text": "Once @Erin", "once": "abc"}, **headers)
        assert Comment.objects.count() == 1
        assert Event.objects.filter(what="comments.added").count() == 1
        # The same form with other words, and somebody else's form of that name, are no repetition.
        client.post(self.address, {"text": "Other", "once": "abc"})
        client_for(erin).post(self.address, {"text": "Once @Erin", "once": "abc"})
        assert Comment.objects.count() == 3

    def test_other_fields_change_nothing(self, project, rita, alice, thread, client_for):
        hostile = {"id": thread.pk, "by": alice.pk, "root": thread.pk, "project": 99, "resolved_at": "2026-01-01",
                   "target": OTHER, "version": 7, "deleted_at": "2026-01-01", "at": OTHER}  # fmt: skip
        client_for(rita).post(self.address, {"text": "Mine", **hostile})
        row = Comment.objects.exclude(pk=thread.pk).get()
        assert (row.by, row.root, row.project, row.resolved_at, row.target, row.version, row.deleted_at) == (
            rita, None, project, None, BLOCK, 1, None,
        )  # fmt: skip

    def test_who_may_not(self, project, vic, sam, client, client_for):
        response = client_for(vic).post(self.address, {"text": "x"})
        assert response.status_code == 403
        assert "only reviewers, editors and owners can comment" in response.content.decode()
        assert client_for(sam).post(self.address, {"text": "x"}).status_code == 404
        assert client.post(self.address, {"text": "x"}).status_code == 302
        assert client.post(self.address, {"text": "x"}, **FRAGMENT).status_code == 401
        assert client_for(vic).get(self.address).status_code == 405
        assert not Comment.objects.exists()

    def test_every_role_from_reviewer_on_may(self, project, rita, erin, alice, client_for):
        for user in (rita, erin, alice):
            assert client_for(user).post(self.address, {"text": "x"}).status_code == 302

    def test_somebody_removed_is_refused_at_once(self, project, rita, client_for):
        client = client_for(rita)
        client.get(ON)
        Membership.objects.filter(user=rita).delete()
        assert client.post(self.address, {"text": "x"}).status_code == 404


class TestQuote:
    address = f"{BASE}add/?at={BLOCK}"

    @pytest.fixture
    def written(self, project, erin):
        return projects.save_text(project=project, key=BLOCK, text="Days since **top-up**,\nper week", base=0, by=erin)

    def test_it_is_kept_as_words_and_survives_edits(self, project, written, rita, erin, client_for):
        client = client_for(rita)
        response = client.post(self.address, {"text": "Which?", "quote": "since top-up,  per"})
        assert response.status_code == 302
        assert Comment.objects.get().quote == "since top-up, per"
        for address in (ON, BASE):
            assert "no longer in the text" not in page(client, address)
        projects.save_text(project=project, key=BLOCK, text="Calls per week", base=1, by=erin)
        for address in (ON, BASE):
            html = page(client, address)
            assert "since top-up, per" in html
            assert "These words are no longer in the text." in html
        # They may come back.
        projects.save_text(project=project, key=BLOCK, text="Days since top-up, per week", base=2, by=erin)
        assert "no longer in the text" not in page(client, ON)

    @pytest.mark.parametrize("headers", [{}, FRAGMENT])
    @pytest.mark.parametrize(
        ("quote", "sentence"),
        [("other words", "These words are not in the text."), ("x" * 501, "limit is 500"), ("a\x00", "cannot be")],
    )
    def test_words_from_elsewhere_are_422(self, project, written, rita, client_for, quote, sentence, headers):
        response = client_for(rita).post(self.address, {"text": "My words", "quote": quote}, **headers)
        html = response.content.decode()
        assert response.status_code == 422
        assert sentence in html
        assert "My words" in html
        assert quote in html
        assert not Comment.objects.exists()

    def test_the_address_brings_it(self, project, written, rita, client_for):
        html = page(client_for(rita), f"{ON}&quote=since+top-up")
        assert 'value="since top-up"' in html
        assert '<details class="quoting" open>' in html


class TestCommentAnswer:
    def address(self, thread):
        return f"{BASE}{thread.pk}/answer/"

    @pytest.mark.parametrize(("headers", "status"), [({}, 302), (FRAGMENT, 200)])
    def test_works(self, project, thread, erin, client_for, headers, status):
        response = client_for(erin).post(self.address(thread), {"text": "At 3 a.m."}, **headers)
        assert response.status_code == status
        row = Comment.objects.get(root=thread)
        assert (row.text, row.by, row.target) == ("At 3 a.m.", erin, BLOCK)

    def test_a_resolved_thread_is_open_again(self, project, thread, erin, client_for):
        actions.resolve(thread=thread, read=thread.pk, by=erin)
        client_for(erin).post(self.address(thread), {"text": "No, wait."})
        thread.refresh_from_db()
        assert thread.resolved_at is None
        assert Event.objects.filter(what="comments.reopened").exists()

    @pytest.mark.parametrize("headers", [{}, FRAGMENT])
    def test_bad_input_is_422_in_its_own_form(self, project, thread, erin, client_for, headers):
        response = client_for(erin).post(self.address(thread), {"text": "y" * 5001}, **headers)
        html = response.content.decode()
        assert response.status_code == 422
        assert '<details class="answer" open>' in html
        assert f'id="answer-{thread.pk}-text-error"' in html
        assert "y" * 5001 in html

    def test_one_that_was_deleted_meanwhile_gives_the_text_back(self, project, thread, rita, erin, monkeypatch):
        Comment.objects.filter(pk=thread.pk).delete()
        with pytest.raises(Refused, match="comment_gone"):
            answer(thread, erin)

    def test_the_page_then_offers_the_text_as_a_new_comment(self, project, thread, erin, client_for, monkeypatch):
        def gone(**_words):
            raise Refused("comment_gone")

        monkeypatch.setattr(actions, "answer", gone)
        response = client_for(erin).post(self.address(thread), {"text": "still mine"})
        html = response.content.decode()
        assert response.status_code == 409
        assert "This was deleted meanwhile." in html
        assert html.index('id="add-text"') < html.index("still mine</textarea>") < html.index('id="add-text-error"')

    def test_an_answer_has_no_answers(self, project, thread, erin, client_for):
        inner = answer(thread, erin)
        assert client_for(erin).post(self.address(inner), {"text": "x"}).status_code == 404

    def test_who_may_not(self, project, thread, vic, sam, client, client_for):
        address = self.address(thread)
        assert client_for(vic).post(address, {"text": "x"}).status_code == 403
        assert client_for(sam).post(address, {"text": "x"}).status_code == 404
        assert client.post(address, {"text": "x"}).status_code == 302
        assert client_for(vic).get(address).status_code == 405


class TestCommentEdit:
    def address(self, comment):
        return f"{BASE}{comment.pk}/edit/"

    def test_the_author_gets_a_form_with_names(self, project, rita, erin, client_for):
        row = add(project, rita, "@Erin, known at night?")
        assert "\n@Erin, known at night?</textarea>" in page(client_for(rita), self.address(row))

    @pytest.mark.parametrize(("headers", "status"), [({}, 302), (FRAGMENT, 200)])
    def test_works(self, project, thread, rita, client_for, headers, status):
        data = {"text": "Known at dawn?", "base": "1"}
        assert client_for(rita).post(self.address(thread), data, **headers).status_code == status
        thread.refresh_from_db()
        assert (thread.text, thread.version) == ("Known at dawn?", 2)
        assert thread.edited_at is not None
        assert "edited" in page(client_for(rita), ON)

    def test_the_same_text_is_no_edit(self, project, thread, rita):
        actions.edit(comment=thread, text="Known at night?", base=1, by=rita)
        thread.refresh_from_db()
        assert (thread.version, thread.edited_at) == (1, None)

    @pytest.mark.parametrize("headers", [{}, FRAGMENT])
    def test_changed_in_another_window_is_409_with_both_texts(self, project, thread, rita, client_for, headers):
        actions.edit(comment=thread, text="From the phone", base=1, by=rita)
        client = client_for(rita)
        response = client.post(self.address(thread), {"text": "From the laptop", "base": "1"}, **headers)
        html = response.content.decode()
        assert response.status_code == 409
        assert "From the phone" in html
        assert "From the laptop</textarea>" in html
        assert 'name="base" value="2"' in html
        assert "in another window" in html
        assert client.post(self.address(thread), {"text": "From the laptop", "base": "2"}).status_code == 302

    @pytest.mark.parametrize("wrong", [{"text": ""}, {"text": "x" * 5001}, {"base": "x"}, {"base": ""}])
    def test_bad_input_is_422(self, project, thread, rita, client_for, wrong):
        response = client_for(rita).post(self.address(thread), {"text": "New", "base": "1"} | wrong)
        assert response.status_code == 422
        thread.refresh_from_db()
        assert thread.text == "Known at night?"

    def test_only_the_author(self, project, thread, alice, erin, client_for):
        for user in (alice, erin):
            response = client_for(user).post(self.address(thread), {"text": "x", "base": "1"})
            assert response.status_code == 403
            assert "Only the person who wrote a comment" in response.content.decode()
            assert client_for(user).get(self.address(thread)).status_code == 403
        with pytest.raises(Refused, match="comment_not_own"):
            actions.edit(comment=thread, text="x", base=1, by=alice)

    def test_a_deleted_one_is_409(self, project, thread, rita, erin, client_for):
        answer(thread, erin)
        actions.delete(comment=thread, by=rita)
        response = client_for(rita).post(self.address(thread), {"text": "Still mine", "base": "1"})
        assert response.status_code == 409
        assert "Still mine" in response.content.decode()

    def test_who_may_not(self, project, thread, vic, rita, sam, client, client_for):
        address = self.address(thread)
        assert client_for(sam).get(address).status_code == 404
        assert client_for(sam).post(address, {"text": "x", "base": "1"}).status_code == 404
        assert client_for(vic).post(address, {"text": "x", "base": "1"}).status_code == 403
        assert client.post(address).status_code == 302
        assert client_for(rita).put(address).status_code == 405
        Membership.objects.filter(user=rita).update(role=Role.VIEWER)
        assert client_for(rita).post(address, {"text": "x", "base": "1"}).status_code == 403


class TestCommentDelete:
    def address(self, comment):
        return f"{BASE}{comment.pk}/delete/"

    @pytest.mark.parametrize(("headers", "status"), [({}, 302), (FRAGMENT, 200)])
    def test_one_without_answers_is_gone(self, project, thread, rita, client_for, headers, status):
        assert client_for(rita).post(self.address(thread), **headers).status_code == status
        assert not Comment.objects.exists()

    def test_one_with_answers_leaves_its_place(self, project, thread, rita, erin, client_for):
        answer(thread, erin, "At 3 a.m. @Rita")
        assert client_for(rita).post(self.address(thread)).status_code == 302
        html = page(client_for(rita), ON)
        assert "Known at night?" not in html
        assert '<p class="comment-deleted">Deleted</p>' in html
        assert "At 3 a.m." in html
        thread.refresh_from_db()
        assert thread.text == ""

    def test_a_place_that_no_answer_follows_goes_too(self, project, thread, rita, erin):
        first, second = answer(thread, erin), answer(thread, rita)
        actions.delete(comment=first, by=erin)
        actions.delete(comment=thread, by=rita)
        assert Comment.objects.count() == 3
        actions.delete(comment=second, by=rita)
        assert not Comment.objects.exists()

    def test_the_same_again_changes_nothing(self, project, thread, rita, erin, client_for):
        answer(thread, erin)
        for _ in range(2):
            assert client_for(rita).post(self.address(thread)).status_code == 302
        assert Event.objects.filter(what="comments.deleted").count() == 1

    def test_an_owner_deletes_any_and_the_log_says_whose(self, project, thread, alice, client_for):
        assert client_for(alice).post(self.address(thread)).status_code == 302
        event = Event.objects.get(what="comments.removed")
        assert (event.by, event.values["author"]) == (alice, "Rita")

    def test_nobody_else_does(self, project, thread, erin, vic, sam, client, client_for):
        response = client_for(erin).post(self.address(thread))
        assert response.status_code == 403
        assert "or an owner of the workspace" in response.content.decode()
        assert client_for(vic).post(self.address(thread)).status_code == 403
        assert client_for(sam).post(self.address(thread)).status_code == 404
        assert client.post(self.address(thread)).status_code == 302
        assert client_for(erin).get(self.address(thread)).status_code == 405
        assert Comment.objects.exists()

    def test_mentions_go_with_the_words(self, project, rita, erin):
        row = add(project, rita, "@Erin")
        answer(row, rita)
        actions.delete(comment=row, by=rita)
        assert not Mention.objects.exists()


class TestThreadResolve:
    def address(self, thread):
        return f"{BASE}{thread.pk}/resolve/"

    @pytest.mark.parametrize(("headers", "status"), [({}, 302), (FRAGMENT, 200)])
    def test_works(self, project, thread, rita, client_for, headers, status):
        assert client_for(rita).post(self.address(thread), {"read": thread.pk}, **headers).status_code == status
        thread.refresh_from_db()
        assert thread.resolved_by == rita
        assert selectors.open_threads(project, "canvas") == {}

    @pytest.mark.parametrize("headers", [{}, FRAGMENT])
    def test_nobody_resolves_what_they_have_not_read(self, project, thread, rita, erin, client_for, headers):
        answer(thread, erin, "Not so fast")
        response = client_for(rita).post(self.address(thread), {"read": thread.pk}, **headers)
        assert response.status_code == 409
        assert "Somebody wrote in this thread meanwhile." in response.content.decode()
        assert "Not so fast" in response.content.decode()
        thread.refresh_from_db()
        assert thread.resolved_at is None

    @pytest.mark.parametrize("read", ["", "x", "-1", "9" * 40])
    def test_an_odd_number_is_none(self, project, thread, rita, client_for, read):
        assert client_for(rita).post(self.address(thread), {"read": read}).status_code == 409

    def test_twice_is_once(self, project, thread, rita, erin):
        for user in (rita, erin):
            actions.resolve(thread=thread, read=thread.pk, by=user)
        thread.refresh_from_db()
        assert thread.resolved_by == rita
        assert Event.objects.filter(what="comments.resolved").count() == 1

    def test_who_may_not(self, project, thread, vic, sam, client, client_for):
        address = self.address(thread)
        assert client_for(vic).post(address).status_code == 403
        assert client_for(sam).post(address).status_code == 404
        assert client.post(address).status_code == 302
        assert client_for(vic).get(address).status_code == 405


class TestThreadReopen:
    def address(self, thread):
        return f"{BASE}{thread.pk}/reopen/"

    @pytest.mark.parametrize(("headers", "status"), [({}, 302), (FRAGMENT, 200)])
    def test_works(self, project, thread, rita, erin, client_for, headers, status):
        actions.resolve(thread=thread, read=thread.pk, by=erin)
        assert client_for(rita).post(self.address(thread), **headers).status_code == status
        thread.refresh_from_db()
        assert (thread.resolved_at, thread.resolved_by) == (None, None)
        assert selectors.open_threads(project, "canvas") == {BLOCK: 1}

    def test_an_open_one_stays_open(self, project, thread, rita):
        actions.reopen(thread=thread, by=rita)
        assert not Event.objects.filter(what="comments.reopened").exists()

    def test_one_that_was_deleted_meanwhile(self, project, thread, rita, client_for, monkeypatch):
        add(project, rita, "Another")
        for name in ("reopen", "resolve"):

            def gone(**_words):
                raise Refused("thread_gone")

            monkeypatch.setattr(actions, name, gone)
            response = client_for(rita).post(f"{BASE}{thread.pk}/{name}/", {"read": thread.pk})
            assert response.status_code == 409
            assert "This thread was deleted meanwhile." in response.content.decode()

    def test_who_may_not(self, project, thread, vic, sam, client, client_for):
        address = self.address(thread)
        assert client_for(vic).post(address).status_code == 403
        assert client_for(sam).post(address).status_code == 404
        assert client.post(address).status_code == 302
        assert client_for(vic).get(address).status_code == 405


def test_a_comment_of_another_project_is_not_there(project, thread, workspace, alice, sam, client_for):
    """Also for somebody who may see both."""
    projects.create(workspace=workspace, name="Other", by=alice)
    client = client_for(alice)
    for path in ("", "edit/", "thread.md"):
        assert client.get(f"/p/other/comments/{thread.pk}/{path}").status_code == 404
    for path in ("answer/", "edit/", "delete/", "resolve/", "reopen/"):
        data = {"text": "x", "base": "1", "read": thread.pk}
        assert client.post(f"/p/other/comments/{thread.pk}/{path}", data).status_code == 404
    assert "Known at night?" not in page(client, f"/p/other/comments/on/?at={BLOCK}&thread={thread.pk}")
    thread.refresh_from_db()
    assert (thread.text, thread.version, thread.resolved_at) == ("Known at night?", 1, None)
    assert Comment.objects.count() == 1
    for huge in (2**31, 2**63, 2**70):
        assert client.get(f"{BASE}{huge}/").status_code == 404
        assert client.post(f"{BASE}{huge}/answer/", {"text": "x"}).status_code == 404


class TestMentions:
    def test_a_member_is_referred_to_and_shown_by_the_name_of_now(self, project, rita, erin, vic, client_for):
        add(project, rita, "@Erin and @vic@example.org, look")
        assert {row.user for row in Mention.objects.all()} == {erin, vic}
        erin.name = "Erin Souza"
        erin.save()
        html = page(client_for(rita), ON)
        assert '<mark class="named" dir="auto">@Erin Souza</mark> and' in html
        assert '<mark class="named is-me" dir="auto">@Vic</mark>' in page(client_for(vic), ON)

    def test_only_members_with_an_account(self, project, rita, sam, erin):
        erin.is_active = False
        erin.save()
        assert add(project, rita, "@Sam @Erin @sam@example.org").text == "@Sam @Erin @sam@example.org"
        assert not Mention.objects.exists()

    @pytest.mark.parametrize("headers", [{}, FRAGMENT])
    def test_several_of_one_name_are_422(self, project, workspace, rita, erin, client_for, headers):
        member(workspace, "erin.two", Role.VIEWER)
        type(erin).objects.filter(email="erin.two@example.org").update(name="Erin")
        response = client_for(rita).post(f"{BASE}add/?at={BLOCK}", {"text": "@Erin?"}, **headers)
        assert response.status_code == 422
        assert "Several people here are called “Erin”" in response.content.decode()
        add(project, rita, "@erin.two@example.org?")
        assert Mention.objects.get().user.email == "erin.two@example.org"

    def test_an_edit_keeps_who_was_named_and_tells_who_is_new(self, project, rita, erin, vic):
        row = add(project, rita, "@Erin")
        actions.see(mentions=[Mention.objects.get().pk], by=erin)
        actions.edit(comment=row, text="@Erin and @Vic", base=1, by=rita)
        seen = {mention.user: mention.seen_at is not None for mention in Mention.objects.all()}
        assert seen == {erin: True, vic: False}
        row.refresh_from_db()
        actions.edit(comment=row, text="Only @Vic", base=2, by=rita)
        assert Mention.objects.get().user == vic

    def test_somebody_who_left_stays_named_in_an_edit(self, project, rita, erin, client_for):
        row = add(project, rita, "@Erin?")
        Membership.objects.filter(user=erin).delete()
        client_for(rita).post(f"{BASE}{row.pk}/edit/", {"text": "@Erin!", "base": "1"})
        assert Mention.objects.get().user == erin

    def test_an_account_that_is_gone_leaves_words(self, project, rita, erin, client_for):
        add(project, rita, "@Erin?")
        erin.delete()
        assert "@somebody who left" in page(client_for(rita), ON)

    def test_the_first_page_lists_them_until_the_thread_is_opened(self, project, thread, rita, erin, vic, client_for):
        answer(thread, rita, "What does @Erin say?")
        client = client_for(erin)
        html = page(client, "/")
        assert "You are mentioned" in html
        assert "Rita in Churn in prepaid mobile" in html
        assert "What does @Erin say?" in html
        for other in (rita, vic):
            assert "You are mentioned" not in page(client_for(other), "/")
        # Somebody else opening it, a list, a HEAD: none of that is opening it.
        page(client_for(vic), ON)
        page(client, BASE)
        client.head(ON)
        assert "You are mentioned" in page(client, "/")
        location = client.get(f"{BASE}{Comment.objects.get(root=thread).pk}/")["Location"]
        page(client, location.partition("#")[0])
        assert "You are mentioned" not in page(client, "/")

    def test_a_resolved_thread_counts_once_it_is_opened(self, project, rita, erin, client_for):
        row = add(project, rita, "@Erin")
        actions.resolve(thread=row, read=row.pk, by=rita)
        client = client_for(erin)
        page(client, ON)
        assert Mention.objects.get().seen_at is None
        page(client, f"{ON}&thread={row.pk}")
        assert Mention.objects.get().seen_at is not None

    def test_an_own_name_is_no_news(self, project, rita, client_for):
        add(project, rita, "@Rita, remember")
        assert "You are mentioned" not in page(client_for(rita), "/")

    def test_who_left_sees_none(self, project, rita, erin, client_for):
        add(project, rita, "@Erin secret")
        Membership.objects.filter(user=erin).delete()
        assert "secret" not in page(client_for(erin), "/")

    def test_queries_of_the_first_page_do_not_grow(
        self, project, workspace, rita, erin, alice, client_for, count_queries
    ):
        client = client_for(erin)
        add(project, rita, "@Erin")
        few = count_queries(lambda: client.get("/"))
        for number in range(5):
            other = projects.create(workspace=workspace, name=f"Project {number}", by=alice)
            add(other, (rita, alice)[number % 2], "@Erin @Rita @Alice")
        assert count_queries(lambda: client.get("/")) == few


class TestPeople:
    address = f"{BASE}people/"

    def test_members_are_offered_with_what_to_type(self, project, workspace, rita, erin, sam, client_for):
        twin = member(workspace, "rita.two", Role.EDITOR)
        twin.name = "Rita"
        twin.save()
        html = page(client_for(erin), self.address)
        assert 'data-typed="Erin"' in html
        assert 'data-typed="rita@example.org"' in html
        assert 'data-typed="rita.two@example.org"' in html
        assert "Sam" not in html

    def test_stranger_anonymous_and_wrong_method(self, project, sam, client, client_for):
        assert client_for(sam).get(self.address).status_code == 404
        assert client.get(self.address).status_code == 302
        assert client_for(sam).post(self.address).status_code == 405

    def test_queries_do_not_grow(self, project, workspace, rita, client_for, count_queries):
        client = client_for(rita)
        few = count_queries(lambda: client.get(self.address))
        for number in range(5):
            member(workspace, f"person{number}", Role.VIEWER)
        assert count_queries(lambda: client.get(self.address)) == few


class TestThreads:
    def test_open_ones_first_then_where_somebody_spoke_last(self, project, rita, erin):
        first, second, done = (add(project, rita, word) for word in ("first", "second", "done"))
        actions.resolve(thread=done, read=done.pk, by=rita)
        assert list(selectors.threads(project, "all", rita)) == [second, first, done]
        answer(first, erin)
        assert list(selectors.threads(project, "all", rita)) == [first, second, done]

    def test_the_filters(self, project, rita, erin, vic, client_for):
        add(project, rita, "of-rita")
        erins, done = add(project, erin, "of-erin"), add(project, erin, "is-done")
        answer(erins, rita, "for @Vic")
        actions.resolve(thread=done, read=done.pk, by=rita)
        expected = {
            "": {"of-rita", "of-erin", "is-done"},
            "open": {"of-rita", "of-erin"},
            "resolved": {"is-done"},
            "mine": {"of-rita", "of-erin"},
            "mentions": set(),
            "nonsense": {"of-rita", "of-erin", "is-done"},
        }
        for show, words in expected.items():
            html = page(client_for(rita), f"{BASE}?show={show}")
            assert {word for word in ("of-rita", "of-erin", "is-done") if word in html} == words, show
        html = page(client_for(vic), f"{BASE}?show=mentions")
        assert "of-erin" in html
        assert "of-rita" not in html

    def test_a_fragment_is_only_the_list(self, project, thread, rita, client_for):
        assert page(client_for(rita), BASE, **FRAGMENT).strip().startswith('<div id="threads">')

    def test_pages(self, project, rita, client_for):
        for number in range(27):
            add(project, rita, f"number-{number}")
        client = client_for(rita)
        assert "number-26" in page(client, BASE)
        assert "number-1<" not in page(client, BASE)
        assert "number-1<" in page(client, f"{BASE}?page=2")
        for odd in ("x", "-1", "0", "9" * 30):
            page(client, f"{BASE}?page={odd}")

    def test_the_empty_list_teaches(self, project, vic, client_for):
        assert "No comments yet" in page(client_for(vic), BASE)
        assert "No thread of this kind." in page(client_for(vic), f"{BASE}?show=open")

    def test_stranger_anonymous_and_wrong_method(self, project, sam, rita, client, client_for):
        assert client_for(sam).get(BASE).status_code == 404
        assert client.get(BASE).status_code == 302
        assert client_for(rita).post(BASE).status_code == 405

    def test_queries_do_not_grow(self, project, rita, erin, client_for, count_queries):
        projects.save_text(project=project, key=BLOCK, text="a word", base=0, by=erin)
        client = client_for(rita)

        def more(number):
            for place in range(number):
                begun = add(
                    project, erin, "@Rita", target=(BLOCK, OTHER)[place % 2], quote="word" if place % 2 == 0 else ""
                )
                answer(begun, rita, "@Erin")

        more(2)
        few = count_queries(lambda: client.get(BASE))
        more(12)
        assert count_queries(lambda: client.get(BASE)) == few
        assert few <= 11


class TestThreadMarkdown:
    def test_it_holds_names_times_and_words(self, project, rita, erin, client_for):
        projects.save_text(project=project, key=BLOCK, text="Days since top-up", base=0, by=erin)
        row = add(project, rita, "Known **at night**, @Erin?", quote="since top-up")
        answer(row, erin, "Yes")
        actions.edit(comment=row, text="Known *at night*, @Erin?", base=1, by=rita)
        actions.resolve(thread=row, read=2**60, by=erin)
        response = client_for(rita).get(f"{BASE}{row.pk}/thread.md")
        assert response["Content-Type"] == "text/plain; charset=utf-8"
        said = response.content.decode()
        assert said.startswith(
            "**Features** · Churn in prepaid mobile  \n<http://testserver/p/churn-in-prepaid-mobile/"
        )
        assert "> since top-up" in said
        assert "**Rita**, " in said
        assert "(edited)\n\nKnown *at night*, @Erin?\n\n**Erin**, " in said
        assert "UTC\n\nYes\n\n*Resolved by Erin, " in said
        said = client_for(rita).get(f"{BASE}{row.pk}/thread.md", headers={"accept-language": "pt-br"}).content.decode()
        assert "**Atributos (features)**" in said
        assert "(editado)" in said

    def test_a_deleted_one_and_a_name_with_signs(self, project, thread, rita, erin, client_for):
        answer(thread, erin)
        actions.delete(comment=thread, by=rita)
        erin.name = "E*r*in [x](y)"
        erin.save()
        said = client_for(rita).get(f"{BASE}{thread.pk}/thread.md").content.decode()
        assert "*Deleted*" in said
        assert r"**E\*r\*in \[x\](y)**" in said

    def test_stranger_anonymous_and_wrong_method(self, project, thread, sam, vic, client, client_for):
        address = f"{BASE}{thread.pk}/thread.md"
        assert client_for(sam).get(address).status_code == 404
        assert client.get(address).status_code == 302
        assert client_for(vic).get(address).status_code == 200
        assert client_for(vic).post(address).status_code == 405


class TestOpenThreads:
    def test_one_query_for_all_badges(self, project, thread, rita, erin, count_queries):
        add(project, erin)
        add(project, erin, target=OTHER)
        answer(thread, erin)
        done = add(project, erin)
        actions.resolve(thread=done, read=done.pk, by=erin)
        assert selectors.open_threads(project, "canvas") == {BLOCK: 2}
        assert selectors.open_threads(project, "canvas/ml_canvas_v1_1") == {BLOCK: 2}
        assert selectors.open_threads(project, "canvas/ml_canvas_v1") == {}
        assert selectors.open_threads(project, "canvas/mlXcanvas_v1_1") == {}
        assert selectors.open_threads(project, "scope") == {OTHER: 1}
        assert count_queries(lambda: selectors.open_threads(project, "canvas")) == 1


class TestWhereTheyAreNot:
    def test_not_in_the_content_nor_a_revision_nor_its_digest(self, project, rita):
        before = projects.revise(project=project, by=rita)
        add(project, rita, "canary-comment")
        assert "canary-comment" not in str(parts.content(project))
        assert "canary-comment" not in str(read.snapshot(project))
        assert projects.revise(project=project, by=rita) == before

    def test_they_go_with_the_project(self, project, thread, rita, erin):
        answer(thread, erin, "@Rita")
        projects.delete(project=project, by=rita)
        assert not Comment.objects.exists()
        assert not Mention.objects.exists()

    def test_they_outlive_an_account(self, project, thread, rita, erin, client_for):
        answer(thread, erin)
        erin.delete()
        assert "Yes." in page(client_for(rita), ON)


class TestEvents:
    def test_every_write_is_a_sentence_in_both_languages(self, project, rita, alice, client_for):
        row = add(project, rita, "One")
        other = answer(row, rita, "Two")
        actions.edit(comment=other, text="Three", base=1, by=rita)
        actions.resolve(thread=row, read=other.pk, by=rita)
        actions.reopen(thread=row, by=rita)
        actions.delete(comment=other, by=rita)
        actions.delete(comment=row, by=alice)
        verbs = {"added", "answered", "edited", "resolved", "reopened", "deleted", "removed"}
        assert {event.what for event in Event.objects.filter(what__startswith="comments.")} == {
            f"comments.{verb}" for verb in verbs
        }
        assert Event.objects.filter(what="comments.added").get().values["on"] == BLOCK
        history = "/p/churn-in-prepaid-mobile/history/"
        html = page(client_for(alice), history)
        assert "Rita commented on “Features”." in html
        assert "Alice deleted a comment by Rita on “Features”." in html
        html = client_for(alice).get(history, headers={"accept-language": "pt-br"}).content.decode()
        assert "Rita comentou em “Atributos (features)”." in html
        assert "comments." not in html.replace("/comments/", "")


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        ({"text": ""}, "projects_comment_says_something"),
        ({"root": True, "quote": "x"}, "projects_comment_thread_has_quote"),
        ({"root": True, "resolved_at": "2026-01-01T00:00Z"}, "projects_comment_thread_is_resolved"),
    ],
)
def test_the_database_keeps_the_rules_too(project, thread, rita, wrong, name):
    if wrong.get("root"):
        wrong = wrong | {"root": thread}
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Comment.objects.create(**{"project": project, "target": BLOCK, "text": "x", "by": rita} | wrong)


def test_with_two_canvases_a_label_names_its_canvas(project, alice, rita, client_for, monkeypatch):
    one = catalog.canvas_templates()["ml_canvas_v1_1"]
    two = replace(one, key="data_canvas", title=Text("Data canvas", "Canvas de dados"))
    monkeypatch.setattr(catalog, "canvas_templates", lambda: {one.key: one, two.key: two})
    assert targets.find(project, [BLOCK])[BLOCK].label.en == "Features"
    assert not targets.find(project, ["canvas/data_canvas/features"])["canvas/data_canvas/features"].here
    canvas.add(project=project, template=two.key, by=alice)
    found = targets.find(project, [BLOCK, "canvas/data_canvas/features"])
    assert found[BLOCK].label.en == f"Features · {one.title.en}"
    assert found["canvas/data_canvas/features"].label.pt_BR == "Atributos (features) · Canvas de dados"
    # Put away again, its threads say where they were.
    add(project, rita, target="canvas/data_canvas/features")
    canvas.remove(project=project, template=two.key, by=alice)
    assert "Features · Data canvas" in page(client_for(rita), BASE)


def test_a_project_deleted_meanwhile_is_not_there(project, thread, rita):
    own = Project.objects.get(pk=project.pk)
    projects.delete(project=project, by=rita)
    with pytest.raises(Http404):
        add(own, rita)
