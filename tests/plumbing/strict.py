"""What runs, and that nothing is left out in silence: `--full`, and no skipped test where CI=true."""

import os
import zlib
from collections.abc import Generator

import pytest

CI = os.environ.get("CI", "").lower() in {"true", "1"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full", action="store_true", help="run the tests of the long size too")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--full") or "full" in config.getoption("markexpr"):
        return
    left = {item for item in items if item.get_closest_marker("full") or _is_other_pair(item) or _is_the_same(item)}
    left |= _beyond_enough([item for item in items if item not in left])
    if _on_postgres():
        left |= _beyond_a_sample([item for item in items if item not in left])
    if left:
        config.hook.pytest_deselected(items=list(left))
        items[:] = [item for item in items if item not in left]


def _is_other_pair(item: pytest.Item) -> bool:
    """Whether a page is looked at in one more pair of language and theme.

    One pair for each test, English in the light theme for some and Portuguese in the dark one for the others, so that
    each of the four is looked at; all pairs are of the long size.
    """
    asked = getattr(getattr(item, "callspec", None), "params", {})
    if not item.get_closest_marker("browser") or not {"language", "dark"} <= set(asked):
        return False
    english, light = not str(asked["language"]).lower().startswith("pt"), not asked["dark"]
    first = zlib.crc32(item.nodeid.partition("[")[0].encode()) % 2 == 0
    return (english, light) != (first, first)


def _is_the_same(item: pytest.Item) -> bool:
    """Whether the run on the other database says the same of this test, or more.

    On PostgreSQL that is so when it asks no database; when it is about what becomes of the rows (`any_database`); and
    when it is a further case of a test: cases differ in what is sent, which is looked at before any database is asked,
    and `tests/web/test_hostile_forms.py` sends all that a database could choke on. That in turn is asked of PostgreSQL
    alone, which takes less (`strict_database`). The long size runs all of it on both.
    """
    if not _on_postgres():
        return item.get_closest_marker("strict_database") is not None
    if not _asks_a_database(item):
        return True
    further = any(getattr(getattr(item, "callspec", None), "indices", {}).values())
    return further or item.get_closest_marker("any_database") is not None


ENOUGH, SAMPLE = 5, 8
"""How many cases of a test, and of tests of a file, the short size takes."""


def _beyond_enough(items: list[pytest.Item]) -> set[pytest.Item]:
    """Of each test that asks a database, the cases beyond five that lie evenly among all; of one in the browser, those
    beyond a single one. The long size runs them all."""
    cases: dict[str, list[pytest.Item]] = {}
    for item in items:
        if _asks_a_database(item):
            cases.setdefault(item.nodeid.partition("[")[0], []).append(item)
    found: set[pytest.Item] = set()
    for name, several in cases.items():
        count, enough = len(several), 1 if several[0].get_closest_marker("browser") else ENOUGH
        if count > enough:
            # Which one is kept differs from test to test, and is the same in every run.
            first = zlib.crc32(name.encode()) % count if enough == 1 else 0
            kept = {(first + step * count // enough) % count for step in range(enough)}
            ordered = sorted(several, key=lambda item: item.nodeid)
            found |= {item for place, item in enumerate(ordered) if place not in kept}
    return found


def _beyond_a_sample(items: list[pytest.Item]) -> set[pytest.Item]:
    """Of each file, the tests beyond eight that lie evenly among all.

    A test that needs real transactions, or is meant for this database, always runs. The long size runs all of them.
    """
    files: dict[str, list[pytest.Item]] = {}
    for item in items:
        mark = item.get_closest_marker("django_db")
        if not (mark and mark.kwargs.get("transaction")) and not item.get_closest_marker("strict_database"):
            files.setdefault(item.nodeid.partition("::")[0], []).append(item)
    found: set[pytest.Item] = set()
    for tests in files.values():
        ordered, count = sorted(tests, key=lambda item: item.nodeid), len(tests)
        kept = {step * count // SAMPLE for step in range(SAMPLE)} if count > SAMPLE else set(range(count))
        found |= {item for place, item in enumerate(ordered) if place not in kept}
    return found


def _on_postgres() -> bool:
    return os.environ.get("DATABASE_URL", "").startswith("postgres")


def _asks_a_database(item: pytest.Item) -> bool:
    asked = {"db", "transactional_db", "django_db_setup", "live_server"} & set(getattr(item, "fixturenames", ()))
    return bool(asked) or item.get_closest_marker("django_db") is not None


def _refuse_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    if CI and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.outcome = "failed"
        report.longrepr = f"Nothing may be skipped with CI=true. {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    _refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _refuse_skip(report)
    return report
