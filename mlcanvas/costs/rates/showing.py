"""The figures of a workspace and its calibration, ready to be printed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mlcanvas import catalog
from mlcanvas.charts.actual_range import Planned, Tick, ratios
from mlcanvas.costs.models import Calibration, OwnFigure
from mlcanvas.costs.rates import selectors
from mlcanvas.costs.rates.forms import FigureForm
from mlcanvas.domain.estimate.calibration import Coverage, Fit, Side, coverage
from mlcanvas.domain.estimate.definition import Questionnaire, Source
from mlcanvas.domain.estimate.rates import Own, Setting, settings
from mlcanvas.domain.text import Text
from mlcanvas.web.sentences import here
from mlcanvas.workspaces.models import Workspace

ROWS = 100
"""So many projects the picture shows; the table has the same."""

# Chapters beside those of the questionnaire.
_MORE: dict[str, str | Promise] = {
    "rules": _("Rules of the estimate"),
    "outside": _("Overruns of other projects"),
    "rates": _("Exchange rates, per euro"),
}
# The question under whose name the figure of an option is printed, and the chapter of the constants.
_OPTIONS = {"D4_hardware": "machine_hour", "C5_kind": "C5_seconds", "C6_stability": "label_refresh"}


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One figure: what the catalogue says, and what the workspace set in its place."""

    setting: Setting
    label: str
    unit: str
    currency: str
    source: Source
    own: Own | None
    row: OwnFigure | None
    form: FigureForm | None = None
    history: Sequence[OwnFigure] = ()
    theirs: OwnFigure | None = None

    @property
    def id(self) -> str:
        """The id of its row in the page."""
        return "f-" + self.setting.place.replace(".", "-")

    @property
    def seen(self) -> int:
        """The row that a form in it stands on, 0 for none."""
        return self.row.pk if self.row is not None else 0


@dataclass(frozen=True, slots=True)
class Chapter:
    """Figures that belong together."""

    key: str
    label: str | Promise
    rows: list[FigureRow]

    @property
    def own(self) -> int:
        """How many of them the workspace set."""
        return sum(row.own is not None for row in self.rows)


def chapters(workspace: Workspace, *, shown: FigureRow | None = None) -> list[Chapter]:
    """Every figure by chapter, in two queries; `shown` stands in for the row of its place."""
    questionnaire = catalog.cost_questionnaire()
    names: dict[str, str | Promise] = {group.key: here(group.label) for group in questionnaire.groups}
    found: dict[str, list[FigureRow]] = {key: [] for key in (*names, *_MORE)}
    rows = selectors.last_rows(workspace.pk)
    for place, setting in settings(questionnaire).items():
        row = (
            shown
            if shown is not None and shown.setting.place == place
            else figure_row(workspace, setting, rows.get(place))
        )
        found[_chapter(questionnaire, place)].append(row)
    return [Chapter(key, (names | _MORE)[key], each) for key, each in found.items()]


def figure_row(workspace: Workspace, setting: Setting, row: OwnFigure | None, **more: Any) -> FigureRow:
    """One figure; `more` opens its form."""
    questionnaire = catalog.cost_questionnaire()
    return FigureRow(
        setting=setting,
        label=label(setting.place),
        unit=_unit(questionnaire, setting),
        currency=workspace.currency if setting.currency else "",
        source=questionnaire.source(setting.source),
        own=selectors.own_of(row) if row is not None else None,
        row=row,
        **more,
    )


def opened(workspace: Workspace, setting: Setting, row: OwnFigure | None, form: FigureForm | None = None) -> FigureRow:
    """One figure with its form, and what it was set to before."""
    own = selectors.own_of(row) if row is not None else None
    typed = {"low": own.low, "likely": own.likely, "high": own.high, "source": own.source} if own else {}
    initial = {**typed, "dated": own.date if own else timezone.localdate()}
    return figure_row(
        workspace,
        setting,
        row,
        form=form or FigureForm(setting, initial=initial),
        history=selectors.history(workspace, setting.place),
    )


def with_theirs(row: FigureRow) -> FigureRow:
    """The row after somebody else was faster: its form stands on what stands now."""
    return replace(row, theirs=row.row)


def _chapter(questionnaire: Questionnaire, place: str) -> str:
    first, _dot, rest = place.partition(".")
    question = questionnaire.question(first)
    if question is not None:
        return question.group
    known = {"base_days": "team", "references": "outside", "rates": "rates", "exponents": "difficulty"}
    if first == "model" and rest in ("items_per_feature", "items_per_class", "items", "label_refresh"):
        return "data"
    return known.get(first, "rules")


def label(place: str) -> str:
    """What people call the figure at `place`, in the reader's language."""
    return " · ".join(_words(place))


def _words(place: str) -> list[str]:
    questionnaire = catalog.cost_questionnaire()
    first, *rest = place.split(".")
    name = {"base_days": f"T1_days_{rest[-1]}" if rest else "", "exponents": "slope", "rates": "exchange_rate"}
    if questionnaire.question(first) is not None:
        return _of_question(first, rest)
    if first == "model":
        return [here(questionnaire.label(rest[0]))]
    if first == "cone":
        ends = {"low": gettext("least below the likely value"), "high": gettext("least above the likely value")}
        return [here(questionnaire.label("cone")), _fact("stage", rest[0]), ends[rest[1]]]
    if first == "references":
        return [here(questionnaire.label(f"outside_{rest[1]}")), _option("T1_reference", rest[0])]
    said = here(questionnaire.label(name[first]))
    if first == "base_days":
        return [said, _fact("archetype", rest[0])]
    if first == "exponents":
        return [said, gettext("not said") if rest[0] == "unknown" else _option("D4_start", rest[0])]
    return [said, rest[0]]


def _of_question(key: str, rest: list[str]) -> list[str]:
    said = catalog.cost_questionnaire().label
    if not rest:
        return [here(said(key))]
    if rest == ["unknown"]:
        return [here(said(_OPTIONS.get(key, key))), gettext("nobody knows")]
    if rest[-1] == "rate":
        return [here(said("C5_hourly")), _option(key, rest[0])]
    if rest[-1] == "factor":
        return [here(said(key)), _option(key, rest[0])]
    return [here(said(_OPTIONS.get(key, key))), _option(key, rest[0])]


def _option(question: str, key: str) -> str:
    asked = catalog.cost_questionnaire().question(question)
    return next((here(option.label) for option in asked.options if option.key == key), key) if asked else key


def _fact(fact: str, key: str) -> str:
    return next((here(option.label) for option in catalog.facts()[fact].options if option.key == key), key)


def _unit(questionnaire: Questionnaire, setting: Setting) -> str:
    """The unit beside the currency: of its question, per cent, days, or a multiplier."""
    first, _dot, rest = setting.place.partition(".")
    if setting.share:
        return "%"
    if first == "base_days":
        return gettext("days")
    multiplied = ("cone.", "model.accuracy_factor")
    if rest.endswith("factor") or setting.place.startswith(multiplied):
        return "×"
    named = _OPTIONS.get(first, first) if rest and not rest.endswith("rate") else "C5_hourly" if rest else first
    named = "D4_price" if named == "machine_hour" else named
    question = questionnaire.question(named)
    if question is None or question.unit is None:
        return "×" if question is not None and rest == "unknown" else ""
    return here(question.unit)


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """One finished project of the picture and the table."""

    ended: selectors.Ended
    bar: Planned
    side: Side

    @property
    def ratio(self) -> float | None:
        """Actual over P50."""
        said = self.ended.finished.said
        return self.ended.finished.actual / said.p50 if said.p50 else None


@dataclass(frozen=True, slots=True)
class FitRow:
    """One line of a correction: the one in force and the one proposed, each None where there is none."""

    label: Text
    now: Any
    proposed: Any


@dataclass(frozen=True, slots=True)
class CalibrationPage:
    """All that the calibration page prints."""

    record: selectors.Record
    rows: list[ProjectRow]
    ticks: tuple[Tick, ...]
    middle: str
    coverage: list[tuple[Text | None, Coverage]]
    fit: Fit | None
    row: Calibration | None
    proposal: Fit | None
    # The correlation between lines that estimates are made with now.
    rho: float
    digest: str
    fits: list[FitRow]
    history: list[tuple[Calibration, Fit | None]]

    @property
    def changes(self) -> bool:
        """Whether something else is proposed than counts now."""
        return self.proposal is not None and not self.same

    @property
    def same(self) -> bool:
        """Whether the correction in force is the one that is proposed."""
        return self.fit is not None and selectors.fit_digest(self.fit) == self.digest


def calibration(workspace: Workspace) -> CalibrationPage:
    """The page of a workspace: its queries do not grow with its projects."""
    record = selectors.record(workspace)
    shown = record.ended[:ROWS]
    drawn = [(str(each.project.pk), each.finished.said, each.finished.actual) for each in shown]
    bars, ticks = ratios(drawn)
    rows = [
        ProjectRow(each, bar, each.finished.said.side(each.finished.actual))
        for each, bar in zip(shown, bars, strict=True)
    ]
    history = selectors.calibrations(workspace)
    row = history[0] if history else None
    fit, proposal = selectors.fit_of(row), selectors.proposal(workspace, record)
    named = catalog.cost_questionnaire().label
    return CalibrationPage(
        record=record,
        rows=rows,
        ticks=ticks,
        middle=next((tick.place for tick in ticks if tick.ratio == 1), "500.0"),
        coverage=[(named(each.key) if each.key else None, each) for each in _coverage(record)],
        fit=fit,
        row=row,
        proposal=proposal,
        rho=fit.rho if fit else selectors.rho(workspace),
        digest=selectors.fit_digest(proposal) if proposal else "",
        fits=[
            FitRow(named(key), fit.line(key) if fit else None, proposal.line(key) if proposal else None)
            for key in selectors.line_keys()
        ],
        history=[(each, selectors.fit_of(each)) for each in history],
    )


def _coverage(record: selectors.Record) -> Sequence[Coverage]:
    """How the ranges of the total and of each line held; nothing without a finished project."""
    return coverage(record.finished, selectors.line_keys()) if record.ended else ()


def set_by(own: Mapping[str, Any]) -> str:
    """Who set a figure that an estimate used: “set by the workspace, price list of the vendor, 3 January 2027”."""
    day = date_format(date.fromisoformat(own["date"]), "DATE_FORMAT")
    return gettext("set by the workspace, %(source)s, %(date)s") % {"source": own["source"], "date": day}


def fitted_by(fit: Mapping[str, Any]) -> str:
    """Which correction an estimate used: its version, its day, and from how many projects."""
    day = date_format(date.fromisoformat(fit["date"]), "DATE_FORMAT")
    values = {"version": str(fit["version"]), "date": day, "count": fit["projects"]}
    return (
        gettext("corrections of the workspace, version %(version)s of %(date)s, from %(count)s finished projects")
        % values
    )
