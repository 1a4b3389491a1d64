"""`manage.py check` also reads the catalogue."""

from typing import Any

from django.core.checks import CheckMessage, Error, register

from mlcanvas import catalog


@register("catalog")
def catalogue(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001
    """Each definition file is read; a mistake is an error with file, place and reason."""
    found: list[CheckMessage] = []
    for name in catalog.DEFINITIONS:
        try:
            getattr(catalog, name)()
        except catalog.Mistake as mistake:
            found.append(Error(str(mistake), id="mlcanvas.E001"))
    return found
