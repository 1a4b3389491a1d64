"""Decision and record: lines to sign on, and what makes this very report again."""

import hashlib
from typing import Any

from mlcanvas.domain.canonical import canonical_json
from mlcanvas.reports.blocks import Block, Pairs, Paragraph, Signatures
from mlcanvas.reports.reading import Reading
from mlcanvas.reports.sections import canvas

ROLES = ("sponsor", "product", "engineering", "review")


def blocks(reading: Reading) -> list[Block]:
    """What was decided on this revision, who decides, then digest, seed and versions."""
    voice = reading.voice
    columns = tuple(voice(f"decision.{key}") for key in ("role", "name", "decision", "date", "signature"))
    costs, risks = reading.result("costs"), reading.result("risks")
    record = [
        (voice("decision.record_digest"), grouped(content_digest(reading.content))),
        (voice("decision.record_seed"), costs.get("seed")),
        (voice("decision.record_cost_rule"), costs.get("rule_version")),
        (voice("decision.record_risk_rule"), risks.get("rule_version")),
        (voice("decision.record_lifecycle"), reading.result("tracker").get("version")),
        (voice("decision.record_canvas"), canvas.template(reading).key if reading.part("canvas") else None),
    ]
    return [
        *([Pairs(voice("decision.happened"), reading.record)] if reading.record else []),
        Paragraph(voice("decision.intro")),
        Signatures(columns, tuple(voice(f"decision.{role}") for role in ROLES)),
        Pairs(voice("decision.record"), tuple((name, str(value)) for name, value in record if value is not None)),
        Paragraph(voice("decision.record_note"), muted=True),
    ]


def content_digest(content: Any) -> str:
    """SHA-256 of the content in hexadecimal: `canonical.digest`, and a digest too where a text cannot be encoded."""
    return hashlib.sha256(canonical_json(content).encode("utf-8", "surrogatepass")).hexdigest()


def grouped(text: str) -> str:
    """A digest in groups of eight, as people compare it by eye."""
    return " ".join(text[place : place + 8] for place in range(0, len(text), 8))


def missing(reading: Reading) -> list[str]:  # noqa: ARG001
    """Nothing: signatures are what this page is for."""
    return []
