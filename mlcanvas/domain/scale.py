"""The scale of a risk register: the steps of likelihood and of severity, and how bad which score is.

A score is likelihood × severity. Both are ordinal, so the product ranks risks and measures nothing.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mlcanvas.domain.refusal import Refused
from mlcanvas.domain.text import Text

Json = dict[str, Any]

LEAST_STEPS, MOST_STEPS = 2, 10
LEAST_BANDS, MOST_BANDS = 2, 5
TONES = (1, 2, 3, 4, 5)
"""The colours of the ramp, from the mildest to the worst, told apart with every kind of colour blindness."""

SERIOUS_FROM_TONE = 4
"""A risk in a band of this tone or a worse one needs an owner and an answer."""

LONGEST_LABEL = 40
LONGEST_HELP = 200


@dataclass(frozen=True, slots=True)
class Step:
    """One point of a scale, 1 is least."""

    value: int
    label: Text
    help: Text | None = None


@dataclass(frozen=True, slots=True)
class Band:
    """The scores `first` to `last` of the register, both included. `tone` is the tier with its colour."""

    key: str
    first: int
    last: int
    tone: int
    label: Text

    @property
    def serious(self) -> bool:
        """Whether a risk in it needs an owner and an answer."""
        return self.tone >= SERIOUS_FROM_TONE

    @property
    def worst(self) -> bool:
        """Whether it has the worst colour."""
        return self.tone == TONES[-1]


@dataclass(frozen=True, slots=True)
class Position:
    """One likelihood and one severity."""

    likelihood: int
    severity: int

    @property
    def score(self) -> int:
        """Likelihood × severity: a rank, not a measure."""
        return self.likelihood * self.severity


@dataclass(frozen=True, slots=True)
class Scale:
    """Likelihood × severity with the bands of their product. `version` is the catalogue's, 0 for a team's own."""

    version: int
    likelihood: tuple[Step, ...]
    severity: tuple[Step, ...]
    bands: tuple[Band, ...]

    @property
    def highest(self) -> int:
        """The worst score."""
        return len(self.likelihood) * len(self.severity)

    @property
    def size(self) -> tuple[int, int]:
        """How many steps likelihood and severity have."""
        return len(self.likelihood), len(self.severity)

    @property
    def serious(self) -> tuple[Band, ...]:
        """The bands in which a risk needs an owner and an answer."""
        return tuple(band for band in self.bands if band.serious)

    def band(self, score: int) -> Band:
        """The band that `score` falls in. Raises Refused (`risk_score_outside_bands`) when none does."""
        for band in self.bands:
            if band.first <= score <= band.last:
                return band
        raise Refused("risk_score_outside_bands", score=score)

    def rows(self) -> Iterator[tuple[Step, tuple[tuple[Step, Band], ...]]]:
        """The picture: from the highest likelihood down, each with the band of every severity."""
        for likelihood in reversed(self.likelihood):
            cells = tuple((step, self.band(likelihood.value * step.value)) for step in self.severity)
            yield likelihood, cells


def position(scale: Scale, likelihood: int, severity: int, path: str = "") -> Position:
    """A position on the scale. Raises Refused (`risk_step_outside`) for a step that the scale does not have."""
    for given, steps, name in ((likelihood, scale.likelihood, "likelihood"), (severity, scale.severity, "severity")):
        if not 1 <= given <= len(steps):
            raise Refused(
                "risk_step_outside", path=f"{path}{name}", given=given, first=steps[0].value, last=steps[-1].value
            )
    return Position(likelihood, severity)


def suggested_bands(known: Scale, likelihoods: int, severities: int) -> tuple[Band, ...]:
    """The bands of a known scale on one of another size: up to the end of each lies the share of the cells that comes
    nearest to what it is on the known one, so that the picture keeps its colours. Those that no cell would reach are
    left out."""
    cells, before = _scores(likelihoods, severities), _scores(*known.size)
    ends = [(score, bisect_right(cells, score) / len(cells)) for score in sorted({*cells})]
    found: list[Band] = []
    start = 1
    for band in known.bands:
        share = bisect_right(before, band.last) / len(before)
        last = min(ends, key=lambda end: abs(end[1] - share))[0]
        if last >= start:
            found.append(Band(band.key, start, last, band.tone, band.label))
            start = last + 1
    return tuple(found)


def _scores(likelihoods: int, severities: int) -> list[int]:
    """The score of every cell, the least first."""
    return sorted(one * other for one in range(1, likelihoods + 1) for other in range(1, severities + 1))


# ---- a team's own scale ---------------------------------------------------------------------------------------------


def build(definition: Mapping[str, Any], version: int = 0) -> Scale:
    """The scale that a definition as of `written` describes.

    Raises Refused with the place as its path (`likelihood`, `severity.2.label`, `bands.1.first`):
    `scale_steps_outside`, `scale_bands_outside`, `scale_name_missing`, `scale_text_long`, `scale_first_band`,
    `scale_band_order`, `scale_band_above`, `scale_band_unused`, `scale_tone_order`.
    """
    likelihood, severity = (_steps(definition.get(axis, ()), axis) for axis in ("likelihood", "severity"))
    bands = _bands(definition.get("bands", ()), len(likelihood), len(severity))
    return Scale(version, likelihood, severity, bands)


def _steps(rows: Sequence[Json], axis: str) -> tuple[Step, ...]:
    if not LEAST_STEPS <= len(rows) <= MOST_STEPS:
        raise Refused("scale_steps_outside", path=axis, given=len(rows), least=LEAST_STEPS, most=MOST_STEPS)
    found = []
    for place, row in enumerate(rows):
        path = f"{axis}.{place}"
        label = _text(row.get("label"), f"{path}.label", LONGEST_LABEL)
        if label is None:
            raise Refused("scale_name_missing", path=f"{path}.label")
        found.append(Step(place + 1, label, _text(row.get("help"), f"{path}.help", LONGEST_HELP)))
    return tuple(found)


def _text(said: Mapping[str, str] | None, path: str, most: int) -> Text | None:
    """A text in both languages; where one is missing, the other stands for it."""
    given = {language: (said or {}).get(language, "").strip() for language in ("en", "pt_BR")}
    for text in given.values():
        if len(text) > most:
            raise Refused("scale_text_long", path=path, given=len(text), most=most)
    if not any(given.values()):
        return None
    return Text(en=given["en"] or given["pt_BR"], pt_BR=given["pt_BR"] or given["en"])


def _bands(rows: Sequence[Json], likelihoods: int, severities: int) -> tuple[Band, ...]:
    if not LEAST_BANDS <= len(rows) <= MOST_BANDS:
        raise Refused("scale_bands_outside", path="bands", given=len(rows), least=LEAST_BANDS, most=MOST_BANDS)
    firsts = [int(row["first"]) for row in rows]
    highest = likelihoods * severities
    scores = _scores(likelihoods, severities)
    found: list[Band] = []
    for place, row in enumerate(rows):
        path, first, tone = f"bands.{place}", firsts[place], int(row["tone"])
        last = firsts[place + 1] - 1 if place + 1 < len(firsts) else highest
        if place == 0 and first != 1:
            raise Refused("scale_first_band", path=f"{path}.first", given=first)
        if first > highest:
            raise Refused("scale_band_above", path=f"{path}.first", given=first, highest=highest)
        if found and first <= found[-1].first:
            raise Refused("scale_band_order", path=f"{path}.first", given=first, before=found[-1].first)
        if tone not in TONES or (found and tone <= found[-1].tone):
            raise Refused("scale_tone_order", path=f"{path}.tone")
        label = _text(row.get("label"), f"{path}.label", LONGEST_LABEL)
        if label is None:
            raise Refused("scale_name_missing", path=f"{path}.label")
        found.append(Band(f"band_{place + 1}", first, last, tone, label))
    for place, band in enumerate(found):
        if not any(band.first <= score <= band.last for score in scores):
            raise Refused("scale_band_unused", path=f"bands.{place}.first", first=band.first, last=band.last)
    return tuple(found)


def written(scale: Scale) -> Json:
    """The definition of a scale as plain values: `build` makes the same steps and bands of it."""
    return {
        "likelihood": [_step(step) for step in scale.likelihood],
        "severity": [_step(step) for step in scale.severity],
        "bands": [{"first": band.first, "tone": band.tone, "label": _both(band.label)} for band in scale.bands],
    }


def _step(step: Step) -> Json:
    return {"label": _both(step.label)} | ({} if step.help is None else {"help": _both(step.help)})


def _both(text: Text) -> dict[str, str]:
    return {"en": text.en, "pt_BR": text.pt_BR}
