"""The stages and their checkpoints, from `lifecycle.toml`."""

from functools import cache

from mlcanvas.catalog.reading import Mistake, read
from mlcanvas.domain.lifecycle import RULES, Lifecycle, StageKey

NAME = "lifecycle.toml"


@cache
def lifecycle() -> Lifecycle:
    """The lifecycle. Raises Mistake where a stage, a key or a rule does not fit."""
    found = read(NAME, Lifecycle)
    check(found, NAME)
    return found


def check(lifecycle: Lifecycle, name: str) -> None:
    """Raises Mistake when stages are missing, keys repeat, a rule is unknown, or an optional part holds a gate."""
    if [stage.key for stage in lifecycle.stage] != list(StageKey):
        raise Mistake(f"{name}: stage: needs exactly {', '.join(StageKey)}, in this order")
    seen: set[str] = set()
    for stage in lifecycle.stage:
        for part in stage.part:
            for checkpoint in part.checkpoint:
                place = f"{name}: {stage.key}: {part.key}: {checkpoint.key}"
                if checkpoint.key in seen:
                    raise Mistake(f"{place}: this key is used twice")
                if checkpoint.rule and checkpoint.rule not in RULES:
                    raise Mistake(f"{place}: names unknown rule {checkpoint.rule!r}")
                if checkpoint.gate and part.optional:
                    raise Mistake(f"{place}: an optional part holds no gates")
                seen.add(checkpoint.key)
