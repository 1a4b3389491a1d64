"""Real server processes on the database of the tests, which can be killed: `with servers(2) as (first, second)`."""

import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection

from tests.plumbing.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
READY_WITHIN = 10  # s


def _database() -> str:
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()


class Server:
    """One granian process; `application` is what it serves."""

    def __init__(self, application: str = "mlcanvas.wsgi:application") -> None:
        self.application = application
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> float:
        """Returns after how many seconds it answered. Raises AssertionError when it does not in time."""
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"]
        command += ["--port", str(self.port), "--blocking-threads", "4", "--log-level", "error", "--no-access-log"]
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "mlcanvas.settings",
            "DATABASE_URL": _database(),
            # The key that signs sessions is there.
            "MLCANVAS_DATA_DIR": str(settings.DATA_DIR),
            "MLCANVAS_LOG_LEVEL": "ERROR",
        }
        before = time.monotonic()
        self.process = subprocess.Popen([*command, self.application], cwd=ROOT, env=environment, start_new_session=True)
        while time.monotonic() - before < READY_WITHIN:
            assert self.process.poll() is None, f"the server ended with {self.process.returncode}"
            try:
                with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)) as probe:
                    probe.request("GET", "/healthz")
                    if probe.getresponse().status == 200:
                        return time.monotonic() - before
            except OSError:
                time.sleep(0.03)
        raise AssertionError(f"no answer within {READY_WITHIN} s")

    def kill(self) -> None:
        """Ends it and its workers as a power switch would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ends it as a person would."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self.process is not None:
            with suppress(ProcessLookupError):  # it ended by itself
                os.killpg(self.process.pid, how)  # its own group: nothing else is in it
            self.process.wait(timeout=20)
            self.process = None


@contextmanager
def servers(count: int = 1, application: str = "mlcanvas.wsgi:application") -> Iterator[list[Server]]:
    """Running servers, stopped at the end: a database with open connections could not be emptied."""
    started = [Server(application) for _ in range(count)]
    try:
        for server in started:
            server.start()
        yield started
    finally:
        for server in started:
            server.kill()
