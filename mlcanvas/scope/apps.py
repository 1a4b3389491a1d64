from django.apps import AppConfig


class ScopeConfig(AppConfig):
    name = "mlcanvas.scope"
    label = "scope"

    def ready(self) -> None:
        from mlcanvas.projects import parts  # noqa: PLC0415
        from mlcanvas.scope.content import SCOPE  # noqa: PLC0415

        parts.register(SCOPE)
