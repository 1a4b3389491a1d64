"""The settings under test: the product's own, with a data directory that is thrown away.

The database is a SQLite file there (threads of a test and of the live server each open it, which `:memory:` forbids),
or the server that `tests.plumbing.postgres` started. A DATABASE_URL of the person at the keyboard is never used.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_folder = tempfile.mkdtemp(prefix="mlcanvas-tests-")
atexit.register(shutil.rmtree, _folder, ignore_errors=True)

for _name in [name for name in os.environ if name.startswith("MLCANVAS_") and name != "MLCANVAS_CHROMIUM"]:
    del os.environ[_name]
if os.environ.get("TESTS_ON") != "server":
    os.environ.pop("DATABASE_URL", None)
os.environ |= {"MLCANVAS_DATA_DIR": _folder, "MLCANVAS_LOG_LEVEL": "WARNING"}

from mlcanvas.settings import *  # noqa: E402, F403
from mlcanvas.settings import CACHES, DATABASES  # noqa: E402

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["TEST"] = {"NAME": str(Path(_folder) / "test.sqlite3")}
# Each client of a test would look up all static files again; this way a file is when somebody asks for it.
WHITENOISE_AUTOREFRESH = True
# What one test made is no answer to the next; the tests of what is kept ask for a real one.
CACHES["reports"] = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}
# The real one is slow on purpose.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
