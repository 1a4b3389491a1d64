"""The two worked cases as a report reads them."""

from typing import Any

from mlcanvas.exchange.actions import project_import
from mlcanvas.ops.demonstration import cases
from mlcanvas.projects import selectors as projects
from mlcanvas.workspaces.models import Workspace

CASES = cases()


def snapshot(case: str, workspace: Workspace) -> dict[str, Any]:
    """The snapshot of a worked case by its name, once it has been imported into a workspace."""
    return projects.snapshot(project_import(workspace=workspace, text=CASES[case], by=None))
