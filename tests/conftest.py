"""Fixtures for every test. The plumbing is in `tests/plumbing/`."""

from importlib.util import find_spec

pytest_plugins = ["tests.plumbing.strict", "tests.plumbing.quick", "tests.plumbing.migrated", "tests.plumbing.browser"]
if find_spec("tests.fixtures_projects"):
    pytest_plugins.append("tests.fixtures_projects")
