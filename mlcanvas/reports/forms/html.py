"""The scoping report as one HTML file: no script, no network, its styles inside.

It is laid out by the templates of the report's page, so that the two cannot drift apart.
"""

import base64
import hashlib
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from mlcanvas.reports.document import ScopingReport
from mlcanvas.reports.forms.letters import legible

STYLES = ("report-file.css", "report.css")


def render(report: ScopingReport) -> bytes:
    """The file in UTF-8. Equal reports give equal bytes."""
    style, policy = _style(report.options.accent)
    policy += "; img-src data:" if report.options.logo else ""
    context = {"report": legible(report, glue=True), "policy": policy}
    with translation.override(report.language):
        page = render_to_string("reports/forms/page.html", context)
    # The first end of a head is the template's: texts of people come after it or are escaped.
    return page.replace("</head>", f"<style>{style}</style>\n</head>", 1).encode()


@lru_cache(maxsize=64)
def _style(accent: str) -> tuple[str, str]:
    """Our style sheets as one, with the colour of the workspace, and a policy that lets a browser use just them.

    The colour was chosen to be read on white: a dark page keeps its own.
    """
    roots = [*map(Path, settings.STATICFILES_DIRS), Path(settings.STATIC_ROOT or "")]
    folder = next((root / "css" for root in roots if (root / "css" / STYLES[0]).is_file()), roots[0] / "css")
    own = f"@media print, (prefers-color-scheme: light) {{ .report {{ --report-line: {accent}; }} }}"
    sheets = "\n".join([*((folder / name).read_text(encoding="utf-8") for name in STYLES), own])
    digest = base64.b64encode(hashlib.sha256(sheets.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return sheets, policy
