"""Writes the report of a project, or of several, as a file, in the form that the ending of its name asks for."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from mlcanvas.domain.refusal import Refused
from mlcanvas.projects.models import Project
from mlcanvas.reports import selectors
from mlcanvas.reports.forms import FORMS
from mlcanvas.reports.portfolio import selectors as portfolio
from mlcanvas.reports.voice import Voice
from mlcanvas.typeset import NoFonts, NotTypeset, name
from mlcanvas.web.sentences import say

ENDINGS = ("pdf", *FORMS)
TOGETHER = ("pdf", *portfolio.ENDINGS)


class Command(BaseCommand):
    """`export_report SLUG --output FILE.pdf`: for scripts, the file that the page's button gives.

    `export_report --portfolio SLUG SLUG --output FILE.pdf` ranks several projects, with a summary page of each.
    """

    help = (
        f"Write the scoping report of a project as a file ({', '.join(ENDINGS)}), "
        f"or with --portfolio the report of several ({', '.join(TOGETHER)})."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Adds the project or projects, the file and the language."""
        parser.add_argument("slug", nargs="?", help="the project, as in its address")
        parser.add_argument("--portfolio", nargs="+", metavar="SLUG", help="several projects, in one report")
        parser.add_argument(
            "--output",
            required=True,
            type=Path,
            metavar="FILE",
            help=f"the file to write, named .{', .'.join(ENDINGS)}",
        )
        parser.add_argument("--language", choices=selectors.LANGUAGES, help="the (first) project's own unless named")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Raises CommandError, one sentence, for an unknown project or ending, an unwritable file, missing fonts."""
        together: list[str] = options["portfolio"] or []
        if bool(together) == bool(options["slug"]):
            raise CommandError("Name one project, or several after --portfolio.")
        projects = [self._project(slug) for slug in together or [options["slug"]]]
        output: Path = options["output"]
        ending = output.suffix.lower().removeprefix(".")
        known = TOGETHER if together else ENDINGS
        if ending not in known:
            raise CommandError(f"{output} has no ending that says which form it is to have: .{', .'.join(known)}.")
        try:
            if together:
                content, lost = self._together(projects, ending, options["language"])
            else:
                content, lost = self._made(projects[0], ending, options["language"])
        except Refused as refused:
            raise CommandError(say(refused)) from refused
        except NoFonts as error:
            raise CommandError(f"There are no fonts in {error}: run `./run up` once, it fetches them.") from error
        except NotTypeset as error:
            of = "the portfolio" if together else projects[0].slug
            raise CommandError(f"The {ending.upper()} of {of} could not be made: {error}") from error
        try:
            output.write_bytes(content)
        except OSError as error:
            raise CommandError(f"{output} cannot be written: {error.strerror or error}.") from error
        self.stdout.write(f"{output}")
        for character, count in lost.items():
            self.stderr.write(f"Not printable, shown as a box {count} times: {name(character)}")

    def _project(self, slug: str) -> Project:
        project = Project.objects.filter(slug=slug).first()
        if project is None:
            raise CommandError(f"There is no project {slug!r}.")
        return project

    def _made(self, project: Project, ending: str, language: str | None) -> tuple[bytes, dict[str, int]]:
        if ending != "pdf":
            return selectors.report_file(project, ending, language), {}
        made = selectors.pdf_of(project, language)
        return made.pdf, made.lost

    def _together(self, projects: list[Project], ending: str, language: str | None) -> tuple[bytes, dict[str, int]]:
        language = language or projects[0].language
        voice = Voice(language, "")
        rows = Project.objects.filter(pk__in=[project.pk for project in projects])
        said = [(voice("portfolio.chosen"), voice("portfolio.chosen_ticked"))]
        found = portfolio.report(rows, said, language=language)
        if ending != "pdf":
            return portfolio.file_of(found, ending), {}
        made = selectors.kept_pdf(found)
        return made.pdf, made.lost
