"""Every write to the rows of a project."""

from collections.abc import Mapping
from typing import Any, Literal

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from mlcanvas import catalog
from mlcanvas.accounts.models import User
from mlcanvas.domain.refusal import Refused
from mlcanvas.domain.rows import Kind, accept_row
from mlcanvas.projects import actions as projects
from mlcanvas.projects import selectors as answers
from mlcanvas.projects.clash import Clash
from mlcanvas.projects.models import Project, Row
from mlcanvas.projects.rows import selectors

MOST = 200
"""How many rows of one kind a project may list."""


@transaction.atomic
def row_add(*, project: Project, kind: Kind, values: Mapping[str, Any], by: User) -> Row:
    """A new row at the end, with the next free key. Raises Refused as `accept_row` does, and `row_too_many`."""
    accepted = accept_row(kind, values)
    projects.hold(project)
    _room(project, kind)
    every = Row.objects.filter(project=project, kind=kind.key)
    row = Row.objects.create(
        project=project,
        kind=kind.key,
        key=_next_key(project, kind),
        place=(every.aggregate(Max("place"))["place__max"] or 0) + 1,
        values=accepted,
        by=by,
    )
    _told(row, "rows.added", by)
    _answer(project, kind, accepted, by)
    return row


@transaction.atomic
def row_edit(*, row: Row, version: int, values: Mapping[str, Any], by: User, restore: bool = False) -> Row | Clash[Row]:
    """Change the row that the writer saw at `version`; a Clash when somebody else was faster.

    Raises Refused as `accept_row` does, and `row_removed` when it is no longer listed: then `restore` puts it back.
    """
    kind = catalog.row_kinds()[row.kind]
    accepted = accept_row(kind, values)
    project = projects.hold(row.project)
    if restore and Row.objects.removed(project).filter(pk=row.pk).exists():
        _put_back(row)
    # The version is compared inside the writing statement, so no isolation level is leaned on.
    written = Row.objects.filter(pk=row.pk, version=version, deleted_at=None).update(
        version=F("version") + 1, values=accepted, by=by, at=timezone.now()
    )
    found = Row.objects.select_related("project", "by").get(pk=row.pk)
    if not written:
        if found.deleted_at is not None:
            raise Refused("row_removed")
        return found if found.values == accepted else Clash(found)
    _told(found, "rows.edited", by)
    _answer(project, kind, accepted, by)
    return found


@transaction.atomic
def row_remove(*, row: Row, by: User) -> None:
    """Take a row off its list; it can be put back. Nothing happens where somebody else was faster."""
    projects.hold(row.project)
    if Row.objects.filter(pk=row.pk, deleted_at=None).update(deleted_at=timezone.now()):
        _told(row, "rows.removed", by)


@transaction.atomic
def row_restore(*, row: Row, by: User) -> None:
    """Put a removed row back where it stood. Raises Refused `row_key_in_use` and `row_too_many`."""
    projects.hold(row.project)
    if Row.objects.removed(row.project).filter(pk=row.pk).exists():
        _put_back(row)
        _told(row, "rows.restored", by)


@transaction.atomic
def row_move(*, row: Row, to: Literal["up", "down"], by: User) -> None:
    """Move a row by one place. Nothing happens at the end of the list."""
    projects.hold(row.project)
    order = list(selectors.listed(row.project, row.kind))
    here = next((number for number, other in enumerate(order) if other.pk == row.pk), None)
    if here is None:
        return
    there = here - 1 if to == "up" else here + 1
    if not 0 <= there < len(order):
        return
    order[here], order[there] = order[there], order[here]
    for place, other in enumerate(order, 1):
        if other.place != place:
            other.place = place
            other.save(update_fields=["place"])
    _told(row, "rows.moved", by)


def _told(row: Row, what: str, by: User) -> None:
    projects.record(project=row.project, by=by, what=what, kind=row.kind, key=row.key, name=str(row))
    projects.touch(project=row.project)


def _put_back(row: Row) -> None:
    """Raises Refused `row_key_in_use` and `row_too_many`."""
    kind = catalog.row_kinds()[row.kind]
    if Row.objects.of(row.project).filter(kind=row.kind, key=row.key).exists():
        raise Refused("row_key_in_use", key=row.key)
    _room(row.project, kind)
    Row.objects.filter(pk=row.pk).update(deleted_at=None)


def _room(project: Project, kind: Kind) -> None:
    if Row.objects.of(project).filter(kind=kind.key).count() >= MOST:
        raise Refused("row_too_many", most=MOST)


def _next_key(project: Project, kind: Kind) -> str:
    # Removed ones count too, so that an undo never meets another row with its key.
    pattern = f"^{kind.prefix}[0-9]{{1,9}}$"
    taken = Row.objects.filter(project=project, kind=kind.key, key__regex=pattern).values_list("key", flat=True)
    return f"{kind.prefix}{max((int(key.removeprefix(kind.prefix)) for key in taken), default=0) + 1:02}"


def _answer(project: Project, kind: Kind, values: Mapping[str, Any], by: User) -> None:
    """A question that a row answers with yes is not asked once more. An answer that somebody gave stays theirs."""
    for column in kind.column:
        if column.answers and values.get(column.key) == "yes" and column.answers not in answers.facts(project):
            projects.set_fact(project=project, key=column.answers, value="yes", by=by)
