"""Which report of a project is wanted, as an address says it: language, revision, sections and paper."""

from dataclasses import replace
from urllib.parse import urlencode

from django.http import Http404, QueryDict

from mlcanvas.projects import selectors as projects
from mlcanvas.projects.models import Project, Revision
from mlcanvas.reports import selectors
from mlcanvas.reports.document import KEYS
from mlcanvas.reports.options import PAPERS, Options, moved, ordered, turned


def language(given: QueryDict, project: Project) -> str:
    """The language that the address asks for; the project's own where it asks for none that we speak."""
    asked = given.get("language", "")
    return asked if asked in selectors.LANGUAGES else project.language


def revision(given: QueryDict, project: Project) -> Revision | None:
    """The revision that the address asks for, if it asks for one. Raises Http404 for one that is not there."""
    asked = given.get("revision", "")
    if not asked:
        return None
    found = projects.revision(project, int(asked)) if asked.isascii() and asked.isdigit() and len(asked) < 9 else None
    if found is None:
        raise Http404
    return found


def options(given: QueryDict, project: Project) -> Options:
    """What the workspace remembers, changed as the address says."""
    kept = selectors.options(project)
    sections = ordered(given.get("sections", "").split(","), KEYS) if "sections" in given else kept.sections
    paper = next((paper for paper in PAPERS if paper == given.get("paper")), kept.paper)
    brief = given.get("only") == "summary" if "only" in given else kept.brief
    wanted = replace(kept, sections=sections, paper=paper, brief=brief)
    if "ticked" in given:
        ticked = set(given.getlist("show"))
        for key in KEYS:
            wanted = turned(wanted, key, KEYS, shown=key in ticked)
    sections = moved(moved(wanted.sections, given.get("up", ""), -1), given.get("down", ""), 1)
    return replace(wanted, sections=sections)


def query(wanted: Options, language: str, revision: Revision | None) -> str:
    """The address of just this report: from the question mark on."""
    asked = {
        "language": language,
        "revision": str(revision.number) if revision else "",
        "sections": ",".join(wanted.sections),
        "paper": wanted.paper,
        "only": "summary" if wanted.brief else "all",
    }
    return "?" + urlencode({name: value for name, value in asked.items() if value or name == "sections"}, safe=",")
