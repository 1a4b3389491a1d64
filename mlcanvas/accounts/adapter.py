"""What allauth asks us: who may sign up, and as whom."""

from collections.abc import Callable

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.http import HttpRequest

# Invitations live above this layer, so their owner says how they are asked (see WorkspacesConfig.ready).
_is_open: Callable[[str], bool] = lambda _stored: False  # noqa: E731


def invited_by(is_open: Callable[[str], bool]) -> None:
    """Let `is_open` decide whether the invitation in a session can still be accepted."""
    global _is_open
    _is_open = is_open


def _may_sign_up(request: HttpRequest) -> bool:
    """Closed unless the operator opens it: people come by invitation, for as long as that stands."""
    invitation = request.session.get("invitation")
    return bool(settings.SIGN_UP_OPEN) or (isinstance(invitation, str) and _is_open(invitation))


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Whether this visitor may make an account."""
        return _may_sign_up(request)


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest, sociallogin: object) -> bool:  # noqa: ARG002
        """As for passwords."""
        return _may_sign_up(request)
