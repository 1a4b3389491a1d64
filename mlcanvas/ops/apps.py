"""Commands for the people who run mlcanvas: they may use every layer, and nothing uses them."""

from django.apps import AppConfig


class OpsConfig(AppConfig):
    """Holds management commands only."""

    name = "mlcanvas.ops"
