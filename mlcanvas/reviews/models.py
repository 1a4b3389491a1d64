"""What a team decided about a project, bound to what it had read."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mlcanvas.projects.models import Project, Revision


class Decision(models.Model):
    """Go, pilot or stop, on one revision. Rows are only ever added; the last one counts."""

    class Outcome(models.TextChoices):
        GO = "go", _("Go ahead")
        PILOT = "pilot", _("Pilot first")
        STOP = "stop", _("Stop")

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="+")
    outcome = models.CharField(max_length=5, choices=Outcome.choices)
    note = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=["go", "pilot", "stop"]), name="reviews_decision_known_outcome"
            ),
            models.CheckConstraint(condition=~Q(note=""), name="reviews_decision_has_note"),
        ]
        indexes = [models.Index(fields=["project", "-id"], name="reviews_decision_last")]

    def __str__(self) -> str:
        return f"{self.outcome} on revision {self.revision_id}"
