"""Two people at once: what follows from their answers is what follows from all of them, and nobody meets an error."""

import threading
from contextlib import suppress

import pytest
from django.db import connection

from mlcanvas import catalog
from mlcanvas.costs import actions as costs
from mlcanvas.costs.models import Estimate
from mlcanvas.domain.refusal import Refused
from mlcanvas.projects import actions, selectors
from mlcanvas.projects.comments import actions as comments
from mlcanvas.projects.models import Comment, Event, Fact, Project
from mlcanvas.risks import actions as risks
from mlcanvas.risks import selectors as risk_selectors
from mlcanvas.scope import actions as scope
from mlcanvas.scope.models import SuccessMetric
from mlcanvas.tracker import actions as tracker
from mlcanvas.tracker.models import Checkpoint, Evidence

ROUNDS = 8
TICKED = next(key for key, checkpoint in catalog.lifecycle().checkpoints.items() if not checkpoint.rule)


def at_once(project, *works):
    """Runs each of `works` in a thread of its own, with its own copy of the project, all from one starting signal."""
    failures: list[BaseException] = []
    start = threading.Barrier(len(works))

    def run(work):
        try:
            own = Project.objects.select_related("summary").get(pk=project.pk)
            start.wait(timeout=30)
            work(own)
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def fresh(project):
    return Project.objects.select_related("summary").get(pk=project.pk)


@pytest.mark.django_db(transaction=True)
def test_two_people_answer_the_factors_of_the_risk_table(project, alice, erin):
    factors = [row for row in catalog.risk_matrix().factors if row.levels]
    assert len(factors) >= 4

    def answers(by, mine, turn):
        def work(own):
            for row in mine:
                risks.answer(project=own, factor=row.key, level=row.levels[turn % len(row.levels)].key, by=by)

        return work

    for turn in range(ROUNDS):
        at_once(project, answers(alice, factors[::2], turn), answers(erin, factors[1::2], turn))
        found = fresh(project)
        picture = risk_selectors.picture(found)
        published = (found.summary.tier, found.summary.severity, found.summary.readiness_risks)
        assert published == (picture.placed.tier, picture.placed.severity_level, picture.readiness)
        assert found.summary.tier is not None


@pytest.mark.django_db(transaction=True)
def test_two_first_answers_to_one_fact(project, alice, erin):
    for _ in range(ROUNDS):
        at_once(
            project,
            lambda own: actions.set_fact(project=own, key="task_type", value="ranking", by=alice),
            lambda own: actions.set_fact(project=own, key="task_type", value="forecasting", by=erin),
        )
        assert Fact.objects.get(project=project, key="task_type").value in {"ranking", "forecasting"}
        actions.set_fact(project=project, key="task_type", value=None, by=alice)


@pytest.mark.django_db(transaction=True)
def test_one_fact_derived_twice_by_callers_without_the_lock(project):
    for value in range(ROUNDS):

        def work(own, value=value):
            actions.derive_fact(project=own, key="p90_p50", value=value)

        at_once(project, work, work)
        assert Fact.objects.filter(project=project, key="p90_p50").count() == 1
        actions.derive_fact(project=project, key="p90_p50", value=None)


@pytest.mark.django_db(transaction=True)
def test_two_first_model_metrics(project, alice, erin):
    def adds(by, name):
        return lambda own: scope.metric_add(project=own, by=by, name=name, kind="model", direction="higher")

    for _ in range(ROUNDS):
        at_once(project, adds(alice, "Recall"), adds(erin, "Recall!"))
        assert set(SuccessMetric.objects.values_list("key", flat=True)) == {"recall", "recall-2"}
        assert SuccessMetric.objects.filter(primary=True).count() == 1
        for row in SuccessMetric.objects.select_related("project"):
            scope.metric_remove(row=row, by=alice)


@pytest.mark.django_db(transaction=True)
def test_two_estimates_have_two_numbers(project, alice, erin):
    numbers = [q.key for q in catalog.cost_questionnaire().questions if q.kind not in ("choice", "pilot")][:2]

    def answers(by, question):
        return lambda own: costs.answer(project=own, question=question, value="unknown", by=by)

    at_once(project, *(answers(by, question) for by, question in zip((alice, erin), numbers, strict=True)))
    found = list(Estimate.objects.filter(project=project).order_by("number").values_list("number", flat=True))
    assert found == list(range(1, len(found) + 1))


@pytest.mark.django_db(transaction=True)
def test_a_tick_keeps_the_owner_and_the_note_that_somebody_else_writes(project, alice, erin):
    for turn in range(ROUNDS):
        owner = f"Owner {turn}"
        at_once(
            project,
            lambda own: tracker.checkpoint_tick(project=own, key=TICKED, by=alice, done=True),
            lambda own, owner=owner: tracker.checkpoint_set(
                project=own, key=TICKED, by=erin, status="done", reason="Agreed", owner=owner
            ),
        )
        row = Checkpoint.objects.get(project=project, key=TICKED)
        assert (row.status, row.owner, row.reason) == ("done", owner, "Agreed")
        tracker.checkpoint_tick(project=project, key=TICKED, by=alice, done=False)


def test_ticking_again_changes_nothing(project, alice):
    tracker.checkpoint_tick(project=project, key=TICKED, by=alice, done=False)
    assert not Checkpoint.objects.exists()
    tracker.checkpoint_set(project=project, key=TICKED, by=alice, status="waived", reason="Not now", owner="Ana")
    tracker.checkpoint_tick(project=project, key=TICKED, by=alice, done=True)
    events = Event.objects.count()
    tracker.checkpoint_tick(project=project, key=TICKED, by=alice, done=True)
    row = Checkpoint.objects.get()
    assert (row.status, row.owner, row.reason) == ("done", "Ana", "Not now")
    assert Event.objects.count() == events


def test_a_long_address_without_a_label_fits(project, alice):
    url = "https://example.org/" + "x" * 400
    tracker.evidence_add(project=project, key=TICKED, label=" ", url=url, by=alice)
    found = Evidence.objects.get()
    assert (found.label, found.url) == (url[:200], url)


def test_an_unknown_factor_is_refused_without_a_level_too(project, alice):
    with pytest.raises(Refused, match="risk_unknown_factor"):
        risks.answer(project=project, factor="no_such_factor", level="", by=alice)


def test_the_same_answer_again_is_no_event(project, alice):
    row = catalog.risk_matrix().factors[0]
    for level in (row.levels[0].key, row.levels[0].key, "", ""):
        risks.answer(project=project, factor=row.key, level=level, by=alice)
    assert Event.objects.filter(what="risks.answered").count() == 2


def test_an_edit_of_a_metric_that_is_gone_brings_it_back(project, alice, erin):
    values = {"kind": "model", "direction": "higher"}
    row = scope.metric_add(project=project, by=alice, name="Recall", **values)
    scope.metric_remove(row=SuccessMetric.objects.get(pk=row.pk), by=erin)
    assert scope.metric_add(project=project, by=erin, name="Recall", **values).primary
    scope.metric_edit(row=row, by=alice, name="Recall at 10", primary=True, **values)
    found = dict(SuccessMetric.objects.values_list("name", "primary"))
    assert found == {"Recall": False, "Recall at 10": True}


def test_another_currency_reaches_the_summary(project, alice):
    actions.edit(project=project, by=alice, name=project.name, language="en", currency="BRL")
    assert fresh(project).summary.currency == "BRL"


def test_holding_shows_what_others_wrote_meanwhile(project, alice):
    stale = fresh(project)
    actions.edit(project=project, by=alice, name="Another name", language="pt-br", currency="BRL")
    actions.revise(project=stale, by=alice)
    assert (stale.name, stale.language, stale.currency) == ("Another name", "pt-br", "BRL")
    assert selectors.summary(stale).currency == "BRL"


def test_deleting_is_logged_and_does_no_harm_twice(project, alice, caplog):
    again = fresh(project)
    with caplog.at_level("INFO", logger="mlcanvas.projects.actions"):
        actions.delete(project=project, by=alice)
        actions.delete(project=again, by=alice)
    assert not Project.objects.exists()
    assert [record.getMessage() for record in caplog.records] == [f"project {again.slug} deleted by user {alice.pk}"]


@pytest.mark.django_db(transaction=True)
def test_one_comment_sent_twice_at_once_is_stored_once(project, alice):
    def sending(turn):
        words = {"target": "scope/problem", "text": f"Turn {turn} @Alice", "once": str(turn), "by": alice}
        return lambda own: comments.add(project=own, **words)

    for turn in range(ROUNDS):
        at_once(project, *[sending(turn)] * 3)
    assert Comment.objects.count() == ROUNDS


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", range(ROUNDS))
def test_an_answer_to_a_thread_that_is_resolved_and_deleted_meanwhile(project, alice, erin, turn):
    thread = comments.add(project=project, target="scope/problem", text="Begun", by=alice)

    def tolerant(work):
        def run(own):
            # Whoever comes second is told.
            with suppress(Refused):
                work()

        return run

    at_once(
        project,
        tolerant(lambda: comments.answer(thread=thread, text="@Alice", by=erin)),
        tolerant(lambda: comments.resolve(thread=thread, read=thread.pk, by=erin)),
        tolerant(lambda: comments.delete(comment=thread, by=alice)),
    )
    left = list(Comment.objects.order_by("pk"))
    # An answer that was taken stands in an open thread; without one, nothing is left.
    assert [bool(row.deleted_at) for row in left] in ([], [True, False])
    assert all(row.resolved_at is None for row in left)
