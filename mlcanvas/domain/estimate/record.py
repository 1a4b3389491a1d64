"""A stored estimate made again from what it was made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from mlcanvas.domain.canonical import digest
from mlcanvas.domain.estimate.answers import Stored
from mlcanvas.domain.estimate.definition import Questionnaire
from mlcanvas.domain.estimate.estimation import estimate
from mlcanvas.domain.estimate.rates import rates_of
from mlcanvas.domain.estimate.reading import Context, Target
from mlcanvas.domain.estimate.result import RULE_VERSION, Estimate
from mlcanvas.domain.metrics import MetricCatalogue
from mlcanvas.domain.refusal import Refused

Verdict = Literal["same", "differs", "other_rules", "not_kept", "damaged"]


def inputs_of(
    answers: Mapping[str, Stored], context: Context, seed: int, questionnaire: Questionnaire
) -> dict[str, Any]:
    """All that an estimate follows from, as JSON values: equal inputs give equal amounts to the cent."""
    target = context.target
    inputs = {
        "answers": dict(answers),
        "currency": context.currency,
        "target": [target.metric.key if target.metric else None, target.value] if target else None,
        "facts": dict(context.facts),
        "seed": seed,
        "rules": RULE_VERSION,
        "catalogue": questionnaire.version,
    }
    # Named only where there is something: the digests of a workspace that sets nothing are as they always were.
    return inputs | ({"rates": context.rates.plain()} if context.rates else {})


def estimate_of(inputs: Mapping[str, Any], metrics: MetricCatalogue, questionnaire: Questionnaire) -> Estimate:
    """The estimate that follows from `inputs_of`, by the rules and figures of today. Raises Refused as `estimate`."""
    target = None
    if inputs["target"] is not None:
        key, value = inputs["target"]
        target = Target(metrics.get(key) if key is not None else None, value)
    context = Context(inputs["currency"], target, inputs["facts"], rates_of(inputs.get("rates") or {}))
    return estimate(inputs["answers"], context, questionnaire, inputs["seed"])


@dataclass(frozen=True, slots=True)
class Check:
    """What became of making a record again.

    `not_kept`: it is older than the keeping of answers. `damaged`: the record is not what it was when it was stored.
    `other_rules`: rules or figures have another version today. `differs` brings the amounts of then and now.
    """

    verdict: Verdict
    then: Mapping[str, Any] | None = None
    now: Mapping[str, Any] | None = None


def check(
    *,
    inputs: Mapping[str, Any] | None,
    inputs_digest: str,
    result: Mapping[str, Any],
    result_digest: str,
    metrics: MetricCatalogue,
    questionnaire: Questionnaire,
) -> Check:
    """Makes the estimate again from `inputs` and compares it to the cent with `result`, after both digests."""
    if digest(result) != result_digest or (inputs is not None and digest(inputs) != inputs_digest):
        return Check("damaged")
    if inputs is None:
        return Check("not_kept")
    if (inputs["rules"], inputs["catalogue"]) != (RULE_VERSION, questionnaire.version):
        return Check("other_rules", result)
    try:
        again = estimate_of(inputs, metrics, questionnaire).record()
    except Refused:
        return Check("differs", result)
    return Check("same", result, again) if digest(again) == result_digest else Check("differs", result, again)


@dataclass(frozen=True, slots=True)
class Moved:
    """One thing that two estimates do not share: an answer, a fact, or a name of the inputs; None where it was not."""

    kind: Literal["answer", "fact", "target", "currency", "seed", "rules", "catalogue"]
    key: str
    before: Any
    after: Any


def moved(before: Mapping[str, Any], after: Mapping[str, Any], questionnaire: Questionnaire) -> list[Moved]:
    """What is not the same in two inputs: answers in the order of the questionnaire, then the rest."""
    old, new = before["answers"], after["answers"]
    asked = [question.key for question in questionnaire.questions]
    keys = [*asked, *sorted({*old, *new}.difference(asked))]
    found = [Moved("answer", key, old.get(key), new.get(key)) for key in keys if old.get(key) != new.get(key)]
    if before["target"] != after["target"]:
        found.append(Moved("target", "target", before["target"], after["target"]))
    old, new = before["facts"], after["facts"]
    found += [
        Moved("fact", key, old.get(key), new.get(key)) for key in sorted({*old, *new}) if old.get(key) != new.get(key)
    ]
    for kind in ("currency", "seed", "rules", "catalogue"):
        if before[kind] != after[kind]:
            found.append(Moved(kind, kind, before[kind], after[kind]))
    return found
