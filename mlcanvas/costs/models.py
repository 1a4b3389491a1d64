"""What was answered about costs, every estimate that was made of it, what it came to, and what a workspace sets."""

from django.conf import settings
from django.db import models

from mlcanvas.projects.models import Project
from mlcanvas.workspaces.models import Workspace


class Sheet(models.Model):
    """The questionnaire of one project: its seed. Writers hold this row, so that no estimate misses an answer."""

    project = models.OneToOneField(Project, on_delete=models.CASCADE, primary_key=True, related_name="+")
    seed = models.PositiveIntegerField()
    # What the plan was called as a scenario, before it was made the plan.
    plan = models.CharField(max_length=200, blank=True, default="")

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
    # The canonical JSON of all that went in (`domain.estimate.inputs_of`), and its SHA-256. The first is empty in
    # records older than the keeping of it.
    inputs = models.TextField(blank=True, default="")
    inputs_digest = models.CharField(max_length=64)
    seed = models.PositiveIntegerField()
    rule_version = models.CharField(max_length=20)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "number"], name="costs_estimate_once")]

    def __str__(self) -> str:
        return f"estimate {self.number} of {self.project_id}"


class ScenarioQuerySet(models.QuerySet["Scenario"]):
    """Scenarios by project."""

    def of(self, project: Project) -> "ScenarioQuerySet":
        """Those that were not deleted, as they were added."""
        return self.filter(project=project, deleted_at=None).order_by("pk")

    def deleted(self, project: Project) -> "ScenarioQuerySet":
        """Those that can be put back, the latest first."""
        return self.filter(project=project).exclude(deleted_at=None).order_by("-deleted_at")


class Scenario(models.Model):
    """Other answers beside the plan: a name, and what is said differently (docs/decisions/0010-scenarios.md)."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    # S and a number, never used twice in a project.
    key = models.CharField(max_length=8)
    name = models.CharField(max_length=200)
    note = models.TextField(blank=True)
    # Another target for the primary metric; None is the plan's.
    target = models.FloatField(null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = ScenarioQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "key"], name="costs_scenario_once")]

    def __str__(self) -> str:
        return self.name


class ScenarioAnswer(models.Model):
    """What one scenario answers to one question instead of the plan: two people who answer two questions never meet."""

    scenario = models.ForeignKey(Scenario, on_delete=models.CASCADE, related_name="answers")
    question = models.CharField(max_length=60)
    # Canonical JSON, as in `Answer`; `"unanswered"` leaves open what the plan answers.
    value = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scenario", "question"], name="costs_scenarioanswer_once")]

    def __str__(self) -> str:
        return f"{self.question}: {self.value}"


class Actual(models.Model):
    """What one line of the estimate came to, so far or in the end."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    line = models.CharField(max_length=60)
    # In the currency of the project; None where only a note or a date is there.
    amount = models.FloatField(null=True)
    note = models.TextField(blank=True)
    begun = models.DateField(null=True)
    ended = models.DateField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "line"], name="costs_actual_once"),
            models.CheckConstraint(
                condition=models.Q(amount=None) | models.Q(amount__gte=0), name="costs_actual_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line} of {self.project_id}: {self.amount}"


class Comparison(models.Model):
    """The estimate that a project's actual amounts are compared with: a copy of its figures, so that a project file
    carries them where the estimates themselves stay behind."""

    project = models.OneToOneField(Project, on_delete=models.CASCADE, primary_key=True, related_name="+")
    # Canonical JSON of domain.estimate.actuals.plan_of, with the digest of the estimate, its day, and why it was taken.
    plan = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"plan of {self.project_id}"


class OwnFigure(models.Model):
    """A figure that a workspace set in place of the catalogue's. Rows are only ever added: the last one of a place
    counts, and one without values takes it back."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    place = models.CharField(max_length=80)
    low = models.FloatField(null=True)
    likely = models.FloatField(null=True)
    high = models.FloatField(null=True)
    # Of money: the currency that it was typed in.
    currency = models.CharField(max_length=3, blank=True)
    source = models.CharField(max_length=300, blank=True)
    dated = models.DateField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["workspace", "place", "-id"], name="costs_ownfigure_last")]

    def __str__(self) -> str:
        return f"{self.place} of workspace {self.workspace_id}: {self.likely}"


class Calibration(models.Model):
    """The corrections that a workspace took over from its finished projects. Rows are only ever added: the last one
    counts, and one without a fit takes them back."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveIntegerField()
    # Canonical JSON of domain.estimate.calibration.Fit; empty where corrections were taken back.
    fit = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "number"], name="costs_calibration_once")]

    def __str__(self) -> str:
        return f"corrections {self.number} of workspace {self.workspace_id}"
