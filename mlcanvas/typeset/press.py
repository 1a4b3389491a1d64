"""Where documents are made: in warm child processes of a web server, and in this process everywhere else.

A document that never ends, takes all memory or breaks Typst then costs a child and never the server. Decided in
docs/decisions/0011-documents-in-a-child-process.md.
"""

import json
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.util import Finalize
from pathlib import Path
from typing import Any

from mlcanvas.typeset import compiling, memory
from mlcanvas.typeset.compiling import NotTypeset, Order

logger = logging.getLogger(__name__)

PROGRAM = Path(__file__).parents[1]
"""Where our templates are: the program itself, which holds nothing of anybody."""

LOOK = 0.1
"""Seconds between two looks at the memory of a child that works."""

LONGEST_START = 20
"""Seconds in which a child must have loaded its fonts."""

PAUSE = 60
"""Seconds without children after one that could not be started."""

_LARGEST = 256 * 2**20
# What a child needs to start at all. It has no address of a database, no secret and no proxy.
_KEPT = (
    *("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "LANG", "LC_ALL", "TMPDIR"),
    *("PYTHONHOME", "PYTHONPATH", "PYTHONPYCACHEPREFIX"),
)


class Stopped(NotTypeset):
    """The document took more time or memory than it may, or its process died. It is not tried again by itself."""


class Crowded(Exception):
    """Too many documents are being made at once: in a moment there is room again."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a document may take. `memory` is resident, in bytes: a child with more of it is replaced after its document,
    and stopped within it at twice as much. Of more than `at_once`, at most `waiting` wait for their turn.
    """

    seconds: float = 20
    memory: int = 512 * 2**20
    at_once: int = 2
    waiting: int = 20


class CannotStart(Exception):
    """There is no child to be had here."""


class _Child:
    """A process with its fonts loaded, for one document at a time."""

    def __init__(self, fonts: tuple[Path, ...], templates: tuple[Path, ...]) -> None:
        """Start it and wait until it is ready. Raises CannotStart."""
        self.fonts = fonts
        said = json.dumps([[str(folder) for folder in folders] for folders in (fonts, templates)])
        command = [sys.executable, "-B", "-m", "mlcanvas.typeset.child", said]
        self.environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
        try:
            self.process = subprocess.Popen(  # noqa: S603
                command,
                cwd=PROGRAM.parent,
                env=self.environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                bufsize=0,
            )
        except (OSError, ValueError) as error:
            raise CannotStart(str(error)) from error
        if self.process.stdin is None or self.process.stdout is None:
            raise CannotStart
        self._orders = Connection(os.dup(self.process.stdin.fileno()), readable=False)
        self._answers = Connection(os.dup(self.process.stdout.fileno()), writable=False)
        self.process.stdin.close()
        self.process.stdout.close()
        self.peak = 0
        self.killed = False
        self.missing: list[str] = []
        try:
            with _watched(self, Limits(seconds=LONGEST_START)):
                self.missing = json.loads(self._answers.recv_bytes())["missing"]
        except (EOFError, OSError, ValueError, Stopped) as error:
            self.end()
            raise CannotStart("it ended before it was ready") from error
        if self.missing:
            logger.info("this system keeps a child for documents not from: %s", ", ".join(self.missing))

    def made(self, order: Order, limits: Limits) -> tuple[bytes, ...]:
        """The pages of `order`. Raises NotTypeset; Stopped when the child is gone."""
        texts = [text.encode() for text in (order.data, *order.inputs.values())]
        try:
            with _watched(self, limits):
                return self._made(_asking(order, limits), texts)
        except (EOFError, OSError, ValueError) as error:
            raise Stopped("the process that made the document died") from error

    def _made(self, asked: dict[str, Any], texts: list[bytes]) -> tuple[bytes, ...]:
        self._orders.send_bytes(json.dumps(asked).encode())
        for text in texts:
            self._orders.send_bytes(text)
        answer = json.loads(self._answers.recv_bytes(_LARGEST))
        self.peak = answer["peak"]
        if "refused" in answer:
            raise NotTypeset(answer["refused"])
        return tuple(self._answers.recv_bytes(_LARGEST) for _ in range(answer["pages"]))

    @property
    def resident(self) -> int:
        """Its memory now, in bytes; the most that it has had where the system does not say."""
        return memory.resident(self.process.pid) or self.peak

    def kill(self) -> None:
        """Stop it at once, whatever it does. Whoever waits for its answer is told that there will be none."""
        self.killed = True
        with suppress(OSError):
            self.process.kill()

    def end(self) -> None:
        """Stop it and leave nothing of it behind, not even a zombie."""
        self.kill()
        self.process.wait()
        self.forget()

    def forget(self) -> None:
        """Close our ends of its pipes."""
        for end in (self._orders, self._answers):
            with suppress(OSError):
                end.close()


def _asking(order: Order, limits: Limits) -> dict[str, Any]:
    """An order as it is sent, before its texts. A child whose parent has died gives itself up a little later."""
    return {
        "template": str(order.template),
        "form": order.form,
        "resolution": order.resolution,
        "made_on": order.made_on and order.made_on.isoformat(),
        "inputs": list(order.inputs),
        "seconds": int(limits.seconds) + 5,
    }


@contextmanager
def _watched(child: _Child, limits: Limits) -> Iterator[None]:
    """Kill `child` when what happens within takes too long or too much. Raises Stopped then."""
    done = threading.Event()
    reasons: list[str] = []

    def watch() -> None:
        ends = time.monotonic() + limits.seconds
        while not done.wait(max(0.0, min(LOOK, ends - time.monotonic()))):
            if time.monotonic() >= ends:
                reasons.append(f"the document was not ready after {limits.seconds:g} s")
            elif child.resident > 2 * limits.memory:
                reasons.append(f"the document took more than {2 * limits.memory // 2**20} MB")
            if reasons:
                child.kill()
                return

    watcher = threading.Thread(target=watch, name="documents", daemon=True)
    watcher.start()
    try:
        yield
    except (EOFError, OSError) as error:
        done.set()
        watcher.join()
        if reasons:
            raise Stopped(reasons[0]) from error
        raise
    finally:
        done.set()
        watcher.join()


class Press:
    """Children that stay warm, and who waits for them."""

    def __init__(self, limits: Limits, templates: tuple[Path, ...] = (PROGRAM,)) -> None:
        """Nothing is started before it is needed. Only templates beneath `templates` can be used."""
        self.limits = limits
        self._templates = templates
        self._room = threading.Condition()
        self._busy = 0
        self._waiting = 0
        self._idle: list[_Child] = []
        self._all: set[_Child] = set()
        self._without_until = 0.0
        self._closed = False
        self._ending = Finalize(self, Press._end_all, args=(self._all,), exitpriority=10)
        os.register_at_fork(after_in_child=self._forked)

    def compiled(self, order: Order) -> tuple[bytes, ...]:
        """The pages of `order`. Raises NotTypeset, Stopped, Crowded."""
        with self._seat():
            try:
                child = self._child(order.fonts)
            except CannotStart:
                return _here(order)
            try:
                made = child.made(order, self.limits)
            except Stopped:
                self._end(child)
                raise
            except NotTypeset:
                self._put_back(child)
                raise
            except BaseException:
                self._end(child)
                raise
            self._put_back(child)
            return made

    def warm(self, fonts: tuple[Path, ...]) -> None:
        """Have a child ready before somebody needs it. Where there can be none, nothing happens."""
        with suppress(CannotStart, Crowded), self._seat():
            self._put_back(self._child(fonts))

    def close(self) -> None:
        """End every child, also those that work."""
        with self._room:
            self._closed = True
            self._idle.clear()
        self._ending()

    @property
    def processes(self) -> list[int]:
        """The numbers of the children that there are."""
        return sorted(child.process.pid for child in list(self._all))

    @contextmanager
    def _seat(self) -> Iterator[None]:
        """One of the places at the press, waited for as long as a document may take. Raises Crowded."""
        with self._room:
            if self._busy >= self.limits.at_once:
                if self._waiting >= self.limits.waiting:
                    raise Crowded
                self._waiting += 1
                try:
                    free = self._room.wait_for(lambda: self._busy < self.limits.at_once, self.limits.seconds)
                finally:
                    self._waiting -= 1
                if not free:
                    raise Crowded
            self._busy += 1
        try:
            yield
        finally:
            with self._room:
                self._busy -= 1
                self._room.notify()

    def _child(self, fonts: tuple[Path, ...]) -> _Child:
        """One that lives and has these fonts. Raises CannotStart."""
        while True:
            with self._room:
                if self._closed or time.monotonic() < self._without_until:
                    raise CannotStart
                child = self._idle.pop() if self._idle else None
            if child is None:
                break
            if child.fonts == fonts and child.process.poll() is None:
                return child
            self._end(child)
        try:
            child = _Child(fonts, self._templates)
        except CannotStart as error:
            logger.warning("no child for documents can be started, so they are made in the server: %s", error)
            self._without_until = time.monotonic() + PAUSE
            raise
        self._all.add(child)
        return child

    def _put_back(self, child: _Child) -> None:
        """Keep it for the next document, unless it has grown too large."""
        with self._room:
            if not child.killed and not self._closed and child.resident <= self.limits.memory:
                self._idle.append(child)
                return
        self._end(child)

    def _end(self, child: _Child) -> None:
        self._all.discard(child)
        child.end()

    @staticmethod
    def _end_all(children: set[_Child]) -> None:
        while children:
            with suppress(KeyError):
                children.pop().end()

    def _forked(self) -> None:
        """A fork of this process has the pipes of children that are not its own: it leaves them alone."""
        self._room = threading.Condition()
        self._busy = self._waiting = 0
        for child in self._all:
            child.process.returncode = 0  # nobody waits for it here
            child.forget()
        self._idle = []
        self._all.clear()


_press: Press | None = None


def use(press: Press | None) -> Press | None:
    """Make documents in the children of `press` from now on, or in this process. Gives back what was used before."""
    global _press
    before, _press = _press, press
    return before


def compiled(order: Order) -> tuple[bytes, ...]:
    """The pages of a document. Raises NotTypeset, Stopped, Crowded."""
    return _press.compiled(order) if _press else _here(order)


def _here(order: Order) -> tuple[bytes, ...]:
    """The pages of a document that this process makes. Raises NotTypeset."""
    try:
        return compiling.compiled(order)
    finally:
        compiling.tidy(order.fonts)
