"""The facts of the product, from `facts.toml`."""

from functools import cache

from mlcanvas.catalog.reading import Mistake, read
from mlcanvas.domain.facts import FactDefinition, FactsFile


@cache
def facts() -> dict[str, FactDefinition]:
    """Every fact by its key, in the order of the file. Raises Mistake for a definition that contradicts itself."""
    found: dict[str, FactDefinition] = {}
    for fact in read("facts.toml", FactsFile).fact:
        place = f"facts.toml: {fact.key}"
        if fact.key in found:
            raise Mistake(f"{place}: this key is defined twice")
        if (fact.kind == "choice") != bool(fact.options):
            raise Mistake(f"{place}: options belong to a choice, and a choice needs them")
        if len({option.key for option in fact.options}) != len(fact.options):
            raise Mistake(f"{place}: an option is defined twice")
        if (fact.kind == "record") != bool(fact.fields):
            raise Mistake(f"{place}: fields belong to a record, and a record needs them")
        found[fact.key] = fact
    return found
