"""Opening a workspace from the command line."""

from itertools import count

from django.utils.text import slugify

from mlcanvas.workspaces.actions import RESERVED_SLUGS
from mlcanvas.workspaces.models import Workspace


def open_workspace(name: str, language: str, currency: str = "EUR") -> Workspace:
    """A new workspace with the first free slug after its name."""
    wanted = slugify(name)[:50].strip("-") or "workspace"
    slugs = (wanted if number == 1 else f"{wanted}-{number}" for number in count(1))
    slug = next(
        slug for slug in slugs if slug not in RESERVED_SLUGS and not Workspace.objects.filter(slug=slug).exists()
    )
    return Workspace.objects.create(name=name, slug=slug, language=language, currency=currency)
