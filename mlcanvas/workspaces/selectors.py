"""What others may ask about workspaces."""

from mlcanvas.accounts.models import User
from mlcanvas.workspaces.models import Membership, Workspace
from mlcanvas.workspaces.roles import Role


def memberships(user: User) -> list[Membership]:
    """This person's memberships, with the workspaces, by name."""
    return list(Membership.objects.filter(user=user).select_related("workspace").order_by("workspace__name"))


def writable_workspaces(user: User) -> list[Workspace]:
    """The workspaces in which this person may add a project."""
    return [found.workspace for found in memberships(user) if found.role >= Role.EDITOR]


def people(workspace: Workspace) -> list[Membership]:
    """The members of a workspace, by name."""
    rows = Membership.objects.filter(workspace=workspace).select_related("user")
    return sorted(rows, key=lambda row: (-row.role, str(row.user).casefold()))
