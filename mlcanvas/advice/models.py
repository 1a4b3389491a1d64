"""Which advice a team has set aside, and why."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from mlcanvas.projects.models import Project


class Dismissal(models.Model):
    """A piece of advice that does not apply. It holds for the figures of that day: other figures bring it back."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=60)
    # Digest of the values that the sentence showed.
    figures = models.CharField(max_length=64)
    reason = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "key"], name="advice_dismissal_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="advice_dismissal_has_reason"),
        ]

    def __str__(self) -> str:
        return self.key
