"""The request that every view receives."""

import re
import unicodedata
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.utils.http import content_disposition_header
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


# Characters that some file system or shell gives a meaning.
_NOT_IN_FILE_NAMES = frozenset('\\/:*?"<>|%')
_LONGEST_FILE_NAME = 180


def attachment(*parts: str, ending: str) -> str:
    """The header that has a browser keep an answer as `parts - parts.ending`, by the rules of RFC 6266.

    What is invisible, turns the reading direction or has a meaning in paths is left out; the first part is cut where
    the name would be longer than a file system takes, 180 bytes.
    """
    first, *others = (_plain(part) for part in parts)
    rest = "".join(f" - {part}" for part in others if part)
    first = first.encode()[: max(0, _LONGEST_FILE_NAME - len(rest.encode()))].decode(errors="ignore").strip()
    return str(content_disposition_header(as_attachment=True, filename=f"{first or 'mlcanvas'}{rest}.{ending}"))


def _plain(text: str) -> str:
    kept = (
        " " if letter in _NOT_IN_FILE_NAMES or unicodedata.category(letter)[0] in "CZ" else letter for letter in text
    )
    return " ".join("".join(kept).split()).strip(". ")
