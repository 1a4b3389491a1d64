"""What allauth asks us: who may sign up."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Closed unless the operator opens it: people come by invitation."""
        return bool(settings.SIGN_UP_OPEN) or bool(request.session.get("invitation"))


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest, sociallogin: object) -> bool:  # noqa: ARG002
        """As for passwords."""
        return bool(settings.SIGN_UP_OPEN) or bool(request.session.get("invitation"))
