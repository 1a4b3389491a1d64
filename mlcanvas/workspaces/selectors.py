"""What others may ask about workspaces."""

import hashlib
from collections.abc import Iterable

from django.db.models import Count, QuerySet
from django.utils import timezone

from mlcanvas.accounts.models import User
from mlcanvas.workspaces.models import Invitation, Membership, Workspace
from mlcanvas.workspaces.roles import Role


def memberships(user: User) -> list[Membership]:
    """This person's memberships, with the workspaces, by name."""
    return list(Membership.objects.filter(user=user).select_related("workspace").order_by("workspace__name"))


def writable_workspaces(user: User) -> list[Workspace]:
    """The workspaces in which this person may add a project."""
    return [found.workspace for found in memberships(user) if found.role >= Role.EDITOR]


def people(workspace: Workspace) -> list[Membership]:
    """The members of a workspace: owners first, then by name."""
    rows = Membership.objects.filter(workspace=workspace).select_related("user")
    return sorted(rows, key=lambda row: (-row.role, str(row.user).casefold()))


def colleagues(workspaces: list[Workspace]) -> list[User]:
    """The members of these workspaces, each once, by name."""
    return _by_name(Membership.objects.filter(workspace__in=workspaces).select_related("user"))


def rosters(user: User) -> dict[int, list[User]]:
    """The members of every workspace that this person belongs to, by its primary key; each list by name."""
    own = Membership.objects.filter(user=user).values("workspace")
    found: dict[int, list[Membership]] = {}
    for row in Membership.objects.filter(workspace__in=own).select_related("user"):
        found.setdefault(row.workspace_id, []).append(row)
    return {workspace: _by_name(rows) for workspace, rows in found.items()}


def _by_name(rows: Iterable[Membership]) -> list[User]:
    found = {row.user_id: row.user for row in rows}
    return sorted(found.values(), key=lambda user: (str(user).casefold(), user.pk))


def sizes(workspaces: list[Workspace]) -> dict[int, int]:
    """How many people each workspace has, by its primary key."""
    rows = Membership.objects.filter(workspace__in=workspaces).values("workspace").annotate(people=Count("pk"))
    return {row["workspace"]: row["people"] for row in rows}


def token_hash(token: str) -> str:
    """What is stored of an invitation's secret: SHA-256, hexadecimal. 256 random bits need no salt."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def open_rows() -> QuerySet[Invitation]:
    """The offers that can still be accepted: not used, not over, and their author still has an account here."""
    return Invitation.objects.filter(accepted_at=None, expires_at__gt=timezone.now(), invited_by__is_active=True)


def open_invitations(workspace: Workspace) -> list[Invitation]:
    """The offers of one workspace that can still be accepted, newest first."""
    rows = open_rows().filter(workspace=workspace).select_related("invited_by")
    return list(rows.order_by("-created_at", "-pk"))


def open_invitation(token: str) -> Invitation | None:
    """The offer that this secret opens, or None when it is used, over, withdrawn or forged."""
    return open_rows().filter(token_hash=token_hash(token)).select_related("workspace", "invited_by").first()


def is_open(stored: str) -> bool:
    """Whether the offer with this stored hash can still be accepted."""
    return open_rows().filter(token_hash=stored).exists()
