"""What makes thousands of tests take less time, and changes nothing that they see."""

import gc


def pytest_collection_finish() -> None:
    """Lets the collector leave alone what lives as long as the run: the code, the tests, the catalogue."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)
