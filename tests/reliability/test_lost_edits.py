"""Many people, two server processes, one database: no acknowledged edit is lost."""

import random
import secrets
import threading
import time

import pytest
from django.db import connection

from mlcanvas.accounts.models import User
from mlcanvas.canvas import selectors as canvas
from mlcanvas.projects.models import PassageEdit, Project
from mlcanvas.workspaces.models import Membership
from mlcanvas.workspaces.roles import Role
from tests.plumbing.servers import READY_WITHIN, servers
from tests.reliability.checker import breaches
from tests.reliability.people import BLOCKS, Connection, Field, block_path, check, history, over_http, read, refresh

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def full(request) -> bool:
    """Whether this is the long size."""
    return bool(request.config.getoption("--full"))


@pytest.fixture
def team(workspace):
    """Makes so many editors."""

    def make(count: int) -> list[User]:
        people = User.objects.bulk_create(User(email=f"p{n}@example.org", name=f"P{n}") for n in range(count))
        Membership.objects.bulk_create(Membership(workspace=workspace, user=user, role=Role.EDITOR) for user in people)
        return people

    return make


def at_once(*works) -> None:
    """Runs each in a thread of its own, all from one starting signal, and passes on what failed."""
    failures: list[BaseException] = []
    start = threading.Barrier(len(works))

    def run(work):
        try:
            start.wait(timeout=30)
            work()
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


def edit(project, people, ports, edits, *, shared, cut=0.03, statuses=None, until=None):
    """Each person edits so often: their own block, and with probability `shared` the one that all write in.

    Returns their fields. `until` ends it early; `cut` is the share of answers that are lost.
    """
    fields = []
    works = []
    for number, user in enumerate(people):
        dice = random.Random(number)
        line = Connection(user, ports)
        send = over_http(line, project, statuses if statuses is not None else [])
        own = Field(str(user), BLOCKS[number % (len(BLOCKS) - 1)], send, dice)
        common = Field(str(user), BLOCKS[-1], send, dice)
        fields += [own, common]

        def work(own=own, common=common, dice=dice, line=line):
            for _ in range(edits):
                if until is not None and until.is_set():
                    break
                field = common if dice.random() < shared else own
                if dice.random() < 0.15:
                    refresh(line, project, field)
                field.type()
                field.save(cut=cut)
            line.close()

        works.append(work)
    at_once(*works)
    return fields


def totals_are_right(project):
    """What lists read is what follows from the rows (A8)."""
    found = Project.objects.select_related("summary").get(pk=project.pk)
    assert found.summary.readiness_canvas == canvas.canvas(found).completeness.readiness


def test_editors_on_one_canvas(project, team, full):
    """A1: 70 % of the edits in different blocks, 30 % in one that all share."""
    people, edits = (team(20), 200) if full else (team(5), 40)
    statuses: list[int] = []
    with servers(2) as started:
        fields = edit(project, people, [server.port for server in started], edits, shared=0.3, statuses=statuses)
    sent = [operation for field in fields for operation in field.log]
    assert len(sent) == len(people) * edits
    assert {status for status in statuses if status not in (200, 409)} <= {503}
    accepted = check(project, fields)
    print(f"{len(sent)} texts sent, {accepted} edits, 0 lost")
    kinds = [operation.answer.kind for operation in sent]
    assert kinds.count("clash") + kinds.count("saved") + kinds.count("merged") == len(sent)
    assert accepted <= kinds.count("saved") + kinds.count("merged")
    # How often two meet between the same saves is chance: in the short size, once in some way is enough.
    assert kinds.count("merged") + (0 if full else kinds.count("clash")) > 0
    totals_are_right(project)


def test_a_storm_on_one_block(project, team, full):
    """A2: the version rises by exactly the number of accepted edits, without a gap."""
    people, edits = team(8), 100 if full else 30
    with servers(2) as started:
        fields = edit(project, people, [server.port for server in started], edits, shared=1.0)
    accepted = check(project, fields)
    _edits, _text, version = history(project, BLOCKS[-1])
    stored = PassageEdit.objects.filter(passage__project=project).count()
    assert version == accepted == stored
    print(f"{len(people) * edits} texts sent to one block, {accepted} edits, no gap")
    assert sum(len(field.log) for field in fields) == len(people) * edits
    totals_are_right(project)


@pytest.mark.strict_database
def test_the_checker_sees_servers_that_save_blindly(project, team):
    people = team(4)
    with servers(2, "tests.reliability.blind:application") as started:
        fields = edit(project, people, [server.port for server in started], 20, shared=1.0, cut=0)
    operations = [operation for field in fields for operation in field.log]
    assert all(operation.answer.kind == "saved" for operation in operations)
    found = breaches(operations, *history(project, BLOCKS[-1]))
    lost = [breach for breach in found if "was lost" in breach.rule]
    assert lost, "a blind save went unseen"
    assert len(lost[0].rows) == 2
    print(f"{len(lost)} lines lost by {len(operations)} acknowledged blind saves; the shortest proof:\n{lost[0]}")


@pytest.mark.strict_database
def test_one_request_sent_many_times(project, alice, erin):
    """A7: a double click, a retry, the Back button, on both servers at once."""
    with servers(2) as started:
        ports = [server.port for server in started]
        lines = [Connection(alice, ports[::direction]) for direction in (1, -1) for _ in range(2)]
        other = Connection(erin, ports)
        path = f"{block_path(project, 'features')}save/"
        text, base = "", 0
        for turn in range(6):
            text = f"{text}\nline {turn}".strip()
            posted = {"text": text, "base": base, "request": secrets.token_hex(16)}
            answers: list[tuple[int, str]] = []

            def post(line, posted=posted, answers=answers):
                answers.append(line.ask("POST", path, posted))

            at_once(*(lambda line=line: post(line) for line in lines[: 2 + turn % 3]))
            # Somebody removes those lines, and the first person's page asks once more.
            assert read(other.ask("POST", path, {"text": "", "base": 2 * turn + 1})[1]).version == 2 * turn + 2
            post(lines[0])
            assert {status for status, _html in answers} == {200}
            assert {read(html).version for _status, html in answers} == {2 * turn + 1}
            assert len({html for _status, html in answers}) == 1
            base = 2 * turn + 2
            edits, stands, version = history(project, "features")
            assert (len(edits), stands, version) == (2 * turn + 2, "", 2 * turn + 2)
            text = ""
        for line in (*lines, other):
            line.close()


def test_servers_that_are_killed_while_people_write(project, team, full):
    """D1: what was acknowledged is there, nothing is half there, and all goes on within 10 s."""
    people, kills = team(4), 50 if full else 2
    done = threading.Event()
    back: list[float] = []
    with servers(2) as started:
        ports = [server.port for server in started]

        def kill():
            dice = random.Random(7)
            for _ in range(kills):
                time.sleep(dice.uniform(0.2, 0.6))
                for server in started:
                    server.kill()
                back.append(max(server.start() for server in started))
            time.sleep(0.3)
            done.set()

        killer = threading.Thread(target=kill)
        killer.start()
        fields = edit(project, people, ports, 10**9, shared=0.5, until=done)
        killer.join()
    accepted = check(project, fields)
    assert accepted > kills
    assert len(back) == kills
    assert max(back) < READY_WITHIN
    totals_are_right(project)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA integrity_check")
            assert cursor.fetchall() == [("ok",)]
    print(f"{kills} kills, {accepted} edits kept, back after {max(back):.1f} s at most")
