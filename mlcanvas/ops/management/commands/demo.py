"""Something to look at, for somebody who has just started."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser

from mlcanvas.accounts.links import sign_in_path
from mlcanvas.ops.demonstration import demonstrate


class Command(BaseCommand):
    """Loads the demo workspace once and prints a link that signs its owner in once, on a line by itself."""

    help = "Load the demo workspace with its two worked cases and print a sign-in link."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where the server answers."""
        parser.add_argument("--address", default="http://127.0.0.1:8000")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Safe to run again: it prints a new link and changes nothing else."""
        call_command("createcachetable", verbosity=0)
        path = sign_in_path(demonstrate())
        self.stdout.write("Two worked cases are in the workspace “Demo”. This link signs you in once, within an hour:")
        self.stdout.write(f"{options['address'].rstrip('/')}{path}")
