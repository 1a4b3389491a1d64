"""Writes the scoping report of a project as a PDF."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from mlcanvas.projects.models import Project
from mlcanvas.reports import selectors
from mlcanvas.typeset import NoFonts, NotTypeset, name


class Command(BaseCommand):
    """`export_report SLUG --output FILE.pdf`: for scripts, the file that the page's button gives."""

    help = "Write the scoping report of a project as a PDF."

    def add_arguments(self, parser: CommandParser) -> None:
        """Adds the project, the file and the language."""
        parser.add_argument("slug", help="the project, as in its address")
        parser.add_argument("--output", required=True, type=Path, metavar="FILE.pdf", help="the file to write")
        parser.add_argument("--language", choices=selectors.LANGUAGES, help="the project's own unless named")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Raises CommandError, one sentence, for an unknown project, a file that cannot be written, missing fonts."""
        project = Project.objects.filter(slug=options["slug"]).first()
        if project is None:
            raise CommandError(f"There is no project {options['slug']!r}.")
        try:
            made = selectors.pdf_of(project, options["language"])
        except NoFonts as error:
            raise CommandError(f"There are no fonts in {error}: run `./run up` once, it fetches them.") from error
        except NotTypeset as error:
            raise CommandError(f"The PDF of {project.slug} could not be made: {error}") from error
        output: Path = options["output"]
        try:
            output.write_bytes(made.pdf)
        except OSError as error:
            raise CommandError(f"{output} cannot be written: {error.strerror or error}.") from error
        self.stdout.write(f"{output}")
        for character, count in made.lost.items():
            self.stderr.write(f"Not printable, shown as a box {count} times: {name(character)}")
