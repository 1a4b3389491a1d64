"""Every write to the canvases that is not the text of a block; that one is `projects.actions.save_text`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from mlcanvas import catalog
from mlcanvas.accounts.models import User
from mlcanvas.canvas import selectors
from mlcanvas.canvas.models import Agreement, Canvas, Presence
from mlcanvas.domain.canvas_text import appended
from mlcanvas.domain.refusal import Refused
from mlcanvas.projects import actions as projects
from mlcanvas.projects.actions import Clash, Saved
from mlcanvas.projects.models import PassageEdit, Project, Revision


@dataclass(frozen=True, slots=True)
class Taken:
    """A text from elsewhere for a block, and the version of the block's text that the person had seen beside it.

    `append` puts it below what stands there; otherwise it replaces that.
    """

    block: str
    text: str
    version: int
    append: bool = False


@transaction.atomic
def refresh(*, project: Project) -> None:
    """Tell the summary how far the primary canvas is. Called after each write to it."""
    projects.hold(project)
    projects.publish(project=project, readiness_canvas=selectors.canvas(project).completeness.readiness)


@transaction.atomic
def agree(*, project: Project, template: str, block: str, version: int, by: User) -> None:
    """Say that a block is agreed as it stands in `version`.

    Raises Refused `block_empty` for one without text, `block_changed` when somebody wrote meanwhile.
    """
    projects.hold(project)
    filled = selectors.canvas(project, template).find(block)
    if filled is None or filled.passage is None or not filled.text.strip():
        raise Refused("block_empty")
    if filled.passage.version != version:
        raise Refused("block_changed")
    Agreement.objects.update_or_create(
        project=project, template=template, block=block, defaults={"version": version, "by": by}
    )
    projects.record(project=project, by=by, what="canvas.agreed", template=template, block=block, version=version)
    refresh(project=project)


@transaction.atomic
def reopen(*, project: Project, template: str, block: str, by: User) -> None:
    """Make an agreed block a draft again. Nothing happens where it is one."""
    projects.hold(project)
    if not Agreement.objects.filter(project=project, template=template, block=block).delete()[0]:
        return
    projects.record(project=project, by=by, what="canvas.reopened", template=template, block=block)
    refresh(project=project)


@transaction.atomic
def restore_block(*, project: Project, template: str, block: str, version: int, base: int, by: User) -> Saved | Clash:
    """Make the text of `version` the text of a block again, as a new edit on top of version `base`.

    A Clash, and nothing stored, where somebody wrote since `base`. Raises Refused `version_unknown`.
    """
    projects.hold(project)
    key = selectors.passage_key(template, block)
    texts = PassageEdit.objects.filter(passage__project=project, passage__key=key, version=version)
    text = texts.values_list("text", flat=True).first() if version else ""
    if text is None:
        most = PassageEdit.objects.filter(passage__project=project, passage__key=key).count()
        raise Refused("version_unknown", least=0, most=most)
    outcome = projects.restore_text(project=project, key=key, text=text, base=base, by=by, restored=version)
    if isinstance(outcome, Saved) and outcome.version != base:
        projects.record(project=project, by=by, what="canvas.restored", template=template, blocks=[block])
        refresh(project=project)
    return outcome


@dataclass(frozen=True, slots=True)
class Past:
    """What a block is to hold again; `version` is where the text comes from, None where that is not known."""

    text: str
    version: int | None = None


@transaction.atomic
def restore(
    *, project: Project, template: str, state: Mapping[str, Past], bases: Mapping[str, int], by: User
) -> tuple[str, ...]:
    """Make the blocks in `state` what they were, as new edits on top of the versions in `bases`; all of them or none.

    Gives the blocks that changed. Raises Refused `canvas_changed` where somebody wrote in one of them since.
    """
    projects.hold(project)
    changed = []
    for block, past in sorted(state.items()):
        base = bases.get(block, 0)
        outcome = projects.restore_text(
            project=project,
            key=selectors.passage_key(template, block),
            text=past.text,
            base=base,
            by=by,
            restored=past.version,
        )
        if isinstance(outcome, Clash):
            raise Refused("canvas_changed")
        if outcome.version != base:
            changed.append(block)
    if changed:
        projects.record(project=project, by=by, what="canvas.restored", template=template, blocks=changed)
        refresh(project=project)
    return tuple(changed)


@transaction.atomic
def head(*, project: Project, template: str, by: User, designed_for: str, designed_by: str, date: date | None) -> None:
    """Change the header of a canvas."""
    projects.hold(project)
    header = _header(project, template)
    header.designed_for, header.designed_by, header.date = designed_for, designed_by, date
    header.save()
    projects.record(project=project, by=by, what="canvas.head", template=template)
    projects.touch(project=project)


@transaction.atomic
def add(*, project: Project, template: str, by: User) -> Canvas:
    """Let the project fill one more template; what it fills already stays primary. Texts of an earlier time come back.

    Raises Refused `canvas_unknown` for a template that is not there.
    """
    if template not in catalog.canvas_templates():
        raise Refused("canvas_unknown")
    projects.hold(project)
    first = _header(project, selectors.headers(project)[0].template)
    if first._state.adding:
        first.save()
    header, made = Canvas.objects.get_or_create(project=project, template=template, defaults={"primary": False})
    if made:
        projects.record(project=project, by=by, what="canvas.added", template=template)
        projects.touch(project=project)
    return header


@transaction.atomic
def choose(*, project: Project, template: str, by: User) -> None:
    """Make a canvas the primary one: the tab, the readiness, the gates and the report show it.

    Raises Refused `canvas_unknown` for one that the project does not fill.
    """
    projects.hold(project)
    header = _header(project, template)
    if header.primary:
        return
    Canvas.objects.filter(project=project, primary=True).update(primary=False)
    header.primary = True
    header.save(update_fields=["primary"])
    projects.record(project=project, by=by, what="canvas.chosen", template=template)
    refresh(project=project)


@transaction.atomic
def remove(*, project: Project, template: str, by: User) -> None:
    """Put an additional canvas away. Its texts and their history are kept, and come back when it is added again.

    Raises Refused `canvas_unknown` for one that is not there, `canvas_primary` for the primary one.
    """
    projects.hold(project)
    header = _header(project, template)
    if header.primary:
        raise Refused("canvas_primary")
    header.delete()
    projects.record(project=project, by=by, what="canvas.removed", template=template)
    projects.touch(project=project)


def arrive(*, project: Project, template: str, block: str, by: User) -> None:
    """Note that somebody is in a block, or with no block on the canvas. Called on a change, and as a sign of life."""
    Presence.objects.update_or_create(
        project=project, template=template, user=by, defaults={"block": block, "at": timezone.now()}
    )


def leave(*, project: Project, template: str, by: User) -> None:
    """Note that somebody has closed the canvas."""
    Presence.objects.filter(project=project, template=template, user=by).delete()


@transaction.atomic
def take(
    *, project: Project, template: str, texts: Sequence[Taken], by: User
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Take texts from elsewhere into blocks: the keys of those that are stored, and of those that were passed over.

    A block is passed over when somebody has written in it after the person saw it; each block is a text of its own,
    so the others are stored. A revision keeps what stood before. Raises Refused `base_unknown`, `text_too_long`, and
    then nothing is stored.
    """
    projects.hold(project)
    filled = selectors.canvas(project, template)
    stands = {row.block.key: row.passage.version if row.passage else 0 for row in filled.blocks}
    fresh = [taken for taken in texts if taken.version >= stands[taken.block]]
    if fresh:
        projects.revise(project=project, by=by, reason=Revision.Reason.IMPORT)
    stored: list[str] = []
    for taken in fresh:
        text = appended(filled.text(taken.block), taken.text) if taken.append else taken.text
        key = selectors.passage_key(template, taken.block)
        if projects.import_text(project=project, key=key, text=text, base=taken.version, by=by):
            stored.append(taken.block)
    if stored:
        projects.record(
            project=project, by=by, what="canvas.imported", template=template, blocks=stored, count=len(stored)
        )
        refresh(project=project)
    return tuple(stored), tuple(taken.block for taken in texts if taken.block not in stored)


def _header(project: Project, template: str) -> Canvas:
    """The header of a canvas that the project fills. Raises Refused `canvas_unknown`."""
    found = next((row for row in selectors.headers(project) if row.template == template), None)
    if found is None:
        raise Refused("canvas_unknown")
    return found
