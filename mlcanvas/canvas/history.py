"""The history of the canvases as pages tell it: sittings with their differences, authors, and states of the past."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from mlcanvas.accounts.models import User
from mlcanvas.canvas.actions import Past
from mlcanvas.canvas.selectors import FilledCanvas
from mlcanvas.domain.canvas import Block, Template
from mlcanvas.domain.difference import Difference, difference
from mlcanvas.domain.history import Authored, Edit, Sitting, Written, authorship, own_changes, paragraphs, sittings
from mlcanvas.projects import selectors as projects
from mlcanvas.projects.models import JsonObject, Project


@dataclass(frozen=True, slots=True)
class Changed:
    """What one sitting changed in one block, which has no title where the template lost it. `after` is the version
    that the sitting left behind, `restored` the one that it brought back."""

    key: str
    block: Block | None
    differences: tuple[Difference, ...]
    after: int
    restored: int | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """A sitting with its person, who may have left."""

    sitting: Sitting
    by: User | None
    changed: tuple[Changed, ...]

    @property
    def words_added(self) -> int:
        """How many words this person added."""
        return sum(found.words_added for changed in self.changed for found in changed.differences)

    @property
    def words_removed(self) -> int:
        """How many words this person took out."""
        return sum(found.words_removed for changed in self.changed for found in changed.differences)


@dataclass(frozen=True, slots=True)
class Owned:
    """A paragraph with the person who wrote it."""

    text: str
    by: User | None
    at: datetime
    version: int


@dataclass(frozen=True, slots=True)
class Beside:
    """A block at two moments."""

    block: Block
    difference: Difference


def edits(project: Project, template: Template, block: str = "") -> list[Edit]:
    """Every edit of a canvas, or of one of its blocks, oldest first."""
    return projects.edits(project, f"canvas/{template.key}", block)


def tell(template: Template, all_edits: list[Edit], shown: Iterable[Sitting]) -> list[Told]:
    """Sittings with people and differences, in two queries however many there are."""
    shown = list(shown)
    by_version = {(edit.text, edit.version): edit for edit in all_edits}
    ends = {
        (piece.text, version)
        for sitting in shown
        for piece in sitting.pieces
        for version in (piece.before, piece.after)
        if version
    }
    texts = projects.versions(by_version[end] for end in ends)
    people = projects.people(sitting.by for sitting in shown)
    return [
        Told(
            sitting,
            people.get(sitting.by),
            tuple(_changed(template, by_version, texts, sitting, key) for key in sitting.texts),
        )
        for sitting in shown
    ]


def _changed(
    template: Template,
    by_version: Mapping[tuple[str, int], Edit],
    texts: Mapping[tuple[str, int], str],
    sitting: Sitting,
    key: str,
) -> Changed:
    pieces = sitting.pieces_of(key)
    pairs = [(texts.get((key, piece.before), ""), texts.get((key, piece.after), "")) for piece in pieces]
    found = tuple(difference(before, after) for before, after in own_changes(pairs))
    after = pieces[-1].after
    return Changed(key, template.blocks.get(key), found, after, by_version[key, after].restored)


def authors(all_edits: list[Edit]) -> list[Owned]:
    """The text of one block as it stands, paragraph by paragraph with who wrote it."""
    by_version = {edit.version: edit for edit in all_edits}
    ends = {piece.after for sitting in sittings(all_edits) for piece in sitting.pieces}
    wanted = ends | {edit.restored for edit in all_edits if edit.restored}
    chosen = [by_version[version] for version in sorted(wanted) if version in by_version]
    texts = projects.versions(chosen)
    found: tuple[Authored, ...] = paragraphs(
        authorship([Written(e.version, texts[e.text, e.version], e.by, e.at, e.restored) for e in chosen])
    )
    people = projects.people(part.origin.by for part in found)
    return [Owned(part.text, people.get(part.origin.by), part.origin.at, part.origin.version) for part in found]


def text_at(all_edits: list[Edit], version: int) -> str | None:
    """The text of one block in a version, None for one that it never had."""
    if version == 0:
        return ""
    return next(iter(projects.versions(edit for edit in all_edits if edit.version == version).values()), None)


def state_at(all_edits: list[Edit], order: int) -> dict[str, Past]:
    """The blocks after the edit `order`; those that nobody had written are empty."""
    last: dict[str, Edit] = {}
    for edit in all_edits:
        if edit.order <= order:
            last[edit.text] = edit
    texts = projects.versions(last.values())
    return {key: Past(texts[key, edit.version], edit.version) for key, edit in last.items()}


def end_of(all_edits: list[Edit], day: date) -> int | None:
    """The order of the last edit that was accepted until the end of `day`, None before the first."""
    end = timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
    return max((edit.order for edit in all_edits if edit.at < end), default=None)


def state_in(content: JsonObject, template: Template) -> dict[str, Past] | None:
    """The blocks of a canvas in the content of a revision, None where the project did not fill it then."""
    held = content.get("canvas") or {}
    for canvas in (held, *held.get("others", ())):
        if canvas.get("template") == template.key:
            return {key: Past(block["text"]) for key, block in canvas.get("blocks", {}).items()}
    return None


def traced(state: Mapping[str, Past], all_edits: list[Edit], at: datetime) -> dict[str, Past]:
    """A state of the moment `at` with the versions that it comes from, where the history holds just these texts."""
    order = max((edit.order for edit in all_edits if edit.at <= at), default=0)
    then = state_at(all_edits, order)
    return {key: then[key] if key in then and then[key].text == past.text else past for key, past in state.items()}


def now(canvas: FilledCanvas) -> dict[str, Past]:
    """The blocks as they stand."""
    return {row.block.key: Past(row.text, row.passage.version if row.passage else 0) for row in canvas.blocks}


def beside(template: Template, before: Mapping[str, Past], after: Mapping[str, Past]) -> list[Beside]:
    """Every block of the template at two moments, in the order in which people fill them."""
    nothing = Past("")
    return [
        Beside(block, difference(before.get(key, nothing).text, after.get(key, nothing).text))
        for key, block in template.blocks.items()
    ]
