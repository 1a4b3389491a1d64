"""Every write to how a workspace wants its reports."""

from django.db import transaction

from mlcanvas.accounts.models import User
from mlcanvas.domain.refusal import Refused
from mlcanvas.reports import logo as logos
from mlcanvas.reports.document import KEYS
from mlcanvas.reports.models import ReportLook
from mlcanvas.reports.options import PAPERS, Paper, colour, ordered
from mlcanvas.workspaces.models import Workspace


@transaction.atomic
def remember(*, workspace: Workspace, sections: tuple[str, ...], paper: Paper, brief: bool, by: User) -> None:
    """Which sections, in which order, on which paper: what each report of the workspace starts with from now on.

    Raises Refused (`report_paper_unknown`).
    """
    if paper not in PAPERS:
        raise Refused("report_paper_unknown", path="paper")
    kept = ordered(sections, KEYS)
    _set(workspace, by, sections=None if kept == KEYS else list(kept), paper=paper, brief=brief)


@transaction.atomic
def dress(*, workspace: Workspace, accent: str, by: User) -> None:
    """The colour of titles and lines. Raises Refused as `options.colour` does."""
    _set(workspace, by, accent=colour(accent))


@transaction.atomic
def put_logo(*, workspace: Workspace, content: bytes, by: User) -> None:
    """The logo on the cover, or none for no content. Raises Refused as `logo.drawn` does."""
    _set(workspace, by, logo=logos.drawn(content) if content else b"")


def _set(workspace: Workspace, by: User, **values: object) -> None:
    ReportLook.objects.update_or_create(workspace=workspace, defaults={**values, "by": by})
