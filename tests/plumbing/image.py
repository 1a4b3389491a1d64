"""Performs a Dockerfile without a container engine: the same lines, in the same order, in folders of this machine.

Every build stage is a folder that stands for `/app`; `/data` is one folder for all. Base images, users and ports have
no counterpart here. An instruction that this module does not know is refused, so no line passes untested.
"""

import os
import re
import shlex
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

# A user is made by root, and belongs to the image.
NEEDS_A_CONTAINER = re.compile(r"useradd .* && install --directory --owner mlcanvas /data")
NO_COUNTERPART = {"USER", "VOLUME", "EXPOSE"}


@dataclass
class Image:
    """What a performed Dockerfile left behind."""

    app: Path
    environment: dict[str, str]
    command: str = ""
    health: str = ""
    user: str = ""
    performed: list[str] = field(default_factory=list)


def instructions(dockerfile: str) -> list[tuple[str, str]]:
    """The (instruction, rest) pairs of a Dockerfile."""
    text = re.sub(r"^\s*#.*\n", "", dockerfile, flags=re.MULTILINE).replace("\\\n", " ")
    return [(line.split(" ", 1)[0], line.split(" ", 1)[1].strip()) for line in text.splitlines() if line.strip()]


class Builder:
    """Performs the instructions of one Dockerfile, with `context` as what a container engine would be sent."""

    def __init__(self, context: Path, work: Path, environment: dict[str, str]) -> None:
        self.context, self.work, self.outside = context, work, environment
        self.stages: dict[str, Image] = {}
        self.image = Image(work, {})

    def build(self) -> Image:
        """Returns the last stage. Raises AssertionError with a command's output when it fails."""
        for name, rest in instructions((self.context / "Dockerfile").read_text()):
            if name not in NO_COUNTERPART:
                getattr(self, f"_{name.lower()}")(rest)
            elif name == "USER":
                self.image.user = rest
            self.image.performed.append(f"{name} {rest}")
        return self.image

    def here(self, text: str) -> str:
        """A command or value with the container's two folders replaced by those that stand for them."""
        text = re.sub(r"(?<![\w./])/data\b", str(self.work / "data"), text)
        return re.sub(r"(?<![\w./])/app\b", str(self.image.app), text)

    def _from(self, rest: str) -> None:
        name = rest.partition(" AS ")[2] or "final"
        folder = self.work / name
        folder.mkdir(parents=True)
        (self.work / "data").mkdir(exist_ok=True)
        self.image = self.stages[name] = Image(folder, {})

    def _workdir(self, rest: str) -> None:
        assert rest == "/app"

    def _env(self, rest: str) -> None:
        name, value = rest.split("=", 1)
        self.image.environment[name] = self.here(value)

    def _copy(self, rest: str) -> None:
        *sources, target = shlex.split(rest)
        root = self.context
        if sources[0].startswith("--from="):
            root = self.stages[sources.pop(0).removeprefix("--from=")].app
            sources = [str(Path(source).relative_to("/app")) for source in sources]
        for source in sources:
            if source != ".":
                place = self.image.app / target / ("" if (root / source).is_dir() else source)
                _copy(root / source, place)
            elif root == self.context:
                self._send(self.image.app / target)
            else:
                _copy(root, self.image.app / target)

    def _send(self, target: Path) -> None:
        """Copies what .dockerignore lets through: it refuses everything, then names what is needed, less some of it."""
        first, *rest = (self.context / ".dockerignore").read_text().split()
        assert first == "*"
        for name in rest:
            if name.startswith("!"):
                _copy(self.context / name[1:], target / name[1:])
            elif not name.startswith("**/"):
                shutil.rmtree(target / name, ignore_errors=True)

    def _run(self, rest: str) -> None:
        if not NEEDS_A_CONTAINER.fullmatch(rest):
            done = self.run(self.here(rest), self.image)
            assert done.returncode == 0, f"RUN {rest}\n{done.stdout}"

    def _healthcheck(self, rest: str) -> None:
        self.image.health = rest.partition("CMD ")[2]

    def _cmd(self, rest: str) -> None:
        self.image.command = rest

    def run(self, command: str, image: Image, **more: str) -> subprocess.CompletedProcess[str]:
        """Runs a shell command in a stage as the container would, and keeps what it prints."""
        return subprocess.run(
            ["sh", "-c", command],
            cwd=image.app,
            env={**self.outside, **image.environment, **more},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, symlinks=True, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target)


def clean_environment(*programs: Path) -> dict[str, str]:
    """This machine's environment without what steers mlcanvas, with the folders `programs` on the path."""
    steering = re.compile("MLCANVAS_|GRANIAN_|DATABASE_URL|DJANGO_|EMAIL_URL|PYTHON|VIRTUAL_ENV")
    kept = {name: value for name, value in os.environ.items() if not steering.match(name)}
    return {**kept, "PATH": os.pathsep.join([*map(str, programs), kept.get("PATH", "")])}
