"""What the running program is made of, as one digest: what it computed before, it computes again only as the same."""

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]
_KINDS = frozenset({".py", ".toml", ".typ"})
_BESIDE = ("typst", "numpy", "markdown-it-py", "fonttools")


@cache
def release() -> str:
    """The SHA-256 of the package's code, catalogue, templates and translations, and of the libraries that a document
    depends on; read once per process."""
    found = hashlib.sha256()
    for library in _BESIDE:
        found.update(f"{library} {version(library)}\n".encode())
    files = [file for file in _PACKAGE.rglob("*") if file.suffix in _KINDS]
    files += (_PACKAGE.parent / "locale").rglob("*.mo")
    for file in sorted(files):
        found.update(f"{file.relative_to(_PACKAGE.parent)}\n".encode() + file.read_bytes())
    return found.hexdigest()
