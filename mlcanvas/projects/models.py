"""What every part of a project stands on."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mlcanvas.accounts.models import User
from mlcanvas.workspaces.currencies import CURRENCIES
from mlcanvas.workspaces.models import Membership, Workspace
from mlcanvas.workspaces.roles import Role


class ProjectQuerySet(models.QuerySet["Project"]):
    def visible_to(self, user: User) -> "ProjectQuerySet":
        """The projects of the workspaces that this person belongs to."""
        return self.filter(workspace__in=Membership.objects.filter(user=user).values("workspace"))


class Project(models.Model):
    """One machine-learning idea being scoped."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=200)
    slug = models.SlugField(max_length=80, unique=True)
    # The language its people write in: reports start in it, whatever language the reader's pages have.
    language = models.CharField(max_length=5, choices=settings.LANGUAGES, default="en")
    currency = models.CharField(max_length=3, choices=CURRENCIES, default="EUR")
    # One number for canvas, candidates and tracker.
    iteration = models.PositiveIntegerField(default=1)
    is_example = models.BooleanField(default=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["workspace", "name"], name="projects_project_by_name")]

    def __str__(self) -> str:
        return self.name


class Summary(models.Model):
    """What lists and tabs read: one row per project, each column written by the app that owns it."""

    project = models.OneToOneField(Project, on_delete=models.CASCADE, primary_key=True, related_name="summary")
    stage = models.CharField(max_length=20, default="scope")
    tier = models.PositiveSmallIntegerField(null=True)
    severity = models.PositiveSmallIntegerField(null=True)
    value = models.FloatField(null=True)
    feasibility = models.FloatField(null=True)
    p10 = models.FloatField(null=True)
    p50 = models.FloatField(null=True)
    p80 = models.FloatField(null=True)
    p90 = models.FloatField(null=True)
    currency = models.CharField(max_length=3, default="EUR")
    readiness_scope = models.PositiveSmallIntegerField(default=0)
    readiness_canvas = models.PositiveSmallIntegerField(default=0)
    readiness_risks = models.PositiveSmallIntegerField(default=0)
    readiness_costs = models.PositiveSmallIntegerField(default=0)
    readiness_baselines = models.PositiveSmallIntegerField(default=0)
    readiness_tracker = models.PositiveSmallIntegerField(default=0)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        indexes = [models.Index(fields=["-updated_at"], name="projects_summary_by_update")]

    def __str__(self) -> str:
        return f"summary of {self.project_id}"


class Passage(models.Model):
    """A long text that somebody writes: a canvas block, an answer. `key` is `<app>/<...>`, e.g. `scope/problem`."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=120)
    text = models.TextField(blank=True)
    # 0 until somebody writes; each accepted edit is one more.
    version = models.PositiveIntegerField(default=0)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "key"], name="projects_passage_once")]

    def __str__(self) -> str:
        return self.key


class PassageEdit(models.Model):
    """One accepted edit of a passage, kept for ever."""

    class Kind(models.TextChoices):
        EDIT = "edit", _("edit")
        MERGE = "merge", _("merge")
        IMPORT = "import", _("import")

    passage = models.ForeignKey(Passage, on_delete=models.CASCADE, related_name="+")
    version = models.PositiveIntegerField()
    # The version that the writer had seen. For a merge, the other parent is version - 1.
    base = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.EDIT)
    text = models.TextField(blank=True)
    # What the writer sent, where a merge made something else of it: no sentence is lost.
    sent = models.TextField(null=True)  # noqa: DJ001 - an empty text was sent, too
    # The writer's name for this text, so that the same text sent twice is one edit. A plain form has none.
    request = models.CharField(max_length=32, null=True)  # noqa: DJ001 - rows without one are not alike
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["passage", "version"], name="projects_passageedit_once"),
            models.UniqueConstraint(fields=["passage", "request"], name="projects_passageedit_request_once"),
            models.CheckConstraint(condition=Q(base__lt=models.F("version")), name="projects_passageedit_base_before"),
        ]

    def __str__(self) -> str:
        return f"{self.passage_id} version {self.version}"


class Fact(models.Model):
    """An answer that matters to several parts: asked once, shown wherever it belongs."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=60)
    value = models.JSONField()
    version = models.PositiveIntegerField(default=1)
    # Written by the action of the part that computes it, never typed.
    derived = models.BooleanField(default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "key"], name="projects_fact_once")]

    def __str__(self) -> str:
        return self.key


class Revision(models.Model):
    """An immutable snapshot of everything a project says, and what followed from it."""

    class Reason(models.TextChoices):
        DEMAND = "demand", _("saved on demand")
        REVIEW = "review", _("for a review")
        GATE = "gate", _("at a gate")
        IMPORT = "import", _("before an import")

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveIntegerField()
    reason = models.CharField(max_length=10, choices=Reason.choices)
    # Canonical JSON: content, results, versions.
    snapshot = models.TextField()
    # SHA-256 over the content, hexadecimal.
    digest = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "number"], name="projects_revision_once")]

    def __str__(self) -> str:
        return f"revision {self.number} of {self.project_id}"


class Event(models.Model):
    """Who did what, when. Rows are only ever added."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    what = models.CharField(max_length=60)
    values = models.JSONField(default=dict)
    revision = models.ForeignKey(Revision, null=True, on_delete=models.SET_NULL, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["project", "-at"], name="projects_event_by_time")]

    def __str__(self) -> str:
        return self.what


class Seat:
    """A person's place at one project."""

    def __init__(self, project: Project, role: Role) -> None:
        self.project = project
        self.role = role

    @property
    def may_review(self) -> bool:
        """Comments and decisions."""
        return self.role >= Role.REVIEWER

    @property
    def may_edit(self) -> bool:
        """Everything that the project says."""
        return self.role >= Role.EDITOR

    @property
    def may_own(self) -> bool:
        """People, settings, deletion."""
        return self.role >= Role.OWNER

    def __repr__(self) -> str:
        return f"<Seat {self.role.name} at {self.project.slug}>"


JsonObject = dict[str, Any]
