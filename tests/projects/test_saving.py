"""Nobody loses a sentence: the save protocol against the database."""

import threading

import pytest
from django.db import connection
from django.http import Http404

from mlcanvas.domain.refusal import Refused
from mlcanvas.projects import actions
from mlcanvas.projects.actions import Clash, Merged, Saved
from mlcanvas.projects.models import Passage, PassageEdit, Project
from tests.fixtures_projects import FRAGMENT

KEY = "canvas/ml_canvas_v1_1/features"
ADDRESS = "/p/churn-in-prepaid-mobile/canvas/ml_canvas_v1_1/features/save/"
NAME = "0123456789abcdef" * 2


def save(project, by, text, base, *, own=False, request=None):
    return actions.save_text(project=project, key=KEY, text=text, base=base, own=own, by=by, request=request)


def stored(project):
    return Passage.objects.get(project=project, key=KEY)


def test_each_save_is_one_version_and_one_line_of_history(project, alice):
    assert save(project, alice, "one", 0).version == 1
    assert save(project, alice, "two", 1).version == 2
    assert list(PassageEdit.objects.order_by("version").values_list("text", "base")) == [("one", 0), ("two", 1)]


def test_the_same_text_again_is_no_edit(project, alice):
    save(project, alice, "one", 0)
    assert isinstance(save(project, alice, "one", 0), Saved)
    assert PassageEdit.objects.count() == 1


def test_line_ends_are_one_kind(project, alice):
    save(project, alice, "a\r\nb\rc", 0)
    assert stored(project).text == "a\nb\nc"


def test_a_clash_stores_nothing_and_gives_both_texts(project, alice, erin):
    save(project, alice, "hers", 0)
    outcome = save(project, erin, "mine", 0)
    assert isinstance(outcome, Clash)
    assert (outcome.text, outcome.mine, outcome.other, outcome.version) == ("hers", "mine", alice, 1)
    assert stored(project).text == "hers"


def test_a_merge_keeps_both_and_what_was_sent(project, alice, erin):
    save(project, alice, "a\nb\nc", 0)
    save(project, alice, "A\nb\nc", 1)
    outcome = save(project, erin, "a\nb\nC", 1)
    assert isinstance(outcome, Merged)
    assert stored(project).text == "A\nb\nC"
    edit = PassageEdit.objects.get(version=3)
    assert (edit.base, edit.kind, edit.sent) == (1, "merge", "a\nb\nC")


def test_typing_on_after_a_merge_that_is_not_shown_removes_nothing(project, alice, erin):
    save(project, alice, "a\nb\nc", 0)
    save(project, alice, "A\nb\nc", 1)
    version = save(project, erin, "a\nb\nC", 1).version
    for text in ("a\nb\nCC", "a\nb\nCCC"):
        outcome = save(project, erin, text, version, own=True)
        version = outcome.version
    assert stored(project).text == "A\nb\nCCC"


def test_a_merge_that_changed_nothing_is_not_shown_either_so_typing_on_removes_nothing(project, alice, erin):
    save(project, alice, "a\nb\nc\nd\ne", 0)
    save(project, alice, "A\nb\nc\nd\nE", 1)
    outcome = save(project, erin, "A\nb\nc\nd\ne", 1)
    assert isinstance(outcome, Merged)
    assert (outcome.base, outcome.own, PassageEdit.objects.count()) == (1, False, 2)
    save(project, erin, "A\nb\nc, by Erin\nd\ne", outcome.base, own=outcome.own)
    assert stored(project).text == "A\nb\nc, by Erin\nd\nE"


def test_the_same_request_again_is_one_edit_with_the_same_answer(project, alice):
    answers = [save(project, alice, "one", 0, request=NAME) for _ in range(5)]
    assert {(type(answer), answer.version, answer.at) for answer in answers} == {(Saved, 1, answers[0].at)}
    assert PassageEdit.objects.count() == 1


def test_a_late_retry_brings_no_removed_line_back(project, alice, erin):
    save(project, alice, "a\nb\nc", 0)
    first = save(project, alice, "a\nb\nc\nd", 1, request=NAME)
    save(project, erin, "a\nb\nc", 2)
    assert save(project, alice, "a\nb\nc\nd", 1, request=NAME).version == first.version == 2
    assert (stored(project).text, PassageEdit.objects.count()) == ("a\nb\nc", 3)


def test_a_late_retry_of_a_merge_is_answered_as_the_merge_that_it_was(project, alice, erin):
    save(project, alice, "a\nb\nc", 0)
    save(project, alice, "A\nb\nc", 1)
    first = save(project, erin, "a\nb\nC", 1, request=NAME)
    save(project, alice, "gone", 3)
    again = save(project, erin, "a\nb\nC", 1, request=NAME)
    assert (again.version, again.text, again.other, again.base, again.own) == (3, "A\nb\nC", alice, 3, True)
    assert (first.version, first.text, first.other) == (again.version, again.text, again.other)
    # It goes on from what was sent, and the removal by the other is a change of the same lines.
    assert isinstance(save(project, erin, "a\nb\nCC", again.base, own=again.own), Clash)


def test_a_clash_that_comes_once_more_is_never_stored(project, alice, erin):
    save(project, alice, "a\nb\nc", 0)
    save(project, alice, "A\nb\nc", 1)
    assert isinstance(save(project, erin, "mine\nb\nc", 1, request=NAME), Clash)
    save(project, alice, "a\nb\nc", 2)
    # It could be merged now, but Erin was told, and has chosen.
    again = save(project, erin, "mine\nb\nc", 1, request=NAME)
    assert isinstance(again, Clash)
    assert (again.version, again.text, again.mine) == (3, "a\nb\nc", "mine\nb\nc")
    assert stored(project).text == "a\nb\nc"


def test_the_name_of_a_clash_that_comes_with_another_text_loses_nothing(project, alice, erin):
    save(project, alice, "a\nb\nc", 0)
    save(project, alice, "A\nb\nc", 1)
    assert isinstance(save(project, erin, "mine\nb\nc", 1, request=NAME), Clash)
    assert isinstance(save(project, erin, "a\nb\nc\nmine", 1, request=NAME), Merged)
    assert stored(project).text == "A\nb\nc\nmine"


@pytest.mark.parametrize(("theirs", "answer"), [("a\nb\nc\nd", Saved), ("A\nb\nc\nd", Merged)])
def test_what_was_there_already_and_was_removed_does_not_come_back_late(project, alice, erin, theirs, answer):
    save(project, alice, "a\nb\nc", 0)
    save(project, alice, theirs, 1)
    first = save(project, erin, "a\nb\nc\nd", 1, request=NAME)
    assert isinstance(first, answer)
    save(project, alice, "a\nb\nc", 2)
    again = save(project, erin, "a\nb\nc\nd", 1, request=NAME)
    assert isinstance(again, answer)
    if isinstance(again, Saved):
        assert again.version == first.version == 2
    else:
        assert (again.base, again.own) == (first.base, first.own) == (1, False)
    assert (stored(project).text, PassageEdit.objects.count()) == ("a\nb\nc", 3)


def test_a_name_that_was_another_text_loses_nothing(project, alice, erin):
    save(project, alice, "one", 0, request=NAME)
    assert save(project, alice, "two", 1, request=NAME).version == 2
    assert save(project, erin, "three", 2, request=NAME).version == 3
    assert list(PassageEdit.objects.order_by("version").values_list("request", flat=True)) == [NAME, None, None]


def test_a_save_into_a_project_that_somebody_deleted_is_a_404(project, alice, client_for):
    client = client_for(alice)
    actions.delete(project=Project.objects.get(pk=project.pk), by=alice)
    with pytest.raises(Http404):
        save(project, alice, "one", 0)
    assert client.post(ADDRESS, {"text": "one", "base": "0"}).status_code == 404


@pytest.mark.parametrize("name", ["x" * 32, "A" * 32, "0" * 31, "0" * 33, "0" * 32 + "\n", ""])
def test_a_name_that_is_none_is_no_reason_to_refuse_a_text(project, alice, client_for, name):
    posted = {"text": "one", "base": "0", "request": name}
    assert client_for(alice).post(ADDRESS, posted, **FRAGMENT).status_code == 200
    assert PassageEdit.objects.get().request is None


def test_a_double_click_on_a_page_and_in_a_fragment_is_one_edit(project, alice, client_for):
    client, posted = client_for(alice), {"text": "one", "base": "0", "request": NAME}
    pages = [client.post(ADDRESS, posted) for _ in range(2)]
    fragments = [client.post(ADDRESS, posted, **FRAGMENT) for _ in range(2)]
    assert {page.status_code for page in pages} == {303}
    assert {fragment.content for fragment in fragments} == {fragments[0].content}
    assert 'data-version="1"' in fragments[0].content.decode()
    assert PassageEdit.objects.get().request == NAME


@pytest.mark.parametrize("language", ["en", "pt-br"])
def test_the_thousandth_version_is_a_number_in_every_language(project, alice, erin, client_for, language):
    client = client_for(erin)
    client.cookies["django_language"] = language
    save(project, alice, "a\n\nb", 0)
    Passage.objects.update(version=1234)
    PassageEdit.objects.update(version=1234)
    address = ADDRESS.removesuffix("save/")
    scope = "/p/churn-in-prepaid-mobile/scope/"
    page = client.get(address).content.decode()
    assert page.count('data-version="1234"') == page.count('name="base" value="1234"') == 1
    assert f'data-user="{erin.pk}"' in page

    def post(text, base, where=ADDRESS):
        return client.post(where, {"text": text, "base": base}, **FRAGMENT).content.decode()

    assert 'data-outcome="saved" data-version="1235"' in post("A\n\nb", 1234)
    assert 'data-outcome="merged" data-version="1236" data-own="1"' in post("a\n\nB", 1234)
    assert 'data-outcome="merged" data-version="1234"' in post("a\n\nB", 1234)
    assert 'data-outcome="clash" data-version="1236"' in post("else\n\nb", 1234)
    assert client.post(ADDRESS, {"text": "else", "base": 1234}).content.decode().count('value="1236"') == 2
    actions.save_text(project=project, key="scope/problem", text="a", base=0, by=alice)
    Passage.objects.filter(key="scope/problem").update(version=1234)
    page = client.get(scope).content.decode()
    assert page.count('data-version="1234"') == page.count('name="base" value="1234"') == 1


def test_a_text_and_what_follows_from_it_are_stored_together_or_not_at_all(project, alice, client_for, monkeypatch):
    client = client_for(alice)
    client.raise_request_exception = False
    with monkeypatch.context() as broken:
        broken.setattr("mlcanvas.canvas.selectors.canvas", lambda project, template="": 1 / 0)
        assert client.post(ADDRESS, {"text": "one", "base": "0"}, **FRAGMENT).status_code == 500
    assert not PassageEdit.objects.exists()
    assert client.post(ADDRESS, {"text": "one", "base": "0"}, **FRAGMENT).status_code == 200
    assert Project.objects.get(pk=project.pk).summary.readiness_canvas > 0


@pytest.mark.parametrize("base", [2, 99, -1])
def test_a_version_that_never_was_is_refused(project, alice, base):
    save(project, alice, "one", 0)
    with pytest.raises(Refused, match="base_unknown"):
        save(project, alice, "two", base)


@pytest.mark.parametrize("text", ["a\x00b", "\ud800", "x" * 20_001])
def test_a_text_that_cannot_be_stored_is_refused(project, alice, text):
    with pytest.raises(Refused):
        save(project, alice, text, 0)
    assert not PassageEdit.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_threads_saving_one_block_two_hundred_times_each(project, alice, erin):
    """Every acknowledged text is in the history, versions have no gap, and the last one is what stands."""
    acknowledged: list[tuple[int, str]] = []
    refused: list[str] = []
    failures: list[BaseException] = []

    def work(name, by):
        base, own = 0, False
        try:
            for number in range(200):
                text = f"{name} {number}"
                outcome = save(project, by, text, base, own=own)
                if isinstance(outcome, Clash):
                    refused.append(text)
                    base, own = outcome.version, False
                else:
                    acknowledged.append((outcome.version, text))
                    base, own = outcome.version, isinstance(outcome, Merged)
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=arguments) for arguments in (("alice", alice), ("erin", erin))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert len(acknowledged) + len(refused) == 400
    history = {edit.version: edit for edit in PassageEdit.objects.all()}
    assert sorted(history) == list(range(1, len(history) + 1))
    for version, text in acknowledged:
        assert text in (history[version].text, history[version].sent)
    for text in refused:
        assert all(text not in (edit.text, edit.sent) for edit in history.values())
    passage = stored(project)
    assert (passage.version, passage.text) == (len(history), history[len(history)].text)
    assert len(acknowledged) >= 200
