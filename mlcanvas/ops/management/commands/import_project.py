"""A project file becomes a project."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from mlcanvas.accounts.models import User
from mlcanvas.exchange.actions import project_import
from mlcanvas.exchange.problems import Unreadable
from mlcanvas.workspaces.models import Workspace


class Command(BaseCommand):
    """Prints the slug of the new project; with a broken file it prints every problem and creates nothing."""

    help = "Import a project file (docs/project-file.md) as a new project and print its slug."

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, and where and for whom."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--workspace", metavar="SLUG", help="needed when there are several")
        parser.add_argument("--by", metavar="EMAIL", help="the person who imports; nobody, if left out")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Imports the file. Raises CommandError with the problems, one a line: file, line, place, reason."""
        file: Path = options["file"]
        workspace, by = self._workspace(options["workspace"]), self._person(options["by"])
        try:
            content = file.read_bytes()
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from error
        try:
            project = project_import(workspace=workspace, text=content, by=by)
        except Unreadable as unreadable:
            lines = [
                ": ".join(filter(None, (f"{file}:{problem.line}", problem.path, problem.sentence)))
                for problem in unreadable.problems
            ]
            more = ["... and more."] if unreadable.more else []
            raise CommandError("\n".join(["nothing was imported.", *lines, *more])) from unreadable
        self.stdout.write(project.slug)

    def _workspace(self, slug: str | None) -> Workspace:
        if slug:
            found = Workspace.objects.filter(slug=slug).first()
            if found is None:
                raise CommandError(f"there is no workspace “{slug}”; there are: {self._slugs()}.")
            return found
        if Workspace.objects.count() > 1:
            raise CommandError(f"say which workspace with --workspace; there are: {self._slugs()}.")
        only = Workspace.objects.first()
        if only is None:
            raise CommandError("there is no workspace yet: `first_owner EMAIL --workspace NAME` makes one.")
        return only

    def _slugs(self) -> str:
        return ", ".join(Workspace.objects.order_by("slug").values_list("slug", flat=True)) or "none"

    def _person(self, email: str | None) -> User | None:
        if not email:
            return None
        found = User.objects.filter(email=email.lower()).first()
        if found is None:
            raise CommandError(f"nobody here has the address {email}.")
        return found
