"""Every write to workspaces, memberships and invitations.

Who may call what is decided by `access`; these rules hold whoever calls: nobody gives more than they have, a
workspace always has an owner, and an invitation is worth as much as its author still is.
"""

import secrets
from collections.abc import Iterator
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify

from mlcanvas.accounts.models import User
from mlcanvas.domain.refusal import Refused
from mlcanvas.domain.writing import clean
from mlcanvas.workspaces import selectors
from mlcanvas.workspaces.models import Invitation, Membership, Workspace
from mlcanvas.workspaces.roles import Role

LIFETIME = timedelta(days=14)

# Words that are addresses of ours under /workspace/.
RESERVED_SLUGS = {"new", "invitation"}


@transaction.atomic
def create(*, name: str, by: User, language: str = "en", currency: str = "EUR") -> Workspace:
    """A new workspace with `by` as its owner. Raises Refused for a name that says nothing (`workspace_name_empty`)."""
    workspace = Workspace(name=_name(name), language=language, currency=currency)
    for candidate in _slugs(slugify(workspace.name)[:50].strip("-") or "workspace"):
        if candidate in RESERVED_SLUGS or Workspace.objects.filter(slug=candidate).exists():
            continue
        workspace.slug = candidate
        try:
            with transaction.atomic():
                workspace.save()
        except IntegrityError:
            # Somebody took the address between the question and the answer.
            continue
        break
    Membership.objects.create(workspace=workspace, user=by, role=Role.OWNER)
    return workspace


def _name(name: str) -> str:
    name = " ".join(clean(name, limit=120).split())
    if not name:
        raise Refused("workspace_name_empty", path="name")
    return name


def _slugs(wanted: str) -> Iterator[str]:
    yield wanted
    yield from (f"{wanted}-{number}" for number in range(2, 20))
    while True:
        yield f"{wanted}-{secrets.token_hex(4)}"


@transaction.atomic
def edit(*, workspace: Workspace, name: str, language: str, currency: str, by: User) -> None:
    """Change name and what new projects start with. The address stays. Raises Refused for an empty name."""
    _act(workspace, by)
    workspace.name, workspace.language, workspace.currency = _name(name), language, currency
    workspace.save(update_fields=["name", "language", "currency"])


@transaction.atomic
def change_role(*, membership: Membership, role: Role, by: User) -> None:
    """Give a member another role. Raises Refused for a role above one's own and for the last owner (`last_owner`)."""
    _check_grant(_act(membership.workspace, by), role)
    if role < Role.OWNER:
        _keep_an_owner(membership, "last_owner_stays")
    if not Membership.objects.filter(pk=membership.pk).update(role=role):
        raise Refused("member_gone")
    membership.role = role
    if role < Role.OWNER:
        _withdraw_invitations_of(membership)


@transaction.atomic
def remove(*, membership: Membership, by: User) -> None:
    """End a membership: an owner ends anybody's, everybody their own. Raises Refused for the last owner."""
    actor = _act(membership.workspace, by)
    if membership.user_id != by.pk and actor < Role.OWNER:
        raise Refused("role_too_low")
    _keep_an_owner(membership, "last_owner_leaves" if membership.user_id == by.pk else "last_owner_stays")
    _withdraw_invitations_of(membership)
    Membership.objects.filter(pk=membership.pk).delete()


def _act(workspace: Workspace, by: User) -> Role:
    """The role with which `by` acts now, once every other change to this workspace's people is done."""
    # One after the other: two owners who demote each other at once would leave a workspace without one.
    Workspace.objects.select_for_update().get(pk=workspace.pk)
    role = Membership.objects.filter(workspace=workspace, user=by).values_list("role", flat=True).first()
    if role is None:
        raise Refused("role_too_low")
    return Role(role)


def _check_grant(actor: Role, role: Role) -> None:
    if actor < Role.OWNER or role > actor:
        raise Refused("role_too_low")


def _keep_an_owner(membership: Membership, code: str) -> None:
    owners = Membership.objects.filter(workspace=membership.workspace_id, role=Role.OWNER)
    if owners.filter(pk=membership.pk).exists() and owners.count() == 1:
        raise Refused(code)


def _withdraw_invitations_of(membership: Membership) -> None:
    """Somebody who no longer manages people must not come back through a link of their own."""
    Invitation.objects.filter(
        workspace=membership.workspace_id, invited_by=membership.user_id, accepted_at=None
    ).delete()


@transaction.atomic
def invite(*, workspace: Workspace, email: str, role: Role, by: User) -> tuple[Invitation, str]:
    """An open offer to `email`, and its secret, which exists nowhere else. An older offer to them ends.

    Raises Refused for a role above one's own and for somebody who is a member already (`member_already`).
    """
    _check_grant(_act(workspace, by), role)
    email = email.strip().lower()
    if Membership.objects.filter(workspace=workspace, user__email__iexact=email).exists():
        raise Refused("member_already", path="email", email=email)
    Invitation.objects.filter(workspace=workspace, email=email, accepted_at=None).delete()
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        workspace=workspace,
        email=email,
        role=role,
        token_hash=selectors.token_hash(token),
        invited_by=by,
        expires_at=timezone.now() + LIFETIME,
    )
    return invitation, token


@transaction.atomic
def revoke(*, invitation: Invitation, by: User) -> None:
    """End an offer. Raises Refused when it has been accepted meanwhile (`invitation_accepted`)."""
    _check_grant(_act(invitation.workspace, by), Role.VIEWER)
    if not Invitation.objects.filter(pk=invitation.pk, accepted_at=None).delete()[0]:
        raise Refused("invitation_accepted")


@transaction.atomic
def accept(*, invitation: Invitation, by: User) -> Membership:
    """Join by an open offer, which is used up. A member keeps their role. Raises Refused (`invitation_over`)."""
    # Locked before it is asked whether it is still open: of two people with one link, one joins. A condition inside
    # the UPDATE is not enough here, because it asks other tables too and PostgreSQL does not ask those again.
    row = Invitation.objects.filter(pk=invitation.pk)
    row.select_for_update().first()
    if not selectors.open_rows().filter(pk=invitation.pk).exists():
        raise Refused("invitation_over")
    row.update(accepted_at=timezone.now())
    membership, _created = Membership.objects.get_or_create(
        workspace_id=invitation.workspace_id, user=by, defaults={"role": invitation.role}
    )
    return membership
