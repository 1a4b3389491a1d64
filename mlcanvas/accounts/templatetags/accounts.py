"""What the account pages ask about this server."""

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def sends_mail() -> bool:
    """Whether this server can send mail at all. Without, a page must not promise one."""
    return bool(settings.EMAIL_HOST)
