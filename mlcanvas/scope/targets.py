"""What people comment on in the scope: its questions."""

from collections.abc import Collection, Iterator

from django.urls import reverse

from mlcanvas import catalog
from mlcanvas.projects.models import Project
from mlcanvas.projects.targets import Target


def questions(project: Project, keys: Collection[str] | None) -> Iterator[Target]:
    """The questions among `keys`; all of them for None."""
    page = reverse("scope:scope", args=[project.slug])
    for question in catalog.scope_questions():
        key = f"scope/{question.key}"
        if keys is None or key in keys:
            yield Target(key, question.title, f"{page}#box-{question.key}")
