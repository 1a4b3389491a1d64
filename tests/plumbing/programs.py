"""Programs that the tests start and that no Python package brings. Standard library only: `run` imports this too."""

import os
import shutil
from dataclasses import dataclass


@dataclass(frozen=True)
class Program:
    """A program, the names it goes by, and what installs it."""

    label: str
    names: tuple[str, ...]
    setting: str
    package: str

    def path(self) -> str | None:
        """Returns where it is: what its environment variable names, else the first of its names on the path."""
        named = os.environ.get(self.setting)
        return named or next(filter(None, map(shutil.which, self.names)), None)

    @property
    def missing(self) -> str:
        """The sentence for a person whose machine has none."""
        return f"{self.label} is missing: `apt-get install {self.package}`, or set {self.setting} to where it is"


CHROMIUM = Program(
    label="Chromium",
    names=(
        "chromium",
        "chromium-browser",
        "google-chrome",
        "google-chrome-stable",
        "microsoft-edge",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    ),
    setting="MLCANVAS_CHROMIUM",
    package="chromium",
)
# The same engine without windows starts and draws in two thirds of the time. Not every system packages it.
HEADLESS = Program(
    label="Chromium's headless shell",
    names=("chromium-headless-shell",),
    setting="MLCANVAS_CHROMIUM",
    package="chromium-headless-shell",
)
PDFTOTEXT = Program(label="pdftotext", names=("pdftotext",), setting="MLCANVAS_PDFTOTEXT", package="poppler-utils")
PDFINFO = Program(label="pdfinfo", names=("pdfinfo",), setting="MLCANVAS_PDFINFO", package="poppler-utils")
PDFTOPPM = Program(label="pdftoppm", names=("pdftoppm",), setting="MLCANVAS_PDFTOPPM", package="poppler-utils")
PROGRAMS = (CHROMIUM, PDFTOTEXT, PDFINFO, PDFTOPPM)


def browser(*, whole: bool) -> str | None:
    """Returns where a Chromium is: the whole one of the two if asked for, else the quicker one, else any."""
    both = (CHROMIUM, HEADLESS) if whole else (HEADLESS, CHROMIUM)
    return next(filter(None, (program.path() for program in both)), None)
