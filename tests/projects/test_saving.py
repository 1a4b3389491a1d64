"""Nobody loses a sentence: the save protocol against the database."""

import threading

import pytest
from django.db import connection

from mlcanvas.domain.refusal import Refused
from mlcanvas.projects import actions
from mlcanvas.projects.actions import Clash, Merged, Saved
from mlcanvas.projects.models import Passage, PassageEdit

KEY = "canvas/ml_canvas_v1_1/features"


def save(project, by, text, base, *, own=False):
    return actions.save_text(project=project, key=KEY, text=text, base=base, own=own, by=by)


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
