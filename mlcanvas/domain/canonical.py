"""One spelling for one content, so that equal content has an equal digest on every database."""

import hashlib
import json
import math
from typing import Any


def canonical(value: Any) -> Any:
    """`value` with integral floats as integers and mappings in key order.

    PostgreSQL keeps `1.0` in JSON and SQLite may give back `1`: both are written as `1`. Raises ValueError for NaN,
    for infinity, and for anything that JSON does not know.
    """
    if value is None or isinstance(value, (bool, str, int)):
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError("a number must be finite")
        return int(value) if value.is_integer() and abs(value) < 2**53 else value
    if isinstance(value, dict):
        return {str(key): canonical(value[key]) for key in sorted(value)}
    if isinstance(value, (list, tuple)):
        return [canonical(item) for item in value]
    raise ValueError(f"{type(value).__name__} has no canonical form")


def canonical_json(value: Any) -> str:
    """`value` as compact JSON with sorted keys; characters outside ASCII are written as they are."""
    return json.dumps(canonical(value), ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False)


def digest(value: Any) -> str:
    """SHA-256 of the canonical JSON of `value`, in hexadecimal."""
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()
