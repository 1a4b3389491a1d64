"""A canvas as a file."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from mlcanvas.canvas import selectors
from mlcanvas.canvas.models import Canvas
from mlcanvas.exchange.canvas.writing import canvas_markdown, canvas_yaml, schema_file
from mlcanvas.projects.models import Project

_FORMS = {"md": canvas_markdown, "yaml": canvas_yaml}


class Command(BaseCommand):
    """Writes a canvas to the output or to a file; with --schema, the JSON Schema of all canvas files."""

    help = "Write a canvas of a project as Markdown or YAML (docs/canvas-file.md)."

    def add_arguments(self, parser: CommandParser) -> None:
        """The project, which of its canvases, the form, or --schema; and where to."""
        parser.add_argument("slug", nargs="?", default="")
        parser.add_argument("--template", default="", metavar="KEY", help="which canvas; the main one if left out")
        parser.add_argument("--form", choices=_FORMS, default="md")
        parser.add_argument("--output", metavar="FILE", type=Path)
        parser.add_argument("--schema", action="store_true", help="write the JSON Schema of canvas files instead")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Writes the text. Raises CommandError for an unknown project or canvas, and for a file it cannot write."""
        text = schema_file() if options["schema"] else self._canvas(**options)
        output: Path | None = options["output"]
        if output is None:
            self.stdout.write(text, ending="")
            return
        try:
            output.write_bytes(text.encode())
        except OSError as error:
            raise CommandError(f"{output}: {error.strerror}") from error

    def _canvas(self, *, slug: str, template: str, form: str, **_others: Any) -> str:
        project = Project.objects.filter(slug=slug).first()
        if project is None:
            raise CommandError(f"there is no project “{slug}”." if slug else "name a project, or ask for the --schema.")
        try:
            return _FORMS[form](project, template or selectors.template(project).key)
        except Canvas.DoesNotExist:
            raise CommandError(f"the project does not fill a canvas “{template}”.") from None
