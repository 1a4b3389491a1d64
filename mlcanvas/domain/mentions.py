"""People named in a text: typed as `@Ana Lima`, stored as a reference to the person, so that a new name follows."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mlcanvas.domain.refusal import Refused

# Between two control characters that nobody types: words that look like a reference never become one.
REFERENCE = re.compile("@\x02([0-9]{1,18})\x03")
_SIGNS = str.maketrans("", "", "\x02\x03")

# What may stand before the @: nothing, a blank, an opening sign. `ana@example.org` and `host/@ana` name nobody.
_BEFORE = r"""(?<![^\s(\[{"'“‘«„¿¡*_~>,;:–—])"""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may be named. `key` is the number that a reference holds."""

    key: int
    name: str
    email: str


def handles(people: Iterable[Person]) -> dict[int, str]:
    """What to type after the @ for each person: the name, or the e-mail address where several have that name."""
    found = list(people)
    counts: dict[str, int] = defaultdict(int)
    for person in found:
        counts[_folded(person.name)] += 1
    return {person.key: person.name if counts[_folded(person.name)] == 1 else person.email for person in found}


def refer(text: str, people: Iterable[Person]) -> tuple[str, tuple[int, ...]]:
    """`text` with a reference in place of each `@name`, and the keys of those who are named, each once.

    The longest name wins. Raises Refused `mention_ambiguous` for a name that several people have.
    """
    text = text.translate(_SIGNS)
    known: dict[str, set[int]] = defaultdict(set)
    for person in people:
        for handle in (person.name, person.email):
            known[_folded(handle)].add(person.key)
    known.pop("", None)
    if not known or "@" not in text:
        return text, ()
    named: dict[int, None] = {}

    def replace(match: re.Match[str]) -> str:
        keys = known.get(_folded(match[1]), set())
        if len(keys) > 1:
            raise Refused("mention_ambiguous", path="text", name=" ".join(match[1].split()))
        for key in keys:
            named[key] = None
            return f"@\x02{key}\x03"
        return match[0]

    return _pattern(known).sub(replace, text), tuple(named)


def spell(text: str, names: Mapping[int, str], missing: str) -> str:
    """`text` with `@name` in place of each reference; `missing` for people that `names` does not hold."""
    return REFERENCE.sub(lambda match: f"@{names.get(int(match[1]), missing)}", text)


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()


def _pattern(known: Iterable[str]) -> re.Pattern[str]:
    # After an address, `.org` of `@ana@example.org` may not be the half of `.org.br`.
    spelled = (
        r"\s+".join(map(re.escape, handle.split())) + (r"(?![.@-]?\w)" if "@" in handle else r"(?!\w)")
        for handle in sorted(known, key=len, reverse=True)
    )
    return re.compile(f"{_BEFORE}@({'|'.join(spelled)})", re.IGNORECASE)
