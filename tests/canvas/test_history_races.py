"""A restore while others write: nothing is lost, and nobody meets an error."""

import threading

import pytest
from django.db import connection

from mlcanvas.canvas import actions, selectors
from mlcanvas.domain.refusal import Refused
from mlcanvas.projects.actions import Clash, close_iteration, save_text
from mlcanvas.projects.models import Iteration, Passage, PassageEdit, Project
from tests.canvas.history_cases import TEMPLATE, write

ROUNDS = 6


def at_once(project, *works):
    """What each of `works` gave, each in a thread of its own with its own copy of the project."""
    start = threading.Barrier(len(works))
    found = [None] * len(works)
    failures = []

    def run(place, work):
        try:
            own = Project.objects.select_related("summary").get(pk=project.pk)
            start.wait(timeout=30)
            found[place] = work(own)
        except Refused as refused:
            found[place] = refused
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, work)) for place, work in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    return found


def versions():
    """Of each text, its versions in the history."""
    found = {}
    for key, version in PassageEdit.objects.order_by("version").values_list("passage__key", "version"):
        found.setdefault(key, []).append(version)
    return found


@pytest.mark.django_db(transaction=True)
def test_a_restore_and_a_save_on_one_version(project, alice, erin):
    key = selectors.passage_key(TEMPLATE, "features")
    write(project, alice, "first")
    for turn in range(ROUNDS):
        write(project, alice, f"second {turn}")
        base = Passage.objects.get(key=key).version
        restored, saved = at_once(
            project,
            lambda own, base=base: actions.restore_block(
                project=own, template=TEMPLATE, block="features", version=1, base=base, by=alice
            ),
            lambda own, base=base, turn=turn: save_text(project=own, key=key, text=f"Erin {turn}", base=base, by=erin),
        )
        # Both replaced the same line: exactly one of them stands, and the other one was told.
        assert isinstance(restored, Clash) != isinstance(saved, Clash)
        stands = Passage.objects.get(key=key).text
        assert stands == (f"Erin {turn}" if isinstance(restored, Clash) else "first")
    assert all(found == list(range(1, len(found) + 1)) for found in versions().values())


@pytest.mark.django_db(transaction=True)
def test_two_restores_of_the_canvas_and_people_who_write(project, alice, erin):
    blocks = ("features", "decisions", "monitoring")
    for block in blocks:
        write(project, alice, "old", block)
    state = {block: actions.Past("old", 1) for block in blocks}
    for turn in range(ROUNDS):
        for block in blocks:
            write(project, alice, f"new {turn}", block)
        rows = {block: Passage.objects.get(key=selectors.passage_key(TEMPLATE, block)) for block in blocks}
        bases = {block: row.version for block, row in rows.items()}

        def restore(own, bases=bases):
            return actions.restore(project=own, template=TEMPLATE, state=state, bases=bases, by=alice)

        def save(own, turn=turn, bases=bases):
            key = selectors.passage_key(TEMPLATE, "monitoring")
            return save_text(project=own, key=key, text=f"Erin {turn}", base=bases["monitoring"], by=erin)

        first, second, saved = at_once(project, restore, restore, save)
        done = [found for found in (first, second) if isinstance(found, tuple)]
        texts = [Passage.objects.get(key=selectors.passage_key(TEMPLATE, block)).text for block in blocks]
        if done:
            assert len(done) == 1
            assert texts == ["old", "old", "old"]
            assert isinstance(saved, Clash)
        else:
            # All or nothing: where Erin was faster, no block went back.
            assert texts == [f"new {turn}", f"new {turn}", f"Erin {turn}"]
    assert all(found == list(range(1, len(found) + 1)) for found in versions().values())


@pytest.mark.django_db(transaction=True)
def test_two_who_close_one_iteration(project, alice, erin):
    for number in range(1, ROUNDS):
        found = at_once(
            project,
            *(
                lambda own, by=by, number=number: close_iteration(project=own, number=number, learned=str(by), by=by)
                for by in (alice, erin)
            ),
        )
        assert sum(isinstance(one, Refused) for one in found) == 1
        assert Iteration.objects.filter(number=number).count() == 1
