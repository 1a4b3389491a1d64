"""A link that signs its holder in once, for a first start without a mail server."""

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.urls import reverse
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from mlcanvas.accounts.models import User


class _SignInTokens(PasswordResetTokenGenerator):
    # Its own salt, so that a reset link is never a sign-in link. The token holds the last sign-in: once used, dead.
    key_salt = "mlcanvas.accounts.links"


_tokens = _SignInTokens()


def sign_in_path(user: User) -> str:
    """The path of a link that signs `user` in once, within an hour."""
    number = urlsafe_base64_encode(str(user.pk).encode())
    return reverse("accounts:enter", args=[number, _tokens.make_token(user)])


def holder(number: str, token: str) -> User | None:
    """The user whom this link signs in, or None when it is used, old or forged."""
    try:
        user = User.objects.get(pk=int(urlsafe_base64_decode(number)), is_active=True)
    except (ValueError, OverflowError, User.DoesNotExist):
        return None
    return user if _tokens.check_token(user, token) else None
