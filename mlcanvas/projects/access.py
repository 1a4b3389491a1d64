"""The door: how a view turns an address into a project. No view asks for a project in another way."""

from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, Subquery
from django.http import Http404
from django.utils.translation import gettext as _

from mlcanvas.projects.models import Project, Seat
from mlcanvas.web.http import Request
from mlcanvas.workspaces.models import Membership
from mlcanvas.workspaces.roles import Role


def seat(request: Request, slug: str) -> Seat:
    """This person's place at the project. Raises Http404 for a stranger, who learns nothing."""
    own = Membership.objects.filter(workspace=OuterRef("workspace"), user=request.user).values("role")
    rows = Project.objects.select_related("workspace", "summary").annotate(held=Subquery(own))
    project = rows.filter(slug=slug).first()
    held: int | None = getattr(project, "held", None)
    if project is None or held is None:
        raise Http404
    found = Seat(project, Role(held))
    request.seat = found
    return found


def visible(request: Request, slug: str) -> Project:
    """The project, for anyone who may read it."""
    return seat(request, slug).project


def commentable(request: Request, slug: str) -> Project:
    """The project, for reviewers, editors and owners. Raises PermissionDenied with the reason for viewers."""
    found = seat(request, slug)
    if not found.may_review:
        raise PermissionDenied(
            _("You can read this project, but only reviewers, editors and owners can comment or decide.")
        )
    return found.project


def editable(request: Request, slug: str) -> Project:
    """The project, for editors and owners. Raises PermissionDenied with the reason for the others."""
    found = seat(request, slug)
    if not found.may_edit:
        raise PermissionDenied(
            _("This project is read-only for you. Ask an owner of the workspace to make you an editor.")
        )
    return found.project


def owned(request: Request, slug: str) -> Project:
    """The project, for owners of its workspace. Raises PermissionDenied with the reason for the others."""
    found = seat(request, slug)
    if not found.may_own:
        raise PermissionDenied(_("Only an owner of the workspace can do this."))
    return found.project
