"""What every page knows."""

from typing import Any

from django.http import HttpRequest

THEMES = ("auto", "light", "dark")


def page(request: HttpRequest) -> dict[str, Any]:
    """Theme, and the reader's seat in the project where the page is about one."""
    seat = getattr(request, "seat", None)
    theme = request.COOKIES.get("theme", "auto")
    context: dict[str, Any] = {"theme": theme if theme in THEMES else "auto"}
    if seat is not None:
        context |= {
            "project": seat.project,
            "role": seat.role,
            "may_edit": seat.may_edit,
            "may_review": seat.may_review,
        }
    return context
