from django.apps import AppConfig


class ScopeConfig(AppConfig):
    name = "mlcanvas.scope"
    label = "scope"

    def ready(self) -> None:
        from mlcanvas.projects import parts, targets
        from mlcanvas.scope.content import SCOPE
        from mlcanvas.scope.targets import questions

        parts.register(SCOPE)
        targets.register("scope", questions)
