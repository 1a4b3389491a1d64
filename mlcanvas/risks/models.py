"""Answers to the risk questions, the register, and the scale it stands on."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.lookups import GreaterThanOrEqual
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mlcanvas.domain.risk import DEFAULT_RULE
from mlcanvas.projects.models import Project
from mlcanvas.workspaces.models import Workspace


class RegisterScale(models.Model):
    """A scale that a workspace has or had of its own. Rows are only ever added: what stood on it can still be shown."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    # Canonical JSON as of domain.scale.written.
    definition = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"scale {self.pk} of {self.workspace_id}"


class RiskRules(models.Model):
    """How a workspace scores its risks. A workspace without a row goes by the catalogue."""

    workspace = models.OneToOneField(Workspace, on_delete=models.CASCADE, primary_key=True, related_name="+")
    # How several answers make one axis of the 3 × 3 table: a rule of the catalogue.
    mixed = models.CharField(max_length=10, default=DEFAULT_RULE)
    # The scale of the registers; empty for that of the catalogue.
    scale = models.ForeignKey(RegisterScale, null=True, blank=True, on_delete=models.RESTRICT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(mixed__in=["max", "mean"]), name="risks_riskrules_known_rule")
        ]

    def __str__(self) -> str:
        return f"risk rules of {self.workspace_id}"


class FactorAnswer(models.Model):
    """The answer to one factor: the key of a level of the 3 × 3 table, or `0` to `4` for value and feasibility."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    factor = models.CharField(max_length=60)
    level = models.CharField(max_length=40)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "factor"], name="risks_factoranswer_once")]

    def __str__(self) -> str:
        return f"{self.factor}: {self.level}"


class RiskQuerySet(models.QuerySet["Risk"]):
    def of(self, project: Project) -> "RiskQuerySet":
        """What stands in the register of the project."""
        return self.filter(project=project, deleted_at=None)

    def deleted(self, project: Project) -> "RiskQuerySet":
        """What was taken out and can be put back, the latest first."""
        return self.filter(project=project, deleted_at__isnull=False).order_by("-deleted_at", "-pk")


class Risk(models.Model):
    """One risk of the register, with three positions: inherent, current (empty: as inherent), residual (the aim)."""

    class Status(models.TextChoices):
        OPEN = "open", _("open")
        CLOSED = "closed", _("closed")

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    # R01 to R40 from the library, P01 and up written here. A key is given once, also after a deletion.
    key = models.CharField(max_length=8)
    title = models.CharField(max_length=200)
    category = models.CharField(max_length=20)
    cause = models.TextField(blank=True)
    event = models.TextField(blank=True)
    effect = models.TextField(blank=True)
    stage = models.CharField(max_length=20, blank=True)
    likelihood = models.PositiveSmallIntegerField()
    severity = models.PositiveSmallIntegerField()
    current_likelihood = models.PositiveSmallIntegerField(null=True, blank=True)
    current_severity = models.PositiveSmallIntegerField(null=True, blank=True)
    residual_likelihood = models.PositiveSmallIntegerField(null=True, blank=True)
    residual_severity = models.PositiveSmallIntegerField(null=True, blank=True)
    treatment = models.CharField(max_length=20, blank=True)
    mitigation = models.TextField(blank=True)
    owner = models.CharField(max_length=120, blank=True)
    due = models.DateField(null=True, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    # The key of the starter risk that it came from.
    library = models.CharField(max_length=8, blank=True)
    # Values of risks/links.py, in their order: a canvas block, a checkpoint, a place in a framework.
    links = models.JSONField(default=list, blank=True)
    # Living with the risk: who said so, why, and until when. Either all of it is there or nothing.
    accepted_until = models.DateField(null=True, blank=True)
    accepted_why = models.TextField(blank=True)
    accepted_by = models.CharField(max_length=200, blank=True)
    accepted_on = models.DateField(null=True, blank=True)
    # Goes up with every edit; an edit names the version that its writer saw.
    version = models.PositiveIntegerField(default=1)
    deleted_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now=True)

    objects = RiskQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project", "key"], condition=Q(deleted_at=None), name="risks_risk_key_once_in_register"
            ),
            models.CheckConstraint(condition=Q(likelihood__gte=1, severity__gte=1), name="risks_risk_on_scale"),
            # NULL compared with anything passes a check, so both halves of a pair are asked for by name.
            models.CheckConstraint(
                condition=Q(current_likelihood=None, current_severity=None)
                | Q(
                    current_likelihood__isnull=False,
                    current_severity__isnull=False,
                    current_likelihood__gte=1,
                    current_severity__gte=1,
                ),
                name="risks_risk_current_is_a_pair",
            ),
            models.CheckConstraint(
                condition=Q(residual_likelihood=None, residual_severity=None)
                | Q(
                    residual_likelihood__isnull=False,
                    residual_severity__isnull=False,
                    residual_likelihood__gte=1,
                    residual_severity__gte=1,
                ),
                name="risks_risk_residual_is_a_pair",
            ),
            models.CheckConstraint(
                condition=Q(residual_likelihood=None)
                | Q(
                    GreaterThanOrEqual(
                        F("likelihood") * F("severity"), F("residual_likelihood") * F("residual_severity")
                    )
                ),
                name="risks_risk_residual_within_inherent",
            ),
            models.CheckConstraint(
                condition=Q(current_likelihood=None)
                | Q(
                    GreaterThanOrEqual(F("likelihood") * F("severity"), F("current_likelihood") * F("current_severity"))
                ),
                name="risks_risk_current_within_inherent",
            ),
            models.CheckConstraint(condition=Q(status__in=["open", "closed"]), name="risks_risk_known_status"),
            models.CheckConstraint(condition=~Q(title=""), name="risks_risk_has_title"),
            models.CheckConstraint(
                condition=Q(accepted_until=None, accepted_on=None, accepted_by="", accepted_why="")
                | (
                    Q(accepted_until__isnull=False, accepted_on__isnull=False)
                    & ~Q(accepted_by="")
                    & ~Q(accepted_why="")
                ),
                name="risks_risk_acceptance_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.title}"


class RiskChangeQuerySet(models.QuerySet["RiskChange"]):
    def as_of(self, project: Project, moment: datetime) -> "RiskChangeQuerySet":
        """What each risk was then: the last row of each key up to `moment`."""
        until = self.filter(project=project, at__lte=moment)
        return self.filter(pk__in=until.values("key").annotate(last=models.Max("pk")).values("last"))


class RiskChange(models.Model):
    """What a risk was from one moment on: its place and state after a write. Rows are only ever added.

    Names the risk by its key and not by its row: an import replaces the register, and what was stays. All that one
    write changes has one `at`.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=8)
    title = models.CharField(max_length=200)
    category = models.CharField(max_length=20)
    status = models.CharField(max_length=10)
    likelihood = models.PositiveSmallIntegerField()
    severity = models.PositiveSmallIntegerField()
    current_likelihood = models.PositiveSmallIntegerField(null=True)
    current_severity = models.PositiveSmallIntegerField(null=True)
    residual_likelihood = models.PositiveSmallIntegerField(null=True)
    residual_severity = models.PositiveSmallIntegerField(null=True)
    removed = models.BooleanField(default=False)
    # The scale it stood on; empty for that of the catalogue.
    scale = models.ForeignKey(RegisterScale, null=True, on_delete=models.RESTRICT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = RiskChangeQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["project", "at"], name="risks_riskchange_by_time")]

    def __str__(self) -> str:
        return f"{self.key} {self.at:%Y-%m-%d %H:%M}"


class Declined(models.Model):
    """A suggestion that the project said no to, and why: it is not suggested again."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    # The key of the starter risk.
    risk = models.CharField(max_length=8)
    why = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "risk"], name="risks_declined_once")]

    def __str__(self) -> str:
        return self.risk
