from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    name = "mlcanvas.projects"
    label = "projects"

    def ready(self) -> None:
        from mlcanvas.projects import parts  # noqa: PLC0415
        from mlcanvas.projects.content import FACTS, PROJECT  # noqa: PLC0415

        parts.register(PROJECT)
        parts.register(FACTS)
