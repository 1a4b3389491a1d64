"""Documents in child processes: what one of them may cost, and what stays when it dies."""

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from mlcanvas.reports import pdf
from mlcanvas.reports.document import Edition, build
from mlcanvas.typeset import Crowded, NotTypeset, Stopped, press, typeset
from mlcanvas.typeset.press import Limits, Press
from tests.reports import snapshots
from tests.reports.printing import ours

DAY = date(2026, 11, 23)
HEAD = '#set document(title: "A")\n#set text(font: json(bytes(sys.inputs.look)).fonts.text)\n'
# Typst stops a loop by its count of turns, and a call by its depth; a loop in a loop is a long time.
ENDLESS = "#for a in range(100000) { for b in range(100000) { let c = str(a * b) } }"
LARGE = "#let many = range(60000000)\n#many.len()"


@pytest.fixture
def pressed(tmp_path):
    """A press that is used for what the test makes, with templates in the folder of the test."""
    started = []

    def start(**limits):
        made = Press(Limits(**limits), (press.PROGRAM, tmp_path))
        started.append(made)
        started.append(press.use(made))
        return made

    yield start
    for made, before in zip(started[::2], started[1::2], strict=True):
        made.close()
        press.use(before)


def make(folder, source="word"):
    template = folder / f"template-{abs(hash(source))}.typ"
    template.write_text(HEAD + source, encoding="utf-8")
    return typeset(template, {"title": "A"}, language="en", fonts=ours(), made_on=DAY).pdf


@cache
def report(number=0):
    snapshot = snapshots.full()
    snapshot["content"]["scope"]["problem"] += f" {number}"
    return build(snapshot, Edition(DAY))


def gone(process):
    """Whether there is no such process any more, not even a zombie."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    return False


def until(condition, seconds=10.0):
    ends = time.monotonic() + seconds
    while not condition() and time.monotonic() < ends:
        time.sleep(0.01)
    return condition()


def at_once(count, work):
    """What each of `count` threads got: its document or its exception."""
    results = []

    def one(number):
        try:
            results.append(work(number))
        except Exception as error:
            results.append(error)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


class TestWarm:
    def test_a_child_makes_the_same_bytes_as_this_process(self, pressed):
        here = pdf.render(report(), ours())
        pressed()
        assert pdf.render(report(), ours()) == here

    def test_it_stays_for_the_next_document(self, tmp_path, pressed):
        made = pressed()
        make(tmp_path)
        first = made.processes
        assert len(first) == 1
        make(tmp_path, "another")
        assert made.processes == first

    def test_it_can_be_ready_before_somebody_asks(self, tmp_path, pressed):
        made = pressed()
        made.warm(ours().folders)
        ready = made.processes
        make(tmp_path)
        assert made.processes == ready != []

    def test_a_mistake_of_the_template_costs_no_child(self, tmp_path, pressed):
        made = pressed()
        made.warm(ours().folders)
        ready = made.processes
        with pytest.raises(NotTypeset, match="unknown variable"):
            make(tmp_path, "#nowhere")
        assert made.processes == ready

    def test_it_knows_no_secret_and_no_database(self, tmp_path, pressed, monkeypatch):
        monkeypatch.setenv("MLCANVAS_SECRET_KEY", "s" * 60)
        monkeypatch.setenv("DATABASE_URL", "postgres://u:p@h/d")
        monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
        made = pressed()
        make(tmp_path)
        (child,) = made._all
        assert not {"MLCANVAS_SECRET_KEY", "DATABASE_URL", "HTTPS_PROXY"} & child.environment.keys()

    def test_it_loads_no_django_and_no_driver(self):
        said = subprocess.run(
            [sys.executable, "-c", "import sys, mlcanvas.typeset.child; print(*sys.modules)"],
            cwd=press.PROGRAM.parent,
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split()
        assert "mlcanvas.typeset.child" in said
        assert not [name for name in said if name.partition(".")[0] in {"django", "psycopg", "sqlite3"}]

    @pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="the system does not show open files")
    def test_it_holds_no_file_of_this_process(self, tmp_path, pressed):
        """A connection to the database that a fork took along would be closed under its owner."""
        with (tmp_path / "open").open("wb") as file:
            os.set_inheritable(file.fileno(), True)
            made = pressed()
            made.warm(ours().folders)
            (process,) = made.processes
            held = {str(entry.readlink()) for entry in Path(f"/proc/{process}/fd").iterdir()}
        assert str(tmp_path / "open") not in held


class TestStopped:
    def test_a_document_without_end(self, tmp_path, pressed):
        made = pressed(seconds=0.5)
        made.warm(ours().folders)
        (first,) = made.processes
        before = time.monotonic()
        with pytest.raises(Stopped, match=r"not ready after 0\.5 s"):
            make(tmp_path, ENDLESS)
        assert time.monotonic() - before < 3
        assert gone(first)
        assert make(tmp_path).startswith(b"%PDF")

    def test_a_document_that_takes_all_memory(self, tmp_path, pressed):
        made = pressed(memory=128 * 2**20)
        with pytest.raises(Stopped, match="took more than 256 MB"):
            make(tmp_path, LARGE)
        assert made.processes == []
        assert make(tmp_path).startswith(b"%PDF")

    def test_a_child_that_has_grown_is_replaced_after_its_document(self, tmp_path, pressed):
        made = pressed(memory=20 * 2**20)
        assert make(tmp_path).startswith(b"%PDF")
        assert made.processes == []

    def test_a_child_killed_in_the_middle(self, tmp_path, pressed):
        made = pressed()
        made.warm(ours().folders)
        (first,) = made.processes
        killer = threading.Timer(0.3, os.kill, (first, signal.SIGKILL))
        killer.start()
        with pytest.raises(Stopped, match="died"):
            make(tmp_path, ENDLESS)
        killer.join()
        assert gone(first)
        assert make(tmp_path).startswith(b"%PDF")

    def test_a_child_killed_while_it_rests(self, tmp_path, pressed):
        made = pressed()
        made.warm(ours().folders)
        (first,) = made.processes
        os.kill(first, signal.SIGKILL)
        time.sleep(0.05)
        assert make(tmp_path).startswith(b"%PDF")
        assert first not in made.processes
        assert gone(first)

    def test_it_is_not_tried_a_second_time(self, tmp_path, pressed, monkeypatch):
        made = pressed(seconds=0.3)
        asked = []
        real = made.compiled
        monkeypatch.setattr(made, "compiled", lambda order: asked.append(order) or real(order))
        with pytest.raises(Stopped):
            make(tmp_path, ENDLESS)
        assert len(asked) == 1


class TestReach:
    @pytest.fixture(autouse=True)
    def _one(self, pressed):
        self.press = pressed()

    @pytest.mark.parametrize(
        "source",
        [
            '#read("/etc/passwd")',
            '#read("../../../../../etc/passwd")',
            '#import "@preview/cetz:0.3.0"',
            '#import "@local/mine:0.1.0"',
            '#image("/etc/passwd")',
        ],
    )
    def test_a_hostile_template_reaches_nothing(self, tmp_path, source):
        before = time.monotonic()
        with pytest.raises(NotTypeset):
            make(tmp_path, source)
        assert time.monotonic() - before < 2
        assert make(tmp_path).startswith(b"%PDF")

    def test_not_even_through_a_link_that_typst_follows(self, tmp_path):
        (tmp_path / "link").symlink_to("/etc/passwd")
        self.press.warm(ours().folders)
        (child,) = self.press._all
        if "files" not in child.missing:  # said by a kernel without Landlock, and in the log
            with pytest.raises(NotTypeset):
                make(tmp_path, '#read("link")')

    def test_what_the_kernel_refuses_behind_the_fence(self, tmp_path):
        said = subprocess.run(
            [sys.executable, "-c", BEHIND, str(tmp_path)],
            cwd=press.PROGRAM.parent,
            capture_output=True,
            text=True,
            check=True,
        ).stdout.splitlines()
        missing, inside, *refused = said
        assert inside == "inside"
        files = ["PermissionError"] if "files" not in missing else ["done"]
        network = ["PermissionError"] if "network" not in missing else ["done"]
        # Writing is refused by the limit on the size of files where nothing else does it.
        assert (refused[:1], refused[2:3]) == (files, network)
        assert refused[1] in {"PermissionError", "OSError"}


BEHIND = """
import os, socket, sys
from pathlib import Path
from mlcanvas.typeset import fence
folder = Path(sys.argv[1])
(folder / "inside").write_text("inside")
print(fence.close([folder]))
print((folder / "inside").read_text())
attempts = [
    lambda: Path("/etc/passwd").read_bytes(),
    lambda: (folder / "new").write_text("x"),
    socket.socket,
]
for attempt in attempts:
    try:
        attempt()
        print("done")
    except OSError as error:
        print(type(error).__name__)
"""


class TestMany:
    def test_two_at_once_and_the_others_wait(self, pressed):
        made = pressed()
        results = at_once(6, lambda number: pdf.render(report(number % 3), ours()))
        assert len({found.pdf for found in results}) == 3
        assert len(made.processes) == 2

    def test_who_comes_when_the_queue_is_full_is_asked_to_come_again(self, tmp_path, pressed):
        pressed(seconds=0.8, at_once=1, waiting=1)
        results = at_once(4, lambda _number: make(tmp_path, ENDLESS))
        assert sorted(type(found).__name__ for found in results) == ["Crowded", "Crowded", "Stopped", "Stopped"] or (
            # The one that waits may give up at the very moment at which the first is stopped.
            sorted(type(found).__name__ for found in results) == ["Crowded", "Crowded", "Crowded", "Stopped"]
        )

    def test_nobody_waits_longer_than_a_document_may_take(self, tmp_path, pressed):
        made = pressed(seconds=0.2)
        made._busy = made.limits.at_once
        with pytest.raises(Crowded):
            make(tmp_path)

    @pytest.mark.parametrize("rounds", [1, pytest.param(10, marks=pytest.mark.full)])
    def test_twenty_reports_at_once_all_come_and_memory_is_bounded(self, pressed, rounds):
        """None fails, nobody is sent away, and no child holds more than its limit afterwards."""
        made = pressed()
        reports = [report(number) for number in range(20)]
        ours()
        for number in range(rounds):
            before = time.perf_counter()
            results = at_once(20, lambda which: pdf.render(reports[which], ours()).pdf)
            taken = time.perf_counter() - before
            assert [type(found) for found in results] == [bytes] * 20
            resident = sorted(child.resident // 2**20 for child in made._all)
            print(f"round {number}: 20 reports at once in {taken:.1f} s, children of {resident} MB")
            assert len(resident) <= 2
            assert max(resident, default=0) <= 512


class TestEnd:
    def test_closing_leaves_no_process(self, tmp_path, pressed):
        made = pressed()
        at_once(2, lambda number: make(tmp_path, f"number {number}"))
        there = made.processes
        made.close()
        assert there
        assert all(map(gone, there))
        assert make(tmp_path).startswith(b"%PDF")  # from here on in this process

    @pytest.mark.parametrize("how", ["pass", "os.kill(os.getpid(), 9)"])
    def test_a_child_does_not_outlive_its_process(self, how):
        """Neither an orderly end nor kill -9 leaves anything behind."""
        script = f"""
import os, sys
from pathlib import Path
from mlcanvas.typeset import fonts
from mlcanvas.typeset.press import Limits, Press
made = Press(Limits())
made.warm(fonts(Path({str(ours().folders[0])!r})).folders)
print(*made.processes, flush=True)
{how}
"""
        done = subprocess.run(
            [sys.executable, "-c", script],
            cwd=press.PROGRAM.parent,
            stdout=subprocess.PIPE,
            text=True,
            check=False,
            timeout=60,
        )
        (process,) = map(int, done.stdout.split())
        assert until(lambda: gone(process) or _zombie(process))

    @pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
    def test_a_fork_leaves_the_children_of_its_parent_alone(self, tmp_path, pressed):
        made = pressed()
        make(tmp_path)
        there = made.processes
        forked = os.fork()
        if not forked:
            with suppress(BaseException):
                os._exit(0 if made.processes == [] and made._idle == [] else 1)
            os._exit(2)
        _process, status = os.waitpid(forked, 0)
        assert os.waitstatus_to_exitcode(status) == 0
        assert make(tmp_path, "another").startswith(b"%PDF")
        assert made.processes == there


def _zombie(process):
    """Ended, and not yet fetched by the process that orphans belong to: that one is none of ours."""
    with suppress(OSError):
        return ") Z " in Path(f"/proc/{process}/stat").read_text(encoding="utf-8")
    return True


class TestWithout:
    def test_where_no_child_can_be_started_documents_are_made_here(self, tmp_path, pressed, monkeypatch):
        made = pressed()
        monkeypatch.setattr(press.sys, "executable", str(tmp_path / "no-python"))
        assert make(tmp_path).startswith(b"%PDF")
        assert made.processes == []

    def test_neither_where_it_ends_at_once(self, tmp_path, pressed, monkeypatch, caplog):
        made = pressed()
        monkeypatch.setattr(press.sys, "executable", "/bin/false")
        assert make(tmp_path).startswith(b"%PDF")
        assert made.processes == []
        assert "no child for documents can be started" in caplog.text

    def test_it_is_not_tried_for_each_document(self, tmp_path, pressed, monkeypatch, caplog):
        pressed()
        monkeypatch.setattr(press.sys, "executable", "/bin/false")
        make(tmp_path)
        make(tmp_path, "another")
        assert caplog.text.count("can be started") == 1
