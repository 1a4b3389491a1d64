"""What several tests of reports share."""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import BaseCache, caches


@pytest.fixture
def kept_files(settings: Any) -> Iterator[BaseCache]:
    """Files are kept, unlike what other tests make."""
    place = f"jobs-{uuid.uuid4()}"
    backend = "django.core.cache.backends.locmem.LocMemCache"
    settings.CACHES = settings.CACHES | {"reports": {"BACKEND": backend, "LOCATION": place}}
    yield caches["reports"]
    caches["reports"].clear()
