"""One spelling for one content, so that equal content has an equal digest on every database."""

import hashlib
import json
import math
from typing import Any


def canonical(value: Any) -> Any:
    """`value` with integral floats as integers and mappings in key order.

    PostgreSQL keeps `1.0` in JSON and SQLite may give back `1`: both are written as `1`. From 2**53 on, where JSON
    numbers are no longer exact, it is the other way round: PostgreSQL turns `1e300` into 301 digits, so both are
    written as the float. Raises ValueError for NaN, for infinity, and for anything that JSON does not know.
    """
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, (int, float)):
        return _number(value)
    if isinstance(value, dict):
        found = {str(key): canonical(item) for key, item in value.items()}
        if len(found) < len(value):
            raise ValueError("two keys have one spelling")
        return dict(sorted(found.items()))
    if isinstance(value, (list, tuple)):
        return [canonical(item) for item in value]
    raise ValueError(f"{type(value).__name__} has no canonical form")


def _number(value: float) -> int | float:
    try:
        real = float(value)
    except OverflowError as error:
        raise ValueError("a number must be finite") from error
    if not math.isfinite(real):
        raise ValueError("a number must be finite")
    return int(value) if real.is_integer() and abs(real) < 2**53 else real


def canonical_json(value: Any) -> str:
    """`value` as compact JSON with sorted keys; characters outside ASCII are written as they are."""
    return json.dumps(canonical(value), ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False)


def digest(value: Any) -> str:
    """SHA-256 of the canonical JSON of `value`, in hexadecimal."""
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()
