"""The request that every view receives."""

import re
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

if TYPE_CHECKING:
    from mlcanvas.accounts.models import User


class Request(HttpRequest):
    """A request of somebody signed in, with what htmx says about it."""

    user: "User"
    htmx: HtmxDetails
    # Set by projects.access: the project and the role of this person in it.
    seat: Any


def slug_in(request: HttpRequest, name: str) -> str:
    """The key that the address gives as `name`, or nothing where that is no key."""
    value = request.GET.get(name, "")
    return value if re.fullmatch(r"[-A-Za-z0-9_]{1,80}", value) else ""
