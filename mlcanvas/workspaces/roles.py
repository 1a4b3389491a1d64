"""The four roles in a workspace, from least to most."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.IntegerChoices):
    """Each role may do all that the ones before it may."""

    VIEWER = 1, _("viewer")
    REVIEWER = 2, _("reviewer")
    EDITOR = 3, _("editor")
    OWNER = 4, _("owner")


MAY = {
    Role.VIEWER: _("reads"),
    Role.REVIEWER: _("also comments and decides"),
    Role.EDITOR: _("also writes"),
    Role.OWNER: _("also manages people, settings and deletion"),
}
