from django.apps import AppConfig


class RisksConfig(AppConfig):
    name = "mlcanvas.risks"
    label = "risks"

    def ready(self) -> None:
        from mlcanvas.projects import parts
        from mlcanvas.risks.content import RISKS

        parts.register(RISKS)
