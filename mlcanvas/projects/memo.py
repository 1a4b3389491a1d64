"""Reads that several parts ask for in one look at a project, made once.

A snapshot asks every part for its content and its results, and the results of one rest on those of others: the same
metrics, facts and estimate would be read three to five times.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

Given = ParamSpec("Given")
Found = TypeVar("Found")

_known: ContextVar[dict[Any, Any] | None] = ContextVar("known", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    """Within, what a `remembered` selector found stays known. Nothing may be written within, by this thread.

    A look within another one shares what the outer one knows.
    """
    if _known.get() is not None:
        yield
        return
    token = _known.set({})
    try:
        yield
    finally:
        _known.reset(token)


def remembered(read: Callable[Given, Found]) -> Callable[Given, Found]:
    """A selector that is asked once for the same thing while somebody is `remembering`, and always otherwise.

    Its arguments are rows or plain values; a row is the same as another one with its primary key.
    """

    @wraps(read)
    def reading(*args: Given.args, **kwargs: Given.kwargs) -> Found:
        known = _known.get()
        if known is None:
            return read(*args, **kwargs)
        asked = (read, args, tuple(sorted(kwargs.items())))
        if asked not in known:
            known[asked] = read(*args, **kwargs)
        found: Found = known[asked]
        # Whoever adds to a dictionary adds to their own.
        return type(found)(found) if isinstance(found, dict) else found

    return reading
