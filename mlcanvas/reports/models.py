"""How a workspace wants its reports, and the work on them that takes longer than a page may."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

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


class State(models.TextChoices):
    """Where a job is. One that runs and gives no sign of life is swept to FAILED."""

    QUEUED = "queued", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")


UNFINISHED = (State.QUEUED, State.RUNNING)


class Job(models.Model):
    """Work that somebody asked for and that goes on without them. Only that person sees it.

    The row is the queue as well: whoever changes it from QUEUED to RUNNING does the work.
    """

    # What stands in its address.
    number = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # What is to be made: a key of `reports.jobs.kinds`.
    kind = models.CharField(max_length=40)
    # None where the projects may be of several: `holds` says which then.
    workspace = models.ForeignKey(Workspace, null=True, on_delete=models.CASCADE, related_name="+")
    # What was asked for, as `reports.jobs.asked` writes it and reads it again.
    asked = models.JSONField(default=dict, blank=True)
    # The SHA-256 of it: the same request is the same job as long as that is not done.
    mark = models.CharField(max_length=64, blank=True, default="")
    # The primary keys of the workspaces that the file has projects of, where there is no `workspace`.
    holds = models.JSONField(default=list, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    # Step n of m, and what it is about.
    step = models.PositiveIntegerField(default=0)
    steps = models.PositiveIntegerField(default=0)
    about = models.CharField(max_length=200, blank=True, default="")
    # How often it was begun: a worker that was given up may still write, and must not.
    attempt = models.PositiveIntegerField(default=0)
    at = models.DateTimeField(auto_now_add=True)
    # The last sign of life; when it was asked for until it runs.
    heard_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    # What support finds in the log after a failure.
    reference = models.CharField(max_length=8, blank=True, default="")
    # The code of the sentence that says why it was refused when it ran.
    refused = models.CharField(max_length=60, blank=True, default="")
    # Where the file is in the cache of reports, and how large.
    result = models.CharField(max_length=80, blank=True, default="")
    size = models.PositiveBigIntegerField(default=0)
    # What could not be made, each with its reference: the rest is in the file.
    missing = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ("-at",)
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=State.values), name="reports_job_known_state"),
            # Whoever presses twice gets the job that is there.
            models.UniqueConstraint(
                fields=["workspace", "by", "kind", "mark"],
                condition=models.Q(state__in=UNFINISHED),
                name="reports_job_once_at_a_time",
            ),
            # The other constraint says nothing where there is no workspace: to a database no two of them are alike.
            models.UniqueConstraint(
                fields=["by", "kind", "mark"],
                condition=models.Q(state__in=UNFINISHED, workspace=None),
                name="reports_job_of_several_once",
            ),
        ]
        indexes = [models.Index(fields=["state", "heard_at"], name="reports_job_by_life")]

    def __str__(self) -> str:
        return f"{self.kind} for {self.by_id}"
