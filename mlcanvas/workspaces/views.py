import logging
from collections.abc import Callable

from django.conf import settings as conf
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.mail import send_mail
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mlcanvas.accounts.models import User
from mlcanvas.domain.refusal import Refused
from mlcanvas.web.http import Request
from mlcanvas.web.pages import show, wants_fragment
from mlcanvas.web.sentences import say
from mlcanvas.workspaces import access, actions, selectors
from mlcanvas.workspaces.currencies import starting_currency
from mlcanvas.workspaces.forms import InvitationForm, RoleForm, WorkspaceForm
from mlcanvas.workspaces.models import Invitation, Membership
from mlcanvas.workspaces.roles import MAY, Role

logger = logging.getLogger(__name__)


@require_safe
def workspaces(request: Request) -> HttpResponse:
    """The workspaces of this person, and a new one."""
    language = translation.get_language() or "en"
    return _workspaces(request, WorkspaceForm(initial={"language": language, "currency": starting_currency(language)}))


def _workspaces(request: Request, form: WorkspaceForm, status: int = 200) -> HttpResponse:
    found = selectors.memberships(request.user)
    sizes = selectors.sizes([membership.workspace for membership in found])
    rows = [(membership, Role(membership.role), sizes[membership.workspace_id]) for membership in found]
    context = {"rows": rows, "form": form}
    return show(request, "workspaces/workspaces.html", context, fragment="workspaces", status=status)


@require_POST
def workspace_add(request: Request) -> HttpResponse:
    """A new workspace; whoever makes it owns it."""
    form = WorkspaceForm(request.POST)
    if not form.is_valid():
        return _workspaces(request, form, status=422)
    workspace = actions.create(by=request.user, **form.cleaned_data)
    return redirect("workspaces:people", workspace.slug)


@require_safe
def workspace(request: Request, slug: str) -> HttpResponse:
    """A workspace's address without a part leads to its people."""
    access.visible(request, slug)
    return redirect("workspaces:people", slug)


@require_safe
def people(request: Request, slug: str) -> HttpResponse:
    """Who is here as what, and who is invited."""
    return _people(request, access.visible(request, slug))


def _people(
    request: Request,
    seat: Membership,
    *,
    form: InvitationForm | None = None,
    wrong: tuple[int, str] = (0, ""),
    invited: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """`wrong` is a row and the sentence about it, `invited` a new invitation with its link."""
    may_own = seat.role >= Role.OWNER
    members = selectors.people(seat.workspace)
    context = {
        "workspace": seat.workspace,
        "seat_number": seat.pk,
        "may_own": may_own,
        "rows": [(member, Role(member.role), wrong[1] if member.pk == wrong[0] else "") for member in members],
        "roles": [(role, MAY[role]) for role in Role],
        "invitations": [
            (found, Role(found.role)) for found in (selectors.open_invitations(seat.workspace) if may_own else [])
        ],
        "form": form or InvitationForm(),
        "invited": invited,
        "part": "people",
    }
    return show(request, "workspaces/people.html", context, fragment="people", status=status)


def _try_on(request: Request, seat: Membership, member: Membership, write: Callable[[], None]) -> HttpResponse | None:
    """Do `write`; when the rules refuse it, the page with the sentence beside the member."""
    try:
        write()
    except Refused as refused:
        return _people(request, seat, wrong=(member.pk, say(refused)), status=409)
    return None


@require_POST
def role_change(request: Request, slug: str, number: int) -> HttpResponse:
    """Give a member another role."""
    seat = access.owned(request, slug)
    member = get_object_or_404(Membership.objects.select_related("user"), workspace=seat.workspace, pk=number)
    form = RoleForm(request.POST)
    if not form.is_valid():
        return _people(request, seat, wrong=(member.pk, str(form.errors["role"][0])), status=422)
    role = form.cleaned_data["role"]
    refused = _try_on(request, seat, member, lambda: actions.change_role(membership=member, role=role, by=request.user))
    return refused or _changed(request, slug)


@require_POST
def person_remove(request: Request, slug: str, number: int) -> HttpResponse:
    """End a membership: an owner anybody's, everybody their own."""
    seat = access.visible(request, slug)
    if seat.pk != number:
        access.owned(request, slug)
    member = get_object_or_404(Membership.objects.select_related("user"), workspace=seat.workspace, pk=number)
    refused = _try_on(request, seat, member, lambda: actions.remove(membership=member, by=request.user))
    if refused:
        return refused
    if seat.pk == number:
        messages.success(request, _("You have left “%(name)s”.") % {"name": seat.workspace.name})
        return redirect("workspaces:workspaces")
    return _changed(request, slug)


def _changed(request: Request, slug: str) -> HttpResponse:
    if wants_fragment(request):
        return _people(request, access.visible(request, slug))
    return redirect("workspaces:people", slug)


@require_POST
def invitation_add(request: Request, slug: str) -> HttpResponse:
    """Invite an address. The answer shows the link: it is stored nowhere, so no redirect could show it."""
    seat = access.owned(request, slug)
    form = InvitationForm(request.POST)
    if not form.is_valid():
        return _people(request, seat, form=form, status=422)
    try:
        invitation, token = actions.invite(workspace=seat.workspace, by=request.user, **form.cleaned_data)
    except Refused as refused:
        form.add_error(refused.path or None, say(refused))
        return _people(request, seat, form=form, status=422)
    link = request.build_absolute_uri(reverse("workspaces:invitation", args=[token]))
    invited = {"email": invitation.email, "link": link, "mail": _send(invitation, link)}
    return _people(request, seat, invited=invited)


def _send(invitation: Invitation, link: str) -> str:
    """Mail the link, where there is a mail server: "sent", "failed" or "none"."""
    if not conf.EMAIL_HOST:
        return "none"
    with translation.override(invitation.workspace.language):
        said = {
            "who": str(invitation.invited_by),
            "name": invitation.workspace.name,
            "role": Role(invitation.role).label,
            "link": link,
        }
        subject = _("Invitation to “%(name)s”") % said
        text = (
            _(
                "%(who)s invites you to the workspace “%(name)s” in mlcanvas, as %(role)s.\n\n"
                "To join, open this link within 14 days:\n%(link)s\n\n"
                "If you do not know why you got this, you need not do anything."
            )
            % said
        )
    try:
        send_mail(subject, text, None, [invitation.email])
    except OSError:
        # smtplib's errors are OSErrors too. The inviter has the link, so nothing is lost.
        logger.exception("an invitation could not be mailed")
        return "failed"
    return "sent"


@require_POST
def invitation_revoke(request: Request, slug: str, number: int) -> HttpResponse:
    """Take an open invitation back: its link ends at once."""
    seat = access.owned(request, slug)
    invitation = get_object_or_404(Invitation.objects.select_related("workspace"), workspace=seat.workspace, pk=number)
    try:
        actions.revoke(invitation=invitation, by=request.user)
    except Refused as refused:
        messages.error(request, say(refused))
        return _people(request, seat, status=409)
    return _changed(request, slug)


@login_not_required
@require_safe
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """What the holder of a link is invited to. Reading it changes nothing: mail programs look ahead."""
    found = selectors.open_invitation(token)
    if found is None:
        return render(request, "workspaces/invitation_over.html", status=410)
    who = request.user if isinstance(request.user, User) else None
    context = {
        "invitation": found,
        "role": Role(found.role),
        "token": token,
        "who": who,
        "same": who is not None and who.email.casefold() == found.email.casefold(),
        "member": who is not None and Membership.objects.filter(workspace=found.workspace, user=who).exists(),
    }
    return render(request, "workspaces/invitation.html", context)


@login_not_required
@require_POST
def invitation_sign_up(request: HttpRequest, token: str) -> HttpResponse:
    """Open the sign-up page for the holder of a link, though public sign-up is closed."""
    found = selectors.open_invitation(token)
    if found is None:
        return render(request, "workspaces/invitation_over.html", status=410)
    request.session["invitation"] = found.token_hash
    after = {"email": found.email, "next": reverse("workspaces:invitation", args=[token])}
    return redirect(f"{reverse('account_signup')}?{urlencode(after)}")


@login_not_required
@require_POST
def invitation_accept(request: HttpRequest, token: str) -> HttpResponse:
    """Join."""
    if not isinstance(request.user, User):
        # Not to this address after the sign-in: it takes no GET.
        return redirect_to_login(reverse("workspaces:invitation", args=[token]))
    found = selectors.open_invitation(token)
    try:
        if found is None:
            raise Refused("invitation_over")
        actions.accept(invitation=found, by=request.user)
    except Refused:
        return render(request, "workspaces/invitation_over.html", status=410)
    request.session.pop("invitation", None)
    messages.success(request, _("You are now in “%(name)s”.") % {"name": found.workspace.name})
    return redirect("projects:portfolio")


@require_safe
def settings(request: Request, slug: str) -> HttpResponse:
    """Name, language, currency."""
    seat = access.visible(request, slug)
    return _settings(request, seat, WorkspaceForm(initial=WorkspaceForm.values_of(seat.workspace)))


def _settings(request: Request, seat: Membership, form: WorkspaceForm, status: int = 200) -> HttpResponse:
    context = {"workspace": seat.workspace, "may_own": seat.role >= Role.OWNER, "form": form, "part": "settings"}
    return show(request, "workspaces/settings.html", context, fragment="settings", status=status)


@require_POST
def workspace_edit(request: Request, slug: str) -> HttpResponse:
    """Change the head of the workspace."""
    seat = access.owned(request, slug)
    form = WorkspaceForm(request.POST)
    if not form.is_valid():
        return _settings(request, seat, form, status=422)
    actions.edit(workspace=seat.workspace, by=request.user, **form.cleaned_data)
    messages.success(request, _("Saved."))
    return redirect("workspaces:settings", slug)
