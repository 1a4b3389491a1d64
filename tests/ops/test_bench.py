"""The measuring command: a line for each piece of work, and no trace in the real database."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.full
@pytest.mark.django_db
def test_bench_prints_a_line_for_each_piece_of_work(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "bench", "--repeat", "2", "--projects", "30"],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "mlcanvas.settings", "MLCANVAS_DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(lines) == 10
    assert {line["database"] for line in lines} == {connection.vendor}
    for line in lines:
        assert 0 < line["p50_ms"] <= line["p95_ms"]
        assert line["queries"] >= 0
        assert line["bytes"] > 0 or line["name"] == "canvas poll, nothing new"
    assert [path.name for path in tmp_path.glob("*.sqlite3")] == []
