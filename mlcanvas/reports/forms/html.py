"""The scoping report as one HTML file: no network, its styles and the script of its charts inside.

It is laid out by the templates of the report's page, so that the two cannot drift apart. Everything it says is there
without the script, which only lets people point at it.
"""

import base64
import hashlib
from functools import cache, lru_cache
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from mlcanvas.reports.document import ScopingReport
from mlcanvas.reports.forms.letters import legible

STYLES = ("report-file.css", "report.css")
SCRIPT = "report-file.js"


def render(report: ScopingReport) -> bytes:
    """The file in UTF-8. Equal reports give equal bytes."""
    style, policy = _style(report.options.accent)
    policy += "; img-src data:" if report.options.logo else ""
    context = {"report": legible(report, glue=True), "policy": policy}
    with translation.override(report.language):
        page: str = render_to_string("reports/forms/page.html", context)
    # The ends of the head and of the body are the template's: what people write is escaped.
    page = page.replace("</head>", f"<style>{style}</style>\n</head>", 1)
    return page.replace("</body>", f"<script>{_file('js', SCRIPT)}</script>\n</body>", 1).encode()


@lru_cache(maxsize=64)
def _style(accent: str) -> tuple[str, str]:
    """Our style sheets as one, with the colour of the workspace, and a policy that lets a browser use just them and our
    script.

    The colour was chosen to be read on white: a dark page keeps its own.
    """
    own = f"@media print, (prefers-color-scheme: light) {{ .report {{ --report-line: {accent}; }} }}"
    sheets = "\n".join([*(_file("css", name) for name in STYLES), own])
    policy = (
        f"default-src 'none'; style-src '{_digest(sheets)}'; script-src '{_digest(_file('js', SCRIPT))}'; "
        "base-uri 'none'; form-action 'none'"
    )
    return sheets, policy


@cache
def _file(folder: str, name: str) -> str:
    """The text of one of our static files."""
    roots = [*map(Path, settings.STATICFILES_DIRS), Path(settings.STATIC_ROOT or "")]
    found = next((path for root in roots if (path := root / folder / name).is_file()), roots[0] / folder / name)
    return found.read_text(encoding="utf-8")


def _digest(text: str) -> str:
    """What a policy calls a style or a script of just this text."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
