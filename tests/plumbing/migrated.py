"""A migrated SQLite database that is made once and copied by every process that tests.

The migrations themselves are still run: by the process that makes it, on PostgreSQL, and by the tests of commands.
"""

import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]


def _what_it_depends_on() -> str:
    found = hashlib.sha256(sys.version.encode())
    for file in [ROOT / "requirements.txt", *sorted((ROOT / "mlcanvas").rglob("migrations/*.py"))]:
        found.update(f"{file.relative_to(ROOT)}\n".encode() + file.read_bytes())
    return found.hexdigest()[:20]


def migrated() -> Path:
    """The database, made if it is not there yet."""
    ready = Path(tempfile.gettempdir()) / f"mlcanvas-migrated-{os.getuid()}-{_what_it_depends_on()}.sqlite3"
    if ready.exists():
        return ready
    with tempfile.TemporaryDirectory(prefix="mlcanvas-migrated-") as folder:
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "MLCANVAS_"))
        }
        environment |= {"DJANGO_SETTINGS_MODULE": "mlcanvas.settings", "MLCANVAS_DATA_DIR": folder}
        subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=environment, check=True)
        (made,) = Path(folder).glob("*.sqlite3")
        whole = Path(folder) / "whole"
        with sqlite3.connect(made) as source, sqlite3.connect(whole) as target:
            source.backup(target)
        source.close()
        target.close()
        # Two runs that begin at once make two; the last one stands, and they are the same.
        shutil.copyfile(whole, half := ready.with_suffix(f".{os.getpid()}"))
        half.replace(ready)
    return ready


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_modify_db_settings: None) -> bool:
    """On SQLite the database of the tests is there already, as a copy: it is kept, and has nothing to migrate."""
    database = settings.DATABASES["default"]
    if not database["ENGINE"].endswith("sqlite3"):
        return False
    shutil.copyfile(migrated(), database["TEST"]["NAME"])
    return True


def pytest_configure(config: pytest.Config) -> None:
    """Before the workers begin, so that it is made once."""
    if not hasattr(config, "workerinput") and os.environ.get("TESTS_ON") != "server":
        migrated()
