"""PDFs that were made before, kept by all that went into them.

That of a revision is found without reading the revision: it never changes, so nothing but the options, the record of
what happened on it and the program itself can make another file of it. That of a working copy is found by what it says.
"""

import hashlib
import json
from dataclasses import asdict
from typing import Any

from django.core.cache import caches

from mlcanvas.domain.canonical import canonical_json
from mlcanvas.projects import selectors as projects
from mlcanvas.projects.models import Project, Revision
from mlcanvas.reports.document import ScopingReport
from mlcanvas.reports.options import Options
from mlcanvas.typeset import Fonts, Typeset
from mlcanvas.web.release import release


def address(project: Project, revision: Revision, language: str, options: Options, fonts: Fonts) -> str:
    """What names the PDF: the SHA-256 of everything that it depends on."""
    events = [[event.pk, str(event.by or "")] for event in projects.events_on(revision)]
    since = projects.decided_before(project, revision)
    parts = {
        "release": release(),
        "fonts": [list(fonts.families), len(fonts.coverage)],
        "revision": [revision.pk, revision.digest, revision.at.isoformat()],
        "record": events,
        "since": since and [since.pk, str(since.by or "")],
        "author": str(project.created_by or ""),
        "example": project.is_example,
        "language": language,
        "options": asdict(options),
    }
    return hashlib.sha256(canonical_json(parts).encode()).hexdigest()


def address_of(report: ScopingReport, laid: dict[str, Any], fonts: Fonts) -> str:
    """What names the PDF of a report that was built: the SHA-256 of all that it says and of how it looks.

    `laid` is what `pdf.data` gives of it.
    """
    said = json.dumps(laid, ensure_ascii=False)
    look = (report.options.logo.png if report.options.logo else "", report.options.accent)
    parts = (release(), *fonts.families, report.language, report.made_on.isoformat(), *look, said)
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def get(place: str) -> Typeset | None:
    """The PDF that was kept there, or None."""
    found = caches["reports"].get(place)
    return found if isinstance(found, Typeset) else None


def put(place: str, made: Typeset) -> None:
    """Keep a PDF; the oldest go when there are many."""
    caches["reports"].set(place, made)
