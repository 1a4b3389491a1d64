"""How success is measured."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mlcanvas.projects.models import Project


class SuccessMetric(models.Model):
    """One number that says whether the model, the project or the business case succeeds."""

    class Kind(models.TextChoices):
        MODEL = "model", _("model")
        PROJECT = "project", _("project")
        ECONOMIC = "economic", _("economic")

    class Direction(models.TextChoices):
        HIGHER = "higher", _("higher is better")
        LOWER = "lower", _("lower is better")

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    key = models.SlugField(max_length=60)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    # The catalogue's key, where this is a known metric: then a value can become an error.
    metric = models.CharField(max_length=40, blank=True)
    direction = models.CharField(max_length=6, choices=Direction.choices)
    unit = models.CharField(max_length=40, blank=True)
    current = models.FloatField(null=True, blank=True)
    minimum = models.FloatField(null=True, blank=True)
    target = models.FloatField(null=True, blank=True)
    deadline = models.DateField(null=True, blank=True)
    # The model metric that costs and baselines compare with.
    primary = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "key"], name="scope_successmetric_once"),
            models.UniqueConstraint(
                fields=["project"], condition=Q(primary=True), name="scope_successmetric_one_primary"
            ),
            models.CheckConstraint(
                condition=Q(primary=False) | Q(kind="model"), name="scope_successmetric_primary_is_model"
            ),
        ]

    def __str__(self) -> str:
        return self.name
