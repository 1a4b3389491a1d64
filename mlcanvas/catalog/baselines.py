"""The kinds of baseline, from `baselines.toml`."""

from functools import cache

from mlcanvas.catalog.reading import Mistake, read
from mlcanvas.domain.baseline import BaselineKinds

_FILE = "baselines.toml"


@cache
def baseline_kinds() -> BaselineKinds:
    """The kinds and the answers to "comparable?". Raises Mistake for a key given twice or an answer without a rule."""
    kinds = read(_FILE, BaselineKinds)
    check(kinds)
    return kinds


def check(kinds: BaselineKinds) -> None:
    """What the types of the definition cannot say. Raises Mistake."""
    seen: set[str] = set()
    for kind in kinds.kinds:
        if kind.key in seen:
            raise Mistake(f"{_FILE}: kind {kind.key!r}: this key is given twice")
        seen.add(kind.key)
    if [choice.key for choice in kinds.comparable] != ["yes", "partly", "no"]:
        raise Mistake(f"{_FILE}: comparable: must be yes, partly, no")
    for role in ("rule", "human", "ceiling"):
        if all(kind.role != role for kind in kinds.kinds):
            raise Mistake(f"{_FILE}: kinds: none has the role {role!r}")
