"""The canvases of a project: their headers, and what people agreed on. The text of a block is a Passage."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from mlcanvas.projects.models import Project

DEFAULT_TEMPLATE = "ml_canvas_v1_1"


class Canvas(models.Model):
    """One template that a project fills. One of them is primary: the tab shows it, readiness and gates read it."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    template = models.CharField(max_length=40, default=DEFAULT_TEMPLATE)
    primary = models.BooleanField(default=True)
    designed_for = models.CharField(max_length=200, blank=True)
    designed_by = models.CharField(max_length=200, blank=True)
    date = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "template"], name="canvas_canvas_once"),
            models.UniqueConstraint(fields=["project"], condition=Q(primary=True), name="canvas_canvas_one_primary"),
        ]

    def __str__(self) -> str:
        return f"{self.template} of {self.project_id}"


class Agreement(models.Model):
    """Somebody said that a block is agreed, at this version of its text. A later edit makes it a draft again."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    template = models.CharField(max_length=40, default=DEFAULT_TEMPLATE)
    block = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "template", "block"], name="canvas_agreement_once")]

    def __str__(self) -> str:
        return self.block


class Presence(models.Model):
    """In which block of a canvas somebody is. No part of the project: it is over when the signs of life end."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    template = models.CharField(max_length=40)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    # Empty for somebody who looks at the canvas and is in no block.
    block = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "template", "user"], name="canvas_presence_once")]

    def __str__(self) -> str:
        return f"{self.user_id} at {self.block or self.template}"
