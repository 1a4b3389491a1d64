from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from mlcanvas.accounts import links


@never_cache
@login_not_required
@require_http_methods(["GET", "POST"])
def enter(request: HttpRequest, number: str, token: str) -> HttpResponse:
    """Sign in by a one-time link. A GET only asks, so that a previewing mail program does not use the link up."""
    user = links.holder(number, token)
    if user is None:
        return render(request, "accounts/link_used.html", status=410)
    if request.method == "POST":
        login(request, user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return redirect("/")
    return render(request, "accounts/enter.html", {"who": user})
