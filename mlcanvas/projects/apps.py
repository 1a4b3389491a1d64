from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    name = "mlcanvas.projects"
    label = "projects"

    def ready(self) -> None:
        from mlcanvas.projects import parts
        from mlcanvas.projects.content import FACTS, PROJECT
        from mlcanvas.projects.rows.content import ROWS

        parts.register(PROJECT)
        parts.register(FACTS)
        parts.register(ROWS)
