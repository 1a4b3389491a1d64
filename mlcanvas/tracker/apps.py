from django.apps import AppConfig


class TrackerConfig(AppConfig):
    name = "mlcanvas.tracker"
    label = "tracker"

    def ready(self) -> None:
        from mlcanvas.projects import parts
        from mlcanvas.tracker.content import TRACKER

        parts.register(TRACKER)
