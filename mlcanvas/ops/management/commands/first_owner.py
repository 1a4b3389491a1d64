"""The first person of a workspace, before there is anybody to invite them."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import transaction

from mlcanvas.accounts.links import sign_in_path
from mlcanvas.accounts.models import User
from mlcanvas.ops.opening import open_workspace
from mlcanvas.workspaces.models import Membership, Workspace
from mlcanvas.workspaces.roles import Role

_LONGEST = 120


class Command(BaseCommand):
    """Prints the path of a sign-in link for the owner; run again, it prints a new one for the same owner."""

    help = "Make a workspace with its owner and print the path of a sign-in link that works once."

    def add_arguments(self, parser: CommandParser) -> None:
        """Who, and of what."""
        parser.add_argument("email")
        parser.add_argument("--workspace", metavar="NAME", required=True)

    @transaction.atomic
    def handle(self, *_args: Any, **options: Any) -> None:
        """Makes what is missing. Raises CommandError for a wrong address, and where somebody else is the owner."""
        email, name = options["email"].strip().lower(), " ".join(options["workspace"].split())
        try:
            validate_email(email)
        except ValidationError as error:
            raise CommandError(f"“{email}” is not an e-mail address.") from error
        if not 1 <= len(name) <= _LONGEST:
            raise CommandError("give the workspace a name of 1 to 120 characters.")
        workspace = Workspace.objects.filter(name=name).first() or open_workspace(name, settings.LANGUAGE_CODE)
        owners = Membership.objects.filter(workspace=workspace, role=Role.OWNER).select_related("user")
        addresses = {owner.user.email: owner.user for owner in owners}
        if addresses and email not in addresses:
            raise CommandError(f"“{name}” has an owner already: {', '.join(sorted(addresses))}. Ask for an invitation.")
        user = addresses.get(email) or self._owner(email, workspace)
        self.stdout.write(sign_in_path(user))

    def _owner(self, email: str, workspace: Workspace) -> User:
        user = User.objects.filter(email=email).first() or User.objects.create_user(email)
        Membership.objects.update_or_create(workspace=workspace, user=user, defaults={"role": Role.OWNER})
        return user
