"""Writes the scoping report of a project as a file, in the form that the ending of its name asks for."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from mlcanvas.projects.models import Project
from mlcanvas.reports import selectors
from mlcanvas.reports.forms import FORMS
from mlcanvas.typeset import NoFonts, NotTypeset, name

ENDINGS = ("pdf", *FORMS)


class Command(BaseCommand):
    """`export_report SLUG --output FILE.pdf`: for scripts, the file that the page's button gives."""

    help = "Write the scoping report of a project as a file: " + ", ".join(ENDINGS) + "."

    def add_arguments(self, parser: CommandParser) -> None:
        """Adds the project, the file and the language."""
        parser.add_argument("slug", help="the project, as in its address")
        parser.add_argument(
            "--output",
            required=True,
            type=Path,
            metavar="FILE",
            help=f"the file to write, named .{', .'.join(ENDINGS)}",
        )
        parser.add_argument("--language", choices=selectors.LANGUAGES, help="the project's own unless named")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Raises CommandError, one sentence, for an unknown project or ending, an unwritable file, missing fonts."""
        project = Project.objects.filter(slug=options["slug"]).first()
        if project is None:
            raise CommandError(f"There is no project {options['slug']!r}.")
        output: Path = options["output"]
        ending = output.suffix.lower().removeprefix(".")
        if ending not in ENDINGS:
            raise CommandError(f"{output} has no ending that says which form it is to have: .{', .'.join(ENDINGS)}.")
        try:
            content, lost = self._made(project, ending, options["language"])
        except NoFonts as error:
            raise CommandError(f"There are no fonts in {error}: run `./run up` once, it fetches them.") from error
        except NotTypeset as error:
            raise CommandError(f"The {ending.upper()} of {project.slug} could not be made: {error}") from error
        try:
            output.write_bytes(content)
        except OSError as error:
            raise CommandError(f"{output} cannot be written: {error.strerror or error}.") from error
        self.stdout.write(f"{output}")
        for character, count in lost.items():
            self.stderr.write(f"Not printable, shown as a box {count} times: {name(character)}")

    def _made(self, project: Project, ending: str, language: str | None) -> tuple[bytes, dict[str, int]]:
        if ending != "pdf":
            return selectors.report_file(project, ending, language), {}
        made = selectors.pdf_of(project, language)
        return made.pdf, made.lost
