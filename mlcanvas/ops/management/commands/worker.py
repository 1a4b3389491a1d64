"""Does what goes on in the background, in a process of its own."""

import signal
import sys
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from mlcanvas.reports.jobs import lane
from mlcanvas.typeset.press import use
from mlcanvas.web.press import start

REST = 2
"""Seconds between two looks at what waits."""


class Command(BaseCommand):
    """With MLCANVAS_JOBS=worker, web servers leave their jobs to this. Several of them share the work."""

    help = "Do what people asked for in the background, until it is stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        """Adds `--once`."""
        parser.add_argument("--once", action="store_true", help="do what waits now, and end")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Documents are made in a child, as in a web server. The job at hand waits again when this is stopped."""
        signal.signal(signal.SIGTERM, lambda *_: sys.exit())
        press = start()
        try:
            lane.run()
            while not options["once"]:
                time.sleep(REST)
                lane.run()
        except KeyboardInterrupt:
            return
        finally:
            use(None)
            press.close()
