"""What changed between two texts: line by line, inside a changed line sentence by sentence, inside that word by word.

The steps keep it quick (words are compared only where something changed) and legible (a line that was written anew is
shown as one removal and one addition, not as a confetti of words).
"""

import re
from bisect import bisect_left
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import accumulate, groupby


class Sort(StrEnum):
    """What became of a run of text."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Run:
    """Characters with one fate."""

    sort: Sort
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line, without its end: in the text before, in the text after, or a form of it in both."""

    runs: tuple[Run, ...]
    in_before: bool = True
    in_after: bool = True

    @property
    def before(self) -> str:
        """The line as it was."""
        return "".join(run.text for run in self.runs if run.sort is not Sort.ADDED)

    @property
    def after(self) -> str:
        """The line as it is."""
        return "".join(run.text for run in self.runs if run.sort is not Sort.REMOVED)

    @property
    def changed(self) -> bool:
        """Whether the two texts differ here."""
        return not (self.in_before and self.in_after) or any(run.sort is not Sort.SAME for run in self.runs)

    @property
    def rewritten(self) -> bool:
        """Whether it is in both texts and no word of it stayed."""
        return self.in_before and self.in_after and self.changed and all(run.sort is not Sort.SAME for run in self.runs)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Neighbouring lines for one glance; `count` of them, in both texts where they are in both.

    `kind` is `same`, `folded` (the same, and far from any change), `removed`, `added`, `rewritten` (all that stood
    there, then all that stands there), or `changed`: a single line, word by word.
    """

    kind: str
    runs: tuple[Run, ...]
    count: int = 1

    @property
    def text(self) -> str:
        """All the characters in it."""
        return "".join(run.text for run in self.runs)

    @property
    def before(self) -> tuple[Run, ...]:
        """What stood there."""
        return tuple(run for run in self.runs if run.sort is not Sort.ADDED)

    @property
    def after(self) -> tuple[Run, ...]:
        """What stands there."""
        return tuple(run for run in self.runs if run.sort is not Sort.REMOVED)


@dataclass(frozen=True, slots=True)
class Difference:
    """Two texts line by line: the sides, put together, are exactly the texts."""

    lines: tuple[Line, ...]

    @property
    def before(self) -> str:
        """The text before."""
        return "\n".join(line.before for line in self.lines if line.in_before)

    @property
    def after(self) -> str:
        """The text after."""
        return "\n".join(line.after for line in self.lines if line.in_after)

    @property
    def changed(self) -> bool:
        """Whether the texts differ at all."""
        return any(line.changed for line in self.lines)

    @property
    def words_added(self) -> int:
        """How many words the text gained."""
        return self._words(Sort.ADDED)

    @property
    def words_removed(self) -> int:
        """How many words the text lost."""
        return self._words(Sort.REMOVED)

    def _words(self, sort: Sort) -> int:
        return sum(len(run.text.split()) for line in self.lines for run in line.runs if run.sort is sort)

    def stretches(self, context: int = 2) -> tuple[Stretch, ...]:
        """The lines gathered for reading. `context` lines beside a change stay open; a fold hides at least three."""
        found: list[Stretch] = []
        for kind, group in groupby(self.lines, key=_kind):
            lines = list(group)
            before, after = [line.before for line in lines], [line.after for line in lines]
            if kind == "same":
                first, last = lines[0] is self.lines[0], lines[-1] is self.lines[-1]
                found += _folded(after, 0 if first else context, 0 if last else context)
            elif kind == "changed":
                found += [Stretch("changed", line.runs) for line in lines]
            elif kind == "rewritten":
                runs = (Run(Sort.REMOVED, "\n".join(before)), Run(Sort.ADDED, "\n".join(after)))
                found.append(Stretch("rewritten", runs, len(lines)))
            elif kind == "removed":
                found.append(_gathered(kind, Sort.REMOVED, before))
            else:
                found.append(_gathered(kind, Sort.ADDED, after))
        return tuple(found)


def difference(before: str, after: str) -> Difference:
    """What became of each line and word of `before` on the way to `after`."""
    return Difference(tuple(_lines(before, after)))


def same_items(before: Sequence[str], after: Sequence[str]) -> list[tuple[int, int]]:
    """The pairs (place before, place after) of items that stayed, both places ascending."""
    return [
        (first + step, second + step) for first, second, length in _matches(before, after) for step in range(length)
    ]


# ---- lines ----------------------------------------------------------------------------------------------------------


def split(text: str) -> list[str]:
    """The lines of a text without their ends; an empty text has none."""
    return text.split("\n") if text else []


def _lines(before: str, after: str) -> Iterator[Line]:
    old, new = split(before), split(after)
    for kind, (i1, i2), (j1, j2) in _opcodes(old, new):
        if kind is Sort.SAME:
            yield from (_plain(line, Sort.SAME) for line in old[i1:i2])
        else:
            yield from _changed_lines(old[i1:i2], new[j1:j2])


def _plain(text: str, sort: Sort) -> Line:
    runs = (Run(sort, text),) if text else ()
    return Line(runs, in_before=sort is not Sort.ADDED, in_after=sort is not Sort.REMOVED)


def _changed_lines(old: list[str], new: list[str]) -> Iterator[Line]:
    """Lines that are not the same: those with enough words in common side by side, the others as they come."""
    i = j = 0
    for i2, j2 in [*_pairs(old, new), (len(old), len(new))]:
        yield from _unlike(old[i:i2], new[j:j2])
        if i2 < len(old):
            yield Line(_inside(old[i2], new[j2]))
        i, j = i2 + 1, j2 + 1


def _unlike(old: list[str], new: list[str]) -> Iterator[Line]:
    """Lines without anything in common: one beside the other as long as both have some."""
    both = min(len(old), len(new))
    for one, other in zip(old[:both], new[:both], strict=True):
        if one and other:
            yield Line((Run(Sort.REMOVED, one), Run(Sort.ADDED, other)))
        else:
            yield _plain(one, Sort.REMOVED)
            yield _plain(other, Sort.ADDED)
    yield from (_plain(line, Sort.REMOVED) for line in old[both:])
    yield from (_plain(line, Sort.ADDED) for line in new[both:])


# Below this share of common words, two lines are two lines and not two forms of one.
_LIKE = 0.4
# From this share on, where as many lines came as went, the line in the same place is not looked for elsewhere.
_SURELY = 0.7
# A word in more lines than this says nothing about which lines belong together.
_COMMON = 8


def _pairs(old: list[str], new: list[str]) -> list[tuple[int, int]]:
    """Which changed lines are two forms of one line, both places ascending."""
    words_before, words_after = [_words(line) for line in old], [_words(line) for line in new]
    where: dict[str, list[int]] = {}
    for place, words in enumerate(words_after):
        for word in words:
            where.setdefault(word, []).append(place)
    candidates: list[tuple[int, int, float]] = []
    for i, words in enumerate(words_before):
        if len(old) == len(new) and (like := _likeness(words, words_after[i])) >= _SURELY:
            candidates.append((i, i, like))
            continue
        near = {j for word in words if len(where.get(word, ())) <= _COMMON for j in where.get(word, ())}
        scored = [(i, j, like) for j in sorted(near) if (like := _likeness(words, words_after[j])) >= _LIKE]
        # Of one line, the few best: a list of look-alikes must not cost its length squared.
        candidates += sorted(sorted(scored, key=lambda found: -found[2])[:4], key=lambda found: found[1])
    return _heaviest_chain(candidates)


def _words(line: str) -> Counter[str]:
    return Counter(_WORD.findall(line))


def _likeness(words: Counter[str], others: Counter[str]) -> float:
    """0 to 1: the share of words in common."""
    total = words.total() + others.total()
    if not total:
        return 0.0
    small, large = (words, others) if len(words) <= len(others) else (others, words)
    return 2 * sum([min(count, large[word]) for word, count in small.items() if word in large]) / total


def _heaviest_chain(candidates: list[tuple[int, int, float]]) -> list[tuple[int, int]]:
    """Of scored pairs, ordered by their first place, the ascending chain with the greatest sum."""
    # For each chain that is best up to its last second place: that place, its sum, and its last candidate.
    ends: list[int] = []
    sums: list[float] = []
    lasts: list[int] = []
    back: dict[int, int] = {}
    for _first, group in groupby(range(len(candidates)), key=lambda number: candidates[number][0]):
        # All of one first place against the state before it, so that it is used once.
        additions = []
        for number in group:
            _i, j, like = candidates[number]
            at = bisect_left(ends, j)
            if at:
                back[number] = lasts[at - 1]
            additions.append((j, like + (sums[at - 1] if at else 0.0), number))
        for j, total, number in additions:
            at = bisect_left(ends, j + 1)
            if at and sums[at - 1] >= total:
                continue
            at = bisect_left(ends, j)
            while at < len(ends) and sums[at] <= total:
                del ends[at], sums[at], lasts[at]
            ends.insert(at, j)
            sums.insert(at, total)
            lasts.insert(at, number)
    found: list[tuple[int, int]] = []
    number = lasts[-1] if lasts else -1
    while number >= 0:
        found.append(candidates[number][:2])
        number = back.get(number, -1)
    return found[::-1]


# ---- inside a line --------------------------------------------------------------------------------------------------

# Letters of scripts that write without spaces are words of their own; punctuation is, too; everything else between
# spaces holds together, so that no mark leaves its letter and no emoji falls apart.
_SOLID = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_POINTS = "!-/:-@[-`{-~¡¿«»\u2010-\u2027\u2030-\u205e\u3000-\u303f\uff01-\uff0f\uff1a-\uff20"
_MARKS = (
    "\u0300-\u036f\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u102b-\u103e\u17b4-\u17d3\u200d\u20d0-\u20ff\u3099\u309a"
    "\ufe00-\ufe0f\U000e0100-\U000e01ef"
)
_WORD = re.compile(rf"[{_SOLID}{_POINTS}][{_MARKS}]*|[^\s{_SOLID}{_POINTS}]+")
_SPACED = re.compile(rf"(\s*)({_WORD.pattern}|\Z)")
_SENTENCE = re.compile(r"[^.!?;]+(?:[.!?;]+\s*|\Z)|[.!?;]+\s*")
# A line with fewer characters than this is compared by words at once.
_LONG = 300
# A common word this short between two changes is no landmark for a reader: it goes with them.
_SHORT = 3


def _inside(old: str, new: str) -> tuple[Run, ...]:
    """The runs of a changed line."""
    if min(len(old), len(new)) < _LONG:
        return _gather(_by_words(old, new))
    old_sentences, new_sentences = _SENTENCE.findall(old), _SENTENCE.findall(new)
    runs: list[Run] = []
    for kind, (i1, i2), (j1, j2) in _opcodes(old_sentences, new_sentences):
        one, other = "".join(old_sentences[i1:i2]), "".join(new_sentences[j1:j2])
        runs += [Run(Sort.SAME, one)] if kind is Sort.SAME else _by_words(one, other)
    return _gather(runs)


def _by_words(old: str, new: str) -> list[Run]:
    """Words are compared without the spaces before them; a space that differs is a change of its own."""
    first, second = _SPACED.findall(old), _SPACED.findall(new)
    runs: list[Run] = []
    kept = 0
    for kind, (i1, i2), (j1, j2) in _opcodes([word for _space, word in first], [word for _space, word in second]):
        if kind is Sort.SAME:
            kept += i2 - i1
            runs += _same_words(first[i1:i2], second[j1:j2])
        else:
            runs += [Run(Sort.REMOVED, _text(first[i1:i2])), Run(Sort.ADDED, _text(second[j1:j2]))]
    if kept * 4 < min(len(first), len(second)):
        # Almost nothing stayed: the few common words would only be in the way of reading.
        return [Run(Sort.REMOVED, old), Run(Sort.ADDED, new)]
    return runs


def _text(tokens: list[tuple[str, str]]) -> str:
    return "".join([space + word for space, word in tokens])


def _same_words(old: list[tuple[str, str]], new: list[tuple[str, str]]) -> list[Run]:
    if old == new:
        return [Run(Sort.SAME, _text(old))]
    runs = []
    for (space_before, word), (space_after, _word) in zip(old, new, strict=True):
        if space_before == space_after:
            runs.append(Run(Sort.SAME, space_before + word))
        else:
            runs += [Run(Sort.REMOVED, space_before), Run(Sort.ADDED, space_after), Run(Sort.SAME, word)]
    return runs


def _gather(runs: list[Run]) -> tuple[Run, ...]:
    """Neighbouring runs of one sort as one, each change as one removal and one addition."""
    found: list[Run] = []
    same = removed = added = ""
    for run in runs:
        if run.sort is Sort.SAME:
            same += run.text
        elif run.text:
            if same and (removed or added) and len(same.strip()) <= _SHORT:
                removed, added, same = removed + same, added + same, ""
            elif same:
                found += _written(removed, added)
                found.append(Run(Sort.SAME, same))
                removed = added = same = ""
            if run.sort is Sort.REMOVED:
                removed += run.text
            else:
                added += run.text
    found += _written(removed, added)
    found.append(Run(Sort.SAME, same))
    return tuple(
        Run(sort, "".join([run.text for run in group]))
        for sort, group in groupby([run for run in found if run.text], key=lambda run: run.sort)
    )


def _written(removed: str, added: str) -> list[Run]:
    """A change; the space that both sides begin with stays."""
    start = len(removed) - len(removed.lstrip())
    if not added.startswith(removed[:start]):
        start = 0
    return [Run(Sort.SAME, removed[:start]), Run(Sort.REMOVED, removed[start:]), Run(Sort.ADDED, added[start:])]


# ---- the same items of two sequences --------------------------------------------------------------------------------

# How many comparisons one search may cost: about 10 ms. What is left is matched by what is unique on both sides.
_PURSE = 100_000

_Span = tuple[int, int]


def _opcodes(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[Sort, _Span, _Span]]:
    """SAME spans and, between them, spans that differ (named REMOVED, whatever they hold)."""
    i = j = 0
    for first, second, length in [*_matches(old, new), (len(old), len(new), 0)]:
        if i < first or j < second:
            yield Sort.REMOVED, (i, first), (j, second)
        if length:
            yield Sort.SAME, (first, first + length), (second, second + length)
        i, j = first + length, second + length


def _matches(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int, int]]:
    """(place before, place after, length) of what stayed, ascending: difflib's, as far as the purse allows."""
    head = 0
    most = min(len(old), len(new))
    while head < most and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < most - head and old[len(old) - 1 - tail] == new[len(new) - 1 - tail]:
        tail += 1
    middle = _middle(old[head : len(old) - tail], new[head : len(new) - tail])
    found = [(0, 0, head)] if head else []
    found += [(first + head, second + head, length) for first, second, length in middle]
    if tail:
        found.append((len(old) - tail, len(new) - tail, tail))
    return found


def _middle(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int, int]]:
    if not old or not new:
        return []
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    places = Counter(new)
    # The cost of looking for the longest match in old[i1:i2].
    cost = list(accumulate((1 + places[item] for item in old), initial=0))
    purse = _PURSE
    found: list[tuple[int, int, int]] = []
    waiting = deque([(0, len(old), 0, len(new))])
    while waiting:
        i1, i2, j1, j2 = waiting.popleft()
        purse -= cost[i2] - cost[i1]
        if purse < 0:
            found += [(i1 + i, j1 + j, length) for i, j, length in _by_unique(old[i1:i2], new[j1:j2])]
            continue
        i, j, length = matcher.find_longest_match(i1, i2, j1, j2)
        if not length:
            continue
        found.append((i, j, length))
        if i1 < i and j1 < j:
            waiting.append((i1, i, j1, j))
        if i + length < i2 and j + length < j2:
            waiting.append((i + length, i2, j + length, j2))
    return sorted(found)


def _by_unique(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int, int]]:
    """The longest ascending chain of items that each side has once. Quick for any input, and blind to repetition."""
    counts_old, counts_new = Counter(old), Counter(new)
    places = {item: place for place, item in enumerate(new) if counts_new[item] == 1}
    pairs = [(i, places[item]) for i, item in enumerate(old) if counts_old[item] == 1 and item in places]
    ends: list[int] = []
    tops: list[int] = []
    back: list[int] = []
    for number, (_i, j) in enumerate(pairs):
        at = bisect_left(ends, j)
        back.append(tops[at - 1] if at else -1)
        ends[at : at + 1] = [j]
        tops[at : at + 1] = [number]
    found: list[tuple[int, int, int]] = []
    number = tops[-1] if tops else -1
    while number >= 0:
        found.append((*pairs[number], 1))
        number = back[number]
    return found[::-1]


# ---- for reading ----------------------------------------------------------------------------------------------------


def _kind(line: Line) -> str:
    if not line.in_after:
        return "removed"
    if not line.in_before:
        return "added"
    return "rewritten" if line.rewritten else "changed" if line.changed else "same"


def _gathered(kind: str, sort: Sort, lines: list[str]) -> Stretch:
    return Stretch(kind, (Run(sort, "\n".join(lines)),), len(lines))


def _folded(lines: list[str], head: int, tail: int) -> list[Stretch]:
    if len(lines) - head - tail < 3:
        return [_gathered("same", Sort.SAME, lines)]
    parts = (("same", lines[:head]), ("folded", lines[head : len(lines) - tail]), ("same", lines[len(lines) - tail :]))
    return [_gathered(kind, Sort.SAME, part) for kind, part in parts if part]
