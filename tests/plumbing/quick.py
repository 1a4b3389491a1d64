"""What makes thousands of tests take less time, and changes nothing that they see."""

import gc

from django.core.management.commands import flush


def pytest_configure() -> None:
    """A database that is emptied after a test gets no permissions and content types again: nothing reads them."""
    flush.emit_post_migrate_signal = lambda *_arguments, **_named: None


def pytest_collection_finish() -> None:
    """Lets the collector leave alone what lives as long as the run: the code, the tests, the catalogue."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)
