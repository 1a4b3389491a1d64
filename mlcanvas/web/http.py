"""The request that every view receives."""

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
