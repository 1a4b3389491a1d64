"""What is reached without the model that is being planned."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from mlcanvas.projects.models import Project


class BaselineQuerySet(models.QuerySet["Baseline"]):
    def of(self, project: Project) -> "BaselineQuerySet":
        """What stands in the registry of the project."""
        return self.filter(project=project, deleted_at=None)

    def deleted(self, project: Project) -> "BaselineQuerySet":
        """What was taken out and can be put back, the latest first."""
        return self.filter(project=project, deleted_at__isnull=False).order_by("-deleted_at", "-pk")


class Baseline(models.Model):
    """One measured value of something that exists without the planned model, and where it comes from."""

    class Comparable(models.TextChoices):
        YES = "yes", _("yes")
        PARTLY = "partly", _("in part")
        NO = "no", _("no")

    class Direction(models.TextChoices):
        HIGHER = "higher", _("higher is better")
        LOWER = "lower", _("lower is better")

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    # B01 and up where it was written here; an imported one keeps the key that it brings.
    key = models.SlugField(max_length=60)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=30)
    # The catalogue's key, or the key of a success metric of the project.
    metric = models.CharField(max_length=60)
    value = models.FloatField()
    low = models.FloatField(null=True, blank=True)
    high = models.FloatField(null=True, blank=True)
    n = models.PositiveBigIntegerField(null=True, blank=True)
    direction = models.CharField(max_length=6, choices=Direction.choices)
    unit = models.CharField(max_length=40, blank=True)
    dataset = models.CharField(max_length=200, blank=True)
    dataset_revision = models.CharField(max_length=80, blank=True)
    split = models.CharField(max_length=80, blank=True)
    measured_on = models.DateField(null=True, blank=True)
    measured_by = models.CharField(max_length=120, blank=True)
    protocol = models.TextField(blank=True)
    source_name = models.CharField(max_length=200, blank=True)
    source_url = models.CharField(max_length=500, blank=True)
    licence = models.CharField(max_length=120, blank=True)
    comparable = models.CharField(max_length=6, choices=Comparable.choices, default=Comparable.YES)
    comparable_why = models.CharField(max_length=500, blank=True)
    active = models.BooleanField(default=True)
    notes = models.TextField(blank=True)
    # Goes up with every edit; an edit names the version that its writer saw.
    version = models.PositiveIntegerField(default=1)
    deleted_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now=True)

    objects = BaselineQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project", "key"], condition=Q(deleted_at=None), name="baselines_baseline_key_once_in_registry"
            ),
            models.CheckConstraint(
                condition=Q(low=None) | Q(low__lte=F("value")), name="baselines_baseline_low_up_to_value"
            ),
            models.CheckConstraint(
                condition=Q(high=None) | Q(high__gte=F("value")), name="baselines_baseline_high_from_value"
            ),
            models.CheckConstraint(
                condition=Q(comparable__in=["yes", "partly", "no"]), name="baselines_baseline_known_comparable"
            ),
            models.CheckConstraint(
                condition=Q(direction__in=["higher", "lower"]), name="baselines_baseline_known_direction"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="baselines_baseline_has_name"),
        ]

    def __str__(self) -> str:
        return self.name
