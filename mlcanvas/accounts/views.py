from allauth.mfa.utils import is_mfa_enabled
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from mlcanvas.accounts import links
from mlcanvas.accounts.forms import NameForm
from mlcanvas.accounts.models import User


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest, number: str, token: str) -> HttpResponse:
    """Sign in by a one-time link. A GET only asks, so that a previewing mail program does not use the link up."""
    user = links.holder(number, token)
    if user is None or is_mfa_enabled(user):  # a link is one step, and this person asked for two
        return render(request, "accounts/link_used.html", status=410)
    if request.method == "POST":
        login(request, user, backend="allauth.account.auth_backends.AuthenticationBackend")
        # Django's sign-in does not tell allauth, and the list of this person's sessions is allauth's.
        UserSession.objects.create_from_request(request)
        return redirect("/")
    return render(request, "accounts/enter.html", {"who": user})


@require_http_methods(["GET", "HEAD", "POST"])
def name(request: HttpRequest) -> HttpResponse:
    """How others see this person."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101 - sign-in is required by middleware
    if request.method != "POST":
        return render(request, "accounts/name.html", {"form": NameForm(initial={"name": user.name})})
    form = NameForm(request.POST)
    if not form.is_valid():
        return render(request, "accounts/name.html", {"form": form}, status=422)
    user.name = form.cleaned_data["name"]
    user.save(update_fields=["name"])
    messages.success(request, _("Saved."))
    return redirect("accounts:name")
