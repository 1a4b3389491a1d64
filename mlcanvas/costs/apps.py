from django.apps import AppConfig


class CostsConfig(AppConfig):
    name = "mlcanvas.costs"
    label = "costs"

    def ready(self) -> None:
        from mlcanvas.costs.actuals.content import ACTUALS
        from mlcanvas.costs.content import COSTS
        from mlcanvas.projects import parts

        parts.register(COSTS)
        parts.register(ACTUALS)
