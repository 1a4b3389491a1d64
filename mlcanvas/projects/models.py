"""What every part of a project stands on."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mlcanvas.accounts.models import User
from mlcanvas.domain import tags
from mlcanvas.workspaces.currencies import CURRENCIES
from mlcanvas.workspaces.models import Membership, Workspace
from mlcanvas.workspaces.roles import Role

LAST_ITERATION = 10_000
"""The largest number of an iteration: the project file says so."""

LONGEST_NAME = 254
"""How long the name of an owner may be: an e-mail address stands for somebody who gave no name."""


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
    # Its text is a worked case or a copy of one, and not yet the team's own: a badge says so on every page.
    is_example = models.BooleanField(default=False)
    # Who answers for the project. The name is content, as it was when the owner was chosen or as a file gives it:
    # somebody's other name, or an account that is gone, is no change of the project. `owner` is the person behind it,
    # where the workspace has one.
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    owner_name = models.CharField(max_length=LONGEST_NAME, blank=True, default="")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(owner=None) | ~Q(owner_name=""), name="projects_project_owner_has_name")
        ]
        indexes = [
            models.Index(fields=["workspace", "name"], name="projects_project_by_name"),
            models.Index(fields=["workspace", "owner", "owner_name"], name="projects_project_by_owner"),
        ]

    @property
    def owned_by(self) -> str:
        """Who answers for the project, as people call them today; empty where nobody is named."""
        return str(self.owner or self.owner_name)

    def __str__(self) -> str:
        return self.name


class Tag(models.Model):
    """A short word on a project, as `domain.tags` accepts it. `folded` is what its spellings share."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="tags")
    # The project's, which never changes: the words of a workspace are counted without its projects.
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=tags.LONGEST)
    # Folding can make a character three.
    folded = models.CharField(max_length=3 * tags.LONGEST)

    class Meta:
        ordering = ("folded",)
        constraints = [models.UniqueConstraint(fields=["project", "folded"], name="projects_tag_once")]
        indexes = [models.Index(fields=["workspace", "folded", "name"], name="projects_tag_by_word")]

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
        RESTORE = "restore", _("restore")

    passage = models.ForeignKey(Passage, on_delete=models.CASCADE, related_name="+")
    version = models.PositiveIntegerField()
    # The version that the writer had seen. For a merge, the other parent is version - 1.
    base = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.EDIT)
    text = models.TextField(blank=True)
    # What the writer sent, where a merge made something else of it: no sentence is lost.
    sent = models.TextField(null=True)  # noqa: DJ001 - an empty text was sent, too
    # Of a restore: the version whose text it is again, where one has it.
    restored = models.PositiveIntegerField(null=True)
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


class SpentRequest(models.Model):
    """A request that was answered and changed nothing: a clash, or nothing new. It may still be on its way twice.

    `version` is the one that held just this text. An edit keeps its request itself.
    """

    passage = models.ForeignKey(Passage, on_delete=models.CASCADE, related_name="+")
    request = models.CharField(max_length=32)
    # SHA-256 of what was sent, hexadecimal: the name of another text says nothing about this one.
    digest = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    clash = models.BooleanField()
    version = models.PositiveIntegerField(null=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["passage", "request"], name="projects_spentrequest_once")]

    def __str__(self) -> str:
        return self.request


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


class RowQuerySet(models.QuerySet["Row"]):
    def of(self, project: Project) -> "RowQuerySet":
        """What the project lists, each kind in its order."""
        return self.filter(project=project, deleted_at=None).order_by("kind", "place", "pk")

    def removed(self, project: Project) -> "RowQuerySet":
        """What was taken off and can be put back, the latest first."""
        return self.filter(project=project, deleted_at__isnull=False).order_by("-deleted_at", "-pk")


class Row(models.Model):
    """One of several answers of a kind: a data source, a feature. `kind` and the keys of `values` are the catalogue's.

    `values` holds only what somebody filled in, as `domain.rows.accept_row` gives it.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=30)
    # S01 and up where it was written here; an imported one keeps the key that it brings. Rows refer to rows by it.
    key = models.SlugField(max_length=60)
    place = models.PositiveIntegerField()
    values = models.JSONField(default=dict)
    # Goes up with every edit; an edit names the version that its writer saw.
    version = models.PositiveIntegerField(default=1)
    deleted_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now=True)

    objects = RowQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project", "kind", "key"], condition=Q(deleted_at=None), name="projects_row_key_once_in_list"
            )
        ]

    def __str__(self) -> str:
        return str(self.values.get("name", self.key))


class Revision(models.Model):
    """An immutable snapshot of everything a project says, and what followed from it."""

    class Reason(models.TextChoices):
        DEMAND = "demand", _("saved on demand")
        REVIEW = "review", _("for a review")
        GATE = "gate", _("at a gate")
        IMPORT = "import", _("before an import")
        ITERATION = "iteration", _("at the end of an iteration")

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


class Iteration(models.Model):
    """A closed iteration: how the project stood at its end, and what its people learned in it."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveIntegerField()
    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="+")
    learned = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "number"], name="projects_iteration_once")]

    @property
    def before(self) -> int:
        """The number of the iteration before."""
        return self.number - 1

    @property
    def after(self) -> int:
        """The number of the iteration after."""
        return self.number + 1

    def __str__(self) -> str:
        return f"iteration {self.number} of {self.project_id}"


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


class CommentQuerySet(models.QuerySet["Comment"]):
    def threads(self, project: Project) -> "CommentQuerySet":
        """The first comment of each thread of the project."""
        return self.filter(project=project, root=None)


class Comment(models.Model):
    """What somebody says about a part of a project: the first of a thread, or an answer in it (`root`).

    Never part of the content: not in the project file, not in a revision.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    # What it stands on (projects/targets.py); for a long text, the key of its passage.
    target = models.CharField(max_length=120)
    root = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="+")
    # Markdown; people in it are references (domain/mentions.py). Empty once it is deleted.
    text = models.TextField(blank=True)
    # The words of the target that a thread speaks of, kept as words: they survive every edit of the text.
    quote = models.CharField(max_length=500, blank=True)
    # Goes up with every edit; an edit names the version that its writer saw.
    version = models.PositiveIntegerField(default=1)
    # What was sent, as a digest: sent twice, it is stored once.
    once = models.CharField(max_length=64, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    edited_at = models.DateTimeField(null=True, blank=True)
    # Set where answers follow, so that they keep their place.
    deleted_at = models.DateTimeField(null=True, blank=True)
    # Of the whole thread, so only on its first comment.
    resolved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    resolved_at = models.DateTimeField(null=True, blank=True)

    objects = CommentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project", "by", "once"], condition=~Q(once=""), name="projects_comment_once"
            ),
            models.CheckConstraint(
                condition=Q(root=None) | Q(resolved_at=None), name="projects_comment_thread_is_resolved"
            ),
            models.CheckConstraint(condition=Q(root=None) | Q(quote=""), name="projects_comment_thread_has_quote"),
            models.CheckConstraint(
                condition=~Q(text="") | Q(deleted_at__isnull=False), name="projects_comment_says_something"
            ),
        ]
        indexes = [models.Index(fields=["project", "target"], name="projects_comment_by_target")]

    def __str__(self) -> str:
        return f"comment {self.pk} on {self.target}"


class Mention(models.Model):
    """A person is named in a comment. `seen_at` is when they opened its thread."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["comment", "user"], name="projects_mention_once")]
        indexes = [models.Index(fields=["user"], condition=Q(seen_at=None), name="projects_mention_unseen")]

    def __str__(self) -> str:
        return f"{self.user_id} in comment {self.comment_id}"


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
