"""What people record about the life of a project. What follows from it is `domain.lifecycle`."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mlcanvas.projects.models import Project


class Checkpoint(models.Model):
    """What people recorded at one checkpoint of the catalogue. One that a rule decides is never `done` here."""

    class Status(models.TextChoices):
        TODO = "todo", _("to do")
        DONE = "done", _("done")
        WAIVED = "waived", _("waived")

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=10)
    status = models.CharField(max_length=6, choices=Status.choices, default=Status.TODO)
    reason = models.TextField(blank=True)
    # A name, not an account: whoever answers for it may have none.
    owner = models.CharField(max_length=120, blank=True)
    date = models.DateField(null=True, blank=True)
    # The iteration in which it was last recorded.
    iteration = models.PositiveIntegerField(default=1)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "key"], name="tracker_checkpoint_once"),
            models.CheckConstraint(
                condition=Q(status__in=["todo", "done", "waived"]), name="tracker_checkpoint_known_status"
            ),
            models.CheckConstraint(
                condition=Q(status="todo") | Q(date__isnull=False), name="tracker_checkpoint_done_has_date"
            ),
            models.CheckConstraint(
                condition=~Q(status="waived") | ~Q(reason=""), name="tracker_checkpoint_waived_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.key


class Evidence(models.Model):
    """A link that shows that a checkpoint was really done."""

    checkpoint = models.ForeignKey(Checkpoint, on_delete=models.CASCADE, related_name="+")
    label = models.CharField(max_length=200)
    url = models.CharField(max_length=2000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(url__startswith="http://") | Q(url__startswith="https://"), name="tracker_evidence_web_url"
            ),
        ]

    def __str__(self) -> str:
        return self.label


class Move(models.Model):
    """A step from one stage to another. Rows are only ever added; the last one says where the project is."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    start = models.CharField(max_length=20)
    to = models.CharField(max_length=20)
    reason = models.TextField(blank=True)
    iteration = models.PositiveIntegerField(default=1)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["project", "-id"], name="tracker_move_last")]

    def __str__(self) -> str:
        return f"{self.start} to {self.to}"
