"""A web server makes documents in child processes of its own. Commands and tests make them in theirs."""

import threading

from django.conf import settings

from mlcanvas.typeset import NoFonts
from mlcanvas.typeset.press import Limits, Press, use
from mlcanvas.web.fonts import document_fonts


def start() -> Press:
    """Make documents in children from now on, and have one warm before somebody asks. Nobody waits for it."""
    press = Press(Limits(seconds=settings.REPORT_SECONDS, memory=settings.REPORT_MEMORY_MB * 2**20))
    use(press)
    threading.Thread(target=_warm, args=[press], name="documents-warm", daemon=True).start()
    return press


def _warm(press: Press) -> None:
    try:
        folders = document_fonts().folders
    except NoFonts:
        return  # the page of the first document says so
    press.warm(folders)
