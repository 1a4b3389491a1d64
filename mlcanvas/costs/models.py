"""What was answered about costs, and every estimate that was made of it."""

from django.conf import settings
from django.db import models

from mlcanvas.projects.models import Project


class Sheet(models.Model):
    """The questionnaire of one project: its seed. Writers hold this row, so that no estimate misses an answer."""

    project = models.OneToOneField(Project, on_delete=models.CASCADE, primary_key=True, related_name="+")
    seed = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"costs of {self.project_id}"


class Answer(models.Model):
    """The answer to one question: two people who answer two questions never meet."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    question = models.CharField(max_length=60)
    # Canonical JSON as text: no database rewrites the digits of a number that somebody typed.
    value = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "question"], name="costs_answer_once")]

    def __str__(self) -> str:
        return f"{self.question}: {self.value}"


class Estimate(models.Model):
    """One estimate as it was made. It is never changed: a new one is added."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveIntegerField()
    # The canonical JSON of domain.estimate.Estimate.record(), and its SHA-256.
    result = models.TextField()
    digest = models.CharField(max_length=64)
    # SHA-256 of all that went in: answers, facts, target, currency, seed, versions.
    inputs_digest = models.CharField(max_length=64)
    seed = models.PositiveIntegerField()
    rule_version = models.CharField(max_length=20)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "number"], name="costs_estimate_once")]

    def __str__(self) -> str:
        return f"estimate {self.number} of {self.project_id}"
