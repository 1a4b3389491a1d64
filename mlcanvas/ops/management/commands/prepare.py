"""Makes an empty or older database ready to serve."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """`migrate` and `createcachetable` in one process: `./run` and the container start with it."""

    help = "Migrate the database and make the cache table; does nothing where both are done."

    def handle(self, *_args: Any, **options: Any) -> None:
        """Runs both; each says nothing when it has nothing to do."""
        verbosity = max(options["verbosity"] - 1, 0)
        call_command("migrate", verbosity=verbosity, interactive=False)
        call_command("createcachetable", verbosity=verbosity)
