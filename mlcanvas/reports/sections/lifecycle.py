"""Lifecycle: stages as a loop, gates, and what people recorded with its evidence."""

from collections.abc import Iterator, Sequence

from mlcanvas import catalog
from mlcanvas.reports.blocks import Block, Cell, Column, Step, Steps, Table
from mlcanvas.reports.reading import Json, Reading, number, rows
from mlcanvas.reports.sections.costs import sentence

# The derived fact `stage` says what was passed; the stage after it is the one that is worked on.
AT = {"scope_open": "scope", "scope_passed": "data", "data_passed": "modelling", "modelling_passed": "deployment"}


def blocks(reading: Reading) -> list[Block]:
    """The stages, their gates, the checkpoints."""
    voice, stages = reading.voice, rows(reading.result("tracker").get("stages"))
    marks = reading.part("tracker").get("checkpoints") or {}
    found: list[Block] = []
    if not marks and not _any_met(reading):
        return found
    if stages:
        found.append(Steps(tuple(_step(reading, stage) for stage in stages), voice("lifecycle.loop")))
    gates = list(_begun(reading, stages))
    if gates:
        found.append(_gates(reading, gates, marks))
    if marks:
        found.append(_checkpoints(reading, marks))
    return found


def missing(reading: Reading) -> list[str]:
    """Nothing at all, neither recorded nor met by what the project says; and the open gates of the present stage."""
    voice, found = reading.voice, []
    if not reading.part("tracker").get("checkpoints") and not _any_met(reading):
        found.append(voice("missing.lifecycle"))
    stage = current(reading)
    open_ = [str(gate.get("key", "")) for gate in rows(stage.get("gates")) if not gate.get("met")]
    if open_:
        values = {"count": len(open_), "stage": label(reading, stage), "names": voice.several(open_)}
        found.append(voice.counted("missing.gates", len(open_), **values))
    return found


def _any_met(reading: Reading) -> bool:
    """Whether a gate is met, by a person or by itself."""
    stages = rows(reading.result("tracker").get("stages"))
    return any(gate.get("met") for stage in stages for gate in rows(stage.get("gates")))


def current(reading: Reading) -> Json:
    """The stage that is worked on, as the results have it; empty when nothing was computed."""
    result = reading.result("tracker")
    stages = rows(result.get("stages"))
    said = str(result.get("stage") or reading.fact.get("stage") or "")
    key = AT.get(said, said)
    named = next((stage for stage in stages if stage.get("key") == key), None)
    if named is not None:
        return named
    waiting = (stage for stage in stages if any(not gate.get("met") for gate in rows(stage.get("gates"))))
    return next(waiting, stages[0] if stages else {})


def label(reading: Reading, stage: Json) -> str:
    """The name of a stage in the report's language."""
    for known in catalog.lifecycle().stage:
        if known.key == stage.get("key"):
            return reading.voice.say(known.label)
    return reading.voice.say(stage.get("label"))


def gates_note(reading: Reading, stage: Json) -> str:
    """How many gates of a stage are met."""
    gates = rows(stage.get("gates"))
    if not gates:
        return reading.voice("lifecycle.no_gates")
    met = sum(bool(gate.get("met")) for gate in gates)
    return reading.voice.counted("lifecycle.gates_met", len(gates), met=met, total=len(gates))


def _step(reading: Reading, stage: Json) -> Step:
    done = number(stage.get("readiness")) or 0.0
    here = stage.get("key") == current(reading).get("key")
    return Step(label(reading, stage), max(0, min(100, round(done))), gates_note(reading, stage), current=here)


def _text(reading: Reading, key: str, otherwise: object = "") -> str:
    known = catalog.lifecycle().checkpoints.get(key)
    return reading.voice.say(known.text) if known else reading.voice.say(otherwise)


def _gates(reading: Reading, gates: Sequence[Json], marks: Json) -> Table:
    voice = reading.voice
    table = []
    for gate in gates:
        key, met = str(gate.get("key", "")), bool(gate.get("met"))
        waived = (marks.get(key) or {}).get("status") == "waived"
        state = "waived" if waived else "met" if met else "open"
        asked = _text(reading, key, gate.get("label"))
        # A gate that only a person can meet misses just what its own text asks: it is not said twice.
        reasons = [
            voice("lifecycle.unrecorded") if reason == asked else reason
            for reason in (_reason(reading, missing) for missing in _listed(gate.get("missing")))
        ]
        by = voice(f"lifecycle.by_{gate['by']}") if met and gate.get("by") in {"rule", "person", "waiver"} else ""
        table.append(
            (
                Cell(key, strong=True),
                Cell(asked),
                Cell(voice(f"lifecycle.{state}"), tone=0 if met or waived else 3, strong=not met),
                Cell("\n".join(reasons) or by, muted=not reasons),
            )
        )
    columns = (
        Column(voice("lifecycle.id"), 0),
        Column(voice("lifecycle.gate"), 7),
        Column(voice("lifecycle.state"), 0),
        Column(voice("lifecycle.missing"), 6),
    )
    return Table(voice("lifecycle.gates"), columns, tuple(table), note=voice("lifecycle.later"))


def _begun(reading: Reading, stages: Sequence[Json]) -> Iterator[Json]:
    """The gates up to the present stage, and those of later stages that are met already."""
    here, later = current(reading).get("key"), False
    for stage in stages:
        yield from (gate for gate in rows(stage.get("gates")) if gate.get("met") or not later)
        later = later or stage.get("key") == here


def _listed(value: object) -> list[object]:
    if value is None or value == "":
        return []
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _reason(reading: Reading, reason: object) -> str:
    if isinstance(reason, dict) and "code" in reason:
        return sentence(reading, str(reason["code"]), reason.get("values") or {})
    if isinstance(reason, str):
        return sentence(reading, reason, {})
    return reading.voice.say(reason)


def _checkpoints(reading: Reading, marks: Json) -> Table:
    voice = reading.voice
    order = list(catalog.lifecycle().checkpoints)
    known = sorted(marks, key=lambda key: (order.index(key) if key in order else len(order), key))
    table = []
    for key in known:
        mark = marks[key]
        status = str(mark.get("status", "done"))
        evidence = rows(mark.get("evidence"))
        told = [str(mark["reason"])] if mark.get("reason") else []
        told += [str(link.get("label") or link.get("url") or "") for link in evidence]
        first = str(evidence[0].get("url") or "") if len(evidence) == 1 and not mark.get("reason") else ""
        table.append(
            (
                Cell(key, strong=True),
                Cell(_text(reading, key)),
                Cell(voice(f"lifecycle.{status}") if status in {"done", "waived", "open"} else status),
                Cell(str(mark.get("owner") or ""), note=voice.date(mark["date"]) if mark.get("date") else ""),
                Cell("\n".join(told), href=first if first.startswith(("https://", "http://")) else ""),
            )
        )
    columns = (
        Column(voice("lifecycle.id"), 0),
        Column(voice("lifecycle.checkpoint"), 7),
        Column(voice("lifecycle.state"), 0),
        Column(voice("lifecycle.who"), 3),
        Column(voice("lifecycle.evidence"), 5),
    )
    return Table(voice("lifecycle.checkpoints"), columns, tuple(table), short=voice("sheets.checkpoints"))
