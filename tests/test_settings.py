"""Settings come from the environment, and a wrong one stops the start."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mlcanvas.sqlite import may_use_wal, pragmas

ROOT = Path(__file__).parent.parent


def start(tmp_path, **variables):
    """What `manage.py check` says with these variables."""
    clean = {
        name: value for name, value in os.environ.items() if not name.startswith("MLCANVAS_") and name != "DATABASE_URL"
    }
    return subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env={
            **clean,
            "DJANGO_SETTINGS_MODULE": "mlcanvas.settings",
            "MLCANVAS_DATA_DIR": str(tmp_path / "data"),
            **variables,
        },
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_wrong_variable_is_named_at_once_and_nothing_starts(tmp_path):
    done = start(
        tmp_path,
        MLCANVAS_PRODUCTION="true",
        MLCANVAS_DEBUG="maybe",
        MLCANVAS_LOG_LEVEL="LOUD",
        MLCANVAS_SECRET_KEY="short",
        MLCANVAS_HOSTS="*",
        MLCANVAS_TIME_ZONE="Mars/Olympus",
        DATABASE_URL="mysql-ish://nowhere",
        MLCANVAS_MAIL_PORT="many",
    )
    assert done.returncode == 1
    for name in (
        "MLCANVAS_DEBUG",
        "MLCANVAS_LOG_LEVEL",
        "MLCANVAS_SECRET_KEY",
        "MLCANVAS_HOSTS",
        "MLCANVAS_MAIL_PORT",
        "MLCANVAS_TIME_ZONE",
        "DATABASE_URL",
    ):
        assert f"- {name}: " in done.stderr
    assert "Traceback" not in done.stderr


def test_a_secret_file_that_is_not_there_is_named(tmp_path):
    done = start(tmp_path, MLCANVAS_SECRET_KEY_FILE=str(tmp_path / "nothing"))
    assert done.returncode == 1
    assert "MLCANVAS_SECRET_KEY_FILE: there is no file" in done.stderr


def test_a_laptop_needs_no_settings_and_gets_one_secret_of_its_own(tmp_path):
    assert start(tmp_path).returncode == 0
    secret = tmp_path / "data" / "secret-key"
    first = secret.read_text()
    assert len(first) >= 50
    assert secret.stat().st_mode & 0o077 == 0
    assert start(tmp_path).returncode == 0
    assert secret.read_text() == first


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 0), False),
        ((3, 46, 1), False),
        ((3, 50, 4), False),
        ((3, 50, 7), True),
        ((3, 51, 0), False),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 52, 0), False),
        ((3, 53, 1), True),
    ],
)
def test_wal_only_where_sqlite_is_free_of_the_reset_bug(version, safe):
    assert may_use_wal(version) is safe
    assert ("journal_mode=WAL" in pragmas(version)) is safe
    assert ("synchronous=FULL" in pragmas(version)) is safe
    assert ("synchronous=EXTRA" in pragmas(version)) is not safe
