"""Every write to the canvases that is not the text of a block; that one is `projects.actions.save_text`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from mlcanvas import catalog
from mlcanvas.accounts.models import User
from mlcanvas.canvas import selectors
from mlcanvas.canvas.models import Agreement, Canvas
from mlcanvas.domain.refusal import Refused
from mlcanvas.projects import actions as projects
from mlcanvas.projects.actions import Clash, Saved
from mlcanvas.projects.models import PassageEdit, Project


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


def _header(project: Project, template: str) -> Canvas:
    """The header of a canvas that the project fills. Raises Refused `canvas_unknown`."""
    found = next((row for row in selectors.headers(project) if row.template == template), None)
    if found is None:
        raise Refused("canvas_unknown")
    return found
