"""A project as a file."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from mlcanvas.exchange.selectors import project_file, schema_file
from mlcanvas.projects.models import Project


class Command(BaseCommand):
    """Writes the project file to the output or to a file; with --schema, the JSON Schema of all project files."""

    help = "Write the project file (docs/project-file.md) of a project."

    def add_arguments(self, parser: CommandParser) -> None:
        """The project, or --schema, and where to."""
        parser.add_argument("slug", nargs="?", default="")
        parser.add_argument("--output", metavar="FILE", type=Path)
        parser.add_argument("--schema", action="store_true", help="write the JSON Schema of project files instead")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Writes the text. Raises CommandError for an unknown project and for a file that cannot be written."""
        text = schema_file() if options["schema"] else self._project_file(options["slug"])
        output: Path | None = options["output"]
        if output is None:
            self.stdout.write(text, ending="")
            return
        try:
            output.write_bytes(text.encode())
        except OSError as error:
            raise CommandError(f"{output}: {error.strerror}") from error

    def _project_file(self, slug: str) -> str:
        project = Project.objects.filter(slug=slug).first()
        if project is None:
            raise CommandError(f"there is no project “{slug}”." if slug else "name a project, or ask for the --schema.")
        return project_file(project)
