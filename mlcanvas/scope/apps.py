from django.apps import AppConfig


class ScopeConfig(AppConfig):
    name = "mlcanvas.scope"
    label = "scope"

    def ready(self) -> None:
        from mlcanvas.projects import parts
        from mlcanvas.scope.content import SCOPE

        parts.register(SCOPE)
