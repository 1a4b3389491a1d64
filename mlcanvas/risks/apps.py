from django.apps import AppConfig


class RisksConfig(AppConfig):
    name = "mlcanvas.risks"
    label = "risks"

    def ready(self) -> None:
        from mlcanvas.projects import parts, targets
        from mlcanvas.risks.content import RISKS
        from mlcanvas.risks.targets import risks_and_factors

        parts.register(RISKS)
        targets.register("risks", risks_and_factors)
