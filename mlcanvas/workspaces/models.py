"""Who works together, and as what."""

from django.conf import settings
from django.db import models

from mlcanvas.workspaces.roles import Role


class Workspace(models.Model):
    """A team and its projects. Everything in it is visible to its members and to nobody else."""

    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=60, unique=True)
    # What a new project starts with; each project may differ.
    language = models.CharField(max_length=5, choices=settings.LANGUAGES, default="en")
    currency = models.CharField(max_length=3, default="EUR")
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A person's role in one workspace."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    role = models.PositiveSmallIntegerField(choices=Role.choices)
    joined_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "user"], name="workspaces_membership_once"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="workspaces_membership_known_role"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.workspace_id}"


class Invitation(models.Model):
    """An open offer to join. Only the hash of its secret is stored."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    email = models.EmailField()
    role = models.PositiveSmallIntegerField(choices=Role.choices)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.email
