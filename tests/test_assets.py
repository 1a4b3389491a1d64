"""Front-end files: locked by content, without addresses, and of the version that Python was built for."""

import json
import re
import subprocess
from pathlib import Path

import plotly.offline
import pytest

from mlcanvas.ops import assets

ROOT = assets.ROOT
VENDOR = ROOT / "static" / "vendor"
REGISTRY = re.compile(
    rb"registry\.npmjs|npmjs\.(com|org)|pypi\.org|pythonhosted\.org|--(extra-)?index-url|\"resolved\":\s*\"[\w+]+:"
)


def test_the_lock_holds_integrity_and_no_address() -> None:
    text = (ROOT / "package-lock.json").read_text()
    packages = {name: package for name, package in json.loads(text)["packages"].items() if name}
    assert packages
    assert [name for name, package in packages.items() if not package.get("integrity", "").startswith("sha512-")] == []
    assert "://" not in text


def test_every_version_is_exact() -> None:
    versions = json.loads((ROOT / "package.json").read_text())["dependencies"].values()
    assert [version for version in versions if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_is_pinned_by_hash(name: str) -> None:
    lines = (ROOT / name).read_text().replace("\\\n", " ").splitlines()
    assert len(lines) > 30
    assert [line for line in lines if not re.match(r"[\w.-]+==\S+ .*--hash=sha256:[0-9a-f]{64}", line)] == []


def test_plotly_is_the_version_that_the_figures_are_built_for() -> None:
    head = (VENDOR / "plotly" / "plotly-cartesian.min.js").read_text("utf-8")[:300]
    assert f"v{plotly.offline.get_plotlyjs_version()}" in head


def test_every_file_is_there() -> None:
    assert [name for name in assets.FILES.values() if not (VENDOR / name).stat().st_size] == []


def test_plotly_rules_become_a_stylesheet() -> None:
    rules = (VENDOR / "plotly" / "plotly.css").read_text("utf-8")
    assert rules.count("{") == rules.count("}") == len(rules.splitlines()) > 50
    assert ".js-plotly-plot .plotly .main-svg{position:absolute;top:0;left:0;pointer-events:none;}" in rules
    assert ".plotly-notifier{" in rules
    assert not re.search(r"(?<![\w.#-])[XY](?![\w-])", rules)


def test_plotly_rules_keep_their_order_of_precedence() -> None:
    # plotly.js inserts each rule before the ones it has: the last of the object is the first of the sheet.
    bundle = 'a={"X,X div":"margin:0;",Y:"top:1px;","X b":\'content:"";\'};for(k in a)'
    assert assets.plotly_rules(bundle).splitlines() == [
        '.js-plotly-plot .plotly b{content:"";}',
        ".plotly-notifier{top:1px;}",
        ".js-plotly-plot .plotly,.js-plotly-plot .plotly div{margin:0;}",
    ]


@pytest.mark.parametrize("bundle", ["nothing here", 'a={"X,X div":"margin:0;",[b]:c};for(k in a)'])
def test_an_unknown_bundle_is_refused(bundle: str) -> None:
    with pytest.raises(ValueError, match=r"plotly\.js"):
        assets.plotly_rules(bundle)


def test_nothing_points_at_a_source_map() -> None:
    texts = [path for path in VENDOR.rglob("*") if path.suffix in {".css", ".js"}]
    assert [path for path in texts if "sourceMappingURL=" in path.read_text("utf-8")[-500:]] == []


def test_no_file_names_a_registry() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    files = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    assert files
    own = Path(__file__)
    named = [path for path in files if path.is_file() and path != own and REGISTRY.search(path.read_bytes())]
    assert named == []
