"""How a workspace wants its reports."""

from django.conf import settings
from django.db import models

from mlcanvas.reports.options import ACCENT, PAPERS
from mlcanvas.workspaces.models import Workspace


class ReportLook(models.Model):
    """What is remembered for the reports of a workspace. A workspace without a row has the usual ones."""

    workspace = models.OneToOneField(Workspace, on_delete=models.CASCADE, primary_key=True, related_name="+")
    # The keys of the sections in their order, None for all of them as they usually stand: one that later work adds is
    # then there too.
    sections = models.JSONField(null=True, blank=True)
    paper = models.CharField(max_length=10, default=PAPERS[0])
    brief = models.BooleanField(default=False)
    accent = models.CharField(max_length=7, default=ACCENT)
    # A PNG, drawn anew when it was uploaded; empty for none.
    logo = models.BinaryField(default=b"")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(paper__in=PAPERS), name="reports_look_known_paper")]

    def __str__(self) -> str:
        return f"reports of {self.workspace_id}"
