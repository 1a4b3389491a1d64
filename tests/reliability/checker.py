"""Whether a history lost anything: what people sent and were answered, against what the database says.

A save has three answers: saved, merged, clash. The checker recomputes each merge, and asserts that nobody removed a
line that they had not seen. What breaks a rule is reported with the edits that show it, the shortest report first.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mlcanvas.domain.merge import merge


@dataclass(frozen=True)
class Answer:
    """What a person was told. `version` and `own` are what their field descends from now; `text` is what stands."""

    kind: str
    version: int
    own: bool = False
    text: str = ""
    mine: str = ""


@dataclass(frozen=True)
class Operation:
    """One text that somebody sent. `answer` is None when the connection was cut and nobody asked again."""

    request: str
    who: str
    base: int
    own: bool
    text: str
    answer: Answer | None


@dataclass(frozen=True)
class Edit:
    """One row of the history."""

    version: int
    base: int
    kind: str
    text: str
    sent: str
    who: str
    request: str | None

    def __str__(self) -> str:
        return f"version {self.version} by {self.who}, {self.kind} on top of {self.base}: {self.text!r}"


@dataclass(frozen=True)
class Breach:
    """A broken rule, with the rows that show it."""

    rule: str
    rows: tuple[object, ...]

    def __str__(self) -> str:
        return "\n".join([self.rule, *(f"    {row}" for row in self.rows)])


def breaches(operations: Iterable[Operation], history: Sequence[Edit], final: str, final_version: int) -> list[Breach]:
    """Every broken rule of one text, the one with the shortest proof first."""
    edits = {edit.version: edit for edit in history}
    found = [*_numbers(history, final, final_version)]
    if found:
        return found  # what follows speaks of a history without gaps
    sent = {operation.request: operation for operation in operations}
    for edit in history:
        if edit.request is None or edit.request not in sent:
            found.append(Breach("an edit that nobody sent", (edit,)))
        else:
            found += _edit(edit, sent[edit.request], edits)
    accepted = {edit.request: edit for edit in history}
    for operation in sent.values():
        found += _answer(operation, accepted.get(operation.request), edits)
    return sorted(found, key=lambda breach: (len(breach.rows), sum(len(str(row)) for row in breach.rows)))


def _numbers(history: Sequence[Edit], final: str, final_version: int) -> Iterable[Breach]:
    versions = sorted(edit.version for edit in history)
    if versions != list(range(1, len(history) + 1)):
        yield Breach("versions have a gap or repeat", tuple(versions))
    last = max(history, key=lambda edit: edit.version, default=None)
    if (last.version, last.text) != (final_version, final) if last else (final_version, final) != (0, ""):
        yield Breach("what stands is not the last version", (last, f"version {final_version}: {final!r}"))
    requests = [edit.request for edit in history if edit.request]
    for request in {request for request in requests if requests.count(request) > 1}:
        yield Breach("sent once, stored twice", tuple(edit for edit in history if edit.request == request))


def _edit(edit: Edit, operation: Operation, edits: dict[int, Edit]) -> Iterable[Breach]:
    """The rules of one row, with the operation that it came from."""
    before = _text(edits, edit.version - 1)
    seen = _seen(operation, edits)
    if (edit.sent, edit.base, edit.who) != (operation.text, operation.base, operation.who):
        yield Breach("the history does not hold what was sent", (edit, operation))
    if edit.kind == "edit" and (edit.base != edit.version - 1 or operation.own or edit.text != edit.sent):
        yield Breach("stored as it was sent, although others had written", _rows(edits, edit.base, edit.version))
    if edit.kind == "merge" and edit.text != merge(seen, edit.sent, before):
        yield Breach("this is not the merge of the two", _rows(edits, edit.base, edit.version))
    for line in _lines(before) - _lines(edit.text) - _lines(seen):
        came = max(
            row.version
            for row in edits.values()
            if row.version < edit.version
            and line in _lines(row.text)
            and line not in _lines(_text(edits, row.version - 1))
        )
        yield Breach(f"{line!r} was lost: its remover had seen version {edit.base} only", (edits[came], edit))
    for line in _lines(edit.sent) - _lines(seen) - _lines(edit.text):
        yield Breach(f"{line!r} was acknowledged and never stored", (edit,))


def _answer(operation: Operation, edit: Edit | None, edits: dict[int, Edit]) -> Iterable[Breach]:
    """The rules of one answer, with the row that it came to, if any."""
    answer = operation.answer
    if answer is None:
        return
    if answer.kind == "clash":
        yield from _clash(operation, answer, edit, edits)
    elif edit is not None:
        told = "merged" if edit.text != edit.sent else "saved"
        if (answer.kind, answer.version, answer.own) != (told, edit.version, told == "merged"):
            yield Breach("the answer is not what was stored", (operation, edit))
    else:
        yield from _nothing_new(operation, answer, edits)


def _clash(operation: Operation, answer: Answer, edit: Edit | None, edits: dict[int, Edit]) -> Iterable[Breach]:
    there = [row for row in edits.values() if (row.version, row.text) == (answer.version, answer.text)]
    if edit is not None:
        yield Breach("told as a clash, and stored", (operation, edit))
    elif not there or answer.mine != operation.text:
        yield Breach("a clash without both texts", (operation,))
    elif all(
        # A request whose answer was lost is answered as it was the first time: a clash stays one, also when what came
        # meanwhile could be merged. So it has to be a clash with one of the versions that it can have met.
        merge(_seen(operation, edits), operation.text, _text(edits, version)) is not None
        for version in range(operation.base, answer.version + 1)
    ):
        yield Breach("told as a clash, and could be merged", (operation, there[0]))


def _nothing_new(operation: Operation, answer: Answer, edits: dict[int, Edit]) -> Iterable[Breach]:
    """Acknowledged without a row: it must have been there."""
    seen = _seen(operation, edits)
    later = [row for row in edits.values() if row.version >= operation.base]
    if answer.kind == "saved":
        if _text(edits, answer.version) != operation.text:
            yield Breach("acknowledged and never stored", (operation,))
    elif (answer.version, answer.own) != (operation.base, operation.own):
        yield Breach("nothing was stored, and the field was told to go on from elsewhere", (operation,))
    elif not any(merge(seen, operation.text, row.text) == row.text for row in later):
        yield Breach("acknowledged and never stored", (operation,))


def _seen(operation: Operation, edits: dict[int, Edit]) -> str:
    """The text that the writer had before them when they began to type."""
    if operation.base == 0:
        return ""
    return edits[operation.base].sent if operation.own else edits[operation.base].text


def _text(edits: dict[int, Edit], version: int) -> str:
    return edits[version].text if version else ""


def _lines(text: str) -> set[str]:
    return {line for line in text.split("\n") if line}


def _rows(edits: dict[int, Edit], first: int, last: int) -> tuple[Edit, ...]:
    return tuple(edits[version] for version in sorted({max(first, 1), last - 1, last} - {0}))
