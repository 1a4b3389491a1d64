"""The door: how a view turns an address into a workspace. No view asks for a workspace in another way."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _

from mlcanvas.web.http import Request
from mlcanvas.workspaces.models import Membership
from mlcanvas.workspaces.roles import Role


def visible(request: Request, slug: str) -> Membership:
    """This person's membership, with the workspace. Raises Http404 for a stranger, who learns nothing."""
    found = (
        Membership.objects.select_related("workspace", "user").filter(workspace__slug=slug, user=request.user).first()
    )
    if found is None:
        raise Http404
    return found


def owned(request: Request, slug: str) -> Membership:
    """The membership of an owner. Raises PermissionDenied with the reason for the other members."""
    found = visible(request, slug)
    if found.role < Role.OWNER:
        raise PermissionDenied(_("Only an owner of the workspace can do this. The list of people shows who that is."))
    return found


def writable(request: Request, slug: str) -> Membership:
    """The membership of an editor or owner. Raises PermissionDenied with the reason for the other members."""
    found = visible(request, slug)
    if found.role < Role.EDITOR:
        raise PermissionDenied(
            _("This workspace is read-only for you. Ask an owner of the workspace to make you an editor.")
        )
    return found
